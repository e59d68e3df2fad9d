"""Rows that are stepped on several threads."""

from __future__ import annotations

import gc
import multiprocessing
import threading
import time
from queue import SimpleQueue
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from recgym.core.atomic import CACHE_LINE_NUMBERS, _locked_fetch_add

ROWS = 300


def trace(env: Any, steps: int = 40) -> bytes:
    env.action_space.seed(0)
    seen = [env.reset(seed=1)[0]]
    for _ in range(steps):
        observations, rewards, *_, info = env.step(env.action_space.sample())
        seen += [observations, rewards, info["shown"]]
    return b"".join(part.tobytes() for part in seen)


def living() -> int:
    return sum(thread.name.startswith("recgym-") for thread in threading.enumerate())


def wait_until_living(count: int) -> None:
    deadline = time.monotonic() + 30.0
    while living() != count:
        assert time.monotonic() < deadline, f"{living()} threads, not {count}"
        time.sleep(0.01)


@pytest.mark.parametrize("rows", [3, 37, ROWS])
@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNewsSlate-v0"])
def test_threads_do_not_change_a_bit(env_id: str, rows: int) -> None:
    outcomes = set()
    for threads in (1, 2, 3, 5):
        env = gym.make_vec(env_id, rows, num_threads=threads)
        outcomes.add(trace(env))
        env.close()
    assert len(outcomes) == 1


def test_a_step_does_without_threads_that_do_not_wake() -> None:
    """As after a fork, which copies this thread only."""
    env = gym.make_vec("RecVideo-v0", ROWS, num_threads=3)
    expected = trace(env)
    asleep: list[SimpleQueue[Any]] = [SimpleQueue(), SimpleQueue()]
    env.unwrapped.sessions.close()
    env.unwrapped.sessions._jobs = asleep
    assert trace(env) == expected
    assert all(not jobs.empty() for jobs in asleep)


def test_a_forked_process_steps_on(tmp_path: Any) -> None:
    env = gym.make_vec("RecVideo-v0", ROWS, num_threads=2)
    expected = trace(env)
    child = multiprocessing.get_context("fork").Process(
        target=lambda: (tmp_path / "trace").write_bytes(trace(env))
    )
    child.start()
    child.join(60.0)
    assert child.exitcode == 0
    assert (tmp_path / "trace").read_bytes() == expected
    env.close()


def test_threads_end_with_their_environment() -> None:
    gc.collect()
    before = living()
    closed, forgotten = (gym.make_vec("RecVideo-v0", ROWS, num_threads=3) for _ in range(2))
    assert living() == before  # they start when they are needed
    first = trace(closed)
    trace(forgotten)
    assert living() == before + 4
    closed.close()
    del forgotten
    gc.collect()
    wait_until_living(before)
    again = gym.make_vec("RecVideo-v0", ROWS, num_threads=3)
    assert trace(again) == first
    again.close()
    wait_until_living(before)


def test_interpreted_counting_loses_nothing() -> None:
    progress = np.zeros(2 * CACHE_LINE_NUMBERS, np.int64)
    taken: list[list[int]] = [[], []]

    def count(mine: list[int]) -> None:
        mine += [_locked_fetch_add(progress, CACHE_LINE_NUMBERS, 1) for _ in range(2_000)]

    threads = [threading.Thread(target=count, args=(mine,)) for mine in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken[0] + taken[1]) == list(range(4_000))
    assert progress.tolist() == [0] * CACHE_LINE_NUMBERS + [4_000] + [0] * (CACHE_LINE_NUMBERS - 1)


def test_threads_write_to_cache_lines_of_their_own() -> None:
    env = gym.make_vec("RecEcommerce-v0", 2, num_threads=3)
    starts = [scratch.weights.__array_interface__["data"][0] for scratch in env.unwrapped.sessions._scratches]
    ends = [
        scratch.row.__array_interface__["data"][0] + scratch.row.nbytes
        for scratch in env.unwrapped.sessions._scratches
    ]
    assert all(start - end >= 128 for end, start in zip(ends, starts[1:], strict=False))
    env.close()
