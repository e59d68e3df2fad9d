"""Strips of pixels to draw on: text, boxes, lines and discs, by matplotlib's Agg renderer.

Figures and artists are left out: laying a thousand of them out anew for every frame takes a second, drawing them milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from gymnasium.error import DependencyNotInstalled

DPI = 100
"""Pixels per inch: sizes of text are in points, all else is in pixels."""
_CAP_HEIGHT = 0.73
"""Height of capital letters over the size of the font."""

_PADDING = 4
"""Pixels around a text, for letters that reach out of their box."""


class Strip:
    """A sheet of paper of some pixels, the origin at the top left.

    Args:
        width: Pixels.
        height: Pixels.
        paper: Its colour.

    Raises:
        gymnasium.error.DependencyNotInstalled: if matplotlib is not there.
    """

    def __init__(self, width: int, height: int, paper: str) -> None:
        """See the class."""
        try:
            from matplotlib.backends.backend_agg import RendererAgg
            from matplotlib.transforms import Affine2D
        except ImportError as error:
            raise DependencyNotInstalled('Pictures need matplotlib: pip install "recgym[plot]"') from error
        self.width, self.height = width, height
        self._paper = paper
        self._renderer: Any = RendererAgg(width, height, DPI)  # type: ignore[no-untyped-call]
        self._pixels = np.asarray(self._renderer.buffer_rgba())[:, :, :3]  # type: ignore[no-untyped-call]
        self._down = Affine2D().scale(1.0, -1.0).translate(0.0, height)  # Agg's origin is at the bottom
        self.clear()

    def clear(self) -> None:
        """Makes it blank."""
        self.box(0, 0, self.width, self.height, self._paper)

    def pixels(self) -> np.ndarray:
        """Returns what was drawn, (height, width, 3) uint8: a view."""
        return self._pixels

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 10.0,
        colour: str,
        bold: bool = False,
        align: str = "left",
        width: float | None = None,
    ) -> None:
        """Writes a line of text, the middle of its capitals at height ``y``, elided to ``width`` pixels."""
        text = drawable(text)
        if width is not None:
            text = elided(text, size, bold, width)
        if not text:
            return
        ink, shift = _inked(text, size, bold)
        if align != "left":
            x -= text_width(text, size, bold) * (1.0 if align == "right" else 0.5)
        baseline = y + _CAP_HEIGHT * size * DPI / 72.0 / 2.0
        self._blend(ink, round(x) - _PADDING, round(baseline) - shift, colour)

    def _blend(self, ink: np.ndarray, left: int, top: int, colour: str) -> None:
        """Lays a colour on, as much as ``ink`` says, its top left at (left, top); what lies outside of the strip is left out."""
        from matplotlib.colors import to_rgb

        rows = slice(max(top, 0), min(top + ink.shape[0], self.height))
        columns = slice(max(left, 0), min(left + ink.shape[1], self.width))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        share = ink[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left, None]
        under = self.pixels()[rows, columns]
        over = np.array([round(255 * part) for part in to_rgb(colour)], np.uint16)
        under[...] = (under * (255 - share) + over * share + 127) // 255

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
        """Fills a rectangle, (x, y) its top left, its corners rounded."""
        self.shape(_box(x, y, width, height, radius), colour, alpha)

    def disc(self, x: float, y: float, diameter: float, colour: str) -> None:
        """Fills a disc."""
        from matplotlib.path import Path

        self.shape(Path.circle((x, y), diameter / 2.0), colour, 1.0)

    def polygon(
        self, xs: Sequence[float] | np.ndarray, ys: Sequence[float] | np.ndarray, colour: str, alpha: float
    ) -> None:
        """Fills a polygon."""
        from matplotlib.path import Path

        self.shape(Path(np.column_stack([xs, ys])), colour, alpha)

    def shape(self, path: Any, colour: str, alpha: float) -> None:
        """Fills a path."""
        from matplotlib.colors import to_rgb

        gc = self._renderer.new_gc()
        gc.set_linewidth(0.0)
        gc.set_alpha(alpha)
        self._renderer.draw_path(gc, path, self._down, to_rgb(colour))

    def line(
        self,
        xs: Sequence[float] | np.ndarray,
        ys: Sequence[float] | np.ndarray,
        colour: str,
        width: float = 1.0,
    ) -> None:
        """Draws a line of some pixels' width through points, whatever their number."""
        from matplotlib.path import Path

        gc = self._renderer.new_gc()
        gc.set_foreground(colour)
        gc.set_linewidth(width * 72.0 / DPI)
        gc.set_joinstyle("round")
        gc.set_capstyle("butt")
        self._renderer.draw_path(gc, Path(np.column_stack([xs, ys])), self._down)


@lru_cache(maxsize=64)
def _font(size: float, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal", size=size)


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont(_font(10.0, False))).get_charmap())


@lru_cache(maxsize=1)
def _ruler() -> Any:
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(1, 1, DPI)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=1024)
def _inked(text: str, size: float, bold: bool) -> tuple[np.ndarray, int]:
    """Returns how much of each pixel a text covers, (h, w) uint16 from 0 to 255, and the row of its baseline. Forming letters is slow, so it is kept."""
    from matplotlib.backends.backend_agg import RendererAgg

    font = _font(size, bold)
    width, height, descent = _ruler().get_text_width_height_descent(text, font, False)
    baseline = int(np.ceil(height)) + _PADDING
    renderer: Any = RendererAgg(  # type: ignore[no-untyped-call]
        int(np.ceil(width)) + 2 * _PADDING, baseline + int(np.ceil(descent)) + _PADDING, DPI
    )
    renderer.draw_text(renderer.new_gc(), _PADDING, baseline, text, font, 0.0)
    return np.asarray(renderer.buffer_rgba())[:, :, 3].astype(np.uint16), baseline  # type: ignore[no-untyped-call]


@lru_cache(maxsize=4096)
def drawable(text: str) -> str:
    """Returns a text of one line, with a square for each character that the font lacks."""
    glyphs = _glyphs()
    return "".join(c if ord(c) in glyphs else "\N{WHITE SQUARE}" for c in " ".join(text.split()))


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Returns the width of a text, pixels."""
    return float(_ruler().get_text_width_height_descent(drawable(text), _font(size, bold), False)[0])


@lru_cache(maxsize=4096)
def elided(text: str, size: float, bold: bool, width: float) -> str:
    """Returns the longest beginning of a text that is at most ``width`` pixels wide."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        candidate = text if middle == len(text) else text[:middle].rstrip() + "…"
        fits = text_width(candidate, size, bold) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return text if low == len(text) else text[:low].rstrip() + "…"


def _box(x: float, y: float, width: float, height: float, radius: float) -> Any:
    from matplotlib.path import Path

    right, bottom = x + width, y + height
    if not radius:
        return Path([(x, y), (right, y), (right, bottom), (x, bottom), (x, y)], closed=True)
    r = min(radius, width / 2.0, height / 2.0)
    points = [
        (x + r, y), (right - r, y), (right, y), (right, y + r), (right, bottom - r), (right, bottom), (right - r, bottom),
        (x + r, bottom), (x, bottom), (x, bottom - r), (x, y + r), (x, y), (x + r, y), (x + r, y),
    ]  # fmt: skip
    to, curve = Path.LINETO, Path.CURVE3
    codes = [
        Path.MOVETO,
        to,
        curve,
        curve,
        to,
        curve,
        curve,
        to,
        curve,
        curve,
        to,
        curve,
        curve,
        Path.CLOSEPOLY,
    ]
    return Path(points, codes)
