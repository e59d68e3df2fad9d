"""The certificate's parts: exactness, direction, controls, and the numbers that the README shows."""

from __future__ import annotations

import json
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from recgym.evaluation.rollout import begin_sessions, play

import recgym
from recgym import certify as command
from recgym.oracles.certificate import certify
from recgym.oracles.kernels import interpolate
from recgym.oracles.policies import (
    DynamicProgrammingPlanner,
    RolloutPlanner,
    draw_from_top,
    index_planner,
    myopic_oracle,
    random_policy,
)
from recgym.sessions.interface import Interface

PLANNED = ["RecEcommerce-v0", "RecVideo-v0", "RecMusic-v0", "RecNews-v0", "RecCrossDomain-v0"]
USERS = 250


def interface(env_id: str, **arguments: object) -> Interface:
    return gym.make_vec(env_id, 1, split="test", **arguments).unwrapped.interface


def returns(face: Interface, policy: object, users: int = USERS) -> np.ndarray:
    return play(face, policy, users, 0).rewards.sum(axis=1)


@pytest.mark.parametrize("env_id", PLANNED)
def test_planning_pays_and_the_myopic_oracle_is_no_straw_man(env_id: str) -> None:
    certificate = certify(env_id, users=600, rollout_users=0)
    assert certificate.gain.mean > 0.1
    assert certificate.gain.low > 0.0
    assert 0.4 <= certificate.norm <= 0.9
    assert certificate.returns["popular"].mean > certificate.returns["random"].mean


def test_nothing_is_gained_where_nothing_is_slow() -> None:
    certificate = certify("RecControl-v0", users=USERS, rollout_users=0, num_users=2_000)
    assert abs(certificate.gain.mean) < 0.01


@pytest.mark.parametrize(
    ("env_id", "switch"),
    [
        ("RecVideo-v0", {"leave_goodwill": 0.0}),
        ("RecNews-v0", {"leave_trust": 0.0}),
        ("RecMusic-v0", {"leave_redundancy": 0.0, "satiation_effect": 0.0}),
    ],
)
def test_the_gain_vanishes_with_the_mechanism(env_id: str, switch: dict[str, float]) -> None:
    certificate = certify(env_id, users=USERS, rollout_users=0, num_users=2_000, **switch)
    assert abs(certificate.gain.mean) < 0.02


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecEcommerce-v0", "RecCrossDomain-v0"])
def test_without_fatigue_the_values_are_the_planners_returns(env_id: str) -> None:
    """Exact dynamic programming: its own forecast holds in simulation, up to noise and the grid."""
    face = interface(env_id, fatigue=0.0, num_items=60, num_users=1_000)
    planner = DynamicProgrammingPlanner()
    forecast = planner.bound(begin_sessions(face, 600, 0))
    simulated = returns(face, planner, 600)
    noise = 3.0 * (simulated - forecast).std() / np.sqrt(len(simulated))
    assert simulated.mean() == pytest.approx(forecast.mean(), abs=noise + 0.02 * forecast.mean())


def test_the_bound_is_above_every_policy() -> None:
    face = interface("RecVideo-v0", num_users=1_000)
    planner = DynamicProgrammingPlanner()
    bound = planner.bound(begin_sessions(face, USERS, 0)).mean()
    assert bound > max(
        returns(face, policy).mean() for policy in (planner, myopic_oracle(), random_policy(0))
    )


def test_the_planner_beats_rollouts_of_the_index_at_a_price_of_zero_in_music() -> None:
    """One step of policy improvement on the myopic oracle gains; on the tuned index there is less left to gain."""
    face = interface("RecMusic-v0", num_users=1_000)
    users = 40
    myopic, improved = returns(face, index_planner(0.0), users), returns(face, RolloutPlanner(0.0), users)
    tuned = returns(face, index_planner(2.0), users)
    assert (improved - myopic).mean() > 0
    assert (tuned - myopic).mean() > 0


def test_interpolation_is_linear_between_grid_points_and_flat_outside() -> None:
    values = np.array([0.0, 1.0, 4.0])
    assert [interpolate(values, place) for place in (-1.0, 0.0, 0.25, 0.5, 0.75, 1.0, 2.0)] == [
        0.0,
        0.0,
        0.5,
        1.0,
        2.5,
        4.0,
        4.0,
    ]


def test_draws_come_from_the_top_and_are_different() -> None:
    scores = np.tile(np.array([9.0, 5.0, 4.0, 3.0, 2.0, 1.0]), (500, 1))
    masks = np.tile(np.array([0, 1, 1, 1, 1, 1], np.int8), (500, 1))
    drawn = draw_from_top(scores, masks, 0.4, 1, np.random.default_rng(0))
    assert set(drawn.tolist()) == {1, 2}
    slates = draw_from_top(scores, masks, 0.4, 3, np.random.default_rng(0))
    assert all(len(set(slate)) == 3 for slate in slates.tolist())
    assert set(slates.ravel().tolist()) == {1, 2, 3}


def test_requirements_are_judged() -> None:
    interval = {"mean": 0.3, "low": 0.2, "high": 0.4}
    good = {
        "env_id": "RecVideo-v0",
        "world": 0,
        "gain": interval,
        "norm": 0.6,
        "popular_gain": {"mean": 1.0, "low": 0.5, "high": 1.5},
    }
    assert command.problems(good) == []
    assert len(command.problems(good | {"gain": {"mean": 0.05, "low": 0.0, "high": 0.1}})) == 2
    assert len(command.problems(good | {"norm": 0.95})) == 1
    assert len(command.problems(good | {"popular_gain": {"mean": 0.1, "low": -0.1, "high": 0.3}})) == 1
    assert len(command.problems(good | {"env_id": "RecControl-v0"})) == 1


def test_committed_certificates_hold_and_are_what_the_readme_shows() -> None:
    results = json.loads((Path(recgym.__file__).parent / "certificates.json").read_text())
    measured = {(result["env_id"], result["world"]) for result in results}
    assert measured == {(f"Rec{name}-v0", world) for name in recgym.SCENARIOS for world in (0, 1, 2)}
    assert all(result["users"] >= 1_000 for result in results)
    assert [problem for result in results for problem in command.problems(result)] == []
    readme = (Path(recgym.__file__).parent.parent / "README.md").read_text()
    assert command.markdown_table(results) in readme
