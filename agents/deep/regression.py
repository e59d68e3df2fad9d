"""One pass of regression over what was seen: signals, leaving, and values, of the items that were shown."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from agents.deep.bags import lags_of
from agents.deep.history import Histories
from agents.deep.network import OutcomeNetwork
from agents.deep.rollout import Experience

_CLICK = 0
"""Place of the click among the signals."""
_MAX_GRADIENT_NORM = 5.0


class Goals(NamedTuple):
    """What the network is to predict of S states, the first A of which were acted on; values are in units of the value scale."""

    histories: Histories  # (S, ...)
    leaves: torch.Tensor  # (S,) float32: 1 where the user left before the next step
    reached: torch.Tensor  # (S,) float32: 0 at the beginning of a session, before which nobody can leave
    items: torch.Tensor  # (A, P) int64, of the P places; 0 where nothing was shown
    lags: torch.Tensor  # (A, P) int64
    shown: torch.Tensor  # (A, P) float32: 0 where nothing was shown
    shares: torch.Tensor  # (K, A, P) float32: signals as shares of the largest that were seen of the item
    returns: torch.Tensor  # (A,) float32
    valued: torch.Tensor  # (A,) float32: 1 where `returns` tells the value of the state
    following: torch.Tensor  # (A,) float32: value of what follows, before it is known whether the user leaves


class Losses(NamedTuple):
    """Means over a pass."""

    signals: float  # sum over the signals of cross entropies
    leaving: float  # cross entropy
    value: float  # squared error
    following: float  # squared error


def goals_of(
    experience: Experience, returns: np.ndarray, valued: np.ndarray, largest: np.ndarray, scale: float
) -> Goals:
    """Makes of T steps of N users what is to be learned.

    Args:
        experience: The steps.
        returns: (T, N), targets of the value of the states that were acted on.
        valued: (T, N) bool, where they tell it.
        largest: (K, I), the largest of each signal that was seen of each item, above 0.
        scale: Of values.
    """
    items = experience.items.reshape(-1, experience.items.shape[2])
    acted = len(items)
    taken = np.maximum(items, 0)
    before = experience.histories.rows(slice(0, acted))
    signals = experience.signals.reshape(len(largest), *items.shape)
    reached = np.ones(len(experience.histories.items), np.float32)
    reached[:acted] = before.in_session > 0

    def tensor(array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32))

    return Goals(
        histories=experience.histories,
        leaves=tensor(np.concatenate([np.zeros(acted, np.float32), experience.left])),
        reached=tensor(reached),
        items=torch.from_numpy(taken),
        lags=torch.from_numpy(lags_of(before, taken)),
        shown=tensor(items >= 0),
        shares=tensor(np.clip(signals / largest[:, taken], 0.0, 1.0)),
        returns=tensor(returns.ravel() / scale),
        valued=tensor(valued.ravel()),
        following=tensor((experience.staying * experience.values).ravel() / scale),
    )


def fit_once(
    network: OutcomeNetwork,
    optimizer: torch.optim.Optimizer,
    goals: Goals,
    *,
    batch_size: int,
    value_weight: float,
    following_weight: float,
    generator: np.random.Generator,
) -> Losses:
    """Goes once over all states, in batches drawn without replacement.

    Args:
        network: Learns.
        optimizer: Of its parameters.
        goals: What it is to predict.
        batch_size: States per gradient step; those that are left over are not looked at.
        value_weight: Weight of the squared error of the value, against 1 of the other losses.
        following_weight: Weight of the squared errors of the values by outcome; 0 as long as no value is known.
        generator: For the order.
    """
    total, acted = len(goals.histories.items), len(goals.items)
    size = min(batch_size, total)
    order = generator.permutation(total)
    sums, batches = np.zeros(len(Losses._fields)), total // size
    for first in range(0, batches * size, size):
        chosen = order[first : first + size]
        on_acted = chosen < acted
        rows = np.concatenate([chosen[on_acted], chosen[~on_acted]])
        count = int(on_acted.sum())
        losses = _losses(network, goals, rows, count)
        weights = (1.0, 1.0, value_weight, following_weight)
        loss = sum((weight * part for weight, part in zip(weights, losses, strict=True)), torch.zeros(()))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), _MAX_GRADIENT_NORM)
        optimizer.step()
        sums += [part.item() for part in losses]
    return Losses(*(sums / batches))


def _losses(
    network: OutcomeNetwork, goals: Goals, rows: np.ndarray, count: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Returns the losses of some states, the first ``count`` of which were acted on, in the order of `Losses`."""
    every = torch.from_numpy(rows)
    acted = every[:count]
    states = network(goals.histories.rows(rows))
    log_odds, values = network.leaving_and_value(states)
    leaving = functional.binary_cross_entropy_with_logits(
        log_odds, goals.leaves[every], weight=goals.reached[every]
    )
    if not count:
        nothing = torch.zeros(())
        return nothing, leaving, nothing, nothing
    value = ((values[:count] - goals.returns[acted]) ** 2 * goals.valued[acted]).mean()
    heads = network.of_items(states.rows(slice(0, count)), goals.items[acted], goals.lags[acted])
    shares, shown = goals.shares[:, acted], goals.shown[acted]
    signals = functional.binary_cross_entropy_with_logits(
        heads[: network.num_signals], shares, weight=shown, reduction="none"
    )
    after_none, after_click = heads[network.num_signals :] - goals.following[acted, None]
    click = shares[_CLICK]
    none = 1.0 - click.sum(dim=1, keepdim=True)
    following = ((none * after_none**2 + click * after_click**2) * shown).mean()
    return signals.mean(dim=(1, 2)).sum(), leaving, value, following
