"""Intervals against numbers worked out by hand, and against repeated samples."""

from __future__ import annotations

import numpy as np
import pytest

from recgym.evaluation.intervals import Interval, jackknife_interval, mean_interval, ratio, ratio_interval


def test_the_interval_of_a_mean_is_the_usual_one() -> None:
    values = np.array([1.0, 2.0, 3.0, 6.0])
    interval = mean_interval(values)
    half = 1.959964 * values.std(ddof=1) / 2
    assert interval.mean == 3.0
    assert (interval.low, interval.high) == pytest.approx((3.0 - half, 3.0 + half))


def test_a_ratio_worked_out_by_hand() -> None:
    # Leaving one of (1, 2), (3, 2), (2, 4) out: 5/6, 3/6, 4/4; their mean is 7/9.
    interval = ratio_interval(np.array([1.0, 3.0, 2.0]), np.array([2.0, 2.0, 4.0]))
    squares = (5 / 6 - 7 / 9) ** 2 + (1 / 2 - 7 / 9) ** 2 + (1 - 7 / 9) ** 2
    assert interval.mean == pytest.approx(6 / 8)
    assert interval.high - interval.mean == pytest.approx(1.959964 * np.sqrt(2 / 3 * squares))


def test_an_interval_stays_within_its_bounds() -> None:
    ones = np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    interval = jackknife_interval(ones, ratio, bounds=(0.0, 1.0))
    assert interval.high == 1.0
    assert interval.low >= 0.0


def test_an_interval_as_text_has_two_decimals() -> None:
    interval = Interval(1.234, 1.0, 1.5)
    assert str(interval) == "1.23 [1.00, 1.50]"
    assert interval.half == pytest.approx(0.266)


def test_nothing_over_nothing_is_nothing() -> None:
    assert ratio(np.zeros(2)) == 0.0


def test_one_user_has_no_interval() -> None:
    with pytest.raises(ValueError, match=r"at least 2 of them, got 1"):
        mean_interval(np.ones(1))


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    generator = np.random.default_rng(0)
    held = 0
    for _ in range(1_000):
        length = generator.integers(1, 20, 100).astype(float)
        clicks = generator.binomial(length.astype(int), 0.3).astype(float)
        interval = ratio_interval(clicks, length)
        held += interval.low <= 0.3 <= interval.high
    assert 0.92 < held / 1_000 < 0.975
