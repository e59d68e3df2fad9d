"""What every agent does: choose, learn, be saved."""

from __future__ import annotations

import inspect
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from gymnasium.vector import AutoresetMode

from recgym.core.arguments import unknown_name
from recgym.evaluation import SessionCollector, session_metrics
from recgym.sessions.env import RecEnv
from recgym.sessions.interface import Interface
from recgym.sessions.sessions import Sessions
from recgym.sessions.vector_env import RecVectorEnv

SETTINGS_FILE = "agent.json"
LOGS_PER_TRAINING = 50
"""How often metrics are written during training."""


class Transitions(NamedTuple):
    """A step of N sessions."""

    observations: Any  # batch of N, as the environment gives them
    actions: np.ndarray  # (N,) or (N, slate_size)
    rewards: np.ndarray  # (N,)
    terminated: np.ndarray  # (N,) bool: the user left
    truncated: np.ndarray  # (N,) bool: the horizon
    next_observations: Any  # batch of N; of rows that ended, the last of their session
    masks: np.ndarray  # (N, I) bool, what could be shown


class Agent(ABC):
    """Decides what to show to each of N users.

    Args:
        name: Under which it was loaded.
        env: The environment that it is made for.
        seed: Of its draws and of the users that it is trained on, not negative.
        **options: Of the agent.

    Attributes:
        name: As given.
        seed: As given.
        options: As given.
        interface: The public face of the environment.
    """

    def __init__(self, name: str, env: Any, *, seed: int = 0, **options: Any) -> None:
        """See the class."""
        native = getattr(env, "unwrapped", env)
        if not isinstance(native, RecEnv | RecVectorEnv):
            raise TypeError(
                f"env is a {type(native).__name__}; agents are made for recgym's environments, such as "
                "gym.make('recgym:RecEcommerce-v0')."
            )
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise ValueError(f"seed={seed!r} must be a whole number of at least 0.")
        signature = inspect.signature(self.prepare).parameters
        known = [
            key for key, parameter in signature.items() if parameter.kind != inspect.Parameter.VAR_KEYWORD
        ]
        for option in options:
            if option not in known and len(known) == len(signature):
                raise ValueError(unknown_name(f"option of agent {name!r}", option, known))
        self.name = name
        self.seed = int(seed)
        self.options = options
        self.interface: Interface = native.interface
        self.generator = np.random.default_rng(seed)
        self.prepare(**options)

    def prepare(self) -> None:  # noqa: B027 - not every agent has options
        """Takes the agent's options, checks them and sets it up."""

    @abstractmethod
    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """Chooses what to show.

        Args:
            observations: A batch of N, as the environment gives them.
            masks: (N, I), which items are available; all of them if ``None``.
            explore: Whether to try things out, as in training.

        Returns:
            Items (N,) int64, or slates (N, slate_size).
        """

    def learn(self, transitions: Transitions) -> None:  # noqa: B027 - not every agent learns
        """Learns from a step of N sessions. An agent that has nothing to learn lets it pass."""

    def policy(self) -> Callable[[Sessions], np.ndarray]:
        """Returns the agent, without exploration, as a policy that `recgym.evaluation.rollout` and the renderer take."""
        return lambda sessions: self.act(self.interface.observe(sessions), sessions.masks())

    def fit(
        self,
        env: RecVectorEnv,
        steps: int,
        *,
        logdir: str | PathLike[str] | None = None,
        progress: bool = False,
    ) -> None:
        """Trains in an environment.

        Args:
            env: Native, with ``autoreset_mode=AutoresetMode.DISABLED``.
            steps: Steps to take, at least one, counted over all rows and rounded up to whole vector steps.
            logdir: Where TensorBoard finds the metrics of the sessions that ended; nowhere if ``None``.
            progress: Whether to show a progress bar.
        """
        native = training_env(env, steps)
        collector = SessionCollector(native.interface, native.num_envs)
        writer = _Writer(logdir)
        vector_steps = -(-steps // native.num_envs)
        log_every = max(1, vector_steps // LOGS_PER_TRAINING)
        observations, _ = native.reset(seed=self.seed)
        for step in _counted(vector_steps, native.num_envs, self.name, progress):
            masks = native.sessions.masks()
            actions = self.act(observations, masks, explore=True)
            following, rewards, terminated, truncated, infos = native.step(actions)
            self.learn(
                Transitions(observations, actions, rewards, terminated, truncated, following, masks == 1)
            )
            over = terminated | truncated
            signals = np.stack([infos["signals"][name] for name in native.interface.signal_names])
            collector.record(actions, rewards, signals, over)
            observations = following
            if over.any():
                observations, _ = native.reset(options={"reset_mask": over})
            if (step + 1) % log_every == 0:
                writer.write(collector, (step + 1) * native.num_envs)
        writer.close()

    def made_for(self) -> Mapping[str, Any]:
        """Returns what an environment must agree on for this agent to work in it."""
        face = self.interface
        return {
            "scenario": face.setting.scenario.name,
            "num_items": face.setting.num_items,
            "embedding_dim": face.setting.world.vectors.shape[1],
            "slate_size": face.slate_size,
            "observation": face.observation,
            "catalogue": face.setting.world.catalogue.fingerprint,
        }

    def save(self, folder: str | PathLike[str]) -> None:
        """Writes the agent into a folder, which is made if it is not there."""
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        self.save_state(path)
        settings = {
            "agent": self.name, "seed": self.seed, "options": self.options, "made_for": dict(self.made_for())
        }  # fmt: skip
        unfinished = path / f"{SETTINGS_FILE}.unfinished"
        unfinished.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(path / SETTINGS_FILE)  # the last file, so a folder without it is not a saved agent

    def save_state(self, folder: Path) -> None:  # noqa: B027
        """Writes what was learned."""

    def load_state(self, folder: Path) -> None:  # noqa: B027
        """Reads what `save_state` wrote."""

    def available(self, observations: int, masks: np.ndarray | None) -> np.ndarray:
        """Returns the masks of a batch as (N, I) bool."""
        count = self.interface.setting.num_items
        if masks is None:
            return np.ones((observations, count), np.bool_)
        given = np.asarray(masks)
        if given.shape != (observations, count):
            raise ValueError(
                f"masks have shape {given.shape}; they must be ({observations}, {count}): users, items."
            )
        return given == 1


def training_env(env: Any, steps: int) -> RecVectorEnv:
    """Returns the native environment to train in.

    Raises:
        TypeError: if it is not a native vector environment.
        ValueError: if it resets by itself, or the number of steps is below one.
    """
    native = getattr(env, "unwrapped", env)
    if not isinstance(native, RecVectorEnv):
        raise TypeError(
            f"env is a {type(native).__name__}; training needs what gym.make_vec returns for one of recgym's ids."
        )
    if native.autoreset_mode != AutoresetMode.DISABLED:
        raise ValueError(
            f"env has autoreset_mode {native.autoreset_mode.value!r}; training resets rows itself: make the environment with "
            "autoreset_mode=AutoresetMode.DISABLED."
        )
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
        raise ValueError(f"steps={steps!r} must be a whole number of at least 1.")
    return native


def batch_size(observations: Any) -> int:
    """Returns N of a batch of observations."""
    return len(next(iter(observations.values())) if isinstance(observations, dict) else observations)


class _Writer:
    """Writes the metrics of finished sessions for TensorBoard, under ``rec/``."""

    def __init__(self, logdir: str | PathLike[str] | None) -> None:
        self._summary: Any = None
        if logdir is not None:
            from torch.utils.tensorboard import SummaryWriter

            self._summary = SummaryWriter(str(logdir))

    def write(self, collector: SessionCollector, steps: int) -> None:
        log = collector.finished()
        if self._summary is not None and log is not None:
            for name, value in session_metrics(log).items():
                self._summary.add_scalar(f"rec/{name}", value, steps)

    def close(self) -> None:
        if self._summary is not None:
            self._summary.close()


def _counted(vector_steps: int, size: int, name: str, progress: bool) -> Iterator[int]:
    if not progress:
        yield from range(vector_steps)
        return
    from tqdm import tqdm

    with tqdm(total=vector_steps * size, desc=name, unit="step", unit_scale=True) as bar:
        for step in range(vector_steps):
            yield step
            bar.update(size)
