"""What the single and the vector environment share: their arguments, their spaces, and the checks of actions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any, Literal

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from recgym.catalogue import Catalogue, load_catalogue
from recgym.core.arguments import unknown_name
from recgym.core.parameters import MEMORY, choose_parameters
from recgym.core.scenario import Scenario
from recgym.sessions.platform_log import ItemStatistics, item_features, platform_statistics
from recgym.sessions.sessions import Sessions
from recgym.world.setting import SPLITS, Setting, create_setting

OBSERVATIONS = ("flat", "sequence", "items")
"""Forms of the observation."""
DEFAULT_NUM_ITEMS, DEFAULT_EMBEDDING_DIM = 200, 64
MAX_RESPONSE = 2.0


@dataclass(frozen=True)
class Interface:
    """The public face of a setting.

    Attributes:
        setting: World, people, numbers.
        slate_size: Items per action.
        observation: One of `OBSERVATIONS`.
        sequence_length: Items in a sequence observation.
        weights: (S,) float64 weight of each signal.
        observation_space: Of one session.
        action_space: Of one session.
    """

    setting: Setting
    slate_size: int
    observation: str
    sequence_length: int
    weights: np.ndarray
    observation_space: gym.Space[Any]
    action_space: gym.Space[Any]

    @property
    def signal_names(self) -> tuple[str, ...]:
        """Names of the signals, in the order of ``weights``."""
        return tuple(signal.name for signal in self.setting.scenario.all_signals)

    def statistics(self) -> ItemStatistics:
        """Counts of the platform's own log, per item."""
        return platform_statistics(self.setting)

    def item_features(self) -> tuple[np.ndarray, tuple[str, ...]]:
        """Public features of the items (I, F) float32 and their names."""
        return item_features(self.setting)

    def observe(self, sessions: Sessions) -> Any:
        """Returns the observations of all sessions, batched; nothing in them is written later."""
        if self.observation == "flat":
            return sessions.flat_observations()
        items, responses, exists = sessions.recent(self.sequence_length)
        if self.observation == "items":
            return np.where(exists, items + 1, 0)
        vectors = self.setting.world.vectors[items] * exists[:, :, None]
        return {
            "items": vectors.astype(np.float32),
            "feedback": responses,
            "mask": exists.astype(np.int8),
            "context": sessions.context(),
        }

    def check_actions(self, actions: Any, size: int) -> np.ndarray:
        """Returns actions of ``size`` sessions as (N, K) int64.

        Raises:
            TypeError: if they are not whole numbers.
            ValueError: if the shape, a number, or a slate with an item twice is not allowed.
        """
        slate = self.slate_size
        expected = (size,) if slate == 1 else (size, slate)
        try:
            given = np.asarray(actions)
        except ValueError as error:  # lists of different lengths
            raise ValueError(
                f"Actions must have shape {expected}, got {_shorten(actions)}. {self._allowed()}"
            ) from error
        if given.dtype.kind not in "iu":
            raise TypeError(
                f"Actions must be whole numbers, got dtype {given.dtype} ({_shorten(actions)}). {self._allowed()}"
            )
        if given.shape != expected:
            raise ValueError(f"Actions must have shape {expected}, got {given.shape}. {self._allowed()}")
        flat = np.ascontiguousarray(given, dtype=np.int64).reshape(size, slate)
        if flat.view(np.uint64).max() >= self.setting.num_items:  # a negative number is a huge unsigned one
            wrong = given.reshape(size, slate)[(flat < 0) | (flat >= self.setting.num_items)][0]
            raise ValueError(f"Action {wrong} is out of range. {self._allowed()}")
        if slate > 1:
            ordered = np.sort(flat, axis=1)
            repeated = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
            if repeated.any():
                row = int(np.argmax(repeated))
                raise ValueError(
                    f"A slate must hold {slate} different items, got {flat[row].tolist()} (row {row})."
                )
        return flat

    def check_available(
        self, actions: np.ndarray, sessions: Sessions, idle: np.ndarray | None = None
    ) -> None:
        """Checks that checked actions (N, K) name available items, in the rows that are not idle.

        Raises:
            ValueError: if one does not.
        """
        if self.setting.always_available:
            return
        allowed = self.setting.masks[self.setting.ticks(sessions.users)[:, None], actions] == 1
        if idle is not None:
            allowed |= idle[:, None]
        if not allowed.all():
            row, position = np.argwhere(~allowed)[0]
            item, count = int(actions[row, position]), int(sessions.masks()[row].sum())
            raise ValueError(
                f"Item {item} is not available now (row {row}); {count} of {self.setting.num_items} items are. "
                "Choose among those where action_masks() or info['action_mask'] is 1."
            )

    def _allowed(self) -> str:
        count = self.setting.num_items
        if self.slate_size == 1:
            return f"Allowed: an integer from 0 to {count - 1}, the index of the item to show."
        return f"Allowed: {self.slate_size} different integers from 0 to {count - 1}, the items to show, top first."


