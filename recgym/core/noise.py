"""A user's noise: random access to uniforms, so that two policies meet the same users with the same luck.

Every number is a pure function of the session's 64-bit key, the step and a slot. The generator is SplitMix64 (Steele,
Lea and Flood, 2014), whose n-th output is a hash of ``key + n * golden``: no state to advance, so a policy that asks for
less noise does not shift what comes later, and a copy of a session's record replays it exactly.

A row's own ``numpy.random.Generator``, which Gymnasium seeds, gives the 64 bits from which the keys of its sessions are hashed.
"""

from __future__ import annotations

import math

import numpy as np

from recgym.core.kernel import kernel

SLOTS = 64
"""Uniforms a step may use. Slots below `SCENARIO_SLOT` belong to the core."""
CHOICE_SLOT, OUTCOME_SLOT, LIKE_SLOT, LEAVE_SLOT, DRIFT_SLOT, SCENARIO_SLOT = 0, 1, 2, 3, 4, 40
RETURN_SLOT, GAP_SLOT = 36, 37  # behind the drift's two slots for each of 16 dimensions
STEPS_PER_SESSION = 2**20
"""Steps of noise that belong to each session of an episode: more than any horizon."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_MIX_SECOND = np.uint64(0x94D049BB133111EB)
_SHIFT_30, _SHIFT_27, _SHIFT_31, _SHIFT_11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_SLOTS = np.uint64(SLOTS)
_ONE = np.uint64(1)
_UNIT = 2.0**-53
_SESSION_STRIDE = np.uint64((STEPS_PER_SESSION * SLOTS * int(_GOLDEN)) % 2**64)


@kernel
def mix(value):
    """Scrambles 64 bits (the finaliser of SplitMix64): uint64 -> uint64."""
    value = (value ^ (value >> _SHIFT_30)) * _MIX_FIRST
    value = (value ^ (value >> _SHIFT_27)) * _MIX_SECOND
    return value ^ (value >> _SHIFT_31)


@kernel
def key_of(stream, number):
    """Returns the uint64 key of session ``number`` (0, 1, ...) of a stream (uint64): SplitMix64 again."""
    return mix(stream + (np.uint64(number) + _ONE) * _GOLDEN)


@kernel
def uniform(key, step, slot):
    """Returns the uniform in [0, 1) of a key (uint64), a step (int >= 0) and a slot (int in 0..SLOTS-1)."""
    position = np.uint64(step) * _SLOTS + np.uint64(slot) + _ONE
    return np.float64(mix(key + position * _GOLDEN) >> _SHIFT_11) * _UNIT


@kernel
def normal(key, step, slot):
    """Returns a standard normal deviate from slots ``slot`` and ``slot + 1`` (Box and Muller, 1958)."""
    radius = math.sqrt(-2.0 * math.log(1.0 - uniform(key, step, slot)))
    return radius * math.cos(2.0 * math.pi * uniform(key, step, slot + 1))


@kernel
def next_session_key(key):
    """Returns the uint64 key of an episode's next session: its noise is that of `STEPS_PER_SESSION` steps later, so that none comes twice."""
    return key + _SESSION_STRIDE


def episode_keys(keys: np.ndarray, sessions: np.ndarray) -> np.ndarray:
    """Returns the keys (N,) uint64 with which episodes began, from those of their sessions and the sessions' numbers, from 0."""
    return np.asarray(keys - sessions.astype(np.uint64) * _SESSION_STRIDE)
