"""Two-tower networks: a state and an item meet in a score, so the size of the catalogue is not the size of the network.

Covington, Adams and Sargin (2016) and Yi et al. (2019) recommend so; Dulac-Arnold et al. (2015) make the case for features of actions
in reinforcement learning. score(s, i) = f(s) . g(x_i) / sqrt(H) + b(x_i) + sum_k a_k(s) * (s_k . v_i), with x_i the public features of
item i, v_i its vector, and s_k the vectors in a flat observation: what was liked, what was liked lately, what was ignored, the current item.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from gymnasium import spaces
from stable_baselines3.common.distributions import Distribution
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.preprocessing import get_flattened_obs_dim
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.dqn.policies import DQNPolicy, QNetwork
from torch import nn

from agents.sb3.encoders import ENCODERS, FLAT
from agents.sb3.vec_env import MASK_KEY
from recgym.core.arguments import unknown_name
from recgym.task import Task
from recgym.task.layout import VECTORS

UNAVAILABLE = -1e8
"""Score of an item that cannot be shown; finite, so that probabilities stay numbers."""
_VECTORS = len(VECTORS)
"""Vectors with which a flat observation begins: what was liked, what was liked lately, what was ignored, the current item."""


_HISTORY = "history"
"""Key of the items that were shown, in Dict observations."""
_ENCODED = (_HISTORY, "feedback", "age", "present")
"""Keys of what an encoder reads, in the order of its arguments."""


class PublicFeatures(BaseFeaturesExtractor):
    """What a network reads of an observation; the masks, if there are any, come last.

    Args:
        observation_space: A space, or a Dict of spaces.
        dimension: D, if flat observations begin with four item vectors of that size, which are then scaled by sqrt(D), to entries of unit
            size as the other features have; 0 if they do not.
        item_vectors: (I, D), if the history is told by item numbers, 1 for the first and 0 for none: the vectors that take their places.
        encoder: What reads the history: "flat" takes every part of the observation as it is, the others are `agents.sb3.encoders.ENCODERS` and need
            ``item_vectors``.
        encoder_size: Width of what the encoder returns.
        horizon: Steps of the longest session.
    """

    scale: torch.Tensor
    padded_vectors: torch.Tensor

    def __init__(
        self,
        observation_space: spaces.Space[Any],
        dimension: int = 0,
        item_vectors: np.ndarray | None = None,
        encoder: str = FLAT,
        encoder_size: int = 64,
        horizon: int = 1,
    ) -> None:
        """See the class."""
        names = list(observation_space.spaces) if isinstance(observation_space, spaces.Dict) else []
        sizes = {name: get_flattened_obs_dim(observation_space[name]) for name in names}  # type: ignore[index]
        mask_size = sizes.pop(MASK_KEY, 0)
        read = [name for name in names if name != MASK_KEY and (encoder == FLAT or name not in _ENCODED)]
        width = sum(sizes[name] for name in read) if names else get_flattened_obs_dim(observation_space)
        if encoder != FLAT:
            width += encoder_size
        elif item_vectors is not None:
            width += sizes[_HISTORY] * (item_vectors.shape[1] - 1)
        super().__init__(observation_space, int(width + mask_size))
        self.names = [*read, *([MASK_KEY] if mask_size else [])]
        self.mask_size = mask_size
        self.looks_up = item_vectors is not None and encoder == FLAT
        self.encoder: nn.Module | None = None
        if encoder != FLAT:
            assert item_vectors is not None
            self.encoder = ENCODERS[encoder](item_vectors, sizes[_HISTORY], encoder_size, horizon)
        elif item_vectors is not None:
            padded = np.pad(np.asarray(item_vectors, np.float32), ((1, 0), (0, 0)))
            self.register_buffer("padded_vectors", torch.as_tensor(padded))
        scale = torch.ones(self.features_dim)
        scale[: _VECTORS * dimension] = dimension**0.5
        self.register_buffer("scale", scale)

    def forward(self, observations: Any) -> torch.Tensor:
        """Returns (B, features + masks)."""
        if self.looks_up:
            observations = {**observations, _HISTORY: self.padded_vectors[observations[_HISTORY].long()]}
        parts = [observations[name] for name in self.names] if self.names else [observations]
        if self.encoder is not None:
            parts = [self.encoder(*(observations[name] for name in _ENCODED)), *parts]
        return torch.cat([part.flatten(1).float() for part in parts], dim=1) * self.scale


class ItemScores(nn.Module):
    """Scores every item for a batch of states.

    Args:
        state_size: Width of the states.
        hidden: Widths of the state tower's layers.
        item_features: (I, F) float32.
        embedding_size: Width H in which states and items meet.
        dimension: D, if the states begin with four scaled item vectors of that size; 0 if they do not.
        outputs: Scores of an item, Q.
        learned_items: Whether each item has an embedding of its own, learned, beside that of its public features: it then fits the catalogue that it was
            trained on, and no other.
        dueling: Whether the scores of an item tell how far it is above the mean of all items, and the state has a value of its own (Wang et al., 2016).
    """

    def __init__(
        self,
        state_size: int,
        hidden: list[int],
        item_features: np.ndarray,
        embedding_size: int,
        dimension: int,
        *,
        outputs: int = 1,
        learned_items: bool = False,
        dueling: bool = False,
    ) -> None:
        """See the class."""
        super().__init__()
        features = torch.tensor(item_features, dtype=torch.float32)
        spread, mean = torch.std_mean(features, dim=0, correction=0)
        self.register_buffer("items", (features - mean) / spread.clamp_min(1e-6))
        self.register_buffer("vectors", features[:, :dimension].clone())
        self.dimension = dimension
        self.scale = embedding_size**-0.5
        self.state_tower = layers(state_size, hidden)
        self.outputs = outputs
        self.state_embedding = nn.Linear(hidden[-1], outputs * embedding_size)
        self.item_tower = nn.Sequential(nn.Linear(features.shape[1], hidden[-1]), nn.Tanh())
        self.item_embedding = nn.Linear(hidden[-1], embedding_size)
        self.item_bias = nn.Linear(features.shape[1], outputs)
        self.match = nn.Linear(hidden[-1], _VECTORS) if dimension else None
        self.learned = nn.Embedding(len(features), embedding_size) if learned_items else None
        if self.learned is not None:
            nn.init.zeros_(self.learned.weight)
        self.state_value = nn.Linear(hidden[-1], outputs) if dueling else None

    def embedded_items(self) -> torch.Tensor:
        """Returns where the items are, (I, H)."""
        embedded: torch.Tensor = self.item_embedding(self.item_tower(self.items))
        return embedded if self.learned is None else embedded + self.learned.weight

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Returns scores (B, I) of states (B, S); (B, Q, I) if there are several outputs."""
        hidden = self.state_tower(states)
        items = self.embedded_items()
        embedded = self.state_embedding(hidden).unflatten(1, (self.outputs, -1))
        scores = self.scale * embedded @ items.T + self.item_bias(self.items).T
        if self.match is not None:
            parts = states[:, : _VECTORS * self.dimension].view(-1, _VECTORS, self.dimension)
            near = (self.match(hidden)[:, :, None] * parts).sum(dim=1) @ self.vectors.T
            scores = scores + near.unsqueeze(1)
        if self.state_value is not None:
            scores = scores - scores.mean(dim=2, keepdim=True) + self.state_value(hidden).unsqueeze(2)
        return scores.squeeze(1) if self.outputs == 1 else scores


