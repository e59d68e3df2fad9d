"""Old machine code never runs on: an edit of anything a kernel reaches is seen by the next process."""

from __future__ import annotations

import json
import shutil

import pytest
from playing import REPOSITORY, run_python

SCRIPT = """
import json, sys
import numpy as np
import gymnasium as gym
import recgym
from recgym.catalogue.catalogue import Catalogue

assert recgym.__file__.startswith(sys.argv[1]), recgym.__file__
if sys.argv[2:]:  # an edit after the import, before anything is compiled
    import pathlib, recgym.envs.control
    path, old, new = sys.argv[2:]
    path = pathlib.Path(sys.argv[1]) / "recgym" / path
    path.write_text(path.read_text().replace(old, new))
NUMBERS = {"click_base": -0.5, "affinity_effect": 3.0, "appeal_effect": 0.8}
vectors = np.random.default_rng(0).standard_normal((12, 20))
names = [f"item {i}" for i in range(12)]
items = Catalogue("tiny", names, names, names, np.array(names), vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
env = gym.make("RecControl-v0", catalogue=items, fatigue=8.0, num_users=30, leave_base=-20.0, **NUMBERS)
env.reset(seed=0)
clicks = [env.step(step % 2)[4]["click"] for step in range(50)]
kernels = env.unwrapped.sessions.kernels
from recgym.world.kernels import compile_world_kernels
populate = compile_world_kernels(env.unwrapped.scenario).populate
stats = [kernel.stats for kernel in (kernels.step, kernels.begin, populate)]
print(json.dumps({
    "clicks": clicks,
    "loaded": sum(sum(stat.cache_hits.values()) for stat in stats),
    "compiled": sum(sum(stat.cache_misses.values()) for stat in stats),
}))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Returns a function that edits a copy of the package (path, old, new) and runs it in a new process, with one cache."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        REPOSITORY / "recgym", folder / "recgym", ignore=shutil.ignore_patterns("__pycache__", "data")
    )

    def edited(*edit: str, after_import: tuple[str, ...] = ()) -> dict:
        if edit:
            path = folder / "recgym" / edit[0]
            source = path.read_text()
            assert source.count(edit[1]) == 1, (
                f"{edit[1]!r} is not in {path} once: change this test with the source"
            )
            path.write_text(source.replace(edit[1], edit[2]))
        return json.loads(
            run_python(
                SCRIPT,
                str(folder),
                *after_import,
                package=folder,
                NUMBA_CACHE_DIR=str(folder / "cache"),
                NUMBA_OPT="1",  # what is compiled need not be fast
            )
        )

    edited.first = edited()  # type: ignore[attr-defined]
    return edited


def test_an_unchanged_run_compiles_nothing(run) -> None:
    again = run()
    assert run.first["compiled"] > 0
    assert again["compiled"] == 0
    assert again["loaded"] == run.first["compiled"]
    assert again["clicks"] == run.first["clicks"]


def test_an_edit_elsewhere_compiles_nothing(run) -> None:
    again = run(
        "envs/music.py",
        '"""Nobody is satiated when a session begins."""',
        '"""Nobody is satiated at the start."""',
    )
    assert again["compiled"] == 0
    assert again["clicks"] == run.first["clicks"]


def test_an_edit_of_a_mechanism_is_seen(run) -> None:
    """The mechanism is two calls away from the cached function, in another file."""
    edited = run(
        "users/memory.py", "return strength * (1.0 - lag / window)", "return -strength * (1.0 - lag / window)"
    )
    assert edited["compiled"] > 0
    assert sum(edited["clicks"]) > sum(run.first["clicks"]) + 20  # fatigue became appetite
    back = run(
        "users/memory.py", "return -strength * (1.0 - lag / window)", "return strength * (1.0 - lag / window)"
    )
    assert back["clicks"] == run.first["clicks"]


def test_an_edit_of_generated_machine_code_is_seen(run) -> None:
    edited = run("core/prefetch.py", "[line, flag(0), flag(3), flag(1)]", "[line, flag(0), flag(2), flag(1)]")
    assert edited["compiled"] > 0
    assert edited["clicks"] == run.first["clicks"]  # a hint changes nothing but the time
    run("core/prefetch.py", "[line, flag(0), flag(2), flag(1)]", "[line, flag(0), flag(3), flag(1)]")


def test_an_edit_while_a_process_runs_does_not_lend_its_name_to_the_old_code(run) -> None:
    """The running process goes on with what it imported; what it leaves in the cache is not taken for the edited source."""
    edit = (
        "users/memory.py",
        "return strength * (1.0 - lag / window)",
        "return -3.0 * strength * (1.0 - lag / window)",
    )
    running = run(after_import=edit)
    assert running["clicks"] == run.first["clicks"]
    after = run()
    assert sum(after["clicks"]) > sum(run.first["clicks"]) + 20
    assert run(edit[0], edit[2], edit[1])["clicks"] == run.first["clicks"]


def test_an_edit_of_a_constant_in_another_module_is_seen(run) -> None:
    edited = run("world/kernels.py", "HISTORY_SHARPNESS = 6.0", "HISTORY_SHARPNESS = 0.0")
    assert edited["compiled"] > 0
    edited = run(
        "core/noise.py", "CHOICE_SLOT, OUTCOME_SLOT, LIKE_SLOT", "OUTCOME_SLOT, CHOICE_SLOT, LIKE_SLOT"
    )
    assert edited["clicks"] != run.first["clicks"]
