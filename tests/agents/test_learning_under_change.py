"""What learners make of change: forgetting pays where fashions drift and costs where they do not; texts tell what new items are worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agent_making import make
from gymnasium.vector import VectorWrapper

import agents
from recgym.evaluation import Interval, mean_interval
from recgym.evaluation.rollouts import chooser_of, rollout

STREAM = {"num_items": 10, "horizon": 8, "num_users": 500}
"""Few items and short sessions: many fashions pass in a short stream."""


class Earned(VectorWrapper):
    """Sums rewards up."""

    total = 0.0

    def step(self, actions: Any) -> Any:
        outcome = self.env.step(actions)
        self.total += float(np.sum(outcome[1]))
        return outcome


def earned(seed: int, agent: str, options: dict[str, Any], **arguments: Any) -> float:
    """Reward of a stream of 60,000 recommendations in which an agent learns; each seed has users and a world of its own."""
    env = Earned(make("RecControl-v0", 64, world_seed=seed, **STREAM, **arguments))
    agents.load(agent, env, seed=seed, **options).fit(env, 60_000)
    return env.total


@pytest.mark.parametrize(
    ("agent", "options", "forgetful_agent", "forgetting"),
    [
        ("thompson_bernoulli", {}, "thompson_bernoulli", {"discount": 0.9995}),
        ("ucb1", {"alpha": 0.2}, "discounted_ucb", {"alpha": 0.2, "discount": 0.9995}),
    ],
)
def test_who_forgets_earns_more_under_drift_and_less_without(
    agent: str, options: dict[str, Any], forgetful_agent: str, forgetting: dict[str, Any]
) -> None:
    gains: dict[str | None, Interval] = {}
    for preset in ("drift", None):
        gains[preset] = mean_interval(
            np.array(
                [
                    earned(seed, forgetful_agent, forgetting, preset=preset)
                    - earned(seed, agent, options, preset=preset)
                    for seed in range(4)
                ]
            )
        )
    assert gains["drift"].low > 0.0, gains
    assert gains[None].high < 0.0, gains


def test_linucb_finds_new_items_and_earns_by_them() -> None:
    """The same agent, with and without the new items: their texts, and what it saw of them while it learned, are all that it knows."""
    env = make("RecVideo-v0", 64, preset="cold_start", num_items=80, num_users=2_000)
    setup = env.unwrapped.setup.with_split("test")
    new = setup.task.new_items
    agent = agents.load("linucb", env, seed=0, alpha=0.3)
    agent.fit(env, 16_000)
    popular = agents.load("popular", env, seed=0)

    def ignoring(observations: Any, masks: np.ndarray) -> np.ndarray:
        return agent.act(observations, np.where(new, 0, masks))

    logs = {
        name: rollout(setup, chooser_of(policy), 400, 0)
        for name, policy in {"linucb": agent, "ignoring": ignoring, "popular": popular}.items()
    }
    shares = {name: new[log.shown[log.shown >= 0]].mean() for name, log in logs.items()}
    assert shares["popular"] == shares["ignoring"] == 0.0
    assert shares["linucb"] > 0.05
    for name in ("ignoring", "popular"):
        gain = mean_interval(logs["linucb"].returns - logs[name].returns)
        assert gain.low > 0.0, (name, gain, shares)
