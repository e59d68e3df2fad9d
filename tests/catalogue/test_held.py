"""What is made from a file holds it: copies, pickles, specs, runs; what becomes of a file that changes or goes."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import recgym  # noqa: F401
from recgym.catalogue import Catalogue, CatalogueError, load_catalogue
from recgym.catalogue import load as load_module
from recgym.catalogue.load import reference_to

LINES = [f"Bench {n},A bench of kind {n} for {n + 1} people,{10 + n}" for n in range(12)]


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("title,text,price\n" + "\n".join(lines) + "\n")
    return path


def make(path: Any, folder: Path, **arguments: Any) -> Any:
    return gym.make(
        "RecEcommerce-v0",
        catalogue=path,
        encoder="hashing",
        cache_dir=str(folder / "cache"),
        num_users=20,
        **arguments,
    )


def forget() -> None:
    """As in another process."""
    load_module._held.clear()
    load_module._in_memory.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "items.csv", LINES)


@pytest.mark.parametrize("change", ["sorted anew", "shortened", "deleted"])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_a_copy_shows_the_same_items_whatever_became_of_the_file(
    tmp_path: Path, path: Path, change: str, copied: Any
) -> None:
    env = make(path, tmp_path)
    titles, vectors = env.unwrapped.task.titles, env.unwrapped.task.vectors
    if change == "deleted":
        path.unlink()
    else:
        write(path, LINES[::-1] if change == "sorted anew" else LINES[:5])
    again = copied(env)
    assert again.unwrapped.task.titles == titles
    np.testing.assert_array_equal(again.unwrapped.task.vectors, vectors)


def test_a_relative_path_means_the_same_from_another_folder(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    env = make("items.csv", tmp_path)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    forget()
    assert copy.deepcopy(env).unwrapped.task.titles == env.unwrapped.task.titles
    assert gym.make(env.spec).unwrapped.task.titles == env.unwrapped.task.titles


@pytest.mark.parametrize("vector", [False, True])
def test_specs_are_json_and_carry_fingerprint_and_absolute_path(
    tmp_path: Path, path: Path, vector: bool
) -> None:
    rows = [{"title": f"Stool {n}"} for n in range(5)]
    catalogue = load_catalogue(rows, encoder="hashing", cache_dir=tmp_path / "cache", name="stools")
    for source in (path, str(path), catalogue, rows):
        arguments = {
            "catalogue": source,
            "encoder": "hashing",
            "cache_dir": tmp_path / "cache",
            "num_users": 20,
        }
        env = (
            gym.make_vec("RecEcommerce-v0", 2, **arguments)
            if vector
            else gym.make("RecEcommerce-v0", **arguments)
        )
        kwargs = json.loads(json.dumps(env.unwrapped.spec.kwargs, default=str if vector else None))
        reference = kwargs["catalogue"]
        assert reference["path"] == (str(path) if isinstance(source, str | Path) else "")
        forget()
        again = gym.make("RecEcommerce-v0", **{name: kwargs[name] for name in arguments if name in kwargs})
        assert again.unwrapped.task.titles == env.unwrapped.task.titles
        if not vector:
            assert (
                gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json())).unwrapped.task.titles
                == again.unwrapped.task.titles
            )


def test_a_changed_file_is_an_error_that_says_so_and_a_lost_one_does_not_matter(
    tmp_path: Path, path: Path
) -> None:
    env = make(path, tmp_path)
    spec, titles = env.spec, env.unwrapped.task.titles
    forget()
    write(path, LINES[::-1])
    with pytest.raises(CatalogueError, match=r"items.csv has changed since the environment was made") as told:
        gym.make(spec)
    assert f"catalogue={str(path)!r}" in str(told.value)
    path.unlink()
    assert gym.make(spec).unwrapped.task.titles == titles
    assert (
        make(write(path, LINES[::-1]), tmp_path).unwrapped.task.titles == titles[::-1]
    )  # asked for anew, it is read anew


def test_without_cache_and_file_the_error_says_what_to_do(tmp_path: Path, path: Path) -> None:
    import shutil

    env = make(path, tmp_path)
    forget()
    shutil.rmtree(tmp_path / "cache")
    assert gym.make(env.spec).unwrapped.task.titles == env.unwrapped.task.titles  # read again
    forget()
    shutil.rmtree(tmp_path / "cache")
    path.unlink()
    with pytest.raises(
        CatalogueError, match=r"cannot be had any more: it is not in the cache, and its file .* is gone"
    ):
        gym.make(env.spec)


def test_a_file_read_in_another_way_is_not_taken_for_the_same(tmp_path: Path, path: Path) -> None:
    reference = reference_to(
        load_catalogue(path, encoder="hashing", cache_dir=tmp_path / "a"), tmp_path / "a"
    )
    forget()
    with pytest.raises(CatalogueError, match="read or encoded in another way"):
        load_catalogue(reference, encoder="hashing", columns={"price": None}, cache_dir=tmp_path / "b")


def test_an_object_that_encodes_is_not_needed_again(tmp_path: Path, path: Path) -> None:
    from recgym.catalogue.embed import HashingEncoder

    class Mine(HashingEncoder):
        pass

    env = gym.make("RecEcommerce-v0", catalogue=path, encoder=Mine(), cache_dir=tmp_path, num_users=20)
    assert "encoder" not in env.spec.kwargs
    forget()
    assert (
        gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json())).unwrapped.task.titles
        == env.unwrapped.task.titles
    )


def test_a_second_make_reads_nothing_again(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = time.time() - 10
    os.utime(path, (old, old))
    first = load_catalogue(path, encoder="hashing", cache_dir=tmp_path)
    monkeypatch.setattr(load_module, "read_content", lambda path: pytest.fail("read again"))
    assert load_catalogue(path, encoder="hashing", cache_dir=tmp_path) is first


def test_another_process_takes_what_was_parsed(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_catalogue(path, encoder="hashing", cache_dir=tmp_path)
    forget()
    monkeypatch.setattr(load_module, "read_items", lambda *arguments: pytest.fail("parsed again"))
    again = load_catalogue(path, encoder="hashing", cache_dir=tmp_path)
    assert again.fingerprint == first.fingerprint
    assert again.reading == first.reading
    moved = path.rename(tmp_path / "moved.csv")
    monkeypatch.undo()
    assert load_catalogue(moved, encoder="hashing", cache_dir=tmp_path).titles == first.titles


def test_a_file_that_changes_within_the_clocks_grain_is_seen(tmp_path: Path, path: Path) -> None:
    first = load_catalogue(path, encoder="hashing", cache_dir=tmp_path)
    about = path.stat()
    write(path, [*LINES[:-2], LINES[-1], LINES[-2]])
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert load_catalogue(path, encoder="hashing", cache_dir=tmp_path).titles != first.titles


def test_a_damaged_store_is_made_again(tmp_path: Path, path: Path) -> None:
    first = load_catalogue(path, encoder="hashing", cache_dir=tmp_path)
    (file,) = tmp_path.glob("catalogue-*.npz")
    file.write_bytes(file.read_bytes()[:-9] + b"something")
    forget()
    with pytest.warns(UserWarning, match="damaged"):
        assert load_catalogue(path, encoder="hashing", cache_dir=tmp_path).fingerprint == first.fingerprint


def test_a_run_is_evaluated_from_another_folder_and_without_its_file(tmp_path: Path, path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    environment = {
        **os.environ,
        "RECGYM_CACHE": str(tmp_path / "here" / "cache"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    train = [
        sys.executable, "-m", "train", "--env", "RecEcommerce-v0", "--agent", "popular", "--steps", "64", "--num-envs", "2", "--no-progress", "--users", "4",
        "--logdir", "runs", "--env-kwargs", "catalogue=../items.csv", "encoder=hashing", "num_users=20",
    ]  # fmt: skip
    done = subprocess.run(
        train, cwd=tmp_path / "here", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    run = tmp_path / "here" / "runs" / "RecEcommerce-v0__popular__0"
    path.unlink()
    environment["RECGYM_CACHE"] = str(tmp_path / "there" / "cache")
    evaluate = [sys.executable, "-m", "train.evaluate", str(run), "--users", "4"]
    done = subprocess.run(
        evaluate, cwd=tmp_path / "there", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "popular" in done.stdout


def test_items_in_play_are_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path / "many.csv", [f"Bench {n},A bench of kind {n},{n}" for n in range(230)])
    for _ in range(2):
        make(path, tmp_path)
    told = [record.getMessage() for record in caplog.records if "in play" in record.getMessage()]
    assert told == [
        "many: 200 of 230 items are in play, chosen by world_seed; num_items=None plays all of them."
    ]
    caplog.clear()
    make(path, tmp_path, num_items=200)
    assert not [record for record in caplog.records if "in play" in record.getMessage()]


def test_how_to_read_is_for_files_only(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="is shipped"):
        load_catalogue("films", columns={"title": "text"})
    with pytest.raises(CatalogueError, match="is a Catalogue already"):
        load_catalogue(load_catalogue("films"), on_bad_rows="skip")
    with pytest.raises(CatalogueError, match="are for files"):
        load_catalogue([{"title": "a"}, {"title": "b"}], separator=";", encoder="hashing")
    assert isinstance(load_catalogue("films"), Catalogue)
