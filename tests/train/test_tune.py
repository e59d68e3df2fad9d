"""Tuning: what is tried, where it is kept, how it goes on, and what is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import optuna
import pytest
import yaml

import agents
import train.__main__
import train.tune
from recgym import ENV_IDS
from recgym.core.seeds import Purpose
from recgym.evaluation import rollouts
from train.runs import hyperparameter_blocks, hyperparameters, plan_run
from train.search_space import Dimension, read_search_space
from train.tune import TUNING_USERS, open_study, tuned_blocks

SMALL = ["--env", "RecBandit-v0", "--agent", "linucb", "--steps", "200", "--users", "10", "--env-kwargs", "num_users=60"]  # fmt: skip
LINUCB = {"alpha": Dimension(0.01, 10.0, True), "ridge": Dimension(0.01, 100.0, True)}


@pytest.mark.parametrize("name", agents.AGENTS)
def test_shipped_spaces_hold_what_is_shipped(name: str) -> None:
    blocks = hyperparameter_blocks(name)
    space = read_search_space(blocks.get("search", {}), name)
    for option, dimension in space.items():
        if option in blocks["default"]:
            assert dimension.holds(blocks["default"][option]), f"{name}: {option}"
    if space:
        run = plan_run("RecBandit-v0", name, env_kwargs={"num_users": 60})
        assert train.tune._space(run, blocks, name) == space  # every option exists


def test_trials_are_kept_and_the_best_is_written(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    purposes = []
    seeds_of = rollouts.session_seeds

    def noting(*arguments: Any, purpose: Purpose) -> Any:
        purposes.append(purpose)
        return seeds_of(*arguments, purpose=purpose)

    monkeypatch.setattr(rollouts, "session_seeds", noting)
    assert train.tune.main([*SMALL, "--trials", "3"]) == 0
    printed = capsys.readouterr().out
    assert set(purposes) == {Purpose.TUNING}  # neither evaluation nor the choice of the best model
    study = optuna.load_study(storage="sqlite:///tune.db", study_name="RecBandit-v0__linucb")
    assert len(study.trials) == 3
    assert study.trials[0].params == {"alpha": 1.0, "ridge": 1.0}  # as they are
    for trial in study.trials:
        assert all(LINUCB[option].holds(value) for option, value in trial.params.items())
        assert trial.intermediate_values
    assert "Trial 1 of 3: alpha=1, ridge=1: reward per session" in printed
    assert "--hyperparams linucb.yml" in printed

    # The same command with more trials goes on, and tries something else.
    assert train.tune.main([*SMALL, "--trials", "4"]) == 0
    assert "Trial 4 of 4" in capsys.readouterr().out
    study = optuna.load_study(storage="sqlite:///tune.db", study_name="RecBandit-v0__linucb")
    assert len({trial.params["alpha"] for trial in study.trials}) == 4

    # What is written has the form of the shipped files, and is used.
    written = yaml.safe_load(Path("linucb.yml").read_text())
    assert set(written) == {"default", "RecBandit-v0", "search"}
    assert written["default"] == hyperparameter_blocks("linucb")["default"]
    assert written["RecBandit-v0"] == {"steps": 200, **study.best_params}
    assert hyperparameters("linucb", "RecBandit-v0", "linucb.yml") == written["default"] | written["RecBandit-v0"]  # fmt: skip
    assert hyperparameters("linucb", "RecNews-v0", "linucb.yml") == written["default"]
    arguments = ["--env", "RecBandit-v0", "--agent", "linucb", "--hyperparams", "linucb.yml", "--users", "0"]
    assert train.__main__.main([*arguments, "--no-progress", "--env-kwargs", "num_users=60"]) == 0
    agent = agents.load_saved("runs/RecBandit-v0__linucb__0")
    assert agent.options == study.best_params
    assert agent.steps_trained >= 200

    # Trials that were made otherwise are not compared with them.
    before = Path("linucb.yml").read_bytes()
    with pytest.raises(SystemExit):
        train.tune.main([*SMALL, "--trials", "5", "--users", "11"])
    assert "with other settings (users=10, not 11)" in capsys.readouterr().err
    assert Path("linucb.yml").read_bytes() == before


def test_what_is_tried_is_what_the_file_that_is_written_gives(tmp_path: Path, monkeypatch: Any) -> None:
    """With hyperparameters of one's own, none of the shipped ones are beneath them; the first trial has them as they are, defaults included."""
    monkeypatch.chdir(tmp_path)
    Path("mine.yml").write_text(
        yaml.safe_dump({"default": {"steps": 256, "num_envs": 8, "n_steps": 8, "batch_size": 64},
                        "search": {"gamma": {"low": 0.5, "high": 0.995}}})
    )  # fmt: skip
    tried: list[Any] = []
    monkeypatch.setattr(train.tune, "try_options", lambda run, *rest: tried.append(run) or float(len(tried)))
    command = [
        "--env",
        "RecBandit-v0",
        "--agent",
        "ppo",
        "--hyperparams",
        "mine.yml",
        "--trials",
        "2",
        "--out",
        "found.yml",
    ]
    assert train.tune.main(command) == 0
    assert tried[0].agent_kwargs == {"n_steps": 8, "batch_size": 64, "gamma": 0.99}
    written = plan_run("RecBandit-v0", "ppo", hyperparams="found.yml")
    assert dict(written.agent_kwargs) == pytest.approx(dict(tried[-1].agent_kwargs))


