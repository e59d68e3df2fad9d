"""Cross-domain: four domains, one of them unfamiliar and worth investing in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gymnasium.vector import VectorEnv

from recgym.core.kernel import kernel
from recgym.core.noise import uniform
from recgym.core.parameters import FatigueParameters, ReturnParameters, parameter
from recgym.core.scenario import EVENT, LATENT, SESSION, SHOWN, ContextFeature, Rate, Scenario, Signal
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.goodwill import approach, leave_log_odds
from recgym.users.memory import fatigue
from recgym.users.taste import TASTE_SPREAD, cosine, draw_taste

DOMAINS = 4
_TRAITS = 1
_DOMAIN_STREAM = 8
_DISCOVERY = 0
SHARE_RATE = 0.1


@dataclass(frozen=True)
class CrossDomainParameters(ReturnParameters, FatigueParameters):
    """Numbers of the cross-domain scenario."""

    click_base: float = parameter(
        -1.2, -10.0, 10.0, "log-odds", "click on an item of average appeal and no affinity"
    )
    affinity_effect: float = parameter(5.5, 0.0, 20.0, "log-odds", "log-odds per unit of affinity")
    appeal_effect: float = parameter(
        0.6, -10.0, 10.0, "log-odds", "log-odds per standard deviation of appeal"
    )
    shared_interest: float = parameter(
        0.95, 0.0, 1.0, "share", "how much of a domain's interests all domains share"
    )
    strangeness: float = parameter(
        1.5, 0.0, 20.0, "log-odds", "log-odds lost in a domain that is wholly unfamiliar"
    )
    familiarity_effect: float = parameter(
        2.5, 0.0, 20.0, "log-odds", "log-odds gained as it becomes wholly familiar"
    )
    initial_familiarity: float = parameter(0.05, 0.0, 1.0, "familiarity", "when the session begins")
    familiarity_rate: float = parameter(0.2, 0.0, 1.0, "1/click", "how fast clicks make the domain familiar")
    glance: float = parameter(0.3, 0.0, 1.0, "share", "how much an ignored item of the domain counts")
    familiarity_decay: float = parameter(
        0.01, 0.0, 1.0, "1/step", "familiarity lost while other domains are shown"
    )
    leave_base: float = parameter(-2.8, -20.0, 10.0, "log-odds", "leaving, per step")
    leave_familiarity: float = parameter(0.6, 0.0, 20.0, "log-odds", "how much a second home keeps the user")
    leave_relief: float = parameter(0.5, -10.0, 10.0, "log-odds", "how much a click keeps the user")


@kernel
def begin(user, centroids, parameters):
    """Draws each domain's own interests and the unfamiliar domain."""
    for domain in range(DOMAINS):
        own = user.domain_taste[domain * LATENT : (domain + 1) * LATENT]
        draw_taste(own, centroids, TASTE_SPREAD, user.key, _DOMAIN_STREAM + domain)
    user.unfamiliar = min(int(DOMAINS * uniform(user.key, _TRAITS, 2)), DOMAINS - 1)
    user.slow = parameters.initial_familiarity


@kernel
def domain_affinity(user, item, parameters):
    """Affinity to the interests of the item's domain: sqrt(shared) * shared taste + sqrt(1 - shared) * the domain's own."""
    own = user.domain_taste[item.domain * LATENT : (item.domain + 1) * LATENT]
    shared = math.sqrt(parameters.shared_interest) * cosine(user.taste, item.latent)
    return shared + math.sqrt(1.0 - parameters.shared_interest) * cosine(own, item.latent)


@kernel
def utility(user, item, parameters):
    """Log-odds of a click; the unfamiliar domain is strange at first."""
    level = (
        parameters.click_base
        + parameters.affinity_effect * domain_affinity(user, item, parameters)
        + parameters.appeal_effect * item.appeal
        - fatigue(user, item.index, parameters.fatigue, parameters.fatigue_window)
    )
    if item.domain == user.unfamiliar:
        level += parameters.familiarity_effect * user.slow - parameters.strangeness
    return level


@kernel
def transition(user, item, outcome, signals, parameters):
    """The unfamiliar domain grows familiar when it is used, and is forgotten when it is not."""
    if item.domain == user.unfamiliar:
        rate = parameters.familiarity_rate * (1.0 if outcome > 0 else parameters.glance)
        user.slow = approach(user.slow, 1.0, rate)
    else:
        user.slow = approach(user.slow, 0.0, parameters.familiarity_decay)
    stakes = parameters.leave_familiarity * user.sensitivity
    return leave_log_odds(
        parameters.leave_base, stakes, user.slow, 1.0 if outcome > 0 else 0.0, parameters.leave_relief
    )


@kernel
def emit(user, item, outcome, parameters, signals):
    """A click outside the familiar domains is a discovery; also keeps the observable shares of domains."""
    signals[_DISCOVERY] = 1.0 if outcome > 0 and item.domain == user.unfamiliar else 0.0
    for domain in range(DOMAINS):
        shown = 1.0 if item.domain == domain else 0.0
        user.domain_share[domain] += SHARE_RATE * (shown - user.domain_share[domain])


@kernel
def expect(user, item, outcome, parameters, signals):
    """Whether a click is a discovery is certain."""
    signals[_DISCOVERY] = 1.0 if outcome > 0 and item.domain == user.unfamiliar else 0.0


@kernel
def observe(user, item, parameters, context):
    """The current item's domain, what was shown of each domain lately, and each domain's share of the history."""
    for domain in range(DOMAINS):
        context[domain] = 1.0 if item.domain == domain else 0.0
        context[DOMAINS + domain] = user.domain_share[domain]


