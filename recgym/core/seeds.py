"""Seeds by purpose, so that no stream of numbers serves two ends."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream of numbers is for. The numbers are part of every published result: new ones go to the end."""

    TRAINING = 1
    EVALUATION = 2
    TUNING = 3
    POLICY = 4
    ROLLOUT = 5
    VALIDATION = 6
    COLLECTION = 7


def seed_for(purpose: Purpose, *numbers: int) -> int:
    """Returns a seed below 2^62, so that rows can be counted on from it, for a purpose and the numbers that tell its uses apart.

    Args:
        purpose: What the stream is for.
        *numbers: For instance the user's seed, the world's, and how often it was asked for; each at least 0.

    >>> seed_for(Purpose.TRAINING, 0) == seed_for(Purpose.EVALUATION, 0)
    False
    """
    state = np.random.SeedSequence([int(purpose), *numbers]).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(2))
