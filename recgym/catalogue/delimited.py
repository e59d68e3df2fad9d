"""Tables of items as delimited text of any dialect: separators, quotation marks and headers are found by looking."""

from __future__ import annotations

import csv
import itertools
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recgym.catalogue.catalogue import CatalogueError
from recgym.catalogue.cells import Fault
from recgym.catalogue.columns import FORMS, FileForm, field_of_name
from recgym.catalogue.table import Table, distinct_names

SEPARATORS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe", "::": "double colon"}
"""What may stand between the values of a row, and what it is called."""
_SAMPLE_CHARACTERS = 200_000
_MOST_READ_AGAIN = 5_000_000
"""Lines that are read a second time because a quotation mark was not closed; of more such marks the lines between are lost."""
_FIELD_LIMIT = threading.Lock()


def read_delimited(
    name: str, text: str, separator: str | None, header: bool | None, known: FileForm | None
) -> Table:
    """Reads delimited text. Rows of another width, and quotation marks that are not closed, are kept as faults.

    Args:
        name: What to call the file in errors.
        text: Its content.
        separator: Between values; found if ``None``.
        header: Whether the first row names the columns; found if ``None``.
        known: The well-known data set that it is from, if it is.

    Raises:
        CatalogueError: if it is empty, or the separator is none.
    """
    if separator is not None and separator not in SEPARATORS and len(separator) != 1:
        raise CatalogueError(
            f"separator={separator!r} must be one character, or '::'; leave it out to have it found."
        )
    if separator is None and known is not None and known.separator:
        separator = known.separator
    if separator is None:
        separator = _found_separator(text, Path(name).suffix.lower())
    rows, bad = _rows(text, separator, quotes=not (known and known.without_quotes))
    if bad and separator in ("\t", "|", "::"):
        plain, plain_bad = _rows(text, separator, quotes=False)
        if len(plain_bad) < len(bad):
            rows, bad = plain, plain_bad
    if not rows:
        raise CatalogueError(f"Catalogue file {name} is empty; it needs a header and a row for each item.")
    if header is None:
        header = False if known is not None and known.header else _has_header([row for _, row in rows[:200]])
    if header:
        names = [cell.strip() for cell in rows[0][1]]
        width = len(names)
        rows = rows[1:]
    else:
        width = Counter(len(row) for _, row in rows).most_common(1)[0][0]
        names = list(known.header[:width]) if known is not None and known.header else []
        names += [f"column {number}" for number in range(len(names) + 1, width + 1)]
    good = []
    for line, row in rows:
        while len(row) > width and not row[-1].strip():
            row.pop()  # separators at the end of a line
        if len(row) != width:
            listed = ", ".join(names[:12]) + (", ..." if width > 12 else "")
            problem = f"{len(row)} values, but the {'header' if header else 'table'} has {width} columns ({listed}). Is a {SEPARATORS.get(separator, 'separator')} not in quotes?"
            bad.append(Fault(line, f"line {line}", "", problem))
        else:
            good.append((line, row))
    columns = dict(
        zip(distinct_names(names), map(list, zip(*(row for _, row in good), strict=True)), strict=False)
    )
    if not good:
        columns = {column: [] for column in distinct_names(names)}
    table = Table(
        name,
        columns,
        [f"line {line}" for line, _ in good],
        _form_of(separator),
        separator,
        header=header,
        bad_rows=bad,
    )
    table.known_form = known or next((form for form in FORMS if form.has_columns(list(columns))), None)
    return table


def _form_of(separator: str) -> str:
    return {",": "CSV", "\t": "TSV"}.get(separator, "delimited text")


def _rows(text: str, separator: str, *, quotes: bool) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Returns the rows of delimited text, each with its line, blank ones left out; and those that are not readable."""
    if separator == "::":
        split = [(number, line.split("::")) for number, line in enumerate(text.splitlines(), start=1)]
        return [(number, row) for number, row in split if any(cell.strip() for cell in row)], []
    rows, bad = [], []
    quoting: Any = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    before, read_again = 0, 0  # lines before those that the reader reads, and lines that were read twice
    with _long_fields():
        reader = csv.reader(_lines(text), delimiter=separator, quoting=quoting, strict=quotes)
        while True:
            begin = before + reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                bad.append(
                    Fault(
                        begin,
                        f"line {begin}",
                        "",
                        f"not readable: {error}. Is a quotation mark not doubled, or not closed?",
                    )
                )
                end = before + reader.line_num
                read_again += end - begin
                if read_again > _MOST_READ_AGAIN:
                    lost = f"not readable: the quotation that line {begin} begins does not end before"
                    bad += [Fault(line, f"line {line}", "", lost) for line in range(begin + 1, end + 1)]
                elif end > begin:  # a quotation mark that was not closed has swallowed good lines
                    before = begin
                    rest = itertools.islice(_lines(text), before, None)
                    reader = csv.reader(rest, delimiter=separator, quoting=quoting, strict=quotes)
                continue
            if any(cell.strip() for cell in row):
                rows.append((before + reader.line_num, row))
    return rows, bad


def _lines(text: str) -> Iterator[str]:
    """Yields the lines of a text with their ends, which may be those of any system."""
    end = "\n" if "\n" in text else "\r"
    start = 0
    while start < len(text):
        stop = text.find(end, start) + 1 or len(text)
        yield text[start:stop]
        start = stop


@contextmanager
def _long_fields() -> Iterator[None]:
    """Lets cells of any length through; the limit is the module's own, so one reader at a time."""
    with _FIELD_LIMIT:
        before = csv.field_size_limit(sys.maxsize)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _found_separator(text: str, ending: str) -> str:
    """Returns the separator that cuts the first lines into the most even rows."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    usual = {".tsv": "\t"}.get(ending, ",")
    best, best_score = usual, (False, 0, 0.0, 0, False)
    for separator in SEPARATORS:
        rows = [row for _, row in _rows(sample, separator, quotes=separator in ",;")[0][:500]]
        widths = Counter(map(len, rows))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1:
            known = sum(field_of_name(name) is not None for name in rows[0])
            even = round(count / len(rows), 1)
            # The first row counts most: decimal commas and lists within cells are in all rows but a header.
            score = (len(rows[0]) == width, known, even, width, separator == usual)
            best, best_score = max((best, best_score), (separator, score), key=lambda pair: pair[1])
    return best


def _has_header(rows: list[list[str]]) -> bool:
    """Says whether the first row names columns: it holds names that are known, or is unlike all that is below it."""
    first = [cell.strip() for cell in rows[0]]
    if not all(first) and sum(map(bool, first)) < len(first) - 1:
        return False
    fields = [field_of_name(cell) for cell in first]
    if {"id", "title", "text"} & set(fields) or len([found for found in fields if found]) >= 2:
        return not any(_is_number(cell) for cell in first if cell)
    if len(rows) == 1 or any(_is_number(cell) or len(cell) > 40 for cell in first):
        return False
    below = list(zip(*(row for row in rows[1:] if len(row) == len(first)), strict=True))
    numeric = [
        bool(column) and sum(_is_number(cell) for cell in column) > 0.8 * len(column) for column in below
    ]
    return any(numeric) or bool(len(first) == 1 and field_of_name(first[0]))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
