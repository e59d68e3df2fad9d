"""A run: an environment, an agent, a seed, and the folder that holds what came of them."""

from __future__ import annotations

import contextlib
import inspect
import json
import platform
import re
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata, resources
from os import PathLike
from pathlib import Path
from typing import Any

import gymnasium as gym
from gymnasium.vector import AutoresetMode, VectorEnv

import agents
import recgym
from agents.agent import Agent, task_of
from agents.saving import AGENT_FOLDER, check_imported, mend
from recgym.catalogue import Catalogue
from recgym.catalogue.load import SHIPPED, hold, reference_to
from recgym.catalogue.stored import load_stored, save_catalogue
from recgym.core.arguments import shortened, unknown_name, whole_number
from recgym.core.registry import class_of
from recgym.core.stored_files import read_json
from recgym.core.whole_file import write_whole
from recgym.task.layout import PRIVILEGED
from train.checkpoints import BEST_FOLDER, Checkpoints, TrainingStopped, alone_in
from train.run_log import RunLog, check_wandb, start_wandb
from train.search_space import SEARCH

RUN_FILE, CATALOGUE_FILE = "run.json", "catalogue.npz"
THREADS = 2
"""Threads of torch: fixed, since the order of sums, and so the last digits, depend on their number."""
VALIDATION_USERS = 200
"""Users that each checkpoint is measured on, unless another number is asked for."""
CHECKPOINTS_PER_TRAINING = 10
"""How often a training is saved, unless another interval is asked for."""
DEFAULT_STEPS, DEFAULT_NUM_ENVS = 100_000, 64
"""Of a training, for an agent that names none in ``defaults``."""
OBSERVING = ("observation", "sequence_length")
"""Arguments of the environment that say how it is observed, and not what is played."""
OF_ROWS = ("num_threads",)
"""Arguments of vector environments alone, which change no number."""
_OURS_ALONE = ("split", "num_envs", "autoreset_mode")
_KINDS = {
    "env_id": str,
    "agent": str,
    "steps": int,
    "seed": int,
    "num_envs": int,
    "env_kwargs": dict,
    "agent_kwargs": dict,
    "validation_users": int,
    "privileged": bool,
}
"""Of which type what a run's file says is."""
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
        checkpoint_every: Steps between checkpoints, over all rows; a tenth of ``steps`` if ``None``.
        validation_users: Users that each checkpoint of an agent that learns is measured on; 0 for none.
        wandb: Whether it is shown by Weights & Biases, too.
        privileged: Whether the agent may read what is hidden of users.
    """

    env_id: str
    agent: str
    steps: int
    seed: int
    num_envs: int
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent_kwargs: Mapping[str, Any] = field(default_factory=dict)
    checkpoint_every: int | None = None
    validation_users: int = VALIDATION_USERS
    wandb: bool = False
    privileged: bool = False

    @property
    def interval(self) -> int:
        """Steps between checkpoints."""
        return self.checkpoint_every or -(-self.steps // CHECKPOINTS_PER_TRAINING)

    @property
    def name(self) -> str:
        """Name of the run's folder."""
        return f"{short_name(self.env_id).replace('/', '-')}__{short_name(self.agent)}__{self.seed}"


def short_name(name: str) -> str:
    """Returns an agent's name, or an id, without the package that it is from."""
    return name.rpartition(":")[2]


def hyperparameters(agent: str, env_id: str, file: str | PathLike[str] | None = None) -> dict[str, Any]:
    """Returns an agent's hyperparameters: those of its file in ``train/hyperparams``, or the ``defaults`` of its class where it has none.

    Args:
        agent: Its name.
        env_id: Id of the environment.
        file: Another file of the same form, such as `train.tune` writes.

    Returns:
        ``steps``, ``num_envs`` and the agent's options.
    """
    blocks = hyperparameter_blocks(agent, file)
    return {"steps": DEFAULT_STEPS, "num_envs": DEFAULT_NUM_ENVS} | blocks["default"] | blocks.get(short_name(env_id), {})  # fmt: skip


