"""The parts of the planning agent, each against something slow or worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from agent_making import make

from agents.deep.bags import TokenBags, add_lag_effects, lags_of
from agents.deep.exploration import Exploration
from agents.deep.history import Histories, joined, read_histories
from agents.deep.network import OutcomeNetwork
from agents.deep.regression import _losses, fit_once, goals_of
from agents.deep.rollout import Experience
from agents.deep.targets import lambda_returns, sampled_returns

ITEMS, LENGTH, WIDTH = 7, 5, 4
OBSERVED: dict[str, Any] = {"observation": "ids", "sequence_length": 32}


def some_histories(size: int = 40, seed: int = 0) -> Histories:
    """Histories of every length, with items that come again."""
    generator = np.random.default_rng(seed)
    items = generator.integers(0, ITEMS, (size, LENGTH)).astype(np.int32)
    known = generator.integers(0, LENGTH + 1, size)
    items[np.arange(LENGTH) < LENGTH - known[:, None]] = -1
    return Histories(
        items,
        generator.integers(0, 3, (size, LENGTH)).astype(np.int8),
        np.minimum(generator.integers(0, LENGTH + 1, size), known).astype(np.int32),
        generator.random((size, 2)).astype(np.float32),
        np.zeros((size, 0), np.bool_),
        np.zeros((size, 0), np.float32),
    )


def dense_counts(histories: Histories, decays: np.ndarray) -> np.ndarray:
    """Counts (3, N, 3 I) of tokens: before the session, in it, and in it with falling weights."""
    counts = np.zeros((3, len(histories.items), 3 * ITEMS), np.float32)
    for n, (items, feedback, session) in enumerate(zip(*histories[:3], strict=True)):
        for lag, (item, response) in enumerate(zip(items[::-1], feedback[::-1], strict=True)):
            if item >= 0:
                token = response * ITEMS + item
                if lag < session:
                    counts[1, n, token] += 1.0
                    counts[2, n, token] += decays[lag]
                else:
                    counts[0, n, token] += 1.0
    return counts


def test_bags_and_their_gradients_are_those_of_dense_counts() -> None:
    histories = some_histories()
    decays = (0.7 ** np.arange(LENGTH)).astype(np.float32)
    torch.manual_seed(0)
    tables = [torch.randn(3 * ITEMS, WIDTH, requires_grad=True) for _ in range(3)]
    weights = torch.randn(40, 3 * WIDTH)
    bags = TokenBags.apply(*tables, histories, decays)
    dense = torch.cat(
        [
            torch.from_numpy(counts) @ table
            for counts, table in zip(dense_counts(histories, decays), tables, strict=True)
        ],
        dim=1,
    )
    assert torch.allclose(bags, dense, atol=1e-5)
    mine, expected = (torch.autograd.grad((each * weights).sum(), tables) for each in (bags, dense))
    for one, other in zip(mine, expected, strict=True):
        assert torch.allclose(one, other, atol=1e-5)
        assert one.abs().max() > 0.1


def test_lags_are_those_of_the_last_time() -> None:
    histories = some_histories()
    wanted = np.random.default_rng(1).integers(0, ITEMS, (40, 2))
    effects = np.arange(2 * 2 * LENGTH, dtype=np.float32).reshape(2, -1) + 1.0
    scores = np.zeros((2, 40, ITEMS), np.float32)
    add_lag_effects(scores, effects, histories.items, histories.in_session)
    lags = lags_of(histories, wanted)
    for n, k in np.ndindex(40, 2):
        places = np.flatnonzero(histories.items[n] == wanted[n, k])
        lag = LENGTH - places[-1] if len(places) else 0
        expected = lag if lag <= histories.in_session[n] else LENGTH + lag
        assert lags[n, k] == expected
        assert scores[:, n, wanted[n, k]] == pytest.approx(
            effects[:, expected - 1] if expected else np.zeros(2)
        )
    assert lags.min() == 0
    assert lags.max() > LENGTH


def test_histories_hold_what_was_observed() -> None:
    env = make("RecNews-v0", num_envs=6, leave_base=-20.0, leave_relief=0.0, **OBSERVED)
    task = env.unwrapped.task
    observations, infos = env.reset(seed=0)
    shown = []
    for _ in range(3):
        items = infos["action_mask"].argmax(axis=1)
        observations, _, _, _, infos = env.step(items)
        shown.append((infos["shown"][:, 0], infos["click"] + infos["like"]))
    masks = infos["action_mask"] == 1
    histories = read_histories(task, observations, masks)
    assert (histories.in_session == 3).all()
    assert np.array_equal(histories.items[:, -3:].T, [items for items, _ in shown])
    assert np.array_equal(histories.feedback[:, -3:].T, [feedback for _, feedback in shown])
    assert np.array_equal(histories.masks, masks)
    assert (histories.items[:, 0] == -1).all()  # the warm history is shorter than the memory
    twice = joined([histories.rows(slice(0, 2)), histories.rows(np.array([2, 3, 4, 5]))])
    assert all(np.array_equal(one, other) for one, other in zip(twice, histories, strict=True))


def network_of(env_id: str = "RecVideo-v0", **arguments: Any) -> tuple[OutcomeNetwork, Any, Histories]:
    env = make(env_id, num_envs=50, leave_base=-20.0, leave_relief=0.0, **OBSERVED, **arguments)
    task = env.unwrapped.task
    observations, infos = env.reset(seed=0)
    for step in range(4):
        observations, *_, infos = env.step(np.arange(50) + step)
    torch.manual_seed(0)
    return (
        OutcomeNetwork(task, 3),
        task,
        read_histories(task, observations, infos["action_mask"] == 1),
    )


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecNews-v0"])
def test_the_heads_of_one_item_are_those_of_all_items(env_id: str) -> None:
    network, task, histories = network_of(env_id)
    for parameter in network.parameters():  # lag effects begin at 0, which would prove nothing
        parameter.data += 0.1 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1))
    items = np.column_stack([histories.items[:, -2], np.arange(50)]).astype(np.int64)  # remembered, and not
    states = network(histories)
    one = network.of_items(states, torch.from_numpy(items), torch.from_numpy(lags_of(histories, items)))
    every = network.of_all_items(states, histories)
    assert every.shape == (5, 50, task.num_items)
    assert torch.allclose(every[:, np.arange(50)[:, None], items], one, atol=1e-4)


def test_a_head_by_hand() -> None:
    network, _, histories = network_of()
    states = network(histories)
    user = network.user_heads(states.hidden)[7] + network.user_heads_of_bags(states.bags)[7]
    vector, offset = user.view(5, 33)[1, :32], user.view(5, 33)[1, 32]
    expected = vector @ network.item_embeddings[1, 9] / 32**0.5 + offset + network.item_biases[1, 9]
    assert network.of_all_items(states, histories)[1, 7, 9].item() == pytest.approx(expected.item(), abs=1e-4)


def test_before_anything_is_learned_items_are_ranked_by_the_content_of_what_was_clicked() -> None:
    for dimension, least in ((32, 0.95), (64, 0.8)):  # the content that is kept has 32 columns
        network, task, histories = network_of(embedding_dim=dimension)
        clicks = network.of_all_items(network(histories), histories)[0].numpy()
        liked = (histories.items >= 0) & (histories.feedback > 0)
        nearest = (task.vectors[histories.items] * liked[:, :, None]).sum(axis=1) @ task.vectors.T
        agreement = [np.corrcoef(mine, other)[0, 1] for mine, other in zip(clicks, nearest, strict=True)]
        assert np.mean(agreement) > least


def slow_lambda_return(
    step: int, row: int, parts: dict[str, np.ndarray], gamma: float, trace: float
) -> float:
    """The definition, by recursion."""
    value = parts["values"][step, row]
    if step + 1 < len(parts["rewards"]) and parts["greedy"][step + 1, row] and not parts["ended"][step, row]:
        later = slow_lambda_return(step + 1, row, parts, gamma, trace)
        value = (1 - trace) * value + trace * later
    return parts["rewards"][step, row] + gamma * parts["staying"][step, row] * value


def test_targets_are_those_of_a_slow_loop() -> None:
    generator = np.random.default_rng(0)
    shape = (9, 20)
    ended = generator.random(shape) < 0.2
    horizon = ended & (generator.random(shape) < 0.5)
    parts = {
        "rewards": generator.normal(size=shape),
        "staying": np.where(horizon, 0.0, generator.random(shape)),
        "values": generator.normal(size=shape),
        "ended": ended,
        "greedy": generator.random(shape) < 0.7,
    }
    targets = lambda_returns(**parts, gamma=0.9, trace=0.8)  # type: ignore[arg-type]
    expected = [[slow_lambda_return(t, n, parts, 0.9, 0.8) for n in range(20)] for t in range(9)]
    assert targets == pytest.approx(np.array(expected), abs=1e-5)
    assert np.array_equal(targets[horizon], parts["rewards"][horizon].astype(np.float32))
    myopic = lambda_returns(**parts, gamma=0.0, trace=0.8)  # type: ignore[arg-type]
    assert np.array_equal(myopic, parts["rewards"].astype(np.float32))


def test_nothing_that_follows_an_exploratory_action_is_in_a_target() -> None:
    rewards, ones = np.zeros((4, 1), np.float32), np.ones((4, 1), np.float32)
    rewards[3] = 100.0
    never = np.zeros((4, 1), np.bool_)
    greedy = np.array([[True], [True], [False], [True]])
    cut = lambda_returns(rewards, ones, 0 * ones, never, greedy, gamma=1.0, trace=1.0)
    assert cut.ravel().tolist() == [0.0, 0.0, 100.0, 100.0]
    whole = lambda_returns(rewards, ones, 0 * ones, never, ~never, gamma=1.0, trace=1.0)
    assert whole.ravel().tolist() == [100.0] * 4
    left = np.array([[False], [True], [False], [False]])
    assert lambda_returns(rewards, ones, 5 * ones, left, ~never, gamma=1.0, trace=1.0).ravel().tolist() == [
        5.0, 5.0, 105.0, 105.0,
    ]  # fmt: skip


def test_sampled_returns_by_hand() -> None:
    rewards = np.array([[1.0], [2.0], [4.0], [8.0]], np.float32)
    ended = np.array([[False], [True], [False], [False]])
    assert sampled_returns(rewards, ended, gamma=0.5).ravel().tolist() == [2.0, 2.0, 8.0, 8.0]


def explorer(size: int = 4_000, **changes: float) -> Exploration:
    options = {
        "epsilon": 0.0,
        "phase_rate": 0.35,
        "phase_length": 8.0,
        "phase_strength": 3.0,
        "phase_share": 1.0,
    }
    vectors = np.random.default_rng(0).normal(size=(ITEMS, 3)).astype(np.float32)
    return Exploration(vectors, 2, size, **{**options, **changes})


def played(exploration: Exploration, steps: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Items, whether they explored, and phases, each (T, N), of sessions that begin together and whose best item is 0."""
    generator = np.random.default_rng(seed)
    size = exploration.size
    scores = np.tile(np.linspace(1.0, 0.0, ITEMS, dtype=np.float32), (size, 1))
    available = np.ones((size, ITEMS), np.bool_)
    shares = np.tile(np.random.default_rng(2).random((2, 1, ITEMS)).astype(np.float32), (1, size, 1))
    found = []
    for _ in range(steps):
        items, explored = exploration.choose(scores, available, lambda rows: shares[:, rows], generator)
        found.append((items, explored, exploration.in_phase.copy()))
    items, explored, phases = (np.stack(column) for column in zip(*found, strict=True))
    return items, explored, phases


