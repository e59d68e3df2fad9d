"""A run: an environment, an agent, a seed, and the folder that holds what came of them."""

from __future__ import annotations

import importlib
import json
import platform
import re
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata, resources
from os import PathLike
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import gymnasium as gym
from gymnasium.envs.registration import load_env_creator
from gymnasium.vector import AutoresetMode, VectorEnv

import agents
import recgym
from agents.agent import Agent, task_of
from agents.saving import AGENT_FOLDER
from recgym.catalogue import Catalogue
from recgym.catalogue.load import SHIPPED, hold, reference_to
from recgym.catalogue.stored import load_stored, save_catalogue
from recgym.core.arguments import shortened, unknown_name, whole_number
from recgym.core.whole_file import write_whole

RUN_FILE, CATALOGUE_FILE = "run.json", "catalogue.npz"
THREADS = 2
"""Threads of torch: fixed, since the order of sums, and so the last digits, depend on their number."""
DEFAULT_STEPS, DEFAULT_NUM_ENVS = 100_000, 64
"""Of a training, for an agent that names none in ``defaults``."""
_OURS_ALONE = ("split", "num_envs", "autoreset_mode")
_PACKAGES = ("gymnasium", "numpy", "numba", "torch", "stable-baselines3")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
"""Numbers of YAML 1.2; YAML 1.1, which PyYAML reads, takes 3e-4 for text."""


@dataclass(frozen=True)
class Run:
    """What a run is made from.

    Attributes:
        env_id: A registered id; ``"package:Id-v0"`` for one that a package registers when it is imported.
        agent: A key of `agents.AGENTS`, or ``"package.module:Class"``.
        steps: Steps of training, over all rows.
        seed: Of the agent, and of the users it is trained on.
        num_envs: Rows of the vector environment.
        env_kwargs: Arguments of the environment; paths in them are absolute.
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
        return f"{short_name(self.env_id).replace('/', '-')}__{short_name(self.agent)}__{self.seed}"


def short_name(name: str) -> str:
    """Returns an agent's name, or an id, without the package that it is from."""
    return name.rpartition(":")[2]


def hyperparameters(agent: str, env_id: str) -> dict[str, Any]:
    """Returns an agent's hyperparameters: those of its file in ``train/hyperparams``, or the ``defaults`` of its class where it has none.

    A file has a block ``default``, and blocks named by ids, which change it.

    Returns:
        ``steps``, ``num_envs`` and the agent's options.
    """
    by_place = {place: name for name, place in agents.AGENTS.items()}
    path = resources.files("train").joinpath("hyperparams", f"{by_place.get(agent, agent)}.yml")
    if ":" in agent and agent not in by_place:
        found = dict(agents.agent_class(agent).defaults)
    else:
        blocks = read_yaml(path.read_text(encoding="utf-8"), path.name)
        found = blocks["default"] | blocks.get(short_name(env_id), {})
    return {"steps": DEFAULT_STEPS, "num_envs": DEFAULT_NUM_ENVS} | found


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
    """Fills what is not given with the agent's hyperparameters.

    Raises:
        ValueError: if a name is unknown, a number is out of range, or an argument cannot be written into the run's file.
        TypeError: if a number is not one, the id is not of an environment with a task, or the class is not an agent.
        ModuleNotFoundError: if a package that is named, or a library that the agent needs, is not installed.
    """
    check_env_id(env_id)
    agents.agent_class(agent)
    for name in _OURS_ALONE:
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
        whole_number("steps", default_steps if steps is None else steps, 1),
        whole_number("seed", seed, 0),
        whole_number("num_envs", default_envs if num_envs is None else num_envs, 1),
        _with_absolute_paths(env_kwargs or {}),
        options | dict(agent_kwargs or {}),
    )
    for name in ("env_kwargs", "agent_kwargs"):
        for key, value in getattr(run, name).items():
            try:
                json.dumps(value)
            except (TypeError, ValueError) as error:
                raise ValueError(
                    f"{key}={shortened(value)} in {name} cannot be written into {RUN_FILE}: pass numbers, text, lists or mappings; for a catalogue or "
                    "an encoder the path of its file."
                ) from error
    return run


def check_env_id(env_id: str) -> None:
    """Checks that an id names an environment with a task; ``"package:Id-v0"`` imports the package first.

    Raises:
        ValueError: if the id is not registered.
        TypeError: if its environment has no task.
        ModuleNotFoundError: if the package is not installed.
    """
    package, colon, plain = env_id.rpartition(":")
    if colon:
        try:
            importlib.import_module(package)
        except ModuleNotFoundError as error:
            if not package.startswith(error.name or "-"):
                raise
            raise ModuleNotFoundError(
                f"env {env_id!r}: there is no module {package!r} to be imported; run where it can be found, or install it.",
                name=error.name,
            ) from error
    spec = gym.registry.get(plain)
    if spec is None:
        raise ValueError(
            f"{unknown_name('id', plain, recgym.registered_ids())} An id that a package of your own registers is named with it: 'package:{plain}'."
        )
    kind = load_env_creator(spec.entry_point) if isinstance(spec.entry_point, str) else spec.entry_point
    if isinstance(kind, type) and not hasattr(kind, "task"):
        raise TypeError(
            f"{env_id!r} is a {kind.__name__}, which has no task; agents are trained in recgym's environments, and in those that recgym.register made."
        )


