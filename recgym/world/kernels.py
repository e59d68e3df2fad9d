"""How a population comes to be, and when items are available: scalar code about one person, looped over people."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from recgym.core.kernel import kernel
from recgym.core.noise import mix, normal, uniform
from recgym.core.scenario import LATENT, LIKED_RATE, WARM, Scenario
from recgym.users.memory import remember
from recgym.users.taste import TASTE_SPREAD, draw_taste

HISTORY_POOL = 64
"""Items that a person comes across when the warm history is drawn."""
HISTORY_SHARPNESS = 6.0
"""Inverse temperature of the choice of history items."""

_TASTE_STREAM, _TRAIT_STREAM, _POOL_STREAM = 0, 1, 2


class WorldKernels(NamedTuple):
    """A scenario's compiled loops over people and over the clock."""

    populate: Callable[..., Any]
    availability: Callable[..., Any]


@kernel(reassociate=True)
def blend(target, vector, rate):
    """Moves ``target`` towards ``vector`` in place: target += rate (vector - target); both of one shape (D,)."""
    for j in range(vector.shape[0]):
        target[j] += rate * (vector[j] - target[j])


@kernel
def like(liked, vector, count):
    """Adds the vector of an item to what a user liked: the mean of all items, then the recency-weighted mean.

    Args:
        liked: Shape (2 D,), moved.
        vector: Shape (D,).
        count: Items in the mean, this one included.
    """
    dimension = vector.shape[0]
    blend(liked[:dimension], vector, np.float32(1.0) / np.float32(count))
    blend(liked[dimension:], vector, LIKED_RATE)


@kernel
def copy_into(target, vector):
    """Copies ``vector`` into ``target``, both of one shape (D,)."""
    for j in range(vector.shape[0]):
        target[j] = vector[j]


@kernel
def _pool_item(key, m, pool, count):
    """Returns the m-th item of a person's stratified sample of the catalogue: strata are disjoint, so no item comes twice."""
    first, past = m * count // pool, (m + 1) * count // pool
    return first + int(uniform(key, _POOL_STREAM, m) * (past - first))


@cache
def compile_world_kernels(scenario: Scenario) -> WorldKernels:
    """Builds the loops of a scenario. The machine code comes from the disk cache when no source has changed."""
    scenario_begin, affinity = scenario.begin, scenario.affinity
    encountered, available = scenario.encountered, scenario.available

    @kernel
    def draw_history(user, liked, items, vectors, parameters, races, arrivals, length):
        """Draws the warm history: items that this person picked before the session began.

        The person came across a stratified sample of the catalogue and picked ``length`` items of it without replacement, by a
        Plackett-Luce model with log weight HISTORY_SHARPNESS * affinity + log_popularity / 2, drawn as a race of exponentials. The order in which
        they were picked is uniform.

        Args:
            user: The person's record; the ring of recent items is written.
            liked: Shape (2 D,), written: the embeddings of the history, as `like` makes them.
            items: Item records, shape (I,).
            vectors: Public vectors, shape (I, D).
            parameters: The parameters' record.
            races: Scratch, shape (HISTORY_POOL,).
            arrivals: Scratch, shape (HISTORY_POOL,).
            length: Items to draw, >= 0; fewer are drawn when the person came across fewer.
        """
        pool = min(HISTORY_POOL, items.shape[0])
        length = min(length, pool)
        for m in range(pool):
            item = items[_pool_item(user.key, m, pool, items.shape[0])]
            races[m] = math.inf
            arrivals[m] = -1.0
            if item.is_new != 0 or not encountered(user, item, parameters):
                continue
            log_weight = HISTORY_SHARPNESS * affinity(user, item, parameters) + 0.5 * item.log_popularity
            races[m] = -math.log(1.0 - uniform(user.key, _POOL_STREAM + 1, m)) * math.exp(-log_weight)
        drawn = 0
        for _ in range(length):
            winner = 0
            for m in range(1, pool):
                if races[m] < races[winner]:
                    winner = m
            if races[winner] == math.inf:
                break  # the person has come across too few items
            drawn += 1
            races[winner] = math.inf
            arrivals[winner] = uniform(user.key, _POOL_STREAM + 2, winner)
        for j in range(liked.shape[0]):
            liked[j] = 0.0
        for _ in range(drawn):
            latest = 0
            for m in range(1, pool):
                if arrivals[m] > arrivals[latest]:
                    latest = m
            arrivals[latest] = -1.0
            index = _pool_item(user.key, latest, pool, items.shape[0])
            remember(user, index, 1.0, WARM)
            user.picked += 1
            like(liked, vectors[index], user.picked)
        user.history = drawn

    @kernel
    def populate(people, liked, items, vectors, centroids, parameters, races, arrivals, seed):
        """Draws a population.

        Args:
            people: (P,) records, zeroed, written.
            liked: (P, 2 D) float32, written.
            items: (I,) records.
            vectors: (I, D) float32.
            centroids: (TOPICS, LATENT) float32.
            parameters: (1,) record.
            races: (HISTORY_POOL,) scratch.
            arrivals: (HISTORY_POOL,) scratch.
            seed: uint64; another seed is another population.
        """
        constants = parameters[0]
        for p in range(people.shape[0]):
            user = people[p]
            user.person = p
            user.key = mix(seed + mix(np.uint64(p) + np.uint64(1)))
            draw_taste(user.taste, centroids, TASTE_SPREAD, user.key, _TASTE_STREAM)
            user.sensitivity = math.exp(constants.sensitivity_spread * normal(user.key, _TRAIT_STREAM, 0))
            for j in range(LATENT):
                user.first_taste[j] = user.taste[j]
            scenario_begin(user, centroids, constants)
            user.first_slow = user.slow
            draw_history(user, liked[p], items, vectors, constants, races, arrivals, constants.history)

    @kernel
    def availability(items, users, parameters, masks):
        """Writes which items are available to which users: masks (N, I) int8 for users (N,)."""
        constants = parameters[0]
        for n in range(users.shape[0]):
            for i in range(items.shape[0]):
                masks[n, i] = 1 if available(users[n], items[i], constants) else 0

    return WorldKernels(populate, availability)
