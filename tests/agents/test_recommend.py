"""Recommendations for somebody who was never in a simulation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from agent_making import make_for, trained
from playing import run_python

import agents
from agents import Recommendation


@pytest.mark.parametrize("name", agents.AGENTS)
def test_every_agent_recommends_from_its_folder(name: str, tmp_path: Path) -> None:
    agent = trained(name, make_for(name, "RecNews-v0"))
    agent.save(tmp_path / "agent")
    loaded = agents.load_saved(tmp_path / "agent")
    titles, ids = agent.task.titles, agent.task.catalogue.ids
    shelf = loaded.recommend(history=[ids[3], 5], feedback=[2, 0], k=4)
    assert [type(entry) for entry in shelf] == [Recommendation] * 4
    assert [(entry.id, entry.title) for entry in shelf] == [
        (ids[entry.item], titles[entry.item]) for entry in shelf
    ]
    assert all(np.diff([entry.score for entry in shelf]) <= 0)
    assert not {3, 5} & {entry.item for entry in shelf}
    newcomer = loaded.recommend()
    assert len(newcomer) == min(10, agent.task.num_items)
    assert len({entry.item for entry in newcomer}) == len(newcomer)
    if name != "random":
        assert [entry.item for entry in agent.recommend(history=[3, 5], feedback=[2, 0], k=4)] == [
            entry.item for entry in shelf
        ]


def test_what_was_liked_decides() -> None:
    agent = trained("nearest", make_for("nearest"))
    near = agent.task.vectors @ agent.task.vectors[7]
    near[7] = -np.inf
    assert agent.recommend(history=[7], k=1)[0].item == int(near.argmax())
    assert agent.recommend(history=[7], k=1, repeat=True)[0].item == 7
    assert agent.recommend(history=[7], feedback=[0], k=1)[0].item != int(near.argmax())


def test_a_context_and_more_items_than_there_are() -> None:
    agent = trained("popular", make_for("popular", num_items=6))
    assert len(agent.recommend(history=[0], k=50)) == 5
    assert len(agent.recommend(history=[0], k=50, repeat=True)) == 6


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"history": ["No such film"]}, ValueError, "No item in play"), ({"history": [1], "feedback": [1, 2]}, ValueError, "feedback"), ({"k": 0}, ValueError, "k=0"),
        ({"k": 2.5}, TypeError, "k=2.5"), ({"context": {"weather": 1}}, ValueError, "weather"), ({"history": [10_000]}, ValueError, "out of range"),
    ],
)  # fmt: skip
def test_bad_requests_are_explained(arguments: dict, error: type[Exception], words: str) -> None:
    agent = trained("popular", make_for("popular"))
    with pytest.raises(error, match=words):
        agent.recommend(**arguments)


def test_neither_environment_nor_training_libraries_are_needed(tmp_path: Path) -> None:
    trained("linucb", make_for("linucb")).save(tmp_path / "agent")
    code = f"""
import sys
import agents
print(len(agents.load_saved({str(tmp_path / "agent")!r}).recommend(history=[1, 2], k=3)))
print([name for name in ("torch", "stable_baselines3", "recgym.sessions", "recgym.world") if name in sys.modules])
"""
    assert run_python(code).split("\n")[:2] == ["3", "[]"]


def test_an_agent_without_scores_says_so() -> None:
    class Silent(agents.Agent):
        def act(
            self, observations: object, masks: np.ndarray | None = None, *, explore: bool = False
        ) -> np.ndarray:
            return np.zeros(len(np.asarray(observations)), np.int64)

    silent = Silent("silent", make_for("popular").unwrapped.task)
    with pytest.raises(NotImplementedError, match="implement scores"):
        silent.recommend()
