"""What was seen in some steps of N users, kept until it is learned from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.deep.history import Histories, joined


class Step(NamedTuple):
    """One step of N users."""

    histories: Histories  # before it
    staying: np.ndarray  # (N,) float32: predicted probability that who is seen in `histories` stays
    values: np.ndarray  # (N,) float32: predicted value of what is seen in `histories` if they stay
    items: np.ndarray  # (N, P) int64, what was shown in P places; -1 for nothing
    rewards: np.ndarray  # (N,) float32
    signals: np.ndarray  # (K, N, P) float32: those of the place that was attended to, 0 elsewhere
    greedy: np.ndarray  # (N,) bool
    ended: np.ndarray  # (N,) bool: rows whose session ended
    last: Histories  # of the M rows that ended, after the step
    left: np.ndarray  # (M,) bool: the user left; else the horizon was reached
    last_staying: np.ndarray  # (M,) float32; 0 at the horizon
    last_values: np.ndarray  # (M,) float32


class Experience(NamedTuple):
    """T steps of N users, one after the other: row t * N + n. The first T N histories are those that were acted on, the others the last of their sessions."""

    histories: Histories  # (T N + M, ...)
    left: np.ndarray  # (M,) float32
    items: np.ndarray  # (T, N, P) int64, -1 for nothing
    rewards: np.ndarray  # (T, N) float32
    signals: np.ndarray  # (K, T, N, P) float32
    greedy: np.ndarray  # (T, N) bool
    ended: np.ndarray  # (T, N) bool
    staying: np.ndarray  # (T, N) float32: predicted probability of staying after the step, 0 at the horizon
    values: np.ndarray  # (T, N) float32: predicted value after the step, if the user stays


def experience_of(steps: list[Step], staying: np.ndarray, values: np.ndarray) -> Experience:
    """Puts steps together.

    Args:
        steps: One after the other.
        staying: (N,), predicted for what is seen after the last of them.
        values: (N,), the same.
    """
    after = [(step.staying, step.values) for step in steps[1:]] + [(staying, values)]
    stays, worth = np.empty((2, len(steps), len(values)), np.float32)
    for place, (step, (next_staying, next_values)) in enumerate(zip(steps, after, strict=True)):
        stays[place], worth[place] = next_staying, next_values
        stays[place, step.ended], worth[place, step.ended] = step.last_staying, step.last_values
    return Experience(
        histories=joined([step.histories for step in steps] + [step.last for step in steps]),
        left=np.concatenate([step.left for step in steps]).astype(np.float32),
        items=np.stack([step.items for step in steps]),
        rewards=np.stack([step.rewards for step in steps]),
        signals=np.stack([step.signals for step in steps], axis=1),
        greedy=np.stack([step.greedy for step in steps]),
        ended=np.stack([step.ended for step in steps]),
        staying=stays,
        values=worth,
    )
