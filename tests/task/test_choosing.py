"""From scores and masks to actions."""

from __future__ import annotations

import numpy as np
import pytest

from recgym.task.choosing import best_items, draw_from_top, random_items


def test_the_best_items_come_first_and_equals_in_their_order() -> None:
    scores = np.array([[0.1, 0.9, 0.9, 0.5], [3.0, 1.0, 2.0, -np.inf]])
    assert best_items(scores, 1).tolist() == [1, 0]
    assert best_items(scores, 3).tolist() == [[1, 2, 3], [0, 2, 1]]


def test_lots_are_drawn_among_equals_alone() -> None:
    scores = np.tile([0.1, 0.9, 0.9, 0.5, 0.5], (4000, 1))
    generator = np.random.default_rng(0)
    single = best_items(scores, 1, generator)
    assert np.bincount(single, minlength=5) / 4000 == pytest.approx([0, 0.5, 0.5, 0, 0], abs=0.04)
    slates = best_items(scores, 3, generator)
    assert set(map(tuple, slates.tolist())) == {(1, 2, 3), (2, 1, 3), (1, 2, 4), (2, 1, 4)}
    assert (slates[:, 2] == 3).mean() == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("kind", [np.int8, np.bool_])
def test_random_items_are_available_different_and_equally_likely(kind: type) -> None:
    masks = np.tile(np.array([1, 0, 1, 1, 0, 1], kind), (4000, 1))
    generator = np.random.default_rng(0)
    single = random_items(masks, 1, generator)
    shares = np.bincount(single, minlength=6) / 4000
    assert (shares[[1, 4]] == 0).all()
    assert shares[[0, 2, 3, 5]] == pytest.approx([0.25] * 4, abs=0.04)
    slates = random_items(masks, 3, generator)
    assert slates.shape == (4000, 3)
    assert all(len(set(slate)) == 3 for slate in slates.tolist())
    assert not np.isin(slates, [1, 4]).any()


def test_draws_come_from_the_best_share_of_what_is_available() -> None:
    scores = np.tile(np.arange(10.0), (3000, 1))
    masks = np.ones((3000, 10), np.int8)
    masks[:, 9] = 0
    generator = np.random.default_rng(0)
    assert set(draw_from_top(scores, masks, 0.3, 1, generator).tolist()) == {6, 7, 8}  # the best 3 of 9
    assert set(draw_from_top(scores, masks, 0.01, 1, generator).tolist()) == {8}
    slates = draw_from_top(scores, masks, 0.01, 2, generator)
    assert {tuple(sorted(slate)) for slate in slates.tolist()} == {(7, 8)}
    assert set(map(tuple, slates.tolist())) == {(7, 8), (8, 7)}  # in either order
