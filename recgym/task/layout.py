"""The layout of observations: which facts they hold, and where. Kernels, spaces, pages and agents read it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from recgym.core.arguments import unknown_name
from recgym.core.scenario import WARM, ContextFeature

FORMS = ("flat", "sequence", "ids", "items")
"""Forms of the observation."""
VECTORS: Mapping[str, str] = {
    "liked": "mean vector of all that was ever clicked, the warm history included, each item counting the same",
    "recent": "recency-weighted mean vector of what was clicked, the warm history included",
    "ignored": "recency-weighted mean vector of what was shown and ignored",
    "current": "vector of the current item; zeros if there is none",
}
"""The vectors with which a flat observation begins, each of D columns, in their order; the context follows."""
IGNORED, CLICKED, LIKED = 0.0, 1.0, 2.0
"""Feedback on an item: ignored, clicked, clicked and liked."""
BEFORE_THE_SESSION = float(WARM)
"""Age of an item of the warm history."""


@dataclass(frozen=True)
class ObservationLayout:
    """Where an observation holds what.

    Attributes:
        form: One of `FORMS`.
        dimension: D, columns of the public item vectors.
        context: The scalar features, in their order.
        length: L, items in a sequence, ids or items observation.
        num_items: I.
        horizon: Steps of the longest session.
    """

    form: str
    dimension: int
    context: tuple[ContextFeature, ...]
    length: int
    num_items: int
    horizon: int

    @property
    def width(self) -> int:
        """Columns of a flat observation."""
        return len(VECTORS) * self.dimension + len(self.context)

    @cached_property
    def slices(self) -> Mapping[str, slice]:
        """Columns of a flat observation by name: ``liked``, ``recent``, ``ignored``, ``current``, ``context``, and each feature of the context."""
        size = self.dimension
        found = {name: slice(place * size, (place + 1) * size) for place, name in enumerate(VECTORS)}
        start = len(VECTORS) * size
        found["context"] = slice(start, self.width)
        return found | {
            feature.name: slice(start + place, start + place + 1)
            for place, feature in enumerate(self.context)
        }

    def space(self) -> gym.Space[Any]:
        """Returns the observation space of one session."""
        low = np.array([feature.low for feature in self.context], np.float32)
        high = np.array([feature.high for feature in self.context], np.float32)
        length = self.length
        if self.form == "items":
            return spaces.MultiDiscrete(np.full(length, self.num_items + 1))
        if self.form == "flat":
            ones = np.ones(len(VECTORS) * self.dimension, np.float32)
            return spaces.Box(np.concatenate([-ones, low]), np.concatenate([ones, high]), dtype=np.float32)
        history = (
            spaces.Box(-1.0, 1.0, (length, self.dimension), np.float32)
            if self.form == "sequence"
            else spaces.Box(0, self.num_items, (length,), np.int32)
        )
        return spaces.Dict(
            {
                "history": history,
                "feedback": spaces.Box(IGNORED, LIKED, (length,), np.float32),
                "age": spaces.Box(BEFORE_THE_SESSION, float(self.horizon), (length,), np.float32),
                "present": spaces.MultiBinary(length),
                "context": spaces.Box(low, high, dtype=np.float32),
            }
        )

    def read(self, observations: Any, name: str) -> np.ndarray:
        """Returns a part of a batch of observations, or of one observation.

        Args:
            observations: As the environment gives them, with or without a first axis of users.
            name: For a flat observation a key of `slices`; for a sequence or ids a key of the Dict, or a feature of the context; for items
                ``"history"``.

        Returns:
            The part, its last axis being columns or entries; a single feature has no last axis.

        Raises:
            ValueError: if the observation holds nothing of that name.
        """
        features = [feature.name for feature in self.context]
        if self.form == "flat":
            if name not in self.slices:
                raise ValueError(unknown_name("part of a flat observation", name, self.slices))
            part: np.ndarray = np.asarray(observations)[..., self.slices[name]]
            return part[..., 0] if name in features else part
        if self.form == "items":
            if name != "history":
                raise ValueError(unknown_name("part of an items observation", name, ("history",)))
            return np.asarray(observations)
        keys = ("history", "feedback", "age", "present", "context")
        if name in features:
            column: np.ndarray = np.asarray(observations["context"])[..., features.index(name)]
            return column
        if name not in keys:
            raise ValueError(unknown_name(f"part of a {self.form} observation", name, (*keys, *features)))
        return np.asarray(observations[name])

    def batch_size(self, observations: Any) -> int:
        """Returns N of a batch of observations.

        Raises:
            ValueError: if they are not a batch of observations of this layout.
        """
        space = self.space()
        parts = space.spaces if isinstance(space, spaces.Dict) else {"": space}
        sizes = set()
        for name, part in parts.items():
            try:
                given = np.asarray(observations[name] if name else observations)
            except (KeyError, TypeError, IndexError) as error:
                raise ValueError(
                    f"observations have no part {name!r}; a {self.form} observation has {', '.join(parts)}."
                ) from error
            if given.ndim == 0 or given.shape[1:] != part.shape:
                wanted = ", ".join(map(str, part.shape or ()))
                raise ValueError(
                    f"observations{f'[{name!r}]' if name else ''} have shape {given.shape}; they must be a batch (N, {wanted}). "
                    "For one session, pass observation[None]."
                )
            sizes.add(len(given))
        if len(sizes) > 1:
            raise ValueError(
                f"The parts of the observations have {sorted(sizes)} rows; they must have as many."
            )
        return sizes.pop()
