"""The pages of the site: what they name is all there is, and where their links lead exists."""

from __future__ import annotations

import io
import json
import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from PIL import Image

import agents
from recgym import ENV_IDS, SCENARIOS
from recgym.catalogue import SHIPPED, load_catalogue
from recgym.evaluation.metrics import COMPARED, METRICS
from tools import gallery
from tools.pages import commands, site
from tools.pages.agents import agent_pages
from tools.pages.certificates import certificate_table, gain_chart
from tools.pages.markdown import ROOT, docstring_page, fenced, links_of, section, table
from tools.pages.metrics import metrics_page
from tools.pages.notebooks import notebook_pages, notebook_paths, with_mathml
from tools.pages.observations import LEARNERS, PLANNING, costs_of_observing
from tools.pages.scenarios import scenario_pages

DOCS = ROOT / "docs"


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose emoji extension is named by a Python object."""


_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
CONFIG = yaml.load((ROOT / "mkdocs.yml").read_text(), _Loader)


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str | bytes]:
    """All pages that are made; of the libraries' scripts without their arguments, for which each library would be imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "help_of", lambda module, *_: None)
        return dict(site.made_pages())


def paths_in(navigation: list[Any]) -> list[str]:
    found = []
    for entry in navigation:
        inner = next(iter(entry.values())) if isinstance(entry, dict) else entry
        found += paths_in(inner) if isinstance(inner, list) else [inner]
    return found


def test_the_navigation_leads_to_every_page_and_to_nothing_else(pages: Mapping[str, str | bytes]) -> None:
    navigation = paths_in(site.expanded(CONFIG["nav"], pages))
    written = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")}
    assert len(navigation) == len(set(navigation))
    assert set(navigation) == written | {path for path in pages if path.endswith(".md")}
    assert not written & set(pages)


def test_a_folder_without_pages_is_an_error() -> None:
    with pytest.raises(LookupError, match="stories/"):
        site.expanded([{"Stories": "stories/"}], ["scenarios/index.md"])
    made = ["scenarios/a.md", "scenarios/index.md"]
    assert site.expanded([{"All": ["scenarios/", "more.md"]}], made) == [{"All": [*made[::-1], "more.md"]}]


def test_links_lead_somewhere(pages: Mapping[str, str | bytes]) -> None:
    texts = {path: text for path, text in pages.items() if isinstance(text, str)}
    texts |= {str(path.relative_to(DOCS)): path.read_text() for path in DOCS.rglob("*.md")}
    count = 0
    for path, text in texts.items():
        for link in links_of(text):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link.partition("#")[0]))
            assert target in pages or (DOCS / target).is_file(), f"{path} links to {link}"
            count += 1
    assert count > 100


def test_nothing_is_fetched_when_a_page_is_viewed(pages: Mapping[str, str | bytes]) -> None:
    assert CONFIG["theme"]["font"] is False
    assert CONFIG["strict"] is True
    assert not [name for name in (*CONFIG["extra_css"], *CONFIG.get("extra_javascript", [])) if ":" in name]
    assert "url(" not in (DOCS / "stylesheets" / "site.css").read_text()
    for path, text in pages.items():
        if isinstance(text, str):
            assert "](http" not in text.replace("](https://creativecommons.org", ""), path
            assert 'src="http' not in text, path
            assert "```mermaid" not in text, path  # Material fetches what draws it


def test_every_id_is_named_and_has_its_page() -> None:
    made = dict(scenario_pages())
    assert set(made) == {"scenarios/index.md", *(f"scenarios/Rec{name}-v0.md" for name in SCENARIOS)}
    for env_id in ENV_IDS:
        assert f"`{env_id}`" in made["scenarios/index.md"]
        assert f"`{env_id}`" in made[f"scenarios/{env_id.replace('Slate', '')}.md"]
    for path, text in made.items():
        assert "[arguments table]" not in text, path
        for line in text.splitlines():
            assert not line.startswith("|") or line.endswith("|"), (path, line)
    assert "\n| `horizon` " in made["scenarios/RecNews-v0.md"]


def test_every_agent_is_named_with_its_options() -> None:
    made = dict(agent_pages())
    for name in agents.AGENTS:
        (place,) = [text for path, text in made.items() if f"{{ #{name} }}" in text]
        assert f"#{name})" in made["agents/index.md"]
        assert f"`{agents.agent_class(name).__name__}`".strip("`") in place
    assert "| `alpha` | `0.3` | Width of the bound" in made["agents/bandits.md"]
    assert (
        "| `step_size_decay` | `0.6` | Power" in made["agents/tabular.md"]
    )  # of the class that it is based on


def test_what_the_observation_costs_is_told_where_it_was_measured(tmp_path: Path) -> None:
    assert costs_of_observing(tmp_path) == ""
    interval = {"mean": 2.0, "low": 1.5, "high": 2.5}
    names = [*LEARNERS, *(f"{name}[encoder=history]" for name in LEARNERS), PLANNING]
    returns = {"ppo": "1 2 3", "ppo[encoder=history]": "2 3 4.5", PLANNING: "3 4 5"}
    comparison = {
        "env_id": "RecNews-v0",
        "users": 3,
        "results": {name: {"reward_per_session": interval} for name in names},
        "returns": dict.fromkeys(names, "1 1 1") | returns,
    }
    (tmp_path / "RecNews-v0.json").write_text(json.dumps(comparison))
    text = costs_of_observing(tmp_path)
    (row,) = [line for line in text.splitlines() if "`RecNews-v0`" in line]
    cells = [part.strip() for part in row.strip("|").split("|")]
    assert len(cells) == 9
    assert cells[1] == "2.00 ± 0.50"
    assert cells[3].startswith("+1.17 [")
    assert cells[6].startswith("+0.00 [")
    assert cells[8].startswith("+0.83 [")
    assert "on 3 held-out users" in text


