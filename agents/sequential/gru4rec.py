"""GRU4Rec: a recurrent network over what was clicked, trained to tell the next click."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn

from agents.networks.memory import Memory
from agents.networks.network_agent import NetworkAgent
from agents.sequential.clicks import NONE, NextClickAgent
from recgym.core.arguments import real_number, unknown_name, whole_number

_COUNTS, _CLICKS = "counts", "clicks"
_FIRST_SPREAD = 0.1


class ClickNetwork(nn.Module):
    """A GRU (Cho et al., 2014) over embeddings of clicks; an item's score is the inner product of the state with its embedding, and a bias.

    The embeddings that are read and those that are scored are the same ("constrained embeddings", Hidasi and Karatzoglou, 2018). A sequence begins with a token that
    stands for nothing, so there is a state before the first click.

    Args:
        num_items: I.
        size: Width H of embeddings and state.
    """

    def __init__(self, num_items: int, size: int) -> None:
        """See the class."""
        super().__init__()
        self.embeddings = nn.Embedding(num_items + 1, size)
        nn.init.normal_(self.embeddings.weight, 0.0, _FIRST_SPREAD)
        self.biases = nn.Parameter(torch.zeros(num_items))
        self.gru = nn.GRU(size, size, batch_first=True)

    def forward(self, clicks: torch.Tensor) -> torch.Tensor:
        """Returns the states (N, T + 1, H) before the first click and after each of clicks (N, T) int64; -1, for none, in the last places only."""
        start = len(self.biases)
        tokens = nn.functional.pad(clicks, (1, 0), value=NONE)
        tokens = torch.where(tokens >= 0, tokens, torch.full_like(tokens, start))
        states: torch.Tensor = self.gru(self.embeddings(tokens))[0]
        return states

    def score(self, states: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """Returns the scores (..., J) of items (J,) for states (..., H)."""
        return states @ self.embeddings(items).T + self.biases[items]


class GRU4RecAgent(NextClickAgent, NetworkAgent):
    """Reads the clicks of a session one after another, and shows the items that are most likely to be clicked next.

    h_t = GRU(e(i_t), h_t-1), the score of item j being r_j = h_t . e(j) + b_j. Each click i+ is told apart from ``negatives`` items j that are drawn in proportion to
    (clicks + 1)^alpha, by one of

        cross-entropy:  - log( exp(r_i+) / (exp(r_i+) + sum_j exp(r_j)) ),
        BPR-max:        - log sum_j s_j sigmoid(r_i+ - r_j) + regularisation sum_j s_j r_j^2,      s = softmax of the r_j.

    Negatives that are the click itself are left out. What was browsed before a session is its beginning.

    Source: Hidasi, Karatzoglou, Baltrunas and Tikk (2016); losses and sampling of Hidasi and Karatzoglou (2018).

    Assumes: what was clicked, in its order, tells what will be clicked. It looks one step ahead and counts clicks, not rewards; what is shown more often is clicked
    more often, so items at random (``epsilon``) keep it from learning its own choices alone.

    Cost of a step of N users with L clicks and I items: O(N L H^2 + N I H) to choose; per gradient step O(B T (H^2 + negatives H)), whatever I is.

    Args:
        loss: ``"cross-entropy"`` or ``"bpr-max"``.
        negatives: Drawn per gradient step, at least 1.
        alpha: From 0, all items alike, to 1, by their clicks.
        regularisation: Of BPR-max, not negative.
        size: H.
        memory: Sessions that are remembered, at least 1.
        reuse: How often each session is learned from, on average, above 0.
        batch_size: Sessions per gradient step.
        learning_rate: Of Adam.
        epsilon: Probability of items at random in training.
        repeat: Whether what was shown in the session may be shown again.
    """

    network: ClickNetwork

    def prepare(
        self,
        *,
        loss: str = "cross-entropy",
        negatives: int = 128,
        alpha: float = 0.5,
        regularisation: float = 0.1,
        size: int = 64,
        memory: int = 20_000,
        reuse: float = 8.0,
        batch_size: int = 128,
        learning_rate: float = 2e-3,
        epsilon: float = 0.3,
        repeat: bool = False,
    ) -> None:
        """See the class."""
        self.set_showing(epsilon, repeat)
        if loss not in LOSSES:
            raise ValueError(unknown_name("loss", str(loss), LOSSES))
        self._loss = LOSSES[loss]
        self._negatives = whole_number("negatives", negatives, 1)
        self._alpha = real_number("alpha", alpha, 0.0, 1.0)
        self._regularisation = real_number("regularisation", regularisation, 0.0, np.inf)
        self._capacity = whole_number("memory", memory, 1)
        self._reuse = real_number("reuse", reuse, 0.0, np.inf, above=True)
        self._batch_size = whole_number("batch_size", batch_size, 1)
        rate = real_number("learning_rate", learning_rate, 0.0, np.inf, above=True)
        self.set_network(ClickNetwork, rate, self.task.num_items, whole_number("size", size, 1))
        self._counts = np.zeros(self.task.num_items)
        self._forget()

    def click_scores(self, clicks: np.ndarray) -> np.ndarray:
        """See `agents.sequential.clicks.NextClickAgent.click_scores`."""
        ordered, counts = first_places(clicks)
        with torch.no_grad():
            states = self.network(torch.from_numpy(ordered[:, : max(int(counts.max(initial=0)), 1)]))
            last = states[torch.arange(len(clicks)), torch.from_numpy(counts)]
            return self.network.score(last, torch.arange(self.task.num_items)).numpy()

    def learn_sessions(self, clicks: np.ndarray) -> None:
        """See `agents.sequential.clicks.NextClickAgent.learn_sessions`."""
        ordered, counts = first_places(clicks)
        told = counts > 0
        if not told.any():
            return
        np.add.at(self._counts, clicks[clicks >= 0], 1.0)
        self._memory.add({_CLICKS: ordered[told]})
        self._due += self._reuse * int(told.sum())
        while self._due >= self._batch_size:
            self._due -= self._batch_size
            self.improve(self._memory.draw(self._batch_size, self.generator)[_CLICKS])

    def improve(self, clicks: np.ndarray) -> None:
        """Takes a gradient step on sessions: clicks (B, T) int64, oldest first, -1 for none in the last places only."""
        longest = max(int((clicks >= 0).sum(axis=1).max()), 1)
        wanted = torch.from_numpy(clicks[:, :longest])
        states = self.network(wanted[:, :-1])
        there = wanted >= 0
        chances = (self._counts + 1.0) ** self._alpha
        negatives = torch.from_numpy(
            self.generator.choice(len(chances), self._negatives, p=chances / chances.sum())
        )
        states, wanted = states[there], wanted[there]
        right = (states * self.network.embeddings(wanted)).sum(dim=1) + self.network.biases[wanted]
        wrong = self.network.score(states, negatives).masked_fill(negatives == wanted[:, None], -torch.inf)
        told = ~torch.isinf(wrong).all(dim=1)
        self.descend(self._loss(right[told], wrong[told], self._regularisation))

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`. What is remembered is not saved."""
        return super().state_dict() | {_COUNTS: self._counts.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        super().load_state_dict(state)
        if state[_COUNTS].shape != self._counts.shape:
            raise ValueError(f"counts of {len(state[_COUNTS])} items, but the task has {len(self._counts)}")
        self._counts = np.array(state[_COUNTS])

    def _forget(self) -> None:
        self._memory = Memory(self._capacity)
        self._due = 0.0


def first_places(clicks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns clicks (N, T), -1 for none in the first places, as int64 with none in the last places, and how many they are (N,)."""
    counts = (clicks >= 0).sum(axis=1)
    order = np.argsort(clicks < 0, axis=1, kind="stable")
    return np.take_along_axis(clicks, order, axis=1).astype(np.int64), counts


def cross_entropy(right: torch.Tensor, wrong: torch.Tensor, regularisation: float) -> torch.Tensor:
    """Returns the mean of the cross-entropies; see `GRU4RecAgent`.

    Args:
        right: (B,), scores of what was clicked.
        wrong: (B, J), scores of the negatives; minus infinity for those that are left out.
        regularisation: Not used.
    """
    return (torch.logsumexp(torch.cat([right[:, None], wrong], dim=1), dim=1) - right).mean()


def bpr_max(right: torch.Tensor, wrong: torch.Tensor, regularisation: float) -> torch.Tensor:
    """Returns the mean of BPR-max; arguments as of `cross_entropy`."""
    shares = torch.softmax(wrong, dim=1)
    there = torch.isfinite(wrong)
    scores = wrong.masked_fill(~there, 0.0)
    likely = (shares * torch.sigmoid(right[:, None] - scores)).sum(dim=1)
    return (-(likely + 1e-12).log() + regularisation * (shares * scores**2).sum(dim=1)).mean()


LOSSES: Mapping[str, Callable[[torch.Tensor, torch.Tensor, float], torch.Tensor]] = {
    "cross-entropy": cross_entropy,
    "bpr-max": bpr_max,
}
"""Losses by name."""
