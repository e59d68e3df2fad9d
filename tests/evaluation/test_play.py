"""Playing: every action is checked, nothing hidden reaches a policy, and what is played is what the environment does."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from recgym import ENV_IDS
from recgym.core.seeds import Purpose
from recgym.evaluation import SessionLog, play, play_oracle
from recgym.evaluation.rollouts import session_seeds
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import setup_of
from recgym.task.choosing import best_items


def spread(observations: Any, masks: np.ndarray) -> np.ndarray:
    """Chooses available items that differ between users: those nearest to an item that the observation points at."""
    flat = observations["context"] if isinstance(observations, dict) else observations
    lottery = np.abs(np.sin(np.arange(masks.shape[1]) * (1.0 + flat.sum(axis=1, keepdims=True))))
    return np.where(masks == 1, lottery, -1.0)


def policy_of(slate_size: int) -> Any:
    return lambda observations, masks: best_items(spread(observations, masks), slate_size)


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_playing_equals_stepping_the_single_environment(env_id: str) -> None:
    env = gym.make(env_id, split="test", invalid_actions="error", disable_env_checker=True)
    task = env.unwrapped.task
    policy = policy_of(task.slate_size)
    log = play(env_id, policy, num_sessions=4, seed=11)
    assert log.num_sessions == 4
    for row in range(4):
        observation, info = env.reset(seed=int(log.seeds[row]))
        over, step = False, 0
        while not over:
            action = policy(observation[None], info["action_mask"][None])[0]
            observation, reward, terminated, truncated, info = env.step(action)
            assert log.running[row, step]
            assert log.rewards[row, step] == reward
            assert np.array_equal(log.actions[row, step], np.atleast_1d(action))
            assert np.array_equal(log.shown[row, step], info["shown"])
            assert log.attended[row, step] == info["attended"]
            assert all(log.signals[name][row, step] == info[name] for name in task.signal_names)
            over, step = terminated or truncated, step + 1
        assert log.lengths[row] == step
        assert not log.running[row, step:].any()
        assert (log.shown[row, step:] == -1).all()
        assert log.returns[row] == pytest.approx(log.rewards[row, :step].sum())


def test_ids_and_environments_of_either_kind_are_played_alike() -> None:
    policy = policy_of(1)
    envs = (
        "RecMusic-v0",
        gym.make("RecMusic-v0"),
        gym.make_vec("RecMusic-v0", 3),
        gym.make("RecMusic-v0").unwrapped,
    )
    logs = [play(env, policy, num_sessions=5, seed=1) for env in envs]
    assert all(np.array_equal(log.rewards, logs[0].rewards) for log in logs)
    training = play("RecMusic-v0", policy, num_sessions=5, seed=1, split="train")
    own = [play(env, policy, num_sessions=5, seed=1, split=None) for env in envs[1:]]
    assert all(np.array_equal(log.rewards, training.rewards) for log in own)
    assert not np.array_equal(training.rewards, logs[0].rewards)


def test_observations_have_the_form_of_the_environment() -> None:
    seen: list[Any] = []

    def policy(observations: Any, masks: np.ndarray) -> np.ndarray:
        seen.append(observations)
        return np.zeros(len(masks), np.int64)

    play("RecVideo-v0", policy, num_sessions=3, observation="ids", horizon=2)
    assert set(seen[0]) == {"history", "feedback", "age", "present", "context"}
    assert seen[0]["history"].shape == (3, 20)


WRONG = {
    "negative": (-5, ValueError, "Step 0, row 2: Action -5 is out of range"),
    "fraction": (3.7, TypeError, "Step 0, row 2: Actions must be whole numbers, got dtype float64"),
    "nan": (np.nan, TypeError, "Step 0, row 2: Actions must be whole numbers, got dtype float64"),
    "huge": (10**9, ValueError, "Step 0, row 2: Action 1000000000 is out of range"),
    "beyond 64 bits": (10**30, TypeError, "Step 0: Actions must be whole numbers, got dtype object"),
}


@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNews-v0"])
@pytest.mark.parametrize("invalid_actions", ["error", "repair", "empty"])
@pytest.mark.parametrize(("wrong", "kind", "message"), WRONG.values(), ids=WRONG)
def test_what_is_no_action_is_refused_in_every_mode(
    env_id: str, invalid_actions: str, wrong: Any, kind: type[Exception], message: str
) -> None:
    def policy(observations: Any, masks: np.ndarray) -> Any:
        actions = masks.argmax(axis=1).tolist()
        actions[2] = wrong
        return actions

    with pytest.raises(kind, match=message) as caught:
        play(env_id, policy, num_sessions=4, invalid_actions=invalid_actions)
    assert "Allowed: an integer from 0 to 199" in str(caught.value)


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (0, r"Step 0: Actions must have shape \(4,\), got \(\)"),
        ([0, 1, 2], r"Step 0: Actions must have shape \(4,\), got \(3,\)"),
        ([[0]] * 4, r"Step 0: Actions must have shape \(4,\), got \(4, 1\)"),
        ([0, [1, 2], 3, 4], r"Step 0: Actions must have shape \(4,\), got \[0, \[1, 2\], 3, 4\]"),
    ],
)
def test_a_wrong_shape_is_refused(actions: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        play("RecEcommerce-v0", lambda observations, masks: actions, num_sessions=4)


def expired(observations: Any, masks: np.ndarray) -> np.ndarray:
    """Shows what was there when the session began, for as long as it goes."""
    chosen = masks.argmax(axis=1)
    chosen[-1] = masks[-1].argmin()
    return chosen


def test_an_item_that_is_not_available_is_refused_unless_repair_is_asked_for() -> None:
    with pytest.raises(
        ValueError, match=r"Step 0: Item \d+ is not available now \(row 3\); \d+ of 200 items are"
    ):
        play("RecNews-v0", expired, num_sessions=4)
    repaired = play("RecNews-v0", expired, num_sessions=4, invalid_actions="repair")
    assert (repaired.shown[3, 0] != repaired.actions[3, 0]).all()
    assert (repaired.shown[repaired.running] >= 0).all()
    empty = play("RecNews-v0", expired, num_sessions=4, invalid_actions="empty")
    assert (empty.shown[3, 0] == -1).all()
    assert empty.attended[3, 0] == -1
    assert empty.signals["click"][3, 0] == 0.0


def test_a_slate_of_one_item_five_times_is_refused_unless_repair_is_asked_for() -> None:
    def five_times(observations: Any, masks: np.ndarray) -> np.ndarray:
        slates = np.tile(np.arange(5), (len(masks), 1))
        slates[1] = 9
        return slates

    message = r"Step 0: A slate must hold 5 different items, got \[9, 9, 9, 9, 9\] \(row 1\)"
    with pytest.raises(ValueError, match=message):
        play("RecVideoSlate-v0", five_times, num_sessions=3)
    log = play("RecVideoSlate-v0", five_times, num_sessions=3, invalid_actions="repair")
    assert len(set(log.shown[1, 0].tolist())) == 5


def test_a_late_mistake_names_its_step_and_row() -> None:
    steps = iter(range(100))

    def policy(observations: Any, masks: np.ndarray) -> np.ndarray:
        actions = np.zeros(len(masks), np.int64)
        if next(steps) == 3:
            actions[5] = 200
        return actions

    with pytest.raises(ValueError, match=r"Step 3, row 5: Action 200 is out of range"):
        play("RecVideo-v0", policy, num_sessions=8, leave_base=-20.0)


def test_choices_for_sessions_that_are_over_are_not_looked_at() -> None:
    lengths = play("RecVideo-v0", lambda o, masks: np.zeros(len(masks), np.int64), num_sessions=20).lengths
    assert len(set(lengths.tolist())) > 1
    steps = iter(range(100))

    def policy(observations: Any, masks: np.ndarray) -> np.ndarray:
        return np.where(next(steps) < lengths, 0, -7)

    assert np.array_equal(play("RecVideo-v0", policy, num_sessions=20).lengths, lengths)


def reachable(value: Any, depth: int = 3) -> list[Any]:
    """What can be reached from a value by attributes of arrays, entries and items."""
    found = [value]
    if depth and isinstance(value, dict):
        found += [inner for entry in value.values() for inner in reachable(entry, depth - 1)]
    elif depth and isinstance(value, np.ndarray) and value.base is not None:
        found += reachable(value.base, depth - 1)
    return found


@pytest.mark.parametrize("observation", ["flat", "sequence", "ids", "items"])
def test_a_policy_is_handed_arrays_and_nothing_else(observation: str) -> None:
    def policy(*given: Any) -> np.ndarray:
        assert len(given) == 2
        for value in reachable(given[0]) + reachable(given[1]):
            assert isinstance(value, np.ndarray | dict)
            if isinstance(value, np.ndarray):
                assert value.dtype.names is None  # a user's record has named fields
        if isinstance(given[0], np.ndarray):
            given[0][...] = 0  # and what it writes changes nothing
        return np.asarray(given[1]).argmax(axis=1)

    first = play("RecNews-v0", policy, num_sessions=3, observation=observation)
    second = play(
        "RecNews-v0", lambda o, masks: masks.argmax(axis=1), num_sessions=3, observation=observation
    )
    assert np.array_equal(first.rewards, second.rewards)


def test_an_oracle_comes_in_by_its_own_door() -> None:
    def oracle(sessions: Sessions) -> np.ndarray:
        assert isinstance(sessions, Sessions)
        return sessions.masks().argmax(axis=1)

    log = play_oracle("RecNews-v0", oracle, num_sessions=3)
    assert isinstance(log, SessionLog)
    with pytest.raises(
        TypeError, match=r"A policy takes two arguments, observations and masks; .* is an oracle"
    ):
        play("RecNews-v0", oracle, num_sessions=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"Step 0, row 0: Action -1 is out of range"):
        play_oracle("RecNews-v0", lambda sessions: np.full(sessions.size, -1), num_sessions=3)


class Counting:
    """An agent that counts its steps, and is told when sessions begin."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.steps = 0

    def begin(self, rows: np.ndarray) -> None:
        self.begun.append(len(rows))
        self.steps = 0

    def act(self, observations: Any, masks: np.ndarray) -> np.ndarray:
        self.steps += 1
        return np.full(len(masks), self.steps)


