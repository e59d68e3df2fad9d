"""What pictures and transcripts say in the same words."""

from __future__ import annotations

from functools import lru_cache

from recgym.core.scenario import BASE_SIGNALS, Signal
from recgym.task.session_record import SessionRecord, Step
from recgym.task.task import Task

HISTORY_SHOWN = 5
"""Items of the warm history that are named."""
NOTHING_SHOWN = "(nothing was shown)"


@lru_cache(maxsize=16)
def kinds_of(task: Task) -> tuple[str, ...]:
    """Returns what each item is, in a word: its domain where there are several, else its category."""
    catalogue = task.catalogue
    if len(catalogue.domain_names) > 1:
        return tuple(catalogue.domain_names[domain] for domain in catalogue.domains)
    return tuple(str(category) for category in catalogue.categories)


@lru_cache(maxsize=16)
def reported_signals(task: Task) -> tuple[tuple[int, Signal], ...]:
    """Returns the signals that are shown, with their numbers: feedback of the user, and whatever weighs in the reward."""
    return tuple(
        (number, signal)
        for number, signal in enumerate(task.signals)
        if signal.is_event or signal not in BASE_SIGNALS or task.weights[number] != 0.0
    )


def clicked(task: Task, step: Step) -> bool:
    """Whether the user engaged with what was shown."""
    return step.signals[task.signal_names.index("click")] > 0


def introduction(record: SessionRecord) -> str:
    """Says who the user is, by the last items of the warm history."""
    if not record.history:
        return "A new user: nothing is known yet."
    last = [record.task.titles[item] for item in record.history[-HISTORY_SHOWN:]]
    return f"A user whose last {len(last)} picks were: " + "; ".join(last)


def one_line(text: str) -> str:
    """Returns a text without line breaks and with single spaces."""
    return " ".join(text.split())
