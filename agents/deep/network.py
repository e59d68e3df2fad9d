"""The network: what follows from showing an item to a user, by outcome."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from agents.deep.bags import BAGS, TokenBags, add_lag_effects
from agents.deep.history import Histories
from recgym.task import Task

OUTCOMES = 2
"""No click, and a click: the value of what follows is told for each."""
_LEAVE_BIAS = -3.0
"""Log-odds of leaving before anything is learned: about 1 in 20."""
_RANDOM_DIRECTIONS, _RANDOM_ROWS, _FEATURE_DIRECTIONS = 0.3, 0.02, 0.1
_HEADS_AT_FIRST, _VALUES_AT_FIRST = 0.2, 0.1
"""Shares of their usual size with which layers begin that shall not drown the content."""


class States(NamedTuple):
    """What the network makes of N histories."""

    bags: torch.Tensor  # (N, 3 W)
    hidden: torch.Tensor  # (N, H)
    privileged: torch.Tensor  # (N, P), what is hidden of users; (N, 0) if it is not shown

    def rows(self, chosen: Any) -> States:
        """Returns those of some users."""
        return States(*(part[chosen] for part in self))


class OutcomeNetwork(nn.Module):
    """Predicts, for a user and an item, each signal and the value of what follows a click and no click; and for a user alone, leaving and value.

    With bags z of what was shown (`agents.deep.bags.TokenBags`) and h, three layers of rectified units on z, the context and the masks, head k is
    o_k(s, i) = u_k(s) . e_ki / sqrt(E) + c_k(s) + b_ki + phi_k[lag of i], u_k and c_k linear in h and z (and in what is hidden of the user, where observations show it, which h reads beside the context), e_ki and b_ki free numbers of each item. Heads of
    signals are log-odds of the share that a signal reaches of the largest that the item was seen to have. The last two heads are the values after no click
    and after a click, and have no phi; phi is 0 for an item that is not remembered.

    It begins from the content: the first columns of the tables are the leading directions of the item vectors, and u_k begins as the sum over what was clicked,
    so that before anything is learned the items are ranked by how near they are to what the user clicked.

    Args:
        task: Of the environment, with ``observation="ids"`` or ``"state_ids"``.
        num_signals: K, heads of signals.
        hidden: H, units of each of the three layers.
        embedding_size: E, in which users and items meet.
        bag_size: W, columns of a bag.
        decay: Weight of an item in the third bag falls by this with each step.
    """

    def __init__(
        self,
        task: Task,
        num_signals: int,
        *,
        hidden: int = 128,
        embedding_size: int = 32,
        bag_size: int = 64,
        decay: float = 0.85,
    ) -> None:
        """See the class."""
        super().__init__()
        self.num_signals = num_signals
        self.num_heads = num_signals + OUTCOMES
        self.embedding_size = embedding_size
        layout = task.layout
        self.decays = (decay ** np.arange(layout.length)).astype(np.float32)
        privileged = layout.hidden_width
        context_size = len(layout.context) + (0 if task.always_available else task.num_items) + privileged
        bags_size = BAGS * bag_size
        self.context_layer = nn.Linear(context_size, hidden)
        self.bag_layer = nn.Linear(bags_size, hidden)
        self.second_layer = nn.Linear(hidden, hidden)
        self.third_layer = nn.Linear(hidden, hidden)
        self.user_heads = nn.Linear(hidden, self.num_heads * (embedding_size + 1))
        self.user_heads_of_bags = nn.Linear(bags_size, self.num_heads * (embedding_size + 1), bias=False)
        self.value_heads = nn.Linear(hidden, 2)
        self.value_heads_of_bags = nn.Linear(bags_size, 2, bias=False)
        self.lag_effects = nn.Parameter(torch.zeros(num_signals, 2 * layout.length))
        self.item_biases = nn.Parameter(torch.zeros(self.num_heads, task.num_items))
        self._begin_from_content(task, bag_size)
        if privileged:
            self.user_heads_of_privileged = _zeros(privileged, self.num_heads * (embedding_size + 1))
            self.value_heads_of_privileged = _zeros(privileged, 2)

    def _begin_from_content(self, task: Task, bag_size: int) -> None:
        vectors = torch.tensor(task.vectors)
        dimension = task.dimension
        kept = min(self.embedding_size, bag_size // 2, dimension, task.num_items)
        leading = torch.tensor(
            np.linalg.svd(task.vectors, full_matrices=False)[2][:kept].T.copy()
        )  # (D, kept)
        features = torch.tensor(task.item_features)
        spread, mean = torch.std_mean(features, dim=0, correction=0)
        features = (features - mean) / spread.clamp_min(1e-6)
        public = torch.cat([vectors, features[:, dimension:]], dim=1)
        self.tables = nn.ParameterList(
            [nn.Parameter(self._token_table(public, leading, bag_size, dimension)) for _ in range(BAGS)]
        )
        embeddings = features @ (
            0.5
            * torch.randn(self.num_heads, features.shape[1], self.embedding_size)
            / features.shape[1] ** 0.5
        )
        embeddings[: self.num_signals] = 0.0
        embeddings[: self.num_signals, :, :kept] = vectors @ leading
        self.item_embeddings = nn.Parameter(embeddings)
        with torch.no_grad():
            self.user_heads.weight.mul_(_HEADS_AT_FIRST)
            self.user_heads_of_bags.weight.zero_()
            direct = self.user_heads_of_bags.weight.view(
                self.num_heads, self.embedding_size + 1, BAGS, bag_size
            )
            for column in range(kept):
                direct[: self.num_signals, column, :2, column] = 1.0
            self.value_heads_of_bags.weight.mul_(_VALUES_AT_FIRST)
            self.value_heads.bias.copy_(torch.tensor([_LEAVE_BIAS, 0.0]))

    @staticmethod
    def _token_table(
        public: torch.Tensor, leading: torch.Tensor, bag_size: int, dimension: int
    ) -> torch.Tensor:
        """Returns first embeddings (3 I, W) of ignored, clicked and liked items: random directions of what is public, and the content itself."""
        kept = leading.shape[1]

        def directions() -> torch.Tensor:
            scale = torch.full((public.shape[1], 1), _FEATURE_DIRECTIONS)
            scale[:dimension] = _RANDOM_DIRECTIONS
            return scale * torch.randn(public.shape[1], bag_size)

        ignored, clicked = directions(), directions()
        ignored[:, :kept] = 0.0
        clicked[:, :kept] = 0.0
        clicked[:dimension, :kept] = leading
        ignored[:dimension, kept : 2 * kept] = leading
        rows = torch.cat([public @ ignored, public @ clicked, public @ clicked])
        return rows + _RANDOM_ROWS * torch.randn(rows.shape)

    def forward(self, histories: Histories) -> States:
        """Returns the states of N histories."""
        bags: torch.Tensor = TokenBags.apply(*self.tables, histories, self.decays)  # type: ignore[no-untyped-call]
        context = histories.context
        if histories.masks.shape[1]:
            context = np.concatenate([context, histories.masks], axis=1, dtype=np.float32)
        if histories.hidden.shape[1]:
            context = np.concatenate([context, histories.hidden], axis=1, dtype=np.float32)
        hidden = functional.relu(self.bag_layer(bags) + self.context_layer(torch.from_numpy(context)))
        hidden = functional.relu(self.second_layer(hidden))
        hidden = functional.relu(self.third_layer(hidden))
        return States(bags, hidden, torch.from_numpy(histories.hidden))

    def leaving_and_value(self, states: States) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns log-odds (N,) that the user leaves before the next step, and the value (N,) of the state if not."""
        both = self.value_heads(states.hidden) + self.value_heads_of_bags(states.bags)
        if states.privileged.shape[1]:
            both = both + self.value_heads_of_privileged(states.privileged)
        return both[:, 0], both[:, 1]

    def of_items(self, states: States, items: torch.Tensor, lags: torch.Tensor) -> torch.Tensor:
        """Returns the heads (K + 2, N, M) of M items for each state.

        Args:
            states: Of N users.
            items: (N, M) int64.
            lags: (N, M) int64, as `agents.deep.bags.lags_of` tells them.
        """
        users, offsets = self._users(states)
        met = (users[:, :, None] * self.item_embeddings[:, items]).sum(dim=3) * self.embedding_size**-0.5
        heads = met + offsets[:, :, None] + self.item_biases[:, items]
        effects = functional.pad(self.lag_effects, (1, 0))[:, lags]  # none for an item that is not remembered
        return torch.cat([heads[: self.num_signals] + effects, heads[self.num_signals :]])

    def of_all_items(self, states: States, histories: Histories) -> torch.Tensor:
        """Returns the heads (K + 2, N, I) of every item for each state. Nothing can be learned through it."""
        with torch.no_grad():
            users, offsets = self._users(states)
            heads = torch.baddbmm(
                self.item_biases[:, None],
                users,
                self.item_embeddings.transpose(1, 2),
                alpha=self.embedding_size**-0.5,
            )
            heads += offsets[:, :, None]
            effects = self.lag_effects.numpy()
            add_lag_effects(heads.numpy(), effects, histories.items, histories.in_session)
        return heads

    def _users(self, states: States) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns u (K + 2, N, E) and c (K + 2, N)."""
        both = self.user_heads(states.hidden) + self.user_heads_of_bags(states.bags)
        if states.privileged.shape[1]:
            both = both + self.user_heads_of_privileged(states.privileged)
        split = both.view(-1, self.num_heads, self.embedding_size + 1).transpose(0, 1)
        return split[:, :, :-1], split[:, :, -1]


def _zeros(size: int, outputs: int) -> nn.Linear:
    """Returns a linear layer that begins with zeros."""
    layer = nn.Linear(size, outputs, bias=False)
    nn.init.zeros_(layer.weight)
    return layer
