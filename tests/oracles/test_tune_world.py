"""The search for constants: its record, where it starts, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from recgym import certify, compare_encoders, tune_world
from recgym.oracles import history_estimates
from recgym.sessions.setup import setup_of
from recgym.tune_world import RANGES, main


def test_the_search_writes_every_trial_and_finds_the_widest_margin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(  # few people to learn from
        tune_world, "measure", lambda job: certify.measure((*job[:4], {**job[4], "num_users": 2_000}))
    )
    monkeypatch.setattr(history_estimates, "_EPOCHS", 4)
    out = tmp_path / "record.json"
    code = main(
        [
            "--env", "RecControl-v0", "--trials", "2", "--users", "40", "--worlds", "0", "--processes", "1", "--out", str(out),
            "--range", "affinity_effect", "0", "6", "--start", "affinity_effect=0",
        ]
    )  # fmt: skip
    record = json.loads(out.read_text())
    assert (record["env_id"], record["users"], record["worlds"]) == ("RecControl-v0", 40, [0])
    usual, start = record["trials"]
    default = setup_of("RecControl-v0").world.parameters.affinity_effect  # type: ignore[attr-defined]
    assert usual["constants"] == {"affinity_effect": default}
    assert start["constants"] == {"affinity_effect": 0.0}
    history = "world 0: what the history is worth"
    assert start["measured"][history] == pytest.approx(
        0.0
    )  # without affinity there is nothing to know of a user
    assert usual["measured"][history] > 0.1
    assert start["margin"] < usual["margin"]
    assert f"affinity_effect={default:g}" in capsys.readouterr().out.splitlines()[-1]
    assert code == (0 if usual["margin"] >= 0 else 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--env", "RecVideos-v0"], "RecVideo-v0"),
        (["--env", "RecVideo-v0", "--trials", "0"], "at least 1"),
        (["--env", "RecVideo-v0", "--range", "affinty_effect", "1", "2"], "affinty_effect"),
        (["--env", "RecVideo-v0", "--range", "affinity_effect", "3", "2"], "smaller"),
        (["--env", "RecVideo-v0", "--range", "affinity_effect", "low", "2"], "'low' is not a number"),
        (
            ["--env", "RecVideo-v0", "--range", "affinity_effect", "2", "500"],
            "affinity_effect=500.0 is out of range",
        ),
        (["--env", "RecVideo-v0", "--start", "affinity_effect=much"], "'much' is not a number"),
        (["--env", "RecVideo-v0", "--start", "affinity=3"], "affinity_effect"),
        (["--env", "RecVideo-v0", "--start", "affinity_effect=30"], "range that is searched"),
        (["--env", "RecBandit-v0"], "--range"),
        (["--env", "RecVideo-v0", "--out", "nowhere/record.json"], "folder"),
    ],
)
def test_what_cannot_be_searched_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert words in capsys.readouterr().err


def test_every_range_is_of_a_constant_and_holds_it() -> None:
    for name, ranges in RANGES.items():
        parameters = setup_of(f"Rec{name}-v0").world.parameters
        for constant, (low, high) in ranges.items():
            assert low <= getattr(parameters, constant) <= high, (name, constant)
    assert {"average", "session", "flat", "honest"} == set(tune_world.KNOWLEDGE)


@pytest.mark.parametrize("command", [tune_world, compare_encoders, certify])
def test_a_missing_library_is_told_with_what_installs_it(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "is_installed", lambda *libraries: False)
    with pytest.raises(SystemExit):
        command.main(["--env", "RecVideo-v0"])
    assert 'pip install "recgym[certify]"' in capsys.readouterr().err
