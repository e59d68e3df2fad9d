"""Terminals that know ASCII only are written to all the same."""

from __future__ import annotations

import io

from recgym.evaluation import printable


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def test_a_text_is_as_it_was_where_it_can_be_written() -> None:
    assert printable("1.5 ± 0.2 … 日本", stream("utf-8")) == "1.5 ± 0.2 … 日本"
    assert printable("1.5 ± 0.2", stream("latin-1")) == "1.5 ± 0.2"
    assert printable("± …", io.StringIO()) == "± …"


def test_a_text_is_plain_where_it_cannot() -> None:
    text = printable("1.5 ± 0.2 … – — − × → 日é", stream("ascii"))
    assert text == "1.5 +/- 0.2 ... - - - x -> ??"
    assert printable("± …", stream("latin-1")) == "+/- ..."
