"""n-step SARSA: what is earned in n steps, and the value of what is shown after them."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.tabular.multi_step_agent import MOST_STEPS, MultiStepAgent
from agents.tabular.tabular_agent import TabularStep
from recgym.core.arguments import whole_number


class NStepSarsaAgent(MultiStepAgent):
    """Learns the values of its own epsilon-greedy policy from the rewards of n steps (Sutton and Barto, 2018, section 7.2).

    Q(S_t, A_t) moves to r_1 + gamma r_2 + ... + gamma^(n-1) r_n + gamma^n Q(S_t+n, A_t+n), n steps later; to the rewards alone where the user left before.
    After a cut at the horizon, where nothing more is shown, the mean over what would be shown stands for the last term. It is
    on-policy: no importance weights.

    Args:
        n_steps: n, at least 1.
        **options: Those of `TabularAgent`.
    """

    def prepare(self, *, n_steps: int = 4, **options: Any) -> None:
        """See the class."""
        self.prepare_values(options, "n_steps")
        self.prepare_lookahead(whole_number("n_steps", n_steps, 1, MOST_STEPS))

    def returns(self, rows: np.ndarray, bootstrap: np.ndarray) -> np.ndarray:
        """See `agents.tabular.multi_step_agent.MultiStepAgent.returns`."""
        rewards = self._rewards[rows]
        targets, following = np.empty(rewards.shape), bootstrap
        for place in reversed(range(self._lookahead)):
            following = rewards[:, place] + self._gamma * following
            targets[:, place] = following
        return targets

    def value_of_step(self, step: TabularStep, best: np.ndarray) -> np.ndarray:
        """See `agents.tabular.multi_step_agent.MultiStepAgent.value_of_step`: the value of what was shown."""
        values = self.values_of(step.states)
        return np.where(step.items < 0, best, values[np.arange(len(values)), step.items])

    def value_of_end(self, step: TabularStep) -> np.ndarray:
        """See `agents.tabular.multi_step_agent.MultiStepAgent.value_of_end`: the mean over what the policy would show."""
        return self.expected(step.following, step.available_next)
