"""Popular so far: a control that learns what pleases, but not whom, and not what it does not know."""

from __future__ import annotations

import numpy as np

from agents.bandits.scoring import ArmAgent, LotteryAgent
from recgym.core.arguments import real_number


class PopularSoFarAgent(LotteryAgent, ArmAgent):
    """Draws items in proportion to their mean reward so far.

    Equation: P(a_t = a) = max(m_a, 0) / sum_b max(m_b, 0), with the mean m_a of the rewards of arm a.

    Source: Herrnstein's matching law (1961), as a policy; it is what MABWiser calls randomised popularity. The agent ``popular`` is another control: it shows
    what had many clicks per view in the platform's log, and learns nothing.

    Assumes: rewards that are mostly not negative, and alike for all users. It never settles on the best item: regret grows linearly.

    Cost of a step of N users with I items: O(N I) to choose, O(N) to learn.

    Args:
        initial: Mean of an item that was not shown yet, above 0, or it never will be.
        window: Only the last so many shown items are remembered; all if ``None``.
        discount: Factor by which a shown item weighs less with every one that follows; 1 forgets nothing.
    """

    def prepare(self, *, initial: float = 1.0, window: int | None = None, discount: float = 1.0) -> None:
        """See the class."""
        self._initial = real_number("initial", initial, 0.0, np.inf, above=True)
        self.remember(window, discount)

    def log_weights(self, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.LotteryAgent.log_weights`."""
        means = self._statistics.means(self._initial)[None]
        with np.errstate(divide="ignore"):
            return np.log(np.maximum(means, 0.0))
