"""LinUCB on features of users and items, for many users at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.bandits.linear_posterior import SharedLinearLearner
from agents.bandits.scoring import ScoringAgent
from agents.features import user_vectors
from recgym.core.arguments import real_number


class LinUCBAgent(SharedLinearLearner, ScoringAgent):
    """Shows the item with the largest upper confidence bound of the reward of the step, linear in features of user and item.

    Equation: a_t = argmax_a x_a' w + alpha sqrt(x_a' A^-1 x_a), with A = ridge I + sum x x', w = A^-1 sum r x, and x_a the features of the user with item a
    (`agents.features.PairFeatures`). One model is shared by all items. It learns once per batch, from what was shown. A slate holds the items of the largest
    scores, and its reward is explained by the sum of its items' features.

    Source: Li, Chu, Langford and Schapire (2010), algorithm 1 with features of pairs; Chu et al. (2011).

    Assumes: E[r] = x' w, with noise of bounded size, and weights that do not change and are the same for all users and items.

    Cost of a step of N users with I items and d features, n of which are the item's alone: O(N I n^2) to choose, O(N d^2 + d^3) to learn.

    Args:
        alpha: Width of the bound, in units of the reward, not negative. Without exploration it is 0.
        ridge: Strength of the prior that rewards are 0, above 0.
    """

    def prepare(self, *, alpha: float = 0.3, ridge: float = 1.0) -> None:
        """See the class."""
        self._alpha = real_number("alpha", alpha, 0.0, np.inf)
        self.share(ridge)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`: upper confidence bounds, or means."""
        users = user_vectors(self.task, observations)
        scores = self._features.linear(users, self._posterior.mean)
        if explore and self._alpha > 0:
            variances = self._features.quadratic(users, self._posterior.covariance)
            scores += self._alpha * np.sqrt(np.maximum(variances, 0.0))
        return scores
