"""Bandits: each by its equation, what forgetting does, what a slate teaches, and that they learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from agent_making import make, play_rewards, trained, transitions

import agents
from agents.bandits.arm_statistics import ArmStatistics, reward_bounds_of
from agents.bandits.kl_ucb import kl_upper_bounds
from agents.bandits.linear_posterior import ArmPosteriors, LinearPosterior
from agents.bandits.logistic_thompson import LogisticPosterior
from agents.bandits.neural_linear import Network
from agents.bandits.scoring import ArmAgent, LotteryAgent, ScoringAgent
from agents.features import PairFeatures, UserFeatures, user_vectors
from recgym.task import Task

ARM_AGENTS = [name for name in agents.AGENTS if issubclass(agents.agent_class(name), ArmAgent)]
BANDITS = [name for name in agents.AGENTS if agents.AGENTS[name].startswith("agents.bandits.")]
CONTEXTUAL = [name for name in BANDITS if not getattr(agents.agent_class(name), "treats_users_alike", False)]
RATES = np.array([0.1, 0.3, 0.5, 0.8])
ARMS = len(RATES)


@pytest.fixture(scope="module")
def task() -> Task:
    return make("RecBandit-v0", num_items=ARMS).unwrapped.task


@pytest.fixture(scope="module")
def slate_task() -> Task:
    return make("RecBandit-v0", num_items=6, slate_size=3).unwrapped.task


def nobody(task: Task, size: int) -> np.ndarray:
    """Observations of users of whom nothing is known."""
    return np.zeros((size, task.layout.width), np.float32)


def pulls(task: Task, arms: Any, rewards: Any) -> agents.Transitions:
    """A step in which users of whom nothing is known are shown an arm each."""
    arms = np.asarray(arms)
    return transitions(task, nobody(task, len(arms)), arms[:, None], np.asarray(rewards, np.float64))


def clicks(seed: int, steps: int, rates: np.ndarray = RATES) -> np.ndarray:
    return (np.random.default_rng(seed).random((steps, ARMS)) < rates).astype(float)


def regret_of(choices: np.ndarray, rates: np.ndarray = RATES) -> np.ndarray:
    return np.cumsum(rates.max() - rates[choices])


def divergence_of(p: Any, q: Any) -> Any:
    """Kullback and Leibler's divergence of clicks of rate q from those of rate p, with 0 ln 0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        yes, no = p * np.log(p / q), (1 - p) * np.log((1 - p) / (1 - q))
    return np.where(p == 0, 0.0, yes) + np.where(np.equal(p, 1), 0.0, no)


# What is known of arms


def test_statistics_are_counts_and_sums() -> None:
    statistics = ArmStatistics(3)
    statistics.add(np.array([0, 2, 0]), np.array([1.0, 0.5, 0.25]))
    assert statistics.counts.tolist() == [2, 0, 1]
    assert statistics.means(-7.0).tolist() == [0.625, -7.0, 0.5]
    assert statistics.total == 3


@pytest.mark.parametrize("options", [{}, {"discount": 0.9}, {"window": 5}, {"window": 1}])
def test_a_batch_is_its_pulls_one_after_the_other(options: dict[str, Any]) -> None:
    generator = np.random.default_rng(0)
    arms, rewards = generator.integers(0, 4, 23), generator.random(23)
    at_once, singly = ArmStatistics(4, **options), ArmStatistics(4, **options)
    at_once.add(arms[:9], rewards[:9])
    at_once.add(arms[9:], rewards[9:])
    for arm, reward in zip(arms, rewards, strict=True):
        singly.add(np.array([arm]), np.array([reward]))
    assert at_once.counts == pytest.approx(singly.counts)
    assert at_once.sums == pytest.approx(singly.sums)


def test_a_discount_weighs_by_age_and_a_window_cuts() -> None:
    arms, rewards = np.array([0, 1, 0, 1]), np.array([1.0, 0.0, 0.0, 1.0])
    discounted = ArmStatistics(2, discount=0.5)
    discounted.add(arms, rewards)
    assert discounted.counts == pytest.approx([0.5**3 + 0.5, 0.5**2 + 1.0])
    assert discounted.sums == pytest.approx([0.5**3, 1.0])
    cut = ArmStatistics(2, window=3)
    cut.add(arms, rewards)
    assert (cut.counts.tolist(), cut.sums.tolist()) == ([1, 2], [0, 1])
    with pytest.raises(ValueError, match="two ways to forget"):
        ArmStatistics(2, window=3, discount=0.5)


@pytest.mark.parametrize("name", [name for name in ARM_AGENTS if name != "cascade_ucb"])
def test_forgetting_that_is_switched_off_changes_nothing(task: Task, name: str) -> None:
    rewards = clicks(1, 300)
    plain = {"alpha": 1.0} if name.endswith("_ucb") and name != "kl_ucb" else {}
    base = "ucb1" if plain else name
    expected = play_rewards(agents.load(base, task), rewards, batch=3)
    ways = {"sliding_window_ucb": [{"window": 10**6}], "discounted_ucb": [{"discount": 1.0}], "ucb1": [{}]}
    for way in ways.get(name, [{"window": 10**6}, {"discount": 1.0}]):
        choices = play_rewards(agents.load(name, task, **way, **plain), rewards, batch=3)
        assert np.array_equal(choices, expected), way


