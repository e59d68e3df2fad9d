"""Recurrent PPO of sb3-contrib, with a two-tower network on a memory of the session."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.policies import RecurrentActorCriticPolicy
from torch import nn

from agents.sb3.agents import ClippedAgent
from agents.sb3.two_tower import PublicFeatures, TwoTowerHead
from recgym.core.arguments import whole_number


class TwoTowerRecurrentPolicy(TwoTowerHead, RecurrentActorCriticPolicy):
    """Actor and critic whose states are what is observed, and what a long short-term memory makes of all that was observed in the session.

    Args:
        *arguments: Those of `agents.sb3.two_tower.TwoTowerHead`.
        lstm_hidden_size: Width of the memory.
        **kwargs: Those of `agents.sb3.two_tower.TwoTowerHead`.
    """

    def __init__(self, *arguments: Any, lstm_hidden_size: int = 64, **kwargs: Any) -> None:
        """See the class."""
        self.memory_size = lstm_hidden_size
        super().__init__(*arguments, lstm_hidden_size=lstm_hidden_size, **kwargs)
        assert isinstance(self.features_extractor, PublicFeatures)
        size = int(self.features_dim - self.features_extractor.mask_size)  # masks are not to be remembered
        self.lstm_actor = nn.LSTM(size, lstm_hidden_size)
        self.lstm_critic = nn.LSTM(size, lstm_hidden_size)
        rate = self.optimizer.param_groups[0]["lr"]
        self.optimizer = self.optimizer_class(self.parameters(), lr=rate, **self.optimizer_kwargs)  # type: ignore[call-arg]

    @staticmethod
    def _process_sequence(
        features: torch.Tensor,
        lstm_states: Any,
        episode_starts: torch.Tensor,
        lstm: nn.LSTM,
    ) -> tuple[torch.Tensor, Any]:
        """Puts the memory between what is observed and the masks."""
        state, masks = features[:, : lstm.input_size], features[:, lstm.input_size :]
        memory, after = RecurrentActorCriticPolicy._process_sequence(state, lstm_states, episode_starts, lstm)
        return torch.cat([state, memory, masks], dim=1), after


class RecurrentPPOAgent(ClippedAgent):
    """Proximal policy optimisation with a long short-term memory (Hochreiter and Schmidhuber, 1997; Ni et al., 2022, on its use under partial observability).

    Option beside the algorithm's own: ``lstm_hidden_size``. It remembers each row's session: `begin` tells it of a new one.
    """

    algorithm = RecurrentPPO
    network_class = TwoTowerRecurrentPolicy

    def prepare(self, *, lstm_hidden_size: int = 64, **options: Any) -> None:
        """See the class."""
        self._lstm_hidden_size = whole_number("lstm_hidden_size", lstm_hidden_size, 1)
        super().prepare(**options)
        self._memory: tuple[np.ndarray, ...] | None = None
        self._begins = np.zeros(0, np.bool_)

    def _policy_options(self) -> dict[str, Any]:
        return super()._policy_options() | {"lstm_hidden_size": self._lstm_hidden_size}

    def begin(self, rows: np.ndarray) -> None:
        """See `agents.agent.Agent.begin`."""
        if len(rows) and rows.max() < len(self._begins):
            self._begins[rows] = True
        else:
            self._memory = None

    def _least_weights(self) -> int:
        return super()._least_weights() + self._lstm_hidden_size**2

    def _predict(self, observations: Any, explore: bool) -> np.ndarray:
        """See `agents.sb3.agents.StableBaselinesAgent._predict`: what the network remembers moves on."""
        self._make_room(observations)
        actions, self._memory = self.network.predict(
            observations, self._memory, self._begins, deterministic=not explore
        )
        self._begins[:] = False
        return np.asarray(actions)

    def _ranking_for_newcomers(self, observations: Any, available: np.ndarray) -> np.ndarray:
        """See `agents.agent.Agent._ranking_for_newcomers`: what is remembered of running sessions is set aside."""
        kept = self._memory, self._begins
        self._memory, self._begins = None, np.zeros(0, np.bool_)
        try:
            return self._ranking(observations, available)
        finally:
            self._memory, self._begins = kept

    def _make_room(self, observations: Any) -> int:
        """Forgets what was remembered of a batch of another size, and returns the size of this one."""
        size = len(next(iter(observations.values()))) if isinstance(observations, dict) else len(observations)
        if self._memory is None or len(self._begins) != size:
            self._memory, self._begins = None, np.ones(size, np.bool_)
        return size

    def _scores(self, observations: Any) -> torch.Tensor:
        size = self._make_room(observations)
        layers, _, width = self.network.lstm_hidden_state_shape
        nothing = (np.zeros((layers, size, width), np.float32),) * 2
        memory = tuple(torch.as_tensor(part) for part in self._memory or nothing)
        begins = torch.as_tensor(self._begins, dtype=torch.float32)
        distribution, _ = self.network.get_distribution(observations, memory, begins)
        scores: torch.Tensor = distribution.scores
        return scores
