"""Large catalogues: the exact index, the corrected softmax, and an agent that is trained and serves at 10,000 items."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from agent_making import SMALL, make, make_for, trained, transitions

import agents
from agents.retrieval.index import InnerProductIndex
from agents.retrieval.two_tower import TwoTowerAgent, sampled_softmax_loss, user_rows, user_size
from recgym.evaluation import evaluate
from recgym.task.choosing import best_items
from recgym.task.layout import FORMS
from train import decision_cost

NAME = "two_tower"


def loaded(env: Any, **options: Any) -> TwoTowerAgent:
    agent = agents.load(NAME, env, **{**SMALL[NAME], **options})
    assert isinstance(agent, TwoTowerAgent)
    return agent


@pytest.mark.parametrize("block", [7, 64, 1_000])
@pytest.mark.parametrize("count", [1, 5, 60])
def test_the_index_finds_what_sorting_everything_finds(block: int, count: int) -> None:
    generator = np.random.default_rng(0)
    vectors = generator.integers(-2, 3, (100, 3)).astype(np.float32)  # many are equal
    users = generator.integers(-2, 3, (9, 3)).astype(np.float32)
    scores = users @ vectors.T
    index = InnerProductIndex(vectors, block)
    items, found = index.best(users, count)
    assert np.array_equal(items, best_items(scores, count).reshape(9, count))
    assert np.array_equal(found, np.take_along_axis(scores, items, axis=1))
    masks = generator.random((9, 100)) < 0.7
    masked = np.where(masks, scores, -np.inf)
    items, found = index.best(users, count, masks)
    expected = best_items(masked, count).reshape(9, count)
    there = np.isfinite(found)
    assert np.array_equal(found, np.take_along_axis(masked, expected, axis=1))
    assert np.array_equal(items[there], expected[there])


def test_the_loss_by_hand() -> None:
    scores, logs = torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.log(torch.tensor([0.8, 0.2]))
    first = np.exp(2.0) / 0.8 / (np.exp(2.0) / 0.8 + np.exp(1.0) / 0.2)
    second = np.exp(3.0) / 0.2 / (np.exp(0.0) / 0.8 + np.exp(3.0) / 0.2)
    expected = -(3.0 * np.log(first) + 0.5 * np.log(second)) / 2
    assert float(sampled_softmax_loss(scores, logs, torch.tensor([3.0, 0.5]))) == pytest.approx(
        expected, rel=1e-5
    )


@pytest.mark.parametrize("corrected", [True, False])
def test_the_correction_takes_out_that_popular_items_are_drawn_more_often(corrected: bool) -> None:
    """Clicks that do not depend on the user: with the correction scores are log-popularities, without it they are all alike."""
    generator = np.random.default_rng(0)
    popularity = np.array([0.5, 0.25, 0.15, 0.1])
    scores = torch.zeros(4, requires_grad=True)
    optimizer = torch.optim.SGD([scores], lr=1.0)
    for _ in range(150):
        items = torch.from_numpy(generator.choice(4, 256, p=popularity))
        logs = torch.from_numpy(np.log(popularity)).float()[items] * float(corrected)
        loss = sampled_softmax_loss(scores[items].expand(256, 256), logs, torch.ones(256))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    found = (scores - scores.mean()).detach().numpy()
    expected = np.log(popularity) - np.log(popularity).mean() if corrected else np.zeros(4)
    assert found == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("form", FORMS)
def test_users_are_read_from_every_form(form: str) -> None:
    env = make("RecNews-v0", observation=form, sequence_length=6)
    observations, _ = env.reset(seed=0)
    task = env.unwrapped.task
    rows = user_rows(task, observations)
    assert rows.shape == (8, user_size(task))
    if form != "items":
        assert np.array_equal(rows[:, 4 * task.dimension :], task.layout.read(observations, "context"))
    agent = (
        trained(NAME, make_for(NAME, "RecNews-v0", observation=form)) if form in ("ids", "items") else None
    )
    if agent is None:
        with pytest.raises(ValueError, match=f"observation='{form}'.*observation='ids'.*repeat=True"):
            loaded(env)
        loaded(env, repeat=True).fit(env, 64)


def test_what_was_shown_is_not_shown_again_unless_it_is_wished_or_nothing_else_is_left() -> None:
    env = make_for(NAME, num_items=6, sequence_length=8)
    observations, _ = env.reset(seed=0)
    seen: list[list[int]] = [[] for _ in range(8)]
    agent, repeating = loaded(env), loaded(env, repeat=True)
    for _ in range(4):
        items = agent.act(observations)
        assert all(item not in before for item, before in zip(items, seen, strict=True))
        observations, _, terminated, truncated, _ = env.step(items)
        for item, before in zip(items.tolist(), seen, strict=True):
            before.append(item)
        if (terminated | truncated).any():
            break
    scores = repeating.network.users(user_rows(agent.task, observations)) @ repeating.network.of_items().T
    assert np.array_equal(repeating.act(observations), scores.argmax(dim=1).numpy())
    full = {
        **observations,
        "history": np.tile(np.array([0, 0, 1, 2, 3, 4, 5, 6], np.int32), (8, 1)),
        "age": np.ones((8, 8), np.float32),
    }
    assert set(agent.act(full).tolist()) <= set(range(6))


def test_clicks_alone_are_learned_from_and_weigh_by_their_rewards() -> None:
    env = make_for(NAME)
    agent = loaded(env, batch_size=100)
    observations, _ = env.reset(seed=0)
    told = transitions(agent.task, observations, np.arange(8)[:, None], np.arange(8.0))
    clicks = np.array([0, 1, 0, 0, 1, 0, 0, 0.0])
    agent.learn(told._replace(signals={**told.signals, "click": clicks}))
    kept = agent._memory._arrays
    assert agent._memory.size == 2
    assert kept["items"][:2].tolist() == [1, 4]
    assert kept["rewards"][:2].tolist() == [1.0, 4.0]
    alike = loaded(env, batch_size=100, by_reward=False)
    alike.learn(told._replace(signals={**told.signals, "click": clicks}))
    assert alike._memory._arrays["rewards"][:2].tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match=r"reward of -4.*by_reward=False"):
        agent.learn(told._replace(signals={**told.signals, "click": clicks}, rewards=-told.rewards))


def test_counts_fade() -> None:
    agent = loaded(make_for(NAME), fading=0.5)
    width = user_size(agent.task)
    batch = {
        "rows": np.zeros((3, width), np.float32),
        "items": np.array([2, 2, 5]),
        "rewards": np.ones(3, np.float32),
    }
    for _ in range(2):
        agent.improve(batch)
    assert agent._counts[[2, 5]].tolist() == [3.0, 1.5]
    assert agent._counts.sum() == 4.5


def test_training_goes_on_from_what_was_saved(tmp_path: Any) -> None:
    env = make_for(NAME, "RecNews-v0")
    agent = trained(NAME, env)
    agent.save(tmp_path / "agent")
    again: Any = agents.load_saved(tmp_path / "agent")
    for each in (agent, again):
        each.generator = np.random.default_rng(3)
        each.fit(env, 8 * 10)
    mine, its = agent.state_dict(), again.state_dict()
    assert all(np.array_equal(value, its[key]) for key, value in mine.items())
    again.load_state_dict(mine)
    with pytest.raises(ValueError, match="counts of 3 items"):
        again.load_state_dict({**mine, "counts": np.zeros(3)})


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"fading": 1.5}, ValueError, "fading=1.5"),
        ({"batch_size": 1}, ValueError, "batch_size=1"),
        ({"corrected": "yes"}, TypeError, "corrected='yes' must be True or False"),
        ({"epsilon": -1}, ValueError, "epsilon=-1"),
        ({"hiden": [8]}, ValueError, "Did you mean 'hidden'"),
    ],
)
def test_bad_options_are_explained(options: dict[str, Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        agents.load(NAME, make_for(NAME), **options)


@pytest.mark.long
def test_it_learns_and_serves_at_ten_thousand_items(tmp_path: Any) -> None:
    arguments: dict[str, Any] = {"sequence_length": 16, "catalogue": "all", "num_items": 10_000}
    env = make_for(NAME, "RecEcommerce-v0", num_envs=256, num_users=500, **arguments)
    agent = agents.load(NAME, env, by_reward=False)
    agent.fit(env, 38_400)
    result = evaluate(env, {NAME: agent}, users=200)
    rate = {name: log.signals["click"].sum() / log.running.sum() for name, log in result.logs.items()}
    assert rate[NAME] > 1.2 * rate["random"]
    assert result.differences(NAME)["random"].low > 0.0
    agent.save(tmp_path / "agent")
    again = agents.load_saved(tmp_path / "agent")
    observations, _ = env.reset(seed=3)
    assert np.array_equal(again.act(observations), agent.act(observations))


def test_the_cost_of_a_decision_is_printed(capsys: Any) -> None:
    small = [
        "--sizes",
        "50",
        "400",
        "--agents",
        "random",
        NAME,
        "--num-envs",
        "4",
        "--steps",
        "8",
        "--rounds",
        "1",
    ]
    assert decision_cost.main(small) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("RecEcommerce-v0, 4 users")
    assert printed[1].split() == ["50", "items", "400", "items", "ratio"]
    assert [line.split()[0] for line in printed[2:]] == ["random", NAME]
    costs = {("a", 200): 2e-6, ("a", 10_000): 5e-6}
    assert decision_cost.cost_table(costs, (200, 10_000)).splitlines()[1].split() == [
        "a",
        "2.0",
        "µs",
        "5.0",
        "µs",
        "2.5",
    ]
    with pytest.raises(SystemExit):
        decision_cost.main(["--agents", "two_towers"])
    assert "Did you mean 'two_tower'" in capsys.readouterr().err
