"""Cells of tables of items: words, amounts of money, durations, dates and counts as people write them.

Each reader takes a whole column, since a column is written in one way: "1.139" next to "1.139,00 TL" is not 1.139.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.catalogue import NUMERIC_COLUMNS, CatalogueError, is_allowed

MISSING = frozenset(
    ("", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null", "none", "nil", "\\n", "-", "--", "?")
)
"""What stands for a value that is not known, in small letters."""
_MISSING_WORDS = frozenset(
    ("", "NA", "N/A", "#N/A", "<NA>", "nan", "NaN", "NaT", "null", "NULL", "None", "\\N")
)
"""The same for titles and texts, where "-" or "none" may be meant."""
HOURS_IN_A_YEAR = 24 * 365.2425
FIRST_YEAR, LAST_YEAR = -4_000, 2_100
"""Years in which items may have been made."""
_FREE = frozenset(
    ("free", "gratis", "kostenlos", "free to play", "free to use", "free demo", "play for free!")
)
_LARGEST = float(np.finfo(np.float32).max)
"""Largest number that columns hold."""
_EPOCH_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e8, 1.0))
"""From which magnitude on a number is a Unix time, and of how many units in a second."""
_LONGEST_NUMBER = 100
"""Characters of the longest amount, duration or count that is looked at."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"\d[\d.,'\u00a0\u202f ]*\d|\d")
_RANGE = re.compile(r"\d\s*[^\d\s.,]{0,3}\s*(?:-|\u2013|\u2014|to|bis)\s*[^\d\s.,]{0,3}\s*\d", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)")
_ISO_DURATION = re.compile(
    r"P(?:(?P<d>[\d.]+)D)?(?:T(?:(?P<h>[\d.]+)H)?(?:(?P<m>[\d.]+)M)?(?:(?P<s>[\d.]+)S)?)?", re.IGNORECASE
)
_PART = re.compile(r"([\d]+(?:[.,]\d+)?)\s*([^\d\s.,:]+)\.?\s*")
_MINUTES = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds", "millis"), 1 / 60_000),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek"), 1 / 60),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten", "dk"), 1.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "sa"), 60.0),
    **dict.fromkeys(("d", "day", "days"), 1_440.0),
}
"""Minutes in each unit."""
_NO_TIME = frozenset(
    ("season", "seasons", "episode", "episodes", "page", "pages", "issue", "issues", "part", "parts")
)
"""Units of lengths that are not times."""
_MULTIPLES = {
    **dict.fromkeys(("k", "thousand"), 1e3), **dict.fromkeys(("m", "mn", "mio", "million", "millions"), 1e6),
    **dict.fromkeys(("b", "bn", "billion", "billions"), 1e9), **dict.fromkeys(("¢", "p", "ct", "cent", "cents"), 0.01),
}  # fmt: skip
"""What stands behind an amount, and by what it is multiplied."""
_SUFFIX = re.compile(
    rf"([kmbp]|\s?(?:{'|'.join(name for name in _MULTIPLES if len(name) > 1 or name == '¢')}))(?!\w)",
    re.IGNORECASE,
)
_MAGNITUDES = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9}
_DAY_AND_MONTH = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}\b")
_LIST_NAMES = ("name", "title", "label", "value")
"""Keys by which a mapping in a list is told, the first that it has."""


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


def read_words(column: Column, *, title: bool = False) -> list[str]:
    """Returns texts on one line each, "" where there is none.

    Lists are joined; half characters, which no encoder takes, and control characters go. A mapping is a fault: which of its values is meant is
    not known.

    Args:
        column: The cells.
        title: Whether "-" or "none" may be meant, as in titles and texts.
    """
    broken = 0
    words = []
    for row, cell in enumerate(column.cells):
        try:
            text = _joined(cell)
        except _MappingFound as found:
            names = ", ".join(map(str, list(found.mapping)[:6]))
            column.blame(
                row,
                f"a mapping with {names} ({quoted(cell)}); give text or a list of texts, or name one of its values, such as columns="
                f'{{"...": "{column.name}.{next(iter(found.mapping), "name")}"}}, if every row has it.',
            )
            text = ""
        if _SURROGATE.search(text):
            whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
            broken += whole.encode("utf-16", "ignore") != text.encode("utf-16", "surrogatepass")
            text = whole
        text = " ".join(_CONTROL.sub(" ", text).split())
        missing = text in _MISSING_WORDS if title else text.casefold() in MISSING
        words.append("" if missing else text)
    if broken:
        column.notes.append(f"half a character was left out of {broken} cell{_s(broken)}")
    return words


