"""The reference policies by name, for an environment or an id and its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from recgym.core.arguments import unknown_name
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.comparison import random_policy
from recgym.evaluation.rollouts import Oracle, Policy, chooser_of, evaluated_setup, rollout
from recgym.oracles.policies import DynamicProgrammingPlanner, IndexPlanner, myopic_oracle
from recgym.sessions.setup import Setup
from recgym.task.choosing import POPULAR_SHARE, draw_from_top
from recgym.task.task import Task

REFERENCES = ("random", "popular", "myopic", "planner")
"""Names that `create_reference` knows: two policies that see what anybody may, and two oracles."""
PRICES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""Shadow prices that are tried for an index planner."""
TUNING_USERS = 500
"""Users of the training population on whom the shadow price is chosen."""


def create_reference(name: str, env_or_id: Any, *, seed: int = 0, **arguments: Any) -> Oracle:
    """Makes a reference policy, as a function of running sessions.

    Args:
        name: One of `REFERENCES`.
        env_or_id: An id, or an environment.
        seed: Of the policy's own draws.
        **arguments: For the environment, with an id.

    Raises:
        ValueError: if there is no such policy.
    """
    if name not in REFERENCES:
        raise ValueError(unknown_name("reference policy", name, REFERENCES))
    setup = evaluated_setup(env_or_id, None, **arguments)
    if name == "random":
        return chooser_of(random_policy(setup.slate_size, seed))
    if name == "popular":
        return chooser_of(popular_policy(setup.task, seed))
    return myopic_oracle() if name == "myopic" else tuned_planner(setup)


def popular_policy(task: Task, seed: int) -> Policy:
    """Draws uniformly among the fifth of the available items with the highest click rate in the platform's log.

    Rates, not counts: counts tell what was shown most, and in news what has been around for longest. Items that the log never saw come last.
    """
    generator = np.random.default_rng(seed_for(Purpose.POLICY, seed))
    rates = task.popularity

    def choose(observations: Any, masks: np.ndarray) -> np.ndarray:
        scores = np.broadcast_to(rates, masks.shape)
        return draw_from_top(scores, masks, POPULAR_SHARE, task.slate_size, generator)

    return choose


def tuned_planner(setup: Setup) -> DynamicProgrammingPlanner | IndexPlanner:
    """Makes the planner of an environment; the shadow price of an index is chosen on the training population."""
    if setup.world.scenario.planner == "dynamic programming":
        return DynamicProgrammingPlanner()
    return IndexPlanner(best_price(setup.with_split("train"), IndexPlanner, TUNING_USERS))


def best_price(setup: Setup, policy: Callable[[float], Oracle], users: int) -> float:
    """Returns the shadow price, of `PRICES`, with which a policy earns most.

    Args:
        setup: Of users that are not measured on.
        policy: Price -> policy.
        users: How many.
    """
    returns = {
        price: rollout(
            setup, policy(price), users, 0, purpose=Purpose.TUNING, invalid_actions="repair"
        ).returns.mean()
        for price in PRICES
    }
    return max(returns, key=lambda price: returns[price])
