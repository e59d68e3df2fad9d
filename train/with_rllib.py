"""Trains with RLlib, on one machine or on a cluster: `python -m train.with_rllib --env RecNews-v0 --algorithm DQN`.

RLlib pins its own Gymnasium, so it has an environment of its own: ``make test-rllib`` builds it, ``pip install "recgym[rllib]"`` elsewhere.

Each env runner is a process that steps one native vector environment, wrapped in `recgym.wrappers.vector.MaskInObservation`; policies are masked by
it. PPO chooses whole slates, DQN places them item by item, one environment at a time.

**Beyond one machine.** Ray is how recgym goes there. Install ``recgym[rllib]`` on each machine, start Ray (``ray start --head`` on one, ``ray start
--address=HEAD:6379`` on the others), and run the same command with ``RAY_ADDRESS=auto``: there is an env runner for every core of the cluster but one.
The id has the prefix ``recgym:``, with which Gymnasium imports recgym, and so registers its ids, in processes that never saw this script. No two
runners meet the same users.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import gymnasium as gym
import numpy as np
import ray
import torch
from ray.rllib.algorithms.algorithm import Algorithm
from ray.rllib.algorithms.algorithm_config import AlgorithmConfig
from ray.rllib.algorithms.dqn import DQNConfig
from ray.rllib.algorithms.dqn.default_dqn_rl_module import QF_PREDS
from ray.rllib.algorithms.dqn.torch.default_dqn_torch_rl_module import DefaultDQNTorchRLModule
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.core.columns import Columns
from ray.rllib.core.rl_module.rl_module import RLModuleSpec
from ray.rllib.examples.rl_modules.classes.action_masking_rlm import ActionMaskingTorchRLModule
from ray.tune import register_env

import recgym
from recgym.core.arguments import unknown_name
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.rollouts import Policy
from recgym.wrappers import MaskInObservation, SlateItemByItem, slate_policy
from recgym.wrappers.vector import MaskInObservation as VectorMaskInObservation
from train.clients import parse_arguments, print_speed, task_of

ALGORITHMS = ("PPO", "DQN")
ENVIRONMENT = "recgym"
"""Name under which `make_env` is registered with Ray."""
_OBSERVATIONS, _MASK = "observations", "action_mask"


def make_env(config: Mapping[str, Any]) -> Any:
    """Makes what an env runner steps: a native vector environment, or one environment in which slates are placed item by item.

    Args:
        config: ``env_id``, ``arguments`` of the environment, ``item_by_item``; RLlib adds ``num_envs`` where it asks for a vector environment.
    """
    if config["item_by_item"]:
        single = gym.make(config["env_id"], disable_env_checker=True, **config["arguments"])
        return MaskInObservation(SlateItemByItem(single), _OBSERVATIONS, _MASK)
    envs = gym.make_vec(
        config["env_id"],
        num_envs=config["num_envs"],
        vectorization_mode="vector_entry_point",
        **config["arguments"],
    )
    return VectorMaskInObservation(envs, _OBSERVATIONS, _MASK)


def seed_runner(*, env_runner: Any, env_context: Any, **_: Any) -> None:
    """Gives an env runner users of its own. RLlib seeds runner i with ``seed + i``, and row j of its environment with j more: rows would be shared."""
    if env_runner.config.seed is not None:
        env_runner._seed = seed_for(Purpose.TRAINING, env_runner.config.seed, env_context.worker_index)


class MaskedPPO(ActionMaskingTorchRLModule):  # type: ignore[misc]
    """RLlib's masked policy, for slates, too: each place has the logits of all items, and the mask holds for each place."""

    def _mask_action_logits(self, batch: dict[str, Any], action_mask: torch.Tensor) -> dict[str, Any]:
        places = batch[Columns.ACTION_DIST_INPUTS].shape[-1] // action_mask.shape[-1]
        masked: dict[str, Any] = super()._mask_action_logits(batch, action_mask.float().repeat(1, places))
        return masked


class MaskedDQN(DefaultDQNTorchRLModule):  # type: ignore[misc]
    """RLlib's Q-network of which items that are not available have value -inf, now, next, and when exploring.

    RLlib's own code takes -inf for "not allowed": it neither draws such actions nor bootstraps from them.
    """

    def __init__(self, *, observation_space: Any, **keywords: Any) -> None:
        """Builds the network for the observation without the mask."""
        super().__init__(observation_space=observation_space[_OBSERVATIONS], **keywords)
        self.observation_space = observation_space

    def _qf_forward_helper(self, batch: dict[str, Any], encoder: Any, head: Any) -> dict[str, Any]:
        seen = batch[Columns.OBS]
        values: dict[str, Any] = super()._qf_forward_helper(
            {**batch, Columns.OBS: seen[_OBSERVATIONS]}, encoder, head
        )
        values[QF_PREDS] = values[QF_PREDS].masked_fill(seen[_MASK] == 0, -torch.inf)
        return values


