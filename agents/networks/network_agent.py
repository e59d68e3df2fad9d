"""Agents with a network of torch: how it is made, fitted by one thread, and saved as plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from agents.agent import Agent
from agents.networks.size import check_network_size
from recgym.core.seeds import Purpose, seed_for

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

    def set_network(
        self,
        make: Callable[..., nn.Module],
        learning_rate: float,
        *arguments: Any,
        betas: tuple[float, float] = (0.9, 0.999),
        **options: Any,
    ) -> None:
        """Makes the network by ``make(*arguments, **options)``, its first weights drawn by the agent's seed, and its optimizer, with these ``betas``.

        Raises:
            ValueError: if it has more parameters than `agents.networks.size.check_network_size` allows.
        """
        with torch.random.fork_rng(devices=[]), torch.device("meta"):  # takes no memory
            check_network_size(sum(each.numel() for each in make(*arguments, **options).parameters()))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed_for(Purpose.POLICY, self.seed))
            self.network = make(*arguments, **options)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=learning_rate, betas=betas)

    def descend(self, loss: torch.Tensor, largest: float = 5.0) -> None:
        """Takes a step down a loss, the norm of the gradient being cut at ``largest``."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), largest)
        self.optimizer.step()

    def _forget(self) -> None:
        """Empties what is remembered of earlier steps, for agents that remember any."""

    @contextmanager
    def around_training(self, env: Any, steps: int, resume: bool) -> Iterator[None]:
        """See `agents.agent.Agent.around_training`: it uses one thread, and begins with an empty memory."""
        self._forget()
        with one_thread():
            yield

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return network_arrays(self.network, self.optimizer)

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        restore_network(self.network, self.optimizer, state)


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
        ValueError: if a weight is not finite.
    """
    weights = {
        name.removeprefix(_NETWORK): torch.tensor(value)
        for name, value in state.items()
        if name.startswith(_NETWORK)
    }
    for name, tensor in weights.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise ValueError(f"weights {name!r} that are not finite")
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


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy().copy()
