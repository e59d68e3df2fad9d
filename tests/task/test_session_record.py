"""The record of a session keeps what an onlooker saw, and can go back."""

from __future__ import annotations

import pickle
from typing import Any

import gymnasium as gym
import pytest

from recgym.task.session_record import SessionRecord


def record_of(env_id: str, **arguments: Any) -> tuple[gym.Env[Any, Any], SessionRecord]:
    env = gym.make(env_id, render_mode="ansi", disable_env_checker=True, **arguments).unwrapped
    env.action_space.seed(0)
    return env, env.record


def test_the_environment_fills_it_with_what_it_tells() -> None:
    env, record = record_of("RecNewsSlate-v0", invalid_actions="empty")
    observation, info = env.reset(seed=3)
    task, rewards = env.task, []
    assert record.task is task
    assert 0 < len(record.history) <= 32
    over = False
    while not over:
        observation, reward, terminated, truncated, info = env.step(env.action_space.sample())
        step = record.steps[-1]
        rewards.append(reward)
        over = terminated or truncated
        assert step.shown == tuple(info["shown"].tolist())
        assert step.attended == info["attended"]
        assert step.item == (-1 if step.attended < 0 else info["shown"][info["attended"]])
        assert step.signals == tuple(info[name] for name in task.signal_names)
        assert step.reward == reward
        for name in ("click_rate", "like_rate"):
            assert getattr(step, name) == pytest.approx(float(task.layout.read(observation, name)))
        assert record.ending == ("left" if terminated else "horizon" if truncated else "")
    assert len(record.steps) == len(rewards)
    assert record.total == pytest.approx(sum(rewards))
    env.reset()
    assert (record.steps, record.ending) == ([], "")


def test_a_newcomer_has_no_history() -> None:
    env, record = record_of("RecVideo-v0", history=0)
    env.reset(seed=0)
    assert record.history == ()


def test_it_goes_back_and_the_past_is_not_written() -> None:
    env, record = record_of("RecVideo-v0", leave_base=-20.0)
    env.reset(seed=0)
    for _ in range(3):
        env.step(env.action_space.sample())
    saved = record.snapshot()
    env.step(env.action_space.sample())
    assert len(saved.steps) == 3
    record.restore(saved)
    assert tuple(record.steps) == saved.steps
    env.step(env.action_space.sample())
    assert len(record.steps) == 4
    assert len(saved.steps) == 3
    assert all(mine is kept for mine, kept in zip(record.steps, saved.steps, strict=False))
    assert pickle.loads(pickle.dumps(saved)) == saved


def test_a_snapshot_holds_facts_and_no_catalogue() -> None:
    env, record = record_of("RecVideo-v0", leave_base=-20.0)
    env.reset(seed=0)
    for _ in range(60):
        env.step(env.action_space.sample())
    assert record.ending == "horizon"
    assert len(pickle.dumps(record.snapshot())) < 10_000
