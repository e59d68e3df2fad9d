"""DQN whose exploration suits many users at once, and shows available items only."""

from __future__ import annotations

from typing import Any

import numpy as np
from stable_baselines3 import DQN

from agents.sb3.vec_env import MASK_KEY
from recgym.task.choosing import random_items


class ExploresByRow:
    """The part of a value-learning algorithm in which each row of a batch explores by itself: name it before the algorithm's class.

    Stable-Baselines3 tosses one coin for all rows and draws from all actions; here each row has a coin of its own, and what is not available is
    not drawn. It learns only once its buffer holds ``learning_starts`` transitions, also where a training goes on with an empty one.
    """

    action_space: Any
    exploration_rate: float
    learning_starts: int
    num_timesteps: int
    policy: Any
    replay_buffer: Any
    seed: int | None
    _last_obs: Any

    def train(self, gradient_steps: int, batch_size: int = 100) -> None:
        """Learns from the buffer, if there is enough in it."""
        buffer = self.replay_buffer
        assert buffer is not None
        if buffer.size() * buffer.n_envs >= min(self.learning_starts, buffer.buffer_size * buffer.n_envs):
            super().train(gradient_steps, batch_size)  # type: ignore[misc]

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
        masks = self._masks(observation, len(actions))
        actions = epsilon_greedy(actions, masks, self.exploration_rate, self._generator())
        return actions.reshape(np.shape(greedy)), state

    def _sample_action(
        self, learning_starts: int, action_noise: Any = None, n_envs: int = 1
    ) -> tuple[np.ndarray, np.ndarray]:
        if self.num_timesteps < learning_starts:
            actions = random_items(self._masks(self._last_obs, n_envs), 1, self._generator())
        else:
            actions, _ = self.predict(self._last_obs)
        return actions, actions

    def _masks(self, observation: Any, size: int) -> np.ndarray:
        if isinstance(observation, dict) and MASK_KEY in observation:
            return np.asarray(observation[MASK_KEY]).reshape(size, -1)
        num_items = int(self.action_space.n)  # type: ignore[attr-defined]
        return np.ones((size, num_items), np.int8)

    def _generator(self) -> np.random.Generator:
        if not hasattr(self, "_draws"):
            self._draws = np.random.default_rng(self.seed)
        return self._draws


class EpsilonGreedyDQN(ExploresByRow, DQN):
    """DQN whose rows explore by themselves.

    Attributes:
        double: Whether the network that learns chooses the item whose value its target tells (van Hasselt et al., 2016): the largest of noisy values is
            too large.
    """

    double: bool = False

    def train(self, gradient_steps: int, batch_size: int = 100) -> None:
        """Takes gradient steps on batches of what was collected."""
        target = self.q_net_target
        if self.double:
            self.q_net_target = self._value_of_the_learners_choice(target)  # type: ignore[assignment]
        try:
            super().train(gradient_steps, batch_size)
        finally:
            self.q_net_target = target

    def _value_of_the_learners_choice(self, target: Any) -> Any:
        """Returns a stand-in for the target, whose only value, and so its largest, is that of the item which the network that learns would show."""
        return lambda observations: target(observations).gather(
            1, self.q_net(observations).argmax(dim=1, keepdim=True)
        )


def epsilon_greedy(
    greedy: np.ndarray, masks: np.ndarray, rate: float, generator: np.random.Generator
) -> np.ndarray:
    """Returns items (N,): each row's greedy one, or at the given rate any of those that are available.

    Args:
        greedy: (N,) items.
        masks: (N, I), 1 where an item is available.
        rate: Probability with which a row explores, in [0, 1].
        generator: For the draws.
    """
    exploring = generator.random(len(greedy)) < rate
    return np.where(exploring, random_items(masks, 1, generator), greedy)
