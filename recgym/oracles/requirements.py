"""What is required of a certificate: the bounds, and how far a measurement is from them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CONTROL_GAIN = 0.01
"""Largest gain of planning, either way, where nothing is slow."""
_SHARE, _NORM = 0.1, 0.05
"""Differences of gains, and of scores, that count as much as one another in a margin."""


@dataclass(frozen=True)
class Requirement:
    """A number of a certificate, and the range in which it must lie.

    Attributes:
        what: What the number is.
        value: As it was measured.
        least: Lower end of the range.
        most: Upper end.
        unit: By what distances from the ends are divided, so that they can be compared.
        percent: Whether it is told in per cent.
    """

    what: str
    value: float
    least: float
    most: float
    unit: float = _SHARE
    percent: bool = True

    @property
    def margin(self) -> float:
        """Distance from the nearer end, in units; negative if the requirement is not met."""
        return min(self.value - self.least, self.most - self.value) / self.unit

    def __str__(self) -> str:
        """Says what is measured and what is required."""
        least, most = self._told(self.least), self._told(self.most)
        if math.isinf(self.most):
            required = f"at least {least}"
        elif math.isinf(self.least):
            required = f"at most {most}"
        else:
            required = f"between {least} and {most}"
        return f"{self.what} is {self._told(self.value)}; required is {required}"

    def _told(self, value: float) -> str:
        return f"{value:.1%}" if self.percent else f"{value:.2f}"


def requirements(result: Mapping[str, Any], *, users: int | None = None) -> Iterator[Requirement]:
    """Yields what is required of a certificate: of its kind, of single items or slates, and of the rows of the square that were measured.

    Args:
        result: `recgym.oracles.certificate.Certificate.as_dict`.
        users: Tells the lower ends of intervals as they would be with so many users; as they are if ``None``.
    """
    kind, gains, norms, square = result["kind"], result["gains"], result["norms"], result["square"]
    narrowed = 1.0 if users is None else math.sqrt(result["users"] / users)

    def low(interval: Mapping[str, float]) -> float:
        return interval["mean"] - narrowed * (interval["mean"] - interval["low"])

    def gain(name: str, label: str, mean: float, least: float) -> Iterator[Requirement]:
        if name in gains:
            yield Requirement(label, gains[name]["mean"], mean, math.inf)
            yield Requirement(f"the lower end of {label}", low(gains[name]), least, math.inf)

    if kind == "none":
        return
    if kind == "control":
        for knowledge, ends in square.items():
            worth = ends["planner"]["mean"] / ends["myopic"]["mean"] - 1.0
            what = f"what planning is worth to one who knows {knowledge!r}"
            yield Requirement(what, worth, -CONTROL_GAIN, CONTROL_GAIN)
        yield from gain("history", "what the history is worth", 0.25, 0.15)
        return
    if result["slate_size"] > 1:
        yield from gain("planning", "what honest planning is worth", 0.10, 0.0)
        yield from gain("history", "what the history is worth", 0.15, 0.0)
        return
    yield Requirement("what planning is worth with everything known", result["gain"]["mean"], 0.15, 0.70)
    yield Requirement("its lower end", low(result["gain"]), 0.0, math.inf)
    yield Requirement("the myopic oracle's score", result["norm"], 0.40, 0.85, _NORM, percent=False)
    lead = low(result["popular_gain"]) / result["returns"]["random"]["mean"]
    yield Requirement("the lower end of what popular is above random", lead, 0.0, math.inf)
    if result["bound"] is not None:
        beyond = result["returns"]["planner"]["mean"] / result["bound"] - 1.0
        yield Requirement("the planner's distance from its upper bound", beyond, -math.inf, 0.0)
    yield from gain("planning", "what honest planning is worth", 0.20, 0.10)
    yield from gain("history", "what the history is worth", 0.25, 0.15)
    yield from gain("warm", "what a history is worth to one who learns in the session", 0.12, 0.05)
    for policy, least, most in (
        ("honest planner", 0.75, math.inf),
        ("flat planner", 0.70, math.inf),
        ("loop", -math.inf, 0.35),
    ):
        if policy in norms:
            yield Requirement(f"the score of the {policy}", norms[policy], least, most, _NORM, percent=False)
