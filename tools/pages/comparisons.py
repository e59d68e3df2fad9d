"""Tables of agents that were compared, from the files in docs/comparisons."""

from __future__ import annotations

import json
from pathlib import Path

import recgym
from tools.pages.markdown import ROOT
from train.compare import markdown_table

ALL = "all"
COMPARISONS = (ALL, "values", "deep", "slates", "privileged")
"""Comparisons that the pages show: those of the files at the top, and those of the folders."""
FOLDER = ROOT / "docs" / "comparisons"
"""What `train.compare` wrote: a file for each id, and folders of comparisons that answer other questions."""


def comparison_table(name: str, folder: Path = FOLDER) -> str:
    """Returns the table of what a folder holds, an id a column.

    Args:
        name: One of `COMPARISONS`.
        folder: Holds the comparisons.

    Raises:
        LookupError: if there are none.
    """
    place = folder if name == ALL else folder / name
    paths = {path.stem: path for path in place.glob("*.json")}
    if not paths:
        raise LookupError(f"{place} holds no comparison; make one by train.compare --out.")
    ordered = [paths[env_id] for env_id in recgym.ENV_IDS if env_id in paths]
    return markdown_table([json.loads(path.read_text(encoding="utf-8")) for path in ordered])
