"""recgym: recommendation scenarios as Gymnasium environments.

Importing registers the ids below with Gymnasium and nothing else; an environment's code is loaded when it is made.
"""

from gymnasium.envs.registration import register

__version__ = "0.1.0"

SCENARIOS: dict[str, tuple[str, dict[str, object]]] = {
    "Ecommerce": ("recgym.envs.ecommerce", {}),
    "Video": ("recgym.envs.video", {}),
    "Music": ("recgym.envs.music", {}),
    "News": ("recgym.envs.news", {}),
    "CrossDomain": ("recgym.envs.cross_domain", {}),
    "Control": ("recgym.envs.control", {}),
    "Bandit": (
        "recgym.envs.bandit",
        {"num_items": 10, "history": 5, "observation": "items", "sequence_length": 3},
    ),
}
"""Names of scenarios, the modules that define them, and arguments that differ from the defaults. A new scenario is a file and a row."""

ENV_IDS = tuple(f"Rec{name}{shape}-v0" for name in SCENARIOS for shape in ("", "Slate"))
"""Every registered id: each scenario with single items, and with slates of five."""


def _register() -> None:
    for name, (module, arguments) in SCENARIOS.items():
        for shape, slate in (("", {}), ("Slate", {"slate_size": 5})):
            register(
                id=f"Rec{name}{shape}-v0",
                entry_point=f"{module}:Rec{name}Env",
                vector_entry_point=f"{module}:Rec{name}VectorEnv",
                kwargs={**arguments, **slate},
            )


_register()
