"""Tables of values: each update by hand, values against exact dynamic programming, and a shop that is solved."""

from __future__ import annotations

from functools import cache
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from agent_making import TABULAR, make_for
from gymnasium.vector import AutoresetMode

import agents
from agents import Transitions
from agents.tabular.tabular_agent import TabularAgent
from recgym.evaluation import evaluate
from recgym.oracles.enumeration import FiniteProblem, enumerate_problem
from recgym.task import Task

GAMMA, RATE = 0.9, 0.25
BEGINNING, A, B, C = (0, 0, 1), (0, 1, 2), (1, 2, 3), (2, 3, 4)
"""States: what was browsed and what is looked at now, as item numbers plus 1."""
SMALL_SHOP: dict[str, Any] = {
    "num_items": 3, "sequence_length": 2, "fatigue_window": 2, "leave_base": -1.5, "appeal_effect": 2.0, "horizon": 6,
}  # fmt: skip
"""Three items, of which the best should rest before it is shown again; sessions are cut after six steps."""
ONE_CUSTOMER: dict[str, Any] = {"observation": "items", "num_users": 1, "history": 0, "world_seed": 1}


@cache
def task() -> Task:
    return gym.make("RecBandit-v0", observation="items", num_users=60).unwrapped.task


def table(name: str, values: dict[tuple[tuple[int, ...], int], Any] | None = None, **options: Any) -> Any:
    """An agent with some values, and a constant step size."""
    options = {"gamma": GAMMA, "step_size": RATE, "step_size_decay": 0.0} | options
    agent: Any = agents.load(name, task(), **options)
    state = agent.state_dict()
    for (observation, item), value in (values or {}).items():
        state["values"][:, agent.states(np.array([observation]))[0], item] = value
    agent.load_state_dict(state)
    return agent


def step(
    before: Any, item: Any, reward: Any, after: Any, *, left: bool = False, cut: bool = False
) -> Transitions:
    """What was observed, shown, earned and observed next; one user, or lists of as many as there are items."""
    items = np.atleast_1d(item)
    size = len(items)
    every = np.ones((size, task().num_items), np.bool_)
    nothing = {name: np.zeros(size) for name in task().signal_names}
    states, next_states = (np.array(given).reshape(size, 3) for given in (before, after))
    return Transitions(
        states, items, np.atleast_1d(np.asarray(reward, float)), np.full(size, left), np.full(size, cut), next_states,
        every, every, items[:, None], nothing,
    )  # fmt: skip


def value(agent: Any, observation: tuple[int, ...], item: int) -> float:
    return float(agent.values(np.array([observation]))[0, item])


KNOWN = {(B, 0): 2.0, (B, 1): 1.0, (A, 5): 0.4}


def test_q_learning_moves_to_the_best_that_can_follow() -> None:
    agent = table("q_learning", KNOWN)
    agent.learn(step(A, 5, 1.0, B))
    assert value(agent, A, 5) == pytest.approx(0.4 + RATE * (1.0 + GAMMA * 2.0 - 0.4))
    assert np.count_nonzero(agent.state_dict()["values"]) == 3


def test_expected_sarsa_moves_to_the_mean_over_what_it_would_show() -> None:
    agent = table("expected_sarsa", KNOWN, epsilon=0.5)
    agent.learn(step(A, 5, 1.0, B))
    expected = 0.5 * 2.0 + 0.5 * (2.0 + 1.0) / 10
    assert value(agent, A, 5) == pytest.approx(0.4 + RATE * (1.0 + GAMMA * expected - 0.4))
    greedy = table("expected_sarsa", KNOWN, epsilon=0.0)
    greedy.learn(step(A, 5, 1.0, B))
    assert value(greedy, A, 5) == pytest.approx(0.4 + RATE * (1.0 + GAMMA * 2.0 - 0.4))


def test_sarsa_waits_for_what_is_shown_next() -> None:
    agent = table("sarsa", KNOWN)
    agent.learn(step(A, 5, 1.0, B))
    assert value(agent, A, 5) == 0.4
    agent.learn(step(B, 1, 0.0, C))
    assert value(agent, A, 5) == pytest.approx(0.4 + RATE * (1.0 + GAMMA * 1.0 - 0.4))
    assert value(agent, B, 1) == 1.0


