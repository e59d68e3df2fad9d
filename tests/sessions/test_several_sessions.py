"""Users who come back, in simulation: how often, how soon, as whom, and how episodes end."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from playing import copies_of_one_user, digest, play

import recgym
from recgym.core.scenario import RETURN_CONTEXT, RETURN_SIGNALS
from recgym.envs.cross_domain import RecCrossDomainEnv
from recgym.envs.ecommerce import RecEcommerceEnv
from recgym.envs.music import RecMusicEnv
from recgym.envs.video import RecVideoEnv, RecVideoVectorEnv
from recgym.sessions.env import RecEnv
from recgym.sessions.sessions import Sessions
from recgym.task import Task
from recgym.testing import rows_equal_singles_in
from recgym.users.returning import median_gap, return_probability, slow_after_gap

RETURNING = [RecVideoEnv, RecEcommerceEnv, RecMusicEnv, RecCrossDomainEnv]
NOBODY: dict[str, Any] = {"return_base": -20.0, "return_effect": 0.0}
EVERYBODY: dict[str, Any] = {"return_base": 20.0, "return_effect": 0.0}
LEAVES: dict[str, Any] = {"leave_base": 10.0, "leave_relief": 0.0, "leave_goodwill": 0.0}
USERS, ERRORS = 4_000, 4.0


def leavers(slow: float, **arguments: Any) -> tuple[Sessions, np.ndarray, np.ndarray]:
    """Lets copies of one user leave with about that slow state; returns the sessions, who came back, and after how long."""
    setup = RecVideoEnv(sessions=3, num_users=20, **LEAVES, **arguments).setup
    sessions = copies_of_one_user(setup, USERS)
    sessions.users["slow"] = slow
    feedback = sessions.step(np.zeros((USERS, 1), np.int64))
    return sessions, feedback.signals[-2], feedback.signals[-1]


@pytest.mark.parametrize("slow", [0.2, 0.8])
def test_users_come_back_as_often_and_as_soon_as_they_should(slow: float) -> None:
    sessions, returned, gaps = leavers(slow, goodwill_rate=0.0, goodwill_decay=0.0)
    parameters = sessions.world.arrays.parameters[0]
    chance = return_probability(slow, parameters)
    assert returned.mean() == pytest.approx(chance, abs=ERRORS * np.sqrt(chance * (1 - chance) / USERS))
    logs = np.log(gaps[returned == 1.0])
    assert logs.mean() == pytest.approx(
        np.log(median_gap(slow, parameters)), abs=ERRORS * parameters.gap_spread / np.sqrt(len(logs))
    )
    assert logs.std() == pytest.approx(parameters.gap_spread, rel=0.06)
    assert not gaps[returned == 0.0].any()


def test_the_satisfied_come_back_likelier_and_sooner() -> None:
    """Paired: the same users with the same luck. Everybody who comes back unsatisfied comes back satisfied, too, and sooner."""
    (_, low, late), (_, high, soon) = (leavers(slow) for slow in (0.2, 0.8))
    assert high.sum() > low.sum()
    assert (high >= low).all()
    both = low == 1.0
    assert (soon[both] < late[both]).all()


def test_the_slow_state_after_the_gap_is_that_of_the_formula() -> None:
    sessions, returned, gaps = leavers(0.8, goodwill_rate=0.0, goodwill_decay=0.0)
    back = returned == 1.0
    parameters = sessions.world.arrays.parameters[0]
    expected = [slow_after_gap(0.8, 0.5, hours, parameters) for hours in gaps[back]]
    assert np.allclose(sessions.users["slow"][back], expected, rtol=1e-12)
    assert (sessions.users["slow"][~back] == 0.8).all()
    assert np.array_equal(sessions.users["gap"][back], gaps[back])


@pytest.mark.parametrize("cls", RETURNING, ids=lambda cls: cls.__name__)
def test_with_one_session_nothing_is_there_of_it_and_the_first_of_several_is_the_same(
    cls: type[RecEnv],
) -> None:
    one, many = cls(num_users=50, horizon=8), cls(num_users=50, horizon=8, sessions=3)
    assert one.task.sessions == 1
    assert not {signal.name for signal in RETURN_SIGNALS} & set(one.setup.signal_names)
    extra = len(RETURN_CONTEXT)
    assert many.observation_space.shape[0] == one.observation_space.shape[0] + extra
    for seed in range(8):
        ours, theirs = one.reset(seed=seed)[0], many.reset(seed=seed)[0]
        assert np.array_equal(ours, theirs[:-extra])
        for item in range(8):
            first, outcome = one.step(item), many.step(item)
            assert outcome[1] == first[1]
            for name, value in first[4].items():
                assert np.array_equal(outcome[4][name], value), name
            if first[2] or first[3]:
                break
            assert np.array_equal(outcome[0][:-extra], first[0])
            assert not outcome[4]["returned"]


def test_everybody_back_fills_every_session_and_is_truncated_at_the_end_of_the_last() -> None:
    env = RecVideoEnv(sessions=3, horizon=5, num_users=20, **EVERYBODY, **RecVideoEnv.scenario.staying)
    env.reset(seed=0)
    for step in range(1, 16):
        observation, _, terminated, truncated, info = env.step(step)
        assert not terminated
        assert truncated == (step == 15)
        assert info["returned"] == (step in (5, 10))
        assert (info["gap"] > 0.0) == (step in (5, 10))
        assert observation[-2] == pytest.approx((step // 5 if step < 15 else 2) / 3)
        assert (observation[-1] > 0.0) == (step >= 5)
        time_left = env.setup.layout.read(observation, "time_left")
        assert time_left == pytest.approx(0.0 if step == 15 else 1.0 - step % 5 / 5)


def test_nobody_back_ends_at_the_first_session_whichever_way() -> None:
    """Who is gone for good has left, also where the horizon ended the session."""
    for arguments, steps in ((RecVideoEnv.scenario.staying, 5), (LEAVES, 1)):
        env = RecVideoEnv(sessions=3, horizon=5, num_users=20, **NOBODY, **arguments)
        endings = [outcome[2:4] for outcome in play(env, steps, 1) if len(outcome) == 5]
        assert endings == [(False, False)] * (steps - 1) + [(True, False)]


def test_no_episode_has_more_sessions_or_steps_than_it_may() -> None:
    envs: Any = gym.make_vec(
        "RecVideoRetention-v0", 200, num_users=500, autoreset_mode=AutoresetMode.DISABLED
    )
    envs.reset(seed=0)
    envs.action_space.seed(0)
    ended = np.zeros(200, bool)
    sessions, steps = np.ones(200), np.zeros(200)
    for _ in range(120):
        _, _, terminated, truncated, infos = envs.step(envs.action_space.sample())
        over = terminated | truncated
        assert not (infos["returned"][over] > 0).any()
        sessions, steps = sessions + infos["returned"], steps + 1
        assert (sessions <= 5).all()
        assert (steps <= 100).all()
        assert (sessions[truncated] == 5).all()
        ended |= over
        if over.any():
            sessions[over], steps[over] = 1.0, 0.0
            envs.reset(options={"reset_mask": over})
    assert ended.all()


def test_what_was_shown_before_is_history() -> None:
    env = RecVideoEnv(sessions=3, num_users=20, observation="sequence", **EVERYBODY, **LEAVES)
    env.reset(seed=1)
    observation, _, _, _, info = env.step(7)
    assert info["returned"] == 1.0
    assert (observation["age"] == -1.0).all()
    assert np.array_equal(observation["history"][-1], env.task.vectors[7])


def test_sessions_of_an_episode_have_luck_of_their_own() -> None:
    env: Any = RecVideoVectorEnv(256, sessions=2, horizon=3, num_users=1, fatigue=0.0, goodwill_rate=0.0, goodwill_decay=0.0,
                                 **EVERYBODY, **RecVideoEnv.scenario.staying)  # fmt: skip
    env.reset(seed=0)
    clicks = np.array([env.step(np.full(256, 3))[4]["click"] for _ in range(6)])
    assert np.abs(np.corrcoef(clicks[:3].ravel(), clicks[3:].ravel())[0, 1]) < 0.15
    assert not np.array_equal(clicks[:3], clicks[3:])


def test_in_music_satiation_fades_and_what_is_felt_is_what_the_slow_state_lacks() -> None:
    setup = RecMusicEnv(
        sessions=2, num_users=20, **EVERYBODY, leave_base=-20.0, leave_redundancy=0.0, horizon=9
    ).setup
    sessions = copies_of_one_user(setup, 300, limit=9)
    for _ in range(8):
        sessions.step(np.full((300, 1), 5))
    before = sessions.users.copy()
    assert np.allclose(before["slow"], 1.0 - before["felt"])
    last = sessions.step(np.full((300, 1), 5))
    gaps, after = last.signals[-1], sessions.users
    assert (after["session"] == 1).all()
    assert np.allclose(after["slow"], 1.0 - after["felt"], atol=1e-7)
    ratio = after["satiation"].sum(axis=1) / after["felt"]
    assert ratio.std() / ratio.mean() < 0.3  # both by the same share, after another step for each
    assert np.corrcoef(np.log(after["felt"]), gaps)[0, 1] < -0.95


@pytest.mark.parametrize("env_id", ["RecMusic-v0", "RecCrossDomain-v0"])
@pytest.mark.parametrize("mode", AutoresetMode, ids=lambda mode: mode.name)
def test_rows_equal_singles_where_users_come_back(env_id: str, mode: AutoresetMode) -> None:
    rows_equal_singles_in(env_id, "flat", mode, sessions=3, horizon=6, leave_base=-1.5)


def test_an_earlier_time_limit_counts_the_steps_of_all_sessions() -> None:
    arguments: dict[str, Any] = {
        "horizon": 4,
        "sessions": 5,
        "num_users": 50,
        "max_episode_steps": 10,
        **EVERYBODY,
    }
    native = gym.make_vec("RecVideoRetention-v0", 6, **arguments)
    singles = SyncVectorEnv([lambda: gym.make("RecVideoRetention-v0", **arguments)] * 6)
    native.action_space.seed(1)
    assert digest(native.reset(seed=3)[0]) == digest(singles.reset(seed=3)[0])
    cut = 0
    for _ in range(40):
        actions = native.action_space.sample()
        ours, theirs = native.step(actions), singles.step(actions)
        for place in range(4):
            assert np.array_equal(ours[place], theirs[place])
        cut += int(ours[3].sum())
    assert cut > 0


def test_the_weights_of_returning_are_in_the_reward() -> None:
    weights = {"returned": 2.0, "gap": -0.1}
    env = RecVideoEnv(sessions=3, num_users=20, reward_weights=weights, **EVERYBODY, **LEAVES)
    env.reset(seed=1)
    _, reward, _, _, info = env.step(0)
    assert reward == pytest.approx(2.0 - 0.1 * info["gap"])
    with pytest.raises(ValueError, match="'returned'"):
        RecVideoEnv(reward_weights=weights)


def test_a_saved_task_knows_its_sessions(tmp_path: Any) -> None:
    task = gym.make("RecVideoRetention-v0", num_users=20).unwrapped.task
    assert (task.sessions, task.horizon, task.layout.horizon) == (5, 100, 20)
    task.save(tmp_path)
    assert Task.load(tmp_path).sessions == 5


@pytest.mark.parametrize(
    ("sessions", "error", "words"),
    [
        (0, ValueError, r"sessions=0 is out of range.*from 1 to 100 \(sessions\)"),
        (1.5, ValueError, r"sessions=1\.5 must be a whole number from 1 to 100"),
        (10**6, ValueError, r"sessions=1000000 is out of range.*from 1 to 100"),
        (True, TypeError, r"sessions=True is not a number"),
        ("two", TypeError, r"sessions='two' is not a number"),
    ],
)
def test_bad_numbers_of_sessions_are_refused(sessions: Any, error: type[Exception], words: str) -> None:
    for make in (RecVideoEnv, RecVideoVectorEnv):
        with pytest.raises(error, match=words):
            make(sessions=sessions)


@pytest.mark.parametrize(
    ("env_id", "words"),
    [
        (
            "RecNews-v0",
            r"Users of scenario News do not come back.*end of its clock, hour 336.*RecVideoRetention-v0",
        ),
        ("RecControl-v0", r"Users of scenario Control do not come back.*ControlParameters has no numbers"),
    ],
)
def test_where_nobody_can_come_back_it_is_said_why(env_id: str, words: str) -> None:
    for make in (gym.make, gym.make_vec):
        with pytest.raises(TypeError, match=words):
            make(env_id, sessions=2)


def test_sessions_that_the_limit_of_the_id_would_cut_are_refused() -> None:
    words = r"sessions=5 of horizon=60 steps.*limit of 60 steps.*at most 12.*recgym\.register"
    for make in (gym.make, gym.make_vec):
        with pytest.raises(ValueError, match=words):
            make("RecVideo-v0", sessions=5)
    assert gym.make("RecVideo-v0", sessions=5, horizon=12).unwrapped.task.horizon == 60


def test_an_id_of_ones_own_has_the_steps_of_all_its_sessions() -> None:
    if "MyReturning-v0" not in gym.registry:
        recgym.register("MyReturning-v0", "recgym.envs.video:RecVideoEnv", horizon=30, sessions=4)
    try:
        assert gym.spec("MyReturning-v0").max_episode_steps == 120
        assert gym.make("MyReturning-v0").unwrapped.task.horizon == 120
    finally:
        gym.registry.pop("MyReturning-v0")
