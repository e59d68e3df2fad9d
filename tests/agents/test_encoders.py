"""State encoders: what they see, what they do not, and that agents learn with each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from agent_making import make

import agents
from agents.sb3.encoders import ENCODERS, FLAT, HistoryEncoder
from train.runs import plan_run

VECTORS = np.random.default_rng(0).normal(size=(12, 6)).astype(np.float32)
LENGTH, SIZE, HORIZON = 5, 8, 60


def encoder(name: str) -> torch.nn.Module:
    torch.manual_seed(0)
    return ENCODERS[name](VECTORS, LENGTH, SIZE, HORIZON)


def history(items: list[int], feedback: list[int], age: list[int]) -> tuple[torch.Tensor, ...]:
    """One history, filled up with empty places at the front."""
    empty = LENGTH - len(items)
    return (
        torch.tensor([[0] * empty + [item + 1 for item in items]]),
        torch.tensor([[0.0] * empty + [float(value) for value in feedback]]),
        torch.tensor([[0.0] * empty + [float(value) for value in age]]),
        torch.tensor([[0] * empty + [1] * len(items)]),
    )


@pytest.mark.parametrize("name", ENCODERS)
def test_order_feedback_item_and_age_are_seen_and_empty_places_are_not(name: str) -> None:
    encode = encoder(name)
    base = encode(*history([1, 2], [1, 0], [2, 1]))
    assert base.shape == (1, SIZE)
    for other in (
        history([1, 3], [1, 0], [2, 1]),  # another item
        history([1, 2], [2, 0], [2, 1]),  # liked
        history([1, 2], [1, 0], [-1, 1]),  # before the session
        history([2, 1], [0, 1], [2, 1]),  # another order
        history([1, 2], [1, 0], [30, 1]),  # long ago
    ):
        assert not torch.allclose(encode(*other), base, atol=1e-5)
    items, feedback, age, present = history([1, 2], [1, 0], [2, 1])
    items[0, 0], feedback[0, 0], age[0, 0] = 7, 2.0, 9.0  # what stands in an empty place does not count
    assert torch.allclose(encode(items, feedback, age, present), base, atol=1e-5)


@pytest.mark.parametrize("name", ENCODERS)
def test_a_newcomer_has_a_state_and_gradients_are_numbers(name: str) -> None:
    encode = encoder(name)
    state = encode(*history([], [], []))
    assert torch.isfinite(state).all()
    encode(*history([], [], [])).sum().backward()
    assert all(torch.isfinite(part.grad).all() for part in encode.parameters() if part.grad is not None)


@pytest.mark.parametrize("name", ENCODERS)
def test_rows_do_not_see_each_other(name: str) -> None:
    encode = encoder(name)
    rows = [history([1, 2, 3], [1, 0, 2], [3, 2, 1]), history([4], [1], [-1]), history([], [], [])]
    together = encode(*(torch.cat(parts) for parts in zip(*rows, strict=True)))
    for row, parts in enumerate(rows):
        assert torch.allclose(together[row], encode(*parts)[0], atol=1e-5)


def test_the_history_encoder_is_the_sum_that_it_says() -> None:
    encode = encoder("history")
    assert isinstance(encode, HistoryEncoder)
    warm, session, recent = (table.weight for table in encode.tables)
    state = encode(*history([1, 2, 1], [1, 0, 2], [-1, 3, 1]))
    token = [12 * response + item for item, response in ((1, 1), (2, 0), (1, 2))]
    bags = [
        warm[token[0]],
        session[token[1]] + session[token[2]],
        0.85**3 * recent[token[1]] + 0.85 * recent[token[2]],
    ]
    assert torch.allclose(state[0], encode.output(torch.cat(bags)), atol=1e-6)


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecNews-v0"])
@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("agent", ["ppo", "dqn", "recurrent_ppo"])
def test_agents_take_an_encoder(agent: str, name: str, env_id: str, tmp_path: Any) -> None:
    if agent != "ppo" and (name != "gru" or env_id != "RecNews-v0"):
        return
    env = make(env_id, observation="ids", sequence_length=8)
    small = {
        "ppo": {"n_steps": 8, "batch_size": 32, "n_epochs": 1},
        "recurrent_ppo": {"n_steps": 8, "batch_size": 32, "n_epochs": 1},
    }
    options: dict[str, Any] = small.get(agent, {"learning_starts": 8, "buffer_size": 100, "batch_size": 8})
    trained = agents.load(agent, env, encoder=name, encoder_size=8, hidden=[8], learned_items=True, **options)
    trained.fit(env, 64)
    trained.save(tmp_path / "agent")
    observations, infos = env.reset(seed=0)
    loaded = agents.load_saved(tmp_path / "agent")
    assert np.array_equal(
        loaded.act(observations, infos["action_mask"]), _again(trained, observations, infos["action_mask"])
    )


def _again(agent: Any, observations: Any, masks: np.ndarray) -> np.ndarray:
    agent.begin(np.arange(len(masks)))
    return agent.act(observations, masks)


def test_an_encoder_asks_for_item_numbers() -> None:
    with pytest.raises(ValueError, match='observation="ids"'):
        agents.load("ppo", make(), encoder="gru")
    with pytest.raises(ValueError, match="Did you mean 'transformer'"):
        agents.load("ppo", make(observation="ids"), encoder="transformers")
    with pytest.raises(ValueError, match="must be even"):
        agents.load("ppo", make(observation="ids"), encoder="transformer", encoder_size=7)
    assert plan_run("RecVideo-v0", "ppo", agent_kwargs={"encoder": "gru"}).env_kwargs["observation"] == "ids"
    assert "observation" not in plan_run("RecVideo-v0", "ppo", agent_kwargs={"encoder": FLAT}).env_kwargs
