"""Compiled scores of items, with the true state of the user and the scenario's own functions.

There is no second copy of the dynamics here: probabilities, transitions, rewards and availability come from the functions that the simulation runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from recgym.core.kernel import kernel
from recgym.core.records import copy_record
from recgym.core.scenario import BASE_SIGNALS, Scenario
from recgym.sessions.kernels import compile_kernels, dot
from recgym.users.choice import choice_weight, sigmoid
from recgym.users.goodwill import like_probability
from recgym.users.memory import last_item
from recgym.users.returning import gap_of, mean_gap, return_probability, slow_after_gap

_CLICK, _LIKE, _DIVERSITY = range(len(BASE_SIGNALS))
_BASE = len(BASE_SIGNALS)
OUTLOOK_COLUMNS = 4
"""Numbers that an outlook has for each outcome."""
_PROBABILITY, _REWARD, _STAYING, _SLOW = range(OUTLOOK_COLUMNS)
SURVEY_COLUMNS = 2
"""Numbers that a survey has for each item."""
_EXPECTED, _LASTING = range(SURVEY_COLUMNS)

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
"""Gauss-Hermite quadrature: the mean of a function of a standard normal deviate is about the weighted sum at the nodes."""


class Aim(NamedTuple):
    """What an oracle looks for."""

    weights: np.ndarray  # (S,) float64, of the signals in the reward
    price: float  # shadow price of the scenario's burden; 0 for none
    limit: int  # steps until a session ends, T


class Room(NamedTuple):
    """Room for what an oracle thinks about one user and one item."""

    users: np.ndarray  # (2,) records: the user as they are, and as they would be
    probability: np.ndarray  # (outcomes,) float64
    signals: np.ndarray  # (S,) float64
    outlooks: np.ndarray  # (G, I, outcomes, 4) float64 to solve, (1, 1, outcomes, 4) to score
    surveys: np.ndarray  # (G, I, 2) float64: each item's expected reward, -inf if it is not available, and the probability that the user stays
    reach: np.ndarray  # (G, 2) float64: lowest and highest slow state to which an item leads
    champions: np.ndarray  # (G,) int64: the item that was best when the solver looked last


class OracleKernels(NamedTuple):
    """A scenario's compiled oracles."""

    solve: Callable[..., Any]
    score: Callable[..., Any]


@kernel
def interpolate(values, place):
    """Returns the value at ``place`` in [0, 1] of a function given on an even grid, shape (G,), linearly."""
    scaled = min(max(place, 0.0), 1.0) * (values.shape[0] - 1)
    left = min(int(scaled), values.shape[0] - 2)
    share = scaled - left
    return (1.0 - share) * values[left] + share * values[left + 1]


@kernel
def highest(values, low, high):
    """Returns the largest value on an interval, from ``low`` to ``high`` in [0, 1], of a function given on an even grid, shape (G,)."""
    last = values.shape[0] - 1
    left, right = int(min(max(low, 0.0), 1.0) * last), min(int(min(max(high, 0.0), 1.0) * last) + 1, last)
    most = values[left]
    for g in range(left + 1, right + 1):
        most = max(most, values[g])
    return most


