"""Tables of items as JSON: an array of objects, however deep in a document, or an object on each line."""

from __future__ import annotations

import ast
import json
from typing import Any

from recgym.catalogue.catalogue import CatalogueError
from recgym.catalogue.cells import Fault, quoted
from recgym.catalogue.columns import field_of_name
from recgym.catalogue.table import Table, table_of_mappings


def read_json_table(name: str, text: str) -> Table:
    """Reads JSON, or JSON lines.

    Raises:
        CatalogueError: if it is neither, or holds no rows.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if text.lstrip().startswith("{") and len(lines) > 1 and _parsed_line(lines[0])[0] is not None:
        return _json_lines(name, text)
    try:
        document = json.loads(text)
    except RecursionError:
        raise CatalogueError(
            f"Catalogue file {name} is nested too deeply; it must be an array of objects, one for each item."
        ) from None
    except ValueError as error:
        if text.lstrip().startswith("{"):
            return _json_lines(name, text)
        raise CatalogueError(
            f"{name}, line {getattr(error, 'lineno', 1)}: not JSON ({_why_not(error)}); the file must be an array of objects, or an object on each line."
        ) from error
    rows, form = _rows_of_document(name, document)
    return table_of_mappings(name, rows, [f"item {number}" for number in range(1, len(rows) + 1)], form)


def _rows_of_document(name: str, document: Any) -> tuple[list[Any], str]:
    if isinstance(document, list):
        return document, "JSON array"
    lists = {key: value for key, value in document.items() if isinstance(value, list)}
    if len(lists) == len(document) > 1 and len(set(map(len, lists.values()))) == 1:
        return [
            dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)
        ], "JSON columns"
    tables = {
        key: value for key, value in lists.items() if value and all(isinstance(row, dict) for row in value)
    }
    if len(tables) == 1:
        ((key, rows),) = tables.items()
        return rows, f"JSON array under {key!r}"
    if not lists and document and all(isinstance(value, dict) for value in document.values()):
        columns = list(document.values())
        if (
            all(list(column) == list(columns[0]) for column in columns)
            and field_of_name(next(iter(document))) is not None
        ):
            return [
                dict(zip(document, row, strict=True))
                for row in zip(*(column.values() for column in columns), strict=True)
            ], "JSON columns"
    if any(not isinstance(value, list | dict) for value in document.values()):
        return [document], "JSON lines"
    raise CatalogueError(
        f"Catalogue file {name} is one JSON object with {', '.join(list(document)[:8])}; it must be an array of objects, an object with one such array, or "
        "an object on each line."
    )


def _json_lines(name: str, text: str) -> Table:
    rows, places, bad = [], [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        row, problem = _parsed_line(line)
        if row is None:
            bad.append(Fault(number, f"line {number}", "", problem))
        else:
            rows.append(row)
            places.append(f"line {number}")
    if bad and not rows:
        raise CatalogueError(f"{name}, {bad[0].place}: {bad[0].problem}")
    table = table_of_mappings(name, rows, places, "JSON lines")
    table.bad_rows += bad
    return table


def _parsed_line(line: str) -> tuple[dict[str, Any] | None, str]:
    """Returns the object on a line, or what is wrong with it. Lines of Python literals, in which some data sets come, are read too."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # ValueError also of a number of thousands of digits
        try:
            row = (
                ast.literal_eval(line.strip())
                if line.lstrip().startswith("{") and len(line) < 1_000_000
                else None
            )
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            row = None
        if not isinstance(row, dict):
            return (
                None,
                f"not JSON ({_why_not(error)}: {quoted(line.strip())}); each line must be one JSON object.",
            )
    if not isinstance(row, dict):
        return None, f"a {type(row).__name__}; each line must be one JSON object."
    return row, ""


def _why_not(error: Exception) -> str:
    return (
        "nested too deeply"
        if isinstance(error, RecursionError)
        else quoted(getattr(error, "msg", str(error)))
    )
