"""A run: an environment, an agent, a seed, and the folder that holds what came of them."""

from __future__ import annotations

import json
import platform
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import gymnasium as gym
import yaml
from gymnasium.vector import AutoresetMode

import agents
import recgym
from recgym.core.arguments import unknown_name
from recgym.sessions.vector_env import RecVectorEnv

RUN_FILE = "run.json"
THREADS = 2
"""Threads of torch: fixed, since the order of sums, and so the last digits, depend on their number."""
_PACKAGES = ("gymnasium", "numpy", "numba", "torch", "stable-baselines3")


@dataclass(frozen=True)
class Run:
    """What a run is made from.

    Attributes:
        env_id: A registered id.
        agent: A key of `agents.AGENTS`.
        steps: Steps of training, over all rows.
        seed: Of the agent, and of the users it is trained on.
        num_envs: Rows of the vector environment.
        env_kwargs: Arguments of the environment.
        agent_kwargs: Options of the agent.
    """

    env_id: str
    agent: str
    steps: int
    seed: int
    num_envs: int
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent_kwargs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the run's folder."""
        return f"{self.env_id}__{self.agent}__{self.seed}"


def hyperparameters(agent: str, env_id: str) -> dict[str, Any]:
    """Returns an agent's shipped hyperparameters: `default`, then what the block of the environment changes.

    Returns:
        ``steps``, ``num_envs`` and the agent's options.
    """
    text = resources.files("train").joinpath("hyperparams", f"{agent}.yml").read_text(encoding="utf-8")
    blocks = yaml.safe_load(text)
    chosen: dict[str, Any] = blocks["default"] | blocks.get(env_id, {})
    return chosen


def plan_run(
    env_id: str,
    agent: str,
    *,
    steps: int | None = None,
    seed: int = 0,
    num_envs: int | None = None,
    env_kwargs: Mapping[str, Any] | None = None,
    agent_kwargs: Mapping[str, Any] | None = None,
) -> Run:
    """Fills what is not given with the shipped hyperparameters.

    Raises:
        ValueError: if a name is unknown or a number is out of range.
    """
    if env_id not in recgym.ENV_IDS:
        raise ValueError(unknown_name("id", env_id, recgym.ENV_IDS))
    if agent not in agents.AGENTS:
        raise ValueError(unknown_name("agent", agent, agents.AGENTS))
    for name in ("split", "num_envs", "autoreset_mode"):
        if name in (env_kwargs or {}):
            raise ValueError(
                f"{name} cannot be among the arguments of the environment: agents are trained on the train population and evaluated on the "
                "test population, with rows that are set by num_envs and reset by the training loop."
            )
    options = hyperparameters(agent, env_id)
    default_steps, default_envs = options.pop("steps"), options.pop("num_envs")
    run = Run(
        env_id,
        agent,
        default_steps if steps is None else steps,
        seed,
        default_envs if num_envs is None else num_envs,
        dict(env_kwargs or {}),
        options | dict(agent_kwargs or {}),
    )
    for name, value, lowest in (
        ("steps", run.steps, 1),
        ("seed", run.seed, 0),
        ("num_envs", run.num_envs, 1),
    ):
        if value < lowest:
            raise ValueError(f"{name}={value} must be at least {lowest}.")
    return run


def make_envs(run: Run, num_envs: int, split: str) -> RecVectorEnv:
    """Makes the run's vector environment, which does not reset by itself."""
    envs = gym.make_vec(
        run.env_id, num_envs, autoreset_mode=AutoresetMode.DISABLED, split=split, **run.env_kwargs
    )
    native = envs.unwrapped
    assert isinstance(native, RecVectorEnv)
    return native


def train(run: Run, logdir: Path, *, progress: bool = True) -> tuple[agents.Agent, Path]:
    """Trains and saves an agent.

    Args:
        run: What to do.
        logdir: Folder of runs; this one gets a folder of its own in it.
        progress: Whether to show a progress bar.

    Returns:
        The agent, and the folder of the run, which holds the agent, what it was made from, and TensorBoard's files.
    """
    import torch

    torch.set_num_threads(THREADS)
    envs = make_envs(run, run.num_envs, "train")
    agent = agents.load(run.agent, envs, seed=run.seed, **run.agent_kwargs)
    folder = _new_folder(logdir, run.name)
    started = time.monotonic()
    try:
        agent.fit(envs, run.steps, logdir=folder, progress=progress)
    except Exception:
        shutil.rmtree(folder)  # nothing was learned that could be loaded
        raise
    agent.save(folder)
    versions = {name: metadata.version(name) for name in _PACKAGES} | {
        "python": platform.python_version(),
        "recgym": recgym.__version__,
    }
    told = asdict(run) | {"seconds": round(time.monotonic() - started, 1), "versions": versions}
    (folder / RUN_FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return agent, folder


def read_run(folder: Path) -> Run:
    """Reads what `train` wrote about a run.

    Raises:
        FileNotFoundError: if there is no run in the folder.
        ValueError: if the file is damaged.
    """
    path = folder / RUN_FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"No run in {folder}: {RUN_FILE} is not there. Pass the folder that python -m train printed."
        )
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Run(**{name: told[name] for name in Run.__dataclass_fields__})
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is damaged ({error!r}): train again.") from error


def parse_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """Reads ``name=value`` pairs; values are YAML, so numbers, lists and null are what they look like.

    Raises:
        ValueError: if a pair has no name or no value.
    """
    parsed = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals or not value:
            raise ValueError(f"{pair!r} must be name=value, such as num_items=500.")
        parsed[name] = yaml.safe_load(value)
    return parsed


def _new_folder(logdir: Path, name: str) -> Path:
    """Makes a folder that was not there: name, or name.2, name.3 and so on."""
    logdir.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = logdir / (name if number == 1 else f"{name}.{number}")
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            number += 1
