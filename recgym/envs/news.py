"""News: stories appear and age, and trust decides who comes back for more."""

from __future__ import annotations

from dataclasses import dataclass

from gymnasium.vector import VectorEnv

from recgym.core.kernel import kernel
from recgym.core.noise import SCENARIO_SLOT, uniform
from recgym.core.parameters import FatigueParameters, parameter
from recgym.core.scenario import EVENT, SESSION, SHOWN, ContextFeature, Rate, Scenario, Signal
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.choice import sigmoid
from recgym.users.freshness import freshness
from recgym.users.goodwill import approach, leave_log_odds, pull_of
from recgym.users.memory import fatigue
from recgym.users.taste import taste_affinity

_DEEP_READ = 0
_FRESHNESS = 0
_TRAITS = 1
HOURS_PER_STEP = 0.5
FIRST_START, CLOCK_END = 168.0, 336.0  # sessions begin and end in the second week


@dataclass(frozen=True)
class NewsParameters(FatigueParameters):
    """Numbers of the news scenario."""

    horizon: int = parameter(
        60, 1, 336, "steps", "longest session, in half-hours; reaching it truncates the episode"
    )
    read_base: float = parameter(
        -1.6, -10.0, 10.0, "log-odds", "opening a story of average appeal and no affinity"
    )
    affinity_effect: float = parameter(5.0, 0.0, 20.0, "log-odds", "log-odds per unit of affinity")
    appeal_effect: float = parameter(
        0.8, -10.0, 10.0, "log-odds", "log-odds per standard deviation of appeal"
    )
    freshness_effect: float = parameter(
        1.5, 0.0, 20.0, "log-odds", "log-odds that a fresh story has over a stale one"
    )
    lifetime: float = parameter(96.0, 1.0, 10_000.0, "hours", "how long a story stays available")
    initial_trust: float = parameter(0.5, 0.0, 1.0, "trust", "trust when the session begins")
    trust_rate: float = parameter(
        0.25, 0.0, 1.0, "1/read", "how fast trust moves to what the story leaves behind"
    )
    trust_decay: float = parameter(0.01, 0.0, 1.0, "1/step", "trust lost when nothing is opened")
    value_effect: float = parameter(
        1.5, 0.0, 10.0, "log-odds", "trust's target per standard deviation of quality"
    )
    leave_base: float = parameter(-2.6, -20.0, 10.0, "log-odds", "leaving, per step")
    leave_trust: float = parameter(2.8, 0.0, 20.0, "log-odds", "how much trust keeps the user")
    leave_relief: float = parameter(0.4, -10.0, 10.0, "log-odds", "how much reading keeps the user")


@kernel
def begin(user, centroids, parameters):
    """Readers arrive at any half-hour of the second week that leaves time for the horizon; trust starts in the middle."""
    starts = (CLOCK_END - FIRST_START) / HOURS_PER_STEP - parameters.horizon + 1
    user.hour = FIRST_START + HOURS_PER_STEP * int(starts * uniform(user.key, _TRAITS, 2))
    user.slow = parameters.initial_trust


@kernel
def utility(user, item, parameters):
    """Log-odds that the story is opened."""
    age = user.hour - item.release
    return (
        parameters.read_base
        + parameters.affinity_effect * taste_affinity(user, item, parameters)
        + parameters.appeal_effect * item.appeal
        + parameters.freshness_effect * (freshness(age, item.half_life) - 0.5)
        - fatigue(user, item.index, parameters.fatigue, parameters.fatigue_window)
    )


@kernel
def transition(user, item, outcome, signals, parameters):
    """Trust follows the lasting value of what is read."""
    if outcome > 0:
        target = pull_of(item.quality, parameters.value_effect)
        user.slow = approach(user.slow, target, parameters.trust_rate)
    else:
        user.slow = approach(user.slow, 0.0, parameters.trust_decay)
    stakes = parameters.leave_trust * user.sensitivity
    return leave_log_odds(
        parameters.leave_base, stakes, user.slow, 1.0 if outcome > 0 else 0.0, parameters.leave_relief
    )


@kernel
def expect(user, item, outcome, parameters, signals):
    """The probability of a deep read."""
    signals[_DEEP_READ] = (
        sigmoid(item.quality + taste_affinity(user, item, parameters)) if outcome > 0 else 0.0
    )


@kernel
def emit(user, item, outcome, parameters, signals):
    """Draws whether the story was read to its end."""
    expect(user, item, outcome, parameters, signals)
    signals[_DEEP_READ] = 1.0 if uniform(user.key, user.t, SCENARIO_SLOT) < signals[_DEEP_READ] else 0.0


@kernel
def observe(user, item, parameters, context):
    """Freshness of the current story, now."""
    age = user.hour - item.release
    context[_FRESHNESS] = freshness(age, item.half_life)


@kernel
def available(user, item, parameters):
    """From its release until its lifetime is over."""
    return item.release <= user.hour < item.release + parameters.lifetime


