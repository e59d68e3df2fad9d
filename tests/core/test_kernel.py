"""What stands beside compiled functions: their types."""

from __future__ import annotations

import enum
import types
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

from recgym.core.kernel import _type_of, source_digest

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


def module(name: str, **attributes: Any) -> types.ModuleType:
    made = types.ModuleType(name)
    made.__dict__.update(attributes)
    return made


def reader_of_modules(settings: Any) -> Any:
    return lambda x: x + settings.inner.RATE


def reader_of_values(held: Any) -> Any:
    return lambda x: x + held[1]


def reader_of_kinds(kinds: Any) -> Any:
    return lambda x: x + kinds.A


@pytest.mark.parametrize(
    ("reader", "held"),
    [
        (reader_of_modules, lambda rate: module("settings", inner=module("inner", RATE=rate))),
        (reader_of_values, lambda rate: (0, rate)),
        (reader_of_values, lambda rate: np.array([0, rate])),
        (reader_of_values, lambda rate: (0, np.arange(5_000) + rate)),
        (reader_of_kinds, lambda rate: enum.IntEnum("Kind", {"A": rate})),
        (reader_of_kinds, lambda rate: enum.IntEnum("Kind", {"A": rate}).A),
    ],
)
def test_a_digest_tells_constants_apart_however_they_are_named(reader: Any, held: Any) -> None:
    one, same, other = (source_digest(reader(held(rate))) for rate in (1, 1, 2))
    assert one == same
    assert one != other
