"""DQN whose exploration suits many users at once, and shows available items only."""

from __future__ import annotations

from typing import Any

import numpy as np
from stable_baselines3 import DQN

from agents.sb3.vec_env import MASK_KEY
from recgym.oracles.policies import random_items


class EpsilonGreedyDQN(DQN):
    """DQN in which each row of a batch explores by itself.

    Stable-Baselines3 tosses one coin for all rows and draws from all actions; here each row has a coin of its own, and what is not available is
    not drawn.
    """

    def predict(
        self,
        observation: Any,
        state: tuple[np.ndarray, ...] | None = None,
        episode_start: np.ndarray | None = None,
        deterministic: bool = False,
    ) -> tuple[np.ndarray, tuple[np.ndarray, ...] | None]:
        """Returns actions (N,) for observations of N rows, or one action for those of one."""
        greedy, state = self.policy.predict(observation, state, episode_start, deterministic=True)
        if deterministic:
            return greedy, state
        actions = np.atleast_1d(greedy)
        exploring = self._generator().random(len(actions)) < self.exploration_rate
        actions = np.where(exploring, self._random_actions(observation, len(actions)), actions)
        return actions.reshape(np.shape(greedy)), state

    def _sample_action(
        self, learning_starts: int, action_noise: Any = None, n_envs: int = 1
    ) -> tuple[np.ndarray, np.ndarray]:
        if self.num_timesteps < learning_starts:
            actions = self._random_actions(self._last_obs, n_envs)
        else:
            actions, _ = self.predict(self._last_obs)
        return actions, actions

    def _random_actions(self, observation: Any, size: int) -> np.ndarray:
        if isinstance(observation, dict) and MASK_KEY in observation:
            masks = np.asarray(observation[MASK_KEY]).reshape(size, -1)
        else:
            masks = np.ones((size, int(self.action_space.n)), np.int8)  # type: ignore[attr-defined]
        return random_items(masks, 1, self._generator())

    def _generator(self) -> np.random.Generator:
        if not hasattr(self, "_draws"):
            self._draws = np.random.default_rng(self.seed)
        return self._draws