@pytest.mark.parametrize(
    ("name", "options", "stationary"),
    [
        ("sliding_window_ucb", {"window": 200, "alpha": 0.3}, "ucb1"),
        ("discounted_ucb", {"discount": 0.99, "alpha": 0.3}, "ucb1"),
        ("kl_ucb", {"discount": 0.99}, "kl_ucb"),
        ("thompson_bernoulli", {"window": 400}, "thompson_bernoulli"),
        ("thompson_gaussian", {"discount": 0.99}, "thompson_gaussian"),
        ("epsilon_greedy", {"window": 400}, "epsilon_greedy"),
        ("softmax", {"discount": 0.99}, "softmax"),
    ],
)
def test_who_forgets_earns_more_after_a_change(
    task: Task, name: str, options: dict[str, Any], stationary: str
) -> None:
    """The best arm becomes the worst; paired by the clicks."""
    after, same = RATES[::-1], {"alpha": 0.3} if "alpha" in options else {}
    gains, lost_before = [], []
    for seed in range(4):
        rewards = np.concatenate([clicks(seed, 3_000), clicks(100 + seed, 600, after)])
        forgets, keeps = (
            play_rewards(agents.load(kind, task, seed=seed, **given), rewards, batch=4)
            for kind, given in ((name, options), (stationary, same))
        )
        gains.append(after[forgets[3_000:]].mean() - after[keeps[3_000:]].mean())
        lost_before.append(RATES[keeps[:3_000]].mean() - RATES[forgets[:3_000]].mean())
    assert np.mean(gains) > 3 * np.std(gains) / np.sqrt(4)
    assert np.mean(gains) > 0.05
    assert np.mean(lost_before) < 0.2  # what forgetting costs as long as nothing changes


def test_rewards_are_scaled_to_where_theory_wants_them(task: Task) -> None:
    bounds = reward_bounds_of(task, None)
    assert tuple(bounds) == (0.0, 1.0)
    assert tuple(reward_bounds_of(make("RecNews-v0").unwrapped.task, None)) == (0.0, 1.5)
    weighted = make("RecVideo-v0", reward_weights={"click": 1.0, "like": -0.5}).unwrapped.task
    assert tuple(reward_bounds_of(weighted, None)) == (-0.5, 1.0)
    assert reward_bounds_of(task, [-1.0, 3.0]).to_unit(np.array([-2.0, -1.0, 1.0, 9.0])).tolist() == [
        0,
        0,
        0.5,
        1,
    ]
    rewards = np.random.default_rng(0).random((200, ARMS))
    plain = play_rewards(agents.load("ucb1", task), rewards)
    moved = play_rewards(agents.load("ucb1", task, reward_bounds=[-1.0, 3.0]), 4.0 * rewards - 1.0)
    assert np.array_equal(plain, moved)


# Ties, masks, batches


@pytest.mark.parametrize("name", BANDITS)
def test_equal_items_are_shown_as_often(task: Task, name: str) -> None:
    agent: Any = agents.load(name, task)
    assert isinstance(agent, ScoringAgent)
    agent.scores = lambda observations, available, explore: np.zeros((1, ARMS))  # type: ignore[method-assign]
    counts = np.bincount(agent.act(nobody(task, 4_000)), minlength=ARMS)
    assert counts / 4_000 == pytest.approx(np.full(ARMS, 0.25), abs=5 * np.sqrt(0.25 * 0.75 / 4_000))


@pytest.mark.parametrize("name", [name for name in ARM_AGENTS if name not in ("softmax", "popular_so_far")])
def test_untried_items_are_tried_fairly(task: Task, name: str) -> None:
    agent = agents.load(name, task)
    counts = np.bincount(agent.act(nobody(task, 4_000), explore=True), minlength=ARMS)
    assert counts / 4_000 == pytest.approx(np.full(ARMS, 0.25), abs=5 * np.sqrt(0.25 * 0.75 / 4_000))


@pytest.mark.parametrize("name", ["ucb1", "kl_ucb", "cascade_ucb", "sliding_window_ucb", "discounted_ucb"])
def test_optimists_try_every_item_first_and_prefer_it_when_sure(task: Task, name: str) -> None:
    agent = agents.load(name, task)
    masks = np.tile([True, True, True, False], (50, 1))
    step = pulls(task, [0, 1, 3], [0.0, 1.0, 1.0])
    agent.learn(step._replace(signals={"click": step.rewards}))
    assert set(agent.act(nobody(task, 50), masks, explore=True)) == {2}
    assert set(agent.act(nobody(task, 50), masks)) == {1}  # what was not tried comes last


@pytest.mark.parametrize("name", ARM_AGENTS)
def test_a_batch_of_users_teaches_what_they_teach_one_by_one(task: Task, name: str) -> None:
    generator = np.random.default_rng(0)
    arms, rewards = generator.integers(0, ARMS, 30), (generator.random(30) < 0.5).astype(float)
    at_once, singly = agents.load(name, task), agents.load(name, task)
    step = pulls(task, arms, rewards)
    at_once.learn(step._replace(signals={"click": rewards}))
    for user in range(30):
        one = pulls(task, arms[user : user + 1], rewards[user : user + 1])
        singly.learn(one._replace(signals={"click": one.rewards}))
    for key, value in at_once.state_dict().items():
        assert value == pytest.approx(singly.state_dict()[key]), key


