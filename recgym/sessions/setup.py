"""What an environment is made of: a world, how it is seen, what actions mean, and what is rewarded."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from os import PathLike
from typing import Any, Literal

import gymnasium as gym
import numpy as np

from recgym.catalogue import Catalogue, load_catalogue
from recgym.core.arguments import unknown_name, whole_number
from recgym.core.parameters import DEFAULT_NUM_ITEMS, MEMORY, choose_parameters, sessions_of
from recgym.core.presets import PRESETS, preset_arguments
from recgym.core.scenario import Scenario, Signal
from recgym.sessions.platform_log import LOG_ROWS, count_log, item_features, opening_context
from recgym.sessions.sessions import Sessions
from recgym.task.actions import INVALID_ACTIONS, ActionMeaning
from recgym.task.layout import FORMS, PRIVILEGED, HiddenField, ObservationLayout
from recgym.task.statistics import ItemStatistics
from recgym.task.task import Task
from recgym.world.world import POPULATIONS, SPLITS, World, create_log_world, create_world, world_of_split

DEFAULT_EMBEDDING_DIM = 64
SHORTEST_SEQUENCE = 20
"""Items in a sequence for users who bring fewer, unless another number is asked for."""
_NEVER_SHOWN = ("key", "person", "first_taste")
"""Hidden fields that privileged observations leave out."""
_WIDE = 1e6
"""How large a number of a privileged observation may be, where no range is known: checkers want finite spaces."""
_RANGES = {"taste": (-1.0, 1.0), "sensitivity": (0.0, _WIDE), "slow": (0.0, 1.0)}
"""Ranges of the hidden fields that every scenario has."""
_OPENING_PEOPLE = 32
"""People of the log over whom the context of a session's beginning is averaged."""


def _option(default: Any, description: str) -> Any:
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True)
class Options:
    """Arguments of every environment, beside the scenario's own numbers. This is the one place where they are spelt."""

    preset: str | None = _option(
        None,
        f"named set of the numbers above: {', '.join(PRESETS)}; numbers that are given beside it win",
    )
    catalogue: Any = _option(
        None,
        "name of a shipped catalogue, path of a file of items, a DataFrame, a list of mappings, or a `Catalogue`; the scenario's own if None",
    )
    encoder: Any = _option(
        None, "for a file: a sentence-transformers name, path or object; the shipped all-MiniLM-L6-v2 if None"
    )
    cache_dir: str | PathLike[str] | None = _option(None, "for a file: where what was made of it is kept")
    columns: Mapping[str, Any] | None = _option(
        None,
        'for a file: which columns are which field, such as {"title": "prod_name"}; found by their names if None',
    )
    separator: str | None = _option(None, "for a file: between its values; found by looking if None")
    text_encoding: str | None = _option(None, "for a file: of its text; found by looking if None")
    header: bool | None = _option(
        None, "for a file: whether its first row names the columns; found by looking if None"
    )
    on_bad_rows: str = _option(
        "error", 'for a file: "error" refuses rows that cannot be used, "skip" leaves them out'
    )
    encoder_workers: int | None = _option(
        None, "for a file: processes that encode its texts; by their number if None"
    )
    num_items: int | Literal["auto"] | None = _option(
        "auto",
        "items in play, chosen by the world's seed; None for the whole catalogue; 200, or all if fewer",
    )
    embedding_dim: int | Literal["auto"] | None = _option(
        "auto",
        "columns of the public item vectors, whitened; None for all, as encoded; 64, or what the catalogue allows",
    )
    world_seed: int = _option(
        0, "seed of the world: the items' hidden side, the choice of items, the population"
    )
    split: str = _option("train", '"train" or "test": which population the users come from')
    slate_size: int = _option(1, "items shown at a time")
    observation: str = _option(
        "flat", '"flat", "sequence", "ids" or "items"; "state" and "state_ids" show what is hidden, too'
    )
    sequence_length: int | Literal["auto"] = _option(
        "auto",
        f"items in a sequence, ids or items observation, 1 to {MEMORY}; {SHORTEST_SEQUENCE}, or as many as the history if it is longer",
    )
    invalid_actions: str = _option(
        "repair",
        'what becomes of an item that is not available or already in the slate: "repair" shows the nearest one that can be shown, "empty" leaves '
        'its place empty, "error" refuses the action',
    )
    reward_weights: Mapping[str, float] | None = _option(
        None, "weight of each signal in the reward, in place of the scenario's; signals not named weigh 0"
    )


OPTION_NAMES = tuple(option.name for option in fields(Options))
_FOR_FILES = (
    "encoder",
    "cache_dir",
    "columns",
    "separator",
    "text_encoding",
    "header",
    "on_bad_rows",
    "encoder_workers",
)
_LOG = logging.getLogger("recgym.catalogue")


