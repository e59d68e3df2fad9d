"""Logistic Thompson sampling: a posterior of Laplace's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from agents.agent import Transitions
from agents.bandits.arm_statistics import checked_array, reward_bounds_of
from agents.bandits.linear_posterior import PairThompsonAgent, draw_weights, features_of_pulls
from agents.features import PairFeatures
from recgym.core.arguments import real_number

_NEWTON_STEPS, _HALVINGS = 25, 30
_CONVERGED = 1e-8
"""Length of the gradient at which Newton's method stops."""


class LogisticThompsonAgent(PairThompsonAgent):
    """Draws the weights of a logistic regression from their posterior, for each user anew, and shows the item that is likeliest to be clicked by them.

    Equation: a_t = argmax_a x_a' w, w ~ N(m, alpha^2 A^-1), with x_a the features of the user with item a (`agents.features.PairFeatures`), one model for all
    items. After a batch, m minimises (w - m_old)' A_old (w - m_old) / 2 + sum [ln(1 + exp(x' w)) - r x' w], and A = A_old + sum p (1 - p) x x' with
    p = 1 / (1 + exp(-x' m)): Laplace's approximation, the posterior of a batch being the prior of the next.

    Source: Chapelle and Li (2011), algorithm 3, with all of A where they keep its diagonal; Laplace's approximation: Bishop (2006), section 4.5.

    Assumes: clicks with log-odds x' w and weights that do not change. Rewards in [0, 1] (they are scaled; ``reward_bounds``) that are not 0 or 1 count as shares of
    a click (Papke and Wooldridge, 1996). A slate is one pull of each of its items.

    Cost of a step of N users with I items and d features: O(N I d + N d^2 + d^3) to choose; to learn a few steps of Newton's, O(N d^2 + d^3) each.

    Args:
        alpha: Factor of the posterior's deviations, not negative; 1 is the posterior itself. Without exploration it is 0.
        ridge: A before the first pull is ridge I, above 0: weights have the variance 1 / ridge.
        reward_bounds: Least and largest reward of a step; from the weights of the signals if ``None``. Rewards outside are cut.
    """

    def prepare(
        self, *, alpha: float = 0.5, ridge: float = 10.0, reward_bounds: Sequence[float] | None = None
    ) -> None:
        """See the class."""
        self._alpha = real_number("alpha", alpha, 0.0, np.inf)
        self._bounds = reward_bounds_of(self.task, reward_bounds)
        self._features = PairFeatures(self.task)
        self._posterior = LogisticPosterior(
            self._features.size, real_number("ridge", ridge, 0.0, np.inf, above=True)
        )

    def believed(self) -> LogisticPosterior:
        """See `agents.bandits.linear_posterior.PairThompsonAgent.believed`."""
        return self._posterior

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        features, rewards = features_of_pulls(self._features, self.task, transitions)
        self._posterior.add(features, self._bounds.to_unit(rewards))

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return self._posterior.state_dict()

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        self._posterior.load_state_dict(state)


class LogisticPosterior:
    """A normal approximation of what is believed of the weights of a logistic regression.

    Args:
        size: d.
        ridge: Precision of each weight before anything was seen, above 0.

    Attributes:
        mean: (d,) float64.
        precision: (d, d) float64, the inverse of the covariance.
    """

    def __init__(self, size: int, ridge: float) -> None:
        """See the class."""
        self.mean = np.zeros(size)
        self.precision = ridge * np.eye(size)

    def add(self, features: np.ndarray, outcomes: np.ndarray) -> None:
        """Adds rows (M, d) with outcomes (M,) in [0, 1]."""
        features = features.astype(np.float64)
        weights = self._most_likely(features, outcomes)
        chances = _sigmoid(features @ weights)
        self.mean = weights
        self.precision = self.precision + (features.T * (chances * (1.0 - chances))) @ features

    def draw(self, count: int, scale: float, generator: np.random.Generator) -> np.ndarray:
        """Draws weights (count, d) float32 from N(mean, scale^2 precision^-1)."""
        return draw_weights(self.mean, self.precision, count, scale, generator)

    def state_dict(self) -> dict[str, np.ndarray]:
        """Returns the mean and the precision."""
        return {"mean": self.mean.copy(), "precision": self.precision.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes what `state_dict` returned.

        Raises:
            ValueError: if it is of another number of features, or the precision is not one that can come about.
        """
        size = len(self.mean)
        mean, precision = (
            checked_array(state, "mean", (size,)),
            checked_array(state, "precision", (size, size)),
        )
        np.linalg.cholesky(precision)
        self.mean, self.precision = mean, precision

    def _most_likely(self, features: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
        """Returns the weights of the largest posterior density, by Newton's method with steps that are halved while they lead uphill."""

        def loss(weights: np.ndarray) -> float:
            away, logits = weights - self.mean, features @ weights
            return float(
                away @ self.precision @ away / 2 + (np.logaddexp(0.0, logits) - outcomes * logits).sum()
            )

        weights = self.mean
        for _ in range(_NEWTON_STEPS):
            chances = _sigmoid(features @ weights)
            gradient = self.precision @ (weights - self.mean) + features.T @ (chances - outcomes)
            if np.linalg.norm(gradient) <= _CONVERGED:
                break
            hessian = self.precision + (features.T * (chances * (1.0 - chances))) @ features
            step, start = np.linalg.solve(hessian, gradient), loss(weights)
            for halvings in range(_HALVINGS):
                candidate = weights - 0.5**halvings * step
                if loss(candidate) <= start:
                    break
            weights = candidate
        return weights


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(0.0, -logits))