def test_sarsa_is_n_step_sarsa_of_one_step() -> None:
    one, other = table("sarsa", KNOWN), table("n_step_sarsa", KNOWN, n_steps=1)
    for agent in (one, other):
        for before, item, after in ((A, 5, B), (B, 1, C), (C, 2, A)):
            agent.learn(step(before, item, 0.5, after, left=before == C))
    assert np.array_equal(one.state_dict()["values"], other.state_dict()["values"])


def test_n_step_sarsa_adds_up_the_rewards_of_n_steps() -> None:
    agent = table("n_step_sarsa", {(C, 7): 3.0}, n_steps=2)
    agent.learn(step(A, 5, 1.0, B))
    agent.learn(step(B, 1, 0.5, C))
    assert value(agent, A, 5) == 0.0
    agent.learn(step(C, 7, 0.0, A, left=True))
    assert value(agent, A, 5) == pytest.approx(RATE * (1.0 + GAMMA * 0.5 + GAMMA**2 * 3.0))
    assert value(agent, B, 1) == pytest.approx(RATE * 0.5)  # the user left: the rewards alone
    assert value(agent, C, 7) == pytest.approx(3.0 - RATE * 3.0)


def test_double_q_learning_lets_one_table_choose_and_the_other_value() -> None:
    agent = table("double_q_learning")
    state = agent.state_dict()
    row = agent.states(np.array([B]))[0]
    state["values"][0, row, :2] = 2.0, 1.0
    state["values"][1, row, :2] = 0.5, 3.0
    agent.load_state_dict(state)
    agent.learn(step([A] * 40, np.full(40, 5), np.full(40, 1.0), [B] * 40))
    first, second = agent.state_dict()["values"][:, agent.states(np.array([A]))[0], 5]
    counts = agent.state_dict()["visits"][:, agent.states(np.array([A]))[0], 5]
    assert counts.sum() == 40
    assert counts.min() > 8
    assert first == pytest.approx((1 - (1 - RATE) ** counts[0]) * (1.0 + GAMMA * 0.5))
    assert second == pytest.approx((1 - (1 - RATE) ** counts[1]) * (1.0 + GAMMA * 1.0))
    assert value(agent, A, 5) == pytest.approx((first + second) / 2)


def test_double_q_learning_is_less_optimistic() -> None:
    """Ten items that earn nothing on average: the largest of noisy values is above 0, and double Q-learning knows it."""
    generator = np.random.default_rng(0)
    found = {}
    for name in ("q_learning", "double_q_learning"):
        agent = table(name, step_size=1.0, step_size_decay=1.0)
        for _ in range(60):
            noise = generator.normal(size=10)
            agent.learn(step([B] * 10, np.arange(10), noise, [B] * 10, left=True))
            agent.learn(step([A] * 10, np.full(10, 5), np.zeros(10), [B] * 10))
        found[name] = value(agent, A, 5)
    assert found["q_learning"] > 0.25
    assert abs(found["double_q_learning"]) < 0.15


def watkins_by_traces(
    values: np.ndarray, session: list[tuple[int, int, float, int]], decay: float
) -> np.ndarray:
    """What eligibility traces add to values (S, I) over a session, values being held: sum of rate * error * trace."""
    trace, change = np.zeros(values.shape), np.zeros(values.shape)
    for time, (state, item, reward, following) in enumerate(session):
        trace = (
            GAMMA * decay * trace if values[state, item] == values[state].max() else np.zeros(values.shape)
        )
        trace[state, item] += 1.0
        future = 0.0 if time == len(session) - 1 else values[following].max()
        change += RATE * (reward + GAMMA * future - values[state, item]) * trace
    return change


def test_watkins_returns_are_what_traces_add_up_to() -> None:
    generator = np.random.default_rng(3)
    for decay in (0.0, 0.6, 1.0):
        agent = table("watkins_q_lambda", trace_decay=decay, lookahead=20)
        state = agent.state_dict()
        state["values"][:] = generator.normal(size=state["values"].shape)
        agent.load_state_dict(state)
        values = state["values"][0]
        observations = [tuple(generator.choice(11, 3)) for _ in range(9)]
        rows = agent.states(np.array(observations))
        greedy = values[rows].argmax(axis=1)
        items = np.where(generator.random(9) < 0.7, greedy, generator.integers(0, 10, 9))
        rewards = generator.random(8)
        moves: list[tuple[int, int, float]] = []
        agent.move = lambda *columns, moves=moves: moves.extend(zip(*columns, strict=True))
        for time in range(8):
            agent.learn(
                step(observations[time], items[time], rewards[time], observations[time + 1], left=time == 7)
            )
        change = np.zeros(values.shape)
        for row, item, target in moves:
            change[row, item] += RATE * (target - values[row, item])
        session = [(rows[time], items[time], rewards[time], rows[time + 1]) for time in range(8)]
        assert change == pytest.approx(watkins_by_traces(values, session, decay))


