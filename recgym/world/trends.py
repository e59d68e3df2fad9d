"""Fashions: what each adds to the appeal of each item. They come one after the other, by the world's own seed."""

from __future__ import annotations

import numpy as np

from recgym.core.scenario import TOPICS

FASHIONS = 64
"""How many there are; after the last one the first comes again."""
_TREND_STREAM = 0x7472656E64


def draw_trends(topics: np.ndarray, seed: int) -> np.ndarray:
    """Draws what every fashion adds to every item.

    Each fashion has a standard normal number for each topic. An item gets the sum over its topics, weighted by its memberships scaled to unit length: also
    standard normal, and alike for items that are alike. The mean over the items is taken off, so that what gains does so at the others' expense.

    Args:
        topics: (I, TOPICS) memberships.
        seed: The world's seed, >= 0.

    Returns:
        (FASHIONS, I) float32.
    """
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _TREND_STREAM])))
    memberships = topics / np.linalg.norm(topics, axis=1, keepdims=True)
    drawn = generator.standard_normal((FASHIONS, TOPICS)) @ memberships.T.astype(np.float64)
    return np.ascontiguousarray(drawn - drawn.mean(axis=1, keepdims=True), dtype=np.float32)
