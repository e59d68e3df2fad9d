"""Pictures of regret: how it grew, and who was shown how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK, _SOFT, _FAINT = "#1f2933", "#66727f", "#d9dfe5"
_COLOURS = {"nothing": "#66727f", "items": "#d1711a", "users": "#2457a6"}
"""Of agents, by what they go by."""
_WORDS = {
    "nothing": "learn nothing",
    "items": "learn what pleases, the same for all users",
    "users": "learn what pleases whom",
}
_TITLES = {
    "dynamic": ("Dynamic regret", "against the best item for each user at each moment"),
    "cumulative": ("Cumulative regret", "against the best fixed item in hindsight"),
}
_DOTS = 160
_RANKS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
"""Where groups of ranks end, in large catalogues."""
_HEAD, _LINE, _FOOT = 1.75, 0.34, 0.5
"""Heights above, of each line of, and below the tables of shares, inches."""
_EXPLAINED = 0.22
"""Height of a line of what is explained above them."""
_SINGLE_RANKS = 12
"""Of so many items each rank is a column of its own."""


def draw_regret(results: Mapping[str, Any], path: Path) -> None:
    """Draws both regrets of all agents, with bands over the seeds.

    Args:
        results: As `train.regret.compare_regret` returns them.
        path: Of the PNG.
    """
    from matplotlib.figure import Figure

    rows = results["agents"]
    figure = Figure(figsize=(17, max(7.0, 3.0 + 0.27 * len(rows))))
    points = np.concatenate([[0], results["points"]])
    for place, kind in enumerate(_TITLES):
        axes = figure.add_axes((0.045 + 0.495 * place, 0.125, 0.275, 0.68))
        for name, row in rows.items():
            colour = _COLOURS[row["sees"]]
            mean, low, high = (np.concatenate([[0.0], row[kind][part]]) for part in ("mean", "low", "high"))
            axes.fill_between(points, low, high, color=colour, alpha=0.08, linewidth=0)
            axes.plot(points, mean, color=colour, linewidth=1.5, dashes=_dashes(rows, name))
        _plain(axes)
        axes.set_xlim(0, points[-1])
        if kind == "dynamic":
            axes.set_ylim(bottom=0)
        else:
            axes.axhline(0.0, color=_SOFT, linewidth=0.8)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: _whole(value))
        axes.set_xlabel("recommendations", color=_SOFT)
        title, meaning = _TITLES[kind]
        axes.text(0, 1.07, title, transform=axes.transAxes, fontsize=13, fontweight="bold", color=_INK)
        axes.text(0, 1.025, meaning, transform=axes.transAxes, fontsize=10, color=_SOFT)
        _label_ends(axes, rows, kind, float(points[-1]))
    explained = [
        f"reward that an oracle expected of a better choice, summed; mean of {len(results['seeds'])} seeds, {results['num_envs']} users at once; bands: "
        f"{results['bands']}",
        *_given(results),
    ]
    title = f"What is lost while learning, {results['env_id']}"
    figure.text(0.045, 0.95, title, fontsize=17, fontweight="bold", color=_INK)
    for line, text in enumerate(explained):
        figure.text(0.045, 0.92 - 0.025 * line, text, fontsize=10, color=_SOFT)
    _key(figure, rows, 0.045, 0.02)
    figure.savefig(path, dpi=_DOTS, facecolor="white")


def draw_exploration(results: Mapping[str, Any], path: Path) -> None:
    """Draws which share of the recommendations items got by their rank, at the beginning and at the end.

    Args:
        results: As `train.regret.compare_regret` returns them.
        path: Of the PNG.
    """
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    rows = results["agents"]
    names = sorted(rows, key=lambda name: rows[name]["dynamic"]["mean"][-1])
    longest = max(len(_label(rows, name)) for name in names)
    groups = rank_groups(len(results["worth"]))
    given = _given(results)
    head = _HEAD + _EXPLAINED * len(given)
    tall = head + _LINE * len(names) + _FOOT
    figure = Figure(figsize=(16, tall))
    for place, (part, title) in enumerate({"beginning": "First tenth", "end": "Last tenth"}.items()):
        axes = figure.add_axes((0.155 + 0.425 * place, _FOOT / tall, 0.41, 1.0 - (head + _FOOT) / tall))
        shares = np.array(
            [[sum(rows[name][part][first - 1 : last]) for first, last in groups] for name in names]
        )
        palette = LinearSegmentedColormap.from_list("shares", ["#ffffff", "#9db9de", "#2457a6", "#122c55"])
        axes.imshow(np.sqrt(shares), cmap=palette, vmin=0.0, vmax=1.0, aspect="auto")
        for line, values in enumerate(shares):
            for column, share in enumerate(values):
                dark = np.sqrt(share) > 0.55
                axes.text(
                    column, line, _percent(share), ha="center", va="center", fontsize=9,
                    color="white" if dark else _INK if share >= 0.005 else _SOFT,
                )  # fmt: skip
        axes.set_xticks(
            range(len(groups)), [str(first) if first == last else f"{first}–{last}" for first, last in groups]
        )
        axes.tick_params(
            length=0, labelsize=9, labelcolor=_SOFT, top=True, bottom=False, labeltop=True, labelbottom=False
        )
        axes.set_yticks(range(len(names)), [_label(rows, name) if place == 0 else "" for name in names])
        for label, name in zip(axes.get_yticklabels(), names, strict=True):
            label.set_color(_COLOURS[rows[name]["sees"]])
            label.set_fontsize(min(10.0, 300.0 / longest))
        axes.set_xticks(np.arange(len(groups) - 1) + 0.5, minor=True)
        axes.set_yticks(np.arange(len(names) - 1) + 0.5, minor=True)
        axes.grid(which="minor", color="white", linewidth=1.5)
        axes.tick_params(which="minor", length=0)
        axes.spines[:].set_visible(False)
        axes.set_title(
            f"{title} of the recommendations", loc="left", fontsize=13, fontweight="bold", color=_INK, pad=12
        )
    explained = (
        "share of the recommendations, %, by the rank of the item: 1 is the one that is expected to earn most, on average over users who are shown items at random",
        f"agents in the order of their dynamic regret, the least on top; mean of {len(results['seeds'])} seeds, {results['num_envs']} users at once",
        *given,
    )
    title = f"Who is shown how often, {results['env_id']}"
    figure.text(0.02, 1.0 - 0.5 / tall, title, fontsize=17, fontweight="bold", color=_INK)
    for line, text in enumerate(explained):
        figure.text(0.02, 1.0 - (0.8 + _EXPLAINED * line) / tall, text, fontsize=10, color=_SOFT)
    _key(figure, rows, 0.02, 0.15 / tall)
    figure.savefig(path, dpi=_DOTS, facecolor="white")


def _given(results: Mapping[str, Any]) -> list[str]:
    """Returns a line of the arguments with which the environment was made; none if there are none."""
    given = [f"{name}={value}" for name, value in results.get("env_kwargs", {}).items()]
    return ["made with " + ", ".join(given)] if given else []


def _label(rows: Iterable[str], name: str) -> str:
    """Returns an agent's name, without its options where the name alone tells it from the others."""
    short = name.partition("[")[0]
    return name if sum(other.partition("[")[0] == short for other in rows) > 1 else short


