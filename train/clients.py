"""What the scripts of other libraries (``train/with_*.py``) share: their arguments, the clock, and the measure on held-out users."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

import gymnasium as gym

import recgym
from recgym.core.registry import class_of
from recgym.evaluation.rollouts import Policy
from recgym.task import Task
from recgym.wrappers import slate_policy


def parse_arguments(
    description: str | None,
    arguments: Sequence[str] | None,
    *,
    num_envs: int,
    choices: dict[str, Sequence[str]] | None = None,
    switches: dict[str, str] | None = None,
) -> argparse.Namespace:
    """Reads the arguments that every script has, and a script's own.

    Args:
        description: The script's docstring.
        arguments: As on the command line; those of the process if ``None``.
        num_envs: Users at once, unless another number is given.
        choices: Name of an argument -> its values, the first by default.
        switches: Name of an argument that is on or off -> what it does.

    Returns:
        ``env`` (with the module that registers it: ``"recgym:"`` if none is given), ``steps``, ``num_envs``, ``users``, ``seed``, and the own ones.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--env", default="RecEcommerce-v0", metavar="ID", help="a registered id (default: RecEcommerce-v0)"
    )
    for name, default, text in (
        ("steps", 20_000, "steps of training, over all rows"),
        ("num-envs", num_envs, "users at once"),
        ("users", 500, "held-out users to measure on"),
        ("seed", 0, "of users and algorithm"),
    ):
        parser.add_argument(
            f"--{name}", type=int, default=default, metavar="N", help=f"{text} (default: {default})"
        )
    for name, values in (choices or {}).items():
        parser.add_argument(f"--{name}", choices=values, default=values[0], help=f"default: {values[0]}")
    for name, text in (switches or {}).items():
        parser.add_argument(f"--{name}", action="store_true", help=text)
    args = parser.parse_args(arguments)
    for name, low in (("steps", 1), ("num_envs", 1), ("users", 2), ("seed", 0)):
        if getattr(args, name) < low:
            parser.error(f"--{name.replace('_', '-')} {getattr(args, name)} must be at least {low}.")
    if ":" not in args.env:
        args.env = f"recgym:{args.env}"
    try:
        class_of(args.env)
    except (ValueError, TypeError, ModuleNotFoundError) as error:
        parser.error(str(error))
    return args


def task_of(env_id: str, **arguments: Any) -> Task:
    """Returns the task of an id."""
    task = gym.make(env_id, **arguments).unwrapped.task  # type: ignore[attr-defined]
    assert isinstance(task, Task)
    return task


def print_speed(steps: int, started: float) -> None:
    """Prints how many steps were made a second since ``started``, a reading of `time.perf_counter`."""
    seconds = time.perf_counter() - started
    print(f"{steps:,} steps in {seconds:.1f} s: {steps / seconds:,.0f} steps a second", flush=True)


def compare_with_random(
    args: argparse.Namespace, policy: Policy, *, item_by_item: bool = False, **arguments: Any
) -> None:
    """Prints what a policy and random items earn per session of the same held-out users.

    Args:
        args: From `parse_arguments`.
        policy: ``(observations, masks) -> actions``.
        item_by_item: Whether it was trained in `recgym.wrappers.SlateItemByItem`.
        **arguments: Of the environment.
    """
    if item_by_item:
        policy = slate_policy(task_of(args.env, **arguments), policy)
    print(
        recgym.evaluate(
            args.env,
            {"trained": policy},
            users=args.users,
            seed=args.seed,
            invalid_actions="repair",
            **arguments,
        )
    )
