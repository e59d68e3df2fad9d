"""Durations and dates, as people write them."""

from __future__ import annotations

import math
import re
import warnings
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.catalogue import CatalogueError
from recgym.catalogue.cells import (
    LONGEST_NUMBER,
    Column,
    as_number,
    is_missing,
    normalised,
    plain_numbers,
    plural_ending,
    quoted,
    within_bounds,
)

HOURS_IN_A_YEAR = 24 * 365.2425
FIRST_YEAR, LAST_YEAR = -4_000, 2_100
"""Years in which items may have been made."""
_ZONES = {
    name: 3_600 * hours
    for names, hours in (
        ("UT GMT UTC Z", 0), ("EDT", -4), ("EST CDT", -5), ("CST MDT", -6), ("MST PDT", -7), ("PST", -8),
    )
    for name in names.split()
}  # fmt: skip
"""Seconds from UTC in the zones that RFC 822 names."""
_EPOCH_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e8, 1.0))
"""From which magnitude on a number is a Unix time, and of how many units in a second."""
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
_DAY_AND_MONTH = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}\b")
_DURATIONS = "90 min, 1:30:00, PT1H30M or a number"
_UNIT_NAMES = {1e9: "nanoseconds", 1e6: "microseconds", 1e3: "milliseconds", 1.0: "seconds", 0.0: "hours"}


def read_durations(column: Column, *, hours: bool = False) -> NDArray[np.float64]:
    """Returns durations, NaN where not known: in minutes where the file tells the unit, as they are where it does not.

    Units may be in the cells ("90 min", "1:30:00", "PT1H30M") or in the column's name (``duration_ms``). "2 Seasons" is not a time.

    Args:
        column: The cells.
        hours: Whether hours are wanted, as for a half-life, and not minutes; bare numbers are hours then.
    """
    field_name, unit = ("half_life", "hours") if hours else ("duration", "minutes")
    scale = 1.0 / 60.0 if hours else 1.0
    values = plain_numbers(column)
    if values is not None:
        named = _unit_in_name(column.name)
        if named is not None:
            values = values * _MINUTES[named] * scale
            column.notes.append(f"{named} by the column's name, read as {unit}")
        return within_bounds(column, values, field_name, _DURATIONS)
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
            values[row] = as_number(cell)
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
            f"{len(other)} value{plural_ending(len(other))} such as {quoted(other[0])}, not times: taken as not known"
        )
    return within_bounds(column, values, field_name, _DURATIONS)


def _unit_in_name(name: str) -> str | None:
    words = normalised(name).split("_")
    return next((word for word in reversed(words) if word in _MINUTES and len(word) > 1), None) or (
        words[-1] if len(words) > 1 and words[-1] in ("s", "m", "h") else None
    )


def _minutes(text: str) -> tuple[float, bool]:
    """Returns the minutes of a text, and whether it was a bare number, whose unit is not known."""
    if len(text) > LONGEST_NUMBER:
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
    match = _PART.fullmatch(text.strip()) if len(text) <= LONGEST_NUMBER else None
    return match is not None and match[2].casefold() in _NO_TIME


def _seconds(span: Any) -> float:
    if isinstance(span, np.timedelta64):
        return float(span.astype("timedelta64[ns]").astype(np.int64)) / 1e9
    return float(span.total_seconds())


def read_dates(column: Column) -> NDArray[np.float64]:
    """Returns times in hours, NaN where not known: hours since 1970 (UTC) for dates, Unix times and years; small numbers are hours as they are.

    Unix times may be in seconds, milliseconds, microseconds or nanoseconds. A date without a zone is UTC.
    """
    values = plain_numbers(column)
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
    _check_years(column, values)
    if np.isfinite(values).any():
        column.notes.append("dates, read as hours since 1970 in UTC")
    return values


def _check_years(column: Column, values: NDArray[np.float64]) -> None:
    years = 1970.0 + values / HOURS_IN_A_YEAR
    for row in np.flatnonzero((years < FIRST_YEAR) | (years > LAST_YEAR)).tolist():
        column.blame(
            row, f"{quoted(column.cells[row])} is in the year {years[row]:.0f}; allowed are {FIRST_YEAR} to {LAST_YEAR}."
        )  # fmt: skip


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
    hours = values / (per_second * 3_600.0)
    _check_years(column, hours)
    return hours


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
        seconds = cell.astype("datetime64[s]")  # nanoseconds since 1970 end in the year 2262
        return (float(seconds.astype(np.int64)) + float((cell - seconds) / np.timedelta64(1, "s"))) / 3_600.0
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
            if re.fullmatch(r"\d{9,20}", text):
                return _hours_of(int(text), day_first)
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
    day_first = day_first and not re.match(r"\d{4}", text)  # what begins with the year goes on with the month
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", parser.UnknownTimezoneWarning)
            first, second = (
                parser.parse(text, dayfirst=day_first, default=datetime(year, 1, 1), tzinfos=_ZONES)
                for year in (1904, 2004)
            )
    except parser.UnknownTimezoneWarning as error:
        raise ValueError("a time of an unknown zone") from error
    if first.year != second.year:
        raise ValueError("a date without a year")
    return first