class _MappingFound(Exception):
    def __init__(self, mapping: dict[Any, Any]) -> None:
        self.mapping = mapping


def _joined(cell: Any) -> str:
    """Returns the text of a cell."""
    if cell is None or is_missing(cell):
        return ""
    if isinstance(cell, str):
        return _joined_parts(parts) if (parts := _written_list(cell)) is not None else cell
    if isinstance(cell, dict):
        raise _MappingFound(cell)
    if isinstance(cell, list | tuple | set | frozenset | np.ndarray):
        return _joined_parts(list(cell))
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))  # a column of whole numbers with a gap is one of floats
    return str(cell)


def _joined_parts(parts: list[Any]) -> str:
    named = []
    for part in parts:
        if isinstance(part, dict):
            key = next((name for name in _LIST_NAMES if isinstance(part.get(name), str)), None)
            if key is None:
                raise _MappingFound(part)
            part = part[key]
        named.append(" ".join(_joined(part).split()))
    return joined_texts(named, ", ")


def joined_texts(parts: Iterable[str], mark: str) -> str:
    """Returns texts one after the other, with a mark between them where the first does not end with one of its own; empty ones are left out."""
    joined = ""
    for part in filter(None, parts):
        joined += ("" if not joined else " " if joined[-1] in ".!?:;" else mark) + part
    return joined


def _written_list(text: str) -> list[Any] | None:
    """Returns the list that a cell such as ``['Drama', 'War']`` was before it was written as text; ``None`` for other texts."""
    stripped = text.strip()
    if not (stripped.startswith("[") and stripped.endswith("]")) or len(stripped) > 100_000:
        return None
    if stripped == "[]":
        return []
    if stripped[1:].lstrip()[:1] not in ("'", '"', "{", "u"):
        return None  # "[Remastered]", or "[1984]": a title
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(stripped)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        return (
            found if isinstance(found, list) and all(isinstance(part, str | dict) for part in found) else None
        )
    return None


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


def read_ids(column: Column) -> list[str]:
    """Returns ids; an empty one and one that an earlier row has are faults."""
    ids = read_words(Column(column.name, column.cells, column.places, column.faults))
    first: dict[str, int] = {}
    for row, item in enumerate(ids):
        if not item:
            column.blame(
                row,
                f"no id, though other rows have one; give every item its own, or number the items instead with "
                f'columns={{"id": None}}. Seen: {quoted(column.cells[row])}.',
            )
        elif first.setdefault(item, row) != row:
            column.blame(
                row, f"id {quoted(item)} is also at {column.places[first[item]]}; ids must be unique, or leave the column out with "
                'columns={"id": None}.'
            )  # fmt: skip
    return ids


def read_money(column: Column) -> NDArray[np.float64]:
    """Returns amounts of at least 0, NaN where not known. Currencies are not converted.

    "$12.99", "1.139,00 TL" and "free" are understood; of a range the lower end is taken, and said so.
    """
    plain = _plain_numbers(column)
    if plain is None:
        plain = _amounts(column)
    return _within(column, plain, "price", "an amount such as 12.99 or $12.99")


