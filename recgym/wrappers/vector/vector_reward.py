"""The rewards of many sessions become the vectors of their signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import VectorEnv

from recgym.wrappers.vector.base import RecVectorWrapper
from recgym.wrappers.vector_reward import objectives, reward_space
from recgym.wrappers.wrapped import wrapped_vector_task


class VectorReward(RecVectorWrapper):
    """As `recgym.wrappers.VectorReward`, for the native vector environment: rewards are (N, S) float32.

    Args:
        env: The vector environment.
        signals: Names of signals, in the order wanted; all of the task, in its order, if ``None``.

    Attributes:
        signals: Names of the objectives.
        reward_space: (S,) float32, of one session.

    Raises:
        TypeError: if it is not a native vector environment of recgym's, or ``signals`` is one name.
        ValueError: for a signal that does not exist, twice the same, or none.

    Example:
        >>> import gymnasium as gym, recgym
        >>> from recgym.wrappers.vector import VectorReward
        >>> envs = VectorReward(gym.make_vec("RecEcommerce-v0", 3), signals=("click", "revenue"))
        >>> _ = envs.reset(seed=0)
        >>> envs.step(envs.action_space.sample())[1].shape
        (3, 2)
    """

    def __init__(self, env: VectorEnv[Any, Any, np.ndarray], signals: Sequence[str] | None = None) -> None:
        """See the class."""
        task = wrapped_vector_task(env, "VectorReward")
        RecordConstructorArgs.__init__(self, signals=signals)
        RecVectorWrapper.__init__(self, env)
        self.signals = objectives(task, signals)
        self.reward_space = reward_space(self.signals)
        self.unwrapped.reward_space = self.reward_space  # type: ignore[attr-defined]

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Steps; rewards are (N, S)."""
        observations, _, terminated, truncated, infos = self.env.step(actions)
        rewards = self._signals(infos)
        if "final_info" in infos:
            over = infos["_final_info"]
            rewards[over] = self._signals(infos["final_info"])[over]
        return observations, rewards, terminated, truncated, infos

    def _signals(self, infos: dict[str, Any]) -> np.ndarray:
        return np.stack([infos[name] for name in self.signals], axis=1).astype(np.float32)
