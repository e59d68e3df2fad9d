"""EXP3: exponential weights for rewards that an adversary may choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from agents.agent import Transitions
from agents.bandits.arm_statistics import checked_array, pulls_of, reward_bounds_of
from agents.bandits.scoring import LotteryAgent, shares_of_weights
from recgym.core.arguments import real_number


class EXP3Agent(LotteryAgent):
    """Draws items in proportion to exponential weights of what they paid, each payment divided by the chance at which it was drawn.

    Equation: p_a = (1 - g) w_a / sum_b w_b + g / K over the K available arms; after the reward r of arm a, w_a is multiplied by exp(g r / (I p_a)) for I arms in
    all.

    Source: Auer, Cesa-Bianchi, Freund and Schapire (2002), figure 1; g is their gamma. That weights of arms that are not available wait is ours.

    Assumes: rewards in [0, 1] (they are scaled; ``reward_bounds``), and nothing else: they may be chosen by an adversary, though not in answer to the draw itself.
    g = min(1, sqrt(I ln(I) / ((e - 1) T))) keeps the regret in T pulls against the best fixed arm below 2.63 sqrt(T I ln I).

    Cost of a step of N users with I items: O(N I) to choose, O(N + I) to learn.

    Single items only: which items a slate of one reward owes it to, EXP3 does not say.

    Args:
        exploration: g, share of uniform draws, and rate of learning, above 0 and at most 1. Without exploration items are drawn by their weights alone.
        reward_bounds: Least and largest reward of a step; from the weights of the signals if ``None``. Rewards outside are cut.

    Raises:
        ValueError: for slates.
    """

    treats_users_alike = True
    wants_log_probabilities = True

    def prepare(self, *, exploration: float = 0.05, reward_bounds: Sequence[float] | None = None) -> None:
        """See the class."""
        if self.task.slate_size > 1:
            raise ValueError(
                f"The {self.name} agent shows single items, but the task has slates of {self.task.slate_size}: it divides a reward by the chance of one item. "
                "Make the environment with slate_size=1, or take cascade_ucb, which is made for slates."
            )
        self._exploration = real_number("exploration", exploration, 0.0, 1.0, above=True)
        self._bounds = reward_bounds_of(self.task, reward_bounds)
        self._log_weights = np.zeros(self.task.num_items)

    def log_weights(self, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.bandits.scoring.LotteryAgent.log_weights`."""
        if not explore:
            return self._log_weights[None]
        uniform = available / np.maximum(available.sum(axis=1, keepdims=True), 1)
        weighted = shares_of_weights(self._log_weights[None], available)
        shares = (1.0 - self._exploration) * weighted + self._exploration * uniform
        with np.errstate(divide="ignore"):
            return np.log(shares)

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`.

        Without ``log_probabilities`` the chances are those of the present weights: right if nothing was learned since the items were drawn. Users who saw
        another item than was asked for are left out, since nobody knows the chance of that.
        """
        rows, arms, rewards = pulls_of(transitions)
        if transitions.log_probabilities is None:
            shares = self.probabilities(transitions.observations, transitions.masks, explore=True)
            chances = shares[rows, arms]
        else:
            chances = np.exp(transitions.log_probabilities[rows])
        drawn = (arms == transitions.actions.reshape(len(transitions.shown), -1)[rows, 0]) & (chances > 0)
        gains = self._bounds.to_unit(rewards[drawn]) / chances[drawn]
        np.add.at(self._log_weights, arms[drawn], self._exploration * gains / self.task.num_items)
        self._log_weights -= self._log_weights.max()

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return {"log_weights": self._log_weights.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        self._log_weights = checked_array(state, "log_weights", (self.task.num_items,))
