"""A table of items as it was found, and how one is made of columns or of mappings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recgym.catalogue.catalogue import CatalogueError
from recgym.catalogue.cells import Fault, quoted
from recgym.catalogue.columns import FORMS, FileForm

MOST_CELLS = 200_000_000
"""Cells of the largest table: more are taken for a bomb, or for names that are values."""


@dataclass
class Table:
    """A table of items as it was found.

    Attributes:
        source: Name of the file, or what kind of object it is.
        columns: Cells by the name of the column, each of length R; None or "" where there is no value.
        places: Where each row is ("line 7", "row 3").
        form: What the file is ("CSV", "JSON lines", ...).
        separator: Between values, for delimited text.
        text_encoding: Of its text; "" for what has none.
        header: Whether the names of the columns are the file's own.
        known_form: The well-known data set that it is from, if it is.
        bad_rows: Rows that are no rows of the table.
        flattened: Columns that held mappings in some rows, and the columns that these became.
        path: Where the file is; ``None`` for an object.
        sha256: Hash of the file's bytes; "" for an object.
    """

    source: str
    columns: dict[str, list[Any]]
    places: list[str]
    form: str
    separator: str = ""
    text_encoding: str = ""
    header: bool = True
    known_form: FileForm | None = None
    bad_rows: list[Fault] = field(default_factory=list)
    flattened: dict[str, list[str]] = field(default_factory=dict)
    path: Path | None = None
    sha256: str = ""

    def __len__(self) -> int:
        """Returns how many rows there are."""
        return len(self.places)


def table_of_columns(name: str, names: list[str], cells: list[list[Any]], form: str) -> Table:
    """Makes a table of columns.

    Args:
        name: What to call it in errors.
        names: Of the columns.
        cells: (R,) of each column.
        form: What it was.

    Raises:
        CatalogueError: if it has too many differently named values.
    """
    count = len(cells[0]) if cells else 0
    if any(isinstance(cell, dict) for column in cells for cell in column):
        distinct = distinct_names(names)
        rows = [dict(zip(distinct, row, strict=True)) for row in zip(*cells, strict=True)]
        return table_of_mappings(name, rows, [f"row {number}" for number in range(count)], form)
    columns = dict(zip(distinct_names(names), cells, strict=True))
    table = Table(name, columns, [f"row {number}" for number in range(count)], form)
    table.known_form = next((found for found in FORMS if found.has_columns(names)), None)
    return table


def table_of_mappings(name: str, rows: list[Any], places: list[str], form: str) -> Table:
    """Makes columns of objects; a mapping within one becomes columns of its own, named "outer.inner"."""
    bad, good, good_places = [], [], []
    for number, (row, place) in enumerate(zip(rows, places, strict=True)):
        if isinstance(row, Mapping):
            good.append(row)
            good_places.append(place)
        else:
            bad.append(
                Fault(
                    number,
                    place,
                    "",
                    f"a {type(row).__name__} ({quoted(row)}); each row must be an object with named values.",
                )
            )
    columns: dict[str, list[Any]] = {}
    flattened: dict[str, list[str]] = {}
    for number, row in enumerate(good):
        for key, cell in _flat(row, flattened):
            if key not in columns:
                if len(columns) * len(good) > MOST_CELLS:
                    raise CatalogueError(
                        f"{name} has more than {len(columns):,} differently named values in {len(good):,} rows; rows must have the same names. Is something a name "
                        "that is a value?"
                    )
                columns[key] = [None] * len(good)
            columns[key][number] = cell
    table = Table(name, columns, good_places, form, bad_rows=bad, flattened=flattened)
    table.known_form = next((found for found in FORMS if found.has_columns(list(columns))), None)
    return table


def _flat(row: Mapping[Any, Any], flattened: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    """Yields the values of an object; those of a mapping in it with both names."""
    for key, cell in row.items():
        if not isinstance(cell, Mapping):
            yield str(key), cell
            continue
        inner = flattened.setdefault(str(key), [])
        for name, value in cell.items():
            joint = f"{key}.{name}"
            if joint not in inner and len(inner) < 1_000:
                inner.append(joint)
            if joint in inner:
                yield joint, dict(value) if isinstance(value, Mapping) else value


def distinct_names(names: Sequence[str]) -> list[str]:
    """Returns names of columns; equal ones get their numbers."""
    counts = Counter(names)
    return [
        name if name and counts[name] == 1 else f"{name} (column {number})".strip()
        for number, name in enumerate(names, start=1)
    ]
