"""E-commerce: a funnel from impression to purchase."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gymnasium.vector import VectorEnv

from recgym.core.kernel import kernel
from recgym.core.noise import normal
from recgym.core.parameters import FatigueParameters, ReturnParameters, parameter
from recgym.core.scenario import EVENT, SESSION, SHOWN, ContextFeature, Rate, Scenario, Signal
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.choice import sigmoid
from recgym.users.goodwill import approach, leave_log_odds
from recgym.users.memory import fatigue
from recgym.users.purchase import cart_probability, price_resistance
from recgym.users.taste import taste_affinity

IGNORED, CLICKED, CARTED, PURCHASED = range(4)
_CART, _PURCHASE, _REVENUE = range(3)
_CART_RATE, _PRICE = range(2)
_TRAITS = 1  # stream of a person's noise; its slots 0 and 1 drew the sensitivity
MAX_LOG_PRICE = 3.0


@dataclass(frozen=True)
class EcommerceParameters(ReturnParameters, FatigueParameters):
    """Numbers of the e-commerce scenario."""

    click_base: float = parameter(
        -1.55, -10.0, 10.0, "log-odds", "click on an item of average appeal and no affinity"
    )
    affinity_effect: float = parameter(3.7, 0.0, 20.0, "log-odds", "click log-odds per unit of affinity")
    appeal_effect: float = parameter(
        0.57, -10.0, 10.0, "log-odds", "click log-odds per standard deviation of appeal"
    )
    cart_base: float = parameter(-1.6, -20.0, 10.0, "log-odds", "cart after a click at neutral intent")
    intent_effect: float = parameter(3.0, 0.0, 20.0, "log-odds", "how much purchase intent moves the cart")
    checkout: float = parameter(0.5, 0.0, 1.0, "probability", "order of what is in the cart")
    price_aversion: float = parameter(
        2.0, 0.0, 20.0, "log-odds", "cart log-odds lost per log price above the budget"
    )
    budget_spread: float = parameter(
        0.4, 0.0, 3.0, "log", "spread of the users' budgets around the median price"
    )
    initial_intent: float = parameter(0.15, 0.0, 1.0, "intent", "purchase intent when the session begins")
    intent_rate: float = parameter(
        0.25, 0.0, 1.0, "1/click", "how fast a click moves intent to what the item inspires"
    )
    inspiration: float = parameter(
        1.5, 0.0, 10.0, "log-odds", "inspiration per standard deviation of quality"
    )
    satisfied_intent: float = parameter(
        0.25, 0.0, 1.0, "share", "share of intent that is left after a purchase"
    )
    intent_decay: float = parameter(0.03, 0.0, 1.0, "1/step", "intent lost when nothing is clicked")
    leave_base: float = parameter(-3.0, -20.0, 10.0, "log-odds", "leaving, per step")
    leave_intent: float = parameter(0.75, 0.0, 20.0, "log-odds", "how much intent keeps the user")
    leave_relief: float = parameter(0.5, -10.0, 10.0, "log-odds", "how much a click keeps the user")


@kernel
def begin(user, centroids, parameters):
    """Draws the budget and the aversion to high prices; intent starts low."""
    user.log_budget = parameters.budget_spread * normal(user.key, _TRAITS, 2)
    user.price_aversion = parameters.price_aversion * math.exp(
        parameters.sensitivity_spread * normal(user.key, _TRAITS, 4)
    )
    user.slow = parameters.initial_intent


@kernel
def utility(user, item, parameters):
    """Log-odds of a click."""
    return (
        parameters.click_base
        + parameters.affinity_effect * taste_affinity(user, item, parameters)
        + parameters.appeal_effect * item.appeal
        - fatigue(user, item.index, parameters.fatigue, parameters.fatigue_window)
    )


@kernel
def outcome_probabilities(user, item, parameters, probability):
    """How far down the funnel a click goes."""
    resistance = price_resistance(item.log_price, user.log_budget, user.price_aversion)
    closeness = taste_affinity(user, item, parameters)
    cart = cart_probability(parameters.cart_base, closeness, resistance, user.slow, parameters.intent_effect)
    probability[CLICKED] = 1.0 - cart
    probability[CARTED] = cart * (1.0 - parameters.checkout)
    probability[PURCHASED] = cart * parameters.checkout


@kernel
def transition(user, item, outcome, signals, parameters):
    """Intent is inspired by clicks, spent by purchases, and fades."""
    if outcome == IGNORED:
        user.slow = approach(user.slow, 0.0, parameters.intent_decay)
    elif outcome == PURCHASED:
        user.slow = parameters.satisfied_intent * user.slow
    else:
        inspired = sigmoid(parameters.inspiration * item.quality - 0.3 * item.log_price)
        user.slow = approach(user.slow, inspired, parameters.intent_rate)
    stakes = parameters.leave_intent * user.sensitivity
    engaged = 1.0 if outcome > IGNORED else 0.0
    return leave_log_odds(parameters.leave_base, stakes, user.slow, engaged, parameters.leave_relief)


@kernel
def expect(user, item, outcome, parameters, signals):
    """The funnel's events are the outcome itself: there is no further noise."""
    signals[_CART] = 1.0 if outcome >= CARTED else 0.0
    signals[_PURCHASE] = 1.0 if outcome == PURCHASED else 0.0
    signals[_REVENUE] = math.exp(item.log_price) if outcome == PURCHASED else 0.0


