"""95 % intervals over users: the jackknife (Quenouille, 1956; Tukey, 1958).

Leaving one user out at a time gives the standard error of anything that is computed from sums over users, be it a mean, a ratio, the number of
different items shown, or the difference of two such numbers. For means it is the usual standard error; otherwise it errs on the wide side (Efron and
Stein, 1981).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Interval:
    """An estimate and its 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """The larger half of the interval."""
        return max(self.high - self.mean, self.mean - self.low)

    def __str__(self) -> str:
        """The estimate, and the interval in brackets, to two decimals."""
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


def jackknife_interval(
    contributions: np.ndarray,
    value: Callable[[np.ndarray], np.ndarray],
    *,
    bounds: tuple[float, float] | None = None,
) -> Interval:
    """Returns a statistic of sums over users with its 95 % interval.

    Args:
        contributions: (N, M), what each of N >= 2 users adds to the M sums.
        value: Maps sums (..., M) to the statistic (...).
        bounds: The interval is cut at these, where the statistic cannot lie beyond.

    Raises:
        ValueError: if there are fewer than two users.
    """
    users = len(contributions)
    if users < 2:
        raise ValueError(f"An interval over users needs at least 2 of them, got {users}.")
    total = contributions.sum(axis=0)
    estimate = float(value(total))
    without = value(total - contributions)  # (N,)
    error = _NORMAL_95 * np.sqrt((users - 1) / users * np.square(without - without.mean()).sum())
    low, high = bounds or (-np.inf, np.inf)
    return Interval(estimate, float(max(estimate - error, low)), float(min(estimate + error, high)))


def mean_interval(values: np.ndarray) -> Interval:
    """Returns the mean of independent values (N,) with its 95 % interval."""
    return ratio_interval(values, np.ones(len(values)))


def ratio_interval(numerator: np.ndarray, denominator: np.ndarray) -> Interval:
    """Returns the ratio of the means of paired values (N,) with its 95 % interval."""
    return jackknife_interval(np.column_stack([numerator, denominator]), ratio)


def ratio(sums: np.ndarray) -> np.ndarray:
    """The first of two sums over the second, (..., 2) -> (...); 0 where both are 0.

    >>> float(ratio(np.array([3.0, 4.0])))
    0.75
    """
    above, below = sums[..., 0], sums[..., 1]
    return np.where(below == 0, 0.0, above / np.where(below == 0, 1.0, below))
