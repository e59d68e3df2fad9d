"""A slate placed item by item is the slate shown at once."""

from __future__ import annotations

import copy
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode

import recgym
from recgym.task import FORMS
from recgym.wrappers import SlateItemByItem, slate_policy
from recgym.wrappers.vector import SlateItemByItem as VectorSlateItemByItem

SAME_STEP, DISABLED = AutoresetMode.SAME_STEP, AutoresetMode.DISABLED


def place(env: Any, slate: Any) -> tuple[Any, ...]:
    for item in slate[:-1]:
        _, reward, terminated, truncated, info = env.step(item)
        assert (reward, terminated, truncated) == (0.0, False, False)
        assert (info["shown"] == -1).all()
        assert info["click"] == 0.0
    return env.step(slate[-1])


def test_the_session_is_that_of_whole_slates() -> None:
    env, plain = SlateItemByItem(gym.make("RecNewsSlate-v0")), gym.make("RecNewsSlate-v0")
    _, info = env.reset(seed=3)
    plain.reset(seed=3)
    generator = np.random.default_rng(0)
    for _ in range(20):
        slate = generator.permutation(np.flatnonzero(info["action_mask"]))[:5]
        observation, reward, terminated, truncated, info = place(env, slate)
        expected, *outcome, plain_info = plain.step(slate)
        assert [reward, terminated, truncated] == outcome
        assert set(info) == set(plain_info)
        assert all(np.array_equal(info[name], plain_info[name]) for name in info)
        assert np.array_equal(observation[: len(expected)], expected)
        assert not observation[len(expected) :].any()  # a new slate begins
        if terminated or truncated:
            _, info = env.reset()
            plain.reset()


@pytest.mark.parametrize("form", FORMS)
def test_the_observation_tells_what_is_placed(form: str) -> None:
    env = SlateItemByItem(gym.make("RecEcommerceSlate-v0", observation=form))
    task = env.unwrapped.task
    before, _ = env.reset(seed=0)
    after, *_ = env.step(7)
    assert before in env.observation_space
    assert after in env.observation_space
    if form == "flat":
        assert np.array_equal(task.layout.read(after, "liked"), task.layout.read(before, "liked"))
        placed = after[task.layout.width :].reshape(4, -1)
        assert np.array_equal(placed[0], task.vectors[7])
    elif form == "items":
        placed = after[-4:]
        assert placed[0] == 8
    else:
        placed = after["placed"]
        assert np.array_equal(placed[0], task.vectors[7] if form == "sequence" else 8)
    assert not placed[1:].any()


def test_the_mask_excludes_what_is_placed() -> None:
    env = SlateItemByItem(gym.make("RecNewsSlate-v0"))
    _, info = env.reset(seed=0)
    available = info["action_mask"].copy()
    for _ in range(4):
        item = int(np.argmax(info["action_mask"]))
        *_, info = env.step(item)
        available[item] = 0
        assert np.array_equal(info["action_mask"], available)
        assert np.array_equal(env.action_masks(), available == 1)
    assert env.action_masks().dtype == np.bool_


def test_where_nothing_is_left_the_place_stays_empty() -> None:
    env = SlateItemByItem(gym.make("RecBanditSlate-v0", num_items=6, slate_size=6))
    _, info = env.reset(seed=0)
    for _ in range(5):
        *_, info = env.step(int(np.argmax(info["action_mask"])))
    assert info["action_mask"].sum() == 1
    unfinished = env._unfinished
    available = np.array([1, 1, 0, 0, 0, 0], np.int8)
    unfinished.place, unfinished.slates = 2, np.array([0, 1, 0, 0, 0, 0])
    assert np.array_equal(unfinished.masks(available), available)


def test_errors_place_nothing() -> None:
    env = SlateItemByItem(gym.make("RecNewsSlate-v0", invalid_actions="error"))
    with pytest.raises(ResetNeeded):
        env.step(0)
    _, info = env.reset(seed=0)
    first, second = np.flatnonzero(info["action_mask"])[:2]
    closed = int(np.argmin(info["action_mask"]))
    env.step(first)
    for wrong, error, words in (
        (first, ValueError, "in the slate already"),
        (closed, ValueError, "not available"),
        (200, ValueError, "out of range"),
        (-1, ValueError, "out of range"),
        (1.5, TypeError, "whole numbers"),
        ([1, 2], ValueError, "shape"),
    ):
        with pytest.raises(error, match=words):
            env.step(wrong)
    *_, info = env.step(second)
    assert info["action_mask"][[first, second]].sum() == 0


