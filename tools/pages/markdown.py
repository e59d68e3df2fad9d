"""Markdown from what the project holds: docstrings, tables, sections of its own pages."""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_LIST = re.compile(r"^(\d+\.|[*-]) ")
_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns|Example|Yields):$\n?", re.MULTILINE)
_LABELS = re.compile(r"^(Equation|Source|Assumes|Cost of [^:\n]+):", re.MULTILINE)
_LINK = re.compile(r"(?<=\]\()(?!https?:|#|mailto:)([^)\s]+)")
_ROW = re.compile(r"^\| ([a-z][a-z_0-9]*) +\|", re.MULTILINE)


def docstring_page(documented: Any) -> str:
    """Returns the docstring of a class or module as Markdown.

    What reads well in a terminal is not always Markdown: lists follow on text without an empty line, and names in the first column of a table are bare.
    """
    lines: list[str] = []
    for line in (inspect.getdoc(documented) or "").splitlines():
        follows_text = bool(lines) and lines[-1].strip() and not lines[-1].startswith((" ", "#"))
        if _LIST.match(line) and follows_text and not _LIST.match(lines[-1]):
            lines.append("")
        # Python-Markdown wants four spaces where a line of a list goes on.
        lines.append(f" {line}" if re.match(r" {3}\S", line) else line)
    return with_code_names(stressed_labels("\n".join(lines)))


def stressed_labels(text: str) -> str:
    """Prints the labels with which paragraphs of docstrings begin in bold, such as ``Equation:``."""
    return _LABELS.sub(r"**\1:**", text)


def with_code_names(text: str) -> str:
    """Sets bare names in the first column of tables as code."""
    return _ROW.sub(r"| `\1` |", text)


def without_sections(documented: Any) -> str:
    """Returns the docstring of a class as Markdown, without what it says of arguments and attributes."""
    return _SECTION.split(docstring_page(documented))[0].strip()


def arguments_of(documented: type[Any]) -> dict[str, str]:
    """Returns what the docstring of a class itself says of its arguments: name -> meaning."""
    text = inspect.cleandoc(documented.__doc__ or "")
    parts = _SECTION.split(text)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    found: dict[str, str] = {}
    for line in inspect.cleandoc(sections.get("Args", "")).splitlines():
        head = re.match(r"(\*{0,2}\w+): (.*)", line)
        if head:
            found[head[1]] = head[2]
        elif found:
            last = list(found)[-1]
            found[last] = f"{found[last]} {line.strip()}".strip()
    return found


def first_sentence(documented: Any) -> str:
    """Returns the first line of a docstring."""
    return (inspect.getdoc(documented) or "").partition("\n")[0]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a table. Cells may hold Markdown; line breaks and bars in them are kept from breaking it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def plain(text: str) -> str:
    """Returns text in which nothing is Markdown or HTML, for what comes from data."""
    return re.sub(r"([\\`*_\[\]#~$|])", r"\\\1", html.escape(text, quote=False))


def fenced(text: str, language: str = "text") -> str:
    """Returns a block of code; the fence is longer than any in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def indented(text: str) -> str:
    """Returns text four spaces to the right, as the inside of a note must be."""
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def section(page: str, title: str) -> str:
    """Returns what stands under a heading of a page in the root of the project, without the heading.

    Args:
        page: Name of the file, such as ``"README.md"``.
        title: The heading, of the second level.

    Raises:
        LookupError: if the page has no such heading.
    """
    parts = re.split(r"^## (.+)\n", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    if title not in sections:
        raise LookupError(f"{page} has no section {title!r}; it has {', '.join(sections)}.")
    return sections[title].strip()


def links_of(text: str) -> list[str]:
    """Returns where the links and pictures of a page lead inside the site, without what is in code."""
    without_code = re.sub(r"^(`{3,})[^\n]*\n.*?^\1|`[^`\n]*`", "", text, flags=re.DOTALL | re.MULTILINE)
    return _LINK.findall(without_code) + re.findall(
        r'(?:src|href|srcset)="(?!https?:|#)([^"]+)"', without_code
    )