def make_envs(run: Run, num_envs: int, split: str) -> VectorEnv[Any, Any, Any]:
    """Makes the run's vector environment, which does not reset by itself.

    Raises:
        TypeError, ValueError: for arguments that are not allowed, or an environment without a task.
    """
    envs = gym.make_vec(
        run.env_id, num_envs, autoreset_mode=AutoresetMode.DISABLED, split=split, **run.env_kwargs
    )
    task_of(envs)
    return envs


def train(run: Run, logdir: Path, *, progress: bool = True) -> tuple[Agent, Path]:
    """Trains and saves an agent.

    Args:
        run: What to do.
        logdir: Folder of runs; this one gets a folder of its own in it.
        progress: Whether to show a progress bar.

    Returns:
        The agent, and the folder of the run, which holds the agent, what it was made from, and TensorBoard's files. If what was trained cannot be written
        there, a warning says where it was written instead.
    """
    envs = make_envs(run, run.num_envs, "train")
    agent = agents.load(run.agent, envs, seed=run.seed, **run.agent_kwargs)
    if "torch" in sys.modules:  # it comes with the agents that need it
        import torch

        torch.set_num_threads(THREADS)
    own = getattr(envs.unwrapped, "own_catalogue", None)
    if own is not None:
        run = replace(
            run,
            env_kwargs={**run.env_kwargs, "catalogue": reference_to(own, run.env_kwargs.get("cache_dir"))},
        )
    folder = _new_folder(logdir, run.name)
    started = time.monotonic()
    try:
        agent.fit(envs, run.steps, logdir=folder, progress=progress)
    except Exception:
        shutil.rmtree(folder)  # nothing was learned that could be loaded
        raise
    about = asdict(run) | {"seconds": round(time.monotonic() - started, 3), "versions": package_versions()}
    try:
        _save(agent, about, own, folder)
    except OSError as error:
        elsewhere = Path(tempfile.mkdtemp(prefix=f"{run.name}-"))
        try:
            _save(agent, about, own, elsewhere)
        except OSError:
            elsewhere.rmdir()
            raise error from None
        warnings.warn(f"{error} It was saved in {elsewhere} instead.", stacklevel=2)
        folder = elsewhere
    return agent, folder


def read_run(folder: str | PathLike[str]) -> Run:
    """Reads what `train` wrote about a run.

    Raises:
        FileNotFoundError: if there is no run in the folder.
        ValueError: if the file is damaged.
    """
    path = Path(folder) / RUN_FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"No run in {folder}: {RUN_FILE} is not there. Pass the folder that python -m train printed."
        )
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        if (path.parent / CATALOGUE_FILE).is_file():
            with (path.parent / CATALOGUE_FILE).open("rb") as file:
                own = load_stored(file)
            if own is not None:
                hold(own)
        return Run(**{name: about[name] for name in Run.__dataclass_fields__})
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise ValueError(
            f"{path} or {CATALOGUE_FILE} beside it is damaged ({error!r}): train again."
        ) from error


def parse_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """Reads ``name=value`` pairs; values are YAML, so numbers (3e-4, too), lists and null are what they look like.

    Raises:
        ValueError: if a pair has no name or no value, or the value is not YAML.
    """
    parsed = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals or not value:
            raise ValueError(f"{pair!r} must be name=value, such as num_items=500.")
        parsed[name] = read_yaml(value, pair)
    return parsed


def read_yaml(text: str, where: str) -> Any:
    """Reads YAML, with the numbers of YAML 1.2.

    Args:
        text: The YAML.
        where: It is from, for errors.

    Raises:
        ValueError: if it is not YAML.
        ModuleNotFoundError: if PyYAML is not installed.
    """
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Hyperparameters and options are read by PyYAML, which is not installed: pip install 'recgym[train]'.",
            name=error.name,
        ) from error

    class Loader(yaml.SafeLoader):
        """YAML's plain values, and numbers as people write them."""

    Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))
    try:
        return yaml.load(text, Loader)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or str(error)
        raise ValueError(
            f"{where!r} cannot be read ({problem}): values are numbers, text, lists such as [64, 64], true, false or null."
        ) from error


def _with_absolute_paths(env_kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the arguments so that they mean the same wherever the run is read again."""
    absolute = dict(env_kwargs)
    for name in ("catalogue", "encoder", "cache_dir"):
        value = absolute.get(name)
        if not isinstance(value, str | PathLike) or (name == "catalogue" and value in (*SHIPPED, "all")):
            continue
        path = Path(value).expanduser()
        if path.exists() or name == "cache_dir" or not isinstance(value, str):
            absolute[name] = str(path.absolute())
    return absolute


def _save(agent: Agent, about: Mapping[str, Any], own: Catalogue | None, folder: Path) -> None:
    agent.save(folder / AGENT_FOLDER)
    if own is not None:
        write_whole(folder / CATALOGUE_FILE, lambda file: save_catalogue(file, own))
    write_json(folder / RUN_FILE, about)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Writes JSON, whole or not at all."""
    text = json.dumps(content, indent=1) + "\n"
    write_whole(path, lambda file: file.write(text.encode()))


def package_versions() -> dict[str, str]:
    """Returns the versions of what numbers depend on, as far as it is installed."""
    found = {"python": platform.python_version(), "recgym": recgym.__version__}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


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
