"""Plays one session and draws it: `python -m recgym.render --env RecVideo-v0 --seed 3 --out session.png`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import gymnasium as gym
import numpy as np

from recgym import ENV_IDS
from recgym.core.arguments import unknown_name
from recgym.oracles.reference import REFERENCES, create_reference
from recgym.sessions.env import RecEnv


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m recgym.render", description="Plays one session and draws it."
    )
    parser.add_argument(
        "--env",
        default="RecEcommerce-v0",
        metavar="ID",
        help="id of the environment (default: RecEcommerce-v0)",
    )
    parser.add_argument(
        "--policy", default="planner", choices=REFERENCES, help="who decides (default: planner)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the user and their luck (default: 0)")
    parser.add_argument("--out", type=Path, help="PNG file for the picture")
    parser.add_argument("--text", action="store_true", help="print the transcript")
    chosen = parser.parse_args(arguments)
    if chosen.env not in ENV_IDS:
        parser.error(unknown_name("id", chosen.env, ENV_IDS))
    if chosen.seed < 0:
        parser.error(f"--seed {chosen.seed} must not be negative.")
    if chosen.out is None and not chosen.text:
        parser.error("nothing to do: give --out session.png, --text, or both.")
    if chosen.out is not None and not chosen.out.resolve().parent.is_dir():
        parser.error(f"--out {chosen.out}: its folder does not exist.")
    env = play_session(chosen.env, chosen.policy, chosen.seed, "ansi" if chosen.out is None else "rgb_array")
    assert env.recorder is not None
    if chosen.text:
        print(env.recorder.text())
    if chosen.out is not None:
        from matplotlib.image import imsave

        imsave(chosen.out, env.recorder.picture(), format="png")
        print(f"Wrote {chosen.out}.", file=sys.stderr)
    return 0


def play_session(env_id: str, policy: str, seed: int, render_mode: str) -> RecEnv:
    """Plays a session to its end with a held-out user and returns the environment, whose recorder holds it."""
    env = gym.make(env_id, split="test", render_mode=render_mode).unwrapped
    assert isinstance(env, RecEnv)
    decide = create_reference(policy, env_id, seed=seed, split="test")
    env.reset(seed=seed)
    over = False
    while not over:
        action = np.asarray(decide(env.sessions))[0]
        _, _, terminated, truncated, _ = env.step(action)
        over = terminated or truncated
    return env


if __name__ == "__main__":
    sys.exit(main())
