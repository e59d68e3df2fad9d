"""What users choose of a slate, by a conditional logit, and the slates whose value is the largest.

P(i | s, A) = e_r v(s, i) / (1 + sum_j e_r(j) v(s, j)) for the item in place r of slate A, and P(nothing | s, A) the rest (McFadden, 1974; Ie et al., 2019);
e_r = (r + 1)^-bias is how much attention a place gets, r = 0 being the top (Joachims, Swaminathan and Schnabel, 2017).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch

_ROUNDS = 20
"""Most rounds of `optimal_slates`; three or four are usual."""


def choice_probabilities(attractions: torch.Tensor, examination: torch.Tensor) -> torch.Tensor:
    """Returns the probabilities (N, K) that each item of slates is chosen; what they lack of 1 is that none is.

    Args:
        attractions: (N, K), v of the items in their places, at least 0; 0 for an empty place.
        examination: (K,), e.
    """
    weights = attractions * examination
    return weights / (1.0 + weights.sum(dim=1, keepdim=True))


def slate_values(probabilities: torch.Tensor, values: torch.Tensor, outside: torch.Tensor) -> torch.Tensor:
    """Returns Q(s, A) = sum_i P(i | s, A) Q(s, i), the choice of nothing being one of the i: (N,).

    Args:
        probabilities: (N, K), of `choice_probabilities`.
        values: (N, K), Q of the items.
        outside: (N,), Q of choosing nothing.
    """
    return outside + (probabilities * (values - outside[:, None])).sum(dim=1)


def optimal_slates(
    attractions: torch.Tensor, values: torch.Tensor, outside: torch.Tensor, examination: torch.Tensor
) -> torch.Tensor:
    """Returns the slates (N, K) of the largest value, best first.

    The value is a ratio of sums, (Q0 + sum_r e_r v Q) / (1 + sum_r e_r v). It can be as large as x just if the items of the largest v (Q - x), the best at the
    top, make sum_r e_r v (Q - x) + Q0 - x at least 0; so x is raised to the value of these until they stay the same (Dinkelbach, 1967). Ie et al. (2019)
    solve a linear program for it.

    Args:
        attractions: (N, I), v, at least 0; negative for what cannot be shown.
        values: (N, I), Q.
        outside: (N,), Q0.
        examination: (K,), e, falling from the top.
    """
    there = attractions >= 0.0
    slates = torch.zeros(0)
    reached = outside
    for _ in range(_ROUNDS):
        gains = (attractions * (values - reached[:, None])).masked_fill(~there, -torch.inf)
        best = _largest(gains, len(examination))
        if slates.shape == best.shape and torch.equal(slates, best):
            break
        slates = best
        reached = _values_of(slates, attractions, values, outside, examination)
    return slates


def greedy_slates(
    attractions: torch.Tensor, values: torch.Tensor, outside: torch.Tensor, examination: torch.Tensor
) -> torch.Tensor:
    """Returns slates (N, K) to which one item after another was added, from the top, each the one that makes the value the largest; arguments as of `optimal_slates`."""
    left = attractions.clone()
    above, below = outside, torch.ones_like(outside)
    places = []
    for weight in examination:
        value = (above[:, None] + weight * left * values) / (below[:, None] + weight * left.clamp_min(0.0))
        item = value.masked_fill(left < 0.0, -torch.inf).argmax(dim=1, keepdim=True)
        chosen = weight * left.gather(1, item).squeeze(1).clamp_min(0.0)
        above, below = above + chosen * values.gather(1, item).squeeze(1), below + chosen
        left.scatter_(1, item, -1.0)
        places.append(item)
    return torch.cat(places, dim=1)


def top_k_slates(
    attractions: torch.Tensor, values: torch.Tensor, outside: torch.Tensor, examination: torch.Tensor
) -> torch.Tensor:
    """Returns the slates (N, K) of the items of the largest v Q; arguments as of `optimal_slates`."""
    return _largest((attractions * values).masked_fill(attractions < 0.0, -torch.inf), len(examination))


SEARCHES: Mapping[str, Callable[..., torch.Tensor]] = {
    "optimal": optimal_slates,
    "greedy": greedy_slates,
    "top_k": top_k_slates,
}
"""Ways to find a slate, by name."""


def item_worths(
    search: str,
    attractions: torch.Tensor,
    values: torch.Tensor,
    outside: torch.Tensor,
    examination: torch.Tensor,
) -> torch.Tensor:
    """Returns (N, I) by what a search ranks items: v (Q - x) with the value x of the best slate, v Q, or what a slate is worth that the item is the first of.

    Args:
        search: A key of `SEARCHES`.
        attractions: As of `optimal_slates`, like the others.
        values: (N, I).
        outside: (N,).
        examination: (K,).
    """
    if search == "top_k":
        return attractions * values
    if search == "greedy":
        weights = examination[0] * attractions.clamp_min(0.0)
        return (outside[:, None] + weights * values) / (1.0 + weights)
    slates = optimal_slates(attractions, values, outside, examination)
    reached = _values_of(slates, attractions, values, outside, examination)
    return attractions * (values - reached[:, None])


def _largest(scores: torch.Tensor, count: int) -> torch.Tensor:
    return torch.topk(scores, count, dim=1).indices


def _values_of(
    slates: torch.Tensor,
    attractions: torch.Tensor,
    values: torch.Tensor,
    outside: torch.Tensor,
    examination: torch.Tensor,
) -> torch.Tensor:
    probabilities = choice_probabilities(attractions.gather(1, slates).clamp_min(0.0), examination)
    return slate_values(probabilities, values.gather(1, slates), outside)
