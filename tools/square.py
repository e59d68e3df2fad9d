"""Draws the square of each scenario as dumbbells: `python -m tools.square`.

A line per knowledge goes from the myopic policy to the planner; loop, popular, PPO and the planning agent are marks. All of it comes from the committed files:
`recgym/certificates.json`, and the comparisons of agents in `docs/comparisons`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recgym.certify import read_certificates

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parent.parent
CERTIFICATES = ROOT / "recgym" / "certificates.json"
COMPARISONS = ROOT / "docs" / "comparisons"
PICTURE = ROOT / "docs" / "square.png"
SHOWN = {
    "RecEcommerce-v0": "Shop",
    "RecVideo-v0": "Video",
    "RecMusic-v0": "Music",
    "RecNews-v0": "News",
    "RecCrossDomain-v0": "Cross-domain",
    "RecControl-v0": "Control: nothing to plan for",
}
WORLD = 0
"""The world that is drawn: the one that agents are compared in."""
ROWS = {
    "everything": "everything",
    "honest": "history and session",
    "flat": "flat observation and session",
    "session": "this session",
    "average": "the average user",
}
"""Knowledge -> its words, from the top."""
_INK, _SOFT, _FAINT = "#1f2933", "#66727f", "#d9dfe5"
_MYOPIC, _PLANNER = "#d1711a", "#2457a6"
_MARKS = {
    "popular": ("popular items", "|", _SOFT),
    "loop": ("best loop, the same for everybody", "x", _SOFT),
    "ppo": ("PPO", "D", "#7a3b9a"),
    "policy_iteration": ("policy_iteration, the planning agent", "*", "#1d7a46"),
}
_DOTS = 160


def earned_by_agents(env_id: str) -> dict[str, float]:
    """Returns what PPO and the planning agent earned per session, of those that the comparisons hold."""
    path = COMPARISONS / f"{env_id}.json"
    if not path.exists():
        return {}
    results = json.loads(path.read_text())["results"]
    return {
        name: float(results[name]["reward_per_session"]["mean"])
        for name in ("ppo", "policy_iteration")
        if name in results
    }


def draw(results: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draws a panel per scenario into a PNG."""
    from matplotlib.figure import Figure

    certificates = {
        result["env_id"]: result
        for result in results
        if result["world_seed"] == WORLD and result["env_id"] in SHOWN
    }
    figure = Figure(figsize=(13.5, 8.4))
    for place, env_id in enumerate(name for name in SHOWN if name in certificates):
        row, column = divmod(place, 3)
        axes = figure.add_axes((0.155 + 0.283 * column, 0.565 - 0.395 * row, 0.262, 0.265))
        _panel(axes, certificates[env_id], earned_by_agents(env_id), named=column == 0)
    figure.text(
        0.02,
        0.955,
        "What planning is worth, and what knowing the user is",
        fontsize=17,
        fontweight="bold",
        color=_INK,
    )
    figure.text(
        0.02,
        0.918,
        "reward per session, 1,000 held-out users of world 0, 95 % intervals; a line per knowledge, from the myopic policy to the planner",
        fontsize=10.5,
        color=_SOFT,
    )
    _key(figure.add_axes((0.02, 0.02, 0.96, 0.06)))
    figure.savefig(path, dpi=_DOTS, facecolor="white")


def _panel(axes: Axes, result: Mapping[str, Any], agents: Mapping[str, float], *, named: bool) -> None:
    rows = [name for name in ROWS if name in result["square"]]
    for place, name in enumerate(rows):
        y = len(rows) - place
        ends = result["square"][name]
        myopic, planner = ends["myopic"], ends["planner"]
        axes.plot([myopic["mean"], planner["mean"]], [y, y], color=_FAINT, linewidth=5, zorder=1)
        for end, colour in ((myopic, _MYOPIC), (planner, _PLANNER)):
            axes.plot([end["low"], end["high"]], [y, y], color=colour, linewidth=1.3, zorder=2)
            axes.plot(end["mean"], y, "o", color=colour, markersize=7, zorder=3)
    returns = result["returns"]
    marks = {name: returns[name]["mean"] for name in ("popular", "loop") if name in returns} | dict(agents)
    for name, value in marks.items():
        _, marker, colour = _MARKS[name]
        size = 11 if marker == "*" else 7
        axes.plot(
            value, 0, marker, color=colour, markersize=size, markeredgewidth=1.8 if marker in "x|" else 0.5
        )
    axes.axvline(returns["random"]["mean"], color=_FAINT, linewidth=1, zorder=0)
    axes.set_ylim(-0.6, len(rows) + 0.6)
    axes.set_yticks([0, *range(1, len(rows) + 1)])
    labels = ["policies and agents", *(ROWS[name] for name in reversed(rows))]
    axes.set_yticklabels(labels if named else [""] * len(labels), fontsize=10, color=_INK)
    axes.tick_params(length=0, labelcolor=_SOFT, axis="x")
    axes.tick_params(length=0, axis="y")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_FAINT)
    axes.grid(axis="y", color=_FAINT, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.set_title(SHOWN[result["env_id"]], loc="left", fontsize=12.5, fontweight="bold", color=_INK, pad=16)
    gains = [f"planning {100 * result['gain']['mean']:+.0f} %"]
    if "history" in result["gains"]:
        gains = [
            f"planning {100 * result['gains']['planning']['mean']:+.0f} %",
            f"history {100 * result['gains']['history']['mean']:+.0f} %",
        ]
    axes.text(0, 1.035, ", ".join(gains), transform=axes.transAxes, fontsize=9.5, color=_SOFT)


def _key(axes: Axes) -> None:
    """Draws what the marks mean."""
    axes.set_axis_off()
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 1)
    entries = [
        ("myopic", "o", _MYOPIC),
        ("planner", "o", _PLANNER),
        *(_MARKS[name] for name in _MARKS),
        ("random", "|", _FAINT),
    ]
    x = 0.5
    for words, marker, colour in entries:
        size = 11 if marker == "*" else 7
        axes.plot(
            x, 0.5, marker, color=colour, markersize=size, markeredgewidth=1.8 if marker in "x|" else 0.5
        )
        axes.text(x + 1.1, 0.5, words, fontsize=10, color=_INK, va="center")
        x += 4.5 + 0.72 * len(words)


def main() -> int:
    """Runs the command."""
    draw(read_certificates(CERTIFICATES), PICTURE)
    print(f"Drawn: {PICTURE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
