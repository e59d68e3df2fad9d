"""Actions are points in the space of item vectors; the nearest available items are shown to many users."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import VectorEnv
from gymnasium.vector.utils import batch_space

from recgym.wrappers.proto_item import nearest_items, proto_space
from recgym.wrappers.vector.base import RecVectorWrapper
from recgym.wrappers.wrapped import check_untouched, wrapped_vector_task


class ProtoItem(RecVectorWrapper):
    """As `recgym.wrappers.ProtoItem`, for the native vector environment: actions are (N, D), or (N, K, D) for slates.

    Args:
        env: The vector environment; its action space unchanged.

    Raises:
        TypeError: if it is not a native vector environment of recgym's.
        ValueError: if a wrapper beneath has changed its action space.

    Example:
        >>> import gymnasium as gym, recgym
        >>> from recgym.wrappers.vector import ProtoItem
        >>> envs = ProtoItem(gym.make_vec("RecEcommerce-v0", 2))
        >>> _ = envs.reset(seed=0)
        >>> envs.step(envs.unwrapped.task.vectors[[7, 9]])[4]["shown"].tolist()
        [[7], [9]]
    """

    def __init__(self, env: VectorEnv[Any, Any, np.ndarray]) -> None:
        """See the class."""
        self._task = wrapped_vector_task(env, "ProtoItem")
        RecordConstructorArgs.__init__(self)
        RecVectorWrapper.__init__(self, env)
        check_untouched(env, env.single_action_space, self._task.action_space, "ProtoItem", "action")
        self.single_action_space = proto_space(self._task)
        self.action_space = batch_space(self.single_action_space, env.num_envs)
        self._infos: dict[str, Any] = {"action_mask": np.ones((env.num_envs, self._task.num_items), np.int8)}

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins sessions."""
        observations, self._infos = self.env.reset(seed=seed, options=options)
        return observations, self._infos

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Shows the nearest items, or slates.

        Raises:
            TypeError, ValueError: for actions of another type or shape, out of the space, or with NaN; no row has moved.
        """
        outcome = self.env.step(nearest_items(self._task, actions, self._infos["action_mask"]))
        self._infos = outcome[4]
        return outcome
