"""Training: what agents are told, whom they meet, what may be around the environment, and what is written on the way."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from agent_making import SMALL, make
from gymnasium.wrappers.vector import RecordEpisodeStatistics, TransformObservation, TransformReward
from playing import run_python

import agents
from recgym.evaluation import METRICS, SessionCollector
from recgym.evaluation.rollouts import session_seeds

LEARNERS = ["linucb", "ppo", "outside_agent:ThompsonAgent"]


def seeds_of_training(agent: agents.Agent, env: Any) -> set[int]:
    agent.fit(env, 64)
    return set(env.unwrapped.np_random_seed)


@pytest.mark.parametrize("name", LEARNERS)
def test_no_two_trainings_share_a_user(name: str) -> None:
    env = make(num_envs=16)
    met: set[int] = set()
    for seed in range(3):
        agent = agents.load(name, env, seed=seed, **SMALL.get(name, {}))
        for _ in range(2):  # a second fit goes on with new users
            seeds = seeds_of_training(agent, env)
            assert len(seeds) == 16
            assert not seeds & met
            met |= seeds
        assert agent.trainings == 2
    again = agents.load(name, env, seed=1, **SMALL.get(name, {}))
    assert seeds_of_training(again, env) <= met  # a training that is repeated meets the same users
    measured = set(session_seeds(env.unwrapped.setup, 1_000, 0).tolist())
    assert not measured & met


def test_a_saved_agent_goes_on_with_new_users(tmp_path: Any) -> None:
    env = make()
    agent = agents.load("linucb", env)
    first = seeds_of_training(agent, env)
    agent.save(tmp_path / "agent")
    assert not seeds_of_training(agents.load_saved(tmp_path / "agent"), env) & first


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecNews-v0", "RecNewsSlate-v0"])
def test_agents_are_told_all_that_happened(env_id: str) -> None:
    env = make(env_id, num_envs=6)
    task = env.unwrapped.task
    agent = agents.load("outside_agent:ThompsonAgent", env)
    agent.fit(env, 6 * 40)
    before, after = agent.heard  # type: ignore[attr-defined]
    goes_on = ~(before.terminated | before.truncated)
    assert np.array_equal(before.next_observations[goes_on], after.observations[goes_on])
    assert np.array_equal(before.next_masks[goes_on], after.masks[goes_on])
    for step in (before, after):
        assert step.masks.dtype == np.bool_
        assert step.masks.shape == (6, task.num_items)
        assert step.masks.all() == task.always_available
        assert step.shown.shape == (6, task.slate_size)
        assert tuple(step.signals) == task.signal_names
        weighted = sum(
            weight * step.signals[name] for name, weight in zip(task.signal_names, task.weights, strict=True)
        )
        assert step.rewards == pytest.approx(weighted)
        assert step.log_probabilities is not None
        if task.slate_size == 1:
            assert step.log_probabilities == pytest.approx(-np.log(step.masks.sum(axis=1)))
    assert agent.began[:6] == list(range(6))  # type: ignore[attr-defined]
    assert len(agent.began) > 6  # type: ignore[attr-defined]


def test_the_probability_of_a_slate_is_that_of_drawing_without_replacement() -> None:
    from agents.training import _log_probabilities

    probabilities = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [1.0, 0.0, 0.0]])
    logs = _log_probabilities(probabilities, np.array([[0, 2], [2, 1], [0, 1]]))
    assert np.exp(logs) == pytest.approx([0.5 * 0.2 / 0.5, 0.2 * 0.3 / 0.8, 0.0])


@pytest.mark.parametrize("name", LEARNERS)
def test_what_is_shown_in_place_of_what_was_asked_for_is_told(name: str) -> None:
    class Stubborn(agents.agent_class("random")):  # type: ignore[misc]
        """Asks for one item twice in a slate."""

        def act(self, observations: Any, masks: Any = None, *, explore: bool = False) -> np.ndarray:
            return np.full((len(observations), 5), 3)

        def learn(self, step: agents.Transitions) -> None:
            assert (step.actions == 3).all()
            assert all(len(set(slate)) == 5 for slate in step.shown.tolist())

    env = make("RecVideoSlate-v0")
    Stubborn("stubborn", env.unwrapped.task).fit(env, 40)


def test_wrappers_that_leave_observations_and_actions_alone_are_heeded() -> None:
    plain, doubled = make(), TransformReward(RecordEpisodeStatistics(make()), lambda rewards: 2.0 * rewards)
    once, twice = agents.load("linucb", plain), agents.load("linucb", plain)
    for agent, env in ((once, plain), (twice, doubled)):
        agent._alpha = 0.0  # type: ignore[attr-defined]
        agent.fit(env, 8)  # one step: the same users, the same choices
    learned = twice.state_dict()["target"]
    assert learned == pytest.approx(2.0 * once.state_dict()["target"])
    assert learned.any()
    assert (
        doubled.get_wrapper_attr("return_queue") is not None if hasattr(doubled, "get_wrapper_attr") else True
    )
    agents.load("ppo", plain, **SMALL["ppo"]).fit(doubled, 64)


@pytest.mark.parametrize("name", ["random", "ppo"])
def test_training_says_what_it_needs(name: str) -> None:
    agent = agents.load(name, make(), **SMALL.get(name, {}))
    with pytest.raises(ValueError, match=r"autoreset_mode=AutoresetMode\.DISABLED"):
        agent.fit(gym.make_vec("RecVideo-v0", 2, num_users=60), 10)
    with pytest.raises(TypeError, match="make_vec"):
        agent.fit(gym.make("RecVideo-v0", num_users=60), 10)
    with pytest.raises(TypeError, match="vectorization_mode"):
        agent.fit(gym.make_vec("RecVideo-v0", 2, vectorization_mode="sync", num_users=60), 10)
    with pytest.raises(ValueError, match="steps=0"):
        agent.fit(make(), 0)
    with pytest.raises(ValueError, match="num_items=200; this one has num_items=50"):
        agent.fit(make(num_items=50), 10)
    shifted = TransformObservation(
        make(),
        lambda observations: observations + 1,
        single_observation_space=gym.spaces.Box(0, 2, (199,), np.float32),
    )
    with pytest.raises(TypeError, match="TransformObservation changes"):
        agent.fit(shifted, 10)


def test_training_goes_on_where_it_stopped(tmp_path: Any) -> None:
    env = make()
    agent = agents.load("ppo", env, **SMALL["ppo"])
    agent.fit(env, 64)

    def weight(of: Any) -> np.ndarray:
        return of.state_dict()["network.value_net.weight"]

    before = weight(agent)
    agent.save(tmp_path / "agent")
    again = agents.load_saved(tmp_path / "agent")
    moments = {key: value for key, value in again.state_dict().items() if key.startswith("optimizer.")}
    assert moments
    assert all(np.array_equal(value, agent.state_dict()[key]) for key, value in moments.items())
    for one in (agent, again):
        one.fit(env, 64)
        assert not np.array_equal(before, weight(one))
    assert np.abs(weight(again) - before).max() < 0.1  # it went on, and did not begin anew


def test_tags_tell_the_truth(tmp_path: Any) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    for name, options in (
        ("ppo", {"n_steps": 16, "batch_size": 64, "n_epochs": 1, "hidden": [8]}),
        ("popular", {}),
    ):
        env = make(num_envs=16)
        agent = agents.load(name, env, **options)
        agent.fit(env, 16 * 200, logdir=tmp_path / name)
        events = EventAccumulator(str(tmp_path / name))
        events.Reload()
        tags = set(events.Tags()["scalars"])
        told = [metric for metric in METRICS.values() if not metric.of_histories and not metric.of_returns]
        assert {f"rec/{metric.name}" for metric in told} <= tags
        if name == "ppo":
            assert {"train/loss", "rollout/ep_rew_mean", "time/fps"} <= tags
            ours = [event.value for event in events.Scalars("rec/reward_per_session")]
            theirs = [event.value for event in events.Scalars("rollout/ep_rew_mean")]
            assert (
                min(theirs) < np.mean(ours) < max(theirs)
            )  # ours is of few sessions each, theirs of the last hundred
        for metric in told:
            values = [event.value for event in events.Scalars(f"rec/{metric.name}")]
            assert len(values) >= 5
            assert all(metric.bounds[0] <= value <= metric.bounds[1] for value in values)


def test_without_a_folder_no_metric_is_computed(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    asked = []
    monkeypatch.setattr(SessionCollector, "tags", lambda collector: asked.append(collector) or {})
    env = make(num_envs=16)
    agents.load("random", env).fit(env, 160)
    assert not asked
    agents.load("random", env).fit(env, 160, logdir=tmp_path)
    assert len(asked) == 10


def test_without_the_extra_an_agent_trains_and_a_warning_says_what_is_missing(tmp_path: Any) -> None:
    printed = run_python(
        """
import sys, warnings
for name in ("torch", "tensorboard", "tqdm", "stable_baselines3"):
    sys.modules[name] = None
import gymnasium as gym, agents
from gymnasium.vector import AutoresetMode
env = gym.make_vec("recgym:RecBandit-v0", 4, autoreset_mode=AutoresetMode.DISABLED)
agent = agents.load("linucb", env)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    agent.fit(env, 40, logdir=sys.argv[1], progress=True)
print(*(warning.message for warning in caught), sep="\\n")
agent.save(sys.argv[1] + "/agent")
print(agents.load_saved(sys.argv[1] + "/agent").name)
""",
        str(tmp_path),
    )
    missing, bar, name = printed.splitlines()
    assert missing.startswith("torch is not installed")
    assert bar.startswith("tqdm is not installed")
    assert name == "linucb"
