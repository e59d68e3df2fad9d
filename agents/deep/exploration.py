"""Exploration: items at random, and phases in which a user is shown more of one kind of item for some steps.

Where what is good comes after a valley, as in a domain that is not yet familiar, single random items never get across; a coherent phase does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recgym.task.choosing import best_items, random_items


class Exploration:
    """Decides for N users when to explore, and how.

    With probability ``epsilon`` a step shows any available item. Beside it there are phases: one begins with probability ``phase_rate`` at the first step of a
    session, and with ``phase_rate / phase_length`` at another, and it ends with probability ``1 / phase_length`` per step. While it lasts, what is shown is the
    item with the largest score + ``phase_strength`` * standard deviation of the user's scores * x, where x, drawn once for the phase, is one half of
    the times a random direction of the item vectors, xi . v_i with xi standard normal, and else a random mixture of the expected signals,
    sum_k a_k standardised(expected signal k), a a random unit vector over all signals but the click.

    Args:
        vectors: (I, D) float32, of the items.
        num_signals: K, the click first.
        size: N.
        epsilon: Probability of a random item.
        phase_rate: Probability of a phase at the first step of a session; 0 for none.
        phase_length: Mean number of steps of a phase, at least 1.
        phase_strength: How far a phase's preference outweighs the scores.
        phase_share: Share of the users that have phases at all; the others explore by random items alone.

    Attributes:
        in_phase: (N,) bool.
        directions: (N, D) float32: xi of the running phases, 0 for those that follow signals.
        mixtures: (N, K) float32: a of the running phases, 0 for those that follow a direction.
    """

    def __init__(
        self,
        vectors: np.ndarray,
        num_signals: int,
        size: int,
        *,
        epsilon: float,
        phase_rate: float,
        phase_length: float,
        phase_strength: float,
        phase_share: float,
    ) -> None:
        """See the class."""
        self._vectors = vectors
        self._epsilon = epsilon
        self._phase_rate = phase_rate
        self._phase_length = phase_length
        self._phase_strength = phase_strength
        self._has_phases = np.arange(size) < round(phase_share * size)
        self._fresh = np.ones(size, np.bool_)
        self.in_phase = np.zeros(size, np.bool_)
        self.directions = np.zeros((size, vectors.shape[1]), np.float32)
        self.mixtures = np.zeros((size, num_signals), np.float32)

    @property
    def size(self) -> int:
        """Users, N."""
        return len(self.in_phase)

    def begin(self, rows: np.ndarray) -> None:
        """Is told that rows (M,) begin a new session."""
        self._fresh[rows] = True

    def choose(
        self,
        scores: np.ndarray,
        available: np.ndarray,
        expected: Callable[[np.ndarray], np.ndarray],
        generator: np.random.Generator,
        count: int = 1,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Chooses items for each user.

        Args:
            scores: (N, I) float32.
            available: (N, I) bool.
            expected: Rows (M,) -> the expected signals (K, M, I) of those users.
            generator: For the draws.
            count: Items per user.

        Returns:
            Items (N,) int64, or (N, count) if that is not 1, and whether they were chosen to explore (N,) bool.
        """
        self._advance(generator)
        preferred = np.where(available, scores, -np.inf)
        rows = np.flatnonzero(self.in_phase)
        if len(rows):
            spread = np.std(scores[rows], axis=1, where=available[rows], keepdims=True)
            wished = self._phase_strength * spread * self._wishes(rows, expected)
            preferred[rows] = np.where(available[rows], scores[rows] + wished, -np.inf)
        items = best_items(preferred, count)
        random = generator.random(self.size) < self._epsilon
        if random.any():
            items[random] = random_items(available[random], count, generator)
        return items, random | self.in_phase

    def _advance(self, generator: np.random.Generator) -> None:
        """Ends and begins phases."""
        draws = generator.random(self.size)
        rate = np.where(self._fresh, self._phase_rate, self._phase_rate / self._phase_length)
        going_on = self.in_phase & ~self._fresh
        begins = ~going_on & (draws < rate) & self._has_phases
        self.in_phase = begins | (going_on & (draws >= 1.0 / self._phase_length))
        self._fresh[:] = False
        rows = np.flatnonzero(begins)
        along = generator.random((len(rows), 1)) < 0.5
        directions = generator.standard_normal((len(rows), self.directions.shape[1]), np.float32)
        mixtures = generator.standard_normal((len(rows), self.mixtures.shape[1]), np.float32)
        mixtures[:, 0] = 0.0
        mixtures /= np.maximum(np.linalg.norm(mixtures, axis=1, keepdims=True), 1e-6)
        self.directions[rows] = np.where(along, directions, 0.0)
        self.mixtures[rows] = np.where(along, 0.0, mixtures)

    def _wishes(self, rows: np.ndarray, expected: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Returns x (M, I) of users in a phase."""
        wishes: np.ndarray = self.directions[rows] @ self._vectors.T
        follow = np.flatnonzero(self.mixtures[rows].any(axis=1))
        if len(follow):
            signals = expected(rows[follow])
            signals = signals - signals.mean(axis=2, keepdims=True)
            signals /= np.maximum(signals.std(axis=2, keepdims=True), 1e-6)
            wishes[follow] += np.einsum("mk,kmi->mi", self.mixtures[rows[follow]], signals, optimize=True)
        return wishes
