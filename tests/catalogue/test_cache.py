"""The cache saves work and never stops it: locks, stopped runs, full and read-only folders, many texts."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recgym.catalogue import CatalogueError, load_catalogue
from recgym.catalogue import cache as cache_module
from recgym.catalogue.cache import Cache
from recgym.catalogue.embed import CHUNK_TEXTS, HashingEncoder, embed_texts

TEXTS = [f"text number {number}" for number in range(3 * CHUNK_TEXTS + 7)]
SLOW_ENCODER = """
    import os, sys, time
    import numpy as np
    from recgym.catalogue.embed import HashingEncoder, embed_texts, CHUNK_TEXTS

    class Slow:
        def encode(self, sentences):
            if len(sentences) > 2:
                with open(sys.argv[2], "a") as file:
                    file.write(f"{len(sentences)}\\n")
                time.sleep(float(sys.argv[3]))
                while os.path.exists(sys.argv[1] + ".hold"):
                    time.sleep(0.05)
            return HashingEncoder().encode(sentences)

    texts = [f"text number {number}" for number in range(3 * CHUNK_TEXTS + 7)]
    embed_texts(texts, Slow(), cache_dir=sys.argv[1], progress=False)
"""


@pytest.fixture(autouse=True)
def _warn_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_warned", set())


class Counting:
    """Counts how many texts it is asked for at a time."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def encode(self, sentences: list[str]) -> np.ndarray:
        self.asked.append(len(sentences))
        return HashingEncoder().encode(sentences)


def start(tmp_path: Path, seconds: float) -> subprocess.Popen[bytes]:
    script = tmp_path / "slow.py"
    script.write_text(textwrap.dedent(SLOW_ENCODER))
    return subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "cache"), str(tmp_path / "asked"), str(seconds)],
        stderr=subprocess.PIPE,
    )


def asked(tmp_path: Path, count: int) -> list[int]:
    """Waits until so many chunks were asked for."""
    path = tmp_path / "asked"
    for _ in range(6_000):
        lines = path.read_text().split() if path.exists() else []
        if len(lines) >= count:
            return [int(line) for line in lines]
        time.sleep(0.1)
    raise AssertionError("the process never encoded")


def test_a_killed_run_leaves_no_lock_and_loses_one_chunk(tmp_path: Path) -> None:
    process = start(tmp_path, 0.3)
    asked(tmp_path, 3)  # two chunks are kept, the third is being made
    process.send_signal(signal.SIGKILL)
    process.communicate()
    again = start(tmp_path, 0.0)
    again.communicate(timeout=600)
    assert again.returncode == 0
    assert asked(tmp_path, 5) == [CHUNK_TEXTS] * 4 + [7]  # the third again, and what is left
    np.testing.assert_allclose(
        embed_texts(TEXTS, "hashing", cache_dir=tmp_path / "other"),
        _vectors_in(tmp_path / "cache"),
        atol=1e-6,
    )
    assert not list((tmp_path / "cache").glob("*.parts"))


def _vectors_in(folder: Path) -> Any:
    (file,) = folder.glob("vectors-*.npy")
    with file.open("rb") as content:
        content.seek(32)
        return np.load(content)


def test_two_processes_do_the_work_once_and_the_wait_is_announced(tmp_path: Path) -> None:
    hold = tmp_path / "cache.hold"
    hold.touch()
    first = start(tmp_path, 0.0)
    asked(tmp_path, 1)
    second = start(tmp_path, 0.0)
    assert second.stderr is not None
    assert f"Waiting for process {first.pid}" in second.stderr.readline().decode()
    hold.unlink()
    first.communicate(timeout=600)
    second.communicate(timeout=600)
    assert first.returncode == second.returncode == 0
    assert asked(tmp_path, 4) == [CHUNK_TEXTS] * 3 + [7]


def test_a_lock_of_the_operating_system_is_gone_with_its_owner(tmp_path: Path) -> None:
    script = f"import os; from recgym.catalogue.cache import Cache\nlock = Cache({str(tmp_path)!r}).lock('x'); lock.__enter__(); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script], check=False)
    assert (tmp_path / "locks" / "x.lock.owner").exists()
    with Cache(tmp_path).lock("x"):  # would wait for ever if a file were the lock
        assert (tmp_path / "locks" / "x.lock.owner").read_text() == str(os.getpid())


