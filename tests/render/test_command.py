"""`python -m recgym.render`: plays a session and draws it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import gymnasium as gym
import pytest

from recgym.oracles.reference import REFERENCES
from recgym.render.__main__ import main


@pytest.mark.parametrize("policy", REFERENCES)
def test_the_command_draws_and_tells(policy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "session.png"
    assert main(["--env", "RecVideo-v0", "--policy", policy, "--seed", "3", "--out", str(out), "--text"]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [out]
    assert "Return" in capsys.readouterr().out


def test_a_terminal_that_knows_ascii_only(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    assert main(["--env", "RecMusic-v0", "--policy", "random", "--text"]) == 0
    sys.stdout.flush()
    assert written.getvalue().startswith(b"Music: one session.")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--env", "RecVidio-v0", "--text"], "Did you mean 'RecVideo-v0'"),
        (["--env", "CartPole-v1", "--text"], "CartPoleEnv, which has no task"),
        (["--env", "nowhere:RecVideo-v0", "--text"], "nowhere"),
        (["--seed", "-1", "--text"], "--seed -1 must not be negative"),
        ([], "nothing to do"),
        (["--out", "/nowhere/at/all.png"], "its folder does not exist"),
        (["--out", "."], "--out . is a folder; name a PNG file, such as session.png"),
        (["--policy", "best", "--text"], "invalid choice: 'best'"),
    ],
    ids=str,
)
def test_the_command_refuses(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert message in capsys.readouterr().err


def test_without_matplotlib_it_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("recgym.render.__main__.available_render_modes", lambda: ["ansi"])
    with pytest.raises(SystemExit, match="2"):
        main(["--out", str(tmp_path / "session.png")])
    assert 'pip install "recgym[plot]"' in capsys.readouterr().err


def test_an_id_that_is_registered_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    gym.register("RecElsewhere-v0", "recgym.envs.video:RecVideoEnv", kwargs={"horizon": 3})
    try:
        assert main(["--env", "RecElsewhere-v0", "--policy", "popular", "--text"]) == 0
    finally:
        del gym.registry["RecElsewhere-v0"]
    assert capsys.readouterr().out.startswith("Video: one session.")
