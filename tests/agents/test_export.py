"""ONNX: what is exported decides as the agent does, without torch and without recgym."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from agent_making import SMALL, make, trained
from playing import run_python

import agents
import train.export
from agents.sb3 import export
from agents.sb3.export import ExportError, export_onnx

CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("ppo", "RecNews-v0", {}),
    ("ppo", "RecVideoSlate-v0", {"observation": "ids", "sequence_length": 6}),
    ("dqn", "RecBandit-v0", {}),
    ("qr_dqn", "RecNews-v0", {}),
]
ENCODED = {"observation": "ids", "sequence_length": 6}


@pytest.mark.parametrize(("name", "env_id", "arguments"), CASES)
def test_the_file_decides_as_the_agent(
    name: str, env_id: str, arguments: dict[str, Any], tmp_path: Path
) -> None:
    env = make(env_id, 8, **arguments)
    agent: Any = trained(name, env)
    export_onnx(agent, tmp_path / "policy.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "policy.onnx", providers=["CPUExecutionProvider"])
    observations, infos = env.reset(seed=5)
    masks = infos["action_mask"].astype(np.int8)
    inputs = observations if isinstance(observations, dict) else {"observation": observations}
    assert {part.name for part in session.get_inputs()} == {*inputs, "mask"}
    for size in (8, 1, 3):  # any number of users
        batch = {key: value[:size] for key, value in inputs.items()}
        scores, chosen = session.run(["scores", "chosen"], {**batch, "mask": masks[:size]})
        given = batch if isinstance(observations, dict) else batch["observation"]
        assert np.array_equal(chosen, agent.act(given, masks[:size]))
        network, _ = agent._observed(given, masks[:size])
        wanted = agent._scores(agent.network.obs_to_tensor(network)[0]).detach().numpy()
        assert scores == pytest.approx(wanted, rel=1e-4, abs=1e-4)
    first = chosen[:, :1] if chosen.ndim > 1 else chosen[:, None]
    closed = masks[:size].copy()
    np.put_along_axis(closed, first, 0, axis=1)  # what was chosen is not available any more
    scores, chosen = session.run(["scores", "chosen"], {**batch, "mask": closed})
    assert (np.take_along_axis(closed, chosen.reshape(size, -1), axis=1) == 1).all()
    assert (scores[closed == 0] < -1e7).all()
    facts = session.get_modelmeta().custom_metadata_map
    assert json.loads(facts["item_ids"]) == [str(item) for item in agent.task.catalogue.ids]
    assert json.loads(facts["item_titles"])[3] == agent.task.titles[3]
    assert {node.domain for node in onnx.load(tmp_path / "policy.onnx").graph.node} == {""}  # plain ONNX


@pytest.mark.parametrize("encoder", ["history", "gru", "transformer"])
def test_encoders_go_into_the_file(encoder: str, tmp_path: Path) -> None:
    env = make("RecVideo-v0", 8, **ENCODED)
    agent = agents.load("ppo", env, **SMALL["ppo"], encoder=encoder, encoder_size=8)
    agent.fit(env, 64)
    export_onnx(agent, tmp_path / "policy.onnx")  # checks that it decides as the agent does
    assert (tmp_path / "policy.onnx").is_file()


def test_a_memory_does_not_go_into_a_file(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="remembers the session"):
        export_onnx(trained("recurrent_ppo", make("RecVideo-v0", 8)), tmp_path / "policy.onnx")
    assert not list(tmp_path.iterdir())


def test_a_file_that_decides_otherwise_is_not_written(tmp_path: Path, monkeypatch: Any) -> None:
    agent: Any = trained("dqn", make("RecBandit-v0"))
    other: Any = trained("dqn", make("RecBandit-v0"), seed=1)
    exported = export._exported
    monkeypatch.setattr(export, "_exported", lambda _, batch: exported(export._Decision(other), batch))
    with pytest.raises(ExportError, match=r"differ from the network's by up to .*nothing was written"):
        export_onnx(agent, tmp_path / "policy.onnx")
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_exported_is_told(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    task = make().unwrapped.task
    with pytest.raises(RuntimeError, match="nothing to export"):
        export_onnx(agents.load("ppo", task, **SMALL["ppo"]), tmp_path / "policy.onnx")
    agents.load("linucb", task).save(tmp_path / "agent")
    out = str(tmp_path / "policy.onnx")
    for arguments, words in (
        (
            [str(tmp_path / "agent"), "--out", out],
            "linucb has no network that ONNX could hold: ppo, a2c, maskable_ppo, dqn and qr_dqn have",
        ),
        ([str(tmp_path / "nothing"), "--out", out], "No saved agent in"),
        ([str(tmp_path / "agent"), "--best", "--out", out], "No saved agent in"),
        ([str(tmp_path / "agent"), "--out", "/nowhere/at/all.onnx"], "its folder does not exist"),
        (
            [str(tmp_path / "agent"), "--import", "nowhere", "--out", out],
            "--import nowhere: there is no module",
        ),
    ):
        with pytest.raises(SystemExit) as stopped:
            train.export.main(arguments)
        assert stopped.value.code == 2
        assert words in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["agent"]


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    agents.load("random", make().unwrapped.task).save(tmp_path / "agent")
    printed = run_python(
        """
import sys
sys.modules["onnxruntime"] = None
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "onnxruntime" else found(name, *rest)
import agents
from agents.sb3 import export
agent = agents.load("ppo", agents.load_saved(sys.argv[1]).task)
agent.network = object()
try:
    export.export_onnx(agent, sys.argv[1] + ".onnx")
except ModuleNotFoundError as error:
    print(error)
""",
        str(tmp_path / "agent"),
    )
    assert printed.strip().endswith("pip install 'recgym[export]'.")
