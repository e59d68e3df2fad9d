"""Evaluates saved agents on held-out users, beside random and the oracles: `python -m train.evaluate runs/RecEcommerce-v0__ppo__0`.

Every policy meets the same users with the same noise. Intervals are 95 %, over users. The normalised score is (agent - random) /
(planner - random) in reward per session.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import agents
from recgym.evaluation import METRICS, Interval, SessionLog, mean_interval, normalised_score, play
from recgym.oracles.reference import create_reference
from recgym.sessions.sessions import Sessions
from train.runs import Run, make_envs, read_run

EVALUATION_USERS, EVALUATION_SEED, POLICY_SEED = 1_000, 0, 7
COLUMNS = ("reward_per_session", "session_length", "click_through_rate", "intra_list_diversity", "coverage")
"""Metrics that the table shows; the others are in the JSON."""
SCORE = "normalised_score"
TITLES = {"myopic": "myopic oracle"}
"""Names of policies in tables, where they differ."""

Results = dict[str, dict[str, Interval]]
"""Policy -> metric -> value with its interval."""


def evaluate(
    run: Run, trained: Mapping[str, agents.Agent], *, users: int, seed: int = EVALUATION_SEED
) -> Results:
    """Measures trained agents, random and the oracles on the same held-out users.

    Args:
        run: Names the environment.
        trained: Name -> agent.
        users: At least 2.
        seed: Of the users and their noise.
    """
    return results_of(logs_of(run, trained, users=users, seed=seed))


def logs_of(
    run: Run,
    trained: Mapping[str, agents.Agent],
    *,
    users: int,
    seed: int = EVALUATION_SEED,
    tell: Callable[[str], None] | None = None,
) -> dict[str, SessionLog]:
    """Plays random, the agents, the myopic oracle and the planner on the same held-out users.

    Args:
        run: Names the environment.
        trained: Name -> agent.
        users: How many.
        seed: Of the users and their noise.
        tell: Is called with each policy's name before it plays.
    """
    interface = make_envs(run, 1, "test").interface
    arguments = dict(run.env_kwargs) | {"split": "test"}
    logs: dict[str, SessionLog] = {}

    def measure(name: str, policy: Callable[[Sessions], np.ndarray]) -> None:
        if tell is not None:
            tell(name)
        logs[name] = play(interface, policy, users, seed)

    measure("random", create_reference("random", run.env_id, seed=POLICY_SEED, **arguments))
    for name, agent in trained.items():
        if name != "random":
            measure(name, agent.policy())
    for name in ("myopic", "planner"):
        measure(name, create_reference(name, run.env_id, seed=POLICY_SEED, **arguments))
    return logs


def results_of(logs: Mapping[str, SessionLog]) -> Results:
    """Returns every metric of the logs, and the score normalised by random and the planner."""
    return {
        name: {metric.name: metric.interval(log) for metric in METRICS.values()}
        | {SCORE: normalised_score(log, logs["random"], logs["planner"])}
        for name, log in logs.items()
    }


def paired_differences(logs: Mapping[str, SessionLog], of: str) -> dict[str, Interval]:
    """Returns the differences in reward per session between one policy and each of the others, on the same users."""
    mine = logs[of].rewards.sum(axis=1)
    return {name: mean_interval(mine - log.rewards.sum(axis=1)) for name, log in logs.items() if name != of}


def table(results: Results) -> str:
    """Returns the results as a table of text."""
    titles = [METRICS[name].title for name in COLUMNS] + ["normalised"]
    lines = [f"{'':<14}" + "".join(f"{title:>15}" for title in titles)]
    for name, row in results.items():
        cells = "".join(f"{cell(row[column]):>15}" for column in (*COLUMNS, SCORE))
        lines.append(f"{TITLES.get(name, name):<14}{cells}")
    return "\n".join(lines)


def print_table(results: Results) -> None:
    """Prints the results."""
    print(f"\n{table(results)}\n\nHeld-out users, the same for every row; ± is half of the 95 % interval.")


def cell(interval: Interval) -> str:
    """An estimate with half of its 95 % interval."""
    half = max(interval.high - interval.mean, interval.mean - interval.low)
    return f"{interval.mean:.2f} ± {half:.2f}"


def write_results(path: Path, results: Results, about: Mapping[str, Any]) -> None:
    """Writes results with their intervals as JSON, whole or not at all."""
    told = dict(about) | {
        "results": {name: {key: asdict(value) for key, value in row.items()} for name, row in results.items()}
    }
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", type=Path, nargs="+", help="folders of runs, of the same environment")
    parser.add_argument("--users", type=int, default=EVALUATION_USERS, help="held-out users (default: 1000)")
    parser.add_argument(
        "--seed", type=int, default=EVALUATION_SEED, help="of the users and their noise (default: 0)"
    )
    parser.add_argument("--out", type=Path, help="also write every metric to this JSON file")
    chosen = parser.parse_args(arguments)
    if chosen.users < 2 or chosen.seed < 0:
        parser.error(f"--users {chosen.users} must be at least 2, and --seed {chosen.seed} not negative.")
    if chosen.out is not None and not chosen.out.resolve().parent.is_dir():
        parser.error(f"--out {chosen.out}: its folder does not exist.")
    try:
        runs = [read_run(folder) for folder in chosen.run]
        first = runs[0]
        for folder, run in zip(chosen.run, runs, strict=True):
            if (run.env_id, run.env_kwargs) != (first.env_id, first.env_kwargs):
                parser.error(
                    f"{folder} is of {run.env_id} {run.env_kwargs}, {chosen.run[0]} of {first.env_id} {first.env_kwargs}: evaluate them apart."
                )
        names = (
            [run.agent for run in runs]
            if len({run.agent for run in runs}) == len(runs)
            else [folder.name for folder in chosen.run]
        )
        env = make_envs(first, 1, "test")
        trained = {
            name: agents.load_saved(folder, env) for name, folder in zip(names, chosen.run, strict=True)
        }
    except (ValueError, TypeError, OSError) as error:
        parser.error(str(error))
    results = evaluate(first, trained, users=chosen.users, seed=chosen.seed)
    print_table(results)
    if chosen.out is not None:
        write_results(
            chosen.out, results, {"env_id": first.env_id, "users": chosen.users, "seed": chosen.seed}
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
