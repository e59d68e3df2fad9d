"""Every agent in every scenario: what it may show, what it repeats, what it keeps, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from playing import SINGLE_IDS, digest, run_python

import agents
from recgym import ENV_IDS
from recgym.evaluation import play

SMALL: dict[str, dict[str, Any]] = {
    "ppo": {"n_steps": 8, "batch_size": 32, "n_epochs": 1, "hidden": [8]},
    "dqn": {"learning_starts": 8, "buffer_size": 500, "batch_size": 8, "hidden": [8]},
}
"""Options with which an agent learns something in a few dozen steps."""


def make(env_id: str = "RecVideo-v0", num_envs: int = 8, **arguments: Any) -> Any:
    return gym.make_vec(
        env_id, num_envs, autoreset_mode=AutoresetMode.DISABLED, **{"num_users": 60, **arguments}
    ).unwrapped


def trained(name: str, env: Any, seed: int = 0, steps: int = 96) -> agents.Agent:
    agent = agents.load(name, env, seed=seed, **SMALL.get(name, {}))
    agent.fit(env, steps)
    return agent


CASES = [
    (name, env_id) for env_id in ENV_IDS for name in agents.AGENTS if name != "dqn" or env_id in SINGLE_IDS
]


@pytest.mark.parametrize(("name", "env_id"), CASES)
def test_agents_show_what_can_be_shown(name: str, env_id: str) -> None:
    env = make(env_id)
    agent = trained(name, env)
    observations, _ = env.reset(seed=50)
    for explore in (False, True):
        actions = agent.act(observations, env.sessions.masks(), explore=explore)
        assert actions.dtype == np.int64
        assert actions.shape == env.action_space.shape
        observations, *_ = env.step(actions)  # which checks ranges, masks and repeats
        env.reset(seed=51)


@pytest.mark.parametrize("name", agents.AGENTS)
@pytest.mark.parametrize("observation", ["sequence", "items"])
def test_agents_read_every_form_of_observation(name: str, observation: str) -> None:
    env = make("RecNews-v0", observation=observation, sequence_length=4)
    agent = trained(name, env)
    observations, _ = env.reset(seed=50)
    env.step(agent.act(observations, env.sessions.masks()))


@pytest.mark.parametrize("name", agents.AGENTS)
def test_same_seed_same_result(name: str) -> None:
    logs = []
    for seed in (3, 3, 4):
        agent = trained(name, make(), seed=seed)
        logs.append(digest(play(make(split="test").interface, agent.policy(), 20, 0).actions))
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]


@pytest.mark.parametrize("name", agents.AGENTS)
def test_a_saved_agent_decides_as_before(name: str, tmp_path: Path) -> None:
    env = make("RecNews-v0")
    agent = trained(name, env)
    agent.save(tmp_path / "agent")
    again = agents.load_saved(tmp_path / "agent", make("RecNews-v0", num_envs=1, split="test"))
    observations, _ = env.reset(seed=9)
    agent.generator, again.generator = np.random.default_rng(1), np.random.default_rng(1)
    masks = env.sessions.masks()
    assert np.array_equal(agent.act(observations, masks), again.act(observations, masks))


@pytest.mark.parametrize("name", ["random", "popular", "nearest", "linucb"])
def test_one_session_is_a_batch_of_one(name: str) -> None:
    env = gym.make("RecMusic-v0", num_users=60)
    agent = agents.load(name, env)
    observation, info = env.reset(seed=0)
    (item,) = agent.act(observation[None], info["action_mask"][None])
    env.step(item)
    with pytest.raises(ValueError, match="masks have shape"):
        agent.act(observation[None], info["action_mask"])


def test_popular_and_nearest_stay_among_their_few() -> None:
    env = make("RecNews-v0", num_envs=200)
    observations, _ = env.reset(seed=0)
    masks = env.sessions.masks()
    popular = agents.load("popular", env, share=0.05).act(observations, masks)
    rate = np.where(masks == 1, env.interface.statistics().click_rate, -1.0)
    few = np.maximum(1, np.ceil(0.05 * masks.sum(axis=1)))
    better = (rate > rate[np.arange(200), popular][:, None]).sum(axis=1)
    assert (better < few).all()
    nearest = agents.load("nearest", env, share=1e-9).act(observations, masks)
    vectors = env.interface.setting.world.vectors
    cosines = np.where(masks == 1, observations[:, : vectors.shape[1]] @ vectors.T, -2.0)
    assert np.array_equal(nearest, cosines.argmax(axis=1))


def test_observations_that_are_not_a_batch_are_refused() -> None:
    env = make()
    observations, _ = env.reset(seed=0)
    with pytest.raises(ValueError, match=r"observation\[None\]"):
        agents.load("nearest", env).act(observations[0])


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("popluar", {}, "Did you mean 'popular'"),
        ("popular", {"shares": 0.5}, "Did you mean 'share'"),
        ("popular", {"share": 0.0}, "share=0.0"),
        ("linucb", {"alpha": -1.0}, "alpha=-1.0"),
        ("linucb", {"alpha": float("nan")}, "alpha=nan"),
        ("linucb", {"ridge": 0.0}, "ridge=0.0"),
        ("ppo", {"gama": 0.9}, "Did you mean 'gamma'"),
        ("ppo", {"learning_rate": 0.0}, "learning_rate=0.0"),
        ("ppo", {"learning_rate_end": 5.0}, "learning_rate_end=5.0"),
        ("dqn", {"buffer": 10}, "Did you mean 'buffer_size'"),
        ("random", {"seed": -1}, "seed=-1"),
    ],
)
def test_bad_names_and_options_are_explained(name: str, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        agents.load(name, make(), **options)


def test_other_environments_are_refused() -> None:
    with pytest.raises(TypeError, match="CartPoleEnv"):
        agents.load("random", gym.make("CartPole-v1"))
    with pytest.raises(ValueError, match="slates of 5"):
        agents.load("dqn", make("RecVideoSlate-v0"))


@pytest.mark.parametrize("name", ["random", "ppo"])
def test_training_says_what_it_needs(name: str) -> None:
    agent = agents.load(name, make(), **SMALL.get(name, {}))
    with pytest.raises(ValueError, match=r"autoreset_mode=AutoresetMode\.DISABLED"):
        agent.fit(gym.make_vec("RecVideo-v0", 2, num_users=60).unwrapped, 10)
    with pytest.raises(TypeError, match="make_vec"):
        agent.fit(gym.make("RecVideo-v0", num_users=60), 10)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="steps=0"):
        agent.fit(make(), 0)


def test_an_untrained_network_does_not_decide(tmp_path: Path) -> None:
    env = make()
    agent = agents.load("ppo", env)
    observations, _ = env.reset(seed=0)
    with pytest.raises(RuntimeError, match="call fit"):
        agent.act(observations)
    with pytest.raises(RuntimeError, match="nothing to save"):
        agent.save(tmp_path)
    assert not (tmp_path / "agent.json").exists()
    with pytest.raises(NotImplementedError, match="fit"):
        agent.learn(None)  # type: ignore[arg-type]


def test_saved_agents_meet_their_kind_of_environment_only(tmp_path: Path) -> None:
    agents.load("linucb", make()).save(tmp_path)
    with pytest.raises(ValueError, match="scenario"):
        agents.load_saved(tmp_path, make("RecMusic-v0"))
    with pytest.raises(ValueError, match="num_items=200"):
        agents.load_saved(tmp_path, make(num_items=50))
    with pytest.raises(FileNotFoundError, match="nothing"):
        agents.load_saved(tmp_path / "nothing", make())
    (tmp_path / "agent.json").write_text(json.dumps({"agent": "linucb"}))
    with pytest.raises(ValueError, match="damaged"):
        agents.load_saved(tmp_path, make())


def test_a_library_that_is_missing_is_named() -> None:
    told = run_python(
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
    assert "pip install 'recgym[train]'" in told


@pytest.mark.parametrize("name", ["linucb", "ppo"])
def test_damaged_state_is_told(name: str, tmp_path: Path) -> None:
    trained(name, make()).save(tmp_path)
    (state,) = (path for path in tmp_path.iterdir() if path.suffix in (".npz", ".zip"))
    state.write_bytes(state.read_bytes()[:100])
    with pytest.raises(ValueError, match="cannot be read"):
        agents.load_saved(tmp_path, make())
    state.unlink()
    with pytest.raises(ValueError, match="cannot be read"):
        agents.load_saved(tmp_path, make())


def test_training_goes_on_where_it_stopped() -> None:
    env = make()
    agent = agents.load("ppo", env, **SMALL["ppo"])
    agent.fit(env, 64)
    before = agent.model.policy.state_dict()["value_net.weight"].clone()  # type: ignore[attr-defined]
    agent.fit(env, 64)
    assert not np.array_equal(before, agent.model.policy.state_dict()["value_net.weight"])  # type: ignore[attr-defined]