def test_a_batch_teaches_linear_models_what_its_users_teach_one_by_one() -> None:
    env = make("RecBandit-v0", num_envs=12)
    observations, _ = env.reset(seed=0)
    generator = np.random.default_rng(0)
    items, rewards = generator.integers(0, 10, 12), generator.random(12)
    for name in ("linucb", "linucb_per_arm", "linear_thompson", "linear_thompson_per_arm"):
        at_once, singly = agents.load(name, env), agents.load(name, env)
        at_once.learn(transitions(at_once.task, observations, items[:, None], rewards))
        for user in range(12):
            row = slice(user, user + 1)
            singly.learn(transitions(singly.task, observations[row], items[row, None], rewards[row]))
        for key, value in at_once.state_dict().items():
            assert value == pytest.approx(singly.state_dict()[key]), (name, key)


# Equations


def test_ucb1_is_the_mean_and_its_bound(task: Task) -> None:
    agent: Any = agents.load("ucb1", task, alpha=0.7)
    agent.learn(pulls(task, [0, 0, 1, 2, 3], [1.0, 0.0, 1.0, 0.25, 0.0]))
    expected = np.array([0.5, 1.0, 0.25, 0.0]) + 0.7 * np.sqrt(2 * np.log(5) / np.array([2, 1, 1, 1]))
    observations, every = nobody(task, 2), np.ones((2, ARMS), np.bool_)
    assert agent.scores(observations, every, True)[0] == pytest.approx(expected)
    assert agent.scores(observations, every, False)[0] == pytest.approx([0.5, 1.0, 0.25, 0.0])


def test_windowed_and_discounted_bounds_are_those_of_their_paper(task: Task) -> None:
    arms, rewards = [0, 1, 2, 3, 0, 0], [1.0, 0.0, 1.0, 1.0, 0.0, 1.0]
    observations, every = nobody(task, 1), np.ones((1, ARMS), np.bool_)
    windowed: Any = agents.load("sliding_window_ucb", task, window=5, alpha=0.5)
    windowed.learn(pulls(task, arms, rewards))
    bound = np.sqrt(0.5 * np.log(5) / np.array([2, 1, 1, 1]))  # xi = 1/2
    assert windowed.scores(observations, every, True)[0] == pytest.approx(np.array([0.5, 0, 1, 1]) + bound)
    discounted: Any = agents.load("discounted_ucb", task, discount=0.5, alpha=1.0)
    discounted.learn(pulls(task, arms, rewards))
    counts = np.array([0.5**5 + 0.5 + 1.0, 0.5**4, 0.5**3, 0.5**2])
    means = np.array([(0.5**5 + 1.0) / counts[0], 0, 1, 1])
    bound = 2 * np.sqrt(0.5 * np.log(counts.sum()) / counts)
    assert discounted.scores(observations, every, True)[0] == pytest.approx(means + bound)


def test_kl_upper_bounds_are_the_largest_that_fit() -> None:
    means = np.array([0.0, 0.02, 0.3, 0.5, 0.97, 1.0])
    for divergence in (0.0, 1e-4, 0.01, 0.3, 4.0):
        bounds = kl_upper_bounds(means, np.full(6, divergence))
        for mean, bound in zip(means, bounds, strict=True):
            grid = np.linspace(mean, 1.0, 200_001)
            fitting = grid[divergence_of(mean, grid) <= divergence]
            assert bound == pytest.approx(fitting.max(), abs=1e-5)
    by_hand = 0.3 * np.log(0.3 / 0.6) + 0.7 * np.log(0.7 / 0.4)
    assert kl_upper_bounds(np.array([0.3]), np.array([by_hand])) == pytest.approx([0.6])


def test_kl_ucb_spends_the_logarithm_of_time(task: Task) -> None:
    agent: Any = agents.load("kl_ucb", task, c=3.0)
    arms = np.repeat(np.arange(ARMS), [10, 20, 30, 40])
    agent.learn(pulls(task, arms, arms % 2))
    bounds = agent.scores(nobody(task, 1), np.ones((1, ARMS), np.bool_), True)[0]
    budget = np.log(100) + 3.0 * np.log(np.log(100))
    spent = np.array([10, 30]) * divergence_of(np.zeros(2), bounds[[0, 2]])
    assert spent == pytest.approx([budget, budget])
    assert bounds[[1, 3]] == pytest.approx([1.0, 1.0])


def test_exp3_multiplies_weights_as_by_hand(task: Task) -> None:
    agent: Any = agents.load("exp3", task, exploration=0.2)
    weights = np.ones(ARMS)
    for arm, reward in ((2, 1.0), (2, 0.5), (0, 1.0), (1, 0.0)):
        chances = 0.8 * weights / weights.sum() + 0.2 / ARMS
        assert agent.probabilities(nobody(task, 1), explore=True)[0] == pytest.approx(chances)
        assert agent.probabilities(nobody(task, 1))[0] == pytest.approx(weights / weights.sum())
        agent.learn(pulls(task, [arm], [reward])._replace(log_probabilities=None))
        weights[arm] *= np.exp(0.2 * reward / chances[arm] / ARMS)
    masks = np.array([[True, False, True, True]])
    among = weights * masks[0]
    expected = np.where(masks[0], 0.8 * among / among.sum() + 0.2 / 3, 0.0)
    assert agent.probabilities(nobody(task, 1), masks, explore=True)[0] == pytest.approx(expected)


