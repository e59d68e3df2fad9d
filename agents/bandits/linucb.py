"""LinUCB on features of users and items, for many users at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from agents.base import Agent, Transitions, batch_size
from agents.observations import UserVectors, user_vectors
from recgym.oracles.policies import best_items

_PAIRS_AT_ONCE = 100_000
_STATE_FILE = "linucb.npz"


class LinUCBAgent(Agent):
    """Shows the item with the largest upper confidence bound of the reward of the step, linear in features of user and item.

    One model is shared by all items (Li et al., 2010, with features of the pair): x = [1, the item's public statistics, cosines of the item
    with what was liked, ignored and is current, the item's vector, the product of the item's vector with what was liked, entry by entry]. With A = ridge * I + sum x x', b = sum r x
    and theta = A^-1 b, an item's score is theta' x + alpha sqrt(x' A^-1 x). The model learns once per batch. A slate holds the items
    of the largest scores, and its reward is explained by the sum of its items' features.

    Args:
        alpha: Width of the bound, in units of the reward, not negative. Without exploration it is 0.
        ridge: Strength of the prior that rewards are 0, above 0.
    """

    def prepare(self, *, alpha: float = 0.3, ridge: float = 1.0) -> None:
        """See the class."""
        self._alpha = _number("alpha", alpha, 0.0)
        self._ridge = _number("ridge", ridge, np.nextafter(0.0, 1.0))
        vectors = self.interface.setting.world.vectors
        dimension = vectors.shape[1]
        statistics = self.interface.item_features()[0][:, dimension:].astype(np.float64)
        spread = statistics.std(axis=0)
        standardised = (statistics - statistics.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        scaled = vectors * np.sqrt(dimension)  # entries of unit size
        self._vectors = scaled.astype(np.float32)
        self._fixed = np.column_stack([np.ones(len(scaled)), standardised, scaled]).astype(
            np.float32
        )  # (I, .)
        size = self._fixed.shape[1] + 3 + dimension
        self._precision = self._ridge * np.eye(size)
        self._target = np.zeros(size)
        self._solve()

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.base.Agent.act`."""
        users = user_vectors(self.interface, observations)
        available = self.available(batch_size(observations), masks)
        scores = np.empty(available.shape, np.float32)
        rows = max(1, _PAIRS_AT_ONCE // available.shape[1])
        every_item = np.arange(available.shape[1])
        for first in range(0, len(scores), rows):
            some = UserVectors(*(part[first : first + rows] for part in users))
            features = self._features(some, np.broadcast_to(every_item, (len(some.liked), len(every_item))))
            scores[first : first + rows] = features @ self._weights
            if explore and self._alpha > 0:
                variance = ((features @ self._covariance) * features).sum(axis=2)
                scores[first : first + rows] += self._alpha * np.sqrt(np.maximum(variance, 0.0))
        return best_items(np.where(available, scores, -np.inf), self.interface.slate_size)

    def learn(self, transitions: Transitions) -> None:
        """See `agents.base.Agent.learn`."""
        users = user_vectors(self.interface, transitions.observations)
        shown = transitions.actions.reshape(len(users.liked), -1)
        features = self._features(users, shown).sum(axis=1, dtype=np.float64)  # (N, d)
        self._precision += features.T @ features
        self._target += features.T @ transitions.rewards
        self._solve()

    def save_state(self, folder: Path) -> None:
        """See `agents.base.Agent.save_state`."""
        np.savez(folder / _STATE_FILE, precision=self._precision, target=self._target)

    def load_state(self, folder: Path) -> None:
        """See `agents.base.Agent.load_state`."""
        with (folder / _STATE_FILE).open("rb") as file, np.load(file) as saved:
            self._precision, self._target = saved["precision"], saved["target"]
        self._solve()

    def _features(self, users: UserVectors, items: np.ndarray) -> np.ndarray:
        """Features (N, M, d) float32 of users with items (N, M)."""
        vectors = self._vectors[items]
        cosines = np.einsum("nmd,nkd->nmk", vectors, np.stack(users, axis=1), optimize=True)
        return np.concatenate(
            [self._fixed[items], cosines, vectors * users.liked[:, None]], axis=2, dtype=np.float32
        )

    def _solve(self) -> None:
        covariance = np.linalg.inv(self._precision)
        self._covariance = covariance.astype(np.float32)
        self._weights = (covariance @ self._target).astype(np.float32)


def _number(name: str, value: float, lowest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value < np.inf:
        raise ValueError(f"{name}={value!r} must be a finite number of at least {lowest:g}.")
    return float(value)
