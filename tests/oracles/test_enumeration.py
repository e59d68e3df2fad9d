"""States that are listed: their numbers against simulation, fixed points by hand, and environments that cannot be listed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from recgym.evaluation.comparison import random_policy
from recgym.evaluation.rollouts import chooser_of, rollout
from recgym.oracles.enumeration import FiniteProblem, enumerate_problem
from recgym.oracles.policies import myopic_oracle
from recgym.sessions.setup import setup_of

ONE: dict[str, Any] = {"observation": "items", "num_users": 1, "history": 0}
SMALL: dict[str, Any] = {"num_items": 4, "sequence_length": 2, "fatigue_window": 2, **ONE}


def test_all_states_are_found() -> None:
    problem = enumerate_problem("RecBandit-v0", **SMALL)
    assert len(problem.observations) == 1 + 4 + 16
    assert problem.observations[0].tolist() == [0, 0]
    for state, item in ((0, 2), (5, 0), (20, 3)):
        following = problem.observations[problem.following[state, item]]
        assert following.tolist() == [problem.observations[state, 1], item + 1]
    assert len(enumerate_problem("RecBandit-v0", **ONE).observations) == 1 + 10 + 100 + 1000


def test_numbers_are_those_of_the_scenario() -> None:
    problem = enumerate_problem("RecBandit-v0", **SMALL)
    setup = setup_of("RecBandit-v0", **SMALL)
    user, items, numbers = setup.world.people[0], setup.world.items, setup.world.parameters
    for state, observation in enumerate(problem.observations):
        for item in range(4):
            odds = numbers.click_base + numbers.affinity_effect * user["taste"] @ items["latent"][item]
            odds += numbers.appeal_effect * items["appeal"][item]
            lags = [lag for lag, seen in enumerate(observation[::-1]) if seen == item + 1]
            odds -= numbers.fatigue * (1 - lags[0] / numbers.fatigue_window) if lags else 0.0
            click = 1 / (1 + np.exp(-odds))
            leaves = 1 / (1 + np.exp(-numbers.leave_base))
            happy = 1 / (1 + np.exp(-numbers.leave_base + numbers.leave_relief * user["sensitivity"]))
            assert problem.rewards[state, item] == pytest.approx(click, abs=1e-6)
            assert problem.staying[state, item] == pytest.approx(
                1 - click * happy - (1 - click) * leaves, abs=1e-6
            )


def test_rewards_are_weighted() -> None:
    plain = enumerate_problem("RecBandit-v0", **SMALL)
    double = enumerate_problem("RecBandit-v0", reward_weights={"click": 2.0}, **SMALL)
    assert double.rewards == pytest.approx(2 * plain.rewards)
    assert double.staying == pytest.approx(plain.staying)


def test_values_are_mean_returns_of_simulated_sessions() -> None:
    problem, setup = enumerate_problem("RecBandit-v0", **SMALL), setup_of("RecBandit-v0", **SMALL)
    shares = {
        "random": np.full(problem.rewards.shape, 0.25),
        "myopic": np.eye(4)[problem.rewards.argmax(axis=1)],
    }
    oracles = {"random": chooser_of(random_policy(1, 0)), "myopic": myopic_oracle()}
    for name, oracle in oracles.items():
        log = rollout(setup, oracle, 3_000, 0)
        earned = log.rewards @ 0.9 ** np.arange(setup.horizon)
        exact = (shares[name] * problem.policy_values(0.9, shares[name]))[0].sum()
        assert earned.mean() == pytest.approx(exact, abs=4 * earned.std() / np.sqrt(3_000))


def hand_made() -> FiniteProblem:
    """Two states: staying in the first earns 1 and ends the session half of the time; going on to the second earns nothing, and it earns 3 for ever."""
    return FiniteProblem(
        observations=np.array([[0], [1]]),
        rewards=np.array([[1.0, 0.0], [3.0, 3.0]]),
        staying=np.array([[0.5, 1.0], [1.0, 1.0]]),
        following=np.array([[0, 1], [1, 1]]),
    )


def test_fixed_points_by_hand() -> None:
    problem = hand_made()
    second = 3 / (1 - 0.5)
    assert problem.optimal_values(0.5) == pytest.approx(
        np.array([[1 + 0.25 * 3, 0.5 * second], [second] * 2])
    )
    stay = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert problem.policy_values(0.5, stay)[0] == pytest.approx([1 / (1 - 0.25), 0.5 * second])
    assert problem.exploring_values(0.5, 0.0) == pytest.approx(problem.optimal_values(0.5))
    # with epsilon 1, half of what follows the first state is its own first value x and half its second, 3: x = 1 + .25 (x + 3) / 2
    assert problem.exploring_values(0.5, 1.0)[0] == pytest.approx([1.375 / 0.875, 3.0])
    assert problem.exploring_values(0.5, 1.0) == pytest.approx(
        problem.policy_values(0.5, np.full((2, 2), 0.5))
    )


def test_planning_pays_where_items_should_rest() -> None:
    problem = enumerate_problem("RecBandit-v0", world_seed=1, **ONE)
    best = problem.optimal_values(0.9)
    greedy = np.eye(10)[problem.rewards.argmax(axis=1)]
    assert best[0].max() > 1.1 * (greedy * problem.policy_values(0.9, greedy))[0].sum()
    rested = enumerate_problem("RecBandit-v0", world_seed=1, fatigue=0.0, **ONE)
    greedy = np.eye(10)[rested.rewards.argmax(axis=1)]
    assert rested.optimal_values(0.9)[0].max() == pytest.approx(
        (greedy * rested.policy_values(0.9, greedy))[0].sum()
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"observation": "flat"}, "observation='flat'"),
        ({"slate_size": 2}, "slate_size=2"),
        ({"num_users": 2}, "num_users=2"),
        ({"history": 2}, "history=0, drift=0 and a fatigue_window of at most"),
        ({"fatigue_window": 3}, "history=0, drift=0 and a fatigue_window of at most"),
        ({"drift": 0.1}, "history=0, drift=0 and a fatigue_window of at most"),
    ],
)
def test_what_cannot_be_listed_is_told(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        enumerate_problem("RecBandit-v0", **SMALL | arguments)


def test_other_scenarios_and_large_ones_are_refused() -> None:
    with pytest.raises(ValueError, match="not always available"):
        enumerate_problem("RecNews-v0", **ONE)
    with pytest.raises(ValueError, match=r"at most 100,000 are listed.*num_items=10"):
        enumerate_problem("RecBandit-v0", num_items=50, sequence_length=3, **ONE)


def test_gamma_and_policies_are_checked() -> None:
    problem = hand_made()
    with pytest.raises(ValueError, match="never leaves"):
        problem.optimal_values(1.0)
    with pytest.raises(ValueError, match=r"gamma=1\.5"):
        problem.optimal_values(1.5)
    with pytest.raises(ValueError, match="sum to 1"):
        problem.policy_values(0.5, np.ones((2, 2)))
    with pytest.raises(ValueError, match="shape"):
        problem.policy_values(0.5, np.ones(2))
