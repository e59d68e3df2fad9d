"""Stable-Baselines3: `python -m train.with_stable_baselines3 --env RecNews-v0 --algorithm ppo --steps 20000`.

Stock PPO, A2C and DQN on `make_vec_env`; PPO and A2C take slates as they are, DQN places them item by item. They know no masks: where items come
and go (news), the environment shows the nearest available item. ``--fast`` steps all users in one call of the native vector environment.
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
from gymnasium.vector import AutoresetMode
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv

from recgym.wrappers import SlateItemByItem
from train.clients import compare_with_random, parse_arguments, print_speed, task_of

ALGORITHMS: dict[str, type[BaseAlgorithm]] = {"ppo": PPO, "a2c": A2C, "dqn": DQN}
OPTIONS: dict[str, dict[str, Any]] = {
    "ppo": {"n_steps": 128, "batch_size": 256, "gamma": 0.98},
    "a2c": {"gamma": 0.98},
    "dqn": {"learning_starts": 500, "buffer_size": 50_000, "train_freq": 1, "gamma": 0.98},
}


def make_envs(args: Namespace, item_by_item: bool) -> VecEnv:
    """Makes the environments, stock or by the fast adapter."""
    if not args.fast:
        return make_vec_env(
            args.env,
            n_envs=args.num_envs,
            seed=args.seed,
            env_kwargs={"observation": args.observation},
            wrapper_class=SlateItemByItem if item_by_item else None,
        )
    from agents.sb3.vec_env import RecVecEnv

    native = gym.make_vec(
        args.env, args.num_envs, autoreset_mode=AutoresetMode.DISABLED, observation=args.observation
    )
    return RecVecEnv(native, seed=args.seed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains and measures."""
    args = parse_arguments(
        __doc__,
        arguments,
        num_envs=8,
        choices={"algorithm": tuple(ALGORITHMS), "observation": ("flat", "sequence", "ids")},
        switches={"fast": "step all users in one call"},
    )
    item_by_item = args.algorithm == "dqn" and task_of(args.env).slate_size > 1
    if item_by_item and args.fast:
        raise SystemExit("--fast with --algorithm dqn takes single items: leave --fast out for slates.")
    envs = make_envs(args, item_by_item)
    space = envs.observation_space
    is_dict = isinstance(space, gym.spaces.Dict)
    torch.set_num_threads(1)  # small networks are faster on one
    model = ALGORITHMS[args.algorithm](
        "MultiInputPolicy" if is_dict else "MlpPolicy", envs, seed=args.seed, **OPTIONS[args.algorithm]
    )
    started = time.perf_counter()
    model.learn(args.steps)
    print_speed(model.num_timesteps, started)

    def policy(observations: Any, masks: np.ndarray) -> np.ndarray:
        if (
            isinstance(space, gym.spaces.Dict) and "action_mask" in space.spaces
        ):  # the fast adapter puts it there
            parts = observations if isinstance(observations, dict) else {"observation": observations}
            observations = {**parts, "action_mask": masks}
        return model.predict(observations, deterministic=True)[0]

    compare_with_random(args, policy, item_by_item=item_by_item, observation=args.observation)
    return 0


if __name__ == "__main__":
    sys.exit(main())
