"""The certificate: how much planning is worth in a scenario, measured on held-out users with paired noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

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
from recgym.oracles.policies import DynamicProgrammingPlanner, IndexPlanner, RolloutPlanner, myopic_oracle
from recgym.oracles.reference import popular_policy, tuned_planner

ROLLOUT_USERS = 60
"""Held-out users on whom the index planner is checked against rollouts."""


@dataclass(frozen=True)
class Certificate:
    """What was measured of one id in one world.

    Attributes:
        env_id: The environment.
        kind: What is required of it: the scenario's word, one of `recgym.core.scenario.CERTIFICATES`.
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
    """

    env_id: str
    kind: str
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

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


def certify(
    env_id: str,
    *,
    world_seed: int = 0,
    users: int = 1_000,
    rollout_users: int = ROLLOUT_USERS,
    **arguments: Any,
) -> Certificate:
    """Measures random, popular, the myopic oracle and the planner on the same held-out users with the same noise.

    Another world has other users and other luck, so that its certificate is a measurement of its own.

    Args:
        env_id: A registered id.
        world_seed: The world's seed.
        users: How many, at least 2.
        rollout_users: On how many of them an index planner is checked against rollouts; 0 leaves the check out.
        **arguments: For the environment.
    """
    setup = evaluated_setup(env_id, "test", world_seed=world_seed, **arguments)
    planner = tuned_planner(setup)
    choosers: dict[str, Oracle] = {
        "random": chooser_of(random_policy(setup.slate_size, world_seed)),
        "popular": chooser_of(popular_policy(setup.task, world_seed)),
        "myopic": myopic_oracle(),
        "planner": planner,
    }
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
    means = {name: float(values.mean()) for name, values in returns.items()}
    return Certificate(
        env_id,
        setup.world.scenario.certificate,
        world_seed,
        users,
        {name: mean_interval(values) for name, values in returns.items()},
        {name: mean_interval(log.lengths) for name, log in logs.items()},
        ratio_interval(returns["planner"] - returns["myopic"], returns["myopic"]),
        (means["myopic"] - means["random"]) / (means["planner"] - means["random"]),
        mean_interval(returns["popular"] - returns["random"]),
        planner.description,
        bound,
        rollout_gain,
    )
