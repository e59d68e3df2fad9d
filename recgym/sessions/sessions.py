"""N running sessions: their records, their observations, and one step for all of them."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numba.core import config

from recgym.core.parameters import MEMORY
from recgym.sessions.kernels import compile_kernels
from recgym.sessions.setting import Setting

_KEY_BLOCK = 16
"""Session keys that a row draws from its generator at a time."""


class Feedback(NamedTuple):
    """What a step returns, one row per session."""

    rewards: np.ndarray  # (N,) float64
    terminated: np.ndarray  # (N,) bool
    truncated: np.ndarray  # (N,) bool
    signals: np.ndarray  # (N, S) float64


class Sessions:
    """The state of N sessions, each of its own user, independent of one another.

    Attributes:
        setting: What they play in.
        users: (N,) records: the hidden state.
        observations: (N, W) float32: the public state; flat observations are copies of it.
        generators: One generator a row; Gymnasium seeds them, and each session takes one 64-bit key from its row's.
    """

    def __init__(self, setting: Setting, size: int, slate_size: int, weights: np.ndarray, limit: int) -> None:
        """Makes room for sessions; none has begun.

        Args:
            setting: What they play in.
            size: N.
            slate_size: Items per action.
            weights: (S,) float64 weight of each signal in the reward.
            limit: Steps after which a session is truncated.
        """
        dimension = setting.world.vectors.shape[1]
        self.setting = setting
        self.size = size
        self.weights = weights
        self.limit = limit
        self.kernels = compile_kernels(setting.scenario)
        self.users = np.zeros(size, setting.people.dtype)
        self.observations = np.zeros((size, 3 * dimension + len(setting.scenario.all_context)), np.float32)
        self.generators: list[np.random.Generator | None] = [None] * size
        self._shown = np.zeros((size, dimension), np.float32)
        self._keys = np.zeros((size, _KEY_BLOCK), np.uint64)
        self._next_key = np.full(size, _KEY_BLOCK)
        self._scratch = np.zeros(slate_size)
        self._probability = np.zeros(setting.scenario.outcomes)
        self._nobody = np.zeros(size, np.bool_)

    def seed(self, row: int, generator: np.random.Generator) -> None:
        """Gives a row its generator; the next session of the row is the generator's first."""
        self.generators[row] = generator
        self._next_key[row] = _KEY_BLOCK

    def begin(self, rows: np.ndarray) -> None:
        """Begins a new session in each of the rows, shape (M,) int64."""
        for row in rows[self._next_key[rows] == _KEY_BLOCK]:
            generator = self.generators[row]
            assert generator is not None, "a row must be seeded before its first session"
            self._keys[row] = generator.integers(0, 2**64 - 1, _KEY_BLOCK, np.uint64, endpoint=True)
            self._next_key[row] = 0
        keys = self._keys[rows, self._next_key[rows]]
        self._next_key[rows] += 1
        setting = self.setting
        with _quiet():
            self.kernels.begin(
                self.users, setting.world.items, setting.world.vectors, setting.record, rows, keys,
                setting.people, setting.liked, self.observations, self._shown,
            )

    def step(self, actions: np.ndarray, idle: np.ndarray | None = None, into: Feedback | None = None) -> Feedback:
        """Steps every session.

        Args:
            actions: (N, K) int64, valid.
            idle: (N,) bool, rows to leave alone; they get no reward and no signals.
            into: Where to write the feedback; new arrays if ``None``.
        """
        feedback = into or self.room_for_feedback()
        setting = self.setting
        with _quiet():
            self.kernels.step(
                self.users, setting.world.items, setting.world.vectors, setting.record, self.weights, self.limit, actions,
                self._nobody if idle is None else idle, self.observations, self._shown, self._scratch, self._probability,
                feedback.signals, feedback.rewards, feedback.terminated, feedback.truncated,
            )
        return feedback

    def room_for_feedback(self) -> Feedback:
        """Returns empty feedback arrays."""
        size = self.size
        signals = np.empty((size, len(self.weights)))
        return Feedback(np.empty(size), np.empty(size, np.bool_), np.empty(size, np.bool_), signals)

    def masks(self) -> np.ndarray:
        """Returns the (N, I) int8 masks of available items; a read-only view where all items always are."""
        setting = self.setting
        if setting.always_available:
            return np.broadcast_to(setting.masks, (self.size, setting.num_items))
        return setting.masks[setting.ticks(self.users)]

    def recent(self, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns the last items of each session, oldest first.

        Args:
            length: L, 1 to MEMORY.

        Returns:
            Items (N, L) int64, responses (N, L) float32 (0 ignored, 1 clicked, 2 clicked and liked), and a mask (N, L) bool of
            which entries exist; the rest are zeros, at the front.
        """
        seen = self.users["seen"].astype(np.int64)
        order = seen[:, None] - length + np.arange(length)  # (N, L)
        exists = order >= np.maximum(0, seen[:, None] - MEMORY)
        positions = order % MEMORY
        items = np.where(exists, np.take_along_axis(self.users["recent"], positions, axis=1), 0).astype(np.int64)
        responses = np.where(exists, np.take_along_axis(self.users["response"], positions, axis=1), 0)
        return items, responses.astype(np.float32), exists

    def context(self) -> np.ndarray:
        """Returns the (N, C) float32 context features."""
        return self.observations[:, 3 * self.setting.world.vectors.shape[1] :]

    def snapshot(self) -> Mapping[str, Any]:
        """Returns a copy of everything that decides what happens next."""
        state = {name: getattr(self, name).copy() for name in ("users", "observations", "_shown", "_keys", "_next_key")}
        return state | {"generators": copy.deepcopy(self.generators)}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Goes back to a snapshot, which stays good for another time."""
        for name in ("users", "observations", "_shown", "_keys", "_next_key"):
            getattr(self, name)[...] = snapshot[name]
        self.generators = copy.deepcopy(snapshot["generators"])


def _quiet() -> contextlib.AbstractContextManager[Any]:
    """Silences NumPy's overflow warnings where the kernels run as plain Python: hashes wrap around by design."""
    return np.errstate(over="ignore") if config.DISABLE_JIT else contextlib.nullcontext()
