"""Q-learning: the value of the best that can follow, whatever is tried."""

from __future__ import annotations

from agents.agent import Transitions
from agents.tabular.tabular_agent import TabularAgent, largest


class QLearningAgent(TabularAgent):
    """Learns the values of the best policy while it tries out others (Watkins, 1989; Watkins and Dayan, 1992).

    Q(S, a) moves to r + gamma max_b Q(S', b), over the items b that are available next; to r where the user left. Options are those of `TabularAgent`.
    """

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        step = self.read(transitions)
        future = largest(self.values_of(step.following), step.available_next)
        self.move(step.states, step.items, step.rewards + self._gamma * step.goes_on * future)
