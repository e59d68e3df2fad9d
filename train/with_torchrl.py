"""TorchRL: `python -m train.with_torchrl --env RecNews-v0 --steps 50000`.

PPO on the native vector environment: the info reader brings masks and signals into the TensorDict, `ActionMask` masks random actions, and
`MaskedCategorical` those of the policy. Slates are placed item by item.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from gymnasium.vector import AutoresetMode
from tensordict import TensorDict
from tensordict.nn import TensorDictModule
from torchrl.collectors import Collector
from torchrl.envs import (
    ActionMask,
    Compose,
    DTypeCastTransform,
    EnvBase,
    ExplorationType,
    GymWrapper,
    InitTracker,
    TransformedEnv,
    set_exploration_type,
)
from torchrl.modules import MLP, MaskedCategorical, ProbabilisticActor, ValueOperator
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE

from recgym.wrappers.vector import SlateItemByItem
from train.clients import compare_with_random, parse_arguments, print_speed, task_of

NUM_STEPS, NUM_EPOCHS, BATCH_SIZE, LEARNING_RATE, GAMMA = 32, 4, 512, 1e-3, 0.98


def make_env(env_id: str, num_envs: int, item_by_item: bool) -> EnvBase:
    """Makes the native vector environment for TorchRL, which resets the rows itself."""
    envs: Any = gym.make_vec(env_id, num_envs, autoreset_mode=AutoresetMode.DISABLED)
    envs = SlateItemByItem(envs) if item_by_item else envs
    env = GymWrapper(envs, categorical_action_encoding=True).auto_register_info_dict()
    to_bool = DTypeCastTransform(torch.int8, torch.bool, in_keys=["action_mask"])
    return TransformedEnv(env, Compose(to_bool, ActionMask(), InitTracker()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains and measures."""
    args = parse_arguments(__doc__, arguments, num_envs=64)
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)  # small networks are faster on one
    item_by_item = task_of(args.env).slate_size > 1
    env = make_env(args.env, args.num_envs, item_by_item)
    env.set_seed(args.seed)
    columns, num_items = env.observation_spec["observation"].shape[-1], env.action_spec.space.n
    logits = TensorDictModule(MLP(columns, num_items, num_cells=[128]), ["observation"], ["logits"])
    actor = ProbabilisticActor(
        logits,
        in_keys={"logits": "logits", "mask": "action_mask"},
        spec=env.action_spec,
        distribution_class=MaskedCategorical,
        return_log_prob=True,
    )
    critic = ValueOperator(MLP(columns, 1, num_cells=[128]), in_keys=["observation"])
    advantage = GAE(gamma=GAMMA, lmbda=0.95, value_network=critic)
    loss_module = ClipPPOLoss(actor, critic, entropy_coeff=0.01, normalize_advantage=True)
    optimizer = torch.optim.Adam(loss_module.parameters(), LEARNING_RATE)
    frames = NUM_STEPS * args.num_envs
    collector = Collector(env, actor, frames_per_batch=frames, total_frames=-(-args.steps // frames) * frames)
    started, steps = time.perf_counter(), 0
    for data in collector:
        steps += data.numel()
        for _ in range(NUM_EPOCHS):
            with torch.no_grad():
                advantage(data)
            flat = data.reshape(-1)
            for rows in torch.randperm(len(flat)).split(BATCH_SIZE):
                losses = loss_module(flat[rows])
                loss = losses["loss_objective"] + losses["loss_critic"] + losses["loss_entropy"]
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(loss_module.parameters(), 0.5)
                optimizer.step()
    print_speed(steps, started)
    collector.shutdown()

    def policy(observations: Any, masks: np.ndarray) -> np.ndarray:
        seen = TensorDict(
            {"observation": torch.as_tensor(observations), "action_mask": torch.as_tensor(masks == 1)},
            [len(masks)],
        )
        with torch.no_grad(), set_exploration_type(ExplorationType.DETERMINISTIC):
            return np.asarray(actor(seen)["action"])

    compare_with_random(args, policy, item_by_item=item_by_item)
    return 0


if __name__ == "__main__":
    sys.exit(main())