@cache
def compile_oracles(scenario: Scenario) -> OracleKernels:
    """Builds the oracles of a scenario."""
    affinity, burden = scenario.affinity, scenario.burden
    outcome_probabilities, transition, expect = (
        scenario.outcome_probabilities,
        scenario.transition,
        scenario.expect,
    )
    kernels = compile_kernels(scenario)
    can_be_shown, engagement, sessions_of = kernels.can_be_shown, kernels.engagement, kernels.sessions_of
    outcomes, hours_per_step = scenario.outcomes, scenario.hours_per_step
    steps_differ = hours_per_step > 0.0 or scenario.availability == "user"
    looks_ahead = scenario.planner == "dynamic programming"

    own_end = _BASE + len(scenario.signals)

    @kernel
    def returning_earns(weights):
        """Tells whether signals of returning are in the reward, given the weights (S,) of all signals."""
        return weights.shape[0] > own_end and (weights[own_end] != 0.0 or weights[own_end + 1] != 0.0)

    if scenario.users_return:

        @kernel
        def worth_of_ending(user, slow, parameters, weights, following):
            """Returns what is expected when a session ends that is not the episode's last: P(the user returns) times what their return is worth.

            ``following`` (G,) is the value of the next session's beginning over the slow state; (0,) to count the signals of returning only.
            """
            worth = 0.0
            if returning_earns(weights):
                worth = weights[own_end] + weights[own_end + 1] * mean_gap(slow, parameters)
            if following.shape[0] > 0:
                for j in range(_NODES.shape[0]):
                    hours = gap_of(slow, _NODES[j], parameters)
                    place = slow_after_gap(slow, user.first_slow, hours, parameters)
                    worth += _WEIGHTS[j] * interpolate(following, place)
            return return_probability(slow, parameters) * worth

    else:

        @kernel
        def worth_of_ending(user, slow, parameters, weights, following):
            """Nobody comes back."""
            return 0.0

    @kernel
    def foresee(item, parameters, trends, weights, room, outlook):
        """Foresees what showing an item to the user ``room.users[0]`` leads to. The record stays as it is: a transition moves a copy of all of it.

        Args:
            item: The item's record.
            parameters: The parameters' record.
            trends: (E, I), what each fashion adds to each item.
            weights: (S,) of the signals.
            room: `Room`.
            outlook: (outcomes, 4), written: each outcome's probability, expected reward, probability that the user stays, slow state.
        """
        user, signals = room.users[0], room.signals
        weight = choice_weight(engagement(user, item, parameters, trends), 0, 0.0)
        clicking = weight / (1.0 + weight)
        outcome_probabilities(user, item, parameters, room.probability)
        liking = like_probability(item.quality, affinity(user, item, parameters), parameters.like_base)
        for outcome in range(outcomes):
            for s in range(signals.shape[0]):
                signals[s] = 0.0
            own = signals[_BASE:]
            expect(user, item, outcome, parameters, own)
            if outcome > 0:
                signals[_CLICK] = 1.0
                signals[_LIKE] = liking
            reward = 0.0
            for s in range(signals.shape[0]):
                reward += weights[s] * signals[s]
            outlook[outcome, _PROBABILITY] = (
                clicking * room.probability[outcome] if outcome > 0 else 1.0 - clicking
            )
            outlook[outcome, _REWARD] = reward
            outlook[outcome, _STAYING], outlook[outcome, _SLOW] = 1.0, user.slow
            if looks_ahead or returning_earns(weights):
                copy_record(room.users, 1, room.users, 0)
                after = room.users[1]
                outlook[outcome, _STAYING] = 1.0 - sigmoid(transition(after, item, outcome, own, parameters))
                outlook[outcome, _SLOW] = after.slow

    @kernel
    def value_of(outlook, future, ending):
        """Returns the expected reward of an outlook and what is expected after it.

        ``future`` (G,) over the slow state if the user stays, ``ending`` (G,) if they leave; (0,) for nothing.
        """
        total = 0.0
        for outcome in range(outcomes):
            worth = outlook[outcome, _REWARD]
            if future.shape[0] > 0:
                worth += outlook[outcome, _STAYING] * interpolate(future, outlook[outcome, _SLOW])
            if ending.shape[0] > 0:
                worth += (1.0 - outlook[outcome, _STAYING]) * interpolate(ending, outlook[outcome, _SLOW])
            total += outlook[outcome, _PROBABILITY] * worth
        return total

    @kernel
    def survey(g, world, weights, room):
        """Foresees every item for the user ``room.users[0]``, whose slow state is at the place ``g`` of the grid; writes the rows of ``room``."""
        user, parameters = room.users[0], world.parameters[0]
        room.reach[g, 0], room.reach[g, 1] = 1.0, 0.0
        for i in range(world.items.shape[0]):
            room.surveys[g, i, _EXPECTED] = -math.inf
            if not can_be_shown(user, i, world.items, parameters, world.masks):
                continue
            outlook = room.outlooks[g, i]
            foresee(world.items[i], parameters, world.trends, weights, room, outlook)
            expected, lasting = 0.0, 0.0
            for outcome in range(outcomes):
                expected += outlook[outcome, _PROBABILITY] * outlook[outcome, _REWARD]
                lasting += outlook[outcome, _PROBABILITY] * outlook[outcome, _STAYING]
                room.reach[g, 0] = min(room.reach[g, 0], outlook[outcome, _SLOW])
                room.reach[g, 1] = max(room.reach[g, 1], outlook[outcome, _SLOW])
            room.surveys[g, i, _EXPECTED], room.surveys[g, i, _LASTING] = expected, lasting

    @kernel
    def best_value(g, future, ending, room):
        """Returns the largest value of an item at the place ``g`` of the grid, which was surveyed; 0 if none is available.

        Most items are left out without interpolation: what they lead to is worth no more than the best state within reach.
        """
        surveys, champion = room.surveys[g], room.champions[g]
        staying = highest(future, room.reach[g, 0], room.reach[g, 1])
        leaving = highest(ending, room.reach[g, 0], room.reach[g, 1]) if ending.shape[0] > 0 else 0.0
        best = -math.inf
        if surveys[champion, _EXPECTED] > -math.inf:
            best = value_of(room.outlooks[g, champion], future, ending)
        for i in range(surveys.shape[0]):
            lasting = surveys[i, _LASTING]
            if surveys[i, _EXPECTED] + lasting * staying + (1.0 - lasting) * leaving > best:
                value = value_of(room.outlooks[g, i], future, ending)
                if value > best:
                    best, room.champions[g] = value, i
        return best if best > -math.inf else 0.0

    @kernel
    def solve(users, world, aim, room, values):
        """Solves what is left of each user's episode by exact dynamic programming over sessions, time and the slow state.

        values[n, t, g] is the largest expected return of user n from step t on with the slow state at g / (G - 1); steps before the user's own are left
        as they are. Fatigue is left out (every item looks rested), so that values at step 0 bound every policy's return from above, up to the grid. Where
        episodes span k sessions, those of session s follow from s (T + 1) on; the last of each, at step T, are the worth of ending it: what is expected
        of a return.

        Args:
            users: (N,) records.
            world: `recgym.world.world.WorldArrays`.
            aim: `Aim`.
            room: `Room`.
            values: (N, k (T + 1), G), written.
        """
        parameters, grid = world.parameters[0], values.shape[2]
        sessions = sessions_of(parameters)
        for n in range(users.shape[0]):
            copy_record(room.users, 0, users, n)
            user = room.users[0]
            now = user.t
            start = user.hour - now * hours_per_step
            user.seen = user.history
            for session in range(sessions - 1, user.session - 1, -1):
                first, is_last = session * (aim.limit + 1), session == sessions - 1
                end = first + aim.limit
                past = now if session == user.session else 0
                for g in range(grid):
                    values[n, end, g] = 0.0
                    if not is_last:
                        values[n, end, g] = worth_of_ending(
                            user, g / (grid - 1.0), parameters, aim.weights, values[n, end + 1]
                        )
                ending = values[n, 0:0, 0] if is_last else values[n, end]
                for back in range(aim.limit - past):
                    step = aim.limit - 1 - back
                    user.t = step
                    user.hour = start + step * hours_per_step
                    for g in range(grid):
                        user.slow = g / (grid - 1.0)
                        if steps_differ or (back == 0 and is_last):
                            survey(g, world, aim.weights, room)
                        values[n, first + step, g] = best_value(g, values[n, first + step + 1], ending, room)

    @kernel
    def score(users, idle, world, aim, room, values, scores):
        """Scores every item for every user who is not idle: expected reward plus future value minus price times burden.

        Args:
            users: (N,) records.
            idle: (N,) bool, users for whom nothing is to be chosen; their scores are 0.
            world: `recgym.world.world.WorldArrays`.
            aim: `Aim`.
            room: `Room`.
            values: (N, k (T + 1), G) from `solve`, or (N, 0, 0) to be myopic.
            scores: (N, I) float64, written; -inf for items that are not available.
        """
        parameters, vectors, outlook = world.parameters[0], world.vectors, room.outlooks[0, 0]
        sessions = sessions_of(parameters)
        last = values.shape[1] // sessions - 1
        for n in range(users.shape[0]):
            if idle[n]:
                scores[n, :] = 0.0
                continue
            copy_record(room.users, 0, users, n)
            user = room.users[0]
            first, goes_on = user.session * (last + 1), user.session + 1 < sessions
            future = values[n, first + min(user.t + 1, last)] if last >= 0 else values[n, 0:0, 0]
            ending = values[n, first + last] if last >= 0 and goes_on else values[n, 0:0, 0]
            earns = last < 0 and goes_on and returning_earns(aim.weights)
            for i in range(world.items.shape[0]):
                scores[n, i] = -math.inf
                if not can_be_shown(user, i, world.items, parameters, world.masks):
                    continue
                item = world.items[i]
                foresee(item, parameters, world.trends, aim.weights, room, outlook)
                value = value_of(outlook, future, ending)
                if earns:
                    for outcome in range(outcomes):
                        leaving = 1.0 - outlook[outcome, _STAYING] if user.t + 1 < aim.limit else 1.0
                        value += (
                            outlook[outcome, _PROBABILITY]
                            * leaving
                            * worth_of_ending(
                                user, outlook[outcome, _SLOW], parameters, aim.weights, values[n, 0:0, 0]
                            )
                        )
                if aim.weights[_DIVERSITY] != 0.0 and user.seen > 0:
                    similarity = max(0.0, dot(vectors[i], vectors[last_item(user)]))
                    value += aim.weights[_DIVERSITY] * (1.0 - similarity)
                scores[n, i] = value - aim.price * burden(user, item, parameters)

    return OracleKernels(solve, score)
