"""How the tests of agents make environments, agents and transitions."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode

import agents
from agents import Transitions
from recgym.task import Task

SMALL: dict[str, dict[str, Any]] = {
    "ppo": {"n_steps": 8, "batch_size": 32, "n_epochs": 1, "hidden": [8]},
    "dqn": {"learning_starts": 8, "buffer_size": 500, "batch_size": 8, "hidden": [8]},
}
"""Options with which an agent learns something in a few dozen steps."""

TABULAR = tuple(name for name, place in agents.AGENTS.items() if place.startswith("agents.tabular."))
"""Agents that keep a table, for environments whose states can be listed."""


def make(env_id: str = "RecVideo-v0", num_envs: int = 8, **arguments: Any) -> Any:
    """A vector environment to train in."""
    return gym.make_vec(
        env_id, num_envs, autoreset_mode=AutoresetMode.DISABLED, **{"num_users": 60, **arguments}
    )


def make_for(name: str, env_id: str = "RecVideo-v0", num_envs: int = 8, **arguments: Any) -> Any:
    """A vector environment for an agent: the one that is asked for, or, for a table, one whose states can be listed."""
    if name in TABULAR:
        return make("RecBandit-v0", num_envs, **{**arguments, "observation": "items", "sequence_length": 3})
    return make(env_id, num_envs, **arguments)


def trained(name: str, env: Any, seed: int = 0, steps: int = 96) -> agents.Agent:
    """An agent that has learned a little."""
    agent = agents.load(name, env, seed=seed, **SMALL.get(name, {}))
    agent.fit(env, steps)
    return agent


def transitions(task: Task, observations: Any, shown: np.ndarray, rewards: np.ndarray) -> Transitions:
    """A step in which these items (N, K) were shown, and asked for."""
    size = len(shown)
    nobody, every = np.zeros(size, np.bool_), np.ones((size, task.num_items), np.bool_)
    signals = {name: np.zeros(size) for name in task.signal_names}
    actions = shown[:, 0] if task.slate_size == 1 else shown
    return Transitions(
        observations, actions, rewards, nobody, nobody, observations, every, every, shown, signals
    )


def play_rewards(
    agent: agents.Agent, rewards: np.ndarray, observations: np.ndarray | None = None, batch: int = 1
) -> np.ndarray:
    """Has an agent choose and learn from what each arm would pay, (T, I), ``batch`` users at a time; returns its choices (T,)."""
    if observations is None:
        observations = np.zeros((len(rewards), agent.task.layout.width), np.float32)
    choices = []
    for first in range(0, len(rewards), batch):
        seen, paid = observations[first : first + batch], rewards[first : first + batch]
        items = agent.act(seen, explore=True)
        agent.learn(transitions(agent.task, seen, items[:, None], paid[np.arange(len(items)), items]))
        choices.append(items)
    return np.concatenate(choices)
