"""Top-K off-policy REINFORCE: a policy that learns from what former versions of it have shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from agents.agent import Transitions
from agents.networks.memory import Memory, packed_masks, unpacked_masks
from agents.networks.network_agent import NetworkAgent
from agents.networks.network_inputs import NetworkInputs
from agents.networks.size import layer_widths
from agents.sb3.two_tower import ItemScores, SlateDistribution, layers
from recgym.core.arguments import real_number, whole_number
from recgym.task import Task
from recgym.task.choosing import best_items

_UNAVAILABLE = -1e8
"""Score of an item that cannot be shown; finite, so that probabilities stay numbers."""
_RETURNS = "returns"
"""Name of what is saved beside the network: number, sum and sum of squares of the returns so far."""
_NOTHING, _NOT_ITS_OWN = -1, -2
"""Places that stand for no choice, and for a slate that the policy did not choose as it was shown."""


class ItemsAndNothing(nn.Module):
    """Two-tower scores (N, I) of every item for observations of any form, and the return that is predicted where nothing is chosen."""

    def __init__(self, task: Task, hidden: list[int], embedding_size: int) -> None:
        """See the class."""
        super().__init__()
        self.inputs = NetworkInputs(task)
        self.scores = ItemScores(
            self.inputs.size, hidden, task.item_features, embedding_size, self.inputs.dimension
        )
        self.nothing = nn.Sequential(layers(self.inputs.size, hidden), nn.Linear(hidden[-1], 1))

    def after_nothing(self, rows: np.ndarray) -> torch.Tensor:
        """Returns the return (N,) that is predicted if nothing is chosen, in units of the agent, for rows (N, W) of numbers."""
        predicted: torch.Tensor = self.nothing(self.inputs(rows)).squeeze(1)
        return predicted

    def forward(self, rows: np.ndarray, available: np.ndarray) -> torch.Tensor:
        """Returns the scores of rows (N, W) of numbers; what is not available (N, I) is out of the question."""
        scores: torch.Tensor = self.scores(self.inputs(rows))
        return scores.masked_fill(~torch.from_numpy(available.copy()), _UNAVAILABLE)


class TopKReinforceAgent(NetworkAgent):
    """Learns a policy over items from slates that former policies have shown, each weighted by how likely the present one would show it.

    With pi the softmax of two-tower scores, from which slates are drawn without replacement, and beta the policy that showed slate A, the gradient is the
    mean over what is remembered of

        min(c, pi(A | s) / beta(A | s)) * lambda_K(s, i) * (R - R0(s)) * grad log pi(i | s),      lambda_K(s, i) = K (1 - pi(i | s))^(K - 1),

    i being the item that the user chose of the slate, R the discounted sum of rewards from that step to the end of the session, in units of its deviation, and R0
    the baseline, a regression of R on s over slates of which nothing was chosen. lambda_K is the derivative of 1 - (1 - pi)^K, the probability that i is in a
    slate of K draws: an item that is likely to be in the slate already is not pushed further, so the rest of the slate is left to others. With K = 1 it is 1,
    which leaves off-policy REINFORCE.

    Slates of which nothing was chosen add nothing, as the action of a step is what was consumed. That is right with this baseline, and with no other: if item i
    is in the slate with probability a_i and is then chosen with probability p_i, the expected return is R0 + sum_i a_i p_i (R_i - R0), so what an item earns is how far
    its return is above what would have come without a choice. Without the baseline each click is credited with the whole rest of the session, and the policy
    chases clicks that drive users away.

    Source: Chen, Beutel, Covington, Jain, Belletti and Chi (2019), who have no baseline; Williams (1992). They take the ratio of the item, beta being estimated;
    here beta is known, and the ratio is that of the slate, without replacement (Plackett, 1975).

    Assumes: what follows depends on what was consumed, not on what else was in the slate; the ratio of states, and of later actions, is left out, as there.

    Cost of a step of N users with I items: O(N I E) to choose, E being ``embedding_size``; as much per remembered step that is learned from, ``reuse`` times.
    Memory: ``memory`` observations, and N x horizon of sessions that are running.

    Args:
        gamma: Discount of R, from 0 to 1.
        cap: Largest weight c, above 0; ``None`` switches the correction off: all weights are 1.
        top_k: Whether lambda_K is heeded; if not, it is 1.
        baseline: Whether R0 is taken off; if not, it is 0.
        draws: Whether slates are drawn from pi without exploration, too, as pi was learned; if not, the items of the largest scores are shown. Where users tire of what
            comes again and the observation does not tell what was shown, a policy that draws is the better one.
        entropy: Weight of the entropy of pi in what is maximised, not negative.
        memory: Steps of finished sessions that are remembered, at least 1.
        reuse: How often each step is learned from, on average, above 0.
        batch_size: Steps per gradient step.
        learning_rate: Of Adam.
        hidden: Widths of the layers.
        embedding_size: Width in which users and items meet.
    """

    wants_log_probabilities: ClassVar[bool] = True
    network: ItemsAndNothing

    reads_hidden: ClassVar[bool] = True
    scores_by_memory: ClassVar[bool] = False

    def prepare(
        self,
        *,
        gamma: float = 0.9,
        cap: float | None = 2.0,
        top_k: bool = True,
        baseline: bool = True,
        draws: bool = False,
        entropy: float = 0.05,
        memory: int = 50_000,
        reuse: float = 2.0,
        batch_size: int = 1024,
        learning_rate: float = 4e-3,
        hidden: tuple[int, ...] = (64, 64),
        embedding_size: int = 32,
    ) -> None:
        """See the class."""
        self._gamma = real_number("gamma", gamma, 0.0, 1.0)
        self._cap = None if cap is None else real_number("cap", cap, 0.0, np.inf, above=True)
        for option, value in (("top_k", top_k), ("baseline", baseline), ("draws", draws)):
            if not isinstance(value, bool):
                raise TypeError(f"{option}={value!r} must be True or False.")
        self._top_k, self._baseline, self._draws = top_k, baseline, draws
        self._entropy = real_number("entropy", entropy, 0.0, np.inf)
        self._capacity = whole_number("memory", memory, 1)
        self._reuse = real_number("reuse", reuse, 0.0, np.inf, above=True)
        self._batch_size = whole_number("batch_size", batch_size, 1)
        rate = real_number("learning_rate", learning_rate, 0.0, np.inf, above=True)
        size = whole_number("embedding_size", embedding_size, 1)
        self.set_network(ItemsAndNothing, rate, self.task, layer_widths(hidden), size)
        self._returns = np.zeros(3)
        self._forget()

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`. Without exploration it shows the items of the largest scores, unless it ``draws``."""
        scores, available = self._scored(observations, masks)
        if (
            explore or self._draws
        ):  # the largest after Gumbel noise are draws without replacement (Yellott, 1977)
            scores = scores - np.log(self.generator.standard_exponential(scores.shape))
        return best_items(np.where(available, scores, -np.inf), self.task.slate_size)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`: log-odds of being shown, up to a constant."""
        return self._scored(observations, available)[0]

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """See `agents.agent.Agent.probabilities`."""
        scores, available = self._scored(observations, masks)
        if explore or self._draws:
            shares = np.where(available, np.exp(scores - scores.max(axis=1, keepdims=True)), 0.0)
            normalised: np.ndarray = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)
            return normalised
        ones = np.zeros(scores.shape)
        ones[np.arange(len(scores)), scores.argmax(axis=1)] = 1.0
        return ones * available

    def begin(self, rows: np.ndarray) -> None:
        """See `agents.agent.Agent.begin`."""
        if self._lengths is not None and rows.max(initial=-1) < len(self._lengths):
            self._lengths[rows] = 0

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`. Steps are learned from when their session is over.

        Raises:
            ValueError: if the probabilities of the actions are not told.
        """
        if transitions.log_probabilities is None or transitions.attended is None:
            raise ValueError(
                f"{self.name} weights what was shown by how likely it was, and transitions.log_probabilities or .attended is None: tell the log-probabilities "
                "of the actions under the policy that chose them, and the places that users attended to."
            )
        self._remember_step(transitions, transitions.log_probabilities, transitions.attended)
        ended = np.flatnonzero(transitions.terminated | transitions.truncated)
        if not len(ended):
            return
        self._remember_sessions(ended)
        while self._due >= self._batch_size:
            self._due -= self._batch_size
            self.improve(self._memory.draw(self._batch_size, self.generator))

    def improve(self, batch: Mapping[str, np.ndarray]) -> None:
        """Takes a gradient step on B remembered steps.

        Args:
            batch: ``rows`` (B, W), ``masks`` (B, ...) packed bits, ``slates`` (B, K), ``places`` (B,) of what was chosen, -1 for nothing, ``log_probabilities``
                (B,) of the slates, and ``returns`` (B,). Place -2 says that the slate is not the one that the policy chose: it is not learned from.
        """
        scores = self.network(batch["rows"], unpacked_masks(self.task, batch["masks"]))
        returns, places = (
            torch.from_numpy(batch["returns"]) / self._deviation,
            torch.from_numpy(batch["places"]),
        )
        after_nothing = self.network.after_nothing(batch["rows"])
        nothing = places == _NOTHING
        missed = ((after_nothing - returns).square() * nothing).sum() / nothing.sum().clamp_min(1)
        loss = reinforce_loss(
            scores,
            torch.from_numpy(batch["slates"]),
            places,
            torch.from_numpy(batch["log_probabilities"]),
            returns - after_nothing.detach() if self._baseline else returns,
            cap=self._cap,
            top_k=self._top_k,
        )
        logs = torch.log_softmax(scores, dim=1)
        entropy = -(logs.exp() * logs).sum(dim=1).mean()
        self.descend(loss + missed - self._entropy * entropy)

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`. What is remembered is not saved."""
        return super().state_dict() | {_RETURNS: self._returns.copy()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        super().load_state_dict(state)
        if state[_RETURNS].shape != self._returns.shape:
            raise ValueError(f"{_RETURNS} of shape {state[_RETURNS].shape}, not {self._returns.shape}")
        self._returns = state[_RETURNS].astype(np.float64)

    @property
    def _deviation(self) -> float:
        """Standard deviation of the returns so far, or 1 if they do not differ: returns are in units of it."""
        number, total, squares = self._returns.tolist()
        variance = squares / max(number, 1.0) - (total / max(number, 1.0)) ** 2
        return float(variance**0.5) if variance > 1e-12 else 1.0

    def _scored(self, observations: Any, masks: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Returns scores (N, I) float64, and what is available (N, I) bool."""
        rows = self.network.inputs.rows(observations)
        available = self.available(len(rows), masks)
        with torch.no_grad():
            scores = self.network(rows, available).numpy().astype(np.float64)
        return scores, available

    def _forget(self) -> None:
        self._memory = Memory(self._capacity)
        self._running: dict[str, np.ndarray] = {}
        self._lengths: np.ndarray | None = None
        self._due = 0.0

    def _remember_step(
        self, transitions: Transitions, log_probabilities: np.ndarray, attended: np.ndarray
    ) -> None:
        """Keeps a step of N running sessions."""
        clicked = transitions.signals["click"] > 0
        asked = transitions.actions.reshape(len(clicked), -1)
        step = {
            "rows": self.network.inputs.rows(transitions.observations),
            "masks": packed_masks(self.task, transitions.masks),
            "slates": asked,
            "places": np.where(clicked, attended, _NOTHING),
            "log_probabilities": log_probabilities.astype(np.float32),
            "rewards": np.asarray(transitions.rewards, np.float32),
        }
        # A slate that was repaired is not the one that the policy chose: nothing can be said of its probability.
        step["places"][(asked != transitions.shown).any(axis=1)] = _NOT_ITS_OWN
        if self._lengths is None or len(self._lengths) != len(clicked):
            self._lengths = np.zeros(len(clicked), np.int64)
            shape = (self.task.horizon, len(clicked))
            self._running = {
                name: np.zeros((*shape, *part.shape[1:]), part.dtype) for name, part in step.items()
            }
        users = np.arange(len(clicked))
        for name, part in step.items():
            self._running[name][self._lengths, users] = part
        self._lengths += 1

    def _remember_sessions(self, users: np.ndarray) -> None:
        """Moves the steps of sessions that are over to the memory, with what came of each."""
        assert self._lengths is not None
        lengths = self._lengths[users]
        following = np.zeros(len(users), np.float32)
        returns = np.zeros((int(lengths.max()), len(users)), np.float32)
        for step in range(len(returns) - 1, -1, -1):
            running = step < lengths
            reward = self._running["rewards"][step, users]
            following = np.where(running, reward + np.float32(self._gamma) * following, following)
            returns[step] = following
        steps, places = np.nonzero(np.arange(len(returns))[:, None] < lengths)
        kept = {name: part[steps, users[places]] for name, part in self._running.items() if name != "rewards"}
        kept["returns"] = returns[steps, places]
        self._memory.add(kept)
        exact = kept["returns"].astype(np.float64)
        self._returns += [len(exact), exact.sum(), (exact**2).sum()]
        self._due += self._reuse * len(steps)
        self._lengths[users] = 0


def reinforce_loss(
    scores: torch.Tensor,
    slates: torch.Tensor,
    places: torch.Tensor,
    log_probabilities: torch.Tensor,
    returns: torch.Tensor,
    *,
    cap: float | None,
    top_k: bool,
) -> torch.Tensor:
    """Returns the number whose gradient is that of `TopKReinforceAgent`, with the sign of a loss.

    Args:
        scores: (B, I) of the present policy.
        slates: (B, K) int64.
        places: (B,) int64, of what was chosen; negative for nothing.
        log_probabilities: (B,) of the slates under the policy that showed them.
        returns: (B,), less the baseline.
        cap: c; ``None`` for weights of 1.
        top_k: Whether lambda_K is heeded.
    """
    size = slates.shape[1]
    logs = torch.log_softmax(scores, dim=1)
    items = slates.gather(1, places.clamp_min(0)[:, None])
    chosen = logs.gather(1, items).squeeze(1)
    with torch.no_grad():
        weights = torch.where(places >= 0, returns, torch.zeros_like(returns))
        if cap is not None:
            now = SlateDistribution(size).proba_distribution(scores).log_prob(slates)
            weights = weights * (now - log_probabilities).exp().clamp_max(cap)
        if top_k:
            weights = weights * top_k_multiplier(chosen.exp(), size)
    return -(weights * chosen).mean()


def top_k_multiplier(probabilities: torch.Tensor, slate_size: int) -> torch.Tensor:
    """Returns lambda_K = K (1 - pi)^(K - 1), the derivative of 1 - (1 - pi)^K; Chen et al. (2019)."""
    multiplier: torch.Tensor = slate_size * (1.0 - probabilities) ** (slate_size - 1)
    return multiplier
