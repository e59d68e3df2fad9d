"""What the public features of items tell of their hidden numbers, learned from other worlds of the same scenario."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from recgym.core.scenario import LATENT, TOPICS
from recgym.core.seeds import Purpose, seed_for
from recgym.sessions.setup import Setup
from recgym.task.statistics import PRIOR_STRENGTH
from recgym.world.items import soft_topics, spherical_k_means
from recgym.world.world import WorldArrays

RIDGE = 3.0
"""Penalty of the regressions, in squared standard deviations of a feature."""
CLUSTERINGS = 20
"""Clusterings of the items over which their topics' overlap is averaged."""

Vectors = Callable[[Setup], np.ndarray]
"""Setup -> (I, D) vectors that stand for its items."""


def public_vectors(setup: Setup) -> np.ndarray:
    """Returns the public vectors (I, D) of a setup's items."""
    return setup.world.vectors


def estimate_items(setup: Setup, others: Sequence[Setup], vectors: Vectors = public_vectors) -> WorldArrays:
    """Returns a world's arrays with every hidden number of its items estimated.

    Latents, quality and appeal are ridge regressions (Hoerl and Kennard, 1970) on vectors and the platform's counts. Topics are a factor of the
    mean overlap of the items' topics over clusterings of their vectors, so that inner products of topics are about right. Prices, durations, releases, half-lives,
    domains and groups are public and stay. Of the fashions, the first is estimated, in which the platform counted; of those to come, nothing is known.

    Args:
        setup: The world.
        others: The same scenario in other worlds, whose hidden numbers are learned from.
        vectors: What stands for the items' texts.
    """
    features = np.concatenate([_features(other, vectors) for other in others])
    centre, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    inputs = (features - centre) / scale
    targets = np.concatenate([_targets(other) for other in others])
    level = targets.mean(axis=0)
    penalty = RIDGE * np.eye(inputs.shape[1])
    weights = np.linalg.solve(inputs.T @ inputs + penalty, inputs.T @ (targets - level))
    found = (_features(setup, vectors) - centre) / scale @ weights + level
    items = setup.world.items.copy()
    items["latent"], items["quality"], items["appeal"] = (
        found[:, :LATENT],
        found[:, LATENT],
        found[:, LATENT + 1],
    )
    items["topics"] = _topics(vectors(setup), seed_for(Purpose.TUNING, setup.world.world_seed))
    items["log_popularity"] = np.log(1.0 / len(items))  # plays no part in a session
    items.flags.writeable = False
    arrays = setup.world.arrays
    trends = np.zeros_like(arrays.trends)
    trends[0] = found[:, LATENT + 2 :].sum(axis=1)
    return arrays._replace(items=items, trends=trends)


def _features(setup: Setup, vectors: Vectors) -> np.ndarray:
    """Vectors, log counts, and log-odds of a click and of a like after it, alone and weighted by how much they rest on."""
    statistics = setup.task.statistics
    columns = []
    for rate, trials in (
        (statistics.click_rate, statistics.impressions),
        (statistics.like_rate, statistics.clicks),
    ):
        kept = np.clip(rate, 1e-4, 1.0 - 1e-4)
        log_odds = np.log(kept / (1.0 - kept))
        columns += [np.log1p(trials), log_odds, log_odds * trials / (trials + PRIOR_STRENGTH)]
    return np.column_stack([vectors(setup), *columns])


def _targets(setup: Setup) -> np.ndarray:
    items = setup.world.items
    columns = [items["latent"], items["quality"], items["appeal"]]
    if setup.world.parameters.trend > 0.0:
        columns.append(setup.world.arrays.trends[0])
    return np.column_stack(columns).astype(np.float64)


def _topics(vectors: np.ndarray, seed: int) -> np.ndarray:
    columns = np.zeros((len(vectors), LATENT))
    kept = min(LATENT, vectors.shape[1])
    columns[:, :kept] = vectors[:, :kept]
    columns /= np.maximum(np.linalg.norm(columns, axis=1, keepdims=True), 1e-12)
    overlap = np.zeros((len(vectors), len(vectors)))
    for generator in np.random.default_rng(seed).spawn(CLUSTERINGS):
        shares = soft_topics(columns, spherical_k_means(columns, generator))
        overlap += shares @ shares.T / CLUSTERINGS
    values, factors = np.linalg.eigh(overlap)
    kept = min(TOPICS, len(values))
    topics = np.zeros((len(vectors), TOPICS))
    topics[:, :kept] = factors[:, -kept:] * np.sqrt(np.maximum(values[-kept:], 0.0))
    return topics
