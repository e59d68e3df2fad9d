"""Video: appeal against lasting value."""

from __future__ import annotations

from dataclasses import dataclass

from gymnasium.vector import VectorEnv

from recgym.core.kernel import kernel
from recgym.core.noise import SCENARIO_SLOT, uniform
from recgym.core.parameters import FatigueParameters, ReturnParameters, parameter
from recgym.core.scenario import SESSION, SHARE, SHOWN, ContextFeature, Rate, Scenario, Signal
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.attention import draw_share, expected_completion
from recgym.users.goodwill import approach, leave_log_odds, pull_of
from recgym.users.memory import fatigue
from recgym.users.taste import taste_affinity

_COMPLETION = 0
_COMPLETION_RATE, _DURATION = range(2)
MAX_LOG_DURATION = 2.0


@dataclass(frozen=True)
class VideoParameters(ReturnParameters, FatigueParameters):
    """Numbers of the video scenario."""

    watch_base: float = parameter(
        -1.0, -10.0, 10.0, "log-odds", "start of a film of average appeal and no affinity"
    )
    affinity_effect: float = parameter(4.0, 0.0, 20.0, "log-odds", "log-odds per unit of affinity")
    appeal_effect: float = parameter(
        0.55, -10.0, 10.0, "log-odds", "log-odds per standard deviation of appeal"
    )
    duration_effect: float = parameter(0.3, -10.0, 10.0, "log-odds", "completion lost per log duration")
    initial_goodwill: float = parameter(0.5, 0.0, 1.0, "goodwill", "goodwill when the session begins")
    goodwill_rate: float = parameter(
        0.15, 0.0, 1.0, "1/watch", "how fast goodwill moves to what the film leaves behind"
    )
    goodwill_decay: float = parameter(0.02, 0.0, 1.0, "1/step", "goodwill lost when nothing is watched")
    value_effect: float = parameter(
        1.5, 0.0, 10.0, "log-odds", "goodwill's target per standard deviation of quality"
    )
    leave_base: float = parameter(-3.0, -20.0, 10.0, "log-odds", "leaving, per step")
    leave_goodwill: float = parameter(1.6, 0.0, 20.0, "log-odds", "how much goodwill keeps the user")
    leave_relief: float = parameter(0.5, -10.0, 10.0, "log-odds", "how much watching keeps the user")


@kernel
def begin(user, centroids, parameters):
    """Goodwill starts in the middle."""
    user.slow = parameters.initial_goodwill


@kernel
def utility(user, item, parameters):
    """Log-odds that the film is started and not skipped."""
    return (
        parameters.watch_base
        + parameters.affinity_effect * taste_affinity(user, item, parameters)
        + parameters.appeal_effect * item.appeal
        - fatigue(user, item.index, parameters.fatigue, parameters.fatigue_window)
    )


@kernel
def transition(user, item, outcome, signals, parameters):
    """Goodwill follows the lasting value of what is watched."""
    if outcome > 0:
        target = pull_of(item.quality, parameters.value_effect)
        user.slow = approach(user.slow, target, parameters.goodwill_rate)
    else:
        user.slow = approach(user.slow, 0.0, parameters.goodwill_decay)
    stakes = parameters.leave_goodwill * user.sensitivity
    return leave_log_odds(
        parameters.leave_base, stakes, user.slow, 1.0 if outcome > 0 else 0.0, parameters.leave_relief
    )


@kernel
def expect(user, item, outcome, parameters, signals):
    """The mean watched share."""
    signals[_COMPLETION] = 0.0
    if outcome > 0:
        level = utility(user, item, parameters)
        signals[_COMPLETION] = expected_completion(level, item.log_duration, parameters.duration_effect)


@kernel
def emit(user, item, outcome, parameters, signals):
    """Draws the watched share."""
    expect(user, item, outcome, parameters, signals)
    if outcome > 0:
        signals[_COMPLETION] = draw_share(signals[_COMPLETION], uniform(user.key, user.t, SCENARIO_SLOT))
    user.completion_rate = approach(user.completion_rate, signals[_COMPLETION], 0.1)


@kernel
def observe(user, item, parameters, context):
    """Completion in this session and length of the current film."""
    context[_COMPLETION_RATE] = user.completion_rate
    context[_DURATION] = max(-1.0, min(1.0, item.log_duration / MAX_LOG_DURATION))


@kernel
def rest(user, hours, parameters):
    """The watched share of a session is that of the session."""
    user.completion_rate = 0.0


