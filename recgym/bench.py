"""Prints how fast the environments are: `python -m recgym.bench`.

Everything is measured in one process on one core, in turns, and told as a ratio to two references: Gymnasium's CartPole-v1 for the single
environment, and for the vector environment NumPy's gather of rows that are as wide as the observation, from a table of 10,000.
The vector environments give flat observations, RecBandit-v0 too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import gymnasium as gym
import numpy as np

from recgym import SCENARIOS

TABLE_ROWS = 10_000
ROUNDS = 7
SINGLE_STEPS, VECTOR_STEPS = 10_000, 60
REQUIRED_SINGLE, REQUIRED_VECTOR, REQUIRED_GROWTH = 0.7, 0.2, 1.3
REQUIRED_SECONDS, REQUIRED_MEGABYTES = 1.5, 500.0
_START = """
import time; start = time.perf_counter()
import gymnasium, recgym
env = gymnasium.make("RecEcommerce-v0"); env.reset(seed=0); env.step(0)
print(time.perf_counter() - start)
"""
_MEMORY = """
import sys, gymnasium, numpy, recgym
env = gymnasium.make_vec(sys.argv[1], 1024); _, info = env.reset(seed=0)
for _ in range(100): _, _, _, _, info = env.step(numpy.argmax(info["action_mask"], axis=1))
try:
    kilobytes = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
except OSError:  # elsewhere than on Linux; may include the parent's peak
    import resource
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(int(kilobytes) / 1024)
"""


def single_steps_per_second(env: gym.Env, actions: np.ndarray) -> float:
    """Steps a single environment with the actions in turn; an action that is not available gives way to the first that is."""
    _, info = env.reset(seed=0)
    restricted = "action_mask" in info and not info["action_mask"].all()
    chosen = actions.tolist()
    start = time.perf_counter()
    for action in chosen:
        if restricted and not info["action_mask"][action]:
            action = info["action_mask"].argmax()
        _, _, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            _, info = env.reset()
    return len(chosen) / (time.perf_counter() - start)


def vector_rows_per_second(env: gym.vector.VectorEnv, actions: np.ndarray) -> float:
    """Steps a vector environment with actions (steps, N); the time to choose available actions is not counted."""
    _, info = env.reset(seed=0)
    restricted = not info["action_mask"].all()
    spent = 0.0
    for row in actions:
        if restricted:
            row = np.where(
                np.take_along_axis(info["action_mask"], row[:, None], 1)[:, 0],
                row,
                info["action_mask"].argmax(1),
            )
        start = time.perf_counter()
        _, _, _, _, info = env.step(row)
        spent += time.perf_counter() - start
    return actions.size / spent


def gathered_rows_per_second(table: np.ndarray, rows: np.ndarray) -> float:
    """Gathers rows (steps, N) of a table with NumPy."""
    start = time.perf_counter()
    for row in rows:
        table[row]
    return rows.size / (time.perf_counter() - start)


def best_of_turns(measures: dict[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """Measures each in turn, round after round, and returns the best of each: noise only ever slows down."""
    best = dict.fromkeys(measures, 0.0)
    for _ in range(rounds):
        for name, measure in measures.items():
            best[name] = max(best[name], measure())
    return best


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(
        prog="python -m recgym.bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--rows", type=int, default=1024, help="rows of the vector environments (default: 1024)"
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help=f"rounds; the best counts (default: {ROUNDS})"
    )
    chosen = parser.parse_args(arguments)
    if chosen.rows < 1 or chosen.rounds < 1:
        parser.error("--rows and --rounds must be at least 1.")
    _use_one_core()
    generator = np.random.default_rng(0)
    print(
        f"{'':<22}{'single, steps/s':>18}{'x CartPole':>12}{'vector, rows/s':>18}{'gather, rows/s':>18}{'x gather':>10}"
    )
    cart_pole = gym.make("CartPole-v1")
    pushes = generator.integers(0, 2, SINGLE_STEPS)
    for name in SCENARIOS:
        env_id = f"Rec{name}-v0"
        single, vector = gym.make(env_id), gym.make_vec(env_id, chosen.rows, observation="flat")
        count = single.action_space.n  # type: ignore[attr-defined]
        shape = (VECTOR_STEPS, chosen.rows)
        actions, wide = generator.integers(0, count, SINGLE_STEPS), generator.integers(0, count, shape)
        width = int(np.prod(vector.single_observation_space.shape or (1,)))
        table = generator.random((TABLE_ROWS, width), np.float32)
        gathered = generator.integers(0, TABLE_ROWS, shape)
        speed = best_of_turns(
            {
                "cart_pole": partial(single_steps_per_second, cart_pole, pushes),
                "single": partial(single_steps_per_second, single, actions),
                "vector": partial(vector_rows_per_second, vector, wide),
                "gather": partial(gathered_rows_per_second, table, gathered),
            },
            chosen.rounds,
        )
        single_ratio, vector_ratio = speed["single"] / speed["cart_pole"], speed["vector"] / speed["gather"]
        print(
            f"{env_id:<22}{speed['single']:>18,.0f}{single_ratio:>12.2f}{speed['vector']:>18,.0f}"
            f"{speed['gather']:>18,.0f}{vector_ratio:>10.3f}",
            flush=True,
        )
    print(f"{'CartPole-v1':<22}{speed['cart_pole']:>18,.0f}{1.0:>12.2f}")
    print(
        f"Required: at least {REQUIRED_SINGLE} x CartPole for RecEcommerce-v0, and {REQUIRED_VECTOR} x the gather for every scenario.\n"
    )
    _print_growth(chosen.rows, chosen.rounds, generator)
    seconds = min(float(_in_new_process(_START)) for _ in range(3))
    print(f"import, make and one step, warm: {seconds:.2f} s (required: below {REQUIRED_SECONDS} s)")
    for name in SCENARIOS:
        megabytes = float(_in_new_process(_MEMORY, f"Rec{name}-v0"))
        print(
            f"Memory of a process with Rec{name}-v0 at 1,024 rows: {megabytes:.0f} MB (required: below {REQUIRED_MEGABYTES:.0f} MB)"
        )
    return 0


def _print_growth(rows: int, rounds: int, generator: np.random.Generator) -> None:
    """Time per step with 10,000 items over that with 200, in one catalogue."""
    catalogue = "all"
    sizes = (200, 10_000)
    singles = {n: gym.make("RecEcommerce-v0", catalogue=catalogue, num_items=n) for n in sizes}
    vectors = {n: gym.make_vec("RecEcommerce-v0", rows, catalogue=catalogue, num_items=n) for n in sizes}
    actions = {n: generator.integers(0, n, SINGLE_STEPS) for n in sizes}
    wide = {n: generator.integers(0, n, (VECTOR_STEPS, rows)) for n in sizes}
    measures: dict[str, Callable[[], float]] = {}
    for n in sizes:
        measures[f"single {n}"] = partial(single_steps_per_second, singles[n], actions[n])
        measures[f"vector {n}"] = partial(vector_rows_per_second, vectors[n], wide[n])
    speed = best_of_turns(measures, rounds)
    for kind in ("single", "vector"):
        growth = speed[f"{kind} {sizes[0]}"] / speed[f"{kind} {sizes[1]}"]
        print(
            f"Cost of a {kind} step with 10,000 items over that with 200: {growth:.2f} (required: at most {REQUIRED_GROWTH})"
        )


def _in_new_process(code: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    ).stdout


def _use_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


if __name__ == "__main__":
    sys.exit(main())
