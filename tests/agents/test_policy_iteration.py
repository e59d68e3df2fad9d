"""The planning agent: its scores by hand, what it learns from, what it refuses, and that it learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from agent_making import SMALL_NETWORK, make_for, trained, transitions
from gymnasium.wrappers.vector import TransformReward

import agents
from agents.deep import policy_iteration
from agents.deep.policy_iteration import PolicyIterationAgent, _by_place
from agents.deep.rollout import experience_of
from recgym.evaluation import evaluate

NAME = "policy_iteration"


def loaded(env: Any, name: str = NAME, **options: Any) -> PolicyIterationAgent:
    agent = agents.load(name, env, **{**SMALL_NETWORK, **options})
    assert isinstance(agent, PolicyIterationAgent)
    return agent


def sigmoid(log_odds: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-log_odds))


@pytest.mark.parametrize(("name", "gamma"), [(NAME, 1.0), (NAME, 0.5), ("supervised", 0.0)])
def test_the_item_with_the_largest_reward_and_value_of_what_follows_is_shown(name: str, gamma: float) -> None:
    env = make_for(name, "RecEcommerce-v0", reward_weights={"click": 0.5, "revenue": 2.0, "like": -0.1})
    agent = loaded(env, name, **({"gamma": gamma} if gamma else {}))
    agent.fit(env, 8 * 12)
    observations, infos = env.reset(seed=7)
    histories = agent._histories_after(
        transitions(agent.task, observations, np.zeros((8, 1), np.int64), np.zeros(8)), np.arange(8)
    )
    with torch.no_grad():
        heads = agent.network.of_all_items(agent.network(histories), histories).numpy().astype(float)
    names = agent._signals
    assert names == ("click", "like", "cart", "purchase", "revenue")
    probability = dict(zip(names, sigmoid(heads[:5]), strict=True))
    largest = dict(zip(names, agent._largest, strict=True))
    reward = (
        0.5 * probability["click"]
        - 0.1 * largest["like"] * probability["like"]
        + 2.0 * largest["revenue"] * probability["revenue"]
    )
    after_none, after_click = agent._value_scale * heads[5:]
    following = probability["click"] * after_click + (1 - probability["click"]) * after_none
    expected = reward + gamma * following
    assert np.array_equal(agent.act(observations, infos["action_mask"]), expected.argmax(axis=1))
    masks = np.ones((8, 200), np.int8)
    masks[np.arange(8), expected.argmax(axis=1)] = 0
    second = np.where(masks == 1, expected, -np.inf).argmax(axis=1)
    assert np.array_equal(agent.act(observations, masks), second)
    assert np.ptp(following, axis=1).min() > 1e-3


def test_the_largest_of_a_signal_is_that_of_the_item() -> None:
    env = make_for(NAME, "RecEcommerce-v0", num_envs=400, num_items=5)
    agent = loaded(env)
    agent.fit(env, 400 * 12)
    price = np.exp(agent.task.item_features[:, agent.task.item_feature_names.index("log_price")])
    revenue = agent._largest[agent._signals.index("revenue")]
    sold = agent._seen_largest[agent._signals.index("revenue")] > 0
    assert sold.sum() >= 2
    assert revenue[sold] / price[sold] == pytest.approx(
        np.full(sold.sum(), revenue[sold][0] / price[sold][0]), rel=1e-3
    )
    assert revenue[~sold] == pytest.approx(np.full((~sold).sum(), np.median(revenue[sold])))


def test_iterations_are_rollouts_and_what_is_left_over_is_learned_from() -> None:
    env = make_for(NAME)
    threads = torch.get_num_threads()
    for steps, iterations in ((8 * 4, 1), (8 * 4 + 1, 2), (1, 1), (8 * 4 * 3, 3)):
        agent = loaded(env)
        agent.fit(env, steps)
        assert agent._iterations == iterations
        assert agent.network.item_biases.abs().max() > 0
    assert torch.get_num_threads() == threads
    agent.fit(env, 8 * 4)
    assert agent._iterations == 4


def test_the_learning_rate_falls_linearly() -> None:
    agent = loaded(make_for(NAME), learning_rate=0.1, learning_rate_end=0.02)
    assert [agent._learning_rate_at(progress) for progress in (0.0, 0.5, 1.0)] == pytest.approx(
        [0.1, 0.06, 0.02]
    )


def test_rollouts_begin_at_random_and_become_greedy() -> None:
    env = make_for(NAME, num_envs=200)
    agent = loaded(env, epsilon=0.0, phase_share=0.0, random_rollouts=2)
    shown: list[np.ndarray] = []
    greedy: list[np.ndarray] = []
    learn = agent.learn

    def watched(step: agents.Transitions) -> None:
        greedy.append(step.actions == agent.act(step.observations, step.masks))
        shown.append(step.actions)
        learn(step)

    agent.learn = watched  # type: ignore[method-assign]
    agent.fit(env, 200 * 12)
    assert np.mean(greedy[:8]) < 0.05
    assert len(np.unique(np.concatenate(shown[:8]))) == 200
    assert np.mean(greedy[8:]) == 1.0


def test_what_is_learned_from_is_what_happened() -> None:
    env = make_for(NAME, "RecNews-v0", num_envs=40, horizon=6)
    agent = loaded(env, rollout_length=10)
    seen: list[agents.Transitions] = []
    checked: list[int] = []
    learn = agent.learn

    def watched(step: agents.Transitions) -> None:
        seen.append(step)
        learn(step)

    def regress(training: Any, staying: np.ndarray, values: np.ndarray) -> None:
        experience = experience_of(training.steps, staying, values)
        rows = np.arange(40)
        for place, step in enumerate(seen):
            stays, worth = agent._outlook(agent._histories_after(step, rows))
            assert experience.staying[place] == pytest.approx(np.where(step.truncated, 0.0, stays), abs=1e-5)
            assert experience.values[place] == pytest.approx(worth, abs=1e-5)
            assert np.array_equal(experience.items[place], step.shown)
            assert experience.rewards[place] == pytest.approx(step.rewards)
            assert np.array_equal(experience.ended[place], step.terminated | step.truncated)
            for signal, name in zip(experience.signals, agent._signals, strict=True):
                assert signal[place, :, 0] == pytest.approx(step.signals[name])
        left = np.concatenate([step.terminated[step.terminated | step.truncated] for step in seen])
        assert np.array_equal(experience.left, left)
        assert len(experience.histories.items) == 40 * len(seen) + len(left)
        assert 0 < left.sum() < len(left)
        checked.append(len(seen))

    agent.learn, agent._regress = watched, regress  # type: ignore[method-assign]
    agent.fit(env, 40 * 10)
    assert checked == [10]


def test_outside_of_training_exploration_is_epsilon() -> None:
    env = make_for(NAME, num_envs=2_000)
    observations, _ = env.reset(seed=0)
    agent = loaded(env, epsilon=0.3, phase_share=1.0, phase_rate=1.0)
    best = agent.act(observations)
    assert (agent.act(observations, explore=True) != best).mean() == pytest.approx(0.3, abs=0.03)
    assert np.array_equal(agent.act(observations), best)


def test_rows_do_not_depend_on_one_another() -> None:
    env = make_for(NAME, "RecNews-v0", num_envs=12)
    agent = trained(NAME, env)
    observations, infos = env.reset(seed=3)
    every = agent.act(observations, infos["action_mask"])
    for row in range(12):
        one = {name: part[row : row + 1] for name, part in observations.items()}
        assert agent.act(one, infos["action_mask"][row : row + 1]) == every[row]


def test_many_pairs_are_scored_in_parts(monkeypatch: Any) -> None:
    env = make_for(NAME, "RecNews-v0", num_envs=50)
    agent = trained(NAME, env)
    observations, infos = env.reset(seed=3)
    at_once = agent.act(observations, infos["action_mask"])
    monkeypatch.setattr(policy_iteration, "_PAIRS_AT_ONCE", 200 * 7)
    assert np.array_equal(agent.act(observations, infos["action_mask"]), at_once)
    loaded(env, phase_share=1.0, phase_rate=1.0).fit(env, 50 * 8)


def test_training_goes_on_from_what_was_saved(tmp_path: Any) -> None:
    env = make_for(NAME)
    agent = loaded(env)
    agent.fit(env, 8 * 12)
    agent.save(tmp_path / "agent")
    again: Any = agents.load_saved(tmp_path / "agent")
    mine, its = agent.state_dict(), again.state_dict()
    assert set(mine) == set(its)
    assert all(np.array_equal(value, its[key]) for key, value in mine.items())
    assert any(key.startswith("optimizer.") for key in mine)
    assert again._largest == pytest.approx(agent._largest)
    for each in (agent, again):
        each.generator = np.random.default_rng(3)
        each.fit(env, 8 * 4)
    assert all(np.array_equal(value, again.state_dict()[key]) for key, value in agent.state_dict().items())


def test_rewards_that_are_not_made_of_signals_are_refused() -> None:
    env = make_for(NAME)
    with pytest.raises(ValueError, match=r"weighted sum of its signals.*reward_weights="):
        loaded(env).fit(TransformReward(env, lambda rewards: 2.0 * rewards + 1.0), 64)
    agent = loaded(env)
    observations, _ = env.reset(seed=0)
    step = transitions(agent.task, observations, np.zeros((8, 1), np.int64), np.zeros(8))
    with pytest.raises(ValueError, match=r"'like' was -0\.5.*two signals"):
        agent._signals_of(step._replace(signals={**step.signals, "like": np.full(8, -0.5)}))


def test_diversity_has_a_head_only_where_it_is_rewarded() -> None:
    assert "diversity" not in loaded(make_for(NAME))._signals
    assert "diversity" in loaded(make_for(NAME, reward_weights={"click": 1.0, "diversity": 0.2}))._signals


@pytest.mark.parametrize(
    ("name", "options", "kind", "words"),
    [
        (NAME, {"gama": 0.9}, ValueError, "Did you mean 'gamma'"),
        (NAME, {"gamma": 1.5}, ValueError, "gamma=1.5 is out of range"),
        (NAME, {"trace": -0.1}, ValueError, "trace=-0.1"),
        (NAME, {"epsilon": "much"}, TypeError, "epsilon='much'"),
        (NAME, {"phase_rate": 2.0}, ValueError, "phase_rate=2.0"),
        (NAME, {"phase_length": 0.5}, ValueError, "phase_length=0.5"),
        (NAME, {"phase_strength": float("nan")}, ValueError, "phase_strength=nan"),
        (NAME, {"phase_share": -1}, ValueError, "phase_share=-1"),
        (NAME, {"random_rollouts": 0}, ValueError, "random_rollouts=0"),
        (NAME, {"rollout_length": 1.5}, TypeError, "rollout_length=1.5"),
        (NAME, {"batch_size": 0}, ValueError, "batch_size=0"),
        (NAME, {"learning_rate": 0.0}, ValueError, "learning_rate=0.0"),
        (NAME, {"learning_rate_end": 1.0}, ValueError, "learning_rate_end=1.0"),
        (NAME, {"value_weight": -1.0}, ValueError, "value_weight=-1.0"),
        (NAME, {"hidden": [64]}, TypeError, r"hidden=\[64\]"),
        (NAME, {"decay": 1.1}, ValueError, "decay=1.1"),
        ("supervised", {"gamma": 0.9}, ValueError, "gamma=0.9: supervised is the agent with gamma 0"),
        ("supervised", {"epsylon": 0.9}, ValueError, "Did you mean 'epsilon'"),
    ],
)
def test_bad_options_are_explained(
    name: str, options: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        agents.load(name, make_for(name), **options)


@pytest.mark.parametrize("form", ["flat", "sequence", "items"])
def test_other_observations_are_refused(form: str) -> None:
    with pytest.raises(ValueError, match=f"observation='{form}'.*observation='ids', sequence_length=64"):
        agents.load(NAME, make_for(NAME, observation=form))


def test_a_slate_holds_the_items_of_the_largest_scores() -> None:
    env = make_for(NAME, "RecNewsSlate-v0")
    agent = trained(NAME, env)
    observations, infos = env.reset(seed=3)
    slates = agent.act(observations, infos["action_mask"])
    single = loaded(make_for(NAME, "RecNews-v0"))
    single.load_state_dict(agent.state_dict())
    available = infos["action_mask"] == 1
    scores = np.where(available, single.scores(observations, available, False), -np.inf)
    np.testing.assert_array_equal(slates, np.argsort(-scores, axis=1, kind="stable")[:, :5])
    assert np.array_equal(slates[:, 0], single.act(observations, infos["action_mask"]))


def test_the_signals_are_those_of_the_item_that_was_attended_to() -> None:
    env = make_for(NAME, "RecVideoSlate-v0")
    task = env.unwrapped.task
    observations, _ = env.reset(seed=0)
    step = transitions(task, observations, np.tile(np.arange(5), (8, 1)), np.zeros(8))
    attended = np.array([2, 0, 4, -1, 1, 0, 3, 2])
    signals = np.arange(8.0)[None] * (attended >= 0)
    split = _by_place(signals, step._replace(attended=attended))
    assert split.shape == (1, 8, 5)
    assert np.array_equal(split.sum(axis=2), signals)
    assert (split[0, np.arange(8), attended] == signals[0]).all()


@pytest.mark.long
def test_a_short_training_beats_random_in_the_shop() -> None:
    env = make_for(NAME, "RecEcommerce-v0", num_envs=512, num_items=40)
    options = {"batch_size": 512, "hidden": 32, "embedding_size": 16, "bag_size": 32, "rollout_length": 16}
    learners = {name: agents.load(name, env, **options) for name in (NAME, "supervised")}
    for agent in learners.values():
        agent.fit(env, 512 * 16 * 20)
    result = evaluate(env, learners, users=500)
    for name in learners:
        assert result.differences(name)["random"].low > 0.0
