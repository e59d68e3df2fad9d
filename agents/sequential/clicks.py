"""Sessions as sequences of clicks: read from observations, and written down while an agent is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from agents.agent import BY_ITEM_NUMBERS, Agent, Transitions
from recgym.core.arguments import real_number
from recgym.task import Task
from recgym.task.choosing import best_items, random_items
from recgym.task.layout import IGNORED

NONE = -1
"""In a sequence of items: there is none."""
BY_NUMBER = ("ids", "items")
"""Forms of the observation that tell item numbers."""


class NextClickAgent(Agent):
    """Scores items by the clicks of the session, shows those of the largest scores, and learns from whole sessions. For `SessionKNNAgent`, `GRU4RecAgent`."""

    observes: ClassVar[Mapping[str, Any]] = BY_ITEM_NUMBERS
    scores_by_memory: ClassVar[bool] = False
    _epsilon: float
    _repeat: bool

    def set_showing(self, epsilon: float, repeat: bool) -> None:
        """Takes the options that tell how scores become items.

        Args:
            epsilon: Probability of items at random in training.
            repeat: Whether what was shown in the session may be shown again; if not, it comes after everything else.

        Raises:
            ValueError: if the observations do not tell item numbers, or epsilon is out of range.
            TypeError: if ``repeat`` is not a bool.
        """
        if self.task.observation not in BY_NUMBER:
            raise ValueError(
                f"{self.name} reads clicks by item numbers, and this environment has observation={self.task.observation!r}: make it with "
                f"{', '.join(f'{key}={value!r}' for key, value in self.observes.items())}, or with observation='items'."
            )
        if not isinstance(repeat, bool):
            raise TypeError(f"repeat={repeat!r} must be True or False.")
        self._epsilon = real_number("epsilon", epsilon, 0.0, 1.0)
        self._repeat = repeat
        self._sessions = SessionClicks(self.task)

    def click_scores(self, clicks: np.ndarray) -> np.ndarray:
        """Returns scores (N, I) of every item after the clicks (N, L), -1 for none, newest last; only the first places are empty."""
        raise NotImplementedError

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`."""
        return self.click_scores(clicked_items(self.task, observations))

    def learn_sessions(self, clicks: np.ndarray) -> None:
        """Learns from M sessions that are over: their clicks (M, T), as in `click_scores`."""
        raise NotImplementedError

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`."""
        clicks = clicked_items(self.task, observations)
        available = self.available(len(clicks), masks)
        scores = self.click_scores(clicks)
        ranked = np.where(available, scores, -np.inf)
        if not self._repeat:
            ranked = last_of_all(ranked, shown_items(self.task, observations))
        items = best_items(ranked, self.task.slate_size)
        if explore:
            random = self.generator.random(len(items)) < self._epsilon
            items[random] = random_items(available[random], self.task.slate_size, self.generator)
        return items

    def begin(self, rows: np.ndarray) -> None:
        """See `agents.agent.Agent.begin`."""
        self._sessions.begin(rows)

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`. A session is learned from when it is over."""
        self._sessions.add(transitions)
        over = np.flatnonzero(transitions.terminated | transitions.truncated)
        if len(over):
            self.learn_sessions(self._sessions.clicks(over))


class SessionClicks:
    """What each of N users has clicked since their session began, and what they had clicked before it, as far as it was seen.

    Args:
        task: Of the environment.
    """

    def __init__(self, task: Task) -> None:
        """See the class; N is that of the first steps that are added."""
        self._task = task
        self._items = np.zeros((0, 0), np.int32)
        self._fresh = np.zeros(0, np.bool_)

    def begin(self, rows: np.ndarray) -> None:
        """Is told that rows (M,) begin a new session."""
        self._fresh[rows[rows < len(self._fresh)]] = True

    def add(self, transitions: Transitions) -> None:
        """Notes a step of N sessions."""
        size = len(transitions.rewards)
        if len(self._fresh) != size:
            length = self._task.layout.length + self._task.horizon
            self._items = np.full((size, length), NONE, np.int32)
            self._fresh = np.ones(size, np.bool_)
        before = clicked_items(self._task, transitions.observations)[self._fresh]
        self._items[self._fresh] = NONE
        self._items[self._fresh, -before.shape[1] :] = before
        self._fresh[:] = False
        clicked = np.flatnonzero(transitions.signals["click"] > 0)
        if transitions.attended is None:
            raise ValueError(
                "transitions.attended is None: clicks on slates are learned from, so tell the places that users attended to."
            )
        items = transitions.shown[clicked, transitions.attended[clicked]]
        self._items[clicked, :-1] = self._items[clicked, 1:]
        self._items[clicked, -1] = items

    def clicks(self, rows: np.ndarray) -> np.ndarray:
        """Returns the clicks (M, T) int32 of some users, newest last, -1 for none in the first places."""
        return self._items[rows]


def clicked_items(task: Task, observations: Any) -> np.ndarray:
    """Returns what was clicked, of the items that are remembered: (N, L) int32, newest last, -1 for none in the first places.

    From bare item numbers, whose feedback is not told, all that was shown counts as clicked.

    Args:
        task: Of the environment, with ``observation="ids"`` or ``"items"``.
        observations: A batch of N.
    """
    items = _history(task, observations)
    clicked = items >= 0
    if task.observation == "ids":
        clicked &= task.layout.read(observations, "feedback") > IGNORED
    order = np.argsort(clicked, axis=1, kind="stable")
    return np.take_along_axis(np.where(clicked, items, np.int32(NONE)), order, axis=1)


def shown_items(task: Task, observations: Any) -> np.ndarray:
    """Returns what was shown in the session, of the items that are remembered: (N, L) int32, -1 for none.

    From bare item numbers, which do not tell when, what was browsed before the session counts, too.
    """
    items = _history(task, observations)
    if task.observation == "ids":
        items = np.where(task.layout.read(observations, "age") > 0, items, np.int32(NONE))
    return items


def last_of_all(scores: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Returns scores (N, I) in which some items (N, L), -1 for none, come after all others that are not minus infinity, in their own order."""
    moved = scores.astype(np.float64)
    rows, places = np.nonzero(items >= 0)
    chosen = items[rows, places]
    finite = np.where(np.isfinite(scores), scores, 0.0)
    span = np.ptp(finite, axis=1) + 1.0
    moved[rows, chosen] = scores[rows, chosen] - span[rows]
    return moved


def _history(task: Task, observations: Any) -> np.ndarray:
    task.layout.batch_size(observations)
    items: np.ndarray = np.asarray(task.layout.read(observations, "history")).astype(np.int32) - np.int32(1)
    return items
