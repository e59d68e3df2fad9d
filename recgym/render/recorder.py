"""The record of one session, for people to read: what was shown, what came back, and who the user is said to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recgym.core.parameters import MEMORY
from recgym.core.scenario import BASE_SIGNALS, Signal
from recgym.sessions.interface import Interface
from recgym.sessions.sessions import Sessions

HISTORY_SHOWN = 5
"""Items of the warm history that are named."""
EVENT = "0 or 1"
"""Unit of the signals that are events: they happen or not."""
_TITLE_WIDTH, _CATEGORY_WIDTH, _FEEDBACK_WIDTH = 44, 16, 30


@dataclass(frozen=True)
class Step:
    """One step of a session.

    Attributes:
        item: The item that the user attended to: the chosen one, else the top of the slate.
        position: Its position in the slate; 0 is the top.
        shown: Items in the slate.
        signals: Name -> value.
        reward: Of the step.
        click_rate: Moving average of clicks, as the agent sees it.
        like_rate: Moving average of likes, as the agent sees it.
    """

    item: int
    position: int
    shown: int
    signals: Mapping[str, float]
    reward: float
    click_rate: float
    like_rate: float


class SessionRecorder:
    """Keeps what an onlooker may know of one session: nothing hidden is read.

    Attributes:
        interface: Of the environment.
        history: (H,) items of the warm history that memory holds, oldest first.
        steps: What has happened so far.
        ending: ``"left"``, ``"horizon"``, or ``""`` while the session goes on.
    """

    def __init__(self, interface: Interface) -> None:
        """Waits for a session to begin."""
        self.interface = interface
        self.history: tuple[int, ...] = ()
        self.steps: tuple[Step, ...] = ()
        self.ending = ""
        self._sessions: Sessions | None = None

    def begin(self, sessions: Sessions) -> None:
        """Begins the record of the session in row 0; `record` reads its observable rates later."""
        items, _, exists = sessions.recent(MEMORY)
        self.history = tuple(items[0][exists[0]].tolist())
        self.steps, self.ending = (), ""
        self._sessions = sessions

    def record(
        self,
        items: np.ndarray,
        signals: Mapping[str, float],
        reward: float,
        terminated: bool,
        truncated: bool,
    ) -> None:
        """Adds a step that has just been made.

        Args:
            items: (K,) what was shown, the top position first.
            signals: Name -> value.
            reward: Of the step.
            terminated: Whether the user left.
            truncated: Whether the horizon was reached.
        """
        if self._sessions is None:
            raise RuntimeError("No session is being recorded: call begin() first.")
        position = self._attended(len(items)) if signals["click"] > 0 else 0
        user = self._sessions.users[0]
        step = Step(
            int(items[position]),
            position,
            len(items),
            dict(signals),
            reward,
            float(user["click_rate"]),
            float(user["like_rate"]),
        )
        self.steps = (*self.steps, step)
        self.ending = "left" if terminated else "horizon" if truncated else ""

    def _attended(self, count: int) -> int:
        """Returns the position of the clicked item in a slate; the bottom ones are looked at where memory is shorter."""
        assert self._sessions is not None
        _, responses, exists = self._sessions.recent(min(count, MEMORY))
        clicked = np.flatnonzero((responses[0] > 0) & exists[0])
        return int(clicked[-1]) + max(0, count - MEMORY) if len(clicked) else 0

    def snapshot(self) -> tuple[tuple[int, ...], tuple[Step, ...], str]:
        """Returns the record so far, for `restore`."""
        return self.history, self.steps, self.ending

    def restore(self, sessions: Sessions, snapshot: tuple[tuple[int, ...], tuple[Step, ...], str]) -> None:
        """Goes back to a record of the session in row 0 of ``sessions``."""
        self._sessions = sessions
        self.history, self.steps, self.ending = snapshot

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each item is, in a word: its domain where there are several, else its category."""
        catalogue = self.interface.setting.world.catalogue
        if len(catalogue.domain_names) > 1:
            return tuple(catalogue.domain_names[domain] for domain in catalogue.domains)
        return tuple(str(category) for category in catalogue.categories)

    @property
    def reported(self) -> tuple[Signal, ...]:
        """The signals that are shown: feedback of the user, and whatever weighs in the reward."""
        scenario = self.interface.setting.scenario
        feedback = [signal.unit == EVENT or signal not in BASE_SIGNALS for signal in scenario.all_signals]
        weighs = [weight != 0.0 for weight in self.interface.weights]
        return tuple(s for s, f, w in zip(scenario.all_signals, feedback, weighs, strict=True) if f or w)

    def introduction(self) -> str:
        """Says who the user is, by the last items of the warm history."""
        titles = self.interface.setting.world.catalogue.titles
        if not self.history:
            return "A new user: nothing is known yet."
        last = [titles[item] for item in self.history[-HISTORY_SHOWN:]]
        return f"A user whose last {len(last)} picks were: " + "; ".join(last)

    def conclusion(self) -> str:
        """Says how the session ended, or that it goes on."""
        count = len(self.steps)
        total = sum(step.reward for step in self.steps)
        steps = f"{count} step{'' if count == 1 else 's'}"
        if self.ending == "left":
            return f"The user left after {steps}. Return {total:.2f}."
        if self.ending == "horizon":
            return f"The session reached its limit of {steps}. Return {total:.2f}."
        return f"The session goes on after {steps}. Return so far {total:.2f}."

    def feedback(self, step: Step) -> str:
        """Says what came back, in words: ``"ignored"``, or events and shares such as ``"click, like, completion 0.83"``."""
        words = []
        for signal in self.reported:
            value = step.signals[signal.name]
            if signal.unit == EVENT and value > 0:
                words.append(signal.name)
            elif signal.unit != EVENT and value != 0:
                words.append(f"{signal.name} {value:.2f}")
        if step.signals["click"] == 0:
            words.insert(0, "ignored")
        return ", ".join(words)

    def text(self) -> str:
        """Returns the transcript: a line about the user, a line per step, a line about the end."""
        titles, kinds = self.interface.setting.world.catalogue.titles, self.kinds
        slate = f" of slates of {self.interface.slate_size}" if self.interface.slate_size > 1 else ""
        lines = [f"{self.interface.setting.scenario.name}: one session{slate}.", self.introduction(), ""]
        lines.append(
            f"{'step':>4}  {'item':<{_TITLE_WIDTH}}  {'category':<{_CATEGORY_WIDTH}}  {'feedback':<{_FEEDBACK_WIDTH}}"
            f"  {'reward':>7}  {'total':>8}"
        )
        total = 0.0
        for number, step in enumerate(self.steps, start=1):
            total += step.reward
            place = f" [{step.position + 1}/{step.shown}]" if step.shown > 1 else ""
            title = elided(titles[step.item], _TITLE_WIDTH - len(place)) + place
            lines.append(
                f"{number:>4}  {title:<{_TITLE_WIDTH}}  {elided(kinds[step.item], _CATEGORY_WIDTH):<{_CATEGORY_WIDTH}}"
                f"  {elided(self.feedback(step), _FEEDBACK_WIDTH):<{_FEEDBACK_WIDTH}}  {step.reward:>+7.2f}  {total:>8.2f}"
            )
        return "\n".join([*lines, "", self.conclusion()])

    def picture(self) -> np.ndarray:
        """Returns the picture of the session, (H, W, 3) uint8, of one size however long the session is.

        Raises:
            gymnasium.error.DependencyNotInstalled: if matplotlib is not there.
        """
        from recgym.render.picture import draw

        return draw(self)


def elided(text: str, width: int) -> str:
    """Returns a text of one line and at most ``width`` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1].rstrip() + "…"
