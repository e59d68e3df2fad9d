"""What an agent with a memory reads from observations: the last items, what was thought of them, and the context."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from recgym.task import Task


class Histories(NamedTuple):
    """What is known of N users, newest item last."""

    items: np.ndarray  # (N, L) int32, -1 where there is none; only the first places are empty
    feedback: np.ndarray  # (N, L) int8: 0 ignored, 1 clicked, 2 liked
    in_session: (
        np.ndarray
    )  # (N,) int32: so many of the newest items were shown in this session, the others before it
    context: np.ndarray  # (N, C) float32
    masks: np.ndarray  # (N, I) bool; (N, 0) where every item can always be shown
    hidden: (
        np.ndarray
    )  # (N, H) float32, what is hidden of the users; (N, 0) where observations do not show it

    def rows(self, chosen: Any) -> Histories:
        """Returns those of some users."""
        return Histories(*(part[chosen] for part in self))


def read_histories(task: Task, observations: Any, available: np.ndarray) -> Histories:
    """Reads a batch of observations by item numbers.

    Args:
        task: Of the environment, with ``observation="ids"`` or ``"state_ids"``.
        observations: A batch of N.
        available: (N, I) bool, what can be shown.

    Raises:
        ValueError: if the observations are not a batch of the task's.
    """
    layout = task.layout
    size = layout.batch_size(observations)
    return Histories(
        items=np.ascontiguousarray(layout.read(observations, "history"), np.int32) - np.int32(1),
        feedback=layout.read(observations, "feedback").astype(np.int8),
        in_session=(layout.read(observations, "age") > 0).sum(axis=1, dtype=np.int32),
        context=np.asarray(layout.read(observations, "context"), np.float32),
        masks=np.zeros((size, 0), np.bool_) if task.always_available else available,
        hidden=_hidden(task, observations) if layout.privileged else np.zeros((size, 0), np.float32),
    )


def _hidden(task: Task, observations: Any) -> np.ndarray:
    """Returns what is hidden of N users (N, H), unit vectors scaled to entries of unit size."""
    layout = task.layout
    unit = [field.low == -field.high == -1.0 for field in layout.hidden]
    scale = [
        np.sqrt(field.size) if bounded else 1.0
        for field, bounded in zip(layout.hidden, unit, strict=True)
        for _ in range(field.size)
    ]
    hidden: np.ndarray = layout.read(observations, "hidden") * np.array(scale, np.float32)
    return hidden


def joined(parts: list[Histories]) -> Histories:
    """Returns the users of several batches as one batch."""
    return Histories(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
