"""Discounted UCB, for arms whose means change."""

from __future__ import annotations

from collections.abc import Sequence

from agents.bandits.ucb1 import UCB1Agent


class DiscountedUCBAgent(UCB1Agent):
    """UCB1 with pulls that weigh less the older they are (D-UCB).

    Equation: a_t = argmax_a m_a + 2 sqrt(xi ln n / N_a), with N_a = sum_s g^(t - s) [a_s = a], n = sum_a N_a, and m_a the mean of the rewards of arm a weighted
    in the same way; here xi = alpha^2 / 2, so that g = 1 and alpha = 1 are UCB1.

    Source: Kocsis and Szepesvari (2006); Garivier and Moulines (2011), section 3.1, where xi is 1/2: alpha = 1.

    Assumes: rewards in [0, 1] (they are scaled) whose means jump now and then, for all users at once. For G jumps in T pulls, g = 1 - sqrt(G / T) / 4 makes
    regret O(sqrt(T G) ln T).

    Cost of a step of N users with I items: O(N I) to choose, O(N + I) to learn.

    Args:
        discount: g, above 0 and at most 1: factor by which a shown item weighs less with every one that follows.
        alpha: Factor of the bound's width, not negative. Without exploration it is 0, and items that were not tried come last.
        reward_bounds: Least and largest reward of a step; from the weights of the signals if ``None``. Rewards outside are cut.
    """

    def prepare(
        self, *, discount: float = 0.999, alpha: float = 1.0, reward_bounds: Sequence[float] | None = None
    ) -> None:
        """See the class."""
        self.be_optimistic(alpha, reward_bounds, None, discount)
