"""Comparisons: policies on the same users with the same luck, so that differences are paired and intervals small."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from recgym.core.arguments import unknown_name, whole_number
from recgym.core.printing import printable
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.intervals import Interval, jackknife_interval, mean_interval, ratio
from recgym.evaluation.metrics import COMPARED, METRICS, REGRET, SCORE, Metric, find_metrics, metrics_of
from recgym.evaluation.rollouts import (
    ActsOnBatches,
    Oracle,
    Policy,
    evaluated_setup,
    rollout,
    rollout_of_policy,
)
from recgym.evaluation.session_log import SessionLog
from recgym.task.choosing import random_items
from recgym.task.task import Task

COLUMNS = (
    "reward_per_session", "session_length", "click_through_rate", "intra_list_diversity", "coverage"
)  # fmt: skip
"""Columns of a table, unless others are asked for; the score is added where there is one."""
RANDOM, PLANNER = "random", "planner"
"""Rows with which the normalised score is 0 and 1."""


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """What `evaluate` measured: one log per policy, of the same users with the same luck.

    Attributes:
        task: What was played.
        logs: Policy -> its sessions; the first is ``"random"``.
        seed: Of the users and their luck.
        split: Which users: ``"test"`` are held out.
    """

    task: Task
    logs: Mapping[str, SessionLog]
    seed: int
    split: str | None

    @property
    def num_sessions(self) -> int:
        """Sessions per policy, one per user."""
        return self.logs[RANDOM].num_sessions

    @cached_property
    def results(self) -> dict[str, dict[str, Interval]]:
        """Policy -> metric -> value with its 95 % interval: every metric of the table; with a planner, the normalised score and the regret, too."""
        found = {
            name: {metric.name: _measured(metric, name, log) for metric in metrics_of(log)}
            for name, log in self.logs.items()
        }
        if PLANNER in self.logs:
            for name, row in found.items():
                row[SCORE] = normalised_score(self.logs[name], self.logs[RANDOM], self.logs[PLANNER])
                row[REGRET] = regret(self.logs[name], self.logs[PLANNER])
        return found

    def differences(self, of: str, metric: str = "reward_per_session") -> dict[str, Interval]:
        """Returns a metric of one policy less that of each other one, with 95 % intervals, paired by user.

        Args:
            of: The policy.
            metric: Name of the metric.

        Raises:
            ValueError: for a policy that was not measured, or an unknown metric.
        """
        if of not in self.logs:
            raise ValueError(unknown_name("policy", of, self.logs))
        return {
            name: paired_difference(self.logs[of], log, metric)
            for name, log in self.logs.items()
            if name != of
        }

    def table(self, columns: Iterable[str] | None = None) -> str:
        """Returns the results as text that standard output can show, a row per policy: estimates with half of their 95 % intervals.

        Args:
            columns: Names of metrics, ``"normalised_score"`` and ``"regret"`` among them if there is a planner; `COLUMNS` and the score if ``None``.

        Raises:
            ValueError: for a column that does not exist; the nearest one is told.
        """
        scored = PLANNER in self.logs
        if columns is None:
            columns = (*COLUMNS, SCORE) if scored else COLUMNS
        return printable(results_table(self.results, columns))

    def as_dict(self) -> dict[str, Any]:
        """Returns all of it as plain data, for JSON: policy -> metric -> mean, low and high."""
        return {
            "scenario": self.task.scenario,
            "users": self.num_sessions,
            "seed": self.seed,
            "split": self.split,
            "results": {
                name: {key: asdict(interval) for key, interval in row.items()}
                for name, row in self.results.items()
            },
        }

    def __str__(self) -> str:
        """Returns the table."""
        return self.table()

    def __repr__(self) -> str:
        """Returns what was played, by whom, and the table."""
        return f"<Evaluation of {len(self.logs)} policies on {self.num_sessions} users in {self.task.scenario}>\n{self.table()}"


def evaluate(
    env_or_id: Any,
    policies: Mapping[str, Policy | ActsOnBatches],
    *,
    users: int = 1_000,
    seed: int = 0,
    split: str | None = "test",
    oracles: Mapping[str, Oracle] | None = None,
    invalid_actions: str = "error",
    privileged: bool = False,
    **arguments: Any,
) -> Evaluation:
    """Measures policies on the same users with the same luck, beside one that shows random items.

    Args:
        env_or_id: An id such as ``"recgym:RecEcommerce-v0"``, or an environment, single or vector, which is neither reset nor stepped.
        policies: Name -> a function ``(observations, masks) -> actions`` of N sessions at once, or an agent. ``masks`` (N, I) int8 tell what is
            available; actions are items (N,), or slates (N, K). An agent observes in the form that its task names, whatever that of the environment.
        users: N, at least 2; each has one session per policy.
        seed: Of the users and their luck.
        split: ``"test"`` for held-out users, ``"train"``, or ``None`` for those of the environment.
        oracles: Name -> a function of the running sessions, which may look at hidden state; see `recgym.oracles`. With one that is named
            ``"planner"`` every policy gets a normalised score, (policy - random) / (planner - random) in reward per session, and a regret,
            planner - policy.
        invalid_actions: ``"error"`` refuses an item that is not available, or twice in a slate; ``"repair"`` and ``"empty"`` are more patient.
        privileged: Whether policies may read what is hidden of users, ``observation="state"``: it shows what knowing it is worth, and is no
            comparison with policies that could be deployed.
        **arguments: For the environment, with an id.

    Returns:
        What was measured; print it, or ask it for ``table``, ``differences`` and ``as_dict``.

    Raises:
        TypeError: for something that is not an environment or a policy, or actions that are not whole numbers.
        ValueError: for actions that are not allowed, naming policy, step and row; for names that are taken, and arguments out of range;
            for a policy that reads what is hidden, unless it may.

    Example:
        >>> import numpy as np, recgym
        >>> result = recgym.evaluate("RecBandit-v0", {"first": lambda observations, masks: np.argmax(masks, axis=1)}, users=20)
        >>> list(result.logs)
        ['random', 'first']
    """
    whole_number("users", users, 2)
    setup = evaluated_setup(env_or_id, split, **arguments)
    whole_number("seed", seed, 0)
    for names in (policies, oracles or {}):
        if not isinstance(names, Mapping):
            raise TypeError('Policies and oracles are passed by name, for instance {"mine": policy}.')
    taken = [RANDOM, *policies]
    if PLANNER in policies:
        raise ValueError(
            f"The name {PLANNER!r} is kept for an oracle, by which the others are scored: give the policy another one, or pass an oracle in oracles=."
        )
    for name in (*policies, *(oracles or {})):
        if name == RANDOM or (name in policies and name in (oracles or {})):
            raise ValueError(
                f"The name {name!r} is taken: {', '.join(taken)}. A row {RANDOM!r} is always there, as the zero."
            )
    played = {RANDOM: random_policy(setup.slate_size, seed)} | dict(policies)
    logs = {}
    for name in (*played, *(oracles or {})):
        try:
            if name in played:
                logs[name] = rollout_of_policy(
                    setup, played[name], users, seed, privileged=privileged, invalid_actions=invalid_actions
                )
            else:
                logs[name] = rollout(
                    setup, (oracles or {})[name], users, seed, invalid_actions=invalid_actions
                )
        except (TypeError, ValueError) as error:
            error.add_note(f"It was policy {name!r}.")
            raise
    return Evaluation(setup.task, logs, seed, split)


def random_policy(slate_size: int, seed: int) -> Policy:
    """Returns a policy that draws uniformly among the available items."""
    generator = np.random.default_rng(seed_for(Purpose.POLICY, seed))
    return lambda observations, masks: random_items(masks, slate_size, generator)


def paired_difference(mine: SessionLog, other: SessionLog, metric: str = "reward_per_session") -> Interval:
    """Returns a metric of one policy less that of another, with its 95 % interval, paired by user.

    Args:
        mine: Sessions of the one.
        other: Sessions of the other, with the same users and the same luck.
        metric: Name of the metric.

    Raises:
        ValueError: for an unknown metric, or logs of different users.
    """
    _check_paired(mine, other)
    return find_metrics((metric,))[0].difference(mine, other)


def normalised_score(log: SessionLog, lowest: SessionLog, highest: SessionLog) -> Interval:
    """Returns (log - lowest) / (highest - lowest) in reward per session, with its 95 % interval over the users that the logs share.

    Args:
        log: Of the policy.
        lowest: Of the policy that scores 0, usually random.
        highest: Of the policy that scores 1, usually the planner.

    Raises:
        ValueError: if the logs are of different users.
    """
    _check_paired(log, lowest, highest)
    low = lowest.returns
    return jackknife_interval(np.column_stack([log.returns - low, highest.returns - low]), ratio)


def regret(log: SessionLog, best: SessionLog) -> Interval:
    """Returns what a policy earned less per session than the best one did (Robbins, 1952), with its 95 % interval, paired by user.

    Args:
        log: Of the policy.
        best: Of the policy that it is measured by, usually the planner. Where that is no optimum, regret can be negative.

    Raises:
        ValueError: if the logs are of different users.

    Example:
        >>> from types import SimpleNamespace as Log
        >>> mine, best = (Log(returns=np.array(earned), num_sessions=2, seeds=[0, 1], people=None) for earned in ([1.0, 4.0], [3.0, 4.0]))
        >>> regret(mine, best).mean  # (2 + 0) / 2
        1.0
    """
    _check_paired(log, best)
    return mean_interval(best.returns - log.returns)


def results_table(results: Mapping[str, Mapping[str, Interval]], columns: Iterable[str]) -> str:
    """Returns results as text, a row per policy.

    Args:
        results: Policy -> metric -> value.
        columns: Names of metrics, ``"normalised_score"`` or ``"regret"``.

    Raises:
        ValueError: for a column that does not exist.
    """
    names = (columns,) if isinstance(columns, str) else tuple(columns)
    known = sorted({name for row in results.values() for name in row})
    for name in names:
        if name not in known:
            hint = " It needs a planner: pass oracles." if name in COMPARED else ""
            if name in METRICS and METRICS[name].of_returns:
                hint = " It needs users who come back: episodes of several sessions (sessions=)."
            raise ValueError(unknown_name("column", name, known) + hint)
    metrics = [
        (COMPARED[name], 2) if name in COMPARED else (METRICS[name].title, METRICS[name].decimals)
        for name in names
    ]
    cells = [["", *(title for title, _ in metrics)]]
    for policy, row in results.items():
        numbers = [cell(row[name], decimals) for name, (_, decimals) in zip(names, metrics, strict=True)]
        cells.append([policy, *numbers])
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "   ".join(text.ljust(width) if place == 0 else text.rjust(width)
                   for place, (text, width) in enumerate(zip(line, widths, strict=True)))
        for line in cells
    )  # fmt: skip


def cell(interval: Interval, decimals: int = 2) -> str:
    """Returns an estimate with half of its 95 % interval."""
    mean = round(interval.mean, decimals) + 0.0  # no minus before a rounded 0
    return f"{mean:.{decimals}f} ± {interval.half:.{decimals}f}"


def _measured(metric: Metric, policy: str, log: SessionLog) -> Interval:
    try:
        return metric.interval(log)
    except Exception as error:
        error.add_note(f"It was metric {metric.name!r} of policy {policy!r}.")
        raise


def _check_paired(*logs: SessionLog) -> None:
    if len({log.num_sessions for log in logs}) > 1:
        raise ValueError(
            f"The logs are of {', '.join(str(log.num_sessions) for log in logs)} users; they must be of the same users."
        )
    first = logs[0].seeds
    if any(log.seeds is None for log in logs) and len(logs) > 1:
        raise ValueError(
            "Logs of sessions that were not seeded one by one cannot be paired: play() and evaluate() seed them."
        )
    if any(not np.array_equal(first, log.seeds) for log in logs):  # type: ignore[arg-type]
        raise ValueError("The logs are of different users: play them with the same seed and world.")
    people = {log.people for log in logs if log.people is not None}
    if len(people) > 1:
        raise ValueError(
            "The logs are of different users: play them in the same scenario, with the same split, world, catalogue and parameters of who comes."
        )
