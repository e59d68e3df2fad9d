"""The step of a session, written once as scalar code about one user, and looped over rows.

The single environment, the vector environment, the platform's log and the planners' rollouts all run these loops.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from recgym.core.kernel import kernel
from recgym.core.noise import (
    CHOICE_SLOT,
    DRIFT_SLOT,
    LEAVE_SLOT,
    LIKE_SLOT,
    OUTCOME_SLOT,
    key_of,
    mix,
    normal,
    uniform,
)
from recgym.core.prefetch import prefetch
from recgym.core.scenario import BASE_CONTEXT, BASE_SIGNALS, LATENT, Scenario
from recgym.users.choice import choice_weight, sigmoid
from recgym.users.goodwill import like_probability
from recgym.users.memory import last_item, remember
from recgym.users.taste import TASTE_SPREAD, draw_taste, drift_taste

LIKED_RATE = np.float32(0.15)
"""Weight of the newest item in the embedding of what was liked, and in that of what was ignored."""
AVERAGE_RATE = 0.1
"""Weight of the newest step in the observable rates."""
HISTORY_POOL = 64
"""Items that a person comes across when the warm history is drawn."""
HISTORY_SHARPNESS = 6.0
"""Inverse temperature of the choice of history items."""

_AHEAD = 4
"""Rows between asking for the memory of a row's items and using it."""
_TASTE_STREAM, _TRAIT_STREAM, _POOL_STREAM = 0, 1, 2
_CLICK, _LIKE, _DIVERSITY = range(len(BASE_SIGNALS))
_BASE_SIGNALS, _BASE_CONTEXT = len(BASE_SIGNALS), len(BASE_CONTEXT)


class Kernels(NamedTuple):
    """A scenario's compiled loops over rows."""

    step: Callable[..., Any]
    begin: Callable[..., Any]
    show: Callable[..., Any]
    populate: Callable[..., Any]
    advance: Callable[..., Any]
    availability: Callable[..., Any]


@kernel(reassociate=True)
def blend(target, vector, rate):
    """Moves ``target`` towards ``vector`` in place: target += rate (vector - target); both of one shape (D,)."""
    for j in range(vector.shape[0]):
        target[j] += rate * (vector[j] - target[j])


@kernel
def copy_into(target, vector):
    """Copies ``vector`` into ``target``, both of one shape (D,)."""
    for j in range(vector.shape[0]):
        target[j] = vector[j]


@kernel(reassociate=True)
def dot(left, right):
    """Returns the inner product of two float32 vectors of shape (D,)."""
    total = np.float32(0.0)
    for j in range(left.shape[0]):
        total += left[j] * right[j]
    return total


@kernel
def _pool_item(key, m, pool, count):
    """Returns the m-th item of a person's stratified sample of the catalogue: strata are disjoint, so no item comes twice."""
    first, past = m * count // pool, (m + 1) * count // pool
    return first + int(uniform(key, _POOL_STREAM, m) * (past - first))