@kernel
def encountered(user, item, parameters):
    """The history holds nothing of the unfamiliar domain."""
    return item.domain != user.unfamiliar


@kernel
def rest(user, hours, parameters):
    """The shares of domains are those of the session."""
    for domain in range(DOMAINS):
        user.domain_share[domain] = 0.0


CROSS_DOMAIN = Scenario(
    name="CrossDomain",
    catalogue="all",
    parameters=CrossDomainParameters,
    user_fields=(
        ("domain_taste", "f4", (DOMAINS * LATENT,)),
        ("domain_share", "f4", (DOMAINS,)),
        ("unfamiliar", "i4"),
    ),
    observable=("domain_share",),
    interests=("taste", "domain_taste"),
    begin=begin,
    affinity=domain_affinity,
    utility=utility,
    transition=transition,
    emit=emit,
    expect=expect,
    observe=observe,
    rest=rest,
    encountered=encountered,
    domains=DOMAINS,
    signals=(Signal("discovery", EVENT, "a click in the domain that was unfamiliar"),),
    context=(
        *(
            ContextFeature(f"current_domain_{d}", 0.0, 1.0, f"1 if the current item is of domain {d}")
            for d in range(DOMAINS)
        ),
        *(
            ContextFeature(f"domain_share_{d}", 0.0, 1.0, f"moving share of domain {d} among shown items")
            for d in range(DOMAINS)
        ),
    ),
    rates=(
        Rate(
            "clicks per item shown",
            "click",
            SHOWN,
            0.25,
            0.92,
            0.37,
            0.84,
            "assumption: as in the scenarios of the four domains, and more for a planner that has all their items to choose from",
        ),
        Rate(
            "discoveries per click",
            "discovery",
            "click",
            0.1,
            0.75,
            0.22,
            0.62,
            "assumption: one domain in four is unfamiliar",
        ),
        Rate(
            "items shown per session",
            SHOWN,
            SESSION,
            10.0,
            40.0,
            14.8,
            25.2,
            "assumption: as in the scenarios of the four domains",
        ),
    ),
    reward_weights={"click": 1.0},
    staying={"leave_base": -20.0, "leave_relief": 0.0},
    leaving={"leave_base": 10.0, "leave_relief": 0.0},
)


class RecCrossDomainEnv(RecEnv):
    """Shop, films, music and news in one place, one of them new to the user.

    ## Description
    Items of four domains share one embedding space. Each user knows three of them. The fourth is strange at first and grows familiar by use; a user who has found
    a second home stays longer. The myopic policy never goes there.

    ## Action Space
    `Discrete(num_items)`: the index of the item to show. With `slate_size=k`, `MultiDiscrete([num_items] * k)`: the items, the top
    position first; what becomes of a second copy of one is told by `invalid_actions`.

    ## Observation Space
    With `observation="flat"` (the default) a float32 `Box` of 4 D + 12 columns, D = `embedding_dim`:

    [observation table]

    [other observations]
    Familiarity, the identity of the unfamiliar domain, tastes and sensitivity are in none of them.

    ## User Model
    Hidden: a shared taste p and one taste p_d per domain, the unfamiliar domain, its familiarity y, sensitivity. For an item of domain d with latent v and appeal a:

    1. Affinity A = sqrt(shared_interest) p.v + sqrt(1 - shared_interest) p_d.v.
    2. Utility U = click_base + affinity_effect A + appeal_effect a - fatigue, plus familiarity_effect y - strangeness in the unfamiliar domain.
    3. Of a slate, at most one item is chosen by a multinomial logit with the outside option at 0; position r weighs r^-position_bias
       (`users.choice`). The user attends to the chosen item, or to the top one if none is chosen.
    4. A liking click has probability sigmoid(like_base + q + A / 2).
    5. Familiarity: y' = y + familiarity_rate (1 - y) after a click in the domain, `glance` of that after an ignored item of it,
       y' = (1 - familiarity_decay) y while other domains are shown.
    6. The user leaves with probability sigmoid(leave_base - sensitivity leave_familiarity (2 y' - 1) - leave_relief [click]).
    7. With `drift` > 0 the shared taste walks; with `trend` > 0 what is in fashion is added to U (`users.trend`).
    8. With `sessions` > 1 users come back (`users.returning`): when a session ends, with probability sigmoid(return_base + return_effect (2 y - 1)), after a
       log-normal gap of gap_median exp(-gap_effect (2 y - 1)) hours in the median; over h hours familiarity goes back to where it began by the share
       1 - exp(-gap_decay h / 24). What was shown before counts as history then.

    ## Rewards
    The reward is the weighted sum of the signals, each of which is in the info by its name; `reward_weights=` replaces the weights.

    [reward table]

    ## Rates
    [rates]

    ## Starting State
    A person of the population (`split`), with a warm history from the three familiar domains and familiarity `initial_familiarity`.

    ## Episode End
    1. Termination: the user leaves; with `sessions` > 1: a session ends, by leaving or at its `horizon`, and the user does not come back.
    2. Truncation: `horizon` steps have passed, in the last of `sessions`.

    ## Arguments
    [arguments table]

    ## Version History
    * v0: first version.

    ## References
    * Domains are films, tracks, products and stories, in the order of `catalogue.domain_names`.
    """

    scenario = CROSS_DOMAIN


class RecCrossDomainVectorEnv(RecVectorEnv, VectorEnv):
    """Many users of `RecCrossDomainEnv` at once."""

    scenario = CROSS_DOMAIN
