"""An action is a point in the space of item vectors; the nearest available item is shown."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs

from recgym.core.arguments import shortened
from recgym.task import Task
from recgym.wrappers.wrapped import check_untouched, wrapped_task


class ProtoItem(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Takes points in the space of item vectors, ``Box(-1, 1, (D,))``, and shows the available item that is nearest.

    For algorithms with continuous actions, such as DDPG, TD3 and SAC, and for catalogues that are too large for a network with an output per item
    (Dulac-Arnold and others, 2015, "Deep Reinforcement Learning in Large Discrete Action Spaces", with one neighbour). Item vectors have length 1,
    so only the direction of a point counts. With slates of K items the space is ``Box(-1, 1, (K, D))``: places are filled top first, each with the
    nearest item that is not in the slate yet.

    Info tells what was shown, under ``"shown"``.

    A vector version exists: `recgym.wrappers.vector.ProtoItem`.

    Args:
        env: The environment; its action space unchanged.

    Raises:
        TypeError: if it is not a single environment of recgym's.
        ValueError: if a wrapper beneath has changed its action space.

    Example:
        >>> import gymnasium as gym, recgym
        >>> from recgym.wrappers import ProtoItem
        >>> env = ProtoItem(gym.make("RecEcommerce-v0"))
        >>> observation, info = env.reset(seed=0)
        >>> observation, reward, terminated, truncated, info = env.step(env.unwrapped.task.vectors[7])
        >>> info["shown"]
        array([7])
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        """See the class."""
        self._task = wrapped_task(env, "ProtoItem")
        RecordConstructorArgs.__init__(self)
        gym.Wrapper.__init__(self, env)
        check_untouched(env, env.action_space, self._task.action_space, "ProtoItem", "action")
        self.action_space = proto_space(self._task)
        self._mask = np.ones(self._task.num_items, np.int8)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins a session."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._mask = info["action_mask"]
        return observation, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Shows the nearest item, or slate.

        Raises:
            TypeError, ValueError: for an action of another type or shape, out of the space, or with NaN; the session is as it was.
        """
        items = nearest_items(self._task, np.asarray(action)[None], self._mask[None])[0]
        outcome = self.env.step(items)
        self._mask = outcome[4]["action_mask"]
        return outcome


def proto_space(task: Task) -> spaces.Box:
    """Returns the action space of one session."""
    places = () if task.slate_size == 1 else (task.slate_size,)
    return spaces.Box(-1.0, 1.0, (*places, task.dimension), np.float32)


def nearest_items(task: Task, points: Any, masks: np.ndarray) -> np.ndarray:
    """Returns the available items that are nearest to points, none twice in a slate.

    With it a policy of points becomes one of items, for `recgym.evaluate`.

    Args:
        task: Of the environment.
        points: (N, D), or (N, K, D) for slates, from -1 to 1.
        masks: (N, I) int8, 1 where an item is available.

    Returns:
        (N,) or (N, K) int64. Where fewer items are available than the slate has places, the last places hold item 0, which the environment repairs.

    Raises:
        TypeError: for points that are not numbers.
        ValueError: for another shape, NaN, or points out of range.
    """
    shape = (len(masks), *proto_space(task).shape)
    given = np.asarray(points)
    allowed = (
        f"numbers from -1 to 1 of shape {shape}: a point in the space of item vectors for each item to show"
    )
    if given.dtype.kind not in "fiu":
        raise TypeError(f"Actions must be {allowed}; got dtype {given.dtype} ({shortened(points)}).")
    if given.shape != shape:
        raise ValueError(f"Actions must be {allowed}; got shape {given.shape}.")
    if not (np.abs(given) <= 1.0).all():
        wrong = given[~(np.abs(given) <= 1.0)][0]
        raise ValueError(
            f"Actions must be {allowed}; got {wrong}. Clip them, as gymnasium.wrappers.ClipAction does."
        )
    likeness = given.reshape(len(masks), task.slate_size, task.dimension) @ task.vectors.T
    left = masks == 1
    items = np.zeros((len(masks), task.slate_size), np.int64)
    for place in range(task.slate_size):
        items[:, place] = np.argmax(np.where(left, likeness[:, place], -np.inf), axis=1)
        np.put_along_axis(left, items[:, place : place + 1], False, axis=1)
    return items[:, 0] if task.slate_size == 1 else items