def layers(size: int, hidden: list[int]) -> nn.Sequential:
    """Linear layers with tanh between them and after the last."""
    widths = [size, *hidden]
    return nn.Sequential(
        *(part for a, b in itertools.pairwise(widths) for part in (nn.Linear(a, b), nn.Tanh()))
    )


class SlateDistribution(Distribution):
    """Items drawn one after another without replacement, in proportion to exp(score): Plackett (1975), Luce (1959).

    With one item it is the categorical distribution.

    Args:
        slate_size: Items per slate, K.
    """

    def __init__(self, slate_size: int) -> None:
        """See the class."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.slate_size = slate_size
        self.scores = torch.zeros(0)

    def proba_distribution_net(self, *args: Any, **kwargs: Any) -> nn.Module:
        """Not used: `TwoTowerPolicy` makes the network."""
        raise NotImplementedError("TwoTowerPolicy makes the scores.")

    def proba_distribution(self, scores: torch.Tensor) -> SlateDistribution:  # type: ignore[override]
        """Takes scores (B, I)."""
        self.scores = scores
        return self

    def log_prob(self, actions: torch.Tensor) -> torch.Tensor:
        """Returns the log-probability (B,) of slates (B, K), or of items (B,)."""
        chosen = actions.long().reshape(len(self.scores), self.slate_size)
        scores = self.scores
        total = torch.zeros(len(scores), device=scores.device)
        for position in range(self.slate_size):
            item = chosen[:, position : position + 1]
            total = total + torch.log_softmax(scores, dim=1).gather(1, item).squeeze(1)
            if position + 1 < self.slate_size:
                scores = scores.scatter(1, item, UNAVAILABLE)
        return total

    def entropy(self) -> torch.Tensor:
        """Returns the entropy (B,) of the first item: that of a slate has no closed form."""
        logs = torch.log_softmax(self.scores, dim=1)
        return -(logs.exp() * logs).sum(dim=1)

    def sample(self) -> torch.Tensor:
        """Draws slates: the items of the K largest scores after Gumbel noise (Yellott, 1977)."""
        noise = -torch.empty_like(self.scores).exponential_().log()
        return self._best(self.scores + noise)

    def mode(self) -> torch.Tensor:
        """Returns the items of the K largest scores."""
        return self._best(self.scores)

    def _best(self, scores: torch.Tensor) -> torch.Tensor:
        if self.slate_size == 1:
            return scores.argmax(dim=1)
        return scores.topk(self.slate_size, dim=1).indices

    def actions_from_params(self, scores: torch.Tensor, deterministic: bool = False) -> torch.Tensor:  # type: ignore[override]
        """Returns slates from scores (B, I)."""
        return self.proba_distribution(scores).get_actions(deterministic=deterministic)

    def log_prob_from_params(self, scores: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:  # type: ignore[override]
        """Returns drawn slates and their log-probabilities."""
        actions = self.actions_from_params(scores)
        return actions, self.log_prob(actions)


class _Towers(nn.Module):
    """The critic's layers; the actor's features go to the item scores as they are."""

    def __init__(self, features_size: int, mask_size: int, hidden: list[int]) -> None:
        super().__init__()
        self.state_size = features_size - mask_size
        self.latent_dim_pi, self.latent_dim_vf = features_size, hidden[-1]
        self.critic = layers(self.state_size, hidden)

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.forward_actor(features), self.forward_critic(features)

    def forward_actor(self, features: torch.Tensor) -> torch.Tensor:
        return features

    def forward_critic(self, features: torch.Tensor) -> torch.Tensor:
        return self.critic(features[:, : self.state_size])


class MaskedScores(nn.Module):
    """Scores of available items; the others are out of the question."""

    def __init__(self, scores: ItemScores, state_size: int) -> None:
        super().__init__()
        self.scores = scores
        self.state_size = state_size

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Returns scores (B, I), or (B, Q, I), of features with their masks."""
        scores = self.scores(features[:, : self.state_size])
        if features.shape[1] == self.state_size:
            return scores
        out_of_reach = features[:, self.state_size :] == 0
        return scores.masked_fill(
            out_of_reach if scores.dim() == 2 else out_of_reach.unsqueeze(1), UNAVAILABLE
        )


