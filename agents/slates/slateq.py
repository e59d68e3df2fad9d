"""SlateQ: the value of a slate taken apart into the values of its items."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from agents.agent import Transitions
from agents.networks.memory import Memory, packed_masks, unpacked_masks
from agents.networks.network_agent import NetworkAgent
from agents.networks.network_inputs import NetworkInputs
from agents.networks.size import layer_widths
from agents.sb3.two_tower import ItemScores, layers
from agents.slates.choice import SEARCHES, choice_probabilities, item_worths, slate_values
from recgym.core.arguments import real_number, unknown_name, whole_number
from recgym.task import Task
from recgym.task.choosing import random_items

_LARGEST_UTILITY = 20.0
"""Log of the largest attraction: beyond it a choice is certain, and its numbers would overflow."""
_FIRST_UTILITY = -2.0
_BIAS_AT_FIRST = 0.0
_TARGET, _SCALE, _STEPS = "target.", "scale", "steps"


class ChoiceAndValues(nn.Module):
    """For each user: log-attractions u and values Q of every item, and the value of choosing nothing; two-tower scores of observations of any form."""

    def __init__(self, task: Task, hidden: list[int], embedding_size: int) -> None:
        """See the class."""
        super().__init__()
        self.inputs = NetworkInputs(task)
        size, dimension = self.inputs.size, self.inputs.dimension
        self.utilities = ItemScores(size, hidden, task.item_features, embedding_size, dimension)
        self.values = ItemScores(size, hidden, task.item_features, embedding_size, dimension)
        self.nothing = nn.Sequential(layers(size, hidden), nn.Linear(hidden[-1], 1))
        self.bias = nn.Parameter(torch.tensor(_BIAS_AT_FIRST))
        places = torch.arange(1, task.slate_size + 1, dtype=torch.float32)
        self.register_buffer("log_places", places.log())

    def forward(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Returns u (N, I), Q (N, I), and Q of choosing nothing (N,)."""
        states = self.inputs(rows)
        utilities = (self.utilities(states) + _FIRST_UTILITY).clamp(max=_LARGEST_UTILITY)
        return utilities, self.values(states), self.nothing(states).squeeze(1)

    def log_examination(self) -> torch.Tensor:
        """Returns log e (K,): -bias log(r + 1), the bias being positive."""
        log_places: torch.Tensor = self.log_places  # type: ignore[assignment]
        return -functional.softplus(self.bias) * log_places


