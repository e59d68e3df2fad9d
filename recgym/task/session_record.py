"""The record of one session: what an onlooker saw, and nothing hidden. Whatever draws a session reads it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from recgym.task.actions import NOTHING
from recgym.task.task import Task


class Step(NamedTuple):
    """One step of a session."""

    shown: tuple[int, ...]  # (K,) items, the top of the slate first; -1 for an empty place
    attended: int  # place that the user attended to; -1 if nothing was shown
    signals: tuple[float, ...]  # (S,) in the order of the task
    reward: float
    click_rate: float  # moving average of clicks, as observations have it
    like_rate: float  # the same of likes

    @property
    def item(self) -> int:
        """The item that the user attended to; -1 if nothing was shown."""
        return NOTHING if self.attended < 0 else self.shown[self.attended]


class Snapshot(NamedTuple):
    """A record at some moment. Steps are shared with the record, never copied, never written."""

    history: tuple[int, ...]
    steps: tuple[Step, ...]
    ending: str


class SessionRecord:
    """What happened so far in one session.

    Args:
        task: Of the environment.

    Attributes:
        task: As given.
        history: Items of the warm history that are remembered, oldest first.
        steps: What has happened, in order; read only.
        ending: ``"left"``, ``"horizon"``, or ``""`` while the session goes on.
    """

    def __init__(self, task: Task) -> None:
        """See the class; no session has begun."""
        self.task = task
        self.history: tuple[int, ...] = ()
        self.steps: list[Step] = []
        self.ending = ""

    def begin(self, history: tuple[int, ...]) -> None:
        """Begins anew, with a user who browsed some items before, oldest first."""
        self.history, self.steps, self.ending = history, [], ""

    def add(
        self,
        *,
        shown: tuple[int, ...],
        attended: int,
        signals: Mapping[str, float],
        reward: float,
        click_rate: float,
        like_rate: float,
        terminated: bool,
        truncated: bool,
    ) -> None:
        """Adds a step that has just been made.

        Args:
            shown: (K,) items, -1 for an empty place.
            attended: The place that the user attended to, -1 if nothing was shown.
            signals: Name -> value, one for each of the task; other names are left out.
            reward: Of the step.
            click_rate: Moving average of clicks after the step.
            like_rate: Moving average of likes after the step.
            terminated: Whether the user left.
            truncated: Whether the horizon was reached.
        """
        values = tuple(float(signals[name]) for name in self.task.signal_names)
        self.steps.append(Step(shown, attended, values, reward, click_rate, like_rate))
        self.ending = "left" if terminated else "horizon" if truncated else ""

    @property
    def total(self) -> float:
        """Sum of the rewards so far."""
        return sum(step.reward for step in self.steps)

    def snapshot(self) -> Snapshot:
        """Returns the record so far, for `restore`."""
        return Snapshot(self.history, tuple(self.steps), self.ending)

    def restore(self, snapshot: Snapshot) -> None:
        """Goes back to a snapshot of this record, or of another of the same task."""
        self.history, self.steps, self.ending = snapshot.history, list(snapshot.steps), snapshot.ending
