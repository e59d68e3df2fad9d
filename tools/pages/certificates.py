"""What the shipped certificates say, as a table and as a chart."""

from __future__ import annotations

import html
import statistics
from pathlib import Path
from typing import Any

import recgym
from recgym.certify import GAIN_RANGE, markdown_table, read_certificates

CERTIFICATES = read_certificates(Path(recgym.__file__).parent / "certificates.json")
_LEFT, _WIDTH, _ROW = 150, 560, 46
_LARGEST = 0.6


def gain_of(env_id: str) -> str:
    """Returns the mean gain of planning over the worlds of an id, in percent."""
    gains = [result["gain"]["mean"] for result in CERTIFICATES if result["env_id"] == env_id]
    return f"{100 * statistics.fmean(gains):+.0f} %" if gains else "not measured"


def certificate_table() -> str:
    """Returns the table of returns, lengths, gains and norms."""
    return markdown_table(CERTIFICATES)


def gain_chart() -> str:
    """Draws the gain of every id and world with its interval, as SVG whose colours are those of the page."""
    env_ids = list(dict.fromkeys(result["env_id"] for result in CERTIFICATES))
    height = 34 + _ROW * len(env_ids)
    low, high = _place(GAIN_RANGE[0]), _place(GAIN_RANGE[1])
    parts = [
        f'<rect class="range" x="{low:.0f}" y="26" width="{high - low:.0f}" height="{height - 34}"/>',
        *(
            f'<line class="grid" x1="{_place(tick):.0f}" x2="{_place(tick):.0f}" y1="26" y2="{height - 8}"/>'
            f'<text class="tick" x="{_place(tick):.0f}" y="18">{100 * tick:.0f} %</text>'
            for tick in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
        ),
    ]
    for number, env_id in enumerate(env_ids):
        middle = 26 + _ROW * (number + 0.5)
        parts.append(f'<text class="name" x="{_LEFT - 14}" y="{middle + 4:.0f}">{html.escape(env_id)}</text>')
        worlds = [result for result in CERTIFICATES if result["env_id"] == env_id]
        for place, result in enumerate(worlds):
            parts.append(_interval(result["gain"], middle + 11 * (place - (len(worlds) - 1) / 2)))
    drawn = "".join(parts)
    return (
        f'<svg class="gains" viewBox="0 0 {_LEFT + _WIDTH + 30} {height}" role="img" '
        f'aria-label="Gain of planning by scenario and world, with 95 % intervals">{drawn}</svg>'
    )


def _place(gain: float) -> float:
    return _LEFT + _WIDTH * gain / _LARGEST


def _interval(gain: dict[str, Any], y: float) -> str:
    low, mean, high = (_place(gain[name]) for name in ("low", "mean", "high"))
    words = f"{gain['mean']:+.1%} [{gain['low']:+.1%}, {gain['high']:+.1%}]"
    return (
        f'<g><title>{words}</title><line class="interval" x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<circle class="mean" cx="{mean:.1f}" cy="{y:.1f}" r="3.6"/></g>'
    )
