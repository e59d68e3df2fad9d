"""Satiation: exposure to a topic makes more of it less welcome, and felt repetition drives away.

After the rebounding bandits of Leqi, Kilinc-Karzan, Lipton and Montgomery (2021): a linear system that grows with
exposure and rebounds without it.
"""

from __future__ import annotations

import numpy as np

from recgym.core.kernel import kernel
from recgym.core.scenario import TOPICS
from recgym.users.taste import short_dot


@kernel
def satiation_of(satiation, topics):
    """Returns how satiated a user is with an item's topics: the inner product, >= 0; both of shape (TOPICS,)."""
    return short_dot(satiation, topics, TOPICS)


@kernel
def expose(satiation, topics, retention, weight):
    """Moves satiation by one step, in place: satiation' = retention * satiation + weight * topics."""
    for k in range(TOPICS):
        satiation[k] = np.float32(retention) * satiation[k] + np.float32(weight) * topics[k]


@kernel
def feel_redundancy(felt, satiation, retention, memory):
    """Returns the felt redundancy, in [0, 1]: memory * felt + (1 - memory) (1 - retention) * satiation.

    ``satiation`` is that with the shown item's topics; its largest value is 1 / (1 - retention).
    """
    return memory * felt + (1.0 - memory) * (1.0 - retention) * satiation
