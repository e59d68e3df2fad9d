"""Memory: the ring of the last items, and the fatigue of seeing one again."""

from __future__ import annotations

import numpy as np

from recgym.core.kernel import kernel
from recgym.core.parameters import MEMORY

_WRAP = MEMORY - 1  # MEMORY is a power of two: a mask is cheaper than a remainder


@kernel
def remember(user, index, response, moment):
    """Adds an item to the ring: response 0 ignored, 1 clicked, 2 clicked and liked; moment is the step, or WARM."""
    position = user.seen & _WRAP
    user.recent[position] = index
    user.response[position] = response
    user.moment[position] = moment
    user.seen += 1


@kernel
def last_item(user):
    """Returns the current item: the last one that was remembered. There must be one."""
    return user.recent[(user.seen - 1) & _WRAP]


@kernel
def is_remembered(user, index):
    """Tells whether an item may be in memory. Branchless: the usual 'no' is cheap."""
    wanted, found = np.int32(index), np.int32(0)
    for position in range(MEMORY):
        found |= np.int32(user.recent[position] == wanted)
    return found > 0


@kernel
def fatigue(user, index, strength, window):
    """Returns the log-odds lost because an item was shown lately in this session.

    The loss is ``strength`` right after the item was shown and falls linearly to 0 after ``window`` other items. Items of the warm
    history come from earlier sessions and do not count.

    Args:
        user: The user's record.
        index: The item.
        strength: Log-odds, >= 0.
        window: Items, 1 to MEMORY.
    """
    if strength == 0.0 or not is_remembered(user, index):
        return 0.0
    for lag in range(min(user.seen - user.history, window)):
        if user.recent[(user.seen - 1 - lag) & _WRAP] == index:
            return strength * (1.0 - lag / window)
    return 0.0
