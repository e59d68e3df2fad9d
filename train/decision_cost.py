"""Prints what a decision costs with a large catalogue, against a small one: `python -m train.decision_cost`.

Everything is measured in one process, in turns; the best of each counts, since noise only ever slows down. The ratio is of time per decision: how much dearer
the larger catalogue is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import agents
from agents.agent import Agent
from agents.training import masks_of
from recgym.bench import ROUNDS, best_of_turns
from recgym.core.arguments import whole_number
from recgym.core.registry import class_of
from recgym.evaluation import printable
from train.arguments import stop
from train.runs import Run, make_envs, parse_pairs, plan_run

AGENTS_MEASURED = ("random", "nearest", "linucb", "two_tower")
SIZES = (200, 10_000)


def decisions_per_second(agent: Agent, observations: Any, masks: Any) -> float:
    """Returns how many users an agent decides for in a second, a batch at a time."""
    start = perf_counter()
    chosen = agent.act(observations, masks)
    return len(chosen) / (perf_counter() - start)


def decision_costs(
    plans: Mapping[tuple[str, int], Run], *, rounds: int = ROUNDS
) -> dict[tuple[str, int], float]:
    """Returns the seconds that a decision takes.

    Args:
        plans: (Name of an agent, items) -> how its environment and the agent are made. It is trained for ``steps``, so that it has something to decide with, and decides for
            ``num_envs`` users at a time.
        rounds: The best counts.
    """
    measures: dict[str, Callable[[], float]] = {}
    for (name, size), run in plans.items():
        envs = make_envs(run, run.num_envs, "train")
        agent = agents.load(run.agent, envs, seed=run.seed, **run.agent_kwargs)
        agent.fit(envs, run.steps)
        observations, infos = envs.reset(seed=run.seed)
        masks = masks_of(infos, agent.task, run.num_envs)
        agent.act(observations, masks)  # what is made once and kept is made before it is measured
        measures[f"{name} {size}"] = partial(decisions_per_second, agent, observations, masks)
    speed = best_of_turns(measures, rounds)
    return {(name, size): 1.0 / speed[f"{name} {size}"] for name, size in plans}


def cost_table(costs: Mapping[tuple[str, int], float], sizes: Sequence[int]) -> str:
    """Returns a row per agent: microseconds per decision at each size, and the ratio of the last to the first."""
    names = list(dict.fromkeys(name for name, _ in costs))
    width = max(len(name) for name in names) + 2
    lines = [" " * width + "".join(f"{f'{size:,} items':>16}" for size in sizes) + f"{'ratio':>8}"]
    for name in names:
        cells = "".join(f"{1e6 * costs[name, size]:>13,.1f} µs" for size in sizes)
        lines.append(f"{name:<{width}}{cells}{costs[name, sizes[-1]] / costs[name, sizes[0]]:>8.1f}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train.decision_cost",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--env", default="RecEcommerce-v0", metavar="ID", help="id (default: RecEcommerce-v0)"
    )
    parser.add_argument(
        "--agents",
        nargs="+",
        default=list(AGENTS_MEASURED),
        metavar="NAME",
        help=f"agents (default: {' '.join(AGENTS_MEASURED)})",
    )
    parser.add_argument(
        "--sizes",
        nargs="+",
        type=int,
        default=list(SIZES),
        metavar="N",
        help="items in play (default: 200 10000)",
    )
    parser.add_argument("--num-envs", type=int, default=64, metavar="M", help="users at a time (default: 64)")
    parser.add_argument(
        "--steps", type=int, default=256, metavar="N", help="of training before it is measured (default: 256)"
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help=f"rounds; the best counts (default: {ROUNDS})"
    )
    parser.add_argument(
        "--env-kwargs",
        nargs="+",
        default=["catalogue=all"],
        metavar="NAME=VALUE",
        help="arguments of the environment (default: catalogue=all)",
    )
    args = parser.parse_args(arguments)
    try:
        class_of(args.env)
        rounds = whole_number("rounds", args.rounds, 1)
        env_kwargs = parse_pairs(args.env_kwargs)
        plans = {
            (name, size): plan_run(
                args.env,
                name,
                steps=args.steps,
                num_envs=args.num_envs,
                env_kwargs={**env_kwargs, "num_items": size},
            )
            for name in args.agents
            for size in args.sizes
        }
        costs = decision_costs(plans, rounds=rounds)
    except (ValueError, TypeError, OSError, ImportError) as error:
        stop(parser, error)
    print(f"{args.env}, {args.num_envs} users at a time, time per decision:")
    print(printable(cost_table(costs, args.sizes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
