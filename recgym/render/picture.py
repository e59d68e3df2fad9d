"""The picture of a session: how the reward grew, what the user did when, and every item that was shown.

A session is drawn as it goes on: what a step adds is drawn once and kept, so that a frame costs milliseconds however long the session is. A picture
that grew step by step equals the one that is drawn at once, pixel by pixel.
"""

from __future__ import annotations

from collections import Counter, deque

import numpy as np

from recgym.render.strip import Strip, text_width
from recgym.render.wording import (
    NOTHING_SHOWN,
    clicked,
    introduction,
    kinds_of,
    reported_signals,
)
from recgym.task.session_record import SessionRecord, Step
from recgym.task.task import Task

WIDTH, HEIGHT = 1600, 1000
"""Size of the picture, pixels."""
COLUMNS = 3
"""Columns of the list of steps."""

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
_MARGIN = 36
_LEFT, _RIGHT = 126, WIDTH - 92
"""Where the first step begins and the last one of the longest session ends."""
_HEAD, _CHART = 92, 204
"""Heights of the head and of the chart."""
_CHART_TITLE, _CHART_FLAG, _CHART_TOP, _CHART_BOTTOM = 11, 28, 42, 198
"""Heights within the chart."""
_ROW, _GUTTER = 25, 23
_COLUMN = (WIDTH - 2 * _MARGIN - (COLUMNS - 1) * _GUTTER) // COLUMNS
_SLATE_HEIGHT, _PLACE_HEIGHT = 16, 7
"""Heights of the coloured field of an item, and of a place of a slate, at most."""
_DRAWN_PLACES = 8
"""A slate of more items has one field for the item that was attended to."""


class SessionPicture:
    """Draws sessions, one after the other; an environment with ``render_mode="rgb_array"`` keeps one."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self._page: _Page | None = None

    def __call__(self, record: SessionRecord) -> np.ndarray:
        """Returns the picture of a session so far, (HEIGHT, WIDTH, 3) uint8.

        Raises:
            gymnasium.error.DependencyNotInstalled: if matplotlib is not there.
        """
        if self._page is None or not self._page.continues(record):
            self._page = _Page(record)
        return self._page.draw(record)


class _Page:
    """One session, drawn up to some step."""

    def __init__(self, record: SessionRecord) -> None:
        self._task, self._history = record.task, record.history
        self._last: Step | None = None
        self._count = 0
        self._pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
        self._head = Strip(WIDTH, _HEAD, _PAPER)
        self._chart = _Chart(record.task)
        self._events = _Events(record.task)
        self._top = _HEAD + _CHART
        self._list_top = self._top + self._events.height + 10
        self._rows = (HEIGHT - self._list_top - 12) // _ROW
        self._list: deque[np.ndarray] = deque(maxlen=COLUMNS * self._rows)
        self._row = _Row(record.task)

    def continues(self, record: SessionRecord) -> bool:
        """Whether what was drawn is how the session of a record began."""
        if record.task is not self._task or record.history != self._history:
            return False
        # A step belongs to one session: if the last one is where it was, so are those before it.
        return len(record.steps) >= self._count and (
            self._count == 0 or record.steps[self._count - 1] is self._last
        )

    def draw(self, record: SessionRecord) -> np.ndarray:
        """Draws what is new, and returns a copy of the whole."""
        for step in record.steps[self._count :]:
            self._count += 1
            self._list.append(self._row.draw(self._count, step))
        self._last = record.steps[-1] if record.steps else None
        self._events.draw(record.steps)
        self._chart.draw(record.steps)
        _draw_head(self._head, record)
        pixels = self._pixels
        pixels[:_HEAD] = self._head.pixels()
        pixels[_HEAD : self._top] = self._chart.strip.pixels()
        pixels[self._top : self._top + self._events.height] = self._events.strip.pixels()
        for place, row in enumerate(self._list):
            column, line = divmod(place, self._rows)
            x, y = _MARGIN + column * (_COLUMN + _GUTTER), self._list_top + line * _ROW
            pixels[y : y + _ROW, x : x + _COLUMN] = row
        picture = pixels.copy()
        if record.ending == "left":
            self._draw_leaving(picture)
        return picture

    def _draw_leaving(self, picture: np.ndarray) -> None:
        """A dashed line after the last step, with a flag above the chart."""
        x = round(_LEFT + self._count * _step_width(self._task))
        flag = Strip(round(text_width("left", 9.5, True)) + 8, 16, _PAPER)
        flag.write(4, 8, "left", size=9.5, colour=_INK, bold=True)
        y, start = _HEAD + _CHART_FLAG, x - flag.width // 2
        picture[y - 8 : y + 8, start : start + flag.width] = flag.pixels()
        bottom = self._top + self._events.height - 20
        for top in range(y + 10, bottom, 5):
            picture[top : min(top + 3, bottom), x] = (31, 41, 51)


def _step_width(task: Task) -> float:
    return (_RIGHT - _LEFT) / task.horizon


def _draw_head(strip: Strip, record: SessionRecord) -> None:
    strip.clear()
    ending = {"left": "the user left", "horizon": "limit reached", "": "going on"}[record.ending]
    right, count = WIDTH - _MARGIN, len(record.steps)
    strip.write(_MARGIN, 38, f"{record.task.scenario}: a session", size=19, colour=_INK, bold=True, width=900)
    strip.write(_MARGIN, 68, introduction(record), size=11, colour=_SOFT, width=WIDTH - 2 * _MARGIN - 320)
    strip.write(
        right, 38, f"return {record.total:.2f}", size=19, colour=_REWARD, bold=True, align="right", width=700
    )
    strip.write(
        right, 68, f"{count} step{'' if count == 1 else 's'}, {ending}", size=11, colour=_SOFT, align="right"
    )


class _Chart:
    """The reward so far, and the two rates that the agent sees, over the longest session. Its scale changes, so it is drawn anew."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self.strip = Strip(WIDTH, _CHART, _PAPER)
        self._blank = self._drawn_blank()

    def _drawn_blank(self) -> np.ndarray:
        """What is there at all times."""
        strip, height = self.strip, _CHART_BOTTOM - _CHART_TOP
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = round(_CHART_BOTTOM - share * height)
            strip.box(_LEFT, y, _RIGHT - _LEFT, 1, _FAINT)
            strip.write(_RIGHT + 10, y, f"{100 * share:.0f} %", size=8.5, colour=_SOFT)
        top, right = _CHART_TITLE, WIDTH - _MARGIN
        strip.write(_MARGIN, top, "reward so far", size=9.5, colour=_REWARD, bold=True)
        for name, colour in (("like rate", _LIKE), ("click rate", _CLICK)):
            strip.write(right, top, name, size=9.5, colour=colour, bold=True, align="right")
            right -= round(text_width(name, 9.5, True)) + 18
        return strip.pixels().copy()

    def draw(self, steps: list[Step]) -> None:
        strip, width = self.strip, _step_width(self._task)
        strip.pixels()[...] = self._blank
        height = _CHART_BOTTOM - _CHART_TOP
        totals = np.cumsum([0.0, *(step.reward for step in steps)])
        lowest, highest = min(float(totals.min()), 0.0), float(totals.max())
        spacing = _round_up(max(highest - lowest, 1e-3) / 4)
        low = spacing * np.floor(lowest / spacing)
        high = low + spacing * max(4.0, np.ceil((highest - low) / spacing))
        for level in np.arange(round((high - low) / spacing) + 1) * spacing + low:
            y = _CHART_BOTTOM - height * (level - low) / (high - low)
            strip.write(_LEFT - 10, y, f"{level:g}", size=8.5, colour=_REWARD, align="right")
        xs = _LEFT + width * np.arange(len(totals))
        ys = _CHART_BOTTOM - height * (totals - low) / (high - low)
        base = float(_CHART_BOTTOM - height * (0.0 - low) / (high - low))
        strip.polygon(np.r_[xs, xs[-1], xs[0]], np.r_[ys, base, base], _REWARD, 0.12)
        for colour, rates in ((_LIKE, [s.like_rate for s in steps]), (_CLICK, [s.click_rate for s in steps])):
            strip.line(xs, _CHART_BOTTOM - height * np.array([0.0, *rates]), colour, 2.0)
        strip.line(xs, ys, _REWARD, 3.3)
        strip.disc(float(xs[-1]), float(ys[-1]), 10.0, _REWARD)


