"""The transcript and the picture of a session say what happened, and nothing that is hidden."""

from __future__ import annotations

import sys
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from playing import REPOSITORY, allowed_action, play, run_python

from recgym import ENV_IDS
from recgym.oracles.reference import REFERENCES
from recgym.render.__main__ import main
from recgym.render.picture import HEIGHT, WIDTH
from recgym.render.recorder import elided


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_the_transcript_tells_every_step(env_id: str) -> None:
    env = gym.make(env_id, render_mode="ansi", disable_env_checker=True, horizon=10)
    env.reset(seed=5)
    titles = env.unwrapped.catalogue.titles
    history, _, exists = env.unwrapped.sessions.recent(32)
    for item in history[0][exists[0]][-5:]:
        assert " ".join(titles[item].split()) in " ".join(env.render().split())
    generator, total, over = np.random.default_rng(0), 0.0, False
    while not over:
        action = allowed_action(env, generator)
        _, reward, terminated, truncated, info = env.step(action)
        total, over = total + reward, terminated or truncated
        items, responses, _ = env.unwrapped.sessions.recent(env.unwrapped.setup.slate_size)
        attended = items[0][int(np.argmax(responses[0] > 0))]
        line = env.render().splitlines()[-3]
        assert elided(titles[attended], 30)[:-1] in line
        assert line.split()[-1] == f"{total:.2f}"
        for name in ("click", "like", "cart", "purchase", "deep_read", "discovery"):
            assert (name in line.split("  ", 3)[-1]) == (info["signals"].get(name, 0.0) > 0) or "…" in line
        assert ("ignored" in line) == (info["click"] == 0.0)
    steps = env.unwrapped.sessions.users["t"][0]
    end = "The user left after" if terminated else "The session reached its limit of"
    assert (
        env.render().splitlines()[-1] == f"{end} {steps} step{'s' if steps > 1 else ''}. Return {total:.2f}."
    )


def test_a_new_user_and_a_session_that_goes_on() -> None:
    env = gym.make("RecVideo-v0", render_mode="ansi", history=0)
    env.reset(seed=1)
    assert "nothing is known yet" in env.render()
    assert env.render().endswith("The session goes on after 0 steps. Return so far 0.00.")


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_the_picture_has_one_size_and_changes_with_the_session(env_id: str) -> None:
    env = gym.make(env_id, render_mode="rgb_array", disable_env_checker=True)
    env.reset(seed=2)
    pictures = [env.render()]
    env.step(allowed_action(env, np.random.default_rng(0)))
    pictures += [env.render(), env.render()]
    for picture in pictures:
        assert picture.shape == (HEIGHT, WIDTH, 3)
        assert picture.dtype == np.uint8
        assert picture.mean() > 150  # ink on paper, not an empty buffer
    assert (pictures[0] != pictures[1]).any()
    assert np.array_equal(pictures[1], pictures[2])


@pytest.mark.parametrize(
    "arguments",
    [{"horizon": 1}, {"horizon": 150, "leave_base": -20.0}, {"reward_weights": {"click": -2.0}}],
    ids=str,
)
def test_pictures_of_unusual_sessions(arguments: dict) -> None:
    env = gym.make("RecEcommerce-v0", render_mode="rgb_array", disable_env_checker=True, **arguments)
    env.reset(seed=2)
    generator, over = np.random.default_rng(0), False
    while not over:
        over = any(env.step(allowed_action(env, generator))[2:4])
    assert env.render().shape == (HEIGHT, WIDTH, 3)


def test_titles_with_mathematics_and_unknown_scripts_are_drawn() -> None:
    from recgym.catalogue.catalogue import Catalogue

    titles = [
        "$x^2_",
        "\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{CJK UNIFIED IDEOGRAPH-6587}",
        "two\nlines",
        "a" * 300,
        " ",
        "\\frac",
    ]
    vectors = np.eye(6, dtype=np.float32)
    items = Catalogue("odd", [str(i) for i in range(6)], titles, titles, np.array(titles), vectors)
    env = gym.make("RecBandit-v0", catalogue=items, num_items=6, render_mode="rgb_array", leave_base=-20.0)
    env.reset(seed=0)
    for item in range(6):
        env.step(item)
    assert env.render().shape == (HEIGHT, WIDTH, 3)
    recorded = env.unwrapped.recorder.text()
    assert max(map(len, recorded.splitlines()[3:])) < 130
    assert "two lines" in recorded


def test_a_snapshot_keeps_the_record() -> None:
    env = gym.make("RecMusic-v0", render_mode="ansi", disable_env_checker=True).unwrapped
    list(play(env, 3, 1))
    saved, before = env.snapshot(), env.render()
    list(play(env, 5, 2))
    assert env.render() != before
    env.restore(saved)
    assert env.render() == before


def test_without_a_render_mode_there_is_a_warning_and_nothing_to_see() -> None:
    env = gym.make("RecMusic-v0").unwrapped
    env.reset(seed=0)
    with pytest.warns(UserWarning, match=r'pass render_mode="ansi" or render_mode="rgb_array"'):
        assert env.render() is None


def test_drawing_leaves_matplotlib_as_it_was() -> None:
    script = """
import gymnasium as gym, recgym, sys
env = gym.make("RecVideo-v0", render_mode="rgb_array")
assert "matplotlib" not in sys.modules
env.reset(seed=0)
env.render()
import matplotlib
assert "matplotlib.pyplot" not in sys.modules
print(matplotlib.rcParams == matplotlib.RcParams({**matplotlib.rcParamsDefault, "backend": matplotlib.rcParams._get("backend")}))
"""
    assert run_python(script, MPLBACKEND="agg").strip() == "True"


@pytest.mark.parametrize("policy", REFERENCES)
def test_the_command_draws_and_tells(policy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "session.png"
    assert main(["--env", "RecVideo-v0", "--policy", policy, "--seed", "3", "--out", str(out), "--text"]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "Return" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--env", "RecVidio-v0", "--text"], "Did you mean 'RecVideo-v0'"),
        (["--seed", "-1", "--text"], "--seed -1 must not be negative"),
        ([], "nothing to do"),
        (["--out", "/nowhere/at/all.png"], "its folder does not exist"),
        (["--policy", "best", "--text"], "invalid choice: 'best'"),
    ],
    ids=str,
)
def test_the_command_refuses(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert message in capsys.readouterr().err


def test_the_command_runs_as_a_module() -> None:
    script = "import runpy, sys; sys.argv = ['render', '--env', 'RecControl-v0', '--text']; runpy.run_module('recgym.render', run_name='__main__')"
    assert REPOSITORY.is_dir()
    assert sys.executable
    out = run_python(f"try:\n    exec({script!r})\nexcept SystemExit as end:\n    assert end.code == 0")
    assert out.startswith("Control: one session.")
