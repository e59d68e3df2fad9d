"""What bandits know of each arm: how often it was pulled and what it paid, with old pulls forgotten or not; and what a pull of a slate is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from agents.agent import Transitions
from recgym.core.arguments import real_number, shortened, whole_number
from recgym.task import Task
from recgym.task.actions import NOTHING


class Pulls(NamedTuple):
    """Arms that were pulled in a step of N users, in the order of users, then of places."""

    rows: np.ndarray  # (M,) int64, the users
    arms: np.ndarray  # (M,) int64, the items that they were shown
    rewards: np.ndarray  # (M,) float64


def pulls_of(transitions: Transitions) -> Pulls:
    """Returns the pulls of a step: each shown item is one.

    The reward of a slate is that of the item that the user attended to; the others were shown for nothing.

    Raises:
        ValueError: if slates do not tell to what the users attended.
    """
    shown = transitions.shown
    rewards = np.zeros(shown.shape)
    if shown.shape[1] == 1:
        rewards[:, 0] = transitions.rewards
    else:
        rows = np.flatnonzero(attended_places(transitions) != NOTHING)
        rewards[rows, attended_places(transitions)[rows]] = transitions.rewards[rows]
    there = shown != NOTHING
    return Pulls(np.nonzero(there)[0], shown[there], rewards[there])


def attended_places(transitions: Transitions) -> np.ndarray:
    """Returns the places (N,) of slates that the users attended to.

    Raises:
        ValueError: if the transitions do not tell.
    """
    if transitions.attended is None:
        raise ValueError(
            "Transitions of slates have attended=None, so nobody knows which of the shown items earned the reward: pass "
            "attended=infos['attended'], as the environment tells it."
        )
    return transitions.attended


class RewardBounds(NamedTuple):
    """Between which numbers rewards are expected."""

    low: float
    high: float

    def to_unit(self, rewards: np.ndarray) -> np.ndarray:
        """Returns rewards scaled to [0, 1]; one out of bounds is cut to them."""
        return np.clip((rewards - self.low) / (self.high - self.low), 0.0, 1.0)


def reward_bounds_of(task: Task, given: Sequence[float] | None) -> RewardBounds:
    """Returns the bounds of the rewards, for bandits whose theory wants rewards in [0, 1].

    Args:
        task: Of the environment.
        given: The lower and the upper one; ``None`` for those of a weighted sum of signals that are between 0 and 1 each, as all are but amounts of money.

    Raises:
        TypeError: if they are not two numbers.
        ValueError: if the upper one is not above the lower one.
    """
    if given is None:
        low = float(np.minimum(task.weights, 0.0).sum())
        high = float(np.maximum(task.weights, 0.0).sum())
        return RewardBounds(low, high) if high > low else RewardBounds(0.0, 1.0)
    if isinstance(given, str | Mapping) or not isinstance(given, Sequence) or len(given) != 2:
        raise TypeError(
            f"reward_bounds={shortened(given)} must be two numbers, the least and the largest reward of a step, such as [0, 1]."
        )
    low, high = (real_number("a bound in reward_bounds", bound, -np.inf, np.inf) for bound in given)
    if not low < high:
        raise ValueError(
            f"reward_bounds={shortened(given)}: the second number must be above the first; they are the least and the largest reward of a step."
        )
    return RewardBounds(low, high)


class ArmStatistics:
    """Numbers of pulls and sums of rewards of each arm.

    Pulls are counted one by one, in their order, also those of a batch. A pull is remembered for good; or it weighs ``discount`` times as much with every pull
    that follows, of whichever arm; or only the last ``window`` pulls are remembered (Garivier and Moulines, 2011). Adding M pulls at once is adding them one
    after the other.

    A batch of M pulls costs O(M), with a discount O(M + I), with a window O(window + I).

    Args:
        num_arms: I.
        window: Pulls that are remembered, at least 1; all of them if ``None``.
        discount: Above 0 and at most 1, which forgets nothing.

    Attributes:
        counts: (I,) float64, pulls of each arm, weighted.
        sums: (I,) float64, their rewards, weighted.

    Raises:
        ValueError: if a number is out of range, or both a window and a discount are asked for.
    """

    def __init__(self, num_arms: int, *, window: int | None = None, discount: float = 1.0) -> None:
        """See the class."""
        self._discount = real_number("discount", discount, 0.0, 1.0, above=True)
        self._window = None if window is None else whole_number("window", window, 1)
        if self._window is not None and self._discount < 1.0:
            raise ValueError(
                f"window={window!r} and discount={discount!r} are two ways to forget: choose one; window=None and discount=1.0 switch them off."
            )
        self.counts: np.ndarray = np.zeros(num_arms)
        self.sums: np.ndarray = np.zeros(num_arms)
        self._arms, self._rewards = np.zeros(0, np.int64), np.zeros(0)

    @property
    def total(self) -> float:
        """Pulls of all arms, weighted."""
        return float(self.counts.sum())

    def add(self, arms: np.ndarray, rewards: np.ndarray) -> None:
        """Adds pulls of arms (M,) that paid rewards (M,), the oldest first."""
        if self._window is not None:
            self._arms = np.concatenate([self._arms, arms])[-self._window :]
            self._rewards = np.concatenate([self._rewards, rewards])[-self._window :]
            self._count_window()
            return
        weights = self._discount ** np.arange(len(arms) - 1, -1, -1.0)
        if self._discount < 1.0:
            self.counts *= self._discount ** len(arms)
            self.sums *= self._discount ** len(arms)
        np.add.at(self.counts, arms, weights)
        np.add.at(self.sums, arms, weights * rewards)

    def means(self, untried: float) -> np.ndarray:
        """Returns the mean rewards (I,), with a number for arms of which no pull is remembered."""
        tried = self.counts > 0
        return np.where(tried, self.sums / np.where(tried, self.counts, 1.0), untried)

    def state_dict(self) -> dict[str, np.ndarray]:
        """Returns what is remembered, as arrays by name."""
        if self._window is not None:
            return {"arms": self._arms.copy(), "rewards": self._rewards.copy()}
        return {"counts": self.counts.copy(), "sums": self.sums.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes what `state_dict` returned.

        Raises:
            ValueError: if it is of another number of arms, or holds what cannot have been counted.
        """
        num_arms = len(self.counts)
        if self._window is not None:
            arms, rewards = np.array(state["arms"]), np.array(state["rewards"], np.float64)
            if arms.ndim != 1 or arms.dtype.kind not in "iu" or rewards.shape != arms.shape:
                raise ValueError(f"pulls of arms {arms.dtype} {arms.shape} with rewards {rewards.shape}")
            if arms.min(initial=0) < 0 or arms.max(initial=0) >= num_arms or not np.isfinite(rewards).all():
                raise ValueError(f"pulls that are not of arms 0 to {num_arms - 1} with finite rewards")
            self._arms, self._rewards = arms[-self._window :], rewards[-self._window :]
            self._count_window()
            return
        counts, sums = (checked_array(state, name, (num_arms,)) for name in ("counts", "sums"))
        if counts.min(initial=0.0) < 0:
            raise ValueError(f"{counts.min()} pulls of an arm")
        self.counts, self.sums = counts, sums

    def _count_window(self) -> None:
        num_arms = len(self.counts)
        self.counts = np.bincount(self._arms, np.ones(len(self._arms)), num_arms)
        self.sums = np.bincount(self._arms, self._rewards, num_arms)


def checked_array(state: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Returns a copy of a saved array, as float64.

    Raises:
        KeyError: if it is not there.
        ValueError: if it has another shape, or holds what is not a finite number.
    """
    array = np.array(state[name], np.float64)
    if array.shape != shape:
        raise ValueError(f"{name} of shape {array.shape}, but the task and the options ask for {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    return array
