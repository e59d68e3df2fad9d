"""The task: all that may be known, nothing that may not; saved, loaded, and of use to somebody who was never simulated."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from playing import digest

from recgym import ENV_IDS
from recgym.sessions.setup import setup_of
from recgym.task import FORMS, Task


def hidden_arrays(env: Any) -> list[np.ndarray]:
    """Every array of the world and of the running session that no agent may see."""
    world, sessions = env.setup.world, env.sessions
    return [
        world.items,
        world.people,
        world.liked,
        world.centroids,
        sessions.users,
        sessions.embeddings,
        world.arrays.masks,
    ]


def reachable(root: Any) -> list[Any]:
    """Every object that attributes, containers and closures lead to, classes and modules left out."""
    seen: dict[int, Any] = {}
    waiting = [root]
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, type | ModuleType | str | bytes | int | float | np.dtype):
            continue
        seen[id(found)] = found
        if isinstance(found, dict):
            waiting += [*found.keys(), *found.values()]
        elif isinstance(found, list | tuple | set | frozenset):
            waiting += list(found)
        elif isinstance(found, np.ndarray):
            waiting.append(found.base)
        attributes = getattr(found, "__dict__", None)
        waiting += list(attributes.values()) if isinstance(attributes, dict) else []
        waiting += [cell.cell_contents for cell in getattr(found, "__closure__", None) or ()]
        waiting += [getattr(found, "__self__", None)]
    return list(seen.values())


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_nothing_hidden_can_be_reached(env_id: str) -> None:
    env = gym.make(env_id, num_users=50).unwrapped
    env.reset(seed=0)
    task = env.task
    _ = task.text_vectors, task.observation_space, task.item_number(0)  # whatever is made later counts, too
    arrays = [found for found in reachable(task) if isinstance(found, np.ndarray)]
    assert len(arrays) > 8
    for hidden in hidden_arrays(env):
        assert not any(np.shares_memory(hidden, found) for found in arrays)
    for found in reachable(task):
        assert type(found).__module__.split(".")[:2] not in (["recgym", "world"], ["recgym", "sessions"]), (
            found
        )
    assert any(found is env.setup.world for found in reachable(env.setup))  # the walk would see a leak


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize("form", FORMS)
def test_a_saved_task_is_the_same(env_id: str, form: str, tmp_path: Path) -> None:
    task = gym.make(env_id, observation=form, num_users=50).unwrapped.task
    task.save(tmp_path)
    again = Task.load(tmp_path)
    assert repr(again) == repr(task)
    for name in ("vectors", "item_features", "weights", "opening", "text_vectors"):
        assert np.array_equal(getattr(again, name), getattr(task, name)), name
    for name in (
        "scenario",
        "item_feature_names",
        "signals",
        "layout",
        "actions",
        "horizon",
        "always_available",
    ):
        assert getattr(again, name) == getattr(task, name), name
    assert again.catalogue.fingerprint == task.catalogue.fingerprint
    assert again.observation_space == task.observation_space
    assert again.action_space == task.action_space
    assert np.array_equal(again.statistics.click_rate, task.statistics.click_rate)
    history = list(task.catalogue.ids[:3])
    assert digest(again.observe(history)) == digest(task.observe(history))


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize("form", FORMS)
def test_somebody_with_the_history_of_a_simulated_user_looks_like_them(env_id: str, form: str) -> None:
    env = gym.make(env_id, observation=form, num_users=50, history=6).unwrapped
    observation, _ = env.reset(seed=2)
    items = [int(item) - 1 for item in env.sessions.recent(6)[0][0] if item > 0]
    made = env.task.observe(items)
    assert made in env.observation_space
    parts = {"": observation} if not isinstance(observation, dict) else observation
    for name, part in parts.items():
        ours = made[name] if name else made
        assert ours.dtype == part.dtype
        if "News" in env_id and (
            name == "context" or form == "flat"
        ):  # how fresh the last story is depends on the hour
            ours, part = ours[:-1], part[:-1]
        assert np.allclose(ours, part, atol=1e-5), name


def test_newcomers_feedback_and_context() -> None:
    task = gym.make("RecEcommerce-v0", num_users=50).unwrapped.task
    layout = task.layout
    nobody = task.observe()
    assert np.count_nonzero(nobody) == 1  # only the time that is left
    mixed = task.observe([3, 4, 5], feedback=[0, 1, 2])
    vectors = task.vectors
    assert np.allclose(mixed[layout.slices["ignored"]], 0.15 * vectors[3], atol=1e-6)
    assert np.allclose(mixed[layout.slices["liked"]], (vectors[4] + vectors[5]) / 2, atol=1e-6)
    assert np.allclose(
        mixed[layout.slices["recent"]], 0.85 * 0.15 * vectors[4] + 0.15 * vectors[5], atol=1e-6
    )
    assert np.array_equal(mixed[layout.slices["current"]], vectors[5])
    known = task.observe([3], context={"price": 0.5})
    assert layout.read(known, "price") == np.float32(0.5)


def test_ids_titles_and_numbers_name_items() -> None:
    task = gym.make("RecVideo-v0", num_users=50).unwrapped.task
    title, item = task.titles[7], task.catalogue.ids[7]
    assert (
        task.item_number(title)
        == task.item_number(item)
        == task.item_number(7)
        == task.item_number(np.int64(7))
        == 7
    )


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda task: task.observe(task.titles[7]), TypeError, "must be a list of ids, titles or item numbers"),
        (lambda task: task.observe([task.titles[7] + "~"]), ValueError, r"No item in play has the id or title .*nearest titles are "),
        (lambda task: task.observe([200]), ValueError, r"Item 200 is out of range; item numbers go from 0 to 199"),
        (lambda task: task.observe([1.5]), TypeError, r"1\.5 must be an id or a title"),
        (lambda task: task.observe([1, 2], feedback=[1]), ValueError, r"for each of the 2 items"),
        (lambda task: task.observe(iter([1])), TypeError, "must be a list of ids, titles or item numbers"),
        (lambda task: task.observe([1], context=[1]), TypeError, "must be a mapping of features' names"),
        (lambda task: task.observe([1], context={"duration": "long"}), TypeError, "duration.*='long' must be a number"),
        (lambda task: task.observe([1], feedback=["liked"]), ValueError, r"0 \(ignored\), 1 \(clicked\) or 2"),
        (lambda task: task.observe([1], feedback=[3]), ValueError, r"0 \(ignored\), 1 \(clicked\) or 2"),
        (lambda task: task.observe([1], feedback=[float("nan")]), ValueError, r"0 \(ignored\), 1 \(clicked\) or 2"),
        (lambda task: task.observe([1], context={"duratoin": 0.0}), ValueError, r"'duratoin'.*Did you mean 'duration'"),
        (lambda task: task.observe([1], context={"duration": 9.0}), ValueError, r"at least -1 and at most 1"),
        (lambda task: task.layout.read(task.observe(), "likd"), ValueError, r"'likd'.*Did you mean 'liked'"),
        (lambda task: task.layout.batch_size(task.observe()), ValueError, r"pass observation\[None\]"),
    ],
)  # fmt: skip
def test_mistakes_are_told(call: Any, error: type[Exception], words: str) -> None:
    task = gym.make("RecVideo-v0", num_users=50).unwrapped.task
    with pytest.raises(error, match=words):
        call(task)


def test_damaged_files_are_told(tmp_path: Path) -> None:
    task = gym.make("RecControl-v0", num_users=50).unwrapped.task
    with pytest.raises(FileNotFoundError, match=r"No task in .*task\.json is not there"):
        Task.load(tmp_path)
    task.save(tmp_path)
    words = json.loads((tmp_path / "task.json").read_text())
    for change in (
        {"format": 99},
        {"layout": {}},
        {"actions": {"num_items": 3, "slate_size": 1, "invalid": "repair"}},
    ):
        (tmp_path / "task.json").write_text(json.dumps(words | change))
        with pytest.raises(ValueError, match="is damaged"):
            Task.load(tmp_path)
    (tmp_path / "task.json").write_text("{")
    with pytest.raises(ValueError, match="is damaged"):
        Task.load(tmp_path)
    task.save(tmp_path)
    (tmp_path / "task.npz").write_bytes(b"PK nonsense")
    with pytest.raises(ValueError, match="is damaged"):
        Task.load(tmp_path)


def test_a_title_that_is_another_items_id_is_told() -> None:
    task = gym.make("RecMusic-v0", num_items=None, num_users=50).unwrapped.task
    with pytest.raises(
        ValueError,
        match=r"'1979' is the id of .* and the title of another item; pass the item's number, \d+ or 2495",
    ):
        task.item_number("1979")
    assert task.titles[2495] == "1979"
    assert task.item_number(task.catalogue.ids[2495]) == 2495


def test_what_the_platform_counted_is_the_same_whoever_plays() -> None:
    """It is counted once for all splits and numbers of users, and anew in a world of other numbers."""
    first = setup_of("RecVideo-v0", num_users=50).task
    for arguments in ({"num_users": 70}, {"split": "test"}, {"observation": "ids", "slate_size": 2}):
        other = setup_of("RecVideo-v0", **{"num_users": 50, **arguments}).task
        assert other.statistics is first.statistics
        assert other.opening is first.opening
    for arguments in ({"watch_base": 0.5}, {"world_seed": 1}, {"num_items": 100}):
        other = setup_of("RecVideo-v0", num_users=50, **arguments).task
        assert other.statistics.clicks.sum() / other.statistics.impressions.sum() != pytest.approx(
            first.statistics.clicks.sum() / first.statistics.impressions.sum(), rel=1e-6
        )
