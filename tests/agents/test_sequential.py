"""Agents that read sessions as sequences of clicks: their equations by hand, what they remember, and that they learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from agent_making import SMALL, make, make_for, trained, transitions

import agents
from agents.sequential.clicks import SessionClicks, clicked_items, last_of_all, shown_items
from agents.sequential.gru4rec import LOSSES, GRU4RecAgent, bpr_max, cross_entropy, first_places
from agents.sequential.session_knn import SessionKNNAgent, item_weights
from recgym.evaluation import evaluate

NAMES = ("session_knn", "gru4rec")
SMALL_IDS: dict[str, Any] = {"sequence_length": 4, "num_items": 6}


def knn(env: Any, **options: Any) -> SessionKNNAgent:
    agent = agents.load("session_knn", env, **{**SMALL["session_knn"], **options})
    assert isinstance(agent, SessionKNNAgent)
    return agent


def gru(env: Any, **options: Any) -> GRU4RecAgent:
    agent = agents.load("gru4rec", env, **{**SMALL["gru4rec"], **options})
    assert isinstance(agent, GRU4RecAgent)
    return agent


def ids(history: Any, feedback: Any, age: Any, context: int) -> dict[str, np.ndarray]:
    numbers = np.array(history, np.int32)
    return {
        "history": numbers,
        "feedback": np.array(feedback, np.float32),
        "age": np.array(age, np.float32),
        "present": (numbers > 0).astype(np.int8),
        "context": np.zeros((len(numbers), context), np.float32),
    }


# What is read, and what is written down


def test_clicks_and_what_was_shown_are_read() -> None:
    task = make_for("session_knn", **SMALL_IDS).unwrapped.task
    size = len(task.layout.context)
    observed = ids(
        [[0, 3, 1, 6], [2, 2, 5, 1]], [[0, 1, 0, 2], [1, 0, 0, 1]], [[0, -1, 2, 1], [3, 2, 1, 0]], size
    )
    assert clicked_items(task, observed).tolist() == [[-1, -1, 2, 5], [-1, -1, 1, 0]]
    assert shown_items(task, observed).tolist() == [[-1, -1, 0, 5], [1, 1, 4, -1]]
    bare = make_for("session_knn", **SMALL_IDS, observation="items").unwrapped.task
    assert clicked_items(bare, observed["history"]).tolist() == [[-1, 2, 0, 5], [1, 1, 4, 0]]
    assert shown_items(bare, observed["history"]).tolist() == [[-1, 2, 0, 5], [1, 1, 4, 0]]


def test_some_items_come_after_all_others() -> None:
    scores = np.array([[1.0, 5.0, 3.0, -np.inf], [2.0, 1.0, 0.0, -1.0]])
    moved = last_of_all(scores, np.array([[1, 0, -1], [0, 0, -1]]))
    assert np.argsort(-moved, axis=1).tolist() == [[2, 1, 0, 3], [1, 2, 3, 0]]
    assert moved[0, 3] == -np.inf


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecVideoSlate-v0"])
@pytest.mark.parametrize("observation", ["ids", "items"])
def test_what_is_written_down_is_what_was_clicked(env_id: str, observation: str) -> None:
    env = make_for("session_knn", env_id, observation=observation, sequence_length=3)
    task = env.unwrapped.task
    observations, _ = env.reset(seed=0)
    sessions = SessionClicks(task)
    sessions.begin(np.arange(8))
    expected = [[item for item in row if item >= 0] for row in clicked_items(task, observations).tolist()]
    generator = np.random.default_rng(0)
    for _ in range(12):
        slates = np.array([generator.permutation(task.num_items)[: task.slate_size] for _ in range(8)])
        following, rewards, terminated, truncated, infos = env.step(
            slates[:, 0] if task.slate_size == 1 else slates
        )
        told = transitions(task, observations, infos["shown"], rewards)
        sessions.add(
            told._replace(
                signals={name: infos[name] for name in task.signal_names}, attended=infos["attended"]
            )
        )
        for row in range(8):
            if infos["click"][row]:
                expected[row].append(int(infos["shown"][row, infos["attended"][row]]))
        found = sessions.clicks(np.arange(8))
        assert [[item for item in row if item >= 0] for row in found.tolist()] == expected
        over = terminated | truncated
        observations = following
        if over.any():
            observations, _ = env.reset(options={"reset_mask": over})
            sessions.begin(np.flatnonzero(over))
            began = clicked_items(task, observations)
            for row in np.flatnonzero(over):
                expected[row] = [item for item in began[row].tolist() if item >= 0]
    assert sum(map(len, expected)) > 16


# Session-kNN


def test_similarities_and_scores_by_hand() -> None:
    agent = knn(make_for("session_knn", **SMALL_IDS), neighbours=2)
    agent.learn_sessions(np.array([[-1, 0, 1], [1, 2, 3], [-1, 4, 5], [-1, -1, 3]]))
    assert len(agent._remembered) == 3  # one click tells nothing
    clicks = np.array([[-1, 0, 2, 1]])
    weights = np.array([1 / 3, 1.0, 2 / 3])  # of items 0, 1, 2
    length = np.linalg.norm(weights)
    expected = [(1 / 3 + 1.0) / (length * 2**0.5), (1.0 + 2 / 3) / (length * 3**0.5), 0.0]
    assert agent.similarities(clicks)[0] == pytest.approx(expected, rel=1e-5)
    first, second, _ = expected
    scores = agent.click_scores(clicks)[0]
    assert scores == pytest.approx([first, first + second, second, second, 0.0, 0.0], abs=1e-5)
    nearest = knn(make_for("session_knn", **SMALL_IDS), neighbours=1)
    nearest.learn_sessions(np.array([[-1, 0, 1], [1, 2, 3], [-1, 4, 5]]))
    best = max(first, second)
    assert nearest.click_scores(clicks)[0] == pytest.approx(
        best * np.array([1, 1, 0, 0, 0, 0] if best == first else [0, 1, 1, 1, 0, 0]), abs=1e-5
    )


def test_recency_can_be_switched_off() -> None:
    clicks = np.array([[-1, 4, 2, 4], [-1, -1, -1, -1]])
    assert item_weights(clicks, 6, recency=True)[0] == pytest.approx([0, 0, 2 / 3, 0, 1.0, 0])
    assert item_weights(clicks, 6, recency=False)[0].tolist() == [0, 0, 1, 0, 1, 0]
    assert not item_weights(clicks, 6, recency=True)[1].any()
    plain = knn(make_for("session_knn", **SMALL_IDS), recency=False)
    plain.learn_sessions(np.array([[0, 1], [2, 3]]))
    assert plain.similarities(np.array([[0, 2]]))[0] == pytest.approx([0.5, 0.5])


def test_without_a_session_that_is_like_it_the_popular_items_come_first() -> None:
    agent = knn(make_for("session_knn", **SMALL_IDS))
    rate = agent.task.statistics.click_rate
    nothing = np.array([[-1, -1]])
    assert np.array_equal(np.argsort(agent.click_scores(nothing)[0]), np.argsort(rate))
    agent.learn_sessions(np.array([[0, 1], [2, 3]]))
    assert np.array_equal(np.argsort(agent.click_scores(nothing)[0]), np.argsort(rate))
    assert (
        agent.click_scores(np.array([[-1, 2]]))[0, 3]
        == agent.click_scores(np.array([[-1, 2]]))[0, [0, 1, 3, 4, 5]].max()
    )


def test_the_newest_sessions_are_remembered(tmp_path: Any) -> None:
    agent = knn(make_for("session_knn", **SMALL_IDS), memory=3)
    for first, second in ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5)):
        agent.learn_sessions(np.array([[first, second]]))

    def kept(of: SessionKNNAgent) -> list[list[int]]:
        return [np.flatnonzero(row).tolist() for row in of.state_dict()["sessions"]]

    assert kept(agent) == [[2, 3], [3, 4], [4, 5]]
    agent.save(tmp_path / "agent")
    again: Any = agents.load_saved(tmp_path / "agent")
    assert kept(again) == kept(agent)
    for each in (agent, again):
        each.learn_sessions(np.array([[0, 5], [0, 4]]))
    assert kept(again) == kept(agent) == [[4, 5], [0, 5], [0, 4]]
    agent.learn_sessions(np.array([[0, 1], [0, 2], [0, 3], [0, 4], [1, 5]]))
    assert kept(agent) == [[0, 3], [0, 4], [1, 5]]
    with pytest.raises(ValueError, match="sessions of shape"):
        agent.load_state_dict({"sessions": np.ones((4, 6), np.bool_)})


# GRU4Rec


def test_losses_by_hand() -> None:
    right, wrong = torch.tensor([1.0]), torch.tensor([[0.5, 2.0, -torch.inf]])
    total = np.exp(1.0) + np.exp(0.5) + np.exp(2.0)
    assert float(cross_entropy(right, wrong, 0.3)) == pytest.approx(-np.log(np.exp(1.0) / total), rel=1e-5)
    shares = np.exp([0.5, 2.0]) / np.exp([0.5, 2.0]).sum()
    likely = shares @ (1 / (1 + np.exp(-np.array([0.5, -1.0]))))
    penalty = shares @ np.array([0.25, 4.0])
    assert float(bpr_max(right, wrong, 0.3)) == pytest.approx(-np.log(likely) + 0.3 * penalty, rel=1e-5)
    assert float(bpr_max(right, wrong, 0.0)) == pytest.approx(-np.log(likely), rel=1e-5)


def test_states_are_of_what_came_before_and_of_nothing_after() -> None:
    agent = gru(make_for("gru4rec", **SMALL_IDS))
    clicks = torch.tensor([[0, 3, 5], [0, 3, -1]])
    with torch.no_grad():
        states = agent.network(clicks)
    assert states.shape == (2, 4, 8)
    assert torch.allclose(states[0, :3], states[1, :3])
    every = agent.click_scores(np.array([[-1, -1, -1], [-1, 0, 3], [0, 3, 5]]))
    for row, (session, place) in enumerate(((0, 0), (0, 2), (0, 3))):
        expected = agent.network.score(states[session, place], torch.arange(6)).detach().numpy()
        assert every[row] == pytest.approx(expected, abs=1e-6)
    ordered, counts = first_places(np.array([[-1, 4, 2], [-1, -1, -1]]))
    assert ordered.tolist() == [[4, 2, -1], [-1, -1, -1]]
    assert counts.tolist() == [2, 0]


@pytest.mark.parametrize("loss", LOSSES)
def test_an_order_of_clicks_is_learned(loss: str) -> None:
    """After item i comes item i + 1: told from the sequence alone, since every item is as frequent."""
    agent = gru(make_for("gru4rec", **SMALL_IDS), loss=loss, learning_rate=0.02, alpha=0.0)
    generator = np.random.default_rng(0)
    for _ in range(150):
        starts = generator.integers(0, 6, (32, 1))
        agent.improve((starts + np.arange(4)) % 6)
    ends = np.arange(6)
    found = agent.click_scores(np.column_stack([(ends - 1) % 6, ends])).argmax(axis=1)
    assert found.tolist() == ((ends + 1) % 6).tolist()


def test_negatives_are_drawn_by_their_clicks() -> None:
    env = make_for("gru4rec", **SMALL_IDS)
    drawn = {}
    for alpha in (0.0, 1.0):
        agent = gru(env, alpha=alpha, negatives=20_000)
        agent._counts = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 5.0])
        negatives: list[np.ndarray] = []
        score = agent.network.score

        def watched(states: Any, items: Any, score: Any = score, negatives: Any = negatives) -> Any:
            negatives.append(items.numpy())
            return score(states, items)

        agent.network.score = watched  # type: ignore[method-assign]
        agent.improve(np.array([[0, 1]]))
        drawn[alpha] = np.bincount(negatives[0], minlength=6) / 20_000
    assert drawn[0.0] == pytest.approx(np.full(6, 1 / 6), abs=0.015)
    assert drawn[1.0] == pytest.approx(np.array([1, 1, 1, 1, 2, 6]) / 12, abs=0.02)


def test_training_goes_on_from_what_was_saved(tmp_path: Any) -> None:
    env = make_for("gru4rec", "RecNews-v0")
    agent = trained("gru4rec", env)
    agent.save(tmp_path / "agent")
    again: Any = agents.load_saved(tmp_path / "agent")
    for each in (agent, again):
        each.generator = np.random.default_rng(3)
        each.fit(env, 8 * 30)
    mine, its = agent.state_dict(), again.state_dict()
    assert all(np.array_equal(value, its[key]) for key, value in mine.items())
    with pytest.raises(ValueError, match="counts of 3 items"):
        again.load_state_dict({**mine, "counts": np.zeros(3)})


# Both


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("repeat", [False, True])
def test_what_was_shown_is_not_shown_again_unless_it_is_wished(name: str, repeat: bool) -> None:
    env = make_for(name, "RecVideoSlate-v0", num_items=30)
    agent: Any = agents.load(name, env, repeat=repeat, **SMALL[name])
    observations, _ = env.reset(seed=0)
    first = agent.act(observations)
    observations, _, terminated, truncated, _ = env.step(first)
    second = agent.act(observations)
    goes_on = ~(terminated | truncated)
    again = np.array([len(set(a) & set(b)) for a, b in zip(first.tolist(), second.tolist(), strict=True)])
    assert (again[goes_on] > 0).any() == repeat


@pytest.mark.parametrize("name", NAMES)
def test_exploration_is_epsilon(name: str) -> None:
    env = make_for(name, num_envs=2_000)
    observations, _ = env.reset(seed=0)
    agent = agents.load(name, env, epsilon=0.25, **SMALL[name])
    best = agent.act(observations)
    assert (agent.act(observations, explore=True) != best).mean() == pytest.approx(0.25, abs=0.04)
    assert np.array_equal(agent.act(observations), best)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["flat", "sequence"])
def test_observations_without_item_numbers_are_refused(name: str, form: str) -> None:
    with pytest.raises(
        ValueError, match=f"{name} reads clicks by item numbers.*observation='{form}'.*observation='ids'"
    ):
        agents.load(name, make(observation=form))


@pytest.mark.parametrize("name", NAMES)
def test_bare_item_numbers_will_do(name: str) -> None:
    env = make("RecNews-v0", observation="items", sequence_length=5, invalid_actions="error")
    agent = trained(name, env)
    observations, infos = env.reset(seed=3)
    env.step(agent.act(observations, infos["action_mask"]))
    told = transitions(agent.task, observations, np.zeros((8, 1), np.int64), np.zeros(8))
    with pytest.raises(ValueError, match="attended is None"):
        agent.learn(told._replace(attended=None))


@pytest.mark.parametrize(
    ("name", "options", "kind", "words"),
    [
        ("session_knn", {"neighbors": 5}, ValueError, "Did you mean 'neighbours'"),
        ("session_knn", {"neighbours": 0}, ValueError, "neighbours=0"),
        ("session_knn", {"memory": 1.5}, TypeError, "memory=1.5"),
        ("session_knn", {"recency": 1}, TypeError, "recency=1 must be True or False"),
        ("session_knn", {"repeat": "no"}, TypeError, "repeat='no'"),
        ("session_knn", {"epsilon": 1.1}, ValueError, "epsilon=1.1"),
        ("gru4rec", {"loss": "bpr"}, ValueError, "Did you mean 'bpr-max'"),
        ("gru4rec", {"negatives": 0}, ValueError, "negatives=0"),
        ("gru4rec", {"alpha": -0.5}, ValueError, "alpha=-0.5"),
        ("gru4rec", {"size": 0}, ValueError, "size=0"),
    ],
)
def test_bad_options_are_explained(
    name: str, options: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        agents.load(name, make_for(name), **options)


def test_a_short_training_beats_random_at_news() -> None:
    env = make_for("gru4rec", "RecNews-v0", num_envs=128, num_items=60)
    learners = {
        "session_knn": agents.load("session_knn", env),
        "gru4rec": agents.load("gru4rec", env, size=32, negatives=32, learning_rate=5e-3, reuse=4.0),
    }
    for agent in learners.values():
        agent.fit(env, 128 * 120)
    result = evaluate(env, learners, users=500)
    for name in learners:
        assert result.differences(name)["random"].low > 0.0
