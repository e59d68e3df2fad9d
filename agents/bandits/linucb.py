"""LinUCB on features of users and items, for many users at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from agents.agent import Agent, Transitions
from agents.features import PairFeatures, user_vectors
from recgym.core.arguments import real_number
from recgym.task.choosing import best_items


class LinUCBAgent(Agent):
    """Shows the item with the largest upper confidence bound of the reward of the step, linear in features of user and item.

    One model is shared by all items (Li et al., 2010, with features of the pair: `agents.features.PairFeatures`). With A = ridge * I + sum x x',
    b = sum r x and theta = A^-1 b, an item's score is theta' x + alpha sqrt(x' A^-1 x). The model learns once per batch, from what was shown. A slate
    holds the items of the largest scores, and its reward is explained by the sum of its items' features.

    Args:
        alpha: Width of the bound, in units of the reward, not negative. Without exploration it is 0.
        ridge: Strength of the prior that rewards are 0, above 0.
    """

    def prepare(self, *, alpha: float = 0.3, ridge: float = 1.0) -> None:
        """See the class."""
        self._alpha = real_number("alpha", alpha, 0.0, np.inf)
        self._ridge = real_number("ridge", ridge, 0.0, np.inf, above=True)
        self._features = PairFeatures(self.task)
        self._precision = self._ridge * np.eye(self._features.size)
        self._target = np.zeros(self._features.size)
        self._solve()

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`."""
        users = user_vectors(self.task, observations)
        available = self.available(len(users.liked), masks)
        scores = np.empty(available.shape, np.float32)
        for rows, features in self._features.of_all_items(users):
            scores[rows] = features @ self._weights
            if explore and self._alpha > 0:
                variance = ((features @ self._covariance) * features).sum(axis=2)
                scores[rows] += self._alpha * np.sqrt(np.maximum(variance, 0.0))
        return best_items(np.where(available, scores, -np.inf), self.task.slate_size)

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        users = user_vectors(self.task, transitions.observations)
        features = self._features(users, transitions.shown).sum(axis=1, dtype=np.float64)  # (N, d)
        self._precision += features.T @ features
        self._target += features.T @ transitions.rewards
        self._solve()

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return {"precision": self._precision.copy(), "target": self._target.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        if state["precision"].shape != self._precision.shape or state["target"].shape != self._target.shape:
            raise ValueError(
                f"a model of {len(state['target'])} features, but the task has {len(self._target)}"
            )
        self._precision, self._target = np.array(state["precision"]), np.array(state["target"])
        self._solve()

    def _solve(self) -> None:
        covariance = np.linalg.inv(self._precision)
        self._covariance = covariance.astype(np.float32)
        self._weights = (covariance @ self._target).astype(np.float32)
