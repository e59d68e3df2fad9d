"""Agents that show how they are trained, for the tests of checkpoints."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from agents import Agent, Transitions
from recgym.task.choosing import best_items


class CountingAgent(Agent):
    """Counts the steps that it learned from, in its state and in a file that outlives it.

    Args:
        file: Where the count is written at once.
        rest: Seconds of rest after each step.
    """

    def prepare(self, *, file: str, rest: float = 0.0) -> None:
        self.learned = 0
        self.rest = rest
        self.count = os.open(file, os.O_RDWR | os.O_CREAT)

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        return np.zeros(self.task.layout.batch_size(observations), np.int64)

    def learn(self, transitions: Transitions) -> None:
        self.learned += len(transitions.rewards)
        os.pwrite(self.count, f"{self.learned:012d}".encode(), 0)
        time.sleep(self.rest)

    def state_dict(self) -> dict[str, np.ndarray]:
        return {"learned": np.array(self.learned)}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.learned = int(state["learned"])


class FadingAgent(Agent):
    """Shows what is popular until it has learned from ``turn`` steps, and then what is not; fails when it has learned from ``fails_at``."""

    def prepare(self, *, turn: int, fails_at: int = 2**62) -> None:
        self.turn, self.fails_at = turn, fails_at
        self.learned = 0

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        available = self.available(self.task.layout.batch_size(observations), masks)
        sign = 1.0 if self.learned <= self.turn else -1.0
        return best_items(np.where(available, sign * self.task.statistics.click_rate, -np.inf), 1)

    def learn(self, transitions: Transitions) -> None:
        self.learned += len(transitions.rewards)
        if self.learned >= self.fails_at:
            raise ArithmeticError("the loss is not a number")

    def state_dict(self) -> dict[str, np.ndarray]:
        return {"learned": np.array(self.learned)}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.learned = int(state["learned"])


class OldFashionedAgent(FadingAgent):
    """Has a training of its own, which cannot be looked on."""

    def fit(self, env: Any, steps: int, *, logdir: Any = None, progress: bool = False) -> None:
        self.learned = steps
