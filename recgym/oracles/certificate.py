"""The certificate: how much planning is worth in a scenario, measured on held-out users with paired noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from recgym.evaluation.intervals import Interval, mean_interval, ratio_interval
from recgym.evaluation.rollout import SessionLog, begin_sessions, play
from recgym.oracles.policies import DynamicProgrammingPlanner, Policy, RolloutPlanner
from recgym.oracles.reference import create_reference, interface_of, tuned_planner

ROLLOUT_USERS = 60
"""Held-out users on whom the index planner is checked against rollouts."""
EVALUATION_SEED, POLICY_SEED = 0, 7


@dataclass(frozen=True)
class Certificate:
    """What was measured of one id in one world.

    Attributes:
        env_id: The environment.
        world: The world's seed.
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
    world: int
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
    env_id: str, *, world: int = 0, users: int = 1_000, rollout_users: int = ROLLOUT_USERS, **arguments: Any
) -> Certificate:
    """Measures random, popular, the myopic oracle and the planner on the same held-out users with the same noise.

    Args:
        env_id: A registered id.
        world: The world's seed.
        users: How many.
        rollout_users: On how many of them an index planner is checked against rollouts; 0 leaves the check out.
        **arguments: For the environment.
    """
    interface = interface_of(env_id, world=world, split="test", **arguments)
    planner, description = tuned_planner(env_id, world=world, **arguments)
    policies: dict[str, Policy] = {
        name: create_reference(name, env_id, seed=POLICY_SEED, world=world, split="test", **arguments)
        for name in ("random", "popular", "myopic")
    }
    policies["planner"] = planner
    logs = {name: play(interface, policy, users, EVALUATION_SEED) for name, policy in policies.items()}
    returns = {name: log.rewards.sum(axis=1) for name, log in logs.items()}
    gain = ratio_interval(returns["planner"] - returns["myopic"], returns["myopic"])
    bound, rollout_gain = None, None
    if isinstance(planner, DynamicProgrammingPlanner):
        bound = float(planner.bound(begin_sessions(interface, users, EVALUATION_SEED)).mean())
    elif rollout_users > 0:
        price = float(description.rsplit(" ", 1)[1])
        checked = min(rollout_users, users)
        improved = _returns(play(interface, RolloutPlanner(price), checked, EVALUATION_SEED))
        rollout_gain = ratio_interval(improved - returns["planner"][:checked], returns["planner"][:checked])
    means = {name: float(values.mean()) for name, values in returns.items()}
    return Certificate(
        env_id,
        world,
        users,
        {name: mean_interval(values) for name, values in returns.items()},
        {name: mean_interval(log.running.sum(axis=1)) for name, log in logs.items()},
        gain,
        (means["myopic"] - means["random"]) / (means["planner"] - means["random"]),
        mean_interval(returns["popular"] - returns["random"]),
        description,
        bound,
        rollout_gain,
    )


def _returns(log: SessionLog) -> np.ndarray:
    return log.rewards.sum(axis=1)
