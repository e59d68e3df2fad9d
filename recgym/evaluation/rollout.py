"""Plays one session per user with a policy, on the same users and the same noise for every policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recgym.sessions.interface import Interface
from recgym.sessions.sessions import Sessions


@dataclass(frozen=True)
class SessionLog:
    """What happened in N sessions of one policy.

    Attributes:
        rewards: (N, T) float64, 0 after the end.
        running: (N, T) bool, whether the step took place.
        actions: (N, T, K) int64 items, -1 after the end.
        signals: name -> (N, T) float64, 0 after the end.
        vectors: (I, E) float32 unit vectors of the items' texts.
    """

    rewards: np.ndarray
    running: np.ndarray
    actions: np.ndarray
    signals: dict[str, np.ndarray]
    vectors: np.ndarray

    @property
    def num_items(self) -> int:
        """Items in the catalogue."""
        return len(self.vectors)


def begin_sessions(interface: Interface, users: int, seed: int) -> Sessions:
    """Begins sessions in which row i meets the user and the noise of the environment seeded with ``seed + i``."""
    horizon = interface.setting.parameters.horizon
    sessions = Sessions(interface.setting, users, interface.slate_size, interface.weights, horizon)
    for row in range(users):
        sessions.seed(row, np.random.Generator(np.random.PCG64(seed + row)))
    sessions.begin(np.arange(users))
    return sessions


def play(interface: Interface, policy: Callable[[Sessions], np.ndarray], users: int, seed: int) -> SessionLog:
    """Plays one session per user.

    Args:
        interface: Of an environment.
        policy: Maps the sessions to actions (N,) or (N, K). Choices for sessions that are over are not looked at.
        users: N.
        seed: Of the users and their noise.
    """
    sessions = begin_sessions(interface, users, seed)
    names = interface.signal_names
    horizon = sessions.limit
    over = np.zeros(users, np.bool_)
    rewards, running = np.zeros((users, horizon)), np.zeros((users, horizon), np.bool_)
    actions = np.full((users, horizon, interface.slate_size), -1, np.int64)
    signals = np.zeros((len(names), users, horizon))
    for step in range(horizon):
        chosen = np.asarray(policy(sessions), np.int64).reshape(users, interface.slate_size)
        feedback = sessions.step(chosen, over)
        running[:, step] = ~over
        rewards[:, step] = feedback.rewards
        signals[:, :, step] = feedback.signals
        actions[~over, step] = chosen[~over]
        over = over | feedback.terminated | feedback.truncated
        if over.all():
            break
    vectors = interface.setting.world.catalogue.public_vectors(None)
    return SessionLog(rewards, running, actions, dict(zip(names, signals, strict=True)), vectors)
