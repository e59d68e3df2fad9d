"""UCB1: optimism in the face of uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from agents.bandits.scoring import ArmAgent
from recgym.core.arguments import real_number


class UCB1Agent(ArmAgent):
    """Shows the item with the largest upper confidence bound of its mean reward.

    Equation: a_t = argmax_a m_a + alpha sqrt(2 ln t / N_a), with the mean m_a of the N_a rewards of arm a, and t = sum_a N_a; an arm that was not tried comes
    first.

    Source: Auer, Cesa-Bianchi and Fischer (2002), figure 1, with alpha = 1.

    Assumes: independent rewards in [0, 1] (they are scaled; ``reward_bounds``) whose means do not change and are the same for all users. Then regret grows
    with ln t. Rewards of low variance allow a smaller alpha.

    Cost of a step of N users with I items: O(N I) to choose (equal bounds draw lots), O(N) to learn. All users of a batch are shown the same item, unless
    bounds are equal or items are not available: for large batches draw instead (`agents.bandits.thompson_bernoulli`).

    Args:
        alpha: Factor of the bound's width, not negative. Without exploration it is 0, and items that were not tried come last.
        reward_bounds: Least and largest reward of a step; from the weights of the signals if ``None``. Rewards outside are cut.
    """

    def prepare(self, *, alpha: float = 1.0, reward_bounds: Sequence[float] | None = None) -> None:
        """See the class."""
        self.be_optimistic(alpha, reward_bounds, None, 1.0)

    def be_optimistic(
        self, alpha: float, reward_bounds: Sequence[float] | None, window: int | None, discount: float
    ) -> None:
        """Takes the options of the upper confidence bound, and how pulls are forgotten."""
        self._alpha = real_number("alpha", alpha, 0.0, np.inf)
        self.bound_rewards(reward_bounds)
        self.remember(window, discount)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`: upper confidence bounds, or means."""
        if not explore:
            return self._statistics.means(-1.0)[None]
        counts = self._statistics.counts
        tried = counts > 0
        width = np.sqrt(2.0 * np.log(max(self._statistics.total, 1.0)) / np.where(tried, counts, 1.0))
        return np.where(tried, self._statistics.means(0.0) + self._alpha * width, np.inf)[None]