def _round_up(spacing: float) -> float:
    """Returns the next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(spacing))
    return float(
        next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= spacing * (1 - 1e-9))
    )


class _Events:
    """A row of colours for what was shown, and a row per signal: when it happened, and how much."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._colours = _colours_of_items(task)
        self._signals = reported_signals(task)[: len(_SIGNAL_COLOURS)]
        places = task.slate_size if task.slate_size <= _DRAWN_PLACES else 1
        self._field = max(_SLATE_HEIGHT, places * _PLACE_HEIGHT)
        self._lines = [4 + self._field + 14 + 20 * row for row in range(len(self._signals))]
        self.height = 4 + self._field + 14 + 20 * len(self._signals) + 12
        self.strip = Strip(WIDTH, self.height, _PAPER)
        self._blank = self._drawn_blank()
        self._scales = self._scales_of([])
        self._count = 0

    def _drawn_blank(self) -> np.ndarray:
        """What is there at all times."""
        strip, width = self.strip, _step_width(self._task)
        strip.write(_LEFT - 10, 4 + self._field / 2, "shown", size=9.5, colour=_SOFT, align="right")
        for y, (_, signal), colour in zip(self._lines, self._signals, _SIGNAL_COLOURS, strict=False):
            strip.box(_LEFT, y, _RIGHT - _LEFT, 1, _FAINT)
            strip.write(
                _LEFT - 10,
                y,
                signal.name,
                size=9.5,
                colour=colour,
                bold=True,
                align="right",
                width=_LEFT - 20,
            )
        for tick in _ticks(self._task.horizon):
            strip.write(
                _LEFT + width * (tick - 0.5),
                self.height - 12,
                str(tick),
                size=8.5,
                colour=_SOFT,
                align="center",
            )
        return strip.pixels().copy()

    def draw(self, steps: list[Step]) -> None:
        """Draws the steps that were not drawn yet; all of them where a larger amount than before has changed the scale."""
        scales = self._scales_of(steps)
        if scales != self._scales:
            self.strip.pixels()[...] = self._blank
            self._scales, self._count = scales, 0
        for number in range(self._count, len(steps)):
            self._draw_step(number, steps[number])
        self._count = len(steps)

    def _scales_of(self, steps: list[Step]) -> tuple[float, ...]:
        """Returns for each signal the amount that is drawn largest."""
        return tuple(
            1.0 if signal.is_share else max((step.signals[number] for step in steps), default=0.0)
            for number, signal in self._signals
        )

    def _draw_step(self, number: int, step: Step) -> None:
        width = _step_width(self._task)
        gap = min(1.5, 0.15 * width)
        x = _LEFT + number * width + gap / 2
        places = step.shown if len(step.shown) <= _DRAWN_PLACES else (step.item,)
        height = self._field / len(places)
        for place, item in enumerate(places):
            attended = len(places) == 1 or place == step.attended
            colour = _CARD if item < 0 else self._colours[item]
            inner = height if len(places) == 1 else height - 1
            self.strip.box(
                x,
                4 + round(place * height),
                width - gap,
                inner,
                colour,
                alpha=1.0 if attended or item < 0 else 0.3,
            )
        centre, largest = _LEFT + width * (number + 0.5), min(0.9 * width, 13.0)
        for y, (index, _), colour, scale in zip(
            self._lines, self._signals, _SIGNAL_COLOURS, self._scales, strict=False
        ):
            value = step.signals[index]
            if value > 0:
                self.strip.disc(centre, y + 0.5, largest * float(np.sqrt(value / scale)), colour)


