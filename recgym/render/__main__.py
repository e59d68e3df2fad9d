"""Plays one session and draws it: `python -m recgym.render --env RecVideo-v0 --seed 3 --out session.png`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from recgym.core.printing import printable
from recgym.core.registry import RENDERERS, available_render_modes, class_of
from recgym.render.transcript import transcript
from recgym.task.session_record import SessionRecord


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    from recgym.oracles.reference import REFERENCES, create_reference

    parser = argparse.ArgumentParser(
        prog="python -m recgym.render", description="Plays one session and draws it."
    )
    parser.add_argument(
        "--env",
        default="RecEcommerce-v0",
        metavar="ID",
        help="id of the environment, of recgym's or registered by a package of your own, as in package:RecMine-v0 (default: RecEcommerce-v0)",
    )
    parser.add_argument(
        "--policy", default="planner", choices=REFERENCES, help="who decides (default: planner)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the user and their luck (default: 0)")
    parser.add_argument("--out", type=Path, help="PNG file for the picture")
    parser.add_argument("--text", action="store_true", help="print the transcript")
    args = parser.parse_args(arguments)
    if args.seed < 0:
        parser.error(f"--seed {args.seed} must not be negative.")
    if args.out is None and not args.text:
        parser.error("nothing to do: give --out session.png, --text, or both.")
    if args.out is not None and args.out.is_dir():
        parser.error(f"--out {args.out} is a folder; name a PNG file, such as {args.out / 'session.png'}.")
    if args.out is not None and args.out.suffix.lower() != ".png":
        parser.error(f"--out {args.out}: pictures are PNG files; name it {args.out.with_suffix('.png')}.")
    if args.out is not None and not args.out.resolve().parent.is_dir():
        parser.error(f"--out {args.out}: its folder does not exist.")
    if args.out is not None and "rgb_array" not in available_render_modes():
        parser.error(
            f'--out {args.out}: pictures need {RENDERERS["rgb_array"].library}: pip install "recgym[plot]".'
        )
    try:
        env = create_env(args.env)
    except (gym.error.Error, ModuleNotFoundError, ValueError, TypeError) as error:
        parser.error(str(error))
    decide = create_reference(args.policy, env, seed=args.seed)
    record = play_session(env, decide, args.seed)
    if args.text:
        print(printable(transcript(record)))
    if args.out is not None:
        save_picture(record, args.out)
        print(f"Wrote {args.out}.", file=sys.stderr)
    return 0


def create_env(env_id: str) -> Any:
    """Makes an environment that keeps a record, with held-out users.

    Raises:
        ValueError: if there is no such id.
        TypeError: if it is not an environment of recgym's.
        ModuleNotFoundError: if the id names a package that is not there.
    """
    class_of(env_id)
    return gym.make(env_id, split="test", render_mode="ansi", disable_env_checker=True).unwrapped


def play_session(env: Any, decide: Callable[[Any], Any], seed: int) -> SessionRecord:
    """Plays a session to its end and returns its record.

    Args:
        env: A single environment, unwrapped, with a render mode.
        decide: A reference policy: running sessions -> actions.
        seed: Of the user and their luck.
    """
    env.reset(seed=seed)
    over = False
    while not over:
        _, _, terminated, truncated, _ = env.step(np.asarray(decide(env.sessions))[0])
        over = terminated or truncated
    record: SessionRecord = env.record
    return record


def save_picture(record: SessionRecord, path: Path) -> None:
    """Draws a session into a PNG file, whole or not at all."""
    from matplotlib.image import imsave

    from recgym.render.picture import SessionPicture

    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        imsave(unfinished, SessionPicture()(record), format="png")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