def test_phases_begin_and_end_as_often_as_they_say() -> None:
    _, explored, phases = played(explorer(), 60)
    assert np.array_equal(explored, phases)
    assert phases[0].mean() == pytest.approx(0.35, abs=0.03)
    going, over = phases[:-1], phases[1:]
    assert (over[going]).mean() == pytest.approx(1.0 - 1.0 / 8.0, abs=0.01)
    assert (over[~going]).mean() == pytest.approx(0.35 / 8.0, abs=0.005)


def test_a_phase_ends_with_its_session() -> None:
    exploration = explorer(phase_rate=1.0, phase_length=1e9)
    _, _, phases = played(exploration, 3)
    assert phases.all()
    before = exploration.directions.copy(), exploration.mixtures.copy()
    exploration.begin(np.arange(2_000))
    played(exploration, 1, seed=6)
    for mine, old in zip((exploration.directions, exploration.mixtures), before, strict=True):
        assert np.array_equal(mine[2_000:], old[2_000:])
    changed = (exploration.directions != before[0]).any(axis=1) | (exploration.mixtures != before[1]).any(
        axis=1
    )
    assert changed[:2_000].mean() == pytest.approx(
        1 - 1 / 8, abs=0.03
    )  # a mixture of one signal has two directions


def test_a_phase_shows_more_of_one_kind() -> None:
    items, _, _ = played(explorer(phase_rate=1.0, phase_length=1e9), 5)
    assert (items == items[0]).all()  # scores and preference stand still here
    assert len(set(items[0].tolist())) >= 5
    stronger, _, _ = played(explorer(phase_rate=1.0, phase_length=1e9, phase_strength=100.0), 1)
    none, explored, _ = played(explorer(phase_rate=1.0, phase_length=1e9, phase_strength=0.0), 1)
    assert (stronger != 0).mean() > (items[0] != 0).mean() > 0.3
    assert (none == 0).all()
    assert explored.all()


