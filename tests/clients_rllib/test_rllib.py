"""RLlib trains on recgym's environments, and the masks hold in everything it does."""

from __future__ import annotations

import math
import warnings
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.core.columns import Columns

import recgym
from train import with_rllib
from train.clients import task_of

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*Overriding environment rllib-single-agent-env-v0:UserWarning"
)
"""RLlib registers each environment anew under this one name."""
CASES = [
    ("PPO", "recgym:RecNews-v0", 2), ("DQN", "recgym:RecNews-v0", 2), ("PPO", "recgym:RecEcommerce-v0", 0),
    ("DQN", "recgym:RecEcommerce-v0", 0), ("PPO", "recgym:RecNewsSlate-v0", 0), ("DQN", "recgym:RecNewsSlate-v0", 0),
    ("PPO", "recgym:RecBandit-v0", 0), ("DQN", "recgym:RecBandit-v0", 0),
]  # fmt: skip
"""Algorithm, id, env runners."""


@pytest.mark.parametrize("env_id", recgym.registered_ids())
def test_every_id_stands_the_checks_of_this_gymnasium(env_id: str) -> None:
    check_env(gym.make(env_id).unwrapped, skip_render_check=True)
    for mode in AutoresetMode:
        envs = gym.make_vec(env_id, num_envs=3, vectorization_mode="vector_entry_point", autoreset_mode=mode)
        envs.reset(seed=0)
        for _ in range(70):
            _, _, terminated, truncated, _ = envs.step(envs.action_space.sample())
            if mode == AutoresetMode.DISABLED and (terminated | truncated).any():
                envs.reset(options={"reset_mask": terminated | truncated})
        envs.close()


@pytest.mark.parametrize(("algorithm", "env_id", "runners"), CASES)
def test_training(ray_here: int, algorithm: str, env_id: str, runners: int) -> None:
    task = task_of(env_id)
    whole_slates = algorithm == "PPO" and task.slate_size > 1
    # "error" refuses what is not available: every action was masked. A mask cannot forbid that whole slates repeat an item.
    arguments: dict[str, Any] = {} if whole_slates else {"invalid_actions": "error"}
    config = with_rllib.configure(env_id, algorithm, num_env_runners=runners, num_envs=4, seed=3, **arguments)
    if algorithm == "DQN":
        config.training(num_steps_sampled_before_learning_starts=64, epsilon=0.5)
    else:
        config.training(train_batch_size_per_learner=256, minibatch_size=64, num_epochs=1)
    built = config.build_algo()
    before = {name: value.copy() for name, value in built.get_weights()["default_policy"].items()}
    returns = with_rllib.train(built, 300)
    after = built.get_weights()["default_policy"]
    assert math.isfinite(returns[-1])
    assert all(np.isfinite(value).all() for value in after.values())
    assert any((before[name] != after[name]).any() for name in before)
    policies = {"trained": with_rllib.trained_policy(built, env_id, 0)}
    result = recgym.evaluate(
        env_id, policies, users=20, invalid_actions="repair" if whole_slates else "error"
    )
    assert np.isfinite(result.logs["trained"].returns).all()
    if runners:
        seeds = built.env_runner_group.foreach_env_runner(
            lambda runner: runner.env.unwrapped.np_random_seed, local_env_runner=False
        )
        assert len(seeds) == runners
        assert len({seed for rows in seeds for seed in rows}) == 4 * runners
    built.stop()


def test_a_plain_id_reaches_remote_runners(ray_here: int) -> None:
    config = (
        PPOConfig()
        .environment("recgym:RecEcommerce-v0", env_config={"num_items": 20})
        .env_runners(
            num_env_runners=1, num_envs_per_env_runner=4, gym_env_vectorize_mode="vector_entry_point"
        )
        .training(train_batch_size_per_learner=128, minibatch_size=64, num_epochs=1)
    )
    built = config.build_algo()
    assert built.train()["env_runners"]["num_env_steps_sampled"] >= 128
    names = built.env_runner_group.foreach_env_runner(
        lambda runner: type(runner.env.unwrapped).__name__, local_env_runner=False
    )
    assert names == ["RecEcommerceVectorEnv"]
    built.stop()


@pytest.mark.parametrize("algorithm", with_rllib.ALGORITHMS)
def test_masked_items_are_never_chosen(ray_here: int, algorithm: str) -> None:
    config = with_rllib.configure("recgym:RecNews-v0", algorithm, num_env_runners=0, num_envs=2)
    built = config.build_algo()
    module = built.get_module()
    masks = torch.zeros(64, 200, dtype=torch.int8)
    masks[:, [5, 9]] = 1

    def batch() -> dict[str, Any]:
        return {Columns.OBS: {"observations": torch.randn(64, module_width), "action_mask": masks}}

    module_width = task_of("recgym:RecNews-v0").layout.width
    if algorithm == "PPO":
        logits = module.forward_inference(batch())[Columns.ACTION_DIST_INPUTS]
        chances = torch.softmax(logits, dim=1)
        assert torch.allclose(chances[:, [5, 9]].sum(dim=1), torch.ones(64))
        assert chances[:, 5].min() > 0
    else:
        assert set(module.forward_inference(batch())[Columns.ACTIONS].tolist()) <= {5, 9}
        explored = torch.cat([module.forward_exploration(batch(), t=0)[Columns.ACTIONS] for _ in range(3)])
        assert set(explored.tolist()) == {5, 9}
        values = module.compute_q_values(batch())["qf_preds"]
        assert torch.isinf(values).sum() == 64 * 198
    built.stop()


def test_unknown_algorithms_are_refused() -> None:
    with pytest.raises(ValueError, match="Did you mean 'PPO'"):
        with_rllib.configure("recgym:RecNews-v0", "PP0")


def test_importing_the_script_warns_of_nothing() -> None:
    import importlib

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        importlib.reload(with_rllib)
