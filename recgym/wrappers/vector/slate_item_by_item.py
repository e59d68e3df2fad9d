"""The slates of many sessions are placed item by item."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from recgym.wrappers.unfinished import UnfinishedSlates
from recgym.wrappers.vector.base import RecVectorWrapper, with_final_observations
from recgym.wrappers.wrapped import check_untouched, wrapped_vector_task


class SlateItemByItem(RecVectorWrapper):
    """As `recgym.wrappers.SlateItemByItem`, for the native vector environment: all rows are at the same place of their slates.

    Args:
        env: With slates, its spaces unchanged, and ``autoreset_mode`` ``SAME_STEP`` or ``DISABLED``: with ``NEXT_STEP`` a row that begins anew would
            lose a step of its own, and fall behind the others within their slates.

    Raises:
        TypeError: if it is not a native vector environment of recgym's.
        ValueError: if it has no slates, resets in the next step, or a wrapper beneath has changed its spaces.

    Example:
        >>> import gymnasium as gym, recgym
        >>> from recgym.wrappers.vector import SlateItemByItem
        >>> envs = SlateItemByItem(gym.make_vec("RecNewsSlate-v0", 3, autoreset_mode=gym.vector.AutoresetMode.SAME_STEP))
        >>> envs.single_action_space
        Discrete(200)
    """

    def __init__(self, env: VectorEnv[Any, Any, np.ndarray]) -> None:
        """See the class."""
        task = wrapped_vector_task(env, "SlateItemByItem")
        RecordConstructorArgs.__init__(self)
        RecVectorWrapper.__init__(self, env)
        mode = self.autoreset_mode
        if mode == AutoresetMode.NEXT_STEP:
            raise ValueError(
                "SlateItemByItem needs rows that stay at the same place of their slates, and with autoreset_mode NEXT_STEP a row that begins anew falls "
                "behind. Make the environment with autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP, or DISABLED."
            )
        self._unfinished = UnfinishedSlates(task, (env.num_envs,), "SlateItemByItem")
        check_untouched(env, env.single_action_space, task.action_space, "SlateItemByItem", "action")
        check_untouched(
            env, env.single_observation_space, task.observation_space, "SlateItemByItem", "observation"
        )
        self.single_action_space = self._unfinished.item_space()
        self.single_observation_space = self._unfinished.space()
        self.action_space = batch_space(self.single_action_space, env.num_envs)
        self.observation_space = batch_space(self.single_observation_space, env.num_envs)
        self._disabled = mode == AutoresetMode.DISABLED
        self._over = np.zeros(env.num_envs, np.bool_)
        self._nothing: dict[str, Any] = {}
        self._observations: Any = None
        self._available = np.zeros((env.num_envs, task.num_items), np.int8)

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins sessions, with empty slates.

        Args:
            seed: As the environment's.
            options: ``reset_mask``, (N,) bool: the rows to reset, when the slates are empty.

        Raises:
            ValueError: for a ``reset_mask`` while slates are half full.
        """
        mask = (options or {}).get("reset_mask")
        if mask is not None and self._unfinished.place and not np.all(mask):
            raise ValueError(
                f"Some rows can be reset when the slates are empty; now {self._unfinished.place} items are placed in each of them."
            )
        observations, infos = self.env.reset(seed=seed, options=options)
        self._unfinished.clear()
        self._over = np.zeros(self.num_envs, np.bool_) if mask is None else self._over & ~mask
        if not self._nothing:
            self._nothing = {name: value for name, value in infos.items() if name != "action_mask"}
        return self._tell(observations, infos)

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Places an item in each row; shows the slates if that fills them.

        Raises:
            ResetNeeded: before `reset`; with autoreset disabled, when a row's session has ended.
            TypeError, ValueError: for actions that are not allowed; nothing is placed.
        """
        if not self._nothing or self._over.any():
            raise ResetNeeded(
                'Call reset() before step(), and reset(options={"reset_mask": terminated | truncated}) when sessions have ended.'
            )
        unfinished, size = self._unfinished, self.num_envs
        slates = unfinished.with_items(actions, self._masks())
        if not unfinished.full:
            unfinished.keep(slates)
            nothing = {name: copy(value) for name, value in self._nothing.items()}
            observations, infos = self._tell(self._observations, {**nothing, "action_mask": self._available})
            return observations, np.zeros(size), np.zeros(size, np.bool_), np.zeros(size, np.bool_), infos
        observations, rewards, terminated, truncated, infos = self.env.step(slates)
        unfinished.clear()
        if self._disabled:
            self._over = terminated | truncated
        infos = with_final_observations(infos, unfinished.observe)
        observations, infos = self._tell(observations, infos)
        return observations, rewards, terminated, truncated, infos

    def action_masks(self) -> np.ndarray:
        """Returns which items may be placed next, (N, I) bool."""
        return self._masks() == 1

    def _tell(self, observations: Any, infos: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        self._observations, self._available = observations, infos["action_mask"]
        return self._unfinished.observe(observations), {**infos, "action_mask": self._masks()}

    def _masks(self) -> np.ndarray:
        return self._unfinished.masks(self._available)
