"""LinUCB: its sums by hand, its bound, and that it learns whom to show what."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest
from agent_making import make, transitions
from gymnasium.vector import AutoresetMode

import agents
from recgym.evaluation import evaluate


def test_weights_are_those_of_ridge_regression() -> None:
    env = make(num_envs=40)
    task = env.unwrapped.task
    agent = agents.load("linucb", env, ridge=2.0)
    generator = np.random.default_rng(0)
    features, rewards = [], []
    for seed in range(3):
        observations, _ = env.reset(seed=100 * seed)
        items, reward = generator.integers(0, 200, 40), generator.normal(size=40)
        agent.learn(transitions(task, observations, items[:, None], reward))
        rewards.append(reward)
        statistics = task.item_features[:, 64:].astype(float)
        statistics = (statistics - statistics.mean(axis=0)) / statistics.std(axis=0)
        liked, recent, ignored, current = (observations[:, 64 * k : 64 * (k + 1)] for k in range(4))
        scaled = 8.0 * task.vectors[items]
        cosines = [(scaled * part).sum(axis=1) for part in (liked, recent, ignored, current)]
        features.append(np.column_stack([np.ones(40), statistics[items], scaled, *cosines, scaled * liked]))
    x, r = np.concatenate(features), np.concatenate(rewards)
    expected = np.linalg.solve(2.0 * np.eye(x.shape[1]) + x.T @ x, x.T @ r)
    assert agent._posterior.mean == pytest.approx(expected, abs=1e-4)


def test_it_learns_from_what_was_shown_and_not_from_what_was_asked_for() -> None:
    env = make(num_envs=40)
    observations, _ = env.reset(seed=0)
    task = env.unwrapped.task
    shown, rewards = np.arange(40)[:, None], np.linspace(0.0, 1.0, 40)
    plain, repaired, empty = (agents.load("linucb", env) for _ in range(3))
    step = transitions(task, observations, shown, rewards)
    plain.learn(step)
    repaired.learn(step._replace(actions=np.full(40, 150)))
    empty.learn(step._replace(shown=np.full((40, 1), -1)))
    assert np.array_equal(plain._posterior.mean, repaired._posterior.mean)
    assert not empty._posterior.mean.any()
    assert plain._posterior.mean.any()


def test_exploration_prefers_what_is_less_known() -> None:
    env = make(num_envs=50)
    observations, _ = env.reset(seed=0)
    bold, greedy = agents.load("linucb", env, alpha=5.0), agents.load("linucb", env, alpha=0.0)
    favourite = np.full(50, int(greedy.act(observations)[0]))
    for agent in (bold, greedy):
        agent.learn(transitions(agent.task, observations, favourite[:, None], np.full(50, 0.1)))
    assert np.array_equal(greedy.act(observations, explore=True), greedy.act(observations))
    assert np.array_equal(bold.act(observations), greedy.act(observations))
    assert (bold.act(observations, explore=True) == favourite).mean() < (
        greedy.act(observations) == favourite
    ).mean()


@pytest.mark.parametrize(
    ("env_id", "metric"),
    [("RecEcommerce-v0", "reward_per_session"), ("RecVideoSlate-v0", "click_through_rate")],
)
def test_it_learns(env_id: str, metric: str) -> None:
    env = gym.make_vec(env_id, 64, autoreset_mode=AutoresetMode.DISABLED)
    agent = agents.load("linucb", env)
    agent.fit(env, 12_800)
    gain = evaluate(env_id, {"linucb": agent}, users=300).differences("linucb", metric)["random"]
    assert gain.mean > 1.5 * gain.half  # three standard errors
