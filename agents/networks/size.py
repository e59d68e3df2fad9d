"""How large a network may be: what a file says of one must not fill the memory. Light: there is no torch here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from recgym.core.arguments import shortened, whole_number

LARGEST_NETWORK = 50_000_000
"""Parameters of the largest network that is made."""


def check_network_size(parameters: int) -> None:
    """Checks that a network may be made.

    Raises:
        ValueError: if it has more than `LARGEST_NETWORK` parameters.
    """
    if parameters > LARGEST_NETWORK:
        raise ValueError(
            f"A network of {parameters:,} parameters is not made; at most {LARGEST_NETWORK:,} are. Make its layers narrower."
        )


def layer_widths(hidden: Any) -> list[int]:
    """Returns the widths of hidden layers, checked.

    Raises:
        TypeError: if they are not a list of whole numbers, with at least one.
        ValueError: if one is below 1.
    """
    if isinstance(hidden, str | Mapping) or not isinstance(hidden, Sequence) or not hidden:
        raise TypeError(f"hidden={shortened(hidden)} must list the widths of the layers, such as [64, 64].")
    return [whole_number("a width in hidden", width, 1) for width in hidden]
