"""Plays one session per user with a policy: the same users and the same luck for every policy, and every action checked.

A *policy* is public: a function ``(observations, masks) -> actions``, or an agent. An *oracle* may look at hidden state: a function of
`recgym.sessions.sessions.Sessions`. They come in by different doors, `play` and `play_oracle`, so that no policy is ever handed what it must not
see.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import gymnasium as gym
import numpy as np

from recgym.core.arguments import shortened, whole_number
from recgym.core.parameters import MEMORY
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.session_log import SessionLog
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import Setup, setup_of
from recgym.task.actions import NOTHING, ActionMeaning
from recgym.task.agreement import check_fit
from recgym.task.task import Task

Policy = Callable[[Any, np.ndarray], Any]
"""(observations of N sessions, masks (N, I) int8 of what is available) -> items (N,), or slates (N, K)."""
Oracle = Callable[[Sessions], Any]
"""Running sessions, hidden state included -> items (N,), or slates (N, K)."""
_VALIDATION = "validation"
"""Split of the users by whom models are chosen; no environment takes it."""


@runtime_checkable
class ActsOnBatches(Protocol):
    """What is asked of an agent. If it has ``begin(rows)``, too, it is called when the sessions begin, with ``numpy.arange(N)``."""

    def act(self, observations: Any, masks: np.ndarray) -> Any:
        """Returns items (N,), or slates (N, K)."""


def play(
    env_or_id: Any,
    policy: Policy | ActsOnBatches,
    *,
    num_sessions: int = 1_000,
    seed: int = 0,
    split: str | None = "test",
    invalid_actions: str = "error",
    privileged: bool = False,
    **arguments: Any,
) -> SessionLog:
    """Plays sessions with a policy or an agent. An agent observes in the form that its task names, and what it draws begins with ``seed``.

    Args:
        env_or_id: An id, or an environment, single or vector, which is neither reset nor stepped.
        policy: A function ``(observations, masks) -> actions``, or an agent. What it chooses for sessions that are over is not looked at.
        num_sessions: N, one session per user.
        seed: Of the users and their luck; see `session_seeds`.
        split: ``"test"`` for held-out users, ``"train"``, or ``None`` for those of the environment.
        invalid_actions: What becomes of an item that is not available, or that is in the slate already: ``"error"`` refuses it, ``"repair"`` and
            ``"empty"`` as in `recgym.task.actions.INVALID_ACTIONS`.
        privileged: Whether the policy may read what is hidden of users (`recgym.task.layout.PRIVILEGED`).
        **arguments: For the environment, with an id.

    Raises:
        TypeError: for actions that are not whole numbers, or something that is not an environment or a policy.
        ValueError: for actions that are not allowed, naming the row and the step; for arguments out of range; for a policy that reads what is hidden,
            unless it may.
    """
    setup = evaluated_setup(env_or_id, split, **arguments)
    return rollout_of_policy(
        setup, policy, num_sessions, seed, privileged=privileged, invalid_actions=invalid_actions
    )


def play_validation(
    env_or_id: Any,
    policy: Policy | ActsOnBatches,
    *,
    num_sessions: int = 200,
    seed: int = 0,
    purpose: Purpose = Purpose.VALIDATION,
    privileged: bool = False,
    **arguments: Any,
) -> SessionLog:
    """Plays sessions of validation users, by whom models and options are chosen: they are neither among those that are trained on nor among those of `play`.

    Args:
        env_or_id: As for `play`.
        policy: As for `play`. An item that is not available gives way to the nearest one, as in training.
        num_sessions: N, one session per user.
        seed: Of the users and their luck.
        purpose: Whether the sessions choose among the models of a training, or options for trainings (`Purpose.TUNING`): their luck differs.
        privileged: As for `play`.
        **arguments: For the environment, with an id.
    """
    setup = evaluated_setup(env_or_id, _VALIDATION, **arguments)
    return rollout_of_policy(
        setup, policy, num_sessions, seed, privileged=privileged, purpose=purpose, invalid_actions="repair"
    )


def play_oracle(
    env_or_id: Any,
    oracle: Oracle,
    *,
    num_sessions: int = 1_000,
    seed: int = 0,
    split: str | None = "test",
    invalid_actions: str = "error",
    **arguments: Any,
) -> SessionLog:
    """Plays sessions with an oracle, a function of the running sessions that may look at hidden state. Else as `play`."""
    setup = evaluated_setup(env_or_id, split, **arguments)
    return rollout(setup, oracle, num_sessions, seed, invalid_actions=invalid_actions)


def rollout_of_policy(
    setup: Setup,
    policy: Policy | ActsOnBatches,
    num_sessions: int,
    seed: int,
    *,
    privileged: bool,
    **options: Any,
) -> SessionLog:
    """Plays sessions with a policy or an agent; see `play`, and `rollout` for the options.

    What an agent draws by its ``generator``, if that can be replaced, comes from a generator of these sessions, and the agent has its own again afterwards: measuring it twice gives the same
    sessions, and measuring it during training does not change what it learns.
    """
    seen, choose = observed_by(setup, policy, privileged), chooser_of(policy)
    own = getattr(policy, "generator", None)
    if not isinstance(own, np.random.Generator):
        return rollout(seen, choose, num_sessions, seed, **options)
    agent: Any = policy
    try:
        agent.generator = np.random.default_rng(seed_for(Purpose.POLICY, seed))
    except AttributeError:  # it may only be read
        return rollout(seen, choose, num_sessions, seed, **options)
    try:
        return rollout(seen, choose, num_sessions, seed, **options)
    finally:
        agent.generator = own


def rollout(
    setup: Setup,
    choose: Oracle,
    num_sessions: int,
    seed: int,
    *,
    purpose: Purpose = Purpose.EVALUATION,
    invalid_actions: str = "error",
) -> SessionLog:
    """Plays sessions: the one loop behind `play`, `play_oracle`, `recgym.evaluate` and the certificates.

    Args:
        setup: Of the environment.
        choose: Running sessions -> actions; `chooser_of` makes one of a policy. If it has ``watch(feedback, idle)``, that is called after each step.
        num_sessions: N.
        seed: Of the users and their luck.
        purpose: What the sessions are for; numbers that were tuned on sessions are not measured on the same ones.
        invalid_actions: A key of `recgym.task.actions.INVALID_ACTIONS`.

    Raises:
        TypeError: for actions that are not whole numbers.
        ValueError: for actions that are not allowed.
    """
    size, slate, horizon = whole_number("num_sessions", num_sessions, 1), setup.slate_size, setup.horizon
    seeds = session_seeds(setup, size, seed, purpose=purpose)
    sessions = begin_sessions(setup, seeds, invalid_actions=invalid_actions)
    histories = sessions.recent(MEMORY)[0].astype(np.int64) - 1  # 0 is no item
    people = hashlib.sha256(sessions.users.tobytes()).hexdigest()
    names = setup.signal_names
    watch = getattr(choose, "watch", None)
    over = sessions.over
    rewards, running = np.zeros((size, horizon)), np.zeros((size, horizon), np.bool_)
    actions, shown = np.full((2, size, horizon, slate), NOTHING, np.int64)
    attended = np.full((size, horizon), NOTHING, np.int64)
    signals = np.zeros((len(names), size, horizon))
    for step in range(horizon):
        chosen = _checked(setup.actions, choose(sessions), over, step)
        try:
            feedback = sessions.step(chosen, over)
        except ValueError as error:
            raise ValueError(f"Step {step}: {error}") from error
        rows = ~over
        running[:, step] = rows
        rewards[:, step] = feedback.rewards
        signals[:, :, step] = feedback.signals
        actions[rows, step] = chosen[rows]
        shown[rows, step] = feedback.shown[rows]
        attended[rows, step] = feedback.attended[rows]
        if watch is not None:
            watch(feedback, over.copy())
        over |= feedback.terminated | feedback.truncated
        if over.all():
            break
    signals_by_name = dict(zip(names, signals, strict=True))
    return SessionLog(
        setup.task, rewards, running, actions, shown, attended, signals_by_name, seeds, histories, people
    )


def session_seeds(
    setup: Setup, num_sessions: int, seed: int, *, purpose: Purpose = Purpose.EVALUATION
) -> np.ndarray:
    """Returns the seeds (N,) int64 of the sessions that are played: session i is the one that ``env.reset(seed=seeds[i])`` begins.

    They depend on the purpose and the world's seed, too: what is measured is not what was trained or tuned on, and two worlds do not share their luck.

    Args:
        setup: Of the environment.
        num_sessions: N.
        seed: At least 0.
        purpose: What the sessions are for.
    """
    first = seed_for(purpose, whole_number("seed", seed, 0), setup.world.world_seed)
    return first + np.arange(num_sessions, dtype=np.int64)


def begin_sessions(setup: Setup, seeds: np.ndarray, *, invalid_actions: str = "error") -> Sessions:
    """Begins sessions in which row i meets the user and the luck of ``env.reset(seed=seeds[i])``."""
    sessions = Sessions(setup, len(seeds), invalid_actions=invalid_actions)
    for row, row_seed in enumerate(seeds.tolist()):
        sessions.seed(row, np.random.Generator(np.random.PCG64(row_seed)))
    sessions.begin(np.arange(len(seeds)))
    return sessions


def observed_by(setup: Setup, policy: Any, privileged: bool) -> Setup:
    """Returns the setup with observations in the form that an agent was made for, which its task tells; for anything else as it is.

    Raises:
        ValueError: if it was made for other items or slates, or would see what is hidden of users, and may not.
    """
    task = getattr(policy, "task", None)
    seen = setup
    if isinstance(task, Task):
        check_fit(task, setup.task, "A policy", observed=False)
        seen = setup.with_layout_of(task.layout)
    if not privileged:
        seen.layout.check_public("A policy", "pass privileged=True")
    return seen


def chooser_of(policy: Policy | ActsOnBatches) -> Oracle:
    """Returns a policy or an agent as the function of sessions that `rollout` takes. It passes observations and masks on, and nothing else.

    Raises:
        TypeError: if it is neither.
    """
    begin = None
    if isinstance(policy, ActsOnBatches):
        act: Policy = policy.act
        begin = getattr(policy, "begin", None)
    elif callable(policy):
        act = policy
    else:
        raise TypeError(
            f"{shortened(policy)} is no policy. Pass a function (observations, masks) -> actions, or an agent with act(observations, masks). A model of "
            "Stable-Baselines3 becomes one by lambda observations, masks: model.predict(observations, deterministic=True)[0]."
        )
    _check_arguments(act)

    def choose(sessions: Sessions) -> Any:
        if begin is not None and not (sessions.users["t"].any() or sessions.users["session"].any()):
            begin(np.arange(sessions.size))
        return act(
            sessions.observe(), np.array(sessions.masks())
        )  # a copy: torch warns of arrays that cannot be written

    return choose


def _check_arguments(act: Callable[..., Any]) -> None:
    try:
        signature = inspect.signature(act)
    except ValueError:  # compiled functions may have none
        return
    try:
        signature.bind(None, None)
    except TypeError as error:
        raise TypeError(
            f"A policy takes two arguments, observations and masks; {shortened(act)} does not: {error}. A function of running sessions is an oracle: "
            "pass it as oracles={...}, or to play_oracle."
        ) from error


def evaluated_setup(env_or_id: Any, split: str | None, **arguments: Any) -> Setup:
    """Returns the setup of an environment or an id, with the users of a split.

    Raises:
        TypeError: if it is not an environment of recgym's, or if wrappers have changed its observations, actions or rewards.
    """
    if isinstance(env_or_id, str):
        named = {} if split in (None, _VALIDATION) else {"split": split}
        setup = setup_of(env_or_id, **arguments | named)
        _check_limit(setup, arguments.get("max_episode_steps"))
        return setup.with_split(split) if split == _VALIDATION else setup
    setup = setup_of(env_or_id, **arguments)
    wrapper = env_or_id
    while isinstance(wrapper, gym.Wrapper | gym.vector.VectorWrapper):
        if not isinstance(wrapper, _HARMLESS):
            raise TypeError(
                f"{type(wrapper).__name__} may change what the environment says or takes, and sessions are played without wrappers. Pass the "
                "environment that is inside of it, and do in the policy what the wrapper does."
            )
        wrapper = wrapper.env
    spec = getattr(env_or_id, "spec", None)
    _check_limit(setup, None if spec is None else spec.max_episode_steps)
    _check_limit(setup, getattr(env_or_id.unwrapped, "time_limit", None))
    return setup if split is None else setup.with_split(split)


def _check_limit(setup: Setup, limit: int | None) -> None:
    """Refuses a limit of steps that cuts sessions.

    Raises:
        ValueError: if there is one.
    """
    if limit is not None and limit < setup.horizon:
        longest = "its horizon is" if setup.sessions == 1 else "its sessions times its horizon are"
        raise ValueError(
            f"The environment is cut after {limit} steps, but {longest} {setup.horizon}: sessions are played to the horizon. Make it with "
            f"horizon={limit // setup.sessions} in place of max_episode_steps={limit}."
        )


_HARMLESS = (
    gym.wrappers.PassiveEnvChecker,
    gym.wrappers.OrderEnforcing,
    gym.wrappers.TimeLimit,
    gym.wrappers.RecordEpisodeStatistics,
    gym.wrappers.vector.RecordEpisodeStatistics,
)
"""Wrappers that leave observations, actions and rewards alone."""


def _checked(meaning: ActionMeaning, given: Any, over: np.ndarray, step: int) -> np.ndarray:
    """Returns actions as (N, K) int64, those of sessions that are over as zeros.

    Raises:
        TypeError, ValueError: for actions that are not allowed, naming the step, and the row if it is a row's fault.
    """
    try:
        return meaning.check(_without(given, over), len(over))
    except (TypeError, ValueError) as error:
        row = _first_wrong(meaning, given, over)
        where = f"Step {step}" if row is None else f"Step {step}, row {row}"
        raise type(error)(f"{where}: {error}") from error


def _without(given: Any, over: np.ndarray) -> Any:
    """Returns actions with zeros for sessions that are over; what is no array of one entry a session is returned as it is."""
    try:
        actions = np.asarray(given)
    except ValueError:  # lists of different lengths
        return given
    if not over.any() or not actions.ndim or len(actions) != len(over):
        return actions
    return np.where(over.reshape(-1, *[1] * (actions.ndim - 1)), actions.dtype.type(0), actions)


def _first_wrong(meaning: ActionMeaning, given: Any, over: np.ndarray) -> int | None:
    """Returns the first row that is at fault; ``None`` if it is the whole batch, by its shape or type."""
    wanted = (len(over),) if meaning.slate_size == 1 else (len(over), meaning.slate_size)
    try:
        actions = np.asarray(given)
    except ValueError:  # lists of different lengths
        return None
    if actions.shape != wanted:
        return None
    if actions.dtype.kind == "f":
        rows = (np.floor(actions) != actions).reshape(len(over), -1).any(axis=1)  # NaN, too
    elif actions.dtype.kind in "iu":
        rows = ((actions < 0) | (actions >= meaning.num_items)).reshape(len(over), -1).any(axis=1)
    else:
        return None
    rows &= ~over
    return int(np.argmax(rows)) if rows.any() else None
