"""Honest policies: they look at nothing hidden, what they believe is right where it can be, and what they learn is worth what it should be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from recgym.core.parameters import MEMORY
from recgym.evaluation.rollouts import begin_sessions, evaluated_setup, rollout, session_seeds
from recgym.oracles.beliefs import Beliefs, interest_views
from recgym.oracles.history_estimates import HistoryEstimator, trait_names
from recgym.oracles.honest import HonestPolicy
from recgym.oracles.item_estimates import estimate_items
from recgym.oracles.loops import Loop, best_loop
from recgym.oracles.policies import expected_rewards, no_values, score_for
from recgym.sessions.kernels import Feedback
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import Setup, setup_of
from recgym.users.choice import sigmoid

IDS = ["RecEcommerce-v0", "RecVideo-v0", "RecMusic-v0", "RecNews-v0", "RecCrossDomain-v0", "RecControl-v0"]
SLATES = ["RecVideoSlate-v0", "RecMusicSlate-v0"]
RETURNING = ["RecVideoRetention-v0", "RecEcommerceRetention-v0"]


@cache
def played(env_id: str) -> Setup:
    return evaluated_setup(env_id, "test", num_users=3_000)


@cache
def estimator(env_id: str, reading: str = "items") -> HistoryEstimator:
    return HistoryEstimator(played(env_id), reading, training_sessions=3_000)


class Watched:
    """A policy whose beliefs are looked at; ``before`` is called with the sessions before each choice, ``after`` with their feedback."""

    def __init__(
        self,
        policy: HonestPolicy,
        look: Callable[[Sessions, HonestPolicy], None],
    ) -> None:
        self.policy, self.look = policy, look

    def __call__(self, sessions: Sessions) -> np.ndarray:
        chosen = self.policy(sessions)
        self.look(sessions, self.policy)
        return chosen

    def watch(self, feedback: Feedback, idle: np.ndarray) -> None:
        self.policy.watch(feedback, idle)


class Poisoned:
    """Hands a policy sessions in which every hidden field of every user is a random number."""

    def __init__(self, policy: HonestPolicy) -> None:
        self.policy, self._generator = policy, np.random.default_rng(0)

    def __call__(self, sessions: Sessions) -> np.ndarray:
        true = sessions.users.copy()
        for name in sessions.world.scenario.hidden_fields:
            field = sessions.users[name]
            if field.dtype.kind == "f":
                field[...] = self._generator.standard_normal(field.shape)
            else:
                field[...] = self._generator.integers(0, 4, field.shape)
        chosen = self.policy(sessions)
        sessions.users[:] = true
        return chosen

    def watch(self, feedback: Feedback, idle: np.ndarray) -> None:
        self.policy.watch(feedback, idle)


@pytest.mark.parametrize("reading", ["items", "flat"])
@pytest.mark.parametrize("env_id", IDS + SLATES + RETURNING)
def test_nothing_hidden_is_looked_at(env_id: str, reading: str) -> None:
    if reading == "flat" and env_id in SLATES:
        reading = "vectors"
    setup, found = played(env_id), estimator(env_id, reading)
    clean = rollout(setup, HonestPolicy(found, price=2.0), 12, 0)
    poisoned = rollout(setup, Poisoned(HonestPolicy(found, price=2.0)), 12, 0)
    np.testing.assert_array_equal(clean.actions, poisoned.actions)
    np.testing.assert_array_equal(clean.rewards, poisoned.rewards)


def test_poison_is_noticed_by_one_who_looks() -> None:
    from recgym.oracles.policies import myopic_oracle

    setup = played("RecVideo-v0")
    clean = rollout(setup, myopic_oracle(), 12, 0)
    oracle = myopic_oracle()
    oracle.watch = lambda feedback, idle: None  # type: ignore[attr-defined]
    assert not np.array_equal(clean.actions, rollout(setup, Poisoned(oracle), 12, 0).actions)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "env_id", ["RecEcommerce-v0", "RecVideo-v0", "RecNews-v0", "RecVideoSlate-v0", *RETURNING]
)
def test_the_slow_state_is_worked_out_exactly(env_id: str) -> None:
    """Where items are known it is a function of what was shown and of what came of it."""
    largest = []

    def look(sessions: Sessions, policy: HonestPolicy) -> None:
        running = ~sessions.over
        beliefs = policy._beliefs.users
        largest.append(np.abs(beliefs["slow"] - sessions.users["slow"])[running].max(initial=0.0))

    rollout(played(env_id), Watched(HonestPolicy(estimator(env_id)), look), 30, 0)
    assert max(largest) == 0.0


def test_the_unfamiliar_domain_is_the_one_of_which_the_history_holds_nothing() -> None:
    setup = played("RecCrossDomain-v0")
    sessions = begin_sessions(setup, session_seeds(setup, 500, 0))
    found = estimator("RecCrossDomain-v0").estimate(sessions).traits["unfamiliar"]
    assert trait_names(setup.world.scenario) == ("unfamiliar",)
    assert (found == sessions.users["unfamiliar"]).mean() > 0.95


@pytest.mark.parametrize("env_id", IDS)
def test_affinity_is_linear_in_the_interests(env_id: str) -> None:
    setup = played(env_id)
    world, scenario = setup.world, setup.world.scenario
    beliefs = Beliefs(setup, world.arrays, estimator(env_id).typical)
    user = world.people[:1]
    interests = np.concatenate(interest_views(user, scenario), axis=1)[0]
    for item in (0, 7, 199):
        expected = scenario.affinity(user[0], world.items[item], world.arrays.parameters[0])
        assert beliefs._vectors[item] @ interests == pytest.approx(expected, abs=1e-5)


def test_one_step_is_the_kalman_update_of_its_likelihood() -> None:
    """In the control scenario: log-odds of a click have slope affinity_effect, those of a like 1/2; J and g in closed form."""
    setup = played("RecControl-v0")
    world = setup.world
    parameters, item = world.parameters, world.items[3]
    beliefs = Beliefs(setup, world.arrays, estimator("RecControl-v0").typical)
    mean, variance = np.linspace(-0.3, 0.3, 16), 0.2
    told = world.people[:2].copy()
    told["seen"] = told["history"] = 0
    for liked in (0.0, 1.0):
        beliefs.begin(told, np.tile(mean, (2, 1)), np.tile(variance * np.eye(16), (2, 1, 1)), {})
        signals = np.zeros((3, 2))
        signals[0] = [1.0, 0.0]  # the first clicks, the second does not
        signals[1, 0] = liked
        feedback = Feedback(
            np.zeros(2), np.zeros(2, bool), np.zeros(2, bool), signals, np.zeros((0, 1), np.float32),
            np.full((2, 1), 3), np.zeros(2, np.int64), np.zeros(2, np.int64),
        )  # fmt: skip
        beliefs.take(feedback, np.zeros(2, bool), learns=True)
        latent = item["latent"].astype(np.float64)
        affinity = latent @ mean
        effect = parameters.affinity_effect  # type: ignore[attr-defined]
        level = parameters.click_base + effect * affinity + parameters.appeal_effect * item["appeal"]  # type: ignore[attr-defined]
        click = sigmoid(level)
        like = sigmoid(parameters.like_base + item["quality"] + affinity / 2)
        for row in range(2):
            score = effect * ((row == 0) - click) + (0.5 * (liked - like) if row == 0 else 0.0)
            information = effect**2 * click * (1 - click) + (0.25 * like * (1 - like) if row == 0 else 0.0)
            length = latent @ latent
            shrink = variance / (1 + information * variance * length)
            np.testing.assert_allclose(beliefs.means[row], mean + shrink * score * latent, atol=2e-4)
            narrowed = variance * np.eye(16) - variance * shrink * information * np.outer(latent, latent)
            np.testing.assert_allclose(beliefs.covariances[row], narrowed, atol=2e-4)


def test_honest_policies_know_the_fashion_of_the_day() -> None:
    """With the true tastes beliefs score as the oracle does, at every time; with no fashions time does not matter."""
    for trend in (0.0, 2.0):
        setup = evaluated_setup("RecControl-v0", "test", num_users=300, trend=trend, trend_period=2)
        sessions = begin_sessions(setup, session_seeds(setup, 10, 0))
        beliefs = Beliefs(setup, setup.world.arrays, setup.world.people[:1])
        scores = []
        for arrival in (0, 3):
            sessions.users["arrival"] = arrival
            told = sessions.users.copy()
            for name in setup.world.scenario.hidden_fields:
                told[name] = np.zeros((), told.dtype[name])
            beliefs.begin(told, sessions.users["taste"].astype(np.float64), np.zeros((10, 16, 16)), {})
            scores.append(score_for(sessions, beliefs.users, beliefs.arrays, no_values(10), 0.0))
            np.testing.assert_allclose(scores[-1], expected_rewards(sessions), atol=1e-6)
        assert np.array_equal(*scores) == (trend == 0.0)


def test_a_click_tells_less_of_a_taste_for_what_is_in_fashion() -> None:
    """The Kalman update of a click with log-odds to which the fashion adds trend times its number for the item, in closed form."""
    setup = evaluated_setup("RecControl-v0", "test", num_users=300, trend=2.0, trend_period=1)
    world, parameters = setup.world, setup.world.parameters
    gain = world.arrays.trends[1] - world.arrays.trends[0]
    shown = int(np.argmax(gain))
    item, latent = world.items[shown], world.items[shown]["latent"].astype(np.float64)
    beliefs = Beliefs(setup, world.arrays, world.people[:1])
    told = world.people[:2].copy()
    told["arrival"] = [0, 1]
    beliefs.begin(told, np.zeros((2, 16)), np.tile(0.2 * np.eye(16), (2, 1, 1)), {})
    signals = np.zeros((3, 2))
    signals[:2] = 1.0
    feedback = Feedback(
        np.zeros(2), np.zeros(2, bool), np.zeros(2, bool), signals, np.zeros((0, 1), np.float32),
        np.full((2, 1), shown), np.zeros(2, np.int64), np.zeros(2, np.int64),
    )  # fmt: skip
    beliefs.take(feedback, np.zeros(2, bool), learns=True)
    effect, moved = parameters.affinity_effect, []  # type: ignore[attr-defined]
    for row in range(2):
        level = parameters.click_base + parameters.appeal_effect * item["appeal"]  # type: ignore[attr-defined]
        click = sigmoid(level + 2.0 * world.arrays.trends[row, shown])
        like = sigmoid(parameters.like_base + item["quality"])
        score = effect * (1.0 - click) + 0.5 * (1.0 - like)
        information = effect**2 * click * (1.0 - click) + 0.25 * like * (1.0 - like)
        expected = 0.2 * score / (1.0 + 0.2 * information * (latent @ latent)) * latent
        np.testing.assert_allclose(beliefs.means[row], expected, atol=2e-4)
        moved.append(np.linalg.norm(expected))
    assert moved[1] < 0.7 * moved[0]


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecEcommerce-v0", "RecVideoSlate-v0"])
def test_a_session_teaches_and_the_doubt_is_right(env_id: str) -> None:
    """Errors of the interests fall as feedback comes in, and are as large as the covariance says; who learns nothing thinks what they thought."""
    setup, errors, surprises = played(env_id), {}, []
    for knowledge in ("average", "session", "honest"):
        first_and_last: list[np.ndarray] = []

        def look(sessions: Sessions, policy: HonestPolicy, seen: list[np.ndarray] = first_and_last) -> None:
            true = np.concatenate(interest_views(sessions.users, setup.world.scenario), axis=1)
            missed = policy._beliefs.means - true
            seen.append(np.square(missed).sum(axis=1))
            if policy.knowledge == "honest":
                inverse = np.linalg.inv(policy._beliefs.covariances)
                surprises.append(np.einsum("ni,nij,nj->n", missed, inverse, missed).mean() / true.shape[1])

        rollout(setup, Watched(HonestPolicy(estimator(env_id), knowledge=knowledge), look), 60, 0)
        errors[knowledge] = first_and_last[0].mean(), first_and_last[-1].mean()
    assert errors["average"][0] == errors["average"][1]
    assert errors["session"][1] < 0.95 * errors["session"][0]
    assert errors["honest"][0] < 0.6 * errors["average"][0]
    assert errors["honest"][1] <= 1.05 * errors["honest"][0]
    assert min(surprises) > 0.6
    assert max(surprises) < 1.6


def test_interests_that_drift_are_doubted_more() -> None:
    """After a step the doubt has grown by drift^2 in each direction of the taste; who learns nothing doubts as before, and so does everybody at drift 0."""
    grown = {}
    for drift in (0.0, 0.15):
        setup = evaluated_setup("RecControl-v0", "test", num_users=300, drift=drift)
        beliefs = Beliefs(setup, setup.world.arrays, setup.world.people[:1])
        feedback = Feedback(
            np.zeros(2), np.zeros(2, bool), np.zeros(2, bool), np.zeros((3, 2)), np.zeros((0, 1), np.float32),
            np.full((2, 1), 3), np.zeros(2, np.int64), np.zeros(2, np.int64),
        )  # fmt: skip
        for learns in (False, True):
            told = setup.world.people[:2].copy()
            beliefs.begin(told, np.zeros((2, 16)), np.tile(0.2 * np.eye(16), (2, 1, 1)), {})
            beliefs.take(feedback, np.zeros(2, bool), learns=learns)
            grown[drift, learns] = beliefs.covariances.copy()
    still = np.tile(0.2 * np.eye(16), (2, 1, 1))
    for drift in (0.0, 0.15):
        np.testing.assert_array_equal(grown[drift, False], still)
    assert (np.trace(grown[0.0, True], axis1=1, axis2=2) < np.trace(still, axis1=1, axis2=2)).all()
    np.testing.assert_allclose(
        grown[0.15, True] - grown[0.0, True], np.tile(0.15**2 * np.eye(16), (2, 1, 1)), atol=1e-9
    )


def test_what_is_known_is_worth_its_place() -> None:
    """Returns rise from the average user over the session to the history, planned or not; paired users."""
    setup, found = played("RecVideo-v0"), estimator("RecVideo-v0")
    returns = {
        (knowledge, plans): rollout(
            setup, HonestPolicy(found, knowledge=knowledge, plans=plans), 150, 0
        ).returns.mean()
        for knowledge in ("average", "session", "honest")
        for plans in (False, True)
    }
    for plans in (False, True):
        assert returns["average", plans] < returns["session", plans] < returns["honest", plans]
    for knowledge in ("average", "session", "honest"):
        assert returns[knowledge, False] < returns[knowledge, True]


def test_a_history_without_information_is_worth_nothing() -> None:
    """With affinity switched off the tastes do not matter, so that who reads them earns what the average user's policy earns."""
    arguments = {"num_users": 2_000, "affinity_effect": 0.0}
    setup = evaluated_setup("RecControl-v0", "test", **arguments)
    found = HistoryEstimator(setup, "items", training_sessions=1_000)
    informed = rollout(setup, HonestPolicy(found), 40, 0)
    average = rollout(setup, HonestPolicy(found, knowledge="average"), 40, 0)
    np.testing.assert_array_equal(informed.returns, average.returns)


