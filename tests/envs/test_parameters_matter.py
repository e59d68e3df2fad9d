"""Every parameter of every scenario changes something that can be observed."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from importlib import import_module
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from playing import SINGLE_IDS, digest

from recgym import SCENARIOS
from recgym.core.scenario import LATENT
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv

BASE = {"num_users": 200, "slate_size": 2, "drift": 0.03, "history": 6, "fatigue": 1.5}
"""Slates, so that positions matter; drift and fatigue, so that what shapes them matters; a history that ten items can fill."""
ROWS, STEPS, POPULAR_ITEMS = 24, 70, 6


def make(env_id: str, **arguments: Any) -> RecVectorEnv:
    known = {name for case_id, name, *_ in CASES if case_id == env_id} | {"slate_size"}
    env = gym.make_vec(
        env_id, ROWS, **({name: value for name, value in BASE.items() if name in known} | arguments)
    )
    assert isinstance(env, RecVectorEnv)
    return env


CASES = [
    (
        f"Rec{name}-v0",
        declared.name,
        BASE.get(declared.name, declared.default),
        declared.metadata["low"],
        declared.metadata["high"],
    )
    for name, (module, _) in SCENARIOS.items()
    for declared in fields(getattr(import_module(module), f"Rec{name}Env").scenario.parameters)
]


def trace(env: RecVectorEnv) -> str:
    """What comes back when the same few items are shown again and again, and what the platform counted beforehand."""
    generator = np.random.default_rng(0)
    seen: list[Any] = [env.reset(seed=5)]
    for _ in range(STEPS):
        order = np.argsort(~env.action_masks()[:, : env.setup.world.num_items], axis=1, kind="stable")[
            :, :POPULAR_ITEMS
        ]
        lottery = np.argsort(generator.random(order.shape), axis=1)[:, :2]
        observations, rewards, terminated, truncated, infos = env.step(
            np.take_along_axis(order, lottery, axis=1)
        )
        seen.append((observations, rewards, terminated, truncated, dict(infos)))
    return digest(seen)


@cache
def base_trace(env_id: str) -> str:
    return trace(make(env_id))


@pytest.mark.parametrize(
    ("env_id", "name", "value", "low", "high"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES]
)
def test_a_parameter_changes_what_is_observed(
    env_id: str, name: str, value: float, low: float, high: float
) -> None:
    moves = [(value + end) / 2 for end in (low, high) if end != value]
    moved = (type(value)(move) for move in moves)
    assert any(trace(make(env_id, **{name: move})) != base_trace(env_id) for move in moved)


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_traces_repeat(env_id: str) -> None:
    """So that a difference means something."""
    assert trace(make(env_id)) == base_trace(env_id)


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_world_and_population_change_what_is_observed(env_id: str) -> None:
    assert trace(make(env_id, world_seed=1)) != base_trace(env_id)
    assert trace(make(env_id, split="test")) != base_trace(env_id)


def world_of(**arguments: Any) -> Any:
    env = gym.make("RecVideo-v0", num_items=1_500, embedding_dim=LATENT, num_users=50, **arguments).unwrapped
    assert isinstance(env, RecEnv)
    return env.setup.world


def told_share(world: Any) -> float:
    """How much of the items' hidden latents a linear map of their texts tells, R^2 in sample."""
    texts = np.column_stack([np.ones(len(world.items)), world.vectors])
    latent = world.items["latent"]
    fitted = texts @ np.linalg.lstsq(texts, latent, rcond=None)[0]
    return 1.0 - float(((latent - fitted) ** 2).sum() / ((latent - latent.mean(axis=0)) ** 2).sum())


def test_text_tells_as_much_of_the_latents_as_it_is_told_to() -> None:
    shares = [told_share(world_of(text_informativeness=share)) for share in (0.0, 0.5, 1.0)]
    assert shares[0] < 0.05
    assert shares[2] > 0.9
    assert shares[0] + 0.2 < shares[1] < shares[2] - 0.2


def test_text_tells_as_much_of_the_quality_as_it_is_told_to() -> None:
    shares = []
    for told in (0.0, 0.5, 1.0):
        world = world_of(quality_in_text=told)
        texts = np.column_stack([np.ones(len(world.items)), world.vectors])
        quality = world.items["quality"].astype(float)
        fitted = texts @ np.linalg.lstsq(texts, quality, rcond=None)[0]
        shares.append(1.0 - float(((quality - fitted) ** 2).sum() / ((quality - quality.mean()) ** 2).sum()))
    assert shares[0] < 0.05
    assert shares[2] > 0.95
    assert shares[1] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("correlation", [-0.6, 0.0, 0.8])
def test_appeal_and_quality_are_as_correlated_as_they_are_told_to_be(correlation: float) -> None:
    items = world_of(appeal_quality=correlation).items
    assert np.corrcoef(items["appeal"], items["quality"])[0, 1] == pytest.approx(correlation, abs=0.05)
    assert items["appeal"].std() == pytest.approx(1.0, abs=0.05)
    assert items["quality"].std() == pytest.approx(1.0, abs=0.05)


def test_sensitivities_are_spread_as_they_are_told_to_be() -> None:
    for spread in (0.0, 0.3, 1.0):
        people = gym.make("RecVideo-v0", sensitivity_spread=spread).unwrapped.setup.world.people
        logs = np.log(people["sensitivity"])
        assert logs.std() == pytest.approx(spread, abs=0.02)
        assert logs.mean() == pytest.approx(0.0, abs=0.04)
