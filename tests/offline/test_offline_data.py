"""Offline data: what is collected is what was played, and Minari and d3rlpy get it as it was."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import d3rlpy
import gymnasium as gym
import minari
import numpy as np
import pytest
from playing import run_python

from recgym.evaluation.comparison import random_policy
from recgym.wrappers.vector import SlateItemByItem
from train.offline_data import OfflineData, collect, d3rlpy_observations, from_minari, to_d3rlpy, to_minari

METADATA = {
    "algorithm_name": "random", "author": "recgym", "author_email": "none", "code_permalink": "none", "description": "for a test"
}  # fmt: skip
"""Minari warns of what is missing."""


@pytest.fixture(autouse=True)
def _datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))


def unmasked(num_items: int, slate_size: int) -> Any:
    """A policy that does not look at masks, so that some of its actions are repaired."""
    generator = np.random.default_rng(0)
    shape = () if slate_size == 1 else (slate_size,)
    return lambda observations, masks: generator.integers(num_items, size=(len(masks), *shape))


def same(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping):
        return sorted(one) == sorted(other) and all(same(one[name], other[name]) for name in one)
    return np.array_equal(one, other) and np.asarray(one).dtype == np.asarray(other).dtype


def same_episodes(one: OfflineData, other: OfflineData) -> bool:
    pairs = zip(one.episodes, other.episodes, strict=True)
    return all(
        same(a.observations, b.observations) and same(a.actions, b.actions) and same(a.rewards, b.rewards)
        and same(a.infos, b.infos) and (a.terminated, a.truncated, a.seed) == (b.terminated, b.truncated, b.seed)
        for a, b in pairs
    )  # fmt: skip


@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNews-v0", "RecNewsSlate-v0", "RecBandit-v0"])
@pytest.mark.parametrize("form", ["flat", "ids"])
def test_an_episode_is_what_the_single_environment_plays_from_its_seed(env_id: str, form: str) -> None:
    slate_size = 5 if "Slate" in env_id else 1
    count = 10 if "Bandit" in env_id else 200
    data = collect(env_id, unmasked(count, slate_size), 12, 3, num_envs=4, observation=form)
    assert len(data.episodes) == 12
    assert data.num_steps == sum(map(len, data.episodes))
    env = gym.make(env_id, observation=form)
    for episode in data.episodes:
        observation, info = env.reset(seed=episode.seed)
        for step in range(len(episode) + 1):
            seen = episode.observations
            assert same(
                observation,
                {name: part[step] for name, part in seen.items()} if form == "ids" else seen[step],
            )
            assert sorted(info) == sorted(episode.infos)
            assert all(np.array_equal(info[name], episode.infos[name][step]) for name in info)
            if step < len(episode):
                observation, reward, terminated, truncated, info = env.step(episode.actions[step])
                assert reward == episode.rewards[step]
                assert (terminated or truncated) == (step == len(episode) - 1)
        assert (terminated, truncated) == (episode.terminated, episode.truncated)


def test_sessions_do_not_depend_on_how_many_are_played_at_a_time() -> None:
    always_first = lambda observations, masks: masks.argmax(axis=1)  # noqa: E731
    together = collect("RecNews-v0", always_first, 10, 5, num_envs=10)
    apart = collect("RecNews-v0", always_first, 10, 5, num_envs=3)
    other = collect("RecNews-v0", always_first, 10, 6, num_envs=3)
    assert same_episodes(together, apart)
    assert not {episode.seed for episode in together.episodes} & {episode.seed for episode in other.episodes}


def test_masks_are_those_of_the_moment_in_which_an_item_is_chosen() -> None:
    data = collect(
        "RecNews-v0", random_policy(1, 0), 40, invalid_actions="error"
    )  # refuses what is not available
    for episode in data.episodes:
        assert episode.masks[np.arange(len(episode)), episode.actions].all()
        assert np.array_equal(episode.shown[:, 0], episode.actions)
    assert not all(episode.masks.all() for episode in data.episodes)


def test_an_agent_is_told_where_sessions_begin() -> None:
    class Agent:
        def __init__(self) -> None:
            self.begun: list[int] = []

        def begin(self, rows: np.ndarray) -> None:
            self.begun += rows.tolist()

        def act(self, observations: Any, masks: np.ndarray) -> np.ndarray:
            return masks.argmax(axis=1)

    agent = Agent()
    collect("RecBandit-v0", agent, 9, num_envs=3)
    assert agent.begun[:3] == [0, 1, 2]
    assert len(agent.begun) >= 9


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="num_sessions=0"):
        collect("RecBandit-v0", random_policy(1, 0), 0)
    with pytest.raises(TypeError, match="is no policy"):
        collect("RecBandit-v0", "random", 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="out of range"):
        collect("RecBandit-v0", lambda observations, masks: np.full(len(masks), 10), 3)


@pytest.mark.parametrize("mask_columns", [False, True])
@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNews-v0", "RecBandit-v0"])
def test_d3rlpy_gets_every_observation_beside_its_own_action(env_id: str, mask_columns: bool) -> None:
    data = collect(env_id, random_policy(1, 0), 30, horizon=8)
    dataset = to_d3rlpy(data, mask_columns=mask_columns)
    assert dataset.size() == 30
    assert dataset.transition_count == sum(len(e) - (not e.terminated) for e in data.episodes)
    ends = {episode.terminated for episode in data.episodes}
    assert ends == {False, True}
    for episode, stored in zip(data.episodes, dataset.episodes, strict=True):
        seen = d3rlpy_observations(episode.observations, episode.masks, mask_columns=mask_columns)
        assert np.array_equal(stored.observations, seen[:-1])
        assert np.array_equal(stored.actions[:, 0], episode.actions)
        assert np.array_equal(stored.rewards[:, 0], episode.rewards.astype(np.float32))
        assert stored.terminated == episode.terminated
        picked = d3rlpy.dataset.BasicTransitionPicker()
        for step in range(stored.transition_count):
            transition = picked(stored, step)
            last = episode.terminated and step == len(episode) - 1
            assert np.array_equal(transition.observation, seen[step])
            assert np.array_equal(
                transition.next_observation, np.zeros_like(seen[0]) if last else seen[step + 1]
            )
            assert transition.action[0] == episode.actions[step]
            assert transition.terminal == last


def test_what_was_shown_can_stand_in_for_what_was_asked_for() -> None:
    data = collect("RecNews-v0", unmasked(200, 1), 20)
    asked, shown = to_d3rlpy(data), to_d3rlpy(data, actions="shown")
    for episode, one, other in zip(data.episodes, asked.episodes, shown.episodes, strict=True):
        assert np.array_equal(one.actions[:, 0], episode.actions)
        assert np.array_equal(other.actions[:, 0], episode.shown[:, 0])
    assert any((episode.actions != episode.shown[:, 0]).any() for episode in data.episodes)


def test_slates_reach_d3rlpy_item_by_item() -> None:
    with pytest.raises(ValueError, match="one choice at a time"):
        to_d3rlpy(collect("RecEcommerceSlate-v0", random_policy(5, 0), 2))
    data = collect("RecEcommerceSlate-v0", random_policy(1, 0), 5, wrapper=SlateItemByItem)
    for episode in data.episodes:
        assert len(episode) % 5 == 0
        assert not episode.rewards.reshape(-1, 5)[:, :4].any()
        assert np.array_equal(episode.shown[4::5], episode.actions.reshape(-1, 5))
    dataset = to_d3rlpy(data)
    assert dataset.dataset_info.action_size == 200
    with pytest.raises(ValueError, match="single items"):
        to_d3rlpy(data, actions="shown")
    with pytest.raises(ValueError, match="through a wrapper"):
        to_minari(data, "recgym/slates-v0", **METADATA)


@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNews-v0", "RecNewsSlate-v0", "RecBandit-v0"])
def test_minari_keeps_everything(env_id: str) -> None:
    slate_size = 5 if "Slate" in env_id else 1
    data = collect(f"recgym:{env_id}", random_policy(slate_size, 0), 8, reward_weights={"click": 2.0})
    to_minari(data, "recgym/kept-v0", **METADATA)
    dataset = minari.load_dataset("recgym/kept-v0")
    loaded = from_minari(dataset)
    assert same_episodes(data, loaded)
    assert (loaded.env_id, loaded.action_space) == (env_id, data.action_space)
    assert dict(loaded.env_kwargs)["reward_weights"] == {"click": 2.0}
    assert loaded.returns.tolist() == data.returns.tolist()
    for held_out, split in ((False, "train"), (True, "test")):
        env = dataset.recover_environment(eval_env=held_out)
        assert env.spec.kwargs.get("split", "train") == split
        assert env.spec.max_episode_steps == 60
    with pytest.raises(ValueError, match="already"):
        to_minari(data, "recgym/kept-v0", **METADATA)
    with pytest.raises(ValueError, match="is no name with a version"):
        to_minari(data, "kept", **METADATA)


RECOVER = """
import minari
env = minari.load_dataset("recgym/kept-v0").recover_environment()
env.reset(seed=0)
print(env.unwrapped.task.scenario)
"""


def test_minari_recovers_the_environment_in_a_process_that_does_not_know_it(tmp_path: Path) -> None:
    to_minari(collect("RecNews-v0", random_policy(1, 0), 2), "recgym/kept-v0", **METADATA)
    assert run_python(RECOVER, MINARI_DATASETS_PATH=str(tmp_path)).strip() == "News"


def collect_with_minari(env_id: str, num_sessions: int, *, record_infos: bool) -> list[list[float]]:
    """Writes a dataset with Minari's own collector; returns the rewards of each session."""
    env = minari.DataCollector(gym.make(env_id), record_infos=record_infos)
    env.action_space.seed(0)
    rewards: list[list[float]] = []
    for seed in range(num_sessions):
        env.reset(seed=seed)
        rewards.append([])
        over = False
        while not over:
            _, reward, terminated, truncated, _ = env.step(env.action_space.sample())
            rewards[-1].append(float(reward))
            over = terminated or truncated
    env.create_dataset("recgym/own-v0", eval_env=env_id, requirements=["recgym"], **METADATA)
    env.close()
    return rewards


