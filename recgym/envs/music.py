"""Music: a sequence of tracks, with satiation, familiarity and skips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from gymnasium.vector import VectorEnv

from recgym.core.kernel import kernel
from recgym.core.noise import SCENARIO_SLOT, uniform
from recgym.core.parameters import ReturnParameters, parameter
from recgym.core.scenario import IGNORED, SESSION, SHARE, SHOWN, TOPICS, Rate, Scenario, Signal
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.attention import draw_share
from recgym.users.familiarity import exposure_effect, plays_remembered
from recgym.users.returning import left_after_gap
from recgym.users.satiation import expose, feel_redundancy, satiation_of
from recgym.users.taste import taste_affinity

_LISTENED = 0
_FULL_LISTEN, _SKIPPED_LISTEN = (
    0.95,
    0.2,
)  # mean share of a track that is heard, when it is kept and when it is skipped


@dataclass(frozen=True)
class MusicParameters(ReturnParameters):
    """Numbers of the music scenario."""

    listen_base: float = parameter(
        -1.2, -10.0, 10.0, "log-odds", "listening to a track of average appeal and no affinity"
    )
    affinity_effect: float = parameter(5.0, 0.0, 20.0, "log-odds", "log-odds per unit of affinity")
    appeal_effect: float = parameter(
        0.3, -10.0, 10.0, "log-odds", "log-odds per standard deviation of appeal"
    )
    satiation_effect: float = parameter(0.5, 0.0, 20.0, "log-odds", "log-odds lost per unit of satiation")
    satiation_retention: float = parameter(0.85, 0.0, 0.999, "share", "satiation that is left after a step")
    skip_exposure: float = parameter(0.4, 0.0, 1.0, "share", "how much a skipped track satiates")
    familiarity_bonus: float = parameter(0.4, 0.0, 10.0, "log-odds", "gain of a track that is familiar")
    familiarity_wear: float = parameter(
        2.0, 0.0, 20.0, "log-odds", "loss per unit of activation above the threshold"
    )
    wear_threshold: float = parameter(
        0.5, 0.0, 10.0, "activation", "activation above which a track wears out"
    )
    memory_decay: float = parameter(
        0.5, 0.0, 3.0, "exponent", "activation of a play falls as lag to the power of minus this"
    )
    redundancy_memory: float = parameter(
        0.8, 0.0, 0.999, "share", "felt redundancy that is left after a step"
    )
    leave_base: float = parameter(-3.2, -20.0, 10.0, "log-odds", "leaving, per step")
    leave_redundancy: float = parameter(12.0, 0.0, 40.0, "log-odds", "how much felt redundancy drives away")
    leave_relief: float = parameter(0.6, -10.0, 10.0, "log-odds", "how much listening keeps the user")
    return_base: float = parameter(
        -4.0, -20.0, 20.0, "log-odds", "coming back, at a slow state of 1/2; it is 1 less felt redundancy"
    )
    return_effect: float = parameter(6.0, 0.0, 20.0, "log-odds", "how much the slow state brings users back")


@kernel
def begin(user, centroids, parameters):
    """Nobody is satiated when a session begins."""
    user.slow = 1.0


@kernel
def utility(user, item, parameters):
    """Log-odds that the track is not skipped."""
    plays = plays_remembered(user, item.index, parameters.memory_decay)
    return (
        parameters.listen_base
        + parameters.affinity_effect * taste_affinity(user, item, parameters)
        + parameters.appeal_effect * item.appeal
        - parameters.satiation_effect * satiation_of(user.satiation, item.topics)
        + exposure_effect(
            plays, parameters.familiarity_bonus, parameters.familiarity_wear, parameters.wear_threshold
        )
    )


@kernel
def transition(user, item, outcome, signals, parameters):
    """Exposure satiates; satiation is felt; what is felt drives away, and is what the slow state lacks."""
    weight = 1.0 if outcome > 0 else parameters.skip_exposure
    expose(user.satiation, item.topics, parameters.satiation_retention, weight)
    now = satiation_of(user.satiation, item.topics)
    user.felt = feel_redundancy(user.felt, now, parameters.satiation_retention, parameters.redundancy_memory)
    user.slow = 1.0 - user.felt
    driven = parameters.leave_redundancy * user.sensitivity * user.felt
    return parameters.leave_base + driven - (parameters.leave_relief if outcome > 0 else 0.0)


@kernel
def expect(user, item, outcome, parameters, signals):
    """The mean share of the track that is heard."""
    signals[_LISTENED] = _FULL_LISTEN if outcome > 0 else _SKIPPED_LISTEN


@kernel
def emit(user, item, outcome, parameters, signals):
    """Draws the share of the track that is heard."""
    expect(user, item, outcome, parameters, signals)
    signals[_LISTENED] = draw_share(signals[_LISTENED], uniform(user.key, user.t, SCENARIO_SLOT))


@kernel
def burden(user, item, parameters):
    """The redundancy that showing the item adds."""
    share = 1.0 - parameters.satiation_retention
    return share * satiation_of(user.satiation, item.topics)


@kernel
def rest(user, hours, parameters):
    """Satiation fades as the slow state does, and what is felt of it is what the slow state lacks."""
    left = np.float32(left_after_gap(hours, parameters))
    for k in range(TOPICS):
        user.satiation[k] *= left
    user.felt *= left


MUSIC = Scenario(
    name="Music",
    catalogue="tracks",
    parameters=MusicParameters,
    user_fields=(("satiation", "f4", (TOPICS,)), ("felt", "f8")),
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    transition=transition,
    emit=emit,
    expect=expect,
    burden=burden,
    rest=rest,
    signals=(Signal("listened", SHARE, "share of the track that was heard"),),
    rates=(
        Rate(
            "skips per track played",
            IGNORED,
            SHOWN,
            0.2,
            0.75,
            0.69,
            0.25,
            "48.6 % of plays are skipped (Lamere, 2014); the width is an assumption",
        ),
        Rate(
            "tracks played per session",
            SHOWN,
            SESSION,
            10.0,
            20.0,
            13.7,
            13.0,
            "sessions of 10 to 20 tracks, skipped ones included (Brost, Mehrotra and Jehan, 2019)",
        ),
    ),
    reward_weights={"click": 1.0},
    staying={"leave_base": -20.0, "leave_relief": 0.0, "leave_redundancy": 0.0},
    leaving={"leave_base": 10.0, "leave_relief": 0.0},
    planner="index",
)


class RecMusicEnv(RecEnv):
    """Tracks in a row: more of the same is liked at once, and tires soon.

    ## Description
    A player chooses the next track. Listeners keep what is near their taste and what is familiar; every play satiates its topics, satiation lowers the appetite for
    them, and felt repetition ends sessions. The myopic policy plays the favourite topic until the listener is gone. Tracks are real (the Chinook database).

    ## Action Space
    `Discrete(num_items)`: the index of the item to show. With `slate_size=k`, `MultiDiscrete([num_items] * k)`: the items, the top
    position first; what becomes of a second copy of one is told by `invalid_actions`.

    ## Observation Space
    With `observation="flat"` (the default) a float32 `Box` of 4 D + 4 columns, D = `embedding_dim`:

    [observation table]

    [other observations]
    Satiation, felt redundancy, taste and sensitivity are in none of them.

    ## User Model
    Hidden: taste p, satiation s (one number per topic), felt redundancy F, sensitivity. For a track with latent v, appeal a and topics w:

    1. Utility U = listen_base + affinity_effect p.v + appeal_effect a - satiation_effect s.w + familiarity (`users.satiation`).
    2. Familiarity is familiarity_bonus tanh(B) - familiarity_wear max(B - wear_threshold, 0), B = ln(1 + sum over remembered plays of
       lag^-memory_decay), the warm history included (`users.familiarity`).
    3. Of a slate, at most one item is chosen by a multinomial logit with the outside option at 0; position r weighs r^-position_bias
       (`users.choice`). The user attends to the chosen item, or to the top one if none is chosen. A click is a track that is not skipped.
    4. A kept track is heard to 95 % on average, a skipped one to 20 %. A liking click has probability sigmoid(like_base + q + p.v / 2).
    5. Satiation: s' = satiation_retention s + w (1 if kept, else skip_exposure).
    6. F' = redundancy_memory F + (1 - redundancy_memory)(1 - satiation_retention) s'.w.
    7. The listener leaves with probability sigmoid(leave_base + sensitivity leave_redundancy F' - leave_relief [kept]).
    8. With `drift` > 0 the taste walks; with `trend` > 0 what is in fashion is added to U (`users.trend`).
    9. With `sessions` > 1 users come back (`users.returning`): when a session ends, with probability sigmoid(return_base + return_effect (2 x - 1)), after a
       log-normal gap of gap_median exp(-gap_effect (2 x - 1)) hours in the median; x is 1 - F, and over h hours F and s
       shrink to the share exp(-gap_decay h / 24). What was shown before counts as history then.

    ## Rewards
    The reward is the weighted sum of the signals, each of which is in the info by its name; `reward_weights=` replaces the weights.

    [reward table]

    ## Rates
    [rates]

    ## Starting State
    A person of the population (`split`), with a warm history of `history` tracks; nobody is satiated.

    ## Episode End
    1. Termination: the user leaves; with `sessions` > 1: a session ends, by leaving or at its `horizon`, and the user does not come back.
    2. Truncation: `horizon` steps have passed, in the last of `sessions`.

    ## Arguments
    [arguments table]

    ## Version History
    * v0: first version.

    ## References
    * Leqi, Kilinc-Karzan, Lipton and Montgomery (2021), rebounding bandits: satiation alone leaves the greedy policy near optimal; here it ends sessions.
    * Anderson and Schooler (1991), base-level activation. Zajonc (1968), mere exposure; Berlyne (1970), wear-out.
    * Lamere (2014), skips in several billion plays. Brost, Mehrotra and Jehan (2019), the Music Streaming Sessions Dataset, which leaves shorter sessions out and cuts longer ones.
    """

    scenario = MUSIC


class RecMusicVectorEnv(RecVectorEnv, VectorEnv):
    """Many listeners of `RecMusicEnv` at once."""

    scenario = MUSIC
