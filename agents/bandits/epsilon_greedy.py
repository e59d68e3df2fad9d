"""Epsilon-greedy: the best item so far, and now and then any."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.bandits.scoring import ArmAgent
from recgym.core.arguments import real_number


class EpsilonGreedyAgent(ArmAgent):
    """Shows the item with the largest mean reward so far, and with probability epsilon any item, each as likely.

    Equation: a_t = argmax_a m_a with probability 1 - epsilon, where m_a = S_a / N_a is the mean of the N_a rewards of arm a, and uniform otherwise.

    Source: Sutton and Barto (2018), sections 2.2 and 2.6; Watkins (1989).

    Assumes: rewards of an arm have a mean that does not change, unless a window or a discount is given, and is the same for all users. A constant epsilon
    never stops paying for exploration: regret grows linearly, with a slope of epsilon times the mean gap.

    Cost of a step of N users with I items: O(N I) to choose (equal means draw lots), O(N) to learn.

    Args:
        epsilon: Share of steps in which any item is shown, in [0, 1]; a whole slate at random in these. Without exploration it is 0.
        initial: Mean of an item that was not shown yet; a large one has every item tried early (optimistic initial values).
        window: Only the last so many shown items are remembered; all if ``None``.
        discount: Factor by which a shown item weighs less with every one that follows; 1 forgets nothing.
    """

    def prepare(
        self, *, epsilon: float = 0.1, initial: float = 0.0, window: int | None = None, discount: float = 1.0
    ) -> None:
        """See the class."""
        self._epsilon = real_number("epsilon", epsilon, 0.0, 1.0)
        self._initial = real_number("initial", initial, -np.inf, np.inf)
        self.remember(window, discount)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`: means, or in rows that explore equal ones."""
        means = self._statistics.means(self._initial)[None]
        if not explore:
            return means
        exploring = self.generator.random((len(available), 1)) < self._epsilon
        return np.where(exploring, 0.0, means)

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """See `agents.agent.Agent.probabilities`.

        Raises:
            NotImplementedError: for slates.
        """
        greedy = super().probabilities(observations, masks)
        if not explore:
            return greedy
        available = self.available(len(greedy), masks)
        uniform = available / np.maximum(available.sum(axis=1, keepdims=True), 1)
        return (1.0 - self._epsilon) * greedy + self._epsilon * uniform
