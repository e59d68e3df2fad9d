"""What a history tells of a user, learned from training users: interests with their uncertainty, and traits that are one of a few.

The estimator is a small ensemble of networks that map what is observed when a session begins to the hidden interests of training people. Its errors
on people it was not trained on are the uncertainty with which a session begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from recgym.core.arguments import unknown_name
from recgym.core.parameters import MEMORY
from recgym.core.scenario import Scenario
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.rollouts import begin_sessions
from recgym.oracles.beliefs import interest_views
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import Setup

READINGS = ("items", "vectors", "flat")
"""What can be read of a history: which items it holds, their public vectors, or the flat observation."""
TRAINING_SESSIONS = 12_000
"""Beginnings of sessions of training people that are learned from."""
_HELD_OUT = 5
"""One in so many people is kept for measuring the errors."""
_MEMBERS, _HIDDEN, _EPOCHS, _BATCH, _RATE, _DECAY = 2, 256, 10, 512, 2e-3, 2.0


@dataclass(frozen=True)
class Estimates:
    """What is thought of N users when their sessions begin.

    Attributes:
        means: (N, d) float64, of the interests.
        covariances: (N, d, d) float64.
        traits: Names of hidden whole-number fields -> (N,) their most likely values.
    """

    means: np.ndarray
    covariances: np.ndarray
    traits: Mapping[str, np.ndarray]


class HistoryEstimator:
    """Estimates what is hidden of users whose sessions begin.

    Attributes:
        typical: (1,) record whose hidden numbers are the means over training people.
        mean: (d,) mean of the interests over training people.
        covariance: (d, d) their covariance.
        errors: (d, d) covariance of the estimates' errors, over people who were not trained on.
    """

    def __init__(
        self,
        setup: Setup,
        reading: str,
        *,
        vectors: np.ndarray | None = None,
        training_sessions: int = TRAINING_SESSIONS,
        seed: int = 0,
    ) -> None:
        """Learns from the training people of a setup.

        Args:
            setup: The world and its people.
            reading: One of `READINGS`.
            vectors: (I, D) that stand for the items, where ``reading`` is ``"vectors"``; the public ones if ``None``.
            training_sessions: Beginnings of sessions that are learned from.
            seed: Of the networks.

        Raises:
            ValueError: for an unknown reading.
        """
        if reading not in READINGS:
            raise ValueError(unknown_name("reading of a history", reading, READINGS))
        self.reading = reading
        self._vectors = setup.world.vectors if vectors is None else vectors
        scenario = setup.world.scenario
        training = setup.with_split("train")
        first = seed_for(Purpose.TUNING, seed, setup.world.world_seed)
        sessions = begin_sessions(training, first + np.arange(training_sessions, dtype=np.int64))
        people = training.world.people
        self.traits = trait_names(scenario)
        self.typical = _typical(people, scenario, self.traits)
        interests = np.concatenate(interest_views(people, scenario), axis=1).astype(np.float64)
        self.mean, self.covariance = interests.mean(axis=0), np.cov(interests.T)
        targets = np.concatenate(interest_views(sessions.users, scenario), axis=1)
        self._classes = {name: np.unique(people[name]) for name in self.traits}
        features = self.features(sessions)
        held_out = sessions.users["person"] % _HELD_OUT == 0
        self._centre = features[~held_out].mean(axis=0)
        self._scale = np.maximum(features[~held_out].std(axis=0), 1e-3)
        labels = {name: np.searchsorted(self._classes[name], sessions.users[name]) for name in self.traits}
        self._members = [
            _fit(
                self._standardised(features[~held_out]),
                targets[~held_out],
                {name: values[~held_out] for name, values in labels.items()},
                {name: len(values) for name, values in self._classes.items()},
                seed=seed * _MEMBERS + member,
            )
            for member in range(_MEMBERS)
        ]
        missed = self._predict(features[held_out])[0] - targets[held_out]
        self.errors = missed.T.astype(np.float64) @ missed / len(missed)

    def features(self, sessions: Sessions) -> np.ndarray:
        """Returns what is read (N, F) float32 of sessions that have just begun."""
        if self.reading == "flat":
            return sessions.flat_observations()
        numbers = sessions.recent(MEMORY)[0]
        rows = np.arange(sessions.size)[:, None]
        counts = np.zeros((sessions.size, sessions.world.num_items + 1), np.float32)
        np.add.at(counts, (np.broadcast_to(rows, numbers.shape), numbers), 1.0)
        counts = counts[:, 1:]
        if self.reading == "items":
            return counts
        domains = sessions.world.items["domain"]
        parts = []
        for domain in np.unique(domains):
            held = counts[:, domains == domain]
            total = held.sum(axis=1, keepdims=True)
            parts += [held @ self._vectors[domains == domain] / np.maximum(total, 1.0), total]
        return np.concatenate(parts, axis=1).astype(np.float32)

    def estimate(self, sessions: Sessions) -> Estimates:
        """Estimates from the histories of sessions that have just begun."""
        means, traits = self._predict(self.features(sessions))
        return Estimates(means.astype(np.float64), self._repeated(self.errors, sessions.size), traits)

    def average(self, sessions: Sessions) -> Estimates:
        """Thinks that everybody's interests are drawn as those of the population are; the traits are read from the history all the same."""
        traits = self._predict(self.features(sessions))[1]
        means = np.repeat(self.mean[None], sessions.size, axis=0)
        return Estimates(means, self._repeated(self.covariance, sessions.size), traits)

    def _repeated(self, covariance: np.ndarray, count: int) -> np.ndarray:
        return np.repeat(covariance[None], count, axis=0)

    def _standardised(self, features: np.ndarray) -> np.ndarray:
        standardised: np.ndarray = ((features - self._centre) / self._scale).astype(np.float32)
        return standardised

    def _predict(self, features: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        import torch

        with torch.no_grad():
            inputs = torch.from_numpy(self._standardised(features))
            outputs = torch.stack([member(inputs) for member in self._members]).mean(dim=0).numpy()
        start, traits = len(self.mean), {}
        for name, values in self._classes.items():
            traits[name] = values[outputs[:, start : start + len(values)].argmax(axis=1)]
            start += len(values)
        return outputs[:, : len(self.mean)], traits


def trait_names(scenario: Scenario) -> tuple[str, ...]:
    """Returns the names of a scenario's own hidden fields that are single whole numbers."""
    own = {field[0] for field in scenario.user_fields} & set(scenario.hidden_fields)
    return tuple(
        name
        for name, kind, *shape in scenario.user_fields
        if name in own and not shape and np.dtype(kind).kind in "iu"
    )


def use_one_thread() -> None:
    """Lets torch use one thread in this process: where several processes measure, more would be in each other's way."""
    import torch

    torch.set_num_threads(1)


def _typical(people: np.ndarray, scenario: Scenario, traits: tuple[str, ...]) -> np.ndarray:
    """Returns a (1,) record whose hidden numbers are the means over people; traits are left at 0."""
    typical = np.zeros(1, people.dtype)
    for name in scenario.hidden_fields:
        if name not in ("key", "person", *traits):
            typical[name] = people[name].mean(axis=0)
    return typical


def _fit(
    features: np.ndarray,
    targets: np.ndarray,
    labels: Mapping[str, np.ndarray],
    classes: Mapping[str, int],
    *,
    seed: int,
) -> Any:
    """Trains one network: squared error of the interests, cross-entropy of the traits."""
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        width = targets.shape[1] + sum(classes.values())
        network = nn.Sequential(
            nn.Linear(features.shape[1], _HIDDEN),
            nn.ReLU(),
            nn.Linear(_HIDDEN, _HIDDEN),
            nn.ReLU(),
            nn.Linear(_HIDDEN, width),
        )
        inputs, wanted = torch.from_numpy(features), torch.from_numpy(np.asarray(targets, np.float32))
        kinds = {name: torch.from_numpy(np.asarray(values, np.int64)) for name, values in labels.items()}
        optimizer = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
        steps = _EPOCHS * -(-len(features) // _BATCH)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for _ in range(_EPOCHS):
            for rows in torch.split(torch.randperm(len(features)), _BATCH):
                outputs = network(inputs[rows])
                start = targets.shape[1]
                loss = (outputs[:, :start] - wanted[rows]).square().sum(dim=1).mean()
                for name, count in classes.items():
                    guessed = outputs[:, start : start + count]
                    loss = loss + nn.functional.cross_entropy(guessed, kinds[name][rows])
                    start += count
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
    return network.eval()
