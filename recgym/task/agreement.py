"""Whether what was made for one task works in another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recgym.core.arguments import shortened
from recgym.task.task import Task


def check_fit(mine: Task, other: Task, whose: str, *, observed: bool = True) -> None:
    """Checks that what was made for one task works in another: the same items, observations and slates.

    Args:
        mine: What it was made for.
        other: What it is to work in.
        whose: What was made, for the error.
        observed: Whether observations have to be of the same form, too.

    Raises:
        ValueError: if they differ.
    """
    if mine is other:
        return
    for name, tell in (_OF_ITEMS | _OF_OBSERVATIONS if observed else _OF_ITEMS).items():
        needed, found = tell(mine), tell(other)
        if needed != found:
            raise ValueError(
                f"{whose} was made for an environment with {name}={shortened(needed)}; this one has {name}={shortened(found)}. Make the environment "
                f"with the arguments that the agent was made for, or make the agent anew for this one."
            )


_OF_ITEMS: dict[str, Callable[[Task], Any]] = {
    "scenario": lambda task: task.scenario,
    "num_items": lambda task: task.num_items,
    "embedding_dim": lambda task: task.dimension,
    "slate_size": lambda task: task.slate_size,
    "signals": lambda task: task.signal_names,
    "catalogue": lambda task: task.catalogue.fingerprint,
}
_OF_OBSERVATIONS: dict[str, Callable[[Task], Any]] = {
    "observation": lambda task: task.observation,
    "sequence_length": lambda task: None if task.layout.is_flat else task.layout.length,
    "context": lambda task: tuple(feature.name for feature in task.layout.context),
}
"""What tasks must agree on, in the environment's words, the plainest first."""
