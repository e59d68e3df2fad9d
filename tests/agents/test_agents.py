"""Every agent in every scenario: what it may show, what it repeats, and what it refuses."""

from __future__ import annotations

import inspect
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from agent_making import ITEMS_ALONE, SMALL, TABULAR, batch_of_one, make, make_for, trained, transitions
from playing import SINGLE_IDS, digest, run_python

import agents
from recgym import ENV_IDS
from recgym.evaluation import evaluate, play
from recgym.task.layout import FORMS

CASES = [
    (name, env_id)
    for env_id in ENV_IDS
    for name in agents.AGENTS
    if name not in TABULAR and (name not in ITEMS_ALONE or env_id in SINGLE_IDS)
] + [(name, "RecBandit-v0") for name in TABULAR]
ANY_FORM = [name for name in agents.AGENTS if name not in TABULAR and not agents.agent_class(name).observes]
"""Agents that read whatever is observed; the others say what they need."""
UNTOLD = ("policy_iteration", "supervised", "slateq", "two_tower", "session_knn", "gru4rec")
"""Agents that do not tell their probabilities."""
DRAWN = (
    "thompson_bernoulli",
    "thompson_gaussian",
    "linear_thompson",
    "linear_thompson_per_arm",
    "logistic_thompson",
    "neural_linear",
)
"""Agents that explore by drawing scores, and then cannot tell their probabilities."""


@pytest.mark.parametrize(("name", "env_id"), CASES)
def test_agents_show_what_can_be_shown(name: str, env_id: str) -> None:
    env = make_for(name, env_id, invalid_actions="error")
    agent = trained(name, env)
    observations, infos = env.reset(seed=50)
    for explore in (False, True):
        actions = agent.act(observations, infos["action_mask"], explore=explore)
        assert actions.dtype == np.int64
        assert actions.shape == env.action_space.shape
        env.step(actions)  # which refuses what cannot be shown
        observations, infos = env.reset(seed=51)


@pytest.mark.parametrize("name", ANY_FORM)
@pytest.mark.parametrize("observation", FORMS)
def test_agents_read_every_form_of_observation(name: str, observation: str) -> None:
    env = make("RecNews-v0", observation=observation, sequence_length=4, invalid_actions="error")
    agent = trained(name, env)
    observations, infos = env.reset(seed=50)
    env.step(agent.act(observations, infos["action_mask"]))


@pytest.mark.parametrize("name", agents.AGENTS)
def test_same_seed_same_result(name: str) -> None:
    logs = []
    for seed in (3, 3, 4):
        env = make_for(name)
        agent = trained(name, env, seed=seed)
        played = play(make_for(name), agent, num_sessions=20).actions  # draws belong to the sessions here ...
        observations, infos = env.reset(seed=50)
        drawn = agent.act(observations, infos["action_mask"], explore=True)  # ... and to the agent here
        logs.append((digest(played), digest(drawn)))
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]


@pytest.mark.parametrize("name", [*agents.AGENTS, "outside_agent:ThompsonAgent"])
def test_probabilities_are_those_of_what_is_shown(name: str) -> None:
    env = make_for(name, "RecNews-v0")
    agent = trained(name, env)
    observations, infos = env.reset(seed=50)
    masks = infos["action_mask"]
    if name in UNTOLD:
        with pytest.raises(NotImplementedError, match=name):
            agent.probabilities(observations, masks)
        return
    if name in DRAWN:
        with pytest.raises(NotImplementedError, match=f"{name} agent draws its scores"):
            agent.probabilities(observations, masks, explore=True)
    for explore in (False,) if name in DRAWN else (False, True):
        probabilities = agent.probabilities(observations, masks, explore=explore)
        assert probabilities.shape == masks.shape == (8, agent.task.num_items)
        assert probabilities.sum(axis=1) == pytest.approx(np.ones(8))
        assert (probabilities >= 0).all()
        assert (probabilities[masks == 0] == 0).all()
        actions = agent.act(observations, masks, explore=explore)
        assert (probabilities[np.arange(8), actions] > 0).all()


@pytest.mark.parametrize(
    "name",
    [
        "random",
        "popular",
        "nearest",
        "popular_so_far",
        "epsilon_greedy",
        "softmax",
        "ucb1",
        "exp3",
        "q_learning",
        "ppo",
        "dqn",
    ],
)
def test_items_are_drawn_as_often_as_their_probability_says(name: str) -> None:
    env = make_for(name, num_items=6)
    agent = trained(name, env)
    observations, _ = env.reset(seed=50)
    one = np.repeat(observations[:1], 8_000, axis=0)
    expected = agent.probabilities(observations[:1], explore=True)[0]
    counts = np.bincount(agent.act(one, explore=True), minlength=6)
    assert counts / 8_000 == pytest.approx(expected, abs=5 * np.sqrt(0.25 / 8_000))


