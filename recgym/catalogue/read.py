"""Reads items from CSV, JSONL and Parquet files, and says exactly what is wrong with a file that cannot be used."""

from __future__ import annotations

import csv
import difflib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recgym.catalogue.catalogue import NUMERIC_COLUMNS, CatalogueError, is_allowed

READERS = (".csv", ".jsonl", ".parquet")
"""File types that can be read."""
GROUP_COLUMNS = ("group", "artist", "brand", "director", "creator", "author", "show", "story")
"""Columns that tell who or what an item belongs to."""


@dataclass(frozen=True)
class Table:
    """The columns of a file of items, each of length I.

    Attributes:
        ids: Unique names.
        titles: Short names to show.
        texts: Descriptions; equal to the titles where the file has none.
        categories: "" where not known.
        groups: The first of `GROUP_COLUMNS` that the file has; "" where not known.
        numbers: Numeric columns that the file has, (I,) float32.
        encoded: What is given to the encoder: title and text together.
    """

    ids: list[str]
    titles: list[str]
    texts: list[str]
    categories: list[str]
    groups: list[str]
    numbers: dict[str, np.ndarray]
    encoded: list[str]


def read_items(path: Path) -> Table:
    """Reads a file of items.

    Args:
        path: CSV with a header, JSON lines, or Parquet, with a column ``text`` or ``title`` (or both), and optionally ``id``, ``category``,
            ``price``, ``duration``, ``published``, ``half_life``, ``popularity``.

    Raises:
        FileNotFoundError: if there is no such file.
        CatalogueError: if the file cannot be used; the message names the row, the value and what is needed.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no catalogue file {path}; give the path of a {', '.join(READERS)} file."
        )
    ending = path.suffix.lower()
    if ending not in READERS:
        raise CatalogueError(
            f"Catalogue file {path.name} has the ending {path.suffix!r}; allowed are {', '.join(READERS)}."
        )
    rows = list({".csv": _csv_rows, ".jsonl": _json_rows, ".parquet": _parquet_rows}[ending](path))
    if not rows:
        raise CatalogueError(
            f"Catalogue file {path} has no items; it needs a row for each of at least 2 items."
        )
    columns = list(dict.fromkeys(name for _, row in rows for name in row))
    has_title, has_text = "title" in columns, "text" in columns
    if not (has_title or has_text):
        near = [match for name in ("text", "title") for match in difflib.get_close_matches(name, columns, 1)]
        hint = f" Is it {near[0]!r}? Rename it." if near else ""
        raise CatalogueError(
            f"Catalogue file {path} has no column 'text' or 'title'; its columns are {', '.join(columns)}.{hint}"
        )
    titles, texts, encoded = [], [], []
    for place, row in rows:
        title, text = _words(row.get("title")), _words(row.get("text"))
        required = "text" if has_text and not has_title else "title" if has_title and not has_text else None
        if not title and not text:
            column = required or "title' and 'text"
            raise CatalogueError(
                f"{path.name}, {place}: column '{column}' is empty; every item needs words to be encoded."
            )
        titles.append(title or text)
        texts.append(text or title)
        encoded.append(f"{title}. {text}" if title and text else title or text)
    numbers = {
        name: np.array([_number(path, place, name, row.get(name)) for place, row in rows], np.float32)
        for name in NUMERIC_COLUMNS
        if name in columns
    }
    ids = [_words(row.get("id")) or str(number) for number, (_, row) in enumerate(rows)]
    grouping = next((name for name in GROUP_COLUMNS if name in columns), "")
    categories, groups = ([_words(row.get(name)) for _, row in rows] for name in ("category", grouping))
    return Table(ids, titles, texts, categories, groups, numbers, encoded)


def _csv_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, None)
            if header is None:
                raise CatalogueError(
                    f"Catalogue file {path} is empty; it needs a header and a row for each item."
                )
            for row in reader:
                if len(row) != len(header):
                    raise CatalogueError(
                        f"{path.name}, line {reader.line_num}: {len(row)} values, but the header has {len(header)} columns "
                        f"({', '.join(header)}). Is a comma not in quotes?"
                    )
                yield f"line {reader.line_num}", dict(zip(header, row, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise CatalogueError(f"Catalogue file {path} is not readable as CSV in UTF-8: {error}.") from error


def _json_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise CatalogueError(
                    f"{path.name}, line {number}: not JSON ({error}); each line must be one JSON object."
                ) from error
            if not isinstance(row, dict):
                raise CatalogueError(
                    f"{path.name}, line {number}: a {type(row).__name__}; each line must be one JSON object."
                )
            yield f"line {number}", row


def _parquet_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise CatalogueError(
            f"Reading {path.name} needs pyarrow: pip install pyarrow, or save the items as CSV."
        ) from error
    try:
        table = parquet.read_table(path)
    except (ArrowException, OSError) as error:
        raise CatalogueError(f"Catalogue file {path} is not readable as Parquet: {error}.") from error
    for number, row in enumerate(table.to_pylist()):
        yield f"row {number}", row


def _words(value: Any) -> str:
    return (
        ""
        if value is None or (isinstance(value, float) and math.isnan(value))
        else " ".join(str(value).split())
    )


def _number(path: Path, place: str, column: str, value: Any) -> float:
    """Returns a number, NaN where there is none."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return math.nan
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not is_allowed(column, number):
        raise CatalogueError(
            f"{path.name}, {place}: {column} is {value!r}; it must be a number {NUMERIC_COLUMNS[column]}, or empty where not known."
        )
    return number
