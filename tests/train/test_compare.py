"""Evaluation and comparison of runs: with oracles, by the columns that are asked for, from other packages too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playing import REPOSITORY

import agents
import train.__main__
import train.compare
from recgym.evaluation import METRICS
from train.arguments import read_columns
from train.compare import markdown_table
from train.evaluate import evaluate_run
from train.runs import Run, make_envs

ELSEWHERE = REPOSITORY / "tests" / "agents"
"""Where the agent, the id and the metric of somebody else live."""


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command from a folder of its own."""
    paths = os.pathsep.join(map(str, (REPOSITORY, ELSEWHERE)))
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


def test_agents_are_measured_beside_random_and_the_oracles() -> None:
    run = Run("RecNews-v0", "popular", 1, 0, 8, {"num_users": 60}, {})
    env = make_envs(run, 1, "train")
    trained = {name: agents.load(name, env) for name in ("random", "popular")}
    result = evaluate_run(run, trained, users=40)
    assert list(result.logs) == ["random", "popular", "myopic", "planner"]
    assert result.split == "test"
    row = result.results["popular"]
    assert set(row) == {*METRICS, "normalised_score", "regret"}
    assert (result.results["random"]["normalised_score"].mean, result.results["planner"]["normalised_score"].mean) == (0.0, 1.0)  # fmt: skip


def test_agent_id_and_metric_of_somebody_else_go_through_the_commands(tmp_path: Path) -> None:
    done = command(
        "train.compare", "--env", "outside_agent:RecShortVideo-v0", "--agents", "linucb", "outside_agent:ThompsonAgent",
        "--columns", "reward_per_session", "outside_agent:steps_before_leaving", "normalised_score", "--steps", "120",
        "--users", "20", "--env-kwargs", "num_users=60", "--no-progress", "--out", "result.json", folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (
        "Training ThompsonAgent on outside_agent:RecShortVideo-v0: 120 steps, 6 users at once." in done.stdout
    )
    lines = done.stdout.splitlines()
    (head,) = (line for line in lines if "normalised" in line)
    assert head.split() == ["reward", "full", "normalised"]
    for row in ("random", "linucb", "ThompsonAgent", "myopic", "planner"):
        assert sum(line.startswith(f"{row} ") and line.count("±") == 3 for line in lines) == 1
    assert "ThompsonAgent over that of the others" in done.stdout
    about = json.loads((tmp_path / "result.json").read_text())
    assert set(about["differences"]) == {"random", "linucb", "myopic", "planner"}
    assert about["runs"]["ThompsonAgent"]["agent"] == "outside_agent:ThompsonAgent"
    assert "sessions_of_full_length" in about["results"]["ThompsonAgent"]
    run = "runs/RecShortVideo-v0__ThompsonAgent__0"
    again = command(
        "train.evaluate", run, "--users", "20", "--columns", "reward_per_session", "outside_agent:steps_before_leaving",
        "normalised_score", folder=tmp_path,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    rows = [line for line in again.stdout.splitlines() if line.startswith("ThompsonAgent")]
    assert len(rows) == 1
    assert rows[0].split() in [line.split() for line in lines]


def test_columns_are_read_before_anything_is_trained() -> None:
    assert read_columns(None) is None
    assert read_columns(["coverage", "normalised_score"]) == ("coverage", "normalised_score")
    with pytest.raises(ValueError, match="coverage"):
        read_columns(["coverge"])
    with pytest.raises(TypeError, match="not a recgym"):
        read_columns(["train.runs:Run"])
    with pytest.raises(ModuleNotFoundError):
        read_columns(["nowhere:metric"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train.compare", "--agents", "ppo", "agents.sb3.agents:ppo"], "the names must differ"),
        (["train.compare", "--agents", "nowhere:Agent"], "not found: nowhere"),
        (["train.compare", "--columns", "coverge"], "coverage"),
        (["train", "--env", "CartPole-v1"], "has no task"),
        (["train", "--agent", "outside_agent:not_an_agent"], "based on agents.Agent"),
        (["train", "--agent-kwargs", "learning_rate=fast"], "learning_rate='fast'"),
        (["train", "--agent-kwargs", "hidden=[8"], "cannot be read"),
        (["train", "--env-kwargs", "split=log"], "split cannot be"),
    ],
)
def test_wrong_arguments_are_explained(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(ELSEWHERE))
    name, *rest = arguments
    main = {"train": train.__main__.main, "train.compare": train.compare.main}[name]
    with pytest.raises(SystemExit) as stopped:
        main(rest)
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.glob("runs/*/*"))


def comparison(env_id: str, names: tuple[str, ...] = ("linucb", "ppo")) -> dict[str, Any]:
    interval = {"mean": 1.0, "low": 0.5, "high": 1.5}
    row = {"reward_per_session": interval, "normalised_score": interval}
    return {
        "env_id": env_id,
        "runs": dict.fromkeys(names),
        "results": dict.fromkeys(("random", *names, "myopic", "planner"), row),
        "differences": dict.fromkeys(("random", *names[:-1], "myopic", "planner"), interval),
    }


def test_comparisons_are_shown_as_a_table() -> None:
    head, line, *rows = markdown_table([comparison("RecNews-v0"), comparison("RecVideo-v0")]).splitlines()
    assert (
        head == "| id | random | linucb | ppo | myopic oracle | planner | ppo normalised | ppo over linucb |"
    )
    assert line == "|---" * 8 + "|"
    assert rows[0] == f"| `RecNews-v0` |{' 1.00 ± 0.50 |' * 6} +1.00 [+0.50, +1.50] |"
    assert len(rows) == 2
    alone = markdown_table([comparison("RecNews-v0", ("ppo",))]).splitlines()
    assert len({text.count("|") for text in alone}) == 1
    with pytest.raises(ValueError, match="RecVideo-v0 was compared by"):
        markdown_table([comparison("RecNews-v0"), comparison("RecVideo-v0", ("dqn", "ppo"))])
