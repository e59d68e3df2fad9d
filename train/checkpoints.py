"""What happens while an agent is trained: it is saved, measured on validation users, and stopped when somebody asks for it.

A run's folder holds the agent as it was last saved (``agent``), the one that did best on validation users (``best``), and a lock: two trainings in one
folder would mix.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from agents.agent import Agent
from agents.saving import AGENT_FOLDER, load_saved
from recgym.core.seeds import Purpose
from recgym.evaluation import play_validation, session_metrics

BEST_FOLDER, LOCK_FILE = "best", "training.lock"
CHOSEN_BY = "reward_per_session"
"""The metric by which the best model is chosen."""
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM") if hasattr(signal, name))


class TrainingStopped(KeyboardInterrupt):
    """A training was stopped by whoever runs it, and can go on.

    Attributes:
        folder: Of the run.
    """

    def __init__(self, folder: Path, done: int, steps: int) -> None:
        """Says what was done, where it is, and how to go on."""
        what = f"What was learned is saved in {folder}." if done else "Nothing was learned yet."
        super().__init__(
            f"Stopped after {done:,} of {steps:,} steps. {what} To go on: python -m train --resume {folder}"
        )
        self.folder = folder


class MeasurementLog(Protocol):
    """Is told what is measured; what it raises ends the training."""

    def measured(self, agent: Agent, metrics: Mapping[str, float]) -> None:
        """Takes what a model did with validation users."""


class Checkpoints:
    """Looks on while an agent is trained; see `agents.agent.Agent.fit`.

    Args:
        folder: Of the run.
        envs: What it is trained in; validation users meet the same world.
        steps: Of the whole training.
        every: Steps between checkpoints, over all rows.
        users: Validation users that each checkpoint is measured on; 0 for none.
        log: Where the measurements go.
        note: Called after each save.
        purpose: Of the sessions that are measured.

    Attributes:
        kept: Steps of the last checkpoint; ``None`` before the first.
        best: Reward per session of the best model on validation users; ``None`` before the first was measured.
        last: Metrics of the model that was measured last.
    """

    def __init__(
        self, folder: Path, envs: Any, *, steps: int, every: int, users: int, log: MeasurementLog, note: Callable[[], None] = lambda: None,
        purpose: Purpose = Purpose.VALIDATION,
    ) -> None:  # fmt: skip
        """See the class."""
        self.kept: int | None = None
        self.best: float | None = None
        self.last: dict[str, float] = {}
        self._folder, self._envs = folder, envs
        self._steps, self._every, self._users = steps, every, users
        self._log, self._note, self._purpose = log, note, purpose
        self._start = 0
        self._asked = False

    def begin(self, start: int) -> None:
        """Begins at some step. What an earlier process left is measured first: what is the best so far follows from it, and from nothing that could be out of date."""
        self._start = start
        if not start:
            return
        self.kept = start
        if self._users and (self._folder / BEST_FOLDER).is_dir():
            best = load_saved(self._folder / BEST_FOLDER)
            self.best = self._measured(best)[CHOSEN_BY]
        self.measure()

    def __call__(self, agent: Agent) -> None:
        """Saves and measures if it is time.

        Raises:
            TrainingStopped: if somebody asked for it.
        """
        since = agent.steps_trained - (self._start if self.kept is None else self.kept)
        if self._asked:
            if since:
                self.save(agent)
            raise TrainingStopped(self._folder, self.kept or 0, self._steps)
        if since >= self._every and self.save(agent):
            self.measure()

    def save(self, agent: Agent) -> bool:
        """Saves an agent in the run's folder, and says whether it could be; training goes on without it."""
        try:
            agent.save(self._folder / AGENT_FOLDER)
            self._note()
        except OSError as error:
            warnings.warn(f"{error} Training goes on.", stacklevel=2)
            return False
        self.kept = agent.steps_trained
        return True

    def measure(self) -> None:
        """Measures the agent that was saved last, and keeps it if it is the best. It is read from its folder: the one that is trained is not disturbed."""
        if not self._users:
            return
        agent = load_saved(self._folder / AGENT_FOLDER)
        self.last = self._measured(agent)
        self._log.measured(agent, self.last)
        if self.best is None or self.last[CHOSEN_BY] > self.best:
            try:
                agent.save(self._folder / BEST_FOLDER)
            except OSError as error:
                warnings.warn(f"{error} Training goes on.", stacklevel=2)
                return
            self.best = self.last[CHOSEN_BY]

    @contextlib.contextmanager
    def stopping(self) -> Iterator[None]:
        """Makes Ctrl-C, and a request to terminate, end the training after the present step, saved. A second one ends it at once."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals go to the main thread
            return
        before = {number: signal.signal(number, self._stop) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        print("\nStopping after this step. Once more: at once, without saving.", file=sys.stderr, flush=True)

    def _measured(self, agent: Agent) -> dict[str, float]:
        return session_metrics(
            play_validation(
                self._envs,
                agent,
                num_sessions=self._users,
                purpose=self._purpose,
                privileged=agent.task.layout.privileged,  # it was asked for when the training began
            )
        )


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Holds a run's folder, so that no other process trains in it; the operating system lets it go when the process ends, however it does.

    Raises:
        RunIsTraining: if another process trains there.
        ModuleNotFoundError: if filelock is not installed.
    """
    try:
        from filelock import FileLock, Timeout
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Runs are locked by filelock, which is not installed: pip install 'recgym[train]'.",
            name=error.name,
        ) from error
    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunIsTraining(
            f"Another process is training in {folder}, and two trainings in one folder would mix: wait for it, or stop it (Ctrl-C saves). A training of its own "
            "begins with python -m train, without --resume."
        ) from None
    except (OSError, NotImplementedError) as error:
        warnings.warn(
            f"{folder} has no locks ({error}): see to it that nothing else trains there.", stacklevel=2
        )
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.release()


class RunIsTraining(BlockingIOError):
    """Somebody else trains in the folder of a run."""
