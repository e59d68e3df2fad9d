"""Linear Thompson sampling with a model for each item."""

from __future__ import annotations

import numpy as np

from agents.bandits.linear_posterior import ArmLinearAgent
from recgym.core.arguments import real_number


class LinearThompsonPerArmAgent(ArmLinearAgent):
    """Draws each item's weights from their posterior, for each user anew, and shows the item whose reward is largest by them.

    Equation: a_t = argmax_a x' w_a, w_a ~ N(A_a^-1 b_a, alpha^2 A_a^-1), with A_a = ridge I + sum x x' and b_a = sum r x over the pulls of arm a, and x the features
    of the user (`agents.features.UserFeatures`). The items' weights are independent, so that x' w_a ~ N(x' A_a^-1 b_a, alpha^2 x' A_a^-1 x) is drawn instead: the
    same distribution of choices, for d times fewer draws.

    Source: Agrawal and Goyal (2013b), with weights of each arm's own; Chapelle and Li (2011).

    Assumes: E[r] = x' w_a, with noise of bounded size, and weights that do not change. Nothing is learned of an item from others: with many items it is slow.

    Cost of a step of N users with I items and d features: O(N I d^2) to choose, O(N d^2) and O(d^3) for each item that was shown to learn; memory O(I d^2).

    Args:
        alpha: Factor of the posterior's deviations, in units of the reward, not negative. Without exploration it is 0.
        ridge: Strength of the prior that rewards are 0, above 0.
        columns: Columns of item vectors that features of users are made of; all if ``None``. d is three times that, 1, and the context.
    """

    def prepare(self, *, alpha: float = 0.3, ridge: float = 1.0, columns: int | None = 16) -> None:
        """See the class."""
        self._alpha = real_number("alpha", alpha, 0.0, np.inf)
        self.keep_models(ridge, columns)

    def draws_scores(self, explore: bool) -> bool:
        """See `agents.bandits.scoring.ScoringAgent.draws_scores`."""
        return explore

    def optimistic(self, means: np.ndarray, deviations: np.ndarray) -> np.ndarray:
        """See `agents.bandits.linear_posterior.ArmLinearAgent.optimistic`."""
        return self.generator.normal(means, self._alpha * deviations)
