"""The layout of observations: which facts they hold, and where. Kernels, spaces, pages and agents read it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from recgym.core.arguments import unknown_name
from recgym.core.parameters import MEMORY
from recgym.core.scenario import LIKED_RATE, WARM, ContextFeature

FORMS = ("flat", "sequence", "ids", "items")
"""Forms of the observation."""
PRIVILEGED = ("state", "state_ids")
"""Forms that show what is hidden of users, too: after the columns of the flat form, and beside the parts of the ids form."""
VECTORS: Mapping[str, str] = {
    "liked": "mean vector of all that was ever clicked, the warm history included, each item counting the same",
    "recent": "recency-weighted mean vector of what was clicked, the warm history included",
    "ignored": "recency-weighted mean vector of what was shown and ignored",
    "current": "vector of the current item; zeros if there is none",
}
"""The vectors with which a flat observation begins, each of D columns, in their order; the context follows."""
IGNORED, CLICKED, LIKED = 0.0, 1.0, 2.0
"""Feedback on an item: ignored, clicked, clicked and liked."""
LONGEST_SEQUENCE = MEMORY
"""Items in the longest history that can be observed."""
RECENT_RATE = LIKED_RATE
"""Weight of the newest item in ``recent`` and in ``ignored``."""
BEFORE_THE_SESSION = float(WARM)
"""Age of an item of the warm history."""


class HiddenField(NamedTuple):
    """What no recommender sees of a user, as privileged observations show it."""

    name: str
    size: int  # columns
    low: float
    high: float  # what is outside is clipped


@dataclass(frozen=True)
class ObservationLayout:
    """Where an observation holds what.

    Attributes:
        form: One of `FORMS`, or of `PRIVILEGED`.
        dimension: D, columns of the public item vectors.
        context: The scalar features, in their order.
        length: L, items in a sequence, ids or items observation.
        num_items: I.
        horizon: Steps of the longest session.
        hidden: What privileged observations show of users, in its order; empty for the other forms.
    """

    form: str
    dimension: int
    context: tuple[ContextFeature, ...]
    length: int
    num_items: int
    horizon: int
    hidden: tuple[HiddenField, ...] = ()

    @property
    def is_flat(self) -> bool:
        """Whether an observation is one row of columns, which begins with `VECTORS` and the context."""
        return self.form in ("flat", "state")

    @property
    def by_number(self) -> bool:
        """Whether an observation is a Dict whose history holds item numbers."""
        return self.form in ("ids", "state_ids")

    @property
    def privileged(self) -> bool:
        """Whether an observation shows what is hidden of users."""
        return self.form in PRIVILEGED

    @property
    def hidden_width(self) -> int:
        """Columns of what is hidden; 0 if it is not shown."""
        return sum(field.size for field in self.hidden)

    @property
    def flat_width(self) -> int:
        """Columns of `VECTORS` and the context."""
        return len(VECTORS) * self.dimension + len(self.context)

    @property
    def width(self) -> int:
        """Columns of a flat observation, those of what is hidden included."""
        return self.flat_width + self.hidden_width

    @cached_property
    def slices(self) -> Mapping[str, slice]:
        """Columns of a flat observation by name.

        ``liked``, ``recent``, ``ignored``, ``current``, ``context``, each feature of the context, and, in a privileged observation, ``hidden`` and each of
        its fields.
        """
        size = self.dimension
        found = {name: slice(place * size, (place + 1) * size) for place, name in enumerate(VECTORS)}
        start = len(VECTORS) * size
        found["context"] = slice(start, self.flat_width)
        found |= {
            feature.name: slice(start + place, start + place + 1)
            for place, feature in enumerate(self.context)
        }
        if self.hidden:
            found["hidden"] = slice(self.flat_width, self.width)
            for name, part in self.hidden_slices.items():
                found[name] = slice(self.flat_width + part.start, self.flat_width + part.stop)
        return found

    @cached_property
    def hidden_slices(self) -> Mapping[str, slice]:
        """Columns of each field among those of what is hidden, in a privileged observation."""
        ends = np.cumsum([field.size for field in self.hidden]).tolist()
        return {
            field.name: slice(end - field.size, end) for field, end in zip(self.hidden, ends, strict=True)
        }

    def space(self) -> gym.Space[Any]:
        """Returns the observation space of one session."""
        low = np.array([feature.low for feature in self.context], np.float32)
        high = np.array([feature.high for feature in self.context], np.float32)
        sizes = [field.size for field in self.hidden]
        lowest = np.repeat(np.array([field.low for field in self.hidden], np.float32), sizes)
        highest = np.repeat(np.array([field.high for field in self.hidden], np.float32), sizes)
        length = self.length
        if self.form == "items":
            return spaces.MultiDiscrete(np.full(length, self.num_items + 1))
        if self.is_flat:
            ones = np.ones(len(VECTORS) * self.dimension, np.float32)
            return spaces.Box(
                np.concatenate([-ones, low, lowest]), np.concatenate([ones, high, highest]), dtype=np.float32
            )
        history = (
            spaces.Box(-1.0, 1.0, (length, self.dimension), np.float32)
            if self.form == "sequence"
            else spaces.Box(0, self.num_items, (length,), np.int32)
        )
        parts: dict[str, spaces.Space[Any]] = (
            {"hidden": spaces.Box(lowest, highest, dtype=np.float32)} if self.hidden else {}
        )
        return spaces.Dict(
            parts
            | {
                "history": history,
                "feedback": spaces.Box(IGNORED, LIKED, (length,), np.float32),
                "age": spaces.Box(BEFORE_THE_SESSION, float(self.horizon), (length,), np.float32),
                "present": spaces.MultiBinary(length),
                "context": spaces.Box(low, high, dtype=np.float32),
            }
        )

    @cached_property
    def _shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the parts of one session's observation by name; of what has no parts, under the empty name."""
        space = self.space()
        parts = space.spaces if isinstance(space, spaces.Dict) else {"": space}
        return {name: part.shape or () for name, part in parts.items()}

    def read(self, observations: Any, name: str) -> np.ndarray:
        """Returns a part of a batch of observations, or of one observation.

        Args:
            observations: As the environment gives them, with or without a first axis of users.
            name: For a flat observation, or the state, a key of `slices`; for a sequence or ids a key of the Dict, a feature of the context, or, in a
                privileged observation, a field of what is hidden; for items ``"history"``.

        Returns:
            The part, its last axis being columns or entries; a single feature has no last axis.

        Raises:
            ValueError: if the observation holds nothing of that name.
        """
        features = [feature.name for feature in self.context]
        single = [*features, *(field.name for field in self.hidden if field.size == 1)]
        if self.is_flat:
            if name not in self.slices:
                raise ValueError(unknown_name(f"part of a {self.form} observation", name, self.slices))
            part: np.ndarray = np.asarray(observations)[..., self.slices[name]]
            return part[..., 0] if name in single else part
        if self.form == "items":
            if name != "history":
                raise ValueError(unknown_name("part of an items observation", name, ("history",)))
            return np.asarray(observations)
        keys = ("history", "feedback", "age", "present", "context", *(["hidden"] if self.hidden else []))
        if name in features:
            column: np.ndarray = np.asarray(observations["context"])[..., features.index(name)]
            return column
        if name in self.hidden_slices:
            field: np.ndarray = np.asarray(observations["hidden"])[..., self.hidden_slices[name]]
            return field[..., 0] if name in single else field
        if name not in keys:
            known = (*keys, *features, *self.hidden_slices)
            raise ValueError(unknown_name(f"part of a {self.form} observation", name, known))
        return np.asarray(observations[name])

    def check_public(self, whose: str, remedy: str) -> None:
        """Refuses observations that show what is hidden of users.

        Args:
            whose: Who reads them, for the error.
            remedy: What to do if it is meant so, for the error.

        Raises:
            ValueError: if they do.
        """
        if self.privileged:
            raise ValueError(
                f"{whose} reads observation={self.form!r}, which shows what no recommender can see of a user: "
                f"{', '.join(field.name for field in self.hidden)}. Use observation={'ids' if self.by_number else 'flat'!r}, or, to see what that knowledge is "
                f"worth, {remedy}."
            )

    def batch_size(self, observations: Any) -> int:
        """Returns N of a batch of observations.

        Raises:
            ValueError: if they are not a batch of observations of this layout.
        """
        parts = self._shapes
        sizes = set()
        for name, shape in parts.items():
            try:
                given = np.asarray(observations[name] if name else observations)
            except (KeyError, TypeError, IndexError) as error:
                raise ValueError(
                    f"observations have no part {name!r}; a {self.form} observation has {', '.join(parts)}."
                ) from error
            if given.ndim == 0 or given.shape[1:] != shape:
                wanted = ", ".join(map(str, shape))
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