def hyperparameter_blocks(agent: str, file: str | PathLike[str] | None = None) -> dict[str, dict[str, Any]]:
    """Returns the blocks of an agent's hyperparameters: ``default``, ids, which change it, and ``search``, where `train.tune` looks for better ones.

    Args:
        agent: Its name.
        file: Another file of the same form.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the file has another form, or a block that is of no id.
    """
    by_place = {place: name for name, place in agents.AGENTS.items()}
    if file is None and ":" in agent and agent not in by_place:
        return {"default": dict(agents.agent_class(agent).defaults)}
    if file is None:
        path = resources.files("train").joinpath("hyperparams", f"{by_place.get(agent, agent)}.yml")
        blocks = read_yaml(path.read_text(encoding="utf-8"), path.name)
    else:
        if not Path(file).is_file():
            what = "it is a folder" if Path(file).is_dir() else "there is no such file"
            raise FileNotFoundError(f"No hyperparameters in {file}: {what}.")
        try:
            blocks = read_yaml(Path(file).read_text(encoding="utf-8"), str(file))
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{file} holds no hyperparameters: it is not text in UTF-8 ({error.reason} at byte {error.start})."
            ) from error
    if (
        not isinstance(blocks, dict)
        or "default" not in blocks
        or not all(
            isinstance(block, dict) and all(isinstance(name, str) for name in block)
            for block in blocks.values()
        )
    ):
        raise ValueError(
            f"{file} holds no hyperparameters: blocks of names and values, one of them named default, the others after ids, as in train/hyperparams/ppo.yml."
        )
    for name in blocks.keys() - {"default", SEARCH}:
        if name not in gym.registry:
            raise ValueError(
                f"{file or path.name}: {unknown_name('block', name, ('default', SEARCH, *recgym.registered_ids()))}"
            )
    return blocks


def plan_run(
    env_id: str,
    agent: str,
    *,
    steps: int | None = None,
    seed: int = 0,
    num_envs: int | None = None,
    env_kwargs: Mapping[str, Any] | None = None,
    agent_kwargs: Mapping[str, Any] | None = None,
    checkpoint_every: int | None = None,
    validation_users: int = VALIDATION_USERS,
    wandb: bool = False,
    privileged: bool = False,
    hyperparams: str | PathLike[str] | None = None,
) -> Run:
    """Fills what is not given with the agent's hyperparameters, or those of another file, ``hyperparams``, and with the form of observation that it asks for.

    How the environment is observed may be told among the agent's options, too. An agent that reads item numbers gets ``observation="state"`` with item
    numbers, ``"state_ids"``; both need ``privileged``.

    Raises:
        ValueError: if a name is unknown, a number is out of range, or an argument cannot be written into the run's file.
        TypeError: if a number is not one, the id is not of an environment with a task, or the class is not an agent.
        ModuleNotFoundError: if a package that is named, or a library that the agent needs, is not installed.
    """
    class_of(env_id)
    kind = agents.agent_class(agent)
    if "max_episode_steps" in (env_kwargs or {}):
        raise ValueError(
            "max_episode_steps cannot be among the arguments of the environment: agents are evaluated on sessions that are played to their horizon. Shorter ones are "
            "made by horizon=."
        )
    for name in _OURS_ALONE:
        if name in (env_kwargs or {}):
            raise ValueError(
                f"{name} cannot be among the arguments of the environment: agents are trained on the train population and evaluated on the "
                "test population, with rows that are set by num_envs and reset by the training loop."
            )
    options = hyperparameters(agent, env_id, hyperparams)
    default_steps, default_envs = options.pop("steps"), options.pop("num_envs")
    chosen = options | dict(agent_kwargs or {})
    observing = {name: chosen.pop(name) for name in OBSERVING if name in chosen}
    run = Run(
        env_id,
        agent,
        whole_number("steps", default_steps if steps is None else steps, 1),
        whole_number("seed", seed, 0),
        whole_number("num_envs", default_envs if num_envs is None else num_envs, 1),
        _with_absolute_paths(
            _observed(kind.observing(chosen), {**(env_kwargs or {}), **observing}, privileged)
        ),
        chosen,
        None if checkpoint_every is None else whole_number("checkpoint_every", checkpoint_every, 1),
        whole_number("validation_users", validation_users, 0),
        wandb,
        privileged,
    )
    if wandb:
        check_wandb()
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


