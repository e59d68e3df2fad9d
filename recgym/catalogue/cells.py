"""Cells of tables of items, a column at a time, and what is wrong with them.

Readers take a whole column, since a column is written in one way: "1.139" next to "1.139,00 TL" is not 1.139.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.catalogue import NUMERIC_COLUMNS, is_allowed

MISSING = frozenset(
    ("", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null", "none", "nil", "\\n", "-", "--", "?")
)
"""What stands for a value that is not known, in small letters."""
_LARGEST = float(np.finfo(np.float32).max)
"""Largest number that columns hold."""
LONGEST_NUMBER = 100
"""Characters of the longest amount, duration or count that is looked at."""
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")


@dataclass(frozen=True)
class Fault:
    """A cell or row that cannot be used.

    Attributes:
        row: Number of the row in the table, from 0; -1 for one that is in no table.
        place: Where it is in the file ("line 7").
        column: Its column; "" for the whole row.
        problem: What was seen, what is allowed, what to do.
    """

    row: int
    place: str
    column: str
    problem: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.place}{f', column {self.column!r}' if self.column else ''}: {self.problem}"


@dataclass
class Column:
    """A column of a table as it is read, and what is said of it.

    Attributes:
        name: As the file calls it.
        cells: One for each row, as the file has them.
        places: Where each row is.
        faults: Cells that cannot be used.
        notes: What somebody who knows the file should hear: units that were understood, values that were not used.
    """

    name: str
    cells: Sequence[Any]
    places: Sequence[str]
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def blame(self, row: int, problem: str) -> None:
        """Notes a fault of a cell."""
        self.faults.append(Fault(row, self.places[row], self.name, problem))


def quoted(value: Any, width: int = 80) -> str:
    """Returns a value as errors quote it: on one line, cut to ``width`` characters.

    >>> quoted("a" * 200, 12)
    "'aaaaaaa...'"
    """
    text = repr(value if len(str(value)) <= 4 * width else str(value)[: 4 * width])
    if len(text) <= width:
        return text
    mark = text[-1] if text[-1] in "'\"" else ""
    return f"{text[: width - 3 - len(mark)]}...{mark}"


def is_missing(cell: Any) -> bool:
    """Says whether a cell holds a value that is not known."""
    if cell is None:
        return True
    if isinstance(cell, str):
        return cell.strip().casefold() in MISSING
    if isinstance(cell, float | np.floating):
        return math.isnan(cell)
    if isinstance(cell, np.datetime64 | np.timedelta64):
        return bool(np.isnat(cell))
    return type(cell).__name__ in ("NaTType", "NAType")


def plain_numbers(column: Column) -> NDArray[np.float64] | None:
    """Returns the numbers of a column in which every known cell is a plain one, as most are; ``None`` for another column."""
    values = np.full(len(column.cells), np.nan)
    for row, cell in enumerate(column.cells):
        if isinstance(cell, bool | np.bool_):
            return None
        if isinstance(cell, str):
            try:
                values[row] = float(cell)
                if "_" in cell:
                    return None
            except ValueError:
                if is_missing(cell):
                    continue
                return None
            if math.isinf(values[row]):
                return None
        elif isinstance(cell, int | float | np.integer | np.floating) or type(cell).__name__ == "Decimal":
            values[row] = as_number(cell)
            if math.isinf(values[row]) or (math.isnan(values[row]) and not is_missing(cell)):
                return None
        elif not is_missing(cell):
            return None
    return values


def as_number(cell: Any) -> float:
    """Returns the number that a cell is; NaN for one that is none, truth values among them."""
    if isinstance(cell, bool | np.bool_):
        return math.nan
    if isinstance(cell, int | float | np.integer | np.floating) or type(cell).__name__ == "Decimal":
        try:
            return float(cell)
        except (OverflowError, ValueError):  # ValueError of Decimal("sNaN")
            return math.nan
    return math.nan


def within_bounds(
    column: Column, values: NDArray[np.float64], field_name: str, allowed: str
) -> NDArray[np.float64]:
    """Notes the numbers that a field does not allow, and returns the values."""
    blamed = {fault.row for fault in column.faults}
    for row in np.flatnonzero(~(is_allowed(field_name, values) | np.isnan(values))).tolist():
        if row not in blamed:
            bounds = f"below {_LARGEST:.1e}" if values[row] > _LARGEST else NUMERIC_COLUMNS[field_name]
            column.blame(
                row,
                f"{quoted(column.cells[row])} is not allowed; {field_name} must be {allowed}, {bounds}, or empty where not known.",
            )
    return values


def normalised(name: str) -> str:
    """Returns a column's name as synonyms are written: small letters, words joined by "_".

    >>> normalised(" movieId "), normalised("Product Name"), normalised("release_year:token")
    ('movie_id', 'product_name', 'release_year')
    """
    plain = re.sub(r":(token|token_seq|float|float_seq)\s*$", "", str(name).strip())
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)
    return re.sub(r"[^0-9a-z\u0080-\uffff]+", "_", split.casefold()).strip("_")


def first_text(column: Column) -> str:
    """Returns the first cell that is a text; "" if there is none."""
    return next((cell for cell in column.cells if isinstance(cell, str) and not is_missing(cell)), "")


def plural_ending(count: int) -> str:
    """Returns what stands behind a noun of so many: "" for one, "s" for others."""
    return "" if count == 1 else "s"


def listed_faults(faults: Iterable[Fault], most: int = 10) -> str:
    """Returns the first faults, one a line, and how many more there are."""
    every = sorted(faults, key=lambda fault: fault.row)
    lines = "".join(f"\n  {fault}" for fault in every[:most])
    return lines + (f"\n  ... and {len(every) - most:,} more" if len(every) > most else "")
