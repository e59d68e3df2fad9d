"""The page of agents that were compared: a table of all, and a section for each question that was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recgym import ENV_IDS
from tools.pages.comparisons import QUESTIONS, comparison_table, further_comparisons


def write(path: Path) -> None:
    interval = {"mean": 2.0, "low": 1.5, "high": 2.5}
    row = {"reward_per_session": interval, "normalised_score": interval}
    names = ("popular", "ppo")
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        json.dumps(
            {
                "env_id": path.stem,
                "runs": list(names),
                "results": dict.fromkeys(("random", *names, "planner"), row),
                "differences": {"popular": interval},
            }
        )
    )


def test_ids_are_in_the_order_of_the_suite(tmp_path: Path) -> None:
    for env_id in ("RecNews-v0", "RecEcommerce-v0"):
        write(tmp_path / f"{env_id}.json")
    lines = comparison_table(tmp_path).splitlines()
    assert lines[0] == "| | `RecEcommerce-v0` | `RecNews-v0` |"
    over = "+2.00 [+1.50,\N{NO-BREAK SPACE}+2.50]"
    assert lines[-1] == f"| *ppo over popular* | {over} | {over} |"


def test_many_ids_stand_in_tables_below_one_another(tmp_path: Path) -> None:
    for env_id in ENV_IDS[:7]:
        write(tmp_path / f"{env_id}.json")
    tables = comparison_table(tmp_path).split("\n\n")
    assert [part.splitlines()[0].count("`Rec") for part in tables] == [5, 2]
    assert all(part.splitlines()[-1].startswith("| *ppo over popular* |") for part in tables)


def test_only_what_was_measured_has_a_section(tmp_path: Path) -> None:
    assert further_comparisons(tmp_path) == ""
    asked = QUESTIONS[1]
    write(tmp_path / asked.folder / "RecNews-v0.json")
    text = further_comparisons(tmp_path)
    assert text.startswith(f"## {asked.title}\n")
    assert text.count("## ") == 1
    assert f"--env ID {asked.arguments} --out docs/comparisons/{asked.folder}/ID.json" in text


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="holds no comparison"):
        comparison_table(tmp_path)
