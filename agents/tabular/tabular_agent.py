"""What agents with a table share: states as row numbers, epsilon-greedy behaviour, and step sizes that fall with visits."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from agents.agent import Agent, Transitions
from recgym.core.arguments import real_number, unknown_name
from recgym.task import Task
from recgym.task.choosing import best_items

MOST_VALUES = 20_000_000
"""Values that a table may hold: with their counts, 320 MB."""

_TINY = np.finfo(np.float64).tiny


class TabularStep(NamedTuple):
    """A step of N sessions, in the words of a table."""

    states: np.ndarray  # (N,) int64, rows of the table
    items: np.ndarray  # (N,) int64 that were shown; -1 where nothing was
    rewards: np.ndarray  # (N,)
    following: np.ndarray  # (N,) int64, states that came next
    available: np.ndarray  # (N, I) bool, what could be shown
    available_next: np.ndarray  # (N, I) bool, what can be shown next
    goes_on: np.ndarray  # (N,) 1.0, or 0.0 where the user left, after which nothing is earned
    over: np.ndarray  # (N,) bool: the user left, or the session was cut at the horizon, after which more would have been earned


class TabularAgent(Agent):
    """Keeps a value Q(S, a) for every state and item, and shows the items of the largest values.

    The state is what an ``items`` observation holds, S_t = (H_t, X_t): the last items that were browsed, and the one that is looked at now.
    Each place holds an item's number plus 1, or 0 for none, so that L places and I items make (I + 1)^L states; a state is the row that its
    places spell as digits. The table has all rows from the start: its size depends on the task, not on what was visited, and a task with
    more than `MOST_VALUES` values is refused. `RecBandit-v0` with ``observation="items"`` has 1,331 states and 13,310 values.

    Where the user's taste or the time that is left matter and the state does not tell them, values are averages over those who were met in it.
    Sessions that are cut at the horizon are learned from as if they went on: the horizon is not part of the state.

    When exploring, a user is shown any available item with probability epsilon, otherwise one of the largest value; of equal ones each is
    as likely. Otherwise the item of the largest value is shown, of equal ones that of the lowest number. The n-th time that a value is
    learned, it moves by step_size / n^step_size_decay of the way to its target: 1 / n averages, powers between 1/2 and 1 converge as well
    and forget the first targets sooner (Even-Dar and Mansour, 2003), and with 0 the step stays the same. The rows of a batch learn one
    after another, from targets of before the step. A step costs O(I) per user.

    Args:
        gamma: Weight of a reward that comes one step later, in [0, 1).
        epsilon: Probability of any available item when exploring, in [0, 1].
        step_size: Of the first visit, in (0, 1].
        step_size_decay: Power with which it falls, in [0, 1].
        initial_value: Of every state and item before it was tried. Above what can be earned, it makes the agent try everything.
    """

    tables: ClassVar[int] = 1
    observes: ClassVar[Mapping[str, Any]] = {"observation": "items"}

    def prepare(
        self,
        *,
        gamma: float = 0.9,
        epsilon: float = 0.1,
        step_size: float = 1.0,
        step_size_decay: float = 0.6,
        initial_value: float = 0.0,
    ) -> None:
        """See the class."""
        states = _count_states(self.name, self.task)
        self._gamma = real_number("gamma", gamma, 0.0, 1.0)
        if self._gamma == 1.0:
            raise ValueError("gamma=1.0 is out of range; it must be below 1, or values need not be finite.")
        self._epsilon = real_number("epsilon", epsilon, 0.0, 1.0)
        self._step_size = real_number("step_size", step_size, 0.0, 1.0, above=True)
        self._step_size_decay = real_number("step_size_decay", step_size_decay, 0.0, 1.0)
        first = real_number("initial_value", initial_value, -np.inf, np.inf)
        shape = (self.tables, states, self.task.num_items)
        self._values = np.full(shape, first)
        self._visits = np.zeros(shape, np.int64)
        length = self.task.layout.length
        self._digits = (self.task.num_items + 1) ** np.arange(length - 1, -1, -1, dtype=np.int64)

    def prepare_values(self, options: Mapping[str, Any], *own: str) -> None:
        """Takes the options above, for a subclass that has options of its own beside them.

        Args:
            options: Those that are not its own.
            *own: Names of its own, for the error.

        Raises:
            ValueError: for an option that does not exist.
        """
        known = list(inspect.signature(TabularAgent.prepare).parameters)[1:]
        for option in options:
            if option not in known:
                raise ValueError(unknown_name(f"option of agent {self.name!r}", option, [*known, *own]))
        TabularAgent.prepare(self, **options)

    def states(self, observations: Any) -> np.ndarray:
        """Returns the states (N,) int64 of a batch of observations: rows of the table.

        Raises:
            ValueError: if they are not a batch of the task's.
        """
        self.task.layout.batch_size(observations)
        given = np.asarray(observations)
        if given.size and not (given.min() >= 0 and given.max() <= self.task.num_items):
            raise ValueError(
                f"observations hold {given.min()} to {given.max()}; places of an items observation hold 0 for none, or an item's number plus 1, "
                f"up to {self.task.num_items}."
            )
        return given.astype(np.int64) @ self._digits

    def values(self, observations: Any) -> np.ndarray:
        """Returns the values (N, I) of a batch of observations, by which items are chosen."""
        return self.values_of(self.states(observations))

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`: values."""
        return self.values(observations)

    def values_of(self, states: np.ndarray) -> np.ndarray:
        """Returns the values (N, I) of states (N,), by which items are chosen."""
        return self._values[0, states] if self.tables == 1 else self._values[:, states].mean(axis=0)

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`."""
        shares = self.probabilities(observations, masks, explore=explore).cumsum(axis=1)
        places = self.generator.random((len(shares), 1)) * shares[:, -1:]
        return np.argmax(shares > places, axis=1)

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """See `agents.agent.Agent.probabilities`."""
        states = self.states(observations)
        return self.shares(self.values_of(states), self.available(len(states), masks), explore=explore)

    def shares(self, values: np.ndarray, available: np.ndarray, *, explore: bool) -> np.ndarray:
        """Returns the probabilities (N, I) with which items of these values (N, I) are shown."""
        if not explore:
            first = best_items(np.where(available, values, -np.inf), 1)
            return (np.arange(self.task.num_items) == first[:, None]).astype(np.float64)
        best = available & (values == largest(values, available)[:, None])
        greedy = best / np.maximum(best.sum(axis=1, keepdims=True), 1)
        anything = available / np.maximum(available.sum(axis=1, keepdims=True), 1)
        shares: np.ndarray = (1.0 - self._epsilon) * greedy + self._epsilon * anything
        return shares

    def expected(self, states: np.ndarray, available: np.ndarray) -> np.ndarray:
        """Returns what is expected of states (N,) if the agent goes on exploring: the mean of their values under its policy."""
        values = self.values_of(states)
        return (self.shares(values, available, explore=True) * values).sum(axis=1)

    def read(self, transitions: Transitions) -> TabularStep:
        """Returns a step in the words of the table."""
        return TabularStep(
            states=self.states(transitions.observations),
            items=transitions.shown[:, 0],
            rewards=transitions.rewards,
            following=self.states(transitions.next_observations),
            available=transitions.masks,
            available_next=transitions.next_masks,
            goes_on=1.0 - transitions.terminated,
            over=transitions.terminated | transitions.truncated,
        )

    def move(self, states: np.ndarray, items: np.ndarray, targets: np.ndarray, table: int = 0) -> None:
        """Moves the values of states and items (M,) to targets (M,), one after another; where nothing was shown (item -1), nothing is learned.

        Args:
            states: Rows of the table.
            items: Its columns.
            targets: What the values should have been.
            table: Which one, for agents that keep several.
        """
        shown = np.flatnonzero(items >= 0)
        if not len(shown):
            return
        cells = states[shown] * self.task.num_items + items[shown]
        order = np.argsort(cells, kind="stable")
        cells, targets = cells[order], targets[shown][order]
        starts = np.flatnonzero(np.diff(cells, prepend=-1))
        counts = np.diff(starts, append=len(cells))
        values, visits = self._values[table].reshape(-1), self._visits[table].reshape(-1)  # views
        turns = np.arange(1, len(cells) + 1) - np.repeat(starts, counts)
        rates = self._step_size / (visits[cells] + turns) ** self._step_size_decay
        # k moves in a row leave prod(1 - rate) of the old value, and of each target its rate times what the moves after it leave.
        left = np.cumsum(np.log(np.maximum(1.0 - rates, _TINY)))
        after = left[starts + counts - 1]
        weights = rates * np.exp(np.repeat(after, counts) - left)
        moved = cells[starts]
        values[moved] *= np.exp(np.diff(after, prepend=0.0))
        values[moved] += np.add.reduceat(weights * targets, starts)
        visits[moved] += counts

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return {"values": self._values.copy(), "visits": self._visits.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        for name, mine in (("values", self._values), ("visits", self._visits)):
            if state[name].shape != mine.shape or state[name].dtype != mine.dtype:
                raise ValueError(
                    f"{name} of shape {state[name].shape} and type {state[name].dtype}, but the task needs {mine.shape} and {mine.dtype}"
                )
        if not np.isfinite(state["values"]).all() or (state["visits"] < 0).any():
            raise ValueError("values that are not finite, or visits below 0")
        self._values, self._visits = state["values"].copy(), state["visits"].copy()


def largest(values: np.ndarray, available: np.ndarray) -> np.ndarray:
    """Returns the largest of the values (N, I) among the available items (N, I): (N,); 0 where none is available.

    >>> largest(np.array([[1.0, 3.0], [1.0, 3.0]]), np.array([[True, True], [True, False]])).tolist()
    [3.0, 1.0]
    """
    best: np.ndarray = np.where(available, values, -np.inf).max(axis=1)
    return np.where(np.isneginf(best), 0.0, best)


def _count_states(name: str, task: Task) -> int:
    """Returns how many states a task has.

    Raises:
        ValueError: if a table does not serve it.
    """
    if task.slate_size > 1:
        raise ValueError(
            f"{name} shows one item at a time, and this environment takes slates of {task.slate_size}: a table with one column per slate would be "
            "astronomically wide. Use linucb or ppo, or make the environment with slate_size=1."
        )
    if task.observation != "items":
        raise ValueError(
            f"{name} keeps a table with a row for each state, and {task.observation} observations have too many: make the environment with "
            "observation='items', for instance gym.make('recgym:RecBandit-v0', observation='items'), or use linucb, ppo or dqn."
        )
    states: int = (task.num_items + 1) ** task.layout.length
    if states * task.num_items > MOST_VALUES:
        raise ValueError(
            f"{name} keeps a table with a row for each state, and num_items={task.num_items} with sequence_length={task.layout.length} make "
            f"{task.num_items + 1}^{task.layout.length} states with {task.num_items} values each; at most {MOST_VALUES:,} values are kept. Make the "
            "environment with fewer items or a shorter memory (num_items=10, sequence_length=3), or use linucb, ppo or dqn."
        )
    return states