def rank_groups(count: int) -> list[tuple[int, int]]:
    """Returns the first and the last rank of each group of ``count`` items: few groups, finer at the top.

    >>> rank_groups(30)
    [(1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, 30)]
    """
    if count <= _SINGLE_RANKS:
        return [(rank, rank) for rank in range(1, count + 1)]
    ends = [end for end in _RANKS if end < count] + [count]
    return list(zip([1] + [end + 1 for end in ends[:-1]], ends, strict=True))


def spread(places: Sequence[float], gap: float, low: float, high: float) -> np.ndarray:
    """Returns places at least a gap apart, in the same order, as near to the given ones as that allows.

    Args:
        places: Any numbers.
        gap: Between neighbours; less if the range is too short.
        low: Least place.
        high: Largest place.

    >>> spread([0.5, 0.5, 0.9], 0.1, 0.0, 1.0).round(2).tolist()
    [0.45, 0.55, 0.9]
    """
    order = np.argsort(places, kind="stable")
    gap = min(gap, (high - low) / max(len(order) - 1, 1))
    # Without the gaps, the order must not fall: least squares under that are means of neighbours that are pooled (isotonic regression).
    pools: list[list[float]] = []
    for number, place in enumerate(np.asarray(places, np.float64)[order]):
        pools.append([place - gap * number, 1.0])
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            value, size = pools.pop()
            pools[-1] = [
                (pools[-1][0] * pools[-1][1] + value * size) / (pools[-1][1] + size),
                pools[-1][1] + size,
            ]
    flat = np.repeat([value for value, _ in pools], [int(size) for _, size in pools])
    flat = np.clip(flat, low, high - gap * (len(order) - 1))
    spaced = np.empty(len(order))
    spaced[order] = flat + gap * np.arange(len(order))
    return spaced


