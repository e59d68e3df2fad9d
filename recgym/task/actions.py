"""What an action means: a whole number per place of the slate, checked before anything moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from recgym.core.arguments import shortened

REPAIR, EMPTY, ERROR = range(3)
INVALID_ACTIONS: Mapping[str, int] = {"repair": REPAIR, "empty": EMPTY, "error": ERROR}
"""What becomes of an item that is not available, or that is already in the slate.

``repair``: it gives way to the nearest available item, by item vector, that is not in the slate yet; where none is left the place is empty.
``empty``: the place is empty. ``error``: the action is refused.
"""
NOTHING = -1
"""In what was shown: an empty place."""


@dataclass(frozen=True)
class ActionMeaning:
    """How actions are read.

    Attributes:
        num_items: I.
        slate_size: K, items per action.
        invalid: A key of `INVALID_ACTIONS`.
    """

    num_items: int
    slate_size: int
    invalid: str

    def space(self) -> gym.Space[Any]:
        """Returns the action space of one session: every member of it is legal unless ``invalid`` is ``"error"``."""
        if self.slate_size == 1:
            return spaces.Discrete(self.num_items)
        return spaces.MultiDiscrete(np.full(self.slate_size, self.num_items))

    def check(self, actions: Any, size: int) -> np.ndarray:
        """Returns actions of ``size`` sessions as (N, K) int64.

        Raises:
            TypeError: if they are not whole numbers.
            ValueError: if the shape or a number is not allowed.
        """
        slate = self.slate_size
        expected = (size,) if slate == 1 else (size, slate)
        try:
            given = np.asarray(actions)
        except ValueError as error:  # lists of different lengths
            raise ValueError(
                f"Actions must have shape {expected}, got {shortened(actions)}. {self.allowed()}"
            ) from error
        if given.dtype.kind not in "iu":
            raise TypeError(
                f"Actions must be whole numbers, got dtype {given.dtype} ({shortened(actions)}). {self.allowed()}"
            )
        if given.shape != expected:
            raise ValueError(f"Actions must have shape {expected}, got {given.shape}. {self.allowed()}")
        flat = np.ascontiguousarray(given, dtype=np.int64).reshape(size, slate)
        if (
            flat.size and flat.view(np.uint64).max() >= self.num_items
        ):  # a negative number is a huge unsigned one
            wrong = given.reshape(size, slate)[(flat < 0) | (flat >= self.num_items)][0]
            raise ValueError(f"Action {wrong} is out of range. {self.allowed()}")
        return flat

    def refusal(self, slate: np.ndarray, row: int, mask: np.ndarray) -> ValueError:
        """Returns the error for a slate (K,) that cannot be shown as it is, with the mask (I,) of what is available."""
        closed = [item for item in slate.tolist() if mask[item] == 0]
        if closed:
            return ValueError(
                f"Item {closed[0]} is not available now (row {row}); {int(mask.sum())} of {self.num_items} items are. Choose among those "
                'where env.unwrapped.action_masks() or info["action_mask"] is 1, or pass invalid_actions="repair".'
            )
        return ValueError(
            f"A slate must hold {self.slate_size} different items, got {slate.tolist()} (row {row}). Choose different ones, or pass "
            'invalid_actions="repair".'
        )

    def allowed(self) -> str:
        """Says in words which actions there are."""
        if self.slate_size == 1:
            return f"Allowed: an integer from 0 to {self.num_items - 1}, the index of the item to show."
        return f"Allowed: {self.slate_size} integers from 0 to {self.num_items - 1}, the items to show, top first."