def test_exp3_divides_by_the_chance_that_it_had_and_leaves_out_what_it_did_not_ask_for(task: Task) -> None:
    late: Any = agents.load("exp3", task, exploration=0.5)
    step = pulls(task, [0, 1], [1.0, 1.0])._replace(log_probabilities=np.log([0.5, 0.125]))
    late.learn(step._replace(actions=np.array([0, 3])))  # the second user saw something else
    assert late.state_dict()["log_weights"] == pytest.approx([0.0, -0.25, -0.25, -0.25])


def test_softmax_and_popularity_share_as_their_equations_say(task: Task) -> None:
    step = pulls(task, [0, 0, 1, 2, 3], [1.0, 0.0, 1.0, 0.25, -1.0])
    means = np.array([0.5, 1.0, 0.25, -1.0])
    softmax = agents.load("softmax", task, temperature=0.5)
    softmax.learn(step)
    weights = np.exp(means / 0.5)
    assert softmax.probabilities(nobody(task, 1), explore=True)[0] == pytest.approx(weights / weights.sum())
    assert softmax.probabilities(nobody(task, 1))[0].tolist() == [0, 1, 0, 0]
    popular = agents.load("popular_so_far", task, initial=0.8, strength=0.5)
    popular.learn(step)
    shrunk = np.array([1.4 / 2.5, 1.4 / 1.5, 0.65 / 1.5, 0.0])
    assert popular.probabilities(nobody(task, 1))[0] == pytest.approx(shrunk / shrunk.sum())
    only_bad = np.array([[False, False, False, True]])
    assert popular.probabilities(nobody(task, 1), only_bad)[0].tolist() == [0, 0, 0, 1]
    assert set(popular.act(nobody(task, 50), np.repeat(only_bad, 50, axis=0))) == {3}


def test_epsilon_is_the_share_of_random_items(task: Task) -> None:
    agent = agents.load("epsilon_greedy", task, epsilon=0.4)
    agent.learn(pulls(task, [2], [1.0]))
    shown = agent.act(nobody(task, 8_000), explore=True)
    assert (shown == 2).mean() == pytest.approx(0.6 + 0.1, abs=0.03)
    assert agent.probabilities(nobody(task, 1), explore=True)[0] == pytest.approx([0.1, 0.1, 0.7, 0.1])
    assert set(agent.act(nobody(task, 100))) == {2}
    eager = agents.load("epsilon_greedy", task, epsilon=0.0, initial=2.0)
    eager.learn(pulls(task, [2], [1.0]))
    assert set(eager.act(nobody(task, 100), explore=True)) == {0, 1, 3}


def test_the_beta_posterior_counts_successes(task: Task) -> None:
    agent: Any = agents.load("thompson_bernoulli", task, successes=2.0, failures=5.0)
    agent.learn(pulls(task, [0, 0, 0, 1], [1.0, 1.0, 0.0, 0.0]))
    successes, failures = agent.posterior()
    assert (successes.tolist(), failures.tolist()) == ([4, 2, 2, 2], [6, 6, 5, 5])
    agent.learn(
        pulls(task, np.full(4_000, 3), np.full(4_000, 0.3))
    )  # a reward of .3 is a success three times in ten
    assert agent.posterior()[0][3] / 4_000 == pytest.approx(0.3, abs=0.03)
    draws = agent.scores(nobody(task, 20_000), np.ones((20_000, ARMS), np.bool_), True)
    assert draws[:, 0].mean() == pytest.approx(0.4, abs=0.01)
    assert draws[:, 0].var() == pytest.approx(0.4 * 0.6 / 11, rel=0.05)


def test_the_normal_posterior_is_that_of_known_noise(task: Task) -> None:
    agent: Any = agents.load("thompson_gaussian", task, noise=2.0, prior_mean=1.0, prior_deviation=0.5)
    agent.learn(pulls(task, [0, 0, 0, 1], [4.0, 2.0, 3.0, -1.0]))
    means, deviations = agent.posterior()
    precision = 1 / 0.25 + np.array([3, 1, 0, 0]) / 4.0
    assert deviations == pytest.approx(precision**-0.5)
    assert means == pytest.approx((1.0 / 0.25 + np.array([9.0, -1.0, 0, 0]) / 4.0) / precision)
    draws = agent.scores(nobody(task, 20_000), np.ones((20_000, ARMS), np.bool_), True)
    assert draws.mean(axis=0) == pytest.approx(means, abs=0.02)
    assert draws.std(axis=0) == pytest.approx(deviations, rel=0.03)


def test_the_linear_posterior_is_that_of_ridge_regression() -> None:
    generator = np.random.default_rng(0)
    features, rewards = generator.normal(size=(40, 5)), generator.normal(size=40)
    posterior = LinearPosterior(5, 2.0)
    posterior.add(features[:15], rewards[:15])
    posterior.add(features[15:], rewards[15:])
    precision = 2.0 * np.eye(5) + features.T @ features
    assert posterior.mean == pytest.approx(np.linalg.solve(precision, features.T @ rewards), abs=1e-5)
    assert posterior.covariance == pytest.approx(np.linalg.inv(precision), abs=1e-6)
    draws = posterior.draw(100_000, 3.0, generator)
    assert draws.mean(axis=0) == pytest.approx(posterior.mean, abs=0.01)
    assert np.cov(draws.T) == pytest.approx(9.0 * np.linalg.inv(precision), abs=0.01)


