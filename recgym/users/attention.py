"""Attention: how much of an item is watched, listened to, or read."""

from __future__ import annotations

import math

from recgym.core.kernel import kernel
from recgym.users.choice import sigmoid


@kernel
def expected_completion(utility, log_duration, duration_effect):
    """Returns the mean watched share of an engaged user: sigmoid(0.6 + utility / 2 - duration_effect * log_duration).

    Longer items are watched to a smaller share (Zhan et al., 2022, on duration bias).
    """
    return sigmoid(0.6 + 0.5 * utility - duration_effect * log_duration)


@kernel
def draw_share(mean, first):
    """Draws a share in (0, 1) with the given mean from one uniform: uniform^((1 - mean) / mean).

    A Beta(mean / (1 - mean), 1) variable by inversion.
    """
    return math.exp(math.log(max(first, 1e-12)) * (1.0 - mean) / mean)
