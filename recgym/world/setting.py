"""The setting of an environment: a world, a population of users, and the platform's log of the past.

Everything here is fixed before the first reset, is never written afterwards, and is shared by environments with equal arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from recgym.catalogue.catalogue import Catalogue
from recgym.core.kernel import quiet
from recgym.core.parameters import Parameters, as_record
from recgym.core.scenario import Scenario
from recgym.world.items import FORTNIGHT_HOURS, World, create_world
from recgym.world.kernels import HISTORY_POOL, compile_world_kernels

SPLITS: Mapping[str, int] = {"train": 1, "test": 2, "log": 3}
"""Populations: training and held-out users, and those whose sessions the platform logged before."""

_WORLD_PARAMETERS = ("text_informativeness", "quality_in_text", "appeal_quality")
"""What `create_world` reads; settings that agree on these, the catalogue and the seed share a world."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What an environment plays in.

    Attributes:
        scenario: The scenario.
        parameters: Its numbers.
        world_seed: Seed of the world and of its populations.
        record: The parameters, as an array of one record.
        world: Items, hidden and public.
        people: (P,) user records as they are when a session begins.
        liked: (P, D) float32 embedding of each person's warm history.
        masks: (C, I) int8, which items are available at each tick of the clock; (1, I) ones when all always are.
    """

    scenario: Scenario
    parameters: Parameters
    world_seed: int
    record: np.ndarray
    world: World
    people: np.ndarray
    liked: np.ndarray
    masks: np.ndarray

    @property
    def num_items(self) -> int:
        """Items in play: the number of actions."""
        return len(self.world.items)

    @property
    def always_available(self) -> bool:
        """Whether every item is available at all times."""
        return self.scenario.hours_per_step == 0.0

    def ticks(self, users: np.ndarray) -> np.ndarray:
        """Returns the row of `masks` that holds for each user, shape as ``users``."""
        if self.always_available:
            return np.zeros(users.shape, np.int64)
        return np.rint(users["start"] / self.scenario.hours_per_step).astype(np.int64) + users["t"]


class SettingKey:
    """The arguments of a setting, hashable by what they mean."""

    def __init__(self, catalogue: Catalogue, **arguments: Any) -> None:
        self.catalogue = catalogue
        self.arguments = arguments
        self._identity = (
            catalogue.fingerprint,
            catalogue.name,
            *sorted(arguments.items(), key=lambda pair: pair[0]),
        )

    def __hash__(self) -> int:
        return hash(tuple(map(str, self._identity)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SettingKey) and self._identity == other._identity


def create_setting(
    scenario: Scenario,
    catalogue: Catalogue,
    parameters: Parameters,
    *,
    num_items: int | None,
    embedding_dim: int | None,
    world_seed: int,
    split: str,
) -> Setting:
    """Makes a setting, or returns the one that was made before with equal arguments.

    Args:
        scenario: The scenario.
        catalogue: Items.
        parameters: Its numbers.
        num_items: Items in play; ``None`` for the whole catalogue.
        embedding_dim: Columns of the public vectors; ``None`` for all.
        world_seed: Seed of the world and of its populations.
        split: A key of `SPLITS`.
    """
    return _create_setting(
        scenario,
        parameters,
        split,
        SettingKey(catalogue, num_items=num_items, embedding_dim=embedding_dim, world_seed=world_seed),
    )


@lru_cache(maxsize=16)
def _create_setting(scenario: Scenario, parameters: Parameters, split: str, key: SettingKey) -> Setting:
    world = _create_world(Parameters(**{name: getattr(parameters, name) for name in _WORLD_PARAMETERS}), key)
    record = as_record(parameters)
    seed = key.arguments["world_seed"]
    people, liked = _populate(scenario, world, record, parameters.num_users, seed, split)
    masks = _availability(scenario, world, record)
    masks.flags.writeable = False
    return Setting(scenario, parameters, seed, record, world, people, liked, masks)


def create_log_people(setting: Setting, size: int = 2_000) -> Setting:
    """Returns the same setting with the users whose sessions the platform logged before."""
    people, liked = _populate(
        setting.scenario, setting.world, setting.record, size, setting.world_seed, "log"
    )
    return replace(setting, people=people, liked=liked)


def _populate(
    scenario: Scenario, world: World, record: np.ndarray, size: int, world_seed: int, split: str
) -> tuple[np.ndarray, np.ndarray]:
    people = np.zeros(size, scenario.user_dtype)
    liked = np.zeros((size, world.vectors.shape[1]), np.float32)
    seed = np.random.SeedSequence([world_seed, SPLITS[split]]).generate_state(1, np.uint64)[0]
    races, arrivals = np.zeros(HISTORY_POOL), np.zeros(HISTORY_POOL)
    with quiet():
        compile_world_kernels(scenario).populate(
            people, liked, world.items, world.vectors, world.centroids, record, races, arrivals, seed
        )
    people.flags.writeable = liked.flags.writeable = False
    return people, liked


@lru_cache(maxsize=8)
def _create_world(parameters: Parameters, key: SettingKey) -> World:
    arguments = key.arguments
    return create_world(
        key.catalogue,
        parameters,
        num_items=arguments["num_items"],
        embedding_dim=arguments["embedding_dim"],
        seed=arguments["world_seed"],
    )


def _availability(scenario: Scenario, world: World, record: np.ndarray) -> np.ndarray:
    """Returns the (C, I) int8 masks over the clock, for every tick that a session can reach."""
    if scenario.hours_per_step == 0.0:
        return np.ones((1, len(world.items)), np.int8)
    hours = np.arange(0.0, FORTNIGHT_HOURS + scenario.hours_per_step, scenario.hours_per_step)
    masks = np.zeros((len(hours), len(world.items)), np.int8)
    compile_world_kernels(scenario).availability(world.items, hours, record, masks)
    reachable = masks[hours >= scenario.first_hour]
    if not reachable.any(axis=1).all():
        hour = hours[hours >= scenario.first_hour][~reachable.any(axis=1)][0]
        raise ValueError(
            f"None of the {len(world.items)} items of catalogue {world.catalogue.name!r} is available at hour {hour:g}: "
            f"pass a longer lifetime= (it is {record['lifetime'][0]:g} hours) or more items (num_items=)."
        )
    return masks
