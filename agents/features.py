"""Features of users, and of pairs of a user and an item, from any form of observation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from recgym.task import Task
from recgym.task.layout import IGNORED, RECENT_RATE

_PAIRS_AT_ONCE, _PAIRS_IN_CACHE = 100_000, 10_000
"""Pairs of user and item whose features fit into memory, and whose intermediate results fit into a processor's cache."""
_PER_ITEM = ("liked", "ignored", "current")
"""The vectors that models with weights for each item read."""


class UserVectors(NamedTuple):
    """What an observation says of N users, in the space of the D-dimensional item vectors."""

    liked: np.ndarray  # (N, D) float32
    recent: np.ndarray  # (N, D) float32
    ignored: np.ndarray  # (N, D) float32
    current: np.ndarray  # (N, D) float32


def user_vectors(task: Task, observations: Any) -> UserVectors:
    """Reads a batch of observations.

    A flat observation holds the vectors. From a sequence, or from ids, they are means over the items that were engaged with and over those
    that were not, and a recency-weighted mean over the former; from bare item numbers, whose feedback is not told, all that was shown counts as liked.

    Args:
        task: Of the environment.
        observations: A batch, the first axis being users.

    Raises:
        ValueError: if the observations are not a batch of the task's.
    """
    layout = task.layout
    layout.batch_size(observations)
    if layout.is_flat:
        return UserVectors(*(layout.read(observations, name) for name in UserVectors._fields))
    history = layout.read(observations, "history")
    if layout.form == "sequence":
        seen = history
    else:
        seen = task.vectors[np.maximum(history.astype(np.int64) - 1, 0)] * (history > 0)[:, :, None]
    if layout.form == "items":
        engaged, ignored = history > 0, np.zeros(history.shape, np.bool_)
    else:
        feedback, present = layout.read(observations, "feedback"), layout.read(observations, "present") > 0
        engaged, ignored = present & (feedback > IGNORED), present & (feedback == IGNORED)
    return UserVectors(_mean(seen, engaged), _recent(seen, engaged), _mean(seen, ignored), seen[:, -1])


class UserFeatures:
    """Features of users, for models that keep weights for each item.

    x = [1, the first columns of what was liked, of what was ignored and of the current item, the context]. Columns of item vectors are principal components
    of the texts, the strongest first; they are scaled by sqrt(D), to entries of unit size. The context is scaled to [-1, 1]; an observation of bare item
    numbers has none. What was liked lately is left out: the cost of a model for each item grows with the square of the features.

    Args:
        task: Of the environment.
        columns: How many of the D columns; all of them if ``None``, or if D is less.

    Attributes:
        names: Of the features, in their order.
        size: How many they are.
    """

    def __init__(self, task: Task, columns: int | None = None) -> None:
        """See the class."""
        self._task = task
        self._columns = task.dimension if columns is None else min(columns, task.dimension)
        context = () if task.observation == "items" else task.layout.context
        self._low = np.array([feature.low for feature in context])
        self._range = np.array([feature.high - feature.low for feature in context])
        self.names = (
            "one",
            *(f"{name}_{column}" for name in _PER_ITEM for column in range(self._columns)),
            *(feature.name for feature in context),
        )
        self.size = len(self.names)

    def __call__(self, observations: Any) -> np.ndarray:
        """Returns the features (N, size) float64 of a batch of observations."""
        users = user_vectors(self._task, observations)
        scale = np.sqrt(self._task.dimension)
        parts = [np.ones((len(users.liked), 1))]
        parts += [scale * getattr(users, name)[:, : self._columns] for name in _PER_ITEM]
        if len(self._low):
            context = self._task.layout.read(observations, "context")
            parts.append(2.0 * (context - self._low) / self._range - 1.0)
        return np.concatenate(parts, axis=1, dtype=np.float64)


