"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any


def write_whole(path: Path, save: Callable[[IO[bytes]], Any]) -> None:
    """Writes a file beside its place and moves it there when it is complete; what was there before stays until then.

    Args:
        path: Where; its folder must be there.
        save: Writes the content.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            save(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
