"""PPO in a single file, in the style of CleanRL: `python -m train.with_cleanrl --env RecNews-v0 --steps 200000`.

Everything of the algorithm is on this page, to be read and changed: network, rollout, advantages, update. The native vector environment steps all users
in one call; masks of what is available come with the infos; slates are placed item by item.
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
from torch import nn
from torch.distributions import Categorical

from recgym.wrappers.vector import SlateItemByItem
from train.clients import compare_with_random, parse_arguments, print_speed, task_of

NUM_STEPS, NUM_EPOCHS, NUM_MINIBATCHES = 32, 4, 4
LEARNING_RATE, GAMMA, GAE_LAMBDA, CLIP, ENTROPY, VALUE = 1e-3, 0.98, 0.95, 0.2, 0.01, 0.5


class ActorCritic(nn.Module):
    """Two small networks: logits of the items, and the value."""

    def __init__(self, columns: int, num_items: int) -> None:
        """See the class."""
        super().__init__()
        self.actor = nn.Sequential(nn.Linear(columns, 128), nn.Tanh(), nn.Linear(128, num_items))
        self.critic = nn.Sequential(nn.Linear(columns, 128), nn.Tanh(), nn.Linear(128, 1))

    def policy(self, observations: torch.Tensor, masks: torch.Tensor) -> Categorical:
        """Returns the distribution over the available items."""
        return Categorical(logits=self.actor(observations).masked_fill(~masks, -1e8))

    def value(self, observations: torch.Tensor) -> torch.Tensor:
        """Returns the values (...)."""
        return self.critic(observations).squeeze(-1)


def advantages_of(rewards: torch.Tensor, values: torch.Tensor, overs: torch.Tensor) -> torch.Tensor:
    """Generalized advantage estimation (Schulman and others, 2016), eq. 16: ``values`` has a row more than ``rewards``."""
    advantages, last = torch.zeros_like(rewards), torch.zeros(rewards.shape[1])
    for step in reversed(range(len(rewards))):
        going_on = 1.0 - overs[step]
        delta = rewards[step] + GAMMA * values[step + 1] * going_on - values[step]
        advantages[step] = last = delta + GAMMA * GAE_LAMBDA * going_on * last
    return advantages


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains and measures."""
    args = parse_arguments(__doc__, arguments, num_envs=64)
    torch.set_num_threads(1)  # small networks are faster on one
    torch.manual_seed(args.seed)
    item_by_item = task_of(args.env).slate_size > 1
    envs: Any = gym.make_vec(args.env, args.num_envs, autoreset_mode=AutoresetMode.SAME_STEP)
    envs = SlateItemByItem(envs) if item_by_item else envs
    columns, num_items = envs.single_observation_space.shape[0], int(envs.single_action_space.n)
    model = ActorCritic(columns, num_items)
    optimizer = torch.optim.Adam(model.parameters(), LEARNING_RATE)
    shape = (NUM_STEPS, args.num_envs)
    observations, masks = torch.zeros(*shape, columns), torch.zeros(*shape, num_items, dtype=torch.bool)
    actions, log_probs = torch.zeros(shape, dtype=torch.int64), torch.zeros(shape)
    rewards, overs, values = torch.zeros(shape), torch.zeros(shape), torch.zeros(NUM_STEPS + 1, args.num_envs)

    observation, infos = envs.reset(seed=args.seed)
    started, steps = time.perf_counter(), 0
    while steps < args.steps:
        for step in range(NUM_STEPS):
            observations[step] = torch.as_tensor(observation)
            masks[step] = torch.as_tensor(infos["action_mask"]) == 1
            with torch.no_grad():
                distribution = model.policy(observations[step], masks[step])
                actions[step] = distribution.sample()
                log_probs[step] = distribution.log_prob(actions[step])
                values[step] = model.value(observations[step])
            observation, reward, terminated, truncated, infos = envs.step(actions[step].numpy())
            rewards[step], overs[step] = (
                torch.as_tensor(reward),
                torch.as_tensor(terminated | truncated).float(),
            )
            cut = np.flatnonzero(truncated & ~terminated)
            if len(cut):  # the horizon ends the session, not what it would have gone on to earn
                last = torch.as_tensor(np.stack(infos["final_obs"][cut]))
                rewards[step, cut] += GAMMA * model.value(last).detach()
        steps += NUM_STEPS * args.num_envs
        values[-1] = model.value(torch.as_tensor(observation)).detach()
        advantages = advantages_of(rewards, values, overs)
        returns = advantages + values[:-1]
        batch = [
            part.flatten(0, 1) for part in (observations, masks, actions, log_probs, advantages, returns)
        ]
        for _ in range(NUM_EPOCHS):
            for rows in torch.randperm(len(batch[0])).chunk(NUM_MINIBATCHES):
                seen, mask, chosen, old, advantage, target = (part[rows] for part in batch)
                distribution = model.policy(seen, mask)
                ratio = (distribution.log_prob(chosen) - old).exp()
                advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
                gain = torch.min(ratio * advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * advantage).mean()
                error = (model.value(seen) - target).square().mean()
                loss = VALUE * error - gain - ENTROPY * distribution.entropy().mean()
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 0.5)
                optimizer.step()
    print_speed(steps, started)

    @torch.no_grad()
    def policy(observations: Any, masks: np.ndarray) -> np.ndarray:
        return (
            model.policy(torch.as_tensor(observations), torch.as_tensor(masks == 1)).probs.argmax(-1).numpy()
        )

    compare_with_random(args, policy, item_by_item=item_by_item)
    return 0


if __name__ == "__main__":
    sys.exit(main())
