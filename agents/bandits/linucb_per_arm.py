"""LinUCB with a linear model for each item."""

from __future__ import annotations

import numpy as np

from agents.bandits.linear_posterior import ArmLinearAgent
from recgym.core.arguments import real_number


class LinUCBPerArmAgent(ArmLinearAgent):
    """Shows the item with the largest upper confidence bound of its reward, linear in features of the user, with weights of each item's own (disjoint LinUCB).

    Equation: a_t = argmax_a x' w_a + alpha sqrt(x' A_a^-1 x), with A_a = ridge I + sum x x' and w_a = A_a^-1 sum r x over the pulls of arm a, and x the features of
    the user (`agents.features.UserFeatures`).

    Source: Li, Chu, Langford and Schapire (2010), algorithm 1; ridge is 1 there. The agent ``linucb`` shares one model among all items and learns of an item from
    those that are like it.

    Assumes: E[r] = x' w_a, with noise of bounded size, and weights that do not change. Nothing is learned of an item from others: with many items it is slow.

    Cost of a step of N users with I items and d features: O(N I d^2) to choose, O(N d^2) and O(d^3) for each item that was shown to learn; memory O(I d^2).

    Args:
        alpha: Width of the bound, in units of the reward, not negative. Without exploration it is 0.
        ridge: Strength of the prior that rewards are 0, above 0.
        columns: Columns of item vectors that features of users are made of; all if ``None``. d is three times that, 1, and the context.
    """

    def prepare(self, *, alpha: float = 1.0, ridge: float = 1.0, columns: int | None = 16) -> None:
        """See the class."""
        self._alpha = real_number("alpha", alpha, 0.0, np.inf)
        self.keep_models(ridge, columns)

    def optimistic(self, means: np.ndarray, deviations: np.ndarray) -> np.ndarray:
        """See `agents.bandits.linear_posterior.ArmLinearAgent.optimistic`."""
        return means + self._alpha * deviations
