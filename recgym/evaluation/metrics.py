"""The table of metrics: what session logs are judged by. A metric is a function and a row; `register_metric` adds one from anywhere.

Whatever shows metrics reads this table: `recgym.evaluate`, the commands' tables, the JSON that they write, and TensorBoard during training.

Retention from session to session, ``return_rate``, is there where episodes span several sessions (``sessions=``). Elsewhere episodes are independent, nobody comes
back for having been treated well, and what of it can be measured is how long users stay, ``session_length``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recgym.core.arguments import shortened, unknown_name
from recgym.evaluation.intervals import Interval, jackknife_interval, ratio
from recgym.evaluation.session_log import SessionLog

SCORE, REGRET = "normalised_score", "regret"
"""Columns of comparisons that are no metrics of one log: the one needs those of random and of a planner, the other that of a planner."""
WINDOW = 10
"""Items of a session that are compared with one another for diversity, when they are shown one at a time."""
EXPECTED_SHARE = 0.2
"""Share of the items, those of the highest click rate in the platform's log, that nobody is surprised to see."""
SMOOTHING = 0.01
"""Share of the user's own distribution that is mixed into that of what was shown, so that no category is missing from it (Steck, 2018)."""
WORST_SHARE = 0.1
"""Share of the users, those of the lowest returns, that fairness looks at."""
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
        of_histories: Whether it needs ``log.histories``, which are not recorded during training.
        of_returns: Whether it needs users who come back: episodes of several sessions.
    """

    name: str
    title: str
    contributions: Callable[[SessionLog], np.ndarray]
    value: Callable[[np.ndarray], np.ndarray] = ratio
    bounds: tuple[float, float] = (-np.inf, np.inf)
    decimals: int = 2
    of_histories: bool = False
    of_returns: bool = False

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

    The distance of two items is 1 - cos of their texts' vectors (Ziegler et al., 2005, take any similarity). Compared are the items of a
    slate, or, when items come one at a time, those that are less than `WINDOW` steps apart.
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


def self_information(counts: np.ndarray) -> np.ndarray:
    """Bits that it tells to have come across each item, (I,) -> (I,): -log2 of its share of the counts, each item being counted once more.

    >>> self_information(np.array([3, 1, 0, 0])).tolist()
    [1.0, 2.0, 3.0, 3.0]
    """
    seen = counts + 1.0
    return -np.log2(seen / seen.sum())


def _novelty(log: SessionLog) -> np.ndarray:
    """Sum of the self-information of what was shown, by the platform's impressions, and impressions (Zhou et al., 2010; Castells et al., 2011)."""
    there = log.shown >= 0
    bits = self_information(log.task.statistics.impressions)[log.shown] * there
    return np.column_stack([bits.sum(axis=(1, 2)), there.sum(axis=(1, 2))])


def _popularity_lift(log: SessionLog) -> np.ndarray:
    """Mean popularity, share of the platform's impressions, of what was shown to a user, and of what the user brought; 0 and 0 without a history."""
    share = log.task.statistics.impressions / max(1, int(log.task.statistics.impressions.sum()))
    shown, brought = log.shown.reshape(log.num_sessions, -1), _histories(log)
    both = np.asarray((shown >= 0).any(axis=1) & (brought >= 0).any(axis=1))
    means = [
        (share[items] * (items >= 0)).sum(axis=1) / np.maximum((items >= 0).sum(axis=1), 1)
        for items in (shown, brought)
    ]
    return np.column_stack(means) * both[:, None]


def popularity_lift(sums: np.ndarray) -> np.ndarray:
    """How much more popular what is shown is than what users bring, (..., 2) -> (...): 0 if it is as popular, or if nobody brings anything.

    It is (GAP_shown - GAP_brought) / GAP_brought, where GAP is the mean over users of the mean popularity of their items (Abdollahpouri et
    al., 2020).

    >>> float(popularity_lift(np.array([0.75, 0.5])))
    0.5
    """
    shown, brought = sums[..., 0], sums[..., 1]
    return np.where(brought == 0, 0.0, (shown - brought) / np.where(brought == 0, 1.0, brought))


