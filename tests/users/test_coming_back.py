"""Coming back, by hand: its direction, its size, and what happens when it is switched off."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from recgym.core.noise import STEPS_PER_SESSION, episode_keys, next_session_key, uniform
from recgym.core.parameters import as_record, choose_parameters
from recgym.core.scenario import WARM
from recgym.envs.video import VIDEO, VideoParameters
from recgym.users.memory import fatigue, remember
from recgym.users.returning import (
    begin_next_session,
    gap_of,
    mean_gap,
    median_gap,
    return_probability,
    slow_after_gap,
)


def numbers(**chosen: float) -> Any:
    return as_record(choose_parameters(VideoParameters, chosen))[0]


def test_who_left_satisfied_comes_back_likelier() -> None:
    parameters = numbers(return_base=math.log(3.0), return_effect=2.0)
    assert return_probability(0.5, parameters) == pytest.approx(0.75)
    assert return_probability(1.0, parameters) == pytest.approx(1.0 / (1.0 + math.exp(-2.0) / 3.0))
    assert return_probability(0.2, parameters) < return_probability(0.5, parameters)
    off = numbers(return_base=math.log(3.0), return_effect=0.0)
    assert return_probability(0.0, off) == return_probability(1.0, off) == pytest.approx(0.75)


def test_who_left_satisfied_comes_back_sooner() -> None:
    parameters = numbers(gap_median=24.0, gap_effect=math.log(2.0), gap_spread=0.5)
    assert [median_gap(slow, parameters) for slow in (0.0, 0.5, 1.0)] == pytest.approx([48.0, 24.0, 12.0])
    assert gap_of(0.5, 2.0, parameters) == pytest.approx(24.0 * math.e)
    assert mean_gap(0.5, parameters) == pytest.approx(24.0 * math.exp(0.125))
    off = numbers(gap_median=24.0, gap_effect=0.0, gap_spread=0.0)
    assert gap_of(0.0, 3.0, off) == gap_of(1.0, -3.0, off) == mean_gap(0.3, off) == 24.0


def test_the_slow_state_goes_back_to_where_it_began() -> None:
    parameters = numbers(gap_decay=math.log(2.0))
    assert slow_after_gap(0.9, 0.5, 24.0, parameters) == pytest.approx(0.7)
    assert slow_after_gap(0.1, 0.5, 48.0, parameters) == pytest.approx(0.4)
    assert slow_after_gap(0.9, 0.5, 1e9, parameters) == 0.5
    assert slow_after_gap(0.9, 0.5, 24.0, numbers(gap_decay=0.0)) == 0.9


def test_a_user_begins_the_next_session_rested() -> None:
    user = np.zeros(1, VIDEO.user_dtype)[0]
    user.recent[:] = -1
    user.key, user.slow, user.first_slow, user.t, user.earlier_steps = 7, 0.9, 0.5, 3, 10
    user.click_rate = user.like_rate = user.redundancy = 0.4
    user.taste[0] = 1.0
    for step in range(3):
        remember(user, step, 1.0, step)
    assert fatigue(user, 2, 2.0, 10) == 2.0
    begin_next_session(user, 24.0, numbers(gap_decay=math.log(2.0)))
    assert (user.session, user.t, user.earlier_steps, user.gap, user.hour) == (1, 0, 13, 24.0, 24.0)
    assert user.slow == pytest.approx(0.7)
    assert user.first_slow == 0.5
    assert user.seen == user.history == 3
    assert set(user.moment[:3].tolist()) == {WARM}
    assert fatigue(user, 2, 2.0, 10) == 0.0
    assert user.recent[:3].tolist() == [0, 1, 2]
    assert user.taste[0] == 1.0
    assert user.click_rate == user.like_rate == user.redundancy == 0.0


def test_no_noise_comes_twice_in_an_episode() -> None:
    key = np.uint64(12345)
    with np.errstate(over="ignore"):
        second = next_session_key(key)
        third = next_session_key(second)
        assert uniform(second, 5, 3) == uniform(key, STEPS_PER_SESSION + 5, 3)
        assert uniform(second, 5, 3) != uniform(key, 5, 3)
        assert episode_keys(np.array([key, second, third]), np.arange(3)).tolist() == [12345] * 3
