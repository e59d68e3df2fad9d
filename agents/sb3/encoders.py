"""State encoders: what a network makes of the items that a user was shown, told by their numbers (``observation="ids"``).

Each reads the last L items, what was thought of them, and how long ago they were shown, and returns a vector of the user. The newest item is last;
places before the first item are empty.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from recgym.task.layout import BEFORE_THE_SESSION

RESPONSES = 3
"""What may be thought of an item: ignored, clicked, liked."""
_DECAY = 0.85
"""Weight of an item in the recency of a history falls by this with each step."""
_HEADS, _LAYERS = 2, 2
"""Of the Transformer."""
_TABLE_SPREAD = 0.02


class HistoryEncoder(nn.Module):
    """Counts and recency of each item: sums of embeddings, one for each item and response.

    z = [sum over warm items of E0[i, f]; sum over this session's of E1[i, f]; sum over this session's of 0.85^age E2[i, f]]. Tables begin with the item
    vectors for what was clicked or liked. Cost per user: 3 L rows of the tables.

    Args:
        item_vectors: (I, D).
        length: L.
        size: Width S of the result.
        horizon: Steps of the longest session.
    """

    def __init__(self, item_vectors: np.ndarray, length: int, size: int, horizon: int) -> None:
        """See the class."""
        super().__init__()
        count = len(item_vectors)
        vectors = torch.tensor(item_vectors, dtype=torch.float32)
        self.tables = nn.ModuleList()
        for _ in range(3):
            table = nn.EmbeddingBag(RESPONSES * count, size, mode="sum")
            with torch.no_grad():
                table.weight.normal_(0.0, _TABLE_SPREAD)
                columns = min(size, vectors.shape[1])
                for response in (1, 2):
                    table.weight[response * count : (response + 1) * count, :columns] += vectors[:, :columns]
            self.tables.append(table)
        self.count = count
        self.output = nn.Sequential(nn.Linear(3 * size, size), nn.Tanh())

    def forward(
        self, history: torch.Tensor, feedback: torch.Tensor, age: torch.Tensor, present: torch.Tensor
    ) -> torch.Tensor:
        """Returns (B, S) for histories (B, L) of item numbers from 1, 0 for none."""
        tokens = feedback.long() * self.count + (history.long() - 1).clamp_min(0)
        there = present.float()
        session = there * (age > 0)
        weights = (there - session, session, session * _DECAY ** age.clamp_min(0))
        bags = [
            table(tokens, per_sample_weights=weight)
            for table, weight in zip(self.tables, weights, strict=True)
        ]
        encoded: torch.Tensor = self.output(torch.cat(bags, dim=1))
        return encoded


class _Steps(nn.Module):
    """The entries of a history as vectors: the item's, what was thought of it, and its age."""

    item_vectors: torch.Tensor

    def __init__(self, item_vectors: np.ndarray, size: int, horizon: int) -> None:
        super().__init__()
        padded = np.pad(np.asarray(item_vectors, np.float32), ((1, 0), (0, 0))) * item_vectors.shape[1] ** 0.5
        self.register_buffer("item_vectors", torch.as_tensor(padded))
        self.horizon = horizon
        self.project = nn.Linear(item_vectors.shape[1] + RESPONSES + 2, size)

    def forward(
        self, history: torch.Tensor, feedback: torch.Tensor, age: torch.Tensor, present: torch.Tensor
    ) -> torch.Tensor:
        """Returns (B, L, S), zeros where there is no item."""
        there = present.float().unsqueeze(2)
        responses = nn.functional.one_hot(feedback.long(), RESPONSES).float()
        warm = (age == BEFORE_THE_SESSION).float().unsqueeze(2)
        ages = (age.clamp_min(0) / self.horizon).unsqueeze(2)
        entries = torch.cat([self.item_vectors[history.long()], responses, warm, ages], dim=2)
        return self.project(entries) * there


class GRUEncoder(nn.Module):
    """A gated recurrent unit over the history (Cho et al., 2014; for recommendation Hidasi et al., 2016). Cost per user: L steps of S^2.

    Arguments and call are those of `HistoryEncoder`.
    """

    def __init__(self, item_vectors: np.ndarray, length: int, size: int, horizon: int) -> None:
        """See `HistoryEncoder`."""
        super().__init__()
        self.steps = _Steps(item_vectors, size, horizon)
        self.recurrent = nn.GRU(size, size, batch_first=True)

    def forward(
        self, history: torch.Tensor, feedback: torch.Tensor, age: torch.Tensor, present: torch.Tensor
    ) -> torch.Tensor:
        """See `HistoryEncoder.forward`."""
        states, _ = self.recurrent(self.steps(history, feedback, age, present))
        last: torch.Tensor = states[:, -1]
        return last


class TransformerEncoder(nn.Module):
    """Causal self-attention over the history, read at the newest item (SASRec: Kang and McAuley, 2018). Cost per user: 2 layers of L^2 S + L S^2.

    Arguments and call are those of `HistoryEncoder`.
    """

    blocked: torch.Tensor

    def __init__(self, item_vectors: np.ndarray, length: int, size: int, horizon: int) -> None:
        """See `HistoryEncoder`."""
        super().__init__()
        self.steps = _Steps(item_vectors, size, horizon)
        self.positions = nn.Parameter(_TABLE_SPREAD * torch.randn(length, size))
        layer = nn.TransformerEncoderLayer(
            size, _HEADS, 2 * size, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, _LAYERS, enable_nested_tensor=False)
        self.register_buffer("blocked", torch.triu(torch.ones(length, length, dtype=torch.bool), 1))

    def forward(
        self, history: torch.Tensor, feedback: torch.Tensor, age: torch.Tensor, present: torch.Tensor
    ) -> torch.Tensor:
        """See `HistoryEncoder.forward`."""
        there = present.bool()
        entries = self.steps(history, feedback, age, present) + self.positions
        # Nobody attends to an empty place but itself: rows without any place to attend to would not be numbers.
        own = torch.eye(there.shape[1], dtype=torch.bool, device=there.device)
        blocked = (self.blocked | ~there.unsqueeze(1)) & ~own  # (B, L, L)
        states = self.layers(entries, mask=blocked.repeat_interleave(_HEADS, dim=0))
        last: torch.Tensor = states[:, -1] * there[:, -1:].float()
        return last


ENCODERS: Mapping[str, type[nn.Module]] = {
    "history": HistoryEncoder,
    "gru": GRUEncoder,
    "transformer": TransformerEncoder,
}
"""Encoders by name; beside them there is "flat", which reads an observation as it is."""
FLAT = "flat"
