"""Two-tower retrieval: users and items as vectors, so that the best of many items are near neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from agents.agent import BY_ITEM_NUMBERS, Transitions
from agents.features import UserVectors, user_vectors
from agents.networks.memory import Memory
from agents.networks.network_agent import NetworkAgent
from agents.networks.size import layer_widths
from agents.retrieval.index import InnerProductIndex
from agents.sb3.two_tower import layers
from agents.sequential.clicks import BY_NUMBER, shown_items
from recgym.core.arguments import real_number, whole_number
from recgym.task import Task
from recgym.task.choosing import random_items

_COUNTS = "counts"
_FIRST_TEMPERATURE = 0.2


class TowersOfUnitLength(nn.Module):
    """Unit vectors of users, divided by a learned temperature, and unit vectors of items, from what is public: their inner products are scores."""

    items: torch.Tensor

    def __init__(self, task: Task, hidden: list[int], embedding_size: int) -> None:
        """See the class."""
        super().__init__()
        features = torch.tensor(task.item_features, dtype=torch.float32)
        spread, mean = torch.std_mean(features, dim=0, correction=0)
        self.register_buffer("items", (features - mean) / spread.clamp_min(1e-6), persistent=False)
        self.user_tower = nn.Sequential(
            layers(user_size(task), hidden), nn.Linear(hidden[-1], embedding_size)
        )
        self.item_tower = nn.Sequential(
            layers(features.shape[1], hidden), nn.Linear(hidden[-1], embedding_size)
        )
        self.log_temperature = nn.Parameter(torch.tensor(_FIRST_TEMPERATURE).log())

    def users(self, rows: np.ndarray) -> torch.Tensor:
        """Returns the vectors (N, H) of users, over the temperature, for what `user_rows` (N, W) says of them."""
        embedded = self.user_tower(torch.from_numpy(rows))
        return functional.normalize(embedded, dim=1) / self.log_temperature.exp()

    def of_items(self, items: torch.Tensor | None = None) -> torch.Tensor:
        """Returns the vectors (M, H) of items (M,), or of all."""
        features = self.items if items is None else self.items[items]
        return functional.normalize(self.item_tower(features), dim=1)


class TwoTowerAgent(NetworkAgent):
    """Learns vectors of users and of items from clicks, by a softmax over items of which it looks at those in the batch alone, and shows near neighbours.

    With s(x, y) = u(x) . v(y) / tau, u and v of unit length, B clicks (x_i, y_i) in a batch with rewards r_i, and p(y) how likely y is to be drawn into a
    batch, the loss is

        - 1/B sum_i r_i log( exp(c_ii) / sum_j exp(c_ij) ),      c_ij = s(x_i, y_j) - log p(y_j).

    The other items of the batch stand for all items. Popular ones are among them more often, and would be pushed down for it: log p takes that out, and what is
    learned is log P(y | x) up to a constant, popularity included. p is estimated from counts of past clicks that fade by ``fading`` per batch (theirs is from
    the time between two clicks on an item, for streams of items without numbers).

    Source: Yi, Yang, Hong, Cheng, Heldt, Kumthekar, Zhao, Wei and Chi (2019); Bengio and Senecal (2003) for the correction.

    Assumes: what is clicked next is worth showing: it looks one step ahead, and learns from clicks alone, whose rewards must not be negative. P(y | x) is that of what
    was shown, so an item that was shown more often seems better than it is: training shows items at random (``epsilon`` 1), as a log for it should be; the more
    of it are its own choices, the more it learns these.

    Cost of a step of N users with I items: a forward pass per user, and O(N I H) in `agents.retrieval.index`; per gradient step O(B^2 H), whatever I is. After
    each learning the items' vectors are made anew, O(I F h).

    Args:
        by_reward: Whether clicks count by their reward; each counts 1 if not.
        corrected: Whether log p is subtracted.
        fading: Share of the counts that is lost with a batch, from 0 to 1.
        epsilon: Probability of items at random in training, from 0 to 1.
        repeat: Whether what was shown in the session may be shown again. If not, observations must tell item numbers.
        memory: Clicks that are remembered, at least 1.
        reuse: How often each click is learned from, on average, above 0.
        batch_size: B, clicks per gradient step, at least 2.
        learning_rate: Of Adam.
        hidden: Widths of the layers of both towers.
        embedding_size: H.
    """

    observes: ClassVar[Mapping[str, Any]] = BY_ITEM_NUMBERS
    network: TowersOfUnitLength

    def prepare(
        self,
        *,
        by_reward: bool = True,
        corrected: bool = True,
        fading: float = 0.01,
        epsilon: float = 1.0,
        repeat: bool = False,
        memory: int = 50_000,
        reuse: float = 8.0,
        batch_size: int = 512,
        learning_rate: float = 2e-3,
        hidden: tuple[int, ...] = (64,),
        embedding_size: int = 32,
    ) -> None:
        """See the class."""
        for name, value in (("by_reward", by_reward), ("corrected", corrected), ("repeat", repeat)):
            if not isinstance(value, bool):
                raise TypeError(f"{name}={value!r} must be True or False.")
        if not repeat and self.task.observation not in BY_NUMBER:
            raise ValueError(
                f"{self.name} does not repeat what it has shown, and observation={self.task.observation!r} does not tell what that was: make the environment with "
                f"{', '.join(f'{key}={value!r}' for key, value in self.observes.items())}, or the agent with repeat=True."
            )
        self._by_reward, self._corrected, self._repeat = by_reward, corrected, repeat
        self._fading = real_number("fading", fading, 0.0, 1.0)
        self._epsilon = real_number("epsilon", epsilon, 0.0, 1.0)
        self._capacity = whole_number("memory", memory, 1)
        self._reuse = real_number("reuse", reuse, 0.0, np.inf, above=True)
        self._batch_size = whole_number("batch_size", batch_size, 2)
        rate = real_number("learning_rate", learning_rate, 0.0, np.inf, above=True)
        size = whole_number("embedding_size", embedding_size, 1)
        self.set_network(TowersOfUnitLength, rate, self.task, layer_widths(hidden), size)
        self._counts = np.zeros(self.task.num_items)
        self._index: InnerProductIndex | None = None
        self._forget()

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`."""
        rows = user_rows(self.task, observations)
        available = self.available(len(rows), masks)
        count = self.task.slate_size
        with torch.no_grad():
            users = self.network.users(rows).numpy()
        found, _ = self.index.best(users, count, self._worth_showing(observations, available))
        items = found[:, 0] if count == 1 else found
        if explore:
            random = self.generator.random(len(items)) < self._epsilon
            items[random] = random_items(available[random], count, self.generator)
        return items

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`: inner products."""
        with torch.no_grad():
            return (
                self.network.users(user_rows(self.task, observations)) @ self.network.of_items().T
            ).numpy()

    @property
    def index(self) -> InnerProductIndex:
        """The items' vectors, as they are now."""
        if self._index is None:
            with torch.no_grad():
                self._index = InnerProductIndex(self.network.of_items().numpy())
        return self._index

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`.

        Raises:
            ValueError: if it is not told what users attended to, or the reward of a click is negative.
        """
        if transitions.attended is None:
            raise ValueError(
                f"{self.name} learns from clicks, and transitions.attended is None: tell the places of the slates that users attended to."
            )
        users = np.flatnonzero(transitions.signals["click"] > 0)
        if not len(users):
            return
        rewards = np.asarray(transitions.rewards, np.float32)[users]
        if self._by_reward and rewards.min() < 0.0:
            raise ValueError(
                f"A click had a reward of {rewards.min():g}, and {self.name} weights clicks by their rewards: none may be negative. Make it with by_reward=False, "
                "or the environment with other reward_weights={...}."
            )
        self._memory.add(
            {
                "rows": user_rows(self.task, transitions.observations)[users],
                "items": transitions.shown[users, transitions.attended[users]],
                "rewards": rewards if self._by_reward else np.ones_like(rewards),
            }
        )
        self._due += self._reuse * len(users)
        while self._due >= self._batch_size:
            self._due -= self._batch_size
            self.improve(self._memory.draw(self._batch_size, self.generator))

    def improve(self, batch: Mapping[str, np.ndarray]) -> None:
        """Takes a gradient step on B clicks.

        Args:
            batch: ``rows`` (B, W), ``items`` (B,), ``rewards`` (B,).
        """
        items = batch["items"]
        self._counts *= 1.0 - self._fading
        np.add.at(self._counts, items, 1.0)
        shares = self._counts[items] / self._counts.sum()
        scores = self.network.users(batch["rows"]) @ self.network.of_items(torch.from_numpy(items)).T
        logs = np.log(shares).astype(np.float32) if self._corrected else np.zeros(len(items), np.float32)
        rewards = batch["rewards"] / max(float(batch["rewards"].mean()), 1e-6)
        self.descend(sampled_softmax_loss(scores, torch.from_numpy(logs), torch.from_numpy(rewards)))
        self._index = None

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`. What is remembered is not saved."""
        return super().state_dict() | {_COUNTS: self._counts.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        super().load_state_dict(state)
        if state[_COUNTS].shape != self._counts.shape:
            raise ValueError(f"counts of {len(state[_COUNTS])} items, but the task has {len(self._counts)}")
        self._counts = np.array(state[_COUNTS])
        self._index = None

    def _worth_showing(self, observations: Any, available: np.ndarray) -> np.ndarray | None:
        """Returns what may be found (N, I): what is available and was not shown, or all that is available where too little is left; ``None`` for everything."""
        if self._repeat:
            return None if available.all() else available
        shown = shown_items(self.task, observations)
        rows, places = np.nonzero(shown >= 0)
        fresh = available.copy()
        fresh[rows, shown[rows, places]] = False
        few = fresh.sum(axis=1) < self.task.slate_size
        fresh[few] = available[few]
        return fresh

    def _forget(self) -> None:
        self._memory = Memory(self._capacity)
        self._due = 0.0


def user_size(task: Task) -> int:
    """Returns W, the numbers of `user_rows`."""
    context = 0 if task.observation == "items" else len(task.layout.context)
    return len(UserVectors._fields) * task.dimension + context


def user_rows(task: Task, observations: Any) -> np.ndarray:
    """Returns what is known of N users, whatever the form of the observations: (N, W) float32.

    They are the mean vectors of what was liked, what was liked lately and what was ignored and the vector of the current item, scaled by sqrt(D) to entries of unit size; and the context, where
    it is told.
    """
    scale = np.float32(np.sqrt(task.dimension))
    parts = [scale * vectors for vectors in user_vectors(task, observations)]
    if task.observation != "items":
        parts.append(task.layout.read(observations, "context"))
    return np.concatenate(parts, axis=1, dtype=np.float32)


def sampled_softmax_loss(
    scores: torch.Tensor, log_shares: torch.Tensor, rewards: torch.Tensor
) -> torch.Tensor:
    """Returns the loss of `TwoTowerAgent`.

    Args:
        scores: (B, B), s of each user with each item of the batch; those of what they clicked are the diagonal.
        log_shares: (B,), log p of the items; zeros for no correction.
        rewards: (B,), weights of the users.
    """
    logs = torch.log_softmax(scores - log_shares, dim=1).diagonal()
    return -(rewards * logs).mean()
