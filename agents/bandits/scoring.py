"""How bandits choose: the item, or the slate, of the largest scores, with lots drawn among equal ones."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from agents.agent import Agent, Transitions
from agents.bandits.arm_statistics import ArmStatistics, RewardBounds, pulls_of, reward_bounds_of
from recgym.task.choosing import best_items


class ScoringAgent(Agent):
    """Shows the available items that it scores highest: an index, an estimate, or a draw from what is believed. A slate holds the best ones.

    Among items of equal scores lots are drawn.

    Attributes:
        treats_users_alike: Whether the choice depends on the items alone, and not on what is observed of the user.
    """

    treats_users_alike: ClassVar[bool] = False

    @abstractmethod
    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """Returns scores (N, I), or (1, I) if they are the same for all users; those of items that are not ``available`` (N, I) are not looked at."""

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`."""
        available = self.available(self.task.layout.batch_size(observations), masks)
        scores = np.where(available, self.scores(observations, available, explore), -np.inf)
        return best_items(scores, self.task.slate_size, self.generator)

    def draws_scores(self, explore: bool) -> bool:
        """Tells whether scores are drawn at random."""
        return False

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """See `agents.agent.Agent.probabilities`: the items of the largest score share it.

        Raises:
            NotImplementedError: for slates, which are not drawn item by item; for scores that are drawn from a distribution in which the chance of being
                the largest has no closed form.
        """
        self.check_single_items()
        if self.draws_scores(explore):
            raise NotImplementedError(
                f"The {self.name} agent draws its scores when it explores, and does not tell how likely each item is to come out first. It does with "
                "explore=False; softmax, exp3 and epsilon_greedy tell it in either case."
            )
        available = self.available(self.task.layout.batch_size(observations), masks)
        scores = np.where(available, self.scores(observations, available, explore), -np.inf)
        return shares_of_best(scores, available)

    def check_single_items(self) -> None:
        """Raises `NotImplementedError` for slates, whose items are not drawn one by one in proportion to probabilities."""
        if self.task.slate_size > 1:
            raise NotImplementedError(
                f"The {self.name} agent does not tell probabilities of slates: it fills them with its best items, not by drawing. Ask softmax or "
                "popular_so_far, which draw, or make the environment with slate_size=1."
            )


class ArmAgent(ScoringAgent):
    """Keeps `ArmStatistics` of each item, the same for all users. A slate is one pull of each of its items; see `agents.bandits.arm_statistics.pulls_of`."""

    treats_users_alike = True
    _statistics: ArmStatistics
    _bounds: RewardBounds | None = None

    def remember(self, window: int | None, discount: float) -> None:
        """Sets the statistics up; see `ArmStatistics`."""
        self._statistics = ArmStatistics(self.task.num_items, window=window, discount=discount)

    def bound_rewards(self, reward_bounds: Sequence[float] | None) -> None:
        """Has rewards scaled to [0, 1] before they are counted; see `agents.bandits.arm_statistics.reward_bounds_of`."""
        self._bounds = reward_bounds_of(self.task, reward_bounds)

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        _, arms, rewards = pulls_of(transitions)
        self._statistics.add(arms, self.counted(rewards))

    def counted(self, rewards: np.ndarray) -> np.ndarray:
        """Returns what the statistics count for rewards (M,)."""
        return rewards if self._bounds is None else self._bounds.to_unit(rewards)

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return self._statistics.state_dict()

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        self._statistics.load_state_dict(state)


class LotteryAgent(ScoringAgent):
    """Draws items in proportion to weights. A slate is drawn item by item, without replacement: Plackett (1975), Luce (1959)."""

    @abstractmethod
    def log_weights(self, available: np.ndarray, explore: bool) -> np.ndarray:
        """Returns logarithms of weights, (N, I) or (1, I), of which -inf is never drawn while anything else can be."""

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `ScoringAgent.scores`: with Gumbel's noise, the largest is distributed as a draw in proportion to the weights."""
        noise = self.generator.gumbel(size=available.shape)
        return self.log_weights(available, explore) + noise

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """See `agents.agent.Agent.probabilities`."""
        available = self.available(self.task.layout.batch_size(observations), masks)
        return shares_of_weights(self.log_weights(available, explore), available)


def shares_of_best(scores: np.ndarray, available: np.ndarray) -> np.ndarray:
    """Returns equal shares (N, I) for the available items whose scores (N, I) are the largest of their row."""
    best = available & (scores == scores.max(axis=1, keepdims=True))
    return best / np.maximum(best.sum(axis=1, keepdims=True), 1)


def shares_of_weights(log_weights: np.ndarray, available: np.ndarray) -> np.ndarray:
    """Returns shares (N, I) of the available items in proportion to weights; if all of these are 0, equal ones."""
    logs = np.where(available, log_weights, -np.inf)
    largest = logs.max(axis=1, keepdims=True)
    weights = np.where(
        np.isneginf(largest), available, np.exp(logs - np.where(np.isneginf(largest), 0.0, largest))
    )
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
