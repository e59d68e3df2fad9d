"""Runs: their hyperparameters, their folders, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

import agents
from recgym import ENV_IDS
from train.runs import Run, hyperparameters, make_envs, parse_pairs, plan_run, read_run, train

SMALL: dict[str, Any] = {"n_steps": 8, "batch_size": 32, "n_epochs": 1, "hidden": [8]}
OUTSIDE = "outside_agent:ThompsonAgent"


@pytest.mark.parametrize("name", agents.AGENTS)
def test_shipped_hyperparameters_are_the_agents_options(name: str) -> None:
    blocks = yaml.safe_load((resources.files("train") / "hyperparams" / f"{name}.yml").read_text())
    assert set(blocks) - {"default", "search"} <= set(ENV_IDS)
    for env_id in {"RecBandit-v0", *blocks} - {"default", "search"}:
        table = agents.AGENTS[name].startswith("agents.tabular.")  # needs states that can be listed
        run = plan_run(env_id, name, env_kwargs={"observation": "items"} if table else None)
        agents.load(name, make_envs(run, 1, "train"), **run.agent_kwargs)
        assert run.steps > 0
        assert run.num_envs > 0
    expected = blocks["default"] | blocks.get("RecBandit-v0", {})
    for env_id in ("RecBandit-v0", "recgym:RecBandit-v0"):
        assert hyperparameters(name, env_id) == expected
    assert hyperparameters(agents.AGENTS[name], "RecBandit-v0") == expected


def test_a_run_observes_as_its_agent_asks() -> None:
    asked = {"observation": "ids", "sequence_length": 64}
    run = plan_run("RecVideo-v0", "policy_iteration", env_kwargs={"num_users": 60})
    assert run.env_kwargs == {**asked, "num_users": 60}
    assert make_envs(run, 1, "test").unwrapped.task.observation == "ids"  # type: ignore[attr-defined]
    shorter = plan_run("RecVideo-v0", "policy_iteration", env_kwargs={"sequence_length": 8})
    assert shorter.env_kwargs == {**asked, "sequence_length": 8}
    assert plan_run("RecVideo-v0", "ppo").env_kwargs == {}


def test_an_agent_without_a_file_has_the_defaults_of_its_class() -> None:
    assert hyperparameters(OUTSIDE, "RecBandit-v0") == {"steps": 600, "num_envs": 6, "spread": 0.5}
    assert agents.Agent.defaults == {}


def test_what_is_given_comes_first() -> None:
    run = plan_run(
        "RecVideo-v0", "ppo", steps=5, num_envs=2, agent_kwargs={"gamma": 0.5}, env_kwargs={"world_seed": 1}
    )
    assert (run.steps, run.num_envs, run.agent_kwargs["gamma"]) == (5, 2, 0.5)
    assert run.env_kwargs == {"world_seed": 1}
    assert run.name == "RecVideo-v0__ppo__0"
    assert plan_run("outside_agent:RecShortVideo-v0", OUTSIDE).name == "RecShortVideo-v0__ThompsonAgent__0"


@pytest.mark.parametrize(
    ("env_id", "agent", "rest", "kind", "words"),
    [
        ("RecVideos-v0", "ppo", {}, ValueError, "Did you mean 'RecVideo.*package:RecVideos-v0"),
        ("CartPole-v1", "random", {}, TypeError, "CartPoleEnv, which has no task"),
        ("nowhere:RecVideo-v0", "random", {}, ModuleNotFoundError, "no module 'nowhere'"),
        ("RecVideo-v0", "pop", {}, ValueError, "Valid names: .*dqn"),
        ("RecVideo-v0", "nowhere:Agent", {}, ModuleNotFoundError, "not found: nowhere"),
        ("RecVideo-v0", "ppo", {"steps": 0}, ValueError, "steps=0"),
        ("RecVideo-v0", "ppo", {"num_envs": -1}, ValueError, "num_envs=-1"),
        ("RecVideo-v0", "ppo", {"num_envs": 2.5}, TypeError, "num_envs=2.5"),
        ("RecVideo-v0", "ppo", {"seed": -1}, ValueError, "seed=-1"),
        ("RecVideo-v0", "ppo", {"env_kwargs": {"split": "test"}}, ValueError, "split cannot be"),
        ("RecVideo-v0", "ppo", {"env_kwargs": {"encoder": len}}, ValueError, "encoder=.* path of its file"),
        ("RecVideo-v0", "ppo", {"agent_kwargs": {"gamma": 1j}}, ValueError, "gamma=1j in agent_kwargs"),
    ],
)
def test_bad_plans_are_explained(
    env_id: str, agent: str, rest: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        plan_run(env_id, agent, **rest)


@pytest.mark.parametrize("agent", [name for name, place in agents.AGENTS.items() if ".tabular." in place])
def test_tables_are_trained_by_the_numbers_of_items(agent: str) -> None:
    run = plan_run("RecBandit-v0", agent)
    assert run.env_kwargs == {"observation": "items"}
    agents.load(agent, make_envs(run, 1, "train"))


def test_only_two_splits_exist() -> None:
    run = plan_run("RecVideo-v0", "random", env_kwargs={"num_users": 60})
    for split in ("train", "test"):
        make_envs(run, 1, split)
    with pytest.raises(ValueError, match=r"'log'.*Valid names: test, train"):
        make_envs(run, 1, "log")


def test_pairs_are_read_as_yaml() -> None:
    assert parse_pairs(["num_items=500", "catalogue=my.csv", "hidden=[8, 8]", "drift=0.1", "embedding_dim=null"]) == {
        "num_items": 500, "catalogue": "my.csv", "hidden": [8, 8], "drift": 0.1, "embedding_dim": None,
    }  # fmt: skip
    for pair in ("num_items", "=3", "num_items="):
        with pytest.raises(ValueError, match="name=value"):
            parse_pairs([pair])
    with pytest.raises(ValueError, match=r"'hidden=\[8' cannot be read"):
        parse_pairs(["hidden=[8"])


@pytest.mark.parametrize(
    ("text", "number"),
    [("3e-4", 3e-4), ("1E3", 1000.0), ("-2.5e+2", -250.0), (".5", 0.5), ("3.", 3.0), ("7", 7), ("1e5", 1e5)],
)
def test_numbers_are_numbers_however_they_are_written(text: str, number: float) -> None:
    (value,) = parse_pairs([f"learning_rate={text}"]).values()
    assert value == number
    assert type(value) is type(number)
    assert parse_pairs([f"rates=[{text}, x{text}]"]) == {"rates": [number, f"x{text}"]}


def test_a_learning_rate_from_the_command_line_is_used() -> None:
    run = plan_run("RecVideo-v0", "ppo", agent_kwargs=SMALL | parse_pairs(["learning_rate=3e-4"]))
    agent: Any = agents.load("ppo", make_envs(run, 1, "train"), **run.agent_kwargs)
    assert agent._learning_rate(1.0) == 3e-4


def test_a_run_leaves_all_that_is_needed_to_do_it_again(tmp_path: Path) -> None:
    run = Run("RecVideo-v0", "ppo", 128, 3, 8, {"num_users": 60}, SMALL)
    agent, folder = train(run, tmp_path, progress=False)
    again, second = train(read_run(folder), tmp_path, progress=False)
    assert (folder.name, second.name) == ("RecVideo-v0__ppo__3", "RecVideo-v0__ppo__3.2")
    assert read_run(folder) == run
    about = json.loads((folder / "run.json").read_text())
    assert about["seconds"] > 0
    assert {"torch", "numpy", "recgym", "python"} <= set(about["versions"])
    assert list(folder.glob("events.out.tfevents.*"))
    saved = agents.load_saved(folder, make_envs(run, 1, "test"))
    observations, infos = make_envs(run, 20, "test").reset(seed=0)
    first, *others = (each.act(observations, infos["action_mask"]) for each in (agent, again, saved))
    assert all((first == other).all() for other in others)


def test_paths_in_a_run_mean_the_same_from_everywhere(tmp_path: Path, monkeypatch: Any) -> None:
    rows = "".join(f"{n},Title {n},Text of item {n}\n" for n in range(30))
    (tmp_path / "mine.csv").write_text("id,title,text\n" + rows)
    (tmp_path / "films").write_text("a file that has the name of a shipped catalogue")
    monkeypatch.chdir(tmp_path)
    given = {"catalogue": "mine.csv", "cache_dir": "cache", "encoder": "hashing"}
    run = plan_run("RecVideo-v0", "random", env_kwargs=given)
    assert run.env_kwargs == {
        "catalogue": str(tmp_path / "mine.csv"), "cache_dir": str(tmp_path / "cache"), "encoder": "hashing",
    }  # fmt: skip
    assert plan_run("RecVideo-v0", "random", env_kwargs={"catalogue": Path("mine.csv")}).env_kwargs == {
        "catalogue": str(tmp_path / "mine.csv")
    }
    assert plan_run("RecVideo-v0", "random", env_kwargs={"catalogue": "films"}).env_kwargs == {
        "catalogue": "films"
    }
    _, folder = train(
        Run("RecVideo-v0", "random", 16, 0, 8, run.env_kwargs | {"num_users": 60}), tmp_path / "runs",
        progress=False,
    )  # fmt: skip
    monkeypatch.chdir("/")
    assert make_envs(read_run(folder), 1, "test").unwrapped.task.num_items == 30  # type: ignore[attr-defined]


def test_damaged_and_missing_runs_are_explained(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="python -m train printed"):
        read_run(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(ValueError, match="damaged"):
        read_run(tmp_path)


def test_what_was_trained_is_written_elsewhere_if_the_folder_is_gone(
    tmp_path: Path, monkeypatch: Any
) -> None:
    class Vandal(agents.agent_class("random")):  # type: ignore[misc]
        """Puts a file where the run's folder was."""

        def fit(self, env: Any, steps: int, *, logdir: Any = None, progress: bool = False) -> None:
            shutil.rmtree(logdir)
            Path(logdir).write_text("")

    monkeypatch.setattr("train.runs.agents.load", lambda name, env, **rest: _named(Vandal, env))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _, folder = train(Run("RecVideo-v0", "random", 8, 0, 8, {"num_users": 60}), tmp_path / "runs")
    assert f"saved in {folder} instead" in str(caught[-1].message)
    assert folder.parent == tmp_path
    assert sorted(os.listdir(folder)) == ["agent", "run.json"]


def _named(kind: Any, env: Any) -> Any:
    agent = kind("random", env.unwrapped.task)
    agent.__class__ = type("Vandal", (kind,), {"__module__": "outside_agent", "__qualname__": "Vandal"})
    return agent
