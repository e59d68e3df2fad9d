"""Bags of tokens: sums of embeddings of what was shown, compiled, with their gradients.

A token is an item with the feedback on it, number ``feedback * I + item``; each has a row in a table of embeddings. A product with a
matrix of counts, nearly all of them zero, would do the same at a multiple of the cost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from agents.deep.history import Histories
from recgym.core.kernel import kernel

BAGS = 3
"""Sums per user: over items before the session, over items of the session, and over the latter with weights that fall with the lag."""


@kernel
def add_rows(
    items: np.ndarray,
    feedback: np.ndarray,
    in_session: np.ndarray,
    decays: np.ndarray,
    before: np.ndarray,
    session: np.ndarray,
    recent: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Writes the bags (N, 3 W) of N users; see `TokenBags`."""
    size, length = items.shape
    width = before.shape[1]
    count = before.shape[0] // 3
    for n in range(size):
        for j in range(3 * width):
            sums[n, j] = 0.0
        for lag in range(length):
            place = length - 1 - lag
            item = items[n, place]
            if item < 0:
                break
            token = feedback[n, place] * count + item
            if lag < in_session[n]:
                decay = decays[lag]
                for j in range(width):
                    sums[n, width + j] += session[token, j]
                for j in range(width):
                    sums[n, 2 * width + j] += decay * recent[token, j]
            else:
                for j in range(width):
                    sums[n, j] += before[token, j]


@kernel
def add_gradients(
    items: np.ndarray,
    feedback: np.ndarray,
    in_session: np.ndarray,
    decays: np.ndarray,
    gradients: np.ndarray,
    before: np.ndarray,
    session: np.ndarray,
    recent: np.ndarray,
) -> None:
    """Adds the gradients (N, 3 W) of the bags to those of the tables' rows."""
    size, length = items.shape
    width = before.shape[1]
    count = before.shape[0] // 3
    for n in range(size):
        for lag in range(length):
            place = length - 1 - lag
            item = items[n, place]
            if item < 0:
                break
            token = feedback[n, place] * count + item
            if lag < in_session[n]:
                decay = decays[lag]
                for j in range(width):
                    session[token, j] += gradients[n, width + j]
                for j in range(width):
                    recent[token, j] += decay * gradients[n, 2 * width + j]
            else:
                for j in range(width):
                    before[token, j] += gradients[n, j]


@kernel
def find_lags(items: np.ndarray, in_session: np.ndarray, wanted: np.ndarray, lags: np.ndarray) -> None:
    """Writes how long ago each user was last shown some items.

    Args:
        items: (N, L), -1 where there is none.
        in_session: (N,), so many of the newest are of this session.
        wanted: (N, K) int64, K items of each.
        lags: (N, K) int64, written: 0 if it is not remembered, 1 to L within the session, L + 1 to 2 L before it.
    """
    size, length = items.shape
    for n in range(size):
        for k in range(wanted.shape[1]):
            lags[n, k] = 0
            for lag in range(1, length + 1):
                item = items[n, length - lag]
                if item < 0:
                    break
                if item == wanted[n, k]:
                    lags[n, k] = lag if lag <= in_session[n] else length + lag
                    break


@kernel
def add_lag_effects(
    scores: np.ndarray, effects: np.ndarray, items: np.ndarray, in_session: np.ndarray
) -> None:
    """Adds to scores (K, N, I) what it does that an item was shown so many steps ago: effects (K, 2 L), of the lags of `find_lags` from 1 on."""
    size, length = items.shape
    for n in range(size):
        for lag in range(1, length + 1):
            item = items[n, length - lag]
            if item < 0:
                break
            newer = False
            for other in range(1, lag):
                if items[n, length - other] == item:
                    newer = True
                    break
            if newer:
                continue
            column = (lag if lag <= in_session[n] else length + lag) - 1
            for k in range(effects.shape[0]):
                scores[k, n, item] += effects[k, column]


class TokenBags(torch.autograd.Function):
    """Sums of token embeddings, (N, 3 W) float32.

    The first W columns sum ``before`` over what was browsed before the session, the next W ``session`` over what was shown in it, the last W ``recent`` over
    the same with weight decays[lag], lag 0 being the newest item.
    """

    @staticmethod
    def forward(
        ctx: Any,
        before: torch.Tensor,
        session: torch.Tensor,
        recent: torch.Tensor,
        histories: Histories,
        decays: np.ndarray,
    ) -> torch.Tensor:
        """Takes three tables (3 I, W) float32, histories of N users, and weights (L,) float32."""
        tables = [table.detach().numpy() for table in (before, session, recent)]
        sums = np.empty((len(histories.items), BAGS * tables[0].shape[1]), np.float32)
        add_rows(*histories[:3], decays, *tables, sums)
        ctx.histories, ctx.decays, ctx.shape = histories, decays, tables[0].shape
        return torch.from_numpy(sums)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
        """Returns the gradients of the tables."""
        tables = [np.zeros(ctx.shape, np.float32) for _ in range(BAGS)]
        add_gradients(*ctx.histories[:3], ctx.decays, gradients[0].contiguous().numpy(), *tables)
        return (*map(torch.from_numpy, tables), None, None)


def lags_of(histories: Histories, items: np.ndarray) -> np.ndarray:
    """Returns how long ago each of N users was last shown items (N, K): (N, K) int64, as `find_lags` tells it."""
    lags = np.empty(items.shape, np.int64)
    find_lags(histories.items, histories.in_session, np.ascontiguousarray(items, np.int64), lags)
    return lags
