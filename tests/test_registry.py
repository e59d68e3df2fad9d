"""Every registered id passes the checkers of Gymnasium and Stable-Baselines3, with no warning of any kind."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env
from gymnasium.utils.env_match import check_environments_match
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers.vector import RecordEpisodeStatistics
from playing import allowed_actions, digest, future, play, run_python, vector_future
from stable_baselines3.common.env_checker import check_env as check_env_for_stable_baselines

import recgym
from recgym import ENV_IDS, SCENARIOS
from recgym.sessions.env import RecEnv

FORMS = ("flat", "sequence", "ids", "items", "state", "state_ids")


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def made(env_id: str, **arguments: Any) -> RecEnv:
    """Makes an environment as registered, without Gymnasium's wrappers."""
    env = gym.make(env_id, **arguments).unwrapped
    assert isinstance(env, RecEnv)
    return env


def test_ids_are_what_gymnasium_knows() -> None:
    """In a process of its own: other tests register ids of theirs."""
    script = "import gymnasium, recgym; print(*(i for i, s in gymnasium.registry.items() if str(s.entry_point).startswith('recgym.')))"
    assert run_python(script).split() == list(ENV_IDS)
    assert len(set(ENV_IDS)) == len(ENV_IDS) == 2 * len(SCENARIOS)
    assert recgym.registered_ids()[: len(ENV_IDS)] == ENV_IDS
    assert recgym.__version__


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize("observation", FORMS)
def test_gymnasium_checker(env_id: str, observation: str) -> None:
    env = made(env_id, observation=observation)
    env.action_space.seed(0)
    check_env(env, skip_render_check=True)


@pytest.mark.parametrize("env_id", [env_id for env_id in ENV_IDS if "Slate" not in env_id])
def test_gymnasium_checker_of_renders(env_id: str) -> None:
    env = made(env_id)
    env.action_space.seed(0)
    check_env(env)


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize("observation", FORMS)
def test_stable_baselines_checker(env_id: str, observation: str) -> None:
    env = made(env_id, observation=observation)
    env.action_space.seed(0)
    if (
        observation == "sequence"
    ):  # a matrix of item vectors is neither a flat vector nor an image, and is meant to be so
        warnings.filterwarnings("ignore", "Your observation history has an unconventional shape", UserWarning)
    check_env_for_stable_baselines(env, warn=True, skip_render_check=True)


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_spec_survives_json(env_id: str) -> None:
    env = gym.make(env_id, world_seed=1, split="test", reward_weights={"click": 0.5, "like": 2.0}, history=3)
    assert env.spec is not None
    text = env.spec.to_json()
    assert json.loads(text)["kwargs"]["history"] == 3
    again = gym.make(EnvSpec.from_json(text))
    assert digest(list(play(env, 30, 5))) == digest(list(play(again, 30, 5)))


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_environments_match_their_remakes(env_id: str) -> None:
    check_environments_match(made(env_id), made(env_id), num_steps=30, seed=3)


@pytest.mark.parametrize("name", [f"recgym:{env_id}" for env_id in ENV_IDS[:2]])
def test_prefixed_names(name: str) -> None:
    assert gym.make(name).observation_space == gym.make(name.removeprefix("recgym:")).observation_space


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize(
    "mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP], ids=lambda mode: mode.name
)
def test_episode_statistics_wrapper(env_id: str, mode: AutoresetMode) -> None:
    rows, steps = 5, 60
    envs = gym.make_vec(env_id, rows, autoreset_mode=mode, horizon=12)
    slate_size = envs.unwrapped.setup.slate_size
    recorded = RecordEpisodeStatistics(envs)
    recorded.reset(seed=3)
    generator = np.random.default_rng(0)
    totals, lengths, finished = np.zeros(rows), np.zeros(rows, int), 0
    over = np.zeros(rows, bool)
    for _ in range(steps):
        resetting = over & (mode == AutoresetMode.NEXT_STEP)
        actions = allowed_actions(envs.unwrapped.action_masks(), slate_size, generator)
        _, rewards, terminated, truncated, infos = recorded.step(actions)
        totals, lengths = np.where(over, 0.0, totals) + rewards, np.where(over, 0, lengths) + ~resetting
        over = terminated | truncated
        finished += int(over.sum())
        if over.any():
            final = infos["final_info"] if "episode" not in infos else infos
            assert np.array_equal(final["_episode"], over)
            assert np.allclose(final["episode"]["r"][over], totals[over], rtol=1e-5)
            assert np.array_equal(final["episode"]["l"][over], lengths[over])
    assert finished > 0
    assert len(recorded.return_queue) == finished


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["deepcopy", "pickle"]
)
def test_copies_in_the_middle_of_an_episode_have_the_same_future(env_id: str, copied: Any) -> None:
    env = gym.make(env_id, world_seed=1, history=5)
    env.reset(seed=9)
    env.action_space.seed(4)
    list(play(env, 7, 1))
    again = copied(env)
    assert again.unwrapped is not env.unwrapped
    assert again.unwrapped.sessions.users is not env.unwrapped.sessions.users
    assert again.spec == env.spec
    assert np.array_equal(again.action_space.sample(), env.action_space.sample())
    expected = future(env, 80, seed=2)  # several episodes: the generator went along
    assert future(again, 80, seed=2) == expected


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize(
    "mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP], ids=lambda mode: mode.name
)
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["deepcopy", "pickle"]
)
def test_copies_of_vector_environments_have_the_same_future(
    env_id: str, mode: AutoresetMode, copied: Any
) -> None:
    envs = gym.make_vec(env_id, 3, autoreset_mode=mode, horizon=9)
    envs.reset(seed=1)
    vector_future(envs, 9, seed=0)  # ends where rows are about to be reset
    again = copied(envs)
    assert again.unwrapped.np_random_seed == (1, 2, 3)
    assert again.spec == envs.spec
    expected = vector_future(envs, 40, seed=2)
    assert vector_future(again, 40, seed=2) == expected


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_a_copy_that_was_never_reset_can_be_reset(env_id: str) -> None:
    env = gym.make(env_id)
    again = pickle.loads(pickle.dumps(env))
    assert digest(env.reset(seed=3)) == digest(again.reset(seed=3))


def test_a_horizon_of_an_ids_own_wins_over_that_of_its_class() -> None:
    """Sixty too, which is what ids have if nothing is said."""
    for horizon in (20, 60):
        recgym.register(
            f"RecLong{horizon}-v0", "recgym.envs.video_retention:RecVideoRetentionEnv", horizon=horizon
        )
        env = gym.make(f"RecLong{horizon}-v0", sessions=1)
        assert env.unwrapped.task.horizon == env.spec.max_episode_steps == horizon
