"""Video over several sessions: viewers come back, or do not, for how they were left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gymnasium.vector import VectorEnv

from recgym.core.parameters import parameter
from recgym.envs.video import VIDEO, VideoParameters
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv


@dataclass(frozen=True)
class VideoRetentionParameters(VideoParameters):
    """Numbers of the video retention scenario: sessions are short whatever is shown, and goodwill decides whether there is another one."""

    horizon: int = parameter(20, 1, 1_000_000, "steps", "longest session; reaching it ends the session")
    sessions: int = parameter(
        5, 1, 100, "sessions", "how many sessions an episode spans at most; with 1 nobody comes back"
    )
    leave_base: float = parameter(-2.2, -20.0, 10.0, "log-odds", "leaving, per step")
    leave_goodwill: float = parameter(0.4, 0.0, 20.0, "log-odds", "how much goodwill keeps the user")
    return_effect: float = parameter(2.5, 0.0, 20.0, "log-odds", "how much the slow state brings users back")


VIDEO_RETENTION = replace(VIDEO, name="VideoRetention", parameters=VideoRetentionParameters, rates=())


class RecVideoRetentionEnv(RecEnv):
    """Films over five evenings: what leaves one glad brings one back.

    ## Description
    The viewers of `RecVideo-v0`, over up to `sessions` sessions. They soon leave, whatever is shown; whether and how soon they come back depends on the goodwill
    with which they leave. The myopic policy fills one evening; a planner gives up starts for films that are remembered well, and earns the evenings that follow.

    ## Action Space
    `Discrete(num_items)`: the index of the item to show. With `slate_size=k`, `MultiDiscrete([num_items] * k)`: the items, the top
    position first; what becomes of a second copy of one is told by `invalid_actions`.

    ## Observation Space
    With `observation="flat"` (the default) a float32 `Box` of 4 D + 8 columns, D = `embedding_dim`:

    [observation table]

    [other observations]
    Goodwill, taste and sensitivity are in none of them.

    ## User Model
    As `RecVideo-v0`, with users who come back (`users.returning`). Goodwill x when a session ends, because the viewer leaves or `horizon` is reached:

    1. The viewer comes back with probability sigmoid(return_base + return_effect (2 x - 1)), unless it was the last of `sessions`.
    2. The gap is log-normal: gap_median exp(-gap_effect (2 x - 1)) hours in the median, with spread `gap_spread` of its logarithm.
    3. Over a gap of h hours goodwill goes back to where it began: x' = initial_goodwill + (x - initial_goodwill) exp(-gap_decay h / 24).
    4. What was shown in earlier sessions is history and tires no more; the rates of the session begin anew; the taste stays.
    5. Of a slate, at most one item is chosen by a multinomial logit with the outside option at 0; position r weighs r^-position_bias
       (`users.choice`). The user attends to the chosen item, or to the top one if none is chosen.

    ## Rewards
    The reward is the weighted sum of the signals, each of which is in the info by its name; `reward_weights=` replaces the weights. `returned` and `gap` are told at
    the step with which a session ended; the observation that follows it is that of the next session's beginning.

    [reward table]

    ## Starting State
    A person of the population (`split`), with a warm history of `history` films and goodwill `initial_goodwill`.

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
    * Cai et al. (2023), reinforcement learning of user retention in short video.
    * Halfaker et al. (2015), times between sessions are about log-normal, around a day.
    """

    scenario = VIDEO_RETENTION


class RecVideoRetentionVectorEnv(RecVectorEnv, VectorEnv):
    """Many viewers of `RecVideoRetentionEnv` at once."""

    scenario = VIDEO_RETENTION
