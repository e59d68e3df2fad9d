"""Returning: whether a user who has left comes back, after how long, and as whom.

The probability that a user comes back is logistic in the slow state with which they left, and the gap until then is log-normal with a median that falls with
it: who left satisfied comes back likelier and sooner. That absence is shorter after a good visit is what Dupret and Lalmas (2013) measure engagement by;
Kapoor, Sun, Srivastava and Ye (2014) predict return times by what visits were like before, and Cai et al. (2023) plan short videos by it. Halfaker et al.
(2015) find that times between sessions are about log-normal, around a day, on many sites; the default median is that day. How strongly the slow state moves
probability and median, the spread, and how fast the slow state is forgotten are assumptions.
"""

from __future__ import annotations

import math

from recgym.core.kernel import kernel
from recgym.core.noise import next_session_key
from recgym.core.parameters import MEMORY
from recgym.core.scenario import WARM
from recgym.users.choice import sigmoid

HOURS_PER_DAY = 24.0


@kernel
def return_probability(slow, parameters):
    """Returns the probability that a user comes back who left with that slow state: sigmoid(return_base + return_effect (2 slow - 1))."""
    return sigmoid(parameters.return_base + parameters.return_effect * (2.0 * slow - 1.0))


@kernel
def median_gap(slow, parameters):
    """Returns the median of the gap in hours: gap_median exp(-gap_effect (2 slow - 1))."""
    return parameters.gap_median * math.exp(-parameters.gap_effect * (2.0 * slow - 1.0))


@kernel
def gap_of(slow, deviate, parameters):
    """Returns the gap in hours that belongs to a standard normal deviate: median exp(gap_spread deviate), a log-normal variable."""
    return median_gap(slow, parameters) * math.exp(parameters.gap_spread * deviate)


@kernel
def mean_gap(slow, parameters):
    """Returns the mean of the gap in hours: median exp(gap_spread^2 / 2)."""
    return median_gap(slow, parameters) * math.exp(0.5 * parameters.gap_spread * parameters.gap_spread)


@kernel
def left_after_gap(hours, parameters):
    """Returns the share that a gap leaves of what is forgotten: exp(-gap_decay hours / 24)."""
    return math.exp(-parameters.gap_decay * hours / HOURS_PER_DAY)


@kernel
def slow_after_gap(slow, first_slow, hours, parameters):
    """Returns the slow state after a gap, on its way back to where it began: first + (slow - first) exp(-gap_decay hours / 24)."""
    return first_slow + (slow - first_slow) * left_after_gap(hours, parameters)


@kernel
def begin_next_session(user, hours, parameters):
    """Moves a user's record over a gap to the beginning of their next session; a scenario's ``rest`` moves the fields of its own.

    Taste and memory stay; what was shown before counts as history from now on, so that nothing tires any more. Rates of the session begin anew. The
    noise of the next session is that of another key.
    """
    user.slow = slow_after_gap(user.slow, user.first_slow, hours, parameters)
    user.hour += hours
    user.gap = hours
    user.earlier_steps += user.t
    user.t = 0
    user.session += 1
    user.key = next_session_key(user.key)
    user.history = user.seen
    for position in range(MEMORY):
        user.moment[position] = WARM
    user.click_rate = 0.0
    user.like_rate = 0.0
    user.redundancy = 0.0
