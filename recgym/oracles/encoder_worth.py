"""What a text encoder is worth: the gain from the user's history when all that is known of items is their vectors and the platform's counts.

The world stays the same, hidden side and users; only the vectors that stand for the items change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from recgym.catalogue.catalogue import Catalogue
from recgym.catalogue.embed import embed_texts
from recgym.catalogue.words import joined_texts
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.intervals import Interval, jackknife_interval, mean_interval, ratio
from recgym.evaluation.rollouts import evaluated_setup, rollout
from recgym.oracles.certificate import OTHER_WORLDS, PRICE_USERS
from recgym.oracles.history_estimates import HistoryEstimator
from recgym.oracles.honest import HonestPolicy
from recgym.oracles.item_estimates import Vectors, estimate_items, public_vectors
from recgym.oracles.reference import best_price
from recgym.sessions.setup import Options, Setup, load_items, setup_of

CONTROLS: Mapping[str, str] = {
    "shipped": "the vectors of the catalogue",
    "shuffled": "each item has the vector of another",
    "random": "each item has a vector that says nothing",
    "words": "hashed words, as many columns as the shipped vectors",
}
"""Names that are no encoders' of texts, and what they stand for."""


@dataclass(frozen=True)
class EncoderWorth:
    """What was measured with one encoder in one world.

    Attributes:
        env_id: The environment.
        world_seed: The world's seed.
        users: Held-out users, paired over encoders.
        encoder: Its name.
        planner: Return of the planner to whom items are known by vectors and counts and users by their history.
        average: Return of the same for the average user: no history.
        gain: planner - average, paired: what the history is worth with these vectors.
        share: That gain over the gain with the catalogue's own vectors.
    """

    env_id: str
    world_seed: int
    users: int
    encoder: str
    planner: Interval
    average: Interval
    gain: Interval
    share: Interval

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


class WordEncoder:
    """Hashes words into columns (Weinberger et al., 2009): which words a text holds, and nothing of what they mean."""

    def __init__(self, columns: int) -> None:
        """Takes the number of columns."""
        self.columns = columns

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Returns (I, columns) float32."""
        from sklearn.feature_extraction.text import HashingVectorizer

        hashed = HashingVectorizer(n_features=self.columns, norm=None).transform(sentences)
        counts: np.ndarray = hashed.toarray().astype(np.float32)
        counts[~counts.any(axis=1), 0] = 1.0
        return counts


def measure_encoders(
    env_id: str,
    encoders: Sequence[Any],
    *,
    world_seed: int = 0,
    users: int = 1_000,
    **arguments: Any,
) -> list[EncoderWorth]:
    """Measures what the history is worth with each encoder's vectors, on the same held-out users with the same noise.

    Args:
        env_id: A registered id.
        encoders: Keys of `CONTROLS`, or what `recgym.catalogue.embed.embed_texts` takes: names, paths or objects with ``encode``.
        world_seed: The world's seed.
        users: How many, at least 2.
        **arguments: For the environment.

    Raises:
        CatalogueError: if there is no such encoder.
    """
    setup = evaluated_setup(env_id, "test", world_seed=world_seed, **arguments)
    others = [setup_of(env_id, **arguments | {"world_seed": seed}) for seed in OTHER_WORLDS]
    catalogue = load_items(setup.world.scenario, Options(catalogue=arguments.get("catalogue")))
    every = {
        str(encoder): _vectors_of(encoder, catalogue) for encoder in dict.fromkeys(["shipped", *encoders])
    }  # all of them first: one that is not there is told before anything is measured
    returns = {encoder: _planners(setup, others, vectors, users) for encoder, vectors in every.items()}
    own = np.subtract(*returns["shipped"])
    rows = []
    for encoder, (planner, average) in returns.items():
        gain = planner - average
        rows.append(
            EncoderWorth(
                env_id,
                world_seed,
                users,
                encoder,
                mean_interval(planner),
                mean_interval(average),
                mean_interval(gain),
                jackknife_interval(np.column_stack([gain, own]), ratio),
            )
        )
    return [row for row in rows if row.encoder == "shipped" or row.encoder in map(str, encoders)]


def _planners(
    setup: Setup, others: Sequence[Setup], vectors: Vectors, users: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns what the planner earns with a history, and what it earns without one, per user."""
    estimator = HistoryEstimator(setup, "vectors", vectors=vectors(setup))
    arrays = estimate_items(setup, others, vectors)
    earned = []
    for knowledge in ("honest", "average"):

        def policy(price: float, knowledge: str = knowledge) -> HonestPolicy:
            return HonestPolicy(estimator, knowledge=knowledge, price=price, arrays=arrays)

        price = 0.0
        if setup.world.scenario.planner == "index":
            price = best_price(setup.with_split("validation"), policy, PRICE_USERS)
        earned.append(rollout(setup, policy(price), users, 0).returns)
    return earned[0], earned[1]


def _vectors_of(encoder: Any, catalogue: Catalogue) -> Vectors:
    """Returns setup -> vectors for a key of `CONTROLS` or an encoder of texts."""
    if isinstance(encoder, str) and encoder == "shipped":
        return public_vectors
    if isinstance(encoder, str) and encoder == "shuffled":
        return lambda setup: _generator(setup).permutation(setup.world.vectors)
    if isinstance(encoder, str) and encoder == "random":
        return lambda setup: _generator(setup).standard_normal(setup.world.vectors.shape, np.float32)
    if isinstance(encoder, str) and encoder == "words":
        encoder = WordEncoder(catalogue.embeddings.shape[1])
    texts = [joined_texts(title, text) for title, text in zip(catalogue.titles, catalogue.texts, strict=True)]
    encoded = replace(catalogue, embeddings=embed_texts(texts, encoder, progress=False))
    row_of = {item: row for row, item in enumerate(catalogue.ids)}

    @cache
    def whitened(columns: int) -> np.ndarray:
        return encoded.public_vectors(columns)

    def chosen(setup: Setup) -> np.ndarray:
        columns = min(setup.layout.dimension, encoded.embeddings.shape[1], len(encoded) - 1)
        return whitened(columns)[[row_of[item] for item in setup.world.catalogue.ids]]

    return chosen


def _generator(setup: Setup) -> np.random.Generator:
    return np.random.default_rng(seed_for(Purpose.TUNING, setup.world.world_seed, 1))
