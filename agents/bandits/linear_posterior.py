"""Bayesian linear regression, which the linear bandits share: one model for all items, or one for each."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from agents.agent import Agent, Transitions
from agents.bandits.arm_statistics import checked_array, pulls_of
from agents.bandits.scoring import ScoringAgent
from agents.features import PairFeatures, UserFeatures, UserVectors, user_vectors
from recgym.core.arguments import real_number, whole_number
from recgym.task import Task


class LinearPosterior:
    """Ridge regression of rewards on features, and how sure it is.

    A = ridge I + sum x x', b = sum r x. With normal noise of unit variance and weights that are N(0, I / ridge) before anything was seen, they are N(A^-1 b, A^-1)
    after it (Bishop, 2006, section 3.3).

    Adding M rows costs O(M d^2 + d^3) for d features.

    Args:
        size: d.
        ridge: Above 0.

    Attributes:
        mean: (d,) float32, A^-1 b.
        covariance: (d, d) float32, A^-1.
    """

    def __init__(self, size: int, ridge: float) -> None:
        """See the class."""
        self._precision = ridge * np.eye(size)
        self._target = np.zeros(size)
        self._solve()

    def add(self, features: np.ndarray, rewards: np.ndarray) -> None:
        """Adds rows (M, d) with their rewards (M,)."""
        self._precision += features.T @ features
        self._target += features.T @ rewards
        self._solve()

    def draw(self, count: int, scale: float, generator: np.random.Generator) -> np.ndarray:
        """Draws weights (count, d) float32 from N(A^-1 b, scale^2 A^-1)."""
        return draw_weights(self.mean, self._precision, count, scale, generator)

    def state_dict(self) -> dict[str, np.ndarray]:
        """Returns A and b."""
        return {"precision": self._precision.copy(), "target": self._target.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes what `state_dict` returned.

        Raises:
            ValueError: if it is of another number of features, or A is not one that can come about.
        """
        size = len(self._target)
        precision, target = (
            checked_array(state, "precision", (size, size)),
            checked_array(state, "target", (size,)),
        )
        np.linalg.cholesky(precision)
        self._precision, self._target = precision, target
        self._solve()

    def _solve(self) -> None:
        covariance = np.linalg.inv(self._precision)
        self.covariance = covariance.astype(np.float32)
        self.mean = (covariance @ self._target).astype(np.float32)


def draw_weights(
    mean: np.ndarray, precision: np.ndarray, count: int, scale: float, generator: np.random.Generator
) -> np.ndarray:
    """Draws weights (count, d) float32 from N(mean, scale^2 precision^-1)."""
    noise = generator.standard_normal((len(mean), count))
    factor = np.linalg.cholesky(precision)  # A = L L', so L'^-1 z is N(0, A^-1)
    return (mean + scale * np.linalg.solve(factor.T, noise).T).astype(np.float32)


