"""What happened, in numbers."""

from recgym.evaluation.intervals import Interval, mean_interval, ratio_interval
from recgym.evaluation.log_collector import SessionCollector
from recgym.evaluation.metrics import METRICS, Metric, normalised_score, session_metrics
from recgym.evaluation.rollout import SessionLog, play

__all__ = [
    "METRICS",
    "Interval",
    "Metric",
    "SessionCollector",
    "SessionLog",
    "mean_interval",
    "normalised_score",
    "play",
    "ratio_interval",
    "session_metrics",
]
