"""E-commerce over several sessions: visitors come back, or do not, for the intent with which they left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gymnasium.vector import VectorEnv

from recgym.core.parameters import parameter
from recgym.envs.ecommerce import ECOMMERCE, EcommerceParameters
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv


@dataclass(frozen=True)
class EcommerceRetentionParameters(EcommerceParameters):
    """Numbers of the e-commerce retention scenario: visits are short whatever is shown, and intent decides whether there is another one."""

    horizon: int = parameter(20, 1, 1_000_000, "steps", "longest session; reaching it ends the session")
    sessions: int = parameter(
        5, 1, 100, "sessions", "how many sessions an episode spans at most; with 1 nobody comes back"
    )
    leave_base: float = parameter(-2.2, -20.0, 10.0, "log-odds", "leaving, per step")
    leave_intent: float = parameter(0.2, 0.0, 20.0, "log-odds", "how much intent keeps the user")
    return_base: float = parameter(0.2, -20.0, 20.0, "log-odds", "coming back, at an intent of 1/2")
    return_effect: float = parameter(1.2, 0.0, 20.0, "log-odds", "how much intent brings users back")


ECOMMERCE_RETENTION = replace(
    ECOMMERCE, name="EcommerceRetention", parameters=EcommerceRetentionParameters, rates=()
)


class RecEcommerceRetentionEnv(RecEnv):
    """A shop over five visits: who leaves inspired comes back, and buys then.

    ## Description
    The visitors of `RecEcommerce-v0`, over up to `sessions` visits. They soon leave, whatever is shown; whether and how soon they come back depends on the intent with
    which they leave. The myopic policy sells what sells now; a planner also inspires those who will not buy today, and sells to them when they are back.

    ## Action Space
    `Discrete(num_items)`: the index of the item to show. With `slate_size=k`, `MultiDiscrete([num_items] * k)`: the items, the top
    position first; what becomes of a second copy of one is told by `invalid_actions`.

    ## Observation Space
    With `observation="flat"` (the default) a float32 `Box` of 4 D + 8 columns, D = `embedding_dim`:

    [observation table]

    [other observations]
    Intent, taste, budget and sensitivities are in none of them.

    ## User Model
    As `RecEcommerce-v0`, with users who come back (`users.returning`). Intent x when a session ends, because the visitor leaves or `horizon` is reached:

    1. The visitor comes back with probability sigmoid(return_base + return_effect (2 x - 1)), unless it was the last of `sessions`.
    2. The gap is log-normal: gap_median exp(-gap_effect (2 x - 1)) hours in the median, with spread `gap_spread` of its logarithm.
    3. Over a gap of h hours intent goes back to where it began: x' = initial_intent + (x - initial_intent) exp(-gap_decay h / 24).
    4. What was shown in earlier sessions is history and tires no more; the rates of the session begin anew; the taste stays.
    5. Of a slate, at most one item is chosen by a multinomial logit with the outside option at 0; position r weighs r^-position_bias
       (`users.choice`). The user attends to the chosen item, or to the top one if none is chosen.

    ## Rewards
    The reward is the weighted sum of the signals, each of which is in the info by its name; `reward_weights=` replaces the weights. `returned` and `gap` are told at
    the step with which a session ended; the observation that follows it is that of the next session's beginning.

    [reward table]

    ## Starting State
    A person of the population (`split`), with the warm history of `history` items that they picked before, and intent `initial_intent`.

    ## Episode End
    1. Termination: the user leaves, or a session reaches its `horizon`, and the user does not come back.
    2. Truncation: the last of `sessions` reaches its `horizon`.

    ## Arguments
    [arguments table]

    ## Version History
    * v0: first version.

    ## References
    * Dupret and Lalmas (2013), absence time as a measure of engagement: good visits are followed by shorter absences.
    * Kapoor, Sun, Srivastava and Ye (2014), return times predicted from the visits before.
    * Halfaker et al. (2015), times between sessions are about log-normal, around a day.
    """

    scenario = ECOMMERCE_RETENTION


class RecEcommerceRetentionVectorEnv(RecVectorEnv, VectorEnv):
    """Many visitors of `RecEcommerceRetentionEnv` at once."""

    scenario = ECOMMERCE_RETENTION
