"""How arguments are checked, and how the errors are worded."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from typing import Any

import numpy as np


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Words the error for a name that does not exist: the nearest valid name, and all of them.

    >>> unknown_name("split", "tset", ["train", "test"])
    "Unknown split 'tset'. Did you mean 'test'? Valid names: test, train."
    """
    names = sorted(known)
    near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"Unknown {kind} {name!r}.{hint} Valid names: {', '.join(names)}."


def whole_number(name: str, value: Any, low: int, high: int = 2**63 - 1) -> int:
    """Returns a whole number from ``low`` to ``high``.

    Raises:
        TypeError: if it is not a whole number; bools are not.
        ValueError: if it is out of range.
    """
    allowed = (
        f"a whole number of at least {low}" if high == 2**63 - 1 else f"a whole number from {low} to {high}"
    )
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name}={shortened(value)} must be {allowed}.")
    if not low <= value <= high:
        raise ValueError(f"{name}={value!r} is out of range; it must be {allowed}.")
    return int(value)


def real_number(name: str, value: Any, low: float, high: float, *, above: bool = False) -> float:
    """Returns a finite number from ``low`` to ``high``; above ``low`` if ``above``.

    Raises:
        TypeError: if it is not a number; bools are not.
        ValueError: if it is out of range, or NaN.
    """
    ends = [f"above {low:g}" if above else f"of at least {low:g}"] if math.isfinite(low) else []
    ends += [f"{'at most' if ends else 'of at most'} {high:g}"] if math.isfinite(high) else []
    allowed = " ".join(["a number", " and ".join(ends)]) if ends else "a finite number"
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name}={shortened(value)} must be {allowed}.")
    if not (low < value if above else low <= value) or not value <= high or not math.isfinite(value):
        raise ValueError(f"{name}={value!r} is out of range; it must be {allowed}.")
    return float(value)


def shortened(value: Any, width: int = 80) -> str:
    """Returns how a value looks in an error, cut to ``width`` characters."""
    text = repr(value)
    return text if len(text) <= width else text[: width - 3] + "..."
