"""Agents that do not learn: random, popular, nearest neighbour of the texts."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.agent import Agent
from agents.features import user_vectors
from recgym.core.arguments import real_number
from recgym.task.choosing import POPULAR_SHARE, draw_from_top, random_items

NEAREST_SHARE = 0.1


class RandomAgent(Agent):
    """Shows any available item, each as likely."""

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`."""
        available = self.available(self.task.layout.batch_size(observations), masks)
        return random_items(available, self.task.slate_size, self.generator)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`: drawn anew each time."""
        return self.generator.random(available.shape)

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """See `agents.agent.Agent.probabilities`."""
        available = self.available(self.task.layout.batch_size(observations), masks)
        return available / np.maximum(available.sum(axis=1, keepdims=True), 1)


class TopShareAgent(Agent):
    """Shows any of the available items that it scores highest, each as likely.

    Drawing from the best few, instead of always showing the best, is the stronger baseline: users tire of an item that comes again.
    """

    _share: float

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`."""
        scores, available = self._scored(observations, masks)
        return draw_from_top(scores, available, self._share, self.task.slate_size, self.generator)

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """See `agents.agent.Agent.probabilities`."""
        scores, available = self._scored(observations, masks)
        count = available.sum(axis=1, keepdims=True)
        kept = np.minimum(np.maximum(self.task.slate_size, np.ceil(self._share * count)), count)
        ranking = np.argsort(np.where(available, -scores, np.inf), axis=1, kind="stable")
        ranks = np.argsort(ranking, axis=1)
        return (ranks < kept) / np.maximum(kept, 1)

    def _scored(self, observations: Any, masks: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        available = self.available(self.task.layout.batch_size(observations), masks)
        return np.broadcast_to(self.scores(observations, available, False), available.shape), available


class PopularAgent(TopShareAgent):
    """Shows any of the available items with the highest click rate in the platform's log, each as likely; items that the log never saw come last.

    Args:
        share: Share of the available items that are shown, in (0, 1].
    """

    def prepare(self, *, share: float = POPULAR_SHARE) -> None:
        """See the class."""
        self._share = real_number("share", share, 0.0, 1.0, above=True)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`: click rates."""
        return self.task.popularity[None]


class NearestNeighbourAgent(TopShareAgent):
    """Shows any of the available items whose texts are nearest to what the user liked, each as likely.

    Args:
        share: Share of the available items that are shown, in (0, 1].
    """

    def prepare(self, *, share: float = NEAREST_SHARE) -> None:
        """See the class."""
        self._share = real_number("share", share, 0.0, 1.0, above=True)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`: cosines, up to the length of what was liked, which ranks nothing."""
        return user_vectors(self.task, observations).liked @ self.task.vectors.T
