"""Softmax, or Boltzmann exploration."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.bandits.scoring import ArmAgent, LotteryAgent, ScoringAgent
from recgym.core.arguments import real_number


class SoftmaxAgent(LotteryAgent, ArmAgent):
    """Draws items the likelier, the larger their mean reward so far.

    Equation: P(a_t = a) = exp(m_a / tau) / sum_b exp(m_b / tau), with the mean m_a of the rewards of arm a.

    Source: Luce (1959); Sutton and Barto (1998), section 2.3.

    Assumes: rewards of an arm have a mean that does not change, unless a window or a discount is given, and is the same for all users. A constant temperature
    never stops exploring, and what is explored does not depend on how well an arm is known: regret grows linearly (Cesa-Bianchi et al., 2017).

    Cost of a step of N users with I items: O(N I) to choose, O(N) to learn.

    Args:
        temperature: tau, in units of the reward, above 0. Without exploration it is 0: the best item so far.
        initial: Mean of an item that was not shown yet.
        window: Only the last so many shown items are remembered; all if ``None``.
        discount: Factor by which a shown item weighs less with every one that follows; 1 forgets nothing.
    """

    def prepare(
        self,
        *,
        temperature: float = 0.1,
        initial: float = 0.0,
        window: int | None = None,
        discount: float = 1.0,
    ) -> None:
        """See the class."""
        self._temperature = real_number("temperature", temperature, 0.0, np.inf, above=True)
        self._initial = real_number("initial", initial, -np.inf, np.inf)
        self.remember(window, discount)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`."""
        if explore:
            return super().scores(observations, available, explore)
        return self._statistics.means(self._initial)[None]

    def log_weights(self, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.LotteryAgent.log_weights`."""
        return self._statistics.means(self._initial)[None] / self._temperature

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """See `agents.agent.Agent.probabilities`.

        Raises:
            NotImplementedError: for slates without exploration, which are not drawn.
        """
        if explore:
            return super().probabilities(observations, masks, explore=explore)
        return ScoringAgent.probabilities(self, observations, masks)
