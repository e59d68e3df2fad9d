"""Planning over sessions: exact where it says so, and worth something because users come back for how they were left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playing import copies_of_one_user

from recgym.envs.ecommerce import RecEcommerceEnv
from recgym.envs.music import RecMusicEnv
from recgym.envs.video import RecVideoEnv
from recgym.evaluation.rollouts import begin_sessions, rollout, session_seeds
from recgym.oracles.kernels import _NODES, _WEIGHTS
from recgym.oracles.policies import DynamicProgrammingPlanner, expected_rewards, myopic_oracle, solve
from recgym.oracles.reference import create_reference
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import Setup

SMALL: dict[str, Any] = {"num_items": 40, "num_users": 1_000, "horizon": 12, "split": "test"}
USERS = 500


def begun(setup: Setup, users: int) -> Sessions:
    return begin_sessions(setup, session_seeds(setup, users, 0))


@pytest.mark.parametrize(
    "weights", [None, {"completion": 1.0, "returned": 2.0, "gap": -0.02}], ids=["default", "returning"]
)
def test_without_fatigue_the_values_are_the_planners_returns(weights: dict[str, float] | None) -> None:
    setup = RecVideoEnv(sessions=4, fatigue=0.0, reward_weights=weights, **SMALL).setup
    planner = DynamicProgrammingPlanner()
    forecast = planner.bound(begun(setup, USERS))
    simulated = rollout(setup, planner, USERS, 0).returns
    noise = 3.0 * (simulated - forecast).std() / np.sqrt(USERS)
    assert simulated.mean() == pytest.approx(forecast.mean(), abs=noise + 0.01 * forecast.mean())
    assert rollout(setup, myopic_oracle(), USERS, 0).returns.mean() < forecast.mean()


def test_planning_is_worth_nothing_where_nothing_depends_on_how_users_are_left() -> None:
    """Without stakes in leaving, returning and gaps, the myopic oracle does what the planner does; with those in returning alone, it does not."""
    nothing: dict[str, Any] = {
        "leave_goodwill": 0.0,
        "leave_relief": 0.0,
        "fatigue": 0.0,
        "sessions": 4,
        **SMALL,
    }
    gains = []
    for effect in (0.0, 3.0):
        setup = RecVideoEnv(return_effect=effect, gap_effect=0.0, **nothing).setup
        planned, myopic = (
            rollout(setup, oracle, USERS, 0).returns
            for oracle in (DynamicProgrammingPlanner(), myopic_oracle())
        )
        gains.append((planned - myopic).mean() / myopic.mean())
    assert abs(gains[0]) < 0.005
    assert gains[1] > 0.1


def test_values_of_the_last_session_are_those_of_one_and_earlier_ones_are_worth_more() -> None:
    several, one = (begun(RecEcommerceEnv(sessions=sessions, **SMALL).setup, 6) for sessions in (3, 1))
    values, single = solve(several), solve(one)
    span = SMALL["horizon"] + 1
    assert values.shape[1] == 3 * span
    assert np.array_equal(values[:, 2 * span :], single)
    assert (values[:, :span] >= values[:, span : 2 * span]).all()
    assert (values[:, span : 2 * span] >= single).all()


def test_nobody_back_is_one_session() -> None:
    never: dict[str, Any] = {"return_base": -20.0, "return_effect": 0.0}
    several, one = (
        begun(RecVideoEnv(**arguments, **SMALL).setup, 6) for arguments in ({"sessions": 3, **never}, {})
    )
    assert np.allclose(solve(several)[:, : SMALL["horizon"] + 1], solve(one), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("cls", [RecVideoEnv, RecMusicEnv])
@pytest.mark.parametrize("last_step", [False, True])
def test_the_myopic_oracle_expects_what_returning_earns(cls: Any, last_step: bool) -> None:
    """Against the mean of a step, of one user with the luck of many; at the horizon everybody's session ends."""
    draws = 20_000
    setup = cls(
        sessions=2, reward_weights={"returned": 1.0, "gap": 0.01}, leave_base=-1.0, num_items=20, num_users=20
    ).setup
    sessions = copies_of_one_user(setup, draws, limit=1 if last_step else 60)
    sessions._rules.weights[:] = sessions.setup.weights[:] = [0.0] * (len(setup.weights) - 2) + [1.0, 0.01]
    expected = expected_rewards(sessions)[0, 3]
    rewards = sessions.step(np.full((draws, 1), 3)).rewards
    assert rewards.mean() == pytest.approx(expected, abs=4.0 * rewards.std() / np.sqrt(draws))
    assert expected > 0.05


def test_a_planner_keeps_its_values_while_users_come_and_go() -> None:
    setup = RecVideoEnv(sessions=3, **SMALL).setup
    sessions, planner = begun(setup, 30), DynamicProgrammingPlanner()
    chosen = planner(sessions)
    held = planner._solved
    for _ in range(20):
        sessions.step(chosen[:, None])
        chosen = planner(sessions)
    assert sessions.users["session"].any()
    assert planner._solved is held


def test_quadrature_is_that_of_a_standard_normal() -> None:
    assert _WEIGHTS.sum() == pytest.approx(1.0)
    assert (_WEIGHTS * _NODES**2).sum() == pytest.approx(1.0)
    assert (_WEIGHTS * np.exp(0.5 * _NODES)).sum() == pytest.approx(np.exp(0.125))


def test_index_planners_play_episodes_of_several_sessions() -> None:
    setup = RecMusicEnv(sessions=3, num_items=40, num_users=200, horizon=10, return_base=2.0).setup
    for name in ("myopic", "planner"):
        log = rollout(
            setup,
            create_reference(name, RecMusicEnv(sessions=3, num_items=40, num_users=200, horizon=10)),
            40,
            0,
        )
        assert log.signals["returned"].sum() > 0
