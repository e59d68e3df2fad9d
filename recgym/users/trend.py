"""Trend: what is in fashion appeals more, to everybody, until something else is."""

from __future__ import annotations

import math

from recgym.core.kernel import kernel


@kernel
def trend_effect(trends, index, time, period, ramp):
    """Returns what fashion adds to the appeal of an item at a time, in standard deviations.

    Fashion number floor(time / period) holds; in the last ``ramp`` share of its period the next one comes in, in a mixture that is scaled to keep its
    variance. Means that jump at times unknown to the learner, all arms at once, are the abruptly changing bandits of Garivier and Moulines (2011); a ramp of
    1 makes them drift.

    Args:
        trends: (E, I) what each fashion adds to each item; after the last one the first comes again.
        index: The item.
        time: In sessions, >= 0; it stands still within a session.
        period: Sessions that a fashion lasts, >= 1.
        ramp: In [0, 1].
    """
    number = time // period
    now = trends[number % trends.shape[0], index]
    left = 1.0 - (time - number * period) / period  # in (0, 1]
    if left >= ramp:
        return now
    coming = 1.0 - left / ramp
    following = trends[(number + 1) % trends.shape[0], index]
    return ((1.0 - coming) * now + coming * following) / math.sqrt(
        (1.0 - coming) * (1.0 - coming) + coming * coming
    )
