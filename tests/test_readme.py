"""What the README and the pages behind it say can be typed, works; what they show, exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = ("README.md", "docs/own_catalogue.md", "docs/training.md")
BLOCKS = {
    f"{page} {number}": block
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), flags=re.DOTALL)
    )
}


def test_there_are_blocks_to_run() -> None:
    assert {name.split()[0] for name in BLOCKS} == set(PAGES)


@pytest.mark.parametrize("name", BLOCKS)
def test_python_blocks_run(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BLOCKS[name]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={
            "PATH": "",
            "OMP_NUM_THREADS": "1",
            "HOME": str(tmp_path),
            "PYTHONPATH": str(ROOT),
            "RECGYM_CACHE": str(tmp_path / "cache"),
        },
    )
    assert done.returncode == 0, done.stderr


CONTRIBUTING = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), flags=re.DOTALL)
OUTSIDE = """
import numpy as np
import gymnasium as gym
import agents, recgym
from recgym.testing import check_scenario

recgym.register("RecKiosk-v0", "kiosk:RecKioskEnv")
check_scenario("RecKiosk-v0")
env = gym.make("RecKiosk-v0")
agent = agents.load("cycle:CycleAgent", env, start=3)
agent.save("saved")
again = agents.load_saved("saved")
observation, info = env.reset(seed=0)
assert agent.act(observation[None], info["action_mask"][None]).tolist() == [3]
import streak
table = recgym.evaluate("RecKiosk-v0", {"cycle": again}, users=20).table(columns=["longest_streak"])
assert "streak" in table and "cycle" in table, table
"""


@pytest.mark.long
def test_the_pages_on_scenario_agent_and_metric_work_from_outside(tmp_path: Path) -> None:
    for name, block in zip(("kiosk", "cycle", "streak"), CONTRIBUTING, strict=True):
        (tmp_path / f"{name}.py").write_text(block)
    done = subprocess.run(
        [sys.executable, "-c", OUTSIDE],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": "", "OMP_NUM_THREADS": "1", "HOME": str(tmp_path), "PYTHONPATH": f"{ROOT}:{tmp_path}"},
    )
    assert done.returncode == 0, done.stderr


def test_pictures_pages_and_make_targets_exist() -> None:
    for linked in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / linked).exists(), linked
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"(?:^|`)make ([a-z]+)", README, flags=re.MULTILINE))
    assert "test" in targets
    for target in targets:
        assert f"\n{target}:" in makefile
