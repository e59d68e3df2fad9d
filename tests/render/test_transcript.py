"""The transcript of a session says what happened, in words that any terminal can show."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from recgym import ENV_IDS
from recgym.catalogue import Catalogue
from recgym.render.transcript import elided


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_the_transcript_tells_every_step(env_id: str) -> None:
    env = gym.make(env_id, render_mode="ansi", disable_env_checker=True, horizon=10)
    env.reset(seed=5)
    env.action_space.seed(0)
    task = env.unwrapped.task
    named = env.unwrapped.record.history[-5:]
    for item in named:
        assert " ".join(task.titles[item].split()) in env.render()
    total, steps, over = 0.0, 0, False
    while not over:
        _, reward, terminated, truncated, info = env.step(env.action_space.sample())
        total, steps, over = total + reward, steps + 1, terminated or truncated
        line = env.render().splitlines()[-3]
        item = info["shown"][info["attended"]]
        assert elided(task.titles[item], 30)[:-3] in line
        assert (f"[{info['attended'] + 1}/{task.slate_size}]" in line) == (task.slate_size > 1)
        assert line.split()[0] == str(steps)
        assert line.split()[-1] == f"{total:.2f}"
        feedback = line.split("  ", 3)[-1]
        for name in ("click", "like", "cart", "purchase", "deep_read", "discovery"):
            assert (name in feedback) == (info.get(name, 0.0) > 0) or "..." in feedback
        assert ("ignored" in line) == (info["click"] == 0.0)
    end = "The user left after" if terminated else "The session reached its limit of"
    assert (
        env.render().splitlines()[-1] == f"{end} {steps} step{'s' if steps > 1 else ''}. Return {total:.2f}."
    )


def test_a_new_user_and_a_session_that_goes_on() -> None:
    env = gym.make("RecVideo-v0", render_mode="ansi", history=0)
    env.reset(seed=1)
    assert "nothing is known yet" in env.render()
    assert env.render().endswith("The session goes on after 0 steps. Return so far 0.00.")


def test_what_was_not_shown_is_not_told_as_shown() -> None:
    env = gym.make("RecNews-v0", render_mode="ansi", invalid_actions="empty", leave_base=-20.0)
    _, info = env.reset(seed=0)
    env.step(int(np.argmin(info["action_mask"])))
    line = env.render().splitlines()[-3]
    assert "(nothing was shown)" in line
    assert "ignored" in line


def test_its_own_words_are_ascii_and_its_lines_short() -> None:
    titles = ["two\nlines", "a" * 300, " ", "tab\tbed", "plain", "\\frac"]
    items = Catalogue(
        "odd", [str(i) for i in range(6)], titles, titles, np.array(titles), np.eye(6, dtype=np.float32)
    )
    arguments: dict[str, Any] = {"catalogue": items, "num_items": 6, "leave_base": -20.0, "history": 5}
    env = gym.make("RecBandit-v0", render_mode="ansi", **arguments)
    env.reset(seed=0)
    for item in range(6):
        env.step(item)
    text = env.render()
    assert text.isascii()
    assert max(map(len, text.splitlines()[3:])) < 130
    assert "two lines" in text
    assert "tab bed" in text
    assert len(text.splitlines()) == 4 + 6 + 2


def test_a_snapshot_keeps_the_record() -> None:
    env = gym.make("RecMusic-v0", render_mode="ansi", leave_base=-20.0).unwrapped
    env.reset(seed=1)
    env.step(0)
    saved, before = env.snapshot(), env.render()
    env.step(1)
    assert env.render() != before
    env.restore(saved)
    assert env.render() == before


def test_without_a_render_mode_there_is_a_warning_and_nothing_to_see() -> None:
    env = gym.make("RecMusic-v0").unwrapped
    env.reset(seed=0)
    with pytest.warns(UserWarning, match=r'pass render_mode="ansi" or render_mode="rgb_array"'):
        assert env.render() is None


@pytest.mark.parametrize(("text", "width", "short"), [("abcdef", 6, "abcdef"), ("abcdefg", 6, "abc..."), ("ab cdefg", 6, "ab..."), (" a\n b ", 9, "a b")])  # fmt: skip
def test_elided(text: str, width: int, short: str) -> None:
    assert elided(text, width) == short
