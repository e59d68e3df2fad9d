"""What Stable-Baselines3 tells TensorBoard beside its own tags."""

from __future__ import annotations

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback

from agents.sb3.vec_env import RecVecEnv
from recgym.evaluation import SessionCollector, session_metrics


class RecommendationMetrics(BaseCallback):
    """Records the metrics of the sessions that ended since the last record, under ``rec/``.

    The tags are the names in `recgym.evaluation.METRICS`: reward per session, session length, click-through rate, like rate, intra-list
    diversity, coverage and Gini index of exposure. Sessions that were running when training began are left out, so that none is counted from
    its middle.

    Args:
        every: Steps between records, over all rows.
    """

    def __init__(self, every: int) -> None:
        """See the class."""
        super().__init__()
        self._every = every

    def _on_training_start(self) -> None:
        env = self.training_env
        assert isinstance(env, RecVecEnv)
        self._env = env
        self._collector = SessionCollector(env.env.interface, env.num_envs)
        self._whole = np.zeros(env.num_envs, np.bool_)
        self._recorded = self.num_timesteps

    def _on_step(self) -> bool:
        over = self.locals["dones"]
        rows = over & self._whole
        self._collector.record(self._env.actions, self.locals["rewards"], self._env.signals, rows)
        if not self._whole.all():
            self._collector.forget(np.flatnonzero(over & ~self._whole))
            self._whole |= over
        if self.num_timesteps - self._recorded >= self._every:
            self._recorded = self.num_timesteps
            log = self._collector.finished()
            if log is not None:
                for name, value in session_metrics(log).items():
                    self.logger.record(f"rec/{name}", value)
        return True
