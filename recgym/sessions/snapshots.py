"""Going back in time with an environment that has Gymnasium's wrappers around it, which count steps of their own."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import gymnasium as gym

_COUNTS: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (gym.wrappers.TimeLimit, ("_elapsed_steps",)),
    (gym.wrappers.OrderEnforcing, ("_has_reset",)),
    (
        gym.wrappers.PassiveEnvChecker,
        ("checked_reset", "checked_step", "checked_data_reuse", "_previous_data"),
    ),
    (gym.wrappers.RecordEpisodeStatistics, ("episode_returns", "episode_lengths")),
    (
        gym.wrappers.vector.RecordEpisodeStatistics,
        ("episode_returns", "episode_lengths", "prev_dones"),
    ),
)
"""What Gymnasium's wrappers remember of an episode, in one version or another."""


def snapshot(env: Any) -> Mapping[str, Any]:
    """Returns a copy of everything that decides what happens next, for `restore`: of the environment, and of Gymnasium's wrappers around it.

    Args:
        env: What `gym.make` or `gym.make_vec` returned for an id of recgym's, single or vector, or what is around it.

    Raises:
        TypeError: if there is no environment of recgym's inside.
    """
    counts = [
        {name: copy.deepcopy(getattr(wrapper, name)) for name in names} for wrapper, names in _wrappers(env)
    ]
    return {"env": _inside(env).snapshot(), "wrappers": counts}


def restore(env: Any, snapshot: Mapping[str, Any]) -> None:
    """Goes back to a snapshot of this environment, or of one that was made in the same way. The snapshot stays good for another time.

    Wrappers other than Gymnasium's time limit, its order of calls and its statistics of episodes go on as they were.

    Raises:
        TypeError: if there is no environment of recgym's inside.
        ValueError: if the snapshot is of another environment, or of one with other wrappers.
    """
    inside, wrappers = _inside(env), list(_wrappers(env))
    if not {"env", "wrappers"} <= snapshot.keys():
        raise ValueError(
            "This is no snapshot of recgym.snapshot(env); what env.unwrapped.snapshot() returned goes to env.unwrapped.restore()."
        )
    if [set(counts) for counts in snapshot["wrappers"]] != [set(names) for _, names in wrappers]:
        raise ValueError(
            "The snapshot is of an environment with other wrappers; make this one in the same way."
        )
    inside.restore(snapshot["env"])
    for (wrapper, names), counts in zip(wrappers, snapshot["wrappers"], strict=True):
        for name in names:
            setattr(wrapper, name, copy.deepcopy(counts[name]))


def _inside(env: Any) -> Any:
    from recgym.sessions.setup import setup_of

    setup_of(env)
    return env.unwrapped


def _wrappers(env: Any) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yields the wrappers that count, from the outermost in, and the names of what they remember."""
    while isinstance(env, gym.Wrapper | gym.vector.VectorWrapper):
        for kind, names in _COUNTS:
            if isinstance(env, kind):
                yield env, tuple(name for name in names if hasattr(env, name))
        env = env.env
