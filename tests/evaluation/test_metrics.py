"""Each metric on two sessions that are short enough to work out by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from recgym.evaluation import (
    METRICS,
    Metric,
    SessionLog,
    evaluate,
    normalised_score,
    paired_difference,
    regret,
    session_metrics,
)
from recgym.evaluation.metrics import _TABLE, WINDOW, coverage, gini, tail_terms
from recgym.oracles.reference import create_reference

ANGLES = np.deg2rad([0.0, 90.0, 180.0, 60.0])
VECTORS = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)]).astype(np.float32)
STATISTICS = SimpleNamespace(impressions=np.array([7, 3, 1, 1]), click_rate=np.array([0.1, 0.2, 0.9, 0.3]))
CATALOGUE = SimpleNamespace(categories=np.array(["a", "a", "b", "b"]))
TASK: Any = SimpleNamespace(
    text_vectors=VECTORS,
    num_items=len(VECTORS),
    statistics=STATISTICS,
    popularity=STATISTICS.click_rate,
    catalogue=CATALOGUE,
)


def log_of_slates(
    shown: np.ndarray,
    rewards: np.ndarray,
    clicks: np.ndarray,
    likes: np.ndarray,
    running: np.ndarray | None = None,
) -> SessionLog:
    there = shown[:, :, 0] >= 0 if running is None else running
    return SessionLog(
        task=TASK,
        rewards=rewards,
        running=there,
        actions=np.where(there[:, :, None], 0, -1),  # what was asked for is not what counts
        shown=shown,
        attended=np.where(there, 0, -1),
        signals={"click": clicks, "like": likes},
        seeds=np.arange(len(shown)),
        histories=np.tile([-1, 0, 3], (len(shown), 1)),
    )


def log(
    shown: list[list[int]], rewards: list[list[float]], clicks: list[list[float]], likes: list[list[float]]
) -> SessionLog:
    return log_of_slates(np.array(shown)[:, :, None], np.array(rewards), np.array(clicks), np.array(likes))


SESSIONS = log(
    [[0, 1, 2], [3, 3, -1]],
    [[1.0, 0.0, 2.0], [0.5, 0.5, 0.0]],
    [[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]],
    [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reward_per_session", (3.0 + 1.0) / 2),
        ("session_length", (3 + 2) / 2),
        ("click_through_rate", 4 / 5),
        ("like_rate", 1 / 4),
        # distances 1 (0-1), 1 (1-2), 2 (0-2), mean 4/3; and 0 between an item and itself
        ("intra_list_diversity", (4 / 3 + 0) / 2),
        ("coverage", 4 / 4),
        # exposures 1, 1, 1, 2: (-3 - 1 + 1 + 6) / (4 * 5)
        ("gini_exposure", 3 / 20),
        # bits are log2(16 / 8, 16 / 4, 16 / 2, 16 / 2), shares of impressions plus 1
        ("novelty", (1 + 2 + 3 + 3 + 3) / 5),
        # item 2 has the highest click rate, is expected, and was clicked once; so were 0, 3 and 3
        ("serendipity", 3 / 5),
        # lists {0, 1, 2} and {3} have nothing in common
        ("personalisation", 1.0),
        # both brought a and b half and half; the one was shown 2/3 and 1/3, the other b alone
        (
            "calibration_error",
            (
                0.5 * np.log(0.5 / (0.99 * 2 / 3 + 0.005))
                + 0.5 * np.log(0.5 / (0.99 / 3 + 0.005))
                + 0.5 * np.log(0.5 / 0.005)
                + 0.5 * np.log(0.5 / 0.995)
            )
            / 2,
        ),
        # shares of impressions are 7, 3, 1 and 1 twelfths: shown (7 + 3 + 1) / 3 and 1, brought (7 + 1) / 2
        ("popularity_lift", ((11 / 3 + 1) / 2 - 4) / 4),
        ("worst_tenth", 1.0),
    ],
)
def test_by_hand(name: str, expected: float) -> None:
    assert METRICS[name](SESSIONS) == pytest.approx(expected, abs=1e-6)
    assert session_metrics(SESSIONS)[name] == METRICS[name](SESSIONS)
    interval = METRICS[name].interval(SESSIONS)
    assert interval.low <= interval.mean <= interval.high
    assert interval.mean == pytest.approx(expected, abs=1e-6)


def test_slates_are_compared_within_themselves() -> None:
    shown = np.array([[[0, 1], [0, 2]], [[3, 3], [-1, -1]]])
    zeros = np.zeros((2, 2))
    slates = log_of_slates(shown, zeros, np.array([[1.0, 2.0], [0.0, 0.0]]), zeros)
    assert METRICS["intra_list_diversity"](slates) == pytest.approx(((1 + 2) / 2 + 0) / 2, abs=1e-6)
    assert METRICS["click_through_rate"](slates) == pytest.approx(3 / 6)
    assert METRICS["session_length"](slates) == pytest.approx(1.5)


def test_empty_places_are_no_impressions_and_have_no_distance() -> None:
    shown = np.array([[[0, -1, 2], [-1, -1, -1]], [[-1, 1, -1], [-1, -1, -1]]])
    zeros = np.zeros((2, 2))
    running = np.array([[True, True], [True, False]])
    slates = log_of_slates(shown, zeros, np.array([[1.0, 0.0], [0.0, 0.0]]), zeros, running)
    assert METRICS["session_length"](slates) == pytest.approx(
        1.5
    )  # a step in which nothing is shown is a step
    assert METRICS["click_through_rate"](slates) == pytest.approx(1 / 3)
    assert METRICS["intra_list_diversity"](slates) == pytest.approx(
        2.0, abs=1e-6
    )  # 0 and 2, and nothing else
    assert METRICS["coverage"](slates) == pytest.approx(3 / 4)


def test_items_further_apart_than_the_window_are_not_compared() -> None:
    apart = [[0] * WINDOW + [2]]
    zeros = [[0.0] * (WINDOW + 1)]
    distance = METRICS["intra_list_diversity"](log(apart, zeros, zeros, zeros))
    near = WINDOW * (WINDOW - 1) // 2  # pairs of item 0 with itself
    assert distance == pytest.approx(2 * (WINDOW - 1) / (near + WINDOW - 1), abs=1e-6)


def test_a_session_of_one_item_says_nothing_of_diversity() -> None:
    both = log([[0, 2], [1, -1]], [[0.0, 0.0]] * 2, [[0.0, 0.0]] * 2, [[0.0, 0.0]] * 2)
    assert METRICS["intra_list_diversity"](both) == pytest.approx(2.0, abs=1e-6)


def test_gini_is_0_for_equal_shares_and_nearly_1_for_one_item() -> None:
    assert gini(np.full(50, 3.0)) == pytest.approx(0.0)
    assert gini(np.eye(50)[0]) == pytest.approx(1 - 1 / 50)
    assert gini(np.zeros(5)) == 0.0
    assert coverage(np.array([[0.0, 2.0], [0.0, 0.0]])).tolist() == [0.5, 0.0]


def test_score_is_0_for_the_lowest_and_1_for_the_highest() -> None:
    generator = np.random.default_rng(0)
    low = generator.random((50, 3))
    logs = [
        log([[0, 1, 2]] * 50, (low + gain).tolist(), [[0.0] * 3] * 50, [[0.0] * 3] * 50)
        for gain in (0.0, 0.5, 1.0)
    ]
    assert normalised_score(logs[0], logs[0], logs[2]).mean == 0.0
    assert normalised_score(logs[1], logs[0], logs[2]).mean == pytest.approx(0.5)
    assert normalised_score(logs[2], logs[0], logs[2]).mean == 1.0
    with pytest.raises(ValueError, match=r"same users"):
        normalised_score(SESSIONS, logs[0], logs[2])


def test_a_difference_is_paired_by_user() -> None:
    generator = np.random.default_rng(0)
    rewards = 10.0 * generator.random((50, 3))
    shown, zeros = [[0, 1, 2]] * 50, [[0.0] * 3] * 50
    low, high = (log(shown, (rewards + gain).tolist(), zeros, zeros) for gain in (0.0, 0.1))
    difference = paired_difference(high, low)
    assert difference.mean == pytest.approx(0.3)
    assert difference.half < 1e-6  # users differ by much, the two policies by the same in each of them
    assert METRICS["reward_per_session"].interval(low).half > 1.0
    backwards = paired_difference(low, high)
    assert (backwards.low, backwards.high) == pytest.approx((-difference.high, -difference.low))


def test_every_metric_can_be_paired() -> None:
    other = log([[0, 1, 1], [0, 0, -1]], [[0.0] * 3] * 2, [[0.0] * 3] * 2, [[0.0] * 3] * 2)
    for name in session_metrics(SESSIONS):
        metric = METRICS[name]
        difference = paired_difference(SESSIONS, other, name)
        assert difference.mean == pytest.approx(metric(SESSIONS) - metric(other)), name
        assert paired_difference(SESSIONS, SESSIONS, name).half == 0.0, name


RETURNS = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
"""Of two users: the one came back once and left for good, the other had all three sessions."""


def test_the_return_rate_counts_the_sessions_that_another_one_could_follow() -> None:
    task = SimpleNamespace(**vars(TASK), sessions=3)
    several = SessionLog(
        **{**vars(SESSIONS), "task": task, "signals": SESSIONS.signals | {"returned": RETURNS}}
    )
    assert METRICS["return_rate"](several) == session_metrics(several)["return_rate"] == (1 + 2) / (2 + 2)
    assert 0.0 <= METRICS["return_rate"].interval(several).low <= 0.75
    nobody = SessionLog(**{**vars(several), "signals": SESSIONS.signals | {"returned": 0.0 * RETURNS}})
    assert METRICS["return_rate"](nobody) == 0.0
    assert paired_difference(several, nobody, "return_rate").mean == pytest.approx(0.75)


def test_where_nobody_comes_back_there_is_no_return_rate_and_it_is_said_why() -> None:
    assert set(METRICS) - set(session_metrics(SESSIONS)) == {"return_rate"}
    with pytest.raises(
        ValueError, match=r"episodes of one session.*sessions= above 1, such as RecVideoRetention-v0"
    ):
        METRICS["return_rate"](SESSIONS)
    evaluation = evaluate("RecVideo-v0", {}, users=5, num_users=20)
    with pytest.raises(ValueError, match=r"'return_rate'.*needs users who come back"):
        evaluation.table(columns=["return_rate"])
    assert "return rate" in evaluate("RecVideoRetention-v0", {}, users=20, num_users=20).table(
        columns=["return_rate"]
    )


def test_logs_of_different_users_are_not_paired() -> None:
    zeros = [[0.0]] * 3
    first = log([[0]] * 3, zeros, zeros, zeros)
    others = SessionLog(**{**vars(first), "seeds": np.arange(5, 8)})
    unseeded = SessionLog(**{**vars(first), "seeds": None})
    with pytest.raises(ValueError, match=r"of different users: play them with the same seed"):
        paired_difference(first, others)
    with pytest.raises(ValueError, match=r"not seeded one by one"):
        paired_difference(first, unseeded)
    with pytest.raises(ValueError, match=r"Unknown metric 'reward'. Did you mean"):
        paired_difference(first, first, "reward")


def test_clicks_in_a_slate_are_those_of_the_attended_place() -> None:
    shown = np.array([[[2, 0], [0, 2]], [[1, 3], [-1, -1]]])
    slates = log_of_slates(shown, np.zeros((2, 2)), np.array([[1.0, 1.0], [0.0, 0.0]]), np.zeros((2, 2)))
    assert METRICS["serendipity"](slates) == pytest.approx(
        1 / 6
    )  # the first click is on 2, which is expected
    lower = SessionLog(**{**vars(slates), "attended": np.array([[1, 1], [0, -1]])})
    assert METRICS["serendipity"](lower) == pytest.approx(1 / 6)  # the second one, now
    both = SessionLog(**{**vars(slates), "attended": np.array([[1, 0], [0, -1]])})
    assert METRICS["serendipity"](both) == pytest.approx(2 / 6)


def test_everybody_is_shown_the_same_or_something_of_their_own() -> None:
    zeros = [[0.0] * 2] * 3
    assert METRICS["personalisation"](log([[0, 1]] * 3, zeros, zeros, zeros)) == pytest.approx(0.0)
    # {0, 1}, {0, 1}, {0}: distances 0, 1 - 1 / sqrt(2), 1 - 1 / sqrt(2); what is shown twice counts once
    lists = METRICS["personalisation"](log([[0, 1], [1, 0], [0, 0]], zeros, zeros, zeros))
    assert lists == pytest.approx(2 * (1 - np.sqrt(0.5)) / 3)
    nothing = [[0, 1], [1, 0], [-1, -1]]
    assert METRICS["personalisation"](log(nothing, zeros, zeros, zeros)) == pytest.approx(0.0)


def test_what_is_shown_as_it_was_brought_is_calibrated_and_no_more_popular() -> None:
    zeros = [[0.0] * 2] * 2
    same = log([[0, 3], [3, 0]], zeros, zeros, zeros)
    assert METRICS["calibration_error"](same) == pytest.approx(0.0)
    assert METRICS["popularity_lift"](same) == pytest.approx(0.0)
    popular, obscure = (log([[item, item]] * 2, zeros, zeros, zeros) for item in (0, 2))
    assert METRICS["popularity_lift"](popular) == pytest.approx(7 / 4 - 1)
    assert METRICS["popularity_lift"](obscure) == pytest.approx(1 / 4 - 1)
    assert METRICS["calibration_error"](popular) == METRICS["calibration_error"](obscure) > 1.0


def test_without_histories_those_metrics_are_left_out_and_say_why() -> None:
    bare = SessionLog(**{**vars(SESSIONS), "histories": None})
    left_out = {"calibration_error", "popularity_lift"}
    assert set(session_metrics(bare)) == set(session_metrics(SESSIONS)) - left_out
    for name in left_out:
        with pytest.raises(ValueError, match=r"recorded during training.*play\(\) and evaluate\(\)"):
            METRICS[name](bare)
    cold = SessionLog(**{**vars(SESSIONS), "histories": np.full((2, 3), -1)})
    assert [METRICS[name](cold) for name in sorted(left_out)] == [0.0, 0.0]


@pytest.mark.parametrize("users", [2, 10, 37, 1_000])
def test_the_worst_tenth_is_the_mean_of_the_lowest_returns(users: int) -> None:
    returns = np.random.default_rng(0).normal(size=users)
    count = users / 10
    ordered = np.sort(returns)
    whole = int(count)
    expected = (ordered[:whole].sum() + (count - whole) * ordered[min(whole, users - 1)]) / count
    assert tail_terms(returns, 0.1).mean() == pytest.approx(expected)
    assert tail_terms(returns, 1.0).mean() == pytest.approx(returns.mean())


def test_the_interval_of_the_worst_tenth_holds_the_truth() -> None:
    """The mean of the lowest tenth of a standard normal is -1.755 (density at the quantile over 1 / 10); 95 % intervals hold it in 95 of 100 samples."""
    generator = np.random.default_rng(1)
    held = 0
    for _ in range(300):
        returns = generator.normal(size=400)
        sample: Any = SimpleNamespace(returns=returns, num_sessions=400)
        interval = METRICS["worst_tenth"].interval(sample)
        held += interval.low <= -1.755 <= interval.high
    assert 0.9 <= held / 300 <= 0.99


def test_regret_is_what_the_best_policy_earned_more() -> None:
    better = SessionLog(**{**vars(SESSIONS), "rewards": SESSIONS.rewards + SESSIONS.running * 0.5})
    assert regret(SESSIONS, better).mean == pytest.approx((1.5 + 1.0) / 2)
    assert regret(better, better).half == 0.0
    assert regret(better, SESSIONS).mean == pytest.approx(-1.25)
    zeros = [[0.0]] * 3
    with pytest.raises(ValueError, match=r"same users"):
        regret(SESSIONS, log([[0]] * 3, zeros, zeros, zeros))


def test_new_metrics_tell_random_from_popular_in_the_shop() -> None:
    """Popular items are less of a surprise, the same for all, and more popular than what users bring."""
    popular = create_reference("popular", "RecEcommerce-v0")
    oracles = {"popular": popular, "planner": create_reference("planner", "RecEcommerce-v0")}
    results = evaluate("RecEcommerce-v0", {}, users=200, oracles=oracles).results
    mean = {
        name: {metric: interval.mean for metric, interval in row.items()} for name, row in results.items()
    }
    assert mean["popular"]["serendipity"] == 0.0 < mean["random"]["serendipity"]
    assert mean["popular"]["personalisation"] < mean["random"]["personalisation"]
    assert mean["planner"]["calibration_error"] < mean["popular"]["calibration_error"]
    assert mean["planner"]["regret"] == 0.0
    assert results["random"]["regret"].low > results["popular"]["regret"].low > 0
    for row in mean.values():
        assert row["worst_tenth"] < row["reward_per_session"]


def test_a_metric_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Metric("broken", "broken", lambda log: log.nothing)
    monkeypatch.setitem(_TABLE, "broken", broken)
    with pytest.raises(AttributeError) as raised:
        evaluate("RecVideo-v0", {}, users=5, num_users=20).table()
    assert raised.value.__notes__ == ["It was metric 'broken' of policy 'random'."]