@pytest.mark.parametrize("name", agents.AGENTS)
def test_agents_let_transitions_pass_that_they_do_not_learn_from(name: str) -> None:
    env = make_for(name)
    agent = agents.load(name, env, **SMALL.get(name, {}))
    observations, _ = env.reset(seed=0)
    agent.learn(transitions(agent.task, observations, np.zeros((8, 1), np.int64), np.zeros(8)))


@pytest.mark.parametrize("name", agents.AGENTS)
def test_one_session_is_a_batch_of_one(name: str) -> None:
    many = make_for(name, "RecMusic-v0")
    agent = trained(name, many)
    own = ("num_users", "observation", "sequence_length")
    kwargs = many.unwrapped.spec.kwargs
    env = gym.make(many.unwrapped.spec.id, **{key: kwargs[key] for key in own if key in kwargs})
    observation, info = env.reset(seed=0)
    batch = batch_of_one(observation)
    (item,) = agent.act(batch, info["action_mask"][None])
    env.step(item)
    with pytest.raises(ValueError, match="masks have shape"):
        agent.act(batch, info["action_mask"])


def test_an_agent_and_its_policy_are_measured_alike() -> None:
    env = make()
    agent = agents.load("nearest", env, share=1e-9)
    policy = agent.policy()
    assert list(inspect.signature(policy).parameters) == ["observations", "masks"]
    result = evaluate(env, {"agent": agent, "policy": policy}, users=10)
    assert np.array_equal(result.logs["agent"].actions, result.logs["policy"].actions)
    assert result.differences("agent")["policy"].half == 0.0


def test_an_agent_holds_the_task_and_nothing_else_of_an_environment() -> None:
    for name in agents.AGENTS:
        env = make_for(name)
        agent = agents.load(name, env.unwrapped.task, **SMALL.get(name, {}))
        assert agent.task is env.unwrapped.task
        modules = {type(value).__module__ for value in vars(agent).values()}
        hidden = ("recgym.world", "recgym.sessions", "recgym.oracles", "recgym.envs")
        assert not [module for module in modules if module.startswith(hidden)]
        assert agents.load(name, env, **SMALL.get(name, {})).task is env.unwrapped.task


def test_popular_and_nearest_stay_among_their_few() -> None:
    env = make("RecNews-v0", num_envs=200)
    task = env.unwrapped.task
    observations, infos = env.reset(seed=0)
    masks = infos["action_mask"]
    popular = agents.load("popular", env, share=0.05).act(observations, masks)
    rate = np.where(masks == 1, task.statistics.click_rate, -1.0)
    few = np.maximum(1, np.ceil(0.05 * masks.sum(axis=1)))
    better = (rate > rate[np.arange(200), popular][:, None]).sum(axis=1)
    assert (better < few).all()
    nearest = agents.load("nearest", env, share=1e-9).act(observations, masks)
    cosines = np.where(masks == 1, task.layout.read(observations, "liked") @ task.vectors.T, -2.0)
    assert np.array_equal(nearest, cosines.argmax(axis=1))


def test_observations_that_are_not_a_batch_are_refused() -> None:
    env = make()
    observations, _ = env.reset(seed=0)
    for name in ("random", "nearest", "linucb"):
        with pytest.raises(ValueError, match=r"observation\[None\]"):
            agents.load(name, env).act(observations[0])


