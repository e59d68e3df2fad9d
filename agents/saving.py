"""Agents on disk: JSON for words, NumPy archives for arrays. Reading them runs nothing but the agent's own class.

A folder holds the agent's name, seed and options (``agent.json``), what it learned (``state.npz``) and its task (`recgym.task.Task.save`), so that it acts
from its folder alone.
"""

from __future__ import annotations

import io
import json
import os
import shutil
from os import PathLike
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from agents.agent import Agent, check_fit, task_of
from agents.table import AGENTS, agent_class, load
from recgym.core.arguments import shortened
from recgym.task import Task
from recgym.task.files import ARRAYS_FILE, TASK_FILE

AGENT_FILE, STATE_FILE = "agent.json", "state.npz"
AGENT_FOLDER = "agent"
"""Where a run keeps its agent, within the run's folder."""
FORMAT = 1
"""Version of the files; another one is refused."""


def save_agent(agent: Agent, folder: str | PathLike[str]) -> None:
    """Writes an agent; see `agents.agent.Agent.save`."""
    path = Path(folder).resolve()
    state = agent.state_dict()
    words = {
        "format": FORMAT,
        "agent": _lasting_name(agent),
        "seed": agent.seed,
        "trainings": agent.trainings,
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

    An agent that was saved as ``"package.module:Class"`` is an import of that module: load such folders only from where you would run code.

    Args:
        folder: Where; the folder of a run will do.
        env_or_task: If given, the agent is checked to work in it: the same items, observations and slates.

    Raises:
        FileNotFoundError: if no agent is saved there.
        ValueError: if the files are damaged, or the agent was made for another kind of environment.
        ModuleNotFoundError: if the agent's class, or a library that it needs, is not installed.
    """
    path = Path(folder)
    if not (path / AGENT_FILE).is_file() and (path / AGENT_FOLDER / AGENT_FILE).is_file():
        path = path / AGENT_FOLDER
    if not (path / AGENT_FILE).is_file():
        raise FileNotFoundError(
            f"No saved agent in {folder}: {AGENT_FILE} is not there. Pass the folder that Agent.save wrote, or that of a run."
        )
    try:
        words = json.loads((path / AGENT_FILE).read_text(encoding="utf-8"))
        if words["format"] != FORMAT:
            raise ValueError(f"format {words['format']!r}; this version reads format {FORMAT}")
        name, seed, trainings, options, stored = (
            words[key] for key in ("agent", "seed", "trainings", "options", "state")
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path / AGENT_FILE} is damaged ({error!r}): save the agent again.") from error
    task = Task.load(path)
    if env_or_task is not None:
        check_fit(task, task_of(env_or_task), f"The agent in {folder}")
    agent = load(name, task, seed=seed, **options)
    agent.trainings = trainings
    try:
        agent.load_state_dict(_read_arrays(path / STATE_FILE, stored))
    except (OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, BadZipFile) as error:
        raise ValueError(
            f"What the agent in {folder} learned cannot be read ({error!r}): save the agent again."
        ) from error
    return agent


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


def _read_arrays(path: Path, names: list[str]) -> dict[str, np.ndarray]:
    if not names:
        return {}
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        return {name: archive[name] for name in names}