def create_interface(
    scenario: Scenario,
    *,
    catalogue: str | PathLike[str] | Catalogue | None,
    encoder: Any,
    cache_dir: str | PathLike[str] | None,
    num_items: int | Literal["auto"] | None,
    embedding_dim: int | Literal["auto"] | None,
    world: int,
    split: str,
    slate_size: int,
    observation: str,
    sequence_length: int,
    reward_weights: Mapping[str, float] | None,
    parameters: Mapping[str, Any],
) -> Interface:
    """Checks the arguments of an environment and builds what it plays in. See `recgym.sessions.env.RecEnv`."""
    chosen = choose_parameters(scenario.parameters, parameters)
    seed = _whole("world", world, 0, 2**63 - 1)
    if split not in SPLITS:
        raise ValueError(unknown_name("split", split, SPLITS))
    if observation not in OBSERVATIONS:
        raise ValueError(unknown_name("observation", observation, OBSERVATIONS))
    length = _whole("sequence_length", sequence_length, 1, MEMORY)
    weights = _reward_weights(scenario, reward_weights)
    items = load_catalogue(
        scenario.catalogue if catalogue is None else catalogue, encoder=encoder, cache_dir=cache_dir
    )
    if scenario.domains and len(items.domain_names) != scenario.domains:
        raise ValueError(
            f"Catalogue {items.name!r} has {len(items.domain_names)} domains; {scenario.name} needs {scenario.domains}. "
            "Put that many catalogues of your own together with Catalogue.union()."
        )
    if num_items == "auto":
        num_items = min(DEFAULT_NUM_ITEMS, len(items))
    columns = (
        embedding_dim
        if embedding_dim != "auto"
        else min(DEFAULT_EMBEDDING_DIM, len(items) - 1, items.embeddings.shape[1])
    )
    available = int(num_items) if isinstance(num_items, int | np.integer) else len(items)
    slate = _whole("slate_size", slate_size, 1, max(available, 1))
    setting = create_setting(
        scenario, items, chosen, num_items=num_items, embedding_dim=columns, world_seed=seed, split=split
    )
    return Interface(
        setting,
        slate,
        observation,
        length,
        weights,
        _observation_space(setting, observation, length),
        _action_space(setting, slate),
    )


def _whole(name: str, value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name}={value!r} must be a whole number from {low} to {high}.")
    if not low <= value <= high:
        raise ValueError(f"{name}={value!r} is out of range; it must be a whole number from {low} to {high}.")
    return int(value)


def _reward_weights(scenario: Scenario, given: Mapping[str, float] | None) -> np.ndarray:
    names = [signal.name for signal in scenario.all_signals]
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


def _observation_space(setting: Setting, observation: str, length: int) -> gym.Space[Any]:
    dimension = setting.world.vectors.shape[1]
    low = np.array([feature.low for feature in setting.scenario.all_context], np.float32)
    high = np.array([feature.high for feature in setting.scenario.all_context], np.float32)
    if observation == "items":
        return spaces.MultiDiscrete(np.full(length, setting.num_items + 1))
    if observation == "sequence":
        return spaces.Dict(
            {
                "items": spaces.Box(-1.0, 1.0, (length, dimension), np.float32),
                "feedback": spaces.Box(0.0, MAX_RESPONSE, (length,), np.float32),
                "mask": spaces.MultiBinary(length),
                "context": spaces.Box(low, high, dtype=np.float32),
            }
        )
    ones = np.ones(3 * dimension, np.float32)
    return spaces.Box(np.concatenate([-ones, low]), np.concatenate([ones, high]), dtype=np.float32)


def _action_space(setting: Setting, slate_size: int) -> gym.Space[Any]:
    if slate_size == 1:
        return spaces.Discrete(setting.num_items)
    return spaces.MultiDiscrete(np.full(slate_size, setting.num_items))


def _shorten(value: Any, width: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= width else text[: width - 3] + "..."
