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
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import gymnasium as gym

from recgym import ENV_IDS, SCENARIOS, registered_ids
from recgym.core.arguments import unknown_name
from recgym.core.printing import printable
from recgym.core.whole_file import write_whole
from recgym.oracles.requirements import requirements

KNOWLEDGE = ("average", "session", "flat", "honest", "features")
"""Rows of the square beside everything."""
SINGLE_IDS = [f"Rec{name}-v0" for name in SCENARIOS]


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns the exit code, 1 if a requirement fails."""
    parser = argparse.ArgumentParser(
        prog="python -m recgym.certify", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--env",
        nargs="+",
        default=SINGLE_IDS,
        metavar="ID",
        help="ids to certify; package:RecMine-v0 for one that a package of your own registers\n"
        "(default: each scenario of recgym, with single items)",
    )
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
        "--knowledge",
        nargs="*",
        choices=KNOWLEDGE,
        default=list(KNOWLEDGE),
        metavar="ROW",
        help=f"rows of the square beside everything: {', '.join(KNOWLEDGE)} (default: all of them)",
    )
    parser.add_argument(
        "--processes", type=int, default=min(2, os.cpu_count() or 1), help="processes (default: 2)"
    )
    parser.add_argument(
        "--out", type=Path, help="also write the results to this JSON file; what else it holds stays"
    )
    parser.add_argument(
        "--markdown",
        type=Path,
        metavar="JSON",
        help="measure nothing; print the README's table of these results",
    )
    args = parser.parse_args(arguments)
    try:
        if args.markdown is not None:
            print(printable(markdown_table(read_certificates(args.markdown))))
            return 0
        if args.users < 2 or args.processes < 1 or min(args.worlds) < 0:
            parser.error("--users must be at least 2, --processes at least 1, and --worlds not negative.")
        for env_id in args.env:
            check_env_id(env_id)
        if args.out is not None and not args.out.resolve().parent.is_dir():
            parser.error(f"--out {args.out}: its folder does not exist.")
        held = read_certificates(args.out) if args.out is not None and args.out.exists() else []
    except (OSError, TypeError, ValueError, ModuleNotFoundError, gym.error.Error) as error:
        parser.error(str(error))
    jobs = [
        (env_id, world_seed, args.users, args.knowledge, {})
        for env_id in args.env
        for world_seed in args.worlds
    ]
    print(printable(_HEADER), flush=True)
    results: list[dict[str, Any]] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(args.processes, mp_context=context) as pool:
        for result in pool.map(measure, jobs):
            results.append(result)
            print(printable(format_row(result)), flush=True)
    failed = [problem for result in results for problem in problems(result)]
    print(printable("\n" + ("\n".join(failed) if failed else "Every requirement holds.")))
    if args.out is not None:
        text = json.dumps(merge(held, results), indent=1) + "\n"
        write_whole(args.out, lambda file: file.write(text.encode()))
    return 1 if failed else 0


def check_env_id(env_id: str) -> None:
    """Checks that an id can be certified; ``"package:Id-v0"`` imports the package, which registers it.

    Raises:
        ValueError: if it is not registered.
        TypeError: if it is not an environment of recgym's, or of a scenario that was registered with `recgym.register`.
        ModuleNotFoundError: if there is no such package.
    """
    if env_id in ENV_IDS:
        return
    if ":" not in env_id and env_id not in gym.registry:
        raise ValueError(
            f"{unknown_name('id', env_id, registered_ids())} One that a package of your own registers is named with it: 'package:{env_id}'."
        )
    from recgym.sessions.setup import setup_of

    setup_of(env_id)


def read_certificates(path: Path) -> list[dict[str, Any]]:
    """Reads what the command wrote.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it holds something else.
    """
    try:
        results = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}); pass a file that --out wrote.") from error
    if not isinstance(results, list) or not all(
        isinstance(result, dict) and {"env_id", "world_seed", "kind"} <= result.keys() for result in results
    ):
        raise ValueError(
            f"{path} does not hold certificates; pass a file that --out wrote, or remove it and measure anew."
        )
    return results


def merge(held: list[dict[str, Any]], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the certificates that were held, with those that were measured in their places or at the end."""
    rows = {(result["env_id"], result["world_seed"]): result for result in held}
    return list((rows | {(result["env_id"], result["world_seed"]): result for result in results}).values())


def problems(result: Mapping[str, Any]) -> list[str]:
    """Returns what a certificate lacks, in words; empty if it holds."""
    where = f"{result['env_id']}, world {result['world_seed']}"
    return [f"{where}: {requirement}." for requirement in requirements(result) if requirement.margin < 0]


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
    row = f"{result['env_id']:<20}{result['world_seed']:>6}{returns}{bound:>8}   {lengths:<39}{gain['mean']:>+8.1%}{interval:>18}{result['norm']:>7.2f}"
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


def measure(job: tuple[str, int, int, Sequence[str], Mapping[str, Any]]) -> dict[str, Any]:
    """Certifies one id in one world, in a process of its own: (id, world's seed, users, rows of the square, arguments)."""
    import torch

    from recgym.oracles.certificate import certify

    torch.set_num_threads(1)
    env_id, world_seed, users, knowledge, arguments = job
    return certify(env_id, world_seed=world_seed, users=users, knowledge=knowledge, **arguments).as_dict()


if __name__ == "__main__":
    sys.exit(main())
