"""Bandit: ten arms and a short memory, small enough for a table of values."""

from __future__ import annotations

from dataclasses import dataclass

from gymnasium.vector import VectorEnv

from recgym.core.parameters import MEMORY, parameter
from recgym.core.scenario import Scenario
from recgym.envs.control import ControlParameters, begin, transition, utility
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.taste import taste_affinity


@dataclass(frozen=True)
class BanditParameters(ControlParameters):
    """Numbers of the bandit scenario: as the control scenario's, with fatigue and with items that please most users."""

    click_base: float = parameter(
        -0.5, -10.0, 10.0, "log-odds", "click on an item of average appeal and no affinity"
    )
    affinity_effect: float = parameter(3.0, 0.0, 20.0, "log-odds", "click log-odds per unit of affinity")
    appeal_effect: float = parameter(
        0.8, -10.0, 10.0, "log-odds", "click log-odds per standard deviation of appeal"
    )
    history: int = parameter(5, 0, MEMORY, "items", "warm history that a user brings; 0 is a cold start")
    fatigue: float = parameter(3.0, 0.0, 20.0, "log-odds", "penalty of an arm that was shown just before")
    fatigue_window: int = parameter(3, 1, 32, "items", "after so many other items the penalty is gone")


BANDIT = Scenario(
    name="Bandit",
    catalogue="films",
    parameters=BanditParameters,
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    transition=transition,
    reward_weights={"click": 1.0},
    staying={"leave_base": -20.0, "leave_relief": 0.0},
    certificate="none",
    leaving={"leave_base": 10.0, "leave_relief": 0.0},
)


class RecBanditEnv(RecEnv):
    """Ten arms that tire: small enough for a table of values.

    ## Description
    Ten films, and a state that is the last items seen plus the current one: the smallest problem of the suite, for bandits and tabular Q-learning. It is the
    control scenario with fatigue: an arm that was shown lately is less welcome.

    ## Action Space
    `Discrete(num_items)`: the index of the item to show. With `slate_size=k`, `MultiDiscrete([num_items] * k)`: the items, the top
    position first; what becomes of a second copy of one is told by `invalid_actions`.

    ## Observation Space
    With `observation="flat"` (the default) a float32 `Box` of 4 D + 4 columns, D = `embedding_dim`:

    [observation table]

    [other observations]
    The taste is in none of them.

    ## User Model
    As `RecControl-v0`, with `fatigue` and a short `fatigue_window`. Users bring 5 items of history. The id is registered with `num_items=10` and `sequence_length=3`: with
    `observation="items"` the observation is the last three items, the current one last, (num_items + 1)^3 = 1,331 states. With `num_users=1` and `history=0`, too, they tell all that decides,
    and `recgym.oracles.enumeration` solves the environment exactly, fatigue included, which the planner of the certificate leaves out.
    3. Of a slate, at most one item is chosen by a multinomial logit with the outside option at 0; position r weighs r^-position_bias
       (`users.choice`). The user attends to the chosen item, or to the top one if none is chosen.

    ## Rewards
    The reward is the weighted sum of the signals, each of which is in the info by its name; `reward_weights=` replaces the weights.

    [reward table]

    ## Starting State
    A person of the population (`split`), with a warm history.

    ## Episode End
    1. Termination: the user leaves.
    2. Truncation: `horizon` steps have passed.

    ## Arguments
    [arguments table]

    ## Version History
    * v0: first version.

    ## References
    * Sutton and Barto (2018), tabular Q-learning and SARSA.
    """

    scenario = BANDIT


class RecBanditVectorEnv(RecVectorEnv, VectorEnv):
    """Many users of `RecBanditEnv` at once."""

    scenario = BANDIT