def test_half_of_the_phases_follow_signals_but_never_the_click() -> None:
    exploration = explorer(phase_rate=1.0)
    played(exploration, 1)
    follow = exploration.mixtures.any(axis=1)
    assert follow.mean() == pytest.approx(0.5, abs=0.03)
    assert (exploration.directions.any(axis=1) == ~follow).all()
    assert not exploration.mixtures[:, 0].any()
    assert np.abs(exploration.mixtures[follow, 1]) == pytest.approx(1.0, abs=1e-5)


def test_without_phases_epsilon_is_all() -> None:
    for changes in ({"phase_rate": 0.0}, {"phase_share": 0.0}):
        items, explored, phases = played(explorer(epsilon=0.2, **changes), 10)
        assert not phases.any()
        assert explored.mean() == pytest.approx(0.2, abs=0.01)
        assert (items[~explored] == 0).all()
        assert (items[explored] == 0).mean() == pytest.approx(1 / ITEMS, abs=0.02)
    items, explored, _ = played(explorer(phase_rate=0.0), 3)
    assert not items.any()
    assert not explored.any()
    _, explored, _ = played(explorer(phase_rate=1.0, phase_share=0.25), 1)
    assert (explored[0] == (np.arange(4_000) < 1_000)).all()


def test_exploration_keeps_to_what_can_be_shown() -> None:
    generator = np.random.default_rng(3)
    available = generator.random((4_000, ITEMS)) < 0.4
    available[np.arange(4_000), generator.integers(0, ITEMS, 4_000)] = True
    exploration = explorer(epsilon=0.3, phase_rate=0.5)
    scores = generator.normal(size=(4_000, ITEMS)).astype(np.float32)
    for _ in range(5):
        items, _ = exploration.choose(
            scores, available, lambda rows: np.ones((2, len(rows), ITEMS), np.float32), generator
        )
        assert available[np.arange(4_000), items].all()


