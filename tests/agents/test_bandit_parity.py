"""Bandits against MABWiser's: the same arms, users, rewards and seeds.

Choice by choice where nothing is drawn; else by what is earned on average, of which the luck of the rewards themselves is left out: what is summed is the mean
reward of the arm that was chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from agent_making import make, play_rewards, transitions
from mabwiser.mab import MAB, LearningPolicy
from mabwiser.utils import create_rng

import agents
from agents.features import UserFeatures
from recgym.task import Task

ARMS = 5
CLICK_RATES = np.array([0.2, 0.35, 0.5, 0.6, 0.8])


@pytest.fixture(scope="module")
def task() -> Task:
    return make("RecBandit-v0", num_items=ARMS).unwrapped.task


@pytest.fixture(scope="module")
def observations() -> np.ndarray:
    """What 12,000 moments of sessions look like in which items are shown at random."""
    env = make("RecBandit-v0", num_envs=400, num_items=ARMS)
    generator, (seen, _), found = np.random.default_rng(0), env.reset(seed=0), []
    for _ in range(30):
        found.append(seen)
        seen, _, terminated, truncated, _ = env.step(generator.integers(0, ARMS, 400))
        if (terminated | truncated).any():
            seen, _ = env.reset(options={"reset_mask": terminated | truncated})
    return generator.permutation(np.concatenate(found))


def play_theirs(
    policy: Any, seed: int, rewards: np.ndarray, contexts: np.ndarray | None, batch: int, warm: int
) -> np.ndarray:
    """MABWiser's choices (T,): the first ``warm`` pulls are of the arms in turn, and so are ours."""
    bandit = MAB(list(range(ARMS)), policy, seed=seed)
    first = np.arange(warm) % ARMS
    some = (lambda rows: None) if contexts is None else (lambda rows: contexts[rows])
    bandit.fit(first, rewards[np.arange(warm), first], some(slice(warm)))
    if isinstance(policy, LearningPolicy.LinTS):
        for arm, model in bandit._imp.arm_to_model.items():
            model.rng = create_rng(
                ARMS * seed + arm
            )  # theirs copies one for all, so that arms share their noise
    choices = [first]
    users = np.zeros((batch, 1))
    for start in range(warm, len(rewards), batch):
        rows = np.arange(start, min(start + batch, len(rewards)))
        asked = some(rows) if contexts is not None else users[: len(rows)]
        items = np.atleast_1d(bandit.predict(asked))
        bandit.partial_fit(items, rewards[rows, items], some(rows))
        choices.append(items)
    return np.concatenate(choices)


def play_ours(
    agent: agents.Agent, rewards: np.ndarray, observations: np.ndarray | None, batch: int, warm: int
) -> np.ndarray:
    """Our choices (T,), after the same first pulls."""
    first = np.arange(warm) % ARMS
    if observations is None:
        observations = np.zeros((len(rewards), agent.task.layout.width), np.float32)
    paid = rewards[np.arange(warm), first]
    agent.learn(transitions(agent.task, observations[:warm], first[:, None], paid))
    return np.concatenate([first, play_rewards(agent, rewards[warm:], observations[warm:], batch)])


def linear_means(contexts: np.ndarray, seed: int) -> np.ndarray:
    """Mean rewards (T, I), linear in the features of users with weights of each arm's own."""
    weights = np.random.default_rng(seed).normal(0.0, 0.15, (contexts.shape[1], ARMS))
    weights[0] = CLICK_RATES
    return contexts @ weights


