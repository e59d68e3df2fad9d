"""What agents read from observations: the same whatever their form; features of pairs by hand."""

from __future__ import annotations

import numpy as np
import pytest
from agent_making import make

from agents.features import PairFeatures, user_vectors
from recgym.task.layout import FORMS


def test_every_form_tells_the_same_current_item_and_tastes_that_agree() -> None:
    read = {}
    for form in FORMS:
        env = make(
            "RecControl-v0",
            num_envs=50,
            observation=form,
            sequence_length=32,
            leave_base=-20.0,
            leave_relief=0.0,
        )
        env.reset(seed=0)
        for step in range(6):
            observations, *_ = env.step(np.arange(50) + step)
        read[form] = user_vectors(env.unwrapped.task, observations)
    for form in ("sequence", "ids"):
        for name in ("liked", "recent", "current"):
            assert getattr(read[form], name) == pytest.approx(getattr(read["flat"], name), abs=1e-6), name
        mine, flat = read[form].ignored, read["flat"].ignored
        cosines = (mine * flat).sum(axis=1) / np.maximum(
            np.linalg.norm(mine, axis=1) * np.linalg.norm(flat, axis=1), 1e-9
        )
        assert cosines.mean() > 0.6  # one is weighted by recency, the other is not
    for mine, other in zip(read["ids"], read["sequence"], strict=True):
        assert mine == pytest.approx(other, abs=1e-6)
    assert read["items"].current == pytest.approx(read["flat"].current, abs=1e-6)
    assert not read["items"].ignored.any()


def test_the_vectors_of_a_newcomer_are_zero() -> None:
    for form in FORMS:
        task = make(observation=form).unwrapped.task
        observation = task.observe()
        batch = (
            {name: part[None] for name, part in observation.items()}
            if isinstance(observation, dict)
            else observation[None]
        )
        assert not any(part.any() for part in user_vectors(task, batch))


def test_what_was_liked_and_ignored_by_hand() -> None:
    task = make(observation="ids").unwrapped.task
    observation = task.observe([3, 4, 5], [2, 0, 1])
    users = user_vectors(task, {name: part[None] for name, part in observation.items()})
    assert users.liked[0] == pytest.approx((task.vectors[3] + task.vectors[5]) / 2, abs=1e-6)
    assert users.recent[0] == pytest.approx(0.85 * 0.15 * task.vectors[3] + 0.15 * task.vectors[5], abs=1e-6)
    assert users.ignored[0] == pytest.approx(task.vectors[4], abs=1e-6)
    assert users.current[0] == pytest.approx(task.vectors[5], abs=1e-6)


def test_features_of_pairs_by_hand() -> None:
    env = make("RecMusic-v0", num_envs=4)
    task = env.unwrapped.task
    observations, _ = env.reset(seed=3)
    features = PairFeatures(task)
    users = user_vectors(task, observations)
    got = dict(zip(features.names, features(users, np.array([[7], [8], [9], [7]]))[3, 0], strict=True))
    assert len(got) == features.size == len(features.names)
    scaled = task.vectors[7] * np.sqrt(task.dimension)
    assert got["one"] == 1.0
    assert got["item_2"] == pytest.approx(scaled[2])
    assert got["cosine_recent"] == pytest.approx(scaled @ users.recent[3], abs=1e-5)
    assert got["cosine_current"] == pytest.approx(scaled @ users.current[3], abs=1e-5)
    assert got["item_2_times_liked"] == pytest.approx(scaled[2] * users.liked[3, 2], abs=1e-6)
    name = task.item_feature_names[task.dimension]
    column = task.item_features[:, task.dimension].astype(float)
    assert got[name] == pytest.approx((column[7] - column.mean()) / column.std(), abs=1e-5)


def test_nothing_shown_has_no_features() -> None:
    env = make(num_envs=3)
    observations, _ = env.reset(seed=0)
    features = PairFeatures(env.unwrapped.task)
    got = features(user_vectors(env.unwrapped.task, observations), np.array([[0, -1], [5, 6], [-1, -1]]))
    assert got.any(axis=2).tolist() == [[True, False], [True, True], [False, False]]


def test_all_items_in_parts_are_all_items_at_once() -> None:
    env = make(num_envs=30, num_items=5_000, catalogue="products")
    observations, _ = env.reset(seed=0)
    users = user_vectors(env.unwrapped.task, observations)
    features = PairFeatures(env.unwrapped.task)
    parts = list(features.of_all_items(users))
    assert len(parts) > 1
    rows, last = parts[-1]
    expected = features(users, np.broadcast_to(np.arange(5_000), (30, 5_000)))
    assert np.array_equal(last, expected[rows])


@pytest.mark.parametrize("env_id", ["RecMusic-v0", "RecBandit-v0"])
def test_forms_in_features_of_pairs_need_no_pairs(env_id: str) -> None:
    """Products x' w and x' M x of all items, made from the items' own features, are those of the features of pairs."""
    env = make(env_id, num_envs=700)
    observations, _ = env.reset(seed=0)
    users = user_vectors(env.unwrapped.task, observations)
    features, generator = PairFeatures(env.unwrapped.task), np.random.default_rng(0)
    everything = np.broadcast_to(np.arange(env.unwrapped.task.num_items), (700, env.unwrapped.task.num_items))
    pairs = features(users, everything).astype(np.float64)
    weights = generator.normal(size=(700, features.size))
    assert features.linear(users, weights) == pytest.approx(np.einsum("nid,nd->ni", pairs, weights), abs=1e-3)
    assert features.linear(users, weights[0]) == pytest.approx(pairs @ weights[0], abs=1e-3)
    root = generator.normal(size=(features.size, features.size)) / np.sqrt(features.size)
    expected = np.einsum("nid,nid->ni", pairs @ (root @ root.T), pairs)
    assert features.quadratic(users, root @ root.T) == pytest.approx(expected, rel=1e-4, abs=1e-3)