def test_the_loss_of_what_follows_by_hand() -> None:
    network, _, histories = network_of()
    clicked = np.zeros((3, 2, 1, 3), np.float32)
    clicked[0, 0, 0, 1] = 1.0  # the first user clicks the middle one of three items, the second none of two
    experience = Experience(
        histories=histories.rows(slice(0, 2)),
        left=np.zeros(0, np.float32),
        items=np.array([[[4, 5, 6]], [[7, -1, 8]]]),
        rewards=np.zeros((2, 1), np.float32),
        signals=clicked,
        greedy=np.ones((2, 1), np.bool_),
        ended=np.zeros((2, 1), np.bool_),
        staying=np.array([[0.5], [0.25]], np.float32),
        values=np.full((2, 1), 4.0, np.float32),
    )
    goals = goals_of(experience, np.zeros((2, 1)), experience.greedy, np.ones((3, 200), np.float32), 1.0)
    every = network.of_all_items(network(experience.histories), experience.histories).numpy()
    after_none, after_click = every[3:]
    errors = [after_click[0, 5] - 2.0, after_none[1, 7] - 1.0, after_none[1, 8] - 1.0]
    found = _losses(network, goals, np.arange(2), 2)
    assert found[3].item() == pytest.approx(np.square(errors).sum() / 6, rel=1e-3)
    likes = np.concatenate([every[1, 0, 4:7], every[1, 1, [7, 8]]])
    clicks = np.concatenate([every[0, 0, [4, 6]], every[0, 1, [7, 8]], -every[0, 0, [5]]])
    completions = np.concatenate([every[2, 0, 4:7], every[2, 1, [7, 8]]])
    entropy = np.log1p(np.exp(np.concatenate([likes, clicks, completions]))).sum() / 6
    assert found[0].item() == pytest.approx(entropy, rel=1e-3)


