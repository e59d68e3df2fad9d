"""Collects the sessions of a running vector environment into logs, as they finish."""

from __future__ import annotations

import numpy as np

from recgym.evaluation.rollout import SessionLog
from recgym.sessions.interface import Interface


class SessionCollector:
    """Keeps what happens in N sessions that end and begin anew at different steps.

    Args:
        interface: Of the environment.
        size: N.
    """

    def __init__(self, interface: Interface, size: int) -> None:
        """See the class."""
        horizon = interface.setting.parameters.horizon
        names = interface.signal_names
        self._names = names
        self._vectors = interface.setting.world.catalogue.public_vectors(None)
        self._actions = np.full((size, horizon, interface.slate_size), -1, np.int64)
        self._numbers = np.zeros((1 + len(names), size, horizon))  # rewards, then signals
        self._step = np.zeros(size, np.int64)
        self._rows = np.arange(size)
        self._finished: list[tuple[np.ndarray, np.ndarray]] = []

    def record(self, actions: np.ndarray, rewards: np.ndarray, signals: np.ndarray, over: np.ndarray) -> None:
        """Records a step.

        Args:
            actions: (N,) or (N, slate_size).
            rewards: (N,).
            signals: (S, N), in the order of the interface.
            over: (N,) bool, rows whose session ended with this step.
        """
        self._actions[self._rows, self._step] = np.asarray(actions).reshape(len(self._rows), -1)
        self._numbers[0, self._rows, self._step] = rewards
        self._numbers[1:, self._rows, self._step] = signals
        self._step += 1
        if over.any():
            rows = np.flatnonzero(over)
            self._finished.append((self._actions[rows], self._numbers[:, rows]))
            self.forget(rows)

    def forget(self, rows: np.ndarray) -> None:
        """Leaves the sessions of some rows out; the rows begin anew."""
        self._actions[rows] = -1
        self._numbers[:, rows] = 0.0
        self._step[rows] = 0

    def finished(self) -> SessionLog | None:
        """Returns the sessions that ended since the last call, or ``None`` if none did."""
        if not self._finished:
            return None
        actions = np.concatenate([part for part, _ in self._finished])
        numbers = np.concatenate([part for _, part in self._finished], axis=1)
        self._finished = []
        signals = dict(zip(self._names, numbers[1:], strict=True))
        return SessionLog(numbers[0], actions[:, :, 0] >= 0, actions, signals, self._vectors)
