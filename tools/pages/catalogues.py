"""A card for each shipped catalogue, from its data, its SOURCE.md and its licence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import recgym
from recgym.catalogue import SHIPPED, Catalogue, load_catalogue
from recgym.catalogue.describe import described
from tools.pages.markdown import fenced, plain, table

DATA = Path(recgym.__file__).parent / "catalogue" / "data"
SAMPLE = 8
KINDS = 12


def catalogue_pages() -> Iterator[tuple[str, str]]:
    """Makes the overview and the cards."""
    loaded = {name: load_catalogue(name) for name in SHIPPED}
    yield "catalogues/index.md", _overview(loaded)
    for name, catalogue in loaded.items():
        yield f"catalogues/{name}.md", _card(name, catalogue)


def _source(name: str) -> str:
    return (DATA / name / "SOURCE.md").read_text(encoding="utf-8").partition("\n")[2].strip()


def _overview(loaded: dict[str, Catalogue]) -> str:
    rows = [
        (
            f"[{name}]({name}.md)",
            f"{len(catalogue):,}",
            str(len(set(catalogue.categories.tolist()))),
            _source(name).partition("\n")[0],
        )
        for name, catalogue in loaded.items()
    ]
    return f"""# Catalogues

Items are texts, seen through a sentence Transformer. Four catalogues are shipped, with their vectors; none holds anything about people.

{table(("catalogue", "items", "categories", "origin"), rows)}

## Your own

[A file of yours](../own_catalogue.md) does as well; the notebook on [your own catalogue](../notebooks/4_your_own_catalogue.md) goes through it step by step.
"""


def _card(name: str, catalogue: Catalogue) -> str:
    licence = (DATA / name / "LICENSE").read_text(encoding="utf-8")
    columns = [column for column in catalogue.numeric_columns if column in ("price", "duration")]
    rows: list[tuple[str, ...]] = []
    for item in range(0, len(catalogue), max(1, len(catalogue) // SAMPLE)):
        if len(rows) < SAMPLE:
            numbers = [f"{getattr(catalogue, column)[item]:,.6g}" for column in columns]
            texts = (catalogue.titles[item], catalogue.texts[item], catalogue.categories[item])
            rows.append((*(plain(str(text)) for text in texts), *numbers))
    common = Counter(catalogue.categories.tolist())
    largest = max(common.values())
    bars = "".join(
        f'<div><span>{plain(kind)}</span><i style="width: {100 * count / largest:.0f}%"></i><b>{count:,}</b></div>'
        for kind, count in common.most_common(KINDS)
    )
    more = f" The {KINDS} largest of {len(common)}." if len(common) > KINDS else ""
    return f"""# {name.capitalize()}

{_source(name)}

## What is in it

{fenced(described(catalogue))}

## Categories

Items in each.{more}

<div class="bars">{bars}</div>

## A sample

Every {len(catalogue) // SAMPLE:,}th item, as it is shipped.

{table(("title", "text", "category", *columns), rows)}

## Licence

{fenced(licence)}
"""
