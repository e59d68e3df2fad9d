"""All pages that are made, and the navigation in which they are."""

from __future__ import annotations

import contextlib
import functools
import io
import warnings
from collections.abc import Mapping
from typing import Any

from tools.pages.agents import agent_pages
from tools.pages.catalogues import catalogue_pages
from tools.pages.certificates import (
    certificate_table,
    change_table,
    encoder_table,
    history_chart,
    missed_requirements,
    planning_chart,
    requirement_table,
    tuning_table,
)
from tools.pages.commands import clients_page, commands_page
from tools.pages.comparisons import comparison_table, further_comparisons
from tools.pages.markdown import ROOT
from tools.pages.metrics import metrics_page
from tools.pages.notebooks import notebook_pages
from tools.pages.reference import reference_pages
from tools.pages.scenarios import gallery_page, presets_table, scenario_pages

MARKS: Mapping[str, Any] = {
    "<!-- certificate table -->": certificate_table,
    "<!-- planning chart -->": planning_chart,
    "<!-- history chart -->": history_chart,
    "<!-- requirement table -->": requirement_table,
    "<!-- missed requirements -->": missed_requirements,
    "<!-- change table -->": change_table,
    "<!-- tuning table -->": tuning_table,
    "<!-- encoder table -->": encoder_table,
    "<!-- presets table -->": presets_table,
    "<!-- comparison table -->": comparison_table,
    "<!-- further comparisons -->": further_comparisons,
}
"""What is put in place of marks in the pages that were written by hand."""


@functools.cache
def generated_pages() -> Mapping[str, str | bytes]:
    """Makes the pages, once: path inside the site's sources -> Markdown, or the bytes of a picture or file."""
    # Libraries that are imported for their names and arguments have notices of their own to print.
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        return made_pages()


def made_pages() -> Mapping[str, str | bytes]:
    """Makes the pages anew, letting everything print."""
    return {
        "gallery.md": gallery_page(),
        **dict(scenario_pages()),
        **dict(agent_pages()),
        "metrics.md": metrics_page(),
        **dict(notebook_pages()),
        **dict(catalogue_pages()),
        "commands.md": commands_page(),
        "clients.md": clients_page(),
        "extend.md": _extend_page(),
        **dict(reference_pages()),
    }


def _extend_page() -> str:
    """Makes the page on scenarios, agents and metrics of one's own, which is CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return "# Extend\n" + text.partition("\n")[2]


def filled(text: str) -> str:
    """Returns a page that was written by hand with its marks replaced."""
    for mark, make in MARKS.items():
        if mark in text:
            text = text.replace(mark, make())
    return text


def expanded(navigation: list[Any], names: Any) -> list[Any]:
    """Replaces each folder in a navigation, such as ``scenarios/``, by the made pages in it, in their order, the overview first.

    Args:
        navigation: Of mkdocs.yml: paths, and titles with a path or a list.
        names: Paths of the made pages.

    Raises:
        LookupError: if no page is in the folder.
    """
    found: list[Any] = []
    for entry in navigation:
        if isinstance(entry, dict):
            ((title, inner),) = entry.items()
            lists = inner if isinstance(inner, list) else [inner] if inner.endswith("/") else None
            found.append({title: inner if lists is None else expanded(lists, names)})
        elif entry.endswith("/"):
            pages = [name for name in names if name.startswith(entry) and name.endswith(".md")]
            if not pages:
                raise LookupError(f"The navigation names {entry}, in which there is no page.")
            found += sorted(pages, key=lambda name: not name.endswith("/index.md"))
        else:
            found.append(entry)
    return found
