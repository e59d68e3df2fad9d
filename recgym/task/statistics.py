"""What the platform counted of each item before the first recommendation of ours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

IS_NEW = "is_new"
"""Column of the items' features that is 1 for those that the platform has never shown; there is one if any item is."""
PRIOR_STRENGTH = 10.0
"""Rates are shrunk to the platform's average as if each item had so many impressions more."""


@dataclass(frozen=True, eq=False)
class ItemStatistics:
    """Counts per item, shape (I,) int64, and rates, shape (I,) float64.

    Attributes:
        impressions: How often the item was shown.
        clicks: How often it was engaged with.
        likes: How often it was liked.
    """

    impressions: np.ndarray
    clicks: np.ndarray
    likes: np.ndarray

    @property
    def click_rate(self) -> np.ndarray:
        """Clicks per impression, shrunk to the average."""
        return _shrunk(self.clicks, self.impressions)

    @property
    def like_rate(self) -> np.ndarray:
        """Likes per click, shrunk to the average."""
        return _shrunk(self.likes, self.clicks)


def _shrunk(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    average = successes.sum() / max(int(trials.sum()), 1)
    return (successes + PRIOR_STRENGTH * average) / (trials + PRIOR_STRENGTH)
