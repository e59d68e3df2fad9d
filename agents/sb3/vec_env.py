"""The native vector environment as Stable-Baselines3's VecEnv."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from stable_baselines3.common.vec_env import VecEnv

from recgym.oracles.policies import random_items
from recgym.sessions.vector_env import RecVectorEnv

MASK_KEY = "action_mask"
"""Key of the availability mask in observations of environments in which not every item is always available."""


class RecVecEnv(VecEnv):
    """N sessions for Stable-Baselines3, stepped by the native vector environment.

    A finished row is reset in the same step, as Stable-Baselines3 expects: its last observation is in
    ``infos[row]["terminal_observation"]``, ``infos[row]["TimeLimit.truncated"]`` tells a horizon from a churn, and
    ``infos[row]["episode"]`` holds return ``r``, length ``l`` and seconds since the start ``t``, as `VecMonitor` would write them.

    Where items come and go (news), observations become a Dict with the masks under ``"action_mask"``: Stable-Baselines3 stores
    observations and nothing else, and a policy must know later what could have been shown.

    Args:
        env: A native vector environment with ``autoreset_mode=AutoresetMode.DISABLED``; anything around it must be unwrapped.
        stagger: Whether `reset` plays rows on at random to different depths, so that horizons do not fall on one step. Good for
            training; leave it out to measure whole sessions.
        seed: Of the users and of the staggering, until `seed` is called.

    Attributes:
        env: The native environment.
        signals: (S, N) float64, the named signals of the last step.
        actions: (N,) or (N, slate_size), the last actions.

    Raises:
        TypeError: if ``env`` is not a native vector environment of recgym.
        ValueError: if it resets by itself.
    """

    def __init__(self, env: RecVectorEnv, *, stagger: bool = False, seed: int | None = None) -> None:
        """See the class."""
        if not isinstance(env, RecVectorEnv):
            raise TypeError(
                f"env is a {type(env).__name__}; pass what gym.make_vec('RecEcommerce-v0', n, "
                "autoreset_mode=AutoresetMode.DISABLED) returns."
            )
        if env.autoreset_mode != AutoresetMode.DISABLED:
            raise ValueError(
                f"env has autoreset_mode {env.autoreset_mode.value!r}; make it with autoreset_mode=AutoresetMode.DISABLED: "
                "Stable-Baselines3 resets rows within a step, which this adapter does."
            )
        self.env = env
        self.masked = not env.interface.setting.always_available
        super().__init__(env.num_envs, self._space(), env.single_action_space)
        self.signals = np.zeros((len(env.interface.signal_names), env.num_envs))
        self.actions = np.zeros(env.action_space.shape or (env.num_envs,), np.int64)
        self._stagger = stagger
        self._seed = seed
        self._returns = np.zeros(env.num_envs)
        self._lengths = np.zeros(env.num_envs, np.int64)
        self._started = time.monotonic()

    def reset(self) -> Any:
        """Begins a session in every row and returns the observations."""
        seed, self._seed = self._seed, None
        observations, _ = self.env.reset(seed=seed)
        if self._stagger:
            observations = self._play_on(np.random.default_rng(seed))
        self._returns[:] = 0.0
        self._lengths[:] = 0
        self.reset_infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        self._reset_seeds()
        self._reset_options()
        return self._with_masks(observations)

    def step_async(self, actions: np.ndarray) -> None:
        """Takes actions (N,) or (N, slate_size)."""
        self.actions = np.asarray(actions)

    def step_wait(self) -> tuple[Any, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        """Steps; resets the rows that have ended."""
        observations, rewards, terminated, truncated, native = self.env.step(self.actions)
        names = self.env.interface.signal_names
        self.signals = np.stack([native["signals"][name] for name in names])
        self._returns += rewards
        self._lengths += 1
        over = terminated | truncated
        nothing: dict[str, Any] = {}
        infos = [nothing] * self.num_envs
        if over.any():
            rows = np.flatnonzero(over)
            last = self._with_masks(observations)
            for row in rows:
                infos[row] = {
                    "terminal_observation": _row(last, row),
                    "TimeLimit.truncated": bool(truncated[row] and not terminated[row]),
                    "episode": {
                        "r": float(self._returns[row]),
                        "l": int(self._lengths[row]),
                        "t": round(time.monotonic() - self._started, 6),
                    },
                }
            self._returns[rows] = 0.0
            self._lengths[rows] = 0
            observations, _ = self.env.reset(options={"reset_mask": over})
        return self._with_masks(observations), rewards.astype(np.float32), over, infos

    def close(self) -> None:
        """Closes the native environment."""
        self.env.close()

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Seeds the users of the next `reset`: row i gets ``seed + i``."""
        if seed is None:
            seed = int(np.random.SeedSequence().generate_state(1)[0])
        self._seed = seed
        return [seed + row for row in range(self.num_envs)]

    def action_masks(self) -> np.ndarray:
        """Returns which actions are allowed now, bool: (N, I), or (N, slate_size * I) for slates."""
        return self.env.action_masks()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Returns an attribute of the native environment, once per row."""
        value = getattr(self if attr_name == "action_masks" else self.env, attr_name)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Sets an attribute of the native environment; the rows share it."""
        setattr(self.env, attr_name, value)

    def env_method(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> Any:
        """Calls a method of the native environment; ``action_masks`` gives a row each."""
        rows = list(self._get_indices(indices))
        if method_name == "action_masks":
            return self.action_masks()[rows]
        result = getattr(self.env, method_name)(*method_args, **method_kwargs)
        return [result for _ in rows]

    def env_is_wrapped(self, wrapper_class: type[gym.Wrapper], indices: Any = None) -> list[bool]:  # type: ignore[type-arg]
        """Tells that no row is wrapped."""
        return [False for _ in self._get_indices(indices)]

    def _space(self) -> spaces.Space[Any]:
        space = self.env.single_observation_space
        if not self.masked:
            return space
        parts = dict(space.spaces) if isinstance(space, spaces.Dict) else {"observation": space}
        return spaces.Dict({**parts, MASK_KEY: spaces.MultiBinary(self.env.interface.setting.num_items)})

    def _with_masks(self, observations: Any) -> Any:
        return with_masks(observations, self.env.sessions.masks()) if self.masked else observations

    def _play_on(self, generator: np.random.Generator) -> Any:
        """Plays random items; each row begins again at a step of its own, or when its session ends."""
        horizon = self.env.sessions.limit
        begins = generator.integers(0, horizon, self.num_envs)
        observations: Any = None
        for step in range(horizon):
            actions = random_items(self.env.sessions.masks(), self.env.interface.slate_size, generator)
            observations, _, terminated, truncated, _ = self.env.step(actions)
            again = terminated | truncated | (begins == step)
            if again.any():
                observations, _ = self.env.reset(options={"reset_mask": again})
        return observations


def with_masks(observations: Any, masks: np.ndarray) -> dict[str, np.ndarray]:
    """Returns a batch of observations with masks (N, I) int8 beside them, as a Dict observation."""
    parts = observations if isinstance(observations, dict) else {"observation": observations}
    return {**parts, MASK_KEY: masks}


def _row(observations: Any, row: Any) -> Any:
    if isinstance(observations, dict):
        return {name: column[row] for name, column in observations.items()}
    return observations[row]
