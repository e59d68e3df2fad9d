"""The picture of a session: how the reward grew, what the user did when, and every item that was shown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium.error import DependencyNotInstalled

from recgym.render.recorder import EVENT

if TYPE_CHECKING:
    from recgym.render.recorder import SessionRecorder, Step

WIDTH, HEIGHT, DPI = 1600, 1000, 100
"""Size of the picture, pixels."""
COLUMNS, ROWS = 3, 20
"""Steps that are named: the last COLUMNS * ROWS."""

_INK, _SOFT, _FAINT, _PAPER, _CARD = "#1f2933", "#66727f", "#d9dfe5", "#ffffff", "#f5f7f9"
_REWARD, _CLICK, _LIKE = "#2457a6", "#e08a1e", "#c8416b"
_KIND_COLOURS = (
    "#4c78a8",
    "#f58518",
    "#54a24b",
    "#b279a2",
    "#72b7b2",
    "#e45756",
    "#eeca3b",
    "#9d755d",
    "#5f6ee0",
    "#8cd17d",
    "#d37295",
    "#86bcb6",
)
_SIGNAL_COLOURS = (_CLICK, _LIKE, "#1f9d8f", "#6f4bd8", "#2f855a", "#b7791f")
_MARGIN = 36.0
_LIST_TOP, _ROW_HEIGHT = 466.0, 25.4


def draw(recorder: SessionRecorder) -> np.ndarray:
    """Draws a session; (HEIGHT, WIDTH, 3) uint8. No global state of matplotlib is read or changed."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DependencyNotInstalled('Pictures need matplotlib: pip install "recgym[plot]"') from error
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=_PAPER)
    canvas: Any = FigureCanvasAgg(figure)  # type: ignore[no-untyped-call]
    page = _Page(figure, canvas)
    colours = _colours_of_kinds(recorder.kinds)
    _draw_head(page, recorder)
    _draw_reward(page, recorder)
    _draw_events(page, recorder, colours)
    _draw_list(page, recorder, colours)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()


class _Page:
    """A sheet in pixels, the origin at the top left."""

    def __init__(self, figure: Any, canvas: Any) -> None:
        from matplotlib.font_manager import FontProperties, findfont, get_font

        self.axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(HEIGHT, 0)
        self.axes.set_axis_off()
        self._renderer = canvas.get_renderer()
        self._fonts = {
            bold: FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
            for bold in (False, True)
        }
        self._glyphs = get_font(findfont(self._fonts[False])).get_charmap()

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 10.0,
        colour: str = _INK,
        bold: bool = False,
        align: str = "left",
        width: float = float("inf"),
    ) -> None:
        """Writes a line of text, its middle at height ``y``, elided to ``width`` pixels."""
        font = self._fonts[bold].copy()
        font.set_size(size)
        self.axes.text(
            x,
            y,
            self._elided(self._drawable(text), font, width),
            fontproperties=font,
            color=colour,
            ha=align,
            va="center_baseline",
            parse_math=False,
        )

    def width_of(self, text: str, size: float, bold: bool = False) -> float:
        """Returns the width of a text, pixels."""
        font = self._fonts[bold].copy()
        font.set_size(size)
        return float(self._renderer.get_text_width_height_descent(self._drawable(text), font, False)[0])

    def _drawable(self, text: str) -> str:
        """One line, with a square for each character that the font lacks."""
        return "".join(c if ord(c) in self._glyphs else "\N{WHITE SQUARE}" for c in " ".join(text.split()))

    def _elided(self, text: str, font: Any, width: float) -> str:
        if width == float("inf"):
            return text
        low, high = 0, len(text)
        while low < high:  # the longest beginning that fits
            middle = (low + high + 1) // 2
            candidate = text if middle == len(text) else text[:middle].rstrip() + "…"
            fits = self._renderer.get_text_width_height_descent(candidate, font, False)[0] <= width
            low, high = (middle, high) if fits else (low, middle - 1)
        return text if low == len(text) else text[:low].rstrip() + "…"

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        *,
        radius: float = 0.0,
        alpha: float = 1.0,
    ) -> None:
        """Fills a rectangle with rounded corners, (x, y) its top left."""
        from matplotlib.patches import FancyBboxPatch, Rectangle

        if radius:
            style = f"round,pad=0,rounding_size={radius}"
            patch: Any = FancyBboxPatch(
                (x, y), width, height, boxstyle=style, facecolor=colour, linewidth=0, alpha=alpha
            )
        else:
            patch = Rectangle((x, y), width, height, facecolor=colour, linewidth=0, alpha=alpha)
        self.axes.add_patch(patch)

    def line(
        self, xs: Any, ys: Any, colour: str, width: float = 1.0, style: str = "-", order: float = 2.0
    ) -> None:
        """Draws a line through points."""
        self.axes.plot(
            xs, ys, color=colour, linewidth=width, linestyle=style, zorder=order, solid_joinstyle="round"
        )

    def dots(self, xs: Any, y: float, sizes: Any, colour: str) -> None:
        """Draws discs of some diameters, pixels, at one height."""
        areas = (np.asarray(sizes, float) * 72.0 / DPI) ** 2
        self.axes.scatter(xs, np.full(len(xs), y), s=areas, color=colour, linewidths=0, zorder=3)