def test_arms_have_posteriors_of_their_own() -> None:
    generator = np.random.default_rng(0)
    features, rewards, arms = (
        generator.normal(size=(60, 4)),
        generator.normal(size=60),
        generator.integers(0, 3, 60),
    )
    together = ArmPosteriors(4, 4, 0.5)
    together.add(arms[:25], features[:25], rewards[:25])
    together.add(arms[25:], features[25:], rewards[25:])
    means, deviations = together.predict(features)
    for arm in range(4):
        alone = LinearPosterior(4, 0.5)
        alone.add(features[arms == arm], rewards[arms == arm])
        assert together.means[arm] == pytest.approx(alone.mean, abs=1e-5)
        assert means[:, arm] == pytest.approx(features @ alone.mean, abs=1e-4)
        variances = np.diag(features @ alone.covariance @ features.T)
        assert deviations[:, arm] == pytest.approx(np.sqrt(variances), abs=1e-4)


def test_per_arm_bandits_score_by_their_bound_and_their_draw() -> None:
    env = make("RecBandit-v0", num_envs=300)
    observations, _ = env.reset(seed=0)
    every = np.ones((300, 10), np.bool_)
    items, rewards = np.arange(300) % 7, np.random.default_rng(0).random(300)
    bold, sober, drawing = (
        agents.load(name, env, alpha=alpha)
        for name, alpha in (
            ("linucb_per_arm", 2.0),
            ("linucb_per_arm", 0.0),
            ("linear_thompson_per_arm", 2.0),
        )
    )
    for agent in (bold, sober, drawing):
        agent.learn(transitions(agent.task, observations, items[:, None], rewards))
    greedy: Any = sober
    means, deviations = greedy._posteriors.predict(UserFeatures(env.unwrapped.task, 16)(observations))
    assert greedy.scores(observations, every, True) == pytest.approx(means)
    assert bold.scores(observations, every, True) == pytest.approx(means + 2.0 * deviations)  # type: ignore[attr-defined]
    away = (drawing.scores(observations, every, True) - means) / deviations  # type: ignore[attr-defined]
    assert away.mean() == pytest.approx(0.0, abs=0.15)
    assert away.std() == pytest.approx(2.0, rel=0.05)
    assert np.array_equal(drawing.act(observations), sober.act(observations))


def test_linear_thompson_draws_one_set_of_weights_for_each_user() -> None:
    env = make("RecBandit-v0", num_envs=1)
    observations, _ = env.reset(seed=0)
    agent: Any = agents.load("linear_thompson", env, alpha=0.7)
    agent.learn(transitions(agent.task, observations, np.array([[3]]), np.ones(1)))
    many = np.repeat(observations, 6_000, axis=0)
    scores = agent.scores(many, np.ones((6_000, 10), np.bool_), True)
    features = PairFeatures(agent.task)(user_vectors(agent.task, observations), np.arange(10)[None])[0]
    expected = 0.49 * features @ agent._posterior.covariance @ features.T
    scale = float(expected.max())
    assert scores.mean(axis=0) == pytest.approx(features @ agent._posterior.mean, abs=0.05 * np.sqrt(scale))
    assert np.cov(scores.T) == pytest.approx(expected, abs=0.08 * scale)


def test_the_logistic_posterior_is_laplaces() -> None:
    generator = np.random.default_rng(0)
    truth = np.array([1.0, -2.0, 0.5])
    features = generator.normal(size=(400, 3))
    outcomes = (generator.random(400) < 1 / (1 + np.exp(-features @ truth))).astype(float)
    posterior = LogisticPosterior(3, 0.5)
    posterior.add(features, outcomes)
    chances = 1 / (1 + np.exp(-features @ posterior.mean))
    gradient = 0.5 * posterior.mean + features.T @ (chances - outcomes)
    assert gradient == pytest.approx(np.zeros(3), abs=1e-6)  # the largest density
    curvature = 0.5 * np.eye(3) + (features.T * (chances * (1 - chances))) @ features
    assert posterior.precision == pytest.approx(curvature)
    away = posterior.mean - truth
    assert away @ posterior.precision @ away < 16.3  # chi-square with 3 degrees of freedom, .1 %
    draws = posterior.draw(50_000, 1.0, generator)
    assert np.cov(draws.T) == pytest.approx(np.linalg.inv(curvature), abs=2e-3)


def test_the_logistic_posterior_of_one_feature_is_the_root_by_bisection_and_survives_extremes() -> None:
    low, high = 0.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        slope = 2.0 * middle - 7.0 * (1 - 1 / (1 + np.exp(-middle)))
        low, high = (middle, high) if slope < 0 else (low, middle)
    posterior = LogisticPosterior(1, 2.0)
    posterior.add(np.ones((7, 1)), np.ones(7))
    assert posterior.mean == pytest.approx([low])
    far = LogisticPosterior(1, 1e-3)
    far.add(np.full((50, 1), 1e3), np.ones(50))
    assert np.isfinite(far.mean).all()
    assert np.isfinite(far.precision).all()
    nothing = LogisticPosterior(2, 1.0)
    nothing.add(np.zeros((0, 2)), np.zeros(0))
    assert (nothing.mean.tolist(), nothing.precision.tolist()) == ([0, 0], [[1, 0], [0, 1]])


