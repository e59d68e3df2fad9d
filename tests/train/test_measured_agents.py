"""What is committed of agents that were compared: each family of Stable-Baselines3's learns, on three scenarios."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from recgym.evaluation.intervals import mean_interval

COMPARISONS = Path(__file__).parents[2] / "docs" / "comparisons"
SHOP, NEWS, CROSS_DOMAIN = "RecEcommerce-v0", "RecNews-v0", "RecCrossDomain-v0"
MEASURED = [
    *itertools.product(("values",), ("dqn", "qr_dqn"), (SHOP, NEWS, CROSS_DOMAIN)),
    *itertools.product((".",), ("ppo",), (SHOP, NEWS, CROSS_DOMAIN)),
    ("deep", "a2c", NEWS),
    ("deep", "a2c", CROSS_DOMAIN),
]
"""Folder of the comparison, agent, id."""


@pytest.mark.parametrize(("folder", "agent", "env_id"), MEASURED)
def test_it_is_above_whoever_does_not_learn(folder: str, agent: str, env_id: str) -> None:
    """Paired by user: above random, the popular items, and the neighbours of what was liked."""
    held = json.loads((COMPARISONS / folder / f"{env_id}.json").read_text(encoding="utf-8"))
    returns = {name: np.array(text.split(), float) for name, text in held["returns"].items()}
    assert len(returns[agent]) >= 1_000
    for other in ("random", "popular", "nearest"):
        assert mean_interval(returns[agent] - returns[other]).low > 0.0, other