def _draw_head(page: _Page, recorder: SessionRecorder) -> None:
    scenario = recorder.interface.setting.scenario
    total = sum(step.reward for step in recorder.steps)
    page.write(_MARGIN, 38, f"{scenario.name}: a session", size=19, bold=True, width=900)
    page.write(_MARGIN, 68, recorder.introduction(), size=11, colour=_SOFT, width=WIDTH - 2 * _MARGIN - 400)
    page.write(WIDTH - _MARGIN, 38, f"return {total:.2f}", size=19, bold=True, colour=_REWARD, align="right")
    ending = {"left": "the user left", "horizon": "limit reached", "": "going on"}[recorder.ending]
    page.write(
        WIDTH - _MARGIN, 68, f"{len(recorder.steps)} steps, {ending}", size=11, colour=_SOFT, align="right"
    )


_CHART_LEFT, _CHART_RIGHT, _CHART_TOP, _CHART_BOTTOM = 126.0, WIDTH - 92.0, 132.0, 290.0


def _step_width(recorder: SessionRecorder) -> float:
    return (_CHART_RIGHT - _CHART_LEFT) / max(
        recorder.interface.setting.parameters.horizon, len(recorder.steps)
    )


def _draw_reward(page: _Page, recorder: SessionRecorder) -> None:
    """The reward so far, and the two rates that the agent sees, over the whole horizon."""
    steps = recorder.steps
    width, height = _step_width(recorder), _CHART_BOTTOM - _CHART_TOP
    totals = np.concatenate([[0.0], np.cumsum([step.reward for step in steps])])
    spacing = _round_up(max(totals.max() - min(totals.min(), 0.0), 1e-3) / 4)
    low = spacing * np.floor(min(totals.min(), 0.0) / spacing)
    high = low + spacing * max(4.0, np.ceil((totals.max() - low) / spacing))
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _CHART_BOTTOM - share * height
        page.line([_CHART_LEFT, _CHART_RIGHT], [y, y], _FAINT, 0.8, order=1)
        page.write(_CHART_RIGHT + 10, y, f"{100 * share:.0f} %", size=8.5, colour=_SOFT)
    for level in np.arange(round((high - low) / spacing) + 1) * spacing + low:
        y = _CHART_BOTTOM - height * (level - low) / (high - low)
        page.write(_CHART_LEFT - 10, y, f"{level:g}", size=8.5, colour=_REWARD, align="right")
    page.write(_MARGIN, _CHART_TOP - 22, "reward so far", size=9.5, colour=_REWARD, bold=True)
    rates = (
        ("click rate", _CLICK, [s.click_rate for s in steps]),
        ("like rate", _LIKE, [s.like_rate for s in steps]),
    )
    right = WIDTH - _MARGIN
    for name, colour, values in reversed(rates):
        page.write(right, _CHART_TOP - 22, name, size=9.5, colour=colour, bold=True, align="right")
        right -= page.width_of(name, 9.5, bold=True) + 18
        page.line(
            _CHART_LEFT + width * np.arange(len(values) + 1),
            _CHART_BOTTOM - height * np.array([0.0, *values]),
            colour,
            1.4,
        )
    xs = _CHART_LEFT + width * np.arange(len(totals))
    ys = _CHART_BOTTOM - height * (totals - low) / (high - low)
    base = _CHART_BOTTOM - height * (0.0 - low) / (high - low)
    page.axes.fill_between(xs, ys, base, color=_REWARD, alpha=0.12, linewidth=0, zorder=1.5)
    page.line(xs, ys, _REWARD, 2.4, order=3)
    page.dots(xs[-1:], float(ys[-1]), [8.0], _REWARD)


