"""Reference policies: random, popular, the myopic oracle and the planner.

A policy is a function of running sessions. The oracles among them read hidden state; no agent may.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recgym.oracles.kernels import compile_oracles
from recgym.sessions.sessions import Sessions
from recgym.sessions.setting import Setting
from recgym.sessions.statistics import platform_statistics

Policy = Callable[[Sessions], np.ndarray]
"""Sessions -> actions (N,) int64 or slates (N, K)."""

GRID = 21
"""Points of the grid over the slow state."""
POPULAR_SHARE = 0.1
"""The popular policy draws from this share of the available items."""


def random_policy(seed: int) -> Policy:
    """Draws uniformly among the available items."""
    generator = np.random.default_rng(seed)

    def choose(sessions: Sessions) -> np.ndarray:
        return np.argmax(generator.random(sessions.masks().shape) * sessions.masks(), axis=1)

    return choose


def popular_policy(setting: Setting, seed: int) -> Policy:
    """Draws uniformly among the most clicked tenth of the available items, by the platform's log."""
    generator = np.random.default_rng(seed)
    clicks = platform_statistics(setting).clicks
    order = np.argsort(np.argsort(clicks, kind="stable"))  # rank, the most clicked highest

    def choose(sessions: Sessions) -> np.ndarray:
        return draw_from_top(np.where(sessions.masks() == 1, order + 1.0, 0.0), POPULAR_SHARE, generator)

    return choose


def draw_from_top(scores: np.ndarray, share: float, generator: np.random.Generator) -> np.ndarray:
    """Draws uniformly from the best-scored share of each row's items with a positive score.

    Args:
        scores: (N, I); 0 marks an item that is not available.
        share: Share of the available items, in (0, 1]; at least one is kept.
        generator: For the draw.

    Returns:
        (N,) int64.
    """
    kept = np.maximum(1, np.ceil(share * (scores > 0).sum(axis=1))).astype(np.int64)
    ranking = np.argsort(-scores, axis=1, kind="stable")
    place = np.floor(generator.random(len(scores)) * kept).astype(np.int64)
    return np.take_along_axis(ranking, place[:, None], axis=1)[:, 0]


def myopic_oracle() -> Policy:
    """Shows the item with the largest expected reward of this step, knowing the true state of the user."""

    def choose(sessions: Sessions) -> np.ndarray:
        return _choose(sessions, np.zeros((sessions.size, 0, 0)), 0.0)

    return choose


def index_planner(price: float) -> Policy:
    """The myopic oracle with a shadow price on the scenario's burden: what showing the item costs later."""

    def choose(sessions: Sessions) -> np.ndarray:
        return _choose(sessions, np.zeros((sessions.size, 0, 0)), price)

    return choose


class DynamicProgrammingPlanner:
    """Exact dynamic programming over time and the slow state of each user.

    The value function leaves out fatigue; the choice at each step counts it. Without fatigue the policy is optimal up to the grid; with
    fatigue its return is a lower bound on the optimum and `bound` is an upper one.
    """

    def __init__(self) -> None:
        """The users are solved when their sessions are first seen."""
        self._values: np.ndarray | None = None
        self._keys: np.ndarray | None = None

    def __call__(self, sessions: Sessions) -> np.ndarray:
        """Chooses for sessions that are seen from their first step on."""
        if self._keys is None or not np.array_equal(self._keys, sessions.users["key"]):
            self._values = solve(sessions)
            self._keys = sessions.users["key"].copy()
        assert self._values is not None
        return _choose(sessions, self._values, 0.0)

    def bound(self, sessions: Sessions) -> np.ndarray:
        """Returns each session's upper bound (N,), from the values at its first step and its initial slow state."""
        values = solve(sessions)[:, 0]
        place = sessions.users["slow"] * (GRID - 1)
        left = np.minimum(place.astype(np.int64), GRID - 2)
        rows = np.arange(sessions.size)
        return values[rows, left] * (1 - (place - left)) + values[rows, left + 1] * (place - left)


def solve(sessions: Sessions) -> np.ndarray:
    """Solves sessions that have just begun; see `recgym.oracles.kernels.OracleKernels.solve`.

    Returns:
        Values (N, T + 1, GRID) float64.
    """
    setting = sessions.setting
    values = np.zeros((sessions.size, sessions.limit + 1, GRID))
    compile_oracles(setting.scenario).solve(
        sessions.users, _scratch(sessions), setting.world.items, setting.record, sessions.weights, sessions.limit,
        setting.masks, setting.ticks(sessions.users), np.zeros(setting.scenario.outcomes), np.zeros(len(sessions.weights)), values,
    )
    return values


def _choose(sessions: Sessions, values: np.ndarray, price: float) -> np.ndarray:
    setting = sessions.setting
    actions = np.zeros(sessions.size, np.int64)
    compile_oracles(setting.scenario).choose(
        sessions.users, _scratch(sessions), setting.world.items, setting.world.vectors, setting.record, sessions.weights, price,
        setting.masks, setting.ticks(sessions.users), np.zeros(setting.scenario.outcomes), np.zeros(len(sessions.weights)),
        values, actions,
    )
    return actions


def _scratch(sessions: Sessions) -> np.ndarray:
    return np.zeros(1, sessions.users.dtype)
