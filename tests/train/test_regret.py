"""Regret: what is counted, against whom, and what is written."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playing import REPOSITORY

import agents
from recgym.oracles.policies import expected_rewards, myopic_oracle
from train.regret import (
    AGENTS,
    POINTS,
    RegretRecorder,
    compare_regret,
    measure_regret,
    plan_regret,
    point_rounds,
)
from train.regret_pictures import draw_exploration, draw_regret, rank_groups, spread
from train.runs import Run, make_envs, plan_run

SMALL = {"num_users": 60}


def small_run(agent: str, steps: int = 800, env_id: str = "RecBandit-v0", **options: Any) -> Run:
    return plan_run(env_id, agent, steps=steps, num_envs=8, env_kwargs=SMALL, agent_kwargs=options)


def test_the_recorder_tells_what_the_oracle_expects_and_changes_nothing() -> None:
    run = small_run("random")
    plain, recorded = make_envs(run, 8, "train"), RegretRecorder(make_envs(run, 8, "train"))
    for env in (plain, recorded):
        env.reset(seed=3)
    for step in range(5):
        actions = (np.arange(8) + step) % 10
        expected = expected_rewards(plain.unwrapped.sessions)  # type: ignore[attr-defined]
        best = myopic_oracle()(plain.unwrapped.sessions)  # type: ignore[attr-defined]
        first, second = plain.step(actions), recorded.step(actions)
        assert np.array_equal(first[0], second[0])
        assert np.array_equal(first[1], second[1])
        assert recorded.best[-1] == pytest.approx(expected[np.arange(8), best])
        assert recorded.chosen[-1] == pytest.approx(expected[np.arange(8), actions])
        assert recorded.by_arm[-1] == pytest.approx(expected.sum(axis=0))
        assert np.array_equal(recorded.shown[-1], actions)
        over = first[2] | first[3]
        if over.any():
            for env in (plain, recorded):
                env.reset(options={"reset_mask": over})


def test_expected_rewards_are_what_is_earned_on_average() -> None:
    """Without fatigue or leaving: users who are shown an item many times."""
    run = replace(
        small_run("random", env_id="RecControl-v0"),
        env_kwargs={"num_users": 2, "num_items": 5, "leave_base": -20.0},
    )
    env = make_envs(run, 400, "train")
    env.reset(seed=0)
    expected, earned = [], []
    for _ in range(50):
        expected.append(expected_rewards(env.unwrapped.sessions)[:, 3])  # type: ignore[attr-defined]
        earned.append(env.step(np.full(400, 3))[1])
    assert np.mean(earned) == pytest.approx(np.mean(expected), abs=4 * np.sqrt(0.25 / 20_000))


def test_regret_is_zero_for_who_knows_and_adds_up_for_who_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    run = small_run("random")
    found = measure_regret(run)
    assert found.dynamic.shape == found.cumulative.shape == (POINTS,)
    assert (np.diff(found.dynamic) > 0).all()
    assert found.dynamic[-1] > found.cumulative[-1] > 0  # the best for each is better than the best for all
    assert found.beginning.sum() == pytest.approx(1.0)
    assert found.end.shape == found.worth.shape == (10,)

    recorders: list[RegretRecorder] = []
    plain = RegretRecorder.__init__

    def kept(self: RegretRecorder, env: Any) -> None:
        plain(self, env)
        recorders.append(self)

    monkeypatch.setattr(RegretRecorder, "__init__", kept)
    monkeypatch.setattr(
        agents.agent_class("random"), "act",
        lambda self, observations, masks=None, explore=False: myopic_oracle()(recorders[-1].unwrapped.sessions),
    )  # fmt: skip
    knowing = measure_regret(run)
    assert knowing.dynamic == pytest.approx(np.zeros(POINTS), abs=1e-9)
    assert (knowing.cumulative < 0).all()


def test_who_learns_loses_less(tmp_path: Path) -> None:
    runs = plan_regret(
        "RecControl-v0", ["random", "thompson_bernoulli", "linucb"], steps=4_800, num_envs=16,
        env_kwargs={"num_items": 20, **SMALL},
    )  # fmt: skip
    results = compare_regret(runs, seeds=3)
    rows = results["agents"]
    final = {name: row["dynamic"]["final"] for name, row in rows.items()}
    for name in ("thompson_bernoulli", "linucb"):
        assert final[name]["high"] < final["random"]["low"]
    assert [row["sees"] for row in rows.values()] == ["nothing", "items", "users"]
    growth = {name: row["cumulative"]["mean"] for name, row in rows.items()}
    half = {name: (mean[-1] - mean[POINTS // 2]) / mean[POINTS // 2] for name, mean in growth.items()}
    assert half["random"] == pytest.approx(1.0, abs=0.1)  # like time
    assert half["thompson_bernoulli"] < 0.6  # like its logarithm
    assert rows["thompson_bernoulli"]["end"][0] > 2 * rows["thompson_bernoulli"]["beginning"][0]
    assert results["worth"] == sorted(results["worth"], reverse=True)
    for draw, name in ((draw_regret, "regret.png"), (draw_exploration, "exploration.png")):
        draw(results, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 20_000


def test_all_agents_meet_the_same_users() -> None:
    seeds = []
    for name in ("random", "ucb1"):
        recorder = RegretRecorder(make_envs(small_run(name), 8, "train"))
        agents.load(name, recorder, seed=4).fit(recorder, 8)
        seeds.append(recorder.unwrapped._seeds)
    assert seeds[0] == seeds[1]


def test_the_command_writes_numbers_and_pictures(tmp_path: Path) -> None:
    command = [
        "train.regret", "--env", "RecBandit-v0", "--agents", "random", "ucb1", "--seeds", "2", "--steps", "800", "--num-envs", "8", "--env-kwargs",
        "num_users=60", "--out", str(tmp_path / "new"),
    ]  # fmt: skip
    done = subprocess.run([sys.executable, "-m", *command], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "\nucb1 " in done.stdout
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {"RecBandit-v0.json", "RecBandit-v0.png", "RecBandit-v0-exploration.png"}
    told = json.loads((tmp_path / "new" / "RecBandit-v0.json").read_text())
    assert told["command"] == f"python -m {' '.join(command)}"
    assert (told["seeds"], told["steps"], told["env_kwargs"]) == ([0, 1], 800, {"num_users": 60})
    assert told["points"][-1] == 800
    assert len(told["agents"]["ucb1"]["dynamic"]["mean"]) == POINTS


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--env", "RecBandits-v0"], "RecBandit-v0"),
        (["--agents", "ucb"], "ucb1"),
        (["--env", "RecBanditSlate-v0"], "slates of 5"),
        (["--seeds", "1"], "seeds=1"),
        (["--steps", "100"], "at least 1600 steps"),
        (["--agents", "ucb1", "ucb1"], "each must be there once"),
        (["--draw", "/nowhere.json"], "/nowhere.json"),
    ],
)
def test_wrong_arguments_are_explained(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from train.regret import main

    out = [] if "--draw" in arguments else ["--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, *out])
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_every_bandit_of_single_items_is_measured() -> None:
    bandits = {name for name, place in agents.AGENTS.items() if place.startswith("agents.bandits.")}
    assert bandits - {"cascade_ucb"} <= set(AGENTS)


def test_points_ranks_and_labels_are_spread_out() -> None:
    assert point_rounds(1_000)[[0, -1]].tolist() == [10, 1_000]
    assert rank_groups(3) == [(1, 1), (2, 2), (3, 3)]
    groups = rank_groups(200)
    assert groups[0] == (1, 1)
    assert groups[-1] == (101, 200)
    assert [first for first, _ in groups[1:]] == [last + 1 for _, last in groups[:-1]]
    assert spread([0.5, 0.5, 0.9], 0.1, 0.0, 1.0) == pytest.approx([0.45, 0.55, 0.9])
    assert spread([1.0, 1.0, 1.0], 0.1, 0.0, 1.0) == pytest.approx([0.8, 0.9, 1.0])
    assert np.diff(np.sort(spread(np.zeros(30), 0.1, 0.0, 1.0))) == pytest.approx(np.full(29, 1 / 29))


def test_agents_that_observe_differently_are_planned_together() -> None:
    small = {"num_users": 40, "sequence_length": 2, "num_items": 4}
    names = ["random", "q_learning", "supervised"]
    runs = plan_regret("RecBandit-v0", names, steps=800, num_envs=8, env_kwargs=small)
    assert [run.env_kwargs.get("observation") for run in runs.values()] == [None, "items", "ids"]
