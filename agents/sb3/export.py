"""A trained network as one ONNX file that needs neither torch nor recgym: items inside, observation and mask in, scores and choice out."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from sb3_contrib.common.recurrent.policies import RecurrentActorCriticPolicy
from stable_baselines3.common.preprocessing import preprocess_obs
from torch import nn

from agents.agent import Agent
from agents.sb3.agents import StableBaselinesAgent
from agents.sb3.two_tower import UNAVAILABLE
from agents.sb3.vec_env import MASK_KEY
from recgym.core.whole_file import write_whole

OBSERVATION, MASK, SCORES, CHOSEN = "observation", "mask", "scores", "chosen"
"""Names of inputs and outputs. Observations that are Dicts have an input for each part, by its name."""
OPSET = 18
"""Version of ONNX's operators."""
_CHECKED = (1, 7)
"""Numbers of users with whom a file is checked."""
_TOLERANCE = 1e-4
"""How far scores may be apart, in units of their spread: the order of sums differs."""


class ExportError(RuntimeError):
    """The file that was made does not decide as the agent does."""


def export_onnx(agent: Agent, path: str | PathLike[str]) -> None:
    """Writes the network of an agent of Stable-Baselines3 as an ONNX file, checked against the agent, whole or not at all.

    Inputs are ``observation`` (N, W) float32, or the parts of an observation that is a Dict by their names, and ``mask`` (N, I) int8, 1 for what is
    available; N is free. Outputs are ``scores`` (N, I) float32, very low for what is not available, and ``chosen``, the items (N,) int64, or slates
    (N, K), that the agent shows without exploring. The ids and titles of the items are in the file's metadata, as JSON under ``item_ids`` and
    ``item_titles``.

    Args:
        agent: It has learned something.
        path: Where; its folder must be there.

    Raises:
        TypeError: for an agent without such a network.
        RuntimeError: if the agent has learned nothing.
        ModuleNotFoundError: if onnx, onnxscript or onnxruntime is not installed.
        ExportError: if the file would not decide as the agent does.
    """
    if not isinstance(agent, StableBaselinesAgent):
        raise TypeError(
            f"{agent.name} has no network that ONNX could hold: ppo, a2c, maskable_ppo, dqn and qr_dqn have. Any saved agent decides without an environment: "
            "agents.load_saved(folder).act(observations, masks)."
        )
    if isinstance(agent.network, RecurrentActorCriticPolicy):
        raise TypeError(
            f"{agent.name} remembers the session, and an ONNX file of this kind has no memory: export ppo, or act with the saved agent."
        )
    if agent.network is None:
        raise RuntimeError(f"The {agent.name} agent has learned nothing yet: there is nothing to export.")
    for name in ("onnx", "onnxscript", "onnxruntime"):
        _check_installed(name)
    import onnx

    batches = [_batch(agent, size) for size in _CHECKED]
    model = _exported(_Decision(agent), batches[-1])
    task = agent.task
    for key, value in {
        "agent": agent.name,
        "scenario": task.scenario,
        "catalogue": task.catalogue.fingerprint,
        "item_ids": json.dumps(list(map(str, task.catalogue.ids)), ensure_ascii=False),
        "item_titles": json.dumps(list(task.titles), ensure_ascii=False),
    }.items():
        model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model)
    content = model.SerializeToString()
    for batch in batches:
        _check(agent, content, batch)
    write_whole(Path(path), lambda file: file.write(content))


class _Decision(nn.Module):
    """From an observation's parts and a mask to scores and a choice."""

    def __init__(self, agent: StableBaselinesAgent) -> None:
        super().__init__()
        self.extractor, self.deciding = agent.network_parts()
        self.names = _names(agent)
        self.space = agent.network.observation_space
        self.slate_size = agent.task.slate_size

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        *parts, mask = inputs
        named = dict(zip(self.names, parts, strict=True)) | {MASK_KEY: mask}
        told = self.space.spaces if isinstance(self.space, spaces.Dict) else ()
        observation: Any = {name: named[name] for name in told} or parts[0]
        features = self.extractor(preprocess_obs(observation, self.space, normalize_images=False))
        scores = self.deciding(features)
        if scores.dim() == 3:  # quantiles
            scores = scores.mean(dim=1)
        scores = scores.masked_fill(mask == 0, UNAVAILABLE)
        chosen = scores.argmax(dim=1) if self.slate_size == 1 else scores.topk(self.slate_size, dim=1).indices
        return scores, chosen


def _names(agent: Agent) -> list[str]:
    space = agent.task.observation_space
    return list(space.spaces) if isinstance(space, spaces.Dict) else [OBSERVATION]


def _batch(agent: Agent, size: int) -> dict[str, np.ndarray]:
    """Returns inputs of some users with different histories, and masks with holes in them."""
    task, generator = agent.task, np.random.default_rng(size)
    seen = [
        task.observe(generator.integers(0, task.num_items, user % 4).tolist()) for user in range(1, size + 1)
    ]
    parts = (
        {name: np.stack([one[name] for one in seen]) for name in _names(agent)}
        if isinstance(seen[0], dict)
        else {OBSERVATION: np.stack(seen)}
    )
    mask = generator.random((size, task.num_items)) < 0.7
    mask[:, : task.slate_size] = True
    return {**parts, MASK: mask.astype(np.int8)}


def _exported(decision: _Decision, batch: Mapping[str, np.ndarray]) -> Any:
    inputs = tuple(torch.from_numpy(array) for array in batch.values())
    users = torch.export.Dim("users", min=1)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch, about itself
        program = torch.onnx.export(
            decision.eval(),
            inputs,
            input_names=list(batch),
            output_names=[SCORES, CHOSEN],
            dynamic_shapes=(tuple({0: users} for _ in inputs),),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    assert program is not None
    return program.model_proto


def _check(agent: StableBaselinesAgent, content: bytes, batch: Mapping[str, np.ndarray]) -> None:
    """Checks that a file decides as the agent does.

    Raises:
        ExportError: if not.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    scores, chosen = session.run([SCORES, CHOSEN], dict(batch))
    wanted, items = _decided(agent, batch)
    available = batch[MASK] == 1
    tolerance = _TOLERANCE * max(1.0, float(np.abs(wanted[available]).max()))
    apart = float(np.abs(scores - wanted)[available].max()) if scores.shape == wanted.shape else np.inf
    if not apart <= tolerance:
        raise ExportError(
            f"The exported scores differ from the network's by up to {apart:g}: nothing was written."
        )
    one, other = (np.take_along_axis(wanted, part.reshape(len(part), -1), axis=1) for part in (chosen, items))
    parts: Any = {name: array for name, array in batch.items() if name != MASK}
    acted = agent.act(parts[OBSERVATION] if list(parts) == [OBSERVATION] else parts, batch[MASK])
    if not np.all(np.abs(one - other) <= 2 * tolerance) or not np.array_equal(items, acted):
        raise ExportError("The exported network chooses other items than the agent: nothing was written.")


def _decided(agent: StableBaselinesAgent, batch: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    with torch.no_grad():
        outputs = _Decision(agent).eval()(*(torch.from_numpy(array) for array in batch.values()))
    return [part.numpy() for part in outputs]


def _check_installed(name: str) -> None:
    import importlib.util

    if importlib.util.find_spec(name) is None:
        raise ModuleNotFoundError(
            f"Exporting needs {name}, which is not installed: pip install 'recgym[export]'.", name=name
        )
