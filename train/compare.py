"""Trains agents and compares them with one another and with oracles: `python -m train.compare`, which `make train` runs.

Prints one table on held-out users, what the last agent gains on each of the others (paired: same users, same noise), and how to open TensorBoard. With
--out FILE each agent's row is written as soon as it is measured, and rows that are there already are not measured again: what was stopped goes on if the same command is given again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import agents
from recgym.evaluation import Interval, printable
from recgym.evaluation.comparison import PLANNER, RANDOM, cell
from recgym.evaluation.metrics import SCORE
from train.arguments import (
    INTERRUPTED,
    add_measuring_arguments,
    add_privileged_argument,
    add_training_arguments,
    check_out,
    read_columns,
    stop,
)
from train.checkpoints import TrainingStopped
from train.comparison import Comparison
from train.evaluate import ORACLES, check_columns, evaluate_run, print_table
from train.runs import learns, make_envs, parse_pairs, plan_run, read_agents, train

COMPARED = ("popular", "nearest", "linucb", "ppo", "supervised", "policy_iteration")
"""Agents of the table, beside random and the oracles, unless others are asked for; the last is compared with each of the others."""
_TITLES = {"myopic": "myopic oracle"}
"""Names of policies in the README's table, where they differ."""
_UNBROKEN = "\N{NO-BREAK SPACE}"


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_training_arguments(parser)
    parser.add_argument(
        "--agents",
        nargs="+",
        default=list(COMPARED),
        metavar="NAME",
        help=f"any of {', '.join(agents.AGENTS)}, or package.module:Class, each with options if you like, as in 'ppo[gamma=0]' or, with --privileged, 'ppo[observation=state]'; the last is compared with each of the others (default: {' '.join(COMPARED)})",
    )
    parser.add_argument(
        "--steps", type=int, metavar="N", help="steps of every agent (default: of their hyperparameters)"
    )
    add_privileged_argument(parser)
    add_measuring_arguments(parser)
    parser.add_argument(
        "--out",
        type=Path,
        help="also write the results to this JSON file, row by row; agents that it holds already, trained alike and measured on the same users in the same world, keep their rows (default: only comparison.json in the last run's folder)",
    )
    parser.add_argument(
        "--markdown",
        type=Path,
        nargs="+",
        metavar="JSON",
        help="measure nothing; print the README's table of these results",
    )
    args = parser.parse_args(arguments)
    if args.markdown is not None:
        try:
            comparisons = [json.loads(path.read_text(encoding="utf-8")) for path in args.markdown]
            print(printable(markdown_table(comparisons)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            files = ", ".join(map(str, args.markdown))
            parser.error(f"--markdown {files}: {error!r}. Pass files that --out wrote.")
        return 0
    if args.users < 2:
        parser.error(f"--users {args.users} must be at least 2.")
    check_out(parser, args.out)
    started = time.monotonic()
    try:
        rows = _rows(args.agents)
        env_kwargs = parse_pairs(args.env_kwargs)
        runs = {
            row: plan_run(
                args.env,
                agent,
                steps=args.steps,
                seed=args.seed,
                env_kwargs=env_kwargs,
                agent_kwargs=options,
                privileged=args.privileged,
            )
            for row, (agent, options) in rows.items()
        }
        for run in runs.values():  # what an agent refuses is told before any of them is trained
            agents.load(
                run.agent,
                make_envs(run, 1, "train"),
                seed=run.seed,
                privileged=run.privileged,
                **run.agent_kwargs,
            )
        columns = read_columns(args.columns)
        last = list(runs)[-1]
        check_columns(runs[last], columns)
        references = evaluate_run(runs[last], {}, users=args.users)
        comparison = Comparison(args.env, references, args.out)
        if comparison.left_out:
            parser.error(
                f"--out {args.out} holds agents that met other users or another world, or no returns of users: name another file, or remove that one if it is not needed."
            )
        folder = None
        for name, run in runs.items():
            if comparison.holds(name, run):
                print(f"{name} was measured before: its row in {args.out} stays.", flush=True)
                comparison.put_last(name)
                continue
            if learns(run.agent):
                print(
                    f"Training {name} on {run.env_id}: {run.steps:,} steps, {run.num_envs} users at once.",
                    flush=True,
                )
            agent, folder = train(run, args.logdir, progress=not args.no_progress)
            measured = evaluate_run(
                run, {name: agent}, users=args.users, privileged=args.privileged, with_oracles=False
            )
            comparison.add(name, run, measured)
    except TrainingStopped as stopped:
        print(f"\n{stopped}")
        if args.out is not None:
            print(f"What was measured before is in {args.out}: the same command goes on with this agent.")
        return INTERRUPTED
    except (ValueError, TypeError, OSError, ImportError, MemoryError) as error:
        stop(parser, error)
    written = [path for path in (folder and folder / "comparison.json", args.out) if path is not None]
    for path in written:
        comparison.write(path, last)
    print_table(comparison.results, columns)
    print(f"\nReward per session of {last} over that of the others, paired by user, with 95 % intervals:")
    differences = comparison.differences(last)
    width = max(map(len, differences)) + 1
    for name, interval in differences.items():
        print(f"  {name:<{width}}{interval.mean:+.2f} [{interval.low:+.2f}, {interval.high:+.2f}]")
    print(f"\nIt took {time.monotonic() - started:.0f} s. All numbers are in {written[0]}.")
    print(
        f"To see how training went, run {_tensorboard()} --logdir {args.logdir}, and open the address that it prints."
    )
    return 0


def markdown_table(comparisons: list[dict[str, Any]]) -> str:
    """Returns comparisons as the README shows them, an id a column.

    A row for each policy tells its reward per session and, behind a comma, its score; below them stands by how much the last agent of each comparison is
    above the others, paired by user. Numbers that belong together are not parted at the end of a line.
    """
    ids = [f"`{comparison['env_id']}`" for comparison in comparisons]
    policies: dict[str, list[str]] = {}
    leads: dict[str, list[str]] = {}
    for column, comparison in enumerate(comparisons):
        for name, row in comparison["results"].items():
            cells = policies.setdefault(name, [""] * len(ids))
            reward = cell(Interval(**row["reward_per_session"])).replace(" ", _UNBROKEN)
            score = row[SCORE]["mean"]
            cells[column] = reward if name in (RANDOM, PLANNER) else f"{reward}, {score:.2f}"
        *others, last = comparison["runs"]
        for other in others:
            over = Interval(**comparison["differences"][other])
            cells = leads.setdefault(f"*{last} over {other}*", [""] * len(ids))
            cells[column] = f"{over.mean:+.2f} [{over.low:+.2f},{_UNBROKEN}{over.high:+.2f}]"
    oracles = {name: policies.pop(name) for name in ORACLES if name in policies}
    rows = {_TITLES.get(name, name): cells for name, cells in (policies | oracles).items()} | leads
    lines = [f"| | {' | '.join(ids)} |", "|---" * (len(ids) + 1) + "|"]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items())])


def _rows(names: list[str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Returns row of the table -> agent and its options; see `train.runs.read_agents`.

    Raises:
        ValueError: if a row is that of an oracle, too.
    """
    rows = read_agents(names)
    if set(rows) & set(ORACLES):
        raise ValueError(
            f"--agents {' '.join(names)}: {', '.join(ORACLES)} have rows of the table already; the names must differ."
        )
    return rows


def _tensorboard() -> str:
    """The command that starts TensorBoard in this environment."""
    program = Path(sys.executable).parent / "tensorboard"
    if not program.exists():
        return f"{sys.executable} -m tensorboard.main"
    here = os.path.relpath(program)
    return here if not here.startswith("..") else str(program)


if __name__ == "__main__":
    sys.exit(main())