VIDEO = Scenario(
    name="Video",
    catalogue="films",
    parameters=VideoParameters,
    user_fields=(("completion_rate", "f8"),),
    observable=("completion_rate",),
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    transition=transition,
    emit=emit,
    expect=expect,
    observe=observe,
    rest=rest,
    signals=(Signal("completion", SHARE, "share of the film that was watched"),),
    context=(
        ContextFeature("completion_rate", 0.0, 1.0, "moving average of the watched share in this session"),
        ContextFeature(
            "duration",
            -1.0,
            1.0,
            "log duration of the current film over the median, divided by 2 and clipped",
        ),
    ),
    rates=(
        Rate(
            "starts per film shown",
            "click",
            SHOWN,
            0.3,
            0.85,
            0.39,
            0.69,
            "a feed of short videos, one at a time, has an attention of 45 % (Zannettou et al., 2024); the width is an assumption",
        ),
        Rate(
            "share watched of a started film",
            "completion",
            "click",
            0.5,
            0.85,
            0.65,
            0.74,
            "assumption",
        ),
        Rate(
            "started films that are watched to 90 %",
            "completion",
            "click",
            0.15,
            0.4,
            0.2,
            0.27,
            "about 20 % of views go to the end (Chen, Zhou and Chiu, 2013); the width is an assumption",
            least=0.9,
        ),
        Rate(
            "films shown per session",
            SHOWN,
            SESSION,
            10.0,
            40.0,
            15.7,
            31.0,
            "10 to 20 titles are looked at before interest is lost (Gomez-Uribe and Hunt, 2015); above that assumption",
        ),
    ),
    reward_weights={"completion": 1.0},
    staying={"leave_base": -20.0, "leave_relief": 0.0},
    leaving={"leave_base": 10.0, "leave_relief": 0.0},
)


class RecVideoEnv(RecEnv):
    """Films, where what catches the eye is not what leaves one glad.

    ## Description
    A viewer is shown films. Films with appeal are started; films with lasting value build goodwill, and viewers without goodwill leave. Appeal and value
    are negatively correlated, so the myopic policy burns the goodwill it lives on. Titles, casts and durations are real (Wikidata).

    ## Action Space
    `Discrete(num_items)`: the index of the item to show. With `slate_size=k`, `MultiDiscrete([num_items] * k)`: the items, the top
    position first; what becomes of a second copy of one is told by `invalid_actions`.

    ## Observation Space
    With `observation="flat"` (the default) a float32 `Box` of 4 D + 6 columns, D = `embedding_dim`:

    [observation table]

    [other observations]
    Goodwill, taste and sensitivity are in none of them.

    ## User Model
    Hidden: taste p, goodwill x, sensitivity. For a shown film with latent v, appeal a, quality q, log duration l (over the median):

    1. Utility U = watch_base + affinity_effect p.v + appeal_effect a - fatigue (`users.taste`, `users.memory`).
    2. The film is started with probability sigmoid(U); repeats within `fatigue_window` items tire.
    3. Of a slate, at most one item is chosen by a multinomial logit with the outside option at 0; position r weighs r^-position_bias
       (`users.choice`). The user attends to the chosen item, or to the top one if none is chosen.
    4. A started film is watched to a share with mean sigmoid(0.6 + U / 2 - duration_effect l), a Beta variable (`users.attention`).
    5. A liking click has probability sigmoid(like_base + q + p.v / 2).
    6. Goodwill: x' = x + goodwill_rate (sigmoid(value_effect q) - x) if started, else x' = (1 - goodwill_decay) x (`users.goodwill`).
    7. The viewer leaves with probability sigmoid(leave_base - sensitivity leave_goodwill (2 x' - 1) - leave_relief [started]).
    8. With `drift` > 0 the taste walks; with `trend` > 0 what is in fashion is added to U (`users.trend`).
    9. With `sessions` > 1 users come back (`users.returning`): when a session ends, with probability sigmoid(return_base + return_effect (2 x - 1)), after a
       log-normal gap of gap_median exp(-gap_effect (2 x - 1)) hours in the median; over h hours goodwill goes back to
       where it began by the share 1 - exp(-gap_decay h / 24). What was shown before counts as history then.

    ## Rewards
    The reward is the weighted sum of the signals, each of which is in the info by its name; `reward_weights=` replaces the weights.

    [reward table]

    ## Rates
    [rates]

    ## Starting State
    A person of the population (`split`), with a warm history of `history` films and goodwill `initial_goodwill`.

    ## Episode End
    1. Termination: the user leaves; with `sessions` > 1: a session ends, by leaving or at its `horizon`, and the user does not come back.
    2. Truncation: `horizon` steps have passed, in the last of `sessions`.

    ## Arguments
    [arguments table]

    ## Version History
    * v0: first version.

    ## References
    * Ie et al. (2019), RecSim: long-term satisfaction, whose shipped defaults leave no gap between the myopic and the optimal policy.
    * Zhan et al. (2022), duration bias in watch time.
    * Zannettou et al. (2024), engagement with short videos in 9.2 million views of 347 people. Chen, Zhou and Chiu (2013), 540 million sessions of video on demand.
      Gomez-Uribe and Hunt (2015), the recommender system of Netflix.
    """

    scenario = VIDEO


class RecVideoVectorEnv(RecVectorEnv, VectorEnv):
    """Many viewers of `RecVideoEnv` at once."""

    scenario = VIDEO
