"""Tables of items as they are found: what a file is, is told by its content.

What comes out is raw: columns by name, cells as the file has them, and where each row is. `recgym.catalogue.read` makes items of it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from recgym.catalogue.catalogue import CatalogueError
from recgym.catalogue.cells import quoted
from recgym.catalogue.columns import FORMS
from recgym.catalogue.delimited import read_delimited
from recgym.catalogue.documents import read_json_table
from recgym.catalogue.file_content import decoded, decompressed, read_content
from recgym.catalogue.frames import read_object, read_parquet
from recgym.catalogue.table import Table

_FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an old Excel file", b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture", b"SQLite format 3": "an SQLite database", b"\x89HDF": "an HDF5 file", b"\x93NUMPY": "a NumPy array",
}  # fmt: skip


def table_of(
    source: Any,
    *,
    separator: str | None = None,
    text_encoding: str | None = None,
    header: bool | None = None,
) -> Table:
    """Reads a file, or takes a frame or a list of mappings, as it is.

    Args:
        source: A path; a DataFrame of pandas or Polars, an Arrow table, a list of mappings, or a mapping of lists.
        separator: Between the values of delimited text; found by looking if ``None``.
        text_encoding: Of the text; found by looking if ``None``.
        header: Whether the first row of delimited text holds the names of the columns; found by looking if ``None``.

    Raises:
        FileNotFoundError: if there is no such file.
        CatalogueError: if it cannot be read as a table.
    """
    if isinstance(source, str | Path):
        return _read_file(Path(source), separator, text_encoding, header)
    return read_object(source)


def _read_file(path: Path, separator: str | None, text_encoding: str | None, header: bool | None) -> Table:
    content = read_content(path)
    sha256 = hashlib.sha256(content).hexdigest()
    name, content = decompressed(path.name, content)
    if not content.strip():
        raise CatalogueError(f"Catalogue file {path} is empty; it needs a header and a row for each item.")
    table = _table_of_content(name, content, separator, text_encoding, header)
    table.source, table.path, table.sha256 = path.name, path.absolute(), sha256
    return table


def _table_of_content(
    name: str, content: bytes, separator: str | None, text_encoding: str | None, header: bool | None
) -> Table:
    if content.startswith(b"PAR1"):
        return read_parquet(name, content)
    foreign = next((what for magic, what in _FOREIGN.items() if content.startswith(magic)), None)
    if foreign is not None:
        raise CatalogueError(f"Catalogue file {name} is {foreign}; save the items as CSV, JSON or Parquet.")
    if name.lower().endswith(".parquet"):
        raise CatalogueError(
            f"Catalogue file {name} is not readable as Parquet: its content is something else."
        )
    known = next((form for form in FORMS if form.names_file(name)), None)
    text, used = decoded(name, content, text_encoding or (known.text_encoding if known else None))
    start = text.lstrip()[:1]
    if start == "<":
        raise CatalogueError(
            f"Catalogue file {name} is XML or HTML ({quoted(text.lstrip()[:40])}); save the items as CSV, JSON or Parquet."
        )
    ending = Path(name).suffix.lower()
    if separator is None and (start == "{" or (start == "[" and ending not in (".csv", ".tsv"))):
        table = read_json_table(name, text)
    elif ending in (".json", ".jsonl", ".ndjson"):
        line = text.lstrip().partition("\n")[0]
        raise CatalogueError(
            f"{name}, line 1: not JSON ({quoted(line)}); each line must be one JSON object, or the file one array of objects."
        )
    else:
        table = read_delimited(name, text, separator, header, known)
    table.text_encoding = used
    return table