@pytest.mark.parametrize(
    ("name", "options", "kind", "words"),
    [
        ("popluar", {}, ValueError, "Did you mean 'popular'.*package.module:Class"),
        ("popular", {"shares": 0.5}, ValueError, "Did you mean 'share'"),
        ("popular", {"share": 0.0}, ValueError, "share=0.0"),
        ("popular", {"share": "much"}, TypeError, "share='much'"),
        ("linucb", {"alpha": -1.0}, ValueError, "alpha=-1.0"),
        ("linucb", {"alpha": float("nan")}, ValueError, "alpha=nan"),
        ("linucb", {"ridge": 0.0}, ValueError, "ridge=0.0"),
        ("ppo", {"gama": 0.9}, ValueError, "Did you mean 'gamma'"),
        ("ppo", {"learning_rate": 0.0}, ValueError, "learning_rate=0.0"),
        ("ppo", {"learning_rate": "3e-4"}, TypeError, "learning_rate='3e-4' must be a number"),
        ("ppo", {"learning_rate_end": 5.0}, ValueError, "learning_rate_end=5.0"),
        ("ppo", {"hidden": 64}, TypeError, "hidden=64"),
        ("ppo", {"hidden": [0]}, ValueError, "a width in hidden=0"),
        ("ppo", {"gamma": 5.0}, ValueError, "gamma=5.0"),
        ("ppo", {"gamma": "0.9"}, TypeError, "gamma='0.9'"),
        ("ppo", {"n_epochs": 0}, ValueError, "n_epochs=0"),
        ("ppo", {"clip_range": -1.0}, ValueError, "clip_range=-1.0"),
        ("a2c", {"n_steps": 0}, ValueError, "n_steps=0"),
        ("dqn", {"batch_size": 0}, ValueError, "batch_size=0"),
        ("dqn", {"tau": 3.0}, ValueError, "tau=3.0"),
        ("dqn", {"train_freq": (4, "step")}, TypeError, "train_freq=.* must be a whole number"),
        ("ucb1", {"reward_bounds": [-float("inf"), 1.0]}, ValueError, "must be a finite number"),
        ("q_learning", {"gama": 0.9}, ValueError, "Did you mean 'gamma'"),
        ("q_learning", {"gamma": 1.0}, ValueError, "gamma=1.0.*must be below 1"),
        ("q_learning", {"epsilon": 2}, ValueError, "epsilon=2"),
        ("q_learning", {"step_size": 0.0}, ValueError, "step_size=0.0"),
        ("q_learning", {"step_size_decay": "fast"}, TypeError, "step_size_decay='fast'"),
        ("q_learning", {"initial_value": float("nan")}, ValueError, "initial_value=nan"),
        ("sarsa", {"n_steps": 2}, ValueError, "Unknown option of agent 'sarsa' 'n_steps'"),
        ("n_step_sarsa", {"n_step": 2}, ValueError, "Did you mean 'n_steps'"),
        ("n_step_sarsa", {"n_steps": 0}, ValueError, "n_steps=0"),
        ("watkins_q_lambda", {"trace_decai": 0.5}, ValueError, "Did you mean 'trace_decay'"),
        ("watkins_q_lambda", {"trace_decay": 1.5}, ValueError, "trace_decay=1.5"),
        ("watkins_q_lambda", {"lookahead": 2.5}, TypeError, "lookahead=2.5"),
        ("dqn", {"buffer": 10}, ValueError, "Did you mean 'buffer_size'"),
        ("random", {"seed": -1}, ValueError, "seed=-1"),
        ("random", {"seed": True}, TypeError, "seed=True"),
        ("outside_agent:Thompson", {}, ValueError, "nothing named 'Thompson'"),
        ("outside_agent:not_an_agent", {}, TypeError, "based on agents.Agent"),
        ("outside_agent:ThompsonAgent", {"spred": 1}, ValueError, "Did you mean 'spread'"),
        ("nowhere.at_all:Agent", {}, ModuleNotFoundError, "not found: nowhere"),
    ],
)
def test_bad_names_and_options_are_explained(
    name: str, options: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        agents.load(name, make_for(name), **options)


def test_other_environments_are_refused() -> None:
    with pytest.raises(TypeError, match="CartPoleEnv"):
        agents.load("random", gym.make("CartPole-v1"))
    with pytest.raises(TypeError, match=r"agents\.load"):
        agents.agent_class("random")("random", make())  # type: ignore[arg-type]
    for name in ITEMS_ALONE:
        with pytest.raises(ValueError, match="slates of 5"):
            agents.load(name, make_for(name, "RecVideoSlate-v0"))
    for name in TABULAR:
        with pytest.raises(ValueError, match=f"{name}.*slates of 5.*slate_size=1"):
            agents.load(name, make("RecVideoSlate-v0"))
        with pytest.raises(ValueError, match=f"{name}.*flat observations.*observation='items'"):
            agents.load(name, make("RecBandit-v0"))
        with pytest.raises(
            ValueError, match=r"num_items=200.*201\^20 states.*num_items=10, sequence_length=3"
        ):
            agents.load(name, make("RecVideo-v0", observation="items"))


def test_an_untrained_network_does_not_decide() -> None:
    env = make()
    agent = agents.load("ppo", env)
    observations, _ = env.reset(seed=0)
    for choose in (agent.act, agent.probabilities):
        with pytest.raises(RuntimeError, match="call fit"):
            choose(observations)


def test_a_library_that_is_missing_is_named() -> None:
    printed = run_python(
        """
import sys
sys.modules["stable_baselines3"] = None
import gymnasium as gym, agents
env = gym.make("recgym:RecBandit-v0")
agents.load("linucb", env)
assert "torch" not in sys.modules
try:
    agents.load("ppo", env)
except ModuleNotFoundError as error:
    print(error)
"""
    )
    assert "pip install 'recgym[train]'" in printed
