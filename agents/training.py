"""Training: an agent acts in a native vector environment and learns from what comes of it; TensorBoard shows how it goes."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterator
from os import PathLike
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv

from agents.agent import Agent, Transitions, Watch, task_of
from recgym.core.arguments import whole_number
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation import SessionCollector
from recgym.task import Task
from recgym.task.agreement import check_fit

LOGS_PER_TRAINING = 50
"""How often metrics are written during training."""
_TINY = np.finfo(np.float64).tiny


def train_agent(
    agent: Agent,
    env: Any,
    steps: int,
    *,
    logdir: str | PathLike[str] | None = None,
    progress: bool = False,
    resume: bool = False,
    watch: Watch | None = None,
) -> None:
    """Trains an agent that learns step by step; see `agents.agent.Agent.fit`."""
    vector, task = training_env(env, agent, steps), agent.task
    start = first_step(agent, steps, resume)
    collector = SessionCollector(task, vector.num_envs)
    writer = MetricsWriter(logdir, start)
    vector_steps = -(-steps // vector.num_envs)
    log_every = max(1, vector_steps // LOGS_PER_TRAINING)
    try:
        observations, infos = vector.reset(seed=next_training_seed(agent))
        agent.begin(np.arange(vector.num_envs))
        masks = masks_of(infos, task, vector.num_envs)
        for step in _counted(
            -(-start // vector.num_envs), vector_steps, vector.num_envs, agent.name, progress
        ):
            probabilities = (
                agent.probabilities(observations, masks, explore=True)
                if agent.wants_log_probabilities
                else None
            )
            actions = agent.act(observations, masks, explore=True)
            following, rewards, terminated, truncated, infos = vector.step(actions)
            next_masks = masks_of(infos, task, vector.num_envs)
            transitions = Transitions(
                observations=observations,
                actions=actions,
                rewards=rewards,
                terminated=terminated,
                truncated=truncated,
                next_observations=following,
                masks=masks,
                next_masks=next_masks,
                shown=infos["shown"],
                attended=infos["attended"],
                signals={name: infos[name] for name in task.signal_names},
                log_probabilities=None
                if probabilities is None
                else _log_probabilities(probabilities, actions),
            )
            agent.learn(transitions)
            agent.steps_trained = (step + 1) * vector.num_envs
            over = terminated | truncated
            collector.record(actions, rewards, infos, over)
            observations, masks = following, next_masks
            if over.any():
                observations, infos = vector.reset(options={"reset_mask": over})
                masks = masks_of(infos, task, vector.num_envs)
                agent.begin(np.flatnonzero(over))
            if (step + 1) % log_every == 0:
                writer.write(collector, agent.steps_trained)
            if watch is not None:
                watch(agent)
    finally:
        writer.close()


def next_training_seed(agent: Agent) -> int:
    """Returns the seed of the users of an agent's next training, and counts it: no two trainings share a user."""
    agent.trainings += 1
    return seed_for(Purpose.TRAINING, agent.seed, agent.trainings)


def first_step(agent: Agent, steps: int, resume: bool) -> int:
    """Returns the steps of a training that an agent took before: none, unless it goes on with one that was cut short.

    Raises:
        ValueError: if there is nothing left to go on with.
    """
    if not resume:
        agent.steps_trained = 0
    elif agent.steps_trained >= steps:
        raise ValueError(
            f"The {agent.name} agent has taken {agent.steps_trained:,} steps, and steps={steps:,} is all of them that there should be: pass more steps to train "
            "it for longer, or resume=False for another training."
        )
    return agent.steps_trained


def training_env(env: Any, agent: Agent, steps: int) -> VectorEnv[Any, Any, Any]:
    """Returns the environment to train in, checked.

    Raises:
        TypeError: if it is not a native vector environment, or a wrapper changes what is observed or what an action is.
        ValueError: if it resets by itself, is not of the agent's task, or the number of steps is below one.
    """
    whole_number("steps", steps, 1)
    native = native_vector_env(env)
    task = task_of(native)
    if (env.single_observation_space, env.single_action_space) != (task.observation_space, task.action_space):
        raise TypeError(
            f"{' of '.join(_wrappers(env))} changes what is observed or what an action is, and agents are trained on the task's own observations and "
            "actions. Train without that wrapper; wrappers that leave both as they are may stay."
        )
    check_fit(agent.task, task, f"The {agent.name} agent")
    return env  # type: ignore[no-any-return]


