"""Files of measured rows that commands write, read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_rows(path: Path, keys: set[str], what: str) -> list[dict[str, Any]]:
    """Reads a JSON list of rows.

    Args:
        path: What ``--out`` of a command wrote.
        keys: Each row has these at least.
        what: Names the rows in errors, such as "certificates".

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it holds something else.
    """
    try:
        rows = json.loads(path.read_text())
    except OSError as error:
        raise OSError(f"{path} cannot be read ({error.strerror}); pass a file that --out wrote.") from error
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}); pass a file that --out wrote.") from error
    if (
        not isinstance(rows, list)
        or not rows
        or not all(isinstance(row, dict) and keys <= row.keys() for row in rows)
    ):
        raise ValueError(
            f"{path} does not hold {what}; pass a file that --out wrote, or remove it and measure anew."
        )
    return rows
