"""Observations of any form as what a network reads, and as rows of numbers that are easily kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from stable_baselines3.common.preprocessing import preprocess_obs
from torch import nn

from agents.sb3.two_tower import PublicFeatures
from recgym.task import Task


class NetworkInputs(nn.Module):
    """What a network reads of observations of any form; and the same observations as rows of numbers, which are easily kept.

    Args:
        task: Of the environment.

    Attributes:
        width: Numbers of a row, W.
        size: Features, F.
        dimension: D, if the features begin with four item vectors of that size, scaled by sqrt(D); 0 if they do not.
    """

    def __init__(self, task: Task) -> None:
        """See the class."""
        super().__init__()
        self._layout = task.layout
        space = task.observation_space
        self._space = space
        self._parts = dict(space.spaces) if isinstance(space, spaces.Dict) else {"": space}
        self.width = sum(int(np.prod(part.shape or ())) for part in self._parts.values())
        self.dimension = task.dimension if task.layout.is_flat else 0
        by_number = task.vectors if task.layout.by_number else None
        self.features = PublicFeatures(space, self.dimension, by_number)
        self.size = self.features.features_dim

    def rows(self, observations: Any) -> np.ndarray:
        """Returns a batch of N observations as (N, W) float32.

        Raises:
            ValueError: if the observations are not a batch of the task's.
        """
        size = self._layout.batch_size(observations)
        parts = [np.asarray(observations[name] if name else observations, np.float32) for name in self._parts]
        return np.concatenate([part.reshape(size, -1) for part in parts], axis=1)

    def forward(self, rows: np.ndarray) -> torch.Tensor:
        """Returns the features (N, F) of rows (N, W)."""
        tensor, start = torch.from_numpy(np.ascontiguousarray(rows, np.float32)), 0
        observations: dict[str, torch.Tensor] = {}
        for name, part in self._parts.items():
            shape = part.shape or ()
            end = start + int(np.prod(shape))
            observations[name] = tensor[:, start:end].reshape(-1, *shape)
            start = end
        given: Any = observations if isinstance(self._space, spaces.Dict) else observations[""]
        if isinstance(self._space, spaces.MultiDiscrete):
            given = given.long()
        features: torch.Tensor = self.features(preprocess_obs(given, self._space, normalize_images=False))
        return features
