"""Sessions that are recorded as they happen are those that are played whole."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from recgym.evaluation import SessionCollector, play


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecNewsSlate-v0"])
def test_recorded_sessions_are_the_played_ones(env_id: str) -> None:
    users = 30
    env = gym.make_vec(env_id, users, autoreset_mode=AutoresetMode.DISABLED).unwrapped
    face = env.interface

    def first(masks: np.ndarray) -> np.ndarray:
        return (
            np.argmax(masks, axis=1)
            if face.slate_size == 1
            else np.argsort(-masks, axis=1, kind="stable")[:, : face.slate_size]
        )

    whole = play(face, lambda sessions: first(sessions.masks()), users, seed=3)
    collector = SessionCollector(face, users)
    assert collector.finished() is None
    env.reset(seed=3)
    ended: list[int] = []
    counted = np.ones(users, np.bool_)  # only the first session of each row
    while counted.any():
        actions = first(env.sessions.masks())
        _, rewards, terminated, truncated, infos = env.step(actions)
        over = terminated | truncated
        signals = np.stack([infos["signals"][name] for name in face.signal_names])
        collector.record(actions, rewards, signals, over & counted)
        collector.forget(np.flatnonzero(over & ~counted))
        ended += np.flatnonzero(over & counted).tolist()
        counted &= ~over
        if over.any():
            env.reset(options={"reset_mask": over})
    log = collector.finished()
    assert log is not None
    assert np.array_equal(log.rewards, whole.rewards[ended])
    assert np.array_equal(log.actions, whole.actions[ended])
    assert np.array_equal(log.running, whole.running[ended])
    assert all(np.array_equal(log.signals[name], whole.signals[name][ended]) for name in face.signal_names)
    assert collector.finished() is None
