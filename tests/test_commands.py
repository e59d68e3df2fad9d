"""The commands, as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import recgym.certify
import train.compare
import train.evaluate

ROOT = Path(__file__).parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True)


def test_certify_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "certificates.json"
    arguments = ["--env", "RecControl-v0", "--worlds", "1", "--users", "40", "--knowledge", "average"]
    assert recgym.certify.main([*arguments, "--processes", "1", "--out", str(out)]) == 0
    assert "Every requirement holds." in capsys.readouterr().out
    (result,) = json.loads(out.read_text())
    assert (result["env_id"], result["world_seed"], result["users"]) == ("RecControl-v0", 1, 40)


@pytest.mark.long
def test_training_and_evaluation_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ["n_steps=8", "batch_size=32", "n_epochs=1", "hidden=[8]"]
    done = run(
        "train", "--env", "RecVideo-v0", "--agent", "ppo", "--steps", "200", "--seed", "3", "--num-envs", "8", "--logdir", str(tmp_path),
        "--users", "20", "--env-kwargs", "num_users=60", "--agent-kwargs", *small,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "RecVideo-v0__ppo__3"
    assert f"Saved in {folder}" in done.stdout
    arguments = [str(folder), "--users", "20", "--out", str(tmp_path / "results.json")]
    assert train.evaluate.main(arguments) == 0  # in another process
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("ppo")]
    assert len(rows) == 1
    assert rows[0] in done.stdout  # a saved agent is the trained one
    assert set(json.loads((tmp_path / "results.json").read_text())["results"]) == {
        "random",
        "ppo",
        "myopic",
        "planner",
    }


@pytest.mark.long
def test_the_comparison_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(
        "train.compare", "--env", "RecBandit-v0", "--steps", "600", "--users", "20", "--logdir", str(tmp_path), "--env-kwargs",
        "num_users=60",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for row in (
        "random",
        "popular",
        "nearest",
        "linucb",
        "ppo",
        "supervised",
        "policy_iteration",
        "myopic",
        "planner",
    ):
        assert f"\n{row} " in done.stdout
    assert "paired by user" in done.stdout
    assert f"tensorboard --logdir {tmp_path}" in done.stdout
    results = tmp_path / "RecBandit-v0__policy_iteration__0" / "comparison.json"
    told = json.loads(results.read_text())
    assert (told["users"], told["runs"]["ppo"]["steps"], set(told["differences"])) == (
        20,
        600,
        set(told["results"]) - {"policy_iteration"},
    )
    assert train.compare.main(["--markdown", str(results)]) == 0
    assert capsys.readouterr().out.startswith("| | `RecBandit-v0` |\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recgym.certify", "--env", "RecVideos-v0"], "RecVideo-v0"),
        (["recgym.certify", "--users", "1"], "--users"),
        (["recgym.certify", "--out", "/nowhere/at/all.json"], "/nowhere/at/all.json"),
        (["recgym.bench", "--rows", "0"], "--rows"),
        (["tools.catalogues", "--only", "film"], "films"),
        (["train", "--agent", "poo"], "ppo"),
        (["train", "--env", "RecEcomerce-v0"], "RecEcommerce-v0"),
        (["train", "--steps", "0"], "steps=0"),
        (["train", "--users", "1"], "--users 1"),
        (["train", "--agent-kwargs", "gama=0.9"], "gamma"),
        (["train", "--env-kwargs", "horizn=9"], "horizon"),
        (["train", "--env-kwargs", "horizon"], "name=value"),
        (["train.evaluate", "/nowhere/at/all"], "No run in /nowhere/at/all"),
        (["train.compare", "--steps", "-1"], "steps=-1"),
        (["train.compare", "--markdown", "/nowhere.json"], "/nowhere.json"),
        (["train.compare", "--out", "/nowhere/at/all.json"], "/nowhere/at/all.json"),
    ],
)
def test_wrong_arguments_are_explained(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module, *rest = arguments
    is_package = find_spec(module).submodule_search_locations is not None
    with pytest.raises(SystemExit) as stopped:  # any other error would reach the reader as a traceback
        import_module(f"{module}.__main__" if is_package else module).main(rest)
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err


def test_a_wrong_argument_ends_the_process() -> None:
    done = run("train", "--agent", "poo")
    assert done.returncode == 2
    assert "ppo" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_wheel_holds_the_package_and_its_data(tmp_path: Path) -> None:
    done = run("build", "--wheel", "--no-isolation", "--outdir", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "recgym",
        "agents",
        "train",
    }
    for name in ("films", "tracks", "products", "stories"):
        for file in ("items.csv", "vectors.npy", "LICENSE", "SOURCE.md"):
            assert f"recgym/catalogue/data/{name}/{file}" in names
    assert {"recgym/py.typed", "recgym/certificates.json", "train/hyperparams/ppo.yml"} <= set(names)
    checks = {"recgym/testing.py"}  # for scenarios of other packages
    assert not [name for name in set(names) - checks if "test" in name.lower()]
    assert not [name for name in names if name.endswith((".pyc", ".ipynb"))]
