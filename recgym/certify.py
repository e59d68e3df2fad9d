"""Prints the certificate of the scenarios: `python -m recgym.certify`.

For each id and world, on held-out users with paired noise: what planning is worth, and what the user's history is. Myopic policies and planners
know nothing of the user, this session, the history as well, or everything; beside them stand random, popular and the best loop of
the same items for everybody. Scores are 0 for random and 1 for the planner that knows everything; intervals are 95 %.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym

from recgym import ENV_IDS
from recgym.core.measured_rows import read_rows
from recgym.core.presets import PRESETS
from recgym.core.printing import printable
from recgym.core.processes import mapping
from recgym.core.registry import class_of
from recgym.core.whole_file import write_whole
from recgym.oracles.knowledge import ESTIMATED
from recgym.oracles.requirements import requirements


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns the exit code, 1 if a requirement fails."""
    parser = argparse.ArgumentParser(
        prog="python -m recgym.certify", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--env",
        nargs="+",
        default=list(ENV_IDS),
        metavar="ID",
        help="ids to certify; package:RecMine-v0 for one that a package of your own registers\n"
        "(default: every id of recgym)",
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
        choices=ESTIMATED,
        default=list(ESTIMATED),
        metavar="ROW",
        help=f"rows of the square beside everything: {', '.join(ESTIMATED)} (default: all of them)",
    )
    parser.add_argument(
        "--preset",
        choices=tuple(PRESETS),
        help="measure a world that moves by this preset, of which nothing is required (default: none)",
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
        if args.knowledge and not is_installed("torch"):
            parser.error(
                'Honest policies estimate by torch, which is not installed: pip install "recgym[certify]", or measure the oracles alone by --knowledge '
                "with nothing behind it."
            )
        for env_id in args.env:
            check_env_id(env_id)
        if args.out is not None and not args.out.resolve().parent.is_dir():
            parser.error(f"--out {args.out}: its folder does not exist.")
        held = read_certificates(args.out) if args.out is not None and args.out.exists() else []
    except (OSError, TypeError, ValueError, ModuleNotFoundError, gym.error.Error) as error:
        parser.error(str(error))
    preset = {} if args.preset is None else {"preset": args.preset}
    jobs: list[tuple[str, int, int, Sequence[str], Mapping[str, Any]]] = [
        (env_id, world_seed, args.users, args.knowledge, preset)
        for env_id in args.env
        for world_seed in args.worlds
    ]
    print(printable(_HEADER), flush=True)
    results: list[dict[str, Any]] = []
    with mapping(args.processes) as measure_all:
        for measured in measure_all(measure, jobs):
            result = measured | preset
            results.append(result)
            print(printable(format_row(result)), flush=True)
            if args.out is not None:
                text = json.dumps(merge(held, results), indent=1) + "\n"
                write_whole(args.out, lambda file, text=text: file.write(text.encode()))  # type: ignore[misc]
    failed = [problem for result in results for problem in problems(result)]
    print(printable("\n" + ("\n".join(failed) if failed else "Every requirement holds.")))
    return 1 if failed else 0


def is_installed(*libraries: str) -> bool:
    """Tells whether libraries can be imported, without importing them."""
    return all(importlib.util.find_spec(library) is not None for library in libraries)


def check_env_id(env_id: str) -> None:
    """Checks that an id can be certified; ``"package:Id-v0"`` imports the package, which registers it.

    Raises:
        ValueError: if it is not registered.
        TypeError: if it is not an environment of recgym's, or of a scenario that was registered with `recgym.register`.
        ModuleNotFoundError: if there is no such package.
    """
    if env_id in ENV_IDS:
        return
    class_of(env_id)
    from recgym.sessions.setup import setup_of

    setup_of(env_id)


def read_certificates(path: Path) -> list[dict[str, Any]]:
    """Reads what the command wrote.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it holds something else.
    """
    return read_rows(path, {"env_id", "world_seed", "kind"}, "certificates")


def merge(held: list[dict[str, Any]], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the certificates that were held, with those that were measured in their places or at the end."""
    return list({_place(result): result for result in [*held, *results]}.values())


def _place(result: Mapping[str, Any]) -> tuple[str, int, str | None]:
    """Returns what a certificate is of: an id, a world, and the preset that moves it, if any."""
    return result["env_id"], result["world_seed"], result.get("preset")


def problems(result: Mapping[str, Any]) -> list[str]:
    """Returns what a certificate lacks, in words; empty if it holds. Nothing is required of a world that a preset moves."""
    if "preset" in result:
        return []
    where = f"{result['env_id']}, world {result['world_seed']}"
    return [f"{where}: {requirement}." for requirement in requirements(result) if requirement.margin < 0]


_COLUMNS = (
    ("id", 26),
    ("world", 6),
    ("random", 8),
    ("planner", 9),
    ("bound", 8),
    ("loop", 7),
    ("average", 9),
    ("session", 9),
    ("flat", 7),
    ("honest", 8),
    ("features", 10),
    ("myopic", 8),
)
"""Of the command's table: returns of random and of the planner, then scores on the scale between them."""
_GAINS = {
    "planning": "planning, honest",
    "history": "history over the average user",
    "warm": "history over the session alone",
}
_HEADER = (
    "".join(name.ljust(width) if name == "id" else name.rjust(width) for name, width in _COLUMNS)
    + "   gains: planning, everything known; "
    + "; ".join(_GAINS.values())
)


def format_row(result: Mapping[str, Any]) -> str:
    """Returns one line of the table.

    It has returns of random, of the planner and its upper bound; scores of the loop, of planners with less knowledge, and of the myopic oracle; gains with
    their intervals.
    """
    returns, norms = result["returns"], result["norms"]
    cells = [
        f"{result['env_id']:<26}{result['world_seed']:>6}{returns['random']['mean']:>8.2f}{returns['planner']['mean']:>9.2f}"
        + ("" if result["bound"] is None else f"{result['bound']:.2f}").rjust(8)
        + (f"{norms['loop']:.2f}" if "loop" in norms else "").rjust(7)
    ]
    for name, width in _COLUMNS[6:11]:
        policy = f"{name} planner"
        cells.append((f"{norms[policy]:.2f}" if policy in norms else "").rjust(width))
    gains = [
        _interval(result["gain"]),
        *(_interval(result["gains"][name]) for name in _GAINS if name in result["gains"]),
    ]
    row = "".join(cells) + f"{result['norm']:>8.2f}   " + "; ".join(gains)
    rollout = result["rollout_gain"]
    return row if rollout is None else f"{row}   ({result['planner']}; rollouts add {_interval(rollout)})"


def _interval(gain: Mapping[str, float]) -> str:
    return f"{100 * gain['mean']:+.0f} % [{100 * gain['low']:.0f}, {100 * gain['high']:.0f}]"


def markdown_table(results: Sequence[Mapping[str, Any]]) -> str:
    """Returns the certificates as the README shows them: per id, means over the worlds.

    Beside the mean of a gain stand the lowest and the highest end of the worlds' intervals.
    """
    scores = {
        "loop": "loop",
        "average planner": "planner, average user",
        "session planner": "planner, this session",
        "honest myopic": "myopic, history and session",
        "flat planner": "planner, flat observation",
        "honest planner": "planner, history and session",
        "myopic": "myopic, everything",
    }
    heads = [
        "id",
        "random",
        "planner",
        *scores.values(),
        "planning, honest",
        "history",
        "planning, everything",
    ]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for env_id, preset in dict.fromkeys((result["env_id"], result.get("preset")) for result in results):
        rows = [result for result in results if (result["env_id"], result.get("preset")) == (env_id, preset)]
        cells = [f"`{env_id}`" + ("" if preset is None else f", {preset}")]
        cells += [
            f"{statistics.fmean(row['returns'][name]['mean'] for row in rows):.2f}"
            for name in ("random", "planner")
        ]
        for name in scores:
            known = [
                row["norms"][name] if row["norms"] else row["norm"]
                for row in rows
                if name in row["norms"] or name == "myopic"
            ]
            cells.append(f"{statistics.fmean(known):.2f}" if known else "")
        cells += [
            _over_worlds([row["gains"][name] for row in rows if name in row["gains"]])
            for name in ("planning", "history")
        ]
        cells.append(_over_worlds([row["gain"] for row in rows]))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _over_worlds(gains: Sequence[Mapping[str, float]]) -> str:
    """Returns the mean of gains, and the ends between which all their intervals lie."""
    if not gains:
        return ""
    low, high = min(gain["low"] for gain in gains), max(gain["high"] for gain in gains)
    return _interval({"mean": statistics.fmean(gain["mean"] for gain in gains), "low": low, "high": high})


def measure(job: tuple[str, int, int, Sequence[str], Mapping[str, Any]]) -> dict[str, Any]:
    """Certifies one id in one world, in a process of its own: (id, world's seed, users, rows of the square, arguments)."""
    from recgym.oracles.certificate import certify
    from recgym.oracles.history_estimates import use_one_thread

    use_one_thread()
    env_id, world_seed, users, knowledge, arguments = job
    return certify(env_id, world_seed=world_seed, users=users, knowledge=knowledge, **arguments).as_dict()


if __name__ == "__main__":
    sys.exit(main())