def test_options_that_do_not_go_together_are_a_trial_that_was_refused(
    tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)

    def refusing(run: Any, trial: Any, users: int) -> float:
        if trial.number == 1:
            raise ValueError("batch_size=7 does not divide")
        return 1.0

    monkeypatch.setattr(train.tune, "try_options", refusing)
    assert train.tune.main([*SMALL, "--trials", "3"]) == 0
    printed = capsys.readouterr().out
    assert "not possible: batch_size=7 does not divide" in printed
    assert printed.count("reward per session 1.000") == 3  # two trials, and the best


def test_a_trial_that_falls_behind_is_cut_short(tmp_path: Path) -> None:
    study = open_study(f"sqlite:///{tmp_path}/tune.db", "mine", 0, {})
    steps: list[list[int]] = []

    class Fading:
        """Measures as well as it is told."""

        def __init__(self, trial: Any, value: float) -> None:
            self.trial, self.value = trial, value

        def __call__(self) -> float:
            told = train.tune.Measurements(self.trial)
            steps.append([])
            for step in (10, 20, 30):
                steps[-1].append(step)
                told.measured(_agent_at(step), {"reward_per_session": self.value})
            return self.value

    values = [1.0, 1.1, 1.2, 1.3, 1.4, 0.5, 2.0]
    study.optimize(lambda trial: Fading(trial, values[trial.number])(), n_trials=len(values))
    states = [trial.state.name for trial in study.trials]
    assert states == ["COMPLETE"] * 5 + ["PRUNED", "COMPLETE"]
    assert steps[5] == [10, 20]
    assert study.best_value == 2.0


def _agent_at(steps: int) -> Any:
    return type("Agent", (), {"steps_trained": steps})()


