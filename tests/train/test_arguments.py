"""How commands end by errors: words for what was asked wrongly, and a traceback for what fails in code of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import outside_agent
import pytest

import train.__main__
import train.compare

COMMANDS: dict[str, tuple[Any, list[str]]] = {
    "train": (train.__main__.main, ["--agent", "outside_agent:ThompsonAgent"]),
    "train.compare": (train.compare.main, ["--agents", "outside_agent:ThompsonAgent"]),
}
SMALL = [
    "--env",
    "RecBandit-v0",
    "--users",
    "20",
    "--steps",
    "60",
    "--no-progress",
    "--env-kwargs",
    "num_users=60",
]


def fails(*arguments: Any) -> None:
    raise ValueError("a mistake of mine")


@pytest.mark.parametrize("name", COMMANDS)
def test_where_code_of_ones_own_failed_is_shown(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command, arguments = COMMANDS[name]
    monkeypatch.setattr(outside_agent.ThompsonAgent, "learn", fails)
    with pytest.raises(SystemExit) as stopped:
        command([*SMALL, "--logdir", str(tmp_path), *arguments])
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert f'File "{__file__}"' in told
    assert 'raise ValueError("a mistake of mine")' in told
    assert f"python -m {name}: error: a mistake of mine" in told


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("train", ["--agent", "linucb", "--agent-kwargs", "alpha=wide"], "alpha='wide' must be a number"),
        ("train", ["--env-kwargs", "num_users=-3"], "num_users=-3"),
        ("train", ["--env", "RecNothing-v0"], "RecNothing"),
        ("train", ["--import", "nowhere"], "no module 'nowhere'"),
        ("train", ["--hyperparams", "."], "it is a folder"),
        ("train", ["--logdir", __file__], "is a file, and runs are kept in a folder"),
        ("train", ["--agent", "dqn", "--agent-kwargs", "buffer_size=1000000000000"], "not enough memory"),
        ("train.compare", ["--env-kwargs", "num_users=-3"], "num_users=-3"),
        ("train.compare", ["--agents", "linucb[alpha=wide]"], "alpha='wide' must be a number"),
    ],
)
def test_what_was_asked_wrongly_is_told_in_words(
    name: str, wrong: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        COMMANDS[name][0]([*SMALL, "--logdir", str(tmp_path), *wrong])
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told
