"""Goodwill, trust and the decision to leave: a slow state that good items raise and empty ones lower."""

from __future__ import annotations

from recgym.core.kernel import kernel
from recgym.users.choice import sigmoid


@kernel
def pull_of(quality, steepness):
    """Returns where engaging with an item of that quality drags the slow state, in (0, 1)."""
    return sigmoid(steepness * quality)


@kernel
def approach(slow, target, rate):
    """Returns the slow state after one step towards a target: slow + rate (target - slow)."""
    return slow + rate * (target - slow)


@kernel
def leave_log_odds(base, stakes, slow, engaged, engagement_relief):
    """Returns the log-odds that the user leaves now.

    base - stakes (2 slow - 1) - engagement_relief * engaged: a low slow state drives away, a click keeps.
    """
    return base - stakes * (2.0 * slow - 1.0) - engagement_relief * engaged


@kernel
def like_probability(quality, affinity, base):
    """Returns the probability that an engaged user likes the item: sigmoid(base + quality + affinity / 2)."""
    return sigmoid(base + quality + 0.5 * affinity)
