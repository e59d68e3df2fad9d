"""PPO, A2C and DQN of Stable-Baselines3, with two-tower networks."""

from __future__ import annotations

import inspect
import itertools
import math
import warnings
from collections.abc import Mapping
from os import PathLike
from typing import Any, ClassVar

import numpy as np
import torch
from stable_baselines3 import A2C, PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Logger

from agents.agent import BY_ITEM_NUMBERS, Agent, Watch
from agents.networks.network_agent import network_arrays, restore_network
from agents.networks.size import check_network_size, layer_widths
from agents.sb3.callbacks import Progress, RecommendationMetrics, TensorBoardFormat
from agents.sb3.encoders import FLAT
from agents.sb3.epsilon_greedy import EpsilonGreedyDQN, epsilon_greedy
from agents.sb3.options import check_option
from agents.sb3.two_tower import UNAVAILABLE, ItemScores, Towers, TwoTowerDQNPolicy, TwoTowerPolicy
from agents.sb3.vec_env import RecVecEnv, with_mask_space, with_masks
from agents.training import (
    LOGS_PER_TRAINING,
    first_step,
    next_training_seed,
    summary_writer,
    training_env,
)
from recgym.core.arguments import real_number, shortened, unknown_name, whole_number
from recgym.core.seeds import Purpose, seed_for
from recgym.task.choosing import best_items

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
_EXPLORATION = "exploration_rate"
"""Name of what is saved beside the network."""
_SHORTEST_ROLLOUT = 16
"""Steps of each row, at least, where the user names none: what follows a step is seen in them."""
_SEEDS = 2**32
"""Seeds of Stable-Baselines3 are below this."""


