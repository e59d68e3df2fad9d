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


NOVELTY = Metric("novelty", "novelty", self_information, bounds=(0.0, np.inf), decimals=3)


@pytest.fixture
def novelty() -> Iterator[Metric]:
    yield register_metric(NOVELTY)
    unregister_metric("novelty")


def obscure(observations: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Shows what hardly anybody has seen."""
    return np.full(len(masks), RAREST)


RAREST = int(gym.make("RecVideo-v0").unwrapped.task.statistics.impressions.argmin())


def test_it_is_in_the_table_and_in_the_file(novelty: Metric) -> None:
    result = recgym.evaluate("RecVideo-v0", {"obscure": obscure}, users=20)
    table = result.table(["novelty", "session_length"])
    assert table.splitlines()[0].split() == ["novelty", "length"]
    mine, random = (result.results[name]["novelty"] for name in ("obscure", "random"))
    assert f"{mine.mean:.3f} ± {mine.half:.3f}" in table
    assert result.as_dict()["results"]["obscure"]["novelty"]["mean"] == mine.mean
    assert mine.mean > random.high
    difference = paired_difference(result.logs["obscure"], result.logs["random"], "novelty")
    assert difference.mean == pytest.approx(mine.mean - random.mean)
    impressions = result.task.statistics.impressions + 1.0
    assert mine.mean == pytest.approx(-np.log2(impressions[RAREST] / impressions.sum()))


def test_it_is_among_the_tags_of_training(novelty: Metric) -> None:
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
    assert tags["rec/novelty"] > 7.0
    assert set(tags) == {f"rec/{name}" for name in METRICS}


def test_it_is_nowhere_once_it_is_taken_out(novelty: Metric) -> None:
    unregister_metric("novelty")
    assert "novelty" not in METRICS
    result = recgym.evaluate("RecVideo-v0", {}, users=5)
    assert "novelty" not in result.results["random"]
    assert "novelty" not in session_metrics(result.logs["random"])
    register_metric(NOVELTY)


def test_the_table_is_written_by_registering_only() -> None:
    with pytest.raises(TypeError, match=r"does not support item assignment"):
        METRICS["novelty"] = NOVELTY  # type: ignore[index]


def test_names_are_checked(novelty: Metric) -> None:
    assert register_metric(NOVELTY) is NOVELTY  # once more is no harm
    with pytest.raises(ValueError, match=r"a metric named 'coverage' already"):
        register_metric(Metric("coverage", "mine", self_information))
    with pytest.raises(ValueError, match=r"a metric named 'normalised_score' already"):
        register_metric(Metric("normalised_score", "mine", self_information))
    with pytest.raises(ValueError, match=r"'my novelty' must be one word"):
        register_metric(Metric("my novelty", "mine", self_information))
    with pytest.raises(TypeError, match=r"is not a recgym.evaluation.Metric"):
        register_metric(self_information)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"Unknown metric 'novelti'. Did you mean 'novelty'"):
        find_metrics(["coverage", "novelti"])
    with pytest.raises(ValueError, match=r"Unknown metric 'novelti'. Did you mean 'novelty'"):
        unregister_metric("novelti")
    assert find_metrics("novelty") == (NOVELTY,)