def test_watkins_returns_end_where_it_explored_and_after_the_lookahead() -> None:
    best = {(B, 1): 2.0, (C, 2): 3.0}
    for shown, target in ((1, 1.0 + GAMMA * (0.5 * 2.0 + 0.5 * (0.5 + GAMMA * 3.0))), (4, 1.0 + GAMMA * 2.0)):
        agent = table("watkins_q_lambda", best, trace_decay=0.5, lookahead=2)
        agent.learn(step(A, 5, 1.0, B))
        agent.learn(step(B, shown, 0.5, C))
        assert value(agent, A, 5) == 0.0
        agent.learn(step(C, 2, 0.0, A))
        assert value(agent, A, 5) == pytest.approx(RATE * target)


@pytest.mark.parametrize("name", TABULAR)
def test_nothing_follows_a_user_who_left_and_something_follows_a_cut(name: str) -> None:
    left, cut = table(name, KNOWN, epsilon=0.0), table(name, KNOWN, epsilon=0.0)
    left.learn(step(A, 5, 1.0, B, left=True))
    cut.learn(step(A, 5, 1.0, B, cut=True))
    share = 0.5 if name == "double_q_learning" else 1.0  # one of two tables
    assert value(left, A, 5) == pytest.approx(0.4 + share * RATE * (1.0 - 0.4))
    assert value(cut, A, 5) == pytest.approx(0.4 + share * RATE * (1.0 + GAMMA * 2.0 - 0.4))


@pytest.mark.parametrize("name", ["n_step_sarsa", "watkins_q_lambda"])
def test_sessions_are_not_learned_across_their_ends(name: str) -> None:
    agent = table(name)
    agent.learn(step(A, 5, 1.0, B))
    agent.begin(np.array([0]))  # another session, before the first was over
    agent.learn(step(C, 2, 1.0, A, left=True))
    assert value(agent, A, 5) == 0.0
    assert value(agent, C, 2) == pytest.approx(RATE)
    agent.begin(np.arange(50))  # a larger batch, as in an evaluation


@pytest.mark.parametrize("decay", [0.0, 0.7, 1.0])
@pytest.mark.parametrize("size", [1.0, 0.3])
def test_rows_learn_one_after_another(decay: float, size: float) -> None:
    generator = np.random.default_rng(0)
    agent = table("q_learning", step_size=size, step_size_decay=decay, initial_value=2.0)
    expected, visits = np.full((1331, 10), 2.0), np.zeros((1331, 10))
    for _ in range(3):
        states, items = generator.integers(0, 3, 200), generator.integers(-1, 3, 200)
        targets = generator.normal(size=200)
        agent.move(states, items, targets)
        for state, item, target in zip(states, items, targets, strict=True):
            if item >= 0:
                visits[state, item] += 1
                expected[state, item] += (
                    size / visits[state, item] ** decay * (target - expected[state, item])
                )
    assert agent.state_dict()["values"][0] == pytest.approx(expected)
    assert np.array_equal(agent.state_dict()["visits"][0], visits)
    agent.move(np.array([5]), np.array([-1]), np.array([1.0]))  # nothing was shown
    assert np.array_equal(agent.state_dict()["visits"][0], visits)


