"""Thompson sampling for clicks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from agents.bandits.scoring import ArmAgent
from recgym.core.arguments import real_number


class ThompsonBernoulliAgent(ArmAgent):
    """Draws each item's click rate from its posterior, for each user anew, and shows the item of the largest draw.

    Equation: a_t = argmax_a q_a, q_a ~ Beta(A + S_a, B + N_a - S_a), with S_a successes in N_a pulls of arm a. A reward r strictly between 0 and 1 is a success
    with probability r.

    Source: Thompson (1933); Chapelle and Li (2011); rewards that are not 0 or 1: Agrawal and Goyal (2012), algorithm 2. With a discount: Raj and Kalyani (2017);
    with a window: Trovo et al. (2020).

    Assumes: independent rewards in [0, 1] (they are scaled; ``reward_bounds``) whose means do not change, unless a window or a discount is given, and are the
    same for all users. For clicks its regret is the least possible asymptotically, as that of KL-UCB; a batch of users is explored with many items at once.

    Cost of a step of N users with I items: N I draws to choose, O(N) to learn.

    Args:
        successes: A, successes before the first pull, above 0.
        failures: B, failures before the first pull, above 0.
        reward_bounds: Least and largest reward of a step; from the weights of the signals if ``None``. Rewards outside are cut.
        window: Only the last so many shown items are remembered; all if ``None``.
        discount: Factor by which a shown item weighs less with every one that follows; 1 forgets nothing.
    """

    def prepare(
        self,
        *,
        successes: float = 1.0,
        failures: float = 1.0,
        reward_bounds: Sequence[float] | None = None,
        window: int | None = None,
        discount: float = 1.0,
    ) -> None:
        """See the class."""
        self._prior = (
            real_number("successes", successes, 0.0, np.inf, above=True),
            real_number("failures", failures, 0.0, np.inf, above=True),
        )
        self.bound_rewards(reward_bounds)
        self.remember(window, discount)

    def posterior(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns the parameters of the Beta distributions, (I,) each."""
        successes = self._statistics.sums
        failures = np.maximum(self._statistics.counts - successes, 0.0)  # which rounding may push below 0
        return self._prior[0] + successes, self._prior[1] + failures

    def counted(self, rewards: np.ndarray) -> np.ndarray:
        """See `agents.bandits.scoring.ArmAgent.counted`: 0 or 1."""
        chances = super().counted(rewards)
        return (self.generator.random(len(chances)) < chances).astype(np.float64)

    def draws_scores(self, explore: bool) -> bool:
        """See `agents.bandits.scoring.ScoringAgent.draws_scores`."""
        return explore

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`: draws from the posterior, or its means."""
        successes, failures = self.posterior()
        if explore:
            return self.generator.beta(successes, failures, available.shape)
        return (successes / (successes + failures))[None]
