"""The commands, as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True)


def test_certify_prints_and_writes(tmp_path: Path) -> None:
    out = tmp_path / "certificates.json"
    done = run(
        "recgym.certify", "--env", "RecControl-v0", "--worlds", "1", "--users", "40", "--out", str(out)
    )
    assert done.returncode == 0, done.stderr
    assert "Every requirement holds." in done.stdout
    (result,) = json.loads(out.read_text())
    assert (result["env_id"], result["world"], result["users"]) == ("RecControl-v0", 1, 40)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recgym.certify", "--env", "RecVideos-v0"], "RecVideo-v0"),
        (["recgym.certify", "--users", "1"], "--users"),
        (["recgym.certify", "--out", "/nowhere/at/all.json"], "/nowhere/at/all.json"),
        (["recgym.bench", "--rows", "0"], "--rows"),
        (["recgym.catalogue.build", "--only", "film"], "films"),
    ],
)
def test_wrong_arguments_are_explained(arguments: list[str], words: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_wheel_holds_the_package_and_its_data(tmp_path: Path) -> None:
    done = run("build", "--wheel", "--no-isolation", "--outdir", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"recgym"}
    for name in ("films", "tracks", "products", "stories"):
        for file in ("items.csv", "vectors.npy", "LICENSE", "SOURCE.md"):
            assert f"recgym/catalogue/data/{name}/{file}" in names
    assert {"recgym/py.typed", "recgym/certificates.json"} <= set(names)
