"""Control: no slow state, so the myopic policy is optimal."""

from __future__ import annotations

from dataclasses import dataclass

from gymnasium.vector import VectorEnv

from recgym.core.kernel import kernel
from recgym.core.parameters import FatigueParameters, parameter
from recgym.core.scenario import Scenario
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.memory import fatigue
from recgym.users.taste import taste_affinity


@dataclass(frozen=True)
class ControlParameters(FatigueParameters):
    """Numbers of the control scenario."""

    fatigue: float = parameter(
        0.0, 0.0, 20.0, "log-odds", "penalty of an item that was shown just before; 0 keeps it memoryless"
    )
    click_base: float = parameter(
        -1.2, -10.0, 10.0, "log-odds", "click on an item of average appeal and no affinity"
    )
    affinity_effect: float = parameter(4.0, 0.0, 20.0, "log-odds", "click log-odds per unit of affinity")
    appeal_effect: float = parameter(
        0.6, -10.0, 10.0, "log-odds", "click log-odds per standard deviation of appeal"
    )
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
def transition(user, item, outcome, signals, parameters):
    """Nothing changes but whether a click keeps the user, more or less so by sensitivity."""
    return parameters.leave_base - (parameters.leave_relief * user.sensitivity if outcome > 0 else 0.0)


CONTROL = Scenario(
    name="Control",
    catalogue="films",
    parameters=ControlParameters,
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    transition=transition,
    reward_weights={"click": 1.0},
    staying={"leave_base": -20.0, "leave_relief": 0.0},
    certificate="control",
    leaving={"leave_base": 10.0, "leave_relief": 0.0},
)


class RecControlEnv(RecEnv):
    """The negative control: nothing that is shown has a consequence beyond its own step.

    ## Description
    Users click or not, and leave or not. There is no slow state and no fatigue, so the myopic policy is optimal, and an agent that seems to gain from planning here
    shows a fault in the experiment.

    ## Action Space
    `Discrete(num_items)`: the index of the item to show. With `slate_size=k`, `MultiDiscrete([num_items] * k)`: the items, the top
    position first; what becomes of a second copy of one is told by `invalid_actions`.

    ## Observation Space
    With `observation="flat"` (the default) a float32 `Box` of 4 D + 4 columns, D = `embedding_dim`:

    [observation table]

    [other observations]
    The taste is in none of them.

    ## User Model
    1. Utility U = click_base + affinity_effect p.v + appeal_effect a - fatigue, with `fatigue` 0 unless it is given.
    2. A click has probability sigmoid(U).
    3. Of a slate, at most one item is chosen by a multinomial logit with the outside option at 0; position r weighs r^-position_bias
       (`users.choice`). The user attends to the chosen item, or to the top one if none is chosen.
    4. A liking click has probability sigmoid(like_base + q + p.v / 2).
    5. The user leaves with probability sigmoid(leave_base - sensitivity leave_relief [click]).

    ## Rewards
    The reward is the weighted sum of the signals, each of which is in the info by its name; `reward_weights=` replaces the weights.

    [reward table]

    ## Starting State
    A person of the population (`split`), with a warm history of `history` films.

    ## Episode End
    1. Termination: the user leaves.
    2. Truncation: `horizon` steps have passed.

    ## Arguments
    [arguments table]

    ## Version History
    * v0: first version.

    ## References
    * Ie et al. (2019), RecSim, whose default long-term environment is such a control unawares.
    """

    scenario = CONTROL


class RecControlVectorEnv(RecVectorEnv, VectorEnv):
    """Many users of `RecControlEnv` at once."""

    scenario = CONTROL
