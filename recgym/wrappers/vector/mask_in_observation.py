"""What is available becomes part of the observations of many sessions, under names to choose."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import VectorEnv
from gymnasium.vector.utils import batch_space

from recgym.wrappers.mask_in_observation import MASK_KEY, OBSERVATION_KEY, space_with_mask, with_mask
from recgym.wrappers.vector.base import RecVectorWrapper, with_final_observations
from recgym.wrappers.wrapped import wrapped_vector_task


class MaskInObservation(RecVectorWrapper):
    """As `recgym.wrappers.MaskInObservation`, for the native vector environment, in each of its autoreset modes.

    Args:
        env: The vector environment.
        observation_key: Where the observations go; with ``None`` the masks go beside the parts of observations that are a Dict.
        mask_key: Where the masks go, (N, I) int8.

    Raises:
        TypeError: if it is not a native vector environment of recgym's.
        ValueError: for names that clash, or ``None`` where the observation is no Dict.

    Example:
        >>> import gymnasium as gym, recgym
        >>> from recgym.wrappers.vector import MaskInObservation
        >>> envs = MaskInObservation(gym.make_vec("RecNews-v0", 3))
        >>> observations, infos = envs.reset(seed=0)
        >>> observations["action_mask"].shape
        (3, 200)
    """

    def __init__(
        self,
        env: VectorEnv[Any, Any, np.ndarray],
        observation_key: str | None = OBSERVATION_KEY,
        mask_key: str = MASK_KEY,
    ) -> None:
        """See the class."""
        task = wrapped_vector_task(env, "MaskInObservation")
        RecordConstructorArgs.__init__(self, observation_key=observation_key, mask_key=mask_key)
        RecVectorWrapper.__init__(self, env)
        self.observation_key, self.mask_key = observation_key, mask_key
        self.single_observation_space = space_with_mask(
            env.single_observation_space, task.num_items, observation_key, mask_key
        )
        self.observation_space = batch_space(self.single_observation_space, env.num_envs)

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins sessions."""
        observations, infos = self.env.reset(seed=seed, options=options)
        return self._masked(observations, infos["action_mask"]), infos

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Steps; the masks are those of the next actions."""
        observations, rewards, terminated, truncated, infos = self.env.step(actions)
        masked = self._masked(observations, infos["action_mask"])
        infos = with_final_observations(
            infos, lambda last, row: self._masked(last, infos["final_info"]["action_mask"][row])
        )
        return masked, rewards, terminated, truncated, infos

    def _masked(self, observations: Any, masks: np.ndarray) -> dict[str, Any]:
        return with_mask(observations, masks, self.observation_key, self.mask_key)
