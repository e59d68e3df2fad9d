"""What the shipped certificates say, as tables and charts; what is required of them; how constants were found; what vectors are worth."""

from __future__ import annotations

import html
import json
import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import recgym
from recgym.certify import markdown_table, problems, read_certificates
from recgym.compare_encoders import markdown_table as encoder_rows
from recgym.oracles.knowledge import EVERYTHING
from recgym.oracles.requirements import (
    CONTROL_GAIN,
    GAIN_WORDS,
    KNOWN_GAIN,
    LEAST_GAINS,
    MYOPIC_NORM,
    SCORE_RANGES,
    demand_of,
)
from tools.pages.markdown import ROOT, table

CERTIFICATES = read_certificates(Path(recgym.__file__).parent / "certificates.json")
TUNING = ROOT / "docs" / "tuning"
"""Where `recgym.tune_world` wrote what it tried, a file for each id."""
CHANGE = ROOT / "docs" / "change.json"
"""What `recgym.certify` wrote of the worlds that presets move."""
ENCODERS = ROOT / "docs" / "encoders.json"
"""What `recgym.compare_encoders` wrote."""
_DEMANDS = {
    "planning": "`planning`, single items",
    "slates": "`planning`, slates",
    "control": "`control`, single items",
    "control slates": "`control`, slates",
}
_LEFT, _WIDTH, _GAP, _WORLD = 190, 560, 20, 11
_TICKS = 7
"""At most so many numbers stand above a chart."""


def measured_gains(env_id: str, name: str) -> list[dict[str, float]]:
    """Returns a gain of an id, world by world: ``"planning"``, ``"history"``, ``"warm"``, or `EVERYTHING`; empty where it was not measured."""
    return [
        gain
        for result in CERTIFICATES
        if result["env_id"] == env_id and (gain := _gain_in(result, name)) is not None
    ]


def gain_of(env_id: str, name: str) -> str:
    """Returns the mean of a gain over the worlds of an id, in percent; names as for `measured_gains`."""
    gains = [gain["mean"] for gain in measured_gains(env_id, name)]
    return f"{100 * statistics.fmean(gains):+.0f} %" if gains else "not measured"


def certificate_table() -> str:
    """Returns the table of returns, scores and gains."""
    return markdown_table(CERTIFICATES)


def missed_requirements(results: Sequence[Mapping[str, Any]] = CERTIFICATES) -> str:
    """Returns which certificates miss what is required of them, and by what."""
    missed = [problem for result in results for problem in problems(result)]
    if not missed:
        return f"Each of the {len(results)} certificates meets what is required."
    failing = sum(bool(problems(result)) for result in results)
    listed = "\n".join(f"* {problem}" for problem in missed)
    return f"Of the {len(results)} certificates {failing} {'misses' if failing == 1 else 'miss'} what is required:\n\n{listed}"


def change_table(path: Path = CHANGE) -> str:
    """Returns the squares of the worlds that presets move, an id and preset a row."""
    return markdown_table(read_certificates(path))


def requirement_table() -> str:
    """Returns what is required, of single items, of slates and of the control."""
    rows = [
        ["planning, with everything known", _range(*KNOWN_GAIN), "", _either_way(), _either_way()],
        ["its interval", "begins above 0 %", "", "", ""],
        ["planning, in every other row of the square", "", "", _either_way(), _either_way()],
    ]
    for name, words in GAIN_WORDS.items():
        cells = [f"{words} (`{name}`)"]
        for demand in _DEMANDS:
            cells.append("")
            if name in LEAST_GAINS[demand]:
                mean, least = LEAST_GAINS[demand][name]
                cells[-1] = f"at least {_percent(mean)}, its interval begins at {_percent(least)} or above"
        rows.append(cells)
    rows.append(["score of the myopic oracle", _range(*MYOPIC_NORM, percent=False), "", "", ""])
    rows += [
        [f"score of the {policy}", _range(*limits, percent=False), "", "", ""]
        for policy, limits in SCORE_RANGES.items()
    ]
    rows.append(["popular", "above random, with its interval", "", "", ""])
    rows.append(
        ["the planner that knows everything", "not above its upper bound, where it has one", "", "", ""]
    )
    return table(["what", *_DEMANDS.values()], rows)


def planning_chart() -> str:
    """Draws what honest planning is worth, as SVG whose colours are those of the page."""
    return _chart("planning", "What honest planning is worth")


def history_chart() -> str:
    """Draws what the history is worth, as SVG whose colours are those of the page."""
    return _chart("history", "What the history is worth")


def tuning_table(folder: Path = TUNING) -> str:
    """Returns how the constants of each id were found: a row for each record in a folder; nothing where there is none."""
    rows = []
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        best = max(record["trials"], key=lambda trial: trial["margin"])
        rows.append(
            (
                f"`{record['env_id']}`",
                ", ".join(f"`{name}` {value:g}" for name, value in best["constants"].items()),
                str(len(record["trials"])),
                ", ".join(map(str, record["worlds"])),
                str(record["users"]),
                f"{best['margin']:+.2f}",
                best["tightest"],
            )
        )
    if not rows:
        return ""
    head = (
        "id",
        "best constants of the record",
        "trials",
        "worlds",
        "users",
        "smallest margin",
        "where it is smallest",
    )
    return f"{table(head, rows)}\n\nThe records are in `docs/tuning`, every trial with what it measured."


