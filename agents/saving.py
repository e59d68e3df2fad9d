"""Agents on disk: JSON for words, NumPy archives for arrays. Reading them runs nothing but the agent's own class.

A folder holds the agent's name, seed and options (``agent.json``), what it learned (``state.npz``) and its task (`recgym.task.Task.save`), so that it acts
from its folder alone.
"""

from __future__ import annotations

import glob
import io
import json
import os
import re
import shutil
import sys
import time
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from agents.agent import Agent, task_of
from agents.table import AGENTS, agent_class, load
from recgym.core.arguments import shortened, whole_number
from recgym.core.seeds import Purpose, seed_for
from recgym.core.stored_files import read_arrays, read_json
from recgym.task import Task
from recgym.task.agreement import check_fit
from recgym.task.files import ARRAYS_FILE, TASK_FILE

AGENT_FILE, STATE_FILE = "agent.json", "state.npz"
AGENT_FOLDER = "agent"
"""Where a run keeps its agent, within the run's folder."""
FORMAT = 1
"""Version of the files; another one is refused."""
_TRIES, _PAUSE = 100, 0.01
"""How often, and after how many seconds, an agent is read again that is saved anew while it is read."""
_KINDS = {"agent": str, "seed": int, "trainings": int, "options": dict, "state": list}
"""What an agent's file says, and of which type it is."""
_LEFTOVER = re.compile(r"\.(unfinished|old)-[0-9]+$")
"""How folders end that are there only while an agent is saved."""


