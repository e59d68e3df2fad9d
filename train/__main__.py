"""Trains an agent and saves it: `python -m train --env RecEcommerce-v0 --agent ppo --steps 1000000 --seed 0`.

The run's folder holds the agent, the settings, and TensorBoard's files. Tags under `rec/` are means over the sessions that ended since the
last record, with the agent still exploring: reward_per_session, session_length, click_through_rate (clicks per impression), like_rate (likes per
click), intra_list_diversity (mean distance of items shown within ten steps), coverage (share of items shown), gini_exposure (0: all
items as often, 1: one item), novelty (bits of self-information of an item), serendipity (clicks on what is not expected), personalisation (distance between
users' lists) and worst_tenth (reward of the worst-off tenth). The other tags are Stable-Baselines3's.
"""

from __future__ import annotations

import argparse
import sys

import agents
from recgym.evaluation import printable
from train.arguments import add_measuring_arguments, add_training_arguments, read_columns
from train.evaluate import evaluate_run, print_table
from train.runs import parse_pairs, plan_run, short_name, train


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_training_arguments(parser)
    parser.add_argument(
        "--agent",
        default="ppo",
        metavar="NAME",
        help=f"one of {', '.join(agents.AGENTS)}, or package.module:Class (default: ppo)",
    )
    parser.add_argument(
        "--steps", type=int, metavar="N", help="steps over all rows (default: of the agent's hyperparameters)"
    )
    parser.add_argument(
        "--num-envs", type=int, metavar="M", help="users at once (default: of the agent's hyperparameters)"
    )
    parser.add_argument(
        "--agent-kwargs", nargs="+", default=[], metavar="NAME=VALUE", help="options of the agent"
    )
    add_measuring_arguments(parser, "held-out users to evaluate on; 0 leaves it out (default: 1000)")
    args = parser.parse_args(arguments)
    if args.users < 0 or args.users == 1:
        parser.error(f"--users {args.users}: intervals need at least 2 users; 0 leaves the evaluation out.")
    try:
        run = plan_run(
            args.env, args.agent, steps=args.steps, seed=args.seed, num_envs=args.num_envs,
            env_kwargs=parse_pairs(args.env_kwargs), agent_kwargs=parse_pairs(args.agent_kwargs),
        )  # fmt: skip
        columns = read_columns(args.columns)
        agent, folder = train(run, args.logdir, progress=not args.no_progress)
    except (ValueError, TypeError, OSError, ImportError) as error:
        parser.error(printable(str(error), sys.stderr))
    if args.users:
        print_table(evaluate_run(run, {short_name(run.agent): agent}, users=args.users), columns)
    print(f"\nSaved in {folder}. Evaluate again: python -m train.evaluate {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
