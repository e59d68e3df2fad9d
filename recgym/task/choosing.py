"""From scores and masks to actions: the best items, items at random, items drawn from the best."""

from __future__ import annotations

import numpy as np

POPULAR_SHARE = 0.2
"""Popular policies draw from this share of the available items."""


def best_items(scores: np.ndarray, count: int, generator: np.random.Generator | None = None) -> np.ndarray:
    """Returns the items of the largest scores (N, I), best first.

    Args:
        scores: (N, I).
        count: Items per row.
        generator: Draws lots among equal scores; without it the lower number comes first.

    Returns:
        (N,) int64 if ``count`` is 1, else (N, count).
    """
    if generator is not None:
        lots = generator.random(scores.shape)
        if count > 1:
            return np.lexsort((lots, -scores), axis=1)[:, :count]
        scores = np.where(scores == scores.max(axis=1, keepdims=True), lots, -1.0)
    if count == 1:
        return np.argmax(scores, axis=1)
    return np.argsort(-scores, axis=1, kind="stable")[:, :count]


def random_items(masks: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Draws different items uniformly where masks (N, I) are 1: (N,) if ``count`` is 1, else (N, count)."""
    return best_items(np.where(masks == 1, generator.random(masks.shape), -1.0), count)


def draw_from_top(
    scores: np.ndarray, masks: np.ndarray, share: float, count: int, generator: np.random.Generator
) -> np.ndarray:
    """Draws different items uniformly from the best-scored share of each row's available items.

    Args:
        scores: (N, I).
        masks: (N, I), 1 where an item is available.
        share: Share of the available items, in (0, 1]; at least ``count`` are kept.
        count: Items to draw per row.
        generator: For the draw.

    Returns:
        (N,) int64 if ``count`` is 1, else (N, count).
    """
    kept = np.maximum(count, np.ceil(share * (masks == 1).sum(axis=1))).astype(np.int64)
    ranking = np.argsort(np.where(masks == 1, -scores, np.inf), axis=1, kind="stable")
    lottery = np.where(np.arange(scores.shape[1]) < kept[:, None], generator.random(scores.shape), -1.0)
    drawn = best_items(lottery, count)
    return np.take_along_axis(ranking, drawn.reshape(len(scores), count), axis=1).reshape(drawn.shape)