def test_goals_by_hand_and_losses_that_fall() -> None:
    network, _, histories = network_of()
    generator = np.random.default_rng(0)
    steps, users = 4, 10
    signals = generator.random((3, steps, users, 2)).astype(np.float32)
    signals[0] = generator.random((steps, users, 2)) < 0.5
    signals[:, :, :, 1] *= 1.0 - signals[0, :, :, 0]  # one click per slate
    experience = Experience(
        histories=histories.rows(slice(0, 43)),
        left=np.array([1.0, 0.0, 1.0], np.float32),
        items=generator.integers(0, 200, (steps, users, 2)),
        rewards=np.zeros((steps, users), np.float32),
        signals=signals,
        greedy=np.ones((steps, users), np.bool_),
        ended=np.zeros((steps, users), np.bool_),
        staying=np.full((steps, users), 0.5, np.float32),
        values=np.full((steps, users), 6.0, np.float32),
    )
    experience.items[2, 3, 0] = -1
    experience.histories.in_session[5] = 0
    returns = generator.normal(size=(steps, users)).astype(np.float32)
    largest = np.full((3, 200), 2.0, np.float32)
    goals = goals_of(experience, returns, experience.greedy, largest, scale=3.0)
    assert goals.leaves.tolist() == [0.0] * 40 + [1.0, 0.0, 1.0]
    assert np.flatnonzero(goals.reached.numpy() == 0).tolist() == [5]
    assert np.argwhere(goals.shown.numpy() == 0).tolist() == [[23, 0]]
    assert goals.shares[1, 17, 1].item() == pytest.approx(signals[1, 1, 7, 1] / 2.0)
    assert goals.returns[31].item() == pytest.approx(returns[3, 1] / 3.0)
    assert goals.following == pytest.approx(np.ones(40))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    options: dict[str, Any] = {"batch_size": 16, "value_weight": 1.0, "following_weight": 1.0}
    losses = [
        fit_once(network, optimizer, goals, generator=np.random.default_rng(pass_), **options)
        for pass_ in range(60)
    ]
    assert losses[-1].value < 0.1 * losses[0].value
    assert losses[-1].following < 0.1 * losses[0].following
    assert losses[-1].leaving < losses[0].leaving
    assert losses[-1].signals < losses[0].signals
