"""Bandit: ten arms and a short memory, small enough for a table of values."""

from __future__ import annotations

from dataclasses import dataclass

from recgym.core.parameters import parameter
from recgym.core.scenario import Scenario
from recgym.envs.control import ControlParameters, begin, transition, utility
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.taste import taste_affinity


@dataclass(frozen=True)
class BanditParameters(ControlParameters):
    """Numbers of the bandit scenario: those of the control scenario, with fatigue."""

    fatigue: float = parameter(3.0, 0.0, 20.0, "log-odds", "penalty of an arm that was shown just before")
    fatigue_window: int = parameter(3, 1, 32, "items", "after so many other items the penalty is gone")


BANDIT = Scenario(
    name="Bandit",
    summary="Ten arms that tire: the state is the last items seen and the current one.",
    catalogue="films",
    parameters=BanditParameters,
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    transition=transition,
    reward_weights={"click": 1.0},
)


class RecBanditEnv(RecEnv):
    """Ten arms."""

    scenario = BANDIT


class RecBanditVectorEnv(RecVectorEnv):
    """Many users of `RecBanditEnv` at once."""

    scenario = BANDIT