@dataclass(frozen=True)
class Towers:
    """What a two-tower network is made of, for the policies of Stable-Baselines3.

    Attributes:
        item_features: (I, F) float32, `recgym.task.Task.item_features`.
        dimension: D, if observations are flat; 0 if not.
        item_vectors: (I, D), if they tell the history by item numbers (``observation="ids"``); ``None`` if not.
        hidden: Widths of the layers.
        embedding_size: Width in which states and items meet.
        encoder: What reads the history; see `PublicFeatures`.
        encoder_size: Width of what it returns.
        learned_items: See `ItemScores`.
        dueling: See `ItemScores`.
        horizon: Steps of the longest session.
    """

    item_features: np.ndarray
    dimension: int
    item_vectors: np.ndarray | None = None
    hidden: tuple[int, ...] = (64, 64)
    embedding_size: int = 32
    encoder: str = FLAT
    encoder_size: int = 64
    learned_items: bool = False
    dueling: bool = False
    horizon: int = 1

    @staticmethod
    def of(task: Task, **options: Any) -> Towers:
        """Returns towers for a task; options are the attributes that the task does not tell.

        Raises:
            ValueError: if an encoder is asked for that is not known, or that the observations are not for.
        """
        encoder = options.get("encoder", FLAT)
        if encoder not in (FLAT, *ENCODERS):
            raise ValueError(unknown_name("encoder", str(encoder), (FLAT, *ENCODERS)))
        if encoder != FLAT and not task.layout.by_number:
            raise ValueError(
                f"encoder={encoder!r} reads the history by item numbers, and these observations are {task.observation!r}: make the environment with "
                'observation="ids", or leave encoder= out.'
            )
        return Towers(
            item_features=task.item_features,
            dimension=task.dimension if task.layout.is_flat else 0,
            item_vectors=task.vectors if task.layout.by_number else None,
            horizon=task.horizon,
            **options,
        )

    def extractor(self) -> dict[str, Any]:
        """Returns the policy's arguments for what reads observations."""
        options = {
            "dimension": self.dimension, "item_vectors": self.item_vectors, "encoder": self.encoder, "encoder_size": self.encoder_size,
            "horizon": self.horizon,
        }  # fmt: skip
        return {"features_extractor_class": PublicFeatures, "features_extractor_kwargs": options}

    def scores(self, state_size: int, outputs: int = 1) -> ItemScores:
        """Makes the scores of items for states of that width."""
        return ItemScores(
            state_size, list(self.hidden), self.item_features, self.embedding_size, self.dimension,
            outputs=outputs, learned_items=self.learned_items, dueling=self.dueling,
        )  # fmt: skip


