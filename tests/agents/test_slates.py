"""Agents for slates: their equations by hand, what they learn from, what switches a part off, and that they learn."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from agent_making import SMALL, make, trained, transitions

import agents
from agents.networks.memory import Memory, packed_masks, unpacked_masks
from agents.slates.choice import (
    SEARCHES,
    choice_probabilities,
    greedy_slates,
    optimal_slates,
    slate_values,
    top_k_slates,
)
from agents.slates.reinforce import TopKReinforceAgent, reinforce_loss, top_k_multiplier
from agents.slates.slateq import SlateQAgent
from recgym.evaluation import evaluate

EVEN = torch.ones(2)


def loaded(name: str, env: Any, **options: Any) -> Any:
    return agents.load(name, env, **{**SMALL[name], **options})


# Memory


def test_a_memory_keeps_the_newest() -> None:
    memory = Memory(5)
    generator = np.random.default_rng(0)
    for first in (0, 3, 6):
        memory.add({"number": np.arange(first, first + 3), "square": np.arange(first, first + 3.0) ** 2})
    assert memory.size == 5
    drawn = memory.draw(200, generator)
    assert set(drawn["number"].tolist()) == {4, 5, 6, 7, 8}
    assert np.array_equal(drawn["square"], drawn["number"] ** 2.0)
    memory.add({"number": np.arange(20), "square": np.arange(20.0)})
    assert set(memory.draw(200, generator)["number"].tolist()) == {15, 16, 17, 18, 19}


@pytest.mark.parametrize("env_id", ["RecNews-v0", "RecVideo-v0"])
def test_masks_are_kept_as_bits(env_id: str) -> None:
    task = make(env_id, num_items=13).unwrapped.task
    masks = np.random.default_rng(0).random((4, 13)) < (1.0 if task.always_available else 0.5)
    bits = packed_masks(task, masks)
    assert bits.shape == (4, 0 if task.always_available else 2)
    assert np.array_equal(unpacked_masks(task, bits), masks)


# REINFORCE


def test_the_multiplier_is_the_derivative_of_being_in_the_slate() -> None:
    probabilities = torch.tensor([0.0, 0.1, 0.5, 1.0], requires_grad=True)
    assert top_k_multiplier(probabilities, 3).tolist() == pytest.approx([3.0, 3 * 0.81, 0.75, 0.0])
    for size in (1, 2, 5):
        (derivative,) = torch.autograd.grad((1 - (1 - probabilities) ** size).sum(), probabilities)
        assert top_k_multiplier(probabilities.detach(), size).tolist() == pytest.approx(derivative.tolist())
    assert (top_k_multiplier(probabilities, 1) == 1.0).all()


def gradient(scores: list[float], slates: Any, places: Any, logs: Any, returns: Any, **options: Any) -> Any:
    given = torch.tensor([scores] * len(slates), requires_grad=True)
    loss = reinforce_loss(
        given,
        torch.tensor(slates),
        torch.tensor(places),
        torch.tensor(logs),
        torch.tensor(returns),
        **options,
    )
    loss.backward()  # type: ignore[no-untyped-call]
    assert given.grad is not None
    return -len(slates) * given.grad.numpy()


def test_the_gradient_is_that_of_the_paper() -> None:
    scores = [np.log(0.5), np.log(0.3), np.log(0.2)]
    slates, logs = [[0, 1], [2, 0], [1, 2]], np.log([0.2, 0.01, 0.5]).tolist()
    found = gradient(scores, slates, [1, 0, -1], logs, [2.0, 3.0, 100.0], cap=5.0, top_k=True)
    pi = np.array([0.5, 0.3, 0.2])
    # Plackett-Luce: 0.5 * 0.3 / 0.5 = 0.3 over 0.2; 0.2 * 0.5 / 0.8 = 0.125 over 0.01, which is cut at 5
    first = (0.3 / 0.2) * 2 * (1 - 0.3) * 2.0 * (np.eye(3)[1] - pi)
    second = 5.0 * 2 * (1 - 0.2) * 3.0 * (np.eye(3)[2] - pi)
    assert found == pytest.approx(np.array([first, second, np.zeros(3)]), rel=1e-4)


def test_parts_of_the_correction_can_be_switched_off() -> None:
    scores = [0.3, -0.2, 0.1]
    plain: dict[str, Any] = {"cap": None, "top_k": False}
    on_policy = gradient(scores, [[0, 1]], [0], [-9.0], [1.0], **plain)
    pi = np.exp(scores) / np.exp(scores).sum()
    assert on_policy[0] == pytest.approx(np.eye(3)[0] - pi, rel=1e-4)
    assert gradient(scores, [[0, 1]], [0], [-1.0], [1.0], **plain) == pytest.approx(on_policy)
    multiplied = gradient(scores, [[0, 1]], [0], [-9.0], [1.0], cap=None, top_k=True)
    assert multiplied == pytest.approx(2 * (1 - pi[0]) * on_policy, rel=1e-4)
    # at K = 1 the multiplier is 1: nothing changes
    single = [gradient(scores, [[0]], [0], [-1.0], [1.0], cap=3.0, top_k=top_k) for top_k in (True, False)]
    assert single[0] == pytest.approx(single[1])
    assert single[0][0] == pytest.approx(pi[0] / np.exp(-1.0) * (np.eye(3)[0] - pi), rel=1e-4)


def test_importance_weights_take_the_behaviour_out() -> None:
    """Two items that are equally good, one of which was shown nine times as often: only with the weights is neither preferred."""
    behaviour = np.array([0.9, 0.1])
    items = np.repeat([0, 1], [900, 100])
    arguments = (
        [0.0, 0.0],
        items[:, None].tolist(),
        [0] * 1000,
        np.log(behaviour[items]).tolist(),
        [1.0] * 1000,
    )
    corrected = gradient(*arguments, cap=100.0, top_k=True).mean(axis=0)
    uncorrected = gradient(*arguments, cap=None, top_k=True).mean(axis=0)
    assert corrected == pytest.approx([0.0, 0.0], abs=1e-3)
    assert uncorrected == pytest.approx([0.4, -0.4], abs=1e-3)


def test_returns_are_discounted_sums_to_the_end_of_the_session() -> None:
    env = make("RecVideoSlate-v0", num_envs=3)
    agent: TopKReinforceAgent = loaded("topk_reinforce", env, gamma=0.5, batch_size=10_000)
    observations, _ = env.reset(seed=0)
    rewards = np.array([[1.0, 10.0, 5.0], [2.0, 20.0, 0.0], [4.0, 40.0, 0.0]])
    agent.begin(np.arange(3))
    for step in range(3):
        slates = np.tile(np.arange(5), (3, 1)) + step
        over = np.array([step == 2, step == 1, False])
        told = transitions(agent.task, observations, slates, rewards[step])
        signals = {**told.signals, "click": np.array([1.0, 0.0, 1.0])}
        agent.learn(
            told._replace(
                terminated=over,
                signals=signals,
                attended=np.array([2, 0, 4]),
                log_probabilities=np.full(3, -step),
            )
        )
    kept = agent._memory._arrays
    assert agent._memory.size == 5
    first = {
        (int(slate[0]), float(value))
        for slate, value in zip(kept["slates"][:5], kept["returns"][:5], strict=True)
    }
    assert first == {
        (0, 10.0 + 0.5 * 20.0),
        (1, 20.0),
        (0, 1.0 + 0.5 * (2.0 + 0.5 * 4.0)),
        (1, 4.0),
        (2, 4.0),
    }
    of_first_row = kept["returns"][:5] < 10.0
    assert set(kept["places"][:5][of_first_row]) == {2}
    assert set(kept["places"][:5][~of_first_row]) == {-1}
    assert np.array_equal(kept["log_probabilities"][:5], -kept["slates"][:5, 0].astype(np.float32))
    assert agent._deviation == pytest.approx(kept["returns"][:5].std())
    assert agent._lengths.tolist() == [0, 1, 3]  # type: ignore[union-attr]
    agent.begin(np.array([2]))  # nothing stays of a session whose end was not told
    assert agent._lengths.tolist() == [0, 1, 0]  # type: ignore[union-attr]


def test_slates_that_were_repaired_are_not_learned_from() -> None:
    env = make("RecVideoSlate-v0", num_envs=2)
    agent = loaded("topk_reinforce", env, batch_size=10_000)
    observations, _ = env.reset(seed=0)
    told = transitions(agent.task, observations, np.tile(np.arange(5), (2, 1)), np.ones(2))
    told = told._replace(
        signals={**told.signals, "click": np.ones(2)},
        terminated=np.ones(2, np.bool_),
        actions=told.shown + np.array([[0], [1]]),
    )
    agent.learn(told)
    assert agent._memory._arrays["places"][:2].tolist() == [0, -2]


def chosen_and_nothing(agent: TopKReinforceAgent, of_choice: float) -> dict[str, np.ndarray]:
    """Steps of one user, half of them with the choice of item 0 and this return, half with nothing and a return of 2; some of slates that were repaired."""
    task, size = agent.task, 64
    places = np.where(np.arange(size) % 2 == 0, 0, -1)
    returns = np.where(places == 0, of_choice, 2.0)
    places[:8], returns[:8] = -2, 50.0
    return {
        "rows": np.zeros((size, agent.network.inputs.width), np.float32),
        "masks": packed_masks(task, np.ones((size, task.num_items), np.bool_)),
        "slates": np.tile([0, 1], (size, 1)),
        "places": places,
        "log_probabilities": np.full(size, -np.log(30.0), np.float32),
        "returns": returns.astype(np.float32),
    }


@pytest.mark.parametrize(
    ("of_choice", "baseline", "better"), [(3.0, True, True), (1.0, True, False), (1.0, False, True)]
)
def test_a_choice_is_credited_with_what_it_adds_to_that_of_nothing(
    of_choice: float, baseline: bool, better: bool
) -> None:
    """What is chosen and leads to less than nothing would have is shown less; without the baseline it is shown more."""
    env = make("RecVideoSlate-v0", num_items=6, slate_size=2)
    agent: TopKReinforceAgent = loaded(
        "topk_reinforce", env, baseline=baseline, entropy=0.0, learning_rate=0.01
    )
    batch = chosen_and_nothing(agent, of_choice)
    observations = np.zeros((1, agent.network.inputs.width), np.float32)
    if baseline:  # it is learned before anything is made of it
        for _ in range(200):
            agent.improve({**batch, "places": np.where(batch["places"] == -1, -1, -2)})
    before = agent.probabilities(observations, explore=True)[0, 0]
    for _ in range(20):
        agent.improve(batch)
    assert (agent.probabilities(observations, explore=True)[0, 0] > before) == better


def test_the_baseline_is_the_return_of_nothing() -> None:
    env = make("RecVideoSlate-v0", num_items=6, slate_size=2)
    agent: TopKReinforceAgent = loaded("topk_reinforce", env, learning_rate=0.01)
    agent._returns = np.array([4.0, 8.0, 52.0])  # a mean of 2 and a deviation of 3
    batch = chosen_and_nothing(agent, 5.0)
    for _ in range(300):
        agent.improve(batch)
    with torch.no_grad():
        assert agent.network.after_nothing(batch["rows"][:1]).item() == pytest.approx(2.0 / 3.0, abs=0.02)


def test_what_is_not_told_is_asked_for() -> None:
    env = make("RecVideoSlate-v0")
    observations, _ = env.reset(seed=0)
    for name, part in (
        ("topk_reinforce", "log_probabilities"),
        ("topk_reinforce", "attended"),
        ("slateq", "attended"),
        ("two_tower", "attended"),
    ):
        agent = loaded(name, env, **({"repeat": True} if name == "two_tower" else {}))
        told = transitions(agent.task, observations, np.tile(np.arange(5), (8, 1)), np.zeros(8))
        with pytest.raises(ValueError, match=f"{name} .*{part}"):
            agent.learn(told._replace(**{part: None}))


def test_slates_are_drawn_without_replacement_in_proportion() -> None:
    env = make("RecVideoSlate-v0", num_items=6, slate_size=2)
    agent = trained("topk_reinforce", env)
    observations, _ = env.reset(seed=50)
    one = np.repeat(observations[:1], 20_000, axis=0)
    slates = agent.act(one, explore=True)
    shares = agent.probabilities(observations[:1], explore=True)[0]
    pairs = {(a, b): shares[a] * shares[b] / (1 - shares[a]) for a, b in itertools.permutations(range(6), 2)}
    for (a, b), expected in pairs.items():
        seen = ((slates[:, 0] == a) & (slates[:, 1] == b)).mean()
        assert seen == pytest.approx(expected, abs=5 * np.sqrt(expected / 20_000))


def test_what_is_learned_may_be_drawn_without_exploration() -> None:
    env = make("RecVideoSlate-v0", num_items=6, slate_size=2)
    observations, _ = env.reset(seed=50)
    one = np.repeat(observations[:1], 500, axis=0)
    for draws in (False, True):
        agent = loaded("topk_reinforce", env, draws=draws)
        assert (len(np.unique(agent.act(one), axis=0)) > 1) == draws
        shares = agent.probabilities(one[:1])[0]
        assert shares.sum() == pytest.approx(1.0)
        assert (np.count_nonzero(shares) > 1) == draws


# Choice, and slates


def test_choices_by_hand() -> None:
    attractions, examination = torch.tensor([[2.0, 1.0], [3.0, 0.0]]), torch.tensor([1.0, 0.5])
    chosen = choice_probabilities(attractions, examination)
    assert chosen.numpy() == pytest.approx(np.array([[2 / 3.5, 0.5 / 3.5], [0.75, 0.0]]))
    values = torch.tensor([[7.0, 14.0], [4.0, 100.0]])
    outside = torch.tensor([3.5, 0.0])
    # (2 * 7 + .5 * 14 + 1 * 3.5) / 3.5, and 3 / 4 * 4
    assert slate_values(chosen, values, outside).tolist() == pytest.approx([7.0, 3.0])


def value_of(slate: Any, attractions: Any, values: Any, outside: float, examination: Any) -> float:
    weights = examination * attractions[list(slate)]
    return float((outside + weights @ values[list(slate)]) / (1.0 + weights.sum()))


@pytest.mark.parametrize("examination", [(1.0, 1.0, 1.0), (1.0, 0.7, 0.4)])
def test_the_optimal_slate_is_the_best_of_all(examination: tuple[float, ...]) -> None:
    generator = np.random.default_rng(0)
    size, items, weights = 40, 6, np.array(examination)
    attractions, values = np.exp(generator.normal(size=(size, items))), generator.normal(size=(size, items))
    outside = generator.normal(size=size)
    closed = generator.random((size, items)) < 0.2
    attractions[closed] = -1.0
    given = [torch.tensor(array) for array in (attractions, values, outside, weights)]
    found = {name: search(*given).numpy() for name, search in SEARCHES.items()}
    losses = dict.fromkeys(SEARCHES, 0.0)
    for row in range(size):
        open_items = np.flatnonzero(~closed[row])
        if len(open_items) < 3:
            continue
        every = {
            slate: value_of(slate, attractions[row], values[row], outside[row], weights)
            for slate in itertools.permutations(open_items.tolist(), 3)
        }
        for name, slates in found.items():
            assert len(set(slates[row].tolist())) == 3
            assert not closed[row, slates[row]].any()
            losses[name] += max(every.values()) - every[tuple(slates[row].tolist())]
    assert losses["optimal"] == pytest.approx(0.0, abs=1e-9)
    assert 0.0 < losses["greedy"] < losses["top_k"]


def test_greedy_and_top_k_by_hand() -> None:
    attractions, values = torch.tensor([[1.0, 4.0, 0.5]]), torch.tensor([[3.0, 1.0, 4.0]])
    outside = torch.tensor([0.0])
    # v Q is 3, 4, 2. Alone: 3 / 2, 4 / 5, 2 / 1.5; after item 0: (3 + 4) / 6, (3 + 2) / 2.5
    assert top_k_slates(attractions, values, outside, EVEN).tolist() == [[1, 0]]
    assert greedy_slates(attractions, values, outside, EVEN).tolist() == [[0, 2]]
    assert set(optimal_slates(attractions, values, outside, EVEN)[0].tolist()) == {0, 2}


# SlateQ


def batch_of(agent: SlateQAgent, size: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
    task, width = agent.task, agent.network.inputs.width
    return {
        "rows": generator.normal(0.0, 0.1, (size, width)).astype(np.float32),
        "next_rows": generator.normal(0.0, 0.1, (size, width)).astype(np.float32),
        "next_masks": packed_masks(task, np.ones((size, task.num_items), np.bool_)),
        "shown": np.array([generator.permutation(task.num_items)[: task.slate_size] for _ in range(size)]),
        "places": generator.integers(-1, task.slate_size, size),
        "rewards": generator.random(size).astype(np.float32),
        "ended": np.arange(size) % 3 == 0,
    }


def test_targets_are_of_the_next_state_weighted_by_the_choice_there() -> None:
    env = make("RecVideoSlate-v0", num_items=6, slate_size=2)
    agent: SlateQAgent = loaded("slateq", env, gamma=0.8)
    generator = np.random.default_rng(0)
    agent._scale = 2.0
    with torch.no_grad():
        for parameter in agent.target.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(0))
    batch = batch_of(agent, 9, generator)
    found = agent.targets(batch).numpy()
    with torch.no_grad():
        utilities, values, nothing = (
            part.numpy().astype(float) for part in agent.network(batch["next_rows"])
        )
        _, its_values, its_nothing = (part.numpy().astype(float) for part in agent.target(batch["next_rows"]))
        examination = agent.network.log_examination().exp().numpy().astype(float)
    for row in range(9):
        attractions = np.exp(utilities[row])
        best = max(
            itertools.permutations(range(6), 2),
            key=lambda slate: value_of(slate, attractions, values[row], nothing[row], examination),
        )
        following = value_of(best, attractions, its_values[row], its_nothing[row], examination)
        expected = batch["rewards"][row] / 2.0 + (0.0 if batch["ended"][row] else 0.8 * following)
        assert found[row] == pytest.approx(expected, rel=1e-4)
    now = {**batch, "rows": batch["rows"] + 1.0}
    assert np.array_equal(agent.targets(now).numpy(), found)  # nothing of it is of the state before
    then = {**batch, "next_rows": batch["next_rows"] + 1.0}
    changed = agent.targets(then).numpy() != found
    assert np.array_equal(changed, ~batch["ended"])
    agent._gamma = 0.0
    assert agent.targets(batch).numpy() == pytest.approx(batch["rewards"] / 2.0)


def test_what_is_closed_next_is_not_in_the_target() -> None:
    env = make("RecNewsSlate-v0", num_items=10, slate_size=2)
    agent: SlateQAgent = loaded("slateq", env)
    batch = batch_of(agent, 6, np.random.default_rng(1))
    one = np.zeros((6, 10), np.bool_)
    one[:, 3] = True
    batch |= {"next_masks": packed_masks(agent.task, one), "ended": np.zeros(6, np.bool_)}
    with torch.no_grad():
        utilities, values, nothing = (
            part.numpy().astype(float) for part in agent.network(batch["next_rows"])
        )
    weight = np.exp(utilities[:, 3])
    following = (weight * values[:, 3] + nothing) / (1.0 + weight)
    assert agent.targets(batch).numpy() == pytest.approx(batch["rewards"] + 0.95 * following, rel=1e-4)


def test_the_value_of_what_was_chosen_alone_is_fitted() -> None:
    env = make("RecVideoSlate-v0", num_items=6, slate_size=2)
    agent: SlateQAgent = loaded("slateq", env, gamma=0.0, learning_rate=0.01)
    batch = batch_of(agent, 1, np.random.default_rng(0))
    for place, reward in ((1, 1.0), (-1, -1.0)):
        batch |= {"places": np.array([place]), "rewards": np.array([reward], np.float32)}
        for _ in range(300):
            agent.improve(batch)
        with torch.no_grad():
            _, values, nothing = agent.network(batch["rows"])
        learned = nothing if place < 0 else values[0, batch["shown"][0, place]]
        assert float(learned) == pytest.approx(reward, abs=0.1)


def test_choices_and_the_attention_to_places_are_learned() -> None:
    """Users who all choose by one logit, the second place being looked at half as often: the shares are found."""
    env = make("RecVideoSlate-v0", num_items=4, slate_size=2)
    agent: SlateQAgent = loaded("slateq", env, gamma=0.0, learning_rate=0.02)
    generator = np.random.default_rng(0)
    attractions, examination = np.array([2.0, 1.0, 0.5, 0.1]), np.array([1.0, 0.5])
    batch = batch_of(agent, 2_000, generator)
    weights = attractions[batch["shown"]] * examination
    limits = np.cumsum(weights, axis=1) / (1.0 + weights.sum(axis=1, keepdims=True))
    draws = generator.random((2_000, 1))
    batch["places"] = np.where(draws[:, 0] < limits[:, 1], (draws > limits[:, :1])[:, 0].astype(int), -1)
    batch["rows"] = np.zeros_like(batch["rows"])
    for _ in range(120):
        agent.improve(batch)
    with torch.no_grad():
        found = agent.network(batch["rows"][:1])[0][0].exp().numpy()
        bias = agent.network.log_examination().exp().numpy()
    assert found == pytest.approx(attractions, rel=0.25)
    assert bias == pytest.approx(examination, rel=0.2)


def test_slateq_begins_at_random_and_explores_by_epsilon() -> None:
    env = make("RecVideoSlate-v0", num_envs=400)
    agent: SlateQAgent = loaded("slateq", env, epsilon=0.25, learning_starts=1_000, batch_size=400)
    observations, _ = env.reset(seed=0)
    best = agent.act(observations)
    assert (agent.act(observations, explore=True) == best).all(axis=1).mean() < 0.05
    agent.fit(env, 1_200)
    assert agent._gradient_steps > 0
    assert agent._scale > 0.0
    best = agent.act(observations)
    assert (agent.act(observations, explore=True) != best).any(axis=1).mean() == pytest.approx(0.25, abs=0.08)


def test_the_target_network_is_copied_now_and_then() -> None:
    env = make("RecVideoSlate-v0", num_items=6, slate_size=2)
    agent: SlateQAgent = loaded("slateq", env, target_interval=3)
    batch = batch_of(agent, 8, np.random.default_rng(0))

    def same() -> bool:
        return torch.equal(agent.network.bias, agent.target.bias)

    assert same()
    alike = []
    for _ in range(6):
        agent.improve(batch)
        alike.append(same())
    assert alike == [False, False, True, False, False, True]


@pytest.mark.parametrize("name", ["topk_reinforce", "slateq"])
def test_training_goes_on_from_what_was_saved(name: str, tmp_path: Any) -> None:
    env = make("RecNewsSlate-v0")
    agent = trained(name, env)
    agent.save(tmp_path / "agent")
    again: Any = agents.load_saved(tmp_path / "agent")
    for each in (agent, again):
        each.generator = np.random.default_rng(3)
        each.fit(env, 8 * 30)
    mine, its = agent.state_dict(), again.state_dict()
    assert set(mine) == set(its)
    assert all(np.array_equal(value, its[key]) for key, value in mine.items())
    assert any(key.startswith("optimizer.") for key in mine)


@pytest.mark.parametrize(
    ("name", "options", "kind", "words"),
    [
        ("topk_reinforce", {"gama": 0.9}, ValueError, "Did you mean 'gamma'"),
        ("topk_reinforce", {"cap": 0.0}, ValueError, "cap=0.0"),
        ("topk_reinforce", {"top_k": 1}, TypeError, "top_k=1 must be True or False"),
        ("topk_reinforce", {"draws": 0.5}, TypeError, "draws=0.5 must be True or False"),
        ("topk_reinforce", {"baseline": None}, TypeError, "baseline=None must be True or False"),
        ("topk_reinforce", {"reuse": 0}, ValueError, "reuse=0"),
        ("topk_reinforce", {"hidden": 64}, TypeError, "hidden=64 must list"),
        ("topk_reinforce", {"entropy": -0.1}, ValueError, "entropy=-0.1"),
        ("slateq", {"search": "top"}, ValueError, "Did you mean 'top_k'"),
        ("slateq", {"epsilon": 2}, ValueError, "epsilon=2"),
        ("slateq", {"learning_starts": 0}, ValueError, "learning_starts=0"),
        ("slateq", {"hidden": [0]}, ValueError, "a width in hidden=0"),
        ("slateq", {"target_interval": 0.5}, TypeError, "target_interval=0.5"),
    ],
)
def test_bad_options_are_explained(
    name: str, options: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        agents.load(name, make("RecVideoSlate-v0"), **options)


@pytest.mark.parametrize("env_id", ["RecEcommerceSlate-v0", "RecNewsSlate-v0"])
def test_a_short_training_beats_random(env_id: str) -> None:
    """In the shop the reward is the click: what is bought is so rare that it takes ten times as long to learn."""
    weights = {"reward_weights": {"click": 1.0}} if env_id == "RecEcommerceSlate-v0" else {}
    env = make(env_id, num_envs=128, num_users=500, **weights)
    options: dict[str, Any] = {"hidden": [32], "embedding_size": 16, "batch_size": 512, "gamma": 0.5}
    learners = {
        "topk_reinforce": agents.load("topk_reinforce", env, **options),
        "slateq": agents.load("slateq", env, learning_starts=5_000, learning_rate=4e-3, **options),
    }
    for agent in learners.values():
        agent.fit(env, 25_000)
    result = evaluate(env, learners, users=500)
    for name in learners:
        assert result.differences(name)["random"].low > 0.0


@pytest.mark.parametrize("search", ["optimal", "greedy", "top_k"])
@pytest.mark.parametrize("size", [1, 3])
def test_slateq_recommends_what_it_would_show(search: str, size: int) -> None:
    env = make("RecVideo-v0", num_items=12, slate_size=size)
    agent = loaded("slateq", env, search=search)
    generator = np.random.default_rng(0)
    with torch.no_grad():  # attractions and values that rank items differently
        for weights in agent.network.parameters():
            weights.add_(
                torch.as_tensor(generator.normal(scale=0.3, size=tuple(weights.shape)), dtype=torch.float32)
            )
    for item in range(12):
        observation = env.task.observe([item])
        shown = np.atleast_2d(agent.act(observation[None], np.ones((1, 12), np.int8)).reshape(1, -1))[0]
        scores = agent.scores(observation[None], np.ones((1, 12), np.int8), False)[0]
        ranked = np.argsort(-scores)
        assert ranked[0] == shown[0]
        if search != "greedy":
            assert set(ranked[:size]) == set(shown)
