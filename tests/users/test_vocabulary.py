"""Every mechanism: its direction, its size against a value computed by hand, and its off-switch."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recgym.core.parameters import MEMORY
from recgym.core.scenario import LATENT, TOPICS
from recgym.envs.control import CONTROL
from recgym.envs.music import MUSIC
from recgym.users.attention import draw_share, expected_completion
from recgym.users.choice import choice_weight, sigmoid
from recgym.users.familiarity import exposure_effect, plays_remembered
from recgym.users.freshness import freshness
from recgym.users.goodwill import approach, leave_log_odds, like_probability, pull_of
from recgym.users.memory import fatigue, is_remembered, last_item, remember
from recgym.users.purchase import cart_probability, price_resistance
from recgym.users.satiation import expose, feel_redundancy, satiation_of
from recgym.users.taste import cosine, draw_taste, drift_taste, normalise, short_dot


def new_user(scenario=CONTROL) -> np.record:
    """A blank record. It starts remembering at 0 items; position 0 of the ring holds item 0 only once something is seen."""
    user = np.zeros(1, scenario.user_dtype)[0]
    user.recent[:] = -1
    return user


def unit(*values: float) -> np.ndarray:
    vector = np.zeros(LATENT, np.float32)
    vector[: len(values)] = values
    return vector / np.linalg.norm(vector)


def shown(*items: int, responses: tuple[int, ...] = ()) -> np.record:
    user = new_user()
    for place, item in enumerate(items):
        remember(user, item, responses[place] if responses else 0, place)
    return user


# choice


def test_sigmoid() -> None:
    assert sigmoid(0.0) == 0.5
    assert sigmoid(math.log(3.0)) == pytest.approx(0.75)
    assert sigmoid(-800.0) == 0.0
    assert sigmoid(2.0) > sigmoid(1.0)


def test_examination_falls_with_the_position() -> None:
    assert choice_weight(math.log(2.0), 0, 1.0) == pytest.approx(2.0)
    assert choice_weight(math.log(2.0), 3, 1.0) == pytest.approx(0.5)
    assert choice_weight(0.0, 1, 2.0) == pytest.approx(0.25)
    assert choice_weight(0.0, 4, 0.0) == 1.0  # off


# taste


def test_cosine_of_unit_vectors() -> None:
    assert cosine(unit(1.0), unit(1.0)) == pytest.approx(1.0)
    assert cosine(unit(1.0), unit(-1.0)) == pytest.approx(-1.0)
    assert cosine(unit(3.0, 4.0), unit(1.0)) == pytest.approx(0.6)


def test_normalise() -> None:
    vector = np.zeros(LATENT, np.float32)
    vector[:2] = 3.0, 4.0
    normalise(vector)
    assert vector[:3] == pytest.approx([0.6, 0.8, 0.0])


def centroids() -> np.ndarray:
    return np.eye(TOPICS, LATENT, dtype=np.float32)


def test_tastes_are_unit_vectors_with_few_interests() -> None:
    taste, tastes = np.zeros(LATENT, np.float32), []
    for key in range(400):
        draw_taste(taste, centroids(), 0.0, np.uint64(key * 7919 + 1), 0)
        tastes.append(taste.copy())
    drawn = np.array(tastes)
    assert np.linalg.norm(drawn, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (drawn[:, TOPICS:] == 0.0).all()  # nothing of one's own at spread 0
    assert (drawn >= 0.0).all()
    assert 0.85 < drawn.max(axis=1).mean() < 1.0  # one topic dominates; equal weights would give 0.29
    assert set(drawn.argmax(axis=1)) == set(range(TOPICS))


def test_spread_adds_what_is_ones_own() -> None:
    lengths = []
    for spread in (0.0, 0.3, 3.0):
        taste = np.zeros(LATENT, np.float32)
        total = 0.0
        for key in range(200):
            draw_taste(taste, centroids(), spread, np.uint64(key * 7919 + 1), 0)
            total += float((taste[TOPICS:] ** 2).sum())
        lengths.append(total / 200)
    assert lengths[0] == 0.0 < lengths[1] < lengths[2]
    assert lengths[2] == pytest.approx(
        4 / 16, abs=0.05
    )  # nearly isotropic: 4 of 16 dimensions lie beside the topics


def test_streams_of_one_key_are_independent_tastes() -> None:
    first, second = np.zeros(LATENT, np.float32), np.zeros(LATENT, np.float32)
    products = []
    for key in range(300):
        draw_taste(first, np.eye(TOPICS, LATENT, dtype=np.float32), 0.3, np.uint64(key * 104729 + 5), 0)
        draw_taste(second, np.eye(TOPICS, LATENT, dtype=np.float32), 0.3, np.uint64(key * 104729 + 5), 1)
        products.append(float(first @ second))
    assert abs(np.mean(products) - 0.14) < 0.06  # chance: two sparse tastes over 12 topics


def test_drift_moves_and_returns() -> None:
    start = unit(1.0)
    still = start.copy()
    drift_taste(still, start, 0.0, 0.5, np.uint64(3), 0, 4)
    assert np.array_equal(still, start)  # off
    apart = []
    for pull in (0.0, 0.5):
        taste, distances = start.copy(), []
        for step in range(300):
            drift_taste(taste, start, 0.1, pull, np.uint64(3), step, 4)
            assert np.linalg.norm(taste) == pytest.approx(1.0, abs=1e-5)
            distances.append(1.0 - float(taste @ start))
        apart.append(np.mean(distances[100:]))
    assert apart[0] > 3 * apart[1] > 0.0


def test_drift_has_the_size_it_is_given() -> None:
    start, steps = unit(1.0), []
    for key in range(500):
        taste = start.copy()
        drift_taste(taste, start, 0.01, 0.0, np.uint64(key * 31 + 7), 0, 4)
        steps.append(float(((taste - start) ** 2).sum()))
    assert np.mean(steps) == pytest.approx(
        0.01**2 * (LATENT - 1), rel=0.08
    )  # the part along the taste is normalised away


# memory and fatigue


def test_ring_keeps_the_last_items() -> None:
    user = shown(*range(MEMORY + 3), responses=(1,) * (MEMORY + 3))
    assert user.seen == MEMORY + 3
    assert last_item(user) == MEMORY + 2
    assert is_remembered(user, 3)
    assert not is_remembered(user, 2)  # pushed out
    assert user.response.tolist() == [1] * MEMORY


def test_fatigue_falls_linearly_and_ends() -> None:
    user = shown(7, 8, 9)
    assert fatigue(user, 9, 2.0, 10) == pytest.approx(2.0)
    assert fatigue(user, 8, 2.0, 10) == pytest.approx(1.8)
    assert fatigue(user, 7, 2.0, 10) == pytest.approx(1.6)
    assert fatigue(user, 7, 2.0, 4) == pytest.approx(1.0)
    assert fatigue(user, 7, 2.0, 2) == 0.0  # two others since: over
    assert fatigue(user, 6, 2.0, 10) == 0.0  # never shown
    assert fatigue(user, 9, 0.0, 10) == 0.0  # off


def test_the_last_showing_counts() -> None:
    assert fatigue(shown(5, 1, 5), 5, 2.0, 10) == pytest.approx(2.0)


def test_warm_history_does_not_tire() -> None:
    user = shown(5, 6)
    user.history = 1
    assert fatigue(user, 5, 2.0, 10) == 0.0
    assert fatigue(user, 6, 2.0, 10) == pytest.approx(2.0)


# familiarity


def test_plays_fall_with_the_lag() -> None:
    user = shown(5, 6, 5, 7, responses=(1, 1, 2, 1))
    assert plays_remembered(user, 7, 0.5) == pytest.approx(1.0)
    assert plays_remembered(user, 5, 0.5) == pytest.approx(2**-0.5 + 4**-0.5)
    assert plays_remembered(user, 5, 0.0) == pytest.approx(2.0)  # nothing is forgotten
    assert plays_remembered(user, 9, 0.5) == 0.0


def test_skipped_items_are_not_plays() -> None:
    user = shown(5, 6, 5, responses=(1, 1, 0))
    assert plays_remembered(user, 5, 1.0) == pytest.approx(1 / 3)


def test_exposure_helps_and_then_wears_out() -> None:
    level = math.log(2.0)
    assert exposure_effect(1.0, 0.4, 2.0, 0.5) == pytest.approx(0.4 * math.tanh(level) - 2.0 * (level - 0.5))
    assert exposure_effect(0.2, 0.4, 2.0, 0.5) == pytest.approx(
        0.4 * math.tanh(math.log(1.2))
    )  # below the threshold
    assert exposure_effect(0.0, 0.4, 2.0, 0.5) == 0.0
    assert exposure_effect(8.0, 0.0, 0.0, 0.5) == 0.0  # off
    assert exposure_effect(8.0, 0.4, 2.0, 0.5) < 0.0 < exposure_effect(0.5, 0.4, 2.0, 0.5)


# satiation


def test_satiation_grows_and_rebounds() -> None:
    user = new_user(MUSIC)
    topics = np.zeros(TOPICS, np.float32)
    topics[:2] = 0.75, 0.25
    assert satiation_of(user.satiation, topics) == 0.0
    expose(user.satiation, topics, 0.8, 1.0)
    assert user.satiation[:3] == pytest.approx([0.75, 0.25, 0.0])
    assert satiation_of(user.satiation, topics) == pytest.approx(0.625)
    expose(user.satiation, topics, 0.8, 0.5)
    assert user.satiation[:2] == pytest.approx([0.975, 0.325])
    expose(user.satiation, topics, 0.8, 0.0)  # off: only the rebound
    assert user.satiation[:2] == pytest.approx([0.78, 0.26])
    for _ in range(200):
        expose(user.satiation, topics, 0.8, 1.0)
    assert satiation_of(user.satiation, topics) == pytest.approx(0.625 / 0.2, rel=1e-4)


def test_every_entry_of_a_short_product_counts() -> None:
    generator = np.random.default_rng(0)
    for size in (TOPICS, LATENT):
        left, right = generator.normal(size=(2, size)).astype(np.float32)
        assert short_dot(left, right, size) == pytest.approx(float(left @ right), abs=1e-5)
        for entry in range(size):
            assert short_dot(left, np.eye(size, dtype=np.float32)[entry], size) == left[entry]


def test_felt_redundancy() -> None:
    assert feel_redundancy(0.5, 2.0, 0.8, 0.75) == pytest.approx(0.75 * 0.5 + 0.25 * 0.2 * 2.0)
    assert feel_redundancy(0.0, 5.0, 0.8, 0.0) == pytest.approx(
        1.0
    )  # the largest satiation at retention 0.8 is felt as 1
    assert feel_redundancy(0.0, 0.0, 0.8, 0.75) == 0.0


# goodwill, leaving, liking


def test_pull_and_approach() -> None:
    assert pull_of(0.0, 1.5) == 0.5
    assert pull_of(2.0, 1.5) == pytest.approx(1 / (1 + math.exp(-3.0)))
    assert pull_of(3.0, 0.0) == 0.5  # off
    assert pull_of(1.0, 1.5) > pull_of(-1.0, 1.5)
    assert approach(0.5, 0.9, 0.25) == pytest.approx(0.6)
    assert approach(0.5, 0.1, 0.25) == pytest.approx(0.4)
    assert approach(0.5, 0.9, 0.0) == 0.5  # off


def test_goodwill_and_clicks_keep() -> None:
    assert leave_log_odds(-3.0, 1.2, 0.75, 1.0, 0.5) == pytest.approx(-3.0 - 0.6 - 0.5)
    assert leave_log_odds(-3.0, 1.2, 0.25, 0.0, 0.5) == pytest.approx(-3.0 + 0.6)
    assert leave_log_odds(-3.0, 0.0, 0.1, 0.0, 0.5) == -3.0  # no stakes
    assert leave_log_odds(-3.0, 1.2, 0.9, 0.0, 0.5) < leave_log_odds(-3.0, 1.2, 0.1, 0.0, 0.5)
    assert leave_log_odds(-3.0, 1.2, 0.5, 1.0, 0.5) < leave_log_odds(-3.0, 1.2, 0.5, 0.0, 0.5)


def test_likes_tell_quality() -> None:
    assert like_probability(0.0, 0.0, 0.0) == 0.5
    assert like_probability(1.0, 0.5, -0.5) == pytest.approx(1 / (1 + math.exp(-0.75)))
    assert like_probability(1.0, 0.0, -0.5) > like_probability(-1.0, 0.0, -0.5)
    assert like_probability(0.0, 1.0, -0.5) > like_probability(0.0, -1.0, -0.5)


# attention


def test_completion() -> None:
    assert expected_completion(-1.2, 0.0, 0.3) == 0.5
    assert expected_completion(1.0, 1.0, 0.3) == pytest.approx(1 / (1 + math.exp(-0.8)))
    assert expected_completion(1.0, 1.0, 0.3) < expected_completion(1.0, 0.0, 0.3)
    assert expected_completion(1.0, 5.0, 0.0) == expected_completion(1.0, 0.0, 0.0)  # off
    assert expected_completion(2.0, 0.0, 0.3) > expected_completion(1.0, 0.0, 0.3)


def test_shares_have_the_mean_they_are_given() -> None:
    assert draw_share(0.5, 0.3) == pytest.approx(0.3)
    assert draw_share(0.25, 0.5) == pytest.approx(0.125)
    grid = (np.arange(20_000) + 0.5) / 20_000
    for mean in (0.1, 0.5, 0.95):
        shares = np.array([draw_share(mean, first) for first in grid])
        assert shares.mean() == pytest.approx(mean, abs=1e-3)
        assert ((shares >= 0.0) & (shares <= 1.0)).all()
    assert 0.0 <= draw_share(0.5, 0.0) < 1e-9


# purchase


def test_prices_above_the_budget_resist() -> None:
    assert price_resistance(1.0, 0.4, 0.7) == pytest.approx(0.42)
    assert price_resistance(0.4, 1.0, 0.7) == 0.0
    assert price_resistance(5.0, 0.0, 0.0) == 0.0  # off


def test_intent_moves_the_cart() -> None:
    assert cart_probability(-1.6, 0.5, 0.2, 0.15, 2.0) == pytest.approx(
        1 / (1 + math.exp(1.3))
    )  # neutral intent
    assert cart_probability(-1.6, 0.5, 0.2, 0.65, 2.0) == pytest.approx(1 / (1 + math.exp(-0.7)))
    assert cart_probability(-1.6, 0.5, 0.2, 0.9, 0.0) == pytest.approx(1 / (1 + math.exp(1.3)))  # off
    assert cart_probability(-1.6, 0.5, 1.0, 0.5, 2.0) < cart_probability(-1.6, 0.5, 0.0, 0.5, 2.0)
    assert cart_probability(-1.6, 1.0, 0.0, 0.5, 2.0) > cart_probability(-1.6, -1.0, 0.0, 0.5, 2.0)


# freshness


def test_freshness_halves() -> None:
    assert freshness(0.0, 8.0) == 1.0
    assert freshness(8.0, 8.0) == pytest.approx(0.5)
    assert freshness(24.0, 8.0) == pytest.approx(0.125)
    assert freshness(-5.0, 8.0) == 1.0  # not out yet
    assert freshness(8.0, 16.0) > freshness(8.0, 8.0)
