"""What agents share that look several steps back: the last steps of every session, and the returns that follow them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from agents.agent import Transitions
from agents.tabular.tabular_agent import TabularAgent, TabularStep, largest

MOST_STEPS = 1_000
"""Steps of each row that are remembered at most."""


class MultiStepAgent(TabularAgent):
    """Learns each step when enough of what followed it is known: after ``lookahead`` steps, or when the session is over.

    It remembers the last ``lookahead`` steps of each row of the batch, the newest last. `begin` forgets those of a row: what was not
    learned when a training ends or another begins is lost. They are not saved.
    """

    _states: np.ndarray
    _items: np.ndarray
    _rewards: np.ndarray
    _best: np.ndarray
    _greedy: np.ndarray
    _count: np.ndarray

    scores_by_memory: ClassVar[bool] = False

    def prepare_lookahead(self, lookahead: int) -> None:
        """Takes the number of steps."""
        self._lookahead = lookahead
        self._remember(0)

    @abstractmethod
    def returns(self, rows: np.ndarray, bootstrap: np.ndarray) -> np.ndarray:
        """Returns the targets (M, lookahead) of the remembered steps of some rows; those of steps that are not remembered do not matter.

        Args:
            rows: (M,) rows of the batch.
            bootstrap: (M,), what is expected after the newest of these steps.
        """

    @abstractmethod
    def value_of_step(self, step: TabularStep, best: np.ndarray) -> np.ndarray:
        """Returns what the states (N,) that a step begins in are worth, now that it is known what was shown; ``best`` (N,) are their largest values."""

    @abstractmethod
    def value_of_end(self, step: TabularStep) -> np.ndarray:
        """Returns what the states (N,) that a step leads to are worth, if it is not known what is shown there."""

    def begin(self, rows: np.ndarray) -> None:
        """See `agents.agent.Agent.begin`."""
        if len(rows) and rows.max() >= len(self._count):
            self._remember(int(rows.max()) + 1)
        self._count[rows] = 0

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        step = self.read(transitions)
        if len(step.states) != len(self._count):
            self._remember(len(step.states))
        values = self.values_of(step.states)
        best = largest(values, step.available)
        greedy = values[np.arange(len(values)), step.items] >= best
        full = np.flatnonzero(self._count == self._lookahead)
        if len(full):
            targets = self.returns(full, self.value_of_step(step, best)[full])
            self.move(self._states[full, 0], self._items[full, 0], targets[:, 0])
        self._append(step, best, greedy)
        over = np.flatnonzero(step.over)
        if len(over):
            targets = self.returns(over, (step.goes_on * self.value_of_end(step))[over])
            for place in reversed(range(self._lookahead)):
                known = self._count[over] >= self._lookahead - place
                rows = over[known]
                self.move(self._states[rows, place], self._items[rows, place], targets[known, place])
            self._count[over] = 0

    def _append(self, step: TabularStep, best: np.ndarray, greedy: np.ndarray) -> None:
        newest: dict[str, Any] = {
            "_states": step.states,
            "_items": step.items,
            "_rewards": step.rewards,
            "_best": best,
            "_greedy": greedy,
        }
        for name, values in newest.items():
            remembered = getattr(self, name)
            remembered[:, :-1] = remembered[:, 1:]
            remembered[:, -1] = values
        self._count = np.minimum(self._count + 1, self._lookahead)

    def _remember(self, size: int) -> None:
        """Makes room for the steps of N rows."""
        shape = (size, self._lookahead)
        self._states, self._items = np.zeros((2, *shape), np.int64)
        self._rewards, self._best = np.zeros((2, *shape))
        self._greedy = np.zeros(shape, np.bool_)  # whether what was shown was of the largest value, best
        self._count = np.zeros(size, np.int64)
