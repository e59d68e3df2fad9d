"""Podcasts: a day has so many hours, and what was heard to its end does not come back.

A scenario that lives outside of recgym: this file is all of it. Importing it registers `RecPodcast-v0`; `gym.make("podcast:RecPodcast-v0")` does
both. It needs what the shipped scenarios do without: a clock that runs by what is consumed, availability per user, state per creator, and a
transition that is driven by a drawn amount.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gymnasium.vector import VectorEnv

import recgym
from recgym.core.kernel import kernel
from recgym.core.noise import SCENARIO_SLOT, normal, uniform
from recgym.core.parameters import FatigueParameters, parameter
from recgym.core.scenario import ContextFeature, Scenario, Signal
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.attention import draw_share
from recgym.users.choice import sigmoid
from recgym.users.goodwill import approach
from recgym.users.memory import fatigue
from recgym.users.taste import taste_affinity

_SAMPLED, _FINISHED = 1, 2  # outcomes; 0 is ignored
_ENJOYMENT = 0  # the signal
_SPENT = 0  # the context feature
SHOWS, EPISODES = (
    64,
    64,
)  # loyalties that a listener holds; finished episodes that are told apart, as many as steps
_GLANCE_HOURS, _SAMPLED_SHARE, _TYPICAL_HOURS = 0.01, 0.3, 0.25
_TRAITS = 1


@dataclass(frozen=True)
class PodcastParameters(FatigueParameters):
    """Numbers of the podcast scenario."""

    horizon: int = parameter(40, 1, EPISODES, "steps", "longest session; reaching it truncates the episode")
    appeal_quality: float = parameter(0.0, -1.0, 1.0, "correlation", "correlation of appeal with quality")
    play_base: float = parameter(
        -0.5, -10.0, 10.0, "log-odds", "playing an episode of average appeal and no affinity"
    )
    affinity_effect: float = parameter(4.0, 0.0, 20.0, "log-odds", "log-odds per unit of affinity")
    appeal_effect: float = parameter(
        0.6, -10.0, 10.0, "log-odds", "log-odds per standard deviation of appeal"
    )
    loyalty_effect: float = parameter(
        3.0, 0.0, 20.0, "log-odds", "log-odds of a show that is dear to the listener"
    )
    loyalty_rate: float = parameter(
        0.3, 0.0, 1.0, "1/play", "how fast loyalty moves to the enjoyment of an episode"
    )
    duration_stretch: float = parameter(1.5, 0.0, 5.0, "exponent", "how unlike in length episodes are")
    budget: float = parameter(1.0, 0.1, 24.0, "hours", "time that a typical listener has")
    budget_spread: float = parameter(0.4, 0.0, 2.0, "log", "spread of the listeners' time")
    leave_base: float = parameter(
        -4.0, -20.0, 10.0, "log-odds", "leaving, per step, with all of the time left"
    )
    leave_spent: float = parameter(
        3.0, 0.0, 20.0, "log-odds", "how much spending all of the time drives away"
    )


@kernel
def begin(user, centroids, parameters):
    """Draws the time that the listener has."""
    user.budget = parameters.budget * math.exp(parameters.budget_spread * normal(user.key, _TRAITS, 2))


@kernel
def length_of(item, parameters):
    """Returns the hours that an episode takes."""
    return _TYPICAL_HOURS * math.exp(parameters.duration_stretch * item.log_duration)


@kernel
def hours(item, outcome, parameters):
    """What is heard takes its time."""
    if outcome == _FINISHED:
        return length_of(item, parameters)
    return _SAMPLED_SHARE * length_of(item, parameters) if outcome == _SAMPLED else _GLANCE_HOURS


@kernel
def available(user, item, parameters):
    """Until it was heard to its end."""
    gone = False
    for place in range(user.num_finished):
        gone |= user.finished[place] == item.index
    return not gone


@kernel
def utility(user, item, parameters):
    """Log-odds that the episode is played."""
    return (
        parameters.play_base
        + parameters.affinity_effect * taste_affinity(user, item, parameters)
        + parameters.appeal_effect * item.appeal
        + parameters.loyalty_effect * user.loyalty[item.group % SHOWS]
        - fatigue(user, item.index, parameters.fatigue, parameters.fatigue_window)
    )


@kernel
def outcome_probabilities(user, item, parameters, probability):
    """Good episodes are heard to their end."""
    probability[_FINISHED] = sigmoid(item.quality)
    probability[_SAMPLED] = 1.0 - probability[_FINISHED]


@kernel
def expect(user, item, outcome, parameters, signals):
    """The mean enjoyment."""
    signals[_ENJOYMENT] = (
        sigmoid(item.quality) * (0.2 if outcome == _SAMPLED else 0.8) if outcome > 0 else 0.0
    )


@kernel
def emit(user, item, outcome, parameters, signals):
    """Draws how much the episode was enjoyed."""
    expect(user, item, outcome, parameters, signals)
    if outcome > 0:
        signals[_ENJOYMENT] = draw_share(signals[_ENJOYMENT], uniform(user.key, user.t, SCENARIO_SLOT))


@kernel
def transition(user, item, outcome, signals, parameters):
    """Loyalty to the show follows what was enjoyed; the less time is left, the likelier the listener goes."""
    if outcome > 0:
        show = item.group % SHOWS
        user.loyalty[show] = approach(user.loyalty[show], signals[_ENJOYMENT], parameters.loyalty_rate)
    if outcome == _FINISHED and user.num_finished < EPISODES:
        user.finished[user.num_finished] = item.index
        user.num_finished += 1
    spent = (user.hour + hours(item, outcome, parameters)) / user.budget
    return parameters.leave_base + parameters.leave_spent * user.sensitivity * min(spent, 4.0)


@kernel
def observe(user, item, parameters, context):
    """The hours that were heard so far, which the player knows; not the time that the listener has."""
    context[_SPENT] = min(1.0, user.hour / 24.0)


@kernel
def burden(user, item, parameters):
    """The share of the listener's time that the episode is expected to take."""
    heard = sigmoid(item.quality) * (1.0 - _SAMPLED_SHARE) + _SAMPLED_SHARE
    return sigmoid(utility(user, item, parameters)) * heard * length_of(item, parameters) / user.budget


