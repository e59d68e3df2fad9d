"""The hidden world: what items are beyond their texts, from the world's own seed.

Vectors come from a Transformer; the latents mix them with what no text tells. Spherical k-means (Dhillon and Modha,
2001) finds the topics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recgym.catalogue.catalogue import Catalogue
from recgym.core.parameters import Parameters
from recgym.core.scenario import ITEM, LATENT, TOPICS

TOPIC_SHARPNESS = 8.0
"""Inverse temperature of an item's topic memberships."""
ZIPF_EXPONENT = 1.0
"""Exposure falls as rank to the power of minus this."""
PRICE_SPREAD, DURATION_SPREAD = 0.6, 0.7
"""Log-normal spreads, for items without prices or durations."""
HALF_LIFE_HOURS, HALF_LIFE_SPREAD = 8.0, 0.6
"""Median and log-normal spread of half-lives, for items without them."""
FORTNIGHT_HOURS = 336.0
"""Span of publication times, for items without them."""

_WORLD_STREAM, _NEW_STREAM = 0x776F726C64, 0x6E6577


@dataclass(frozen=True)
class WorldItems:
    """Items as the simulator knows them.

    Attributes:
        catalogue: The items' public side, in the order of the actions.
        records: (I,) records of `recgym.core.scenario.ITEM`; hidden from agents.
        vectors: (I, D) float32 public vectors, unit rows.
        centroids: (TOPICS, LATENT) float32 topic centroids, unit rows; hidden.
        rows: (I,) the items' rows in the catalogue that they were chosen from.
    """

    catalogue: Catalogue
    records: np.ndarray
    vectors: np.ndarray
    centroids: np.ndarray
    rows: np.ndarray


def create_items(
    catalogue: Catalogue,
    parameters: Parameters,
    *,
    num_items: int | None,
    embedding_dim: int | None,
    seed: int,
) -> WorldItems:
    """Makes the hidden side of a catalogue's items.

    An item's hidden side depends on the catalogue and the seed alone, not on how many items are in play.

    Args:
        catalogue: Items and their embeddings.
        parameters: Only the world's parameters are read.
        num_items: How many items are in play, chosen at random and evenly over domains; ``None`` for all.
        embedding_dim: Columns of the public vectors; ``None`` for all.
        seed: The world's seed, >= 0.

    Raises:
        ValueError: if ``num_items`` or ``embedding_dim`` does not fit the catalogue.
    """
    total = len(catalogue)
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _WORLD_STREAM])))
    rows = _choose_rows(catalogue, num_items, generator)
    told = _latent_of_texts(catalogue)  # (T, LATENT)
    centroids = spherical_k_means(told, generator)
    untold = _unit(generator.standard_normal((total, LATENT)))
    share = parameters.text_informativeness
    records = np.zeros(total, ITEM)
    records["latent"] = _unit(np.sqrt(share) * told + np.sqrt(1.0 - share) * untold)
    records["topics"] = soft_topics(told, centroids)
    readable = _standardise(told @ _unit(generator.standard_normal((1, LATENT)))[0])
    quality = _correlated(readable, generator.standard_normal(total), np.sqrt(parameters.quality_in_text))
    appeal = _correlated(quality, generator.standard_normal(total), parameters.appeal_quality)
    records["quality"], records["appeal"] = quality, appeal
    records["domain"] = catalogue.domains
    records["group"] = _group_numbers(catalogue)
    fame = 0.5 * appeal + 0.5 * quality + _renown(catalogue, generator.standard_normal(total))
    price = PRICE_SPREAD * generator.standard_normal(total)
    records["log_price"] = _log_relative(catalogue.price, catalogue.domains, price)
    duration = DURATION_SPREAD * generator.standard_normal(total)
    records["log_duration"] = _log_relative(catalogue.duration, catalogue.domains, duration)
    half_life = HALF_LIFE_HOURS * np.exp(HALF_LIFE_SPREAD * generator.standard_normal(total))
    records["half_life"] = _known_or(catalogue.half_life, half_life)
    records["release"] = _known_or(
        _over_the_fortnight(catalogue.published), FORTNIGHT_HOURS * generator.random(total)
    )
    items = records[rows]
    items["index"] = np.arange(len(rows))
    exposure = (1.0 + np.argsort(np.argsort(-fame[rows]))) ** -ZIPF_EXPONENT
    items["log_popularity"] = np.log(exposure / exposure.sum())
    items["is_new"] = _are_new(rows, total, parameters.new_items, seed)
    vectors = np.ascontiguousarray(catalogue.public_vectors(embedding_dim)[rows], dtype=np.float32)
    return WorldItems(catalogue.subset(rows), items, vectors, centroids.astype(np.float32), rows)


