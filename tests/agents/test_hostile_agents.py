"""Agents of somebody who means harm: nothing of theirs runs or grows, and the error names the file and what to do."""

from __future__ import annotations

import io
import json
import pickle
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from agent_making import make, make_for, trained
from numpy.lib import format as npy
from playing import run_python

import agents
from recgym.core.stored_files import read_arrays


class Harm:
    """Touches a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return Path.touch, (self.target,)


def entry(shape: tuple[int, ...], kind: str = "<f8", content: bytes = b"") -> bytes:
    """An array's file whose header promises a shape."""
    file = io.BytesIO()
    npy.write_array_header_1_0(file, {"descr": kind, "fortran_order": False, "shape": shape})
    return file.getvalue() + content


def archive(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)


HOSTILE: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "a pickle in the archive": (
        lambda path, target: np.savez(path, target=np.array([Harm(target)], dtype=object), precision=np.eye(2)),
        "holds Python objects",
    ),
    "a pickle under the name of an array": (
        lambda path, target: archive(path, {"target.npy": pickle.dumps(Harm(target))}),
        "magic string is not correct",
    ),
    "a pickle in place of the archive": (
        lambda path, target: path.write_bytes(pickle.dumps(Harm(target))) and None,
        "no archive of arrays",
    ),
    "a zip of Stable-Baselines3": (
        lambda path, target: archive(path, {"data": b"{}", "policy.pth": pickle.dumps(Harm(target))}),
        "'data' is not the name of an array",
    ),
    "a path that leaves the folder": (
        lambda path, target: archive(path, {"../../touched.npy": entry((0,)), "target.npy": entry((0,))}),
        r"'\.\./\.\./touched\.npy' is not the name of an array",
    ),
    "an absolute path": (
        lambda path, target: archive(path, {f"{target}.npy": entry((0,))}),
        "is not the name of an array",
    ),
    "a shape of terabytes": (
        lambda path, target: archive(path, {"target.npy": entry((10**12,))}),
        r"promises a shape of \(1000000000000,\), 8,000,000,000,000 bytes, and has 0",
    ),
    "a shape beyond all numbers": (
        lambda path, target: archive(path, {"target.npy": entry((2**40, 2**40))}),
        "promises a shape of",
    ),
    "a shape below nothing": (
        lambda path, target: archive(path, {"target.npy": entry((-1, -8), content=bytes(64))}),
        "promises a shape of",
    ),
    "many arrays of nothing": (
        lambda path, target: archive(path, {"target.npy": entry((10**12,), "<U0")}),
        "promises a shape of",
    ),
    "a compressed gigabyte": (
        lambda path, target: archive(path, {"target.npy": entry((2**27,), content=bytes(2**20))}, zipfile.ZIP_DEFLATED),
        "is compressed, and could grow without end",
    ),
    "a header that is code": (
        lambda path, target: archive(
            path, {"target.npy": b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + f"open({str(target)!r}, 'w')".encode().ljust(118)}
        ),
        "malformed node",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_states_that_mean_harm_are_refused(name: str, tmp_path: Path) -> None:
    folder, target = tmp_path / "agent", tmp_path / "touched"
    trained("linucb", make("RecBandit-v0")).save(folder)
    write, words = HOSTILE[name]
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for file, whose in (("state.npz", "What the agent in .* learned"), ("task.npz", "The task in")):
        before = (folder / file).read_bytes()
        write(folder / file, target)
        with pytest.raises(ValueError, match=f"{whose}.*{words}.*save") as told:
            agents.load_saved(folder)
        assert str(folder) in str(told.value)
        assert len(str(told.value)) < 1_500
        (folder / file).write_bytes(before)
    assert not target.exists()
    assert not list(tmp_path.rglob("touched*"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used < 200_000  # kilobytes
    agents.load_saved(folder)


@pytest.mark.parametrize("file", ["agent.json", "task.json"])
@pytest.mark.parametrize(
    "content",
    ["[" * 200_000, '{"a":' * 200_000, '{"format": ' + "9" * 10_000 + "}", "[]", "3", "null", '"text"', "\x00", ""],
    ids=["deep lists", "deep mappings", "a long number", "a list", "a number", "nothing", "text", "zeros", "empty"],
)  # fmt: skip
def test_bombs_of_json_are_refused(file: str, content: str, tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    agents.load("random", make("RecBandit-v0")).save(folder)
    (folder / file).write_text(content)
    with pytest.raises(ValueError, match=r"is damaged.*save") as told:
        agents.load_saved(folder)
    assert str(folder) in str(told.value)
    assert len(str(told.value)) < 1_500


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"options": [1, 2]}, "options is .*no dict"),
        ({"options": {"alpha": "wide"}}, "alpha='wide' must be a number"),
        ({"options": {"alpha": [0.1]}}, r"alpha=\[0\.1\] must be a number"),
        ({"options": {"alpha": None}}, "alpha=None must be a number"),
        ({"options": {"alhpa": 1.0}}, "Did you mean 'alpha'"),
        ({"options": {"task": 1}}, "does not describe an agent"),
        ({"seed": "0"}, "seed is '0', which is no int"),
        ({"seed": -1}, "seed=-1"),
        ({"seed": True}, "seed=True"),
        ({"trainings": 1e9}, "trainings is .*no int"),
        ({"steps_trained": -5}, "steps_trained=-5"),
        ({"steps_trained": "all"}, "steps_trained='all'"),
        ({"agent": 3}, "agent is 3, which is no str"),
        ({"agent": "pickle"}, "Unknown agent 'pickle'"),
        ({"agent": "os:system"}, "'os:system' is not an agent"),
        ({"agent": "agents.saving:shutil"}, "is not an agent"),
        ({"state": "target"}, "state is 'target', which is no list"),
        ({"state": [["target"]]}, "state holds something that is no name"),
        ({"state": ["precision", "target", "more"]}, "'more'"),
        ({"state": []}, "cannot be read"),
    ],
)
def test_words_of_the_wrong_type_are_told(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    trained("linucb", make("RecBandit-v0")).save(folder)
    about = json.loads((folder / "agent.json").read_text())
    (folder / "agent.json").write_text(json.dumps(about | change))
    with pytest.raises(ValueError, match=words) as told:
        agents.load_saved(folder)
    assert str(folder) in str(told.value)
    assert "save the agent again" in str(told.value)


@pytest.mark.parametrize(
    ("agent", "options", "words"),
    [
        ("ppo", {"hidden": [10**6, 10**6]}, "parameters is not made"),
        ("ppo", {"hidden": [5_000, 5_000]}, "more than are there"),
        ("ppo", {"embedding_size": 10**12}, "parameters is not made"),
        ("ppo", {"hidden": [-3]}, "a width in hidden=-3"),
        ("ppo", {"hidden": "wide"}, "must list the widths"),
        ("ppo", {"hidden": [[8]]}, r"a width in hidden=\[8\]"),
        ("qr_dqn", {"n_quantiles": 10**9}, "parameters is not made"),
        ("qr_dqn", {"n_quantiles": 100_000}, "more than are there"),
        ("recurrent_ppo", {"lstm_hidden_size": 10**6}, "parameters is not made"),
        ("neural_linear", {"hidden": [20_000, 20_000]}, "parameters is not made"),
        ("neural_linear", {"hidden": [10**5]}, "parameters is not made"),  # its posterior
        ("two_tower", {"hidden": [10**6, 10**6]}, "parameters is not made"),
    ],
)
def test_a_network_that_would_fill_the_memory_is_not_made(
    agent: str, options: dict[str, Any], words: str, tmp_path: Path
) -> None:
    folder = tmp_path / "agent"
    trained(agent, make_for(agent)).save(folder)
    about = json.loads((folder / "agent.json").read_text())
    (folder / "agent.json").write_text(json.dumps(about | {"options": about["options"] | options}))
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match=words) as told:
        agents.load_saved(folder)
    assert str(folder) in str(told.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used < 200_000  # kilobytes


def test_code_beside_an_agent_is_not_imported(tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    agents.load("random", make("RecBandit-v0")).save(folder)
    about = json.loads((folder / "agent.json").read_text())
    (folder / "agent.json").write_text(json.dumps(about | {"agent": "evil:Agent"}))
    (tmp_path / "evil.py").write_text(
        "open('touched', 'w')\nfrom agents.baselines import RandomAgent as Agent\n"
    )
    printed = run_python(
        """
import os, sys
os.chdir(sys.argv[1])
sys.path.insert(0, sys.argv[1])
import agents
try:
    agents.load_saved("agent")
except ModuleNotFoundError as error:
    print(error, os.path.exists("touched"))
import evil
print(type(agents.load_saved("agent")).__name__)
""",
        str(tmp_path),
    )
    refused, loaded = printed.splitlines()
    assert "Files do not choose what code runs" in refused
    assert refused.endswith("False")
    assert "import it first (import evil)" in refused
    assert loaded == "RandomAgent"


def test_what_is_saved_is_read_bitwise() -> None:
    arrays = {
        "matrix": np.arange(12.0).reshape(3, 4), "columns": np.asfortranarray(np.arange(12.0).reshape(3, 4)), "number": np.array(3),
        "nothing": np.zeros((0, 5), np.float32), "words": np.array(["a", "bcd"]), "truth": np.array([True, False]),
    }  # fmt: skip
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    read = read_arrays(file)
    assert set(read) == set(arrays)
    for name, array in arrays.items():
        assert read[name].dtype == array.dtype
        assert np.array_equal(read[name], array)
        assert read[name].shape == array.shape
        assert read[name].flags.writeable


def test_entries_that_promise_more_than_the_file_holds_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        written.writestr("a.npy", entry((8,), content=bytes(64)))
    content = file.getvalue()
    place = content.rindex(b"PK\x01\x02") + 20  # sizes in the directory at the end
    size = int.from_bytes(content[place : place + 4], "little")
    longer = (size + 1_000).to_bytes(4, "little")
    with pytest.raises(ValueError, match="promise more than it holds"):
        read_arrays(io.BytesIO(content[:place] + longer + longer + content[place + 8 :]))


@pytest.mark.parametrize("agent", ["a2c", "two_tower", "linucb"])
def test_weights_that_are_not_finite_are_refused(agent: str, tmp_path: Path) -> None:
    trained(agent, make_for(agent)).save(tmp_path / "agent")
    path = tmp_path / "agent" / "state.npz"
    with np.load(path) as arrays:
        spoilt = {
            name: np.full_like(array, np.nan) if array.dtype.kind == "f" else array
            for name, array in arrays.items()
        }
    np.savez(path, **spoilt)
    with pytest.raises(ValueError, match="cannot be read"):
        agents.load_saved(tmp_path / "agent")


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        ("actions", "slate_size", 0),
        ("actions", "slate_size", "5"),
        ("layout", "length", 10**10),
        ("", "horizon", "x"),
    ],
)
def test_impossible_tasks_are_refused(place: str, name: str, value: Any, tmp_path: Path) -> None:
    trained("popular", make()).save(tmp_path / "agent")
    path = tmp_path / "agent" / "task.json"
    words = json.loads(path.read_text())
    (words[place] if place else words)[name] = value
    path.write_text(json.dumps(words))
    with pytest.raises(ValueError, match=rf"is damaged .*{name}"):
        agents.load_saved(tmp_path / "agent")
