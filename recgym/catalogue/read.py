"""Makes items of a table: finds the fields, reads the cells by their meaning, and says what was understood and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.amounts import read_counts, read_money
from recgym.catalogue.catalogue import NUMERIC_COLUMNS, CatalogueError
from recgym.catalogue.cells import Column, Fault, listed_faults, quoted
from recgym.catalogue.columns import FIELDS, Mapped, joined_words, map_columns
from recgym.catalogue.reading import FieldRead, Reading
from recgym.catalogue.table import Table
from recgym.catalogue.tables import table_of
from recgym.catalogue.times import read_dates, read_durations
from recgym.catalogue.words import read_ids
from recgym.core.arguments import unknown_name

ON_BAD_ROWS = ("error", "skip")
READER_VERSION = 1
"""Goes up when the same file is read as something else: what was kept of it before is not used then."""
_NUMBER_READERS: Mapping[str, Callable[[Column], NDArray[np.float64]]] = {
    "price": read_money,
    "duration": read_durations,
    "published": read_dates,
    "half_life": lambda column: read_durations(column, hours=True),
    "popularity": read_counts,
}
_TITLE_CHARACTERS = 120
"""Length at which a text is cut that stands for a title."""


@dataclass(frozen=True)
class FileOptions:
    """How a file of items is read.

    Attributes:
        columns: By field, the column or columns that it is read from (`recgym.catalogue.columns.map_columns`).
        separator: Between values; found by looking if ``None``.
        text_encoding: Of the text; found by looking if ``None``.
        header: Whether the first row names the columns; found by looking if ``None``.
        on_bad_rows: "error" refuses a table with rows that cannot be used, "skip" leaves these out and says how many.
    """

    columns: Mapping[str, Any] | None = None
    separator: str | None = None
    text_encoding: str | None = None
    header: bool | None = None
    on_bad_rows: str = "error"

    def __post_init__(self) -> None:
        """Checks what can be checked without the file."""
        if self.on_bad_rows not in ON_BAD_ROWS:
            raise CatalogueError(unknown_name("value of on_bad_rows", self.on_bad_rows, ON_BAD_ROWS))
        if self.header is not None and not isinstance(self.header, bool):
            raise CatalogueError(f"header={self.header!r} must be True, False, or None to have it found.")
        for name in ("separator", "text_encoding"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, str) or not value):
                raise CatalogueError(f"{name}={value!r} must be text, or None to have it found.")


@dataclass(frozen=True)
class Items:
    """Items as a table tells them; each list is of length I.

    Attributes:
        ids: Unique names.
        titles: Short names to show.
        texts: Descriptions; equal to the titles where the table has none.
        categories: "" where not known.
        groups: Who or what an item belongs to; "" where not known.
        numbers: Numeric fields that the table has, (I,) float64.
        encoded: What is given to the encoder: title and text together.
        reading: What was understood.
    """

    ids: list[str]
    titles: list[str]
    texts: list[str]
    categories: list[str]
    groups: list[str]
    numbers: dict[str, NDArray[np.float64]]
    encoded: list[str]
    reading: Reading


def read_items(source: Any, options: FileOptions | None = None) -> Items:
    """Reads items.

    Args:
        source: A path or a table in memory, see `recgym.catalogue.tables.table_of`. It needs titles or texts; the other fields of
            `recgym.catalogue.columns.FIELDS` are read if they are there.
        options: How.

    Raises:
        FileNotFoundError: if there is no such file.
        CatalogueError: if the table cannot be used; the message names places, columns and values, what is allowed, and what to do.
    """
    options = options or FileOptions()
    if isinstance(source, PathLike):
        source = Path(source)
    table = table_of(
        source, separator=options.separator, text_encoding=options.text_encoding, header=options.header
    )
    mapped = map_columns(table, options.columns)
    return _Reader(table, mapped).items(skip=options.on_bad_rows == "skip")


class _Reader:
    """Reads the fields of a table and gathers what is wrong with them."""

    def __init__(self, table: Table, mapped: Mapped) -> None:
        self.table = table
        self.mapped = mapped
        self.faults: list[Fault] = []
        self.notes: dict[str, list[str]] = {key: [] for key in FIELDS}

    def items(self, *, skip: bool) -> Items:
        table = self.table
        titles, texts = self.words("title"), self.words("text")
        needed = " or ".join(name for key in ("title", "text") for name in self.mapped.columns.get(key, ()))
        for row, (title, text) in enumerate(zip(titles, texts, strict=True)):
            if not title and not text:
                problem = f"nothing in {needed}; every item needs words to be encoded."
                self.faults.append(Fault(row, table.places[row], "", problem))
        numbers = {
            key: self.cells(key, _NUMBER_READERS[key])
            for key in NUMERIC_COLUMNS
            if key in self.mapped.columns
        }
        ids = (
            self.cells("id", read_ids)
            if "id" in self.mapped.columns
            else [str(row) for row in range(len(table))]
        )
        categories, groups = self.categories(), self.words("group")
        kept = self.kept(skip)
        reading = self.reading(len(table) if kept is None else len(kept))
        encoded = [
            f"{title}. {text}" if title and text else title or text
            for title, text in zip(titles, texts, strict=True)
        ]
        shown = [title or _cut(text) for title, text in zip(titles, texts, strict=True)]
        told = [text or title for title, text in zip(titles, texts, strict=True)]
        lists = [ids, shown, told, categories, groups, encoded]
        if kept is not None:
            lists = [[values[row] for row in kept] for values in lists]
            numbers = {key: values[kept] for key, values in numbers.items()}
        numbers = {key: values for key, values in numbers.items() if np.isfinite(values).any()}
        ids, shown, told, categories, groups, encoded = lists
        return Items(ids, shown, told, categories, groups, numbers, encoded, reading)

    def words(self, key: str) -> list[str]:
        columns = self.mapped.columns.get(key)
        if not columns:
            return [""] * len(self.table)
        return joined_words(self.table, columns, self.faults, self.notes[key], title=key in ("title", "text"))

    def cells(self, key: str, read: Callable[[Column], Any]) -> Any:
        (name,) = self.mapped.columns[key]
        column = Column(name, self.table.columns[name], self.table.places, self.faults, self.notes[key])
        return read(column)

    def categories(self) -> list[str]:
        if self.mapped.flags:
            names = [flag.replace("_", " ").capitalize() for flag in self.mapped.flags]
            flags = zip(*(self.table.columns[flag] for flag in self.mapped.flags), strict=True)
            return [
                ", ".join(name for name, flag in zip(names, row, strict=True) if str(flag).strip() == "1")
                for row in flags
            ]
        words = [
            ", ".join(part.strip() for part in text.split("|")) if "|" in text else text
            for text in self.words("category")
        ]
        return ["" if text == "(no genres listed)" else text for text in words]

    def kept(self, skip: bool) -> list[int] | None:
        """Returns the rows without faults; ``None`` for all.

        Raises:
            CatalogueError: if there are faults that may not be skipped, or nothing is left.
        """
        table = self.table
        every = [*table.bad_rows, *self.faults]
        if every and not skip:
            count = len(every)
            raise CatalogueError(
                f"{table.source} has {count:,} fault{'s' if count > 1 else ''}:{listed_faults(every)}\nMend {'them' if count > 1 else 'it'}, or pass "
                'on_bad_rows="skip" to leave these rows out.'
            )
        faulty = {fault.row for fault in self.faults}
        kept = [row for row in range(len(table)) if row not in faulty] if faulty else None
        left = len(table) if kept is None else len(kept)
        if left < 2:
            raise CatalogueError(
                f"{table.source} has {'no items' if not left else '1 item'}; at least 2 are needed to choose between."
                + (f" Left out were {len(every):,} rows:{listed_faults(every)}" if every else "")
            )
        return kept

    def reading(self, rows: int) -> Reading:
        table = self.table
        fields = tuple(
            FieldRead(key, tuple(columns), tuple(_two_examples(table, columns)), "; ".join(self.notes[key]))
            for key, columns in (
                (key, self.mapped.columns.get(key, self.mapped.flags if key == "category" else []))
                for key in FIELDS
            )
            if columns
        )
        every = [*table.bad_rows, *self.faults]
        faulty_rows = len(table.bad_rows) + len({fault.row for fault in self.faults})
        return Reading(
            source=table.source,
            path="" if table.path is None else str(table.path),
            sha256=table.sha256,
            form=table.form,
            separator=table.separator,
            text_encoding=table.text_encoding,
            header=table.header,
            known_form="" if table.known_form is None else table.known_form.name,
            rows=rows,
            fields=fields,
            unused=tuple(self.mapped.unused),
            doubts=tuple(self.mapped.doubts),
            skipped=faulty_rows,
            skipped_examples=tuple(str(fault) for fault in sorted(every, key=lambda fault: fault.row)[:5]),
        )


def _cut(text: str) -> str:
    return text if len(text) <= _TITLE_CHARACTERS else f"{text[: _TITLE_CHARACTERS - 3].rstrip()}..."


def _two_examples(table: Table, columns: list[str]) -> list[str]:
    found: list[str] = []
    for name in columns:
        for cell in table.columns[name][:500]:
            shown = quoted(cell, 44)
            if cell is not None and str(cell).strip() and shown not in found:
                found.append(shown)
            if len(found) == 2:
                return found
    return found
