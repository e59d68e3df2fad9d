"""Session-kNN: what was clicked in the sessions that are most like this one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from agents.sequential.clicks import NextClickAgent
from recgym.core.arguments import whole_number

_SESSIONS = "sessions"
_TIE = 1e-6
"""Weight of the platform's click rates, which decide where no session that is remembered tells anything."""


class SessionKNNAgent(NextClickAgent):
    """Shows what was clicked in the sessions whose clicks are most like those of the session that is running.

    score(s, i) = sum over the k sessions n that are nearest to s of cos(s, n) 1[i in n],      cos(s, n) = sum_i w_i 1[i in n] / (|w| sqrt(|n|)),

    w_i being the weight of item i in s: the p-th of m clicks has p / m (of two clicks on an item, the larger), or each has 1 without ``recency``. What was browsed before a session
    belongs to it, as far as it is seen. Where no session is like it, items come by the platform's click rates. Sessions with less than two clicks tell
    nothing, and are not kept.

    Source: Jannach and Ludewig (2017); the weights are those of Ludewig and Jannach (2018), "V-SKNN".

    Assumes: what people click tells what they will click, in whatever order. It looks one step ahead, and counts clicks, not rewards.

    Cost of a step of N users with I items and M sessions: O(N M I) multiplications in two products of matrices, to choose; nothing to learn. Memory: M x I
    numbers of four bytes, so at 10,000 items 40 MB for a thousand sessions.

    Args:
        neighbours: k, at least 1.
        memory: M, sessions that are remembered, the newest, at least 1.
        recency: Whether later clicks weigh more.
        epsilon: Probability of items at random in training.
        repeat: Whether what was shown in the session may be shown again.
    """

    def prepare(
        self,
        *,
        neighbours: int = 100,
        memory: int = 2_000,
        recency: bool = True,
        epsilon: float = 0.3,
        repeat: bool = False,
    ) -> None:
        """See the class."""
        self.set_showing(epsilon, repeat)
        if not isinstance(recency, bool):
            raise TypeError(f"recency={recency!r} must be True or False.")
        self._neighbours = whole_number("neighbours", neighbours, 1)
        self._capacity = whole_number("memory", memory, 1)
        self._recency = recency
        self._remembered = np.zeros((0, self.task.num_items), np.float32)
        self._next = 0
        self._popular = (_TIE * self.task.popularity).astype(np.float32)

    def click_scores(self, clicks: np.ndarray) -> np.ndarray:
        """See `agents.sequential.clicks.NextClickAgent.click_scores`."""
        if not len(self._remembered):
            return np.broadcast_to(self._popular, (len(clicks), len(self._popular)))
        near = self.similarities(clicks)
        if self._neighbours < near.shape[1]:
            smallest = -np.partition(-near, self._neighbours - 1, axis=1)[
                :, self._neighbours - 1 : self._neighbours
            ]
            near = np.where(near >= smallest, near, np.float32(0.0))
        return near @ self._remembered + self._popular

    def similarities(self, clicks: np.ndarray) -> np.ndarray:
        """Returns the cosines (N, M) of clicks (N, L) with the sessions that are remembered."""
        weights = item_weights(clicks, self.task.num_items, recency=self._recency)
        lengths = np.linalg.norm(weights, axis=1, keepdims=True)
        theirs = np.sqrt(self._remembered.sum(axis=1))
        cosines: np.ndarray = weights @ self._remembered.T / np.maximum(lengths * theirs, np.float32(1e-6))
        return cosines

    def learn_sessions(self, clicks: np.ndarray) -> None:
        """See `agents.sequential.clicks.NextClickAgent.learn_sessions`."""
        sets = (item_weights(clicks, self.task.num_items, recency=False) > 0.0).astype(np.float32)
        sets = sets[sets.sum(axis=1) >= 2.0][-self._capacity :]
        room = self._capacity - len(self._remembered)
        if room:
            self._remembered = np.concatenate([self._remembered, sets[:room]])
            sets = sets[room:]
        places = (self._next + np.arange(len(sets))) % self._capacity
        self._remembered[places] = sets
        self._next = (self._next + len(sets)) % self._capacity

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`: the sessions, the oldest first."""
        return {_SESSIONS: np.roll(self._remembered, -self._next, axis=0) > 0.0}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        sessions = state[_SESSIONS]
        if sessions.ndim != 2 or sessions.shape[1] != self.task.num_items or len(sessions) > self._capacity:
            raise ValueError(
                f"sessions of shape {sessions.shape}, but at most {self._capacity} are kept, of {self.task.num_items} items"
            )
        self._remembered = sessions.astype(np.float32)
        self._next = 0


def item_weights(clicks: np.ndarray, num_items: int, *, recency: bool) -> np.ndarray:
    """Returns the weights (N, I) float32 of items in sessions.

    Args:
        clicks: (N, L), newest last, -1 for none in the first places.
        num_items: I.
        recency: Whether the p-th of m clicks weighs p / m; else each weighs 1.
    """
    weights = np.zeros((len(clicks), num_items), np.float32)
    there = clicks >= 0
    rows, places = np.nonzero(there)
    count = there.sum(axis=1)
    if recency:
        first = clicks.shape[1] - count
        each = ((places - first[rows] + 1) / count[rows]).astype(np.float32)
    else:
        each = np.ones(len(rows), np.float32)
    np.maximum.at(weights, (rows, clicks[rows, places]), each)
    return weights
