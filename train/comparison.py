"""A comparison that is written down as it grows: a row for each policy, and what each user returned, so that rows of other days can be paired with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recgym.core.stored_files import read_json
from recgym.evaluation import Evaluation, Interval
from recgym.evaluation.comparison import RANDOM
from recgym.evaluation.intervals import mean_interval
from train.runs import Run, write_json

_DECIDING = ("env_id", "agent", "steps", "seed", "num_envs", "env_kwargs", "agent_kwargs")
"""What of a run decides what is learned."""


@dataclass(frozen=True)
class Row:
    """What was measured of a policy.

    Attributes:
        results: Metric -> value with its interval.
        returns: (N,) float64, sum of rewards of each user, to nine digits as they are in a file.
    """

    results: Mapping[str, Interval]
    returns: np.ndarray


class Comparison:
    """Rows of policies on the same users with the same luck: agents between random and the oracles.

    A file that was written before is read, and the rows of its agents stay, if random and the oracles return in it what they return now: then scenario, world and users
    are the same. What a file cannot tell is whether an agent's code has changed since; to measure all anew, remove it.

    Args:
        env_id: What is played.
        references: Random and the oracles, as they are measured now.
        path: File that is read, if it is there, and written by `write`; ``None`` for none.

    Attributes:
        runs: Name -> the run of each agent, as plain data.
        left_out: Whether the file held rows that did not stay.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it holds something else.
    """

    def __init__(self, env_id: str, references: Evaluation, path: Path | None = None) -> None:
        """See the class."""
        self._env_id = env_id
        self._references = references
        self._path = path
        self._fixed = {name: _row_of(references, name) for name in references.logs}
        self._agents: dict[str, Row] = {}
        self.runs: dict[str, dict[str, Any]] = {}
        self.left_out = False
        if path is not None and path.exists():
            self._read(path)

    @property
    def rows(self) -> dict[str, Row]:
        """All rows by name: random first, the oracles last."""
        oracles = {name: row for name, row in self._fixed.items() if name != RANDOM}
        return {RANDOM: self._fixed[RANDOM], **self._agents, **oracles}

    @property
    def results(self) -> dict[str, Mapping[str, Interval]]:
        """Name -> metric -> value with its interval."""
        return {name: row.results for name, row in self.rows.items()}

    def holds(self, name: str, run: Run) -> bool:
        """Whether there is a row of that name, of the same run: same agent, options, steps, seed, rows and arguments of the environment, and the same metrics."""
        if name not in self._agents or set(self._agents[name].results) != set(self._fixed[RANDOM].results):
            return False
        return _deciding(self.runs[name]) == _deciding(asdict(run))

    def put_last(self, name: str) -> None:
        """Moves an agent's row behind those of the other agents."""
        self._agents[name] = self._agents.pop(name)
        self.runs[name] = self.runs.pop(name)

    def add(self, name: str, run: Run, measured: Evaluation) -> None:
        """Adds an agent's row behind the others, or replaces the one of its name, and writes the file.

        Args:
            name: Of the row.
            run: That the agent is from.
            measured: Holds the agent's log under that name; of the users of the references.
        """
        self.runs.pop(name, None)
        self.runs[name] = asdict(run)
        if name != RANDOM:  # which is measured anyway
            self._agents.pop(name, None)
            logs = {**self._references.logs, name: measured.logs[name]}
            together = Evaluation(measured.task, logs, measured.seed, measured.split)
            self._agents[name] = _row_of(together, name)
        if self._path is not None:
            self.write(self._path, name)

    def differences(self, of: str) -> dict[str, Interval]:
        """Returns reward per session of one policy less that of each other one, with 95 % intervals, paired by user."""
        rows = self.rows
        mine = rows[of].returns
        return {name: mean_interval(mine - row.returns) for name, row in rows.items() if name != of}

    def write(self, path: Path, last: str) -> None:
        """Writes all of it as JSON, whole or not at all, with the differences of the policy ``last``."""
        content = {
            "env_id": self._env_id,
            "runs": self.runs,
            "differences": {name: asdict(interval) for name, interval in self.differences(last).items()},
            "returns": {name: _as_text(row.returns) for name, row in self.rows.items()},
            **self._references.as_dict(),
        }
        content["results"] = {
            name: {metric: asdict(interval) for metric, interval in row.items()}
            for name, row in self.results.items()
        }
        write_json(path, content)

    def _read(self, path: Path) -> None:
        """Takes the rows of a file, if they are of the same users in the same world."""
        try:
            content = read_json(path)
            about = (content["env_id"], content["users"], content["seed"], content["split"])
            found = {
                name: Row(
                    {metric: Interval(**value) for metric, value in content["results"][name].items()},
                    np.array(text.split(), np.float64),
                )
                for name, text in content.get("returns", {}).items()  # older files have none
            }
            runs = {name: dict(run) for name, run in content["runs"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"{path} is there and holds no comparison ({error!r}). Pass a file that python -m train.compare --out wrote, or one that is not there yet."
            ) from error
        now = self._references.as_dict()
        same = about == (self._env_id, now["users"], now["seed"], now["split"]) and all(
            name in found and np.array_equal(found[name].returns, row.returns)
            for name, row in self._fixed.items()
        )
        kept = {name: row for name, row in found.items() if name in runs and name not in self._fixed}
        if same:
            self._agents = kept
            self.runs = {name: runs[name] for name in kept}
        self.left_out = not same and bool(runs)


def _row_of(evaluation: Evaluation, name: str) -> Row:
    return Row(evaluation.results[name], _rounded(evaluation.logs[name].returns))


def _as_text(returns: np.ndarray) -> str:
    """Returns numbers as one line of text, to nine digits."""
    return " ".join(f"{value:.9g}" for value in returns.tolist())


def _rounded(returns: np.ndarray) -> np.ndarray:
    """Returns numbers as they are read again."""
    return np.array(_as_text(returns).split(), np.float64)


def _deciding(run: Mapping[str, Any]) -> Any:
    """Returns what decides what is learned, as JSON has it."""
    return json.loads(json.dumps({name: run.get(name) for name in _DECIDING}))