LEFT_TO_THE_GARBAGE_COLLECTOR = pytest.mark.filterwarnings(
    "ignore:Implicitly cleaning up <TemporaryDirectory:ResourceWarning"
)
"""Minari's collector replaces its temporary folders without closing them."""


@LEFT_TO_THE_GARBAGE_COLLECTOR
@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNews-v0", "RecNewsSlate-v0", "RecBandit-v0"])
def test_minaris_own_collector_works(env_id: str) -> None:
    rewards = collect_with_minari(env_id, 3, record_infos=True)
    gc.collect()
    data = from_minari(minari.load_dataset("recgym/own-v0"))
    env = gym.make(env_id)
    for episode, expected in zip(data.episodes, rewards, strict=True):
        assert episode.rewards.tolist() == expected
        assert len(episode.masks) == len(expected) + 1
        _, info = env.reset(seed=episode.seed)
        for step, action in enumerate(episode.actions):
            assert np.array_equal(info["action_mask"], episode.masks[step])
            info = env.step(action)[4]


@LEFT_TO_THE_GARBAGE_COLLECTOR
def test_a_minari_dataset_without_masks_is_refused() -> None:
    collect_with_minari("RecBandit-v0", 1, record_infos=False)
    gc.collect()
    with pytest.raises(ValueError, match="record_infos=True"):
        from_minari(minari.load_dataset("recgym/own-v0"))


def test_parts_of_an_observation_stand_side_by_side() -> None:
    data = collect("RecNews-v0", random_policy(1, 0), 2, observation="ids", sequence_length=4)
    episode = data.episodes[0]
    joined = d3rlpy_observations(episode.observations, episode.masks, mask_columns=True)
    parts = [np.reshape(part, (len(joined), -1)) for part in (*episode.observations.values(), episode.masks)]
    bounds = list(itertools.accumulate(part.shape[1] for part in parts))
    assert joined.dtype == np.float32
    for part, columns in zip(parts, np.split(joined, bounds[:-1], axis=1), strict=True):
        assert np.array_equal(columns, part.astype(np.float32))
