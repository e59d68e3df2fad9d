"""Measures what bandits lose while they learn: `python -m train.regret --env RecBandit-v0 RecControl-v0 --seeds 20 --out docs/regret`.

Every agent learns from the same users with the same seeds, and explores. Before each step an oracle that knows the true state of the users tells the expected
reward of every item, so that regret is measured without the luck of clicks:

  dynamic regret: what the best item for this user at this moment was expected to earn, less what the shown one was, summed over the recommendations;
  cumulative regret: the same for the one item that, shown to all of these users at these moments, would have earned most (the best fixed arm in hindsight).

Who adapts to users can have less than no cumulative regret. The states are those that the agent's own choices led to: what another choice would have led to
later is not counted (Arora, Dekel and Tewari, 2012). Writes, for each id, ID.json with the numbers, ID.png with both regrets, and ID-exploration.png with who
was shown how often.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

import agents
from agents.agent import Agent
from recgym.core.arguments import whole_number
from recgym.evaluation import Interval, mean_interval, printable
from recgym.oracles.policies import expected_rewards
from train.arguments import PRESETS_HELP, stop
from train.regret_pictures import draw_exploration, draw_regret
from train.runs import (
    Run,
    make_envs,
    package_versions,
    parse_pairs,
    plan_run,
    read_agents,
    short_name,
    write_json,
)

ENVS = ("RecBandit-v0", "RecControl-v0")
AGENTS = (
    "random", "popular", "popular_so_far", "epsilon_greedy", "softmax", "ucb1", "kl_ucb", "sliding_window_ucb", "discounted_ucb", "thompson_bernoulli",
    "thompson_gaussian", "exp3", "linucb", "linucb_per_arm", "linear_thompson", "linear_thompson_per_arm", "logistic_thompson", "neural_linear",
)  # fmt: skip
"""Agents that are measured unless others are asked for: the bandits, and controls."""
STEPS, NUM_ENVS, SEEDS = 50_000, 16, 20
POINTS = 100
"""At how many points of the way regret is written."""
SHARE = 0.1
"""Share of the recommendations that counts as the beginning, and as the end."""
MIDDLE = (10.0, 90.0)
"""Percentiles between which the bands of the pictures are."""
REGRETS = ("dynamic", "cumulative")


@dataclass(frozen=True)
class RunRegret:
    """What one run lost.

    Attributes:
        dynamic: (P,) dynamic regret up to each point, in units of the reward.
        cumulative: (P,) regret against the best fixed arm.
        beginning: (I,) share of each item in the first recommendations.
        end: (I,) share of each item in the last ones.
        worth: (I,) mean expected reward of each item over the run.
    """

    dynamic: np.ndarray
    cumulative: np.ndarray
    beginning: np.ndarray
    end: np.ndarray
    worth: np.ndarray


class RegretRecorder(gym.vector.VectorWrapper):
    """Keeps what each item was expected to earn at every step, and what was shown. Observations, actions and rewards stay as they are.

    Args:
        env: A native vector environment of single items, whose rows are reset by whoever steps it.

    Attributes:
        best: Per step, (N,): the largest expected reward.
        chosen: Per step, (N,): that of the item that was shown; 0 if none was.
        by_arm: Per step, (I,): expected rewards, summed over the users; 0 of who cannot be shown it.
        shown: Per step, (N,): the items, -1 for none.

    Raises:
        ValueError: for slates, whose expected reward is not the sum of their items'.
    """

    def __init__(self, env: Any) -> None:
        """See the class."""
        super().__init__(env)
        size = env.unwrapped.task.slate_size
        if size > 1:
            raise ValueError(
                f"Regret is measured for single items, and this environment shows slates of {size}: what a slate is expected to earn is more than what its "
                "items are. Take the id without Slate, or slate_size=1."
            )
        self.best: list[np.ndarray] = []
        self.chosen: list[np.ndarray] = []
        self.by_arm: list[np.ndarray] = []
        self.shown: list[np.ndarray] = []

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """See `gymnasium.vector.VectorEnv.step`."""
        expected = expected_rewards(self.env.unwrapped.sessions)  # type: ignore[attr-defined]
        outcome = self.env.step(actions)
        items = outcome[4]["shown"][:, 0]
        chosen = np.where(items >= 0, expected[np.arange(len(items)), items], 0.0)
        self.best.append(np.maximum(expected.max(axis=1), chosen))  # no item: 0
        self.chosen.append(chosen)
        self.by_arm.append(np.where(np.isfinite(expected), expected, 0.0).sum(axis=0))
        self.shown.append(items)
        return outcome


def measure_regret(run: Run) -> RunRegret:
    """Trains an agent and measures what it lost.

    Args:
        run: What to do, as `plan_regret` returns it.
    """
    rounds = -(-run.steps // run.num_envs)
    recorder = RegretRecorder(make_envs(run, run.num_envs, "train"))
    agent = agents.load(run.agent, recorder, seed=run.seed, **run.agent_kwargs)
    agent.fit(recorder, run.steps)
    by_arm = np.cumsum(recorder.by_arm[:rounds], axis=0)
    best, chosen = (np.cumsum(np.sum(rows[:rounds], axis=1)) for rows in (recorder.best, recorder.chosen))
    at = point_rounds(rounds) - 1
    fixed = by_arm[:, int(np.argmax(by_arm[-1]))]
    part = max(1, round(SHARE * rounds))
    count = by_arm.shape[1]
    return RunRegret(
        (best - chosen)[at],
        (fixed - chosen)[at],
        _shares(recorder.shown[:part], count),
        _shares(recorder.shown[rounds - part : rounds], count),
        by_arm[-1] / (rounds * run.num_envs),
    )


def point_rounds(rounds: int) -> np.ndarray:
    """Returns after how many rounds regret is written, (P,), evenly spaced, the last included."""
    return np.ceil(np.arange(1, POINTS + 1) * rounds / POINTS).astype(np.int64)


def plan_regret(
    env_id: str,
    names: Sequence[str],
    *,
    steps: int = STEPS,
    num_envs: int = NUM_ENVS,
    env_kwargs: Mapping[str, Any] | None = None,
) -> dict[str, Run]:
    """Plans a run of each agent, with its hyperparameters, and checks all that can be before anything is measured.

    Args:
        env_id: A registered id.
        names: Keys of `agents.AGENTS`, or ``"package.module:Class"``, with options if you like: ``"ucb1[alpha=0.2]"``.
        steps: Recommendations of a run.
        num_envs: Users at once.
        env_kwargs: Arguments of the environment.

    Returns:
        Name, with its options, -> run.

    Raises:
        ValueError, TypeError, ModuleNotFoundError: as `train.runs.plan_run`; for slates, fewer steps than points to write, or two agents of a name.
    """
    runs = {
        name: plan_run(
            env_id, agent, steps=steps, num_envs=num_envs, env_kwargs=env_kwargs, agent_kwargs=options
        )
        for name, (agent, options) in read_agents(names).items()
    }
    first = next(iter(runs.values()))
    least = POINTS * first.num_envs
    if steps < least:
        raise ValueError(
            f"steps={steps} is too few: regret is written at {POINTS} points, {num_envs} users at once, which takes at least {least} steps."
        )
    for run in runs.values():
        agents.load(run.agent, RegretRecorder(make_envs(run, 1, "train")), **run.agent_kwargs)
    return runs


def compare_regret(
    runs: Mapping[str, Run],
    *,
    seeds: int = SEEDS,
    own_worlds: bool = False,
    tell: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Measures agents on the same users, and returns plain data for the JSON file and the pictures.

    Each agent's regret is also compared with that of the first one, seed by seed.

    Args:
        runs: As `plan_regret` returns them.
        seeds: Runs of each agent, at least 2, with the seeds 0, 1, 2 ...
        own_worlds: Whether each seed has a world of its own, of the same number; else all have that of the runs.
        tell: Is called with a line of text when an agent is done.

    Raises:
        ValueError: for fewer than two seeds.
    """
    whole_number("seeds", seeds, 2)
    first = next(iter(runs.values()))

    def of_seed(run: Run, seed: int) -> Run:
        world = {"world_seed": seed} if own_worlds else {}
        return replace(run, seed=seed, env_kwargs={**run.env_kwargs, **world})

    at_random = replace(first, agent="random", agent_kwargs={})
    worths = [
        measure_regret(of_seed(at_random, seed)).worth for seed in (range(seeds) if own_worlds else (0,))
    ]
    orders = [np.argsort(-worth, kind="stable") for worth in worths]
    measured: dict[str, Any] = {}
    width = name_width(runs)
    for name, run in runs.items():
        started = time.monotonic()
        found = [measure_regret(of_seed(run, seed)) for seed in range(seeds)]
        row: dict[str, Any] = {
            "sees": _sees(run.agent),
            "options": run.agent_kwargs,
            "seconds": round(time.monotonic() - started, 1),
        }
        for kind in REGRETS:
            curves = np.array([getattr(each, kind) for each in found])
            low, high = np.percentile(curves, MIDDLE, axis=0)
            row[kind] = {
                "final": asdict(mean_interval(curves[:, -1])),
                "final_by_seed": _rounded(curves[:, -1]),
                "mean": _rounded(curves.mean(axis=0)), "low": _rounded(low), "high": _rounded(high),
            }  # fmt: skip
        for part in ("beginning", "end"):
            shares = [getattr(each, part)[orders[place % len(orders)]] for place, each in enumerate(found)]
            row[part] = _rounded(np.mean(shares, axis=0), 5)
        measured[name] = row
        over = np.subtract(
            row["dynamic"]["final_by_seed"], next(iter(measured.values()))["dynamic"]["final_by_seed"]
        )
        row["over_the_first"] = asdict(mean_interval(over))
        if tell is not None:
            tell(
                f"{name:<{width}}{_cell(row['dynamic']['final'])}  {_cell(row['cumulative']['final'])}  {_cell(row['over_the_first'])}  "
                f"{row['seconds']:>7.1f} s"
            )
    points = point_rounds(-(-first.steps // first.num_envs)) * first.num_envs
    return {
        "env_id": first.env_id, "steps": first.steps, "num_envs": first.num_envs, "seeds": list(range(seeds)), "env_kwargs": first.env_kwargs,
        "bands": f"percentiles {MIDDLE[0]:g} to {MIDDLE[1]:g} of the seeds", "points": points.tolist(),
        "own_worlds": own_worlds, "arms": [order.tolist() for order in orders],
        "worth": _rounded(np.mean([worth[order] for worth, order in zip(worths, orders, strict=True)], axis=0), 5), "versions": package_versions(), "agents": measured,
    }  # fmt: skip


def name_width(names: Iterable[str]) -> int:
    """Returns the width of the column of names."""
    return max(26, *(len(name) + 2 for name in names))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train.regret",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--env", nargs="+", default=list(ENVS), metavar="ID", help=f"ids of environments of single items (default: {' '.join(ENVS)})"
    )  # fmt: skip
    parser.add_argument(
        "--agents", nargs="+", default=list(AGENTS), metavar="NAME",
        help=f"any of {', '.join(agents.AGENTS)}, or package.module:Class, each with options if you like, as in 'ucb1[alpha=0.2]'; the others are compared "
        "with the first (default: the bandits, random and popular)",
    )  # fmt: skip
    parser.add_argument(
        "--seeds", type=int, default=SEEDS, metavar="N", help=f"runs of each agent (default: {SEEDS})"
    )
    parser.add_argument(
        "--steps", type=int, default=STEPS, metavar="N", help=f"recommendations of a run (default: {STEPS})"
    )
    parser.add_argument(
        "--num-envs", type=int, default=NUM_ENVS, metavar="M", help=f"users at once (default: {NUM_ENVS})"
    )
    parser.add_argument(
        "--env-kwargs", nargs="+", default=[], metavar="NAME=VALUE", help=f"arguments of the environments. {PRESETS_HELP}"
    )  # fmt: skip
    parser.add_argument(
        "--own-worlds",
        action="store_true",
        help="a world of its own for each seed; else all have the same one",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("regret"),
        metavar="D",
        help="folder of the results (default: regret)",
    )
    parser.add_argument(
        "--draw",
        type=Path,
        nargs="+",
        metavar="JSON",
        help="measure nothing; draw the pictures of these results anew, beside them",
    )
    args = parser.parse_args(arguments)
    if importlib.util.find_spec("matplotlib") is None:
        parser.error(
            "The pictures are drawn by matplotlib, which is not installed: pip install 'recgym[plot]'."
        )
    try:
        if args.draw is not None:
            files = args.draw
        else:
            whole_number("seeds", args.seeds, 2)
            env_kwargs = parse_pairs(args.env_kwargs)
            plans = [
                plan_regret(
                    env_id, args.agents, steps=args.steps, num_envs=args.num_envs, env_kwargs=env_kwargs
                )
                for env_id in args.env
            ]
            args.out.mkdir(parents=True, exist_ok=True)
            command = shlex.join(
                ["python", "-m", "train.regret", *(sys.argv[1:] if arguments is None else arguments)]
            )
            files = []
            for env_id, runs in zip(args.env, plans, strict=True):
                print(
                    f"{env_id}: {args.seeds} seeds x {args.steps:,} recommendations, {args.num_envs} users at once.\n"
                )
                print(
                    f"{'':<{name_width(runs)}}{'dynamic regret':>18}  {'cumulative regret':>18}  {'dynamic over first':>18}", flush=True
                )  # fmt: skip
                results = compare_regret(
                    runs,
                    seeds=args.seeds,
                    own_worlds=args.own_worlds,
                    tell=lambda line: print(printable(line), flush=True),
                )
                files.append(args.out / f"{short_name(env_id).replace('/', '-')}.json")
                write_json(files[-1], {"command": command, **results})
                print()
        for file in files:
            results = json.loads(file.read_text(encoding="utf-8"))
            if not isinstance(results, dict) or not {"agents", "points", "env_id"} <= results.keys():
                raise ValueError(f"{file} does not hold regret, as train.regret writes it.")
            pictures = file.with_suffix(".png"), file.with_name(f"{file.stem}-exploration.png")
            draw_regret(results, pictures[0])
            draw_exploration(results, pictures[1])
            print(f"{file}, {pictures[0].name}, {pictures[1].name}")
    except (ValueError, TypeError, OSError, ImportError, KeyError) as error:
        stop(parser, error)
    return 0


def _sees(name: str) -> str:
    """What an agent goes by: ``"nothing"`` that it learned, ``"items"``, or ``"users"``, too."""
    kind = agents.agent_class(name)
    if kind.learn is Agent.learn and kind.fit is Agent.fit:
        return "nothing"
    return "items" if getattr(kind, "treats_users_alike", False) else "users"


def _shares(shown: list[np.ndarray], count: int) -> np.ndarray:
    items = np.concatenate(shown)
    return np.bincount(items[items >= 0], minlength=count) / max(len(items), 1)


def _rounded(values: np.ndarray, digits: int = 2) -> list[float]:
    return np.round(values, digits).tolist()


def _cell(numbers: Mapping[str, float]) -> str:
    interval = Interval(**numbers)
    return f"{interval.mean:>10,.0f} ± {interval.half:<5,.0f}"


if __name__ == "__main__":
    sys.exit(main())