def with_noise(means: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(means, 0.2)


def earned(means: np.ndarray, choices: np.ndarray) -> float:
    return float(means[np.arange(len(means)), choices].sum())


def test_ucb1_chooses_as_theirs(task: Task) -> None:
    for seed in range(3):
        generator = np.random.default_rng(seed)
        rewards = np.clip(generator.normal(CLICK_RATES, 0.2, (1_500, ARMS)), 0.0, 1.0)
        ours = play_ours(agents.load("ucb1", task, seed=seed), rewards, None, 1, ARMS)
        theirs = play_theirs(LearningPolicy.UCB1(alpha=1.0), seed, rewards, None, 1, ARMS)
        assert np.array_equal(ours, theirs)
        assert (np.bincount(ours, minlength=ARMS) > 30).all()  # there was something to choose


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_linucb_per_arm_chooses_as_theirs(task: Task, observations: np.ndarray, alpha: float) -> None:
    contexts = UserFeatures(task)(observations)[:2_000]
    rewards = with_noise(linear_means(contexts, 0), 0)
    agent = agents.load("linucb_per_arm", task, alpha=alpha, columns=None)
    ours = play_ours(agent, rewards, observations[:2_000], 20, 5 * ARMS)
    theirs = play_theirs(
        LearningPolicy.LinUCB(alpha=alpha, l2_lambda=1.0), 0, rewards, contexts, 20, 5 * ARMS
    )
    assert np.array_equal(ours, theirs)
    assert np.bincount(ours, minlength=ARMS).max() < 1_500  # no arm is the best for all


CONTEXT_FREE: dict[str, tuple[dict[str, Any], Callable[[], Any]]] = {
    "random": ({}, lambda: LearningPolicy.Random()),
    "epsilon_greedy": ({"epsilon": 0.2}, lambda: LearningPolicy.EpsilonGreedy(epsilon=0.2)),
    "softmax": ({"temperature": 0.05}, lambda: LearningPolicy.Softmax(tau=0.05)),
    "thompson_bernoulli": ({}, lambda: LearningPolicy.ThompsonSampling()),
    "ucb1": ({"alpha": 0.5}, lambda: LearningPolicy.UCB1(alpha=0.5)),
    "popular_so_far": ({}, lambda: LearningPolicy.Popularity()),
}
"""Options of ours, and their policy.

Theirs draws softmax and popularity as the largest of a Dirichlet's numbers, which is sharper than the shares that are meant: at temperature .05 by .2 % of the
reward of these arms, at .2 by 1.8 %; popularity by .3 % on arms half as far apart. And theirs does not weigh an arm anew that is missing in a batch of
popularity: in batches of 200 none is.
"""


@pytest.mark.parametrize("name", CONTEXT_FREE)
def test_context_free_bandits_earn_as_much_as_theirs(task: Task, name: str) -> None:
    options, policy = CONTEXT_FREE[name]
    batch, rates = (200, CLICK_RATES / 2 + 0.25) if name == "popular_so_far" else (20, CLICK_RATES)
    means = np.tile(rates, (4_000, 1))
    ours, theirs = [], []
    for seed in range(30):
        rewards = (np.random.default_rng(seed).random(means.shape) < means).astype(float)
        agent = agents.load(name, task, seed=seed, **options)
        ours.append(earned(means, play_ours(agent, rewards, None, batch, 10 * ARMS)))
        theirs.append(earned(means, play_theirs(policy(), seed, rewards, None, batch, 10 * ARMS)))
    assert np.mean(ours) / np.mean(theirs) == pytest.approx(1.0, abs=0.01)


def test_linear_thompson_per_arm_earns_as_much_as_theirs(task: Task, observations: np.ndarray) -> None:
    contexts = UserFeatures(task, 2)(observations)
    policy = LearningPolicy.LinTS(alpha=0.5, l2_lambda=1.0)
    ours, theirs, chance = [], [], []
    for seed in range(8):
        means = linear_means(contexts, seed)
        rewards = with_noise(means, seed)
        agent = agents.load("linear_thompson_per_arm", task, seed=seed, alpha=0.5, columns=2)
        ours.append(earned(means, play_ours(agent, rewards, observations, 100, 4 * ARMS)))
        theirs.append(earned(means, play_theirs(policy, seed, rewards, contexts, 100, 4 * ARMS)))
        chance.append(means.mean() * len(means))
    assert np.mean(ours) / np.mean(theirs) == pytest.approx(1.0, abs=0.01)
    assert np.mean(ours) > 1.2 * np.mean(chance)  # it learned what pleases whom
