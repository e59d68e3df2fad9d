"""The step of a session, written once as scalar code about one user, and looped over rows.

The single environment, the vector environment, the platform's log and the planners' rollouts all run these loops.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from recgym.core.atomic import CACHE_LINE_NUMBERS, fetch_add
from recgym.core.kernel import kernel
from recgym.core.noise import (
    CHOICE_SLOT,
    DRIFT_SLOT,
    GAP_SLOT,
    LEAVE_SLOT,
    LIKE_SLOT,
    OUTCOME_SLOT,
    RETURN_SLOT,
    key_of,
    mix,
    normal,
    uniform,
)
from recgym.core.parameters import MEMORY
from recgym.core.prefetch import prefetch
from recgym.core.records import copy_record
from recgym.core.scenario import (
    BASE_CONTEXT,
    BASE_SIGNALS,
    LIKED_RATE,
    RETURN_CONTEXT,
    RETURN_SIGNALS,
    WARM,
    Scenario,
)
from recgym.task.actions import NOTHING, REPAIR
from recgym.task.layout import VECTORS
from recgym.users.choice import choice_weight, sigmoid
from recgym.users.goodwill import like_probability
from recgym.users.memory import last_item, remember
from recgym.users.returning import begin_next_session, gap_of, return_probability
from recgym.users.taste import drift_taste
from recgym.users.trend import trend_effect
from recgym.world.kernels import blend, copy_into, like

AVERAGE_RATE = 0.1
"""Weight of the newest step in the observable rates."""

PIECE = 64
"""Rows that a thread takes at a time."""
_AHEAD = 4
"""Rows between asking for the memory of a row's items and using it."""
_PENDING = -2
"""A place of a slate whose item cannot be shown, before it is decided what comes instead."""
_CLICK, _LIKE, _DIVERSITY = range(len(BASE_SIGNALS))
_BASE_SIGNALS, _BASE_CONTEXT = len(BASE_SIGNALS), len(BASE_CONTEXT)
_RETURN_SIGNALS, _RETURN_CONTEXT = len(RETURN_SIGNALS), len(RETURN_CONTEXT)
_LOG_YEAR = math.log(1.0 + 24.0 * 365.0)
_LIKED, _RECENT, _IGNORED, _CURRENT = range(len(VECTORS))
_VECTORS = len(VECTORS)


class SessionArrays(NamedTuple):
    """What moves, one row per session."""

    users: np.ndarray  # (N,) records
    embeddings: np.ndarray  # (N, 3 D) float32: what was liked, what was liked lately, what was ignored


class Origins(NamedTuple):
    """Where sessions come from."""

    streams: np.ndarray  # (N,) uint64, where each row's stream of session keys starts
    begun: np.ndarray  # (N,) int64, sessions that each row has begun; counted on
    people: np.ndarray  # (P,) records
    liked: np.ndarray  # (P, 2 D) float32, each person's embeddings of the history


class Rules(NamedTuple):
    """What a step is judged by."""

    weights: np.ndarray  # (S,) float64, of the signals in the reward
    limit: int  # steps after which a session ends, unless the user leaves
    time_limit: int  # steps after which an episode is truncated in any case, as by Gymnasium's wrapper
    invalid_actions: int  # REPAIR, EMPTY or ERROR


class Scratch(NamedTuple):
    """Room for the numbers of one row; each thread has its own."""

    weights: np.ndarray  # (K,) float64
    probability: np.ndarray  # (outcomes,) float64
    row: np.ndarray  # (S,) float64


class Feedback(NamedTuple):
    """What a step returns, one row per session."""

    rewards: np.ndarray  # (N,) float64
    terminated: np.ndarray  # (N,) bool: the user left, for good
    truncated: np.ndarray  # (N,) bool: the limit was reached
    signals: np.ndarray  # (S, N) float64
    observations: np.ndarray  # (N, W) float32, flat; (0, W) if none are wanted
    shown: np.ndarray  # (N, K) int64 items that the user saw; -1 for an empty place
    attended: np.ndarray  # (N,) int64 place that the user attended to; -1 if nothing was shown
    repaired: np.ndarray  # (N,) int64 places in which something else than the asked-for item was shown


class Kernels(NamedTuple):
    """A scenario's compiled loops over rows."""

    step: Callable[..., Any]
    step_pieces: Callable[..., Any]
    begin: Callable[..., Any]
    show: Callable[..., Any]
    advance: Callable[..., Any]
    first_refused: Callable[..., Any]
    can_be_shown: Callable[..., Any]
    engagement: Callable[..., Any]
    pass_gap: Callable[..., Any]
    sessions_of: Callable[..., Any]


