"""KL-UCB: the tightest upper confidence bounds for clicks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from agents.bandits.scoring import ArmAgent
from recgym.core.arguments import real_number

_HALVINGS = 30
"""Bisections of [0, 1]: to 1e-9."""


class KLUCBAgent(ArmAgent):
    """Shows the item with the largest mean reward that its clicks do not rule out.

    Equation: a_t = argmax_a max {q in [m_a, 1] : N_a kl(m_a, q) <= ln t + c ln ln t}, with the mean m_a of the N_a rewards of arm a, t = sum_a N_a, and
    kl(p, q) = p ln(p / q) + (1 - p) ln((1 - p) / (1 - q)); an arm that was not tried comes first.

    Source: Garivier and Cappe (2011), algorithm 1; they advise c = 0 in practice.

    Assumes: independent rewards in [0, 1] (they are scaled; ``reward_bounds``) whose means do not change and are the same for all users. For clicks, its regret
    is the least that any consistent bandit can have, asymptotically (Lai and Robbins, 1985).

    Cost of a step of N users with I items: O(N I) to choose, and 30 halvings of O(I) for the bounds; O(N) to learn.

    Args:
        c: Weight of ln ln t, not negative.
        reward_bounds: Least and largest reward of a step; from the weights of the signals if ``None``. Rewards outside are cut.
        window: Only the last so many shown items are remembered; all if ``None``.
        discount: Factor by which a shown item weighs less with every one that follows; 1 forgets nothing.
    """

    def prepare(
        self,
        *,
        c: float = 0.0,
        reward_bounds: Sequence[float] | None = None,
        window: int | None = None,
        discount: float = 1.0,
    ) -> None:
        """See the class."""
        self._c = real_number("c", c, 0.0, np.inf)
        self.bound_rewards(reward_bounds)
        self.remember(window, discount)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`: upper confidence bounds, or means."""
        if not explore:
            return self._statistics.means(-1.0)[None]
        time = np.log(max(self._statistics.total, 1.0))
        budget = time + self._c * max(np.log(max(time, 1.0)), 0.0)
        counts = self._statistics.counts
        bounds = kl_upper_bounds(self._statistics.means(0.0), budget / np.where(counts > 0, counts, 1.0))
        return np.where(counts > 0, bounds, np.inf)[None]


def kl_upper_bounds(means: np.ndarray, divergences: np.ndarray) -> np.ndarray:
    """Returns the largest q with kl(mean, q) <= divergence, for each of means (I,) in [0, 1] and divergences (I,), not negative, by bisection."""
    low, high = np.clip(means, 0.0, 1.0), np.ones_like(means)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        inside = bernoulli_divergence(means, middle) <= divergences
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return low


def bernoulli_divergence(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Returns Kullback and Leibler's divergence of a Bernoulli distribution of mean ``q`` from one of mean ``p``, in nats; 0 ln 0 is 0."""
    tiny = np.finfo(np.float64).tiny
    yes = p * np.log(np.maximum(p, tiny) / np.maximum(q, tiny))
    no = (1.0 - p) * np.log(np.maximum(1.0 - p, tiny) / np.maximum(1.0 - q, tiny))
    return yes + no
