"""What was seen, kept for a while to be learned from again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from recgym.task import Task


class Memory:
    """A ring of the last entries, each a row of several arrays.

    Args:
        capacity: Entries that are kept, at least 1.

    Attributes:
        capacity: As given.
        size: Entries that are kept now.
    """

    def __init__(self, capacity: int) -> None:
        """See the class; nothing is kept yet."""
        self.capacity = capacity
        self.size = 0
        self._next = 0
        self._arrays: dict[str, np.ndarray] = {}

    def add(self, entries: Mapping[str, np.ndarray]) -> None:
        """Keeps M entries, name -> (M, ...), the same names and shapes each time; the oldest make room."""
        count = len(next(iter(entries.values())))
        places = (self._next + np.arange(count))[-self.capacity :] % self.capacity
        for name, rows in entries.items():
            if name not in self._arrays:
                self._arrays[name] = np.zeros((self.capacity, *rows.shape[1:]), rows.dtype)
            self._arrays[name][places] = rows[-self.capacity :]
        self._next = (self._next + count) % self.capacity
        self.size = min(self.size + count, self.capacity)

    def draw(self, count: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        """Returns ``count`` entries, drawn with replacement, each as likely."""
        places = generator.integers(0, self.size, count)
        return {name: rows[places] for name, rows in self._arrays.items()}


def packed_masks(task: Task, masks: np.ndarray) -> np.ndarray:
    """Returns masks (N, I) bool as bits; (N, 0) where everything can always be shown."""
    if task.always_available:
        return np.zeros((len(masks), 0), np.uint8)
    return np.packbits(masks, axis=1)


def unpacked_masks(task: Task, bits: np.ndarray) -> np.ndarray:
    """Returns the masks (N, I) bool that `packed_masks` took."""
    if task.always_available:
        return np.ones((len(bits), task.num_items), np.bool_)
    return np.unpackbits(bits, axis=1, count=task.num_items).astype(np.bool_)
