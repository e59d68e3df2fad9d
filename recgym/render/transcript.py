"""The transcript of a session: a line about the user, a line per step, a line about the end. Its own words are ASCII."""

from __future__ import annotations

from recgym.render.wording import (
    NOTHING_SHOWN,
    clicked,
    introduction,
    kinds_of,
    one_line,
    reported_signals,
)
from recgym.task.session_record import SessionRecord, Step
from recgym.task.task import Task

_TITLE_WIDTH, _CATEGORY_WIDTH, _FEEDBACK_WIDTH = 44, 16, 30


class SessionTranscript:
    """Writes sessions down, one environment's; an environment with ``render_mode="ansi"`` keeps one."""

    def __call__(self, record: SessionRecord) -> str:
        """Returns the session so far as text."""
        return transcript(record)


def transcript(record: SessionRecord) -> str:
    """Returns a session as text."""
    task = record.task
    slate = f" of slates of {task.slate_size}" if task.slate_size > 1 else ""
    lines = [
        f"{task.scenario}: one session{slate}.",
        one_line(introduction(record)),
        "",
        f"{'step':>4}  {'item':<{_TITLE_WIDTH}}  {'category':<{_CATEGORY_WIDTH}}  {'feedback':<{_FEEDBACK_WIDTH}}"
        f"  {'reward':>7}  {'total':>8}",
    ]
    total = 0.0
    for number, step in enumerate(record.steps, start=1):
        total += step.reward
        lines.append(
            f"{number:>4}  {_what(task, step):<{_TITLE_WIDTH}}  {_kind(task, step):<{_CATEGORY_WIDTH}}"
            f"  {elided(feedback_words(task, step), _FEEDBACK_WIDTH):<{_FEEDBACK_WIDTH}}  {step.reward:>+7.2f}  {total:>8.2f}"
        )
    return "\n".join([*lines, "", conclusion(record)])


def feedback_words(task: Task, step: Step) -> str:
    """Says what came back: ``"ignored"``, or events and amounts such as ``"click, like, completion 0.83"``."""
    words = [] if clicked(task, step) else ["ignored"]
    for number, signal in reported_signals(task):
        value = step.signals[number]
        if signal.is_event and value > 0:
            words.append(signal.name)
        elif not signal.is_event and value != 0:
            words.append(f"{signal.name} {value:.2f}")
    return ", ".join(words)


def conclusion(record: SessionRecord) -> str:
    """Says how the session ended, or that it goes on."""
    count, total = len(record.steps), record.total
    steps = f"{count} step{'' if count == 1 else 's'}"
    if record.ending == "left":
        return f"The user left after {steps}. Return {total:.2f}."
    if record.ending == "horizon":
        return f"The session reached its limit of {steps}. Return {total:.2f}."
    return f"The session goes on after {steps}. Return so far {total:.2f}."


def elided(text: str, width: int) -> str:
    """Returns a text of one line and at most ``width`` characters."""
    flat = one_line(text)
    return flat if len(flat) <= width else flat[: width - 3].rstrip() + "..."


def _what(task: Task, step: Step) -> str:
    if step.item < 0:
        return NOTHING_SHOWN
    slate = f" [{step.attended + 1}/{task.slate_size}]" if task.slate_size > 1 else ""
    return elided(task.titles[step.item], _TITLE_WIDTH - len(slate)) + slate


def _kind(task: Task, step: Step) -> str:
    return "" if step.item < 0 else elided(kinds_of(task)[step.item], _CATEGORY_WIDTH)