@kernel
def emit(user, item, outcome, parameters, signals):
    """Tells the events, and keeps the observable cart rate."""
    expect(user, item, outcome, parameters, signals)
    user.cart_rate = approach(user.cart_rate, signals[_CART], 0.1)


@kernel
def observe(user, item, parameters, context):
    """Cart rate of the session and price of the current item."""
    context[_CART_RATE] = user.cart_rate
    context[_PRICE] = max(-1.0, min(1.0, item.log_price / MAX_LOG_PRICE))


@kernel
def rest(user, hours, parameters):
    """The cart rate of a session is that of the session."""
    user.cart_rate = 0.0


ECOMMERCE = Scenario(
    name="Ecommerce",
    catalogue="products",
    parameters=EcommerceParameters,
    user_fields=(("log_budget", "f8"), ("price_aversion", "f8"), ("cart_rate", "f8")),
    observable=("cart_rate",),
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    outcome_probabilities=outcome_probabilities,
    transition=transition,
    emit=emit,
    expect=expect,
    observe=observe,
    rest=rest,
    signals=(
        Signal("cart", EVENT, "the item was put into the cart"),
        Signal("purchase", EVENT, "the item was ordered"),
        Signal("revenue", "median prices", "price of the ordered item over the catalogue's median price"),
    ),
    context=(
        ContextFeature("cart_rate", 0.0, 1.0, "moving average of cart events in this session"),
        ContextFeature(
            "price", -1.0, 1.0, "log price of the current item over the median, divided by 3 and clipped"
        ),
    ),
    rates=(
        Rate(
            "clicks per product shown",
            "click",
            SHOWN,
            0.25,
            0.75,
            0.33,
            0.53,
            "assumption",
        ),
        Rate(
            "carts per click",
            "cart",
            "click",
            0.02,
            0.6,
            0.14,
            0.26,
            "2.6 % of views in one shop (RetailRocket, 2015), 2.3 % in another and 60 % in a third (REES46, 2019)",
        ),
        Rate(
            "orders per cart",
            "purchase",
            "cart",
            0.2,
            0.8,
            0.44,
            0.51,
            "32 % in one shop (RetailRocket, 2015), 80 % in another and 22 % in a third (REES46, 2019)",
        ),
        Rate(
            "orders per session",
            "purchase",
            SESSION,
            0.08,
            1.5,
            0.29,
            1.4,
            "products bought: 0.12 (Ben-Shimon et al., 2015), 0.08 and 0.28 (REES46, 2019); above that, for a planner that knows the user, assumption",
        ),
        Rate(
            "clicks per session",
            "click",
            SESSION,
            3.5,
            12.0,
            4.7,
            10.5,
            "3.6 (Ben-Shimon et al., 2015); above that assumption",
        ),
        Rate(
            "products shown per session",
            SHOWN,
            SESSION,
            8.0,
            25.0,
            14.4,
            19.6,
            "assumption",
        ),
    ),
    reward_weights={"click": 0.1, "revenue": 1.0},
    staying={"leave_base": -20.0, "leave_relief": 0.0},
    leaving={"leave_base": 10.0, "leave_relief": 0.0},
    outcomes=4,
)


