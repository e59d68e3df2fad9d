"""Trains PPO and LinUCB and compares them with baselines and oracles: `python -m train.compare`, which `make train` runs.

Prints one table on held-out users, what PPO gains on each of the others (paired: same users, same noise), and how to open TensorBoard.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import agents
from recgym.evaluation import Interval
from train.evaluate import (
    EVALUATION_SEED,
    EVALUATION_USERS,
    SCORE,
    TITLES,
    cell,
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
    parser.add_argument(
        "--out",
        type=Path,
        help="also write the results to this JSON file; the run's folder has them in any case",
    )
    parser.add_argument(
        "--markdown",
        type=Path,
        nargs="+",
        metavar="JSON",
        help="measure nothing; print the README's table of these results",
    )
    parser.add_argument("--no-progress", action="store_true", help="no progress bars")
    chosen = parser.parse_args(arguments)
    if chosen.markdown is not None:
        try:
            print(markdown_table([json.loads(path.read_text(encoding="utf-8")) for path in chosen.markdown]))
        except (OSError, ValueError, KeyError) as error:
            names = ", ".join(map(str, chosen.markdown))
            parser.error(f"--markdown {names}: {error!r}. Pass files that --out wrote.")
        return 0
    if chosen.users < 2:
        parser.error(f"--users {chosen.users} must be at least 2.")
    if chosen.out is not None and not chosen.out.resolve().parent.is_dir():
        parser.error(f"--out {chosen.out}: its folder does not exist.")
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
    differences = paired_differences(logs, last)
    for name, interval in differences.items():
        print(f"  {name:<10}{interval.mean:+.2f} [{interval.low:+.2f}, {interval.high:+.2f}]")
    about = {
        "env_id": chosen.env, "users": chosen.users, "users_seed": EVALUATION_SEED, "runs": {name: asdict(run) for name, run in runs.items()},
        "differences": {name: asdict(interval) for name, interval in differences.items()},
    }  # fmt: skip
    for path in filter(None, (folder / "comparison.json", chosen.out)):
        write_results(path, results, about)
    print(f"\nIt took {time.monotonic() - started:.0f} s. All numbers are in {folder / 'comparison.json'}.")
    print(
        f"To see how training went, run {_tensorboard()} --logdir {chosen.logdir}, and open the address that it prints."
    )
    return 0


def markdown_table(comparisons: list[dict[str, Any]]) -> str:
    """Returns comparisons as the README shows them: reward per session with its interval, and how far the last agent is above the others."""
    policies = list(comparisons[0]["results"])
    last = COMPARED[-1]
    lines = [
        f"| id | {' | '.join(TITLES.get(name, name) for name in policies)} | {last} normalised | {last} over linucb |",
        "|---" * (len(policies) + 3) + "|",
    ]
    for told in comparisons:
        results = {
            name: {key: Interval(**value) for key, value in row.items()}
            for name, row in told["results"].items()
        }
        rewards = " | ".join(cell(results[name]["reward_per_session"]) for name in policies)
        over = Interval(**told["differences"]["linucb"])
        lines.append(
            f"| `{told['env_id']}` | {rewards} | {cell(results[last][SCORE])} | {over.mean:+.2f} [{over.low:+.2f}, {over.high:+.2f}] |"
        )
    return "\n".join(lines)


def _tensorboard() -> str:
    """The command that starts TensorBoard in this environment."""
    program = Path(sys.executable).parent / "tensorboard"
    if not program.exists():
        return f"{sys.executable} -m tensorboard.main"
    here = os.path.relpath(program)
    return here if not here.startswith("..") else str(program)


if __name__ == "__main__":
    sys.exit(main())
