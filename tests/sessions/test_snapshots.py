"""Going back in time, with the wrappers that count steps of their own."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import recgym


def length_from_here(env: Any) -> int:
    for steps in range(1, 200):
        *_, terminated, truncated, _ = env.step(0)
        if terminated or truncated:
            return steps
    raise AssertionError("the session does not end")


def test_what_is_left_of_a_session_is_left_after_going_back() -> None:
    env = gym.wrappers.RecordEpisodeStatistics(gym.make("RecVideo-v0", leave_base=-20.0))
    env.reset(seed=0)
    for _ in range(10):
        env.step(0)
    before = recgym.snapshot(env)
    assert length_from_here(env) == 50
    for _ in range(2):
        recgym.restore(env, before)
        assert length_from_here(env) == 50
    recgym.restore(env, before)
    for _ in range(50):
        *_, info = env.step(0)
    assert info["episode"]["l"] == 60


def test_rows_go_back_with_their_statistics() -> None:
    envs = gym.wrappers.vector.RecordEpisodeStatistics(gym.make_vec("RecVideo-v0", 3, leave_base=-20.0))
    envs.reset(seed=0)
    envs.step([0, 1, 2])
    before, lengths = recgym.snapshot(envs), envs.episode_lengths.copy()
    rewards = [envs.step([3, 4, 5])[1] for _ in range(5)]
    recgym.restore(envs, before)
    assert np.array_equal(envs.episode_lengths, lengths)
    assert np.array_equal([envs.step([3, 4, 5])[1] for _ in range(5)], rewards)


def test_the_seed_goes_back() -> None:
    env = gym.make("RecVideo-v0").unwrapped
    env.reset(seed=7)
    before = env.snapshot()
    env.reset(seed=100)
    env.restore(before)
    assert env.np_random_seed == 7
    envs = gym.make_vec("RecVideo-v0", 2).unwrapped
    envs.reset(seed=7)
    before = envs.snapshot()
    envs.reset(seed=100)
    envs.restore(before)
    assert envs.np_random_seed == (7, 8)


def begun(vector: bool = False, **arguments: Any) -> Any:
    env = gym.make_vec("RecVideo-v0", 1, **arguments) if vector else gym.make("RecVideo-v0", **arguments)
    env.reset(seed=0)
    return env


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (lambda: begun(num_items=10), "other sessions, with items"),
        (lambda: begun(world_seed=3), "world_seed 3 in place of 0"),
        (lambda: begun(vector=True), "none of a single environment"),
        (lambda: gym.make("RecNews-v0"), "scenario 'News' in place of 'Video'"),
    ],
)
def test_a_snapshot_of_another_environment_is_refused(other: Any, words: str) -> None:
    env = begun().unwrapped
    before = env.sessions.users.tobytes()
    with pytest.raises(ValueError, match=words):
        env.restore(other().unwrapped.snapshot())
    assert env.sessions.users.tobytes() == before


@pytest.mark.parametrize(
    "arguments",
    [{"split": "test"}, {"horizon": 1}, {"drift": 1.0}, {"num_users": 2}, {"sessions": 3, "horizon": 20}],
)
def test_environments_with_other_arguments_are_refused(arguments: dict[str, Any]) -> None:
    other = gym.make("RecVideo-v0", **arguments)
    other.reset(seed=9)
    with pytest.raises(ValueError, match="in place of"):
        recgym.restore(other, recgym.snapshot(begun()))


def test_the_form_of_observations_does_not_matter() -> None:
    other = gym.make("RecVideo-v0", observation="ids")
    recgym.restore(other, recgym.snapshot(begun()))  # it was never reset itself
    other.step(5)


def test_rows_of_another_number_are_refused() -> None:
    many, one = gym.make_vec("RecVideo-v0", 4).unwrapped, begun(vector=True).unwrapped
    many.reset(seed=0)
    with pytest.raises(ValueError, match="rows 1 in place of 4"):
        many.restore(one.snapshot())


def test_wrappers_have_to_be_the_same() -> None:
    env = begun()
    with pytest.raises(ValueError, match="other wrappers"):
        recgym.restore(gym.wrappers.RecordEpisodeStatistics(begun()), recgym.snapshot(env))
    with pytest.raises(ValueError, match=r"goes to env.unwrapped.restore"):
        recgym.restore(env, env.unwrapped.snapshot())
    with pytest.raises(TypeError, match="not an environment of recgym's"):
        recgym.snapshot(gym.make("CartPole-v1"))
