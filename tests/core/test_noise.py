"""Noise: pure functions of key, step and slot, with the right distributions."""

from __future__ import annotations

import numpy as np
import pytest

from recgym.core import noise
from recgym.core.noise import SLOTS, key_of, mix, normal, uniform
from recgym.core.scenario import LATENT


def drawn(count: int, slot: int = 0, function=uniform) -> np.ndarray:
    return np.array([function(np.uint64(key * 2_654_435_761 + 17), key % 60, slot) for key in range(count)])


def test_splitmix_is_the_published_one() -> None:
    """First outputs of SplitMix64 from seed 0 and from seed 1234567, as in its authors' test vectors."""
    assert [int(key_of(np.uint64(0), n)) for n in range(2)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]
    assert int(key_of(np.uint64(1234567), 0)) == 6457827717110365317


def test_uniforms() -> None:
    values = drawn(20_000)
    assert values.min() >= 0.0
    assert values.max() < 1.0
    assert values.mean() == pytest.approx(0.5, abs=4 * 12**-0.5 / 20_000**0.5)
    counts = np.histogram(values, 20, (0.0, 1.0))[0]
    assert ((counts - 1_000) ** 2 / 1_000).sum() < 43.8  # chi-square with 19 degrees of freedom, 99.9 %


def test_normals() -> None:
    values = drawn(20_000, function=normal)
    assert values.mean() == pytest.approx(0.0, abs=0.03)
    assert values.std() == pytest.approx(1.0, abs=0.02)
    assert (np.abs(values) > 1.96).mean() == pytest.approx(0.05, abs=0.006)


def test_slots_steps_and_keys_are_independent() -> None:
    first, second = drawn(20_000, 0), drawn(20_000, 1)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03
    key = np.uint64(99)
    assert uniform(key, 3, 5) == uniform(key, 3, 5)
    values = {float(uniform(key, step, slot)) for step in range(50) for slot in range(SLOTS)}
    assert len(values) == 50 * SLOTS
    assert int(mix(np.uint64(5))) != int(mix(np.uint64(6)))


def test_slots_do_not_overlap() -> None:
    assert SLOTS > noise.SCENARIO_SLOT >= noise.DRIFT_SLOT + 2 * LATENT
    single = (noise.CHOICE_SLOT, noise.OUTCOME_SLOT, noise.LIKE_SLOT, noise.LEAVE_SLOT, noise.DRIFT_SLOT)
    assert len(set(single)) == len(single)
    assert max(single) == noise.DRIFT_SLOT
