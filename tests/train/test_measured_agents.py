"""What is committed of agents that were compared: each family of Stable-Baselines3's learns, on three scenarios."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recgym.evaluation.intervals import mean_interval

COMPARISONS = Path(__file__).parents[2] / "docs" / "comparisons"
FAMILIES = {
    "values": ("dqn", "qr_dqn"),
    "deep": ("ppo", "a2c", "maskable_ppo"),
    "recurrent": ("recurrent_ppo",),
}
IDS = ("RecEcommerce-v0", "RecNews-v0", "RecCrossDomain-v0")


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize(
    ("folder", "agent"), [(folder, agent) for folder, agents in FAMILIES.items() for agent in agents]
)
def test_it_is_above_whoever_does_not_learn(folder: str, agent: str, env_id: str) -> None:
    """Paired by user: above random, the popular items, and the neighbours of what was liked."""
    held = json.loads((COMPARISONS / folder / f"{env_id}.json").read_text(encoding="utf-8"))
    returns = {name: np.array(text.split(), float) for name, text in held["returns"].items()}
    assert len(returns[agent]) >= 1_000
    for other in ("random", "popular", "nearest"):
        assert mean_interval(returns[agent] - returns[other]).low > 0.0, other
