"""Searches the constants of a scenario with which its certificate holds: `python -m recgym.tune_world --env RecMusic-v0`.

Each trial measures the square of knowledge and planning in several worlds. What is maximised is the smallest margin over all
requirements and worlds, so that a world which is not among them is likely to hold as well.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym

from recgym.certify import check_env_id, is_installed, measure
from recgym.core.arguments import unknown_name
from recgym.core.parameters import choose_parameters
from recgym.core.printing import printable
from recgym.core.processes import mapping
from recgym.core.whole_file import write_whole
from recgym.oracles.requirements import requirements
from recgym.sessions.setup import setup_of

RANGES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "Ecommerce": {
        "affinity_effect": (2.5, 5.0),
        "click_base": (-2.0, -0.5),
        "appeal_effect": (0.3, 0.9),
        "leave_intent": (0.3, 1.2),
    },
    "Video": {
        "affinity_effect": (3.0, 5.0),
        "watch_base": (-1.5, -0.5),
        "appeal_effect": (0.5, 1.0),
        "leave_goodwill": (1.0, 2.0),
    },
    "Music": {
        "affinity_effect": (4.0, 6.5),
        "listen_base": (-1.8, -0.5),
        "appeal_effect": (0.2, 0.7),
        "leave_redundancy": (9.0, 15.0),
    },
    "News": {
        "affinity_effect": (3.5, 6.5),
        "read_base": (-2.4, -0.8),
        "appeal_effect": (0.3, 1.0),
        "leave_trust": (1.8, 3.2),
        "freshness_effect": (0.8, 2.5),
    },
    "CrossDomain": {
        "affinity_effect": (4.0, 6.5),
        "click_base": (-1.4, -0.4),
        "shared_interest": (0.7, 1.0),
        "leave_familiarity": (0.3, 0.8),
    },
    "Control": {
        "affinity_effect": (2.5, 6.0),
        "click_base": (-2.0, -0.5),
        "appeal_effect": (0.2, 0.9),
    },
}
"""Scenario -> constant -> range that is searched, where ``--range`` names none."""
KNOWLEDGE = ("average", "session", "flat", "honest")
"""Rows of the square that requirements look at."""
CERTIFIED_USERS = 1_000
"""Users for whom lower ends of intervals are told: trials have fewer."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns the exit code, 1 if no trial meets every requirement."""
    parser = argparse.ArgumentParser(
        prog="python -m recgym.tune_world", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--env", required=True, metavar="ID", help="id whose constants are searched")
    parser.add_argument(
        "--range",
        nargs=3,
        action="append",
        default=[],
        metavar=("NAME", "LOW", "HIGH"),
        help="a constant and the range that is searched; may be given several times (default: those of the scenario)",
    )
    parser.add_argument(
        "--start",
        nargs="+",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="constants to try after the ones as they are, before the search chooses; may be given several times",
    )
    parser.add_argument(
        "--trials", type=int, default=20, help="trials, the constants as they are first (default: 20)"
    )
    parser.add_argument(
        "--users", type=int, default=300, help="held-out users per trial and world (default: 300)"
    )
    parser.add_argument(
        "--worlds", nargs="+", type=int, default=[0, 1], metavar="SEED", help="seeds of worlds (default: 0 1)"
    )
    parser.add_argument(
        "--processes", type=int, default=min(2, os.cpu_count() or 1), help="processes (default: 2)"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the search (default: 0)")
    parser.add_argument("--out", type=Path, help="write every trial to this JSON file")
    args = parser.parse_args(arguments)
    if not is_installed("torch", "optuna"):
        parser.error('Searching needs torch and optuna: pip install "recgym[certify]".')
    try:
        if args.trials < 1 or args.users < 2 or args.processes < 1 or min(args.worlds) < 0 or args.seed < 0:
            parser.error(
                "--trials and --processes must be at least 1, --users at least 2, --worlds and --seed not negative."
            )
        check_env_id(args.env)
        ranges = _ranges(args.env, args.range)
        starts = [_start(pairs, ranges) for pairs in args.start]
        if args.out is not None and not args.out.resolve().parent.is_dir():
            parser.error(f"--out {args.out}: its folder does not exist.")
    except (TypeError, ValueError, ModuleNotFoundError, gym.error.Error) as error:
        parser.error(str(error))
    trials = search(
        args.env,
        ranges,
        starts=starts,
        trials=args.trials,
        users=args.users,
        worlds=args.worlds,
        processes=args.processes,
        seed=args.seed,
        out=args.out,
    )
    best = max(trials, key=lambda trial: trial["margin"])
    settings = ", ".join(f"{name}={value:g}" for name, value in best["constants"].items())
    print(printable(f"\nThe largest smallest margin, {best['margin']:+.2f}, has {settings}."))
    return 0 if best["margin"] >= 0 else 1


def search(
    env_id: str,
    ranges: Mapping[str, tuple[float, float]],
    *,
    trials: int,
    users: int,
    worlds: Sequence[int],
    starts: Sequence[Mapping[str, float]] = (),
    processes: int = 1,
    seed: int = 0,
    out: Path | None = None,
) -> list[dict[str, Any]]:
    """Searches constants by a tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kegl, 2011) and returns every trial.

    Args:
        env_id: Whose constants.
        ranges: Constant -> range.
        trials: How many; the first has the constants as they are.
        users: Held-out users per trial and world.
        worlds: Seeds of worlds.
        starts: Constants to try before the search chooses; those that one does not name are as usual.
        processes: Worlds that are measured at a time.
        seed: Of the search.
        out: JSON file to which every trial is written as it ends.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=5, multivariate=True),
    )
    usual = setup_of(env_id).world.parameters
    as_they_are = {name: float(getattr(usual, name)) for name in ranges}
    for start in ({}, *starts):
        study.enqueue_trial({**as_they_are, **start})
    record: list[dict[str, Any]] = []
    with mapping(processes) as measure_all:
        for number in range(trials):
            trial = study.ask()
            constants = {
                name: round(trial.suggest_float(name, *limits), 2) for name, limits in ranges.items()
            }
            jobs = [(env_id, world, users, KNOWLEDGE, constants) for world in worlds]
            results = list(measure_all(measure, jobs))
            found = {
                f"world {world}: {requirement.what}": requirement
                for world, result in zip(worlds, results, strict=True)
                for requirement in requirements(result, users=CERTIFIED_USERS)
            }
            name, tightest = min(found.items(), key=lambda pair: pair[1].margin)
            study.tell(trial, tightest.margin)
            record.append(
                {
                    "constants": constants,
                    "margin": tightest.margin,
                    "tightest": name,
                    "measured": {what: requirement.value for what, requirement in found.items()},
                }
            )
            settings = ", ".join(f"{name}={value:g}" for name, value in constants.items())
            print(
                printable(f"{number:>3}  {tightest.margin:+.2f}  {settings}\n     {name}: {tightest}"),
                flush=True,
            )
            if out is not None:
                told = {
                    "env_id": env_id,
                    "users": users,
                    "worlds": list(worlds),
                    "seed": seed,
                    "trials": record,
                }
                text = json.dumps(told, indent=1) + "\n"
                write_whole(out, lambda file, text=text: file.write(text.encode()))  # type: ignore[misc]
    return record


def _ranges(env_id: str, given: Sequence[Sequence[str]]) -> dict[str, tuple[float, float]]:
    """Returns the ranges to search, those that are given or the scenario's.

    Raises:
        ValueError: if there are none, or one is no range of a constant of the scenario.
    """
    setup = setup_of(env_id)
    usual = setup.world.parameters
    if not given:
        name = setup.world.scenario.name
        if name not in RANGES:
            raise ValueError(
                f"No ranges are known for scenario {name!r}: name the constants to search, for instance --range affinity_effect 2 5."
            )
        return dict(RANGES[name])
    ranges = {}
    for name, low, high in given:
        if not isinstance(getattr(usual, name, None), float):
            raise ValueError(
                f"--range {name}: {type(usual).__name__} has no such constant that is a real number."
            )
        limits = (_number(f"--range {name}", low), _number(f"--range {name}", high))
        if not limits[0] < limits[1]:
            raise ValueError(f"--range {name} {low} {high}: the first must be smaller than the second.")
        for limit in limits:
            choose_parameters(type(usual), {name: limit})
        ranges[name] = limits
    return ranges


def _start(pairs: Sequence[str], ranges: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Reads NAME=VALUE pairs.

    Raises:
        ValueError: if one is no such pair, or not in the range that is searched.
    """
    start = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name not in ranges:
            raise ValueError(f"--start {pair}: {unknown_name('constant', name, ranges)}")
        start[name] = _number(f"--start {pair}", value)
        if not ranges[name][0] <= start[name] <= ranges[name][1]:
            raise ValueError(
                f"--start {pair} is not in the range that is searched, {ranges[name][0]:g} to {ranges[name][1]:g}."
            )
    return start


def _number(argument: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"{argument}: {text!r} is not a number.") from error


if __name__ == "__main__":
    sys.exit(main())