def test_the_networks_gradients_are_those_of_its_loss() -> None:
    generator = np.random.default_rng(0)
    network = Network([3, 5, 4, 1], generator)
    network._weights = [each.astype(np.float64) for each in network._weights]
    network._biases = [generator.normal(0.3, 0.1, each.shape) for each in network._biases]
    inputs, targets = generator.normal(size=(6, 3)), generator.normal(size=6)
    for parameter, gradient in zip(
        network._weights + network._biases, network.gradients(inputs, targets), strict=True
    ):
        for place in np.ndindex(parameter.shape):
            losses = []
            for move in (1e-6, -2e-6):
                parameter[place] += move
                losses.append(((network.predict(inputs) - targets) ** 2).mean() / 2)
            parameter[place] += 1e-6
            assert gradient[place] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-7)


def test_neural_linear_learns_what_is_not_linear_and_believes_what_it_remembers() -> None:
    env = make("RecBandit-v0", num_envs=64)
    agent: Any = agents.load("neural_linear", env, train_every=400, memory=300)
    generator = np.random.default_rng(0)
    before = agent.represent(np.ones((1, agent._features.size), np.float32))
    for seed in range(7):
        observations, _ = env.reset(seed=100 * seed)
        items, rewards = generator.integers(0, 10, 64), generator.random(64)
        agent.learn(transitions(agent.task, observations, items[:, None], rewards))
    assert (agent._pulls, agent._waiting) == (448, 0)  # it was trained with the last of them
    assert not np.allclose(before, agent.represent(np.ones((1, agent._features.size), np.float32)))
    inputs, rewards = agent._remembered()
    assert len(rewards) == 300
    represented = agent.represent(inputs).astype(np.float64)
    precision = np.eye(represented.shape[1]) + represented.T @ represented
    expected = np.linalg.solve(precision, represented.T @ rewards)
    assert agent._posterior.mean == pytest.approx(expected, abs=1e-3)

    network, linear = Network([4, 32, 1], generator), LinearPosterior(5, 1.0)
    points = generator.normal(size=(3_000, 4)).astype(np.float32)
    products = points[:, 0] * points[:, 1]
    network.train(points[:2_000], products[:2_000], 600, 128, 0.01, generator)
    linear.add(np.column_stack([np.ones(2_000), points[:2_000]]), products[:2_000])
    left = ((network.predict(points[2_000:]) - products[2_000:]) ** 2).mean()
    plain = ((np.column_stack([np.ones(1_000), points[2_000:]]) @ linear.mean - products[2_000:]) ** 2).mean()
    assert left < 0.2 * plain


def test_features_of_users_hold_what_is_observed() -> None:
    env = make("RecVideo-v0", num_envs=3)
    observations, _ = env.reset(seed=0)
    task = env.unwrapped.task
    features = UserFeatures(task, 2)
    found = features(observations)
    assert found.shape == (3, features.size) == (3, len(features.names))
    assert features.names[:4] == ("one", "liked_0", "liked_1", "ignored_0")
    assert found[:, 0].tolist() == [1, 1, 1]
    assert found[:, 1:3] == pytest.approx(8.0 * task.layout.read(observations, "liked")[:, :2], abs=1e-6)
    time_left = task.layout.read(observations, "time_left")
    assert found[:, features.names.index("time_left")] == pytest.approx(2 * time_left - 1, abs=1e-6)
    assert UserFeatures(task).size == 1 + 3 * 64 + len(task.layout.context)
    bare = make("RecVideo-v0", observation="items")
    assert UserFeatures(bare.unwrapped.task, 2)(bare.reset(seed=0)[0]).shape == (8, 7)


# Slates


def test_a_slates_reward_is_of_the_item_that_was_attended_to(slate_task: Task) -> None:
    shown = np.array([[0, 1, 2], [3, 4, -1], [-1, -1, -1]])
    step = transitions(slate_task, nobody(slate_task, 3), shown, np.array([1.0, 0.5, 0.0]))
    step = step._replace(attended=np.array([2, 0, -1]))
    agent: Any = agents.load("epsilon_greedy", slate_task)
    agent.learn(step)
    assert agent._statistics.counts.tolist() == [1, 1, 1, 1, 1, 0]
    assert agent._statistics.sums.tolist() == [0, 0, 1, 0.5, 0, 0]
    for name in BANDITS:
        if name not in ("linucb", "linear_thompson", "exp3"):  # which explain the whole slate, or refuse it
            with pytest.raises(ValueError, match=r"infos\['attended'\]"):
                agents.load(name, slate_task).learn(
                    step._replace(attended=None, signals={"click": np.ones(3)})
                )


def test_a_cascade_was_read_to_the_click(slate_task: Task) -> None:
    shown = np.array([[0, 1, 2], [3, 4, 5], [0, 5, -1]])
    step = transitions(slate_task, nobody(slate_task, 3), shown, np.zeros(3))
    step = step._replace(attended=np.array([1, 0, 0]), signals={"click": np.array([1.0, 0.0, 0.0])})
    agent: Any = agents.load("cascade_ucb", slate_task, alpha=2.0)
    agent.learn(step)
    assert agent._statistics.counts.tolist() == [2, 1, 0, 1, 1, 2]  # item 2 was below the click
    assert agent._statistics.sums.tolist() == [0, 1, 0, 0, 0, 0]
    bounds = agent.scores(nobody(slate_task, 1), np.ones((1, 6), np.bool_), True)[0]
    width = 2.0 * np.sqrt(1.5 * np.log(3) / np.array([2, 1, 1, 1, 2]))
    assert bounds[[0, 1, 3, 4, 5]] == pytest.approx(np.array([0, 1, 0, 0, 0]) + width)
    assert np.isinf(bounds[2])
    slate = agent.act(nobody(slate_task, 1), explore=True)[0]
    assert slate[:2].tolist() == [2, 1]  # best first


