"""Beliefs: what may be thought of users of whom only the history and the feedback are known.

A belief is a user's record of the scenario's own type in which everything hidden is an estimate, so that the scenario's functions, the oracles and the planners
read it as they read a user. Interests are Gaussian: the record holds their mean. Each step's feedback moves them by an extended Kalman
filter on its likelihood (Fahrmeir, 1992), and the hidden state moves as the scenario says it does.
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
from recgym.sessions.kernels import Feedback, compile_kernels
from recgym.sessions.setup import Setup
from recgym.task.actions import NOTHING
from recgym.users.choice import choice_weight
from recgym.users.goodwill import like_probability
from recgym.world.world import WorldArrays

_CLICK, _LIKE = range(2)
_BASE = len(BASE_SIGNALS)
_STEP = 0.05
"""Change of affinity by which derivatives are taken."""
_LOWER, _UPPER, _AS_THOUGHT = range(3)


class Room(NamedTuple):
    """Room for what is thought about one user."""

    minds: np.ndarray  # (3,) records: with less affinity to an item, with more, and as it is thought to be
    interests: tuple[np.ndarray, ...]  # of float32, views (3, d) of the minds' interests
    weights: np.ndarray  # (K,) float64, choice weights of the items shown
    chances: np.ndarray  # (3,) float64
    probabilities: np.ndarray  # (3, outcomes) float64
    signals: np.ndarray  # (3, own signals) float64
    spread: np.ndarray  # (d,) float64


class BeliefKernels(NamedTuple):
    """A scenario's compiled loops over beliefs."""

    directions: Callable[..., Any]
    learn: Callable[..., Any]
    move: Callable[..., Any]


@kernel
def _logit(probability):
    kept = min(max(probability, 1e-6), 1.0 - 1e-6)
    return math.log(kept / (1.0 - kept))


@kernel
def _add(parts, mind, vector, scale):
    """Adds scale * vector (d,) to the interests of one mind, which lie in parts one after another."""
    start = 0
    for part in parts:
        for j in range(part.shape[1]):
            part[mind, j] += scale * vector[start + j]
        start += part.shape[1]


@kernel
def _assign(parts, row, vector):
    """Writes a vector (d,) into the interests of a row."""
    start = 0
    for part in parts:
        for j in range(part.shape[1]):
            part[row, j] = vector[start + j]
        start += part.shape[1]