class SlateQAgent(NetworkAgent):
    """Learns the value of each item of a slate, given that the user chooses it, and shows the slate of the largest expected value.

    Q(s, A) = sum_i P(i | s, A) Q(s, i), where i runs over the items of slate A and the choice of nothing. With i what the user chose of A, Q(s, i) is fitted to

        r + gamma * max_A' sum_j P(j | s', A') Q'(s', j),

    all of it in the **next** state s', as the paper has it (RecSim's agent weights values Q' of s by probabilities of s'); the
    maximum is 0 where the session ended. A' is found with Q and valued by Q', a copy of the network that is ``target_interval`` gradient steps older at most (van
    Hasselt et al., 2016). P is a conditional logit (`agents.slates.choice`), fitted to the choices at the same time, with an attention to places that falls
    from the top. With one item per slate it is a DQN whose value is told by outcome: a click, and none.

    Source: Ie, Jain, Wang, Narvekar, Agarwal, Wu, Cheng, Chandra and Boutilier (2019).

    Assumes: a user takes at most one item; reward and next state depend on what was taken, not on what else was there. The reward that is observed with
    no choice is that of nothing.

    Cost of a step of N users with I items: O(N I E) to choose, E being ``embedding_size``, times 3 or 4 rounds of the search; a gradient step is three times as much
    for ``batch_size`` users. Memory: two observations for each of ``memory`` steps.

    Args:
        gamma: Discount, from 0 to 1.
        search: How slates are found: ``"optimal"`` for the largest value; ``"greedy"``, one item after another; ``"top_k"``, the largest v Q.
        epsilon: Probability of a slate at random in training.
        learning_starts: Steps before it learns, which show slates at random, at least 1; the unit of values is the deviation of their rewards.
        memory: Steps that are remembered, at least 1.
        reuse: How often each step is learned from, on average, above 0.
        batch_size: Steps per gradient step.
        target_interval: Gradient steps between copies of the network, at least 1.
        learning_rate: Of Adam.
        hidden: Widths of the layers.
        embedding_size: Width in which users and items meet.
    """

    network: ChoiceAndValues

    reads_hidden: ClassVar[bool] = True

    def prepare(
        self,
        *,
        gamma: float = 0.95,
        search: str = "optimal",
        epsilon: float = 0.1,
        learning_starts: int = 10_000,
        memory: int = 50_000,
        reuse: float = 2.0,
        batch_size: int = 1024,
        target_interval: int = 50,
        learning_rate: float = 2e-3,
        hidden: tuple[int, ...] = (64, 64),
        embedding_size: int = 32,
    ) -> None:
        """See the class."""
        self._gamma = real_number("gamma", gamma, 0.0, 1.0)
        if search not in SEARCHES:
            raise ValueError(unknown_name("search", str(search), SEARCHES))
        self._search = search
        self._epsilon = real_number("epsilon", epsilon, 0.0, 1.0)
        self._learning_starts = whole_number("learning_starts", learning_starts, 1)
        self._capacity = whole_number("memory", memory, 1)
        self._reuse = real_number("reuse", reuse, 0.0, np.inf, above=True)
        self._batch_size = whole_number("batch_size", batch_size, 1)
        self._target_interval = whole_number("target_interval", target_interval, 1)
        rate = real_number("learning_rate", learning_rate, 0.0, np.inf, above=True)
        size = whole_number("embedding_size", embedding_size, 1)
        self.set_network(ChoiceAndValues, rate, self.task, layer_widths(hidden), size)
        self.target = copy.deepcopy(self.network)
        self._scale = 1.0
        self._steps = self._gradient_steps = 0
        self._forget()

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`."""
        rows = self.network.inputs.rows(observations)
        available = self.available(len(rows), masks)
        count = self.task.slate_size
        if explore and self._steps < self._learning_starts:
            return random_items(available, count, self.generator)
        with torch.no_grad():
            utilities, values, nothing = self.network(rows)
            slates = self._best(utilities, values, nothing, available).numpy()
        items = slates[:, 0] if count == 1 else slates
        if explore:
            random = self.generator.random(len(items)) < self._epsilon
            items[random] = random_items(available[random], count, self.generator)
        return items

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`: by what its search ranks them (`agents.slates.choice.item_worths`)."""
        with torch.no_grad():
            utilities, values, nothing = self.network(self.network.inputs.rows(observations))
            attractions = _attractions(utilities, available)
            return item_worths(self._search, attractions, values, nothing, self._examination()).numpy()

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`.

        Raises:
            ValueError: if it is not told what users attended to.
        """
        if transitions.attended is None:
            raise ValueError(
                f"{self.name} learns from what users chose of a slate, and transitions.attended is None: tell the places that they attended to."
            )
        clicked = transitions.signals["click"] > 0
        inputs = self.network.inputs
        self._memory.add(
            {
                "rows": inputs.rows(transitions.observations),
                "next_rows": inputs.rows(transitions.next_observations),
                "next_masks": packed_masks(self.task, transitions.next_masks),
                "shown": transitions.shown,
                "places": np.where(clicked, transitions.attended, -1),
                "rewards": np.asarray(transitions.rewards, np.float32),
                "ended": transitions.terminated | transitions.truncated,
            }
        )
        if self._steps < self._learning_starts:
            self._note_rewards(transitions.rewards)
        self._steps += len(clicked)
        if self._steps < self._learning_starts:
            return
        self._due += self._reuse * len(clicked)
        while self._due >= self._batch_size:
            self._due -= self._batch_size
            self.improve(self._memory.draw(self._batch_size, self.generator))

    def improve(self, batch: Mapping[str, np.ndarray]) -> None:
        """Takes a gradient step on B remembered steps.

        Args:
            batch: ``rows`` and ``next_rows`` (B, W), ``next_masks`` (B, ...) packed bits, ``shown`` (B, K), ``places`` (B,) of what was chosen, -1 for nothing,
                ``rewards`` (B,), ``ended`` (B,) bool.
        """
        targets = self.targets(batch)
        utilities, values, nothing = self.network(batch["rows"])
        shown, places = torch.from_numpy(batch["shown"]), torch.from_numpy(batch["places"])
        there = shown.clamp_min(0)
        inside = utilities.gather(1, there) + self.network.log_examination()
        odds = functional.pad(inside.masked_fill(shown < 0, -torch.inf), (1, 0))  # nothing has log-odds of 0
        choice = functional.cross_entropy(odds, places + 1)
        item = there.gather(1, places.clamp_min(0)[:, None])
        of_choice = torch.where(places >= 0, values.gather(1, item).squeeze(1), nothing)
        self.descend(choice + functional.mse_loss(of_choice, targets))
        self._gradient_steps += 1
        if self._gradient_steps % self._target_interval == 0:
            self.target.load_state_dict(self.network.state_dict())

    def targets(self, batch: Mapping[str, np.ndarray]) -> torch.Tensor:
        """Returns r + gamma max_A' Q'(s', A') of B remembered steps, in units of the scale: (B,)."""
        with torch.no_grad():
            utilities, values, nothing = self.network(batch["next_rows"])
            _, its_values, its_nothing = self.target(batch["next_rows"])
            available = unpacked_masks(self.task, batch["next_masks"])
            slates = self._best(utilities, values, nothing, available)
            can = torch.from_numpy(available).gather(1, slates)
            attractions = utilities.gather(1, slates).exp() * can
            probabilities = choice_probabilities(attractions, self.network.log_examination().exp())
            following = slate_values(probabilities, its_values.gather(1, slates), its_nothing)
            rewards = torch.from_numpy(batch["rewards"]) / self._scale
            return rewards + self._gamma * torch.from_numpy(~batch["ended"]) * following

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`. What is remembered is not saved."""
        older = {
            f"{_TARGET}{name}": tensor.numpy().copy() for name, tensor in self.target.state_dict().items()
        }
        steps = np.array([self._steps, self._gradient_steps])
        return super().state_dict() | older | {_SCALE: np.array(self._scale), _STEPS: steps}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        super().load_state_dict(state)
        self.target.load_state_dict(
            {
                name.removeprefix(_TARGET): torch.tensor(value)
                for name, value in state.items()
                if name.startswith(_TARGET)
            }
        )
        self._scale = real_number("scale", float(state[_SCALE]), 0.0, np.inf, above=True)
        self._steps, self._gradient_steps = (int(number) for number in state[_STEPS])

    def _best(
        self, utilities: torch.Tensor, values: torch.Tensor, nothing: torch.Tensor, available: np.ndarray
    ) -> torch.Tensor:
        """Returns the slates (N, K) to show."""
        attractions = _attractions(utilities, available)
        return SEARCHES[self._search](attractions, values, nothing, self._examination())

    def _examination(self) -> torch.Tensor:
        return self.network.log_examination().exp()

    def _forget(self) -> None:
        self._memory = Memory(self._capacity)
        self._early_rewards: list[np.ndarray] = []
        self._due = 0.0

    def _note_rewards(self, rewards: np.ndarray) -> None:
        """Sets the unit of values by the rewards of random slates."""
        self._early_rewards.append(rewards)
        spread = float(np.concatenate(self._early_rewards).std())
        self._scale = spread if spread > 0.0 else 1.0


def _attractions(utilities: torch.Tensor, available: np.ndarray) -> torch.Tensor:
    """Returns exp(utility), negative for what cannot be shown."""
    return utilities.exp().masked_fill(torch.from_numpy(np.asarray(available) != 1), -1.0)
