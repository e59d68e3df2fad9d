"""SARSA: the value of what is shown next."""

from __future__ import annotations

from typing import Any

from agents.tabular.n_step_sarsa import NStepSarsaAgent


class SarsaAgent(NStepSarsaAgent):
    """Learns the values of its own epsilon-greedy policy (Rummery and Niranjan, 1994).

    Q(S, a) moves to r + gamma Q(S', a'), where a' is what was shown next, so that it learns one step later; to r where the user left. It is the case n = 1 of
    `agents.tabular.n_step_sarsa.NStepSarsaAgent`. Options are those of `TabularAgent`.
    """

    def prepare(self, **options: Any) -> None:
        """See the class."""
        self.prepare_values(options)
        self.prepare_lookahead(1)
