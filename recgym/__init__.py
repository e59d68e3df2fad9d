"""recgym: recommendation scenarios as Gymnasium environments.

Importing registers the ids below with Gymnasium and nothing else; an environment's code is loaded when it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gymnasium as gym

from recgym.core.registry import REGISTERED, registered_ids

if TYPE_CHECKING:
    from recgym.evaluation import evaluate
    from recgym.sessions.snapshots import restore, snapshot

__version__ = "0.1.0"
__all__ = [
    "ENV_IDS",
    "SCENARIOS",
    "SLATE_ARGUMENTS",
    "__version__",
    "evaluate",
    "register",
    "registered_ids",
    "restore",
    "snapshot",
]

HORIZON = 60
"""Steps of the longest session, unless an id is registered with another number."""

SCENARIOS: dict[str, tuple[str, dict[str, Any]]] = {
    "Ecommerce": ("recgym.envs.ecommerce", {}),
    "Video": ("recgym.envs.video", {}),
    "Music": ("recgym.envs.music", {}),
    "News": ("recgym.envs.news", {}),
    "CrossDomain": ("recgym.envs.cross_domain", {}),
    "Control": ("recgym.envs.control", {}),
    "Bandit": ("recgym.envs.bandit", {"num_items": 10, "sequence_length": 3}),
    "VideoRetention": ("recgym.envs.video_retention", {"horizon": 20, "sessions": 5}),
    "EcommerceRetention": ("recgym.envs.ecommerce_retention", {"horizon": 20, "sessions": 5}),
}
"""Names of scenarios, the modules that define them, and arguments that differ from the defaults. A new scenario is a file and a row."""

SLATE_ARGUMENTS: dict[str, dict[str, Any]] = {"CrossDomain": {"click_base": -2.4}}
"""What else an id of slates is registered with. Of four domains, one of five items would please anybody if each were as attractive as alone."""

ENV_IDS = tuple(f"Rec{name}{shape}-v0" for name in SCENARIOS for shape in ("", "Slate"))
"""Every id of this package: each scenario with single items, and with slates of five."""


def register(env_id: str, entry_point: str, *, horizon: int | None = None, **arguments: Any) -> None:
    """Registers a scenario with Gymnasium: single, by `gym.make`, and vector, by `gym.make_vec`.

    Args:
        env_id: For instance ``"RecPodcast-v0"``.
        entry_point: ``"package.module:RecPodcastEnv"``. The class of the vector environment is beside it, with ``VectorEnv`` for ``Env`` at the end.
        horizon: Steps of the longest session; times the sessions, if there are several, Gymnasium's ``max_episode_steps``. `HORIZON` if ``None``.
        **arguments: Of the environment, where they differ from the defaults.

    Raises:
        ValueError: if the entry point has another form, or the id is registered already.
    """
    module, colon, name = entry_point.partition(":")
    if not module or not colon or not name.endswith("Env") or name.endswith("VectorEnv"):
        raise ValueError(
            f"entry_point={entry_point!r} must be of the form 'package.module:RecPodcastEnv': the single environment's class, beside which the "
            "module has RecPodcastVectorEnv."
        )
    if env_id in gym.registry:
        raise ValueError(f"{env_id!r} is registered already; take another name or version.")
    gym.register(
        id=env_id,
        entry_point=entry_point,
        vector_entry_point=f"{entry_point.removesuffix('Env')}VectorEnv",
        max_episode_steps=(HORIZON if horizon is None else horizon) * arguments.get("sessions", 1),
        kwargs=arguments if horizon is None else {"horizon": horizon, **arguments},
    )
    REGISTERED.append(env_id)


def __getattr__(name: str) -> Any:
    """Loads functions when they are asked for: importing recgym loads no scenario."""
    if name == "evaluate":
        from recgym.evaluation import evaluate

        return evaluate
    if name in ("restore", "snapshot"):
        from recgym.sessions import snapshots

        return getattr(snapshots, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


for _name, (_module, _arguments) in SCENARIOS.items():
    register(f"Rec{_name}-v0", f"{_module}:Rec{_name}Env", **_arguments)
    register(
        f"Rec{_name}Slate-v0",
        f"{_module}:Rec{_name}Env",
        slate_size=5,
        **_arguments,
        **SLATE_ARGUMENTS.get(_name, {}),
    )
