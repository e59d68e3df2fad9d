"""Tables of names and of the places where things are defined: strings only, so that nothing is imported before it is used."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, NamedTuple

import gymnasium as gym


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


def class_of(env_id: str) -> type[Any]:
    """Returns the class of a registered id's environments; of ``"package:RecMine-v0"`` the package is imported, which registers it.

    Raises:
        gymnasium.error.UnregisteredEnv: if there is no such id.
        ModuleNotFoundError: if there is no such package.
    """
    package, _, name = env_id.rpartition(":")
    if package:
        importlib.import_module(package)
    found: type[Any] = load_entry(str(gym.spec(name).entry_point))
    return found