PODCAST = Scenario(
    name="Podcast",
    catalogue="tracks",
    parameters=PodcastParameters,
    user_fields=(
        ("budget", "f8"),
        ("loyalty", "f4", (SHOWS,)),
        ("finished", "i4", (EPISODES,)),
        ("num_finished", "i4"),
    ),
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    outcome_probabilities=outcome_probabilities,
    transition=transition,
    emit=emit,
    expect=expect,
    observe=observe,
    available=available,
    availability="user",
    hours=hours,
    burden=burden,
    signals=(Signal("enjoyment", "0 to 1", "how much the episode was enjoyed"),),
    context=(ContextFeature("spent", 0.0, 1.0, "hours heard in this session, over 24"),),
    reward_weights={"click": 0.3, "enjoyment": 1.0},
    outcomes=3,
    planner="index",
    staying={"leave_base": -20.0, "leave_spent": 0.0},
    leaving={"leave_base": 10.0},
)


class RecPodcastEnv(RecEnv):
    """Episodes in a row: long ones use up the listener's time, good ones bind to their show, and finished ones are gone.

    ## Description
    A player chooses the next episode. The myopic policy plays what is enjoyed most, however long it takes; the planner knows what an hour is worth.

    ## Observation Space
    [observation table]

    [other observations]

    ## Rewards
    [reward table]

    ## Arguments
    [arguments table]
    """

    scenario = PODCAST


class RecPodcastVectorEnv(RecVectorEnv, VectorEnv):
    """Many listeners of `RecPodcastEnv` at once."""

    scenario = PODCAST


recgym.register("RecPodcast-v0", f"{__name__}:RecPodcastEnv", horizon=40)
