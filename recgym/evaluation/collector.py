"""Collects the sessions of a running vector environment into logs, as they finish: for metrics during training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from recgym.evaluation.metrics import session_metrics
from recgym.evaluation.session_log import SessionLog
from recgym.task.actions import NOTHING
from recgym.task.task import Task

TAG = "rec/"
"""What the names of metrics begin with in TensorBoard."""


class SessionCollector:
    """Keeps what happens in N sessions that end and begin anew at different steps.

    Args:
        task: Of the environment.
        size: N.
    """

    def __init__(self, task: Task, size: int) -> None:
        """See the class."""
        shape = (size, task.horizon)
        self._task = task
        self._numbers = np.zeros((1 + len(task.signals), *shape))  # rewards, then signals
        self._items = np.full((2, *shape, task.slate_size), NOTHING, np.int64)  # asked for, shown
        self._attended = np.full(shape, NOTHING, np.int64)
        self._step = np.zeros(size, np.int64)
        self._rows = np.arange(size)
        self._finished: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def record(
        self, actions: np.ndarray, rewards: np.ndarray, infos: Mapping[str, Any], over: np.ndarray
    ) -> None:
        """Records a step.

        Args:
            actions: (N,) or (N, slate_size), what was asked for.
            rewards: (N,).
            infos: Of the step, as the native vector environment returns them: each signal by its name, ``shown`` and ``attended``; with rows that reset
                themselves in the same step, those of the session that ended.
            over: (N,) bool, rows whose session ended with this step.
        """
        place = (self._rows, self._step)
        self._numbers[0][place] = rewards
        for column, name in zip(self._numbers[1:], self._task.signal_names, strict=True):
            column[place] = infos[name]
        self._items[0][place] = np.asarray(actions).reshape(len(self._rows), -1)
        self._items[1][place] = infos["shown"]
        self._attended[place] = infos["attended"]
        self._step += 1
        if over.any():
            rows = np.flatnonzero(over)
            self._finished.append(
                (self._numbers[:, rows], self._items[:, rows], self._attended[rows], self._step[rows])
            )
            self.forget(rows)

    def forget(self, rows: np.ndarray) -> None:
        """Leaves the running sessions of some rows out; the rows begin anew."""
        self._numbers[:, rows] = 0.0
        self._items[:, rows] = NOTHING
        self._attended[rows] = NOTHING
        self._step[rows] = 0

    def finished(self) -> SessionLog | None:
        """Returns the sessions that ended since the last call, in the order in which they did, or ``None`` if none did."""
        if not self._finished:
            return None
        numbers, items = (
            np.concatenate([part[place] for part in self._finished], axis=1) for place in (0, 1)
        )
        attended, lengths = (np.concatenate([part[place] for part in self._finished]) for place in (2, 3))
        self._finished = []
        return SessionLog(
            task=self._task,
            rewards=numbers[0],
            running=np.arange(self._task.horizon) < lengths[:, None],
            actions=items[0],
            shown=items[1],
            attended=attended,
            signals=dict(zip(self._task.signal_names, numbers[1:], strict=True)),
        )

    def tags(self) -> dict[str, float]:
        """Returns every metric of the sessions that ended since the last call, by its tag in TensorBoard; nothing if none did."""
        log = self.finished()
        return {} if log is None else {f"{TAG}{name}": value for name, value in session_metrics(log).items()}
