"""What is required of a certificate: the bounds, and how far a measurement is from them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CONTROL_GAIN = 0.01
"""Largest gain of planning, either way, where nothing is slow."""
KNOWN_GAIN = (0.15, 0.70)
"""Range of the gain of planning with everything known, for single items."""
MYOPIC_NORM = (0.40, 0.85)
"""Range of the myopic oracle's score, for single items."""
LEAST_GAINS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "planning": {"planning": (0.20, 0.10), "history": (0.25, 0.15), "warm": (0.12, 0.05)},
    "slates": {"planning": (0.10, 0.0), "history": (0.15, 0.0)},
    "control": {"history": (0.25, 0.15)},
    "control slates": {"history": (0.15, 0.0)},
    "none": {},
}
"""What is asked of an id, see `demand_of` -> paired gain -> its least mean, and the least lower end of its interval."""
GAIN_WORDS: Mapping[str, str] = {
    "planning": "what honest planning is worth",
    "history": "what the history is worth",
    "warm": "what a history is worth to one who learns in the session",
}
"""Paired gain -> its words."""
SCORE_RANGES: Mapping[str, tuple[float, float]] = {
    "honest planner": (0.75, math.inf),
    "flat planner": (0.70, math.inf),
    "loop": (-math.inf, 0.35),
}
"""Policy -> range of its score, for single items."""
_SLATES = {"planning": "slates", "control": "control slates"}
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


def demand_of(result: Mapping[str, Any]) -> str:
    """Returns which demands a certificate has to meet, a key of `LEAST_GAINS`: its kind, and whether it is of slates."""
    kind = str(result["kind"])
    return _SLATES.get(kind, kind) if result["slate_size"] > 1 else kind


def requirements(result: Mapping[str, Any], *, users: int | None = None) -> Iterator[Requirement]:
    """Yields what is required of a certificate: of its kind, of single items or slates, and of the rows of the square that were measured.

    Args:
        result: `recgym.oracles.certificate.Certificate.as_dict`.
        users: Tells the lower ends of intervals as they would be with so many users; as they are if ``None``.
    """
    gains, norms, demand = result["gains"], result["norms"], demand_of(result)
    narrowed = 1.0 if users is None else math.sqrt(result["users"] / users)

    def low(interval: Mapping[str, float]) -> float:
        return interval["mean"] - narrowed * (interval["mean"] - interval["low"])

    if result["kind"] == "control":
        for knowledge, ends in result["square"].items():
            worth = ends["planner"]["mean"] / ends["myopic"]["mean"] - 1.0
            what = f"what planning is worth to one who knows {knowledge!r}"
            yield Requirement(what, worth, -CONTROL_GAIN, CONTROL_GAIN)
    if demand == "planning":
        yield Requirement("what planning is worth with everything known", result["gain"]["mean"], *KNOWN_GAIN)
        yield Requirement("its lower end", low(result["gain"]), 0.0, math.inf)
        yield Requirement("the myopic oracle's score", result["norm"], *MYOPIC_NORM, _NORM, percent=False)
        lead = low(result["popular_gain"]) / result["returns"]["random"]["mean"]
        yield Requirement("the lower end of what popular is above random", lead, 0.0, math.inf)
        if result["bound"] is not None:
            beyond = result["returns"]["planner"]["mean"] / result["bound"] - 1.0
            yield Requirement("the planner's distance from its upper bound", beyond, -math.inf, 0.0)
    for name, (mean, least) in LEAST_GAINS[demand].items():
        if name in gains:
            words = GAIN_WORDS[name]
            yield Requirement(words, gains[name]["mean"], mean, math.inf)
            yield Requirement(f"the lower end of {words}", low(gains[name]), least, math.inf)
    if demand == "planning":
        for policy, (least, most) in SCORE_RANGES.items():
            if policy in norms:
                words = f"the score of the {policy}"
                yield Requirement(words, norms[policy], least, most, _NORM, percent=False)
