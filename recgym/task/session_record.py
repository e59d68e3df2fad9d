"""The record of one session: what an onlooker may know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recgym.task.task import Task


@dataclass(frozen=True)
class Step:
    """One step of a session.

    Attributes:
        shown: Items that the user saw, the top position first; -1 for an empty place.
        attended: The place that the user attended to; -1 if nothing was shown.
        signals: Name -> value.
        reward: Of the step.
        click_rate: Moving average of clicks, as the agent sees it.
        like_rate: Moving average of likes, as the agent sees it.
    """

    shown: tuple[int, ...]
    attended: int
    signals: Mapping[str, float]
    reward: float
    click_rate: float
    like_rate: float


class SessionRecord:
    """Keeps what an onlooker may know of one session: nothing hidden is in it.

    Attributes:
        task: What is being played.
        history: Items of the warm history that memory holds, oldest first.
        steps: What has happened so far.
        ending: ``"left"``, ``"horizon"``, or ``""`` while the session goes on.
    """

    def __init__(self, task: Task) -> None:
        """Waits for a session to begin."""
        self.task = task
        self.history: tuple[int, ...] = ()
        self.steps: tuple[Step, ...] = ()
        self.ending = ""

    def begin(self, history: tuple[int, ...]) -> None:
        """Begins the record of a session."""
        self.history, self.steps, self.ending = history, (), ""

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
        """Adds a step that has just been made; see `Step`, and whether the user left or the horizon was reached."""
        self.steps = (*self.steps, Step(shown, attended, signals, reward, click_rate, like_rate))
        self.ending = "left" if terminated else "horizon" if truncated else ""

    def snapshot(self) -> tuple[tuple[int, ...], tuple[Step, ...], str]:
        """Returns the record so far, for `restore`."""
        return self.history, self.steps, self.ending

    def restore(self, snapshot: tuple[tuple[int, ...], tuple[Step, ...], str]) -> None:
        """Goes back to a snapshot."""
        self.history, self.steps, self.ending = snapshot