@cache
def compile_kernels(scenario: Scenario) -> Kernels:
    """Builds the loops of a scenario. The machine code comes from the disk cache when no source has changed."""
    scenario_begin, utility, outcome_probabilities = (
        scenario.begin,
        scenario.utility,
        scenario.outcome_probabilities,
    )
    transition, emit, observe_extra = scenario.transition, scenario.emit, scenario.observe
    outcomes = scenario.outcomes
    affinity, encountered, available = scenario.affinity, scenario.encountered, scenario.available
    name = scenario.name

    @kernel(name=name)
    def draw_outcome(user, item, parameters, probability):
        """Draws the kind of engagement, 1 to outcomes - 1, of a user who engages."""
        if outcomes == 2:
            return 1
        outcome_probabilities(user, item, parameters, probability)
        threshold = uniform(user.key, user.t, OUTCOME_SLOT)
        cumulative = 0.0
        for outcome in range(1, outcomes):
            cumulative += probability[outcome]
            if threshold < cumulative:
                return outcome
        return outcomes - 1

    @kernel(name=name)
    def advance(user, items, parameters, slate, weights, probability, signals):
        """Lets one user meet a slate: moves the hidden state, writes the signals.

        Args:
            user: The user's record.
            items: Item records, shape (I,).
            parameters: The parameters' record.
            slate: Item indices, shape (K,), the top position first.
            weights: Scratch, shape (K,).
            probability: Scratch, shape (outcomes,).
            signals: Shape (S,), written.

        Returns:
            The position that the user attended to (the chosen item's, else the top), the outcome, and whether the user left.
        """
        for s in range(signals.shape[0]):
            signals[s] = 0.0
        total = 1.0
        for position in range(slate.shape[0]):
            item = items[slate[position]]
            weights[position] = choice_weight(
                utility(user, item, parameters), position, parameters.position_bias
            )
            total += weights[position]
        threshold = uniform(user.key, user.t, CHOICE_SLOT) * total
        attended, engaged, cumulative = 0, False, 0.0
        for position in range(slate.shape[0]):
            cumulative += weights[position]
            if not engaged and threshold < cumulative:
                attended, engaged = position, True
        item = items[slate[attended]]
        outcome = 0
        if engaged:
            outcome = draw_outcome(user, item, parameters, probability)
            signals[_CLICK] = 1.0
            liking = like_probability(item.quality, affinity(user, item, parameters), parameters.like_base)
            if uniform(user.key, user.t, LIKE_SLOT) < liking:
                signals[_LIKE] = 1.0
        emit(user, item, outcome, parameters, signals[_BASE_SIGNALS:])
        leave = sigmoid(transition(user, item, outcome, parameters))
        left = uniform(user.key, user.t, LEAVE_SLOT) < leave
        drift_taste(
            user.taste,
            user.first_taste,
            parameters.drift,
            parameters.drift_return,
            user.key,
            user.t,
            DRIFT_SLOT,
        )
        for position in range(slate.shape[0]):
            response = 0.0
            if engaged and position == attended:
                response = 1.0 + signals[_LIKE]
            remember(user, slate[position], response)
        user.t += 1
        return attended, outcome, left

    @kernel(name=name)
    def observe(user, vectors, slate, attended, previous, signals, embedding):
        """Updates what can be seen of one user after a step: embeddings, rates, and the diversity signal.

        ``previous`` is the item before, or -1; ``embedding`` (2 D,) holds what was liked, then what was ignored.
        """
        dimension = vectors.shape[1]
        similarity = 0.0
        if previous >= 0:
            similarity = max(-1.0, min(1.0, dot(vectors[slate[attended]], vectors[previous])))
        signals[_DIVERSITY] = 1.0 - max(0.0, similarity)
        clicked = signals[_CLICK]
        user.click_rate += AVERAGE_RATE * (clicked - user.click_rate)
        user.like_rate += AVERAGE_RATE * (signals[_LIKE] - user.like_rate)
        user.redundancy += AVERAGE_RATE * (similarity - user.redundancy)
        for position in range(slate.shape[0]):
            start = 0 if clicked > 0.0 and position == attended else dimension
            blend(embedding[start : start + dimension], vectors[slate[position]], LIKED_RATE)

    @kernel(name=name)
    def write_observation(user, items, vectors, parameters, embedding, observation):
        """Writes the flat observation of one user, shape (W,): observable things only."""
        dimension = vectors.shape[1]
        copy_into(observation[: 2 * dimension], embedding)
        context = observation[3 * dimension :]
        context[0] = max(0.0, 1.0 - user.t / parameters.horizon)
        context[1] = user.click_rate
        context[2] = user.like_rate
        context[3] = user.redundancy
        if user.seen > 0:
            current = last_item(user)
            copy_into(observation[2 * dimension : 3 * dimension], vectors[current])
            observe_extra(user, items[current], parameters, context[_BASE_CONTEXT:])
        else:
            for j in range(2 * dimension, observation.shape[0]):
                if j < 3 * dimension or j >= 3 * dimension + _BASE_CONTEXT:
                    observation[j] = 0.0

    @kernel(name=name)
    def show(users, items, vectors, parameters, embeddings, observations):
        """Writes the flat observations (N, W) of all rows."""
        for i in range(users.shape[0]):
            write_observation(users[i], items, vectors, parameters[0], embeddings[i], observations[i])

    @kernel(name=name)
    def step(
        users,
        items,
        vectors,
        parameters,
        weights,
        limit,
        actions,
        idle,
        embeddings,
        scratch,
        probability,
        row,
        observations,
        signals,
        rewards,
        terminated,
        truncated,
    ):
        """Steps every row that is not idle.

        Args:
            users: (N,) records.
            items: (I,) records.
            vectors: (I, D) float32.
            parameters: (1,) record.
            weights: (S,) float64, of the signals in the reward.
            limit: Steps after which a session is truncated.
            actions: (N, K) int64.
            idle: (N,) bool; idle rows keep their state and get no reward and no signals.
            embeddings: (N, 2 D) float32, updated.
            scratch: (K,) float64.
            probability: (outcomes,) float64.
            row: (S,) float64, scratch.
            observations: (N, W) float32, written; or (0, W) if none are wanted.
            signals: (S, N) float64, written.
            rewards: (N,) float64, written.
            terminated: (N,) bool, written.
            truncated: (N,) bool, written.
        """
        constants = parameters[0]
        for i in range(users.shape[0]):
            if i + _AHEAD < users.shape[0]:
                soon = users[i + _AHEAD]
                if soon.seen > 0:
                    prefetch(vectors, last_item(soon))
                for position in range(actions.shape[1]):
                    prefetch(items, actions[i + _AHEAD, position])
                    prefetch(vectors, actions[i + _AHEAD, position])
            rewards[i] = 0.0
            terminated[i] = False
            truncated[i] = False
            if idle[i]:
                for s in range(row.shape[0]):
                    signals[s, i] = 0.0
            else:
                user = users[i]
                previous = last_item(user) if user.seen > 0 else -1
                attended, _, left = advance(user, items, constants, actions[i], scratch, probability, row)
                observe(user, vectors, actions[i], attended, previous, row, embeddings[i])
                for s in range(row.shape[0]):
                    signals[s, i] = row[s]
                    rewards[i] += weights[s] * row[s]
                terminated[i] = left
                truncated[i] = not left and user.t >= limit
            if observations.shape[0] > 0:
                write_observation(users[i], items, vectors, constants, embeddings[i], observations[i])

    @kernel(name=name)
    def begin(users, rows, streams, begun, people, liked, embeddings):
        """Begins a session in each of the given rows: a person from the population, and the session's own noise.

        Args:
            users: (N,) records, written at ``rows``.
            rows: (M,) int64.
            streams: (N,) uint64, where each row's stream of session keys starts.
            begun: (N,) int64, sessions that each row has begun; counted on.
            people: (P,) records.
            liked: (P, D) float32, each person's embedding of the history.
            embeddings: (N, 2 D) float32, written at ``rows``.
        """
        dimension = liked.shape[1]
        for m in range(rows.shape[0]):
            i = rows[m]
            key = key_of(streams[i], begun[i])
            begun[i] += 1
            person = np.int64(mix(key) % np.uint64(people.shape[0]))
            users[i] = people[person]
            users[i].key = key
            for j in range(dimension):
                embeddings[i, j] = liked[person, j]
                embeddings[i, dimension + j] = 0.0

    @kernel(name=name)
    def draw_history(user, liked, items, vectors, parameters, races, arrivals, length):
        """Draws the warm history: items that this person picked before the session began.

        The person came across a stratified sample of the catalogue and picked ``length`` items of it without replacement, by a
        Plackett-Luce model with log weight HISTORY_SHARPNESS * affinity + log_popularity / 2, drawn as a race of exponentials. The order in which
        they were picked is uniform.

        Args:
            user: The person's record; the ring of recent items is written.
            liked: Shape (D,), written: the recency-weighted embedding of the history.
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
            if not encountered(user, item, parameters):
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
            remember(user, index, 1.0)
            blend(liked, vectors[index], LIKED_RATE)
        user.history = drawn

    @kernel(name=name)
    def populate(people, liked, items, vectors, centroids, parameters, races, arrivals, seed):
        """Draws a population.

        Args:
            people: (P,) records, zeroed, written.
            liked: (P, D) float32, written.
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
            draw_history(user, liked[p], items, vectors, constants, races, arrivals, constants.history)

    @kernel(name=name)
    def availability(items, hours, parameters, masks):
        """Writes which items are available at which hours: masks (C, I) int8 for hours (C,)."""
        constants = parameters[0]
        for c in range(hours.shape[0]):
            for i in range(items.shape[0]):
                masks[c, i] = 1 if available(items[i], hours[c], constants) else 0

    return Kernels(step, begin, show, populate, advance, availability)