def save_agent(agent: Agent, folder: str | PathLike[str]) -> None:
    """Writes an agent; see `agents.agent.Agent.save`."""
    path = Path(folder).resolve()
    state = agent.state_dict()
    words = {
        "format": FORMAT,
        "agent": _lasting_name(agent),
        "seed": agent.seed,
        "trainings": agent.trainings,
        "steps_trained": agent.steps_trained,
        "options": agent.options,
        "state": sorted(state),
    }
    text = json.dumps(words, indent=1, default=_plain) + "\n"
    _check_replaceable(path)
    unfinished, old = (path.with_name(f"{path.name}.{word}-{os.getpid()}") for word in ("unfinished", "old"))
    writing = unfinished
    try:
        unfinished.mkdir(parents=True)
        writing = unfinished / ARRAYS_FILE
        agent.task.save(unfinished)
        if state:
            archive = io.BytesIO()
            np.savez(archive, allow_pickle=False, **state)
            writing = unfinished / STATE_FILE
            _write(writing, archive.getbuffer())
        writing = unfinished / AGENT_FILE
        _write(writing, text.encode())
        writing = path
        _replace(path, unfinished, old)
    except OSError as error:
        raise OSError(
            error.errno,
            f"{error.strerror or error}: the agent could not be saved at {path / writing.name if writing != path else path}. It is still in memory, and what was "
            "saved there before is as it was. Make room, or save it elsewhere: agent.save('/another/folder').",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def load_saved(folder: str | PathLike[str], env_or_task: Any = None) -> Agent:
    """Loads what `Agent.save` wrote. No environment is needed.

    It is safe with files from anybody: they hold words and numbers, which are checked, and nothing in them runs. An agent that was saved as
    ``"package.module:Class"`` needs code that is not ours, and a file is not to choose what code runs: import that module first, if you trust it.

    Args:
        folder: Where; the folder of a run will do.
        env_or_task: If given, the agent is checked to work in it: the same items, observations and slates.

    Raises:
        FileNotFoundError: if no agent is saved there.
        ValueError: if the files are damaged, or the agent was made for another kind of environment.
        ModuleNotFoundError: if the agent's class was not imported, or a library that it needs is not installed.
    """
    for _ in range(_TRIES):
        path = _place_of(Path(folder))
        before = _version(path)
        try:
            agent = _load(path, folder, env_or_task)
        except (OSError, ValueError):
            if (path, before) == (_place_of(Path(folder)), _version(path)) and not _is_being_replaced(path):
                raise
        else:
            if _version(path) == before:
                return agent
        time.sleep(_PAUSE)  # it was saved anew meanwhile: parts of both may have been read
    return _load(_place_of(Path(folder)), folder, env_or_task)


def _place_of(folder: Path) -> Path:
    """Returns where the agent of a folder is, which may be that of a run."""
    inner = folder / AGENT_FOLDER
    if not (folder / AGENT_FILE).is_file() and (inner.is_dir() or _is_being_replaced(inner)):
        return inner
    return folder


def _version(path: Path) -> tuple[int, int] | None:
    """Returns what tells a folder from another one of its name, or ``None`` if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _is_being_replaced(path: Path) -> bool:
    return not path.exists() and any(".old-" in other.name for other in _leftovers(path))


def _leftovers(path: Path) -> list[Path]:
    """Returns the folders that are beside one only while an agent is saved there, or that a process left there which was killed meanwhile."""
    beside = path.parent.glob(f"{glob.escape(path.name)}.*") if path.parent.is_dir() else ()
    return sorted(other for other in beside if _LEFTOVER.search(other.name))


def _load(path: Path, folder: str | PathLike[str], env_or_task: Any) -> Agent:
    """Loads the agent of a folder that the user named so."""
    if not (path / AGENT_FILE).is_file():
        left = [other.name for other in _leftovers(path) if ".old-" in other.name]
        raise FileNotFoundError(
            f"No saved agent in {folder}: {AGENT_FILE} is not there. Pass the folder that Agent.save wrote, or that of a run."
            + (
                f" A process was killed while it saved: the agent of before is in {left[0]}; rename that."
                if left
                else ""
            )
        )
    try:
        about = _read_about(path / AGENT_FILE)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path / AGENT_FILE} is damaged ({shortened(error, 400)}): save the agent again."
        ) from error
    check_imported(about["agent"], f"The agent in {folder}")
    task = Task.load(path)
    if env_or_task is not None:
        check_fit(task, task_of(env_or_task), f"The agent in {folder}")
    try:
        agent = load(about["agent"], task, seed=about["seed"], privileged=True, **about["options"])
    except (ValueError, TypeError, OverflowError, MemoryError, RuntimeError) as error:
        raise ValueError(
            f"{path / AGENT_FILE} does not describe an agent ({shortened(error, 400)}): save the agent again."
        ) from error
    agent.trainings, agent.steps_trained = about["trainings"], about["steps_trained"]
    if agent.trainings:  # its draws go on, and do not begin anew
        agent.generator = np.random.default_rng(seed_for(Purpose.POLICY, agent.seed, agent.trainings))
    try:
        agent.load_state_dict(_read_state(path / STATE_FILE, about["state"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RuntimeError) as error:
        raise ValueError(
            f"What the agent in {folder} learned, in {STATE_FILE}, cannot be read ({shortened(error, 400)}): save the agent again."
        ) from error
    return agent


def check_imported(name: str, whose: str) -> None:
    """Checks that what a file names as ``"package.module:thing"`` is ours, or was imported already: no file chooses what code runs.

    Args:
        name: What the file names; a plain name, or one of ours, is nothing to be imported.
        whose: What needs it, for the error.

    Raises:
        ModuleNotFoundError: if the module was not imported.
    """
    module, colon, _ = name.rpartition(":")
    if not colon or module.partition(".")[0] in ("agents", "recgym") or module in sys.modules:
        return
    raise ModuleNotFoundError(
        f"{whose} needs {shortened(name)}, which is code that is not recgym's. Files do not choose what code runs: if you trust that module, import it "
        f"first (import {shortened(module)[1:-1]}), or pass --import {shortened(module)[1:-1]} to the command.",
        name=module,
    )


def mend(folder: str | PathLike[str]) -> None:
    """Puts right what a process left behind that was killed while it saved an agent in a folder: the old one is there again, if the new one is not.

    Nobody else may be saving there.
    """
    path = Path(folder).resolve()
    for old in _leftovers(path):
        if ".old-" in old.name and not path.exists():
            old.rename(path)
        else:
            shutil.rmtree(old, ignore_errors=True)


def _read_about(path: Path) -> dict[str, Any]:
    """Reads what an agent's file says, every value of its type.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: if it is something else.
    """
    words = read_json(path)
    if words["format"] != FORMAT:
        raise ValueError(f"format {words['format']!r}; this version reads format {FORMAT}")
    about = {"steps_trained": 0} | {name: words[name] for name in (*_KINDS, "steps_trained") if name in words}
    for name, kind in _KINDS.items():
        if not isinstance(about[name], kind):
            raise TypeError(f"{name} is {shortened(about[name])}, which is no {kind.__name__}")
    for name in ("seed", "trainings", "steps_trained"):
        whole_number(name, about[name], 0)
    if not all(isinstance(name, str) for name in about["state"]):
        raise TypeError("state holds something that is no name")
    return about


def _lasting_name(agent: Agent) -> str:
    """Returns a name by which the agent's class is found again.

    Raises:
        ValueError: if there is none.
    """
    kind = type(agent)
    if agent.name in AGENTS and agent_class(agent.name) is kind:
        return agent.name
    if kind.__module__ == "__main__" or "." in kind.__qualname__:
        raise ValueError(
            f"{kind.__qualname__} is defined in {kind.__module__}, where it is not found again: move the class to the top of a module that can be "
            "imported, and make the agent from there."
        )
    return f"{kind.__module__}:{kind.__qualname__}"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise ValueError(
        f"An option of the agent is {shortened(value)}, which cannot be written: options are numbers, text, lists and mappings of them."
    )


def _check_replaceable(path: Path) -> None:
    """Checks that a folder holds nothing but an agent, since saving replaces it."""
    if not path.exists():
        return
    if path.samefile(Path.cwd()):
        raise ValueError(
            f"{shortened(str(path))} is the working directory, which saving would replace: pass a folder of its own, such as {path / AGENT_FOLDER}."
        )
    ours = {AGENT_FILE, STATE_FILE, TASK_FILE, ARRAYS_FILE}
    others = (
        [path.name]
        if not path.is_dir()
        else sorted(entry.name for entry in path.iterdir() if entry.name not in ours)
    )
    if others:
        raise FileExistsError(
            f"{path} holds something else than an agent ({shortened(', '.join(others))}), and saving would replace it: pass a folder of its own, "
            f"such as {path / AGENT_FOLDER if path.is_dir() else path.with_name(AGENT_FOLDER)}."
        )


def _replace(path: Path, new: Path, old: Path) -> None:
    if not path.exists():
        new.rename(path)
        return
    path.rename(old)
    try:
        new.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, content: bytes | memoryview) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_state(path: Path, names: list[str]) -> dict[str, np.ndarray]:
    if not names:
        return {}
    with path.open("rb") as file:
        arrays = read_arrays(file)
    return {name: arrays[name] for name in names}
