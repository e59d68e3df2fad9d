"""The platform's own log: what it counted before the first recommendation of ours.

A popularity-biased policy served simulated users of their own population; the counts are public, as views and likes are.
They and the text are the only traces of what an item is worth.
"""

from __future__ import annotations

import numpy as np

from recgym.sessions.sessions import Sessions
from recgym.task.statistics import IS_NEW, ItemStatistics
from recgym.world.world import World

IMPRESSIONS_PER_ITEM = 100
"""Average length of the log. Popularity is Zipf, so most items have far fewer."""
LOG_ROWS = 512
"""Sessions that the log follows at once."""
_LOG_STREAM = 0x6C6F67


def count_log(sessions: Sessions) -> ItemStatistics:
    """Serves the log and counts. The same world always has the same log.

    Args:
        sessions: Of single items, with the people of the log; they are seeded and begun here.
    """
    world = sessions.world
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([world.world_seed, _LOG_STREAM])))
    for row, child in enumerate(generator.spawn(sessions.size)):
        sessions.seed(row, child)
    sessions.begin(np.arange(sessions.size))
    count = world.num_items
    known = np.flatnonzero(world.items["is_new"] == 0)
    shares = np.exp(world.items["log_popularity"][known].astype(np.float64))
    counts = np.zeros((3, count), np.int64)
    for _ in range(-(-IMPRESSIONS_PER_ITEM * count // sessions.size)):
        actions, idle = _popular_and_available(known, shares, sessions, generator)
        feedback = sessions.step(actions[:, None], idle)
        shown = actions[~idle]
        for total, weight in zip(counts, (None, *feedback.signals[:2, ~idle]), strict=True):
            total += np.bincount(shown, weight, minlength=count).astype(np.int64)
        over = np.flatnonzero(feedback.terminated | feedback.truncated | idle)
        if over.size:
            sessions.begin(over)
    counts.flags.writeable = False
    return ItemStatistics(*counts)


def item_features(world: World, statistics: ItemStatistics) -> tuple[np.ndarray, tuple[str, ...]]:
    """Returns what may be known of each item before it is shown.

    Returns:
        (I, F) float32: the public vector, then log(1 + impressions) / 10, click rate, like rate and, where the catalogue has
        them, log price and log duration over the median; if any item is new, 1 for those that the log never saw; and the F names.
    """
    columns = {
        "log_impressions": np.log1p(statistics.impressions) / 10.0,
        "click_rate": statistics.click_rate,
        "like_rate": statistics.like_rate,
    }
    if world.catalogue.price is not None:
        columns["log_price"] = world.items["log_price"]
    if world.catalogue.duration is not None:
        columns["log_duration"] = world.items["log_duration"]
    if world.items["is_new"].any():
        columns[IS_NEW] = world.items["is_new"]
    features = np.column_stack([world.vectors, *columns.values()]).astype(np.float32)
    features.flags.writeable = False
    return features, (*(f"embedding_{j}" for j in range(world.vectors.shape[1])), *columns)


def opening_context(sessions: Sessions, people: np.ndarray) -> np.ndarray:
    """Returns the context when a session begins, averaged over people, for each item that may be the last of the history.

    Args:
        sessions: As many as there are items, and one more for users without a history; their records are overwritten.
        people: (P,) records to average over.

    Returns:
        (I + 1, C) float32.
    """
    columns = sessions.setup.layout.slices["context"]
    total = np.zeros((sessions.size, columns.stop - columns.start))
    for person in people:
        sessions.users[:] = person
        sessions.users["seen"] = 1
        sessions.users["recent"][:, 0] = np.arange(sessions.size)
        sessions.users["seen"][-1] = sessions.users["recent"][-1, 0] = 0
        total += sessions.flat_observations()[:, columns]
    opening = (total / len(people)).astype(np.float32)
    opening.flags.writeable = False
    return opening


def _popular_and_available(
    known: np.ndarray, shares: np.ndarray, sessions: Sessions, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draws an item per row by its share of exposure among the known items that are available to the row.

    Args:
        known: (M,) the items that are not new.
        shares: (M,) their shares of exposure.
        sessions: The rows.
        generator: Of the draws.

    Returns:
        Items (N,) int64, and rows (N,) to which nothing but new items is available.
    """
    first = generator.random(sessions.size)
    if sessions.world.always_available:
        place = np.searchsorted(np.cumsum(shares) / shares.sum(), first, side="right")
        return known[place.clip(0, len(known) - 1)], np.zeros(sessions.size, np.bool_)
    masks = sessions.masks()
    cumulative = np.cumsum(shares * masks[:, known], axis=1)  # (N, M)
    place = (cumulative <= first[:, None] * cumulative[:, -1:]).sum(axis=1).clip(0, len(known) - 1)
    return known[place], (cumulative[:, -1] <= 0.0) & masks.any(axis=1)