def test_a_folder_that_cannot_be_written_costs_one_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    encoder = Counting()
    with pytest.warns(UserWarning, match="Nothing can be kept"):
        vectors = embed_texts(["one", "two"], encoder, cache_dir=tmp_path / "file" / "cache")
    embed_texts(
        ["one", "two"], encoder, cache_dir=tmp_path / "file" / "cache"
    )  # a second warning would be an error
    np.testing.assert_allclose(vectors, HashingEncoder().encode(["one", "two"]), atol=1e-6)


def test_without_a_home_three_rows_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", staticmethod(no_home))
    for name in ("RECGYM_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "items.csv").write_text("title\nOak\nElm\nAsh\n")
    with pytest.warns(UserWarning, match="Could not determine home"):
        assert len(load_catalogue(tmp_path / "items.csv", encoder="hashing")) == 3


def test_a_full_disk_does_not_throw_the_vectors_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Any, target: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.warns(UserWarning, match=r"could not take .*No space left on device.*the work goes on"):
        vectors = embed_texts(TEXTS[:40], Counting(), cache_dir=tmp_path)
    np.testing.assert_allclose(vectors, HashingEncoder().encode(TEXTS[:40]), atol=1e-6)
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".unfinished", ".npy")]


def test_equal_texts_are_encoded_once(tmp_path: Path) -> None:
    encoder = Counting()
    vectors = embed_texts(["one", "two", "one", "one"], encoder, cache_dir=tmp_path, progress=False)
    assert encoder.asked == [2, 2]  # the probe, and the two texts
    np.testing.assert_allclose(vectors, HashingEncoder().encode(["one", "two", "one", "one"]), atol=1e-6)


def test_processes_make_the_same_vectors(tmp_path: Path) -> None:
    many = [
        f"{text} of {part}" for part in range(12) for text in TEXTS
    ]  # more than one chunk of the quick encoder
    one = embed_texts(many, "hashing", cache_dir=tmp_path / "b", workers=1, progress=False)
    two = embed_texts(many, "hashing", cache_dir=tmp_path / "c", workers=2, progress=False)
    np.testing.assert_array_equal(one, two)
    with pytest.raises(CatalogueError, match="needs an encoder that each process can load"):
        embed_texts(TEXTS, Counting(), cache_dir=tmp_path / "d", workers=2)
    with pytest.raises(ValueError, match="encoder_workers=0"):
        embed_texts(TEXTS, "hashing", cache_dir=tmp_path / "d", workers=0)


def test_progress_shows_rate_and_time_left(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    embed_texts(TEXTS, Counting(), cache_dir=tmp_path, progress=True)
    shown = capfd.readouterr().err
    assert "Encoding texts: 100%" in shown
    assert "text/s" in shown
    embed_texts(TEXTS, Counting(), cache_dir=tmp_path / "quiet", progress=False)
    assert capfd.readouterr().err == ""


def test_the_shipped_model_is_known_by_its_name_and_near_names_are_told(tmp_path: Path) -> None:
    default = embed_texts(["one", "two"], cache_dir=tmp_path, progress=False)
    files = sorted(tmp_path.glob("vectors-*"))
    for name in ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"):
        np.testing.assert_array_equal(embed_texts(["one", "two"], name, cache_dir=tmp_path), default)
    assert sorted(tmp_path.glob("vectors-*")) == files
    with pytest.raises(CatalogueError, match="Did you mean 'hashing'"):
        embed_texts(["one", "two"], "Hashing", cache_dir=tmp_path)


def test_hashes_see_spelling_and_not_its_order() -> None:
    vectors = HashingEncoder().encode(["running shoes", "running shoe", "a film about the sea", ""])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    assert vectors[0] @ vectors[1] > 0.7
    assert abs(vectors[0] @ vectors[2]) < 0.3
    many = HashingEncoder().encode([f"{number * 7919:x} {number * 104729:x}" for number in range(400)])
    cosines = many @ many.T
    assert abs(cosines[np.triu_indices(400, 1)].mean()) < 0.06
    assert (many != 0).any(axis=0).all()  # every column is used


def test_what_was_read_is_logged_in_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "items.csv").write_text("title,colour\nOak,brown\nElm,red\n")
    with caplog.at_level(logging.INFO, "recgym.catalogue"):
        load_catalogue(tmp_path / "items.csv", encoder="hashing", cache_dir=tmp_path)
        load_catalogue(tmp_path / "items.csv", encoder="hashing", cache_dir=tmp_path)
    assert [record.getMessage().split(";")[0] for record in caplog.records] == ["items.csv: 2 items"]
    assert caplog.records[0].levelname == "WARNING"  # a column is not used