def _amounts(column: Column) -> NDArray[np.float64]:
    try:
        from price_parser import Price
    except ImportError as error:
        raise CatalogueError(
            f"Column {column.name!r} has amounts such as {quoted(_first_text(column))}, which price-parser reads: pip install "
            '"recgym[text]", or write plain numbers.'
        ) from error
    told = {
        _decimal_mark(number)
        for cell in column.cells
        if isinstance(cell, str) and len(cell) <= _LONGEST_NUMBER
        for number in _NUMBER.findall(cell)
    }
    told -= {None, ""}
    values = np.full(len(column.cells), np.nan)
    currencies: Counter[str] = Counter()
    ranges = 0
    for row, cell in enumerate(column.cells):
        if is_missing(cell):
            continue
        if isinstance(cell, bool | np.bool_) or not isinstance(cell, str):
            values[row] = _as_number(cell)
        elif cell.strip().casefold() in _FREE:
            values[row] = 0.0
        elif len(cell) <= _LONGEST_NUMBER:
            text = _CONTROL.sub(" ", cell)
            numbers = _NUMBER.findall(text)
            is_range = len(numbers) == 2 and _RANGE.search(text) is not None
            decimal = _decimal_mark(numbers[0]) if numbers else ""
            if decimal is None and len(told) == 2:
                column.blame(
                    row,
                    f"{quoted(cell)} may be of thousands or of decimals, and the column has both points and commas before decimals; write 1139.00 or 1.139.",
                )
                continue
            if len(numbers) == 1 or is_range:
                decimal = decimal if decimal is not None else next(iter(told), None)
                first = text[: text.index(numbers[0]) + len(numbers[0])] if is_range else text
                price = Price.fromstring(first, decimal_separator=decimal or None)
                if price.amount is not None:
                    behind = [text[text.index(number) + len(number) :] for number in numbers]
                    suffixes = [suffix for rest in behind if (suffix := _SUFFIX.match(rest))]
                    values[row] = float(price.amount)
                    if suffixes:  # "1-2k" is of thousands at both ends
                        values[row] *= _MULTIPLES[suffixes[0][1].strip().casefold()]
                    ranges += is_range
                    currencies[price.currency or ""] += 1
                    before = text[: text.index(numbers[0])]
                    if "-" in before or "\u2212" in before or text.strip().startswith("("):
                        values[row] *= -1.0
        if math.isnan(values[row]):
            column.blame(
                row, f"{quoted(cell)} is not one amount of money; give a number of at least 0, such as 12.99 or $12.99, or leave it empty where not known."
            )  # fmt: skip
    if ranges:
        column.notes.append(f"{ranges} range{_s(ranges)} of prices read as the lower end")
    known = [name for name in currencies if name]
    if known:
        seen = ", ".join(sorted(known))
        column.notes.append(f"currency {seen}" if len(known) == 1 else f"currencies {seen}, not converted")
    return values


