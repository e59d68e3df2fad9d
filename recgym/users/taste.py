"""Taste: what a user is drawn to, as a unit vector in the hidden space of the items."""

from __future__ import annotations

import math

import numpy as np

from recgym.core.kernel import kernel
from recgym.core.noise import normal, uniform
from recgym.core.scenario import LATENT, TOPICS

TASTE_SPREAD = 0.3
"""Length of a person's own deviation from the topics."""


@kernel
def short_dot(left, right, size):
    """Returns the inner product of two float32 vectors of a few entries, a multiple of 4.

    Four sums side by side: each addition waits for the one before it, and compilers unroll so short a loop before they think of vectors.
    """
    first = second = third = fourth = np.float32(0.0)
    for j in range(0, size, 4):
        first += left[j] * right[j]
        second += left[j + 1] * right[j + 1]
        third += left[j + 2] * right[j + 2]
        fourth += left[j + 3] * right[j + 3]
    return (first + second) + (third + fourth)


@kernel
def cosine(taste, latent):
    """Returns the inner product of a taste and an item's latent, in [-1, 1]; float32 unit vectors of shape (LATENT,)."""
    return short_dot(taste, latent, LATENT)


@kernel
def taste_affinity(user, item, parameters):
    """Returns the cosine of a user's taste and an item's latent."""
    return cosine(user.taste, item.latent)


@kernel
def normalise(vector):
    """Scales a vector of shape (LATENT,) to unit length, in place."""
    total = 1e-12
    for j in range(LATENT):
        total += vector[j] * vector[j]
    scale = 1.0 / math.sqrt(total)
    for j in range(LATENT):
        vector[j] = vector[j] * scale


@kernel
def draw_taste(taste, centroids, spread, key, stream):
    """Draws a taste with few strong interests.

    The topics' weights are exponentials to the fourth power, normalised: sparse, as a Dirichlet with concentration 1/4 is. The taste is
    normalise(sum_k weight_k centroid_k + spread * standard normal / sqrt(LATENT)).

    Args:
        taste: Shape (LATENT,), written.
        centroids: Topic centroids, shape (TOPICS, LATENT), unit rows.
        spread: Length of the person's own deviation from the topics.
        key: The person's key.
        stream: Step number of the noise; another stream gives another, independent taste.
    """
    total = 0.0
    for j in range(LATENT):
        taste[j] = 0.0
    for k in range(TOPICS):
        exponential = -math.log(1.0 - uniform(key, stream, k))
        weight = exponential * exponential * exponential * exponential
        total += weight
        for j in range(LATENT):
            taste[j] += weight * centroids[k, j]
    scale = spread / math.sqrt(LATENT)
    for j in range(LATENT):
        taste[j] = taste[j] / (total + 1e-12) + scale * normal(key, stream, TOPICS + 2 * j)
    normalise(taste)


@kernel
def drift_taste(taste, first_taste, drift, drift_return, key, step, slot):
    """Moves a taste by one step of an Ornstein-Uhlenbeck walk on the sphere (Uhlenbeck and Ornstein, 1930).

    taste' = normalise(taste + drift_return (first_taste - taste) + drift * standard normal). Nothing happens at drift 0.
    """
    if drift > 0.0:
        for j in range(LATENT):
            pull = drift_return * (first_taste[j] - taste[j])
            taste[j] = taste[j] + pull + drift * normal(key, step, slot + 2 * j)
        normalise(taste)
