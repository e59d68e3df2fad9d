"""Familiarity: what was heard before is more welcome, until it wears out; a domain grows familiar by being used."""

from __future__ import annotations

import math

from recgym.core.kernel import kernel
from recgym.core.parameters import MEMORY


@kernel
def activation(user, index, decay):
    """Returns the base-level activation of an item in memory, ln(1 + sum over past plays of lag^-decay) >= 0.

    After Anderson and Schooler (1991), with the sum shifted by 1 so that an item never heard has activation 0. ``lag`` counts items, 1 for
    the last one; memory holds MEMORY items, the warm history included. Only items that were heard count, not skipped ones.
    """
    total = 0.0
    for lag in range(1, min(user.seen, MEMORY) + 1):
        position = (user.seen - lag) % MEMORY
        if user.recent[position] == index and user.response[position] > 0.0:
            total += lag**-decay
    return math.log(1.0 + total)


@kernel
def exposure_effect(level, bonus, wear, threshold):
    """Returns the log-odds that familiarity adds: mere exposure, then wear-out (Zajonc, 1968; Berlyne, 1970).

    bonus * tanh(level) - wear * max(level - threshold, 0), with ``level`` the activation.
    """
    return bonus * math.tanh(level) - wear * max(level - threshold, 0.0)
