"""Bad input: every error names the value and what is allowed, and leaves nothing half done."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from playing import SINGLE_IDS, state_of

import recgym
from recgym import ENV_IDS
from recgym.core.registry import REGISTERED

BAD_ACTIONS = [
    (-1, ValueError, r"Action -1 is out of range.*from 0 to 199"),
    (200, ValueError, r"Action 200 is out of range.*from 0 to 199"),
    (np.int64(10**12), ValueError, r"Action 1000000000000 is out of range.*from 0 to 199"),
    (2**63 + 5, ValueError, r"Action 9223372036854775813 is out of range.*from 0 to 199"),
    (10**30, TypeError, r"whole numbers.*object.*from 0 to 199"),
    (1.0, TypeError, r"whole numbers, got dtype float64.*from 0 to 199"),
    (float("nan"), TypeError, r"whole numbers.*nan.*from 0 to 199"),
    (True, TypeError, r"whole numbers, got dtype bool.*from 0 to 199"),
    ("3", TypeError, r"whole numbers.*3.*from 0 to 199"),
    (None, TypeError, r"whole numbers.*None.*from 0 to 199"),
    ([3], ValueError, r"shape \(1,\), got \(1, 1\).*from 0 to 199"),
    ([[1, 2], [3]], ValueError, r"shape.*from 0 to 199"),
]

BAD_SLATES = [
    ([1, 2, 3, 4, 4], ValueError, r"5 different items, got \[1, 2, 3, 4, 4\]"),
    ([1, 2, 3, 4, 200], ValueError, r"Action 200 is out of range.*5 integers from 0 to 199"),
    ([-1, 2, 3, 4, 5], ValueError, r"Action -1 is out of range.*5 integers from 0 to 199"),
    ([1, 2, 3, 4], ValueError, r"shape \(1, 5\), got \(1, 4\).*5 integers"),
    (7, ValueError, r"shape \(1, 5\), got \(1,\).*5 integers"),
    ([1.0, 2.0, 3.0, 4.0, np.nan], TypeError, r"whole numbers.*nan.*5 integers"),
    ([1, 2, [3], 4, 5], ValueError, r"shape.*5 integers"),
]

BAD_ARGUMENTS = [
    ({"horizn": 30}, TypeError, r"'horizn'.*Did you mean 'horizon'"),
    ({"horizon": 0}, ValueError, r"horizon=0.*1 to 1000000"),
    ({"horizon": 2.5}, ValueError, r"horizon=2\.5 must be a whole number"),
    ({"history": -1}, ValueError, r"history=-1.*0 to 64"),
    ({"drift": float("nan")}, ValueError, r"drift=nan.*0 to 1"),
    ({"drift": "much"}, TypeError, r"drift='much' is not a number"),
    ({"num_users": 0}, ValueError, r"num_users=0.*1 to 1000000"),
    ({"text_informativeness": 1.5}, ValueError, r"text_informativeness=1\.5.*0 to 1"),
    ({"num_items": 1}, ValueError, r"num_items=1 .*from 2 to \d+"),
    ({"num_items": 10**9}, ValueError, r"num_items=1000000000 .*from 2 to \d+"),
    ({"num_items": "many"}, ValueError, r"num_items='many' .*from 2 to \d+"),
    ({"num_items": 2.5}, ValueError, r"num_items=2\.5 .*from 2 to \d+"),
    ({"embedding_dim": 0}, ValueError, r"embedding_dim=0 .*from 1 to \d+"),
    ({"embedding_dim": 10**6}, ValueError, r"embedding_dim=1000000 .*from 1 to \d+"),
    ({"world_seed": -1}, ValueError, r"world_seed=-1 is out of range.*at least 0"),
    ({"world_seed": 0.5}, TypeError, r"world_seed=0\.5 must be a whole number"),
    ({"split": "tset"}, ValueError, r"'tset'.*Did you mean 'test'.*train"),
    ({"slate_size": 0}, ValueError, r"slate_size=0 is out of range.*from 1 to 200"),
    ({"slate_size": 201}, ValueError, r"slate_size=201 is out of range.*from 1 to 200"),
    ({"slate_size": 6, "num_items": 5}, ValueError, r"slate_size=6 is out of range.*from 1 to 5"),
    ({"slate_size": "two"}, TypeError, r"slate_size='two' must be a whole number"),
    ({"observation": "flatt"}, ValueError, r"'flatt'.*Did you mean 'flat'.*sequence"),
    ({"sequence_length": 0}, ValueError, r"sequence_length=0.*from 1 to 64"),
    ({"sequence_length": 65}, ValueError, r"sequence_length=65.*from 1 to 64"),
    ({"sequence_length": "all"}, TypeError, r"sequence_length='all'.*from 1 to 64.*\"auto\""),
    ({"reward_weights": {"clik": 1.0}}, ValueError, r"'clik'.*Did you mean 'click'"),
    (
        {"reward_weights": {"click": float("inf")}},
        ValueError,
        r"reward_weights\['click'\]=inf must be a finite number",
    ),
    (
        {"reward_weights": {"click": "1"}},
        ValueError,
        r"reward_weights\['click'\]='1' must be a finite number",
    ),
    ({"reward_weights": [1.0]}, TypeError, r"reward_weights=\[1\.0\] must map names.*click"),
]


@pytest.mark.parametrize(
    ("action", "error", "message"), BAD_ACTIONS, ids=[str(case[0]) for case in BAD_ACTIONS]
)
@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNews-v0"])
def test_bad_actions_change_nothing(env_id: str, action: Any, error: type[Exception], message: str) -> None:
    env = gym.make(env_id, disable_env_checker=True)
    env.reset(seed=1)
    before = state_of(env)
    with pytest.raises(error, match=message):
        env.step(action)
    assert state_of(env) == before


@pytest.mark.parametrize(
    ("action", "error", "message"), BAD_SLATES, ids=[str(case[0]) for case in BAD_SLATES]
)
@pytest.mark.parametrize("env_id", ["RecEcommerceSlate-v0", "RecVideoSlate-v0"])
def test_bad_slates_change_nothing(env_id: str, action: Any, error: type[Exception], message: str) -> None:
    env = gym.make(env_id, disable_env_checker=True, invalid_actions="error")
    env.reset(seed=1)
    before = state_of(env)
    with pytest.raises(error, match=message):
        env.step(action)
    assert state_of(env) == before


BAD_BATCHES = [
    ([0, 1, 200], ValueError, r"Action 200 is out of range.*from 0 to 199"),
    ([0, 1], ValueError, r"shape \(3,\), got \(2,\)"),
    ([[0], [1], [2]], ValueError, r"shape \(3,\), got \(3, 1\)"),
    ([0.0, 1.0, np.nan], TypeError, r"whole numbers.*nan"),
    (3, ValueError, r"shape \(3,\), got \(\)"),
    ([0, [1], 2], ValueError, r"shape.*from 0 to 199"),
]


@pytest.mark.parametrize(
    ("actions", "error", "message"), BAD_BATCHES, ids=[str(case[0]) for case in BAD_BATCHES]
)
def test_bad_batches_move_no_row(actions: Any, error: type[Exception], message: str) -> None:
    env = gym.make_vec("RecEcommerce-v0", 3)
    env.reset(seed=1)
    before = state_of(env)
    with pytest.raises(error, match=message):
        env.step(actions)
    assert state_of(env) == before


def test_a_batch_of_slates_names_the_row() -> None:
    env = gym.make_vec("RecEcommerceSlate-v0", 2, invalid_actions="error")
    env.reset(seed=1)
    before = state_of(env)
    with pytest.raises(ValueError, match=r"5 different items, got \[9, 2, 3, 4, 9\] \(row 1\)"):
        env.step([[0, 1, 2, 3, 4], [9, 2, 3, 4, 9]])
    assert state_of(env) == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"), BAD_ARGUMENTS, ids=[str(case[0]) for case in BAD_ARGUMENTS]
)
@pytest.mark.parametrize(
    "make", [gym.make, lambda env_id, **given: gym.make_vec(env_id, 2, **given)], ids=["single", "vector"]
)
def test_bad_arguments(make: Any, arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make("RecEcommerce-v0", **arguments)


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_every_id_refuses_what_it_does_not_know(env_id: str) -> None:
    for make in (gym.make, gym.make_vec):
        with pytest.raises(TypeError, match=r"'leave_bse'.*Did you mean 'leave_base'"):
            make(env_id, leave_bse=0.0)


@pytest.mark.parametrize("count", [0, -3, 2.0, True, None, "4"])
def test_zero_users_at_once(count: Any) -> None:
    entry = type(gym.make_vec("RecControl-v0", 1).unwrapped)
    with pytest.raises(
        (TypeError, ValueError),
        match=rf"num_envs={re.escape(repr(count))}.* must be a whole number of at least 1",
    ):
        entry(num_envs=count)


def test_whole_numbers_of_numpy_are_welcome() -> None:
    env = gym.make("RecControl-v0", num_items=np.int64(20), slate_size=np.int64(3), history=np.int32(2))
    assert env.action_space.shape == (3,)


@pytest.mark.parametrize("limit", [0, -1, 2.5, "ten"])
def test_bad_time_limits_of_vector_environments(limit: Any) -> None:
    entry = type(gym.make_vec("RecControl-v0", 1).unwrapped)
    with pytest.raises(
        (TypeError, ValueError),
        match=rf"max_episode_steps={re.escape(repr(limit))}.* must be a whole number of at least 1",
    ):
        entry(num_envs=2, max_episode_steps=limit)


def test_unknown_autoreset_modes() -> None:
    with pytest.raises(ValueError, match=r"'SameStp'.*Did you mean 'SameStep'.*NextStep"):
        gym.make_vec("RecControl-v0", 2, autoreset_mode="SameStp")


def test_unknown_render_modes() -> None:
    with pytest.raises(ValueError, match=r"'rgb'.*ansi, rgb_array"):
        type(gym.make("RecControl-v0").unwrapped)(render_mode="rgb")
    with pytest.raises(ValueError, match="the vector environment does not render"):
        type(gym.make_vec("RecControl-v0", 1).unwrapped)(render_mode="ansi")


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_step_before_reset_and_after_the_end(env_id: str) -> None:
    env = gym.make(env_id, disable_env_checker=True, horizon=1)
    with pytest.raises(ResetNeeded, match="reset"):
        env.step(env.action_space.sample())
    single = env.unwrapped
    with pytest.raises(ResetNeeded, match=r"reset\(\) before step\(\)"):
        single.step(single.action_space.sample())
    single.reset(seed=0)
    size = single.setup.slate_size
    allowed = np.flatnonzero(single.action_masks())[:size]
    single.step(int(allowed[0]) if size == 1 else allowed)
    before = state_of(single)
    with pytest.raises(ResetNeeded, match=r"reset\(\) before step\(\)"):
        single.step(int(allowed[0]) if size == 1 else allowed)
    assert state_of(single) == before


def test_vector_step_before_reset_and_after_the_end() -> None:
    env = gym.make_vec("RecControl-v0", 3, autoreset_mode="Disabled", horizon=2)
    with pytest.raises(ResetNeeded, match=r"reset\(\) before step\(\)"):
        env.step([0, 1, 2])
    env.reset(seed=0)
    for _ in range(2):
        _, _, terminated, truncated, _ = env.step([0, 1, 2])
        if (terminated | truncated).any():
            break
    before = state_of(env)
    over = terminated | truncated
    with pytest.raises(
        ResetNeeded, match=rf"{over.sum()} sessions have ended \(row {over.argmax()} first\).*reset_mask"
    ):
        env.step([0, 1, 2])
    assert state_of(env) == before


BAD_MASKS = [
    ([True, False, False], r"bool array of shape \(3,\), got a list"),
    (np.array([1, 0, 0]), r"bool array of shape \(3,\), got a int64 array of shape \(3,\)"),
    (np.array([True]), r"bool array of shape \(3,\), got a bool array of shape \(1,\)"),
    (np.zeros(3, bool), r"True for at least one row"),
]


@pytest.mark.parametrize(("mask", "message"), BAD_MASKS, ids=[str(case[0]) for case in BAD_MASKS])
def test_bad_reset_masks_reset_no_row(mask: Any, message: str) -> None:
    env = gym.make_vec("RecControl-v0", 3)
    env.reset(seed=1)
    before = state_of(env)
    with pytest.raises(ValueError, match=message):
        env.reset(options={"reset_mask": mask})
    assert state_of(env) == before


@pytest.mark.parametrize("seed", [[1, 2], [5, -1, 7], [5, 6, "x"], -4])
def test_bad_seeds_reset_no_row(seed: Any) -> None:
    env = gym.make_vec("RecControl-v0", 3)
    env.reset(seed=1)
    before = state_of(env)
    with pytest.raises((ValueError, gym.error.Error)):
        env.reset(seed=seed)
    assert state_of(env) == before


def test_a_lifetime_too_short_for_the_catalogue_is_told() -> None:
    with pytest.raises(ValueError, match=r"None of the 2 items.*is available at hour .*num_items="):
        gym.make("RecNews-v0", num_items=2, lifetime=1.0)


def test_cross_domain_refuses_a_catalogue_of_another_number_of_domains() -> None:
    with pytest.raises(ValueError, match=r"'films' has 1 domains; CrossDomain needs 4"):
        gym.make("RecCrossDomain-v0", catalogue="films")


@pytest.mark.parametrize("make", [gym.make, partial(gym.make_vec, num_envs=2)], ids=["single", "vector"])
def test_a_horizon_does_what_it_says_or_is_refused(make: Any) -> None:
    """Gymnasium's time limit is that of the id: a shorter horizon ends sessions earlier, a longer one would be cut."""
    assert gym.spec("RecControl-v0").max_episode_steps == 60
    with pytest.raises(
        ValueError, match=r"horizon=200 is longer than the limit of 60 steps.*recgym\.register"
    ):
        make("RecControl-v0", horizon=200)
    env = make("RecControl-v0", horizon=7, leave_base=-20.0, leave_relief=0.0)
    env.reset(seed=0)
    flags = [np.any(env.step(env.action_space.sample())[3]) for _ in range(7)]
    assert flags == [False] * 6 + [True]
    assert env.unwrapped.task.horizon == 7


