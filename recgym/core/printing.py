"""Texts for terminals that cannot show every character."""

from __future__ import annotations

import sys
from typing import TextIO

_PLAIN = {
    "±": "+/-",
    "…": "...",
    "–": "-",
    "—": "-",
    "−": "-",
    "×": "x",
    "→": "->",
    "\N{NO-BREAK SPACE}": " ",
}


def printable(text: str, stream: TextIO | None = None) -> str:
    """Returns a text as a stream can write it: unchanged where it can, else with ``+/-`` for ``±`` and so on, and ``?`` for what has no plain form.

    Args:
        text: The text.
        stream: Where it will be written; standard output if ``None``.
    """
    encoding = getattr(sys.stdout if stream is None else stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        for character, plain in _PLAIN.items():
            text = text.replace(character, plain)
        return text.encode(encoding, "replace").decode(encoding)
    return text
