"""Runs: their hyperparameters, their folders, and what is refused."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import agents
from recgym import ENV_IDS
from recgym.evaluation import METRICS
from train.evaluate import COLUMNS, SCORE, evaluate, logs_of, paired_differences, results_of, table
from train.runs import Run, hyperparameters, make_envs, parse_pairs, plan_run, read_run, train

SMALL: dict[str, Any] = {"n_steps": 8, "batch_size": 32, "n_epochs": 1, "hidden": [8]}


@pytest.mark.parametrize("name", agents.AGENTS)
def test_shipped_hyperparameters_are_the_agents_options(name: str) -> None:
    blocks = yaml.safe_load((resources.files("train") / "hyperparams" / f"{name}.yml").read_text())
    assert set(blocks) - {"default"} <= set(ENV_IDS)
    for env_id in {"RecBandit-v0", *blocks} - {"default"}:
        run = plan_run(env_id, name)
        agents.load(name, make_envs(run, 1, "train"), **run.agent_kwargs)
        assert run.steps > 0
        assert run.num_envs > 0
    assert hyperparameters(name, "RecBandit-v0") == blocks["default"] | blocks.get("RecBandit-v0", {})


def test_what_is_given_comes_first() -> None:
    run = plan_run(
        "RecVideo-v0", "ppo", steps=5, num_envs=2, agent_kwargs={"gamma": 0.5}, env_kwargs={"world": 1}
    )
    assert (run.steps, run.num_envs, run.agent_kwargs["gamma"], run.env_kwargs) == (5, 2, 0.5, {"world": 1})
    assert run.name == "RecVideo-v0__ppo__0"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("RecVideos-v0", "ppo", {}), "Did you mean 'RecVideo"),
        (("RecVideo-v0", "pop", {}), "Valid names: dqn"),
        (("RecVideo-v0", "ppo", {"steps": 0}), "steps=0 must be at least 1"),
        (("RecVideo-v0", "ppo", {"num_envs": -1}), "num_envs=-1"),
        (("RecVideo-v0", "ppo", {"seed": -1}), "seed=-1"),
        (("RecVideo-v0", "ppo", {"env_kwargs": {"split": "test"}}), "split cannot be"),
    ],
)
def test_bad_plans_are_explained(arguments: tuple[str, str, dict[str, Any]], words: str) -> None:
    env_id, agent, rest = arguments
    with pytest.raises(ValueError, match=words):
        plan_run(env_id, agent, **rest)


def test_pairs_are_read_as_yaml() -> None:
    assert parse_pairs(["num_items=500", "catalogue=my.csv", "hidden=[8, 8]", "drift=0.1", "embedding_dim=null"]) == {
        "num_items": 500, "catalogue": "my.csv", "hidden": [8, 8], "drift": 0.1, "embedding_dim": None,
    }  # fmt: skip
    for pair in ("num_items", "=3", "num_items="):
        with pytest.raises(ValueError, match="name=value"):
            parse_pairs([pair])


def test_a_run_leaves_all_that_is_needed_to_do_it_again(tmp_path: Path) -> None:
    run = Run("RecVideo-v0", "ppo", 128, 3, 8, {"num_users": 60}, SMALL)
    agent, folder = train(run, tmp_path, progress=False)
    again, second = train(read_run(folder), tmp_path, progress=False)
    assert (folder.name, second.name) == ("RecVideo-v0__ppo__3", "RecVideo-v0__ppo__3.2")
    assert read_run(folder) == run
    told = json.loads((folder / "run.json").read_text())
    assert told["seconds"] > 0
    assert {"torch", "numpy", "recgym", "python"} <= set(told["versions"])
    assert list(folder.glob("events.out.tfevents.*"))
    first, other = (evaluate(run, {"ppo": each}, users=20) for each in (agent, again))
    assert first == other
    saved = agents.load_saved(folder, make_envs(run, 1, "test"))
    assert evaluate(run, {"ppo": saved}, users=20) == first


def test_damaged_and_missing_runs_are_explained(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="python -m train printed"):
        read_run(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(ValueError, match="damaged"):
        read_run(tmp_path)


def test_the_table_tells_each_policy_on_the_same_users() -> None:
    run = Run("RecNews-v0", "popular", 1, 0, 8, {"num_users": 60}, {})
    popular = agents.load("popular", make_envs(run, 1, "train"))
    logs = logs_of(run, {"popular": popular}, users=40)
    results = results_of(logs)
    assert list(results) == ["random", "popular", "myopic", "planner"]
    assert all(set(row) == {*METRICS, SCORE} for row in results.values())
    assert (results["random"][SCORE].mean, results["planner"][SCORE].mean) == (0.0, 1.0)
    differences = paired_differences(logs, "popular")
    expected = np.mean(logs["popular"].rewards.sum(axis=1) - logs["random"].rewards.sum(axis=1))
    assert differences["random"].mean == pytest.approx(expected)
    lines = table(results).splitlines()
    assert len(lines) == 5
    assert max(map(len, lines)) <= 110
    assert all(line.count("±") == len(COLUMNS) + 1 for line in lines[1:])