class PairFeatures:
    """Features of user-item pairs, for models that are linear in them.

    x = [1, the item's public statistics (standardised over the items), the item's vector, cosines of the item with what was liked, liked lately, ignored and
    is current, the product of the item's vector with what was liked, entry by entry]. Vectors are scaled by sqrt(D), to entries of unit size.

    Args:
        task: Of the environment.

    Attributes:
        names: Of the features, in their order.
        size: How many they are.
    """

    def __init__(self, task: Task) -> None:
        """See the class."""
        dimension = task.dimension
        statistics = task.item_features[:, dimension:].astype(np.float64)
        spread = statistics.std(axis=0)
        standardised = (statistics - statistics.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        scaled = task.vectors * np.sqrt(dimension)
        self._vectors = scaled.astype(np.float32)
        self._fixed = np.column_stack([np.ones(len(scaled)), standardised, scaled]).astype(np.float32)
        columns = range(dimension)
        self.names = (
            "one",
            *task.item_feature_names[dimension:],
            *(f"item_{column}" for column in columns),
            *(f"cosine_{name}" for name in UserVectors._fields),
            *(f"item_{column}_times_liked" for column in columns),
        )
        self.size = len(self.names)
        own = self._fixed.shape[1]
        self._ends = (own, own + len(UserVectors._fields))

    def __call__(self, users: UserVectors, items: np.ndarray) -> np.ndarray:
        """Returns the features (N, M, size) float32 of N users with M items each.

        Args:
            users: Of N users.
            items: (N, M); the features of -1, an empty place, are 0.
        """
        there = np.maximum(items, 0)
        vectors = self._vectors[there]
        cosines = np.einsum("nmd,nkd->nmk", vectors, np.stack(users, axis=1), optimize=True)
        features = np.concatenate(
            [self._fixed[there], cosines, vectors * users.liked[:, None]], axis=2, dtype=np.float32
        )
        if items.min(initial=0) < 0:
            features[items < 0] = 0.0
        return features

    def linear(self, users: UserVectors, weights: np.ndarray) -> np.ndarray:
        """Returns x' w (N, I) float32 of N users with every item, for weights (size,), or (N, size): each user's own.

        An item's features are its own z = [1, statistics, vector], and what is linear in them given the user; so x' w is z' g, and no x is made.
        """
        liked = users.liked
        own, cosines, products = np.split(
            np.broadcast_to(weights, (len(liked), self.size)), self._ends, axis=1
        )
        of_own = own.astype(np.float32)
        of_own[:, -liked.shape[1] :] += (
            np.einsum("nk,nkd->nd", cosines, np.stack(users, axis=1)) + products * liked
        )
        scores: np.ndarray = of_own @ self._fixed.T
        return scores

    def quadratic(self, users: UserVectors, matrix: np.ndarray) -> np.ndarray:
        """Returns x' M x (N, I) float32 of N users with every item, for a symmetric matrix M (size, size).

        It is z' G z, with z as in `linear` and a G for each user: for n features of an item's own, O(I n^2) a user in place of O(I size^2).
        """
        count, dimension = len(self._vectors), users.liked.shape[1]
        first, second = self._ends
        matrix = matrix.astype(np.float32)
        scores = np.empty((len(users.liked), count), np.float32)
        rows = max(1, _PAIRS_IN_CACHE // count)
        for start in range(0, len(scores), rows):
            part = slice(start, start + rows)
            given = np.stack([vectors[part] for vectors in users], axis=1)  # (n, 4, D)
            liked = users.liked[part]
            mixed = matrix[:first, first:second] @ given + matrix[:first, second:] * liked[:, None]
            forms = np.tile(matrix[:first, :first], (len(liked), 1, 1))
            forms[:, :, -dimension:] += 2.0 * mixed
            crossed = (
                matrix[first:second, first:second] @ given
                + 2.0 * matrix[first:second, second:] * liked[:, None]
            )
            forms[:, -dimension:, -dimension:] += (
                given.transpose(0, 2, 1) @ crossed
                + liked[:, :, None] * matrix[second:, second:] * liked[:, None]
            )
            scores[part] = np.einsum("nim,im->ni", self._fixed @ forms, self._fixed)
        return scores

    def of_all_items(self, users: UserVectors) -> Iterator[tuple[slice, np.ndarray]]:
        """Yields rows of users and their features (n, I, size) with every item, few enough rows at a time to fit into a processor's memory."""
        count = len(self._vectors)
        rows = max(1, _PAIRS_AT_ONCE // count)
        for first in range(0, len(users.liked), rows):
            part = slice(first, first + rows)
            some = UserVectors(*(vectors[part] for vectors in users))
            yield part, self(some, np.broadcast_to(np.arange(count), (len(some.liked), count)))


def _mean(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
    count = np.maximum(rows.sum(axis=1, keepdims=True), 1)
    return (vectors * rows[:, :, None]).sum(axis=1) / count.astype(np.float32)


def _recent(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Returns the recency-weighted mean (N, D) of vectors (N, L, D), oldest first, as flat observations hold it."""
    later = rows[:, ::-1].cumsum(axis=1)[:, ::-1] - rows
    weights = np.where(rows, RECENT_RATE * (1.0 - RECENT_RATE) ** later, 0.0).astype(np.float32)
    recent: np.ndarray = np.einsum("nl,nld->nd", weights, vectors)
    return recent
