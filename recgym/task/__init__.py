"""What is fixed and public: all that an agent may know."""

from recgym.task.actions import INVALID_ACTIONS, ActionMeaning
from recgym.task.layout import FORMS, PRIVILEGED, ObservationLayout
from recgym.task.statistics import ItemStatistics
from recgym.task.task import Task

__all__ = [
    "FORMS",
    "INVALID_ACTIONS",
    "PRIVILEGED",
    "ActionMeaning",
    "ItemStatistics",
    "ObservationLayout",
    "Task",
]
