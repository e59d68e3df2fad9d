"""Loops: the same items for everybody, in turn. What a loop earns is what an environment pays for without knowing anything of anybody."""

from __future__ import annotations

import itertools

import numpy as np

from recgym.core.seeds import Purpose
from recgym.evaluation.rollouts import begin_sessions, rollout, session_seeds
from recgym.oracles.policies import expected_rewards
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import Setup

SIZES = (5, 8, 12, 20, 40)
"""Items in the loop."""
QUALITY_WEIGHTS = (0.0, 0.5, 1.0, 2.0)
"""Weights of an item's lasting value beside its expected reward, both standardised."""
CHOOSING_USERS = 300
"""Users of the training population on whom the loop is chosen."""


class Loop:
    """Shows the best items of one ranking in turn, to everybody the same: at step t the (t mod size)-th of those that are available."""

    def __init__(self, ranking: np.ndarray, size: int) -> None:
        """Takes scores (I,) and how many items the loop has."""
        self.ranking, self.size = ranking, size
        self._order = np.argsort(-ranking, kind="stable")  # best first

    @property
    def description(self) -> str:
        """The loop in words."""
        return f"{self.size} items in turn"

    def __call__(self, sessions: Sessions) -> np.ndarray:
        """Chooses items (N,), or slates (N, K) of the next ones."""
        slate = sessions.slate_size
        counted = np.cumsum(
            sessions.masks()[:, self._order] == 1, axis=1
        )  # available ones among the best, for each user
        available = int(counted[:, -1].min())
        size = max(min(self.size, available), min(slate, available))
        turns = (sessions.users["t"][:, None] * slate + np.arange(slate)) % size
        places = np.argmax(counted[:, None, :] > turns[:, :, None], axis=2)
        chosen: np.ndarray = self._order[places]
        return chosen[:, 0] if slate == 1 else chosen


def best_loop(setup: Setup) -> Loop:
    """Returns the loop that earns most on training users.

    What is tried are sizes, and weights of an item's lasting value beside the reward that is expected of it, on average over training users.
    """
    training = setup.with_split("train")
    seeds = session_seeds(training, CHOOSING_USERS, 0, purpose=Purpose.TUNING)
    rewards = expected_rewards(begin_sessions(training, seeds))
    shown = np.isfinite(rewards)
    worth = np.where(shown, rewards, 0.0).sum(axis=0) / np.maximum(shown.sum(axis=0), 1)
    quality = setup.world.items["quality"].astype(np.float64)
    rankings = [_standardised(worth) + weight * _standardised(quality) for weight in QUALITY_WEIGHTS]
    loops = [
        Loop(ranking, size)
        for ranking, size in itertools.product(rankings, SIZES)
        if setup.slate_size <= size <= setup.world.num_items
    ]
    earned = [
        rollout(
            training, loop, CHOOSING_USERS, 0, purpose=Purpose.TUNING, invalid_actions="repair"
        ).returns.mean()
        for loop in loops
    ]
    return loops[int(np.argmax(earned))]


def _standardised(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / max(float(values.std()), 1e-12)
