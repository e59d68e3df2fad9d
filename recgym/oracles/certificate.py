"""The certificate: what planning is worth in a scenario, and what knowing the user is, measured on held-out users with paired noise.

It is a square: what is known of the user on one side, whether the policy looks ahead on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from recgym.core.arguments import unknown_name
from recgym.evaluation.comparison import random_policy
from recgym.evaluation.intervals import Interval, mean_interval, ratio_interval
from recgym.evaluation.rollouts import (
    Oracle,
    begin_sessions,
    chooser_of,
    evaluated_setup,
    rollout,
    session_seeds,
)
from recgym.oracles.history_estimates import HistoryEstimator
from recgym.oracles.honest import HonestPolicy
from recgym.oracles.item_estimates import estimate_items
from recgym.oracles.knowledge import ESTIMATED, EVERYTHING, KNOWLEDGE
from recgym.oracles.loops import best_loop
from recgym.oracles.policies import DynamicProgrammingPlanner, IndexPlanner, RolloutPlanner, myopic_oracle
from recgym.oracles.reference import best_price, popular_policy, tuned_planner
from recgym.sessions.setup import Setup, setup_of

ROLLOUT_USERS = 60
"""Held-out users on whom the index planner is checked against rollouts."""
OTHER_WORLDS = tuple(range(1_000, 1_006))
"""Seeds of the worlds from which it is learned what public features tell of an item."""
PRICE_USERS = 300
"""Validation users on whom the price of an honest index policy is chosen."""


@dataclass(frozen=True)
class Certificate:
    """What was measured of one id in one world.

    Attributes:
        env_id: The environment.
        kind: What is required of it: the scenario's word, one of `recgym.core.scenario.CERTIFICATES`.
        slate_size: Items shown at a time.
        world_seed: The world's seed.
        users: Held-out users, each with one session per policy.
        returns: Policy -> return per session.
        lengths: Policy -> session length, steps.
        gain: (planner - myopic) / myopic, from paired differences.
        norm: (myopic - random) / (planner - random).
        popular_gain: popular - random, from paired differences.
        planner: How the planner was made.
        bound: Upper bound of every policy's return from the planner's value function, where it has one; else ``None``.
        rollout_gain: Where the planner is an index: (rollouts - index) / index on some users, paired.
        square: Knowledge, a key of `KNOWLEDGE` -> ``"myopic"`` and ``"planner"`` -> return per session.
        gains: Paired gains, where the square was measured: ``"planning"``, honest planner over honest myopic; ``"history"``, honest planner over the
            planner for the average user; ``"warm"``, honest planner over the one without a history.
        norms: Policy -> (its return - random) / (planner - random), where the square was measured.
        loop: The best loop of the same items for everybody, in words; ``None`` where the square was not measured.
    """

    env_id: str
    kind: str
    slate_size: int
    world_seed: int
    users: int
    returns: Mapping[str, Interval]
    lengths: Mapping[str, Interval]
    gain: Interval
    norm: float
    popular_gain: Interval
    planner: str
    bound: float | None
    rollout_gain: Interval | None
    square: Mapping[str, Mapping[str, Interval]]
    gains: Mapping[str, Interval]
    norms: Mapping[str, float]
    loop: str | None

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


def certify(
    env_id: str,
    *,
    world_seed: int = 0,
    users: int = 1_000,
    rollout_users: int = ROLLOUT_USERS,
    knowledge: Sequence[str] = (EVERYTHING,),
    **arguments: Any,
) -> Certificate:
    """Measures random, popular, the myopic oracle and the planner on the same held-out users with the same noise, and honest policies beside them.

    Another world has other users and other luck, so that its certificate is a measurement of its own.

    Args:
        env_id: A registered id.
        world_seed: The world's seed.
        users: How many, at least 2.
        rollout_users: On how many of them an index planner is checked against rollouts; 0 leaves the check out.
        knowledge: Rows of the square to measure, of `KNOWLEDGE`; with all of `KNOWLEDGE` it takes some minutes, as estimators are trained. Everything is
            always measured.
        **arguments: For the environment.

    Raises:
        ValueError: for unknown knowledge.
    """
    for name in knowledge:
        if name not in KNOWLEDGE:
            raise ValueError(unknown_name("knowledge", name, KNOWLEDGE))
    setup = evaluated_setup(env_id, "test", world_seed=world_seed, **arguments)
    planner = tuned_planner(setup)
    choosers: dict[str, Oracle] = {
        "random": chooser_of(random_policy(setup.slate_size, world_seed)),
        "popular": chooser_of(popular_policy(setup.task, world_seed)),
        "myopic": myopic_oracle(),
        "planner": planner,
    }
    limited = [name for name in ESTIMATED if name in knowledge]
    loop = best_loop(setup) if limited else None
    if loop is not None:
        choosers["loop"] = loop
    others = lambda: [setup_of(env_id, **arguments | {"world_seed": seed}) for seed in OTHER_WORLDS]  # noqa: E731
    choosers |= _honest_policies(setup, limited, others)
    logs = {name: rollout(setup, choose, users, 0) for name, choose in choosers.items()}
    returns = {name: log.returns for name, log in logs.items()}
    bound, rollout_gain = None, None
    if setup.slate_size == 1 and isinstance(planner, DynamicProgrammingPlanner):
        bound = float(planner.bound(begin_sessions(setup, session_seeds(setup, users, 0))).mean())
    if setup.slate_size == 1 and isinstance(planner, IndexPlanner) and rollout_users > 0:
        checked = min(rollout_users, users)
        improved = rollout(setup, RolloutPlanner(planner.price), checked, 0).returns
        index = returns["planner"][:checked]
        rollout_gain = ratio_interval(improved - index, index)
    intervals = {name: mean_interval(values) for name, values in returns.items()}
    square = {name: {how: intervals[f"{name} {how}"] for how in ("myopic", "planner")} for name in limited}
    square[EVERYTHING] = {how: intervals[how] for how in ("myopic", "planner")}
    shown = [name for name in intervals if name in ("random", "popular", "loop", "myopic", "planner")]
    scale = intervals["planner"].mean - intervals["random"].mean
    norms = {name: (interval.mean - intervals["random"].mean) / scale for name, interval in intervals.items()}
    return Certificate(
        env_id,
        setup.world.scenario.certificate,
        setup.slate_size,
        world_seed,
        users,
        {name: intervals[name] for name in shown},
        {name: mean_interval(logs[name].lengths) for name in shown},
        _gain(returns, "planner", "myopic"),
        norms["myopic"],
        mean_interval(returns["popular"] - returns["random"]),
        planner.description,
        bound,
        rollout_gain,
        square,
        _gains(returns),
        norms if limited else {},
        loop.description if loop is not None else None,
    )


def _honest_policies(
    setup: Setup, knowledge: Sequence[str], others: Callable[[], Sequence[Setup]]
) -> dict[str, Oracle]:
    """Makes the myopic policy and the planner for each row of the square but the last; estimators are trained once."""
    policies: dict[str, Oracle] = {}
    estimators: dict[str, HistoryEstimator] = {}
    for name in knowledge:
        reading = {"flat": "flat", "features": "vectors"}.get(name, "items")
        if reading not in estimators:
            estimators[reading] = HistoryEstimator(setup, reading)
        arrays = estimate_items(setup, others()) if name == "features" else None

        def policy(
            price: float,
            plans: bool = True,
            estimator: HistoryEstimator = estimators[reading],
            known: str = name if name in ("average", "session") else "honest",
            arrays: Any = arrays,
        ) -> HonestPolicy:
            return HonestPolicy(estimator, knowledge=known, plans=plans, price=price, arrays=arrays)

        price = 0.0
        if setup.world.scenario.planner == "index":
            price = best_price(setup.with_split("validation"), policy, PRICE_USERS)
        policies[f"{name} myopic"] = policy(0.0, plans=False)
        policies[f"{name} planner"] = policy(price)
    return policies


def _gains(returns: Mapping[str, np.ndarray]) -> dict[str, Interval]:
    pairs = {
        "planning": ("honest planner", "honest myopic"),
        "history": ("honest planner", "average planner"),
        "warm": ("honest planner", "session planner"),
    }
    return {
        name: _gain(returns, *pair)
        for name, pair in pairs.items()
        if all(policy in returns for policy in pair)
    }


def _gain(returns: Mapping[str, np.ndarray], better: str, worse: str) -> Interval:
    return ratio_interval(returns[better] - returns[worse], returns[worse])
