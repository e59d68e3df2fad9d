"""Pictures grow with their session, and show what was seen, nothing that is hidden."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from playing import run_python

from recgym import ENV_IDS
from recgym.catalogue import Catalogue
from recgym.render.picture import HEIGHT, WIDTH, SessionPicture
from recgym.task.session_record import SessionRecord


def made(env_id: str, **arguments: Any) -> gym.Env[Any, Any]:
    env = gym.make(env_id, render_mode="rgb_array", disable_env_checker=True, **arguments)
    env.action_space.seed(0)
    return env


def frames(env: gym.Env[Any, Any], seed: int, steps: int = 10**6) -> Iterator[np.ndarray]:
    """Plays a session and draws it at its beginning and after every step."""
    env.reset(seed=seed)
    yield env.render()
    over = False
    while not over and steps:
        over = any(env.step(env.action_space.sample())[2:4])
        steps -= 1
        yield env.render()


def drawn_at_once(env: gym.Env[Any, Any]) -> np.ndarray:
    return SessionPicture()(env.unwrapped.record)


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_a_picture_that_grew_equals_the_one_drawn_at_once(env_id: str) -> None:
    env = made(env_id, horizon=12)
    last = None
    for frame in frames(env, 2):
        assert frame.shape == (HEIGHT, WIDTH, 3)
        assert frame.dtype == np.uint8
        assert frame.mean() > 150  # ink on paper, not an empty buffer
        assert last is None or (frame != last).any()
        last = frame
        assert np.array_equal(frame, drawn_at_once(env))
    assert np.array_equal(env.render(), last)


UNUSUAL: dict[str, tuple[str, dict[str, Any]]] = {
    "one step": ("RecEcommerce-v0", {"horizon": 1}),
    "60 rows and more": ("RecNewsSlate-v0", {"invalid_actions": "empty", "leave_base": -20.0}),
    "losses": ("RecEcommerce-v0", {"reward_weights": {"click": -2.0}}),
    "large rewards": ("RecVideo-v0", {"reward_weights": {"click": 1e9}}),
    "no rewards": ("RecVideo-v0", {"reward_weights": {}}),
    "slates of many": ("RecVideo-v0", {"slate_size": 12}),
    "a new user": ("RecMusic-v0", {"history": 0}),
    "two items": ("RecBandit-v0", {"num_items": 2}),
}


@pytest.mark.parametrize(("env_id", "arguments"), UNUSUAL.values(), ids=UNUSUAL)
def test_pictures_of_unusual_sessions(env_id: str, arguments: dict[str, Any]) -> None:
    env = made(env_id, **arguments)
    every = list(frames(env, 3))
    assert np.array_equal(every[-1], drawn_at_once(env))
    assert every[-1].shape == (HEIGHT, WIDTH, 3)


def test_a_session_that_is_longer_than_the_list() -> None:
    env = gym.make("RecEcommerce-v0", render_mode="rgb_array", disable_env_checker=True, leave_base=-20.0)
    task = env.unwrapped.task
    record, picture = SessionRecord(task), SessionPicture()
    record.begin((3, 4))
    for number in range(150):
        add(record, shown=(number,), click=float(number % 3 == 0), reward=0.1 * number)
        if number % 7 == 0:
            picture(record)
    assert np.array_equal(picture(record), SessionPicture()(record))


def add(record: SessionRecord, shown: tuple[int, ...], **values: Any) -> None:
    """Adds a step; signals that are not named are 0."""
    signals = dict.fromkeys(record.task.signal_names, 0.0)
    signals |= {name: value for name, value in values.items() if name in signals}
    record.add(
        shown=shown,
        attended=values.get("attended", 0),
        signals=signals,
        reward=values.get("reward", 0.0),
        click_rate=values.get("click_rate", 0.0),
        like_rate=values.get("like_rate", 0.0),
        terminated=values.get("terminated", False),
        truncated=values.get("truncated", False),
    )


def test_a_larger_amount_changes_the_scale_of_those_before() -> None:
    record = SessionRecord(made("RecEcommerce-v0").unwrapped.task)
    picture = SessionPicture()
    record.begin(())
    for revenue in (1.0, 4.0, 2.0):
        add(record, shown=(0,), click=1.0, revenue=revenue)
        assert np.array_equal(picture(record), SessionPicture()(record))


def test_the_picture_notices_another_session() -> None:
    env = made("RecVideo-v0", leave_base=-20.0)
    list(frames(env, 1, 5))
    assert np.array_equal(env.reset(seed=2) and env.render(), drawn_at_once(env))
    for _ in range(8):
        env.step(env.action_space.sample())
    assert np.array_equal(env.render(), drawn_at_once(env))


def test_a_snapshot_keeps_the_picture() -> None:
    env = made("RecMusic-v0", leave_base=-20.0).unwrapped
    env.action_space.seed(0)
    list(frames(env, 1, 4))
    saved, before = env.snapshot(), env.render()
    for _ in range(2):
        env.step(env.action_space.sample())
    assert (env.render() != before).any()
    env.restore(saved)
    assert np.array_equal(env.render(), before)
    env.step(0)
    assert np.array_equal(env.render(), drawn_at_once(env))
    for twin in (pickle.loads(pickle.dumps(env)), copy.deepcopy(env)):
        assert np.array_equal(twin.render(), env.render())


def test_an_ending_that_is_taken_back_is_not_drawn() -> None:
    record = SessionRecord(made("RecVideo-v0").unwrapped.task)
    record.begin(())
    add(record, shown=(0,))
    picture, running = SessionPicture(), record.snapshot()
    before = picture(record)
    add(record, shown=(1,), terminated=True)
    assert record.ending == "left"
    gone = picture(record)
    record.restore(running)
    assert np.array_equal(picture(record), before)
    add(record, shown=(1,), terminated=False)
    stayed = picture(record)
    assert (stayed != gone).any()
    assert np.array_equal(stayed, SessionPicture()(record))


def test_what_came_back_is_drawn_and_what_is_hidden_is_not_there() -> None:
    task = made("RecVideoSlate-v0").unwrapped.task
    base = {"shown": (5, 6, 7, 8, 9), "attended": 2, "click": 1.0, "reward": 1.0, "click_rate": 0.5}

    def drawn(**changes: Any) -> np.ndarray:
        record = SessionRecord(task)
        record.begin(changes.pop("history", (1, 2)))
        add(record, **(base | changes))
        return SessionPicture()(record)

    first = drawn()
    assert np.array_equal(drawn(), first)
    changes: tuple[dict[str, Any], ...] = (
        {"shown": (5, 6, 7, 8, 60)}, {"shown": (5, 6, 7, 8, -1)}, {"attended": 1}, {"click": 0.0}, {"like": 1.0}, {"completion": 0.4},
        {"reward": 2.0}, {"click_rate": 0.6}, {"like_rate": 0.3}, {"terminated": True}, {"truncated": True}, {"history": (1, 3)},
    )  # fmt: skip
    for change in changes:
        assert (drawn(**change) != first).any(), change


def test_a_slate_in_which_nothing_is_shown() -> None:
    record = SessionRecord(made("RecNewsSlate-v0").unwrapped.task)
    record.begin(())
    add(record, shown=(-1,) * 5, attended=-1)
    picture = SessionPicture()(record)
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert record.steps[0].item == -1


def test_titles_with_mathematics_and_unknown_scripts_are_drawn() -> None:
    titles = ["$x^2_", "\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{CJK UNIFIED IDEOGRAPH-6587}", "two\nlines", "a" * 300, " ", "\\frac"]  # fmt: skip
    items = Catalogue(
        "odd", [str(i) for i in range(6)], titles, titles, np.array(titles), np.eye(6, dtype=np.float32)
    )
    env = made("RecBandit-v0", catalogue=items, num_items=6, leave_base=-20.0)
    env.reset(seed=0)
    for item in range(6):
        env.step(item)
        assert np.array_equal(env.render(), drawn_at_once(env))


def test_drawing_leaves_matplotlib_as_it_was() -> None:
    env = made("RecVideo-v0")
    env.reset(seed=0)
    env.render()
    import matplotlib

    before = dict(matplotlib.rcParams)
    matplotlib.rcParams["font.size"] = 50.0
    matplotlib.rcParams["lines.linewidth"] = 9.0
    try:
        assert np.array_equal(env.render(), drawn_at_once(env))
        assert matplotlib.rcParams["font.size"] == 50.0
    finally:
        matplotlib.rcParams.update(before)
    assert np.array_equal(env.render(), drawn_at_once(env))


def test_matplotlib_is_loaded_when_it_is_needed_and_pyplot_never() -> None:
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


def test_without_matplotlib_there_is_a_word_about_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    record = SessionRecord(made("RecVideo-v0").unwrapped.task)
    with pytest.raises(gym.error.DependencyNotInstalled, match=r'pip install "recgym\[plot\]"'):
        SessionPicture()(record)
