"""Slates that are being placed item by item: what is placed, what may still be, and how an observation tells it."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from recgym.task import ActionMeaning, Task

PLACED = "placed"
"""Key of what is placed, in observations that are a Dict."""


class UnfinishedSlates:
    """One unfinished slate, or one per row, all with as many items placed.

    Args:
        task: Of the environment; its slates have at least two places.
        batch: ``()`` for one slate, ``(N,)`` for rows.
        wrapper: Name of the wrapper, for the error.

    Attributes:
        slates: (..., K) int64 items; only the first `place` of the last axis are placed.
        place: The place that comes next, 0 to K - 1.

    Raises:
        ValueError: if the task has no slates.
    """

    def __init__(self, task: Task, batch: tuple[int, ...], wrapper: str) -> None:
        """See the class; nothing is placed."""
        if task.slate_size == 1:
            raise ValueError(
                f"{wrapper} got an environment whose actions are single items, which need no placing; make one with slates: "
                f'gym.make("recgym:Rec{task.scenario}Slate-v0"), or pass slate_size=5.'
            )
        self.slates = np.zeros((*batch, task.slate_size), np.int64)
        self.place = 0
        self._task = task
        self._items = ActionMeaning(task.num_items, 1, task.actions.invalid)
        self._vectors = np.concatenate([np.zeros((1, task.dimension), np.float32), task.vectors])

    @property
    def full(self) -> bool:
        """Whether the item that comes next fills the slate."""
        return self.place == self.slates.shape[-1] - 1

    def clear(self) -> None:
        """Begins empty slates."""
        self.place = 0

    def with_items(self, items: Any, masks: np.ndarray) -> np.ndarray:
        """Returns the slates (..., K) with an item more in each; they are kept by `keep`.

        Args:
            items: (...) whole numbers.
            masks: (..., I) int8, 1 where an item may be placed: looked at if the environment refuses invalid actions.

        Raises:
            TypeError: for items that are not whole numbers.
            ValueError: for items that do not exist, or may not be placed.
        """
        batch = self.slates.shape[:-1]
        checked = self._items.check([items] if batch == () else items, 1 if batch == () else batch[0])
        if self._items.invalid == "error":
            open_rows = np.take_along_axis(np.atleast_2d(masks), checked, axis=1)[:, 0] == 1
            if not open_rows.all():
                row = int(np.argmin(open_rows))
                raise ValueError(
                    f"Item {checked[row, 0]} cannot be placed (row {row}): it is in the slate already, or not available. Choose among those where "
                    'env.unwrapped.action_masks() or info["action_mask"] is 1, or make the environment with invalid_actions="repair".'
                )
        slates = self.slates.copy()
        slates[..., self.place] = checked.reshape(batch)
        return slates

    def keep(self, slates: np.ndarray) -> None:
        """Takes slates over that `with_items` returned."""
        self.slates = slates
        self.place += 1

    def masks(self, available: np.ndarray) -> np.ndarray:
        """Returns (..., I) int8: 1 for what is available and not placed yet.

        Where nothing is left, what is placed may be chosen again: the place then stays empty, unless the environment refuses invalid actions.
        """
        left = available.copy()
        np.put_along_axis(left, self.slates[..., : self.place], 0, axis=-1)
        return np.where(left.any(axis=-1, keepdims=True), left, available)

    def item_space(self) -> spaces.Discrete:
        """Returns the action space of one session."""
        return spaces.Discrete(self._task.num_items)

    def space(self) -> gym.Space[Any]:
        """Returns the observation space of one session: the task's, and what is placed beside it."""
        task, places = self._task, self._task.slate_size - 1
        own = task.observation_space
        if isinstance(own, spaces.MultiDiscrete):
            return spaces.MultiDiscrete(np.concatenate([own.nvec, np.full(places, task.num_items + 1)]))
        vectors = spaces.Box(-1.0, 1.0, (places, task.dimension), np.float32)
        if isinstance(own, spaces.Box):
            low = np.concatenate([own.low, vectors.low.ravel()])
            high = np.concatenate([own.high, vectors.high.ravel()])
            return spaces.Box(low, high, dtype=np.float32)
        assert isinstance(own, spaces.Dict)
        numbers = spaces.Box(0, task.num_items, (places,), np.int32)
        return spaces.Dict({**own.spaces, PLACED: numbers if task.layout.by_number else vectors})

    def observe(self, observations: Any, row: int | None = None) -> Any:
        """Returns observations with what is placed beside them: of all rows, or of one."""
        slates = self.slates if row is None else self.slates[row]
        numbers = np.where(np.arange(slates.shape[-1] - 1) < self.place, slates[..., :-1] + 1, 0)
        layout = self._task.layout
        if layout.form == "items":
            return np.concatenate([observations, numbers], axis=-1)
        placed = numbers.astype(np.int32) if layout.by_number else self._vectors[numbers]
        if layout.is_flat:
            return np.concatenate([observations, placed.reshape(*numbers.shape[:-1], -1)], axis=-1)
        own = {
            name: part.copy() for name, part in observations.items()
        }  # each step's observation is the reader's
        return {**own, PLACED: placed}
