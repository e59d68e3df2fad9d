"""Agents that do not learn: random, popular, nearest neighbour of the texts."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.base import Agent, batch_size
from agents.observations import user_vectors
from recgym.oracles.policies import POPULAR_SHARE, draw_from_top, random_items


class RandomAgent(Agent):
    """Shows any available item, each as likely."""

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.base.Agent.act`."""
        return random_items(
            self.available(batch_size(observations), masks), self.interface.slate_size, self.generator
        )


class PopularAgent(Agent):
    """Shows any of the available items with the highest click rate in the platform's log, each as likely.

    Args:
        share: Share of the available items that are shown, in (0, 1].
    """

    def prepare(self, *, share: float = POPULAR_SHARE) -> None:
        """See the class."""
        self._share = _share(share)
        self._click_rate = self.interface.statistics().click_rate

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.base.Agent.act`."""
        available = self.available(batch_size(observations), masks)
        scores = np.broadcast_to(self._click_rate, available.shape)
        return draw_from_top(scores, available, self._share, self.interface.slate_size, self.generator)


class NearestNeighbourAgent(Agent):
    """Shows any of the available items whose texts are nearest to what the user liked, each as likely.

    Drawing from the nearest few, instead of always showing the nearest, is the stronger baseline: users tire of an item that comes again.

    Args:
        share: Share of the available items that are shown, in (0, 1].
    """

    def prepare(self, *, share: float = 0.1) -> None:
        """See the class."""
        self._share = _share(share)

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.base.Agent.act`."""
        liked = user_vectors(self.interface, observations).liked
        cosines = (
            liked @ self.interface.setting.world.vectors.T
        )  # up to the length of `liked`, which ranks nothing
        available = self.available(len(liked), masks)
        return draw_from_top(cosines, available, self._share, self.interface.slate_size, self.generator)


def _share(share: float) -> float:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0.0 < share <= 1.0:
        raise ValueError(f"share={share!r} must be a number above 0 and at most 1.")
    return float(share)
