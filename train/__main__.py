"""Trains an agent and saves it: `python -m train --env RecEcommerce-v0 --agent ppo --steps 1000000 --seed 0`.

The run's folder holds the agent, the settings, and TensorBoard's files. Tags under `rec/` are means over the sessions that ended since the
last record, with the agent still exploring: reward_per_session, session_length, click_through_rate (clicks per impression), like_rate (likes per
click), intra_list_diversity (mean distance of items shown within ten steps), coverage (share of items shown) and gini_exposure (0: all
items as often, 1: one item). The other tags are Stable-Baselines3's.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import agents
from train.evaluate import EVALUATION_USERS, evaluate, print_table
from train.runs import parse_pairs, plan_run, train


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--env",
        default="RecEcommerce-v0",
        metavar="ID",
        help="id of the environment (default: RecEcommerce-v0)",
    )
    parser.add_argument(
        "--agent", default="ppo", metavar="NAME", help=f"one of {', '.join(agents.AGENTS)} (default: ppo)"
    )
    parser.add_argument(
        "--steps", type=int, metavar="N", help="steps over all rows (default: of the agent's hyperparameters)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="S", help="of the agent and its users (default: 0)"
    )
    parser.add_argument(
        "--num-envs", type=int, metavar="M", help="users at once (default: of the agent's hyperparameters)"
    )
    parser.add_argument(
        "--logdir", type=Path, default=Path("runs"), metavar="D", help="folder of runs (default: runs)"
    )
    parser.add_argument(
        "--env-kwargs", nargs="+", default=[], metavar="NAME=VALUE", help="arguments of the environment"
    )
    parser.add_argument(
        "--agent-kwargs", nargs="+", default=[], metavar="NAME=VALUE", help="options of the agent"
    )
    parser.add_argument(
        "--users",
        type=int,
        default=EVALUATION_USERS,
        help="held-out users to evaluate on; 0 leaves it out (default: 1000)",
    )
    parser.add_argument("--no-progress", action="store_true", help="no progress bar")
    chosen = parser.parse_args(arguments)
    if chosen.users < 0 or chosen.users == 1:
        parser.error(f"--users {chosen.users}: intervals need at least 2 users; 0 leaves the evaluation out.")
    try:
        run = plan_run(
            chosen.env, chosen.agent, steps=chosen.steps, seed=chosen.seed, num_envs=chosen.num_envs,
            env_kwargs=parse_pairs(chosen.env_kwargs), agent_kwargs=parse_pairs(chosen.agent_kwargs),
        )  # fmt: skip
        agent, folder = train(run, chosen.logdir, progress=not chosen.no_progress)
    except (ValueError, TypeError, OSError) as error:
        parser.error(str(error))
    if chosen.users:
        print_table(evaluate(run, {run.agent: agent}, users=chosen.users))
    print(f"\nSaved in {folder}. Evaluate again: python -m train.evaluate {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
