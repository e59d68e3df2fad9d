"""What the wrappers of vector environments have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import AutoresetMode, VectorWrapper


class RecVectorWrapper(VectorWrapper, RecordConstructorArgs):  # type: ignore[type-arg]  # not generic in every Gymnasium
    """A wrapper around the native vector environment."""

    @property
    def autoreset_mode(self) -> AutoresetMode:
        """The environment's; TorchRL looks for it here, too."""
        mode: AutoresetMode = self.env.metadata["autoreset_mode"]
        return mode


def with_final_observations(infos: dict[str, Any], change: Callable[[Any, int], Any]) -> dict[str, Any]:
    """Returns infos whose final observations are changed as a wrapper changes the others.

    Args:
        infos: Of a step.
        change: (final observation, row) -> what the wrapper makes of it.
    """
    if "final_obs" not in infos:
        return infos
    changed = infos["final_obs"].copy()
    for row in np.flatnonzero(infos["_final_obs"]):
        changed[row] = change(changed[row], int(row))
    infos["final_obs"] = changed
    return infos
