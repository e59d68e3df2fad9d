"""The reference: a page for each package that others may import, read from the sources by mkdocstrings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

PAGES: Mapping[str, tuple[str, ...]] = {
    "recgym": ("recgym", "recgym.evaluate"),
    "task": ("recgym.task",),
    "evaluation": ("recgym.evaluation",),
    "wrappers": ("recgym.wrappers", "recgym.wrappers.vector"),
    "testing": ("recgym.testing",),
    "catalogue": ("recgym.catalogue",),
    "agents": ("agents",),
}
"""Pages, and what is on them."""


def reference_pages() -> Iterator[tuple[str, str]]:
    """Makes the overview and the pages."""
    lines = [f"* [`{names[0]}`]({page}.md)" for page, names in PAGES.items()]
    yield (
        "reference/index.md",
        "# Reference\n\nWhat can be imported and stays, package by package, with the signatures and docstrings of the code.\n\n"
        + "\n".join(lines)
        + "\n\nEnvironments have [pages of their own](../scenarios/index.md), and so have [agents](../agents/index.md).\n",
    )
    for page, names in PAGES.items():
        # The title of the page is the heading of its first package.
        first = f"::: {names[0]}\n    options:\n      show_root_heading: false\n      show_root_toc_entry: false\n      heading_level: 2\n"
        blocks = "\n\n".join([first, *(f"::: {name}" for name in names[1:])])
        yield f"reference/{page}.md", f"# {names[0]}\n\n{blocks}\n"
