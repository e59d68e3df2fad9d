"""The platform's own log: what it counted before the first recommendation of ours.

A popularity-biased policy served simulated users of their own population; the counts are public, as views and likes are.
They and the text are the only traces of what an item is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from recgym.sessions.sessions import Sessions
from recgym.world.setting import Setting, create_log_people

IMPRESSIONS_PER_ITEM = 100
"""Average length of the log. Popularity is Zipf, so most items have far fewer."""
PRIOR_STRENGTH = 10.0
"""Rates are shrunk to the platform's average as if each item had so many impressions more."""
_ROWS = 512


@dataclass(frozen=True)
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


@lru_cache(maxsize=16)
def platform_statistics(setting: Setting) -> ItemStatistics:
    """Serves the log of a setting's world. The same setting always has the same log."""
    log = create_log_people(setting)
    count = setting.num_items
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([setting.world_seed, 0x6C6F67])))
    sessions = Sessions(
        log, _ROWS, 1, np.zeros(len(setting.scenario.all_signals)), setting.parameters.horizon
    )
    for row, child in enumerate(generator.spawn(_ROWS)):
        sessions.seed(row, child)
    sessions.begin(np.arange(_ROWS))
    shares = np.exp(setting.world.items["log_popularity"].astype(np.float64))
    counts = np.zeros((3, count), np.int64)
    for _ in range(-(-IMPRESSIONS_PER_ITEM * count // _ROWS)):
        actions = _popular_and_available(shares, sessions, generator)
        feedback = sessions.step(actions[:, None])
        for total, weight in zip(counts, (None, feedback.signals[0], feedback.signals[1]), strict=True):
            total += np.bincount(actions, weight, minlength=count).astype(np.int64)
        over = np.flatnonzero(feedback.terminated | feedback.truncated)
        if over.size:
            sessions.begin(over)
    counts.flags.writeable = False
    return ItemStatistics(*counts)


def _popular_and_available(
    shares: np.ndarray, sessions: Sessions, generator: np.random.Generator
) -> np.ndarray:
    """Draws an item per row by its share of exposure among the items that are available to the row."""
    first = generator.random(sessions.size)
    if sessions.setting.always_available:
        return np.searchsorted(np.cumsum(shares) / shares.sum(), first, side="right").clip(0, len(shares) - 1)
    cumulative = np.cumsum(shares * sessions.masks(), axis=1)  # (N, I)
    return (cumulative <= first[:, None] * cumulative[:, -1:]).sum(axis=1)


@lru_cache(maxsize=16)
def item_features(setting: Setting) -> tuple[np.ndarray, tuple[str, ...]]:
    """Returns what may be known of each item before it is shown.

    Returns:
        (I, F) float32: the public vector, then log(1 + impressions) / 10, click rate, like rate and, where the catalogue has
        them, log price and log duration over the median; and the F names.
    """
    statistics = platform_statistics(setting)
    columns = {
        "log_impressions": np.log1p(statistics.impressions) / 10.0,
        "click_rate": statistics.click_rate,
        "like_rate": statistics.like_rate,
    }
    if setting.world.catalogue.price is not None:
        columns["log_price"] = setting.world.items["log_price"]
    if setting.world.catalogue.duration is not None:
        columns["log_duration"] = setting.world.items["log_duration"]
    vectors = setting.world.vectors
    features = np.column_stack([vectors, *columns.values()]).astype(np.float32)
    features.flags.writeable = False
    return features, (*(f"embedding_{j}" for j in range(vectors.shape[1])), *columns)
