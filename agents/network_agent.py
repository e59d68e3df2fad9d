"""Agents with a network of torch: what they share is how they read observations, and how they are saved, as plain arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from stable_baselines3.common.preprocessing import preprocess_obs
from torch import nn

from agents.agent import Agent
from agents.sb3.two_tower import PublicFeatures
from recgym.core.arguments import shortened, whole_number
from recgym.core.seeds import Purpose, seed_for
from recgym.task import Task

_NETWORK, _OPTIMIZER = "network.", "optimizer."
"""What the names of saved arrays begin with."""


class NetworkAgent(Agent):
    """An agent with a network, which Adam (Kingma and Ba, 2015) fits. `set_network` is to be called in `prepare`.

    Attributes:
        network: The network.
        optimizer: Of its parameters.
    """

    network: nn.Module
    optimizer: torch.optim.Optimizer

    def set_network(self, make: Any, learning_rate: float, *arguments: Any, **options: Any) -> None:
        """Makes the network by ``make(*arguments, **options)``, its first weights drawn by the agent's seed, and its optimizer."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed_for(Purpose.POLICY, self.seed))
            self.network = make(*arguments, **options)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=learning_rate)

    def descend(self, loss: torch.Tensor, largest: float = 5.0) -> None:
        """Takes a step down a loss, the norm of the gradient being cut at ``largest``."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), largest)
        self.optimizer.step()

    def fit(
        self, env: Any, steps: int, *, logdir: str | PathLike[str] | None = None, progress: bool = False
    ) -> None:
        """See `agents.agent.Agent.fit`. It uses one thread."""
        with one_thread():
            super().fit(env, steps, logdir=logdir, progress=progress)

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return network_arrays(self.network, self.optimizer)

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        restore_network(self.network, self.optimizer, state)


class NetworkInputs(nn.Module):
    """What a network reads of observations of any form; and the same observations as rows of numbers, which are easily kept.

    Args:
        task: Of the environment.

    Attributes:
        width: Numbers of a row, W.
        size: Features, F.
        dimension: D, if the features begin with three item vectors of that size, scaled by sqrt(D); 0 if they do not.
    """

    def __init__(self, task: Task) -> None:
        """See the class."""
        super().__init__()
        self._layout = task.layout
        space = task.observation_space
        self._space = space
        self._parts = dict(space.spaces) if isinstance(space, spaces.Dict) else {"": space}
        self.width = sum(int(np.prod(part.shape or ())) for part in self._parts.values())
        self.dimension = task.dimension if task.observation == "flat" else 0
        by_number = task.vectors if task.observation == "ids" else None
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


def network_arrays(network: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, np.ndarray]:
    """Returns copies of the numbers of a network and its optimizer, by name."""
    state = {f"{_NETWORK}{name}": _array(tensor) for name, tensor in network.state_dict().items()}
    for number, moments in optimizer.state_dict()["state"].items():
        state |= {f"{_OPTIMIZER}{number}.{name}": _array(value) for name, value in moments.items()}
    return state


def restore_network(
    network: nn.Module, optimizer: torch.optim.Optimizer, state: Mapping[str, np.ndarray]
) -> None:
    """Takes what `network_arrays` returned.

    Raises:
        RuntimeError: if the arrays are not those of such a network.
    """
    weights = {
        name.removeprefix(_NETWORK): torch.tensor(value)
        for name, value in state.items()
        if name.startswith(_NETWORK)
    }
    network.load_state_dict(weights)
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in state.items():
        if key.startswith(_OPTIMIZER):
            number, name = key.removeprefix(_OPTIMIZER).split(".")
            moments.setdefault(int(number), {})[name] = torch.tensor(value)
    optimizer.load_state_dict(optimizer.state_dict() | {"state": moments})


@contextmanager
def one_thread() -> Iterator[None]:
    """Lets torch use one thread: layers are so small that more are slower, and sums come out the same everywhere."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def layer_widths(hidden: Any) -> list[int]:
    """Returns the widths of hidden layers, checked.

    Raises:
        TypeError: if they are not a list of whole numbers.
        ValueError: if one is below 1.
    """
    if not isinstance(hidden, list | tuple) or not hidden:
        raise TypeError(f"hidden={shortened(hidden)} must list the widths of the layers, such as [64, 64].")
    return [whole_number("a width in hidden", width, 1) for width in hidden]


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy().copy()