def test_every_observation_is_a_state_of_its_own() -> None:
    agent = table("q_learning")
    places = np.stack(np.meshgrid(*[np.arange(11)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    assert sorted(agent.states(places)) == list(range(1331))
    browsed = task().observe([0, 1, 2])
    assert browsed.tolist() == [1, 2, 3]
    assert agent.states(browsed[None]) == agent.states(np.array([[1, 2, 3]]))
    for wrong in ([[1, 2, 11]], [[-1, 2, 3]]):
        with pytest.raises(ValueError, match="places of an items observation hold 0"):
            agent.states(np.array(wrong))


def test_exploring_shows_anything_as_often_as_epsilon_says() -> None:
    agent = table("q_learning", {(B, 3): 1.0, (B, 4): 1.0, (B, 5): 5.0}, epsilon=0.3)
    masks = np.ones((1, 10), np.int8)
    masks[0, 5] = 0
    shares = agent.probabilities(np.array([B]), masks, explore=True)[0]
    assert shares == pytest.approx(np.where(masks[0], 0.3 / 9, 0.0) + 0.35 * np.isin(np.arange(10), (3, 4)))
    assert agent.probabilities(np.array([B]), masks)[0].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert agent.probabilities(np.array([B]))[0].argmax() == 5


def test_an_optimistic_table_tries_everything_first() -> None:
    hopeful = table("q_learning", epsilon=0.0, initial_value=10.0)
    shown = []
    for _ in range(10):
        (item,) = hopeful.act(np.array([A]), explore=True)
        hopeful.learn(step(A, item, 1.0, B, left=True))
        shown.append(int(item))
    assert sorted(shown) == list(range(10))


@pytest.mark.parametrize("broken", ["nan", "negative", "type"])
def test_values_that_cannot_be_are_not_loaded(broken: str) -> None:
    agent = table("q_learning")
    state = agent.state_dict()
    if broken == "nan":
        state["values"][0, 3, 3] = np.nan
    elif broken == "negative":
        state["visits"][0, 3, 3] = -1
    else:
        state["visits"] = state["visits"].astype(np.float64)
    with pytest.raises(ValueError, match=r"not finite|type float64"):
        agent.load_state_dict(state)
    assert value(agent, A, 5) == 0.0


@cache
def small_shop() -> FiniteProblem:
    return enumerate_problem("RecBandit-v0", **SMALL_SHOP, **ONE_CUSTOMER)


@pytest.mark.parametrize(
    ("name", "epsilon"),
    [
        ("q_learning", 1.0),
        ("double_q_learning", 1.0),
        ("watkins_q_lambda", 0.9),
        ("sarsa", 0.6),
        ("expected_sarsa", 0.6),
        ("n_step_sarsa", 0.8),
    ],
)
def test_values_are_those_of_exact_dynamic_programming(name: str, epsilon: float) -> None:
    problem, best = small_shop(), small_shop().optimal_values(GAMMA)
    exploring = problem.exploring_values(GAMMA, epsilon)
    assert abs(best - exploring).max() > 0.25  # an agent of the one kind would not pass for one of the other
    env = gym.make_vec(
        "RecBandit-v0", 2048, autoreset_mode=AutoresetMode.DISABLED, **SMALL_SHOP, **ONE_CUSTOMER
    )
    agent: Any = agents.load(name, env, gamma=GAMMA, epsilon=epsilon, step_size_decay=0.8)
    assert isinstance(agent, TabularAgent)
    agent.fit(env, 900_000)
    exact = exploring if "sarsa" in name else best
    assert abs(agent.values(problem.observations) - exact).max() < 0.05


def test_q_learning_solves_the_shop_of_ten_products() -> None:
    """What it shows is worth at least 98 % of what can be earned; showing the best of the moment is worth less than 90 %."""
    problem = enumerate_problem("RecBandit-v0", **ONE_CUSTOMER)
    best = problem.optimal_values(GAMMA)[0].max()

    def worth(shares: np.ndarray) -> float:
        return float((shares * problem.policy_values(GAMMA, shares))[0].sum() / best)

    assert worth(np.eye(10)[problem.rewards.argmax(axis=1)]) < 0.9
    env = gym.make_vec("RecBandit-v0", 256, autoreset_mode=AutoresetMode.DISABLED, **ONE_CUSTOMER)
    agent: Any = agents.load("q_learning", env, gamma=GAMMA, epsilon=0.3, step_size_decay=0.7)
    assert worth(agent.probabilities(problem.observations)) < 0.2
    agent.fit(env, 600_000)
    assert worth(agent.probabilities(problem.observations)) > 0.98


@pytest.mark.parametrize("name", TABULAR)
def test_tables_learn_what_most_users_like(name: str) -> None:
    env = make_for(name, num_envs=64, num_users=10_000)
    agent = agents.load(name, env)
    agent.fit(env, 60_000)
    gain = evaluate(env, {name: agent}, users=300).differences(name)["random"]
    assert gain.mean > 1.5 * gain.half  # three standard errors
