"""Sessions that are recorded as they happen are those that are played whole."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from recgym.evaluation import METRICS, SessionCollector, play, session_metrics


@pytest.mark.parametrize(
    ("env_id", "invalid_actions"),
    [("RecVideo-v0", "repair"), ("RecNewsSlate-v0", "repair"), ("RecNewsSlate-v0", "empty")],
)
def test_recorded_sessions_are_the_played_ones(env_id: str, invalid_actions: str) -> None:
    users = 30
    env = gym.make_vec(
        env_id, users, autoreset_mode=AutoresetMode.DISABLED, split="test", invalid_actions=invalid_actions
    )
    task = env.unwrapped.task
    shape = (users,) if task.slate_size == 1 else (users, task.slate_size)
    actions = np.full(shape, 7)  # often not available, and always five times in a slate
    whole = play(
        env, lambda observations, masks: actions, num_sessions=users, seed=3, invalid_actions=invalid_actions
    )
    collector = SessionCollector(task, users)
    assert collector.finished() is None
    assert collector.tags() == {}
    env.reset(seed=whole.seeds.tolist())
    ended: list[int] = []
    counted = np.ones(users, np.bool_)  # only the first session of each row
    while counted.any():
        _, rewards, terminated, truncated, infos = env.step(actions)
        over = terminated | truncated
        collector.record(actions, rewards, infos, over & counted)
        collector.forget(np.flatnonzero(over & ~counted))
        ended += np.flatnonzero(over & counted).tolist()
        counted &= ~over
        if over.any():
            env.reset(options={"reset_mask": over})
    log = collector.finished()
    assert log is not None
    for name in ("rewards", "running", "actions", "shown", "attended"):
        assert np.array_equal(getattr(log, name), getattr(whole, name)[ended]), name
    assert all(np.array_equal(log.signals[name], whole.signals[name][ended]) for name in task.signal_names)
    assert log.seeds is None
    assert collector.finished() is None


def test_tags_are_the_metrics_of_what_ended() -> None:
    env = gym.make_vec("RecBandit-v0", 4, autoreset_mode=AutoresetMode.DISABLED, horizon=3, leave_base=-20.0)
    collectors = [SessionCollector(env.unwrapped.task, 4) for _ in range(2)]
    env.reset(seed=0)
    for step in range(3):
        actions = np.arange(4) + step
        _, rewards, terminated, truncated, infos = env.step(actions)
        for collector in collectors:
            collector.record(actions, rewards, infos, terminated | truncated)
    log, tags = collectors[0].finished(), collectors[1].tags()
    assert log is not None
    assert log.num_sessions == 4
    assert tags == {f"rec/{name}": value for name, value in session_metrics(log).items()}
    assert list(tags) == [
        f"rec/{name}" for name, metric in METRICS.items() if not (metric.of_histories or metric.of_returns)
    ]
    assert tags["rec/session_length"] == 3.0
