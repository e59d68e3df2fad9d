"""Purchase: price against budget, and the funnel from click to cart to order."""

from __future__ import annotations

from recgym.core.kernel import kernel
from recgym.users.choice import sigmoid


@kernel
def price_resistance(log_price, log_budget, aversion):
    """Returns the log-odds lost to a price above the budget: aversion * max(log_price - log_budget, 0)."""
    return aversion * max(log_price - log_budget, 0.0)


@kernel
def cart_probability(base, affinity, resistance, intent, intent_effect):
    """Returns P(cart | click) = sigmoid(base + affinity - resistance + intent_effect (2 intent - 0.3)).

    ``intent`` is the purchase intent in [0, 1]; at 0.15 it neither helps nor hurts.
    """
    return sigmoid(base + affinity - resistance + intent_effect * (2.0 * intent - 0.3))
