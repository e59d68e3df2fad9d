"""What stands beside compiled functions: their types."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

from recgym.core.kernel import _type_of

RECORDS = np.zeros(6, [("a", "f8"), ("b", "i4", (3,))])
READ_ONLY = np.zeros(3)
READ_ONLY.flags.writeable = False
ARRAYS = {
    "records": RECORDS,
    "strided": RECORDS[::2],
    "field": RECORDS["a"],
    "matrix": np.zeros((2, 3), np.float32),
    "transposed": np.zeros((2, 3), np.float32).T,
    "column": np.zeros((4, 3))[:, 1],
    "read-only": READ_ONLY,
    "empty": np.zeros((0, 3), np.int64),
}


class Pair(NamedTuple):
    """Two of anything."""

    left: Any
    right: Any


@pytest.mark.parametrize("name", ARRAYS)
def test_types_are_those_of_numba_each_time(name: str) -> None:
    expected = numba.typeof(ARRAYS[name])
    assert _type_of(ARRAYS[name]) == expected
    assert _type_of(ARRAYS[name].copy() if name == "matrix" else ARRAYS[name]) == expected


@pytest.mark.parametrize("value", [1, 2.5, True, Pair(RECORDS, Pair(READ_ONLY, 3)), (1, 2)])
def test_types_of_tuples_and_numbers_are_those_of_numba(value: Any) -> None:
    assert _type_of(value) == numba.typeof(value)
