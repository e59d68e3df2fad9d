"""What happened in many sessions: all that metrics are computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recgym.task.task import Task


@dataclass(frozen=True, eq=False)
class SessionLog:
    """N sessions of one policy, T steps long at most.

    Attributes:
        task: What may be known of the items: vectors, titles, categories, statistics.
        rewards: (N, T) float64, 0 after the end.
        running: (N, T) bool, whether the step took place.
        actions: (N, T, K) int64 items that were asked for, -1 after the end.
        shown: (N, T, K) int64 items that the user saw, -1 for an empty place and after the end.
        attended: (N, T) int64 place that the user attended to, -1 where nothing was shown and after the end.
        signals: Name -> (N, T) float64, 0 after the end.
        seeds: (N,) int64: session i is the one that ``env.reset(seed=seeds[i])`` begins; ``None`` where sessions were not seeded one by one.
        histories: (N, L) int64 items that each user brought, the warm history, -1 where there are fewer; ``None`` where they were not recorded, as
            during training.
        people: What tells these users, as they were when their sessions began, from any others; ``None`` where it was not recorded.
    """

    task: Task
    rewards: np.ndarray
    running: np.ndarray
    actions: np.ndarray
    shown: np.ndarray
    attended: np.ndarray
    signals: dict[str, np.ndarray]
    seeds: np.ndarray | None = None
    histories: np.ndarray | None = None
    people: str | None = None

    @property
    def num_sessions(self) -> int:
        """N."""
        return len(self.rewards)

    @property
    def returns(self) -> np.ndarray:
        """(N,) sum of each session's rewards."""
        return self.rewards.sum(axis=1)

    @property
    def lengths(self) -> np.ndarray:
        """(N,) int64 steps of each session."""
        return self.running.sum(axis=1)