def native_vector_env(env: Any) -> VectorEnv[Any, Any, Any]:
    """Returns what is inside of a vector environment's wrappers.

    Raises:
        TypeError: if it is not a vector environment of recgym's.
        ValueError: if it resets by itself.
    """
    native = getattr(env, "unwrapped", env)
    if not isinstance(env, VectorEnv) or not isinstance(getattr(native, "task", None), Task):
        raise TypeError(
            f"env is a {type(native).__name__}; training needs what gym.make_vec('recgym:RecEcommerce-v0', n, autoreset_mode=AutoresetMode.DISABLED) "
            "returns for one of recgym's ids, without vectorization_mode."
        )
    mode = AutoresetMode(env.metadata["autoreset_mode"])
    if mode != AutoresetMode.DISABLED:
        raise ValueError(
            f"env has autoreset_mode {mode.value!r}, but rows are reset by whoever trains in it: make the environment with "
            "autoreset_mode=AutoresetMode.DISABLED."
        )
    return native  # type: ignore[no-any-return]


def masks_of(infos: dict[str, Any], task: Task, size: int) -> np.ndarray:
    """Returns the masks (N, I) bool of what can be shown now; where everything always can, nothing is made."""
    if task.always_available:
        return np.broadcast_to(np.True_, (size, task.num_items))
    masks: np.ndarray = infos["action_mask"] == 1
    return masks


class MetricsWriter:
    """Writes the metrics of sessions that ended for TensorBoard.

    Without TensorBoard nothing is written, and a warning says so.

    Args:
        logdir: Folder; nothing is written if ``None``.
        start: See `summary_writer`.
    """

    def __init__(self, logdir: str | PathLike[str] | None, start: int = 0) -> None:
        """See the class."""
        self._summary = summary_writer(logdir, start)

    def write(self, collector: SessionCollector, steps: int) -> None:
        """Writes the metrics of the sessions that ended since the last call; without a folder they are forgotten, and nothing is computed."""
        if self._summary is None:
            collector.finished()
            return
        for tag, value in collector.tags().items():
            self._summary.add_scalar(tag, value, steps)

    def close(self) -> None:
        """Closes the files."""
        if self._summary is not None:
            self._summary.close()


def summary_writer(logdir: str | PathLike[str] | None, start: int = 0) -> Any:
    """Returns a writer of TensorBoard's files, or ``None`` if there is no folder or no TensorBoard.

    Args:
        logdir: Folder.
        start: Steps after which the training goes on. What was written of later ones, before it was cut short, is taken back.
    """
    if logdir is None or not tensorboard_is_there():
        return None
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(logdir), purge_step=start + 1 if start else None)


def tensorboard_is_there() -> bool:
    """Tells whether logs can be written, and warns if they cannot."""
    missing = [name for name in ("torch", "tensorboard") if importlib.util.find_spec(name) is None]
    if missing:
        warnings.warn(
            f"{missing[0]} is not installed, so nothing is written for TensorBoard: pip install 'recgym[train]'.",
            stacklevel=2,
        )
        return False
    return True


def _log_probabilities(probabilities: np.ndarray, actions: np.ndarray) -> np.ndarray:
    """Returns the log-probabilities (N,) of items (N,), or of slates (N, K) drawn without replacement: Plackett (1975), Luce (1959)."""
    slates = actions.reshape(len(actions), -1)
    each = np.take_along_axis(probabilities, slates, axis=1).astype(np.float64)
    left = 1.0 - np.concatenate([np.zeros((len(each), 1)), np.cumsum(each, axis=1)[:, :-1]], axis=1)
    with np.errstate(divide="ignore"):
        logs: np.ndarray = np.log(each / np.maximum(left, np.maximum(each, _TINY))).sum(axis=1)
    return logs


def _wrappers(env: Any) -> list[str]:
    names = []
    while isinstance(env, gym.vector.VectorWrapper):
        names.append(type(env).__name__)
        env = env.env
    return names


def _counted(first: int, vector_steps: int, size: int, name: str, progress: bool) -> Iterator[int]:
    if progress:
        try:
            from tqdm import tqdm
        except ModuleNotFoundError:
            warnings.warn(
                "tqdm is not installed, so no progress is shown: pip install 'recgym[train]'.", stacklevel=3
            )
            progress = False
    if not progress:
        yield from range(first, vector_steps)
        return
    with tqdm(
        total=vector_steps * size, initial=first * size, desc=name, unit="step", unit_scale=True
    ) as bar:
        for step in range(first, vector_steps):
            yield step
            bar.update(size)
