"""Familiarity: what was heard before is more welcome, until it wears out; a domain grows familiar by being used."""

from __future__ import annotations

import math

import numpy as np

from recgym.core.kernel import kernel
from recgym.core.parameters import MEMORY
from recgym.users.memory import is_remembered

_LOG_LAG = np.log(np.arange(MEMORY + 1.0).clip(1.0))


@kernel
def plays_remembered(user, index, decay):
    """Returns the recency-weighted number of plays of an item in memory: the sum over past plays of lag^-decay, >= 0.

    The base-level learning of Anderson and Schooler (1991) before its logarithm. ``lag`` counts items, 1 for the last one; memory holds MEMORY
    items, the warm history included. Only items that were heard count, not skipped ones.
    """
    if not is_remembered(user, index):
        return 0.0
    total = 0.0
    for lag in range(1, min(user.seen, MEMORY) + 1):
        position = (user.seen - lag) & (MEMORY - 1)
        if user.recent[position] == index and user.response[position] > 0:
            total += math.exp(-decay * _LOG_LAG[lag])
    return total


@kernel
def exposure_effect(plays, bonus, wear, threshold):
    """Returns the log-odds that familiarity adds: mere exposure, then wear-out (Zajonc, 1968; Berlyne, 1970).

    bonus * tanh(level) - wear * max(level - threshold, 0) with the activation level = ln(1 + plays), so that an item never heard is at 0.
    """
    if plays == 0.0:
        return 0.0
    square = (1.0 + plays) * (1.0 + plays)  # tanh(ln(1 + plays)) = (square - 1) / (square + 1)
    return bonus * (square - 1.0) / (square + 1.0) - wear * max(math.log(1.0 + plays) - threshold, 0.0)