def test_items_are_estimated_from_what_is_public() -> None:
    arguments = {"num_users": 300}
    setup = evaluated_setup("RecEcommerce-v0", "test", **arguments)
    others = [setup_of("RecEcommerce-v0", world_seed=seed, **arguments) for seed in (50, 51, 52)]
    found, true = estimate_items(setup, others).items, setup.world.items
    for name in ("quality", "appeal"):
        assert np.corrcoef(found[name], true[name])[0, 1] > 0.6
    lengths = np.linalg.norm(found["latent"], axis=1)
    cosines = (found["latent"] * true["latent"]).sum(axis=1) / lengths
    assert cosines.mean() == pytest.approx(math.sqrt(setup.world.parameters.text_informativeness), abs=0.06)

    poisoned = true.copy()
    generator = np.random.default_rng(0)
    for name in ("latent", "topics", "quality", "appeal", "log_popularity"):
        poisoned[name] = generator.standard_normal(poisoned[name].shape)
    blind = replace(setup, world=replace(setup.world, arrays=setup.world.arrays._replace(items=poisoned)))
    blind.__dict__["task"] = setup.task
    again = estimate_items(blind, others).items
    assert again.tobytes() == found.tobytes()


def test_of_fashions_the_first_is_estimated_and_those_to_come_are_not() -> None:
    arguments = {"num_users": 300, "trend": 2.0}
    setup = evaluated_setup("RecControl-v0", "test", **arguments)
    others = [setup_of("RecControl-v0", world_seed=seed, **arguments) for seed in (50, 51, 52)]
    found, true = estimate_items(setup, others).trends, setup.world.arrays.trends
    assert np.corrcoef(found[0], true[0])[0, 1] > 0.4
    assert found.shape == true.shape
    assert not found[1:].any()
    still = evaluated_setup("RecControl-v0", "test", num_users=300)
    assert not estimate_items(still, [setup_of("RecControl-v0", world_seed=50, num_users=300)]).trends.any()


