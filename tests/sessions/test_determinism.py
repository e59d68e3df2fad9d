"""The same seed gives the same session: in another process, without the compiler, whatever other generators do."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch
from playing import SINGLE_IDS, digest, numbers, play, run_python

from recgym import ENV_IDS

STEPS = 1_000

HASHES = """
import json, sys
import gymnasium as gym, recgym
from playing import digest, play
print(json.dumps({env_id: digest(list(play(gym.make(env_id), 1000, 17))) for env_id in recgym.ENV_IDS}))
"""

TRACES = """
import sys
import gymnasium as gym, numpy as np
from numba.core import config
from playing import numbers
import recgym
assert config.DISABLE_JIT == 1
np.savez(sys.argv[1], **{env_id: numbers(env_id) for env_id in sys.argv[2:]})
"""

PLAIN_IDS = (*SINGLE_IDS, "RecEcommerceSlate-v0")
"""The same functions run for the other slates."""


def test_the_same_trace_in_another_process() -> None:
    there = json.loads(run_python(HASHES))
    assert set(there) == set(ENV_IDS)
    for env_id in ENV_IDS:
        assert digest(list(play(gym.make(env_id), STEPS, 17))) == there[env_id], env_id
    assert len(set(there.values())) == len(there)


def test_another_seed_gives_another_trace() -> None:
    for env_id in ENV_IDS:
        env = gym.make(env_id)
        assert digest(list(play(env, 20, 1))) != digest(list(play(env, 20, 2))), env_id


def test_the_same_numbers_in_plain_python(tmp_path: Path) -> None:
    run_python(TRACES, str(tmp_path / "plain.npz"), *PLAIN_IDS, NUMBA_DISABLE_JIT="1")
    plain = np.load(tmp_path / "plain.npz")
    for env_id in PLAIN_IDS:
        np.testing.assert_allclose(plain[env_id], numbers(env_id), rtol=1e-5, atol=1e-5, err_msg=env_id)


def test_no_global_generator_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither drawn from nor seeded: while worlds, populations, logs and sessions are made, the states stay as they are."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a global generator was used")

    for module, names in (
        (
            np.random,
            (
                "seed",
                "rand",
                "randn",
                "random",
                "randint",
                "choice",
                "shuffle",
                "permutation",
                "normal",
                "uniform",
            ),
        ),
        (random, ("seed", "random", "randint", "choice", "shuffle", "sample", "uniform", "gauss")),
        (torch, ("manual_seed", "seed", "rand", "randn", "randint", "randperm")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, refuse)
    before = digest([random.getstate(), np.random.mtrand._rand.get_state(), torch.get_rng_state().numpy()])
    for env_id in ENV_IDS:
        for env in (
            gym.make(env_id, world_seed=99, num_users=150),
            gym.make_vec(env_id, 2, world_seed=99, num_users=150),
        ):
            env.reset(seed=1)
            env.reset()  # the next user
            assert env.unwrapped.task.item_features.shape[0] == len(env.unwrapped.catalogue)
        list(play(gym.make(env_id, world_seed=99, num_users=150), 30, 1))
    assert (
        digest([random.getstate(), np.random.mtrand._rand.get_state(), torch.get_rng_state().numpy()])
        == before
    )


def test_noise_does_not_depend_on_what_is_shown() -> None:
    """Paired evaluation: two policies meet the same users in the same order, and the same luck."""
    first, second = (gym.make("RecControl-v0", horizon=5) for _ in range(2))
    for env, item in ((first, 3), (second, 150)):
        env.reset(seed=8)
        for _ in range(3):
            if any(env.step(item)[2:4]):
                break
    first.reset()
    second.reset()
    assert digest(first.unwrapped.sessions.users) == digest(second.unwrapped.sessions.users)


def test_what_a_step_returned_is_not_written_again() -> None:
    """The environment writes the same arrays at every step; what it gives away are copies."""
    import gymnasium as gym

    env = gym.make("recgym:RecEcommerceSlate-v0", num_users=50)
    env.reset(seed=0)
    observation, _, _, _, info = env.step([0, 1, 2, 3, 4])
    kept = observation.copy(), info["shown"].copy(), info["action_mask"].copy(), info["click"]
    observation_after, _, _, _, info_after = env.step([5, 6, 7, 8, 9])
    for before, now, after in zip(
        kept,
        (observation, info["shown"], info["action_mask"], info["click"]),
        (observation_after, info_after["shown"], info_after["action_mask"], info_after["click"]),
        strict=True,
    ):
        assert now.tobytes() == before.tobytes()
        assert now is not after
    assert info["shown"].tolist() != info_after["shown"].tolist()
