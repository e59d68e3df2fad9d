"""Compiles the machine code of scenarios ahead of its first use: `python -m recgym.compile`.

What is not compiled yet is compiled when an id is first made, which takes some ten seconds, and stays in a cache. An image of a container, a
cluster's shared folder or a test run can have it before.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

import gymnasium as gym

from recgym import ENV_IDS
from recgym.certify import check_env_id, is_installed
from recgym.core.processes import mapping
from recgym.core.registry import class_of

_FEW: dict[str, Any] = {"num_users": 50}
"""Code is the same for few users as for many."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m recgym.compile", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--env",
        nargs="+",
        default=list(ENV_IDS),
        metavar="ID",
        help="ids to compile; package:RecMine-v0 for one that a package of your own registers\n"
        "(default: every id of recgym)",
    )
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)"
    )
    args = parser.parse_args(arguments)
    try:
        if args.processes < 1:
            parser.error(f"--processes must be at least 1, got {args.processes}.")
        for env_id in args.env:
            check_env_id(env_id)
    except (TypeError, ValueError, ModuleNotFoundError, gym.error.Error) as error:
        parser.error(str(error))
    ids = one_of_each_scenario(args.env)
    with mapping(min(args.processes, len(ids))) as compile_all:
        for env_id, seconds in zip(ids, compile_all(compile_scenario, ids), strict=True):
            print(f"{env_id}: {seconds:.0f} s", flush=True)
    return 0


def one_of_each_scenario(env_ids: list[str]) -> list[str]:
    """Returns the first of the ids of each scenario: slates run the code of single items."""
    first: dict[str, str] = {}
    for env_id in env_ids:
        first.setdefault(class_of(env_id).scenario.name, env_id)
    return list(first.values())


def compile_scenario(env_id: str) -> float:
    """Lets an id's scenario run through all that is compiled: singles, rows, threads, histories and oracles. Returns the seconds that it took."""
    from recgym.oracles.certificate import certify

    start = time.perf_counter()
    single = gym.make(env_id, disable_env_checker=True, **_FEW)
    single.reset(seed=0)
    single.step(single.action_space.sample())
    rows = gym.make_vec(env_id, 2, num_threads=2, observation="ids", **_FEW)
    rows.reset(seed=0)
    rows.step(rows.action_space.sample())
    rows.close()
    certify(env_id, users=4, **_FEW)
    if is_installed("torch"):
        _compile_beliefs(env_id)
    return time.perf_counter() - start


def _compile_beliefs(env_id: str) -> None:
    """Lets honest policies play, which need networks that read the history."""
    from recgym.evaluation.rollouts import evaluated_setup, rollout
    from recgym.oracles.history_estimates import HistoryEstimator
    from recgym.oracles.honest import HonestPolicy

    setup = evaluated_setup(env_id, "test", **_FEW)
    estimator = HistoryEstimator(setup, "items", training_sessions=100)
    rollout(setup, HonestPolicy(estimator, price=1.0), 2, 0)


if __name__ == "__main__":
    sys.exit(main())
