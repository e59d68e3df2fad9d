"""Watkins' Q(lambda): rewards are passed far back, but not past an item that was tried out."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.tabular.multi_step_agent import MOST_STEPS, MultiStepAgent
from agents.tabular.tabular_agent import TabularStep, largest
from recgym.core.arguments import real_number, whole_number


class WatkinsQLambdaAgent(MultiStepAgent):
    """Learns the values of the best policy from returns of all lengths, cut where the agent explored (Watkins, 1989).

    Q(S_t, A_t) moves to G_t = r_t+1 + gamma ((1 - trace_decay) max_b Q(S_t+1, b) + trace_decay G_t+1). Where A_t+1 was not of the largest value, and after
    ``lookahead`` steps, G_t ends: r_t+1 + gamma max_b Q(S_t+1, b) (Sutton and Barto, 2018, section 12.10; the truncation is Cichosz's, 1995). This is the forward view: what
    eligibility traces add up to over a session, as targets, which many users can move a value to at once. The values max_b Q are those of the moment
    when each step was taken, as with traces.

    Args:
        trace_decay: lambda, in [0, 1]; with 0 it is Q-learning, a step later.
        lookahead: Steps after which a return ends; the weight of what is left out is (gamma trace_decay)^lookahead.
        **options: Those of `TabularAgent`.
    """

    def prepare(self, *, trace_decay: float = 0.8, lookahead: int = 10, **options: Any) -> None:
        """See the class."""
        self.prepare_values(options, "trace_decay", "lookahead")
        self._trace_decay = real_number("trace_decay", trace_decay, 0.0, 1.0)
        self.prepare_lookahead(whole_number("lookahead", lookahead, 1, MOST_STEPS))

    def returns(self, rows: np.ndarray, bootstrap: np.ndarray) -> np.ndarray:
        """See `agents.tabular.multi_step_agent.MultiStepAgent.returns`."""
        rewards, best, greedy = self._rewards[rows], self._best[rows], self._greedy[rows]
        targets, following = np.empty(rewards.shape), bootstrap
        for place in reversed(range(self._lookahead)):
            targets[:, place] = rewards[:, place] + self._gamma * following
            mixed = (1.0 - self._trace_decay) * best[:, place] + self._trace_decay * targets[:, place]
            following = np.where(greedy[:, place], mixed, best[:, place])
        return targets

    def value_of_step(self, step: TabularStep, best: np.ndarray) -> np.ndarray:
        """See `agents.tabular.multi_step_agent.MultiStepAgent.value_of_step`: the largest value."""
        return best

    def value_of_end(self, step: TabularStep) -> np.ndarray:
        """See `agents.tabular.multi_step_agent.MultiStepAgent.value_of_end`: the largest value."""
        return largest(self.values_of(step.following), step.available_next)
