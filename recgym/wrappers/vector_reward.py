"""The reward becomes the vector of the signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs

from recgym.core.arguments import unknown_name
from recgym.task import Task
from recgym.wrappers.wrapped import wrapped_task


class VectorReward(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Gives the named signals as the reward, in place of their weighted sum: for algorithms with several objectives, as MO-Gymnasium's.

    The scalar reward is ``vector @ task.weights`` with all signals, in their order. ``reward_space`` is on the environment inside as well, where
    MO-Gymnasium's wrappers look for it.

    A vector version exists: `recgym.wrappers.vector.VectorReward`.

    Args:
        env: The environment.
        signals: Names of signals, in the order wanted; all of the task, in its order, if ``None``.

    Attributes:
        signals: Names of the objectives.
        reward_space: (S,) float32.

    Raises:
        TypeError: if it is not a single environment of recgym's, or ``signals`` is one name.
        ValueError: for a signal that does not exist, twice the same, or none.

    Example:
        >>> import gymnasium as gym, recgym
        >>> from recgym.wrappers import VectorReward
        >>> env = VectorReward(gym.make("RecEcommerce-v0"))
        >>> env.signals
        ('click', 'like', 'diversity', 'cart', 'purchase', 'revenue')
    """

    def __init__(self, env: gym.Env[Any, Any], signals: Sequence[str] | None = None) -> None:
        """See the class."""
        task = wrapped_task(env, "VectorReward")
        RecordConstructorArgs.__init__(self, signals=signals)
        gym.Wrapper.__init__(self, env)
        self.signals = objectives(task, signals)
        self.reward_space = reward_space(self.signals)
        self.unwrapped.reward_space = self.reward_space  # type: ignore[attr-defined]

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Steps; the reward is (S,) float32."""
        observation, _, terminated, truncated, info = self.env.step(action)
        reward = np.array([info[name] for name in self.signals], np.float32)
        return observation, reward, terminated, truncated, info


def objectives(task: Task, signals: Sequence[str] | None) -> tuple[str, ...]:
    """Returns the names of the signals that are rewarded.

    Raises:
        TypeError: if ``signals`` is one name.
        ValueError: for a signal that does not exist, twice the same, or none.
    """
    if signals is None:
        return task.signal_names
    if isinstance(signals, str):
        raise TypeError(f"signals={signals!r} must be a sequence of names, for instance ({signals!r},).")
    names = tuple(signals)
    for name in names:
        if name not in task.signal_names:
            raise ValueError(unknown_name("signal", name, task.signal_names))
    if not names or len(set(names)) < len(names):
        raise ValueError(
            f"signals={names!r} must name at least one signal, and none twice. Signals: {', '.join(task.signal_names)}."
        )
    return names


def reward_space(signals: Sequence[str]) -> spaces.Box:
    """Returns the space of one vector of signals."""
    return spaces.Box(-np.inf, np.inf, (len(signals),), np.float32)