def test_an_agent_is_told_when_sessions_begin() -> None:
    agent = Counting()
    logs = [play("RecEcommerce-v0", agent, num_sessions=6) for _ in range(2)]
    assert agent.begun == [6, 6]
    assert np.array_equal(logs[0].actions, logs[1].actions)
    assert np.array_equal(logs[0].rewards, logs[1].rewards)


def test_what_is_no_policy_and_no_environment_is_refused() -> None:
    with pytest.raises(
        TypeError, match=r"'popular' is no policy. Pass a function \(observations, masks\) -> actions"
    ):
        play("RecEcommerce-v0", "popular")  # type: ignore[arg-type]
    with pytest.raises(
        TypeError, match=r"CartPoleEnv is not an environment of recgym's|TimeLimit is not an environment"
    ):
        play(gym.make("CartPole-v1"), policy_of(1))
    with pytest.raises(ValueError, match=r"num_sessions=0 is out of range"):
        play("RecBandit-v0", policy_of(1), num_sessions=0)
    with pytest.raises(ValueError, match=r"Unknown value of split 'tset'. Did you mean 'test'"):
        play(gym.make("RecBandit-v0"), policy_of(1), num_sessions=2, split="tset")
    with pytest.raises(ValueError, match=r"Unknown value of invalid_actions 'errors'. Did you mean 'error'"):
        play("RecBandit-v0", policy_of(1), num_sessions=2, invalid_actions="errors")


