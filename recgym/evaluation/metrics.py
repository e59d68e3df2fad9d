"""The table of metrics: what session logs are judged by. A metric is a function and a row; `register_metric` adds one from anywhere.

Whatever shows metrics reads this table: `recgym.evaluate`, the commands' tables, the JSON that they write, and TensorBoard during training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recgym.core.arguments import shortened, unknown_name
from recgym.evaluation.intervals import Interval, jackknife_interval, ratio
from recgym.evaluation.session_log import SessionLog

SCORE = "normalised_score"
"""Column of comparisons that is no metric of one log: it needs those of random and of a planner."""
WINDOW = 10
"""Items of a session that are compared with one another for diversity, when they are shown one at a time."""
_USERS_AT_ONCE = 64


@dataclass(frozen=True)
class Metric:
    """A number that describes session logs, computed from sums over users, so that it has an interval and can be paired.

    Attributes:
        name: Key in tables, files and TensorBoard, such as ``"session_length"``.
        title: Head of the column.
        contributions: Log -> (N, M), what each user adds to M sums.
        value: Sums (..., M) -> the metric (...); `recgym.evaluation.ratio`, the first sum over the second, makes means and rates.
        bounds: Least and greatest value that it can have.
        decimals: In tables.
    """

    name: str
    title: str
    contributions: Callable[[SessionLog], np.ndarray]
    value: Callable[[np.ndarray], np.ndarray] = ratio
    bounds: tuple[float, float] = (-np.inf, np.inf)
    decimals: int = 2

    def __call__(self, log: SessionLog) -> float:
        """Returns the metric of a log."""
        return float(self.value(self.contributions(log).sum(axis=0)))

    def interval(self, log: SessionLog) -> Interval:
        """Returns the metric with its 95 % interval over users."""
        return jackknife_interval(self.contributions(log), self.value, bounds=self.bounds)

    def difference(self, mine: SessionLog, other: SessionLog) -> Interval:
        """Returns the metric of one log less that of another, with its 95 % interval, paired by user. See `recgym.evaluation.paired_difference`."""
        left, right = self.contributions(mine), self.contributions(other)
        columns = left.shape[1]
        return jackknife_interval(
            np.hstack([left, right]),
            lambda sums: self.value(sums[..., :columns]) - self.value(sums[..., columns:]),
        )


def _reward(log: SessionLog) -> np.ndarray:
    """Sum of rewards, and one session."""
    return np.column_stack([log.returns, np.ones(log.num_sessions)])


def _length(log: SessionLog) -> np.ndarray:
    """Steps, and one session."""
    return np.column_stack([log.lengths, np.ones(log.num_sessions)])


def _click_through(log: SessionLog) -> np.ndarray:
    """Clicks, and impressions: every item of every slate, as it was shown."""
    return np.column_stack([log.signals["click"].sum(axis=1), (log.shown >= 0).sum(axis=(1, 2))])


def _like_rate(log: SessionLog) -> np.ndarray:
    """Likes, and clicks."""
    return np.column_stack([log.signals["like"].sum(axis=1), log.signals["click"].sum(axis=1)])


def _intra_list_diversity(log: SessionLog) -> np.ndarray:
    """A session's mean distance, and 1 if it has a pair of items to compare.

    The distance of two items is 1 - cos of their texts' vectors (Ziegler et al., 2005, take any similarity). Compared are the items of a slate, or,
    when items come one at a time, those that are less than `WINDOW` steps apart.
    """
    users, steps, slate = log.shown.shape
    contributions = np.zeros((users, 2))
    for first in range(0, users, _USERS_AT_ONCE):
        items = log.shown[first : first + _USERS_AT_ONCE]
        there = items >= 0
        vectors = log.task.text_vectors[np.maximum(items, 0)] * there[..., None]  # (n, T, K, E)
        distance, pairs = np.zeros(len(items)), np.zeros(len(items))
        if slate > 1:
            # Over the pairs of a slate of n items, sum of cos = (|sum of vectors|^2 - sum of |vector|^2) / 2.
            cosines = (np.square(vectors.sum(axis=2)).sum(axis=2) - np.square(vectors).sum(axis=(2, 3))) / 2
            count = there.sum(axis=2)
            pairs = (count * (count - 1) / 2).sum(axis=1)
            distance = pairs - cosines.sum(axis=1)
        else:
            flat, present = vectors[:, :, 0], there[:, :, 0]
            for lag in range(1, min(WINDOW, steps)):
                both = present[:, lag:] & present[:, :-lag]
                cosines = np.einsum("ute,ute->ut", flat[:, lag:], flat[:, :-lag])
                distance += ((1.0 - cosines) * both).sum(axis=1)
                pairs += both.sum(axis=1)
        contributions[first : first + _USERS_AT_ONCE, 0] = distance / np.maximum(pairs, 1)
        contributions[first : first + _USERS_AT_ONCE, 1] = pairs > 0
    return contributions


def _exposures(log: SessionLog) -> np.ndarray:
    """How often each item was shown, (N, I)."""
    users, count = log.num_sessions, log.task.num_items
    flat = log.shown.reshape(users, -1)
    cells = np.broadcast_to(np.arange(users)[:, None] * count, flat.shape)[flat >= 0] + flat[flat >= 0]
    return np.bincount(cells, minlength=users * count).reshape(users, count).astype(np.float64)


def coverage(exposures: np.ndarray) -> np.ndarray:
    """Share of the items that were shown at all, (..., I) -> (...).

    >>> float(coverage(np.array([3.0, 0.0, 1.0, 0.0])))
    0.5
    """
    return (exposures > 0).mean(axis=-1)


def gini(exposures: np.ndarray) -> np.ndarray:
    """Gini index of exposure, (..., I) -> (...): 0 if all items are shown as often, near 1 if one has it all; 0 if none was shown.

    >>> float(gini(np.array([0.0, 0.0, 0.0, 4.0])))
    0.75
    """
    count = exposures.shape[-1]
    weights = 2.0 * np.arange(1, count + 1) - count - 1
    total = exposures.sum(axis=-1)
    return (np.sort(exposures, axis=-1) @ weights) / np.where(total == 0, 1.0, total) / count


_TABLE: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("reward_per_session", "reward", _reward),
        Metric("session_length", "length", _length, bounds=(0.0, np.inf)),
        Metric("click_through_rate", "CTR", _click_through, bounds=(0.0, 1.0)),
        Metric("like_rate", "like rate", _like_rate, bounds=(0.0, 1.0)),
        Metric("intra_list_diversity", "ILD", _intra_list_diversity, bounds=(0.0, 2.0)),
        Metric("coverage", "coverage", _exposures, coverage, (0.0, 1.0)),
        Metric("gini_exposure", "Gini", _exposures, gini, (0.0, 1.0)),
    )
}
METRICS: Mapping[str, Metric] = MappingProxyType(_TABLE)
"""Every metric by name; read only. Reward and length are per session; rates are pooled over users: clicks per impression, likes per click."""


def register_metric(metric: Metric) -> Metric:
    """Adds a metric to the table and returns it. From then on whatever shows metrics shows it.

    Raises:
        TypeError: if it is not a `Metric`.
        ValueError: if its name is not an identifier, or belongs to another metric.
    """
    if not isinstance(metric, Metric):
        raise TypeError(f"{shortened(metric)} is not a recgym.evaluation.Metric.")
    if not metric.name.isidentifier():
        raise ValueError(
            f"The name {metric.name!r} must be one word of letters, digits and underscores: it is a key of tables, JSON and TensorBoard."
        )
    if metric.name == SCORE or _TABLE.setdefault(metric.name, metric) != metric:
        raise ValueError(f"There is a metric named {metric.name!r} already; choose another name.")
    return metric


def unregister_metric(name: str) -> None:
    """Takes a metric out of the table.

    Raises:
        ValueError: if there is none of that name.
    """
    if name not in _TABLE:
        raise ValueError(unknown_name("metric", name, _TABLE))
    del _TABLE[name]


def find_metrics(names: Iterable[str]) -> tuple[Metric, ...]:
    """Returns metrics by their names.

    Raises:
        ValueError: for a name that is not in the table; the nearest one is told.
    """
    wanted = (names,) if isinstance(names, str) else tuple(names)
    for name in wanted:
        if name not in _TABLE:
            raise ValueError(unknown_name("metric", name, _TABLE))
    return tuple(_TABLE[name] for name in wanted)


def session_metrics(log: SessionLog) -> dict[str, float]:
    """Returns every metric of a log."""
    return {name: metric(log) for name, metric in METRICS.items()}
