"""Words of items: titles, texts, lists of them, and ids."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from recgym.catalogue.cells import CONTROL_CHARACTERS, MISSING, Column, is_missing, plural_ending, quoted

_MISSING_WORDS = frozenset(
    ("", "NA", "N/A", "#N/A", "<NA>", "nan", "NaN", "NaT", "null", "NULL", "None", "\\N")
)
"""What stands for a value that is not known in titles and texts, where "-" or "none" may be meant."""
_LONGEST_MISSING = max(map(len, MISSING | _MISSING_WORDS))
_SURROGATE = re.compile("[\ud800-\udfff]")
_LIST_NAMES = ("name", "title", "label", "value")
"""Keys by which a mapping in a list is told, the first that it has."""


def read_words(column: Column, *, title: bool = False) -> list[str]:
    """Returns texts on one line each, "" where there is none.

    Lists are joined; half characters, which no encoder takes, and control characters go. A mapping is a fault: which of its values is meant is
    not known.

    Args:
        column: The cells.
        title: Whether "-" or "none" may be meant, as in titles and texts.
    """
    broken = 0
    words = []
    for row, cell in enumerate(column.cells):
        if _is_plain(cell):
            words.append(cell)
            continue
        try:
            text = _joined(cell)
        except _MappingFound as found:
            names = ", ".join(map(str, list(found.mapping)[:6]))
            column.blame(
                row,
                f"a mapping with {names} ({quoted(cell)}); give text or a list of texts, or name one of its values, such as columns="
                f'{{"...": "{column.name}.{next(iter(found.mapping), "name")}"}}, if every row has it.',
            )
            text = ""
        if _SURROGATE.search(text):
            whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
            broken += whole.encode("utf-16", "ignore") != text.encode("utf-16", "surrogatepass")
            text = whole
        text = " ".join(CONTROL_CHARACTERS.sub(" ", text).split())
        missing = text in _MISSING_WORDS if title else text.casefold() in MISSING
        words.append("" if missing else text)
    if broken:
        column.notes.append(f"half a character was left out of {broken} cell{plural_ending(broken)}")
    return words


def _is_plain(cell: Any) -> bool:
    """Says at a glance whether a cell is a text that stays as it is, as nearly all are."""
    return (
        type(cell) is str
        and len(cell) > _LONGEST_MISSING
        and cell.isprintable()  # no control characters, half ones, or spaces of other kinds
        and cell[0] not in " ["
        and cell[-1] != " "
        and "  " not in cell
    )


class _MappingFound(Exception):
    def __init__(self, mapping: dict[Any, Any]) -> None:
        self.mapping = mapping


def _joined(cell: Any) -> str:
    """Returns the text of a cell."""
    if cell is None or is_missing(cell):
        return ""
    if isinstance(cell, str):
        return _joined_parts(parts) if (parts := _written_list(cell)) is not None else cell
    if isinstance(cell, dict):
        raise _MappingFound(cell)
    if isinstance(cell, list | tuple | set | frozenset | np.ndarray):
        return _joined_parts(list(cell))
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))  # a column of whole numbers with a gap is one of floats
    return str(cell)


def _joined_parts(parts: list[Any]) -> str:
    named = []
    for part in parts:
        if isinstance(part, dict):
            key = next((name for name in _LIST_NAMES if isinstance(part.get(name), str)), None)
            if key is None:
                raise _MappingFound(part)
            part = part[key]
        named.append(" ".join(_joined(part).split()))
    return joined_texts(named, ", ")


def joined_texts(parts: Iterable[str], mark: str) -> str:
    """Returns texts one after the other, with a mark between them where the first does not end with one of its own; empty ones are left out."""
    joined = ""
    for part in filter(None, parts):
        joined += ("" if not joined else " " if joined[-1] in ".!?:;" else mark) + part
    return joined


def _written_list(text: str) -> list[Any] | None:
    """Returns the list that a cell such as ``['Drama', 'War']`` was before it was written as text; ``None`` for other texts."""
    stripped = text.strip()
    if not (stripped.startswith("[") and stripped.endswith("]")) or len(stripped) > 100_000:
        return None
    if stripped == "[]":
        return []
    if stripped[1:].lstrip()[:1] not in ("'", '"', "{", "u"):
        return None  # "[Remastered]", or "[1984]": a title
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(stripped)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        return (
            found if isinstance(found, list) and all(isinstance(part, str | dict) for part in found) else None
        )
    return None


def read_ids(column: Column) -> list[str]:
    """Returns ids; an empty one and one that an earlier row has are faults. Where there are none at all, items are numbered."""
    ids = read_words(Column(column.name, column.cells, column.places, column.faults))
    if not any(ids):
        column.notes.append("empty: items are numbered")
        return [str(row) for row in range(len(ids))]
    first: dict[str, int] = {}
    for row, item in enumerate(ids):
        if not item:
            column.blame(
                row,
                f"no id, though other rows have one; give every item its own, or number the items instead with "
                f'columns={{"id": None}}. Seen: {quoted(column.cells[row])}.',
            )
        elif first.setdefault(item, row) != row:
            column.blame(
                row, f"id {quoted(item)} is also at {column.places[first[item]]}; ids must be unique, or leave the column out with "
                'columns={"id": None}.'
            )  # fmt: skip
    return ids
