"""The hook by which MkDocs gets the pages that are made from the code."""

from __future__ import annotations

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from tools.pages.site import expanded, filled, generated_pages


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the made pages into the navigation."""
    config.nav = expanded(config.nav or [], generated_pages())
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the made pages to the files."""
    for path, content in generated_pages().items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fills the marks of pages that were written by hand."""
    return filled(markdown)