@kernel(reassociate=True)
def dot(left, right):
    """Returns the inner product of two float32 vectors of shape (D,)."""
    total = np.float32(0.0)
    for j in range(left.shape[0]):
        total += left[j] * right[j]
    return total


@kernel
def recall(users, length, items, responses, ages):
    """Writes the last items of each session, oldest first; what does not exist is 0, at the front.

    Args:
        users: (N,) records.
        length: L, 1 to MEMORY.
        items: (N, L) int32, written: item numbers plus 1.
        responses: (N, L) float32, written: 0 ignored, 1 clicked, 2 clicked and liked.
        ages: (N, L) float32, written: steps since the item was shown, 1 for the last step; WARM for the warm history.
    """
    for n in range(users.shape[0]):
        user = users[n]
        known = min(min(user.seen, MEMORY), length)
        for place in range(length):
            back = length - place
            if back > known:
                items[n, place] = 0
                responses[n, place] = 0.0
                ages[n, place] = 0.0
            else:
                position = (user.seen - back) % MEMORY
                items[n, place] = user.recent[position] + 1
                responses[n, place] = user.response[position]
                moment = user.moment[position]
                ages[n, place] = user.t - moment if moment != WARM else WARM


@kernel
def all_counted(progress, rows, looks):
    """Tells whether the threads have stepped all rows, see `step_pieces`, after looking so many times at most."""
    for _ in range(looks):  # noqa: SIM110 - compiled code knows no generators
        if fetch_add(progress, progress.shape[0] - CACHE_LINE_NUMBERS, 0) == rows:
            return True
    return False


