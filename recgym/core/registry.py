"""Tables of names and of the places where things are defined: strings only, so that nothing is imported before it is used."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, NamedTuple

import gymnasium as gym
from gymnasium.envs.registration import load_env_creator

from recgym.core.arguments import unknown_name

REGISTERED: list[str] = []
"""Ids that `recgym.register` made, those of this package first."""


class Renderer(NamedTuple):
    """Where a way of drawing a session is defined, and the library that it needs."""

    entry: str
    library: str | None


RENDERERS: dict[str, Renderer] = {
    "ansi": Renderer("recgym.render.transcript:SessionTranscript", None),
    "rgb_array": Renderer("recgym.render.picture:SessionPicture", "matplotlib"),
}
"""Render modes. Each entry makes a function from a `recgym.task.session_record.SessionRecord` to what `render` returns."""


def available_render_modes() -> list[str]:
    """Returns the render modes whose libraries are installed; none of them is imported."""
    return [
        mode
        for mode, renderer in RENDERERS.items()
        if renderer.library is None or importlib.util.find_spec(renderer.library) is not None
    ]


def load_entry(entry: str) -> Any:
    """Returns what ``"package.module:name"`` names.

    Raises:
        ValueError: if the text has another form, or the module has nothing of that name.
        ModuleNotFoundError: if there is no such module.
    """
    module, colon, name = entry.partition(":")
    if not module or not colon or not name:
        raise ValueError(f"{entry!r} must be of the form 'package.module:name'.")
    found = importlib.import_module(module)
    if not hasattr(found, name):
        raise ValueError(f"{entry!r}: module {module} has nothing named {name!r}.")
    return getattr(found, name)


def registered_ids() -> tuple[str, ...]:
    """Returns the ids of this package, and those that were registered with `recgym.register`."""
    return tuple(REGISTERED)


def import_named(module: str, by: str) -> None:
    """Imports a module that somebody named.

    Args:
        module: Its name.
        by: What named it, for the error.

    Raises:
        ModuleNotFoundError: if it is not found; one that it needs itself is told as it is.
    """
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if not module.startswith(error.name or "-"):
            raise
        raise ModuleNotFoundError(
            f"{by}: there is no module {module!r} to be imported; run where it can be found, or install it.",
            name=error.name,
        ) from error


def class_of(env_id: str) -> Any:
    """Returns what makes a registered id's environments, a class; of ``"package:RecMine-v0"`` the package is imported, which registers it.

    Raises:
        ValueError: if the id is not registered.
        TypeError: if it is of a class whose environments have no task.
        ModuleNotFoundError: if there is no such package.
    """
    package, colon, plain = env_id.rpartition(":")
    if colon:
        import_named(package, f"env {env_id!r}")
    spec = gym.registry.get(plain)
    if spec is None:
        raise ValueError(
            f"{unknown_name('id', plain, registered_ids())} An id that a package of your own registers is named with it: 'package:{plain}'."
        )
    found = load_env_creator(spec.entry_point) if isinstance(spec.entry_point, str) else spec.entry_point
    if isinstance(found, type) and not hasattr(found, "task"):
        raise TypeError(
            f"{env_id!r} is a {found.__name__}, which has no task; pass an id of recgym's, or of a scenario that recgym.register made."
        )
    return found
