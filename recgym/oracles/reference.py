"""The reference policies by name, for an environment given by its id and arguments."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from recgym.core.arguments import unknown_name
from recgym.evaluation.rollout import play
from recgym.oracles.policies import (
    DynamicProgrammingPlanner,
    Policy,
    index_planner,
    myopic_oracle,
    popular_policy,
    random_policy,
)
from recgym.sessions.interface import Interface

REFERENCES = ("random", "popular", "myopic", "planner")
"""Names that `create_reference` knows."""
PRICES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""Shadow prices that are tried for an index planner."""
TUNING_USERS = 500
"""Users of the training population on whom the shadow price is chosen."""
TUNING_SEED = 10_000_000


def create_reference(name: str, env_id: str, *, seed: int = 0, **arguments: Any) -> Policy:
    """Makes a reference policy.

    Args:
        name: One of `REFERENCES`.
        env_id: A registered id.
        seed: Of the policy's own draws.
        **arguments: For the environment.
    """
    if name == "random":
        return random_policy(seed)
    if name == "popular":
        return popular_policy(interface_of(env_id, **arguments).setting, seed)
    if name == "myopic":
        return myopic_oracle()
    if name == "planner":
        return tuned_planner(env_id, **arguments)[0]
    raise ValueError(unknown_name("reference policy", name, REFERENCES))


def interface_of(env_id: str, **arguments: Any) -> Interface:
    """Returns the public face of an environment, made by its id and arguments."""
    env = gym.make_vec(env_id, 1, **arguments)
    interface: Interface = env.unwrapped.interface  # type: ignore[attr-defined]
    return interface


def tuned_planner(env_id: str, **arguments: Any) -> tuple[Policy, str]:
    """Makes the planner of an environment; the shadow price of an index is chosen on the training population.

    Args:
        env_id: A registered id.
        **arguments: For the environment; its ``split`` does not matter.

    Returns:
        The planner, and how it was made.
    """
    training = interface_of(env_id, **arguments | {"split": "train"})
    if training.setting.scenario.planner == "dynamic programming":
        return DynamicProgrammingPlanner(), "dynamic programming"
    tried = {
        price: play(training, index_planner(price), TUNING_USERS, TUNING_SEED).rewards.sum(axis=1).mean()
        for price in PRICES
    }
    best = max(tried, key=lambda price: tried[price])
    return index_planner(best), f"index, price {best:g}"