def test_a_loop_is_the_same_for_everybody_and_turns() -> None:
    setup = played("RecVideo-v0")
    log = rollout(setup, Loop(np.arange(200.0), 3), 20, 0)
    for row in range(20):
        length = int(log.lengths[row])
        expected = [199, 198, 197] * (length // 3 + 1)
        assert log.actions[row, :length, 0].tolist() == expected[:length]


def test_a_loop_shows_what_is_available() -> None:
    log = rollout(played("RecNews-v0"), Loop(np.arange(200.0), 5), 20, 0)  # unavailable items are refused
    assert log.num_sessions == 20
    slates = rollout(played("RecVideoSlate-v0"), Loop(np.arange(200.0), 8), 5, 0)
    assert slates.actions[0, 0].tolist() == [199, 198, 197, 196, 195]
    assert slates.actions[0, 1].tolist() == [194, 193, 192, 199, 198]


def test_the_best_loop_is_better_than_showing_one_item() -> None:
    setup = played("RecVideo-v0")
    best = best_loop(setup)
    alone = rollout(setup, Loop(best.ranking, 1), 200, 0).returns
    assert (rollout(setup, best, 200, 0).returns - alone).mean() > 0
    assert best.description == f"{best.size} items in turn"


def test_wrong_words_are_told() -> None:
    with pytest.raises(ValueError, match="honest"):
        HonestPolicy(estimator("RecVideo-v0"), knowledge="onest")
    with pytest.raises(ValueError, match="vectors"):
        HistoryEstimator(played("RecVideo-v0"), "vector")


def test_features_of_a_history_are_counts_means_or_the_observation() -> None:
    setup = played("RecVideo-v0")
    sessions = begin_sessions(setup, session_seeds(setup, 4, 0))
    numbers = sessions.recent(MEMORY)[0]
    counts = estimator("RecVideo-v0").features(sessions)
    vectors = estimator("RecVideo-v0", "vectors").features(sessions)
    for row in range(4):
        held = numbers[row][numbers[row] > 0] - 1
        assert sorted(np.flatnonzero(counts[row]).tolist()) == sorted(held.tolist())
        np.testing.assert_allclose(vectors[row, :-1], setup.world.vectors[held].mean(axis=0), atol=1e-5)
        assert vectors[row, -1] == len(held)
    np.testing.assert_array_equal(
        estimator("RecVideo-v0", "flat").features(sessions), sessions.flat_observations()
    )
