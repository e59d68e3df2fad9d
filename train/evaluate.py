"""Evaluates saved agents on held-out users, beside random and the oracles: `python -m train.evaluate runs/RecEcommerce-v0__ppo__0`.

Every policy meets the same users with the same noise. Intervals are 95 %, over users. The normalised score is (agent - random) /
(planner - random) in reward per session.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import agents
from agents.agent import Agent
from recgym.core.registry import class_of
from recgym.evaluation import Evaluation, Interval, evaluate, printable
from recgym.evaluation.comparison import COLUMNS, RANDOM, results_table
from recgym.evaluation.metrics import METRICS, SCORE
from recgym.evaluation.rollouts import Oracle
from recgym.oracles.reference import create_reference
from recgym.sessions.setup import setup_of
from train.arguments import (
    add_import_argument,
    add_measuring_arguments,
    add_privileged_argument,
    check_out,
    import_modules,
    read_columns,
    stop,
)
from train.checkpoints import BEST_FOLDER
from train.runs import OBSERVING, OF_ROWS, Run, make_envs, read_run, short_name, write_json

EVALUATION_SEED = 0
ORACLES = ("myopic", "planner")
"""Reference policies that look at the hidden state; they close every table."""


def evaluate_run(
    run: Run,
    trained: Mapping[str, Agent],
    *,
    users: int,
    seed: int = EVALUATION_SEED,
    privileged: bool = False,
    with_oracles: bool = True,
) -> Evaluation:
    """Measures trained agents, random and the oracles on the same held-out users.

    Args:
        run: Names the environment.
        trained: Name -> agent.
        users: At least 2.
        seed: Of the users and their noise.
        privileged: Whether agents may read what is hidden of users.
        with_oracles: Leave it out where they were measured already.

    Raises:
        ValueError: if one reads what is hidden, and may not.
    """
    measured = {name: agent for name, agent in trained.items() if name != RANDOM}  # it is measured anyway
    return evaluate(
        run.env_id,
        measured,
        users=users,
        seed=seed,
        split="test",
        oracles=_oracles(run, seed) if with_oracles else {},
        privileged=privileged,
        **_played(run),
    )


def check_columns(run: Run, columns: Iterable[str] | None) -> None:
    """Checks that columns of a table can be measured in a run's environment, before anything is trained.

    Raises:
        ValueError: for metrics of users who come back, where nobody does.
    """
    of_returns = [name for name in columns or () if name in METRICS and METRICS[name].of_returns]
    if of_returns and setup_of(run.env_id, **_played(run)).sessions == 1:
        raise ValueError(
            f"--columns {' '.join(of_returns)} needs users who come back: --env-kwargs sessions=5, or an id such as RecVideoRetention-v0."
        )


def _played(run: Run) -> dict[str, Any]:
    """Returns the arguments of a run's environment that decide what is played; how it is observed is each agent's own affair, and threads change nothing."""
    return {name: value for name, value in run.env_kwargs.items() if name not in (*OBSERVING, *OF_ROWS)}


def _oracles(run: Run, seed: int) -> dict[str, Oracle]:
    return {name: create_reference(name, run.env_id, seed=seed, **_played(run)) for name in ORACLES}


def print_table(results: Mapping[str, Mapping[str, Interval]], columns: Iterable[str] | None = None) -> None:
    """Prints results, policy -> metric -> value, of which the planner's are among."""
    table = results_table(results, (*COLUMNS, SCORE) if columns is None else columns)
    text = f"\n{table}\n\nHeld-out users, the same for every row; ± is half of the 95 % interval."
    print(printable(text))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", type=Path, nargs="+", help="folders of runs, of the same environment")
    parser.add_argument(
        "--best",
        action="store_true",
        help="evaluate the models that did best on validation users during training, in place of the last ones",
    )
    add_import_argument(parser)
    add_privileged_argument(parser)
    add_measuring_arguments(parser)
    parser.add_argument(
        "--seed", type=int, default=EVALUATION_SEED, help="of the users and their noise (default: 0)"
    )
    parser.add_argument("--out", type=Path, help="also write every metric to this JSON file")
    args = parser.parse_args(arguments)
    if args.users < 2 or args.seed < 0:
        parser.error(f"--users {args.users} must be at least 2, and --seed {args.seed} not negative.")
    check_out(parser, args.out)
    try:
        import_modules(args.modules)
        columns = read_columns(args.columns)
        runs = [read_run(folder) for folder in args.run]
        first = runs[0]
        for folder, run in zip(args.run, runs, strict=True):
            if (run.env_id, _played(run)) != (first.env_id, _played(first)):
                parser.error(
                    f"{folder} is of {run.env_id} {run.env_kwargs}, {args.run[0]} of {first.env_id} {first.env_kwargs}: evaluate them apart."
                )
        for folder, run in zip(args.run, runs, strict=True):
            if run.privileged and not args.privileged:
                parser.error(
                    f"{folder}: its agent reads what no recommender can see of a user (observation={run.env_kwargs['observation']!r}). Pass --privileged to measure "
                    "it beside others."
                )
        names = [short_name(run.agent) for run in runs]
        if len(set(names)) < len(names):
            names = [folder.resolve().name for folder in args.run]
        if len(set(names)) < len(names):
            names = [str(folder) for folder in args.run]
        if len({folder.resolve() for folder in args.run}) < len(args.run):
            parser.error(f"{' '.join(map(str, args.run))}: a run is named twice; its row would be one.")
        class_of(first.env_id)
        check_columns(first, columns)
        folders = [folder / BEST_FOLDER if args.best else folder for folder in args.run]
        for folder, run in zip(args.run, runs, strict=True):
            if args.best and run.validation_users == 0:
                parser.error(
                    f"{folder} kept no best model: it was not measured on validation users (--validation-users 0). Leave --best out."
                )
        trained = {
            name: agents.load_saved(folder, make_envs(run, 1, "test"))
            for name, folder, run in zip(names, folders, runs, strict=True)
        }
    except (ValueError, TypeError, OSError, ImportError) as error:
        stop(parser, error)
    evaluation = evaluate_run(first, trained, users=args.users, seed=args.seed, privileged=args.privileged)
    print_table(evaluation.results, columns)
    if args.out is not None:
        write_json(args.out, {"env_id": first.env_id} | evaluation.as_dict())
    return 0


if __name__ == "__main__":
    sys.exit(main())