def _observed(wanted: Mapping[str, Any], asked: Mapping[str, Any], privileged: bool) -> dict[str, Any]:
    """Returns the arguments of the environment: those that were asked for, and, where they do not say it, the form of observation that an agent wants."""
    both = {**wanted, **asked}
    form = both.get("observation")
    if form in PRIVILEGED and not privileged:
        raise ValueError(
            f"observation={form!r} shows what no recommender can see of a user. Leave it out, or, to see what that knowledge is worth, ask for it by "
            "--privileged (in Python, privileged=True)."
        )
    if form == "state" and wanted.get("observation") == "ids":
        both["observation"] = "state_ids"
    return both


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
        The agent, and the folder of the run, which holds the agent, the one that did best on validation users, what it was made from, and TensorBoard's
        files. If what was trained cannot be written there, a warning says where it was written instead.

    Raises:
        TrainingStopped: if it was stopped, and can go on with `resume`.
    """
    envs = make_envs(run, run.num_envs, "train")
    agent = agents.load(run.agent, envs, seed=run.seed, privileged=run.privileged, **run.agent_kwargs)
    own = getattr(envs.unwrapped, "own_catalogue", None)
    if own is not None:
        run = replace(
            run,
            env_kwargs={**run.env_kwargs, "catalogue": reference_to(own, run.env_kwargs.get("cache_dir"))},
        )
    folder = _new_folder(logdir, run.name)
    with alone_in(folder):
        return agent, _train(agent, envs, run, folder, own, resumed=False, progress=progress)


def resume(
    folder: str | PathLike[str], *, steps: int | None = None, progress: bool = True
) -> tuple[Run, Agent, Path]:
    """Goes on with a training that was stopped, or killed, from its last checkpoint: with new users, in the same folder.

    Args:
        folder: Of the run.
        steps: Of the whole training, what was done included; those of the run if ``None``.
        progress: Whether to show a progress bar.

    Returns:
        The run, the agent, and the folder.

    Raises:
        FileNotFoundError: if there is no run in the folder.
        RunIsTraining: if another process trains in it.
        ValueError: if the training is over, its files are damaged, or its agent takes no checkpoints.
        TrainingStopped: if it was stopped again.
    """
    path = Path(folder)
    run = read_run(path)
    if steps is not None:
        run = replace(run, steps=whole_number("steps", steps, 1))
    with alone_in(path):
        for name in (AGENT_FOLDER, BEST_FOLDER):
            mend(path / name)
        envs = make_envs(run, run.num_envs, "train")
        if (path / AGENT_FOLDER).is_dir():
            agent = agents.load_saved(path / AGENT_FOLDER, envs)
        else:  # it ended before the first checkpoint
            agent = agents.load(run.agent, envs, seed=run.seed, privileged=run.privileged, **run.agent_kwargs)
        if agent.steps_trained >= run.steps:
            raise ValueError(
                f"The training in {folder} is over: {agent.steps_trained:,} of {run.steps:,} steps were taken. To train for longer, say how long in all: "
                f"--resume {folder} --steps {2 * max(run.steps, agent.steps_trained)}."
            )
        if not takes_watch(agent):
            raise ValueError(
                f"The training in {folder} cannot go on: {type(agent).__name__}.fit does not take resume and watch. Train again, or let it take them (see "
                "agents.Agent.fit)."
            )
        own = getattr(envs.unwrapped, "own_catalogue", None)
        return run, agent, _train(agent, envs, run, path, own, resumed=True, progress=progress)


def learns(name: str) -> bool:
    """Whether an agent has anything to learn."""
    kind = agents.agent_class(name)
    return kind.learn is not Agent.learn or kind.fit is not Agent.fit


def _train(
    agent: Agent, envs: Any, run: Run, folder: Path, own: Catalogue | None, *, resumed: bool, progress: bool
) -> Path:
    """Trains an agent on from where it is, in a folder that nobody else trains in, and returns the folder where it was saved."""
    if "torch" in sys.modules:  # it comes with the agents that need it
        import torch

        torch.set_num_threads(THREADS)
    started, before, start = time.monotonic(), _seconds(folder), agent.steps_trained
    watched = learns(run.agent) and takes_watch(agent)

    def about() -> dict[str, Any]:
        seconds = round(before + time.monotonic() - started, 3)
        return asdict(run) | {"seconds": seconds, "versions": package_versions()}

    try:
        _describe(about(), own, folder)
        wandb_run = start_wandb(folder, run.name, asdict(run)) if run.wandb else None
    except BaseException:
        if not resumed:
            shutil.rmtree(folder)
        raise
    of_singles = {name: value for name, value in run.env_kwargs.items() if name not in OF_ROWS}
    log = RunLog(folder, run.env_id, of_singles, wandb_run)
    users = run.validation_users if watched else 0
    checkpoints = Checkpoints(
        folder,
        envs,
        steps=run.steps,
        every=run.interval,
        users=users,
        log=log,
        note=lambda: write_json(folder / RUN_FILE, about()),
    )
    more: dict[str, Any] = {"resume": True, "watch": checkpoints} if takes_watch(agent) else {}
    try:
        log.begin(start)
        checkpoints.begin(start)
        with checkpoints.stopping() if more else contextlib.nullcontext():
            agent.fit(envs, run.steps, logdir=folder, progress=progress, **more)
        agent.steps_trained = max(agent.steps_trained, run.steps)
        where = _saved_somewhere(agent, about(), own, folder)
        if users and where == folder:
            if checkpoints.kept != agent.steps_trained:
                checkpoints.measure()
            log.finished(agent, _hyperparameters_of(run), checkpoints.last)
    except TrainingStopped:
        raise
    except (Exception, KeyboardInterrupt) as error:
        if checkpoints.kept is None and not resumed:
            shutil.rmtree(folder)  # nothing was learned that could be loaded
        elif checkpoints.kept is not None and isinstance(error, KeyboardInterrupt):
            raise TrainingStopped(folder, checkpoints.kept, run.steps) from None
        raise
    finally:
        log.close()
    return where


def _saved_somewhere(agent: Agent, about: Mapping[str, Any], own: Catalogue | None, folder: Path) -> Path:
    """Saves what was trained in its folder, or elsewhere if that cannot be written, and returns where."""
    try:
        _save(agent, about, own, folder)
    except OSError as error:
        elsewhere = Path(tempfile.mkdtemp(prefix=f"{folder.name}-"))
        try:
            _save(agent, about, own, elsewhere)
        except OSError:
            elsewhere.rmdir()
            raise error from None
        warnings.warn(f"{error} It was saved in {elsewhere} instead.", stacklevel=2)
        return elsewhere
    return folder


def takes_watch(agent: Agent) -> bool:
    """Whether an agent's training can be looked on, and go on."""
    return {"resume", "watch"} <= set(inspect.signature(agent.fit).parameters)


