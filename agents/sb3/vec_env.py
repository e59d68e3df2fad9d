"""The native vector environment as Stable-Baselines3's VecEnv."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import VecEnv

from agents.agent import task_of
from agents.training import native_vector_env
from recgym.task import Task
from recgym.task.choosing import random_items

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
        env: What ``gym.make_vec`` returned, with ``autoreset_mode=AutoresetMode.DISABLED``. Wrappers around it are heeded.
        stagger: Whether `reset` plays rows on at random to different depths, so that horizons do not fall on one step. Good for
            training; leave it out to measure whole sessions.
        seed: Of the users and of the staggering, until `seed` is called.
        masks_in_observations: Leave it out for algorithms that ask for masks by themselves, as sb3-contrib's MaskablePPO does.

    Attributes:
        env: As given.
        task: What may be known of the environment.
        masked: Whether observations hold masks.
        rewards: (N,) float64, of the last step.
        actions: (N,) or (N, slate_size), the last actions.
        native_infos: The last step's infos, as the native vector environment returned them: each signal by its name, ``shown`` and so on.

    Raises:
        TypeError: if ``env`` is not a native vector environment of recgym.
        ValueError: if it resets by itself.
    """

    def __init__(
        self,
        env: gym.vector.VectorEnv[Any, Any, Any],
        *,
        stagger: bool = False,
        seed: int | None = None,
        masks_in_observations: bool = True,
    ) -> None:
        """See the class."""
        native_vector_env(env)
        self.env = env
        self.task: Task = task_of(env)
        self._comes_and_goes = not self.task.always_available
        self.masked = masks_in_observations and not self.task.always_available
        space = env.single_observation_space
        if masks_in_observations:
            space = with_mask_space(space, self.task)
        super().__init__(env.num_envs, space, env.single_action_space)
        self.rewards = np.zeros(env.num_envs)
        self.actions = np.zeros(env.action_space.shape or (env.num_envs,), np.int64)
        self.native_infos: Mapping[str, Any] = {}
        self._stagger = stagger
        self._seed = seed
        self._masks = np.ones((0, 0), np.int8)
        self._returns = np.zeros(env.num_envs)
        self._lengths = np.zeros(env.num_envs, np.int64)
        self._started = time.monotonic()

    def reset(self) -> Any:
        """Begins a session in every row and returns the observations."""
        seed, self._seed = self._seed, None
        observations = self._begin(seed=seed)
        if self._stagger:
            observations = self._play_on(observations, np.random.default_rng(seed))
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
        observations, rewards, terminated, truncated, self.native_infos = self.env.step(self.actions)
        self._keep_masks(self.native_infos)
        self.rewards = rewards
        self._returns += rewards
        self._lengths += 1
        over = terminated | truncated
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
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
            observations = self._begin(options={"reset_mask": over})
        return self._with_masks(observations), rewards.astype(np.float32), over, infos

    def close(self) -> None:
        """Closes the environment."""
        self.env.close()

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Seeds the users of the next `reset`: row i gets ``seed + i``."""
        if seed is None:
            seed = int(np.random.SeedSequence().generate_state(1)[0])
        self._seed = seed
        return [seed + row for row in range(self.num_envs)]

    def action_masks(self) -> np.ndarray:
        """Returns which actions are allowed now, bool: (N, I), or (N, slate_size * I) for slates."""
        masks: np.ndarray = self.env.unwrapped.action_masks()  # type: ignore[attr-defined]
        return masks

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Returns an attribute of the environment, once per row."""
        value = getattr(self if attr_name == "action_masks" else self.env, attr_name)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Sets an attribute of the environment; the rows share it."""
        setattr(self.env, attr_name, value)

    def env_method(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> Any:
        """Calls a method of the environment; ``action_masks`` gives a row each."""
        rows = list(self._get_indices(indices))
        if method_name == "action_masks":
            return self.action_masks()[rows]
        result = getattr(self.env, method_name)(*method_args, **method_kwargs)
        return [result for _ in rows]

    def env_is_wrapped(self, wrapper_class: type[gym.Wrapper], indices: Any = None) -> list[bool]:  # type: ignore[type-arg]
        """Tells that rows are monitored, and not wrapped otherwise."""
        return [wrapper_class is Monitor for _ in self._get_indices(indices)]

    def _begin(self, **arguments: Any) -> Any:
        observations, infos = self.env.reset(**arguments)
        self._keep_masks(infos)
        return observations

    def _keep_masks(self, infos: Mapping[str, Any]) -> None:
        if self._comes_and_goes:
            self._masks = infos["action_mask"]

    def _with_masks(self, observations: Any) -> Any:
        return with_masks(observations, self._masks) if self.masked else observations

    def _play_on(self, observations: Any, generator: np.random.Generator) -> Any:
        """Plays random items; each row begins again at a step of its own, or when its session ends."""
        begins = generator.integers(0, self.task.horizon, self.num_envs)
        every = np.broadcast_to(np.int8(1), (self.num_envs, self.task.num_items))
        for step in range(self.task.horizon):
            actions = random_items(
                self._masks if self._comes_and_goes else every, self.task.slate_size, generator
            )
            observations, _, terminated, truncated, infos = self.env.step(actions)
            self._keep_masks(infos)
            again = terminated | truncated | (begins == step)
            if again.any():
                observations = self._begin(options={"reset_mask": again})
        return observations


def with_mask_space(space: spaces.Space[Any], task: Task) -> spaces.Space[Any]:
    """Returns the space of observations with masks beside them; the space as it is if every item is always available."""
    if task.always_available:
        return space
    parts = dict(space.spaces) if isinstance(space, spaces.Dict) else {"observation": space}
    return spaces.Dict({**parts, MASK_KEY: spaces.MultiBinary(task.num_items)})


def with_masks(observations: Any, masks: np.ndarray) -> dict[str, np.ndarray]:
    """Returns a batch of observations with masks (N, I) int8 beside them, as a Dict observation."""
    parts = observations if isinstance(observations, dict) else {"observation": observations}
    return {**parts, MASK_KEY: masks}


def _row(observations: Any, row: Any) -> Any:
    if isinstance(observations, dict):
        return {name: column[row] for name, column in observations.items()}
    return observations[row]
