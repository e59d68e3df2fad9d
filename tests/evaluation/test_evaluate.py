"""`recgym.evaluate`: paired results with intervals for plain functions, slates and agents."""

from __future__ import annotations

import json
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import agents
import recgym
from recgym.evaluation import METRICS, Evaluation, Interval, normalised_score, paired_difference, play
from recgym.evaluation.comparison import COLUMNS, results_table
from recgym.sessions.sessions import Sessions
from recgym.task.choosing import best_items
from recgym.task.task import Task


def first(observations: Any, masks: np.ndarray) -> np.ndarray:
    return masks.argmax(axis=1)


class Popular:
    """An agent in the smallest form."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def act(self, observations: Any, masks: np.ndarray) -> np.ndarray:
        scores = np.where(masks == 1, self.task.statistics.click_rate, -1.0)
        return best_items(scores, self.task.slate_size)


@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNewsSlate-v0"])
def test_agents_and_functions_are_measured_beside_random(env_id: str) -> None:
    env = gym.make(env_id)
    task = env.unwrapped.task

    def top(observations: Any, masks: np.ndarray) -> np.ndarray:
        return best_items(masks, task.slate_size)

    result = recgym.evaluate(env, {"top": top, "popular": Popular(task)}, users=100, seed=1)
    assert isinstance(result, Evaluation)
    assert list(result.logs) == ["random", "top", "popular"]
    assert result.split == "test"
    assert result.num_sessions == 100
    assert np.array_equal(result.logs["top"].rewards, play(env_id, top, num_sessions=100, seed=1).rewards)
    for name, log in result.logs.items():
        assert np.array_equal(log.seeds, result.logs["random"].seeds)
        assert list(result.results[name]) == [metric for metric in METRICS if not METRICS[metric].of_returns]
        assert result.results[name]["coverage"] == METRICS["coverage"].interval(log)
    assert result.results["random"]["coverage"].mean > result.results["popular"]["coverage"].mean


def test_agents_observe_in_the_form_that_their_task_names() -> None:
    class Latest(Popular):
        """Shows the last item again, and looks at what it is given."""

        def act(self, observations: Any, masks: np.ndarray) -> np.ndarray:
            assert self.task.layout.batch_size(observations) == 30
            history = self.task.layout.read(observations, "history")
            assert history.shape == (30, self.task.layout.length)
            return np.asarray(history[:, -1], np.int64) - 1

    arguments = {"observation": "ids", "sequence_length": 7}
    agent = Latest(gym.make("RecVideo-v0", **arguments).unwrapped.task)
    mixed = recgym.evaluate("RecVideo-v0", {"latest": agent, "first": first}, users=30)
    alone = recgym.evaluate("RecVideo-v0", {"latest": agent}, users=30, **arguments)
    for name in ("random", "latest"):
        assert np.array_equal(mixed.logs[name].actions, alone.logs[name].actions)
        assert np.array_equal(mixed.logs[name].rewards, alone.logs[name].rewards)
    played = play("RecVideo-v0", agent, num_sessions=30)
    assert np.array_equal(played.actions, mixed.logs["latest"].actions)


def test_the_same_arguments_give_the_same_numbers() -> None:
    results = [recgym.evaluate("RecVideo-v0", {"first": first}, users=30, seed=4) for _ in range(2)]
    assert results[0].as_dict() == results[1].as_dict()
    other = recgym.evaluate("RecVideo-v0", {"first": first}, users=30, seed=5)
    assert not np.array_equal(other.logs["random"].actions, results[0].logs["random"].actions)
    assert other.results["first"] != results[0].results["first"]


def test_differences_are_paired_by_user() -> None:
    result = recgym.evaluate(
        "RecMusic-v0", {"first": first, "last": lambda o, m: np.full(len(m), 199)}, users=60
    )
    differences = result.differences("last")
    assert list(differences) == ["random", "first"]
    assert differences["first"] == paired_difference(result.logs["last"], result.logs["first"])
    returns = {name: log.returns for name, log in result.logs.items()}
    assert differences["random"].mean == pytest.approx((returns["last"] - returns["random"]).mean())
    assert result.differences("last", "session_length")["first"].mean == pytest.approx(
        result.results["last"]["session_length"].mean - result.results["first"]["session_length"].mean
    )
    with pytest.raises(ValueError, match=r"Unknown policy 'lats'. Did you mean 'last'"):
        result.differences("lats")


def test_a_planner_gives_every_row_a_score() -> None:
    def greedy(sessions: Sessions) -> np.ndarray:
        return (sessions.users["taste"] @ sessions.world.items["latent"].T).argmax(axis=1)

    result = recgym.evaluate("RecMusic-v0", {"first": first}, users=60, oracles={"planner": greedy})
    assert list(result.logs) == ["random", "first", "planner"]
    scores = {name: row["normalised_score"] for name, row in result.results.items()}
    assert scores["random"] == Interval(0.0, 0.0, 0.0)
    assert scores["planner"] == Interval(1.0, 1.0, 1.0)
    logs = result.logs
    assert scores["first"] == normalised_score(logs["first"], logs["random"], logs["planner"])
    assert result.table().splitlines()[0].split()[-1] == "normalised"
    alone = recgym.evaluate("RecMusic-v0", {"first": first}, users=60)
    assert "normalised" not in alone.table()
    with pytest.raises(ValueError, match=r"Unknown column 'normalised_score'.* It needs a planner"):
        alone.table(["normalised_score"])


def test_the_table_has_the_columns_that_are_asked_for() -> None:
    result = recgym.evaluate("RecNews-v0", {"first": first}, users=40)
    lines = result.table().splitlines()
    assert len(lines) == 3
    assert [line.split()[0] for line in lines[1:]] == ["random", "first"]
    assert lines[0].split() == ["reward", "length", "CTR", "ILD", "coverage"]
    assert len({len(line) for line in lines}) == 1
    interval = result.results["first"]["gini_exposure"]
    table = result.table(["gini_exposure", "reward_per_session"])
    assert table.splitlines()[0].split() == ["Gini", "reward"]
    assert f"{interval.mean:.2f} ± {interval.half:.2f}" in table.splitlines()[2]
    assert str(result) == result.table(COLUMNS)
    assert "2 policies on 40 users in News" in repr(result)
    with pytest.raises(ValueError, match=r"Unknown column 'gini_exposed'. Did you mean 'gini_exposure'"):
        result.table(["gini_exposed"])


def test_a_table_of_results_from_a_file() -> None:
    result = recgym.evaluate("RecBandit-v0", {"first": first}, users=10)
    written = json.loads(json.dumps(result.as_dict()))
    assert written["users"] == 10
    assert (written["seed"], written["split"], written["scenario"]) == (0, "test", "Bandit")
    read = {
        name: {key: Interval(**value) for key, value in row.items()}
        for name, row in written["results"].items()
    }
    assert results_table(read, COLUMNS) == result.table()


def test_an_illegal_action_names_the_policy() -> None:
    with pytest.raises(ValueError, match=r"Step 0, row 0: Action 500 is out of range") as caught:
        recgym.evaluate("RecVideo-v0", {"good": first, "bad": lambda o, m: np.full(len(m), 500)}, users=5)
    assert caught.value.__notes__ == ["It was policy 'bad'."]


def test_repair_is_there_for_policies_that_know_no_masks() -> None:
    oldest = {"oldest": lambda observations, masks: np.zeros(len(masks), np.int64)}
    with pytest.raises(ValueError, match=r"is not available now"):
        recgym.evaluate("RecNews-v0", oldest, users=20)
    result = recgym.evaluate("RecNews-v0", oldest, users=20, invalid_actions="repair")
    assert (result.logs["oldest"].actions[result.logs["oldest"].running] == 0).all()
    assert result.results["oldest"]["coverage"].mean > 1 / 200


@pytest.mark.parametrize(
    ("policies", "keywords", "kind", "message"),
    [
        ({"random": first}, {}, ValueError, "The name 'random' is taken"),
        ({"mine": first}, {"oracles": {"mine": lambda sessions: 0}}, ValueError, "The name 'mine' is taken"),
        (
            {"mine": first},
            {"oracles": {"random": lambda sessions: 0}},
            ValueError,
            "The name 'random' is taken",
        ),
        (first, {}, TypeError, "are passed by name"),
        ({"mine": 3}, {}, TypeError, "3 is no policy"),
        ({"mine": first}, {"users": 1}, ValueError, "users=1 is out of range"),
        ({"mine": first}, {"users": 10.0}, TypeError, "users=10.0 must be a whole number"),
        ({"mine": first}, {"seed": -1}, ValueError, "seed=-1 is out of range"),
        ({"mine": first}, {"slate": 2}, TypeError, "unexpected keyword argument 'slate'"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    policies: Any, keywords: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        recgym.evaluate("RecBandit-v0", policies, **keywords)


def test_nothing_but_random_can_be_measured() -> None:
    assert list(recgym.evaluate("RecBandit-v0", {}, users=5).logs) == ["random"]


def test_logs_of_other_people_are_not_paired() -> None:
    """Equal seeds are not enough: another split, another scenario, and another number of people bring other users."""

    def first(observations: Any, masks: np.ndarray) -> np.ndarray:
        return np.argmax(masks, axis=1)

    log = play("RecBandit-v0", first, num_sessions=20)
    again = play("RecBandit-v0", first, num_sessions=20, observation="items")
    assert paired_difference(log, again).mean == 0.0
    for other in (
        play("RecBandit-v0", first, num_sessions=20, split="train"),
        play("RecBandit-v0", first, num_sessions=20, num_users=500),
        play("RecVideo-v0", first, num_sessions=20),
    ):
        with pytest.raises(ValueError, match="different users: play them in the same scenario"):
            paired_difference(log, other)
        with pytest.raises(ValueError, match="different users"):
            normalised_score(log, log, other)


@pytest.mark.parametrize("how", ["id", "single", "vector"])
def test_a_limit_that_cuts_sessions_is_told(how: str) -> None:
    limit = {"max_episode_steps": 5}
    env = {
        "id": lambda: "RecBandit-v0",
        "single": lambda: gym.make("RecBandit-v0", **limit),
        "vector": lambda: gym.make_vec("RecBandit-v0", 2, **limit),
    }[how]()
    with pytest.raises(ValueError, match=r"cut after 5 steps.*Make it with horizon=5"):
        recgym.evaluate(env, {}, users=3, **(limit if how == "id" else {}))


def test_the_name_of_the_planner_is_kept() -> None:
    with pytest.raises(ValueError, match="'planner' is kept for an oracle"):
        recgym.evaluate(
            "RecBandit-v0", {"planner": lambda observations, masks: np.argmax(masks, axis=1)}, users=3
        )


@pytest.mark.parametrize(
    ("env_id", "arguments", "words"),
    [("RecVideo-v0", {"world_seed": 1}, "catalogue="), ("RecEcommerce-v0", {}, "scenario='Video'")],
)
def test_an_agent_that_was_made_for_other_items_is_refused(
    env_id: str, arguments: dict[str, Any], words: str
) -> None:
    agent = agents.load("popular", gym.make("RecVideo-v0"))
    with pytest.raises(ValueError, match=f"was made for an environment with .*{words}"):
        recgym.evaluate(env_id, {"popular": agent}, users=3, **arguments)


def test_what_an_agent_draws_belongs_to_the_sessions_that_it_plays() -> None:
    env = gym.make_vec("RecVideo-v0", 4, autoreset_mode=AutoresetMode.DISABLED, num_users=60)
    for name in ("random", "popular", "epsilon_greedy"):
        agent = agents.load(name, env, seed=3)
        agent.fit(env, 40)
        before = agent.generator.bit_generator.state
        first, again, other = (
            play("RecVideo-v0", agent, num_sessions=20, seed=seed, num_users=60) for seed in (0, 0, 1)
        )
        np.testing.assert_array_equal(first.actions, again.actions)
        assert (first.actions != other.actions).any()
        assert agent.generator.bit_generator.state == before  # its training goes on as if nobody had looked
    evaluated = recgym.evaluate("RecVideo-v0", {"agent": agents.load("random", env)}, users=20, num_users=60)
    np.testing.assert_array_equal(evaluated.logs["agent"].actions, evaluated.logs["random"].actions)


def test_an_oracle_that_fails_is_named_and_a_generator_may_be_read_only() -> None:
    with pytest.raises(ValueError, match="no answer") as caught:
        recgym.evaluate("RecBandit-v0", {}, users=2, oracles={"seer": fails})
    assert caught.value.__notes__ == ["It was policy 'seer'."]
    recgym.evaluate("RecBandit-v0", {"drawn": Drawn()}, users=2)


def fails(sessions: Sessions) -> np.ndarray:
    raise ValueError("no answer")


class Drawn:
    """Draws by a generator that cannot be replaced."""

    generator = property(lambda self: np.random.default_rng(0))

    def act(self, observations: Any, masks: np.ndarray) -> np.ndarray:
        return np.argmax(masks * self.generator.random(masks.shape), axis=1)