def test_an_id_of_ones_own_may_be_longer() -> None:
    recgym.register(
        "RecLongControl-v0",
        "recgym.envs.control:RecControlEnv",
        horizon=200,
        leave_base=-20.0,
        leave_relief=0.0,
    )
    try:
        env = gym.make("RecLongControl-v0")
        assert env.spec is not None
        assert env.spec.max_episode_steps == env.unwrapped.task.horizon == 200
        env.reset(seed=0)
        lengths = 0
        while not env.step(0)[3]:
            lengths += 1
        assert lengths == 199
        with pytest.raises(ValueError, match="registered already"):
            recgym.register("RecLongControl-v0", "recgym.envs.control:RecControlEnv")
    finally:
        gym.registry.pop("RecLongControl-v0")
        REGISTERED.remove("RecLongControl-v0")


def test_unknown_arguments_are_refused_in_pythons_words() -> None:
    """Some libraries try an argument, and look for these words to know that an environment does not take it."""
    with pytest.raises(
        TypeError, match=r"RecNewsEnv\.__init__\(\) got an unexpected keyword argument 'frameskip'"
    ):
        gym.make("RecNews-v0", frameskip=4)


def test_equal_seeds_are_not_equal_luck_in_all_scenarios() -> None:
    keys = set()
    for env_id in SINGLE_IDS:
        env = gym.make(env_id).unwrapped
        env.reset(seed=0)
        keys.add(int(env.sessions.users["key"][0]))
    assert len(keys) == len(SINGLE_IDS)


def test_rows_may_begin_one_after_another() -> None:
    env = gym.make_vec("RecVideo-v0", 2)
    env.reset(seed=0, options={"reset_mask": np.array([True, False])})
    with pytest.raises(ResetNeeded, match="no running sessions"):
        env.step([0, 1])
    env.reset(seed=0, options={"reset_mask": np.array([False, True])})
    env.step([0, 1])