def test_cascades_find_the_attractive_items(slate_task: Task) -> None:
    """Users who read from the top, as the paper assumes."""
    attraction = np.array([0.1, 0.5, 0.15, 0.6, 0.2, 0.4])
    generator = np.random.default_rng(0)
    agent = agents.load("cascade_ucb", slate_task)
    for _ in range(1_500):
        shown = agent.act(nobody(slate_task, 4), explore=True)
        attracted = generator.random(shown.shape) < attraction[shown]
        clicked, place = attracted.any(axis=1), attracted.argmax(axis=1)
        step = transitions(slate_task, nobody(slate_task, 4), shown, clicked.astype(float))
        agent.learn(step._replace(attended=place, signals={"click": clicked.astype(float)}))
    assert set(agent.act(nobody(slate_task, 1))[0]) == {1, 3, 5}


@pytest.mark.parametrize("name", [name for name in BANDITS if name != "exp3"])
def test_slates_hold_different_available_items(slate_task: Task, name: str) -> None:
    agent = agents.load(name, slate_task)
    masks = np.tile([True, False, True, True, True, False], (40, 1))
    for explore in (False, True):
        shown = agent.act(nobody(slate_task, 40), masks, explore=explore)
        assert shown.shape == (40, 3)
        assert all(len(set(row)) == 3 for row in shown.tolist())
        assert not np.isin(shown, [1, 5]).any()


def test_slates_are_drawn_item_by_item_or_have_no_probabilities(slate_task: Task) -> None:
    softmax = agents.load("softmax", slate_task, temperature=0.5)
    shown = np.arange(6)[:, None].repeat(3, 1)[:, :1]
    step = transitions(slate_task, nobody(slate_task, 6), shown, np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0]))
    softmax.learn(step._replace(attended=np.zeros(6, np.int64)))
    first = softmax.probabilities(nobody(slate_task, 1), explore=True)[0]
    slates = softmax.act(nobody(slate_task, 20_000), explore=True)
    assert np.bincount(slates[:, 0], minlength=6) / 20_000 == pytest.approx(first, abs=0.02)
    second = sum(
        first[item] * np.where(np.arange(6) == item, 0, first / (1 - first[item])) for item in range(6)
    )
    assert np.bincount(slates[:, 1], minlength=6) / 20_000 == pytest.approx(second, abs=0.02)
    for name in BANDITS:
        if name != "exp3" and not issubclass(agents.agent_class(name), LotteryAgent):
            with pytest.raises(NotImplementedError, match=name):
                agents.load(name, slate_task).probabilities(nobody(slate_task, 1))
    with pytest.raises(ValueError, match=r"slates of 3.*slate_size=1"):
        agents.load("exp3", slate_task)


# Learning