def _label_ends(axes: Axes, rows: Mapping[str, Any], kind: str, end: float) -> None:
    """Writes each agent's name and what it lost where its line ends, with room between the names."""
    low, high = axes.get_ylim()
    names = list(rows)
    size = min(9.5, 290.0 / max(len(_label(rows, name)) for name in names))
    ends = [(rows[name][kind]["mean"][-1] - low) / (high - low) for name in names]
    for name, value, place in zip(names, ends, spread(ends, 0.041, 0.0, 1.02), strict=True):
        colour = _COLOURS[rows[name]["sees"]]
        axes.plot(
            [1.0, 1.02, 1.05, 1.065], [value, value, place, place], transform=axes.transAxes, color=colour, linewidth=0.7, alpha=0.6, clip_on=False
        )  # fmt: skip
        axes.text(
            1.073, place, f"{_label(rows, name)}  {_whole(rows[name][kind]['mean'][-1])}", transform=axes.transAxes, color=colour, fontsize=size, va="center"
        )  # fmt: skip


def _key(figure: Figure, rows: Mapping[str, Any], left: float, bottom: float) -> None:
    """Says what the colours mean, side by side from the lower left corner on."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)  # which measures texts
    width = figure.bbox.width
    for sees in _COLOURS:
        if any(row["sees"] == sees for row in rows.values()):
            text = figure.text(left, bottom, f"■ {_WORDS[sees]}", color=_COLOURS[sees], fontsize=10)
            left += text.get_window_extent().width / width + 0.02


def _dashes(rows: Mapping[str, Any], name: str) -> tuple[float, ...]:
    """A pattern of its own for neighbours of one colour: solid, dashed, dotted in turn."""
    alike = [other for other in rows if rows[other]["sees"] == rows[name]["sees"]]
    patterns: tuple[tuple[float, ...], ...] = ((), (6, 2), (2, 1.5), (8, 2, 2, 2))
    pattern = patterns[alike.index(name) % len(patterns)]
    return pattern or (1, 0)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_FAINT)
    axes.tick_params(colors=_SOFT, labelsize=9, length=3, color=_FAINT)
    axes.grid(axis="y", color=_FAINT, linewidth=0.6)
    axes.set_axisbelow(True)


def _whole(value: float) -> str:
    """Returns a number without decimals, with a minus of a figure's width."""
    return f"{value:,.0f}".replace("-", "−")


def _percent(share: float) -> str:
    """Returns a share in percent: without decimals, and ``·`` for next to nothing."""
    return "·" if share < 0.0005 else "<1" if share < 0.005 else f"{100 * share:.0f}"
