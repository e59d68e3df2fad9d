"""Amounts of money, and counts, as people write them."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.catalogue import CatalogueError
from recgym.catalogue.cells import (
    CONTROL_CHARACTERS,
    LONGEST_NUMBER,
    Column,
    as_number,
    first_text,
    is_missing,
    plain_numbers,
    plural_ending,
    quoted,
    within_bounds,
)

_FREE = frozenset(
    ("free", "gratis", "kostenlos", "free to play", "free to use", "free demo", "play for free!")
)
_NUMBER = re.compile(r"\d[\d.,'\u00a0\u202f ]*\d|\d")
_RANGE = re.compile(r"\d\s*[^\d\s.,]{0,3}\s*(?:-|\u2013|\u2014|to|bis)\s*[^\d\s.,]{0,3}\s*\d", re.IGNORECASE)
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


def read_money(column: Column) -> NDArray[np.float64]:
    """Returns amounts of at least 0, NaN where not known. Currencies are not converted.

    "$12.99", "1.139,00 TL" and "free" are understood; of a range the lower end is taken, and said so.
    """
    plain = plain_numbers(column)
    if plain is None:
        plain = _amounts(column)
    return within_bounds(column, plain, "price", "an amount such as 12.99 or $12.99")


def _amounts(column: Column) -> NDArray[np.float64]:
    try:
        from price_parser import Price
    except ImportError as error:
        raise CatalogueError(
            f"Column {column.name!r} has amounts such as {quoted(first_text(column))}, which price-parser reads: pip install "
            '"recgym[text]", or write plain numbers.'
        ) from error
    told = {
        _decimal_mark(number)
        for cell in column.cells
        if isinstance(cell, str) and len(cell) <= LONGEST_NUMBER
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
            values[row] = as_number(cell)
        elif cell.strip().casefold() in _FREE:
            values[row] = 0.0
        elif len(cell) <= LONGEST_NUMBER:
            text = CONTROL_CHARACTERS.sub(" ", cell)
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
        column.notes.append(f"{ranges} range{plural_ending(ranges)} of prices read as the lower end")
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
    values = plain_numbers(column)
    if values is None:
        values = np.full(len(column.cells), np.nan)
        for row, cell in enumerate(column.cells):
            if is_missing(cell):
                continue
            values[row] = _count(cell) if isinstance(cell, str) else as_number(cell)
            if math.isnan(values[row]):
                column.blame(
                    row, f"{quoted(cell)} is not a number; give one of at least 0, such as 1200 or 1.2K, or leave it empty where not known."
                )  # fmt: skip
    return within_bounds(column, values, "popularity", "a number")


def _count(text: str) -> float:
    if len(text) > LONGEST_NUMBER:
        return math.nan
    match = re.fullmatch(
        r"\s*(\d{1,3}(?:[,' \u00a0]\d{3})+|\d+)((?:\.\d+)?)\s*([kmb]?)\+?\s*", text, re.IGNORECASE
    )
    if match is None:
        return math.nan
    whole, decimals, magnitude = match.groups()
    return float(re.sub(r"\D", "", whole) + decimals) * _MAGNITUDES[magnitude.casefold()]
