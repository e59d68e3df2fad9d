"""Oracles: the myopic one, and the planners.

An oracle is a function of running sessions and reads hidden state; no agent may. What sees observations and masks only is a policy, another type
(`recgym.evaluation.rollouts`).
"""

from __future__ import annotations

import numpy as np

from recgym.core.noise import episode_keys
from recgym.oracles.kernels import OUTLOOK_COLUMNS, SURVEY_COLUMNS, Aim, Room, compile_oracles
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import Setup
from recgym.task.choosing import best_items
from recgym.world.world import WorldArrays

GRID = 21
"""Points of the grid over the slow state."""


class IndexPlanner:
    """Shows the item with the largest expected reward of this step, less a shadow price on the scenario's burden: what showing it costs later.

    At a price of 0 it is the myopic oracle.
    """

    def __init__(self, price: float) -> None:
        """Takes the price, in reward per unit of burden."""
        self.price = price

    @property
    def description(self) -> str:
        """How the planner was made, in words."""
        return f"index, price {self.price:g}"

    def __call__(self, sessions: Sessions) -> np.ndarray:
        """Chooses items (N,), or slates (N, K) of the best ones."""
        return best_items(_score(sessions, no_values(sessions.size), self.price), sessions.slate_size)


def myopic_oracle() -> IndexPlanner:
    """Shows the item with the largest expected reward of this step, knowing the true state of the user."""
    return IndexPlanner(0.0)


def expected_rewards(sessions: Sessions) -> np.ndarray:
    """Returns the expected reward (N, I) of showing each item alone to each user now, the true state of the user being known.

    Items that are not available have -inf. The myopic oracle shows the largest.
    """
    return _score(sessions, no_values(sessions.size), 0.0)


class DynamicProgrammingPlanner:
    """Exact dynamic programming over time and the slow state of each user.

    The value function leaves out fatigue; the choice at each step counts it. Without fatigue the policy is optimal up to the grid; with
    fatigue its return is a lower bound on the optimum and `bound` is an upper one.
    """

    description = "dynamic programming"

    def __init__(self) -> None:
        """The users are solved when their sessions are first seen."""
        self._solved: tuple[Setup, np.ndarray, np.ndarray] | None = None

    def __call__(self, sessions: Sessions) -> np.ndarray:
        """Chooses items (N,), or slates (N, K) of the best ones, for sessions that are seen from their first step on."""
        return best_items(_score(sessions, self._values(sessions), 0.0), sessions.slate_size)

    def bound(self, sessions: Sessions) -> np.ndarray:
        """Returns an upper bound (N,) of the return of each session, all of which have just begun.

        Raises:
            ValueError: for slates, which please more often than the single items that are planned with.
        """
        _check_single(sessions, "There is no bound for slates")
        values = self._values(sessions)[:, 0]
        place = sessions.users["slow"] * (GRID - 1)
        left = np.minimum(place.astype(np.int64), GRID - 2)
        rows = np.arange(sessions.size)
        return values[rows, left] * (1 - (place - left)) + values[rows, left + 1] * (place - left)

    def _values(self, sessions: Sessions) -> np.ndarray:
        """Solves the sessions, unless it has solved the same ones."""
        keys = episode_keys(sessions.users["key"], sessions.users["session"])
        if self._solved is not None:
            setup, solved_keys, values = self._solved
            if setup is sessions.setup and np.array_equal(solved_keys, keys):
                return values
        values = solve(sessions)
        self._solved = sessions.setup, keys, values
        return values


def solve(sessions: Sessions) -> np.ndarray:
    """Solves what is left of sessions, their users being known; see `solve_for`.

    Returns:
        Values (N, T + 1, GRID) float64; where episodes span k sessions (N, k (T + 1), GRID), session after session.
    """
    values = room_for_values(sessions)
    solve_for(sessions, sessions.users, sessions.world.arrays, values)
    return values


def solve_for(sessions: Sessions, users: np.ndarray, arrays: WorldArrays, values: np.ndarray) -> None:
    """Solves what is left of sessions for users as they are, or as they are thought to be; see `recgym.oracles.kernels.OracleKernels.solve`.

    Args:
        sessions: Whose rewards and length count; their users are not looked at.
        users: (N,) records.
        arrays: The world, or what is thought of it.
        values: (N, k (T + 1), GRID) float64, written from each user's step on.

    Raises:
        ValueError: if the scenario cannot be planned exactly; `recgym.core.scenario_check` tells when.
    """
    scenario = sessions.world.scenario
    if scenario.planner != "dynamic programming":
        raise ValueError(
            f"Scenario {scenario.name!r} is planned by an index; use recgym.oracles.policies.IndexPlanner."
        )
    room = _room_for(sessions, GRID, len(arrays.items))
    compile_oracles(scenario).solve(users, arrays, _aim(sessions, 0.0), room, values)


