"""Draws the square of each scenario as dumbbells: `python -m tools.square`.

A line per knowledge goes from the myopic policy to the planner; loop, popular, PPO and the planning agent are marks. All of it comes from the committed files:
`recgym/certificates.json`, and the comparisons of agents in `docs/comparisons`.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recgym.certify import read_certificates
from tools.pages.comparisons import FOLDER as COMPARISONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
CERTIFICATES = ROOT / "recgym" / "certificates.json"
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
    "flat": "flat observation, session",
    "session": "this session",
    "average": "the average user",
}
"""Knowledge -> its words, from the top."""
_INK, _SOFT, _PALE, _FAINT = "#1f2933", "#66727f", "#a3aeb8", "#d9dfe5"
_MYOPIC, _PLANNER = "#d1711a", "#2457a6"
_MARKS = {
    "popular": ("popular items", "|", _SOFT),
    "loop": ("best loop, the same for everybody", "x", _SOFT),
    "ppo": ("PPO", "D", "#7a3b9a"),
    "policy_iteration": ("policy_iteration (planning agent)", "*", "#1d7a46"),
}
_DOTS = 160


def earned_by_agents(result: Mapping[str, Any], folder: Path = COMPARISONS) -> dict[str, float]:
    """Returns what PPO and the planning agent earned per session, if they were compared.

    A comparison in which the planner earned something else is one of another world, or of other constants, and is passed over.

    Args:
        result: A certificate.
        folder: Holds comparisons, ``ID.json``.
    """
    path = folder / f"{result['env_id']}.json"
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))["results"]
    means = {name: float(row["reward_per_session"]["mean"]) for name, row in rows.items()}
    if not math.isclose(means["planner"], result["returns"]["planner"]["mean"], rel_tol=1e-5):
        return {}
    return {name: means[name] for name in ("ppo", "policy_iteration") if name in means}


def draw(results: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draws a panel per scenario into a PNG."""
    from matplotlib.figure import Figure

    certificates = {
        result["env_id"]: result
        for result in results
        if result["world_seed"] == WORLD and result["env_id"] in SHOWN
    }
    users = " and ".join(sorted({f"{result['users']:,}" for result in certificates.values()}))
    figure = Figure(figsize=(13.5, 8.4))
    for place, env_id in enumerate(name for name in SHOWN if name in certificates):
        row, column = divmod(place, 3)
        axes = figure.add_axes((0.15 + 0.284 * column, 0.54 - 0.4 * row, 0.262, 0.265))
        _panel(axes, certificates[env_id], earned_by_agents(certificates[env_id]), named=column == 0)
    figure.text(
        0.02,
        0.962,
        "What planning is worth, and what knowing the user is",
        fontsize=17,
        fontweight="bold",
        color=_INK,
    )
    figure.text(
        0.02,
        0.942,
        f"Reward per session of {users} held-out users of world {WORLD}, with 95 % intervals. A line for each knowledge, from the myopic policy to the planner.\n"
        "Above each panel: what the planner earns more than the myopic policy, and more than the planner for the average user, by history and session.",
        fontsize=10.5,
        color=_SOFT,
        va="top",
        linespacing=1.5,
    )
    _key(figure)
    figure.savefig(path, dpi=_DOTS, facecolor="white")


def _panel(axes: Axes, result: Mapping[str, Any], agents: Mapping[str, float], *, named: bool) -> None:
    rows = [name for name in ROWS if name in result["square"]]
    for place, name in enumerate(rows):
        y = len(rows) - place
        ends = result["square"][name]
        myopic, planner = ends["myopic"], ends["planner"]
        axes.plot([myopic["mean"], planner["mean"]], [y, y], color=_FAINT, linewidth=5, zorder=1)
        # The planner's mark is the smaller one: where nothing can be planned it lies on the myopic policy's, which shows around it.
        for end, colour, size in ((myopic, _MYOPIC, 9), (planner, _PLANNER, 6)):
            axes.plot([end["low"], end["high"]], [y, y], color=colour, linewidth=1.3, zorder=2)
            axes.plot(end["mean"], y, "o", color=colour, markersize=size, zorder=3)
    returns = result["returns"]
    marks = {name: returns[name]["mean"] for name in ("popular", "loop") if name in returns} | dict(agents)
    for name, value in marks.items():
        _, marker, colour = _MARKS[name]
        size = 11 if marker == "*" else 7
        axes.plot(
            value, 0, marker, color=colour, markersize=size, markeredgewidth=1.8 if marker in "x|" else 0.5
        )
    axes.axvline(returns["random"]["mean"], color=_PALE, linewidth=1.2, linestyle=(0, (2, 2)), zorder=0)
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
    axes.set_title(SHOWN[result["env_id"]], loc="left", fontsize=12.5, fontweight="bold", color=_INK, pad=21)
    gains = result["gains"]
    told = [f"{name} {100 * gains[name]['mean']:+.0f} %" for name in ("planning", "history") if name in gains]
    axes.text(0, 1.04, ", ".join(told), transform=axes.transAxes, fontsize=9.5, color=_SOFT)


def _key(figure: Figure) -> None:
    """Draws what the marks mean, in one line below the panels."""
    from matplotlib.lines import Line2D

    marks = [("myopic", "o", _MYOPIC), ("planner", "o", _PLANNER), *_MARKS.values()]
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=marker,
            color=colour,
            markersize=12 if marker == "*" else 8,
            markeredgewidth=1.8 if marker in "x|" else 0.5,
            label=words,
        )
        for words, marker, colour in marks
    ]
    handles.append(Line2D([], [], color=_PALE, linewidth=1.2, linestyle=(0, (2, 2)), label="random"))
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.015, 0.012),
        ncols=len(handles),
        frameon=False,
        fontsize=10,
        labelcolor=_INK,
        handletextpad=0.3,
        columnspacing=1.8,
    )


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    argparse.ArgumentParser(prog="python -m tools.square", description=__doc__).parse_args(arguments)
    draw(read_certificates(CERTIFICATES), PICTURE)
    print(f"Drawn: {PICTURE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