def test_wrappers_that_change_something_are_not_dropped_in_silence() -> None:
    env = gym.wrappers.TransformReward(gym.make("RecEcommerce-v0"), lambda reward: -reward)
    with pytest.raises(TypeError, match=r"TransformReward may change what the environment says or takes"):
        play(env, policy_of(1), num_sessions=2)
    vector = gym.wrappers.vector.TransformReward(gym.make_vec("RecEcommerce-v0", 2), lambda reward: -reward)
    with pytest.raises(TypeError, match=r"TransformReward may change what the environment says or takes"):
        play(vector, policy_of(1), num_sessions=2)
    with pytest.raises(ValueError, match=r"cut after 5 steps, but its horizon is 60.* horizon=5"):
        play(gym.make("RecEcommerce-v0", max_episode_steps=5), policy_of(1), num_sessions=2)
    counted = gym.wrappers.RecordEpisodeStatistics(gym.make("RecEcommerce-v0", horizon=5))
    assert play(counted, policy_of(1), num_sessions=2).rewards.shape == (2, 5)


def test_purposes_seeds_and_worlds_have_luck_of_their_own() -> None:
    setup = setup_of("RecBandit-v0")
    streams = [
        session_seeds(setup, 100, 0),
        session_seeds(setup, 100, 1),
        session_seeds(setup, 100, 0, purpose=Purpose.TUNING),
        session_seeds(setup_of("RecBandit-v0", world_seed=1), 100, 0),
    ]
    assert len(np.unique(np.concatenate(streams))) == 400
    assert min(stream.min() for stream in streams) >= 0
    assert np.array_equal(
        session_seeds(setup, 200, 0)[:100], streams[0]
    )  # more users are the same ones and others
    with pytest.raises(ValueError, match=r"seed=-1 is out of range"):
        session_seeds(setup, 3, -1)
