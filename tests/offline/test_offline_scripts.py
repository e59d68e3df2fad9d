"""The scripts for Minari with d3rlpy, and for MO-Gymnasium, run; vectors of signals add up to the environment's reward."""

from __future__ import annotations

from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from mo_gymnasium.wrappers import LinearReward, MORecordEpisodeStatistics
from mo_gymnasium.wrappers.vector import MOSyncVectorEnv

from recgym.wrappers import VectorReward
from train import with_minari_d3rlpy, with_mo_gymnasium

IDS = ["RecEcommerce-v0", "RecNews-v0", "RecEcommerceSlate-v0", "RecBandit-v0"]
BRIEF = ["--users", "8", "--seed", "1"]


@pytest.mark.parametrize("env_id", IDS)
def test_minari_and_d3rlpy(
    env_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))
    for _ in range(2):  # the second run replaces the first one's dataset
        assert with_minari_d3rlpy.main(["--env", env_id, "--steps", "200", *BRIEF]) == 0
    rows = [line.split()[0] for line in capsys.readouterr().out.splitlines() if "±" in line]
    assert rows == 2 * ["random", "behaviour", "DiscreteCQL"]


@pytest.mark.parametrize("env_id", IDS)
def test_mo_gymnasium(env_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert with_mo_gymnasium.main(["--env", env_id, "--steps", "64", *BRIEF]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["learned", "for", "click"]
    assert sum(line.startswith(("as weighed", "click", "diversity")) for line in lines) == 3


@pytest.mark.parametrize("env_id", IDS)
def test_weighed_vectors_are_the_rewards(env_id: str) -> None:
    plain, vector = gym.make(env_id), VectorReward(gym.make(env_id))
    task = plain.unwrapped.task
    linear = LinearReward(MORecordEpisodeStatistics(vector), weight=task.weights)
    assert vector.reward_space.shape == (len(task.signals),)
    plain.reset(seed=7)
    linear.reset(seed=7)
    plain.action_space.seed(0)
    total = np.zeros(len(task.signals))
    over = False
    while not over:
        action = plain.action_space.sample()
        _, expected, terminated, truncated, _ = plain.step(action)
        _, reward, *flags, info = linear.step(action)
        assert reward == pytest.approx(expected, abs=1e-6)
        assert flags == [terminated, truncated]
        total += info["vector_reward"]
        over = terminated or truncated
    assert np.allclose(info["episode"]["r"], total, atol=1e-4)


def test_vectors_of_many_sessions_are_those_of_single_ones() -> None:
    envs = MOSyncVectorEnv([lambda: VectorReward(gym.make("RecNews-v0"), signals=("click", "like"))] * 3)
    envs.reset(seed=5)
    singles = [gym.make("RecNews-v0") for _ in range(3)]
    for row, env in enumerate(singles):
        env.reset(seed=5 + row)
    for _ in range(3):
        _, rewards, terminated, truncated, _ = envs.step(np.array([3, 1, 4]))
        infos = [env.step(action)[4] for env, action in zip(singles, (3, 1, 4), strict=True)]
        assert rewards.shape == (3, 2)
        assert np.array_equal(rewards, [[info["click"], info["like"]] for info in infos])
        assert not (terminated | truncated).any()
    envs.close()
