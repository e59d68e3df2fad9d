"""What is available becomes part of the observation, under names to choose."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs

from recgym.wrappers.wrapped import wrapped_task

OBSERVATION_KEY, MASK_KEY = "observation", "action_mask"
"""PettingZoo's names, the default."""


class MaskInObservation(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Puts the mask of available items into the observation, for libraries that look for it there.

    The observation becomes a Dict of what it was and of the mask, (I,) int8, 1 where an item is available; with slates, too. Each library has
    names of its own:

    | library    | ``observation_key`` | ``mask_key``      |
    |------------|---------------------|-------------------|
    | PettingZoo | ``"observation"``   | ``"action_mask"`` |
    | RLlib      | ``"observations"``  | ``"action_mask"`` |
    | Tianshou   | ``"obs"``           | ``"mask"``        |

    A vector version exists: `recgym.wrappers.vector.MaskInObservation`.

    Args:
        env: The environment.
        observation_key: Where the observation goes; with ``None`` the mask goes beside the parts of an observation that is a Dict.
        mask_key: Where the mask goes.

    Raises:
        TypeError: if it is not a single environment of recgym's.
        ValueError: for names that clash, or ``None`` where the observation is no Dict.

    Example:
        >>> import gymnasium as gym, recgym
        >>> from recgym.wrappers import MaskInObservation
        >>> env = MaskInObservation(gym.make("RecNews-v0"), observation_key="obs", mask_key="mask")
        >>> observation, info = env.reset(seed=0)
        >>> sorted(observation), observation["mask"].shape
        (['mask', 'obs'], (200,))
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        observation_key: str | None = OBSERVATION_KEY,
        mask_key: str = MASK_KEY,
    ) -> None:
        """See the class."""
        task = wrapped_task(env, "MaskInObservation")
        RecordConstructorArgs.__init__(self, observation_key=observation_key, mask_key=mask_key)
        gym.Wrapper.__init__(self, env)
        self.observation_key, self.mask_key = observation_key, mask_key
        self.observation_space = space_with_mask(
            env.observation_space, task.num_items, observation_key, mask_key
        )

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins a session."""
        observation, info = self.env.reset(seed=seed, options=options)
        return with_mask(observation, info["action_mask"], self.observation_key, self.mask_key), info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Steps; the mask is that of the next action."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        masked = with_mask(observation, info["action_mask"], self.observation_key, self.mask_key)
        return masked, reward, terminated, truncated, info


def space_with_mask(
    space: gym.Space[Any], num_items: int, observation_key: str | None, mask_key: str
) -> spaces.Dict:
    """Returns the space of one observation with its mask.

    Raises:
        ValueError: for names that clash, or ``None`` where the observation is no Dict.
    """
    if observation_key is None:
        if not isinstance(space, spaces.Dict):
            raise ValueError(
                f"observation_key=None puts the mask beside the parts of a Dict, and this observation is a {type(space).__name__}; name a key, for "
                f'instance observation_key="{OBSERVATION_KEY}".'
            )
        parts: dict[str, gym.Space[Any]] = dict(space.spaces)
    else:
        parts = {observation_key: space}
    if mask_key in parts:
        raise ValueError(
            f"mask_key={mask_key!r} is a key of the observation already: {', '.join(parts)}. Take another one."
        )
    return spaces.Dict({**parts, mask_key: spaces.Box(0, 1, (num_items,), np.int8)})


def with_mask(observation: Any, mask: Any, observation_key: str | None, mask_key: str) -> dict[str, Any]:
    """Returns an observation, or a batch of them, with its mask."""
    parts = observation if observation_key is None else {observation_key: observation}
    return {**parts, mask_key: mask.copy()}
