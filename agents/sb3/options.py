"""Which values the options of Stable-Baselines3's algorithms may have: the algorithms themselves take any, and train on."""

from __future__ import annotations

from typing import Any

import numpy as np

from recgym.core.arguments import real_number, shortened, whole_number

_SHARES = ("gamma", "gae_lambda", "exploration_fraction", "exploration_initial_eps", "exploration_final_eps")
_AT_LEAST_ZERO = ("ent_coef", "vf_coef")
_ABOVE_ZERO = ("max_grad_norm", "clip_range", "rms_prop_eps")
_ABOVE_ZERO_OR_NONE = ("clip_range_vf", "target_kl")
_LEAST: dict[str, int] = {
    **dict.fromkeys(
        ("n_steps", "batch_size", "n_epochs", "buffer_size", "train_freq", "target_update_interval"), 1
    ),
    "learning_starts": 0,
    "gradient_steps": -1,  # as many as steps
}
_WORDS = ("use_rms_prop", "normalize_advantage", "use_sde", "optimize_memory_usage")


def check_option(name: str, value: Any) -> None:
    """Checks an option of an algorithm; those that are not known here are left to it.

    Raises:
        TypeError: if it is of another type.
        ValueError: if it is out of range.
    """
    if name in _SHARES:
        real_number(name, value, 0.0, 1.0)
    elif name == "tau":
        real_number(name, value, 0.0, 1.0, above=True)
    elif name in _AT_LEAST_ZERO:
        real_number(name, value, 0.0, np.inf)
    elif name in _ABOVE_ZERO or (name in _ABOVE_ZERO_OR_NONE and value is not None):
        real_number(name, value, 0.0, np.inf, above=True)
    elif name in _LEAST:
        whole_number(name, value, _LEAST[name])
    elif name in _WORDS and not isinstance(value, bool):
        raise TypeError(f"{name}={shortened(value)} must be true or false.")