def _round_up(spacing: float) -> float:
    """Returns the next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(spacing))
    return float(
        next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= spacing * (1 - 1e-9))
    )


def _draw_events(page: _Page, recorder: SessionRecorder, colours: dict[str, str]) -> None:
    """A row of colours for what was shown, and a row per signal: when it happened, and how much."""
    steps, width = recorder.steps, _step_width(recorder)
    kinds = recorder.kinds
    signals = recorder.reported[: len(_SIGNAL_COLOURS)]
    top = _CHART_BOTTOM + 16.0
    page.write(_CHART_LEFT - 10, top + 8, "shown", size=9.5, colour=_SOFT, align="right")
    gap = min(1.5, 0.15 * width)
    for number, step in enumerate(steps):
        page.box(_CHART_LEFT + number * width + gap / 2, top, width - gap, 16, colours[kinds[step.item]])
    spacing = 20.0
    centres = _CHART_LEFT + width * (np.arange(len(steps)) + 0.5)
    largest = min(0.9 * width, 13.0)
    for row, (signal, colour) in enumerate(zip(signals, _SIGNAL_COLOURS, strict=False)):
        y = top + 32.0 + row * spacing
        values = np.array([step.signals[signal.name] for step in steps])
        page.line([_CHART_LEFT, _CHART_RIGHT], [y, y], _FAINT, 0.8, order=1)
        page.write(
            _CHART_LEFT - 10,
            y,
            signal.name,
            size=9.5,
            colour=colour,
            bold=True,
            align="right",
            width=_CHART_LEFT - 20,
        )
        happened = values > 0
        scale = 1.0 if signal.unit in (EVENT, "0 to 1") else max(float(values.max(initial=0.0)), 1e-12)
        page.dots(centres[happened], y, largest * np.sqrt(values[happened] / scale), colour)
    bottom = top + 32.0 + len(signals) * spacing
    for tick in _ticks(max(recorder.interface.setting.parameters.horizon, len(steps))):
        page.write(
            _CHART_LEFT + width * (tick - 0.5), bottom, str(tick), size=8.5, colour=_SOFT, align="center"
        )
    if recorder.ending == "left":
        x = _CHART_LEFT + width * len(steps)
        page.line([x, x], [_CHART_TOP, bottom - 12], _INK, 1.2, ":", order=4)
        near_edge = x > _CHART_RIGHT - 80
        page.write(
            x + (-8 if near_edge else 8),
            _CHART_TOP + 10,
            "left",
            size=9.5,
            bold=True,
            align="right" if near_edge else "left",
        )


def _ticks(horizon: int) -> list[int]:
    spacing = next(s for s in (1, 5, 10, 20, 50, 100, 10 ** len(str(horizon))) if horizon <= 14 * s)
    return sorted({1, *range(spacing, horizon + 1, spacing)})


def _draw_list(page: _Page, recorder: SessionRecorder, colours: dict[str, str]) -> None:
    """The last steps in columns: number, kind, title, feedback, reward."""
    shown = recorder.steps[-COLUMNS * ROWS :]
    first = len(recorder.steps) - len(shown)
    titles, kinds = recorder.interface.setting.world.catalogue.titles, recorder.kinds
    names = [signal.name for signal in recorder.reported[: len(_SIGNAL_COLOURS)]]
    gutter = 22.0
    column_width = (WIDTH - 2 * _MARGIN - (COLUMNS - 1) * gutter) / COLUMNS
    for place, step in enumerate(shown):
        column, row = divmod(place, ROWS)
        x = _MARGIN + column * (column_width + gutter)
        y = _LIST_TOP + row * _ROW_HEIGHT
        if row % 2 == 0:
            page.box(x, y, column_width, _ROW_HEIGHT, _CARD, radius=4)
        _draw_row(
            page,
            x,
            y + _ROW_HEIGHT / 2,
            column_width,
            first + place + 1,
            step,
            titles[step.item],
            kinds[step.item],
            colours,
            names,
        )


def _draw_row(
    page: _Page,
    x: float,
    y: float,
    width: float,
    number: int,
    step: Step,
    title: str,
    kind: str,
    colours: dict[str, str],
    names: list[str],
) -> None:
    clicked = step.signals["click"] > 0
    page.write(x + 26, y, str(number), size=8.5, colour=_SOFT, align="right")
    page.box(x + 36, y - 8, 5, 16, colours[kind], radius=2)
    right = x + width - 52
    for name, colour in reversed(list(zip(names, _SIGNAL_COLOURS, strict=False))):
        happened = step.signals[name] > 0
        page.dots([right - 6], y, [9.0 if happened else 3.0], colour if happened else _FAINT)
        right -= 13
    label = kind if step.shown == 1 else f"{step.position + 1}/{step.shown} {kind}".strip()
    label_width = min(page.width_of(label, 8.0), 92.0) if label else 0.0
    page.write(right - 8, y, label, size=8.0, colour=_SOFT, align="right", width=92)
    page.write(
        x + 49,
        y,
        title,
        size=10,
        colour=_INK if clicked else _SOFT,
        bold=clicked,
        width=right - 8 - label_width - 10 - (x + 49),
    )
    page.write(
        x + width - 6,
        y,
        f"{step.reward:+.2f}" if step.reward else "0",
        size=9,
        colour=_REWARD if step.reward else _SOFT,
        align="right",
    )


def _colours_of_kinds(kinds: tuple[str, ...]) -> dict[str, str]:
    """The commonest kinds of the catalogue get colours of their own; the choice does not depend on the session."""
    common = sorted(Counter(kinds).items(), key=lambda pair: (-pair[1], pair[0]))
    return {kind: _KIND_COLOURS[number % len(_KIND_COLOURS)] for number, (kind, _) in enumerate(common)}