@cache
def compile_beliefs(scenario: Scenario) -> BeliefKernels:
    """Builds the loops of a scenario."""
    affinity, transition, expect = scenario.affinity, scenario.transition, scenario.expect
    outcome_probabilities, outcomes = scenario.outcome_probabilities, scenario.outcomes
    shares = tuple(signal.is_share for signal in scenario.signals) or (False,)
    kernels, own_signals = compile_kernels(scenario), len(scenario.signals)
    engagement, pass_gap = kernels.engagement, kernels.pass_gap

    @kernel
    def directions(items, parameters, room, vectors):
        """Writes what affinity to each item is linear in: affinity = vectors[item] . interests; vectors (I, d) float64."""
        constants = parameters[0]
        for i in range(items.shape[0]):
            for j in range(vectors.shape[1]):
                room.spread[:] = 0.0
                _assign(room.interests, 0, room.spread)
                without = affinity(room.minds[0], items[i], constants)
                room.spread[j] = 1.0
                _assign(room.interests, 0, room.spread)
                vectors[i, j] = affinity(room.minds[0], items[i], constants) - without

    @kernel
    def most_likely(user, item, parameters, own, room):
        """Returns the kind of engagement whose expected signals are nearest to those that were seen; ``own`` (S,)."""
        best, nearest = 1, math.inf
        for outcome in range(1, outcomes):
            expected = room.signals[_AS_THOUGHT]
            expect(user, item, outcome, parameters, expected)
            distance = 0.0
            for s in range(own.shape[0]):
                distance += abs(expected[s] - own[s])
            if distance < nearest:
                best, nearest = outcome, distance
        return best

    @kernel
    def facts(item, position, others, engaged, outcome, like, own, parameters, trends, room):
        """Returns score and Fisher information, about affinity, of what a user did with one item that was shown.

        The facts are whether it was chosen, and of a chosen one: whether it was liked, how far the engagement went, and those of the scenario's own signals that
        are shares, by the quasi-likelihood of a fraction (Papke and Wooldridge, 1996), which is the likelihood where they are 0 or 1.

        Args:
            item: The item's record.
            position: Its place in the slate.
            others: Sum of the choice weights of all else, the outside option included.
            engaged: Whether it was chosen.
            outcome: Kind of the engagement.
            like: Whether it was liked, 0 or 1.
            own: (S,) the scenario's own signals.
            parameters: The parameters' record.
            trends: (E, I), what each fashion adds to each item.
            room: `Room`, whose minds are set.
        """
        slope_of, score, information = 0.5 / _STEP, 0.0, 0.0
        for mind in range(3):
            weight = choice_weight(
                engagement(room.minds[mind], item, parameters, trends), position, parameters.position_bias
            )
            room.chances[mind] = weight / (others + weight)
        chosen = room.chances[_AS_THOUGHT]
        slope = slope_of * (_logit(room.chances[_UPPER]) - _logit(room.chances[_LOWER]))
        score += slope * ((1.0 if engaged else 0.0) - chosen)
        information += slope * slope * chosen * (1.0 - chosen)
        if not engaged:
            return score, information
        for mind in range(3):
            room.chances[mind] = like_probability(
                item.quality, affinity(room.minds[mind], item, parameters), parameters.like_base
            )
            outcome_probabilities(room.minds[mind], item, parameters, room.probabilities[mind])
            expect(room.minds[mind], item, outcome, parameters, room.signals[mind])
        liking = room.chances[_AS_THOUGHT]
        slope = slope_of * (_logit(room.chances[_UPPER]) - _logit(room.chances[_LOWER]))
        score += slope * (like - liking)
        information += slope * slope * liking * (1.0 - liking)
        for kind in range(1, outcomes):
            above, below = room.probabilities[_UPPER, kind], room.probabilities[_LOWER, kind]
            if above > 0.0 and below > 0.0:
                slope = slope_of * (math.log(above) - math.log(below))
                information += slope * slope * room.probabilities[_AS_THOUGHT, kind]
                if kind == outcome:
                    score += slope
        for s in range(own_signals):
            above, below = room.signals[_UPPER, s], room.signals[_LOWER, s]
            if shares[s] and above != below:
                mean = room.signals[_AS_THOUGHT, s]
                slope = slope_of * (_logit(above) - _logit(below))
                score += slope * (own[s] - mean)
                information += slope * slope * mean * (1.0 - mean)
        return score, information

    @kernel
    def learn(
        beliefs,
        interests,
        means,
        covariances,
        vectors,
        items,
        parameters,
        trends,
        shown,
        attended,
        signals,
        idle,
        room,
    ):
        """Learns each user's interests from a step.

        Args:
            beliefs: (N,) records as before the step; their interests are written.
            interests: Views (N, d) of the beliefs' interests.
            means: (N, d) float64, moved.
            covariances: (N, d, d) float64, moved.
            vectors: (I, d) from ``directions``.
            items: (I,) records.
            parameters: (1,) record.
            trends: (E, I), what each fashion adds to each item.
            shown: (N, K) items, NOTHING for an empty place.
            attended: (N,) places.
            signals: (S, N).
            idle: (N,) bool; rows that did not step.
            room: `Room`.
        """
        constants = parameters[0]
        dimension = means.shape[1]
        for n in range(beliefs.shape[0]):
            if idle[n]:
                continue
            own = signals[_BASE : _BASE + own_signals, n]
            total = 1.0
            for position in range(shown.shape[1]):
                room.weights[position] = 0.0
                if shown[n, position] != NOTHING:
                    level = engagement(beliefs[n], items[shown[n, position]], constants, trends)
                    room.weights[position] = choice_weight(level, position, constants.position_bias)
                total += room.weights[position]
            for position in range(shown.shape[1]):
                index = shown[n, position]
                if index == NOTHING:
                    continue
                item, vector = items[index], vectors[index]
                length = 0.0
                for j in range(dimension):
                    length += vector[j] * vector[j]
                if length == 0.0:
                    continue
                for mind in range(3):
                    copy_record(room.minds, mind, beliefs, n)
                _add(room.interests, _LOWER, vector, -_STEP / length)
                _add(room.interests, _UPPER, vector, _STEP / length)
                engaged = signals[_CLICK, n] > 0.0 and attended[n] == position
                outcome = most_likely(beliefs[n], item, constants, own, room) if engaged else 0
                others = max(total - room.weights[position], 1.0)
                score, information = facts(
                    item, position, others, engaged, outcome, signals[_LIKE, n], own, constants, trends, room
                )
                variance = 0.0
                for j in range(dimension):
                    room.spread[j] = 0.0
                    for k in range(dimension):
                        room.spread[j] += covariances[n, j, k] * vector[k]
                    variance += vector[j] * room.spread[j]
                shrink = 1.0 / (1.0 + information * variance)
                for j in range(dimension):
                    means[n, j] += room.spread[j] * score * shrink
                    for k in range(dimension):
                        covariances[n, j, k] -= room.spread[j] * room.spread[k] * information * shrink
                _assign(interests, n, means[n])

    @kernel
    def move(beliefs, items, blank, parameters, shown, attended, signals, idle, room):
        """Moves what is hidden, the interests apart, by the scenario's own transition, and over the gap if the user came back; arguments as for ``learn``."""
        constants = parameters[0]
        comes_back = signals.shape[0] > _BASE + own_signals
        for n in range(beliefs.shape[0]):
            if idle[n]:
                continue
            own = room.signals[_LOWER]
            for s in range(own_signals):
                own[s] = signals[_BASE + s, n]
            met = attended[n] != NOTHING and shown[n, attended[n]] != NOTHING
            item = items[shown[n, attended[n]]] if met else blank[0]
            outcome = 0
            if met and signals[_CLICK, n] > 0.0:
                outcome = most_likely(beliefs[n], item, constants, own, room)
            transition(beliefs[n], item, outcome, own, constants)
            if comes_back and signals[_BASE + own_signals, n] > 0.0:
                pass_gap(beliefs[n], signals[_BASE + own_signals + 1, n], constants)

    return BeliefKernels(directions, learn, move)


