"""Choice: how log-odds become probabilities.

A user who is shown a slate takes at most one item of it, by a multinomial logit with the outside option at utility 0
(McFadden, 1974). The weight of position r falls as r^-bias (the position-based model; Joachims, Swaminathan and Schnabel, 2017). A slate of one
is the logistic model of a click.
"""

from __future__ import annotations

import math

from recgym.core.kernel import kernel


@kernel
def sigmoid(log_odds):
    """Returns the probability of log-odds: 1 / (1 + exp(-log_odds))."""
    return 1.0 / (1.0 + math.exp(-log_odds))


@kernel
def choice_weight(utility, position, position_bias):
    """Returns exp(utility) times the examination of a position (0 is the top)."""
    weight = math.exp(utility)
    if position > 0:
        weight *= (position + 1.0) ** -position_bias
    return weight
