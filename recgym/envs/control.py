"""Control: no slow state, so the myopic policy is optimal."""

from __future__ import annotations

from dataclasses import dataclass

from recgym.core.kernel import kernel
from recgym.core.parameters import Parameters, parameter
from recgym.core.scenario import Scenario
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.memory import fatigue
from recgym.users.taste import taste_affinity


@dataclass(frozen=True)
class ControlParameters(Parameters):
    """Numbers of the control scenario."""

    fatigue: float = parameter(0.0, 0.0, 20.0, "log-odds", "penalty of an item that was shown just before; 0 keeps it memoryless")
    click_base: float = parameter(-0.5, -10.0, 10.0, "log-odds", "click on an item of average appeal and no affinity")
    affinity_effect: float = parameter(3.0, 0.0, 20.0, "log-odds", "click log-odds per unit of affinity")
    appeal_effect: float = parameter(0.8, -10.0, 10.0, "log-odds", "click log-odds per standard deviation of appeal")
    leave_base: float = parameter(-3.0, -20.0, 10.0, "log-odds", "leaving, per step")
    leave_relief: float = parameter(0.5, -10.0, 10.0, "log-odds", "how much a click keeps the user")


@kernel
def begin(user, centroids, parameters):
    """There is nothing to begin with."""


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
def transition(user, item, outcome, parameters):
    """Nothing changes but whether a click keeps the user."""
    return parameters.leave_base - (parameters.leave_relief if outcome > 0 else 0.0)


CONTROL = Scenario(
    name="Control",
    summary="The negative control: nothing that is shown has a consequence beyond its own step.",
    catalogue="films",
    parameters=ControlParameters,
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    transition=transition,
    reward_weights={"click": 1.0},
)


class RecControlEnv(RecEnv):
    """No slow state."""

    scenario = CONTROL


class RecControlVectorEnv(RecVectorEnv):
    """Many users of `RecControlEnv` at once."""

    scenario = CONTROL
