"""The flagship: row i of the native vector environment is the single environment seeded with s + i, bit by bit."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from playing import allowed_actions, spans_sessions

from recgym import ENV_IDS

ROWS, STEPS, SEED = 4, 120, 2024
FORMS = ("flat", "sequence", "ids", "items")
SMALL = {"horizon": 10, "num_users": 300, "leave_base": -2.0}
"""Short sessions, so that rows end many times, by leaving and by the horizon, and at different steps."""
RETURNING = {"horizon": 5, "sessions": 2}
"""For users who come back: so that many reach the horizon of their last session."""


def small(env_id: str) -> dict[str, Any]:
    return SMALL | (RETURNING if spans_sessions(env_id) else {})


def pair(
    env_id: str, mode: AutoresetMode, rows: int = ROWS, **arguments: Any
) -> tuple[gym.vector.VectorEnv, SyncVectorEnv]:
    native = gym.make_vec(env_id, rows, autoreset_mode=mode, **arguments)
    singles = SyncVectorEnv(
        [lambda: gym.make(env_id, disable_env_checker=True, **arguments)] * rows, autoreset_mode=mode
    )
    assert native.single_observation_space == singles.single_observation_space
    assert native.single_action_space == singles.single_action_space
    assert native.observation_space == singles.observation_space
    assert native.action_space == singles.action_space
    return native, singles


def assert_same_reset(native: Any, singles: Any, when: str, masks: np.ndarray) -> None:
    """After a reset of some rows; ours tells every row's current mask, where Gymnasium's tells those of the rows that were reset."""
    ours, theirs = dict(native[1]), dict(singles[1])
    assert ours.pop("_action_mask").all()
    mask, rows = ours.pop("action_mask"), theirs.pop("_action_mask")
    assert np.array_equal(mask[rows], theirs.pop("action_mask")[rows])
    assert np.array_equal(mask == 1, masks)
    assert_same((native[0], ours), (singles[0], theirs), when)


def assert_same(native: Any, singles: Any, when: str) -> None:
    names = (
        ("observations", "rewards", "terminated", "truncated", "infos")
        if len(native) == 5
        else ("observations", "infos")
    )
    for name, ours, theirs in zip(names, native, singles, strict=True):
        ours = dict(ours) if name == "infos" else ours  # masks are made when they are read
        assert data_equivalence(ours, theirs, exact=True), f"{name} differ {when}:\n{ours}\n{theirs}"


def item_masks(envs: gym.vector.VectorEnv) -> np.ndarray:
    return envs.unwrapped.action_masks()[:, : envs.unwrapped.task.num_items]


def play_both(native: gym.vector.VectorEnv, singles: SyncVectorEnv, steps: int, seed: int) -> tuple[int, int]:
    """Plays both on the same allowed actions; returns how many rows left and how many reached the horizon."""
    generator = np.random.default_rng(seed)
    left = late = 0
    for step in range(steps):
        actions = allowed_actions(
            native.unwrapped.action_masks(), native.unwrapped.setup.slate_size, generator
        )
        outcome = native.step(actions)
        assert_same(outcome, singles.step(actions), f"at step {step}")
        over = outcome[2] | outcome[3]
        left, late = left + int(outcome[2].sum()), late + int(outcome[3].sum())
        if native.unwrapped.autoreset_mode == AutoresetMode.DISABLED and over.any():
            both = [env.reset(options={"reset_mask": over.copy()}) for env in (native, singles)]
            assert_same_reset(*both, f"at the reset after step {step}", item_masks(native))
    return left, late


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize("observation", FORMS)
@pytest.mark.parametrize("mode", AutoresetMode, ids=lambda mode: mode.name)
def test_rows_equal_singles(env_id: str, observation: str, mode: AutoresetMode) -> None:
    native, singles = pair(env_id, mode, observation=observation, **small(env_id))
    assert_same(native.reset(seed=SEED), singles.reset(seed=SEED), "at the reset")
    left, late = play_both(native, singles, STEPS, seed=7)
    assert left > 0, "nobody left: make the sessions of this test shorter"
    assert late > 0, "nobody reached the horizon: make the horizon of this test shorter"


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize("mode", AutoresetMode, ids=lambda mode: mode.name)
def test_partial_resets_leave_the_other_rows_alone(env_id: str, mode: AutoresetMode) -> None:
    native, singles = pair(env_id, mode, **small(env_id))
    assert_same(native.reset(seed=SEED), singles.reset(seed=SEED), "at the reset")
    generator = np.random.default_rng(5)
    for number in range(8):
        play_both(native, singles, 5, seed=number)
        mask = generator.random(ROWS) < 0.5
        mask[number % ROWS] = True
        seeds = None if number % 2 else [None if row % 2 else 100 * number + row for row in range(ROWS)]
        both = [env.reset(seed=seeds, options={"reset_mask": mask.copy()}) for env in (native, singles)]
        assert_same_reset(*both, f"at partial reset {number}", item_masks(native))


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_the_width_of_the_batch_does_not_matter(env_id: str) -> None:
    wide = gym.make_vec(env_id, 67, **small(env_id))
    narrow = gym.make_vec(env_id, 3, **small(env_id))
    rows = slice(3)
    observations = [env.reset(seed=11)[0] for env in (wide, narrow)]
    assert np.array_equal(observations[0][rows], observations[1])
    generator = np.random.default_rng(0)
    for _ in range(40):
        actions = allowed_actions(wide.unwrapped.action_masks(), wide.unwrapped.setup.slate_size, generator)
        many, few = wide.step(actions), narrow.step(actions[rows])
        for ours, theirs in zip(many[:4], few[:4], strict=True):
            assert ours[rows].tobytes() == theirs.tobytes()


def test_seeds_of_rows_are_those_of_gymnasium() -> None:
    env = gym.make_vec("RecControl-v0", 3, **SMALL)
    env.reset(seed=40)
    assert env.unwrapped.np_random_seed == (40, 41, 42)
    people = env.unwrapped.sessions.users["key"].copy()
    assert len(set(people.tolist())) == 3
    env.reset(seed=[42, None, 40])
    assert env.unwrapped.np_random_seed == (42, 41, 40)
    assert env.unwrapped.sessions.users["key"][0] == people[2]


@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNewsSlate-v0"])
def test_an_earlier_time_limit_ends_rows_when_gymnasium_does(env_id: str) -> None:
    """Also when the user leaves at the limit: then Gymnasium's wrapper sets both flags."""
    arguments = {**SMALL, "horizon": 60}
    native = gym.make_vec(env_id, 8, max_episode_steps=6, **arguments)
    singles = SyncVectorEnv([lambda: gym.make(env_id, max_episode_steps=6, **arguments)] * 8)
    assert_same(native.reset(seed=1), singles.reset(seed=1), "at the reset")
    generator, limited, both = np.random.default_rng(3), 0, 0
    for _ in range(120):
        actions = allowed_actions(
            native.unwrapped.action_masks(), native.unwrapped.setup.slate_size, generator
        )
        ours, theirs = native.step(actions), singles.step(actions)
        assert_same(ours, theirs, "under a time limit")
        both += int((ours[2] & ours[3]).sum())
        limited += int(ours[3].sum())
    assert limited > both > 0
