"""What Stable-Baselines3 tells TensorBoard beside its own tags."""

from __future__ import annotations

from typing import Any

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import TensorBoardOutputFormat
from stable_baselines3.common.vec_env import VecEnvWrapper

from agents.agent import Agent, Watch
from agents.sb3.vec_env import RecVecEnv
from recgym.evaluation import SessionCollector


class RecommendationMetrics(BaseCallback):
    """Records the metrics of the sessions that ended since the last record, under ``rec/``.

    The tags are the names in `recgym.evaluation.METRICS`. Sessions that were running when training began are left out, so that none is counted from its
    middle. Rewards are the environment's own, also where a wrapper such as `VecNormalize` changes those that are learned from.

    Args:
        every: Steps between records, over all rows.

    Raises:
        TypeError: when training begins, if it is not on a `RecVecEnv`, with or without wrappers around it.
    """

    def __init__(self, every: int) -> None:
        """See the class."""
        super().__init__()
        self._every = every

    def _on_training_start(self) -> None:
        env = adapter_of(self.training_env)
        self._env = env
        self._collector = SessionCollector(env.task, env.num_envs)
        self._whole = np.zeros(env.num_envs, np.bool_)
        self._recorded = self.num_timesteps

    def _on_step(self) -> bool:
        env, over = self._env, self.locals["dones"]
        self._collector.record(env.actions, env.rewards, env.native_infos, over & self._whole)
        if not self._whole.all():
            self._collector.forget(np.flatnonzero(over & ~self._whole))
            self._whole |= over
        if self.num_timesteps - self._recorded >= self._every:
            self._recorded = self.num_timesteps
            for tag, value in self._collector.tags().items():
                self.logger.record(tag, value)
        return True


class Progress(BaseCallback):
    """Keeps an agent's ``steps_trained``, and lets somebody look on.

    Steps count once the algorithm has learned from them: PPO's of a rollout that is cut short do not.

    Args:
        agent: Whose training it is.
        watch: Who looks on; see `agents.agent.Agent.fit`.

    Attributes:
        stopped: What ``watch`` raised to end the training; the algorithm then finishes in order, and whoever called it raises this again.
    """

    def __init__(self, agent: Agent, watch: Watch | None) -> None:
        """See the class."""
        super().__init__()
        self._agent = agent
        self._watch = watch
        self.stopped: BaseException | None = None

    def _on_rollout_start(self) -> None:
        self._agent.steps_trained = self.num_timesteps

    def _on_step(self) -> bool:
        if self._watch is not None:
            try:
                self._watch(self._agent)
            except BaseException as error:
                self.stopped = error
        return self.stopped is None


class TensorBoardFormat(TensorBoardOutputFormat):
    """What Stable-Baselines3 logs, written by a writer that is there already.

    Args:
        writer: ``torch.utils.tensorboard.SummaryWriter``.
    """

    def __init__(self, writer: Any) -> None:
        """See the class."""
        self.writer = writer
        self._is_closed = False


def adapter_of(env: Any) -> RecVecEnv:
    """Returns the adapter that is inside of Stable-Baselines3's wrappers.

    Raises:
        TypeError: if there is none.
    """
    inner = env
    while isinstance(inner, VecEnvWrapper):
        inner = inner.venv
    if not isinstance(inner, RecVecEnv):
        raise TypeError(
            f"training runs on a {type(inner).__name__}; metrics of recommendation are recorded on agents.sb3.vec_env.RecVecEnv, which takes what "
            "gym.make_vec returned."
        )
    return inner
