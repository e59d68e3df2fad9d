"""Exact values where the observation tells all: every state is listed, and dynamic programming is done over the list.

It is what tables of values are checked against. There is no second copy of the dynamics: states are found by stepping sessions, and
rewards and probabilities come from the functions that the simulation runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from recgym.core.arguments import real_number
from recgym.oracles.policies import _score, no_values
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import Setup, setup_of

MOST_STATES = 100_000
"""States that an observation may tell apart, at most."""
_SETTLED = 1e-12
"""Values that change by less have been found."""
_SAME = 1e-9
"""Rewards and probabilities that differ by more are of different states."""


@dataclass(frozen=True, eq=False)
class FiniteProblem:
    """A user, whose every state is known by what is observed: S states and I items.

    Attributes:
        observations: (S, L) int64, the observation in each state; the first is that of the session's beginning.
        rewards: (S, I), what showing an item is expected to earn.
        staying: (S, I), probability that the user stays.
        following: (S, I) int64, the state that comes next, if the user stays.
    """

    observations: np.ndarray
    rewards: np.ndarray
    staying: np.ndarray
    following: np.ndarray

    def optimal_values(self, gamma: float) -> np.ndarray:
        """Returns Q (S, I) of the best policy, the solution of Q(s, a) = r + gamma P(stay) max_b Q(s', b) (Bellman, 1957).

        Args:
            gamma: Weight of a reward that comes one step later, in [0, 1]; with 1 the user's leaving alone makes values finite.
        """
        return self._solution(gamma, lambda values: values.max(axis=1))

    def exploring_values(self, gamma: float, epsilon: float) -> np.ndarray:
        """Returns Q (S, I) of the policy that is epsilon-greedy in these very values: what SARSA comes to, if it never explores less.

        Q(s, a) = r + gamma P(stay) ((1 - epsilon) max_b Q(s', b) + epsilon mean_b Q(s', b)).

        Args:
            gamma: As for `optimal_values`.
            epsilon: Probability of any item, in [0, 1].
        """
        rate = real_number("epsilon", epsilon, 0.0, 1.0)
        return self._solution(
            gamma, lambda values: (1.0 - rate) * values.max(axis=1) + rate * values.mean(axis=1)
        )

    def policy_values(self, gamma: float, shares: np.ndarray) -> np.ndarray:
        """Returns Q (S, I) of a policy.

        Args:
            gamma: As for `optimal_values`.
            shares: (S, I), the probabilities with which it shows each item in each state.

        Raises:
            ValueError: if these are no probabilities.
        """
        given = np.asarray(shares, np.float64)
        if given.shape != self.rewards.shape or (given < 0).any() or abs(given.sum(axis=1) - 1).max() > 1e-6:
            raise ValueError(
                f"shares of shape {given.shape} must be of shape {self.rewards.shape}, not negative, and sum to 1 in each state."
            )
        return self._solution(gamma, lambda values: (given * values).sum(axis=1))

    def _solution(self, gamma: float, worth: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Iterates Q = r + gamma P(stay) worth(Q) to its fixed point."""
        discount = real_number("gamma", gamma, 0.0, 1.0) * self.staying
        if discount.max() >= 1.0:
            raise ValueError(
                f"gamma={gamma} with a user who never leaves has no finite values; take gamma below 1."
            )
        values, change = self.rewards.copy(), np.inf
        while change > _SETTLED * max(1.0, float(abs(values).max())):
            new = self.rewards + discount * worth(values)[self.following]
            values, change = new, float(abs(new - values).max())
        return values


def enumerate_problem(env_or_id: Any, **arguments: Any) -> FiniteProblem:
    """Lists the states of an environment of which one user is known, and the observation tells the rest.

    `RecBandit-v0` with ``observation="items"``, ``num_users=1``, ``history=0`` and a ``fatigue_window`` of at most ``sequence_length`` is
    such an environment. The horizon is left out, as if the user decided alone when the session ends.

    Args:
        env_or_id: An id, or an environment.
        **arguments: For the environment, with an id.

    Raises:
        ValueError: if it is not such an environment; what makes it so is told.
    """
    setup = setup_of(env_or_id, **arguments)
    _check(setup)
    items = setup.world.num_items
    first = Sessions(setup, 1)
    first.seed(0, np.random.default_rng(0))
    first.begin(np.zeros(1, np.int64))
    rows: dict[bytes, int] = {}
    observations: list[np.ndarray] = []
    outlooks: list[np.ndarray] = []
    following: list[np.ndarray] = []
    fresh = _noted(first, rows, observations, outlooks)[1]
    frontier = _some_of(first, fresh)
    while frontier.size:
        shown = _some_of(frontier, np.repeat(np.arange(frontier.size), items))
        shown.step(np.tile(np.arange(items), frontier.size)[:, None])
        states, fresh = _noted(shown, rows, observations, outlooks)
        following += list(states.reshape(-1, items))
        frontier = _some_of(shown, fresh)
    rewards, staying = np.stack(outlooks).transpose(1, 0, 2)
    return FiniteProblem(np.stack(observations), rewards, staying, np.stack(following))


def _noted(
    sessions: Sessions, rows: dict[bytes, int], observations: list[np.ndarray], outlooks: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Notes the states that sessions are in. Returns them (N,), and the sessions in which they were new (M,).

    Raises:
        ValueError: if an observation is that of two different states.
    """
    seen = sessions.observe()
    rewards = _score(sessions, no_values(sessions.size), 0.0)
    staying = (
        _score(sessions, np.ones((sessions.size, 2, 2)), 0.0) - rewards
    )  # with a value of 1 after this step
    states, fresh = np.empty(sessions.size, np.int64), []
    for place, (observation, outlook) in enumerate(
        zip(seen, np.stack([rewards, staying], axis=1), strict=True)
    ):
        key = observation.tobytes()
        if key not in rows:
            rows[key] = len(rows)
            observations.append(observation)
            outlooks.append(outlook)
            fresh.append(place)
        states[place] = row = rows[key]
        if abs(outlook - outlooks[row]).max() > _SAME:
            raise ValueError(
                f"Observation {observation.tolist()} is that of different states, in which items earn {outlook[0].round(3).tolist()} or "
                f"{outlooks[row][0].round(3).tolist()}: it does not tell all that decides. Make the environment with history=0, drift=0 and a fatigue_window of at "
                "most sequence_length."
            )
    return states, np.array(fresh, np.int64)


def _some_of(sessions: Sessions, rows: np.ndarray) -> Sessions:
    """Returns copies of some rows of sessions, which are never cut."""
    copies = Sessions(sessions.setup, len(rows), limit=2**62)
    copies.users[:] = sessions.users[rows]
    copies.embeddings[:] = sessions.embeddings[rows]
    return copies


def _check(setup: Setup) -> None:
    world = setup.world
    people = len(world.people)
    problems = {
        f"observation={setup.layout.form!r}, and states are listed by observation='items'": setup.layout.form
        != "items",
        f"slate_size={setup.slate_size}, and items are shown one at a time with slate_size=1": setup.slate_size
        != 1,
        f"num_users={people}, and states tell all of one user only, num_users=1": people != 1,
        f"sessions={setup.sessions}, and a state does not tell who comes back": setup.sessions != 1,
        f"items that are not always available ({world.scenario.name})": not world.always_available,
        f"a scenario that is planned by an index ({world.scenario.name})": world.scenario.planner
        != "dynamic programming",
    }
    for problem, found in problems.items():
        if found:
            raise ValueError(
                f"The environment has {problem}. One that can be listed is RecBandit-v0 with observation='items', num_users=1, history=0."
            )
    states = (world.num_items + 1) ** setup.layout.length
    if states > MOST_STATES:
        raise ValueError(
            f"There may be {states:,} states, and at most {MOST_STATES:,} are listed: make the environment with fewer items or a shorter memory, such as "
            "num_items=10 and sequence_length=3."
        )
