"""What the planners expect is what the simulation draws: means of many draws against the scenario's own expectations."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest
from playing import SINGLE_IDS, copies_of_one_user, one_session

from recgym.core.scenario import BASE_SIGNALS
from recgym.testing import signals_have_the_expected_means
from recgym.users.choice import sigmoid
from recgym.users.goodwill import like_probability

DRAWS, ERRORS = 6_000, 4.0
BASE = len(BASE_SIGNALS)


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_emitted_signals_have_the_expected_means(env_id: str) -> None:
    """Outcome by outcome: `emit` against `expect`."""
    signals_have_the_expected_means(env_id)


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_steps_have_the_expected_means(env_id: str) -> None:
    """The whole step: choice, outcome, like and the scenario's signals, of one user with the luck of many."""
    setup = gym.make(env_id, num_users=50, **one_session(env_id)).unwrapped.setup
    scenario, parameters = setup.world.scenario, setup.world.arrays.parameters[0]
    sessions = copies_of_one_user(setup, DRAWS)
    before = sessions.users.copy()
    for index in np.flatnonzero(sessions.masks()[0])[:3]:
        sessions.users[:] = before
        user, item = before[0].copy(), setup.world.items[index]
        probability = np.zeros(scenario.outcomes)
        scenario.outcome_probabilities(user, item, parameters, probability)
        clicking = sigmoid(scenario.utility(user, item, parameters))
        assert probability[1:].sum() == pytest.approx(1.0)
        expected, largest = np.zeros(len(setup.signals)), np.ones(len(setup.signals))
        expected[0] = clicking
        expected[1] = clicking * like_probability(
            item.quality, scenario.affinity(user, item, parameters), parameters.like_base
        )
        for outcome in range(scenario.outcomes):
            chance = clicking * probability[outcome] if outcome else 1.0 - clicking
            own = np.zeros(len(scenario.signals))
            scenario.expect(user, item, outcome, parameters, own)
            expected[BASE:] += chance * own
            largest[BASE:] = np.maximum(largest[BASE:], own)
        signals = sessions.step(np.full((DRAWS, 1), index)).signals  # (S, N)
        # What is so rare that no draw shows it has no spread of its own; then the Poisson error stands in.
        errors = np.maximum(signals.std(axis=1, ddof=1), np.sqrt(expected * largest)) / np.sqrt(DRAWS)
        informative = np.arange(len(expected)) != BASE - 1  # diversity is a function of the items, not a draw
        distance = np.abs(signals.mean(axis=1) - expected)[informative]
        assert (distance <= ERRORS * errors[informative] + 1e-9).all(), (
            index,
            signals.mean(axis=1),
            expected,
        )


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_users_leave_as_often_as_the_transition_says(env_id: str) -> None:
    setup = gym.make(env_id, num_users=50, leave_base=-1.0, **one_session(env_id)).unwrapped.setup
    scenario, parameters = setup.world.scenario, setup.world.arrays.parameters[0]
    sessions = copies_of_one_user(setup, DRAWS)
    before = sessions.users[0].copy()
    index = int(np.flatnonzero(sessions.masks()[0])[0])
    item = setup.world.items[index]
    feedback = sessions.step(np.full((DRAWS, 1), index))
    clicked = feedback.signals[0] > 0
    for engaged in (False, True):
        rows = clicked == engaged
        if scenario.outcomes > 2 and engaged:  # kinds of engagement differ in what they do to the slow state
            rows &= feedback.signals[BASE] == 0.0
        leaving = sigmoid(
            scenario.transition(
                before.copy(), item, int(engaged), np.zeros(len(scenario.signals)), parameters
            )
        )
        error = np.sqrt(leaving * (1.0 - leaving) / rows.sum())
        assert rows.sum() > 100
        assert feedback.terminated[rows].mean() == pytest.approx(leaving, abs=ERRORS * error)
