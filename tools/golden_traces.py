"""Writes down what a few sessions of every id look like: `python -m tools.golden_traces`.

A changed trace is a changed environment: run this on purpose, and say in the changelog what behaves differently, and why.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

import recgym

TRACES = Path(__file__).resolve().parent.parent / "tests" / "golden_traces.json"
STEPS, SEED, DIGITS = 60, 11, 5


def trace_of(env_id: str) -> dict[str, Any]:
    """Plays sampled actions and returns what came back, rounded so that machines agree.

    Args:
        env_id: A registered id.

    Returns:
        Rewards, what was shown, how sessions ended, and the sum of each step's observation.
    """
    env = gym.make(env_id)
    env.action_space.seed(SEED)
    env.reset(seed=SEED)
    rewards, shown, endings, sums = [], [], [], []
    for _ in range(STEPS):
        observation, reward, terminated, truncated, info = env.step(env.action_space.sample())
        rewards.append(round(float(reward), DIGITS))
        shown.append(info["shown"].tolist())
        endings.append("left" if terminated else "horizon" if truncated else "")
        sums.append(round(float(np.sum(observation, dtype=np.float64)), DIGITS - 2))
        if terminated or truncated:
            env.reset()
    return {"rewards": rewards, "shown": shown, "endings": endings, "observations": sums}


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    argparse.ArgumentParser(prog="python -m tools.golden_traces", description=__doc__).parse_args(arguments)
    traces = {env_id: trace_of(env_id) for env_id in recgym.ENV_IDS}
    lines = [f"{json.dumps(env_id)}: {json.dumps(trace)}" for env_id, trace in traces.items()]
    TRACES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"Wrote {TRACES.name}: {len(traces)} ids, {STEPS} steps each.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