class StableBaselinesAgent(Agent):
    """An algorithm of Stable-Baselines3 on the native vector environment.

    It learns in `fit`, where the algorithm collects its transitions by itself. Options are the algorithm's own (``learning_rate``, ``gamma`` ...) and
    those of the network: ``hidden``, widths of the layers, ``embedding_size``, the width in which users and items meet, ``encoder``, what reads the
    history ("flat", "history", "gru" or "transformer", see `agents.sb3.encoders`), ``encoder_size``, its width, and ``learned_items``, whether each item
    has an embedding of its own beside that of its public features. ``learning_rate_end`` lets the learning rate fall linearly to it. What is saved are the network's numbers and its optimizer's, not pickles.

    Attributes:
        model: The algorithm, after `fit`.
        network: The policy: after `fit`, or when a saved agent was loaded.
    """

    algorithm: ClassVar[type[BaseAlgorithm]]
    network_class: ClassVar[Any]
    dueling: bool = False
    masks_in_observations: ClassVar[bool] = True
    reads_hidden: ClassVar[bool] = True

    @classmethod
    def observing(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `agents.agent.Agent.observing`: an encoder reads the history by item numbers."""
        if options.get("encoder", FLAT) == FLAT:
            return {}
        return BY_ITEM_NUMBERS

    def prepare(
        self,
        *,
        hidden: tuple[int, ...] = (64, 64),
        embedding_size: int = 32,
        encoder: str = FLAT,
        encoder_size: int = 64,
        learned_items: bool = False,
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
                known += inspect.signature(StableBaselinesAgent.prepare).parameters.keys() - {
                    "self",
                    "options",
                }
                raise ValueError(
                    unknown_name(f"option of agent {self.name!r}", option, list(dict.fromkeys(known)))
                )
            check_option(option, options[option])
        first = real_number("learning_rate", learning_rate, 0.0, np.inf, above=True)
        last = (
            first
            if learning_rate_end is None
            else real_number("learning_rate_end", learning_rate_end, 0.0, first)
        )
        self._learning_rates = (first, last)
        self._algorithm_options = dict(options)
        if not isinstance(learned_items, bool):
            raise TypeError(f"learned_items={shortened(learned_items)} must be true or false.")
        size = whole_number("encoder_size", encoder_size, 2)
        if encoder == "transformer" and size % 2:
            raise ValueError(f"encoder_size={size} must be even: the Transformer has two heads.")
        self._towers = Towers.of(
            self.task,
            hidden=tuple(layer_widths(hidden)),
            embedding_size=whole_number("embedding_size", embedding_size, 1),
            encoder=encoder,
            encoder_size=size,
            learned_items=learned_items,
            dueling=self.dueling,
        )
        self.model: BaseAlgorithm | None = None
        self.network: Any = None

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`.

        Raises:
            RuntimeError: before `fit`, unless it was loaded.
        """
        given, available = self._observed(observations, masks)
        if self._sees_masks(available):
            actions = self._predict(given, explore)
        else:
            actions = self._best_by_scores(self.scores(observations, available, explore), explore)
            self._predict(given, explore)  # a network with a memory has seen this, too
        return self._explored(actions.astype(np.int64), available, explore)

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`: values, or log-odds of being shown up to a constant.

        Raises:
            RuntimeError: before `fit`, unless it was loaded.
        """
        given, available = self._observed(observations, available)
        with torch.no_grad():
            scores = self._scores(self.network.obs_to_tensor(given)[0]).numpy()
        return scores if self._sees_masks(available) else np.where(available, scores, UNAVAILABLE)

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """See `agents.agent.Agent.probabilities`.

        Raises:
            RuntimeError: before `fit`, unless it was loaded.
        """
        _, available = self._observed(observations, masks)
        scores = self.scores(observations, available, explore)
        return self._shares(scores.astype(np.float64), available, explore)

    def fit(
        self,
        env: Any,
        steps: int,
        *,
        logdir: str | PathLike[str] | None = None,
        progress: bool = False,
        resume: bool = False,
        watch: Watch | None = None,
    ) -> None:
        """See `agents.agent.Agent.fit`. The schedules of exploration and learning rate begin anew, unless it goes on with a training that was cut short."""
        vector = training_env(env, self, steps)
        start = first_step(self, steps, resume)
        users = next_training_seed(self)
        adapted = RecVecEnv(vector, stagger=True, masks_in_observations=self.masks_in_observations)
        if self.model is None or self.model.n_envs != adapted.num_envs:
            saved = None if self.network is None else self.state_dict()
            self.model = self._create(adapted)
            self.network = self.model.policy
            if saved is not None:
                self._restore(saved)
        else:
            self.model.set_env(adapted)
        adapted.seed(users)  # after the algorithm was made, which seeds its environment, too
        self._count_from(start, vector.num_envs)
        writer = summary_writer(logdir, start)
        folder = None if writer is None else str(logdir)
        self.model.set_logger(Logger(folder, [] if writer is None else [TensorBoardFormat(writer)]))
        looking_on = Progress(self, watch)
        callbacks: list[BaseCallback] = [
            RecommendationMetrics(max(1, steps // LOGS_PER_TRAINING)),
            looking_on,
        ]
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings(
                    "ignore", message="rich is experimental"
                )  # tqdm on its own progress bar
                self.model.learn(
                    steps - start,
                    callback=callbacks,  # type: ignore[arg-type]
                    progress_bar=progress,
                    log_interval=1,  # type: ignore[call-arg]
                    reset_num_timesteps=not start,
                )
        finally:
            self.model.logger.close()
        if looking_on.stopped is not None:
            raise looking_on.stopped
        self.steps_trained = self.model.num_timesteps

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`.

        Raises:
            RuntimeError: before `fit`, unless it was loaded.
        """
        if self.network is None:
            raise RuntimeError(f"The {self.name} agent has learned nothing yet: there is nothing to save.")
        return network_arrays(self.network, self.network.optimizer)

    def item_embeddings(self) -> np.ndarray | None:
        """See `agents.agent.Agent.item_embeddings`."""
        if self.network is None:
            return None
        scores = next(part for part in self.network_parts()[1].modules() if isinstance(part, ItemScores))
        with torch.no_grad():
            embedded: np.ndarray = scores.embedded_items().numpy().copy()
        return embedded

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        least = self._least_weights()
        check_network_size(least)
        if least > sum(array.size for array in state.values()):
            raise ValueError(f"layers of {least:,} weights and more, which are more than are there")
        with torch.random.fork_rng():  # the first weights are drawn, and then replaced
            space = self.task.observation_space
            if self.masks_in_observations:
                space = with_mask_space(space, self.task)
            self.network = self.network_class(
                space, self.task.action_space, self._learning_rate, **self._policy_options()
            )
        self.network.set_training_mode(False)
        self._restore(state)

    @property
    def scores_per_item(self) -> int:
        """How many numbers the network has for each item."""
        return 1

    def _least_weights(self) -> int:
        """Returns how many weights the network has at least, without making it."""
        towers = self._towers
        widths = [*towers.hidden, self.scores_per_item * towers.embedding_size]
        encoder = 0 if towers.encoder == FLAT else towers.encoder_size**2
        return encoder + sum(before * after for before, after in itertools.pairwise(widths))

    def _count_from(self, start: int, num_envs: int) -> None:
        """Sets the algorithm's counters to where a training goes on, over all rows."""
        assert self.model is not None
        self.model.num_timesteps = start

    def _restore(self, state: Mapping[str, np.ndarray]) -> None:
        restore_network(self.network, self.network.optimizer, state)

    def _observed(self, observations: Any, masks: np.ndarray | None) -> tuple[Any, np.ndarray]:
        """Returns a batch as the network reads it, and the masks (N, I) bool."""
        if self.network is None:
            raise RuntimeError(
                f"The {self.name} agent has learned nothing yet: call fit(env, steps), or load a saved one."
            )
        available = self.available(self.task.layout.batch_size(observations), masks)
        if self.task.always_available or not self.masks_in_observations:
            return observations, available
        return with_masks(observations, available.astype(np.int8)), available

    def _sees_masks(self, available: np.ndarray) -> bool:
        """Tells whether the network heeds these masks: where everything is always available it reads none, and there is none to be heeded but what somebody asks for."""
        return not self.task.always_available or bool(available.all())

    def _predict(self, observations: Any, explore: bool) -> np.ndarray:
        """Returns the actions that the network chooses."""
        actions: np.ndarray = self.network.predict(observations, deterministic=not explore)[0]
        return actions

    def _best_by_scores(self, scores: np.ndarray, explore: bool) -> np.ndarray:
        """Returns the actions that scores (N, I) lead to, in which items that may not be shown are out of the question."""
        return best_items(scores, self.task.slate_size)

    def _explored(self, actions: np.ndarray, available: np.ndarray, explore: bool) -> np.ndarray:
        """Returns the actions to take when the network chose some; the network explores by itself unless this is overridden."""
        return actions

    def network_parts(self) -> tuple[torch.nn.Module, torch.nn.Module]:
        """Returns the parts of the network that decide: from an observation to features, and from features to scores (N, I)."""
        raise NotImplementedError

    def _scores(self, observations: Any) -> torch.Tensor:
        """Returns the network's scores (N, I) of a batch of tensors."""
        raise NotImplementedError

    def _shares(self, scores: np.ndarray, available: np.ndarray, explore: bool) -> np.ndarray:
        """Returns the probabilities (N, I) that come of scores."""
        raise NotImplementedError

    def _policy_options(self) -> dict[str, Any]:
        """Returns the arguments of the policy's class."""
        return {"towers": self._towers}

    def _learning_rate(self, left: float) -> float:
        first, last = self._learning_rates
        return last + (first - last) * left

    def _options_for(self, env: RecVecEnv) -> dict[str, Any]:
        """Returns the options of the algorithm in an environment."""
        return self._algorithm_options

    def _create(self, env: RecVecEnv) -> BaseAlgorithm:
        options: Mapping[str, Any] = self._options_for(env)
        return self.algorithm(
            self.network_class,
            env,
            learning_rate=self._learning_rate,
            policy_kwargs=self._policy_options(),
            seed=seed_for(Purpose.POLICY, self.seed, self.trainings) % _SEEDS,
            device="cpu",  # such small networks are slower on a GPU
            **options,
        )


class PolicyGradientAgent(StableBaselinesAgent):
    """An actor-critic algorithm. Shows items, or slates drawn without replacement."""

    network_class: ClassVar[Any] = TwoTowerPolicy

    def network_parts(self) -> tuple[torch.nn.Module, torch.nn.Module]:
        """See `StableBaselinesAgent.network_parts`."""
        return self.network.features_extractor, self.network.action_net

    def _scores(self, observations: Any) -> torch.Tensor:
        scores: torch.Tensor = self.network.get_distribution(observations).scores
        return scores

    def _best_by_scores(self, scores: np.ndarray, explore: bool) -> np.ndarray:
        """See `StableBaselinesAgent._best_by_scores`: with Gumbel's noise, a draw by the model of Plackett and Luce."""
        return super()._best_by_scores(
            scores + self.generator.gumbel(size=scores.shape) if explore else scores, explore
        )

    def _shares(self, scores: np.ndarray, available: np.ndarray, explore: bool) -> np.ndarray:
        if not explore:
            return _one_hot(scores)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        normalised: np.ndarray = shares / shares.sum(axis=1, keepdims=True)
        return normalised


class ClippedAgent(PolicyGradientAgent):
    """An algorithm that goes through what was collected several times, in batches.

    What Stable-Baselines3 collects by ``n_steps`` with one environment is collected by all rows together: without ``n_steps``, each takes as many steps as make
    that many transitions (2,048 of PPO), at least 16, in whole batches.
    """

    def _options_for(self, env: RecVecEnv) -> dict[str, Any]:
        known = inspect.signature(self.algorithm.__init__).parameters
        size = whole_number(
            "batch_size", self._algorithm_options.get("batch_size", known["batch_size"].default), 2
        )
        if "n_steps" in self._algorithm_options:
            steps = whole_number("n_steps", self._algorithm_options["n_steps"], 2)
        else:
            steps = _steps_of_rows(known["n_steps"].default, size, env.num_envs)
        collected = steps * env.num_envs
        if collected % size:
            fitting = max(
                divisor for divisor in range(1, min(size, collected) + 1) if collected % divisor == 0
            )
            raise ValueError(
                f"batch_size={size} does not divide the {collected:,} transitions that are collected at a time (n_steps={steps} in {env.num_envs} rows): what is "
                f"left over would weigh more than the rest. Pass batch_size={fitting}, or another n_steps or num_envs."
            )
        return self._algorithm_options | {"n_steps": steps}


def _steps_of_rows(transitions: int, batch_size: int, num_envs: int) -> int:
    """Returns the fewest steps of each row that make that many transitions, whole batches, and no rollout shorter than `_SHORTEST_ROLLOUT`.

    If whole batches would take more than twice as long, they are not made.
    """
    least = math.ceil(max(transitions / num_envs, _SHORTEST_ROLLOUT))
    whole = batch_size // math.gcd(batch_size, num_envs)
    steps = whole * math.ceil(least / whole)
    return steps if steps <= 2 * least else least


class PPOAgent(ClippedAgent):
    """Proximal policy optimisation (Schulman et al., 2017): gradients of clipped ratios, several epochs over what was collected."""

    algorithm = PPO


class A2CAgent(PolicyGradientAgent):
    """Advantage actor-critic (Mnih et al., 2016), all rows at once: one gradient step for what was collected."""

    algorithm = A2C


class ValueAgent(StableBaselinesAgent):
    """An algorithm that learns the values of items, and explores by showing any of them. Shows one item at a time.

    The replay buffer is not saved: it is by far the largest part, and what the agent knows is in the network. A training that goes on in another process
    fills it anew, with ``learning_starts`` transitions of the present policy, before it learns again.
    """

    def prepare(self, **options: Any) -> None:
        """See `StableBaselinesAgent`."""
        if self.task.slate_size > 1:
            raise ValueError(
                f"{self.name} shows one item at a time, and this environment takes slates of {self.task.slate_size}: a network with one value "
                "per slate would be astronomically wide. Use ppo or linucb, or make the environment with slate_size=1."
            )
        super().prepare(**options)
        self._saved_rate = 0.0

    @property
    def exploration_rate(self) -> float:
        """Probability with which a user is shown any item when the agent explores; it falls during training."""
        return self._saved_rate if self.model is None else self.model.exploration_rate  # type: ignore[attr-defined]

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return super().state_dict() | {_EXPLORATION: np.array(self.exploration_rate)}

    def _count_from(self, start: int, num_envs: int) -> None:
        super()._count_from(start, num_envs)
        model: Any = self.model
        model._n_calls = start // num_envs  # it decides when the target network is renewed

    def _restore(self, state: Mapping[str, np.ndarray]) -> None:
        super()._restore(state)
        self._saved_rate = float(state[_EXPLORATION])
        if self.model is not None:
            self.model.exploration_rate = self._saved_rate  # type: ignore[attr-defined]

    def _explored(self, actions: np.ndarray, available: np.ndarray, explore: bool) -> np.ndarray:
        if not explore:
            return actions
        return epsilon_greedy(actions, available, self.exploration_rate, self.generator)

    def _shares(self, scores: np.ndarray, available: np.ndarray, explore: bool) -> np.ndarray:
        rate = self.exploration_rate if explore else 0.0
        return (1.0 - rate) * _one_hot(scores) + rate * available / np.maximum(
            available.sum(axis=1, keepdims=True), 1
        )


class DQNAgent(ValueAgent):
    """Deep Q-network (Mnih et al., 2015).

    Options beside the algorithm's own, ``n_steps`` among them: ``double``, whether the network that learns chooses the item whose value its target tells (van Hasselt et al., 2016), and ``dueling``, see `agents.sb3.two_tower.ItemScores`.
    """

    algorithm = EpsilonGreedyDQN
    network_class = TwoTowerDQNPolicy

    def prepare(self, *, double: bool = False, dueling: bool = False, **options: Any) -> None:
        """See the class."""
        for name, value in (("double", double), ("dueling", dueling)):
            if not isinstance(value, bool):
                raise TypeError(f"{name}={shortened(value)} must be true or false.")
        self.double, self.dueling = double, dueling
        super().prepare(**options)

    def _create(self, env: RecVecEnv) -> BaseAlgorithm:
        model = super()._create(env)
        model.double = self.double  # type: ignore[attr-defined]
        return model

    def network_parts(self) -> tuple[torch.nn.Module, torch.nn.Module]:
        """See `StableBaselinesAgent.network_parts`."""
        return self.network.q_net.features_extractor, self.network.q_net.q_net

    def _scores(self, observations: Any) -> torch.Tensor:
        scores: torch.Tensor = self.network.q_net(observations)
        return scores


def _one_hot(scores: np.ndarray) -> np.ndarray:
    """Returns 1 at each row's largest score (N, I), 0 elsewhere."""
    ones = np.zeros(scores.shape)
    ones[np.arange(len(scores)), scores.argmax(axis=1)] = 1.0
    return ones