def configure(
    env_id: str,
    algorithm: str,
    *,
    num_env_runners: int = 2,
    num_envs: int = 32,
    seed: int = 0,
    **arguments: Any,
) -> AlgorithmConfig:
    """Returns RLlib's configuration of a training.

    Args:
        env_id: A registered id with its prefix, ``"recgym:RecNews-v0"``.
        algorithm: One of `ALGORITHMS`.
        num_env_runners: Processes that collect.
        num_envs: Rows of the environment in each of them.
        seed: Of users, networks and draws.
        **arguments: Of the environment.

    Raises:
        ValueError: for an unknown algorithm.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(unknown_name("algorithm", algorithm, ALGORITHMS))
    register_env(ENVIRONMENT, make_env)
    item_by_item = algorithm == "DQN" and task_of(env_id, **arguments).slate_size > 1
    config: AlgorithmConfig
    if algorithm == "PPO":
        module = MaskedPPO
        batch_size = 32 * num_envs * max(1, num_env_runners)
        config = PPOConfig().training(
            train_batch_size_per_learner=batch_size,
            minibatch_size=min(512, batch_size),
            num_epochs=4,
            gamma=0.95,
            lr=3e-4,
            entropy_coeff=0.01,
        )
    else:
        module = MaskedDQN
        config = DQNConfig().training(
            train_batch_size_per_learner=256,
            gamma=0.95,
            lr=3e-4,
            epsilon=[(0, 1.0), (20_000, 0.05)],
            replay_buffer_config={"type": "EpisodeReplayBuffer", "capacity": 100_000},
            num_steps_sampled_before_learning_starts=500,
            target_network_update_freq=1_000,
        )
    return (
        config.environment(
            ENVIRONMENT, env_config={"env_id": env_id, "arguments": arguments, "item_by_item": item_by_item}
        )
        .env_runners(
            num_env_runners=num_env_runners,
            num_envs_per_env_runner=num_envs,
            gym_env_vectorize_mode="sync" if item_by_item else "vector_entry_point",
            rollout_fragment_length="auto" if algorithm == "PPO" else 8,
        )
        .callbacks(on_environment_created=seed_runner)
        .rl_module(rl_module_spec=RLModuleSpec(module_class=module))
        .debugging(seed=seed, log_level="ERROR")
    )


def trained_policy(algorithm: Algorithm, env_id: str, seed: int, **arguments: Any) -> Policy:
    """Returns what was trained as a policy that `recgym.evaluate` takes: DQN's best items, or what PPO draws; whole slates, where there are slates.

    Args:
        algorithm: Trained.
        env_id: What it was trained on.
        seed: Of PPO's draws.
        **arguments: Of the environment.
    """
    module = algorithm.get_module()
    generator = np.random.default_rng(seed_for(Purpose.POLICY, seed))
    task = task_of(env_id, **arguments)

    def choose(observations: Any, masks: np.ndarray) -> np.ndarray:
        seen = {_OBSERVATIONS: torch.as_tensor(observations), _MASK: torch.as_tensor(np.array(masks))}
        with torch.no_grad():
            answer = module.forward_inference({Columns.OBS: seen})
        if Columns.ACTIONS in answer:
            best: np.ndarray = answer[Columns.ACTIONS].numpy()
            return best
        logits = (
            answer[Columns.ACTION_DIST_INPUTS].numpy().reshape(len(masks), task.slate_size, task.num_items)
        )
        drawn = (logits + generator.gumbel(size=logits.shape)).argmax(axis=2)  # the Gumbel-max trick
        return drawn if task.slate_size > 1 else drawn[:, 0]

    items = isinstance(module, MaskedDQN) and task.slate_size > 1
    return slate_policy(task, choose) if items else choose


@contextmanager
def running_ray(**options: Any) -> Iterator[int]:
    """Joins the cluster that ``RAY_ADDRESS`` names, or starts Ray here with three processes' worth of cores, and leaves it afterwards.

    Args:
        **options: As ``ray.init`` takes them.

    Yields:
        How many env runners there is room for.
    """
    if "RAY_ADDRESS" not in os.environ:
        os.environ.setdefault("RAY_AUTH_MODE", "disabled")
        options = {"num_cpus": 3, "include_dashboard": False, "object_store_memory": 256 * 2**20, **options}
    ray.init(**options)
    try:
        yield max(1, int(ray.cluster_resources()["CPU"]) - 1)
    finally:
        ray.shutdown()


def train(algorithm: Algorithm, steps: int) -> list[float]:
    """Trains for a number of steps of the environments, over all of them, and prints the speed.

    Returns:
        Mean reward per session after each iteration; NaN before the first session has ended.
    """
    returns, taken, started = [], 0, time.perf_counter()
    while taken < steps:
        result = algorithm.train()["env_runners"]
        returns.append(float(result.get("episode_return_mean", np.nan)))
        taken += int(result["num_env_steps_sampled"])
    print_speed(taken, started)
    return returns


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains and measures."""
    args = parse_arguments(__doc__, arguments, num_envs=32, choices={"algorithm": ALGORITHMS})
    torch.set_num_threads(1)  # small networks are faster on one
    with running_ray() as room:
        config = configure(
            args.env, args.algorithm, num_env_runners=room, num_envs=args.num_envs, seed=args.seed
        )
        algorithm = config.build_algo()
        returns = train(algorithm, args.steps)
        print("reward per session in training:", *(f"{value:.2f}" for value in returns))
        policies = {args.algorithm: trained_policy(algorithm, args.env, args.seed)}
        print(recgym.evaluate(args.env, policies, users=args.users, seed=args.seed, invalid_actions="repair"))
        algorithm.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
