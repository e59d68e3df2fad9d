"""Honest policies: they know the items and the dynamics, and of a user only what may be seen, told and worked out.

They are measured beside the oracles, which know everything: the difference is what not knowing the user costs, and what one honest policy earns more than
another is what the history, the session, or looking ahead is worth.
"""

from __future__ import annotations

import numpy as np

from recgym.core.arguments import unknown_name
from recgym.oracles.beliefs import Beliefs
from recgym.oracles.history_estimates import HistoryEstimator
from recgym.oracles.policies import no_values, room_for_values, score_for, solve_for
from recgym.sessions.kernels import Feedback
from recgym.sessions.sessions import Sessions
from recgym.task.choosing import best_items
from recgym.world.world import WorldArrays

KNOWLEDGE = ("average", "session", "honest")
"""What an honest policy may use: neither history nor feedback (everybody is the average user), the feedback of this session, or history and feedback."""
_LOWEST = -1e300
SOLVED_AGAIN = 10
"""Steps after which what is left of the sessions is solved anew, with what has been learned since."""


class HonestPolicy:
    """Acts on what is believed of each user: shows the item with the largest expected reward, and what is expected to follow if it ``plans``.

    Nothing hidden of the sessions' users is read: of their records it takes over what observations and infos tell.
    """

    def __init__(
        self,
        estimator: HistoryEstimator,
        *,
        knowledge: str = "honest",
        plans: bool = True,
        price: float = 0.0,
        arrays: WorldArrays | None = None,
    ) -> None:
        """Makes the policy.

        Args:
            estimator: Learned from training people of the same world.
            knowledge: One of `KNOWLEDGE`.
            plans: Whether it looks ahead.
            price: Shadow price of the burden, where the scenario is planned by an index.
            arrays: What is thought of the items; they are known if ``None``.

        Raises:
            ValueError: for unknown knowledge.
        """
        if knowledge not in KNOWLEDGE:
            raise ValueError(unknown_name("knowledge", knowledge, KNOWLEDGE))
        self.estimator, self.knowledge, self.plans, self.price = estimator, knowledge, plans, price
        self._arrays = arrays
        self._sessions: Sessions | None = None

    def __call__(self, sessions: Sessions) -> np.ndarray:
        """Chooses items (N,), or slates (N, K) of the best ones, for sessions that it sees from their first step on."""
        if sessions is not self._sessions:
            self._begin(sessions)
        elif self._steps:
            self._beliefs.see(sessions.users)
        self._solve(sessions)
        price = self.price if self.plans else 0.0
        scores = score_for(sessions, self._beliefs.users, self._beliefs.arrays, self._values, price)
        # What is available is told; where a user's hidden state decides it, a belief may be wrong.
        scores = np.where(sessions.masks() == 1, np.maximum(scores, _LOWEST), -np.inf)
        return best_items(scores, sessions.slate_size)

    def watch(self, feedback: Feedback, idle: np.ndarray) -> None:
        """Takes what came of the step: the signals of each row that was not idle."""
        learns = self.knowledge != "average"
        self._beliefs.take(feedback, idle, learns=learns)
        self._steps += 1

    def _begin(self, sessions: Sessions) -> None:
        self._sessions, self._steps = sessions, 0
        arrays = sessions.world.arrays if self._arrays is None else self._arrays
        self._beliefs = Beliefs(sessions.setup, arrays, self.estimator.typical)
        informed = self.knowledge == "honest"
        found = self.estimator.estimate(sessions) if informed else self.estimator.average(sessions)
        self._beliefs.begin(sessions.users, found.means, found.covariances, dict(found.traits))
        self._exact = self.plans and sessions.world.scenario.planner == "dynamic programming"
        self._values = room_for_values(sessions) if self._exact else no_values(sessions.size)

    def _solve(self, sessions: Sessions) -> None:
        """Solves the sessions that are not over when they begin and, where beliefs change, again from time to time."""
        due = self._steps == 0 or (self.knowledge != "average" and self._steps % SOLVED_AGAIN == 0)
        if not self._exact or not due:
            return
        running = np.flatnonzero(~sessions.over)
        values = self._values[running]
        solve_for(sessions, self._beliefs.users[running], self._beliefs.arrays, values)
        self._values[running] = values
