"""Every member of the action space is legal: what is shown in place of what cannot be."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from playing import copies_of_one_user, state_of

from recgym import ENV_IDS
from recgym.task import INVALID_ACTIONS

NEWS = ("RecNews-v0", "RecNewsSlate-v0")


def expected_slate(asked: list[int], mask: np.ndarray, vectors: np.ndarray, rule: str) -> list[int]:
    """The rule in words: what fits stays; what does not gives way to the nearest that is available and not in the slate."""
    shown: list[int | None] = []
    for item in asked:
        shown.append(item if mask[item] == 1 and item not in shown else None)
    for place, item in enumerate(asked):
        if shown[place] is None:
            free = [i for i in range(len(mask)) if mask[i] == 1 and i not in shown]
            cosines = vectors[free].astype(np.float64) @ vectors[item].astype(np.float64)
            shown[place] = free[int(np.argmax(cosines))] if free and rule == "repair" else -1
    return [-1 if item is None else item for item in shown]


@pytest.mark.parametrize("env_id", ENV_IDS)
@pytest.mark.parametrize("rule", ["repair", "empty"])
def test_any_sample_is_shown_as_the_rule_says(env_id: str, rule: str) -> None:
    env = gym.make(env_id, invalid_actions=rule, **({"leave_base": -5.0})).unwrapped
    env.action_space.seed(1)
    _, info = env.reset(seed=3)
    vectors, changed = env.task.vectors, 0
    for _ in range(80):
        action = env.action_space.sample()
        asked = np.atleast_1d(action).tolist()
        expected = expected_slate(asked, info["action_mask"], vectors, rule)
        _, _, terminated, truncated, info = env.step(action)
        assert info["shown"].tolist() == expected
        assert info["repaired"] == sum(a != b for a, b in zip(asked, expected, strict=True))
        changed += int(info["repaired"])
        assert (info["attended"] == -1) == (max(expected) == -1)
        assert info["attended"] == -1 or expected[info["attended"]] >= 0
        if terminated or truncated:
            _, info = env.reset()
    assert (changed > 0) == ("News" in env_id or "Slate" in env_id)


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_repair_moves_nothing_that_was_legal(env_id: str) -> None:
    """On legal actions the three rules agree bit by bit."""
    envs = [gym.make_vec(env_id, 4, invalid_actions=rule, horizon=12) for rule in INVALID_ACTIONS]
    outcomes = [env.reset(seed=5) for env in envs]
    generator = np.random.default_rng(0)
    for _ in range(30):
        mask = outcomes[0][-1]["action_mask"]
        lottery = np.argsort(-generator.random(mask.shape) * mask, axis=1, kind="stable")
        slate_size = envs[0].unwrapped.setup.slate_size
        actions = lottery[:, 0] if slate_size == 1 else lottery[:, :slate_size]
        if not np.take_along_axis(mask, lottery[:, :slate_size], axis=1).all():
            break  # fewer items are available than the slate has places
        outcomes = [env.step(actions) for env in envs]
        assert not outcomes[0][-1]["repaired"].any()
        for other in outcomes[1:]:
            assert all(np.array_equal(a, b) for a, b in zip(outcomes[0][:4], other[:4], strict=True))


@pytest.mark.parametrize("env_id", NEWS)
def test_a_screen_without_a_story_is_an_empty_one(env_id: str) -> None:
    """Nothing is seen: no click, no reward, nothing remembered; time passes, and the reader may leave."""
    env = gym.make(env_id, invalid_actions="empty", leave_base=-20.0, leave_relief=0.0).unwrapped
    _, info = env.reset(seed=1)
    closed = np.flatnonzero(info["action_mask"] == 0)
    action = int(closed[0]) if env.setup.slate_size == 1 else closed[: env.setup.slate_size]
    before, trust = env.sessions.users[0].copy(), float(env.sessions.users[0]["slow"])
    observation, reward, terminated, _, info = env.step(action)
    user = env.sessions.users[0]
    assert reward == 0.0
    assert not terminated
    assert (info["shown"] == -1).all()
    assert info["attended"] == -1
    assert info["click"] == info["diversity"] == 0.0
    assert user["seen"] == before["seen"]
    assert (user["t"], user["hour"]) == (before["t"] + 1, before["hour"] + 0.5)
    assert user["slow"] == pytest.approx(0.99 * trust)
    assert observation in env.observation_space
    leaver = gym.make(env_id, invalid_actions="empty", leave_base=10.0, leave_relief=0.0).unwrapped
    leaver.reset(seed=1)
    assert leaver.step(action)[2]


def test_an_empty_place_takes_no_click_from_the_others() -> None:
    """The same slate with a copy of its top item left empty is the slate without that place."""
    setup = gym.make("RecVideoSlate-v0", num_users=50, position_bias=0.0).unwrapped.setup
    clicks = {}
    for name, slate in {"three": [5, 6, 7], "copies": [5, 6, 7, 5, 6]}.items():
        sessions = copies_of_one_user(setup, 3_000, slate_size=len(slate), invalid_actions="empty")
        feedback = sessions.step(np.tile(slate, (3_000, 1)))
        clicks[name] = feedback.signals[0]
        assert (feedback.repaired == len(slate) - 3).all()
    assert np.array_equal(clicks["three"], clicks["copies"])


def test_a_slate_longer_than_what_is_available_leaves_places_empty() -> None:
    env = gym.make("RecNewsSlate-v0", slate_size=60, lifetime=24.0, num_items=200).unwrapped
    _, info = env.reset(seed=2)
    available = int(info["action_mask"].sum())
    assert 0 < available < 60
    _, _, _, _, info = env.step(np.arange(60))
    shown = info["shown"]
    assert (shown >= 0).sum() == available
    assert len(set(shown[shown >= 0].tolist())) == available


@pytest.mark.parametrize("env_id", ["RecNews-v0", "RecNewsSlate-v0", "RecVideoSlate-v0"])
def test_error_refuses_and_nothing_moves(env_id: str) -> None:
    env = gym.make(env_id, invalid_actions="error").unwrapped
    _, info = env.reset(seed=4)
    size = env.setup.slate_size
    bad: Any = np.zeros(size, int) if "Video" in env_id else np.flatnonzero(info["action_mask"] == 0)[:size]
    before = state_of(env)
    with pytest.raises(ValueError, match=r"different items, got|is not available now"):
        env.step(bad if size > 1 else int(bad[0]))
    assert state_of(env) == before


def test_the_deferred_mask_is_what_it_was_when_it_was_told() -> None:
    envs = gym.make_vec("RecNews-v0", 16)
    _, first = envs.reset(seed=0)
    kept, expected = [first], [envs.unwrapped.sessions.masks().copy()]
    for _ in range(20):
        *_, info = envs.step(envs.action_space.sample())
        kept.append(info)
        expected.append(envs.unwrapped.sessions.masks().copy())
    for info, mask in zip(kept, expected, strict=True):
        for copied in (dict(info), {**info}, info.copy(), info | {}):
            assert np.array_equal(copied["action_mask"], mask)
        assert np.array_equal(info["action_mask"], mask)
        assert mask.dtype == np.int8
