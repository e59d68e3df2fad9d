"""Agents for recgym's environments: `agents.load("linucb", env)`.

Agents see what is public: observations, action masks, and the features of items. They work on batches: the first axis is users.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from pickle import UnpicklingError
from typing import Any
from zipfile import BadZipFile

from agents.base import SETTINGS_FILE, Agent, Transitions
from recgym.core.arguments import unknown_name

AGENTS: Mapping[str, str] = {
    "random": "agents.baselines:RandomAgent",
    "popular": "agents.baselines:PopularAgent",
    "nearest": "agents.baselines:NearestNeighbourAgent",
    "linucb": "agents.bandits.linucb:LinUCBAgent",
    "ppo": "agents.sb3.agents:PPOAgent",
    "dqn": "agents.sb3.agents:DQNAgent",
}
"""Names of agents and where their classes are. Nothing is imported before it is loaded."""

__all__ = ["AGENTS", "Agent", "Transitions", "load", "load_saved"]


def load(name: str, env: Any, *, seed: int = 0, **options: Any) -> Agent:
    """Makes an agent for an environment.

    Args:
        name: A key of `AGENTS`.
        env: What `gym.make` or `gym.make_vec` returned for one of recgym's ids.
        seed: Of the agent's own draws, of its networks' first weights and of the users that it is trained on.
        **options: Of the agent; see its class.

    Raises:
        ValueError: if the name, an option, or an option's value is not allowed.
        TypeError: if the environment is not one of recgym's.
        ModuleNotFoundError: if the agent needs a library that is not installed.
    """
    if name not in AGENTS:
        raise ValueError(unknown_name("agent", name, AGENTS))
    module, _, attribute = AGENTS[name].partition(":")
    try:
        kind: type[Agent] = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name not in ("torch", "stable_baselines3"):
            raise
        raise ModuleNotFoundError(
            f"Agent {name!r} needs {error.name}, which is not installed: pip install 'recgym[train]'.",
            name=error.name,
        ) from error
    return kind(name, env, seed=seed, **options)


def load_saved(folder: str | PathLike[str], env: Any) -> Agent:
    """Loads what `Agent.save` wrote.

    Args:
        folder: Where.
        env: An environment whose items, observations and slates are those that the agent was made for.

    Raises:
        FileNotFoundError: if no agent is saved there.
        ValueError: if the files are damaged, or the agent was made for another kind of environment.
    """
    path = Path(folder) / SETTINGS_FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"No saved agent in {folder}: {path.name} is not there. Pass the folder that Agent.save wrote."
        )
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        name, seed, options, made_for = (settings[key] for key in ("agent", "seed", "options", "made_for"))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is damaged ({error!r}): save the agent again.") from error
    agent = load(name, env, seed=seed, **options)
    now = agent.made_for()
    for key, value in made_for.items():
        if now.get(key) != value:
            raise ValueError(
                f"The agent in {folder} was made for an environment with {key}={value!r}; this one has {key}={now.get(key)!r}. "
                "Make the environment with the arguments that the agent was trained with."
            )
    try:
        agent.load_state(Path(folder))
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile, UnpicklingError) as error:
        raise ValueError(
            f"What the agent in {folder} learned cannot be read ({error!r}): save the agent again."
        ) from error
    return agent
