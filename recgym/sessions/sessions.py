"""N running sessions: their records, their observations, and one step for all of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from recgym.core.kernel import quiet
from recgym.core.parameters import MEMORY
from recgym.sessions.kernels import compile_kernels
from recgym.world.setting import Setting

_STATE = ("users", "embeddings", "_streams", "_begun")
"""The arrays that, with the generators, decide what happens next."""


class Feedback(NamedTuple):
    """What a step returns, one row per session."""

    rewards: np.ndarray  # (N,) float64
    terminated: np.ndarray  # (N,) bool
    truncated: np.ndarray  # (N,) bool
    signals: np.ndarray  # (S, N) float64
    observations: np.ndarray  # (N, W) float32, flat; (0, W) if none are wanted


class Sessions:
    """The state of N sessions, each of its own user, independent of one another.

    Attributes:
        setting: What they play in.
        users: (N,) records: the hidden state.
        embeddings: (N, 2 D) float32: the public state: recency-weighted vectors of what was liked, then of what was ignored.
        generators: One generator a row, seeded as Gymnasium does. Its first 64 bits start the row's stream of session keys.
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
        self.slate_size = slate_size
        self.weights = weights
        self.limit = limit
        self.kernels = compile_kernels(setting.scenario)
        self.users = np.zeros(size, setting.people.dtype)
        self.embeddings = np.zeros((size, 2 * dimension), np.float32)
        self.width = 3 * dimension + len(setting.scenario.all_context)
        self.generators: list[np.random.Generator | None] = [None] * size
        self._streams = np.zeros(size, np.uint64)
        self._begun = np.zeros(size, np.int64)
        self._scratch = np.zeros(slate_size)
        self._probability = np.zeros(setting.scenario.outcomes)
        self._row = np.zeros(len(weights))
        self._nobody = np.zeros(size, np.bool_)
        self._every_item = np.broadcast_to(setting.masks[0], (size, setting.num_items))  # a read-only view

    def seed(self, row: int, generator: np.random.Generator) -> None:
        """Gives a row its generator; the row's stream of users starts anew."""
        self.generators[row] = generator
        self._streams[row] = generator.integers(0, 2**64 - 1, dtype=np.uint64, endpoint=True)
        self._begun[row] = 0

    def begin(self, rows: np.ndarray) -> None:
        """Begins the next session in each of the rows, shape (M,) int64, all of them seeded."""
        setting = self.setting
        with quiet():
            self.kernels.begin(
                self.users, rows, self._streams, self._begun, setting.people, setting.liked, self.embeddings
            )

    def step(
        self, actions: np.ndarray, idle: np.ndarray | None = None, into: Feedback | None = None
    ) -> Feedback:
        """Steps every session.

        Args:
            actions: (N, K) int64, valid.
            idle: (N,) bool, rows to leave alone; they get no reward and no signals.
            into: Where to write the feedback; new arrays if ``None``.
        """
        feedback = into or self.room_for_feedback()
        setting = self.setting
        with quiet():
            self.kernels.step(
                self.users,
                setting.world.items,
                setting.world.vectors,
                setting.record,
                self.weights,
                self.limit,
                actions,
                self._nobody if idle is None else idle,
                self.embeddings,
                self._scratch,
                self._probability,
                self._row,
                feedback.observations,
                feedback.signals,
                feedback.rewards,
                feedback.terminated,
                feedback.truncated,
            )
        return feedback

    def room_for_feedback(self, observations: bool = False) -> Feedback:
        """Returns empty feedback arrays, with or without room for flat observations."""
        size = self.size
        copied = np.empty((size if observations else 0, self.width), np.float32)
        return Feedback(
            np.empty(size),
            np.empty(size, np.bool_),
            np.empty(size, np.bool_),
            np.empty((len(self.weights), size)),
            copied,
        )

    def masks(self) -> np.ndarray:
        """Returns the (N, I) int8 masks of available items; a read-only view where all items always are."""
        setting = self.setting
        if setting.always_available:
            return self._every_item
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
        items = np.where(exists, np.take_along_axis(self.users["recent"], positions, axis=1), 0).astype(
            np.int64
        )
        responses = np.where(exists, np.take_along_axis(self.users["response"], positions, axis=1), 0)
        return items, responses.astype(np.float32), exists

    def context(self) -> np.ndarray:
        """Returns the (N, C) float32 context features."""
        return self.flat_observations()[:, 3 * self.setting.world.vectors.shape[1] :]

    def flat_observations(self) -> np.ndarray:
        """Returns the (N, W) float32 flat observations: liked, ignored and current item's vectors, then the context."""
        observations = np.empty((self.size, self.width), np.float32)
        setting = self.setting
        with quiet():
            self.kernels.show(
                self.users,
                setting.world.items,
                setting.world.vectors,
                setting.record,
                self.embeddings,
                observations,
            )
        return observations

    def snapshot(self) -> Mapping[str, Any]:
        """Returns a copy of everything that decides what happens next."""
        state = {name: getattr(self, name).copy() for name in _STATE}
        return state | {"generators": copy.deepcopy(self.generators)}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Goes back to a snapshot, which stays good for another time."""
        for name in _STATE:
            getattr(self, name)[...] = snapshot[name]
        self.generators = copy.deepcopy(snapshot["generators"])
