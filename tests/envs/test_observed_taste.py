"""What observations tell of a user's hidden taste: probes, linear models that look for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import gymnasium as gym
import numpy as np
import pytest
from playing import SINGLE_IDS

from recgym.core.parameters import MEMORY

LEARNED_FROM, TESTED_ON, PENALTY = 16_000, 3_000, 100.0


class Users(NamedTuple):
    """What is seen of users, and what is not."""

    flat: np.ndarray  # (N, W) flat observations
    recent: np.ndarray  # (N, D) their short memory
    remembered: np.ndarray  # (N, D) even mean of the items that were picked and are remembered
    taste: np.ndarray  # (N, LATENT) hidden


def users(env_id: str, split: str, count: int) -> Users:
    """Returns users at the beginning of a session."""
    envs = gym.make_vec(env_id, count, split=split, num_users=LEARNED_FROM).unwrapped
    flat, _ = envs.reset(seed=0)
    items, feedback, _ = envs.sessions.recent(MEMORY)
    picked = (items > 0) & (feedback > 0)
    vectors = envs.setup.padded_vectors[items] * picked[:, :, None]
    remembered = vectors.sum(axis=1) / np.maximum(picked.sum(axis=1), 1)[:, None]
    recent = envs.task.layout.read(flat, "recent")
    return Users(flat, recent, remembered, envs.sessions.users["taste"].copy())


def ridge(columns: np.ndarray, wanted: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Returns a linear model (Hoerl and Kennard, 1970) of standardised columns."""
    mean, spread = columns.mean(axis=0), columns.std(axis=0) + 1e-6
    x = ((columns - mean) / spread).astype(np.float64)
    middle = wanted.mean(axis=0)
    weights = np.linalg.solve(x.T @ x + PENALTY * np.eye(x.shape[1]), x.T @ (wanted - middle))
    return lambda others: (others - mean) / spread @ weights + middle


def cosine_of_found_taste(met: Users, new: Users, name: str) -> float:
    """Learns the taste of users from one part, and returns the mean cosine of what is found of new users and what is true."""
    found = ridge(getattr(met, name), met.taste)(getattr(new, name))
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(new.taste, axis=1)
    return float(((found * new.taste).sum(axis=1) / lengths).mean())


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_a_flat_observation_tells_the_taste_as_well_as_all_that_is_remembered(env_id: str) -> None:
    met, new = users(env_id, "train", LEARNED_FROM), users(env_id, "test", TESTED_ON)
    best = cosine_of_found_taste(met, new, "remembered")
    assert cosine_of_found_taste(met, new, "flat") > best - 0.01
    assert cosine_of_found_taste(met, new, "recent") < best - 0.01  # the short memory alone would not do
