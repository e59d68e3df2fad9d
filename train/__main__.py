"""Trains an agent and saves it: `python -m train --env RecEcommerce-v0 --agent ppo --steps 1000000 --seed 0`.

Ctrl-C saves; `python -m train --resume RUN` goes on, from the last checkpoint if the process was killed.

The run's folder holds the agent, the one that did best on validation users during training (`best`), the settings, and TensorBoard's files. Tags under `rec/` are means over the sessions that ended since the
last record, with the agent still exploring: reward_per_session, session_length, click_through_rate (clicks per impression), like_rate (likes per
click), intra_list_diversity (mean distance of items shown within ten steps), coverage (share of items shown), gini_exposure (0: all
items as often, 1: one item), novelty (bits of self-information of an item), serendipity (clicks on what is not expected), personalisation (distance between
users' lists) and worst_tenth (reward of the worst-off tenth). The other tags are Stable-Baselines3's.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import agents
from train.arguments import (
    INTERRUPTED,
    add_import_argument,
    add_measuring_arguments,
    add_privileged_argument,
    add_training_arguments,
    import_modules,
    read_columns,
    stop,
)
from train.checkpoints import TrainingStopped
from train.evaluate import check_columns, evaluate_run, print_table
from train.runs import VALIDATION_USERS, parse_pairs, plan_run, read_run, resume, short_name, train

_WITH_RESUME = ("help", "resume", "steps", "users", "columns", "no_progress", "modules")
"""What may be said beside --resume."""


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
    parser.add_argument(
        "--hyperparams", type=Path, metavar="FILE", help="hyperparameters, as python -m train.tune writes them"
    )  # fmt: skip
    parser.add_argument(
        "--checkpoint-every",
        type=int,
        metavar="N",
        help="steps between checkpoints, over all rows (default: a tenth of the training)",
    )
    parser.add_argument(
        "--validation-users",
        type=int,
        default=VALIDATION_USERS,
        metavar="N",
        help=f"users that each checkpoint is measured on; 0 leaves it out, and keeps no best model (default: {VALIDATION_USERS})",
    )
    parser.add_argument("--wandb", action="store_true", help="show the run by Weights & Biases, too")
    parser.add_argument(
        "--resume",
        type=Path,
        metavar="RUN",
        help="go on with the training in this folder, as it was begun; --steps tells how long it is in all, if longer",
    )
    add_import_argument(parser)
    add_privileged_argument(parser)
    add_measuring_arguments(parser, "held-out users to evaluate on; 0 leaves it out (default: 1000)")
    args = parser.parse_args(arguments)
    if args.users < 0 or args.users == 1:
        parser.error(f"--users {args.users}: intervals need at least 2 users; 0 leaves the evaluation out.")
    try:
        import_modules(args.modules)
        columns = read_columns(args.columns)
        if args.resume is None:
            run = plan_run(
                args.env, args.agent, steps=args.steps, seed=args.seed, num_envs=args.num_envs,
                env_kwargs=parse_pairs(args.env_kwargs), agent_kwargs=parse_pairs(args.agent_kwargs),
                checkpoint_every=args.checkpoint_every, validation_users=args.validation_users, wandb=args.wandb,
                privileged=args.privileged, hyperparams=args.hyperparams,
            )  # fmt: skip
            check_columns(run, columns)
            agent, folder = train(run, args.logdir, progress=not args.no_progress)
        else:
            _check_alone(parser, arguments)
            check_columns(read_run(args.resume), columns)
            run, agent, folder = resume(args.resume, steps=args.steps, progress=not args.no_progress)
    except TrainingStopped as stopped:
        print(f"\n{stopped}")
        return INTERRUPTED
    except (ValueError, TypeError, OSError, ImportError, MemoryError) as error:
        stop(parser, error)
    if args.users:
        measured = evaluate_run(
            run, {short_name(run.agent): agent}, users=args.users, privileged=run.privileged
        )
        print_table(measured.results, columns)
    again = " --privileged" if run.privileged else ""
    print(f"\nSaved in {folder}. Evaluate again: python -m train.evaluate {folder}{again}")
    return 0


def _check_alone(parser: argparse.ArgumentParser, arguments: list[str] | None) -> None:
    """Refuses what a training that goes on has been told already."""
    nothing = object()
    given = parser.parse_args(
        arguments, argparse.Namespace(**{action.dest: nothing for action in parser._actions})
    )
    for action in parser._actions:
        if action.dest not in _WITH_RESUME and getattr(given, action.dest) is not nothing:
            parser.error(
                f"{action.option_strings[-1]} cannot be changed in the middle of a training: --resume goes on as it was begun. Leave it out, or begin another "
                "training without --resume."
            )


if __name__ == "__main__":
    sys.exit(main())