def test_every_metric_is_named() -> None:
    text = metrics_page()
    for name in (*METRICS, *COMPARED):
        assert f"### {name} {{ #{name} }}" in text
        assert f"[`{name}`](#{name})" in text
    assert ">>> float(gini(" in text


def test_every_catalogue_has_a_card(pages: Mapping[str, str | bytes]) -> None:
    assert "catalogues/index.md" in pages
    for name in SHIPPED:
        text = pages[f"catalogues/{name}.md"]
        assert isinstance(text, str)
        catalogue = load_catalogue(name)
        assert f"{name}: {len(catalogue):,} items" in text
        assert "licence" in text
        assert str(catalogue.titles[0])[:12] in text


def test_commands_are_found_and_show_their_own_help() -> None:
    found = commands.command_modules()
    for package in (
        "recgym.certify",
        "recgym.catalogue",
        "train",
        "train.compare",
        "train.with_rllib",
        "tools.gallery",
    ):
        assert package in found
    text = commands.help_of("recgym.certify")
    assert text is not None
    assert text.startswith("usage: python -m recgym.certify [-h] [--env ID [ID ...]]")
    describe = commands.help_of("recgym.catalogue", "describe")
    assert describe is not None
    assert "--on-bad-rows" in describe
    assert "`make docs`" in dict(commands.make_targets())


def test_every_notebook_is_a_page_with_its_pictures() -> None:
    made = dict(notebook_pages())
    assert len(notebook_paths()) >= 3
    for path in notebook_paths():
        text = made[f"notebooks/{path.stem}.md"]
        assert isinstance(text, str)
        assert made[f"notebooks/{path.name}"] == path.read_bytes()
        assert text.count(f"](pictures/{path.stem}_") >= 3
        assert "$" not in "".join(part for number, part in enumerate(text.split("```")) if number % 2 == 0)
    for name, content in made.items():
        if name.endswith(".png"):
            assert isinstance(content, bytes)
            assert Image.open(io.BytesIO(content)).width > 300


def test_the_gallery_has_what_it_shows() -> None:
    for env_id in gallery.ENV_IDS:
        with Image.open(gallery.FOLDER / f"{env_id}.webp") as moving:
            assert getattr(moving, "n_frames", 1) in gallery.STEPS
            assert moving.width == gallery.WIDTH
        with Image.open(gallery.FOLDER / f"{env_id}.png") as last:
            assert last.width > gallery.WIDTH
    assert {path.stem for path in gallery.FOLDER.iterdir()} == set(gallery.ENV_IDS)
    assert sum(path.stat().st_size for path in gallery.FOLDER.iterdir()) < 2_000_000


def test_the_certificate_that_is_read_is_the_one_in_the_table() -> None:
    page = (DOCS / "certificates.md").read_text()
    words = page.partition("### Reading one row")[2].partition("##")[0]
    (row,) = [line for line in certificate_table().splitlines() if "`RecEcommerce-v0`" in line]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert all(number in words for number in cells[1:5])
    assert all(number in words for number in cells[5].split(" / "))
    gain, low, high = (
        cells[6].partition(",")[0].strip("+ %"),
        *cells[6].partition("[")[2].partition("]")[0].split(", "),
    )
    assert f"{gain.split()[0]} % more" in words
    assert f"between {low} % and {high} %" in words
    assert cells[7].split(",")[0] in words
    assert gain_chart().count('class="mean"') == 3 * len(SCENARIOS)


def test_marks_in_written_pages_are_replaced() -> None:
    written = "".join(path.read_text() for path in DOCS.rglob("*.md"))
    for mark in site.MARKS:
        assert mark in written
        assert mark not in site.filled(written)
    assert '| `preset="drift"` |' in site.filled(written)


def test_markdown_from_docstrings_and_data() -> None:
    class Told:
        """One line.

        Text that a list follows on:
        1. first, and
           its second line
        2. second

        | Name  | Meaning |
        |-------|---------|
        | speed | fast    |

        Equation: a = b.
        """

    text = docstring_page(Told)
    assert "follows on:\n\n1. first, and\n    its second line\n2. second" in text
    assert "| `speed` | fast    |" in text
    assert "**Equation:** a = b." in text
    assert table(("a", "b"), [("x|y", "1\n2")]).splitlines()[-1] == "| x\\|y | 1 2 |"
    assert fenced("```\ncode\n```") == "````text\n```\ncode\n```\n````"
    assert with_mathml("a `$x$` and 5 $ and $\\gamma$").startswith("a `$x$` and 5 $ and <math")
    with pytest.raises(LookupError, match="no section 'Nowhere'"):
        section("README.md", "Nowhere")


@pytest.mark.filterwarnings("ignore")
def test_the_site_is_built_without_a_warning(
    pages: Mapping[str, str | bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MkDocs is strict: a link or an anchor that leads nowhere is an error."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(site, "generated_pages", lambda: pages)
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path)))
    html = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*.html")}
    assert {path.replace(".md", ".html") for path in pages if path.endswith(".md")} < set(html)
    for path, text in html.items():
        for fetched in ('src="http', "fonts.g", "cdn.", "unpkg"):
            assert fetched not in text, path
    assert 'id="recgym.task.Task.observe"' in html["reference/task.html"]
    assert "See the class" not in html["reference/task.html"]
    assert "&gt;&gt;&gt;" in html["reference/evaluation.html"]
    (tables,) = [text.count("<table>") for path, text in html.items() if path == "scenarios/RecNews-v0.html"]
    assert tables == 5  # facts, observation, rewards, arguments, presets
    assert "| --- |" not in "".join(html.values())