class RecEcommerceEnv(RecEnv):
    """A shop whose visitors must be inspired before they buy.

    ## Description
    A visitor browses a shop, one recommended product at a time (or a slate of them). Clicking on things of quality builds purchase intent;
    intent makes carts likelier; a purchase spends it. The myopic policy sells what sells now, to visitors who are not yet willing. A
    planner inspires first and sells then. Texts are generated product descriptions; prices are the catalogue's.

    ## Action Space
    `Discrete(num_items)`: the index of the item to show. With `slate_size=k`, `MultiDiscrete([num_items] * k)`: the items, the top
    position first; what becomes of a second copy of one is told by `invalid_actions`.

    ## Observation Space
    With `observation="flat"` (the default) a float32 `Box` of 4 D + 6 columns, D = `embedding_dim`:

    [observation table]

    [other observations]
    Intent, taste, budget and sensitivities are in none of them.

    ## User Model
    Hidden: taste p (unit vector), intent x, log budget b, price aversion and sensitivity. For a shown item with latent v, appeal a, quality q,
    log price c (over the median):

    1. Utility U = click_base + affinity_effect p.v + appeal_effect a - fatigue (`users.taste`, `users.memory`).
    2. A click has probability sigmoid(U); repeats within `fatigue_window` items tire.
    3. Of a slate, at most one item is chosen by a multinomial logit with the outside option at 0; position r weighs r^-position_bias
       (`users.choice`). The user attends to the chosen item, or to the top one if none is chosen.
    4. P(cart | click) = sigmoid(cart_base + p.v - aversion max(c - b, 0) + intent_effect (2 x - 0.3)), P(order | cart) = checkout (`users.purchase`).
    5. A liking click has probability sigmoid(like_base + q + p.v / 2).
    6. Intent: without a click x' = (1 - intent_decay) x; after an order x' = satisfied_intent x; after any other click
       x' = x + intent_rate (sigmoid(inspiration q - 0.3 c) - x) (`users.goodwill`).
    7. The visitor leaves with probability sigmoid(leave_base - sensitivity leave_intent (2 x' - 1) - leave_relief [click]).
    8. With `drift` > 0 the taste walks; with `trend` > 0 what is in fashion is added to U (`users.trend`).
    9. With `sessions` > 1 users come back (`users.returning`): when a session ends, with probability sigmoid(return_base + return_effect (2 x - 1)), after a
       log-normal gap of gap_median exp(-gap_effect (2 x - 1)) hours in the median; over h hours intent goes back to
       where it began by the share 1 - exp(-gap_decay h / 24). What was shown before counts as history then.

    ## Rewards
    The reward is the weighted sum of the signals, each of which is in the info by its name; `reward_weights=` replaces the weights.

    [reward table]

    ## Rates
    [rates]

    ## Starting State
    A person of the population (`split`), with the warm history of `history` items that they picked before, and intent `initial_intent`.

    ## Episode End
    1. Termination: the user leaves; with `sessions` > 1: a session ends, by leaving or at its `horizon`, and the user does not come back.
    2. Truncation: `horizon` steps have passed, in the last of `sessions`.

    ## Arguments
    [arguments table]

    ## Version History
    * v0: first version.

    ## References
    * RetailRocket (2015), Kaggle: 2,664,312 views, 69,332 carts and 22,457 orders. Carts are several times as frequent here, so that a session holds a few events.
    * Ben-Shimon et al. (2015), RecSys Challenge: 33,003,944 clicks and 1,150,753 products bought in 9,249,729 sessions, of which 5.5 % bought anything.
    * REES46 (2019), Kaggle: a shop of many categories in October with 40,779,399 views, 926,516 carts and 742,849 orders, one of cosmetics over five months with 9,657,821,
      5,768,333 (of which 3,979,679 were taken back) and 1,287,007 in 4,535,941 sessions.
    * Joachims, Swaminathan and Schnabel (2017), position-based examination. McFadden (1974), the multinomial logit.
    """

    scenario = ECOMMERCE


class RecEcommerceVectorEnv(RecVectorEnv, VectorEnv):
    """Many visitors of `RecEcommerceEnv` at once."""

    scenario = ECOMMERCE