class MadeOfTowers:
    """The part of a policy of Stable-Baselines3 that takes what its network is made of: name it before the policy's class.

    Args:
        observation_space: Of `agents.sb3.vec_env.RecVecEnv`.
        action_space: Discrete, or MultiDiscrete for slates.
        lr_schedule: Learning rate by the share of training that is left.
        towers: What the network is made of.
        **kwargs: For the policy.
    """

    def __init__(
        self,
        observation_space: spaces.Space[Any],
        action_space: spaces.Space[Any],
        lr_schedule: Any,
        *,
        towers: Towers,
        **kwargs: Any,
    ) -> None:
        """See the class."""
        self.towers = towers
        super().__init__(observation_space, action_space, lr_schedule, **towers.extractor(), **kwargs)  # type: ignore[call-arg]


class TwoTowerHead(MadeOfTowers):
    """The part of an actor-critic policy that scores items, for any such policy of Stable-Baselines3; arguments and place are those of `MadeOfTowers`."""

    action_dist: Any
    action_net: Any
    mlp_extractor: Any
    value_net: Any
    memory_size: int = 0
    """Columns that a memory adds to the features, between those of the state and the masks."""

    def _build(self: Any, lr_schedule: Any) -> None:
        assert isinstance(self.features_extractor, PublicFeatures)
        mask_size = self.features_extractor.mask_size
        hidden = list(self.towers.hidden)
        width = self.features_dim + self.memory_size
        self.mlp_extractor = _Towers(width, mask_size, hidden)
        self.action_net = MaskedScores(self.towers.scores(width - mask_size), width - mask_size)
        self.value_net = nn.Linear(hidden[-1], 1)
        self._choose_distribution()
        self.optimizer = self.optimizer_class(self.parameters(), lr=lr_schedule(1), **self.optimizer_kwargs)

    def _choose_distribution(self: Any) -> None:
        slates = isinstance(self.action_space, gym.spaces.MultiDiscrete)
        self.action_dist = SlateDistribution(len(self.action_space.nvec) if slates else 1)

    def _get_action_dist_from_latent(self: Any, latent_pi: torch.Tensor) -> Any:
        return self.action_dist.proba_distribution(self.action_net(latent_pi))


class TwoTowerPolicy(TwoTowerHead, ActorCriticPolicy):
    """Actor and critic for PPO and A2C on single items and slates. Arguments are those of `TwoTowerHead`."""


class TwoTowerQNetwork(QNetwork):
    """Values of items for DQN."""

    def __init__(self, *arguments: Any, towers: Towers, **kwargs: Any) -> None:
        """See `TwoTowerDQNPolicy`."""
        super().__init__(*arguments, **kwargs)
        assert isinstance(self.features_extractor, PublicFeatures)
        state_size = self.features_dim - self.features_extractor.mask_size
        self.q_net = MaskedScores(towers.scores(state_size), state_size)  # type: ignore[assignment]


class TwoTowerDQNPolicy(MadeOfTowers, DQNPolicy):
    """Values of items for DQN; arguments are those of `MadeOfTowers`."""

    def make_q_net(self) -> QNetwork:
        """Makes the network, or its target."""
        arguments: dict[str, Any] = self._update_features_extractor(self.net_args, features_extractor=None)
        return TwoTowerQNetwork(**arguments, towers=self.towers).to(self.device)