def interest_views(records: np.ndarray, scenario: Scenario) -> tuple[np.ndarray, ...]:
    """Returns views (N, d) of the interests of records (N,): what affinity is linear in."""
    return tuple(records[name] for name in scenario.interests)


class Beliefs:
    """What is thought of the users of running sessions.

    Args:
        setup: Of the sessions.
        arrays: Items and parameters as they are thought to be; the world's own if they are known.
        typical: (1,) record of somebody typical, with whose hidden numbers sessions begin.

    Attributes:
        users: (N,) records.
        means: (N, d) float64, of the interests.
        covariances: (N, d, d) float64.
    """

    def __init__(self, setup: Setup, arrays: WorldArrays, typical: np.ndarray) -> None:
        """See the class; nobody is thought of yet."""
        self.setup, self.arrays = setup, arrays
        self._scenario = setup.world.scenario
        self._typical = typical
        self._kernels = compile_beliefs(self._scenario)
        self._room = self._make_room()
        self._vectors = self._directions()
        hidden = set(self._scenario.hidden_fields)
        self._told = tuple(name for name in typical.dtype.names or () if name not in hidden)
        self.users = np.zeros(0, typical.dtype)
        self.means = np.zeros((0, self._vectors.shape[1]))
        self.covariances = np.zeros((0, 0, 0))

    def begin(
        self, told: np.ndarray, means: np.ndarray, covariances: np.ndarray, known: dict[str, np.ndarray]
    ) -> None:
        """Begins to think of users.

        Args:
            told: (N,) records of whom only what is observable is read.
            means: (N, d) of the interests.
            covariances: (N, d, d).
            known: Hidden fields, by name, that were worked out from the history.
        """
        self.users = np.repeat(self._typical, len(told))
        self.means, self.covariances = means.copy(), covariances.copy()
        for name, values in known.items():
            self.users[name] = values
        self._write_interests()
        self.see(told)

    def see(self, told: np.ndarray) -> None:
        """Takes over what is observable of the users' records (N,)."""
        for name in self._told:
            self.users[name] = told[name]

    def take(self, feedback: Feedback, idle: np.ndarray, *, learns: bool) -> None:
        """Takes the feedback of a step: the hidden state moves and, where it ``learns``, so does what is thought of the interests."""
        arrays, shown, attended, signals = self.arrays, feedback.shown, feedback.attended, feedback.signals
        if learns:
            self._kernels.learn(
                self.users,
                interest_views(self.users, self._scenario),
                self.means,
                self.covariances,
                self._vectors,
                arrays.items,
                arrays.parameters,
                arrays.trends,
                shown,
                attended,
                signals,
                idle,
                self._room,
            )
        self._kernels.move(
            self.users,
            arrays.items,
            arrays.blank,
            arrays.parameters,
            shown,
            attended,
            signals,
            idle,
            self._room,
        )
        drift = float(arrays.parameters["drift"][0])
        if learns and drift > 0.0:
            places = np.arange(self._typical["taste"].shape[1])
            self.covariances[:, places, places] += drift**2

    def _write_interests(self) -> None:
        start = 0
        for part in interest_views(self.users, self._scenario):
            part[:] = self.means[:, start : start + part.shape[1]]
            start += part.shape[1]

    def _make_room(self) -> Room:
        minds = np.zeros(3, self._typical.dtype)
        views = interest_views(minds, self._scenario)
        dimension = sum(view.shape[1] for view in views)
        slate, own = self.setup.slate_size, max(len(self._scenario.signals), 1)
        return Room(
            minds,
            views,
            np.zeros(slate),
            np.zeros(3),
            np.zeros((3, self._scenario.outcomes)),
            np.zeros((3, own)),
            np.zeros(dimension),
        )

    def _directions(self) -> np.ndarray:
        vectors = np.zeros((len(self.arrays.items), len(self._room.spread)))
        self._room.minds[0] = self._typical[0]
        self._kernels.directions(self.arrays.items, self.arrays.parameters, self._room, vectors)
        return vectors
