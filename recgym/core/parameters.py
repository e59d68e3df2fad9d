"""Numbers that a scenario may be given: typed, bounded, documented, and refused by name when they are wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, TypeVar

import numpy as np

from recgym.core.arguments import unknown_name

MEMORY = 64
"""How many of the last items a user's record remembers."""
DEFAULT_NUM_ITEMS = 200
"""Items in play, unless another number is asked for."""


def parameter(default: float, low: float, high: float, unit: str, description: str) -> Any:
    """Declares a parameter: its default, its closed range, its unit and what it does."""
    return field(
        default=default, metadata={"low": low, "high": high, "unit": unit, "description": description}
    )


@dataclass(frozen=True)
class Parameters:
    """What every scenario has. Each scenario's own class adds to it."""

    horizon: int = parameter(60, 1, 1_000_000, "steps", "longest session; reaching it truncates the episode")
    history: int = parameter(20, 0, MEMORY, "items", "warm history that a user brings; 0 is a cold start")
    drift: float = parameter(
        0.0, 0.0, 1.0, "1/step", "standard deviation of the random walk of the user's interests"
    )
    drift_return: float = parameter(
        0.02, 0.0, 1.0, "1/step", "pull of drifting interests back to where they began"
    )
    trend: float = parameter(
        0.0,
        0.0,
        10.0,
        "log-odds",
        "standard deviation of what the fashion of the day adds to an item's appeal; 0 for no fashions",
    )
    trend_period: int = parameter(
        20, 1, 1_000_000, "sessions", "sessions of a stream after which other topics are in fashion"
    )
    trend_ramp: float = parameter(
        0.0, 0.0, 1.0, "share", "last part of a period in which the next fashion comes in; 0 is a jump"
    )
    trend_start: int = parameter(
        0, 0, 1_000_000, "sessions", "how long after the platform's log streams of sessions begin"
    )
    new_items: float = parameter(
        0.0, 0.0, 0.9, "share", "items that the platform's log and the users' histories have never seen"
    )
    position_bias: float = parameter(
        1.0, 0.0, 5.0, "exponent", "examination of position r in a slate is r^-position_bias"
    )
    like_base: float = parameter(
        -0.5, -10.0, 10.0, "log-odds", "log-odds that an engaged user likes an average item"
    )
    text_informativeness: float = parameter(
        0.7, 0.0, 1.0, "share", "how much of an item's latent its text tells"
    )
    quality_in_text: float = parameter(0.3, 0.0, 1.0, "share", "how much of an item's quality its text tells")
    appeal_quality: float = parameter(
        -0.6, -1.0, 1.0, "correlation", "correlation of an item's appeal with its quality"
    )
    num_users: int = parameter(10_000, 1, 1_000_000, "people", "size of the population")
    sensitivity_spread: float = parameter(
        0.3, 0.0, 2.0, "log", "spread of the users' sensitivities (log-normal)"
    )


@dataclass(frozen=True)
class FatigueParameters(Parameters):
    """For scenarios whose items tire when they are shown again (`recgym.users.memory.fatigue`)."""

    fatigue: float = parameter(2.0, 0.0, 20.0, "log-odds", "penalty of an item that was shown just before")
    fatigue_window: int = parameter(10, 1, MEMORY, "items", "after so many other items the penalty is gone")


@dataclass(frozen=True)
class ReturnParameters(Parameters):
    """For scenarios whose users may come back after they have left (`recgym.users.returning`)."""

    sessions: int = parameter(
        1, 1, 100, "sessions", "how many sessions an episode spans at most; with 1 nobody comes back"
    )
    return_base: float = parameter(0.0, -20.0, 20.0, "log-odds", "coming back, at a slow state of 1/2")
    return_effect: float = parameter(2.0, 0.0, 20.0, "log-odds", "how much the slow state brings users back")
    gap_median: float = parameter(
        24.0, 0.1, 10_000.0, "hours", "median time until a user comes back, at a slow state of 1/2"
    )
    gap_effect: float = parameter(0.7, 0.0, 3.0, "log", "how much sooner the slow state brings users back")
    gap_spread: float = parameter(
        1.0, 0.0, 3.0, "log", "spread of the time until a user comes back (log-normal)"
    )
    gap_decay: float = parameter(
        0.3, 0.0, 24.0, "1/day", "how fast the slow state goes back to where it began while the user is away"
    )


Chosen = TypeVar("Chosen", bound=Parameters)


def sessions_of(parameters: Parameters) -> int:
    """Returns how many sessions an episode spans at most: 1 where users do not come back."""
    return parameters.sessions if isinstance(parameters, ReturnParameters) else 1


def choose_parameters(cls: type[Chosen], given: Mapping[str, Any]) -> Chosen:
    """Builds ``cls`` from keyword arguments.

    Args:
        cls: A scenario's parameter class.
        given: Names and values; what is not named keeps its default.

    Raises:
        TypeError: for an unknown name (the nearest valid one is told) or a value that is not a number.
        ValueError: for a value out of its range.
    """
    known = {f.name: f for f in fields(cls)}
    for name, value in given.items():
        if name not in known:
            raise TypeError(unknown_name("parameter", name, known))
        _check_number(known[name], value)
    values: dict[str, Any] = {name: _as_declared(known[name], value) for name, value in given.items()}
    return cls(**values)


def _check_number(declared: Field[Any], value: Any) -> None:
    low, high, unit = (declared.metadata[k] for k in ("low", "high", "unit"))
    allowed = f"a number from {low:.10g} to {high:.10g} ({unit})"
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(
            f"{declared.name}={value!r} is not a number; it must be {allowed}: {declared.metadata['description']}."
        )
    if isinstance(declared.default, int) and value != int(value if math.isfinite(value) else -1):
        raise ValueError(
            f"{declared.name}={value!r} must be a whole number from {low:.10g} to {high:.10g} ({unit})."
        )
    if not low <= value <= high:  # NaN fails too
        raise ValueError(
            f"{declared.name}={value!r} is out of range; it must be {allowed}: {declared.metadata['description']}."
        )


def _as_declared(declared: Field[Any], value: Any) -> int | float:
    return int(value) if isinstance(declared.default, int) else float(value)


def as_record(parameters: Parameters) -> np.ndarray:
    """Packs parameters into an array of one record, the form that compiled code reads.

    The last ones come first: Numba takes a record that begins with all the fields of another, as a subclass's would, for a subtype of it, and warns.

    Returns:
        Read-only, shape (1,), one float64 or int64 field per parameter.
    """
    declared = reversed(fields(parameters))
    layout = [(f.name, np.int64 if isinstance(f.default, int) else np.float64) for f in declared]
    record = np.zeros(1, np.dtype((np.record, layout)))
    for f in fields(parameters):
        record[f.name][0] = getattr(parameters, f.name)
    record.flags.writeable = False
    return record
