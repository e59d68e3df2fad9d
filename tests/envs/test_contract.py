"""What every scenario promises: rewards, ends, histories, drift, populations, slates, masks, and no hidden state in sight."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from playing import (
    SINGLE_IDS,
    allowed_action,
    allowed_actions,
    copies_of_one_user,
    digest,
    future,
    one_session,
    play,
    state_of,
    vector_future,
)

from recgym import ENV_IDS
from recgym.core.scenario import BASE_SIGNALS
from recgym.sessions.env import RecEnv
from recgym.testing import nobody_sees_hidden_state, staying_keeps_and_leaving_drives_away, told_share
from recgym.world.world import SPLITS, create_log_world


def plain(env_id: str, **arguments: Any) -> RecEnv:
    env = gym.make(env_id, disable_env_checker=True, **arguments).unwrapped
    assert isinstance(env, RecEnv)
    return env


# rewards and signals


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_the_reward_is_the_weighted_sum_of_the_signals(env_id: str) -> None:
    defaults = plain(env_id).scenario.reward_weights
    names = [signal.name for signal in plain(env_id).scenario.all_signals]
    for weights in (None, {"like": 1.0}, {}, {name: (-1.5) ** place for place, name in enumerate(names)}):
        env = plain(env_id, reward_weights=weights)
        used = defaults if weights is None else weights
        rewards = []
        for outcome in play(env, 120, 3):
            if len(outcome) == 5:
                signals = outcome[4]
                assert list(signals)[: len(names)] == names
                assert outcome[1] == pytest.approx(
                    sum(used.get(name, 0.0) * signals[name] for name in names), rel=1e-12, abs=1e-12
                )
                rewards.append(outcome[1])
        assert any(rewards) == (weights != {})


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_signals_agree_with_one_another_and_with_their_units(env_id: str) -> None:
    env = plain(env_id)
    units = {signal.name: signal.unit for signal in env.scenario.all_signals}
    seen: dict[str, list[float]] = {name: [] for name in units}
    for outcome in play(env, 1_000, 4):
        if len(outcome) == 5:
            for name, values_so_far in seen.items():
                values_so_far.append(outcome[4][name])
    for name, unit in units.items():
        values = np.array(seen[name])
        assert np.ptp(values) > 0.0, name  # it happens, and not always
        if unit == "0 or 1":
            assert set(values) == {0.0, 1.0}, name
        else:
            assert values.min() >= 0.0, name
            assert values.max() <= 1.0 or unit != "0 to 1", name
    clicks = np.array(seen["click"])
    assert (np.array(seen["like"]) <= clicks).all()
    for name in ("cart", "completion", "deep_read", "discovery"):
        if name in seen:
            assert (np.array(seen[name])[clicks == 0.0] == 0.0).all()
    if "purchase" in seen:
        assert (np.array(seen["purchase"]) <= np.array(seen["cart"])).all()
        assert ((np.array(seen["revenue"]) > 0.0) == (np.array(seen["purchase"]) > 0.0)).all()


def test_diversity_is_the_distance_to_the_item_before() -> None:
    env = plain("RecVideo-v0", leave_base=-20.0)
    env.reset(seed=1)
    vectors = env.setup.world.vectors
    env.step(7)
    for before, item in ((7, 7), (7, 30), (30, 31)):
        diversity = env.step(item)[4]["diversity"]
        assert diversity == pytest.approx(1.0 - max(0.0, float(vectors[item] @ vectors[before])), abs=1e-5)


# observations


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize("observation", ["flat", "sequence", "ids", "items"])
@pytest.mark.parametrize(
    "arguments",
    [{}, {"history": 0}, {"drift": 0.5}, {"embedding_dim": None}, {"sequence_length": 64}],
    ids=str,
)
def test_observations_stay_in_their_space(env_id: str, observation: str, arguments: dict[str, Any]) -> None:
    env = plain(env_id, **({"observation": observation, "num_users": 100} | arguments))
    for outcome in play(env, 80, 5):
        assert outcome[0] in env.observation_space


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_forms_of_the_observation_tell_the_same(env_id: str) -> None:
    flat, sequence, ids, items = (
        plain(env_id, observation=form, sequence_length=6) for form in ("flat", "sequence", "ids", "items")
    )
    vectors = flat.setup.world.vectors
    dimension = vectors.shape[1]
    streams = zip(*(play(env, 60, 6) for env in (flat, sequence, ids, items)), strict=True)
    for (in_flat, *_), (in_sequence, *_), (in_ids, *_), (in_items, *_) in streams:
        assert np.array_equal(in_flat[4 * dimension :], in_sequence["context"])
        assert np.array_equal(in_sequence["present"], in_items > 0)
        assert np.array_equal(in_ids["history"], in_items)
        for name in ("feedback", "age", "present", "context"):
            assert np.array_equal(in_ids[name], in_sequence[name])
        shown = np.where(in_items[:, None] > 0, vectors[in_items - 1], 0.0)
        assert np.array_equal(in_sequence["history"], shown)
        assert np.array_equal(in_flat[3 * dimension : 4 * dimension], shown[-1])


@pytest.mark.parametrize("history", [0, 20])
def test_embeddings_are_means_even_and_recency_weighted(history: int) -> None:
    env = plain("RecControl-v0", history=history, leave_base=-20.0)
    vectors, read = env.setup.world.vectors, env.setup.layout.read
    env.reset(seed=2)
    picked = [vectors[item - 1] for item in env.sessions.recent(20)[0][0] if item > 0]
    assert len(picked) == history
    recent, ignored = np.zeros((2, vectors.shape[1]))
    for vector in picked:
        recent += 0.15 * (vector - recent)
    for item in range(40):
        observation, _, _, _, info = env.step(item)
        if info["click"]:
            picked.append(vectors[item])
            recent += 0.15 * (vectors[item] - recent)
        else:
            ignored += 0.15 * (vectors[item] - ignored)
        assert np.allclose(read(observation, "liked"), np.mean(picked or [0.0 * ignored], axis=0), atol=1e-5)
        assert np.allclose(read(observation, "recent"), recent, atol=1e-5)
        assert np.allclose(read(observation, "ignored"), ignored, atol=1e-5)
    assert history < len(picked) < history + 40


@pytest.mark.parametrize(
    ("arguments", "length"),
    [
        ({}, 20),
        ({"history": 0}, 20),
        ({"history": 45}, 45),
        ({"history": 64}, 64),
        ({"history": 45, "sequence_length": 7}, 7),
    ],
    ids=str,
)
def test_a_sequence_holds_all_that_users_bring_unless_it_is_said_otherwise(
    arguments: dict[str, Any], length: int
) -> None:
    env = plain("RecControl-v0", observation="ids", **arguments)
    observation, _ = env.reset(seed=1)
    assert observation["history"].shape == (length,)
    brought = int(env.sessions.users["history"][0])
    assert brought == arguments.get("history", 20)
    assert (observation["history"] > 0).sum() == min(brought, length)


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_rates_and_time_are_what_they_say(env_id: str) -> None:
    env = plain(env_id, leave_base=-20.0, horizon=25, observation="sequence", **one_session(env_id))
    generator = np.random.default_rng(0)
    observation, _ = env.reset(seed=3)
    assert observation["context"][:4].tolist() == [1.0, 0.0, 0.0, 0.0]
    clicks = likes = 0.0
    for step in range(1, 26):
        observation, _, _, _, info = env.step(allowed_action(env, generator))
        clicks += 0.1 * (info["click"] - clicks)
        likes += 0.1 * (info["like"] - likes)
        assert observation["context"][:3] == pytest.approx([1.0 - step / 25, clicks, likes], abs=1e-6)


# the ends of sessions


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_leaving_terminates_and_the_horizon_truncates(env_id: str) -> None:
    staying_keeps_and_leaving_drives_away(env_id)
    stayer = plain(env_id, horizon=7, num_users=50, **one_session(env_id), **plain(env_id).scenario.staying)
    flags = [outcome[2:4] for outcome in play(stayer, 7, 1) if len(outcome) == 5]
    assert flags == [(False, False)] * 6 + [(False, True)]


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_never_both_at_once(env_id: str) -> None:
    env = gym.make_vec(env_id, 64, horizon=3, leave_base=0.0, num_users=50, **one_session(env_id))
    env.reset(seed=0)
    generator, last = np.random.default_rng(1), []
    for _ in range(30):
        outcome = env.step(
            allowed_actions(env.unwrapped.action_masks(), env.unwrapped.setup.slate_size, generator)
        )
        assert not (outcome[2] & outcome[3]).any()
        last.append((outcome[2].sum(), outcome[3].sum()))
    assert (np.sum(last, axis=0) > 20).all()


# who the users are


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_cold_users_come_with_nothing(env_id: str) -> None:
    env = plain(env_id, history=0, observation="sequence", num_users=50)
    flat = plain(env_id, history=0, observation="flat", num_users=50)
    for seed in range(5):
        observation, _ = env.reset(seed=seed)
        assert not observation["present"].any()
        assert not observation["history"].any()
        assert not observation["context"][1:].any()
        assert flat.reset(seed=seed)[0].nonzero()[0].size == 1  # only the time that is left


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_warm_users_come_with_their_history(env_id: str) -> None:
    setup = plain(env_id, history=6).setup
    assert (setup.world.people["history"] == 6).mean() > 0.99
    affinity = setup.world.scenario.affinity
    items = setup.world.items
    assert all(len(set(person.recent[:6].tolist())) == 6 for person in setup.world.people[:50])
    liked = [
        [affinity(p, items[index], setup.world.arrays.parameters[0]) for index in p.recent[:6]]
        for p in setup.world.people[:200]
    ]
    base = [
        affinity(p, items[index], setup.world.arrays.parameters[0])
        for p in setup.world.people[:200]
        for index in range(0, len(items), 20)
    ]
    assert np.mean(liked) > np.mean(base) + 0.05


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_tastes_move_only_when_they_drift(env_id: str) -> None:
    for drift in (0.0, 0.1):
        env = gym.make_vec(env_id, 8, drift=drift, leave_base=-20.0, num_users=50)
        env.reset(seed=1)
        sessions, generator = env.unwrapped.sessions, np.random.default_rng(0)
        before = sessions.users["taste"].copy()
        for _ in range(10):
            env.step(allowed_actions(env.unwrapped.action_masks(), 1, generator))
        moved = np.abs(sessions.users["taste"] - before).max(axis=1)
        assert (moved > 0.0).all() == (drift > 0.0)
        assert np.array_equal(sessions.users["first_taste"], before)
        env.reset(seed=1)
        assert np.array_equal(sessions.users["taste"], before)  # the person did not change, only this session


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_populations_of_splits_are_disjoint(env_id: str) -> None:
    keys, tastes = {}, {}
    for split in SPLITS:
        people = plain(env_id, split=split, num_users=500).setup.world.people
        keys[split], tastes[split] = (
            set(people["key"].tolist()),
            {taste.tobytes() for taste in people["taste"]},
        )
        assert len(keys[split]) == len(tastes[split]) == 500
    people = create_log_world(plain(env_id).setup.world, 500).people
    keys["log"], tastes["log"] = set(people["key"].tolist()), {taste.tobytes() for taste in people["taste"]}
    for one, other in (("train", "test"), ("train", "log"), ("test", "log")):
        assert not keys[one] & keys[other]
        assert not tastes[one] & tastes[other]


def test_another_world_is_another_world_and_the_same_world_is_shared() -> None:
    first, again, other = (plain("RecVideo-v0", world_seed=seed).setup.world for seed in (3, 3, 4))
    assert first is again
    assert digest(first.items) != digest(other.items)
    assert not set(first.people["key"].tolist()) & set(other.people["key"].tolist())


def test_an_items_hidden_side_does_not_depend_on_how_many_are_in_play() -> None:
    few, many = (plain("RecVideo-v0", num_items=count, num_users=10).setup.world for count in (50, 400))
    place = {title: row for row, title in enumerate(many.catalogue.ids)}
    rows = [place[item] for item in few.catalogue.ids]
    for name in ("latent", "quality", "appeal", "topics"):
        assert np.array_equal(few.items[name], many.items[name][rows])


# slates


def test_positions_bias_choices() -> None:
    """The same item, at the top and at the bottom; the same users and the same luck."""
    rates = {}
    for bias in (0.0, 1.0, 3.0):
        setup = plain("RecVideo-v0", position_bias=bias, num_users=50).setup
        for order in ((5, 6, 7, 8), (8, 6, 7, 5)):
            sessions = copies_of_one_user(setup, 4_000, slate_size=4)
            sessions.step(np.tile(order, (4_000, 1)))
            items, responses, _ = sessions.recent(4)
            rates[bias, order[0]] = float(((items == 5 + 1) & (responses > 0)).any(axis=1).mean())
    assert rates[0.0, 5] == pytest.approx(rates[0.0, 8], abs=0.04)
    assert rates[1.0, 5] > rates[1.0, 8] + 0.05
    assert rates[3.0, 5] > 10 * rates[3.0, 8]


@pytest.mark.parametrize("env_id", [env_id for env_id in ENV_IDS if "Slate" in env_id])
def test_at_most_one_item_of_a_slate_is_chosen(env_id: str) -> None:
    env = plain(env_id)
    size = env.setup.slate_size
    for outcome in play(env, 200, 2):
        if len(outcome) == 5:
            _, responses, _ = env.sessions.recent(size)
            assert (responses > 0).sum() == outcome[4]["click"]
            assert responses.max() == outcome[4]["click"] + outcome[4]["like"]


def test_more_items_are_likelier_to_please() -> None:
    setup = plain("RecVideo-v0", num_users=50, position_bias=0.5).setup
    clicks = []
    for size in (1, 3, 6):
        sessions = copies_of_one_user(setup, 3_000, slate_size=size)
        clicks.append(sessions.step(np.tile(np.arange(10, 10 + size), (3_000, 1))).signals[0].mean())
    assert clicks[0] + 0.03 < clicks[1] < clicks[2] - 0.03


# masks


@pytest.mark.parametrize("env_id", ["RecNews-v0", "RecNewsSlate-v0"])
def test_masks_of_news_move_with_the_readers_clock(env_id: str) -> None:
    env = plain(env_id, leave_base=-20.0)
    generator = np.random.default_rng(0)
    _, info = env.reset(seed=4)
    items, masks = env.setup.world.items, []
    for _ in range(60):
        hour = float(env.sessions.users["hour"][0])
        lifetime = env.setup.world.parameters.lifetime
        expected = (items["release"] <= hour) & (hour < items["release"] + lifetime)
        assert np.array_equal(info["action_mask"] == 1, expected)
        assert np.array_equal(env.action_masks(), np.tile(expected, env.setup.slate_size))
        assert 0 < expected.sum() < len(items)
        masks.append(expected)
        info = env.step(allowed_action(env, generator))[4]
    assert (masks[0] != masks[-1]).any()
    assert len({mask.tobytes() for mask in masks}) > 5


@pytest.mark.parametrize("env_id", [env_id for env_id in ENV_IDS if "News" not in env_id])
def test_elsewhere_every_item_is_always_allowed(env_id: str) -> None:
    env = plain(env_id)
    for outcome in play(env, 10, 1):
        assert outcome[-1]["action_mask"].all()
        assert env.action_masks().all()


@pytest.mark.parametrize("env_id", ["RecNews-v0", "RecNewsSlate-v0"])
def test_masked_items_are_refused_and_nothing_moves(env_id: str) -> None:
    env = plain(env_id, invalid_actions="error")
    env.reset(seed=4)
    closed = np.flatnonzero(env.sessions.masks()[0] == 0)[: env.setup.slate_size]
    action = int(closed[0]) if env.setup.slate_size == 1 else closed
    before = state_of(env)
    with pytest.raises(
        ValueError, match=rf"Item {closed[0]} is not available now.*of 200 items are.*action_mask"
    ):
        env.step(action)
    assert state_of(env) == before
    many = gym.make_vec(env_id, 3, invalid_actions="error")
    many.reset(seed=4)
    actions = allowed_actions(many.unwrapped.action_masks(), env.setup.slate_size, np.random.default_rng(0))
    shut = np.flatnonzero(many.unwrapped.sessions.masks()[1] == 0)[: env.setup.slate_size]
    actions[1] = shut[0] if env.setup.slate_size == 1 else shut
    before = state_of(many)
    with pytest.raises(ValueError, match=rf"Item {shut[0]} is not available now \(row 1\)"):
        many.step(actions)
    assert state_of(many) == before


# snapshots


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_a_snapshot_brings_the_same_future_back(env_id: str) -> None:
    env = plain(env_id, drift=0.05)
    env.reset(seed=6)
    list(play(env, 5, 1))
    saved, here = env.snapshot(), state_of(env)
    first = future(env, 60, seed=1)
    assert state_of(env) != here
    for _ in range(2):  # a snapshot is good for more than one time
        env.restore(saved)
        assert state_of(env) == here
        assert future(env, 60, seed=1) == first
    env.restore(saved)
    assert future(env, 60, seed=2) != first
    other = plain(env_id, drift=0.05)
    other.restore(saved)
    assert future(other, 60, seed=1) == first


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_snapshots_of_vector_environments(env_id: str, mode: str) -> None:
    envs = gym.make_vec(env_id, 3, horizon=8, autoreset_mode=mode)
    envs.reset(seed=6)
    vector_future(envs, 8, seed=0)
    saved = envs.unwrapped.snapshot()
    first = vector_future(envs, 40, seed=1)
    envs.unwrapped.restore(saved)
    assert vector_future(envs, 40, seed=1) == first


def test_returned_arrays_are_not_written_later() -> None:
    for env_id in ENV_IDS:
        for env in (gym.make(env_id, disable_env_checker=True), gym.make_vec(env_id, 2)):
            kept = [env.reset(seed=0)]
            hashes = [digest(kept[0])]
            single = isinstance(env, gym.Env)
            generator = np.random.default_rng(0)
            for _ in range(5):
                masks = env.unwrapped.action_masks()
                actions = allowed_actions(np.atleast_2d(masks), env.unwrapped.setup.slate_size, generator)
                outcome = env.step(actions[0] if single else actions)
                kept.append(outcome)
                hashes.append(digest(outcome))
                if single and (outcome[2] or outcome[3]):
                    env.reset()
            assert [digest(outcome) for outcome in kept] == hashes, env_id


# nothing hidden in sight


def first_observations(env_id: str, **arguments: Any) -> tuple[np.ndarray, np.ndarray]:
    env = gym.make_vec(env_id, 3_000, observation="flat", **arguments)
    observations, _ = env.reset(seed=0)
    return observations.astype(float), env.unwrapped.sessions.users


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_first_observations_of_cold_users_tell_nothing_hidden(env_id: str) -> None:
    nobody_sees_hidden_state(env_id)
    taste = first_observations(env_id, history=0)[1]["taste"].astype(float)
    assert told_share(taste, taste) > 0.98  # a leak would be seen


@pytest.mark.parametrize("env_id", SINGLE_IDS)
def test_histories_tell_something_of_taste_and_nothing_of_traits(env_id: str) -> None:
    count = plain(env_id).setup.world.num_items
    observations, users = first_observations(
        env_id, history=min(20, count // 2)
    )  # who picked all of ten items tells nothing
    assert told_share(observations, users["taste"].astype(float)) > 0.03
    for name in ("sensitivity", "log_budget", "price_aversion"):
        if name in users.dtype.names:
            assert told_share(observations, users[name][:, None].astype(float)) < 0.02, name


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_infos_are_flat_numpy_with_the_same_keys_at_reset_and_step(env_id: str) -> None:
    names = {signal.name for signal in plain(env_id).scenario.all_signals}
    assert {signal.name for signal in BASE_SIGNALS} <= names
    for outcome in play(plain(env_id), 30, 1):
        info = outcome[-1]
        assert set(info) == names | {"action_mask", "shown", "attended", "repaired"}
        assert all(isinstance(value, np.generic | np.ndarray) for value in info.values())
        if len(outcome) == 2:
            assert not any(info[name] for name in names)
            assert (info["shown"] == -1).all()
            assert info["attended"] == -1
            assert info["repaired"] == 0
