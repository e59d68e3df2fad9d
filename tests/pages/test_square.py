"""The picture of the squares: what it takes from comparisons, and that it is drawn."""

from __future__ import annotations

import json
from pathlib import Path

from recgym.certify import read_certificates
from tools import square


def certificate(env_id: str, planner: float) -> dict[str, object]:
    return {"env_id": env_id, "returns": {"planner": {"mean": planner}}}


def test_agents_are_marked_if_they_were_compared_in_the_same_world(tmp_path: Path) -> None:
    """What the planner earned tells worlds and constants apart."""
    earned = {"random": 0.5, "ppo": 1.0, "linucb": 1.2, "policy_iteration": 2.0, "planner": 3.0}
    results = {name: {"reward_per_session": {"mean": mean}} for name, mean in earned.items()}
    (tmp_path / "RecNews-v0.json").write_text(json.dumps({"results": results}))
    found = square.earned_by_agents(certificate("RecNews-v0", 3.0), tmp_path)
    assert found == {"ppo": 1.0, "policy_iteration": 2.0}
    assert square.earned_by_agents(certificate("RecNews-v0", 3.1), tmp_path) == {}
    assert square.earned_by_agents(certificate("RecVideo-v0", 3.0), tmp_path) == {}


def test_the_committed_agents_are_those_of_the_committed_certificates() -> None:
    """A comparison that is left behind by other constants would lose its marks without a word."""
    drawn = [
        result
        for result in read_certificates(square.CERTIFICATES)
        if result["world_seed"] == square.WORLD and (square.COMPARISONS / f"{result['env_id']}.json").exists()
    ]
    assert drawn
    assert all("policy_iteration" in square.earned_by_agents(result) for result in drawn)


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    square.draw(read_certificates(square.CERTIFICATES), tmp_path / "square.png")
    header = (tmp_path / "square.png").read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    width, height = int.from_bytes(header[16:20]), int.from_bytes(header[20:24])
    assert width > 1.2 * height > 1_000
