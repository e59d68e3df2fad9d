"""The task: all that may be known of an environment before it is played, in one frozen record that can be saved."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import Any

import gymnasium as gym
import numpy as np

from recgym.catalogue.catalogue import Catalogue
from recgym.core.arguments import real_number, shortened, unknown_name
from recgym.core.scenario import LIKED_RATE, Signal
from recgym.task.actions import ActionMeaning
from recgym.task.layout import BEFORE_THE_SESSION, CLICKED, IGNORED, LIKED, ObservationLayout
from recgym.task.statistics import IS_NEW, ItemStatistics

_NEAREST_TITLES = 3


@dataclass(frozen=True, eq=False)
class Task:
    """What an agent is given. Nothing hidden can be reached from it.

    Attributes:
        scenario: Name of the scenario, as in the id.
        catalogue: The items in play, in the order of the actions: ids, titles, texts, categories, groups, numbers, text vectors.
        vectors: (I, D) float32 public item vectors: whitened, unit rows.
        item_features: (I, F) float32, what is public of each item: its vector, then the platform's statistics, price and duration.
        item_feature_names: Names of the F columns.
        statistics: The platform's counts.
        signals: The named parts of the feedback.
        weights: (S,) float64 weight of each signal in the reward.
        layout: Where observations hold what.
        actions: What actions mean.
        horizon: Steps of the longest episode: of the longest session, times the sessions where there are several.
        always_available: Whether every item can be shown at all times.
        opening: (I + 1, C) float32: the context when a session begins and the last item of the history is item i; the last row is for users
            without a history.
        sessions: How many sessions an episode spans at most.
    """

    scenario: str
    catalogue: Catalogue
    vectors: np.ndarray
    item_features: np.ndarray
    item_feature_names: tuple[str, ...]
    statistics: ItemStatistics
    signals: tuple[Signal, ...]
    weights: np.ndarray
    layout: ObservationLayout
    actions: ActionMeaning
    horizon: int
    always_available: bool
    opening: np.ndarray
    sessions: int = 1

    @property
    def num_items(self) -> int:
        """Items in play, I: the number of actions."""
        return len(self.vectors)

    @property
    def slate_size(self) -> int:
        """Items per action, K."""
        return self.actions.slate_size

    @property
    def dimension(self) -> int:
        """Columns of the public item vectors, D."""
        return self.layout.dimension

    @property
    def observation(self) -> str:
        """Form of the observations: one of `recgym.task.layout.FORMS`, or of `recgym.task.layout.PRIVILEGED`."""
        return self.layout.form

    @property
    def signal_names(self) -> tuple[str, ...]:
        """Names of the signals, in the order of ``weights``."""
        return tuple(signal.name for signal in self.signals)

    @property
    def titles(self) -> Sequence[str]:
        """Titles of the items."""
        return self.catalogue.titles

    @cached_property
    def observation_space(self) -> gym.Space[Any]:
        """Of one session."""
        return self.layout.space()

    @cached_property
    def action_space(self) -> gym.Space[Any]:
        """Of one session."""
        return self.actions.space()

    @cached_property
    def new_items(self) -> np.ndarray:
        """(I,) bool, the items that neither the platform's log nor any history has seen; they are known by text alone."""
        if IS_NEW not in self.item_feature_names:
            return np.zeros(self.num_items, np.bool_)
        mask: np.ndarray = self.item_features[:, self.item_feature_names.index(IS_NEW)] > 0
        return mask

    @cached_property
    def popularity(self) -> np.ndarray:
        """(I,) float64, by which items are ranked that are shown for being popular: the log's click rates, and -1 for new items."""
        return np.where(self.new_items, -1.0, self.statistics.click_rate)

    @cached_property
    def text_vectors(self) -> np.ndarray:
        """(I, E) float32 unit vectors of the items' texts, centred over the items in play and not whitened: for measuring how alike items are."""
        return self.catalogue.public_vectors(None)

    @cached_property
    def _numbers(self) -> tuple[Mapping[str, int], Mapping[str, list[int]]]:
        """Item numbers by id, and by title."""
        by_title: dict[str, list[int]] = {}
        for number, title in enumerate(self.catalogue.titles):
            by_title.setdefault(title, []).append(number)
        return {item: number for number, item in enumerate(self.catalogue.ids)}, by_title

    def item_number(self, item: int | str) -> int:
        """Returns the number of an item, the action that shows it.

        Args:
            item: Its number, its id, or its title.

        Raises:
            TypeError: if it is neither a whole number nor a text.
            ValueError: if there is no such item (the nearest titles are told), or several have the title.
        """
        if isinstance(item, int | np.integer) and not isinstance(item, bool):
            if not 0 <= item < self.num_items:
                raise ValueError(
                    f"Item {item} is out of range; item numbers go from 0 to {self.num_items - 1}."
                )
            return int(item)
        if not isinstance(item, str):
            raise TypeError(f"Item {item!r} must be an id or a title (str), or an item's number (int).")
        by_id, by_title = self._numbers
        named = by_title.get(item, [])
        if item in by_id:
            others = [number for number in named if number != by_id[item]]
            if others:
                raise ValueError(
                    f"{item!r} is the id of {self.titles[by_id[item]]!r} and the title of another item; pass the item's number, {by_id[item]} or "
                    f"{others[0]}, or the other's id, {self.catalogue.ids[others[0]]!r}."
                )
            return by_id[item]
        if len(named) == 1:
            return named[0]
        if named:
            ids = ", ".join(repr(self.catalogue.ids[number]) for number in named[:_NEAREST_TITLES])
            raise ValueError(f"{len(named)} items have the title {item!r}; pass an id instead: {ids}.")
        near = difflib.get_close_matches(item, by_title, _NEAREST_TITLES, 0.4)
        hint = f" The nearest titles are {', '.join(map(repr, near))}." if near else ""
        raise ValueError(
            f"No item in play has the id or title {item!r}.{hint} All of them are in task.catalogue.titles and task.catalogue.ids."
        )

    def observe(
        self,
        history: Sequence[int | str] = (),
        feedback: Sequence[float] | None = None,
        context: Mapping[str, float] | None = None,
    ) -> Any:
        """Makes the observation of somebody who was never in a simulation, as at the beginning of a session.

        Args:
            history: What they browsed, oldest first: ids, titles or item numbers; empty for a newcomer.
            feedback: What they thought of each: 0 ignored, 1 clicked, 2 clicked and liked; all were clicked if ``None``.
            context: Features of the context that are known, by name; the others are what they are on average when a session begins.

        Returns:
            One observation, a member of ``observation_space``; ``agent.act(observation[None])`` takes a batch.

        Raises:
            TypeError: if the history is one text.
            ValueError: for an item or a feature that does not exist, feedback of another length or value, or a task whose observations show what is
                hidden: of real people, nobody knows it.
        """
        if self.layout.privileged:
            raise ValueError(
                f"A task with observation={self.observation!r} makes no observations of people: it shows what is hidden of simulated users "
                f"({', '.join(field.name for field in self.layout.hidden)}), and nobody knows that of others. Make the environment with "
                f"observation={'ids' if self.layout.by_number else 'flat'!r}, and the agent for that."
            )
        if isinstance(history, str) or not isinstance(history, Sequence | np.ndarray):
            raise TypeError(
                f"history={shortened(history)} must be a list of ids, titles or item numbers, such as [{self.titles[0]!r}]."
            )
        if not isinstance(context or {}, Mapping):
            raise TypeError(f"context={shortened(context)} must be a mapping of features' names to numbers.")
        items = np.array([self.item_number(item) for item in history], np.int64)
        responses = np.full(len(items), CLICKED, np.float32) if feedback is None else _numbers(feedback)
        if responses.shape != items.shape or not np.isin(responses, (IGNORED, CLICKED, LIKED)).all():
            raise ValueError(
                f"feedback={feedback!r} must hold 0 (ignored), 1 (clicked) or 2 (clicked and liked) for each of the {len(items)} items "
                "of the history."
            )
        features = self._opening_context(items, context or {})
        layout = self.layout
        if layout.form == "flat":
            observation = np.zeros(layout.width, np.float32)
            liked = items[responses > IGNORED]
            if len(liked):
                observation[layout.slices["liked"]] = self.vectors[liked].mean(axis=0)
            for item, response in zip(items, responses, strict=True):
                mean = observation[layout.slices["recent" if response > IGNORED else "ignored"]]
                mean += LIKED_RATE * (self.vectors[item] - mean)
            if len(items):
                observation[layout.slices["current"]] = self.vectors[items[-1]]
            observation[layout.slices["context"]] = features
            return observation
        length = layout.length
        count = min(len(items), length)
        numbers = np.zeros(length, np.int64)
        kept, last = (np.zeros(length, np.float32), items[len(items) - count :])
        numbers[length - count :] = last + 1
        if layout.form == "items":
            return numbers
        kept[length - count :] = responses[len(items) - count :]
        present = (numbers > 0).astype(np.int8)
        if layout.form == "ids":
            seen: np.ndarray = numbers.astype(np.int32)
        else:
            seen = self.vectors[numbers - 1] * present[:, None].astype(np.float32)
        return {
            "history": seen,
            "feedback": kept,
            "age": np.where(present == 1, np.float32(BEFORE_THE_SESSION), np.float32(0.0)),
            "present": present,
            "context": features,
        }

    def _opening_context(self, items: np.ndarray, known: Mapping[str, float]) -> np.ndarray:
        features = self.opening[items[-1] if len(items) else self.num_items].copy()
        names = [feature.name for feature in self.layout.context]
        for name, value in known.items():
            if name not in names:
                raise ValueError(unknown_name("feature of the context", name, names))
            feature = self.layout.context[names.index(name)]
            features[names.index(name)] = real_number(f"context[{name!r}]", value, feature.low, feature.high)
        return features

    def save(self, folder: str | PathLike[str]) -> None:
        """Writes the task into a folder, which must be there: JSON and NumPy arrays, nothing that executes when it is read."""
        from recgym.task.files import save_task

        save_task(self, folder)

    @staticmethod
    def load(folder: str | PathLike[str]) -> Task:
        """Reads what `save` wrote.

        Raises:
            FileNotFoundError: if no task is saved there.
            ValueError: if the files are damaged.
        """
        from recgym.task.files import load_task

        return load_task(folder)

    def __repr__(self) -> str:
        """Returns the scenario, the sizes and the form of observations and actions."""
        return (
            f"<Task {self.scenario}: {self.num_items} items of {self.catalogue.name!r}, {self.observation} observations, "
            f"{'single items' if self.slate_size == 1 else f'slates of {self.slate_size}'}, horizon {self.horizon}>"
        )


def _numbers(feedback: Any) -> np.ndarray:
    """Returns feedback as numbers; what is none is not a number that is allowed, either."""
    try:
        return np.asarray(feedback, np.float32)
    except (TypeError, ValueError):
        return np.full(1, np.nan, np.float32)
