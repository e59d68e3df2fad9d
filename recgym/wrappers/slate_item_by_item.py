"""A slate is placed item by item: K choices of one item in place of one choice of K items."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.utils import RecordConstructorArgs

from recgym.task import Task
from recgym.wrappers.unfinished import UnfinishedSlates
from recgym.wrappers.wrapped import check_untouched, wrapped_task


class SlateItemByItem(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Places a slate item by item: the action space is ``Discrete(I)``, and the user sees the slate when it is full.

    A slate of K different ones of I items is one of I (I - 1) ... (I - K + 1) actions. An algorithm that chooses one of I actions, such as DQN or
    MaskablePPO, can choose them one after another: places come top first, the mask excludes what is placed, and the observation tells what is
    placed so far. The first K - 1 steps of a slate have reward 0 and do not take time; the K-th has the slate's reward and info.

    What is placed stands at the end of the observation, for each place but the last, zeros where nothing is placed yet: item vectors, flattened,
    for ``observation="flat"``, so that `recgym.task.ObservationLayout` still reads what comes before; under the key ``"placed"`` item vectors
    (K - 1, D) for ``"sequence"`` and item numbers plus 1 (K - 1,) for ``"ids"``; item numbers plus 1 for ``"items"``.

    Where fewer items are available than the slate has places, the mask allows what is placed again when nothing else is left: such a place stays
    empty, whatever is chosen.

    A vector version exists: `recgym.wrappers.vector.SlateItemByItem`.

    Args:
        env: With slates; its spaces unchanged.

    Raises:
        TypeError: if it is not a single environment of recgym's.
        ValueError: if it has no slates, or a wrapper beneath has changed its spaces.

    Example:
        >>> import gymnasium as gym, recgym
        >>> from recgym.wrappers import SlateItemByItem
        >>> env = SlateItemByItem(gym.make("RecNewsSlate-v0"))
        >>> env.action_space
        Discrete(200)
        >>> observation, info = env.reset(seed=0)
        >>> observation, reward, terminated, truncated, info = env.step(info["action_mask"].argmax())
        >>> reward, int(info["shown"].max())
        (0.0, -1)
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        """See the class."""
        task = wrapped_task(env, "SlateItemByItem")
        RecordConstructorArgs.__init__(self)
        gym.Wrapper.__init__(self, env)
        self._unfinished = UnfinishedSlates(task, (), "SlateItemByItem")
        check_untouched(env, env.action_space, task.action_space, "SlateItemByItem", "action")
        check_untouched(env, env.observation_space, task.observation_space, "SlateItemByItem", "observation")
        self.action_space = self._unfinished.item_space()
        self.observation_space = self._unfinished.space()
        self._nothing: dict[str, Any] = {}
        self._observation: Any = None
        self._available = np.zeros(task.num_items, np.int8)
        self._running = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins a session, with an empty slate."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._unfinished.clear()
        self._nothing = dict(info)
        self._running = True
        return self._tell(observation, info)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Places an item; shows the slate if that fills it.

        Raises:
            ResetNeeded: before `reset`, or after the session ended.
            TypeError, ValueError: for an action that is not allowed; nothing is placed.
        """
        if not self._running:
            raise ResetNeeded(
                "There is no running session: call reset() before step(), and again when a session has ended."
            )
        slate = self._unfinished.with_items(action, self._mask())
        if not self._unfinished.full:
            self._unfinished.keep(slate)
            nothing = {name: copy(value) for name, value in self._nothing.items()}
            observation, info = self._tell(self._observation, {**nothing, "action_mask": self._available})
            return observation, 0.0, False, False, info
        observation, reward, terminated, truncated, info = self.env.step(slate)
        self._unfinished.clear()
        self._running = not (terminated or truncated)
        observation, info = self._tell(observation, info)
        return observation, reward, terminated, truncated, info

    def action_masks(self) -> np.ndarray:
        """Returns which items may be placed next, (I,) bool, as MaskablePPO wants it."""
        return self._mask() == 1

    def _tell(self, observation: Any, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        self._observation, self._available = observation, info["action_mask"]
        return self._unfinished.observe(observation), {**info, "action_mask": self._mask()}

    def _mask(self) -> np.ndarray:
        return self._unfinished.masks(self._available)


def slate_policy(
    task: Task, policy: Callable[[Any, np.ndarray], Any]
) -> Callable[[Any, np.ndarray], np.ndarray]:
    """Makes a policy for slates of one that places them item by item, for `recgym.evaluate` and whatever else shows whole slates.

    Args:
        task: Of the environment with slates, not wrapped.
        policy: ``(observations, masks) -> items (N,)``, as trained in `SlateItemByItem`.

    Returns:
        ``(observations, masks) -> slates (N, K)``.

    Raises:
        ValueError: if the task has no slates.
    """
    UnfinishedSlates(task, (), "slate_policy")

    def choose(observations: Any, masks: np.ndarray) -> np.ndarray:
        unfinished = UnfinishedSlates(task, (len(masks),), "slate_policy")
        for _ in range(task.slate_size):
            left = unfinished.masks(masks)
            unfinished.keep(unfinished.with_items(policy(unfinished.observe(observations), left), left))
        return unfinished.slates

    return choose
