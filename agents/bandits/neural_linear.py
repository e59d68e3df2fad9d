"""Neural-linear: Thompson sampling on the last layer of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from agents.agent import Transitions
from agents.bandits.arm_statistics import checked_array
from agents.bandits.linear_posterior import LinearPosterior, PairThompsonAgent, features_of_pulls
from agents.features import PairFeatures, UserVectors
from agents.networks.size import check_network_size, layer_widths
from recgym.core.arguments import real_number, whole_number

_ADAM = (0.9, 0.999, 1e-8)
"""Decay of the mean and of the mean square of gradients, and what is added to the root, as Kingma and Ba (2015) have them."""


class NeuralLinearAgent(PairThompsonAgent):
    """Learns a representation of pairs of user and item by a network, and samples the weights of a linear model on it from their posterior.

    Equation: a_t = argmax_a z(x_a)' w, w ~ N(A^-1 b, alpha^2 A^-1), with A = ridge I + sum z z' and b = sum r z; x_a are the features of the user with item a
    (`agents.features.PairFeatures`), z(x) is the last hidden layer of a network that was trained to predict r, with a 1 beside it. After every
    ``train_every`` pulls the network is trained on, and A and b are made anew from the pulls that are remembered.

    Source: Riquelme, Tucker and Snoek (2018), "NeuralLinear"; the idea is that of Snoek et al. (2015).

    Assumes: E[r] is nearly linear in what the network makes of x, and does not change. That the network itself is uncertain, too, is left out. The reward of a
    slate is that of the item that the user attended to.

    Cost of a step of N users with I items, F features and layers of width h: O(N I h (F + h)) to choose; O(N h^2 + h^3) to learn, and every ``train_every`` pulls
    ``gradient_steps`` passes over ``batch_size`` of them; memory O(F x ``memory``). It is NumPy alone, on one core.

    Args:
        alpha: Factor of the posterior's deviations, in units of the reward, not negative. Without exploration it is 0.
        ridge: Strength of the prior that rewards are 0, above 0.
        hidden: Widths of the hidden layers, at least one; the last is the representation.
        train_every: Pulls between trainings of the network, at least 1.
        gradient_steps: Steps of a training, by Adam (Kingma and Ba, 2015), which begins anew each time.
        batch_size: Pulls per step, drawn with replacement.
        learning_rate: Above 0.
        memory: Last pulls that are remembered, at least 1.
    """

    def prepare(
        self,
        *,
        alpha: float = 0.3,
        ridge: float = 1.0,
        hidden: Sequence[int] = (64, 32),
        train_every: int = 1_000,
        gradient_steps: int = 100,
        batch_size: int = 256,
        learning_rate: float = 3e-3,
        memory: int = 20_000,
    ) -> None:
        """See the class."""
        widths = layer_widths(hidden)
        self._alpha = real_number("alpha", alpha, 0.0, np.inf)
        self._ridge = real_number("ridge", ridge, 0.0, np.inf, above=True)
        self._train_every = whole_number("train_every", train_every, 1)
        self._gradient_steps = whole_number("gradient_steps", gradient_steps, 1)
        self._batch_size = whole_number("batch_size", batch_size, 1)
        self._learning_rate = real_number("learning_rate", learning_rate, 0.0, np.inf, above=True)
        self._memory = whole_number("memory", memory, 1)
        self._features = PairFeatures(self.task)
        layers = [self._features.size, *widths, 1]
        check_network_size(
            sum(a * b for a, b in pairwise(layers)) + (widths[-1] + 1) ** 2
        )  # and the posterior
        self._network = Network(layers, self.generator)
        self._inputs = np.zeros((self._memory, self._features.size), np.float32)  # a ring
        self._rewards = np.zeros(self._memory, np.float32)
        self._pulls, self._waiting = 0, 0
        self._believe()

    def believed(self) -> LinearPosterior:
        """See `agents.bandits.linear_posterior.PairThompsonAgent.believed`."""
        return self._posterior

    def score(self, users: UserVectors, weights: np.ndarray) -> np.ndarray:
        """See `agents.bandits.linear_posterior.PairThompsonAgent.score`: linear in what the network makes of the features."""
        scores = np.empty((len(weights), self.task.num_items), np.float32)
        for rows, features in self._features.of_all_items(users):
            scores[rows] = (self.represent(features) @ weights[rows][:, :, None])[:, :, 0]
        return scores

    def represent(self, features: np.ndarray) -> np.ndarray:
        """Returns what the model is linear in, (..., h + 1): the last layer and a 1, for features of pairs (..., F)."""
        last = self._network.layers(features)[-1]
        return np.concatenate([np.ones((*last.shape[:-1], 1), np.float32), last], axis=-1)

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`."""
        inputs, rewards = features_of_pulls(self._features, self.task, transitions)
        places = (self._pulls + np.arange(len(rewards))[-self._memory :]) % self._memory
        self._inputs[places] = inputs[-self._memory :]
        self._rewards[places] = rewards[-self._memory :]
        self._pulls += len(rewards)
        self._waiting += len(rewards)
        if self._waiting < self._train_every:
            self._posterior.add(self.represent(inputs).astype(np.float64), rewards)
            return
        self._waiting = 0
        self._network.train(
            *self._remembered(), self._gradient_steps, self._batch_size, self._learning_rate, self.generator
        )
        self._believe()

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`: the network and what is remembered."""
        inputs, rewards = self._remembered()
        return {
            **self._network.state_dict(),
            **{f"posterior.{name}": array for name, array in self._posterior.state_dict().items()},
            "inputs": inputs.copy(),
            "rewards": rewards.copy(),
            "pulls": np.array([self._pulls, self._waiting]),
        }

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        pulls, waiting = checked_array(state, "pulls", (2,)).astype(np.int64).tolist()
        count = min(whole_number("pulls", pulls, 0), self._memory)
        inputs = checked_array(state, "inputs", (count, self._features.size))
        rewards = checked_array(state, "rewards", (count,))
        self._network.load_state_dict(state)
        self._posterior.load_state_dict(
            {name: state[f"posterior.{name}"] for name in self._posterior.state_dict()}
        )
        self._inputs[:count], self._rewards[:count] = inputs, rewards
        self._pulls, self._waiting = pulls, whole_number("waiting", waiting, 0)

    def _remembered(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns the features (M, F) and the rewards (M,) of the pulls that are remembered."""
        count = min(self._pulls, self._memory)
        return self._inputs[:count], self._rewards[:count]

    def _believe(self) -> None:
        """Makes the posterior from what is remembered."""
        self._posterior = LinearPosterior(self._network.widths[-2] + 1, self._ridge)
        inputs, rewards = self._remembered()
        self._posterior.add(self.represent(inputs).astype(np.float64), rewards)


class Network:
    """A network of layers with rectified units and one output, trained on squares of errors.

    Args:
        widths: Of the input, of the hidden layers, of the output.
        generator: Draws first weights N(0, 2 / inputs) (He et al., 2015); biases are 0.

    Attributes:
        widths: As given.
    """

    def __init__(self, widths: Sequence[int], generator: np.random.Generator) -> None:
        """See the class."""
        self.widths = tuple(widths)
        self._weights = [
            generator.normal(0.0, np.sqrt(2.0 / before), (before, after)).astype(np.float32)
            for before, after in pairwise(widths)
        ]
        self._biases = [np.zeros(after, np.float32) for after in widths[1:]]

    def layers(self, inputs: np.ndarray) -> list[np.ndarray]:
        """Returns the inputs (..., F) and the hidden layers (..., h) that they lead to."""
        found = [inputs]
        for weights, bias in zip(self._weights[:-1], self._biases[:-1], strict=True):
            found.append(np.maximum(found[-1] @ weights + bias, 0.0))
        return found

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Returns outputs (M,) for inputs (M, F)."""
        return self._output(self.layers(inputs)[-1])

    def gradients(self, inputs: np.ndarray, targets: np.ndarray) -> list[np.ndarray]:
        """Returns the gradients of the mean of (output - target)^2 / 2 by weights, then by biases, layer by layer."""
        layers = self.layers(inputs)
        slope = ((self._output(layers[-1]) - targets) / len(targets))[:, None]
        by_weights, by_biases = [], []
        for number in range(len(self._weights) - 1, -1, -1):
            by_weights.append(layers[number].T @ slope)
            by_biases.append(slope.sum(axis=0))
            slope = (slope @ self._weights[number].T) * (layers[number] > 0)
        return by_weights[::-1] + by_biases[::-1]

    def train(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        steps: int,
        batch_size: int,
        learning_rate: float,
        generator: np.random.Generator,
    ) -> None:
        """Makes steps of Adam on batches that are drawn with replacement."""
        parameters = self._weights + self._biases
        means = [np.zeros_like(each) for each in parameters]
        squares = [np.zeros_like(each) for each in parameters]
        slow, slower, tiny = _ADAM
        for step in range(1, steps + 1):
            rows = generator.integers(0, len(targets), batch_size)
            for parameter, mean, square, gradient in zip(
                parameters, means, squares, self.gradients(inputs[rows], targets[rows]), strict=True
            ):
                mean += (1.0 - slow) * (gradient - mean)
                square += (1.0 - slower) * (gradient**2 - square)
                size = np.sqrt(square / (1.0 - slower**step)) + tiny
                parameter -= learning_rate * (mean / (1.0 - slow**step)) / size

    def state_dict(self) -> dict[str, np.ndarray]:
        """Returns weights and biases."""
        return {name: array.copy() for name, array in self._parameters().items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes what `state_dict` returned.

        Raises:
            ValueError: if it is of a network of other widths.
        """
        loaded = {
            name: checked_array(state, name, array.shape).astype(np.float32)
            for name, array in self._parameters().items()
        }
        for name, array in self._parameters().items():
            array[...] = loaded[name]

    def _parameters(self) -> dict[str, np.ndarray]:
        layers = range(len(self._weights))
        return {f"weights.{layer}": self._weights[layer] for layer in layers} | {
            f"biases.{layer}": self._biases[layer] for layer in layers
        }

    def _output(self, last: np.ndarray) -> np.ndarray:
        return (last @ self._weights[-1] + self._biases[-1])[:, 0]
