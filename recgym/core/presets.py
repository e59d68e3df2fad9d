"""Presets: named sets of arguments, with which the world changes while an agent learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from recgym.core.arguments import unknown_name


class Preset(NamedTuple):
    """A named set of a scenario's numbers."""

    arguments: Mapping[str, float]
    description: str


PRESETS: Mapping[str, Preset] = {
    "drift": Preset(
        {"drift": 0.05, "trend": 1.5, "trend_period": 10, "trend_ramp": 1.0},
        "interests walk within a session, and what is in fashion drifts from session to session, all the time",
    ),
    "trend": Preset(
        {"trend": 1.5, "trend_period": 20, "trend_ramp": 0.0},
        "popularity shocks: every 20 sessions of a stream other topics are in fashion, at once",
    ),
    "cold_start": Preset(
        {"history": 0, "new_items": 0.3},
        "users bring no history, and the platform has never shown three items of ten",
    ),
}
"""Every preset by name: the one place where they are spelt. All of them are numbers that every scenario has."""


def preset_arguments(name: str | None) -> Mapping[str, float]:
    """Returns the arguments of a preset; none for ``None``.

    Raises:
        TypeError: if the name is no text.
        ValueError: if there is no such preset.
    """
    if name is None:
        return {}
    if not isinstance(name, str):
        raise TypeError(f"preset={name!r} must be a name: {', '.join(PRESETS)}; or None for no preset.")
    if name not in PRESETS:
        raise ValueError(unknown_name("preset", name, PRESETS))
    return PRESETS[name].arguments


def told(preset: Preset) -> str:
    """Returns a preset's arguments as they are written in code."""
    return ", ".join(f"{name}={value}" for name, value in preset.arguments.items())
