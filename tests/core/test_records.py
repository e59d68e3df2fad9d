"""Copies of records are what NumPy's assignment makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from numba.core.errors import TypingError

from recgym.core.kernel import kernel
from recgym.core.records import _assign, copy_record

LAYOUT = np.dtype([("a", "f8"), ("b", "i4", (30,)), ("c", "i1")])  # 129 bytes, packed


@kernel
def copied(target, place, source, row):
    """One copy."""
    copy_record(target, place, source, row)


def records(seed: int, size: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return np.frombuffer(generator.bytes(size * LAYOUT.itemsize), LAYOUT).copy()


@pytest.mark.parametrize("step", [1, 2])
def test_a_copy_is_that_of_numpy_and_touches_no_other_row(step: int) -> None:
    source, target = records(0, 7)[::step], records(1, 6)[::step]
    expected = target.copy()
    _assign(expected, 1, source, 3)
    before = source.tobytes()
    copied(target, 1, source, 3)
    assert target.tobytes() == expected.tobytes()
    assert source.tobytes() == before
    assert target[1].tobytes() == source[3].tobytes()


def test_other_records_are_refused() -> None:
    with pytest.raises(TypingError):
        copied(records(0, 2), 0, np.zeros(2, [("a", "f4")]), 0)