def _lists(log: SessionLog) -> np.ndarray:
    """The set of items that each user was shown as a unit vector, and 1 if it is not empty: (N, I + 1)."""
    there = (_exposures(log) > 0).astype(np.float64)
    size = there.sum(axis=1, keepdims=True)
    return np.hstack([there / np.sqrt(np.maximum(size, 1)), size > 0])


def personalisation(sums: np.ndarray) -> np.ndarray:
    """Mean distance of two users' lists, (..., I + 1) -> (...): 0 if all are shown the same items, 1 if no two have one in common.

    The distance of lists A and B is 1 - |A and B| / sqrt(|A| |B|); of lists of one length L it is 1 - common / L (Zhou et al., 2010). With
    unit vectors, the cosines of all pairs of n users add up to |sum of vectors|^2 - n.

    >>> lists = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]) / np.sqrt(2)  # {0, 1} and {1, 2}
    >>> round(float(personalisation(np.append(lists.sum(axis=0), 2))), 6)
    0.5
    """
    users = sums[..., -1]
    pairs = users * (users - 1)
    alike = np.square(sums[..., :-1]).sum(axis=-1) - users
    return np.where(pairs > 0, 1.0 - alike / np.where(pairs > 0, pairs, 1.0), 0.0)


def calibration_divergence(wanted: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Steck's (2018) C_KL of distributions over categories, (..., C) -> (...), in nats: sum wanted log(wanted / ((1 - SMOOTHING) given + SMOOTHING wanted)).

    >>> half, all_of_one = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    >>> round(float(calibration_divergence(half, all_of_one)), 4)  # (log(.5 / .995) + log(.5 / .005)) / 2
    1.9585
    >>> float(calibration_divergence(half, half))
    0.0
    """
    mixed = (1.0 - SMOOTHING) * given + SMOOTHING * wanted
    there = wanted > 0
    return (wanted * np.log(np.where(there, wanted, 1.0) / np.where(there, mixed, 1.0))).sum(axis=-1)


def _calibration_error(log: SessionLog) -> np.ndarray:
    """Divergence of the categories of what was shown from those of what the user brought, and 1 if there are both."""
    _, category = np.unique(log.task.catalogue.categories, return_inverse=True)
    count = int(category.max()) + 1
    shares, known = [], []
    for items in (_histories(log), log.shown.reshape(log.num_sessions, -1)):
        rows = np.broadcast_to(np.arange(log.num_sessions)[:, None], items.shape)[items >= 0]
        cells = rows * count + category[items[items >= 0]]
        counts = np.bincount(cells, minlength=log.num_sessions * count).reshape(-1, count)
        total = counts.sum(axis=1, keepdims=True)
        shares.append(counts / np.maximum(total, 1))
        known.append(total[:, 0] > 0)
    both = known[0] & known[1]
    return np.column_stack([calibration_divergence(*shares) * both, both])


def surprising_clicks(clicked: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """How many of the clicked items (N, T), -1 for none, are not among the expected ones (I,) bool: (N,).

    >>> surprising_clicks(np.array([[0, 2, -1], [2, 2, 1]]), np.array([True, False, False])).tolist()
    [1, 3]
    """
    return ((clicked >= 0) & ~expected[clicked]).sum(axis=1)


def _serendipity(log: SessionLog) -> np.ndarray:
    """Clicks on what a primitive recommender would not have shown, and impressions (Ge et al., 2010): useful and unexpected, of all that was shown.

    The primitive one shows the `EXPECTED_SHARE` of the items with the highest click rate in the platform's log.
    """
    rates = log.task.popularity
    expected = np.zeros(len(rates), np.bool_)
    expected[np.argsort(-rates, kind="stable")[: int(np.ceil(EXPECTED_SHARE * len(rates)))]] = True
    place = np.maximum(log.attended, 0)[:, :, None]
    attended = np.take_along_axis(log.shown, place, axis=2)[:, :, 0]
    clicked = np.where((log.signals["click"] > 0) & (log.attended >= 0), attended, -1)
    return np.column_stack([surprising_clicks(clicked, expected), (log.shown >= 0).sum(axis=(1, 2))])


def tail_terms(returns: np.ndarray, share: float) -> np.ndarray:
    """Terms (N,) whose mean is the mean return of the given share of users with the lowest ones.

    With q the quantile of the returns x at the share, they are q - max(q - x, 0) / share (Rockafellar and Uryasev, 2000, of losses). Their
    mean is at its largest in q, so that its error is, to first order, that of the terms with q held.

    >>> tail_terms(np.arange(10.0), 0.2).tolist()  # q is 1, and the lowest two are 0 and 1
    [-4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    quantile = np.sort(returns)[int(np.ceil(share * len(returns))) - 1]
    return quantile - np.maximum(quantile - returns, 0.0) / share


def _worst_tenth(log: SessionLog) -> np.ndarray:
    """Terms of the mean return of the worst-off tenth of the users, and one session: what fairness after Rawls (1971) looks at."""
    return np.column_stack([tail_terms(log.returns, WORST_SHARE), np.ones(log.num_sessions)])


def sessions_that_could_be_followed(returns: np.ndarray, sessions: int) -> np.ndarray:
    """Returns after how many sessions of each user another one could have followed, from how often they came back, (N,) -> (N,).

    These are the sessions after which they came back, and the one after which they did not, unless it was the last one that an episode of so many sessions has.

    >>> sessions_that_could_be_followed(np.array([0, 2, 4]), 5).tolist()  # the third user had all five
    [1, 3, 4]
    """
    return returns + (returns < sessions - 1)


def _return_rate(log: SessionLog) -> np.ndarray:
    """Sessions after which the user came back, and those after which they could have: all but the last one that an episode may have.

    The share of visits that are followed by another one is the return rate of Kapoor et al. (2014), here without a limit of time: whoever comes back, does so at last.

    >>> returns = np.array([0, 2, 4])  # of three users, in episodes of up to five sessions
    >>> could = sessions_that_could_be_followed(returns, 5)
    >>> float(ratio(np.column_stack([returns, could]).sum(axis=0)))  # 6 of 1 + 3 + 4
    0.75
    """
    if "returned" not in log.signals:
        raise ValueError(
            "The log is of episodes of one session: nobody comes back. Play an environment made with sessions= above 1, such as RecVideoRetention-v0."
        )
    returns = log.signals["returned"].sum(axis=1)
    return np.column_stack([returns, sessions_that_could_be_followed(returns, log.task.sessions)])


def _histories(log: SessionLog) -> np.ndarray:
    if log.histories is None:
        raise ValueError(
            "The log does not tell what its users brought: it was recorded during training. Logs of play() and evaluate() tell."
        )
    return log.histories


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
        Metric("novelty", "novelty", _novelty, bounds=(0.0, np.inf)),
        Metric("serendipity", "surprises", _serendipity, bounds=(0.0, 1.0)),
        Metric("personalisation", "personal", _lists, personalisation, (0.0, 1.0)),
        Metric("calibration_error", "KL", _calibration_error, bounds=(0.0, np.inf), of_histories=True),
        Metric(
            "popularity_lift", "lift", _popularity_lift, popularity_lift, (-1.0, np.inf), of_histories=True
        ),
        Metric("worst_tenth", "worst 10 %", _worst_tenth),
        Metric("return_rate", "return rate", _return_rate, bounds=(0.0, 1.0), of_returns=True),
    )
}
METRICS: Mapping[str, Metric] = MappingProxyType(_TABLE)
"""Every metric by name; read only. Reward and length are per session; rates are pooled over users: clicks per impression, likes per click."""
COMPARED: Mapping[str, str] = MappingProxyType({SCORE: "normalised", REGRET: "regret"})
"""Columns of comparisons that are no metrics of one log, and their heads."""


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
    if metric.name in COMPARED or _TABLE.setdefault(metric.name, metric) != metric:
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
    """Returns every metric of a log; those of histories only if they were recorded, those of returns only if users may come back."""
    return {metric.name: metric(log) for metric in metrics_of(log)}


def metrics_of(log: SessionLog) -> tuple[Metric, ...]:
    """Returns the metrics that a log can tell."""
    return tuple(
        metric
        for metric in METRICS.values()
        if (log.histories is not None or not metric.of_histories)
        and ("returned" in log.signals or not metric.of_returns)
    )
