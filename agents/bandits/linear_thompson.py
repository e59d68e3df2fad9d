"""Linear Thompson sampling."""

from __future__ import annotations

import numpy as np

from agents.bandits.linear_posterior import LinearPosterior, PairThompsonAgent, SharedLinearLearner
from recgym.core.arguments import real_number


class LinearThompsonAgent(SharedLinearLearner, PairThompsonAgent):
    """Draws the weights of a linear model from their posterior, for each user anew, and shows the item that is best by them.

    Equation: a_t = argmax_a x_a' w, w ~ N(A^-1 b, alpha^2 A^-1), with A = ridge I + sum x x' and b = sum r x, and x_a the features of the user with item a
    (`agents.features.PairFeatures`). One model is shared by all items.

    Source: Agrawal and Goyal (2013b), algorithm 1; alpha is their v, and ridge 1.

    Assumes: E[r] = x' w, with noise of bounded size, and weights that do not change and are the same for all users and items.

    Cost of a step of N users with I items and d features: O(N I d + N d^2 + d^3) to choose, O(N d^2 + d^3) to learn.

    Args:
        alpha: Factor of the posterior's deviations, in units of the reward, not negative. Without exploration it is 0.
        ridge: Strength of the prior that rewards are 0, above 0.
    """

    def prepare(self, *, alpha: float = 0.3, ridge: float = 1.0) -> None:
        """See the class."""
        self._alpha = real_number("alpha", alpha, 0.0, np.inf)
        self.share(ridge)

    def believed(self) -> LinearPosterior:
        """See `agents.bandits.linear_posterior.PairThompsonAgent.believed`."""
        return self._posterior
