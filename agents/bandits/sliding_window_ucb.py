"""Sliding-window UCB, for arms whose means change."""

from __future__ import annotations

from collections.abc import Sequence

from agents.bandits.ucb1 import UCB1Agent
from recgym.core.arguments import whole_number


class SlidingWindowUCBAgent(UCB1Agent):
    """UCB1 on the last pulls alone (SW-UCB).

    Equation: a_t = argmax_a m_a + sqrt(xi ln min(t, w) / N_a), with the mean m_a and the number N_a of the rewards of arm a among the last w pulls; here
    xi = 2 alpha^2, so that a window that holds everything and alpha = 1 are UCB1. An arm that has left the window comes first.

    Source: Garivier and Moulines (2011), section 3.2, where xi is 1/2: alpha = 1/2.

    Assumes: rewards in [0, 1] (they are scaled) whose means jump now and then, for all users at once. For G jumps in T pulls, w = 2 sqrt(T ln(T) / G) makes
    regret O(sqrt(T G ln T)).

    Cost of a step of N users with I items: O(N I) to choose, O(w + N + I) to learn; memory O(w).

    Args:
        window: w, shown items that are remembered, at least 1.
        alpha: Factor of the bound's width, not negative. Without exploration it is 0, and items that were not tried come last.
        reward_bounds: Least and largest reward of a step; from the weights of the signals if ``None``. Rewards outside are cut.
    """

    def prepare(
        self, *, window: int = 2_000, alpha: float = 0.5, reward_bounds: Sequence[float] | None = None
    ) -> None:
        """See the class."""
        self.be_optimistic(alpha, reward_bounds, whole_number("window", window, 1), 1.0)