@kernel
def encountered(user, item, parameters):
    """What was published before the reader arrived."""
    return item.release < user.hour


NEWS = Scenario(
    name="News",
    catalogue="stories",
    parameters=NewsParameters,
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    transition=transition,
    emit=emit,
    expect=expect,
    observe=observe,
    available=available,
    availability="clock",
    encountered=encountered,
    signals=(Signal("deep_read", EVENT, "the story was read to its end"),),
    context=(ContextFeature("freshness", 0.0, 1.0, "2^(-age / half-life) of the current story"),),
    rates=(
        Rate(
            "stories opened per story shown",
            "click",
            SHOWN,
            0.1,
            0.6,
            0.26,
            0.41,
            "assumption; pages of many stories have 1.5 clicks each (Wu et al., 2020)",
        ),
        Rate(
            "opened stories that are read to the end",
            "deep_read",
            "click",
            0.2,
            0.75,
            0.39,
            0.69,
            "most do not reach the end, the median is about half way (Manjoo, 2013); the width is an assumption",
        ),
        Rate(
            "stories opened per session",
            "click",
            SESSION,
            2.0,
            12.0,
            2.6,
            9.9,
            "about 3 in sessions of at least 2 (Moreira, Jannach and Cunha, 2019); above that, for a planner that knows the user, assumption",
        ),
        Rate(
            "stories shown per session",
            SHOWN,
            SESSION,
            7.0,
            30.0,
            10.2,
            24.3,
            "assumption",
        ),
    ),
    reward_weights={"click": 1.0, "deep_read": 0.5},
    staying={"leave_base": -20.0, "leave_relief": 0.0},
    leaving={"leave_base": 10.0, "leave_relief": 0.0},
    hours_per_step=HOURS_PER_STEP,
    first_hour=FIRST_START,
    last_hour=CLOCK_END,
)


class RecNewsEnv(RecEnv):
    """Stories that appear and age: the loudest headline is opened, and costs trust.

    ## Description
    A reader meets the front page at some half-hour of a fortnight. Stories are released, go stale and expire on the reader's clock. Loud headlines are opened;
    stories of substance build trust, and readers without trust leave. Stories are generated, several headlines per event.

    ## Action Space
    `Discrete(num_items)`: the index of the item to show. With `slate_size=k`, `MultiDiscrete([num_items] * k)`: the items, the top
    position first; what becomes of a second copy of one is told by `invalid_actions`. Only stories that are out and not expired may be shown: see `action_masks()` and
    `info["action_mask"]`; what becomes of another choice is told by `invalid_actions`.

    ## Observation Space
    With `observation="flat"` (the default) a float32 `Box` of 4 D + 5 columns, D = `embedding_dim`:

    [observation table]

    [other observations]
    Trust, taste and sensitivity are in none of them.

    ## User Model
    Hidden: taste p, trust x, sensitivity. For a story with latent v, appeal a, quality q, age and half-life:

    1. Utility U = read_base + affinity_effect p.v + appeal_effect a + freshness_effect (2^(-age / half-life) - 1/2) - fatigue (`users.freshness`).
    2. The story is opened with probability sigmoid(U); repeats within `fatigue_window` items tire.
    3. Of a slate, at most one item is chosen by a multinomial logit with the outside option at 0; position r weighs r^-position_bias
       (`users.choice`). The user attends to the chosen item, or to the top one if none is chosen.
    4. An opened story is read to its end with probability sigmoid(q + p.v), and liked with probability sigmoid(like_base + q + p.v / 2).
    5. Trust: x' = x + trust_rate (sigmoid(value_effect q) - x) if opened, else x' = (1 - trust_decay) x (`users.goodwill`).
    6. The reader leaves with probability sigmoid(leave_base - sensitivity leave_trust (2 x' - 1) - leave_relief [opened]).
    7. Half an hour passes. With `drift` > 0 the taste walks; with `trend` > 0 what is in fashion is added to U (`users.trend`).

    ## Rewards
    The reward is the weighted sum of the signals, each of which is in the info by its name; `reward_weights=` replaces the weights.

    [reward table]

    ## Rates
    [rates]

    ## Starting State
    A person of the population (`split`) at a half-hour of the second week, with a warm history of stories of the days before and trust `initial_trust`.

    ## Episode End
    1. Termination: the user leaves.
    2. Truncation: `horizon` steps have passed.

    ## Arguments
    [arguments table]

    ## Version History
    * v0: first version.

    ## References
    * Dezso et al. (2006), half-lives of news visits. Wu et al. (2020), MIND: most stories live less than two days;
      24,155,470 clicks on 15,777,377 pages.
    * Manjoo (2013), how far visitors of Slate scroll. Moreira, Jannach and Cunha (2019): about 3 million clicks in 1 million sessions of a news portal.
    """

    scenario = NEWS


class RecNewsVectorEnv(RecVectorEnv, VectorEnv):
    """Many readers of `RecNewsEnv` at once."""

    scenario = NEWS
