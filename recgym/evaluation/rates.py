"""How often users do what they do: the rates that a scenario declares, measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recgym.core.scenario import COUNTS, IGNORED, SHOWN, Rate, Scenario
from recgym.evaluation.intervals import ratio
from recgym.evaluation.session_log import SessionLog


def measured_rates(scenario: Scenario, logs: Sequence[SessionLog]) -> dict[str, float]:
    """Returns each rate's name -> what it is in the sessions of all the logs together; 0 where there is nothing to divide by.

    Args:
        scenario: Whose rates are measured.
        logs: Of single items.

    Raises:
        ValueError: without logs, or for slates.
    """
    if not logs:
        raise ValueError("Rates are measured in at least one log; none was given.")
    for log in logs:
        if log.shown.shape[2] != 1:
            raise ValueError(f"Rates are those of single items: pass slate_size=1, not {log.shown.shape[2]}.")
    return {rate.name: _measured(rate, logs) for rate in scenario.rates}


def _measured(rate: Rate, logs: Sequence[SessionLog]) -> float:
    events = sum(_count(log, rate.event, rate.least) for log in logs)
    return float(ratio(np.array([events, sum(_count(log, rate.per) for log in logs)])))


def _count(log: SessionLog, what: str, least: float = 0.0) -> float:
    if what not in COUNTS:
        signal = log.signals[what]
        return float((signal >= least).sum() if least else signal.sum())
    steps = float(log.running.sum())
    if what == SHOWN:
        return steps
    if what == IGNORED:
        return steps - float(log.signals["click"].sum())
    returned = log.signals.get("returned")
    return log.num_sessions + (0.0 if returned is None else float(returned.sum()))
