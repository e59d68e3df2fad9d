"""Policies and logs in, numbers and intervals out."""

from recgym.core.printing import printable
from recgym.evaluation.collector import SessionCollector
from recgym.evaluation.comparison import Evaluation, evaluate, normalised_score, paired_difference, regret
from recgym.evaluation.intervals import Interval, mean_interval, ratio, ratio_interval
from recgym.evaluation.metrics import (
    METRICS,
    Metric,
    find_metrics,
    register_metric,
    session_metrics,
    unregister_metric,
)
from recgym.evaluation.rates import measured_rates
from recgym.evaluation.rollouts import play, play_oracle, play_validation
from recgym.evaluation.session_log import SessionLog

__all__ = [
    "METRICS",
    "Evaluation",
    "Interval",
    "Metric",
    "SessionCollector",
    "SessionLog",
    "evaluate",
    "find_metrics",
    "mean_interval",
    "measured_rates",
    "normalised_score",
    "paired_difference",
    "play",
    "play_oracle",
    "play_validation",
    "printable",
    "ratio",
    "ratio_interval",
    "register_metric",
    "regret",
    "session_metrics",
    "unregister_metric",
]
