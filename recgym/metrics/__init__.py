"""What happened, in numbers."""

from recgym.metrics.collector import SessionCollector
from recgym.metrics.intervals import Interval, mean_interval, ratio_interval
from recgym.metrics.play import SessionLog, play
from recgym.metrics.table import METRICS, Metric, normalised_score, session_metrics

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