@cache
def compile_kernels(scenario: Scenario) -> Kernels:
    """Builds the loops of a scenario. The machine code comes from the disk cache when no source has changed."""
    utility, outcome_probabilities = scenario.utility, scenario.outcome_probabilities
    transition, emit, observe_extra = scenario.transition, scenario.emit, scenario.observe
    outcomes, affinity, available = scenario.outcomes, scenario.affinity, scenario.available
    always, tabulated = scenario.availability == "always", scenario.has_clock_table
    first_hour, hours_per_step = scenario.first_hour, scenario.hours_per_step
    rest = scenario.rest

    if scenario.users_return:

        @kernel
        def sessions_of(parameters):
            """Returns how many sessions an episode spans at most."""
            return parameters.sessions

        @kernel
        def pass_gap(user, hours, parameters):
            """Moves a user's whole record over a gap to the beginning of their next session."""
            begin_next_session(user, hours, parameters)
            rest(user, hours, parameters)

        @kernel
        def come_back(user, parameters, signals):
            """Decides whether a user whose session has ended comes back; if so, begins their next session and writes the signals of it (S,)."""
            if uniform(user.key, user.t, RETURN_SLOT) >= return_probability(user.slow, parameters):
                return False
            hours = gap_of(user.slow, normal(user.key, user.t, GAP_SLOT), parameters)
            own_end = signals.shape[0] - _RETURN_SIGNALS
            signals[own_end] = 1.0
            signals[own_end + 1] = hours
            pass_gap(user, hours, parameters)
            return True

        @kernel
        def observe_sessions(user, parameters, context):
            """Writes the context of returning, the last features, where episodes span several sessions."""
            if parameters.sessions > 1:
                own_end = context.shape[0] - _RETURN_CONTEXT
                context[own_end] = user.session / parameters.sessions
                context[own_end + 1] = min(1.0, math.log(1.0 + user.gap) / _LOG_YEAR)

    else:

        @kernel
        def sessions_of(parameters):
            """Nobody comes back."""
            return 1

        @kernel
        def pass_gap(user, hours, parameters):
            """Nobody comes back."""

        @kernel
        def come_back(user, parameters, signals):
            """Nobody comes back."""
            return False

        @kernel
        def observe_sessions(user, parameters, context):
            """There is one session, and nothing to tell of it."""

    if scenario.hours is None:

        @kernel
        def hours(item, outcome, parameters):
            """Steps take equal time."""
            return hours_per_step

    else:
        hours = scenario.hours

    @kernel
    def can_be_shown(user, index, items, parameters, masks):
        """Tells whether an item is available to a user now."""
        if always:
            return True
        if tabulated:
            return masks[int((user.hour - first_hour) / hours_per_step + 0.5), index] == 1
        return available(user, items[index], parameters)

    @kernel
    def engagement(user, item, parameters, trends):
        """Returns the log-odds that a user engages with an item that is shown alone: its utility, and what fashion adds."""
        level = utility(user, item, parameters)
        if parameters.trend > 0.0:
            time = parameters.trend_start + user.arrival
            level += parameters.trend * trend_effect(
                trends, item.index, time, parameters.trend_period, parameters.trend_ramp
            )
        return level

    @kernel
    def is_in(slate, index):
        """Tells whether a slate (K,) holds an item."""
        found = False
        for position in range(slate.shape[0]):
            found |= slate[position] == index
        return found

    @kernel
    def nearest(user, wanted, slate, items, vectors, parameters, masks):
        """Returns the available item that is not in the slate and whose vector is nearest to that of the wanted item, or NOTHING."""
        best, closeness = NOTHING, 0.0
        for index in range(items.shape[0]):
            if can_be_shown(user, index, items, parameters, masks) and not is_in(slate, index):
                similarity = dot(vectors[wanted], vectors[index])
                if best == NOTHING or similarity > closeness:
                    best, closeness = index, similarity
        return best

    @kernel
    def settle(user, slate, items, vectors, parameters, masks, rule, shown):
        """Decides what a user sees of a slate.

        Args:
            user: The user's record.
            slate: (K,) items asked for.
            items: Item records, shape (I,).
            vectors: Public vectors, shape (I, D).
            parameters: The parameters' record.
            masks: Availability at each tick, shape (C, I).
            rule: REPAIR or EMPTY.
            shown: (K,) int64, written.

        Returns:
            In how many places something else is seen than what was asked for.
        """
        if always and slate.shape[0] == 1:
            shown[0] = slate[0]
            return 0
        changed = 0
        for position in range(slate.shape[0]):
            index = slate[position]
            fits = can_be_shown(user, index, items, parameters, masks) and not is_in(shown[:position], index)
            shown[position] = index if fits else _PENDING
            changed += 0 if fits else 1
        if changed > 0:
            for position in range(slate.shape[0]):
                if shown[position] == _PENDING:
                    shown[position] = NOTHING
                    if rule == REPAIR:
                        shown[position] = nearest(
                            user, slate[position], shown, items, vectors, parameters, masks
                        )
        return changed

    @kernel
    def first_refused(users, world, actions, idle):
        """Returns the first row that is not idle and whose slate cannot be shown as it is, or -1."""
        items, parameters, masks = world.items, world.parameters[0], world.masks
        for i in range(users.shape[0]):
            if idle[i]:
                continue
            for position in range(actions.shape[1]):
                index = actions[i, position]
                if is_in(actions[i, :position], index):
                    return i
                if not can_be_shown(users[i], index, items, parameters, masks):
                    return i
        return -1

    @kernel
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

    @kernel
    def advance(user, items, blank, parameters, trends, slate, weights, probability, signals):
        """Lets one user meet a slate: moves the hidden state, writes the signals.

        Args:
            user: The user's record.
            items: Item records, shape (I,).
            blank: The record of an item that is none, shape (1,).
            parameters: The parameters' record.
            trends: What each fashion adds to each item, shape (E, I).
            slate: Item indices, shape (K,), the top position first; NOTHING for an empty place.
            weights: Scratch, shape (K,).
            probability: Scratch, shape (outcomes,).
            signals: Shape (S,), written.

        Returns:
            The place that the user attended to (the chosen item's, else the first that is not empty, else -1), and whether the user left.
        """
        for s in range(signals.shape[0]):
            signals[s] = 0.0
        total = 1.0
        attended = NOTHING
        for position in range(slate.shape[0]):
            weights[position] = 0.0
            if slate[position] != NOTHING:
                if attended == NOTHING:
                    attended = position
                weights[position] = choice_weight(
                    engagement(user, items[slate[position]], parameters, trends),
                    position,
                    parameters.position_bias,
                )
            total += weights[position]
        threshold = uniform(user.key, user.t, CHOICE_SLOT) * total
        engaged, cumulative = False, 0.0
        for position in range(slate.shape[0]):
            cumulative += weights[position]
            if not engaged and threshold < cumulative:
                attended, engaged = position, True
        item = items[slate[attended]] if attended != NOTHING else blank[0]
        outcome = 0
        if engaged:
            outcome = draw_outcome(user, item, parameters, probability)
            signals[_CLICK] = 1.0
            liking = like_probability(item.quality, affinity(user, item, parameters), parameters.like_base)
            if uniform(user.key, user.t, LIKE_SLOT) < liking:
                signals[_LIKE] = 1.0
        own = signals[_BASE_SIGNALS:]
        emit(user, item, outcome, parameters, own)
        leave = sigmoid(transition(user, item, outcome, own, parameters))
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
            if slate[position] != NOTHING:
                response = 0.0
                if engaged and position == attended:
                    response = 1.0 + signals[_LIKE]
                remember(user, slate[position], response, user.t)
        user.t += 1
        user.hour += hours(item, outcome, parameters)
        return attended, left

    @kernel
    def observe(user, vectors, slate, attended, previous, signals, embedding):
        """Updates what can be seen of one user after a step: embeddings, rates, and the diversity signal.

        ``previous`` is the item before, or -1; ``embedding`` (3 D,) holds what was liked, what was liked lately, and what was ignored.
        """
        dimension = vectors.shape[1]
        clicked = signals[_CLICK]
        user.click_rate += AVERAGE_RATE * (clicked - user.click_rate)
        user.like_rate += AVERAGE_RATE * (signals[_LIKE] - user.like_rate)
        if attended == NOTHING:
            return
        similarity = 0.0
        if previous >= 0:
            similarity = max(-1.0, min(1.0, dot(vectors[slate[attended]], vectors[previous])))
        signals[_DIVERSITY] = 1.0 - max(0.0, similarity)
        user.redundancy += AVERAGE_RATE * (similarity - user.redundancy)
        for position in range(slate.shape[0]):
            if slate[position] != NOTHING:
                vector = vectors[slate[position]]
                if clicked > 0.0 and position == attended:
                    user.picked += 1
                    like(embedding[: _IGNORED * dimension], vector, user.picked)
                else:
                    blend(embedding[_IGNORED * dimension :], vector, LIKED_RATE)

    @kernel
    def write_observation(user, items, vectors, parameters, embedding, observation):
        """Writes the flat observation of one user, shape (W,): observable things only."""
        dimension = vectors.shape[1]
        copy_into(observation[: _CURRENT * dimension], embedding)
        context = observation[_VECTORS * dimension :]
        context[0] = max(0.0, 1.0 - user.t / parameters.horizon)
        context[1] = user.click_rate
        context[2] = user.like_rate
        context[3] = user.redundancy
        if user.seen > 0:
            current = last_item(user)
            copy_into(observation[_CURRENT * dimension : _VECTORS * dimension], vectors[current])
            observe_extra(user, items[current], parameters, context[_BASE_CONTEXT:])
        else:
            for j in range(_CURRENT * dimension, _VECTORS * dimension):
                observation[j] = 0.0
            for j in range(_BASE_CONTEXT, context.shape[0]):
                context[j] = 0.0
        observe_sessions(user, parameters, context)

    @kernel
    def show(sessions, world, observations):
        """Writes the flat observations (N, W) of all rows."""
        users, embeddings = sessions.users, sessions.embeddings
        items, vectors, parameters = world.items, world.vectors, world.parameters[0]
        for i in range(users.shape[0]):
            write_observation(users[i], items, vectors, parameters, embeddings[i], observations[i])

    @kernel
    def begin_row(users, embeddings, streams, begun, people, liked, i):
        """Begins the next session of a row: a person from the population, and the session's own noise."""
        key = key_of(streams[i], begun[i])
        begun[i] += 1
        person = np.int64(mix(key) % np.uint64(people.shape[0]))
        copy_record(users, i, people, person)
        users[i].key = key
        users[i].arrival = begun[i] - 1
        known = liked.shape[1]
        for j in range(known):
            embeddings[i, j] = liked[person, j]
        for j in range(known, embeddings.shape[1]):
            embeddings[i, j] = 0.0

    @kernel
    def begin(sessions, origins, rows):
        """Begins a session in each of the given rows (M,) int64."""
        users, embeddings = sessions.users, sessions.embeddings
        streams, begun, people, liked = origins.streams, origins.begun, origins.people, origins.liked
        for m in range(rows.shape[0]):
            begin_row(users, embeddings, streams, begun, people, liked, rows[m])

    @kernel
    def step(sessions, world, origins, rules, scratch, actions, idle, begins, feedback, first, past):
        """Steps the rows from ``first`` to ``past`` (exclusive) that are not idle.

        Args:
            sessions: `SessionArrays`, moved.
            world: `recgym.world.world.WorldArrays`.
            origins: `Origins`.
            rules: `Rules`; slates that must be refused have been, by `first_refused`.
            scratch: `Scratch`.
            actions: (N, K) int64.
            idle: (N,) bool; idle rows get no reward and no signals.
            begins: Whether idle rows begin their next session; else they keep their state.
            feedback: `Feedback`, written.
            first: Row to begin with.
            past: Row to end before.
        """
        users, embeddings = sessions.users, sessions.embeddings
        items, blank, vectors, masks = world.items, world.blank, world.vectors, world.masks
        parameters, trends, row = world.parameters[0], world.trends, scratch.row
        for i in range(first, past):
            if i + _AHEAD < past:
                prefetch(embeddings, i + _AHEAD)
                soon = users[i + _AHEAD]
                if soon.seen > 0:
                    prefetch(vectors, last_item(soon))
                for position in range(actions.shape[1]):
                    prefetch(items, actions[i + _AHEAD, position])
                    prefetch(vectors, actions[i + _AHEAD, position])
            feedback.rewards[i] = 0.0
            feedback.terminated[i] = False
            feedback.truncated[i] = False
            feedback.attended[i] = NOTHING
            feedback.repaired[i] = 0
            if idle[i]:
                if begins:
                    begin_row(
                        users, embeddings, origins.streams, origins.begun, origins.people, origins.liked, i
                    )
                for s in range(row.shape[0]):
                    feedback.signals[s, i] = 0.0
                for position in range(actions.shape[1]):
                    feedback.shown[i, position] = NOTHING
            else:
                user, shown = users[i], feedback.shown[i]
                previous = last_item(user) if user.seen > 0 else NOTHING
                feedback.repaired[i] = settle(
                    user, actions[i], items, vectors, parameters, masks, rules.invalid_actions, shown
                )
                attended, left = advance(
                    user, items, blank, parameters, trends, shown, scratch.weights, scratch.probability, row
                )
                observe(user, vectors, shown, attended, previous, row, embeddings[i])
                over = left or user.t >= rules.limit
                last = user.session + 1 >= sessions_of(parameters)
                steps = user.earlier_steps + user.t
                if over and not last and come_back(user, parameters, row):
                    over = left = False
                reward = 0.0
                for s in range(row.shape[0]):
                    feedback.signals[s, i] = row[s]
                    reward += rules.weights[s] * row[s]
                feedback.rewards[i] = reward
                feedback.attended[i] = attended
                feedback.terminated[i] = over and (left or not last)
                feedback.truncated[i] = (over and last and not left) or steps >= rules.time_limit
            if feedback.observations.shape[0] > 0:
                write_observation(
                    users[i], items, vectors, parameters, embeddings[i], feedback.observations[i]
                )

    @kernel
    def step_pieces(
        sessions, world, origins, rules, scratch, actions, idle, begins, feedback, progress, thread
    ):
        """Steps pieces of the rows, together with other threads, until none is left.

        Each thread has an equal part of the rows, which stays in its core's cache from step to step; when all of it is taken, it takes what
        is left of the others'. The arguments are those of `step`, but for the last two: ``progress`` is an int64 array of
        (threads + 1) * CACHE_LINE_NUMBERS zeros that tells, at the beginning of each thread's cache line, how many rows of its part have been
        taken, and at that of the last one how many have been stepped; ``thread`` is the number of this one.
        """
        rows, threads = actions.shape[0], progress.shape[0] // CACHE_LINE_NUMBERS - 1
        part = (rows + threads - 1) // threads
        for turn in range(threads):
            owner = (thread + turn) % threads
            past = min((owner + 1) * part, rows)
            first = owner * part + fetch_add(progress, owner * CACHE_LINE_NUMBERS, PIECE)
            while first < past:
                end = min(first + PIECE, past)
                step(sessions, world, origins, rules, scratch, actions, idle, begins, feedback, first, end)
                fetch_add(progress, threads * CACHE_LINE_NUMBERS, end - first)
                first = owner * part + fetch_add(progress, owner * CACHE_LINE_NUMBERS, PIECE)

    return Kernels(
        step,
        step_pieces,
        begin,
        show,
        advance,
        first_refused,
        can_be_shown,
        engagement,
        pass_gap,
        sessions_of,
    )