def _hyperparameters_of(run: Run) -> dict[str, Any]:
    """Returns what may be compared between runs."""
    return {
        "env_id": run.env_id,
        "agent": run.agent,
        "steps": run.steps,
        "seed": run.seed,
        "num_envs": run.num_envs,
        **run.agent_kwargs,
    }


def _seconds(folder: Path) -> float:
    """Returns how long was trained in a folder before."""
    try:
        return float(read_json(folder / RUN_FILE)["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0


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
        about = read_json(path)
        if (path.parent / CATALOGUE_FILE).is_file():
            with (path.parent / CATALOGUE_FILE).open("rb") as file:
                own = load_stored(file)
            if own is not None:
                hold(own)
        run = Run(**{name: about[name] for name in Run.__dataclass_fields__ if name in about})
        for name, kind in _KINDS.items():
            if not isinstance(getattr(run, name), kind):
                raise TypeError(f"{name} is {shortened(getattr(run, name))}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} or {CATALOGUE_FILE} beside it is damaged ({error!r}): train again."
        ) from error
    for named in (run.env_id, run.agent):
        check_imported(named, f"The run in {folder}")
    return run


def parse_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """Reads ``name=value`` pairs; values are YAML, so numbers (3e-4, too), lists and null are what they look like.

    Raises:
        ValueError: if a pair has no name or no value, or the value is not YAML.
    """
    parsed: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals or not value:
            raise ValueError(f"{pair!r} must be name=value, such as num_items=500.")
        if name in parsed:
            raise ValueError(f"{pair!r}: {name} is given twice.")
        parsed[name] = read_yaml(value, pair)
    return parsed


def read_agents(names: Sequence[str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Returns row of a table -> agent and its options, from names such as ``ppo`` and ``ppo[gamma=0,hidden=[32]]``.

    Raises:
        ValueError: if two agents would have the same row, or options are not ``name=value`` in brackets.
    """
    rows: dict[str, tuple[str, dict[str, Any]]] = {}
    for name in names:
        agent, bracket, options = name.partition("[")
        if bracket and not options.endswith("]"):
            raise ValueError(f"--agents {name}: options stand in brackets, as in 'ppo[gamma=0]'.")
        rows[short_name(agent) + bracket + options] = (
            agent,
            parse_pairs(_split(options[:-1])) if bracket else {},
        )
    if len(rows) < len(names):
        raise ValueError(
            f"--agents {' '.join(names)}: each must be there once, by a name of its own; the names must differ."
        )
    return rows


def _split(options: str) -> list[str]:
    """Splits at the commas that are in no brackets."""
    pairs, depth = [""], 0
    for character in options:
        depth += (character == "[") - (character == "]")
        if character == "," and depth == 0:
            pairs.append("")
        else:
            pairs[-1] += character
    return pairs


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
    _describe(about, own, folder)


def _describe(about: Mapping[str, Any], own: Catalogue | None, folder: Path) -> None:
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
    if logdir.exists() and not logdir.is_dir():
        raise NotADirectoryError(f"{logdir} is a file, and runs are kept in a folder: name another logdir.")
    logdir.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = logdir / (name if number == 1 else f"{name}.{number}")
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            number += 1
