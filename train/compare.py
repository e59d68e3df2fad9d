"""Trains PPO and LinUCB and compares them with baselines and oracles: `python -m train.compare`, which `make train` runs.

Prints one table on held-out users, what PPO gains on each of the others (paired: same users, same noise), and how to open TensorBoard.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import agents
from train.evaluate import (
    EVALUATION_SEED,
    EVALUATION_USERS,
    logs_of,
    paired_differences,
    print_table,
    results_of,
    write_results,
)
from train.runs import parse_pairs, plan_run, train

COMPARED = ("popular", "nearest", "linucb", "ppo")
"""Agents of the table, beside random and the oracles; the last is compared with each of the others."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--env",
        default="RecEcommerce-v0",
        metavar="ID",
        help="id of the environment (default: RecEcommerce-v0)",
    )
    parser.add_argument(
        "--steps",
        type=int,
        metavar="N",
        help="steps of every agent that learns (default: of their hyperparameters)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="S", help="of the agents and their users (default: 0)"
    )
    parser.add_argument("--users", type=int, default=EVALUATION_USERS, help="held-out users (default: 1000)")
    parser.add_argument(
        "--logdir", type=Path, default=Path("runs"), metavar="D", help="folder of runs (default: runs)"
    )
    parser.add_argument(
        "--env-kwargs", nargs="+", default=[], metavar="NAME=VALUE", help="arguments of the environment"
    )
    parser.add_argument("--no-progress", action="store_true", help="no progress bars")
    chosen = parser.parse_args(arguments)
    if chosen.users < 2:
        parser.error(f"--users {chosen.users} must be at least 2.")
    started = time.monotonic()
    try:
        env_kwargs = parse_pairs(chosen.env_kwargs)
        runs = {
            name: plan_run(chosen.env, name, steps=chosen.steps, seed=chosen.seed, env_kwargs=env_kwargs)
            for name in COMPARED
        }
        trained: dict[str, agents.Agent] = {}
        folder = chosen.logdir
        for name, run in runs.items():
            if name in ("linucb", "ppo"):
                print(
                    f"Training {name} on {run.env_id}: {run.steps:,} steps, {run.num_envs} users at once.",
                    flush=True,
                )
            trained[name], folder = train(run, chosen.logdir, progress=not chosen.no_progress)
    except (ValueError, TypeError, OSError) as error:
        parser.error(str(error))
    print(f"Evaluating on {chosen.users:,} held-out users.", flush=True)
    logs = logs_of(runs[COMPARED[-1]], trained, users=chosen.users)
    results = results_of(logs)
    print_table(results)
    last = COMPARED[-1]
    print(f"\nReward per session of {last} over that of the others, paired by user, with 95 % intervals:")
    for name, interval in paired_differences(logs, last).items():
        print(f"  {name:<10}{interval.mean:+.2f} [{interval.low:+.2f}, {interval.high:+.2f}]")
    about = {"env_id": chosen.env, "env_kwargs": env_kwargs, "users": chosen.users, "seed": EVALUATION_SEED}
    write_results(folder / "comparison.json", results, about)
    print(f"\nIt took {time.monotonic() - started:.0f} s. All numbers are in {folder / 'comparison.json'}.")
    print(
        f"To see how training went, run {_tensorboard()} --logdir {chosen.logdir}, and open the address that it prints."
    )
    return 0


def _tensorboard() -> str:
    """The command that starts TensorBoard in this environment."""
    program = Path(sys.executable).parent / "tensorboard"
    if not program.exists():
        return f"{sys.executable} -m tensorboard.main"
    here = os.path.relpath(program)
    return here if not here.startswith("..") else str(program)


if __name__ == "__main__":
    sys.exit(main())
