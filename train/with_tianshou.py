"""Tianshou: `python -m train.with_tianshou --env RecNews-v0 --algorithm dqn --steps 20000`.

Tianshou's DQN reads masks from the observation, under the keys ``"obs"`` and ``"mask"``; for PPO the actor on this page does. Slates are placed item by
item, so that actions are Discrete.
"""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from tianshou.algorithm.modelfree.dqn import DQN, DiscreteQLearningPolicy
from tianshou.algorithm.modelfree.ppo import PPO
from tianshou.algorithm.modelfree.reinforce import DiscreteActorPolicy
from tianshou.algorithm.optim import AdamOptimizerFactory
from tianshou.data import Batch, Collector, CollectStats, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.trainer import OffPolicyTrainerParams, OnPolicyTrainerParams
from tianshou.utils.net.common import Net
from tianshou.utils.net.discrete import DiscreteActor, DiscreteCritic

from recgym.wrappers import MaskInObservation, SlateItemByItem
from train.clients import compare_with_random, parse_arguments, print_speed, task_of

GAMMA = 0.98


class MaskedActor(DiscreteActor):
    """Logits of the items, very low where an item is not available."""

    def forward(self, obs: Any, state: Any = None, info: Any = None) -> tuple[torch.Tensor, Any]:
        """Returns the logits (N, I)."""
        logits, state = super().forward(obs.obs, state, info)
        return logits.masked_fill(torch.as_tensor(obs.mask == 0), -1e8), state


class Critic(DiscreteCritic):
    """The value, which needs no mask."""

    def forward(self, obs: Any, state: Any = None, info: Any = None) -> torch.Tensor:
        """Returns the values (N, 1)."""
        return super().forward(obs.obs, state, info)


def make_algorithm(name: str, env: gym.Env[Any, Any]) -> DQN[Any] | PPO:
    """Makes DQN or PPO with small networks."""
    columns, optim = env.observation_space["obs"].shape, AdamOptimizerFactory(lr=1e-3)  # type: ignore[index]
    if name == "dqn":
        model = Net(state_shape=columns, action_shape=env.action_space.n, hidden_sizes=[128])  # type: ignore[attr-defined]
        policy = DiscreteQLearningPolicy(model=model, action_space=env.action_space, eps_training=0.1)
        return DQN(policy=policy, optim=optim, gamma=GAMMA, target_update_freq=500)
    body = Net(state_shape=columns, hidden_sizes=[128])
    actor = MaskedActor(preprocess_net=body, action_shape=env.action_space.n, softmax_output=False)  # type: ignore[attr-defined]
    critic = Critic(preprocess_net=Net(state_shape=columns, hidden_sizes=[128]))
    actor_policy = DiscreteActorPolicy(actor=actor, action_space=env.action_space, deterministic_eval=True)
    return PPO(policy=actor_policy, critic=critic, optim=optim, gamma=GAMMA)


def trainer_params(args: Namespace, collector: Collector[CollectStats]) -> dict[str, Any]:
    """Returns what both trainers are told."""
    return {
        "training_collector": collector,
        "max_epochs": 1,
        "epoch_num_steps": args.steps,
        "test_collector": None,
        "show_progress": False,
        "verbose": False,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains and measures."""
    args = parse_arguments(__doc__, arguments, num_envs=8, choices={"algorithm": ("dqn", "ppo")})
    np.random.seed(args.seed)  # noqa: NPY002 - Tianshou explores with it
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)  # small networks are faster on one
    item_by_item = task_of(args.env).slate_size > 1

    def make_env() -> gym.Env[Any, Any]:
        env = gym.make(args.env)
        return MaskInObservation(SlateItemByItem(env) if item_by_item else env, "obs", "mask")

    envs = DummyVectorEnv([make_env for _ in range(args.num_envs)])
    envs.seed(args.seed)
    algorithm = make_algorithm(args.algorithm, make_env())
    collector = Collector[CollectStats](algorithm, envs, VectorReplayBuffer(20_000, args.num_envs))
    collector.reset()
    started = time.perf_counter()
    if args.algorithm == "dqn":
        off_policy = OffPolicyTrainerParams(
            **trainer_params(args, collector),
            collection_step_num_env_steps=10 * args.num_envs,
            update_step_num_gradient_steps_per_sample=0.1,
        )
        result = algorithm.run_training(off_policy)  # type: ignore[arg-type]
    else:
        on_policy = OnPolicyTrainerParams(
            **trainer_params(args, collector),
            collection_step_num_env_steps=min(128 * args.num_envs, args.steps),
            batch_size=256,
            update_step_num_repetitions=4,
        )
        result = algorithm.run_training(on_policy)  # type: ignore[arg-type]
    print_speed(result.train_step, started)

    @torch.no_grad()
    def policy(observations: Any, masks: np.ndarray) -> np.ndarray:
        batch = Batch(obs=Batch(obs=observations, mask=masks), info=Batch())
        return np.asarray(algorithm.policy(batch).act)

    algorithm.policy.eval()
    compare_with_random(args, policy, item_by_item=item_by_item)
    return 0


if __name__ == "__main__":
    sys.exit(main())
