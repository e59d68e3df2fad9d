"""MaskablePPO of sb3-contrib, with a two-tower network."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.distributions import MaskableCategoricalDistribution
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy

from agents.sb3.agents import ClippedAgent
from agents.sb3.two_tower import TwoTowerHead


class TwoTowerMaskablePolicy(TwoTowerHead, MaskableActorCriticPolicy):
    """Actor and critic for MaskablePPO; arguments are those of `agents.sb3.two_tower.TwoTowerHead`."""

    def _choose_distribution(self) -> None:
        self.action_dist = MaskableCategoricalDistribution(int(self.action_space.n))  # type: ignore[attr-defined]


class MaskablePPOAgent(ClippedAgent):
    """Proximal policy optimisation with invalid-action masks (Huang and Ontanon, 2022). Shows one item at a time.

    It does what `agents.sb3.agents.PPOAgent` does, which reads masks in its observations and takes slates, too; here they are the algorithm's own affair.
    """

    algorithm = MaskablePPO
    network_class = TwoTowerMaskablePolicy
    masks_in_observations = False

    def prepare(self, **options: Any) -> None:
        """See `agents.sb3.agents.StableBaselinesAgent`."""
        if self.task.slate_size > 1:
            raise ValueError(
                f"{self.name} shows one item at a time, and this environment takes slates of {self.task.slate_size}: its masks cannot tell which items a "
                "slate holds already. Use ppo, or make the environment with slate_size=1."
            )
        super().prepare(**options)

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`.

        Raises:
            RuntimeError: before `fit`, unless it was loaded.
        """
        given, available = self._observed(observations, masks)
        actions, _ = self.network.predict(given, deterministic=not explore, action_masks=np.array(available))
        return np.asarray(actions, np.int64)

    def _scores(self, observations: Any) -> torch.Tensor:
        scores: torch.Tensor = self.network.get_distribution(observations).distribution.logits
        return scores

    def _shares(self, scores: np.ndarray, available: np.ndarray, explore: bool) -> np.ndarray:
        return super()._shares(np.where(available, scores, -np.inf), available, explore)
