"""The table of metrics: what a session log is judged by. A metric is a function and a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from recgym.evaluation.intervals import Interval, jackknife_interval, ratio
from recgym.evaluation.rollout import SessionLog

WINDOW = 10
"""Items of a session that are compared with one another for diversity, when they are shown one at a time."""
_USERS_AT_ONCE = 64


@dataclass(frozen=True)
class Metric:
    """A number that describes session logs, computed from sums over users.

    Attributes:
        name: Key in tables and TensorBoard.
        title: Head of the column.
        contributions: Log -> (N, M), what each user adds to the sums.
        value: Sums (..., M) -> the metric (...).
        bounds: Least and greatest value it can have.
    """

    name: str
    title: str
    contributions: Callable[[SessionLog], np.ndarray]
    value: Callable[[np.ndarray], np.ndarray]
    bounds: tuple[float, float]

    def __call__(self, log: SessionLog) -> float:
        """Returns the metric of a log."""
        return float(self.value(self.contributions(log).sum(axis=0)))

    def interval(self, log: SessionLog) -> Interval:
        """Returns the metric with its 95 % interval over users."""
        return jackknife_interval(self.contributions(log), self.value, bounds=self.bounds)


def _reward(log: SessionLog) -> np.ndarray:
    """Sum of rewards, and one session."""
    return np.column_stack([log.rewards.sum(axis=1), np.ones(len(log.rewards))])


def _length(log: SessionLog) -> np.ndarray:
    """Steps, and one session."""
    return np.column_stack([log.running.sum(axis=1), np.ones(len(log.rewards))])


def _click_through(log: SessionLog) -> np.ndarray:
    """Clicks, and impressions: every item of every slate."""
    return np.column_stack([log.signals["click"].sum(axis=1), (log.actions >= 0).sum(axis=(1, 2))])


def _like_rate(log: SessionLog) -> np.ndarray:
    """Likes, and clicks."""
    return np.column_stack([log.signals["like"].sum(axis=1), log.signals["click"].sum(axis=1)])


def _intra_list_diversity(log: SessionLog) -> np.ndarray:
    """A session's mean distance, and 1 if it has a pair of items to compare.

    The distance of two items is 1 - cos of their texts' vectors (Ziegler et al., 2005, take any similarity). Compared are the items of
    a slate, or, when items come one at a time, those that are less than `WINDOW` steps apart.
    """
    users, steps, slate = log.actions.shape
    contributions = np.zeros((users, 2))
    for first in range(0, users, _USERS_AT_ONCE):
        actions = log.actions[first : first + _USERS_AT_ONCE]
        shown = (actions >= 0)[..., None]
        vectors = log.vectors[np.maximum(actions, 0)] * shown  # (n, T, K, E)
        distance, pairs = np.zeros(len(actions)), np.zeros(len(actions))
        if slate > 1:
            # Over the pairs of a slate, sum of cos = (|sum of vectors|^2 - K) / 2.
            cosines = (np.square(vectors.sum(axis=2)).sum(axis=2) - np.square(vectors).sum(axis=(2, 3))) / 2
            each = slate * (slate - 1) / 2
            running = log.running[first : first + _USERS_AT_ONCE]
            pairs = each * running.sum(axis=1)
            distance = pairs - (cosines * running).sum(axis=1)
        else:
            flat, there = vectors[:, :, 0], shown[:, :, 0, 0]
            for lag in range(1, min(WINDOW, steps)):
                both = there[:, lag:] & there[:, :-lag]
                cosines = np.einsum("ute,ute->ut", flat[:, lag:], flat[:, :-lag])
                distance += ((1.0 - cosines) * both).sum(axis=1)
                pairs += both.sum(axis=1)
        contributions[first : first + _USERS_AT_ONCE, 0] = distance / np.maximum(pairs, 1)
        contributions[first : first + _USERS_AT_ONCE, 1] = pairs > 0
    return contributions


def _exposures(log: SessionLog) -> np.ndarray:
    """How often each item was shown, (N, I)."""
    users, count = len(log.actions), log.num_items
    flat = log.actions.reshape(users, -1)
    cells = np.broadcast_to(np.arange(users)[:, None] * count, flat.shape)[flat >= 0] + flat[flat >= 0]
    return np.bincount(cells, minlength=users * count).reshape(users, count).astype(np.float64)


def coverage(exposures: np.ndarray) -> np.ndarray:
    """Share of the items that were shown at all, (..., I) -> (...)."""
    return (exposures > 0).mean(axis=-1)


def gini(exposures: np.ndarray) -> np.ndarray:
    """Gini index of exposure, (..., I) -> (...): 0 if all items are shown as often, near 1 if one has it all; 0 if none was shown."""
    count = exposures.shape[-1]
    weights = 2.0 * np.arange(1, count + 1) - count - 1
    total = exposures.sum(axis=-1)
    return (np.sort(exposures, axis=-1) @ weights) / np.where(total == 0, 1.0, total) / count


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("reward_per_session", "reward", _reward, ratio, (-np.inf, np.inf)),
        Metric("session_length", "length", _length, ratio, (0.0, np.inf)),
        Metric("click_through_rate", "CTR", _click_through, ratio, (0.0, 1.0)),
        Metric("like_rate", "like rate", _like_rate, ratio, (0.0, 1.0)),
        Metric("intra_list_diversity", "ILD", _intra_list_diversity, ratio, (0.0, 2.0)),
        Metric("coverage", "coverage", _exposures, coverage, (0.0, 1.0)),
        Metric("gini_exposure", "Gini", _exposures, gini, (0.0, 1.0)),
    )
}
"""Reward and length are per session; rates are pooled over users: clicks per impression, likes per click."""


def session_metrics(log: SessionLog) -> dict[str, float]:
    """Returns every metric of a log."""
    return {name: metric(log) for name, metric in METRICS.items()}


def normalised_score(log: SessionLog, lowest: SessionLog, highest: SessionLog) -> Interval:
    """Returns (log - lowest) / (highest - lowest) in reward per session, with its 95 % interval over the users that the logs share.

    Args:
        log: Of the policy.
        lowest: Of the policy that scores 0, usually random.
        highest: Of the policy that scores 1, usually the planner.

    Raises:
        ValueError: if the logs are of different numbers of users.
    """
    returns = [each.rewards.sum(axis=1) for each in (log, lowest, highest)]
    if len({len(each) for each in returns}) > 1:
        raise ValueError(
            f"The logs are of {', '.join(str(len(each)) for each in returns)} users; they must be of the same users."
        )
    mine, low, high = returns
    return jackknife_interval(np.column_stack([mine - low, high - low]), ratio)
