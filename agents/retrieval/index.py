"""Nearest neighbours by inner product, exactly, a block of items at a time."""

from __future__ import annotations

import numpy as np

BLOCK = 4_096
"""Items that are looked at in one go: scores of so many fit into a processor's memory."""


class InnerProductIndex:
    """Finds the items whose vectors have the largest inner products with users' vectors.

    Cost for N users and I items of H numbers: O(N I H) multiplications, and memory for N times one block of scores, not for N I.

    Args:
        vectors: (I, H) float32.
        block: Items per block, at least 1.
    """

    def __init__(self, vectors: np.ndarray, block: int = BLOCK) -> None:
        """See the class."""
        self._vectors = np.ascontiguousarray(vectors, np.float32)
        self._block = block

    def best(
        self, users: np.ndarray, count: int, available: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns the best items (N, count) int64 and their scores (N, count), best first, the lower number first where they are equal.

        Args:
            users: (N, H) float32.
            count: Items per user, at most I.
            available: (N, I) bool, what may be found; everything if ``None``. Where fewer than ``count`` are, the last scores are minus infinity.
        """
        size = len(users)
        items, scores = np.zeros((size, 0), np.int64), np.zeros((size, 0), np.float32)
        for first in range(0, len(self._vectors), self._block):
            part = slice(first, first + self._block)
            found = users @ self._vectors[part].T
            if available is not None:
                found = np.where(available[:, part], found, np.float32(-np.inf))
            numbers, found = _largest(found, count)
            items = np.concatenate([items, first + numbers], axis=1)
            scores = np.concatenate([scores, found], axis=1)
            if items.shape[1] > count:
                places, scores = _largest(scores, count)
                items = np.take_along_axis(items, places, axis=1)
        return items, scores


def _largest(scores: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the places (N, count) of the largest of scores (N, M), sorted, the first ones where they are equal, and these scores."""
    if count == 1:
        places = scores.argmax(axis=1)[:, None]
    else:
        places = np.arange(scores.shape[1])[None]
        if count < scores.shape[1]:
            # What is equal to the smallest that is kept may be cut arbitrarily by a partition: all that is larger, then the first of the equal ones.
            smallest = -np.partition(-scores, count - 1, axis=1)[:, count - 1 : count]
            rank = np.where(scores > smallest, 0, np.where(scores == smallest, 1, 2)).astype(np.int8)
            places = np.argsort(rank, axis=1, kind="stable")[:, :count]
        kept = np.take_along_axis(
            np.broadcast_to(scores, scores.shape),
            np.broadcast_to(places, (len(scores), places.shape[1])),
            axis=1,
        )
        order = np.argsort(-kept, axis=1, kind="stable")
        places = np.take_along_axis(np.broadcast_to(places, order.shape), order, axis=1)
    return places, np.take_along_axis(scores, places, axis=1)