class ArmPosteriors:
    """A `LinearPosterior` for each of I arms, in float64.

    Adding M rows costs O(M d^2), and O(d^3) for each arm that is among them.

    Args:
        num_arms: I.
        size: d.
        ridge: Above 0.

    Attributes:
        means: (I, d).
        covariances: (I, d, d).
    """

    def __init__(self, num_arms: int, size: int, ridge: float) -> None:
        """See the class."""
        self._precisions = np.tile(ridge * np.eye(size), (num_arms, 1, 1))
        self._targets = np.zeros((num_arms, size))
        self.covariances = np.tile(np.eye(size) / ridge, (num_arms, 1, 1))
        self.means = np.zeros((num_arms, size))

    def add(self, arms: np.ndarray, features: np.ndarray, rewards: np.ndarray) -> None:
        """Adds rows (M, d) with their rewards (M,) to arms (M,)."""
        pulled = np.unique(arms)
        for arm in pulled:
            rows = arms == arm
            self._precisions[arm] += features[rows].T @ features[rows]
            self._targets[arm] += features[rows].T @ rewards[rows]
        self._solve(pulled)

    def predict(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns x' A^-1 b and sqrt(x' A^-1 x), (N, I) each, of features (N, d)."""
        spread = ((features @ self.covariances) * features).sum(axis=2)  # (I, N)
        return features @ self.means.T, np.sqrt(np.maximum(spread, 0.0)).T

    def state_dict(self) -> dict[str, np.ndarray]:
        """Returns the arms' A and b."""
        return {"precisions": self._precisions.copy(), "targets": self._targets.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes what `state_dict` returned.

        Raises:
            ValueError: if it is of other numbers of arms or features, or an A is not one that can come about.
        """
        precisions = checked_array(state, "precisions", self._precisions.shape)
        targets = checked_array(state, "targets", self._targets.shape)
        np.linalg.cholesky(precisions)
        self._precisions, self._targets = precisions, targets
        self._solve(np.arange(len(targets)))

    def _solve(self, arms: np.ndarray) -> None:
        self.covariances[arms] = np.linalg.inv(self._precisions[arms])
        self.means[arms] = (self.covariances[arms] @ self._targets[arms][:, :, None])[:, :, 0]


class SharedLinearLearner(Agent):
    """Learns one `LinearPosterior` over `agents.features.PairFeatures`, for all items. A slate's reward is explained by the sum of its items' features."""

    def share(self, ridge: float) -> None:
        """Sets the model up."""
        self._features = PairFeatures(self.task)
        self._posterior = LinearPosterior(
            self._features.size, real_number("ridge", ridge, 0.0, np.inf, above=True)
        )

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        users = user_vectors(self.task, transitions.observations)
        features = self._features(users, transitions.shown).sum(axis=1, dtype=np.float64)  # (N, d)
        self._posterior.add(features, transitions.rewards)

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return self._posterior.state_dict()

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        self._posterior.load_state_dict(state)


class WeightsPosterior(Protocol):
    """What is believed of the weights of a model that is linear in features."""

    mean: np.ndarray

    def draw(self, count: int, scale: float, generator: np.random.Generator) -> np.ndarray:
        """Draws weights (count, d) float32, the deviations from the mean times a scale."""


class PairThompsonAgent(ScoringAgent):
    """Draws weights from their posterior, for each user anew, and scores items by them."""

    _alpha: float
    _features: PairFeatures

    @abstractmethod
    def believed(self) -> WeightsPosterior:
        """Returns what is believed of the weights."""

    def score(self, users: UserVectors, weights: np.ndarray) -> np.ndarray:
        """Returns scores (N, I) of all items by weights (N, d), each user's own: linear in features of pairs."""
        return self._features.linear(users, weights)

    def draws_scores(self, explore: bool) -> bool:
        """See `agents.bandits.scoring.ScoringAgent.draws_scores`."""
        return explore

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`."""
        users, believed = user_vectors(self.task, observations), self.believed()
        if explore and self._alpha > 0:
            weights = believed.draw(len(available), self._alpha, self.generator)
        else:
            weights = np.tile(believed.mean, (len(available), 1))
        return self.score(users, weights)


def features_of_pulls(
    features: PairFeatures, task: Task, transitions: Transitions
) -> tuple[np.ndarray, np.ndarray]:
    """Returns features (M, d) float32 and rewards (M,) of the pulls of a step; see `agents.bandits.arm_statistics.pulls_of`."""
    rows, arms, rewards = pulls_of(transitions)
    users = user_vectors(task, transitions.observations)
    pulled = UserVectors(*(vectors[rows] for vectors in users))
    return features(pulled, arms[:, None])[:, 0], rewards


class ArmLinearAgent(ScoringAgent):
    """Learns a linear model for each item over `agents.features.UserFeatures`. A slate is one pull of each of its items."""

    def keep_models(self, ridge: float, columns: int | None) -> None:
        """Sets the models up."""
        self._features = UserFeatures(
            self.task, None if columns is None else whole_number("columns", columns, 1)
        )
        self._posteriors = ArmPosteriors(
            self.task.num_items, self._features.size, real_number("ridge", ridge, 0.0, np.inf, above=True)
        )

    @abstractmethod
    def optimistic(self, means: np.ndarray, deviations: np.ndarray) -> np.ndarray:
        """Returns scores (N, I) that try things out, from the models' predictions and how unsure they are of them, (N, I) each."""

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`."""
        features = self._features(observations)
        if not explore:
            return features @ self._posteriors.means.T
        return self.optimistic(*self._posteriors.predict(features))

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        rows, arms, rewards = pulls_of(transitions)
        self._posteriors.add(arms, self._features(transitions.observations)[rows], rewards)

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return self._posteriors.state_dict()

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        self._posteriors.load_state_dict(state)
