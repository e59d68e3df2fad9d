"""skrl: `python -m train.with_skrl --env RecNews-v0 --steps 50000`.

PPO on the native vector environment. skrl knows no masks: they are part of the observation, where the network on this page reads them. Slates are placed
item by item.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from gymnasium.vector import AutoresetMode
from skrl.agents.torch.ppo import PPO, PPO_CFG
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.models.torch import CategoricalMixin, DeterministicMixin, Model
from skrl.trainers.torch import SequentialTrainer
from skrl.utils import set_seed
from skrl.utils.spaces.torch import unflatten_tensorized_space
from torch import nn

from recgym.wrappers.vector import MaskInObservation, SlateItemByItem
from train.clients import compare_with_random, parse_arguments, print_speed, task_of

ROLLOUT, GAMMA = 32, 0.98


def network(columns: int, outputs: int) -> nn.Module:
    """Returns a small network."""
    return nn.Sequential(nn.Linear(columns, 128), nn.Tanh(), nn.Linear(128, outputs))


class Actor(CategoricalMixin, Model):
    """Logits of the items, very low where an item is not available."""

    def __init__(self, env: Any) -> None:
        """See the class."""
        Model.__init__(
            self, observation_space=env.observation_space, action_space=env.action_space, device=env.device
        )
        CategoricalMixin.__init__(self)
        self.net = network(env.observation_space["observation"].shape[0], int(env.action_space.n))

    def logits(self, observations: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
        """Returns logits (N, I)."""
        return self.net(observations).masked_fill(masks == 0, -1e8)

    def compute(self, inputs: dict[str, Any], role: str = "") -> tuple[torch.Tensor, dict[str, Any]]:
        """Returns the logits of skrl's inputs."""
        parts = unflatten_tensorized_space(self.observation_space, inputs["observations"])
        return self.logits(parts["observation"], parts["action_mask"]), {}


class Critic(DeterministicMixin, Model):
    """The value."""

    def __init__(self, env: Any) -> None:
        """See the class."""
        Model.__init__(
            self, observation_space=env.observation_space, action_space=env.action_space, device=env.device
        )
        DeterministicMixin.__init__(self)
        self.net = network(env.observation_space["observation"].shape[0], 1)

    def compute(self, inputs: dict[str, Any], role: str = "") -> tuple[torch.Tensor, dict[str, Any]]:
        """Returns the values of skrl's inputs."""
        parts = unflatten_tensorized_space(self.observation_space, inputs["observations"])
        return self.net(parts["observation"]), {}


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains and measures."""
    args = parse_arguments(__doc__, arguments, num_envs=64)
    logging.getLogger("skrl").setLevel(logging.WARNING)
    set_seed(args.seed)
    torch.set_num_threads(1)  # small networks are faster on one
    item_by_item = task_of(args.env).slate_size > 1
    envs: Any = gym.make_vec(args.env, args.num_envs, autoreset_mode=AutoresetMode.SAME_STEP)
    env = wrap_env(MaskInObservation(SlateItemByItem(envs) if item_by_item else envs))
    actor = Actor(env)
    cfg = PPO_CFG(
        rollouts=ROLLOUT,
        learning_epochs=4,
        mini_batches=4,
        discount_factor=GAMMA,
        entropy_loss_scale=0.01,
        experiment={"write_interval": 0, "checkpoint_interval": 0},  # type: ignore[arg-type]
    )
    agent = PPO(
        models={"policy": actor, "value": Critic(env)},
        memory=RandomMemory(memory_size=ROLLOUT, num_envs=env.num_envs, device=env.device),
        cfg=cfg,
        observation_space=env.observation_space,
        action_space=env.action_space,
        device=env.device,
    )
    timesteps = -(-args.steps // args.num_envs)
    trainer = SequentialTrainer(
        env=env, agents=agent, cfg={"timesteps": timesteps, "headless": True, "disable_progressbar": True}
    )
    started = time.perf_counter()
    trainer.train()
    print_speed(timesteps * args.num_envs, started)

    @torch.no_grad()
    def policy(observations: Any, masks: np.ndarray) -> np.ndarray:
        return actor.logits(torch.as_tensor(observations), torch.as_tensor(masks.copy())).argmax(-1).numpy()

    compare_with_random(args, policy, item_by_item=item_by_item)
    return 0


if __name__ == "__main__":
    sys.exit(main())
