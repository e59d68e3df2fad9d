"""The step of a session, written once as scalar code about one user, and looped over rows.

The single environment, the vector environment, the platform's log and the planners' rollouts all run these loops.
"""

from __future__ import annotations

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
    uniform,
)
from recgym.core.prefetch import prefetch
from recgym.core.scenario import BASE_CONTEXT, BASE_SIGNALS, Scenario
from recgym.users.choice import choice_weight, sigmoid
from recgym.users.goodwill import like_probability
from recgym.users.memory import last_item, remember
from recgym.users.taste import drift_taste
from recgym.world.kernels import LIKED_RATE, blend, copy_into

AVERAGE_RATE = 0.1
"""Weight of the newest step in the observable rates."""
_AHEAD = 4
"""Rows between asking for the memory of a row's items and using it."""
_CLICK, _LIKE, _DIVERSITY = range(len(BASE_SIGNALS))
_BASE_SIGNALS, _BASE_CONTEXT = len(BASE_SIGNALS), len(BASE_CONTEXT)


class Kernels(NamedTuple):
    """A scenario's compiled loops over rows."""

    step: Callable[..., Any]
    begin: Callable[..., Any]
    show: Callable[..., Any]
    advance: Callable[..., Any]


@kernel(reassociate=True)
def dot(left, right):
    """Returns the inner product of two float32 vectors of shape (D,)."""
    total = np.float32(0.0)
    for j in range(left.shape[0]):
        total += left[j] * right[j]
    return total


@cache
def compile_kernels(scenario: Scenario) -> Kernels:
    """Builds the loops of a scenario. The machine code comes from the disk cache when no source has changed."""
    utility, outcome_probabilities = scenario.utility, scenario.outcome_probabilities
    transition, emit, observe_extra = scenario.transition, scenario.emit, scenario.observe
    outcomes = scenario.outcomes
    affinity = scenario.affinity
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

    return Kernels(step, begin, show, advance)
