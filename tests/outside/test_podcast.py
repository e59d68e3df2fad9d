"""A scenario of another package is all that a scenario of recgym is: contract, single, vector, slates, certificate, commands, pictures."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import recgym
from recgym.compile import one_of_each_scenario
from recgym.testing import CHECKS

FOLDER = Path(__file__).parent
ENV_ID = "podcast:RecPodcast-v0"
sys.path.insert(0, str(FOLDER))


def make(**arguments: Any) -> Any:
    return gym.make(ENV_ID, disable_env_checker=True, **arguments).unwrapped


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_holds_the_contract(check: Any) -> None:
    check(ENV_ID)


def test_it_is_in_no_package() -> None:
    assert importlib.util.find_spec("podcast").origin == str(FOLDER / "podcast.py")  # type: ignore[union-attr]
    make()
    assert "RecPodcast-v0" in recgym.registered_ids()
    assert "RecPodcast-v0" not in recgym.ENV_IDS
    assert gym.spec("RecPodcast-v0").max_episode_steps == 40


def test_what_was_heard_to_its_end_does_not_come_back() -> None:
    env = make(invalid_actions="error", play_base=10.0, leave_base=-20.0, leave_spent=0.0)
    _, info = env.reset(seed=1)
    assert info["action_mask"].all()
    gone: set[int] = set()
    for item in range(30):
        hour = env.sessions.users["hour"][0]
        mask = env.step(item)[4]["action_mask"]
        if mask[item] == 0:
            gone.add(item)
            assert env.sessions.users["hour"][0] - hour > 0.02
        assert set(np.flatnonzero(mask == 0).tolist()) == gone
    assert 5 < len(gone) < 25
    with pytest.raises(ValueError, match=f"Item {min(gone)} is not available now"):
        env.step(min(gone))


def test_the_clock_runs_by_what_is_heard_and_drives_away() -> None:
    """Of the same listener: long episodes end the session sooner than short ones."""
    length = make().setup.world.items["log_duration"]
    steps = {}
    for name, items in {"short": np.argsort(length)[:40], "long": np.argsort(length)[-40:]}.items():
        envs: Any = gym.make_vec(
            ENV_ID, 200, autoreset_mode="Disabled", play_base=10.0, leave_base=-6.0, budget_spread=0.0
        )
        envs.reset(seed=0)
        over, steps[name] = np.zeros(200, bool), 0
        for item in items:
            steps[name] += int((~over).sum())
            over |= envs.unwrapped.sessions.step(np.full((200, 1), item), over).terminated
    assert steps["long"] < 0.6 * steps["short"]


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_loyalty_to_a_show_follows_the_enjoyment_that_was_drawn(rate: float) -> None:
    env = make(play_base=10.0, loyalty_rate=rate, leave_base=-20.0, leave_spent=0.0)
    env.reset(seed=2)
    items, loyalty = env.setup.world.items, np.zeros(64)
    for item in range(20):
        info = env.step(item)[4]
        show = items["group"][item] % 64
        loyalty[show] += info["click"] * rate * (info["enjoyment"] - loyalty[show])
        assert np.allclose(env.sessions.users["loyalty"][0], loyalty, atol=1e-6)
    assert (loyalty.max() > 0.1) == (rate > 0.0)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    paths = [str(FOLDER.parent.parent), str(FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_it_is_certified_beside_others(tmp_path: Path) -> None:
    out = tmp_path / "certificates.json"
    held = {"env_id": "RecOther-v0", "world_seed": 0, "kind": "none"}
    out.write_text(json.dumps([held]))
    arguments = (
        "--env",
        ENV_ID,
        "--worlds",
        "1",
        "--users",
        "150",
        "--processes",
        "1",
        "--out",
        str(out),
        "--knowledge",
    )
    done = command("recgym.certify", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every requirement holds." in done.stdout
    other, certificate = json.loads(out.read_text())
    assert other == held
    assert (certificate["env_id"], certificate["kind"], certificate["world_seed"]) == (ENV_ID, "planning", 1)
    assert certificate["gain"]["low"] > 0.1


def test_a_session_is_drawn() -> None:
    done = command("recgym.render", "--env", ENV_ID, "--policy", "myopic", "--text")
    assert done.returncode == 0, done.stderr
    assert "enjoyment" in done.stdout or "Podcast" in done.stdout


def test_slates_need_no_line_of_their_own() -> None:
    env = make(slate_size=3)
    env.reset(seed=0)
    assert env.step(np.array([1, 1, 2]))[4]["repaired"] == 1


def test_its_machine_code_can_be_made_ahead() -> None:
    ids = [ENV_ID, "RecNews-v0", "recgym:RecNewsSlate-v0"]
    assert one_of_each_scenario(ids) == ids[:2]