def test_ctrl_c_keeps_the_trials(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    tried: list[int] = []

    def trying(run: Any, trial: Any, users: int) -> float:
        tried.append(trial.number)
        if len(tried) == 3:
            raise KeyboardInterrupt
        return float(trial.number)

    monkeypatch.setattr(train.tune, "try_options", trying)
    assert train.tune.main([*SMALL, "--trials", "4"]) == 130
    assert "Stopped after 2 of 4 trials, which are kept in sqlite:///tune.db" in capsys.readouterr().out
    assert not Path("linucb.yml").exists()
    assert train.tune.main([*SMALL, "--trials", "4"]) == 0
    assert len(tried) == 5  # two, the one that was stopped, and two more


def test_blocks_of_other_ids_stay() -> None:
    blocks = {"default": {"steps": 5, "alpha": 1.0}, "RecNews-v0": {"alpha": 2.0}, "search": {"alpha": {}}}
    found = tuned_blocks(blocks, "recgym:RecNews-v0", {"alpha": 3.0}, None)
    assert found == blocks | {"RecNews-v0": {"alpha": 3.0}}
    assert blocks["RecNews-v0"] == {"alpha": 2.0}
    assert tuned_blocks(blocks, "RecVideo-v0", {"alpha": 3.0}, 7)["RecVideo-v0"] == {"steps": 7, "alpha": 3.0}


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"low": 1, "high": 3}, int),
        ({"low": 0.5, "high": 2.0, "log": True}, float),
        ({"choices": ["a", True, 3]}, object),
    ],
)
def test_what_is_suggested_is_in_the_space(entry: dict[str, Any], kind: type) -> None:
    dimension = read_search_space({"x": entry}, "mine")["x"]
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(10):
        value = dimension.suggest(study.ask(), "x")
        assert isinstance(value, kind)
        assert dimension.holds(value)
    assert not dimension.holds(99.0)


@pytest.mark.parametrize(
    "entry",
    [
        3, {}, {"low": 1}, {"low": 2, "high": 1}, {"low": 0.0, "high": 1.0, "log": True}, {"low": "a", "high": "b"}, {"choices": []},
        {"choices": [[1]]}, {"choices": [1], "low": 0}, {"low": 0.0, "high": float("inf")}, {"low": float("nan"), "high": 1.0},
        {"low": 0, "high": 1, "log": 1}, {"low": True, "high": 3},
    ],
)  # fmt: skip
def test_spaces_that_are_none_are_explained(entry: Any) -> None:
    with pytest.raises(ValueError, match=r"mine: alpha=.* is no place to search\. Write a range"):
        read_search_space({"alpha": entry}, "mine")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--agent", "random"], "random has no search space: write one"),
        (["--agent", "linucbb"], "Did you mean 'linucb'"),
        (["--env", "RecBandits-v0"], "RecBandit-v0"),
        (["--trials", "0"], "trials=0"),
        (["--users", "1"], "users=1"),
        (["--seed", "-1"], "seed=-1"),
        (["--steps", "0"], "steps=0"),
        (["--storage", "nonsense"], "--storage nonsense: it cannot be opened"),
        (["--storage", "sqlite:////nowhere/at/all.db"], "cannot be opened"),
        (["--out", "/nowhere/at/all.yml"], "its folder does not exist"),
        (["--hyperparams", "nothing.yml"], "No hyperparameters in nothing.yml"),
        (["--hyperparams", "list.yml"], "list.yml holds no hyperparameters"),
        (["--hyperparams", "mistyped.yml"], "Did you mean 'RecBandit-v0'"),
        (["--env-kwargs", "num_items=5", "num_items=6"], "num_items is given twice"),
        (["--hyperparams", "wrong.yml"], "Unknown option of agent 'linucb' 'beta'"),
        (["--hyperparams", "type.yml"], "alpha='b' must be a number"),
    ],
)
def test_wrong_arguments_are_explained_before_anything_is_tried(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.yml").write_text("[1, 2]")
    Path("mistyped.yml").write_text("default: {steps: 10}\nRecBandti-v0: {alpha: 0.1}\n")
    Path("wrong.yml").write_text("default: {steps: 10}\nsearch: {beta: {low: 1, high: 2}}\n")
    Path("type.yml").write_text("default: {steps: 10}\nsearch: {alpha: {choices: [b]}}\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(SystemExit) as stopped:
        train.tune.main([*SMALL, *arguments])
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_numbers_of_the_command_are_those_of_the_page() -> None:
    assert TUNING_USERS == 400
    assert "RecBandit-v0" in ENV_IDS
