"""sb3-contrib's MaskablePPO: `python -m train.with_maskable_ppo --env RecNews-v0 --steps 20000`.

The environment has the method `action_masks` that MaskablePPO asks for, so no `ActionMasker` is needed. Slates are placed item by item: the mask then
excludes what is in the slate already.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sb3_contrib import MaskablePPO
from stable_baselines3.common.env_util import make_vec_env

from recgym.wrappers import SlateItemByItem
from train.clients import compare_with_random, parse_arguments, print_speed, task_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains and measures."""
    args = parse_arguments(__doc__, arguments, num_envs=8)
    item_by_item = task_of(args.env).slate_size > 1
    envs = make_vec_env(
        args.env,
        n_envs=args.num_envs,
        seed=args.seed,
        wrapper_class=SlateItemByItem if item_by_item else None,
    )
    torch.set_num_threads(1)  # small networks are faster on one
    model = MaskablePPO("MlpPolicy", envs, n_steps=128, batch_size=256, gamma=0.98, seed=args.seed)
    started = time.perf_counter()
    model.learn(args.steps)
    print_speed(model.num_timesteps, started)

    def policy(observations: Any, masks: np.ndarray) -> np.ndarray:
        return model.predict(observations, action_masks=masks == 1, deterministic=True)[0]

    compare_with_random(args, policy, item_by_item=item_by_item)
    return 0


if __name__ == "__main__":
    sys.exit(main())
