"""Who may import whom, by reading the sources; and what making an environment loads."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playing import REPOSITORY, run_python

from recgym import ENV_IDS

PACKAGE = REPOSITORY / "recgym"
BELOW: dict[str, tuple[str, ...]] = {
    "core": (),
    "users": ("core",),
    "catalogue": ("core",),
    "world": ("users", "catalogue", "core"),
    "task": ("catalogue", "core"),
    "sessions": ("world", "task", "users", "catalogue", "core"),
    "envs": ("sessions", "users", "core"),
    "evaluation": ("sessions", "task", "core"),
    "oracles": ("evaluation", "sessions", "world", "task", "catalogue", "users", "core"),
    "wrappers": ("task", "core"),
    "render": ("evaluation", "task", "core"),
}
"""Which rooms a room may import."""
LATER = {("render", "oracles")}
"""Imports that are made inside functions only: the command that plays a session and draws it can be asked for an oracle."""
LIGHT = {"numpy", "numba", "llvmlite", "gymnasium", "recgym"}
"""llvmlite comes with Numba."""
HEAVY = (
    "torch",
    "sentence_transformers",
    "stable_baselines3",
    "matplotlib",
    "pandas",
    "pyarrow",
    "tensorboard",
    "tqdm",
    "rich",
)
WITH_TORCH = {"sb3", "deep", "networks", "slates", "sequential", "retrieval"}
"""Folders of agents with networks: torch comes with them."""
WITH_HEAVY = ("catalogue/", "render/", "oracles/history_estimates.py")
"""Rooms whose functions may import heavy libraries."""


class Import(NamedTuple):
    """One imported module, and where."""

    path: Path
    line: int
    module: str
    at_top: bool

    @property
    def room(self) -> str:
        """The room that imports; "" for modules beside the rooms."""
        parts = self.path.relative_to(PACKAGE).parts
        return parts[0] if len(parts) > 1 else ""

    def __str__(self) -> str:
        return f"{self.path.relative_to(REPOSITORY)}:{self.line} imports {self.module}"


def imports_of(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text())
    late = {
        id(inner) for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or _is_for_types(node) for inner in ast.walk(node)
    }  # fmt: skip
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = path.parent.relative_to(REPOSITORY).parts
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [base])])
            names = [f"{base}.{alias.name}" if base == "recgym" else base for alias in node.names]
        yield from (Import(path, node.lineno, name, id(node) not in late) for name in names)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


IMPORTS = [found for path in sorted(PACKAGE.rglob("*.py")) for found in imports_of(path)]


def test_the_walk_sees_the_package() -> None:
    seen = {found.room for found in IMPORTS}
    assert {
        "core",
        "users",
        "catalogue",
        "world",
        "sessions",
        "envs",
        "oracles",
        "evaluation",
        "render",
        "",
    } <= seen
    assert any(not found.at_top and found.module.startswith("matplotlib") for found in IMPORTS)


def test_rooms_import_what_is_below_them() -> None:
    wrong = []
    for found in IMPORTS:
        parts = found.module.split(".")
        if parts[0] != "recgym" or len(parts) < 2 or found.room in ("", parts[1]):
            continue
        is_room = (PACKAGE / parts[1]).is_dir()
        allowed = not is_room and found.room == "render"  # its command reads the table of ids
        if (
            parts[1] in BELOW.get(found.room, ())
            or (not found.at_top and (found.room, parts[1]) in LATER)
            or allowed
        ):
            continue
        wrong.append(str(found))
    assert not wrong, "\n".join(wrong)
    assert {found.room for found in IMPORTS} - {""} <= set(BELOW), "a new room: add what it may import"


def test_agents_know_what_is_public_only() -> None:
    """No agent can reach what is hidden: it is given a task, and logs of evaluation."""
    allowed = (
        "recgym.task",
        "recgym.evaluation",
        "recgym.core.arguments",
        "recgym.core.seeds",
        "recgym.core.registry",
        "recgym.core.kernel",
        "recgym.core.stored_files",
        "recgym.core.whole_file",
    )
    wrong = [
        str(found)
        for path in sorted((REPOSITORY / "agents").rglob("*.py"))
        for found in imports_of(path)
        if found.module.startswith("recgym.") and not found.module.startswith(allowed)
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_imports_who_decides_or_trains() -> None:
    assert not [str(found) for found in IMPORTS if found.module.split(".")[0] in ("agents", "train")]


def test_only_light_libraries_at_the_top() -> None:
    allowed = LIGHT | set(sys.stdlib_module_names)
    wrong = [
        str(found) for found in IMPORTS
        if found.at_top and found.module.split(".")[0] not in allowed
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong)


def test_core_knows_numpy_numba_and_gymnasium_only() -> None:
    allowed = LIGHT | set(sys.stdlib_module_names)
    wrong = [
        str(found)
        for found in IMPORTS
        if found.room in ("core", "users") and found.module.split(".")[0] not in allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_heavy_libraries_are_named_where_they_belong() -> None:
    wrong = [
        str(found) for found in IMPORTS
        if found.module.split(".")[0] in HEAVY and not str(found.path.relative_to(PACKAGE)).startswith(WITH_HEAVY)
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong)


def test_agents_and_training_load_heavy_libraries_where_they_belong() -> None:
    wrong = []
    for package, allowed in (("agents", ("recgym", "agents")), ("train", ("recgym", "agents", "train"))):
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            for found in imports_of(path):
                top = found.module.split(".")[0]
                if top in ("recgym", "agents", "train"):
                    fits = top in allowed
                else:
                    client = path.name.startswith(
                        "with_"
                    )  # a script as that library's own documentation would have it
                    fits = top not in HEAVY or not found.at_top or WITH_TORCH & set(path.parts) or client
                if not fits:
                    wrong.append(str(found))
    assert not wrong, "\n".join(wrong)


SESSION = """
import sys
before = set(sys.modules)
import recgym
loaded = {name for name in set(sys.modules) - before if name.startswith("recgym.")}
assert loaded == {"recgym.core", "recgym.core.arguments", "recgym.core.registry"}, f"importing recgym loads {loaded}"
import gymnasium as gym
env = gym.make(sys.argv[1])
_, info = env.reset(seed=0)
env.step(env.action_space.sample())
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
print(*sorted(loaded & set(sys.argv[2:])))
"""


@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecCrossDomainSlate-v0"])
def test_a_step_loads_nothing_heavy(env_id: str) -> None:
    assert env_id in ENV_IDS
    assert run_python(SESSION, env_id, *HEAVY, "agents", "train").strip() == ""
