"""Prints the planning certificate of the scenarios: `python -m recgym.certify`.

For each id and world: returns and session lengths of random, popular, the myopic oracle and the planner on held-out users
with paired noise; the planner's gain over the myopic oracle with its 95 % interval; and the normalised score of the myopic oracle.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from recgym import SCENARIOS
from recgym.core.arguments import unknown_name

GAIN_RANGE, GAIN_FLOOR, NORM_RANGE, CONTROL_GAIN = (0.20, 0.60), 0.10, (0.40, 0.85), 0.01
"""What is required of a scenario's gain, of the interval's lower end, of its norm, and of the control's gain."""
UNCERTIFIED = {"RecBandit-v0"}
"""Measured, but nothing is required: tiny by design, for tables of values."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns the exit code, 1 if a requirement fails."""
    ids = [f"Rec{name}-v0" for name in SCENARIOS]
    parser = argparse.ArgumentParser(
        prog="python -m recgym.certify", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--env", nargs="+", default=ids, metavar="ID", help="ids to certify (default: all)")
    parser.add_argument(
        "--worlds",
        nargs="+",
        type=int,
        default=[0, 1, 2],
        metavar="SEED",
        help="seeds of worlds (default: 0 1 2)",
    )
    parser.add_argument(
        "--users", type=int, default=1_000, help="held-out users per id and world (default: 1000)"
    )
    parser.add_argument(
        "--processes", type=int, default=min(2, os.cpu_count() or 1), help="processes (default: 2)"
    )
    parser.add_argument("--out", type=Path, help="also write the results to this JSON file")
    parser.add_argument(
        "--markdown",
        type=Path,
        metavar="JSON",
        help="measure nothing; print the README's table of these results",
    )
    chosen = parser.parse_args(arguments)
    if chosen.markdown is not None:
        print(markdown_table(json.loads(chosen.markdown.read_text())))
        return 0
    for env_id in chosen.env:
        if env_id not in ids:
            parser.error(unknown_name("id", env_id, ids))
    if chosen.users < 2 or chosen.processes < 1 or min(chosen.worlds) < 0:
        parser.error("--users must be at least 2, --processes at least 1, and --worlds not negative.")
    if chosen.out is not None and not chosen.out.resolve().parent.is_dir():
        parser.error(f"--out {chosen.out}: its folder does not exist.")
    tasks = [(env_id, world, chosen.users) for env_id in chosen.env for world in chosen.worlds]
    print(_HEADER, flush=True)
    results: list[dict[str, Any]] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(chosen.processes, mp_context=context) as pool:
        for result in pool.map(_certify, tasks):
            results.append(result)
            print(format_row(result), flush=True)
    failed = [problem for result in results for problem in problems(result)]
    print("\n" + ("\n".join(failed) if failed else "Every requirement holds."))
    if chosen.out is not None:
        _write(chosen.out, results)
    return 1 if failed else 0


def problems(result: dict[str, Any]) -> list[str]:
    """Returns what a certificate lacks, in words; empty if it holds."""
    env_id, gain, norm = result["env_id"], result["gain"], result["norm"]
    where = f"{env_id}, world {result['world']}"
    if env_id in UNCERTIFIED:
        return []
    if env_id == "RecControl-v0":
        return (
            []
            if abs(gain["mean"]) < CONTROL_GAIN
            else [f"{where}: |gain| {gain['mean']:.1%} is not below {CONTROL_GAIN:.0%}."]
        )
    found = []
    if not GAIN_RANGE[0] <= gain["mean"] <= GAIN_RANGE[1]:
        found.append(
            f"{where}: gain {gain['mean']:.1%} is not between {GAIN_RANGE[0]:.0%} and {GAIN_RANGE[1]:.0%}."
        )
    if gain["low"] <= GAIN_FLOOR:
        found.append(
            f"{where}: the interval of the gain starts at {gain['low']:.1%}, not above {GAIN_FLOOR:.0%}."
        )
    if not NORM_RANGE[0] <= norm <= NORM_RANGE[1]:
        found.append(f"{where}: norm {norm:.2f} is not between {NORM_RANGE[0]} and {NORM_RANGE[1]}.")
    if result["popular_gain"]["low"] <= 0:
        found.append(
            f"{where}: popular is not above random (interval starts at {result['popular_gain']['low']:.2f})."
        )
    return found


_HEADER = (
    f"{'id':<20}{'world':>6}{'random':>9}{'popular':>9}{'myopic':>9}{'planner':>9}{'bound':>8}"
    f"{'   length (random popular myopic planner)':<42}{'gain':>8}{'95 % interval':>18}{'norm':>7}"
)


def format_row(result: dict[str, Any]) -> str:
    """Returns one line of the table."""
    names = ("random", "popular", "myopic", "planner")
    returns = "".join(f"{result['returns'][name]['mean']:>9.2f}" for name in names)
    bound = "" if result["bound"] is None else f"{result['bound']:.2f}"
    lengths = "".join(f"{result['lengths'][name]['mean']:>9.1f}" for name in names)
    gain = result["gain"]
    interval = f"[{gain['low']:+.1%}, {gain['high']:+.1%}]"
    row = f"{result['env_id']:<20}{result['world']:>6}{returns}{bound:>8}   {lengths:<39}{gain['mean']:>+8.1%}{interval:>18}{result['norm']:>7.2f}"
    rollout = result["rollout_gain"]
    if rollout is not None:
        row += f"   ({result['planner']}; rollouts add {rollout['mean']:+.1%} [{rollout['low']:+.1%}, {rollout['high']:+.1%}])"
    return row


def markdown_table(results: list[dict[str, Any]]) -> str:
    """Returns the certificates as the README shows them: per id, means over the worlds and the range of the gain's intervals."""
    lines = [
        "| id | random | popular | myopic oracle | planner | session length, myopic / planner | gain of planning [95 % intervals] | norm |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for env_id in dict.fromkeys(result["env_id"] for result in results):
        rows = [result for result in results if result["env_id"] == env_id]
        returns = " | ".join(
            f"{statistics.fmean(row['returns'][name]['mean'] for row in rows):.2f}"
            for name in ("random", "popular", "myopic", "planner")
        )
        lengths = " / ".join(
            f"{statistics.fmean(row['lengths'][name]['mean'] for row in rows):.1f}"
            for name in ("myopic", "planner")
        )
        gains = ", ".join(
            f"{100 * row['gain']['mean']:+.0f} % [{100 * row['gain']['low']:.0f}, {100 * row['gain']['high']:.0f}]"
            for row in rows
        )
        norms = ", ".join(f"{row['norm']:.2f}" for row in rows)
        lines.append(f"| `{env_id}` | {returns} | {lengths} | {gains} | {norms} |")
    return "\n".join(lines)


def _certify(task: tuple[str, int, int]) -> dict[str, Any]:
    from recgym.oracles.certificate import certify

    env_id, world, users = task
    return certify(env_id, world=world, users=users).as_dict()


def _write(path: Path, results: list[dict[str, Any]]) -> None:
    """Writes the results whole or not at all."""
    with tempfile.NamedTemporaryFile("w", dir=path.resolve().parent, suffix=".json", delete=False) as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


if __name__ == "__main__":
    sys.exit(main())
