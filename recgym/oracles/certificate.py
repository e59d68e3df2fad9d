"""The certificate: how much planning is worth in a scenario, measured on held-out users with paired noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import gymnasium as gym
import numpy as np

from recgym.metrics.play import SessionLog, begin_sessions, play
from recgym.oracles.policies import (
    DynamicProgrammingPlanner,
    Policy,
    RolloutPlanner,
    index_planner,
    myopic_oracle,
    popular_policy,
    random_policy,
)
from recgym.sessions.interface import Interface

PRICES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""Shadow prices that are tried for an index planner."""
TUNING_USERS = 500
"""Users of the training population on whom the shadow price is chosen."""
ROLLOUT_USERS = 60
"""Held-out users on whom the index planner is checked against rollouts."""
EVALUATION_SEED, TUNING_SEED, POLICY_SEED = 0, 10_000_000, 7
_RESAMPLES = 2_000


@dataclass(frozen=True)
class Interval:
    """A mean and its 95 % interval."""

    mean: float
    low: float
    high: float


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
    interface = _interface(env_id, world=world, split="test", **arguments)
    setting = interface.setting
    planner, description = _planner(interface, env_id, world, arguments)
    policies: dict[str, Policy] = {
        "random": random_policy(POLICY_SEED),
        "popular": popular_policy(setting, POLICY_SEED),
        "myopic": myopic_oracle(),
        "planner": planner,
    }
    logs = {name: play(interface, policy, users, EVALUATION_SEED) for name, policy in policies.items()}
    returns = {name: log.rewards.sum(axis=1) for name, log in logs.items()}
    gain = _ratio(returns["planner"] - returns["myopic"], returns["myopic"])
    bound, rollout_gain = None, None
    if isinstance(planner, DynamicProgrammingPlanner):
        bound = float(planner.bound(begin_sessions(interface, users, EVALUATION_SEED)).mean())
    elif rollout_users > 0:
        price = float(description.rsplit(" ", 1)[1])
        checked = min(rollout_users, users)
        improved = _returns(play(interface, RolloutPlanner(price), checked, EVALUATION_SEED))
        rollout_gain = _ratio(improved - returns["planner"][:checked], returns["planner"][:checked])
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


def mean_interval(values: np.ndarray) -> Interval:
    """Returns the mean of independent values (N,) with its normal 95 % interval."""
    error = 1.96 * float(np.std(values, ddof=1)) / np.sqrt(len(values))
    mean = float(np.mean(values))
    return Interval(mean, mean - error, mean + error)


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> Interval:
    """A ratio of means of paired values (N,), with a percentile bootstrap over users (Efron, 1979)."""
    generator = np.random.default_rng(POLICY_SEED)
    rows = generator.integers(0, len(numerator), (_RESAMPLES, len(numerator)))
    resampled = numerator[rows].mean(axis=1) / denominator[rows].mean(axis=1)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Interval(float(numerator.mean() / denominator.mean()), float(low), float(high))


def _interface(env_id: str, **arguments: Any) -> Interface:
    env = gym.make_vec(env_id, 1, **arguments)
    interface: Interface = env.unwrapped.interface  # type: ignore[attr-defined]
    return interface


def _planner(
    interface: Interface, env_id: str, world: int, arguments: Mapping[str, Any]
) -> tuple[Policy, str]:
    if interface.setting.scenario.planner == "dynamic programming":
        return DynamicProgrammingPlanner(), "dynamic programming"
    training = _interface(env_id, world=world, split="train", **arguments)
    tried = {
        price: _returns(play(training, index_planner(price), TUNING_USERS, TUNING_SEED)).mean()
        for price in PRICES
    }
    best = max(tried, key=lambda price: tried[price])
    return index_planner(best), f"index, price {best:g}"


def _returns(log: SessionLog) -> np.ndarray:
    return log.rewards.sum(axis=1)
