"""How the tests of agents make environments, agents and transitions."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode

import agents
from agents import Transitions
from recgym.task import Task

SMALL_NETWORK = {"rollout_length": 4, "random_rollouts": 1, "hidden": 8, "embedding_size": 4, "bag_size": 8}
SMALL: dict[str, dict[str, Any]] = {
    "ppo": {"n_steps": 8, "batch_size": 32, "n_epochs": 1, "hidden": [8]},
    "dqn": {"learning_starts": 8, "buffer_size": 500, "batch_size": 8, "hidden": [8]},
    "policy_iteration": SMALL_NETWORK,
    "supervised": SMALL_NETWORK,
    "topk_reinforce": {"batch_size": 16, "hidden": [8], "embedding_size": 4},
    "slateq": {"learning_starts": 16, "batch_size": 16, "hidden": [8], "embedding_size": 4},
    "two_tower": {"batch_size": 4, "hidden": [8], "embedding_size": 4},
    "session_knn": {"memory": 20, "neighbours": 5},
    "gru4rec": {"size": 8, "negatives": 16, "batch_size": 2},
}
"""Options with which an agent learns something in a few dozen steps."""
ITEMS_ALONE = ("dqn",)
"""Agents that refuse slates."""


def make(env_id: str = "RecVideo-v0", num_envs: int = 8, **arguments: Any) -> Any:
    """A vector environment to train in."""
    return gym.make_vec(
        env_id, num_envs, autoreset_mode=AutoresetMode.DISABLED, **{"num_users": 60, **arguments}
    )


def make_for(name: str, env_id: str = "RecVideo-v0", num_envs: int = 8, **arguments: Any) -> Any:
    """A vector environment with the observations that an agent asks for."""
    return make(env_id, num_envs, **{**agents.agent_class(name).observes, **arguments})


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
        observations,
        actions,
        rewards,
        nobody,
        nobody,
        observations,
        every,
        every,
        shown,
        signals,
        log_probabilities=np.zeros(size),
        attended=np.zeros(size, np.int64),
    )


def batch_of_one(observation: Any) -> Any:
    """An observation as a batch."""
    if isinstance(observation, dict):
        return {name: part[None] for name, part in observation.items()}
    return observation[None]
