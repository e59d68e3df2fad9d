"""PPO and DQN of Stable-Baselines3, with two-tower networks."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import configure

from agents.base import LOGS_PER_TRAINING, Agent, Transitions, training_env
from agents.sb3.callbacks import RecommendationMetrics
from agents.sb3.epsilon_greedy import EpsilonGreedyDQN
from agents.sb3.two_tower import TwoTowerDQNPolicy, TwoTowerPolicy
from agents.sb3.vec_env import RecVecEnv, with_masks
from recgym.core.arguments import unknown_name

_STATE_FILE = "model.zip"
_OURS = (
    "policy",
    "env",
    "verbose",
    "seed",
    "device",
    "_init_setup_model",
    "tensorboard_log",
    "policy_kwargs",
    "stats_window_size",
)
"""Arguments of the algorithms that the agent chooses."""


class StableBaselinesAgent(Agent):
    """An algorithm of Stable-Baselines3 on the native vector environment.

    Options are the algorithm's own (``learning_rate``, ``gamma`` ...) and those of the network: ``hidden``, widths of the layers, and
    ``embedding_size``, the width in which users and items meet. ``learning_rate_end`` lets the learning rate fall linearly to it.
    """

    algorithm: ClassVar[type[BaseAlgorithm]]
    network: ClassVar[Any]

    def prepare(
        self,
        *,
        hidden: tuple[int, ...] = (64, 64),
        embedding_size: int = 32,
        learning_rate: float = 1e-3,
        learning_rate_end: float | None = None,
        **options: Any,
    ) -> None:
        """See the class."""
        known = [
            name
            for name in list(inspect.signature(self.algorithm.__init__).parameters)[1:]
            if name not in _OURS
        ]
        for option in options:
            if option not in known:
                known += ["hidden", "embedding_size", "learning_rate_end"]
                raise ValueError(unknown_name(f"option of agent {self.name!r}", option, known))
        if not 0.0 < learning_rate < np.inf:
            raise ValueError(f"learning_rate={learning_rate!r} must be a finite number above 0.")
        if learning_rate_end is not None and not 0.0 <= learning_rate_end <= learning_rate:
            raise ValueError(
                f"learning_rate_end={learning_rate_end!r} must be a number from 0 to learning_rate ({learning_rate!r})."
            )
        self._algorithm_options = dict(options)
        self._learning_rates = (
            learning_rate,
            learning_rate if learning_rate_end is None else learning_rate_end,
        )
        flat = self.interface.observation == "flat"
        self._network_options = {
            "item_features": self.interface.item_features()[0],
            "dimension": self.interface.setting.world.vectors.shape[1] if flat else 0,
            "hidden": tuple(hidden),
            "embedding_size": embedding_size,
        }
        self.model: BaseAlgorithm | None = None

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.base.Agent.act`.

        Raises:
            RuntimeError: before `fit` or `load_saved`.
        """
        if self.model is None:
            raise RuntimeError(
                f"The {self.name} agent has learned nothing yet: call fit(env, steps), or load a saved one."
            )
        if not self.interface.setting.always_available:
            size = len(next(iter(observations.values())) if isinstance(observations, dict) else observations)
            observations = with_masks(observations, self.available(size, masks).astype(np.int8))
        actions, _ = self.model.predict(observations, deterministic=not explore)
        return actions.astype(np.int64)

    def learn(self, transitions: Transitions) -> None:
        """Not how these agents learn: they choose their own transitions, in `fit`."""
        raise NotImplementedError(
            f"The {self.name} agent learns in fit(env, steps), which collects what it learns from."
        )

    def fit(
        self, env: Any, steps: int, *, logdir: str | PathLike[str] | None = None, progress: bool = False
    ) -> None:
        """See `agents.base.Agent.fit`. Training that is called again goes on."""
        native = training_env(env, steps)
        adapted = RecVecEnv(native, stagger=True, seed=self.seed)
        if self.model is None:
            self.model = self._create(adapted)
        else:
            self.model.set_env(adapted)
        self.model.set_logger(
            configure(None if logdir is None else str(logdir), [] if logdir is None else ["tensorboard"])
        )
        metrics: list[BaseCallback] = [RecommendationMetrics(max(1, steps // LOGS_PER_TRAINING))]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="rich is experimental")  # tqdm on its own progress bar
            self.model.learn(steps, callback=metrics, progress_bar=progress, log_interval=1)  # type: ignore[arg-type]

    def save_state(self, folder: Path) -> None:
        """See `agents.base.Agent.save_state`."""
        if self.model is None:
            raise RuntimeError(f"The {self.name} agent has learned nothing yet: there is nothing to save.")
        self.model.save(folder / _STATE_FILE)

    def load_state(self, folder: Path) -> None:
        """See `agents.base.Agent.load_state`."""
        self.model = self.algorithm.load(folder / _STATE_FILE, device="cpu")

    def _create(self, env: RecVecEnv) -> BaseAlgorithm:
        first, last = self._learning_rates
        options: Mapping[str, Any] = self._algorithm_options
        return self.algorithm(
            self.network,
            env,
            learning_rate=lambda left: last + (first - last) * left,
            policy_kwargs=self._network_options,
            seed=self.seed,
            device="cpu",  # such small networks are slower on a GPU
            **options,
        )


class PPOAgent(StableBaselinesAgent):
    """Proximal policy optimisation (Schulman et al., 2017). Shows items, or slates drawn without replacement."""

    algorithm = PPO
    network = TwoTowerPolicy


class DQNAgent(StableBaselinesAgent):
    """Deep Q-network (Mnih et al., 2015). Shows one item at a time."""

    algorithm = EpsilonGreedyDQN
    network = TwoTowerDQNPolicy

    def prepare(self, **options: Any) -> None:
        """See `StableBaselinesAgent`."""
        if self.interface.slate_size > 1:
            raise ValueError(
                f"dqn shows one item at a time, and this environment takes slates of {self.interface.slate_size}: a network with one value "
                "per slate would be astronomically wide. Use ppo or linucb, or make the environment with slate_size=1."
            )
        super().prepare(**options)
