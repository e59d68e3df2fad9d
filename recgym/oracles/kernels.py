"""Compiled scores of items, with the true state of the user and the scenario's own functions.

There is no second copy of the dynamics here: probabilities, transitions and rewards come from the functions that the simulation runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from recgym.core.kernel import kernel
from recgym.core.scenario import BASE_SIGNALS, Scenario
from recgym.sessions.kernels import dot
from recgym.users.choice import choice_weight, sigmoid
from recgym.users.goodwill import like_probability
from recgym.users.memory import last_item

_CLICK, _LIKE, _DIVERSITY = range(len(BASE_SIGNALS))
_BASE = len(BASE_SIGNALS)


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


@cache
def compile_oracles(scenario: Scenario) -> OracleKernels:
    """Builds the oracles of a scenario."""
    affinity, utility, burden = scenario.affinity, scenario.utility, scenario.burden
    outcome_probabilities, transition, expect = (
        scenario.outcome_probabilities,
        scenario.transition,
        scenario.expect,
    )
    outcomes = scenario.outcomes
    has_slow_state = scenario.planner == "dynamic programming"
    name = scenario.name

    @kernel(name=name)
    def foresee(user, item, parameters, weights, probability, signals, outlook):
        """Foresees what showing an item leads to.

        Args:
            user: A record that may be written. Where a scenario has a slow state, a transition moves that alone, and it is put back.
            item: The item's record.
            parameters: The parameters' record.
            weights: (S,) of the signals.
            probability: (outcomes,) scratch.
            signals: (S,) scratch.
            outlook: (outcomes, 4), written: each outcome's probability, expected reward, probability that the user stays, slow state.
        """
        weight = choice_weight(utility(user, item, parameters), 0, 0.0)
        clicking = weight / (1.0 + weight)
        outcome_probabilities(user, item, parameters, probability)
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
            outlook[outcome, 0] = clicking * probability[outcome] if outcome > 0 else 1.0 - clicking
            outlook[outcome, 1] = reward
            outlook[outcome, 2], outlook[outcome, 3] = 1.0, user.slow
            if has_slow_state:
                slow = user.slow
                outlook[outcome, 2] = 1.0 - sigmoid(transition(user, item, outcome, own, parameters))
                outlook[outcome, 3] = user.slow
                user.slow = slow

    @kernel(name=name)
    def value_of(outlook, future):
        """Returns the expected reward of an outlook and what is expected after it, ``future`` (G,) over the slow state; (0,) for nothing."""
        total = 0.0
        for outcome in range(outcomes):
            worth = outlook[outcome, 1]
            if future.shape[0] > 0:
                worth += outlook[outcome, 2] * interpolate(future, outlook[outcome, 3])
            total += outlook[outcome, 0] * worth
        return total

    @kernel(name=name)
    def solve(
        users, copies, items, parameters, weights, limit, masks, ticks, probability, signals, outlooks, values
    ):
        """Solves each user's session by exact dynamic programming over time and the slow state.

        values[n, t, g] is the largest expected return of user n from step t on with the slow state at g / (G - 1). Fatigue is left
        out (every item looks rested), so that values at step 0 bound every policy's return from above, up to the grid.

        Args:
            users: (N,) records, at the beginning of their sessions.
            copies: (1,) record, scratch.
            items: (I,) records.
            parameters: (1,) record.
            weights: (S,) of the signals.
            limit: Steps until the session is truncated, T.
            masks: (C, I) int8 availability.
            ticks: (N,) first row of ``masks`` for each user; further steps move on where C > 1.
            probability: (outcomes,) scratch.
            signals: (S,) scratch.
            outlooks: (G, I, outcomes, 4) scratch.
            values: (N, T + 1, G), written.
        """
        constants = parameters[0]
        grid = values.shape[2]
        clock_runs = masks.shape[0] > 1
        for n in range(users.shape[0]):
            copies[0] = users[n]
            user = copies[0]
            user.seen = user.history
            for g in range(grid):
                values[n, limit, g] = 0.0
            for back in range(limit):
                step = limit - 1 - back
                user.t = step
                available = masks[ticks[n] + step if clock_runs else 0]
                for g in range(grid):
                    best, found = 0.0, False
                    for i in range(items.shape[0]):
                        if available[i] == 0:
                            continue
                        if clock_runs or back == 0:
                            user.slow = g / (grid - 1.0)
                            foresee(user, items[i], constants, weights, probability, signals, outlooks[g, i])
                        value = value_of(outlooks[g, i], values[n, step + 1])
                        if not found or value > best:
                            best, found = value, True
                    values[n, step, g] = best

    @kernel(name=name)
    def score(
        users,
        copies,
        items,
        vectors,
        parameters,
        weights,
        price,
        masks,
        ticks,
        probability,
        signals,
        outlook,
        values,
        scores,
    ):
        """Scores every item for every user: expected reward plus future value minus price times burden.

        Args:
            users: (N,) records.
            copies: (1,) record, scratch.
            items: (I,) records.
            vectors: (I, D) float32.
            parameters: (1,) record.
            weights: (S,) of the signals.
            price: Shadow price of the scenario's burden; 0 for none.
            masks: (C, I) int8 availability.
            ticks: (N,) row of ``masks`` now.
            probability: (outcomes,) scratch.
            signals: (S,) scratch.
            outlook: (outcomes, 4) scratch.
            values: (N, T + 1, G) from `solve`, or (N, 0, 0) to be myopic.
            scores: (N, I) float64, written; -inf for items that are not available.
        """
        constants = parameters[0]
        last = values.shape[1] - 1
        for n in range(users.shape[0]):
            copies[0] = users[n]
            user = copies[0]
            future = values[n, min(user.t + 1, last)] if last >= 0 else values[n, 0:0, 0]
            for i in range(items.shape[0]):
                scores[n, i] = -math.inf
                if masks[ticks[n], i] == 0:
                    continue
                item = items[i]
                foresee(user, item, constants, weights, probability, signals, outlook)
                value = value_of(outlook, future)
                if weights[_DIVERSITY] != 0.0 and user.seen > 0:
                    value += weights[_DIVERSITY] * (1.0 - max(0.0, dot(vectors[i], vectors[last_item(user)])))
                scores[n, i] = value - price * burden(user, item, constants)

    return OracleKernels(solve, score)
