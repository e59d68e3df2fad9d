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
import train.evaluate
from recgym.evaluation import METRICS
from train.arguments import read_columns
from train.checkpoints import TrainingStopped
from train.compare import markdown_table
from train.evaluate import evaluate_run
from train.runs import Run, make_envs

ELSEWHERE = REPOSITORY / "tests"
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
    told = {name for name, metric in METRICS.items() if not metric.of_returns}
    assert set(row) == {*told, "normalised_score", "regret"}
    assert (result.results["random"]["normalised_score"].mean, result.results["planner"]["normalised_score"].mean) == (0.0, 1.0)  # fmt: skip


@pytest.mark.long
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


def test_agents_that_observe_differently_are_compared_and_evaluated_again(
    tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("linucb", "policy_iteration")
    train.compare.main(
        ["--env", "RecVideo-v0", "--agents", *names, "--steps", "200", "--users", "20", "--env-kwargs", "num_users=60", "horizon=8",
         "--no-progress"]
    )  # fmt: skip
    compared = capsys.readouterr().out.splitlines()
    train.evaluate.main([*(f"runs/RecVideo-v0__{name}__0" for name in names), "--users", "20"])
    again = capsys.readouterr().out.splitlines()
    for name in ("random", *names, "planner"):
        first, second = (
            [line for line in lines if line.startswith(f"{name} ") and "±" in line]
            for lines in (compared, again)
        )
        assert first == second
        assert len(first) == 1


def test_what_knowing_the_user_is_worth_is_compared_if_it_is_asked_for(
    tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("linucb", "supervised[observation=state]")
    arguments = [
        "--env", "RecBandit-v0", "--agents", *names, "--steps", "64", "--users", "8", "--env-kwargs", "num_users=60", "--no-progress",
    ]  # fmt: skip
    with pytest.raises(SystemExit):
        train.compare.main(arguments)
    assert "--privileged" in capsys.readouterr().err
    assert train.compare.main([*arguments, "--privileged"]) == 0
    printed = capsys.readouterr().out
    assert all(f"\n{name} " in printed for name in names)


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
    """Ids are columns; what was not compared in one of them is left empty there."""
    compared = [comparison("RecNews-v0"), comparison("RecVideo-v0", ("dqn", "ppo"))]
    assert markdown_table(compared).replace("\N{NO-BREAK SPACE}", "~").splitlines() == [
        "| | `RecNews-v0` | `RecVideo-v0` |",
        "|---|---|---|",
        "| random | 1.00~±~0.50 | 1.00~±~0.50 |",
        "| linucb | 1.00~±~0.50, 1.00 |  |",
        "| ppo | 1.00~±~0.50, 1.00 | 1.00~±~0.50, 1.00 |",
        "| dqn |  | 1.00~±~0.50, 1.00 |",
        "| myopic oracle | 1.00~±~0.50, 1.00 | 1.00~±~0.50, 1.00 |",
        "| planner | 1.00~±~0.50 | 1.00~±~0.50 |",
        "| *ppo over linucb* | +1.00 [+0.50,~+1.50] |  |",
        "| *ppo over dqn* |  | +1.00 [+0.50,~+1.50] |",
    ]


def test_options_stand_in_brackets_behind_an_agent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.compare._rows(["ppo", "ppo[gamma=0]", "a.b:Mine[hidden=[8, 8],x=null]"]) == {
        "ppo": ("ppo", {}), "ppo[gamma=0]": ("ppo", {"gamma": 0}), "Mine[hidden=[8, 8],x=null]": ("a.b:Mine", {"hidden": [8, 8], "x": None}),
    }  # fmt: skip
    for names in (["ppo[gamma=0"], ["ppo[gamma]"], ["ppo", "ppo"]):
        with pytest.raises(ValueError, match=r"ppo|gamma"):
            train.compare._rows(names)
    arguments = [
        "--env", "RecVideo-v0", "--agents", "linucb", "linucb[alpha=0]", "--steps", "64", "--users", "8", "--no-progress", "--logdir", str(tmp_path),
        "--env-kwargs", "num_users=60",
    ]  # fmt: skip
    assert train.compare.main(arguments) == 0
    assert "linucb[alpha=0]" in capsys.readouterr().out


def compare_in(folder: Path, *agents_and_more: str, users: int = 20, world: str = "leave_base=-3.0") -> int:
    """Compares agents of a few steps in a small world; results are in ``result.json``."""
    return train.compare.main(
        ["--env", "RecVideo-v0", "--steps", "64", "--users", str(users), "--no-progress", "--logdir", str(folder / "runs"), "--out",
         str(folder / "result.json"), "--env-kwargs", "num_users=60", "horizon=8", world, "--agents", *agents_and_more]
    )  # fmt: skip


@pytest.fixture
def trained_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of agents, as they are trained; ``"stop"`` among them stops the next one."""
    names: list[str] = []
    really = train.compare.train

    def noting(run: Run, *arguments: Any, **options: Any) -> Any:
        if names[-1:] == ["stop"]:
            raise TrainingStopped(Path("runs/x"), 0, 64)
        names.append(run.agent)
        return really(run, *arguments, **options)

    monkeypatch.setattr(train.compare, "train", noting)
    return names


def test_a_comparison_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, trained_names: list[str], capsys: Any
) -> None:
    stopped, at_once = tmp_path / "stopped", tmp_path / "at_once"
    for folder in (stopped, at_once):
        folder.mkdir()
    compare_in(stopped, "popular")
    assert trained_names == ["popular"]
    trained_names.append("stop")
    assert compare_in(stopped, "popular", "linucb", "nearest") == 130
    assert "the same command goes on" in capsys.readouterr().out
    assert list(json.loads((stopped / "result.json").read_text())["runs"]) == ["popular"]
    trained_names.clear()
    compare_in(stopped, "popular", "linucb", "nearest")
    assert trained_names == ["linucb", "nearest"]
    compare_in(at_once, "popular", "linucb", "nearest")
    one, other = (json.loads((folder / "result.json").read_text()) for folder in (stopped, at_once))
    assert one["results"] == other["results"]
    assert list(one["results"]) == ["random", "popular", "linucb", "nearest", "myopic", "planner"]
    assert list(one["runs"]) == ["popular", "linucb", "nearest"]
    for name, interval in other["differences"].items():
        assert one["differences"][name] == pytest.approx(interval, abs=1e-6)
    capsys.readouterr()
    trained_names.clear()
    compare_in(stopped, "popular", "linucb", "nearest")
    assert trained_names == []
    assert "popular was measured before" in capsys.readouterr().out
    assert json.loads((stopped / "result.json").read_text()) == one


def test_rows_of_other_agents_stay_and_those_that_differ_are_measured_anew(
    tmp_path: Path, trained_names: list[str], capsys: Any
) -> None:
    compare_in(tmp_path, "popular", "linucb")
    compare_in(tmp_path, "linucb[alpha=0]")
    found = json.loads((tmp_path / "result.json").read_text())
    assert list(found["runs"]) == ["popular", "linucb", "linucb[alpha=0]"]
    assert set(found["differences"]) == {"random", "popular", "linucb", "myopic", "planner"}
    trained_names.clear()
    compare_in(tmp_path, "linucb", "--seed", "1")  # another seed is another agent
    assert trained_names == ["linucb"]
    assert list(json.loads((tmp_path / "result.json").read_text())["runs"])[-1] == "linucb"
    held = (tmp_path / "result.json").read_text()
    for other in ({"users": 21}, {"world": "leave_base=-2.5"}):
        with pytest.raises(SystemExit):
            compare_in(tmp_path, "popular", **other)
        assert "holds agents that met other users or another world" in capsys.readouterr().err
        assert (tmp_path / "result.json").read_text() == held
    (tmp_path / "result.json").write_text('{"runs": 3}')
    with pytest.raises(SystemExit):
        compare_in(tmp_path, "popular")
    assert "holds no comparison" in capsys.readouterr().err


def test_columns_that_cannot_be_measured_are_told_before_anything_is_trained(
    tmp_path: Path, trained_names: list[str], capsys: Any
) -> None:
    with pytest.raises(SystemExit):
        compare_in(tmp_path, "popular", "--columns", "return_rate")
    assert "needs users who come back" in capsys.readouterr().err
    assert trained_names == []


def test_two_runs_of_one_name_have_two_rows(tmp_path: Path, capsys: Any) -> None:
    small = ["--env", "RecBandit-v0", "--agent", "popular", "--users", "0", "--env-kwargs", "num_users=60"]
    folders = [str(tmp_path / name / "RecBandit-v0__popular__0") for name in ("before", "after")]
    for name, share in (("before", "0.1"), ("after", "1.0")):
        train.__main__.main(
            [*small, "--logdir", str(tmp_path / name), "--agent-kwargs", f"share={share}", "--no-progress"]
        )
    capsys.readouterr()
    out = tmp_path / "both.json"
    assert train.evaluate.main([*folders, "--users", "10", "--out", str(out)]) == 0
    assert set(folders) <= set(json.loads(out.read_text())["results"])
    with pytest.raises(SystemExit):
        train.evaluate.main([folders[0], folders[0], "--users", "10"])
    assert "named twice" in capsys.readouterr().err


def test_threads_change_nothing_and_a_limit_of_steps_is_refused(tmp_path: Path, capsys: Any) -> None:
    small = [
        "--env",
        "RecBandit-v0",
        "--agent",
        "ucb1",
        "--steps",
        "640",
        "--users",
        "10",
        "--validation-users",
        "10",
        "--no-progress",
    ]
    results = []
    for threads in (1, 2):
        folder = tmp_path / str(threads)
        options = ["num_users=60", f"num_threads={threads}"]
        assert train.__main__.main([*small, "--logdir", str(folder), "--env-kwargs", *options]) == 0
        results.append(capsys.readouterr().out.split("Saved in")[0])
    assert results[0] == results[1]
    with pytest.raises(SystemExit):
        train.__main__.main([*small, "--logdir", str(tmp_path / "3"), "--env-kwargs", "max_episode_steps=5"])
    assert "Shorter ones are made by horizon=" in capsys.readouterr().err
    assert not (tmp_path / "3").exists()
