"""How the tests play: actions that are allowed, and digests of everything that comes back."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from recgym import ENV_IDS
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import Setup

REPOSITORY = Path(__file__).resolve().parent.parent
SINGLE_IDS = tuple(env_id for env_id in ENV_IDS if "Slate" not in env_id)
"""One id per scenario."""


def spans_sessions(env_id: str) -> bool:
    """Tells whether an id is registered with episodes of several sessions."""
    return bool(gym.spec(env_id).kwargs.get("sessions", 1) > 1)


def one_session(env_id: str) -> dict[str, int]:
    """Returns the argument with which the users of an id do not come back; none where they never do."""
    return {"sessions": 1} if spans_sessions(env_id) else {}


def allowed_actions(masks: np.ndarray, slate_size: int, generator: np.random.Generator) -> np.ndarray:
    """Draws allowed actions, (N,) or (N, K), from masks (N, I) or (N, K * I)."""
    items = masks[:, : masks.shape[1] // slate_size] > 0
    lottery = generator.random(items.shape) * items
    return np.argmax(lottery, axis=1) if slate_size == 1 else np.argsort(-lottery, axis=1)[:, :slate_size]


def allowed_action(env: gym.Env[Any, Any], generator: np.random.Generator) -> Any:
    """Draws an allowed action of a single environment."""
    plain = env.unwrapped
    return allowed_actions(plain.action_masks()[None], plain.setup.slate_size, generator)[0]


def play(env: gym.Env[Any, Any], steps: int, seed: int) -> Iterator[tuple[Any, ...]]:
    """Plays allowed random actions, resets included, and yields everything that comes back."""
    generator = np.random.default_rng(seed)
    yield env.reset(seed=seed)
    for _ in range(steps):
        outcome = env.step(allowed_action(env, generator))
        yield outcome
        if outcome[2] or outcome[3]:
            yield env.reset()


def future(env: gym.Env[Any, Any], steps: int, seed: int) -> str:
    """Digest of what happens next, without a reset first."""
    generator = np.random.default_rng(seed)
    seen: list[Any] = []
    for _ in range(steps):
        outcome = env.step(allowed_action(env, generator))
        seen.append(outcome)
        if outcome[2] or outcome[3]:
            seen.append(env.reset())
    return digest(seen)


def vector_future(envs: gym.vector.VectorEnv, steps: int, seed: int) -> str:
    """Digest of what happens next in a vector environment that resets itself."""
    generator = np.random.default_rng(seed)
    slate_size = envs.unwrapped.setup.slate_size
    seen = [
        envs.step(allowed_actions(envs.unwrapped.action_masks(), slate_size, generator)) for _ in range(steps)
    ]
    return digest(seen)


def digest(value: Any) -> str:
    """Hashes nested data bit by bit."""
    sha = hashlib.sha256()
    _put(sha, value)
    return sha.hexdigest()


def _put(sha: Any, value: Any) -> None:
    sha.update(type(value).__name__.encode())
    if isinstance(value, Mapping):
        for name in sorted(value):
            sha.update(str(name).encode())
            _put(sha, value[name])
    elif isinstance(value, np.ndarray) and value.dtype != object:
        sha.update(f"{value.dtype}{value.shape}".encode() + value.tobytes())
    elif isinstance(value, np.ndarray | list | tuple):
        for element in value:
            _put(sha, element)
    elif isinstance(value, np.random.Generator):
        sha.update(repr(value.bit_generator.state).encode())
    else:
        sha.update(repr(value).encode())


def numbers(env_id: str) -> np.ndarray:
    """Everything that comes back in 150 steps, as numbers: (T, W) float64, resets as rows with reward NaN."""
    env = gym.make(env_id, num_users=40, observation="flat", drift=0.05, disable_env_checker=True)
    rows = []
    for outcome in play(env, 150, 5):
        observation, rest, info = outcome[0], outcome[1:-1] or (np.nan, 0, 0), outcome[-1]
        signals = [info[name] for name in env.unwrapped.setup.signal_names]
        rows.append(np.concatenate([observation, rest, signals, info["action_mask"]]))
    return np.array(rows, float)


def state_of(env: Any) -> str:
    """Digest of everything that decides what happens next in an environment."""
    plain = env.unwrapped
    return digest([plain.snapshot(), plain.np_random_seed, repr(getattr(plain, "_seeds", None))])


def copies_of_one_user(
    setup: Setup,
    size: int,
    *,
    slate_size: int = 1,
    limit: int = 10**6,
    seed: int = 0,
    invalid_actions: str = "error",
) -> Sessions:
    """Begins sessions in which every row is the same person in the same state, each row with luck of its own."""
    names = setup.signal_names
    actions = replace(setup.actions, slate_size=slate_size, invalid=invalid_actions)
    sessions = Sessions(replace(setup, actions=actions, weights=np.ones(len(names))), size, limit=limit)
    for row, generator in enumerate(np.random.default_rng(seed).spawn(size)):
        sessions.seed(row, generator)
    sessions.begin(np.arange(size))
    keys = sessions.users["key"].copy()
    sessions.users[:] = sessions.users[0]
    sessions.embeddings[:] = sessions.embeddings[0]
    sessions.users["key"] = keys
    return sessions


def run_python(script: str, *arguments: str, package: Path = REPOSITORY, **environment: str) -> str:
    """Runs a script in a fresh process that imports recgym from ``package``, warnings being errors; returns what it prints."""
    paths = [str(package), str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **environment}
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        env=variables,
        cwd=package,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
