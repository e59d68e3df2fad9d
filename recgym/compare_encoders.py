"""Compares text encoders by what the user's history is worth with them: `python -m recgym.compare_encoders --env RecVideo-v0`.

Items are known by their vectors and the platform's counts alone, users by their histories. The world, its users and their luck are the same
for every encoder; what a planner earns more with a history than without one is what the vectors make of it.
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

from recgym.catalogue.catalogue import CatalogueError
from recgym.certify import check_env_id, is_installed
from recgym.core.measured_rows import read_rows
from recgym.core.printing import printable
from recgym.core.processes import mapping
from recgym.core.whole_file import write_whole

ENV_IDS = ("RecEcommerce-v0", "RecVideo-v0", "RecMusic-v0", "RecNews-v0", "RecCrossDomain-v0")
ENCODERS = ("shipped", "words", "shuffled", "random")
"""What is compared by itself: the catalogue's vectors, and controls that know words only or nothing."""

_KEYS = {"env_id", "encoder", "share"}
"""What tells its rows from those of other commands."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m recgym.compare_encoders",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument(
        "--env", nargs="+", default=list(ENV_IDS), metavar="ID", help="ids (default: those that plan)"
    )
    parser.add_argument(
        "--encoders",
        nargs="+",
        default=list(ENCODERS),
        metavar="NAME",
        help="shipped, shuffled, random, words, hashing, or names and paths of sentence-transformers models\n"
        f"(default: {' '.join(ENCODERS)})",
    )
    parser.add_argument("--world", type=int, default=0, metavar="SEED", help="seed of the world (default: 0)")
    parser.add_argument("--users", type=int, default=1_000, help="held-out users (default: 1000)")
    parser.add_argument(
        "--processes", type=int, default=min(2, os.cpu_count() or 1), help="processes (default: 2)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="also write the results to this JSON file; ids that it holds beside them stay",
    )
    parser.add_argument(
        "--markdown", type=Path, metavar="JSON", help="measure nothing; print these results as a table"
    )
    args = parser.parse_args(arguments)
    if not is_installed("torch", "sklearn"):
        parser.error('Comparing encoders needs torch and scikit-learn: pip install "recgym[certify]".')
    try:
        if args.markdown is not None:
            print(printable(markdown_table(read_rows(args.markdown, _KEYS, "comparisons of encoders"))))
            return 0
        if args.users < 2 or args.processes < 1 or args.world < 0:
            parser.error("--users must be at least 2, --processes at least 1, and --world not negative.")
        for env_id in args.env:
            check_env_id(env_id)
        if args.out is not None and not args.out.resolve().parent.is_dir():
            parser.error(f"--out {args.out}: its folder does not exist.")
        held = (
            read_rows(args.out, _KEYS, "comparisons of encoders")
            if args.out is not None and args.out.exists()
            else []
        )
    except (OSError, TypeError, ValueError, ModuleNotFoundError, gym.error.Error) as error:
        parser.error(str(error))
    jobs = [(env_id, args.encoders, args.world, args.users) for env_id in args.env]
    rows: list[dict[str, Any]] = []
    try:
        with mapping(args.processes) as measure_all:
            for measured in measure_all(_measure, jobs):
                rows += measured
                if args.out is not None:
                    done = {row["env_id"] for row in rows}
                    kept = [row for row in held if row["env_id"] not in done]
                    text = json.dumps(kept + rows, indent=1) + "\n"
                    write_whole(args.out, lambda file, text=text: file.write(text.encode()))  # type: ignore[misc]
    except CatalogueError as error:
        parser.error(f"--encoders: {error}")
    print(printable(markdown_table(rows)))
    return 0


def markdown_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Returns the results as a table: a row per id and encoder."""
    lines = [
        "| id | vectors | planner with a history | without | what the history is worth | share of the shipped vectors' |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        gain, share = row["gain"], row["share"]
        lines.append(
            f"| `{row['env_id']}` | {row['encoder']} | {row['planner']['mean']:.2f} | {row['average']['mean']:.2f} "
            f"| {gain['mean']:+.2f} [{gain['low']:.2f}, {gain['high']:.2f}] "
            f"| {100 * share['mean']:.0f} % [{100 * share['low']:.0f}, {100 * share['high']:.0f}] |"
        )
    return "\n".join(lines)


def _measure(job: tuple[str, Sequence[str], int, int]) -> list[dict[str, Any]]:
    from recgym.oracles.encoder_worth import measure_encoders
    from recgym.oracles.history_estimates import use_one_thread

    use_one_thread()
    env_id, encoders, world_seed, users = job
    return [row.as_dict() for row in measure_encoders(env_id, encoders, world_seed=world_seed, users=users)]


if __name__ == "__main__":
    sys.exit(main())