def _choose_rows(catalogue: Catalogue, num_items: int | None, generator: np.random.Generator) -> np.ndarray:
    """Chooses rows evenly over the domains, in the order of the catalogue."""
    total = len(catalogue)
    if num_items is None:
        return np.arange(total)
    if (
        isinstance(num_items, bool)
        or not isinstance(num_items, int | np.integer)
        or not 2 <= num_items <= total
    ):
        raise ValueError(
            f"num_items={num_items!r} must be a whole number from 2 to {total}, the size of catalogue "
            f"{catalogue.name!r}, or None for all of it."
        )
    shuffled = generator.permutation(total)
    place = np.empty(total)  # of each row among the shuffled rows of its own domain
    for domain in np.unique(catalogue.domains):
        members = shuffled[catalogue.domains[shuffled] == domain]
        place[members] = np.arange(len(members))
    return np.sort(shuffled[np.argsort(place[shuffled], kind="stable")][:num_items])


def _are_new(rows: np.ndarray, total: int, share: float, seed: int) -> np.ndarray:
    """Tells which items in play, (I,), are new: a share of them, rounded down, drawn by the seed alone. A larger share holds those of a smaller one."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _NEW_STREAM])))
    place = np.argsort(np.argsort(generator.random(total)[rows]))
    return place < int(share * len(rows))


def _latent_of_texts(catalogue: Catalogue) -> np.ndarray:
    """Whitened text vectors in LATENT dimensions; a catalogue too small for so many leaves the last ones 0."""
    possible = min(LATENT, len(catalogue) - 1, catalogue.embeddings.shape[1])
    whitened = np.zeros((len(catalogue), LATENT))
    whitened[:, :possible] = catalogue.public_vectors(possible)
    return whitened


def spherical_k_means(
    vectors: np.ndarray, generator: np.random.Generator, iterations: int = 20
) -> np.ndarray:
    """Returns (TOPICS, LATENT) unit centroids of unit vectors (T, LATENT)."""
    centroids = vectors[generator.choice(len(vectors), TOPICS, replace=len(vectors) < TOPICS)]
    for _ in range(iterations):
        nearest = np.argmax(vectors @ centroids.T, axis=1)
        members = nearest[:, None] == np.arange(TOPICS)  # (T, TOPICS)
        empty = ~members.any(axis=0)
        centroids = np.where(empty[:, None], centroids, _unit(members.T.astype(np.float64) @ vectors))
    return centroids


def soft_topics(vectors: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Returns how much unit vectors (T, LATENT) belong to each topic (T, TOPICS), by their cosines to the centroids; rows sum to 1."""
    weights = np.exp(TOPIC_SHARPNESS * (vectors @ centroids.T - 1.0))
    shares: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def _correlated(first: np.ndarray, second: np.ndarray, correlation: float) -> np.ndarray:
    return correlation * first + np.sqrt(1.0 - correlation**2) * second


def _standardise(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / max(float(values.std()), 1e-12)


def _renown(catalogue: Catalogue, drawn: np.ndarray) -> np.ndarray:
    """What made an item known before the log began: the catalogue's popularity where it has one."""
    if catalogue.popularity is None or np.isnan(catalogue.popularity).any():
        return drawn
    return _standardise(np.log1p(catalogue.popularity.astype(np.float64)))


def _group_numbers(catalogue: Catalogue) -> np.ndarray:
    """Numbers the groups of each domain, (T,); an item whose group is not known is a group of its own."""
    pairs = np.char.add(np.char.add(catalogue.domains.astype(str), ":"), catalogue.groups)
    names, numbers = np.unique(pairs, return_inverse=True)
    return np.where(catalogue.groups == "", len(names) + np.arange(len(catalogue)), numbers)


def _known_or(values: np.ndarray | None, drawn: np.ndarray) -> np.ndarray:
    return drawn if values is None else np.where(np.isnan(values), drawn, values)


def _over_the_fortnight(published: np.ndarray | None) -> np.ndarray | None:
    """Stretches publication times over the simulated fortnight, keeping their order and proportions."""
    if published is None or np.isnan(published).all():
        return None
    times = published.astype(np.float64)
    first, last = np.nanmin(times), np.nanmax(times)
    return FORTNIGHT_HOURS * (times - first) / max(last - first, 1e-12)


def _log_relative(values: np.ndarray | None, domains: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Logs over the median of the item's domain; items without a value (or free) keep the drawn one."""
    if values is None:
        return drawn
    relative = drawn.copy()
    for domain in np.unique(domains):
        known = (domains == domain) & (values > 0)
        if known.any():
            relative[known] = np.log(values[known].astype(np.float64) / np.median(values[known]))
    return relative