def _ticks(horizon: int) -> list[int]:
    spacing = next(s for s in (1, 5, 10, 20, 50, 100, 10 ** len(str(horizon))) if horizon <= 14 * s)
    return sorted({1, *range(spacing, horizon + 1, spacing)})


class _Row:
    """A line of the list: number, kind, title, feedback, reward."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._colours = _colours_of_items(task)
        self._signals = reported_signals(task)[: len(_SIGNAL_COLOURS)]
        self._strip = Strip(_COLUMN, _ROW, _PAPER)

    def draw(self, number: int, step: Step) -> np.ndarray:
        """Returns the line of a step, (_ROW, _COLUMN, 3) uint8."""
        strip, task, item = self._strip, self._task, step.item
        strip.clear()
        if number % 2 == 1:
            strip.box(0, 0, _COLUMN, _ROW, _CARD, radius=4)
        y, engaged = _ROW / 2, clicked(task, step)
        strip.write(26, y, str(number), size=8.5, colour=_SOFT, align="right")
        x = 36 + self._draw_places(step) + 8
        right = _COLUMN - 52
        for (index, _), colour in reversed(list(zip(self._signals, _SIGNAL_COLOURS, strict=False))):
            happened = step.signals[index] > 0
            strip.disc(right - 6, y, 9.0 if happened else 3.0, colour if happened else _FAINT)
            right -= 13
        kind = "" if item < 0 else kinds_of(task)[item]
        if task.slate_size > 1 and item >= 0:
            kind = f"{step.attended + 1}/{task.slate_size} {kind}".strip()
        strip.write(right - 8, y, kind, size=8.0, colour=_SOFT, align="right", width=92)
        strip.write(
            x,
            y,
            NOTHING_SHOWN if item < 0 else task.titles[item],
            size=10,
            colour=_INK if engaged else _SOFT,
            bold=engaged,
            width=right - 18 - min(text_width(kind, 8.0) if kind else 0.0, 92.0) - x,
        )
        reward = f"{step.reward:+.2f}" if step.reward else "0"
        strip.write(
            _COLUMN - 6, y, reward, size=9, colour=_REWARD if step.reward else _SOFT, align="right", width=62
        )
        return strip.pixels().copy()

    def _draw_places(self, step: Step) -> int:
        """A bar for each place of the slate, the attended one tall; returns how wide they are together."""
        strip, slate = self._strip, step.shown
        if not 1 < len(slate) <= _DRAWN_PLACES:
            if step.item >= 0:
                strip.box(36, 4, 5, 16, self._colours[step.item], radius=2)
            return 5
        for place, item in enumerate(slate):
            tall = place == step.attended
            height = 16 if tall else 8
            if item >= 0:
                strip.box(36 + 6 * place, 12 - height / 2, 4, height, self._colours[item], radius=1.5)
            else:
                strip.box(36 + 6 * place, 11, 4, 2, _FAINT)
        return 6 * len(slate) - 2


def _colours_of_items(task: Task) -> list[str]:
    """The commonest kinds of the catalogue get colours of their own; the choice does not depend on the session."""
    kinds = kinds_of(task)
    common = sorted(Counter(kinds).items(), key=lambda pair: (-pair[1], pair[0]))
    colours = {kind: _KIND_COLOURS[number % len(_KIND_COLOURS)] for number, (kind, _) in enumerate(common)}
    return [colours[kind] for kind in kinds]