def _decimal_mark(number: str) -> str | None:
    """Returns the mark before the decimals of an amount, "" if it has none; ``None`` if that cannot be told, as in "1.139"."""
    marks = [mark for mark in number if mark in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    if len(marks) == 1 and number.partition(last)[0] == "0":  # nobody writes thousands so
        return last
    if len(set(marks)) == 2 or (len(marks) == 1 and len(number.rsplit(last, 1)[1]) != 3):
        return last
    return None if len(marks) == 1 else ""


def read_counts(column: Column) -> NDArray[np.float64]:
    """Returns numbers of at least 0, NaN where not known; "1,234", "12K" and "4.1M" are understood."""
    values = _plain_numbers(column)
    if values is None:
        values = np.full(len(column.cells), np.nan)
        for row, cell in enumerate(column.cells):
            if is_missing(cell):
                continue
            values[row] = _count(cell) if isinstance(cell, str) else _as_number(cell)
            if math.isnan(values[row]):
                column.blame(
                    row, f"{quoted(cell)} is not a number; give one of at least 0, such as 1200 or 1.2K, or leave it empty where not known."
                )  # fmt: skip
    return _within(column, values, "popularity", "a number")


def _count(text: str) -> float:
    if len(text) > _LONGEST_NUMBER:
        return math.nan
    match = re.fullmatch(
        r"\s*(\d{1,3}(?:[,' \u00a0]\d{3})+|\d+)((?:\.\d+)?)\s*([kmb]?)\+?\s*", text, re.IGNORECASE
    )
    if match is None:
        return math.nan
    whole, decimals, magnitude = match.groups()
    return float(re.sub(r"\D", "", whole) + decimals) * _MAGNITUDES[magnitude.casefold()]


def read_durations(column: Column, *, hours: bool = False) -> NDArray[np.float64]:
    """Returns durations, NaN where not known: in minutes where the file tells the unit, as they are where it does not.

    Units may be in the cells ("90 min", "1:30:00", "PT1H30M") or in the column's name (``duration_ms``). "2 Seasons" is not a time.

    Args:
        column: The cells.
        hours: Whether hours are wanted, as for a half-life, and not minutes; bare numbers are hours then.
    """
    field_name, unit = ("half_life", "hours") if hours else ("duration", "minutes")
    scale = 1.0 / 60.0 if hours else 1.0
    values = _plain_numbers(column)
    if values is not None:
        named = _unit_in_name(column.name)
        if named is not None:
            values = values * _MINUTES[named] * scale
            column.notes.append(f"{named} by the column's name, read as {unit}")
        return _within(column, values, field_name, _DURATIONS)
    values = np.full(len(column.cells), np.nan)
    bare: list[int] = []
    other: list[str] = []
    for row, cell in enumerate(column.cells):
        if is_missing(cell):
            continue
        if isinstance(cell, timedelta | np.timedelta64):
            values[row] = _seconds(cell) / 60.0 * scale
        elif isinstance(cell, time):
            values[row] = (cell.hour * 60 + cell.minute + cell.second / 60.0) * scale
        elif isinstance(cell, str):
            minutes, is_bare = _minutes(cell.strip())
            values[row] = minutes if is_bare else minutes * scale
            if is_bare:
                bare.append(row)
            if math.isnan(minutes) and _is_no_time(cell):
                other.append(cell)
                continue
        else:
            values[row] = _as_number(cell)
            bare.append(row)
        if math.isnan(values[row]):
            column.blame(
                row,
                f"{quoted(cell)} is not a duration; give {_DURATIONS}, or leave it empty where not known.",
            )
    named = _unit_in_name(column.name)
    if bare and named is not None:
        values[bare] *= _MINUTES[named] * scale
    elif bare and not hours and len(bare) < np.isfinite(values).sum():
        for row in bare:
            column.blame(
                row,
                f"{quoted(column.cells[row])} has no unit, though other durations in the column have; write it, too.",
            )
    column.notes.append(f"read as {unit}")
    if other:
        column.notes.append(
            f"{len(other)} value{_s(len(other))} such as {quoted(other[0])}, not times: taken as not known"
        )
    return _within(column, values, field_name, _DURATIONS)


_DURATIONS = "90 min, 1:30:00, PT1H30M or a number"


def _unit_in_name(name: str) -> str | None:
    words = normalised(name).split("_")
    return next((word for word in reversed(words) if word in _MINUTES and len(word) > 1), None) or (
        words[-1] if len(words) > 1 and words[-1] in ("s", "m", "h") else None
    )


def _minutes(text: str) -> tuple[float, bool]:
    """Returns the minutes of a text, and whether it was a bare number, whose unit is not known."""
    if len(text) > _LONGEST_NUMBER:
        return math.nan, False
    try:
        return float(text), True
    except ValueError:
        pass
    if (match := _CLOCK.fullmatch(text)) is not None:
        hours, minutes, seconds = match.groups()
        return int(hours or 0) * 60 + int(minutes) + float(seconds.replace(",", ".")) / 60.0, False
    if len(text) > 1 and (match := _ISO_DURATION.fullmatch(text)) is not None and any(match.groups()):
        return sum(
            float(amount) * _MINUTES[unit] for unit, amount in match.groupdict().items() if amount
        ), False
    total, end = 0.0, 0
    for match in _PART.finditer(text):
        unit = match[2].casefold()
        if match.start() != end or unit not in _MINUTES:
            return math.nan, False
        total += float(match[1].replace(",", ".")) * _MINUTES[unit]
        end = match.end()
    return (total if end == len(text) and end else math.nan), False


def _is_no_time(text: str) -> bool:
    match = _PART.fullmatch(text.strip()) if len(text) <= _LONGEST_NUMBER else None
    return match is not None and match[2].casefold() in _NO_TIME


def _seconds(span: Any) -> float:
    if isinstance(span, np.timedelta64):
        return float(span.astype("timedelta64[ns]").astype(np.int64)) / 1e9
    return float(span.total_seconds())


def read_dates(column: Column) -> NDArray[np.float64]:
    """Returns times in hours, NaN where not known: hours since 1970 (UTC) for dates, Unix times and years; small numbers are hours as they are.

    Unix times may be in seconds, milliseconds, microseconds or nanoseconds. A date without a zone is UTC.
    """
    values = _plain_numbers(column)
    if values is not None:
        return _hours_of_numbers(column, values)
    values = np.full(len(column.cells), np.nan)
    day_first: bool | None = None
    for row, cell in enumerate(column.cells):
        if is_missing(cell):
            continue
        if isinstance(cell, str) and day_first is None and _DAY_AND_MONTH.match(cell):
            day_first = _day_comes_first(column)
        try:
            values[row] = _hours_of(cell, bool(day_first))
        except (ValueError, OverflowError, TypeError):
            column.blame(
                row, f"{quoted(cell)} is not a date; give one such as 2024-03-01 or 2024-03-01T08:00:00Z, a Unix time, or leave it empty where not known."
            )  # fmt: skip
            continue
        year = 1970 + values[row] / HOURS_IN_A_YEAR
        if not FIRST_YEAR <= year <= LAST_YEAR:
            column.blame(
                row, f"{quoted(cell)} is in the year {year:.0f}; allowed are {FIRST_YEAR} to {LAST_YEAR}."
            )
    if np.isfinite(values).any():
        column.notes.append("dates, read as hours since 1970 in UTC")
    return values


def _hours_of_numbers(column: Column, values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.isfinite(values)
    if not known.any():
        return values
    days = _days_of(values[known])
    if days is not None:
        values = values.copy()
        values[known] = days * 24.0
        column.notes.append("dates such as 20240301, read as hours since 1970 in UTC")
        return values
    words = normalised(column.name).split("_")
    sizes = np.abs(values[known])
    whole = bool((values[known] == np.floor(values[known])).all())
    if whole and ("year" in words or bool(((values[known] >= 1_800) & (values[known] <= LAST_YEAR)).all())):
        for row in np.flatnonzero(known & ~((values >= FIRST_YEAR) & (values <= LAST_YEAR))).tolist():
            column.blame(row, f"{values[row]:g} is not a year; allowed are {FIRST_YEAR} to {LAST_YEAR}.")
        column.notes.append("years, read as hours since 1970")
        return (values - 1970.0) * HOURS_IN_A_YEAR
    units = [
        next((per_second for least, per_second in _EPOCH_UNITS if size >= least), 0.0)
        for size in sizes[sizes > 0]
    ]
    counts = Counter(units)
    if not counts or set(counts) == {0.0}:
        if {"timestamp", "epoch", "unix", "ms", "utc"} & set(words) and float(sizes.max()) > 0:
            row = int(np.flatnonzero(known)[0])
            column.blame(
                row, f"{quoted(column.cells[row])} as a Unix time is in early 1970; write seconds or milliseconds since 1970, or a date such as 2024-03-01."
            )  # fmt: skip
        column.notes.append("hours, as they are")
        return values
    per_second = counts.most_common(1)[0][0]
    for row in np.flatnonzero(known).tolist():
        size = abs(values[row])
        unit = next((found for least, found in _EPOCH_UNITS if size >= least), 0.0)
        if unit != per_second and size:
            column.blame(
                row, f"{quoted(column.cells[row])} is not of the unit of the other times, {_UNIT_NAMES[per_second]}; write all in one unit."
            )  # fmt: skip
    if per_second == 0.0:
        column.notes.append("hours, as they are")
        return values
    column.notes.append(f"Unix times in {_UNIT_NAMES[per_second]}, read as hours since 1970")
    return values / (per_second * 3_600.0)


def _days_of(numbers: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Returns days since 1970 of numbers that are all dates without separators, 20240301; ``None`` if one is none."""
    if not (
        (numbers >= 18_000_101) & (numbers <= LAST_YEAR * 10_000 + 1_231) & (numbers == np.floor(numbers))
    ).all():
        return None
    try:
        dates = [datetime.strptime(f"{number:.0f}", "%Y%m%d") for number in numbers.tolist()]
    except ValueError:
        return None
    return np.array([(date - datetime(1970, 1, 1)).days for date in dates], np.float64)


_UNIT_NAMES = {1e9: "nanoseconds", 1e6: "microseconds", 1e3: "milliseconds", 1.0: "seconds", 0.0: "hours"}


def _day_comes_first(column: Column) -> bool:
    pairs = [
        (int(match[1]), int(match[2]))
        for cell in column.cells
        if isinstance(cell, str) and (match := _DAY_AND_MONTH.match(cell))
    ]
    days, months = any(first > 12 for first, _ in pairs), any(second > 12 for _, second in pairs)
    if days and months:
        raise CatalogueError(
            f"Column {column.name!r} has dates with the day first and dates with the month first; write them as 2024-03-01."
        )
    if not days and not months:
        column.notes.append("no date tells whether day or month comes first: the month was taken")
    return days


def _hours_of(cell: Any, day_first: bool) -> float:
    if isinstance(cell, np.datetime64):
        span: Any = cell - np.datetime64(0, "s")
        return float(span / np.timedelta64(1, "ns")) / 3.6e12
    if isinstance(cell, bool | np.bool_):
        raise ValueError("a truth value")
    if isinstance(cell, int | float | np.integer | np.floating):
        unit = next((found for least, found in _EPOCH_UNITS if abs(float(cell)) >= least), 0.0)
        if not unit:
            raise ValueError("a number among dates")
        return float(cell) / (unit * 3_600.0)
    if isinstance(cell, datetime):
        moment: datetime = cell
    elif isinstance(cell, date):
        moment = datetime(cell.year, cell.month, cell.day)
    else:
        text = str(cell).strip()
        if text.count(":") == 1 and text.endswith(("+00:00Z",)):
            text = text[:-1]
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            if re.fullmatch(r"\d{4}", text):
                return (int(text) - 1970.0) * HOURS_IN_A_YEAR
            moment = _parsed_date(text, day_first)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    span = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return span.days * 24.0 + (span.seconds + span.microseconds / 1e6) / 3_600.0


def _parsed_date(text: str, day_first: bool) -> datetime:
    try:
        from dateutil import parser
    except ImportError as error:
        raise CatalogueError(
            f'Dates such as {quoted(text)} are read by python-dateutil: pip install "recgym[text]", or write them as 2024-03-01.'
        ) from error
    if not re.search(r"\d", text) or len(text) > 60:
        raise ValueError("no date")
    first, second = (
        parser.parse(text, dayfirst=day_first, default=datetime(year, 1, 1)) for year in (1904, 2004)
    )
    if first.year != second.year:
        raise ValueError("a date without a year")
    return first


def _plain_numbers(column: Column) -> NDArray[np.float64] | None:
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
            values[row] = _as_number(cell)
            if math.isinf(values[row]) or (math.isnan(values[row]) and not is_missing(cell)):
                return None
        elif not is_missing(cell):
            return None
    return values


def _as_number(cell: Any) -> float:
    """Returns the number that a cell is; NaN for one that is none, truth values among them."""
    if isinstance(cell, bool | np.bool_):
        return math.nan
    if isinstance(cell, int | float | np.integer | np.floating) or type(cell).__name__ == "Decimal":
        try:
            return float(cell)
        except OverflowError:
            return math.nan
    return math.nan


def _within(
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


READ_NUMBERS: dict[str, Callable[[Column], NDArray[np.float64]]] = {
    "price": read_money,
    "duration": read_durations,
    "published": read_dates,
    "half_life": lambda column: read_durations(column, hours=True),
    "popularity": read_counts,
}
"""How each numeric field is read."""


def normalised(name: str) -> str:
    """Returns a column's name as synonyms are written: small letters, words joined by "_".

    >>> normalised(" movieId "), normalised("Product Name"), normalised("release_year:token")
    ('movie_id', 'product_name', 'release_year')
    """
    plain = re.sub(r":(token|token_seq|float|float_seq)\s*$", "", str(name).strip())
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)
    return re.sub(r"[^0-9a-z\u0080-\uffff]+", "_", split.casefold()).strip("_")


def _first_text(column: Column) -> Any:
    return next((cell for cell in column.cells if isinstance(cell, str) and not is_missing(cell)), "")


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def listed_faults(faults: Iterable[Fault], most: int = 10) -> str:
    """Returns the first faults, one a line, and how many more there are."""
    every = sorted(faults, key=lambda fault: fault.row)
    lines = "".join(f"\n  {fault}" for fault in every[:most])
    return lines + (f"\n  ... and {len(every) - most:,} more" if len(every) > most else "")