def test_regret_of_ucb1_grows_like_a_logarithm_and_that_of_chance_like_time(task: Task) -> None:
    steps = 3_200
    curves = {
        name: np.mean([regret_of(play_rewards(agents.load(name, task, seed=seed), clicks(seed, steps))) for seed in range(4)], 0)
        for name in ("ucb1", "random")
    }  # fmt: skip
    optimist, chance = curves["ucb1"], curves["random"]
    gap = RATES.max() - RATES.mean()
    assert chance[-1] == pytest.approx(gap * steps, rel=0.03)
    assert chance[-1] - chance[steps // 2] == pytest.approx(chance[steps // 2], rel=0.05)
    bound = sum(8 * np.log(steps) / gap + (1 + np.pi**2 / 3) * gap for gap in (0.7, 0.5, 0.3))
    assert optimist[-1] < bound  # Auer et al. (2002), theorem 1
    assert optimist[-1] < 0.15 * chance[-1]
    early, late = optimist[799] - optimist[199], optimist[3_199] - optimist[799]  # ln 4 each
    assert late < 1.5 * early


@pytest.mark.parametrize("name", [name for name in ARM_AGENTS if name != "cascade_ucb"] + ["exp3"])
def test_arms_that_pay_are_found(task: Task, name: str) -> None:
    options = {"exp3": {"exploration": 0.2}, "discounted_ucb": {"discount": 0.9999}}.get(name, {})
    choices = play_rewards(agents.load(name, task, **options), clicks(0, 4_000), batch=8)
    last = (choices[-1_000:] == 3).mean()
    if name == "popular_so_far":  # which matches shares to what is earned
        assert last == pytest.approx(RATES[3] / RATES.sum(), abs=0.06)
    else:
        assert last > 0.6


@pytest.mark.parametrize("name", CONTEXTUAL)
def test_contextual_bandits_learn_what_pleases_whom(name: str) -> None:
    """Each user wants what is nearest to what they liked: no item pleases all."""
    env = make("RecBandit-v0", num_envs=50, num_users=400)
    task = env.unwrapped.task
    agent = agents.load(name, env)
    generator = np.random.default_rng(0)
    earned = []
    for step in range(60):
        observations, _ = env.reset(seed=1_000 * step)
        near = task.layout.read(observations, "liked") @ task.vectors.T
        chances = 1 / (1 + np.exp(-6.0 * near))
        shown = agent.act(observations, explore=True)
        users = np.arange(50)
        rewards = (generator.random(50) < chances[users, shown]).astype(float)
        agent.learn(transitions(task, observations, shown[:, None], rewards))
        earned.append(
            (chances[users, shown].mean() - chances.mean()) / (chances.max(axis=1).mean() - chances.mean())
        )
    assert np.mean(earned[-15:]) > 0.5  # half of the way from chance to the best
    assert np.mean(earned[-15:]) > np.mean(earned[:5])


# Saving, bad input


@pytest.mark.parametrize("name", BANDITS)
def test_training_goes_on_after_loading_as_if_nothing_had_been(name: str, tmp_path: Path) -> None:
    env = make("RecBandit-v0")
    agent = trained(name, env)
    agent.save(tmp_path / "agent")
    again = agents.load_saved(tmp_path / "agent")
    observations, _ = env.reset(seed=5)
    for each in (agent, again):
        each.generator = np.random.default_rng(3)
        step = transitions(each.task, observations, np.arange(8)[:, None], np.linspace(0, 1, 8))
        each.learn(step._replace(signals={"click": np.arange(8) % 2.0}))
    for key, value in agent.state_dict().items():
        assert value == pytest.approx(again.state_dict()[key], abs=1e-5), key


@pytest.mark.parametrize("name", BANDITS)
def test_damaged_bandits_are_told(name: str, tmp_path: Path) -> None:
    trained(name, make("RecBandit-v0")).save(tmp_path / "agent")
    state = tmp_path / "agent" / "state.npz"
    with np.load(state) as archive:
        arrays = dict(archive)
    for key, value in arrays.items():
        broken = [value[:-1]] if value.ndim else [np.zeros(3)]
        if value.dtype.kind == "f":
            broken.append(np.full_like(value, np.nan))
        for wrong in broken:
            np.savez(state, **{**arrays, key: wrong})
            with pytest.raises(ValueError, match="cannot be read"):
                agents.load_saved(tmp_path / "agent")
    np.savez(state, **arrays)
    agents.load_saved(tmp_path / "agent")


def test_a_windows_pulls_are_checked(task: Task) -> None:
    agent = agents.load("sliding_window_ucb", task)
    for arms in (np.array([0, ARMS]), np.array([-1, 0]), np.array([0.5, 1.0])):
        with pytest.raises(ValueError, match="pulls"):
            agent.load_state_dict({"arms": arms, "rewards": np.zeros(2)})
    with pytest.raises(ValueError, match="pulls of an arm"):
        agents.load("ucb1", task).load_state_dict({"counts": np.full(ARMS, -1.0), "sums": np.zeros(ARMS)})


@pytest.mark.parametrize(
    ("name", "options", "kind", "words"),
    [
        ("epsilon_greedy", {"epsilon": 1.5}, ValueError, "epsilon=1.5"),
        ("epsilon_greedy", {"window": 0}, ValueError, "window=0"),
        ("epsilon_greedy", {"window": 2.5}, TypeError, "window=2.5"),
        ("epsilon_greedy", {"discount": 0.0}, ValueError, "discount=0.0"),
        ("epsilon_greedy", {"discount": 0.9, "window": 5}, ValueError, "two ways to forget"),
        ("softmax", {"temperature": 0.0}, ValueError, "temperature=0.0"),
        ("popular_so_far", {"strength": 0.0}, ValueError, "strength=0.0"),
        ("ucb1", {"alpha": -1.0}, ValueError, "alpha=-1.0"),
        ("ucb1", {"reward_bounds": [1.0, 0.0]}, ValueError, "second number must be above"),
        ("ucb1", {"reward_bounds": 1.0}, TypeError, r"reward_bounds=1.0.*such as \[0, 1\]"),
        ("ucb1", {"reward_bounds": [0.0, float("inf")]}, ValueError, "a bound in reward_bounds=inf"),
        ("ucb1", {"window": 5}, ValueError, "Unknown option of agent 'ucb1'"),
        ("kl_ucb", {"c": -1.0}, ValueError, "c=-1.0"),
        ("sliding_window_ucb", {"window": 0}, ValueError, "window=0"),
        ("sliding_window_ucb", {"window": None}, TypeError, "window=None"),
        ("discounted_ucb", {"discount": 1.1}, ValueError, "discount=1.1"),
        ("cascade_ucb", {"alpha": "wide"}, TypeError, "alpha='wide'"),
        ("thompson_bernoulli", {"successes": 0.0}, ValueError, "successes=0.0"),
        ("thompson_gaussian", {"noise": 0.0}, ValueError, "noise=0.0"),
        ("exp3", {"exploration": 0.0}, ValueError, "exploration=0.0"),
        ("linucb_per_arm", {"columns": 0}, ValueError, "columns=0"),
        ("linear_thompson", {"ridge": 0.0}, ValueError, "ridge=0.0"),
        ("logistic_thompson", {"ridge": -1.0}, ValueError, "ridge=-1.0"),
        ("neural_linear", {"hidden": []}, TypeError, r"hidden=\[\].*\[64, 64\]"),
        ("neural_linear", {"hidden": [0]}, ValueError, "a width in hidden=0"),
        ("neural_linear", {"memory": 0}, ValueError, "memory=0"),
    ],
)
def test_bad_options_are_explained(
    task: Task, name: str, options: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        agents.load(name, task, **options)
