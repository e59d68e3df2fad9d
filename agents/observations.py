"""Reads observations of any form: the vectors of what a user liked, ignored and looks at now."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from recgym.sessions.interface import Interface


class UserVectors(NamedTuple):
    """What an observation says of N users, in the space of the D-dimensional item vectors."""

    liked: np.ndarray  # (N, D) float32
    ignored: np.ndarray  # (N, D) float32
    current: np.ndarray  # (N, D) float32


def user_vectors(interface: Interface, observations: Any) -> UserVectors:
    """Reads a batch of observations.

    A flat observation holds the vectors. From a sequence they are means over the items that were engaged with and over those that were
    not; from bare item numbers, whose feedback is not told, all that was shown counts as liked.

    Args:
        interface: Of the environment.
        observations: A batch, the first axis being users.

    Raises:
        ValueError: if the observations are not a batch of the environment's.
    """
    vectors = interface.setting.world.vectors
    dimension = vectors.shape[1]
    if interface.observation == "flat":
        flat = _batch(observations, interface.observation_space.shape)
        return UserVectors(*(flat[:, k * dimension : (k + 1) * dimension] for k in range(3)))
    if interface.observation == "items":
        items = _batch(observations, interface.observation_space.shape)
        shown = items > 0
        seen = vectors[np.where(shown, items - 1, 0)] * shown[:, :, None]
        engaged, ignored = shown, np.zeros_like(shown)
    else:
        seen = _batch(observations["items"], (interface.sequence_length, dimension))
        shown = observations["mask"] > 0
        engaged, ignored = shown & (observations["feedback"] > 0), shown & (observations["feedback"] == 0)
    return UserVectors(_mean(seen, engaged), _mean(seen, ignored), seen[:, -1])


def _mean(vectors: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    count = np.maximum(chosen.sum(axis=1, keepdims=True), 1)
    return (vectors * chosen[:, :, None]).sum(axis=1) / count


def _batch(observations: Any, shape: tuple[int, ...] | None) -> np.ndarray:
    batch = np.asarray(observations)
    if shape is None or batch.shape[1:] != shape:
        raise ValueError(
            f"observations have shape {batch.shape}; they must be a batch (N, {', '.join(map(str, shape or ()))}). "
            "For one session, pass observation[None]."
        )
    return batch
