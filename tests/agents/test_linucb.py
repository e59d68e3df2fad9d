"""LinUCB: its sums by hand, its bound, and that it learns whom to show what."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import agents
from agents import Transitions
from recgym.evaluation import play


def test_weights_are_those_of_ridge_regression() -> None:
    env = gym.make_vec("RecVideo-v0", 40, num_users=60).unwrapped
    agent = agents.load("linucb", env, ridge=2.0)
    generator = np.random.default_rng(0)
    features, rewards = [], []
    for seed in range(3):
        observations, _ = env.reset(seed=100 * seed)
        actions, reward = generator.integers(0, 200, 40), generator.normal(size=40)
        nothing = np.zeros(40, np.bool_)
        agent.learn(
            Transitions(observations, actions, reward, nothing, nothing, observations, ~nothing[:, None])
        )
        vectors, _ = env.interface.setting.world.vectors, rewards.append(reward)
        statistics = env.item_features[:, 64:].astype(float)
        statistics = (statistics - statistics.mean(axis=0)) / statistics.std(axis=0)
        liked, ignored, current = (observations[:, 64 * k : 64 * (k + 1)] for k in range(3))
        scaled = 8.0 * vectors[actions]
        cosines = [(scaled * part).sum(axis=1) for part in (liked, ignored, current)]
        features.append(np.column_stack([np.ones(40), statistics[actions], scaled, *cosines, scaled * liked]))
    x, r = np.concatenate(features), np.concatenate(rewards)
    expected = np.linalg.solve(2.0 * np.eye(x.shape[1]) + x.T @ x, x.T @ r)
    assert agent._weights == pytest.approx(expected, abs=1e-4)


def test_exploration_prefers_what_is_less_known() -> None:
    env = gym.make_vec("RecVideo-v0", 50, num_users=60).unwrapped
    observations, _ = env.reset(seed=0)
    nothing = np.zeros(50, np.bool_)
    bold, greedy = agents.load("linucb", env, alpha=5.0), agents.load("linucb", env, alpha=0.0)
    favourite = np.full(50, int(greedy.act(observations)[0]))
    for agent in (bold, greedy):
        agent.learn(
            Transitions(
                observations, favourite, np.full(50, 0.1), nothing, nothing, observations, ~nothing[:, None]
            )
        )
    assert np.array_equal(greedy.act(observations, explore=True), greedy.act(observations))
    assert np.array_equal(bold.act(observations), greedy.act(observations))
    assert (bold.act(observations, explore=True) == favourite).mean() < (
        greedy.act(observations) == favourite
    ).mean()


@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecVideoSlate-v0"])
def test_it_learns(env_id: str) -> None:
    env = gym.make_vec(env_id, 64, autoreset_mode=AutoresetMode.DISABLED).unwrapped
    test = gym.make_vec(env_id, 1, split="test").unwrapped.interface
    returns = []
    for name, steps in (("random", 64), ("linucb", 12_800)):
        agent = agents.load(name, env)
        agent.fit(env, steps)
        returns.append(play(test, agent.policy(), 300, 0).rewards.sum(axis=1))
    gain = returns[1] - returns[0]  # the same users with the same noise
    assert gain.mean() > 3 * gain.std() / np.sqrt(len(gain))
