"""Memory: the ring of the last items, and the fatigue of seeing one again."""

from __future__ import annotations

from recgym.core.kernel import kernel
from recgym.core.parameters import MEMORY


@kernel
def remember(user, index, response):
    """Adds an item to the ring: response 0 ignored, 1 clicked, 2 clicked and liked."""
    position = user.seen % MEMORY
    user.recent[position] = index
    user.response[position] = response
    user.seen += 1


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
    if strength == 0.0:
        return 0.0
    shown = min(user.seen - user.history, window)
    for lag in range(shown):
        if user.recent[(user.seen - 1 - lag) % MEMORY] == index:
            return strength * (1.0 - lag / window)
    return 0.0
