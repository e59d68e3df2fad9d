"""Every parameter of every scenario changes something that can be observed."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from playing import SINGLE_IDS

from recgym.core.scenario import LATENT
from recgym.sessions.env import RecEnv
from recgym.testing import differ, parameter_matters, parameter_names, trace


@pytest.mark.parametrize(
    ("env_id", "name"), [(env_id, name) for env_id in SINGLE_IDS for name in parameter_names(env_id)]
)
def test_a_parameter_changes_what_is_observed(env_id: str, name: str) -> None:
    parameter_matters(env_id, name)


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_traces_differ_by_world_and_population_and_by_nothing_else(env_id: str) -> None:
    """So that a difference means something."""
    base = list(trace(env_id))
    assert len(base) == 72  # a reset, 70 steps, and what the platform counted
    assert not differ(base, list(trace(env_id)))
    assert differ(base, list(trace(env_id, world_seed=1)))
    assert differ(base, list(trace(env_id, split="test")))


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
