"""What every wrapper asks of the environment that it is put around."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.vector import VectorEnv

from recgym.task import Task


def wrapped_task(env: Any, wrapper: str) -> Task:
    """Returns the task of a single environment that is to be wrapped.

    Args:
        env: The environment.
        wrapper: Name of the wrapper, for the error.

    Raises:
        TypeError: if it is a vector environment, or not one of recgym's.
    """
    if isinstance(env, VectorEnv):
        raise TypeError(
            f"{wrapper} got a vector environment, {type(env.unwrapped).__name__}; take recgym.wrappers.vector.{wrapper} for it."
        )
    return _task(env, wrapper, 'gym.make("recgym:RecEcommerce-v0")')


def wrapped_vector_task(env: Any, wrapper: str) -> Task:
    """Returns the task of a vector environment that is to be wrapped.

    Args:
        env: The environment.
        wrapper: Name of the wrapper, for the error.

    Raises:
        TypeError: if it is a single environment, or not recgym's native vector environment.
    """
    if isinstance(env, gym.Env):
        raise TypeError(
            f"{wrapper} got a single environment, {type(env.unwrapped).__name__}; take recgym.wrappers.{wrapper} for it."
        )
    unwrapped = getattr(env, "unwrapped", env)
    if hasattr(unwrapped, "env_fns"):
        raise TypeError(
            f"{wrapper} got a {type(unwrapped).__name__}, which puts single environments together: wrap each of them in recgym.wrappers.{wrapper} "
            'instead, or take the native vector environment, gym.make_vec("recgym:RecEcommerce-v0", 8).'
        )
    return _task(env, wrapper, 'gym.make_vec("recgym:RecEcommerce-v0", 8)')


def _task(env: Any, wrapper: str, example: str) -> Task:
    task = getattr(getattr(env, "unwrapped", env), "task", None)
    if not isinstance(task, Task):
        raise TypeError(
            f"{wrapper} got a {type(getattr(env, 'unwrapped', env)).__name__}, which is not an environment of recgym's; it goes around one that "
            f"{example} makes."
        )
    return task


def check_untouched(
    env: Any, space: gym.Space[Any], expected: gym.Space[Any], wrapper: str, kind: str
) -> None:
    """Checks that no wrapper beneath has changed a space that this one must read.

    Args:
        env: The environment, for the error.
        space: Its space.
        expected: The task's.
        wrapper: Name of the wrapper, for the error.
        kind: ``"observation"`` or ``"action"``.

    Raises:
        ValueError: if one has.
    """
    if space != expected:
        raise ValueError(
            f"{wrapper} must lie beneath the wrapper that changes the {kind} space: {env} has {space}, the environment itself has {expected}."
        )
