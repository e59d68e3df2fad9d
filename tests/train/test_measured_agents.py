"""What is committed of agents that were compared: each family of Stable-Baselines3's learns, and every id has its row of PPO and of the planning agent."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import recgym
from recgym.evaluation.intervals import mean_interval

COMPARISONS = Path(__file__).parents[2] / "docs" / "comparisons"
FAMILIES = (
    (".", "ppo"),
    ("deep", "a2c"),
    ("deep", "ppo"),
    ("values", "dqn"),
    ("values", "qr_dqn"),
    ("masks_and_memory", "recurrent_ppo"),
    ("masks_and_memory", "maskable_ppo[n_steps=16]"),
)
"""Folder of the comparison, and agent."""
WITHOUT_LEARNING = ("random", "popular", "nearest")


def read_comparison(folder: str, env_id: str) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((COMPARISONS / folder / f"{env_id}.json").read_text(encoding="utf-8"))
    return held


@pytest.mark.parametrize(
    ("family", "env_id"),
    list(itertools.product(FAMILIES, ("RecEcommerce-v0", "RecNews-v0", "RecCrossDomain-v0"))),
)
def test_it_is_above_whoever_does_not_learn(family: tuple[str, str], env_id: str) -> None:
    """Paired by user: above random, the popular items, and the neighbours of what was liked."""
    folder, agent = family
    returns = {
        name: np.array(text.split(), float)
        for name, text in read_comparison(folder, env_id)["returns"].items()
    }
    assert len(returns[agent]) >= 1_000
    for other in WITHOUT_LEARNING:
        assert mean_interval(returns[agent] - returns[other]).low > 0.0, other


@pytest.mark.parametrize("env_id", recgym.ENV_IDS)
def test_every_id_has_its_learners(env_id: str) -> None:
    held = read_comparison("slates" if "Slate" in env_id else ".", env_id)
    assert held["users"] >= 1_000
    assert {"random", "popular", "ppo", "policy_iteration", "myopic", "planner"} <= held["results"].keys()
    assert all(held["runs"][agent]["steps"] >= 500_000 for agent in ("ppo", "policy_iteration"))


def test_who_does_not_learn_earns_the_same_in_every_table() -> None:
    """Users, their luck and the draws belong to the sessions; the reward is another one where that is said."""
    told: dict[tuple[str, str, str], set[str]] = {}
    for path in COMPARISONS.rglob("*.json"):
        held = json.loads(path.read_text(encoding="utf-8"))
        rewards = {str(run["env_kwargs"].get("reward_weights")) for run in held["runs"].values()}
        assert len(rewards) == 1, path
        for name in (*WITHOUT_LEARNING, "myopic", "planner"):
            if name in held["returns"]:
                told.setdefault((held["env_id"], name, *rewards), set()).add(held["returns"][name])
    assert len(told) > 60
    assert [key for key, returns in told.items() if len(returns) > 1] == []


@pytest.mark.parametrize(
    "env_id", ["RecEcommerce-v0", "RecVideo-v0", "RecMusic-v0", "RecNews-v0", "RecCrossDomain-v0"]
)
def test_what_people_deploy_is_above_random_and_below_who_plans(env_id: str) -> None:
    """Paired by user."""
    returns = {
        name: np.array(text.split(), float)
        for name, text in read_comparison("deployed", env_id)["returns"].items()
    }
    for name in ("session_knn", "gru4rec"):
        assert mean_interval(returns[name] - returns["random"]).low > 0.0
        assert mean_interval(returns["policy_iteration"] - returns[name]).low > 0.0
