"""A metric that lives outside of the packages: a function and a row, and it is wherever metrics are."""

from __future__ import annotations

from collections.abc import Iterator

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import recgym
from recgym.evaluation import (
    METRICS,
    Metric,
    SessionCollector,
    SessionLog,
    find_metrics,
    paired_difference,
    register_metric,
    session_metrics,
    unregister_metric,
)


def self_information(log: SessionLog) -> np.ndarray:
    """Sum of -log2 of the shares of exposure of what was shown, in the platform's log, and how many items that were (Castells et al., 2011)."""
    impressions = log.task.statistics.impressions + 1.0
    bits = -np.log2(impressions / impressions.sum())
    there = log.shown >= 0
    return np.column_stack([(bits[log.shown] * there).sum(axis=(1, 2)), there.sum(axis=(1, 2))])


SURPRISE = Metric("surprise", "surprise", self_information, bounds=(0.0, np.inf), decimals=3)


@pytest.fixture
def surprise() -> Iterator[Metric]:
    yield register_metric(SURPRISE)
    unregister_metric("surprise")


def obscure(observations: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Shows what hardly anybody has seen."""
    return np.full(len(masks), RAREST)


RAREST = int(gym.make("RecVideo-v0").unwrapped.task.statistics.impressions.argmin())


def test_it_is_in_the_table_and_in_the_file(surprise: Metric) -> None:
    result = recgym.evaluate("RecVideo-v0", {"obscure": obscure}, users=20)
    table = result.table(["surprise", "session_length"])
    assert table.splitlines()[0].split() == ["surprise", "length"]
    mine, random = (result.results[name]["surprise"] for name in ("obscure", "random"))
    assert f"{mine.mean:.3f} ± {mine.half:.3f}" in table
    assert result.as_dict()["results"]["obscure"]["surprise"]["mean"] == mine.mean
    assert mine.mean > random.high
    difference = paired_difference(result.logs["obscure"], result.logs["random"], "surprise")
    assert difference.mean == pytest.approx(mine.mean - random.mean)
    impressions = result.task.statistics.impressions + 1.0
    assert mine.mean == pytest.approx(-np.log2(impressions[RAREST] / impressions.sum()))


def test_it_is_among_the_tags_of_training(surprise: Metric) -> None:
    env = gym.make_vec("RecVideo-v0", 4, autoreset_mode=AutoresetMode.DISABLED, horizon=2)
    collector = SessionCollector(env.unwrapped.task, 4)
    env.reset(seed=0)
    for _ in range(2):
        actions = np.full(4, RAREST)
        _, rewards, terminated, truncated, infos = env.step(actions)
        over = terminated | truncated
        collector.record(actions, rewards, infos, over)
        if over.any():
            env.reset(options={"reset_mask": over})
    tags = collector.tags()
    assert tags["rec/surprise"] > 7.0
    assert set(tags) == {
        f"rec/{name}" for name, metric in METRICS.items() if not (metric.of_histories or metric.of_returns)
    }


def test_it_is_nowhere_once_it_is_taken_out(surprise: Metric) -> None:
    unregister_metric("surprise")
    assert "surprise" not in METRICS
    result = recgym.evaluate("RecVideo-v0", {}, users=5)
    assert "surprise" not in result.results["random"]
    assert "surprise" not in session_metrics(result.logs["random"])
    register_metric(SURPRISE)


def test_the_table_is_written_by_registering_only() -> None:
    with pytest.raises(TypeError, match=r"does not support item assignment"):
        METRICS["surprise"] = SURPRISE  # type: ignore[index]


def test_names_are_checked(surprise: Metric) -> None:
    assert register_metric(SURPRISE) is SURPRISE  # once more is no harm
    with pytest.raises(ValueError, match=r"a metric named 'coverage' already"):
        register_metric(Metric("coverage", "mine", self_information))
    with pytest.raises(ValueError, match=r"a metric named 'normalised_score' already"):
        register_metric(Metric("normalised_score", "mine", self_information))
    with pytest.raises(ValueError, match=r"'my surprise' must be one word"):
        register_metric(Metric("my surprise", "mine", self_information))
    with pytest.raises(TypeError, match=r"is not a recgym.evaluation.Metric"):
        register_metric(self_information)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"Unknown metric 'surprize'. Did you mean 'surprise'"):
        find_metrics(["coverage", "surprize"])
    with pytest.raises(ValueError, match=r"Unknown metric 'surprize'. Did you mean 'surprise'"):
        unregister_metric("surprize")
    assert find_metrics("surprise") == (SURPRISE,)