@dataclass(frozen=True, eq=False)
class Setup:
    """What an environment plays. It holds the hidden world: agents are given `task` and nothing else.

    Attributes:
        world: Hidden: items, people and clock.
        layout: Where observations hold what.
        actions: What actions mean.
        weights: (S,) float64 weight of each signal in the reward.
    """

    world: World
    layout: ObservationLayout
    actions: ActionMeaning
    weights: np.ndarray

    @property
    def sessions(self) -> int:
        """How many sessions an episode spans at most."""
        return sessions_of(self.world.parameters)

    @property
    def horizon(self) -> int:
        """Steps of the longest episode: those of the longest session times the sessions."""
        return self.layout.horizon * self.sessions

    @property
    def slate_size(self) -> int:
        """Items per action, K."""
        return self.actions.slate_size

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The signals, in the order of ``weights``."""
        return self.world.scenario.signals_of(self.sessions)

    @property
    def signal_names(self) -> tuple[str, ...]:
        """Names of the signals, in the order of ``weights``."""
        return tuple(signal.name for signal in self.signals)

    @cached_property
    def observation_space(self) -> gym.Space[Any]:
        """Of one session."""
        return self.layout.space()

    @cached_property
    def action_space(self) -> gym.Space[Any]:
        """Of one session."""
        return self.actions.space()

    @cached_property
    def padded_vectors(self) -> np.ndarray:
        """(I + 1, D) float32: zeros for no item, then the public vectors."""
        return np.concatenate([np.zeros((1, self.layout.dimension), np.float32), self.world.vectors])

    @cached_property
    def task(self) -> Task:
        """All that an agent may know."""
        world = self.world
        statistics, opening = _platform_facts(_LogKey.of(world))
        features, names = item_features(world, statistics)
        return Task(
            scenario=world.scenario.name,
            catalogue=world.catalogue,
            vectors=world.vectors,
            item_features=features,
            item_feature_names=names,
            statistics=statistics,
            signals=self.signals,
            weights=self.weights,
            layout=self.layout,
            actions=self.actions,
            horizon=self.horizon,
            always_available=world.always_available,
            opening=opening,
            sessions=self.sessions,
        )

    def with_split(self, split: str) -> Setup:
        """Returns the same setup with the users of a split: ``"train"``, ``"test"`` or ``"validation"``. All that is public is the same.

        Raises:
            ValueError: if there is no such split.
        """
        if split not in POPULATIONS:
            raise ValueError(unknown_name("value of split", split, POPULATIONS))
        return replace(self, world=world_of_split(self.world, split))

    def with_layout_of(self, layout: ObservationLayout) -> Setup:
        """Returns the same setup with observations in the form, and of the length, of another layout; what is hidden is shown if that shows it."""
        mine = self.layout
        if mine.form == layout.form and (mine.form == "flat" or mine.length == layout.length):
            return self
        return replace(
            self, layout=replace(mine, form=layout.form, length=layout.length, hidden=layout.hidden)
        )


@dataclass(frozen=True)
class _LogKey:
    """A world without its users, equal to others by what the platform's log depends on: users of the log are others, and however many there are of them."""

    identity: tuple[Any, ...]
    world: World = field(compare=False)  # keeps the arrays alive whose addresses are in the identity

    @staticmethod
    def of(world: World) -> _LogKey:
        numbers = replace(world.parameters, num_users=1)
        identity = (world.scenario, numbers, world.world_seed, id(world.items), id(world.vectors))
        return _LogKey(identity, replace(world, people=world.people[:0], liked=world.liked[:0]))


@lru_cache(maxsize=64)
def _platform_facts(key: _LogKey) -> tuple[ItemStatistics, np.ndarray]:
    """Returns the counts of the platform's log, and the context with which sessions begin: the same for every form of observation."""
    world = key.world
    scenario, count, sessions = world.scenario, world.num_items, sessions_of(world.parameters)
    layout = ObservationLayout(
        "flat", world.vectors.shape[1], scenario.context_of(sessions), 1, count, world.parameters.horizon
    )
    weights = np.zeros(len(scenario.signals_of(sessions)))
    log = Setup(create_log_world(world), layout, ActionMeaning(count, 1, "error"), weights)
    statistics = count_log(Sessions(log, LOG_ROWS))
    return statistics, opening_context(Sessions(log, count + 1), log.world.people[:_OPENING_PEOPLE])


def load_items(scenario: Scenario, options: Options) -> Catalogue:
    """Returns the catalogue from which the items in play are chosen.

    Raises:
        FileNotFoundError: for a catalogue file that is not there.
        CatalogueError: for one that cannot be used.
    """
    if isinstance(options.catalogue, Catalogue):
        return options.catalogue
    source = scenario.catalogue if options.catalogue is None else options.catalogue
    return load_catalogue(source, **{name: getattr(options, name) for name in _FOR_FILES})


@lru_cache(maxsize=64)
def _tell_in_play(items: Catalogue, num_items: int) -> None:
    """Says once that most items of a file are not in play."""
    _LOG.warning(
        "%s: %s of %s items are in play, chosen by world_seed; num_items=None plays all of them.",
        items.name,
        f"{num_items:,}",
        f"{len(items):,}",
    )


