"""Properties that hold for any actions and any allowed numbers, searched by hypothesis with fixed examples."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playing import allowed_actions, digest, play

from recgym import ENV_IDS, SCENARIOS
from recgym.core.parameters import Parameters, choose_parameters, sessions_of

SLOW_TO_MAKE = {"num_users": (1, 300), "horizon": (1, 40), "sessions": (1, 12)}
"""Narrower ranges: large populations take time to draw, and say nothing more; sessions fit into the steps of the id."""


@st.composite
def arguments_of(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Draws numbers anywhere in their ranges for a few of a scenario's parameters."""
    scenario = getattr(import_module(SCENARIOS[name][0]), f"Rec{name}Env").scenario
    chosen: dict[str, Any] = {"num_users": 20}
    for declared in draw(st.lists(st.sampled_from(fields(scenario.parameters)), max_size=5, unique=True)):
        low, high = SLOW_TO_MAKE.get(declared.name, (declared.metadata["low"], declared.metadata["high"]))
        if declared.name == "lifetime":
            low = 48.0  # shorter ones can leave a reader with nothing to read, which is refused
        whole = isinstance(declared.default, int)
        chosen[declared.name] = draw(st.integers(int(low), int(high)) if whole else st.floats(low, high))
    sessions = chosen.get("sessions", sessions_of(scenario.parameters()))
    if sessions > 1:  # so that they fit into the id's steps
        most = gym.spec(f"Rec{name}-v0").max_episode_steps // sessions
        chosen["horizon"] = min(most, chosen.get("horizon", most))
    return chosen


@pytest.mark.parametrize("name", SCENARIOS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_allowed_numbers_give_a_sound_environment(name: str, data: st.DataObject) -> None:
    arguments = data.draw(arguments_of(name))
    slate_size = data.draw(st.sampled_from((1, 2, 5)))
    env = gym.make(
        f"Rec{name}-v0", slate_size=slate_size, observation="flat", disable_env_checker=True, **arguments
    )
    weights = env.unwrapped.scenario.reward_weights
    for outcome in play(env, 15, data.draw(st.integers(0, 2**32))):
        assert outcome[0] in env.observation_space
        assert np.isfinite(outcome[0]).all()
        if len(outcome) == 5:
            _, reward, terminated, truncated, info = outcome
            assert np.isfinite(reward)
            assert reward == pytest.approx(sum(w * info[signal] for signal, w in weights.items()), rel=1e-12)
            assert not (terminated and truncated)
            assert info["like"] <= info["click"] <= 1.0


@pytest.mark.parametrize("env_id", ENV_IDS)
@settings(max_examples=8)
@given(seed=st.integers(0, 2**31), rows=st.integers(1, 7), policy=st.integers(0, 2**31))
def test_any_row_is_the_single_session(env_id: str, seed: int, rows: int, policy: int) -> None:
    """The flagship, for any seed and width, one session long."""
    many = gym.make_vec(env_id, rows)
    row = policy % rows
    single = gym.make(env_id, disable_env_checker=True)
    observations, _ = many.reset(seed=seed)
    observation, _ = single.reset(seed=seed + row)
    assert observations[row].tobytes() == observation.tobytes()
    generator = np.random.default_rng(policy)
    for _ in range(12):
        actions = allowed_actions(many.unwrapped.action_masks(), many.unwrapped.setup.slate_size, generator)
        ours, theirs = many.step(actions), single.step(actions[row])
        assert ours[0][row].tobytes() == theirs[0].tobytes()
        assert [part[row].item() for part in ours[1:4]] == list(theirs[1:4])
        assert digest({name: ours[4][name][row] for name in theirs[4]}) == digest(theirs[4])
        if theirs[2] or theirs[3]:
            break


@pytest.mark.parametrize("env_id", ENV_IDS)
@settings(max_examples=6)
@given(seed=st.integers(0, 2**31), steps=st.integers(0, 25))
def test_a_snapshot_anywhere_brings_everything_back(env_id: str, seed: int, steps: int) -> None:
    env = gym.make(env_id, disable_env_checker=True).unwrapped
    list(play(env, steps, seed))
    saved = env.snapshot()
    before = digest(saved)
    list(play(env, 10, seed + 1))
    env.restore(saved)
    assert digest(env.snapshot()) == before


@settings(max_examples=60)
@given(
    name=st.sampled_from([declared.name for declared in fields(Parameters)]),
    value=st.one_of(st.floats(), st.integers(-10, 10**7), st.text(max_size=3), st.none(), st.booleans()),
)
def test_a_value_is_taken_as_it_is_or_refused_by_name(name: str, value: Any) -> None:
    base = Parameters
    declared = next(f for f in fields(base) if f.name == name)
    low, high = declared.metadata["low"], declared.metadata["high"]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    allowed = number and low <= value <= high and (isinstance(declared.default, float) or value == int(value))
    if allowed:
        assert getattr(choose_parameters(base, {name: value}), name) == value
    else:
        with pytest.raises((TypeError, ValueError), match=f"{name}="):
            choose_parameters(base, {name: value})
