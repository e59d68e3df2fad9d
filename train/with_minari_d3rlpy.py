"""Learns from logged sessions with Minari and d3rlpy: `python -m train.with_minari_d3rlpy --env RecNews-v0`.

Collects sessions of a behaviour policy, saves them as a Minari dataset, loads it, trains DiscreteCQL on it without an environment, and measures the
result on held-out users beside the behaviour policy and random items. Datasets are kept where Minari keeps them: in ``MINARI_DATASETS_PATH``, or in
``~/.minari/datasets``.

Which items are available stands behind each observation as columns of 0 and 1; where the network prefers another item all the same, the environment
shows the nearest one that is available. Slates are placed item by item.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

import recgym
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.rollouts import Policy
from recgym.task.choosing import draw_from_top, random_items
from recgym.task.task import Task
from recgym.wrappers import slate_policy
from recgym.wrappers.vector import SlateItemByItem
from train.clients import parse_arguments, print_speed, task_of
from train.offline_data import OfflineData, collect, d3rlpy_observations, from_minari, to_d3rlpy, to_minari

STEPS_PER_SESSION, STEPS_PER_GRADIENT_STEP = 10, 10
"""``--steps`` is about how many steps are logged; each tenth is a session, and a gradient step."""


def behaviour_policy(task: Task, seed: int, explore: float = 0.3) -> Policy:
    """Returns a policy worth learning from: items nearer to what the user liked than to what they ignored, and, with a probability, any item.

    Args:
        task: Of the environment.
        seed: Of its draws.
        explore: The probability, in [0, 1].
    """
    generator = np.random.default_rng(seed_for(Purpose.POLICY, seed))

    def choose(observations: Any, masks: np.ndarray) -> np.ndarray:
        wanted = task.layout.read(observations, "liked") - task.layout.read(observations, "ignored")
        near = draw_from_top(wanted @ task.vectors.T, masks, 0.3, 1, generator)
        anything = random_items(masks, 1, generator)
        return np.where(generator.random(len(masks)) < explore, anything, near)

    return choose


def save_and_load(data: OfflineData, dataset_id: str) -> OfflineData:
    """Writes a Minari dataset, in the place of an older one, and reads it again."""
    import minari

    if dataset_id in minari.list_local_datasets():
        minari.delete_dataset(dataset_id)
    to_minari(
        data,
        dataset_id,
        algorithm_name="nearest items and random ones",
        author="recgym",
        author_email="none",
        code_permalink="none",
        description=f"{len(data.episodes)} sessions of {data.env_id}",
    )
    return from_minari(minari.load_dataset(dataset_id))


def train_offline(data: OfflineData, *, steps: int, seed: int, batch_size: int = 128) -> Policy:
    """Trains DiscreteCQL on logged sessions.

    Args:
        data: The sessions.
        steps: Gradient steps.
        seed: Of the network and of the batches.
        batch_size: Transitions per gradient step.

    Returns:
        The greedy policy.
    """
    import d3rlpy
    import torch

    torch.set_num_threads(1)  # small networks are faster on one
    d3rlpy.seed(seed)
    dataset = to_d3rlpy(data, mask_columns=True)
    algorithm = d3rlpy.algos.DiscreteCQLConfig(
        alpha=0.1, target_update_interval=200, batch_size=batch_size, learning_rate=3e-4, gamma=0.95
    ).create()
    algorithm.fit(
        dataset,
        n_steps=steps,
        n_steps_per_epoch=steps,
        logger_adapter=d3rlpy.logging.NoopAdapterFactory(),
        show_progress=False,
    )

    def choose(observations: Any, masks: np.ndarray) -> np.ndarray:
        chosen: np.ndarray = algorithm.predict(d3rlpy_observations(observations, masks, mask_columns=True))
        return chosen

    return choose


def main(arguments: Sequence[str] | None = None) -> int:
    """Collects, saves, loads, trains and measures."""
    args = parse_arguments(__doc__, arguments, num_envs=64)
    task = task_of(args.env)
    item_by_item = task.slate_size > 1
    policy = behaviour_policy(task, args.seed)
    num_sessions = max(2, args.steps // STEPS_PER_SESSION)
    started = time.perf_counter()
    wrapper = SlateItemByItem if item_by_item else None
    data = collect(args.env, policy, num_sessions, args.seed, num_envs=args.num_envs, wrapper=wrapper)
    print_speed(data.num_steps, started)
    print(f"behaviour: {data.returns.mean():.2f} reward per session, {num_sessions:,} sessions")
    if not item_by_item:  # Minari recovers environments by their id, without the wrapper that places slates
        data = save_and_load(data, f"recgym/{task.scenario.lower()}/behaviour-v0")
    started = time.perf_counter()
    learned = train_offline(data, steps=max(1, args.steps // STEPS_PER_GRADIENT_STEP), seed=args.seed)
    print_speed(max(1, args.steps // STEPS_PER_GRADIENT_STEP), started)
    policies = {"behaviour": policy, "DiscreteCQL": learned}
    if item_by_item:
        policies = {name: slate_policy(task, items) for name, items in policies.items()}
    print(recgym.evaluate(args.env, policies, users=args.users, seed=args.seed, invalid_actions="repair"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