def room_for_values(sessions: Sessions) -> np.ndarray:
    """Returns zeros (N, k (T + 1), GRID) for the values of episodes of k sessions of up to T steps."""
    return np.zeros((sessions.size, sessions.setup.sessions * (sessions.limit + 1), GRID))


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
        """Chooses (N,) items.

        Raises:
            ValueError: for sessions of slates.
        """
        _check_single(sessions, "Rollouts compare single items")
        scores = _score(sessions, no_values(sessions.size), self.price)
        shortlist = np.argsort(-scores, axis=1, kind="stable")[:, : self.candidates]  # (N, C)
        returns = self._simulate(sessions, shortlist)  # (N, C, R)
        advantage = returns - returns[:, :1]
        mean, error = advantage.mean(axis=2), advantage.std(axis=2) / np.sqrt(self.rollouts)
        worthwhile = np.where(mean > error, mean, 0.0)
        worthwhile[np.isneginf(np.take_along_axis(scores, shortlist, axis=1))] = 0.0  # cannot be shown
        return shortlist[np.arange(sessions.size), np.argmax(worthwhile, axis=1)]

    def _simulate(self, sessions: Sessions, shortlist: np.ndarray) -> np.ndarray:
        size, candidates, rollouts = *shortlist.shape, self.rollouts
        copies = Sessions(
            sessions.setup, size * candidates * rollouts, limit=sessions.limit, invalid_actions="empty"
        )
        copies.users[:] = np.repeat(sessions.users, candidates * rollouts)
        keys = self._generator.integers(0, 2**64 - 1, (size, 1, rollouts), np.uint64, endpoint=True)
        copies.users["key"] = np.broadcast_to(keys, (size, candidates, rollouts)).ravel()
        copies.embeddings[:] = np.repeat(sessions.embeddings, candidates * rollouts, axis=0)
        actions = np.repeat(shortlist.ravel(), rollouts)
        returns, over = np.zeros(copies.size), copies.over
        over[:] = np.repeat(sessions.over, candidates * rollouts)
        while not over.all():
            feedback = copies.step(actions[:, None], over)
            returns += feedback.rewards
            over |= feedback.terminated | feedback.truncated
            actions = best_items(_score(copies, no_values(copies.size), self.price), 1)
        return returns.reshape(size, candidates, rollouts)


def _score(sessions: Sessions, values: np.ndarray, price: float) -> np.ndarray:
    """Scores all items for all sessions that are not over: (N, I)."""
    return score_for(sessions, sessions.users, sessions.world.arrays, values, price)


def score_for(
    sessions: Sessions, users: np.ndarray, arrays: WorldArrays, values: np.ndarray, price: float
) -> np.ndarray:
    """Scores all items for users as they are, or as they are thought to be; see `recgym.oracles.kernels.OracleKernels.score`.

    Args:
        sessions: Whose rewards count, and of which those that are over are left out; their users are not looked at.
        users: (N,) records.
        arrays: The world, or what is thought of it.
        values: (N, T + 1, GRID) of what is left of the sessions, or `no_values`.
        price: Shadow price of the burden.

    Returns:
        (N, I) float64; -inf for items that are not available, 0 in sessions that are over.
    """
    scores = np.empty((len(users), len(arrays.items)))
    room = _room_for(sessions, 1, 1)
    compile_oracles(sessions.world.scenario).score(
        users, sessions.over, arrays, _aim(sessions, price), room, values, scores
    )
    return scores


def _aim(sessions: Sessions, price: float) -> Aim:
    return Aim(sessions.weights, float(price), sessions.limit)


def _room_for(sessions: Sessions, grid: int, items: int) -> Room:
    outcomes = sessions.world.scenario.outcomes
    return Room(
        np.zeros(2, sessions.users.dtype),
        np.zeros(outcomes),
        np.zeros(len(sessions.weights)),
        np.zeros((grid, items, outcomes, OUTLOOK_COLUMNS)),
        np.zeros((grid, items, SURVEY_COLUMNS)),
        np.zeros((grid, 2)),
        np.zeros(grid, np.int64),
    )


def no_values(size: int) -> np.ndarray:
    """Returns values (N, 0, 0) that stand for not looking ahead."""
    return np.zeros((size, 0, 0))


def _check_single(sessions: Sessions, what: str) -> None:
    if sessions.slate_size != 1:
        raise ValueError(f"{what}: pass slate_size=1, not {sessions.slate_size}.")
