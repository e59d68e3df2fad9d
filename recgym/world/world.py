"""The world of an environment: items, people and clock. Hidden, fixed before the first reset, and shared by environments with equal arguments."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from recgym.catalogue.catalogue import Catalogue
from recgym.core.kernel import quiet
from recgym.core.parameters import Parameters, as_record
from recgym.core.scenario import Scenario, blank_item
from recgym.world.items import WorldItems, create_items
from recgym.world.kernels import HISTORY_POOL, compile_world_kernels
from recgym.world.trends import draw_trends

SPLITS = {"train": 1, "test": 2}
"""Populations that users may come from: for training, and held out."""
POPULATIONS = {**SPLITS, "validation": 4}
"""Those, and the people on whom a training is measured while it goes on: by them models are chosen, so they are neither trained nor evaluated on."""
LOG_SPLIT = 3
"""Population of those whose sessions the platform logged before."""

_WORLD_PARAMETERS = ("text_informativeness", "quality_in_text", "appeal_quality", "new_items")
"""What `create_items` reads; worlds that agree on these, the catalogue and the seed share their items."""


class WorldArrays(NamedTuple):
    """A world as compiled loops read it."""

    items: np.ndarray  # (I,) records
    blank: np.ndarray  # (1,) record of an item that is none
    vectors: np.ndarray  # (I, D) float32
    parameters: np.ndarray  # (1,) record
    masks: (
        np.ndarray
    )  # (C, I) int8, what is available at each tick of the clock; (1, I) ones where there is no table
    trends: (
        np.ndarray
    )  # (FASHIONS, I) float32, what each fashion adds to each item; (1, I) zeros where there are none


@dataclass(frozen=True, eq=False)
class World:
    """What an environment plays in.

    Attributes:
        scenario: The scenario.
        parameters: Its numbers.
        world_seed: Seed of the items' hidden side and of the populations.
        catalogue: The items' public side, in the order of the actions.
        centroids: (TOPICS, LATENT) float32 topic centroids, unit rows.
        people: (P,) user records as they are when a session begins.
        liked: (P, 2 D) float32 embeddings of each person's warm history: the even mean, then the recency-weighted one.
        arrays: What compiled loops read: item records, public vectors, parameters, masks.
    """

    scenario: Scenario
    parameters: Parameters
    world_seed: int
    catalogue: Catalogue
    centroids: np.ndarray
    people: np.ndarray
    liked: np.ndarray
    arrays: WorldArrays

    @property
    def items(self) -> np.ndarray:
        """(I,) records of `recgym.core.scenario.ITEM`."""
        return self.arrays.items

    @property
    def vectors(self) -> np.ndarray:
        """(I, D) float32 public vectors, unit rows."""
        return self.arrays.vectors

    @property
    def num_items(self) -> int:
        """Items in play: the number of actions."""
        return len(self.arrays.items)

    @property
    def always_available(self) -> bool:
        """Whether every item is available at all times."""
        return self.scenario.availability == "always"

    def ticks(self, users: np.ndarray) -> np.ndarray:
        """Returns the row of the table of masks that holds for each user, shape as ``users``; 0 where there is no table."""
        scenario = self.scenario
        if not scenario.has_clock_table:
            return np.zeros(users.shape, np.int64)
        return np.rint((users["hour"] - scenario.first_hour) / scenario.hours_per_step).astype(np.int64)

    @property
    def availability_is_of_users(self) -> bool:
        """Whether what is available depends on more of a user than the hour, so that it cannot be tabulated."""
        return not self.always_available and not self.scenario.has_clock_table

    def masks_at(self, hours: np.ndarray) -> np.ndarray:
        """Returns (N, I) int8 masks of what is available at hours (N,), where that depends on nothing else; a new array."""
        if self.always_available:
            return np.ones((len(hours), self.num_items), np.int8)
        return self.arrays.masks[[self.tick(hour) for hour in hours.tolist()]]

    def tick(self, hour: float) -> int:
        """Returns the row of the table of masks that holds at an hour."""
        return int((hour - self.scenario.first_hour) / self.scenario.hours_per_step + 0.5)

    def masks(self, users: np.ndarray) -> np.ndarray:
        """Returns (N, I) int8 masks of what is available to each user (N,); a read-only view where all items always are."""
        if self.always_available:
            return np.broadcast_to(self.arrays.masks[0], (len(users), self.num_items))
        if self.scenario.has_clock_table:
            return self.arrays.masks[self.ticks(users)]
        masks = np.empty((len(users), self.num_items), np.int8)
        with quiet():
            compile_world_kernels(self.scenario).availability(
                self.arrays.items, users, self.arrays.parameters, masks
            )
        return masks


class _WorldKey:
    """The arguments of a world, hashable by what they mean."""

    def __init__(
        self, catalogue: Catalogue, num_items: int | None, embedding_dim: int | None, world_seed: int
    ) -> None:
        self.catalogue = catalogue
        self.num_items = num_items
        self.embedding_dim = embedding_dim
        self.world_seed = world_seed
        self._identity = (catalogue.fingerprint, catalogue.name, num_items, embedding_dim, world_seed)

    def __hash__(self) -> int:
        return hash(self._identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _WorldKey) and self._identity == other._identity


def create_world(
    scenario: Scenario,
    catalogue: Catalogue,
    parameters: Parameters,
    *,
    num_items: int | None,
    embedding_dim: int | None,
    world_seed: int,
    split: str,
) -> World:
    """Makes a world, or returns the one that was made before with equal arguments.

    Args:
        scenario: The scenario.
        catalogue: Items.
        parameters: Its numbers.
        num_items: Items in play; ``None`` for the whole catalogue.
        embedding_dim: Columns of the public vectors; ``None`` for all.
        world_seed: Seed of the items' hidden side and of the populations.
        split: A key of `SPLITS`.
    """
    return _create_world(
        scenario, parameters, split, _WorldKey(catalogue, num_items, embedding_dim, world_seed)
    )


@lru_cache(maxsize=16)
def _create_world(scenario: Scenario, parameters: Parameters, split: str, key: _WorldKey) -> World:
    items = _create_items(Parameters(**{name: getattr(parameters, name) for name in _WORLD_PARAMETERS}), key)
    arrays = WorldArrays(
        items.records,
        blank_item(),
        items.vectors,
        as_record(parameters),
        np.ones((1, len(items.records)), np.int8),
        draw_trends(items.records["topics"], key.world_seed)
        if parameters.trend > 0.0
        else np.zeros((1, len(items.records)), np.float32),
    )
    for array in arrays:
        array.flags.writeable = (
            False  # before the first kernel: Numba compiles anew for arrays that may be written
        )
    people, liked = _populate(
        scenario, arrays, items.centroids, parameters.num_users, key.world_seed, SPLITS[split]
    )
    if scenario.has_clock_table:
        masks = _availability_table(scenario, arrays, items.catalogue, people, parameters)
        masks.flags.writeable = False
        arrays = arrays._replace(masks=masks)
    return World(
        scenario, parameters, key.world_seed, items.catalogue, items.centroids, people, liked, arrays
    )


def create_log_world(world: World, size: int = 2_000) -> World:
    """Returns the same world with the users whose sessions the platform logged before, in the days of the first fashion."""
    parameters = world.parameters
    if parameters.trend > 0.0:
        longest = next(f for f in fields(parameters) if f.name == "trend_period").metadata["high"]
        parameters = replace(parameters, trend_start=0, trend_period=longest, trend_ramp=0.0)
    people, liked = _populate(
        world.scenario, world.arrays, world.centroids, size, world.world_seed, LOG_SPLIT
    )
    arrays = world.arrays._replace(parameters=as_record(parameters))
    return replace(world, parameters=parameters, people=people, liked=liked, arrays=arrays)


@lru_cache(maxsize=16)
def world_of_split(world: World, split: str) -> World:
    """Returns the same world with the users of a split, a key of `POPULATIONS`."""
    people, liked = _populate(
        world.scenario,
        world.arrays,
        world.centroids,
        world.parameters.num_users,
        world.world_seed,
        POPULATIONS[split],
    )
    return replace(world, people=people, liked=liked)


def _populate(
    scenario: Scenario, arrays: WorldArrays, centroids: np.ndarray, size: int, world_seed: int, split: int
) -> tuple[np.ndarray, np.ndarray]:
    people = np.zeros(size, scenario.user_dtype)
    liked = np.zeros((size, 2 * arrays.vectors.shape[1]), np.float32)
    seed = np.random.SeedSequence([world_seed, split]).generate_state(1, np.uint64)[0]
    races, arrivals = np.zeros(HISTORY_POOL), np.zeros(HISTORY_POOL)
    with quiet():
        compile_world_kernels(scenario).populate(
            people, liked, arrays.items, arrays.vectors, centroids, arrays.parameters, races, arrivals, seed
        )
    people.flags.writeable = liked.flags.writeable = False
    return people, liked


@lru_cache(maxsize=8)
def _create_items(parameters: Parameters, key: _WorldKey) -> WorldItems:
    return create_items(
        key.catalogue,
        parameters,
        num_items=key.num_items,
        embedding_dim=key.embedding_dim,
        seed=key.world_seed,
    )


def _availability_table(
    scenario: Scenario, arrays: WorldArrays, catalogue: Catalogue, people: np.ndarray, parameters: Parameters
) -> np.ndarray:
    """Returns the (C, I) int8 masks at every tick from the first hour to the last."""
    reached = float(people["hour"].max()) + scenario.hours_per_step * parameters.horizon
    if people["hour"].min() < scenario.first_hour or reached > scenario.last_hour + 1e-9:
        raise ValueError(
            f"Sessions of scenario {scenario.name!r} take place from hour {people['hour'].min():g} to {reached:g}, outside of its first_hour="
            f"{scenario.first_hour:g} and last_hour={scenario.last_hour:g}: begin() must leave time for horizon={parameters.horizon} steps of "
            f"{scenario.hours_per_step:g} hours."
        )
    hours = np.arange(
        scenario.first_hour, scenario.last_hour + scenario.hours_per_step, scenario.hours_per_step
    )
    moments = np.zeros(len(hours), scenario.user_dtype)
    moments["hour"] = hours
    masks = np.zeros((len(hours), len(arrays.items)), np.int8)
    with quiet():
        compile_world_kernels(scenario).availability(arrays.items, moments, arrays.parameters, masks)
    empty = ~masks.any(axis=1)
    if empty.any():
        raise ValueError(
            f"None of the {len(arrays.items)} items of catalogue {catalogue.name!r} is available at hour {hours[empty][0]:g}: take more items "
            "(num_items=), or parameters with which items stay available for longer."
        )
    return masks
