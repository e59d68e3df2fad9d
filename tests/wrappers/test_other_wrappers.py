"""Masks in observations, vectors as rewards, points as actions."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import gymnasium as gym
import mo_gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from recgym.wrappers import MaskInObservation, ProtoItem, SlateItemByItem, VectorReward, nearest_items
from recgym.wrappers import vector as vector_wrappers

MODES = list(AutoresetMode)
NAMES = [("observation", "action_mask"), ("observations", "action_mask"), ("obs", "mask")]


@pytest.mark.parametrize(("observation_key", "mask_key"), NAMES)
def test_the_mask_is_in_the_observation(observation_key: str, mask_key: str) -> None:
    env = MaskInObservation(gym.make("RecNews-v0"), observation_key, mask_key)
    plain = gym.make("RecNews-v0")
    observation, info = env.reset(seed=0)
    expected, _ = plain.reset(seed=0)
    for _ in range(8):
        assert set(observation) == {observation_key, mask_key}
        assert observation in env.observation_space
        assert np.array_equal(observation[observation_key], expected)
        assert np.array_equal(observation[mask_key], info["action_mask"])
        action = int(np.argmax(observation[mask_key]))
        observation, _, terminated, truncated, info = env.step(action)
        expected, *_ = plain.step(action)
        if terminated or truncated:
            break


def test_the_mask_goes_beside_the_parts_of_a_dict() -> None:
    env = MaskInObservation(gym.make("RecNews-v0", observation="ids"), None, "mask")
    observation, _ = env.reset(seed=0)
    assert set(observation) == {"history", "feedback", "age", "present", "context", "mask"}
    with pytest.raises(ValueError, match="is a Box; name a key"):
        MaskInObservation(gym.make("RecNews-v0"), None)
    with pytest.raises(ValueError, match="a key of the observation already"):
        MaskInObservation(gym.make("RecNews-v0"), "mask", "mask")


@pytest.mark.parametrize("mode", MODES)
def test_masks_of_rows(mode: AutoresetMode) -> None:
    envs = vector_wrappers.MaskInObservation(gym.make_vec("RecNews-v0", 4, autoreset_mode=mode))
    assert envs.autoreset_mode == mode
    observations, infos = envs.reset(seed=0)
    ended = 0
    for _ in range(40):
        assert observations in envs.observation_space
        assert np.array_equal(observations["action_mask"], envs.unwrapped.action_masks())
        observations, _, terminated, truncated, infos = envs.step(
            np.argmax(observations["action_mask"], axis=1)
        )
        over = terminated | truncated
        ended += int(over.sum())
        if mode == AutoresetMode.SAME_STEP and over.any():
            last = infos["final_obs"][np.argmax(over)]
            assert last in envs.single_observation_space
            assert last["action_mask"].any()
        if mode == AutoresetMode.DISABLED and over.any():
            observations, infos = envs.reset(options={"reset_mask": over})
    assert ended


def test_the_reward_is_the_vector_of_signals() -> None:
    env, plain = VectorReward(gym.make("RecEcommerce-v0")), gym.make("RecEcommerce-v0")
    task = plain.unwrapped.task
    assert env.signals == task.signal_names
    env.reset(seed=1)
    plain.reset(seed=1)
    for item in range(10):
        _, reward, terminated, truncated, info = env.step(item)
        _, expected, *_ = plain.step(item)
        assert reward in env.reward_space
        assert reward @ task.weights == pytest.approx(expected, rel=1e-6, abs=1e-6)
        assert np.array_equal(reward, np.float32([info[name] for name in env.signals]))
        if terminated or truncated:
            break


@pytest.mark.parametrize("mode", MODES)
def test_rewards_of_rows(mode: AutoresetMode) -> None:
    make = lambda: gym.make_vec("RecEcommerce-v0", 5, autoreset_mode=mode)  # noqa: E731
    envs, plain = vector_wrappers.VectorReward(make()), make()
    weights, ended = plain.unwrapped.task.weights, 0
    envs.reset(seed=0)
    plain.reset(seed=0)
    for item in range(40):
        _, rewards, terminated, truncated, _ = envs.step(np.full(5, item))
        _, expected, *_ = plain.step(np.full(5, item))
        assert rewards @ weights == pytest.approx(expected, rel=1e-5, abs=1e-5)
        over = terminated | truncated
        ended += int(over.sum())
        if mode == AutoresetMode.DISABLED and over.any():
            for each in (envs, plain):
                each.reset(options={"reset_mask": over})
    assert ended


def test_mo_gymnasium_finds_the_reward_space() -> None:
    env = VectorReward(gym.make("RecEcommerce-v0"), signals=("click", "revenue"))
    for other in (env, copy.deepcopy(env)):
        assert other.unwrapped.reward_space == env.reward_space
        linear = mo_gymnasium.wrappers.LinearReward(other, weight=np.array([1.0, 0.5]))
        linear.reset(seed=0)
        _, reward, _, _, info = linear.step(0)
        assert reward == pytest.approx(info["vector_reward"] @ [1.0, 0.5])
    assert pickle.loads(pickle.dumps(env.unwrapped)).reward_space == env.reward_space


def test_wrong_signals_are_told() -> None:
    env = gym.make("RecEcommerce-v0")
    with pytest.raises(ValueError, match="Did you mean 'revenue'"):
        VectorReward(env, ("revenu",))
    for wrong in ((), ("click", "click")):
        with pytest.raises(ValueError, match="at least one signal, and none twice"):
            VectorReward(env, wrong)
    with pytest.raises(TypeError, match="sequence of names"):
        VectorReward(env, "click")


@pytest.mark.parametrize("env_id", ["RecNews-v0", "RecNewsSlate-v0"])
def test_the_nearest_available_items_are_shown(env_id: str) -> None:
    env = ProtoItem(gym.make(env_id))
    task = env.unwrapped.task
    _, info = env.reset(seed=0)
    generator = np.random.default_rng(0)
    for _ in range(10):
        mask, point = info["action_mask"] == 1, generator.uniform(-1, 1, env.action_space.shape)
        _, _, terminated, truncated, info = env.step(point)
        left = mask.copy()
        for place, item in zip(np.atleast_2d(point), info["shown"], strict=True):
            distances = np.where(left, np.linalg.norm(task.vectors - place, axis=1), np.inf)
            assert distances[item] == pytest.approx(distances.min(), abs=1e-5)
            left[item] = False
        assert info["repaired"] == 0
        if terminated or truncated:
            _, info = env.reset()


@pytest.mark.parametrize("env_id", ["RecNews-v0", "RecNewsSlate-v0"])
def test_points_of_rows(env_id: str) -> None:
    envs = vector_wrappers.ProtoItem(gym.make_vec(env_id, 3))
    singles = [ProtoItem(gym.make(env_id)) for _ in range(3)]
    envs.reset(seed=0)
    for row, env in enumerate(singles):
        env.reset(seed=row)
    points = envs.action_space.sample()
    *_, infos = envs.step(points)
    for row, env in enumerate(singles):
        assert np.array_equal(env.step(points[row])[4]["shown"], infos["shown"][row])


def test_wrong_points_are_told() -> None:
    env = ProtoItem(gym.make("RecEcommerce-v0"))
    env.reset(seed=0)
    good = np.zeros(64)
    for wrong, error, words in (
        (good[:3], ValueError, "shape"),
        (np.full(64, np.nan), ValueError, "got nan"),
        (good + 1.5, ValueError, "ClipAction"),
        (["a"] * 64, TypeError, "dtype"),
    ):
        with pytest.raises(error, match=words):
            env.step(wrong)
    env.step(good)
    assert nearest_items(env.unwrapped.task, good[None], np.ones((1, 200), np.int8)).shape == (1,)


def test_wrong_environments_are_told() -> None:
    for name in ("MaskInObservation", "ProtoItem", "VectorReward"):
        single: Any = {
            "MaskInObservation": MaskInObservation,
            "ProtoItem": ProtoItem,
            "VectorReward": VectorReward,
        }[name]
        with pytest.raises(TypeError, match=f"recgym.wrappers.vector.{name}"):
            single(gym.make_vec("RecNews-v0", 2))
        with pytest.raises(TypeError, match=f"recgym.wrappers.{name}"):
            getattr(vector_wrappers, name)(gym.make("RecNews-v0"))
        with pytest.raises(TypeError, match="not an environment of recgym's"):
            single(gym.make("CartPole-v1"))
    with pytest.raises(ValueError, match="action space"):
        ProtoItem(SlateItemByItem(gym.make("RecNewsSlate-v0")))


def test_wrappers_go_together() -> None:
    env = VectorReward(MaskInObservation(SlateItemByItem(gym.make("RecNewsSlate-v0")), "obs", "mask"))
    observation, _ = env.reset(seed=0)
    for _ in range(5):
        observation, reward, *_ = env.step(int(np.argmax(observation["mask"])))
    assert reward.shape == (len(env.signals),)
    assert env.spec is not None
    again = gym.make(env.spec)
    assert again.observation_space == env.observation_space