def encoder_table(path: Path = ENCODERS) -> str:
    """Returns what the history is worth with each encoder's vectors; how to measure it where nobody has yet."""
    if not path.exists():
        return "Not among the committed results: the command below measures it."
    return encoder_rows(json.loads(path.read_text(encoding="utf-8")))


def _gain_in(result: Mapping[str, Any], name: str) -> dict[str, float] | None:
    found: dict[str, float] | None = result["gain"] if name == EVERYTHING else result["gains"].get(name)
    return found


def _range(least: float, most: float, *, percent: bool = True) -> str:
    low, high = (_percent(end) if percent and math.isfinite(end) else f"{end:.2f}" for end in (least, most))
    if math.isinf(most):
        return f"at least {low}"
    return f"at most {high}" if math.isinf(least) else f"{low} to {high}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _either_way() -> str:
    return f"at most {_percent(CONTROL_GAIN)}, either way"


def _required(result: Mapping[str, Any], name: str) -> tuple[float, float] | None:
    """Returns the range in which a gain's mean has to be; ``None`` where nothing is required of it."""
    demand = demand_of(result)
    if result["kind"] == "control" and name == "planning":
        return -CONTROL_GAIN, CONTROL_GAIN
    if name not in LEAST_GAINS[demand]:
        return None
    return LEAST_GAINS[demand][name][0], math.inf


class _Scale:
    """Places gains on the width of a chart, with a few round numbers above it."""

    def __init__(self, gains: Sequence[Mapping[str, float]]) -> None:
        ends = [0.0, *(gain[end] for gain in gains for end in ("low", "high"))]
        span = max(max(ends) - min(ends), 0.1)
        step = next(size for size in (0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, math.inf) if span / size < _TICKS)
        step = span if math.isinf(step) else step
        first, last = math.floor(min(ends) / step), max(math.ceil(max(ends) / step), 1)
        self.ticks = [number * step for number in range(first, last + 1)]

    def __call__(self, gain: float) -> float:
        least, most = self.ticks[0], self.ticks[-1]
        return _LEFT + _WIDTH * (min(max(gain, least), most) - least) / (most - least)


def _chart(name: str, title: str) -> str:
    """Draws a gain of every id and world with its interval, and the range that is required of each id."""
    drawn = [result for result in CERTIFICATES if _gain_in(result, name) is not None]
    if not drawn:
        return f"{title}: not measured."
    place = _Scale([result["gains"][name] for result in drawn])
    rows = "".join(_rows(drawn, name, place))
    height = 26 + sum(_height(worlds) for worlds in _by_id(drawn).values()) + 8
    grid = "".join(
        f'<line class="grid" x1="{place(tick):.0f}" x2="{place(tick):.0f}" y1="26" y2="{height - 8}"/>'
        f'<text class="tick" x="{place(tick):.0f}" y="18">{100 * tick:.0f} %</text>'
        for tick in place.ticks
    )
    return (
        f'<svg class="gains" viewBox="0 0 {_LEFT + _WIDTH + 30} {height}" role="img" '
        f'aria-label="{title}, by scenario and world, with 95 % intervals">{grid}{rows}</svg>'
    )


def _by_id(results: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for result in results:
        found.setdefault(result["env_id"], []).append(result)
    return found


def _height(worlds: Sequence[Mapping[str, Any]]) -> int:
    return _GAP + _WORLD * len(worlds)


def _rows(drawn: Sequence[Mapping[str, Any]], name: str, place: _Scale) -> Iterator[str]:
    top = 26
    for env_id, worlds in _by_id(drawn).items():
        height = _height(worlds)
        middle = top + height / 2
        required = _required(worlds[0], name)
        if required is not None:
            low, high = (place(end) for end in required)
            yield f'<rect class="range" x="{low:.1f}" y="{top + 3}" width="{high - low:.1f}" height="{height - 6}"/>'
        yield f'<text class="name" x="{_LEFT - 14}" y="{middle + 4:.0f}">{html.escape(env_id)}</text>'
        for number, result in enumerate(worlds):
            y = middle + _WORLD * (number - (len(worlds) - 1) / 2)
            yield _interval(result["gains"][name], result["world_seed"], y, place)
        top += height


def _interval(gain: Mapping[str, float], world_seed: int, y: float, place: _Scale) -> str:
    low, mean, high = (place(gain[end]) for end in ("low", "mean", "high"))
    words = f"world {world_seed}: {gain['mean']:+.1%} [{gain['low']:+.1%}, {gain['high']:+.1%}]"
    return (
        f'<g><title>{words}</title><line class="interval" x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<circle class="mean" cx="{mean:.1f}" cy="{y:.1f}" r="3.6"/></g>'
    )
