"""Reference policies: random, popular, the myopic oracle and the planner.

A policy is a function of running sessions. The oracles among them read hidden state; no agent may.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recgym.oracles.kernels import compile_oracles
from recgym.sessions.platform_log import platform_statistics
from recgym.sessions.sessions import Sessions
from recgym.world.setting import Setting

Policy = Callable[[Sessions], np.ndarray]
"""Sessions -> actions (N,) int64 or slates (N, K)."""

GRID = 21
"""Points of the grid over the slow state."""
POPULAR_SHARE = 0.2
"""The popular policy draws from this share of the available items."""


def random_policy(seed: int) -> Policy:
    """Draws uniformly among the available items."""
    generator = np.random.default_rng(seed)
    return lambda sessions: random_items(sessions.masks(), sessions.slate_size, generator)


def random_items(masks: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Draws different items uniformly where masks (N, I) are 1: (N,) if ``count`` is 1, else (N, count)."""
    return best_items(generator.random(masks.shape) * masks, count)


def popular_policy(setting: Setting, seed: int) -> Policy:
    """Draws uniformly among the fifth of the available items with the highest click rate in the platform's log.

    Rates, not counts: counts tell what was shown most, and in news what has been around for longest.
    """
    generator = np.random.default_rng(seed)
    scores = platform_statistics(setting).click_rate

    def choose(sessions: Sessions) -> np.ndarray:
        masks = sessions.masks()
        return draw_from_top(
            np.broadcast_to(scores, masks.shape), masks, POPULAR_SHARE, sessions.slate_size, generator
        )

    return choose


def draw_from_top(
    scores: np.ndarray, masks: np.ndarray, share: float, count: int, generator: np.random.Generator
) -> np.ndarray:
    """Draws different items uniformly from the best-scored share of each row's available items.

    Args:
        scores: (N, I).
        masks: (N, I), 1 where an item is available.
        share: Share of the available items, in (0, 1]; at least ``count`` are kept.
        count: Items to draw per row.
        generator: For the draw.

    Returns:
        (N,) int64 if ``count`` is 1, else (N, count).
    """
    kept = np.maximum(count, np.ceil(share * (masks == 1).sum(axis=1))).astype(np.int64)
    ranking = np.argsort(np.where(masks == 1, -scores, np.inf), axis=1, kind="stable")
    lottery = np.where(np.arange(scores.shape[1]) < kept[:, None], generator.random(scores.shape), -1.0)
    drawn = best_items(lottery, count)
    return np.take_along_axis(ranking, drawn.reshape(len(scores), count), axis=1).reshape(drawn.shape)


def myopic_oracle() -> Policy:
    """Shows the item with the largest expected reward of this step, knowing the true state of the user."""
    return index_planner(0.0)


def index_planner(price: float) -> Policy:
    """The myopic oracle with a shadow price on the scenario's burden: what showing the item costs later."""

    def choose(sessions: Sessions) -> np.ndarray:
        return best_items(_score(sessions, np.zeros((sessions.size, 0, 0)), price), sessions.slate_size)

    return choose


def best_items(scores: np.ndarray, count: int) -> np.ndarray:
    """Returns the items of the largest scores (N, I), best first: (N,) if ``count`` is 1, else (N, count)."""
    if count == 1:
        return np.argmax(scores, axis=1)
    return np.argsort(-scores, axis=1, kind="stable")[:, :count]


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
        return best_items(_score(sessions, self._values, 0.0), sessions.slate_size)

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
        sessions.users,
        _scratch(sessions),
        setting.world.items,
        setting.record,
        sessions.weights,
        sessions.limit,
        setting.masks,
        setting.ticks(sessions.users),
        np.zeros(setting.scenario.outcomes),
        np.zeros(len(sessions.weights)),
        np.zeros((GRID, setting.num_items, setting.scenario.outcomes, 4)),
        values,
    )
    return values


class RolloutPlanner:
    """Improves an index policy by simulation: one step of policy improvement (Bertsekas, Tsitsiklis and Wu, 1997).

    For the best few items of the index, sessions are copied and played on with the index policy, under noise of their own that the
    items share. Another item than the index's first is shown only if it is better by more than a standard error.
    """

    def __init__(self, price: float, *, candidates: int = 4, rollouts: int = 8, seed: int = 0) -> None:
        """Makes the planner.

        Args:
            price: Of the index.
            candidates: Items to compare.
            rollouts: Simulated futures per item.
            seed: Of the simulated noise; the true noise of the sessions is not looked at.
        """
        self.price = price
        self.candidates = candidates
        self.rollouts = rollouts
        self._generator = np.random.default_rng(seed)

    def __call__(self, sessions: Sessions) -> np.ndarray:
        """Chooses (N,) items."""
        scores = _score(sessions, np.zeros((sessions.size, 0, 0)), self.price)
        shortlist = np.argsort(-scores, axis=1, kind="stable")[:, : self.candidates]  # (N, C)
        returns = self._simulate(sessions, shortlist)  # (N, C, R)
        advantage = returns - returns[:, :1]
        mean, error = advantage.mean(axis=2), advantage.std(axis=2) / np.sqrt(self.rollouts)
        worthwhile = np.where(mean > error, mean, 0.0)
        return shortlist[np.arange(sessions.size), np.argmax(worthwhile, axis=1)]

    def _simulate(self, sessions: Sessions, shortlist: np.ndarray) -> np.ndarray:
        size, candidates, rollouts = *shortlist.shape, self.rollouts
        copies = Sessions(sessions.setting, size * candidates * rollouts, 1, sessions.weights, sessions.limit)
        copies.users[:] = np.repeat(sessions.users, candidates * rollouts)
        keys = self._generator.integers(0, 2**64 - 1, (size, 1, rollouts), np.uint64, endpoint=True)
        copies.users["key"] = np.broadcast_to(keys, (size, candidates, rollouts)).ravel()
        copies.embeddings[:] = np.repeat(sessions.embeddings, candidates * rollouts, axis=0)
        actions = np.repeat(shortlist.ravel(), rollouts)
        returns, over = np.zeros(copies.size), np.zeros(copies.size, np.bool_)
        while not over.all():
            feedback = copies.step(actions[:, None], over)
            returns += feedback.rewards
            over |= feedback.terminated | feedback.truncated
            running = np.flatnonzero(~over)
            scores = _score(copies, np.zeros((len(running), 0, 0)), self.price, running)
            actions[running] = best_items(scores, 1)
        return returns.reshape(size, candidates, rollouts)


def _score(
    sessions: Sessions, values: np.ndarray, price: float, rows: np.ndarray | None = None
) -> np.ndarray:
    """Scores all items for all sessions, or for those of some rows: (N, I) or (M, I)."""
    setting = sessions.setting
    users = sessions.users if rows is None else sessions.users[rows]
    scores = np.empty((len(users), setting.num_items))
    compile_oracles(setting.scenario).score(
        users,
        _scratch(sessions),
        setting.world.items,
        setting.world.vectors,
        setting.record,
        sessions.weights,
        price,
        setting.masks,
        setting.ticks(users),
        np.zeros(setting.scenario.outcomes),
        np.zeros(len(sessions.weights)),
        np.zeros((setting.scenario.outcomes, 4)),
        values,
        scores,
    )
    return scores


def _scratch(sessions: Sessions) -> np.ndarray:
    return np.zeros(1, sessions.users.dtype)
