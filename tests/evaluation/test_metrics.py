"""Each metric on two sessions that are short enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from recgym.evaluation import METRICS, SessionLog, normalised_score, session_metrics
from recgym.evaluation.metrics import WINDOW, coverage, gini

ANGLES = np.deg2rad([0.0, 90.0, 180.0, 60.0])
VECTORS = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)]).astype(np.float32)


def log(
    actions: list[list[int]], rewards: list[list[float]], clicks: list[list[float]], likes: list[list[float]]
) -> SessionLog:
    shown = np.array(actions)[:, :, None]
    signals = {"click": np.array(clicks), "like": np.array(likes)}
    return SessionLog(np.array(rewards), shown[:, :, 0] >= 0, shown, signals, VECTORS)


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
    ],
)
def test_by_hand(name: str, expected: float) -> None:
    assert METRICS[name](SESSIONS) == pytest.approx(expected, abs=1e-6)
    assert session_metrics(SESSIONS)[name] == METRICS[name](SESSIONS)
    interval = METRICS[name].interval(SESSIONS)
    assert interval.low <= interval.mean <= interval.high
    assert interval.mean == pytest.approx(expected, abs=1e-6)


def test_slates_are_compared_within_themselves() -> None:
    actions = np.array([[[0, 1], [0, 2]], [[3, 3], [-1, -1]]])
    zeros = np.zeros((2, 2))
    running = np.array([[True, True], [True, False]])
    slates = SessionLog(
        zeros, running, actions, {"click": np.array([[1.0, 2.0], [0.0, 0.0]]), "like": zeros}, VECTORS
    )
    assert METRICS["intra_list_diversity"](slates) == pytest.approx(((1 + 2) / 2 + 0) / 2, abs=1e-6)
    assert METRICS["click_through_rate"](slates) == pytest.approx(3 / 6)
    assert METRICS["session_length"](slates) == pytest.approx(1.5)


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
    with pytest.raises(ValueError, match="same users"):
        normalised_score(SESSIONS, logs[0], logs[2])
