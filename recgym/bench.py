"""Prints how fast the environments are: `python -m recgym.bench`.

Steps are measured in one process on one core, in turns (but for what several threads give), and told as a ratio to two references: Gymnasium's CartPole-v1 for the single
environment, and for the vector environment NumPy's gather of rows that are as wide as the observation, from a table of 10,000.
The vector environments give flat observations, RecBandit-v0 too.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial

import gymnasium as gym
import numpy as np

from recgym import SCENARIOS

TABLE_ROWS = 10_000
ROUNDS = 7
SINGLE_STEPS, VECTOR_STEPS = 10_000, 60
THREADED_ROWS, THREADED_TURNS, THREADS = 4_096, 3, 2
REQUIRED_SINGLE, REQUIRED_NEWS, REQUIRED_VECTOR, REQUIRED_GROWTH, REQUIRED_THREADS = 1.0, 0.7, 0.25, 1.3, 1.6
REQUIRED_SECONDS, REQUIRED_MEGABYTES = 1.5, 500.0
_NAMES = max(len(f"Rec{name}-v0") for name in SCENARIOS)
"""Width of the column of ids."""
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
    """Steps a single environment with the actions in turn, resets included; what is not available is repaired."""
    env.reset(seed=0)
    in_turn = actions.tolist()
    start = time.perf_counter()
    for action in in_turn:
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    return len(in_turn) / (time.perf_counter() - start)


def vector_rows_per_second(env: gym.vector.VectorEnv, actions: np.ndarray) -> float:
    """Steps a vector environment with actions (steps, N).

    Where items come and go, available ones are chosen; that is not counted, and neither is the mask that the choice reads.
    """
    _, info = env.reset(seed=0)
    restricted = not env.unwrapped.task.always_available  # type: ignore[attr-defined]
    spent = 0.0
    for row in actions:
        if restricted:
            mask = info["action_mask"]
            row = np.where(np.take_along_axis(mask, row[:, None], 1)[:, 0], row, mask.argmax(1))
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


def rows_per_second_apart(pool: Executor, envs: Sequence[gym.vector.VectorEnv], actions: np.ndarray) -> float:
    """Steps vector environments with their parts of the actions (steps, N), each in a thread of its own that waits for no other."""
    for env in envs:
        env.reset(seed=0)

    def step(env: gym.vector.VectorEnv, part: np.ndarray) -> None:
        for row in part:
            env.step(row)

    start = time.perf_counter()
    list(pool.map(step, envs, np.split(actions, len(envs), axis=1)))
    return actions.size / (time.perf_counter() - start)


def median_ratios(
    measures: Sequence[Callable[[], float]], reference: Callable[[], float], turns: int
) -> list[float]:
    """Measures each between two measurements of the reference, turn after turn, and returns the median ratios to their means.

    Two cores together have no best moment as one core alone has it: a machine that others use gives the second core now and then only.
    """
    ratios: list[list[float]] = [[] for _ in measures]
    before = reference()
    for _ in range(turns):
        for measure, held in zip(measures, ratios, strict=True):
            measured, after = measure(), reference()
            held.append(measured / (0.5 * (before + after)))
            before = after
    return [statistics.median(held) for held in ratios]


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(
        prog="python -m recgym.bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--rows", type=int, default=1024, help="rows of the vector environments (default: 1024)"
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=ROUNDS,
        help=f"rounds; the best counts, of threads the median (default: {ROUNDS})",
    )
    args = parser.parse_args(arguments)
    if args.rows < 1 or args.rounds < 1:
        parser.error("--rows and --rounds must be at least 1.")
    cores = _use_one_core()
    generator = np.random.default_rng(0)
    _print_scenarios(args.rows, args.rounds, generator)
    _print_growth("RecEcommerce-v0", "all", args.rows, args.rounds, generator)
    _print_growth("RecNews-v0", "all", args.rows, args.rounds, generator)
    _print_threads(cores, args.rounds, generator)
    seconds = min(float(_in_new_process(_START)) for _ in range(3))
    print(f"import, make and one step, warm: {seconds:.2f} s (required: below {REQUIRED_SECONDS} s)")
    for name in SCENARIOS:
        megabytes = float(_in_new_process(_MEMORY, f"Rec{name}-v0"))
        print(
            f"Memory of a process with Rec{name}-v0 at 1,024 rows: {megabytes:.0f} MB (required: below {REQUIRED_MEGABYTES:.0f} MB)"
        )
    return 0


def _print_scenarios(rows: int, rounds: int, generator: np.random.Generator) -> None:
    """The table of single, unwrapped and vector steps."""
    print(
        f"{'':<{_NAMES}}{'single, steps/s':>16}{'x CartPole':>12}{'unwrapped, ns':>15}{'vector, rows/s':>16}{'gather, rows/s':>16}{'x gather':>10}"
    )
    cart_pole = gym.make("CartPole-v1")
    pushes = generator.integers(0, 2, SINGLE_STEPS)
    for name in SCENARIOS:
        env_id = f"Rec{name}-v0"
        single, vector = gym.make(env_id), gym.make_vec(env_id, rows)
        count = single.action_space.n  # type: ignore[attr-defined]
        shape = (VECTOR_STEPS, rows)
        actions, wide = generator.integers(0, count, SINGLE_STEPS), generator.integers(0, count, shape)
        width = int(np.prod(vector.single_observation_space.shape or (1,)))
        table = generator.random((TABLE_ROWS, width), np.float32)
        gathered = generator.integers(0, TABLE_ROWS, shape)
        speed = best_of_turns(
            {
                "cart_pole": partial(single_steps_per_second, cart_pole, pushes),
                "bare cart_pole": partial(single_steps_per_second, cart_pole.unwrapped, pushes),
                "single": partial(single_steps_per_second, single, actions),
                "bare": partial(single_steps_per_second, single.unwrapped, actions),
                "vector": partial(vector_rows_per_second, vector, wide),
                "gather": partial(gathered_rows_per_second, table, gathered),
            },
            rounds,
        )
        print(
            f"{env_id:<{_NAMES}}{speed['single']:>16,.0f}{speed['single'] / speed['cart_pole']:>12.2f}{1e9 / speed['bare']:>15,.0f}"
            f"{speed['vector']:>16,.0f}{speed['gather']:>16,.0f}{speed['vector'] / speed['gather']:>10.3f}",
            flush=True,
        )
    print(
        f"{'CartPole-v1':<{_NAMES}}{speed['cart_pole']:>16,.0f}{1.0:>12.2f}{1e9 / speed['bare cart_pole']:>15,.0f}"
    )
    print(
        f"Required: at least {REQUIRED_SINGLE} x CartPole for RecEcommerce-v0 and {REQUIRED_NEWS} for RecNews-v0, and {REQUIRED_VECTOR} x the gather "
        "for every scenario.\nUnwrapped: the environment's own step and its resets, without Gymnasium's wrappers.\n"
    )


def _print_growth(
    env_id: str, catalogue: str, rows: int, rounds: int, generator: np.random.Generator
) -> None:
    """Time per step with 10,000 items over that with 200, in one catalogue."""
    sizes = (200, 10_000)
    singles = {n: gym.make(env_id, catalogue=catalogue, num_items=n) for n in sizes}
    vectors = {n: gym.make_vec(env_id, rows, catalogue=catalogue, num_items=n) for n in sizes}
    actions = {n: generator.integers(0, n, SINGLE_STEPS) for n in sizes}
    wide = {n: generator.integers(0, n, (VECTOR_STEPS, rows)) for n in sizes}
    measures: dict[str, Callable[[], float]] = {}
    for n in sizes:
        if singles[n].unwrapped.task.always_available:  # type: ignore[attr-defined]
            measures[f"single {n}"] = partial(single_steps_per_second, singles[n], actions[n])
        measures[f"vector {n}"] = partial(vector_rows_per_second, vectors[n], wide[n])
    speed = best_of_turns(measures, rounds)
    for kind in ("single", "vector"):
        if f"{kind} {sizes[0]}" in speed:
            growth = speed[f"{kind} {sizes[0]}"] / speed[f"{kind} {sizes[1]}"]
            required = (
                f"required: at most {REQUIRED_GROWTH}"
                if singles[sizes[0]].unwrapped.task.always_available  # type: ignore[attr-defined]
                else "its mask, 10,000 numbers a user, is made when it is read"
            )
            print(
                f"Cost of a {kind} step of {env_id} with 10,000 items over that with 200: {growth:.2f} ({required})"
            )


def _print_threads(cores: set[int], rounds: int, generator: np.random.Generator) -> None:
    """Rows per second with several threads over those with one."""
    if len(cores) < THREADS:
        allowed = f"may use {len(cores)} core only" if cores else "cannot be kept to one core on this system"
        print(f"Threads: not measured, since this process {allowed}.")
        return
    os.sched_setaffinity(0, cores)
    wide = generator.integers(0, 200, (VECTOR_STEPS, THREADED_ROWS))
    one, several = (
        partial(
            vector_rows_per_second, gym.make_vec("RecEcommerce-v0", THREADED_ROWS, num_threads=threads), wide
        )
        for threads in (1, THREADS)
    )
    parts = [gym.make_vec("RecEcommerce-v0", THREADED_ROWS // THREADS) for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        apart = partial(rows_per_second_apart, pool, parts, wide)
        threads, machine = median_ratios([several, apart], one, THREADED_TURNS * rounds)
    print(
        f"{THREADS} threads over one, RecEcommerce-v0 at {THREADED_ROWS:,} rows: {threads:.2f} x "
        f"(required: at least {REQUIRED_THREADS} on two cores)\n{THREADS} threads that share nothing and never wait, each with its part of those rows: "
        f"{machine:.2f} x (what the machine gives at the time)"
    )
    _use_one_core()


def _in_new_process(code: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    ).stdout


def _use_one_core() -> set[int]:
    """Keeps to one core where the system allows it; returns those that could be used before."""
    if not hasattr(os, "sched_setaffinity"):
        return set()
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    return cores


if __name__ == "__main__":
    sys.exit(main())
