"""CascadeUCB1: slates that are read from the top, until something is clicked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from agents.agent import Transitions
from agents.bandits.arm_statistics import attended_places, checked_array
from agents.bandits.scoring import ArmAgent
from recgym.core.arguments import real_number
from recgym.task.actions import NOTHING


class CascadeUCBAgent(ArmAgent):
    """Shows the items with the largest upper confidence bounds of how likely a user who looks at them clicks.

    Equation: the slate holds the K items of the largest m_a + alpha sqrt(1.5 ln t / N_a), best first, where t counts slates, N_a how often item a was looked at,
    and m_a its clicks over N_a; an item that was not looked at comes first. A user looks at places from the top to the one that is clicked, or at all if none
    is.

    Source: Kveton, Szepesvari, Wen and Ashkan (2015), algorithm 1 with CascadeUCB1, alpha = 1; the model of clicks is that of Craswell et al. (2008).

    Assumes: users read from the top, click once at most, and each item's chance of a click depends on nothing but the item, and does not change. Then regret
    grows with ln t. It learns from clicks, whatever the reward is. With single items it is UCB1 on clicks, with sqrt(1.5 ln t / N_a) for its width.

    Cost of a step of N users with I items: O(N I ln I) to choose, O(N K) to learn.

    Args:
        alpha: Factor of the bound's width, not negative. Without exploration it is 0, and items that were not looked at come last.
    """

    def prepare(self, *, alpha: float = 1.0) -> None:
        """See the class."""
        self._alpha = real_number("alpha", alpha, 0.0, np.inf)
        self._slates = 0.0
        self.remember(None, 1.0)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.ScoringAgent.scores`: upper confidence bounds, or means."""
        if not explore:
            return self._statistics.means(-1.0)[None]
        counts = self._statistics.counts
        tried = counts > 0
        width = np.sqrt(1.5 * np.log(max(self._slates, 1.0)) / np.where(tried, counts, 1.0))
        return np.where(tried, self._statistics.means(0.0) + self._alpha * width, np.inf)[None]

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        shown, size = transitions.shown, len(transitions.shown)
        places = np.arange(shown.shape[1])
        clicked = transitions.signals["click"] > 0
        attended = np.zeros(size, np.int64) if shown.shape[1] == 1 else attended_places(transitions)
        last = np.where(clicked, attended, shown.shape[1] - 1)
        looked_at = (places <= last[:, None]) & (shown != NOTHING)
        clicks = (places == attended[:, None]) & clicked[:, None]
        self._statistics.add(shown[looked_at], clicks[looked_at].astype(np.float64))
        self._slates += size

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return super().state_dict() | {"slates": np.array(self._slates)}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        super().load_state_dict(state)
        self._slates = float(checked_array(state, "slates", ()))
