"""Expected SARSA: the value of going on as it does, its own exploration included."""

from __future__ import annotations

from agents.agent import Transitions
from agents.tabular.tabular_agent import TabularAgent


class ExpectedSarsaAgent(TabularAgent):
    """Learns the values of its own epsilon-greedy policy, without the luck of the next draw (van Seijen et al., 2009).

    Q(S, a) moves to r + gamma sum_b pi(b | S') Q(S', b), where pi is the policy with which it explores; to r where the user left. With epsilon 0 it is
    Q-learning. Options are those of `TabularAgent`.
    """

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        step = self.read(transitions)
        future = self.expected(step.following, step.available_next)
        self.move(step.states, step.items, step.rewards + self._gamma * step.goes_on * future)