def test_a_session_that_has_ended_must_be_reset() -> None:
    env = SlateItemByItem(gym.make("RecBanditSlate-v0", horizon=1))
    env.reset(seed=0)
    *_, truncated, _ = place(env, [0, 1, 2, 3, 4])
    assert truncated
    with pytest.raises(ResetNeeded):
        env.step(0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", [SAME_STEP, DISABLED])
def test_rows_equal_singles(mode: AutoresetMode, form: str) -> None:
    size = 3
    envs: Any = VectorSlateItemByItem(
        gym.make_vec("RecNewsSlate-v0", size, autoreset_mode=mode, observation=form)
    )
    singles = [SlateItemByItem(gym.make("RecNewsSlate-v0", observation=form)) for _ in range(size)]
    observations, infos = envs.reset(seed=5)
    seen = [env.reset(seed=5 + row) for row, env in enumerate(singles)]
    generator, ended = np.random.default_rng(1), 0
    for _ in range(150):
        for row, (observation, info) in enumerate(seen):
            assert_equal(observation, observations, row)
            assert np.array_equal(info["action_mask"], infos["action_mask"][row])
        masks = infos["action_mask"]
        actions = np.argmax(generator.random(masks.shape) * masks, axis=1)
        observations, rewards, terminated, truncated, infos = envs.step(actions)
        outcomes = [env.step(action) for env, action in zip(singles, actions, strict=True)]
        assert np.array_equal(rewards, [outcome[1] for outcome in outcomes])
        over = terminated | truncated
        seen = [(outcome[0], outcome[4]) for outcome in outcomes]
        for row in np.flatnonzero(over):
            ended += 1
            last = infos["final_obs"][row] if mode == SAME_STEP else None
            if last is not None:
                assert_equal(seen[row][0], last, None)
            seen[row] = singles[row].reset()
        if over.any() and mode == DISABLED:
            with pytest.raises(ResetNeeded):
                envs.step(actions)
            observations, infos = envs.reset(options={"reset_mask": over})
        assert observations in envs.observation_space
    assert ended


def assert_equal(single: Any, batch: Any, row: int | None) -> None:
    parts = single if isinstance(single, dict) else {None: single}
    for name, part in parts.items():
        column = batch if name is None else batch[name]
        assert np.array_equal(part, column if row is None else column[row])


def test_rows_cannot_be_reset_within_a_slate() -> None:
    envs = VectorSlateItemByItem(gym.make_vec("RecBanditSlate-v0", 2, autoreset_mode=DISABLED))
    envs.reset(seed=0)
    envs.step(np.array([1, 2]))
    with pytest.raises(ValueError, match="now 1 items are placed"):
        envs.reset(options={"reset_mask": np.array([True, False])})
    envs.reset(seed=0)


def test_a_copy_goes_on_alike() -> None:
    env = SlateItemByItem(gym.make("RecNewsSlate-v0"))
    env.reset(seed=0)
    env.step(3)
    other = copy.deepcopy(env)
    for item in (60, 61, 62, 63):
        mine, theirs = env.step(item), other.step(item)
    assert np.array_equal(mine[0], theirs[0])
    assert mine[1] == theirs[1]


def test_policies_of_items_make_slates() -> None:
    def nearest(observations: Any, masks: np.ndarray) -> np.ndarray:
        assert observations.shape[1] == task.layout.width + 4 * task.dimension
        likeness = task.layout.read(observations, "liked") @ task.vectors.T
        return np.argmax(np.where(masks == 1, likeness, -np.inf), axis=1)

    task = gym.make("RecNewsSlate-v0").unwrapped.task
    measured = recgym.evaluate("RecNewsSlate-v0", {"nearest": slate_policy(task, nearest)}, users=30)
    actions = measured.logs["nearest"].actions[:, 0]
    assert all(len(set(slate)) == 5 for slate in actions.tolist())


def test_wrong_environments_are_told() -> None:
    with pytest.raises(ValueError, match="RecNewsSlate-v0"):
        SlateItemByItem(gym.make("RecNews-v0"))
    with pytest.raises(TypeError, match="not an environment of recgym's"):
        SlateItemByItem(gym.make("CartPole-v1"))
    with pytest.raises(TypeError, match=r"recgym\.wrappers\.vector\.SlateItemByItem"):
        SlateItemByItem(gym.make_vec("RecNewsSlate-v0", 2))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"recgym\.wrappers\.SlateItemByItem"):
        VectorSlateItemByItem(gym.make("RecNewsSlate-v0"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="wrap each of them"):
        VectorSlateItemByItem(gym.make_vec("RecNewsSlate-v0", 2, vectorization_mode="sync"))
    with pytest.raises(ValueError, match="SAME_STEP, or DISABLED"):
        VectorSlateItemByItem(gym.make_vec("RecNewsSlate-v0", 2))
    with pytest.raises(ValueError, match="beneath the wrapper"):
        SlateItemByItem(gym.wrappers.FlattenObservation(gym.make("RecNewsSlate-v0", observation="ids")))
