"""Thompson sampling for rewards of any size."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.bandits.scoring import ArmAgent
from recgym.core.arguments import real_number


class ThompsonGaussianAgent(ArmAgent):
    """Draws each item's mean reward from its posterior, for each user anew, and shows the item of the largest draw.

    Equation: a_t = argmax_a q_a, q_a ~ N(m_a, v_a), with 1 / v_a = 1 / s0^2 + N_a / s^2 and m_a = v_a (m0 / s0^2 + S_a / s^2), for the sum S_a of the N_a rewards
    of arm a.

    Source: Agrawal and Goyal (2013a), section 2, with s = s0 = 1; Russo et al. (2018), section 3. With a window: Trovo et al. (2020).

    Assumes: rewards with normal noise of known deviation, whose means do not change, unless a window or a discount is given, and are the same for all users. If
    rewards are bounded, half of their range is a safe deviation.

    Cost of a step of N users with I items: N I draws to choose, O(N) to learn.

    Args:
        noise: s, standard deviation of a reward, above 0.
        prior_mean: m0, mean reward expected of an arm before the first pull.
        prior_deviation: s0, by how much arms differ from it, above 0.
        window: Only the last so many shown items are remembered; all if ``None``.
        discount: Factor by which a shown item weighs less with every one that follows; 1 forgets nothing.
    """

    def prepare(
        self,
        *,
        noise: float = 0.5,
        prior_mean: float = 0.5,
        prior_deviation: float = 0.5,
        window: int | None = None,
        discount: float = 1.0,
    ) -> None:
        """See the class."""
        self._noise = real_number("noise", noise, 0.0, np.inf, above=True)
        self._prior = (
            real_number("prior_mean", prior_mean, -np.inf, np.inf),
            real_number("prior_deviation", prior_deviation, 0.0, np.inf, above=True),
        )
        self.remember(window, discount)

    def posterior(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns means and standard deviations, (I,) each."""
        mean, deviation = self._prior
        precision = deviation**-2 + self._statistics.counts / self._noise**2
        return (mean / deviation**2 + self._statistics.sums / self._noise**2) / precision, precision**-0.5

    def draws_scores(self, explore: bool) -> bool:
        """See `agents.bandits.scoring.ScoringAgent.draws_scores`."""
        return explore

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`: draws from the posterior, or its means."""
        means, deviations = self.posterior()
        return self.generator.normal(means, deviations, available.shape) if explore else means[None]