def create_setup(scenario: Scenario, options: Options, parameters: Mapping[str, Any]) -> Setup:
    """Checks the arguments of an environment and builds what it plays.

    Args:
        scenario: The scenario.
        options: As for every environment.
        parameters: The scenario's own numbers.

    Raises:
        TypeError: for an unknown parameter or a value of the wrong type.
        ValueError: for a value out of range, or a catalogue that does not fit.
        FileNotFoundError: for a catalogue file that is not there.
    """
    numbers = choose_parameters(scenario.parameters, {**preset_arguments(options.preset), **parameters})
    world_seed = whole_number("world_seed", options.world_seed, 0)
    for name, allowed in (
        ("split", SPLITS),
        ("observation", (*FORMS, *PRIVILEGED)),
        ("invalid_actions", INVALID_ACTIONS),
    ):
        if getattr(options, name) not in allowed:
            raise ValueError(unknown_name(f"value of {name}", getattr(options, name), allowed))
    length = _sequence_length(options.sequence_length, numbers.history)
    sessions = sessions_of(numbers)
    weights = _reward_weights(scenario, sessions, options.reward_weights)
    items = load_items(scenario, options)
    if scenario.domains and len(items.domain_names) != scenario.domains:
        raise ValueError(
            f"Catalogue {items.name!r} has {len(items.domain_names)} domains; {scenario.name} needs {scenario.domains}. "
            "Put that many catalogues of your own together with Catalogue.union()."
        )
    num_items, columns = options.num_items, options.embedding_dim
    if num_items == "auto":
        num_items = min(DEFAULT_NUM_ITEMS, len(items))
        if num_items < len(items) and items.reading is not None:
            _tell_in_play(items, num_items)
    if columns == "auto":
        columns = min(DEFAULT_EMBEDDING_DIM, len(items) - 1, items.embeddings.shape[1])
    in_play = int(num_items) if isinstance(num_items, int | np.integer) else len(items)
    slate_size = whole_number("slate_size", options.slate_size, 1, max(in_play, 1))
    world = create_world(
        scenario,
        items,
        numbers,
        num_items=num_items,
        embedding_dim=columns,
        world_seed=world_seed,
        split=options.split,
    )
    layout = ObservationLayout(
        options.observation,
        world.vectors.shape[1],
        scenario.context_of(sessions),
        length,
        world.num_items,
        numbers.horizon,
        hidden_fields(scenario) if options.observation in PRIVILEGED else (),
    )
    return Setup(world, layout, ActionMeaning(world.num_items, slate_size, options.invalid_actions), weights)


def setup_of(env_or_id: Any, **arguments: Any) -> Setup:
    """Returns the setup of an environment, single or vector, wrapped or not, or of an id with arguments.

    Raises:
        TypeError: if it is not an environment of recgym's.
    """
    if isinstance(env_or_id, str):
        env_or_id = gym.make(env_or_id, disable_env_checker=True, **arguments)
    elif arguments:
        raise TypeError(
            f"Arguments ({', '.join(arguments)}) go with an id, not with an environment that is made already."
        )
    setup = getattr(getattr(env_or_id, "unwrapped", env_or_id), "setup", None)
    if not isinstance(setup, Setup):
        raise TypeError(
            f"{type(env_or_id).__name__} is not an environment of recgym's; pass an id such as 'recgym:RecEcommerce-v0', or what gym.make or "
            "gym.make_vec returned for one."
        )
    return setup


def hidden_fields(scenario: Scenario) -> tuple[HiddenField, ...]:
    """Returns what privileged observations show of users: all that is hidden but what tells who somebody is, or where a taste once began."""
    user = scenario.user_dtype
    names = [name for name in scenario.hidden_fields if name not in _NEVER_SHOWN]
    ranges = [_RANGES.get(name, (-_WIDE, _WIDE)) for name in names]
    sizes = [int(np.prod(user[name].shape, dtype=int)) for name in names]
    return tuple(
        HiddenField(name, size, *bounds) for name, size, bounds in zip(names, sizes, ranges, strict=True)
    )


def _sequence_length(given: int | Literal["auto"], history: int) -> int:
    """Returns how many items a sequence holds: by itself no fewer than users bring."""
    if given == "auto":
        return max(SHORTEST_SEQUENCE, history)
    try:
        return whole_number("sequence_length", given, 1, MEMORY)
    except TypeError as error:
        raise TypeError(f'{str(error)[:-1]}, or "auto".') from None


def _reward_weights(scenario: Scenario, sessions: int, given: Mapping[str, float] | None) -> np.ndarray:
    names = [signal.name for signal in scenario.signals_of(sessions)]
    weights = scenario.reward_weights if given is None else given
    if not isinstance(weights, Mapping):
        raise TypeError(
            f"reward_weights={weights!r} must map names of signals to weights. Signals: {', '.join(names)}."
        )
    for name, weight in weights.items():
        if name not in names:
            raise ValueError(unknown_name("signal", name, names))
        if (
            isinstance(weight, bool)
            or not isinstance(weight, int | float | np.number)
            or not math.isfinite(weight)
        ):
            raise ValueError(f"reward_weights[{name!r}]={weight!r} must be a finite number.")
    return np.array([float(weights.get(name, 0.0)) for name in names])
