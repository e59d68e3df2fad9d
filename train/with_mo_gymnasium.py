"""Several objectives with MO-Gymnasium: `python -m train.with_mo_gymnasium --env RecNews-v0`.

`recgym.wrappers.VectorReward` makes the signals the reward; MO-Gymnasium's wrappers go on top. ``LinearReward`` weighs the objectives, so that any
algorithm can learn from their sum: here PPO of Stable-Baselines3 learns three times, for the weights of the environment, for the first objective
alone, and for diversity alone. ``MOSyncVectorEnv`` and ``MORecordEpisodeStatistics`` then measure what each of the three earns in every objective.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from mo_gymnasium.wrappers import LinearReward
from mo_gymnasium.wrappers.vector import MORecordEpisodeStatistics, MOSyncVectorEnv
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env

from recgym.core.seeds import Purpose, seed_for
from recgym.wrappers import VectorReward
from train.clients import parse_arguments, print_speed, task_of


def make_env(env_id: str, **arguments: Any) -> gym.Env[Any, Any]:
    """Makes an environment of which the reward is the vector of its signals."""
    return VectorReward(gym.make(env_id, **arguments))


def learn(env_id: str, weights: np.ndarray, *, steps: int, num_envs: int, seed: int) -> PPO:
    """Trains PPO on the weighted sum of the signals.

    Args:
        env_id: A registered id.
        weights: (S,) of the signals, in the order of ``task.signal_names``.
        steps: Over all rows.
        num_envs: Users at once.
        seed: Of users and networks.
    """
    envs = make_vec_env(lambda: LinearReward(make_env(env_id), weights), num_envs)
    rollout = 4 * max(1, min(128, steps // num_envs) // 4)
    batch = rollout * num_envs // 4
    model = PPO("MlpPolicy", envs, n_steps=rollout, batch_size=batch, gamma=0.95, ent_coef=0.01, device="cpu")
    first = seed_for(Purpose.TRAINING, seed)
    model.set_random_seed(seed)
    envs.seed(first)
    started = time.perf_counter()
    model.learn(steps)
    print_speed(model.num_timesteps, started)
    envs.close()
    return model


def returns(env_id: str, model: PPO, *, users: int, seed: int) -> np.ndarray:
    """Returns what sessions of held-out users earn in each objective, (sessions, S), at least as many as ``users``."""
    rows = min(16, users)
    envs = MORecordEpisodeStatistics(
        MOSyncVectorEnv([lambda: make_env(env_id, split="test") for _ in range(rows)])
    )
    first = seed_for(Purpose.EVALUATION, seed)
    observations, _ = envs.reset(seed=[first + row for row in range(rows)])
    ended: list[list[np.ndarray]] = [[] for _ in range(rows)]
    per_row = -(-users // rows)  # as many of each row: the first to end would be the short ones
    while min(map(len, ended)) < per_row:
        actions, _ = model.predict(observations)
        observations, _, _, _, infos = envs.step(actions)
        if "episode" in infos:
            for row in np.flatnonzero(infos["_episode"]):
                ended[row].append(infos["episode"]["r"][row])
    envs.close()
    return np.array([session for sessions in ended for session in sessions[:per_row]])


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains three times and measures."""
    args = parse_arguments(__doc__, arguments, num_envs=8)
    torch.set_num_threads(1)  # small networks are faster on one
    task = task_of(args.env)
    names = task.signal_names
    wishes = {
        "as weighed": task.weights,
        names[0]: np.eye(len(names))[0],
        "diversity": np.eye(len(names))[names.index("diversity")],
    }
    print(f"{'learned for':12}", *(f"{name:>10}" for name in names), f"{'weighed':>10}")
    for wish, weights in wishes.items():
        model = learn(args.env, weights, steps=args.steps, num_envs=args.num_envs, seed=args.seed)
        mean = returns(args.env, model, users=args.users, seed=args.seed).mean(axis=0)
        print(f"{wish:12}", *(f"{value:10.2f}" for value in mean), f"{mean @ task.weights:10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
