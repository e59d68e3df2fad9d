"""Search spaces: which options of an agent `train.tune` varies, and from where to where, as the block ``search`` of a hyperparameter file says it.

A range is ``{low: 0.001, high: 0.1, log: true}``, whole numbers if both ends are; a choice is ``{choices: [16, 32, 64]}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from recgym.core.arguments import shortened

SEARCH = "search"
"""Name of the block."""


class Dimension(NamedTuple):
    """Where one option is looked for."""

    low: float = 0.0
    high: float = 0.0
    log: bool = False
    choices: tuple[Any, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it is a range of whole numbers."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    def holds(self, value: Any) -> bool:
        """Whether a value is in it."""
        if self.choices:
            return value in self.choices
        return (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and self.low <= value <= self.high
            and (isinstance(value, int) or not self.whole)
        )

    def suggest(self, trial: Any, name: str) -> Any:
        """Returns what an Optuna trial tries for the option."""
        if self.choices:
            return trial.suggest_categorical(name, list(self.choices))
        if self.whole:
            return trial.suggest_int(name, int(self.low), int(self.high), log=self.log)
        return trial.suggest_float(name, float(self.low), float(self.high), log=self.log)

    def some(self) -> Any:
        """Returns a value in it."""
        return self.choices[0] if self.choices else self.low


def read_search_space(block: Mapping[str, Any], where: str) -> dict[str, Dimension]:
    """Reads the block of a hyperparameter file.

    Args:
        block: Option -> range or choice.
        where: It is from, for errors.

    Raises:
        ValueError: if an entry is neither.
    """
    return {name: _read(name, entry, where) for name, entry in block.items()}


def _read(name: str, entry: Any, where: str) -> Dimension:
    wrong = (
        f"{where}: {name}={shortened(entry)} is no place to search. Write a range, {{low: 0.001, high: 0.1}}, with log: true if sizes matter more than steps and "
        "low is above 0, or a choice, {choices: [16, 32]} of numbers, words, true or false."
    )
    if not isinstance(entry, Mapping):
        raise ValueError(wrong)
    if set(entry) == {"choices"}:
        choices = entry["choices"]
        if (
            not isinstance(choices, list)
            or not choices
            or not all(isinstance(value, bool | int | float | str) for value in choices)
        ):
            raise ValueError(wrong)
        return Dimension(choices=tuple(choices))
    if not {"low", "high"} <= set(entry) <= {"low", "high", "log"}:
        raise ValueError(wrong)
    low, high, log = entry["low"], entry["high"], entry.get("log", False)
    for end in (low, high):
        if isinstance(end, bool) or not isinstance(end, int | float):
            raise ValueError(wrong)
    if not low < high < float("inf") or not isinstance(log, bool) or (log and low <= 0):
        raise ValueError(wrong)
    return Dimension(low, high, log)
