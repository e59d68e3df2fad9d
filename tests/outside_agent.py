"""What somebody else's package holds: an agent, an id and a metric. Nothing in this repository names them but the tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import recgym
from agents import Agent, Transitions
from recgym.evaluation import Metric
from recgym.task.choosing import best_items

if "RecShortVideo-v0" not in recgym.registered_ids():
    recgym.register("RecShortVideo-v0", "recgym.envs.video:RecVideoEnv", horizon=12, num_items=30)

steps_before_leaving = Metric(
    "sessions_of_full_length",
    "full",
    lambda log: np.column_stack([log.lengths == log.task.horizon, np.ones(log.num_sessions)]).astype(float),
)


class ThompsonAgent(Agent):
    """Draws each item's mean reward from its posterior and shows the best (Thompson, 1933)."""

    defaults = {"steps": 600, "num_envs": 6, "spread": 0.5}  # noqa: RUF012
    wants_log_probabilities = True

    def prepare(self, *, spread: float = 1.0) -> None:
        self.spread = spread
        self.sums, self.counts = np.zeros(self.task.num_items), np.zeros(self.task.num_items)
        self.began: list[int] = []
        self.heard: list[Transitions] = []

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        available = self.available(self.task.layout.batch_size(observations), masks)
        scores = np.broadcast_to(self.sums / np.maximum(self.counts, 1), available.shape)
        if explore:
            scores = self.generator.normal(scores, self.spread / np.sqrt(self.counts + 1))
        return best_items(np.where(available, scores, -np.inf), self.task.slate_size)

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        available = self.available(self.task.layout.batch_size(observations), masks)
        return available / available.sum(axis=1, keepdims=True)  # good enough for a test

    def begin(self, rows: np.ndarray) -> None:
        self.began += rows.tolist()

    def learn(self, transitions: Transitions) -> None:
        self.heard = [*self.heard[-1:], transitions]
        seen = transitions.shown >= 0
        rewards = np.broadcast_to(transitions.rewards[:, None], seen.shape)
        np.add.at(self.sums, transitions.shown[seen], rewards[seen])
        np.add.at(self.counts, transitions.shown[seen], 1)

    def state_dict(self) -> dict[str, np.ndarray]:
        return {"sums": self.sums, "counts": self.counts}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.sums, self.counts = np.array(state["sums"]), np.array(state["counts"])


not_an_agent = 3
