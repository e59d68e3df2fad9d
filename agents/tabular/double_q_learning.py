"""Double Q-learning: one table chooses, the other says what it is worth."""

from __future__ import annotations

import numpy as np

from agents.agent import Transitions
from agents.tabular.tabular_agent import TabularAgent
from recgym.task.choosing import best_items


class DoubleQLearningAgent(TabularAgent):
    """Q-learning without the optimism of taking the largest of noisy values (van Hasselt, 2010).

    There are two tables. Each user's step teaches one of them, drawn by a coin: Q_1(S, a) moves to r + gamma Q_2(S', argmax_b Q_1(S', b)), or the other way
    round. Items are chosen by the mean of both. Options are those of `TabularAgent`; it keeps twice as many values.
    """

    tables = 2

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        step = self.read(transitions)
        chosen = self.generator.integers(0, 2, len(step.states))
        targets = np.empty(len(step.states))
        for table in range(2):
            rows = np.flatnonzero(chosen == table)
            own, other = (
                self._values[table, step.following[rows]],
                self._values[1 - table, step.following[rows]],
            )
            best = best_items(np.where(step.available_next[rows], own, -np.inf), 1)
            future = other[np.arange(len(rows)), best]
            targets[rows] = step.rewards[rows] + self._gamma * step.goes_on[rows] * future
        for table in range(2):
            rows = np.flatnonzero(chosen == table)
            self.move(step.states[rows], step.items[rows], targets[rows], table)
