"""What a vector environment that resets in the same step tells of the sessions that ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


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
