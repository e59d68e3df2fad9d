"""The pages of the site: what they name is all there is, and where their links lead exists."""

from __future__ import annotations

import io
import json
import math
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
from recgym.certify import problems
from recgym.evaluation.metrics import COMPARED, METRICS
from recgym.oracles.knowledge import EVERYTHING, KNOWLEDGE
from recgym.oracles.requirements import GAIN_WORDS, LEAST_GAINS, SCORE_RANGES
from tools import gallery
from tools.pages import certificates, commands, site
from tools.pages.agents import agent_pages
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
    assert cells[1] == "2.00\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}0.50"
    assert cells[3].startswith("+1.17 [")
    assert cells[6].startswith("+0.00 [")
    assert cells[8].startswith("+0.83 [")
    assert "on 3 held-out users" in text


def test_certificates_that_miss_what_is_required_are_told() -> None:
    results = certificates.CERTIFICATES
    told = certificates.missed_requirements()
    for result in results:
        assert all(problem in told for problem in problems(result))
    planned = next(result for result in results if result["kind"] == "planning")
    assert "Each of the 1 certificates meets" in certificates.missed_requirements([planned])
    failing = planned | {"gain": dict.fromkeys(("mean", "low", "high"), 0.05)}
    assert "Of the 2 certificates 1 misses what is required:\n\n* " in certificates.missed_requirements(
        [planned, failing]
    )


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


def gain(mean: float) -> dict[str, float]:
    return {"mean": mean, "low": mean - 0.05, "high": mean + 0.05}


def certificate(env_id: str, world: int, kind: str, slate: int = 1, **gains: float) -> dict[str, Any]:
    """What the pages read of a certificate; without gains, the square was not measured."""
    ends = {name: gain(value) for name, value in {"random": 1.0, "planner": 5.0}.items()}
    return {
        "env_id": env_id,
        "world_seed": world,
        "kind": kind,
        "slate_size": slate,
        "returns": ends,
        "gain": gain(0.3),
        "norm": 0.6,
        "norms": {"myopic": 0.6, "honest planner": 0.8} if gains else {},
        "gains": {name: gain(value) for name, value in gains.items()},
    }


def test_charts_show_every_world_that_was_measured_and_what_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = [
        certificate("RecNews-v0", 0, "planning", planning=0.25, history=1.15),
        certificate("RecNews-v0", 4, "planning", planning=0.35, history=-0.05),
        certificate("RecNewsSlate-v0", 0, "planning", 5, planning=0.15, history=0.2),
        certificate("RecControl-v0", 0, "control", planning=0.0, history=0.3),
        certificate("RecBandit-v0", 0, "none", planning=0.0, history=0.3),
        certificate("RecVideoRetention-v0", 0, "planning"),
    ]
    monkeypatch.setattr(certificates, "CERTIFICATES", held)
    planning, history = certificates.planning_chart(), certificates.history_chart()
    for chart, bands in ((planning, 3), (history, 3)):
        assert chart.count('class="mean"') == 5
        assert chart.count('class="range"') == bands  # nothing is required of the bandit
        assert "RecVideoRetention-v0" not in chart
        places = [float(part.partition('"')[0]) for part in chart.split(' x1="')[1:]]
        width = float(chart.partition('viewBox="0 0 ')[2].partition(" ")[0])
        assert all(0 <= place <= width for place in places)
        assert chart.count('class="tick"') <= 9
    assert "world 4: +35.0% [+30.0%, +40.0%]" in planning
    assert "world 0: +115.0% [+110.0%, +120.0%]" in history
    assert certificates.gain_of("RecNews-v0", "planning") == "+30 %"
    assert certificates.gain_of("RecNews-v0", "history") == "+55 %"
    assert certificates.gain_of("RecNews-v0", EVERYTHING) == "+30 %"
    assert certificates.gain_of("RecVideoRetention-v0", "history") == "not measured"
    monkeypatch.setattr(certificates, "CERTIFICATES", held[-1:])
    assert certificates.planning_chart() == "What honest planning is worth: not measured."


def test_what_is_required_is_told_from_the_requirements() -> None:
    rows = {
        line.split(" | ")[0].strip("| "): [cell.strip() for cell in line.strip("|").split("|")]
        for line in certificates.requirement_table().splitlines()
    }
    for name, words in GAIN_WORDS.items():
        cells = rows[f"{words} (`{name}`)"][1:]
        for demand, cell in zip(("planning", "slates", "control", "control slates"), cells, strict=True):
            least = LEAST_GAINS[demand].get(name)
            assert cell.startswith("" if least is None else f"at least {100 * least[0]:.0f} %,")
            assert bool(cell) == (least is not None)
    for policy, (least, most) in SCORE_RANGES.items():
        words = f"at most {most:.2f}" if least == -math.inf else f"at least {least:.2f}"
        assert rows[f"score of the {policy}"][1] == words


def test_the_search_of_constants_and_the_encoders_are_told_where_they_were_recorded(tmp_path: Path) -> None:
    assert certificates.tuning_table(tmp_path) == ""
    trials = [
        {"constants": {"speed": value}, "margin": margin, "tightest": f"world 0: at {value:g}"}
        for value, margin in ((1.0, -0.5), (2.5, 0.25), (3.0, 0.125))
    ]
    record = {"env_id": "RecNews-v0", "users": 250, "worlds": [0, 1], "seed": 0, "trials": trials}
    (tmp_path / "news.json").write_text(json.dumps(record))
    row = "| `RecNews-v0` | `speed` 2.5 | 3 | 0, 1 | 250 | +0.25 | world 0: at 2.5 |"
    assert row in certificates.tuning_table(tmp_path).splitlines()
    assert "the command below" in certificates.encoder_table(tmp_path / "encoders.json")
    ends = {name: gain(0.5) for name in ("planner", "average", "gain", "share")}
    (tmp_path / "encoders.json").write_text(json.dumps([{"env_id": "RecNews-v0", "encoder": "words"} | ends]))
    assert "| `RecNews-v0` | words | 0.50 |" in certificates.encoder_table(tmp_path / "encoders.json")


def test_the_page_of_certificates_has_every_mark_and_explains_every_column() -> None:
    page = (DOCS / "certificates.md").read_text()
    words = page.partition("### Reading one row")[2].partition("##")[0]
    columns = certificates.certificate_table().splitlines()[0].strip("| ").split(" | ")
    told = {"id", "planner, this session", "planner, flat observation", "planning, everything"}
    for column in columns:
        assert f"*{column}*" in words or column in told, column
    for knowledge in KNOWLEDGE:
        assert f"| `{knowledge}` |" in page
    for kind in ("planning", "history", "warm"):
        assert f"* **{kind}** = " in page


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
    assert tables == 6  # facts, observation, rates, rewards, arguments, presets
    assert "| --- |" not in "".join(html.values())
