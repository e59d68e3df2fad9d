"""Change: presets, fashions that come and go on a stream's clock, and items that the platform has never shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from playing import SINGLE_IDS, copies_of_one_user, vector_future

import recgym
from recgym import testing
from recgym.core.parameters import Parameters
from recgym.core.presets import PRESETS
from recgym.core.registry import REGISTERED
from recgym.evaluation.rollouts import begin_sessions, play, session_seeds
from recgym.oracles.certificate import certify
from recgym.oracles.policies import expected_rewards
from recgym.oracles.reference import popular_policy
from recgym.sessions.setup import setup_of
from recgym.task import Task
from recgym.users.trend import trend_effect
from recgym.world.trends import FASHIONS

SMALL = {"num_users": 300}


def log_odds(arrival: int, **arguments: Any) -> np.ndarray:
    """Log-odds of a click, (N, I), of users who are the ``arrival``-th of their streams; in the control scenario clicks are all that is rewarded."""
    setup = setup_of("RecControl-v0", **SMALL, **arguments)
    sessions = begin_sessions(setup, session_seeds(setup, 20, 0))
    sessions.users["arrival"] = arrival
    rewards = expected_rewards(sessions)
    return np.log(rewards / (1.0 - rewards))


# presets


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_its_arguments_and_what_is_given_beside_it_wins(name: str) -> None:
    known = {declared.name for declared in fields(Parameters)}
    arguments = PRESETS[name].arguments
    assert set(arguments) <= known
    for env_id in SINGLE_IDS:  # nothing that an id is registered with stands in a preset's way
        chosen = setup_of(env_id, preset=name, **SMALL).world.parameters
        assert {given: getattr(chosen, given) for given in arguments} == arguments
    first, *_ = arguments
    plain = setup_of("RecVideo-v0", **SMALL).world.parameters
    beside = setup_of("RecVideo-v0", preset=name, **{first: getattr(plain, first)}, **SMALL).world.parameters
    assert getattr(beside, first) == getattr(plain, first)
    assert getattr(beside, [*arguments][-1]) == [*arguments.values()][-1]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_in_the_pages_and_the_help(name: str) -> None:
    from train.arguments import PRESETS_HELP

    page = gym.make("RecNews-v0", disable_env_checker=True).unwrapped.__doc__ or ""
    for text in (page, PRESETS_HELP):
        assert PRESETS[name].description in text
    assert f'preset="{name}"' in page


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"preset": "drfit"}, ValueError, r"Unknown preset 'drfit'. Did you mean 'drift'\?.*cold_start, drift, trend"),
        ({"preset": 3}, TypeError, r"preset=3 must be a name.*drift"),
        ({"preset": "trend", "trend": -1.0}, ValueError, r"trend=-1\.0 is out of range.*0 to 10"),
        ({"trend": float("nan")}, ValueError, r"trend=nan is out of range"),
        ({"trend_period": 0}, ValueError, r"trend_period=0 is out of range.*1 to 1000000"),
        ({"trend_period": 2.5}, ValueError, r"trend_period=2\.5 must be a whole number"),
        ({"trend_ramp": 1.5}, ValueError, r"trend_ramp=1\.5 is out of range.*0 to 1"),
        ({"trend_start": -1}, ValueError, r"trend_start=-1 is out of range"),
        ({"new_items": -1}, ValueError, r"new_items=-1 is out of range.*0 to 0\.9"),
        ({"new_items": 1.0}, ValueError, r"new_items=1\.0 is out of range.*0 to 0\.9"),
        ({"new_items": float("nan")}, ValueError, r"new_items=nan is out of range"),
        ({"new_items": "many"}, TypeError, r"new_items='many' is not a number"),
        ({"preset": "cold_start", "history": -2}, ValueError, r"history=-2 is out of range"),
    ],
)  # fmt: skip
def test_bad_input_is_explained(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    for make in (gym.make, gym.make_vec):
        with pytest.raises(error, match=words):
            make("RecVideo-v0", **arguments)


@pytest.fixture
def preset_ids() -> Iterator[list[str]]:
    """Ids of scenarios of 40 items with each preset, whose fashions change after every session."""
    made = []
    for name in PRESETS:
        env_id = f"RecVideo{name.title().replace('_', '')}-v0"
        recgym.register(env_id, "recgym.envs.video:RecVideoEnv", preset=name, num_items=40, trend_period=1)
        made.append(env_id)
    yield made
    for env_id in made:
        del gym.registry[env_id]
        REGISTERED.remove(env_id)


@pytest.mark.parametrize(
    "check",
    [
        testing.passes_gymnasiums_checker, testing.observations_are_in_their_space, testing.every_action_is_legal,
        testing.snapshots_bring_the_same_future_back, testing.pickles_have_the_same_future,
        testing.nobody_sees_hidden_state, testing.planner_is_between_myopic_and_bound,
    ],
    ids=lambda check: check.__name__,
)  # fmt: skip
def test_the_contract_holds_under_each_preset(check: Any, preset_ids: list[str]) -> None:
    for env_id in preset_ids:
        check(env_id)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecNewsSlate-v0"])
def test_rows_equal_singles_under_each_preset(env_id: str, name: str) -> None:
    for mode in AutoresetMode:
        testing.rows_equal_singles_in(env_id, "flat", mode, preset=name, trend_period=2, steps=60)


@pytest.mark.parametrize("name", PRESETS)
def test_certificates_take_presets(name: str) -> None:
    certificate = certify("RecVideo-v0", preset=name, users=80, **SMALL)
    means = {policy: interval.mean for policy, interval in certificate.returns.items()}
    assert certificate.bound is not None
    assert means["random"] < means["myopic"] < means["planner"] < certificate.bound
    assert certificate.gain.low > 0.0


# fashions


def test_fashion_adds_to_the_log_odds_what_it_says() -> None:
    plain = log_odds(0)
    trends = setup_of("RecControl-v0", trend=1.0, **SMALL).world.arrays.trends
    for strength, arrival, fashion in ((0.5, 0, 0), (1.5, 2, 0), (1.5, 3, 1), (1.0, 3 * FASHIONS + 6, 2)):
        moved = log_odds(arrival, trend=strength, trend_period=3)
        assert moved - plain == pytest.approx(
            np.broadcast_to(strength * trends[fashion], plain.shape), abs=1e-5
        )
    later = log_odds(1, trend=1.5, trend_period=3, trend_start=2)
    assert np.array_equal(later, log_odds(3, trend=1.5, trend_period=3))


def test_a_ramp_brings_the_next_fashion_in_and_keeps_the_variance() -> None:
    trends = np.random.default_rng(0).standard_normal((FASHIONS, 4000)).astype(np.float32)

    def at(time: int, ramp: float) -> np.ndarray:
        return np.array([trend_effect(trends, item, time, 10, ramp) for item in range(4000)])

    assert np.array_equal(at(9, 0.0), trends[0])
    assert np.array_equal(at(10, 0.0), trends[1])
    assert np.array_equal(at(5, 0.5), trends[0])
    assert np.array_equal(at(10, 1.0), trends[1])
    shares = [np.corrcoef(at(time, 1.0), trends[1])[0, 1] for time in range(11)]
    assert (np.diff(shares) > 0.0).all()
    assert at(5, 1.0) == pytest.approx((trends[0] + trends[1]) / np.sqrt(2.0), abs=1e-6)
    for time in range(0, 20, 3):
        assert at(time, 1.0).std() == pytest.approx(1.0, abs=0.05)
    assert np.array_equal(at(10 * FASHIONS, 0.0), trends[0])


def test_fashions_are_of_topics_and_of_the_worlds_seed() -> None:
    world = setup_of("RecVideo-v0", trend=1.0, num_items=400, **SMALL).world
    trends, topics = world.arrays.trends, world.items["topics"].astype(float)
    assert trends.shape == (FASHIONS, 400)
    assert trends.std() == pytest.approx(1.0, abs=0.1)
    assert trends.mean(axis=1) == pytest.approx(np.zeros(FASHIONS), abs=1e-6)
    unit = topics / np.linalg.norm(topics, axis=1, keepdims=True)
    alike = (unit @ unit.T)[np.triu_indices(400, 1)]
    together = np.corrcoef(trends.T)[np.triu_indices(400, 1)]
    assert together[alike > 0.95].mean() > 0.8
    assert together[alike < 0.2].mean() < 0.1
    same = setup_of("RecVideo-v0", trend=2.0, drift=0.1, num_items=400, split="test", **SMALL).world
    assert np.array_equal(same.arrays.trends, trends)
    other = setup_of("RecVideo-v0", trend=1.0, num_items=400, world_seed=1, **SMALL).world
    assert not np.array_equal(other.arrays.trends, trends)


def test_users_click_as_often_as_the_oracle_says_before_and_after_a_shock() -> None:
    setup = setup_of("RecVideo-v0", trend=2.0, trend_period=5, num_users=1, leave_base=-20.0, fatigue=0.0)
    item = int(np.argmax(setup.world.arrays.trends[1] - setup.world.arrays.trends[0]))
    shares = []
    for arrival in (4, 5):
        sessions = copies_of_one_user(setup, 4_000)
        sessions.users["arrival"] = arrival
        level = 1.0 / (1.0 + np.exp(-setup.world.scenario.utility(
            sessions.users[0], setup.world.items[item], setup.world.arrays.parameters[0]
        ) - 2.0 * setup.world.arrays.trends[arrival // 5, item]))  # fmt: skip
        clicks = sessions.step(np.full((4_000, 1), item)).signals[0]
        assert clicks.mean() == pytest.approx(level, abs=4.0 * np.sqrt(0.25 / 4_000))
        shares.append(clicks.mean())
    assert shares[1] > shares[0] + 0.2


def test_the_clock_counts_the_sessions_of_a_stream() -> None:
    envs: Any = gym.make_vec("RecVideo-v0", 3, preset="trend", horizon=4, leave_base=-20.0, **SMALL)
    envs.reset(seed=0)
    seen = [envs.unwrapped.sessions.users["arrival"].copy()]
    for _ in range(15):
        envs.step(envs.action_space.sample())
        seen.append(envs.unwrapped.sessions.users["arrival"].copy())
    assert (np.array(seen)[:, 0] == np.arange(16) // 5).all()  # four steps, and one that resets
    envs.reset()
    assert envs.unwrapped.sessions.users["arrival"].tolist() == [4, 4, 4]
    envs.reset(seed=[5, None, 5])
    assert envs.unwrapped.sessions.users["arrival"].tolist() == [0, 5, 0]


def test_who_comes_back_finds_the_fashion_with_which_they_left() -> None:
    arguments: dict[str, Any] = {"preset": "trend", "trend_period": 1, "return_base": 20.0, "sessions": 3}
    envs: Any = gym.make_vec("RecVideoRetention-v0", 2, **arguments, **SMALL)
    envs.reset(seed=0)
    users, moments, over = envs.unwrapped.sessions.users, [], np.zeros(2, np.bool_)
    episodes = np.zeros(2, np.int64)
    for _ in range(150):
        episodes += over  # this step begins the next one
        _, _, left, cut, _ = envs.step(envs.action_space.sample())
        over = left | cut
        assert np.array_equal(users["arrival"], episodes)
        moments += zip(users["arrival"].tolist(), users["session"].tolist(), strict=True)
    assert {session for arrival, session in moments if arrival == 1} == {0, 1, 2}


def test_the_log_is_of_the_first_fashion() -> None:
    setup = setup_of("RecControl-v0", trend=2.0, trend_period=1, num_items=60, **SMALL)
    rates, shown = setup.task.statistics.click_rate, setup.task.statistics.impressions > 50
    trends = setup.world.arrays.trends
    told = [np.corrcoef(rates[shown], trend[shown])[0, 1] for trend in trends]
    assert told[0] > 0.5
    assert told[0] == max(told)
    later = setup_of("RecControl-v0", trend=2.0, trend_period=9, trend_start=40, num_items=60, **SMALL)
    assert np.array_equal(later.task.statistics.clicks, setup.task.statistics.clicks)


def test_what_was_popular_is_so_until_the_fashion_changes() -> None:
    arguments: dict[str, Any] = {"trend": 2.0, "trend_period": 10, **SMALL}
    earned = {}
    for start in (0, 10):
        setup = setup_of("RecControl-v0", trend_start=start, **arguments)
        log = play(
            "RecControl-v0", popular_policy(setup.task, 0), num_sessions=300, trend_start=start, **arguments
        )
        other = play(
            "RecControl-v0", lambda observations, masks: np.full(len(masks), 7), num_sessions=300, **arguments
        )
        assert np.array_equal(other.seeds, log.seeds)  # the same users
        earned[start] = log.signals["click"].sum(axis=(1,)) / log.running.sum(axis=1)
    lost = earned[0] - earned[10]
    assert lost.mean() > 3.0 * lost.std() / np.sqrt(len(lost))


def test_without_fashions_and_new_items_nothing_changes() -> None:
    def future(**arguments: Any) -> str:
        envs = gym.make_vec("RecVideo-v0", 4, **SMALL, **arguments)
        envs.reset(seed=3)
        return vector_future(envs, 80, 3)

    plain = future()
    assert future(trend_period=1, trend_ramp=1.0, trend_start=9) == plain
    assert future(trend=0.0, new_items=0.0, preset=None) == plain
    assert future(trend=0.3) != plain
    assert future(new_items=0.3) != plain  # histories differ
    assert setup_of("RecVideo-v0", **SMALL).task.item_feature_names[-1] != "is_new"


# new items


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecNews-v0", "RecCrossDomain-v0", "RecBandit-v0"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_nobody_has_seen_new_items(env_id: str, share: float) -> None:
    for split in ("train", "test"):
        setup = setup_of(env_id, new_items=share, split=split, **SMALL)
        task, people = setup.task, setup.world.people
        new = task.new_items
        assert new.sum() == int(share * len(new))
        assert not task.statistics.impressions[new].any()
        assert not task.statistics.clicks[new].any()
        assert task.statistics.impressions.sum() > 0
        brought = np.arange(people["recent"].shape[1]) < people["history"][:, None]
        assert brought.any()
        assert not new[people["recent"][brought]].any()
        assert np.array_equal(task.item_features[:, task.item_feature_names.index("is_new")] > 0, new)


def test_which_items_are_new_depends_on_the_seed_alone() -> None:
    def new(**arguments: Any) -> np.ndarray:
        return setup_of("RecVideo-v0", **{**SMALL, "new_items": 0.3, **arguments}).task.new_items

    first = new()
    for arguments in (
        {"drift": 0.1},
        {"history": 0},
        {"split": "test"},
        {"trend": 1.0},
        {"appeal_quality": 0.2},
    ):
        assert np.array_equal(new(**arguments), first)
    assert not np.array_equal(new(world_seed=1), first)
    assert (new(new_items=0.5) >= first).all()
    assert not new(new_items=0.0).any()
    items = [setup_of("RecVideo-v0", new_items=share, **SMALL).world.items for share in (0.0, 0.3)]
    for name in ("latent", "quality", "appeal", "log_price"):
        assert np.array_equal(items[0][name], items[1][name])  # what they are is not changed
    quality = items[1]["quality"]
    assert abs(quality[first].mean() - quality[~first].mean()) < 4.0 * np.sqrt(1 / 60 + 1 / 140)


def test_a_saved_task_knows_its_new_items(tmp_path: Path) -> None:
    task = setup_of("RecVideo-v0", new_items=0.3, **SMALL).task
    task.save(tmp_path)
    loaded = Task.load(tmp_path)
    assert np.array_equal(loaded.new_items, task.new_items)
    assert np.array_equal(loaded.popularity, task.popularity)


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecVideoSlate-v0", "RecMusic-v0"])
def test_the_popular_policy_shows_new_items_only_when_it_must(env_id: str) -> None:
    setup = setup_of(env_id, preset="cold_start", **SMALL)
    log = play(env_id, popular_policy(setup.task, 0), num_sessions=50, preset="cold_start", **SMALL)
    assert not setup.task.new_items[log.shown[log.shown >= 0]].any()
    few: dict[str, Any] = {"num_items": 12, "new_items": 0.9, "history": 0, **SMALL}
    task = setup_of(env_id, **few).task
    log = play(env_id, popular_policy(task, 0), num_sessions=50, **few)
    assert task.new_items[log.shown[log.shown >= 0]].any()  # two of twelve are known
