"""Tasks on disk: JSON for words, a NumPy archive for arrays, and nothing that executes when it is read."""

from __future__ import annotations

import json
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recgym.catalogue.stored import arrays_of, catalogue_of, words_of
from recgym.core.arguments import whole_number
from recgym.core.parameters import MEMORY
from recgym.core.scenario import ContextFeature, Signal
from recgym.core.stored_files import read_arrays, read_json
from recgym.core.whole_file import write_whole
from recgym.task.actions import ActionMeaning
from recgym.task.layout import HiddenField, ObservationLayout
from recgym.task.statistics import ItemStatistics

if TYPE_CHECKING:
    from recgym.task.task import Task

TASK_FILE, ARRAYS_FILE = "task.json", "task.npz"
FORMAT = 1
"""Version of the files; another one is refused."""

_ARRAYS = ("vectors", "item_features", "weights", "opening")
_COUNTS = ("impressions", "clicks", "likes")


def save_task(task: Task, folder: str | PathLike[str]) -> None:
    """Writes a task into a folder that is there."""
    path = Path(folder)
    catalogue = task.catalogue
    words: dict[str, Any] = {
        "format": FORMAT,
        "scenario": task.scenario,
        "catalogue": words_of(catalogue),
        "item_feature_names": list(task.item_feature_names),
        "signals": [signal._asdict() for signal in task.signals],
        "layout": asdict(task.layout)
        | {
            "context": [feature._asdict() for feature in task.layout.context],
            "hidden": [field._asdict() for field in task.layout.hidden],
        },
        "actions": asdict(task.actions),
        "horizon": task.horizon,
        "sessions": task.sessions,
        "always_available": task.always_available,
    }
    arrays = {name: getattr(task, name) for name in _ARRAYS}
    arrays |= {f"statistics.{name}": getattr(task.statistics, name) for name in _COUNTS}
    arrays |= {f"catalogue.{name}": values for name, values in arrays_of(catalogue).items()}
    write_whole(path / ARRAYS_FILE, lambda file: np.savez(file, **arrays))
    text = json.dumps(words, ensure_ascii=False, indent=1) + "\n"
    write_whole(
        path / TASK_FILE, lambda file: file.write(text.encode())
    )  # the last file: without it nothing is saved


def load_task(folder: str | PathLike[str]) -> Task:
    """Reads what `save_task` wrote.

    Raises:
        FileNotFoundError: if no task is saved there.
        ValueError: if the files are damaged.
    """
    from recgym.task.task import Task

    path = Path(folder)
    if not (path / TASK_FILE).is_file():
        raise FileNotFoundError(
            f"No task in {path}: {TASK_FILE} is not there. Pass the folder that Task.save or Agent.save wrote."
        )
    try:
        words = read_json(path / TASK_FILE)
        if words["format"] != FORMAT:
            raise ValueError(f"format {words['format']!r}; this version reads format {FORMAT}")
        with (path / ARRAYS_FILE).open("rb") as file:
            arrays = read_arrays(file)
        mark = "catalogue."
        catalogue = catalogue_of(
            words["catalogue"],
            {name.removeprefix(mark): array for name, array in arrays.items() if name.startswith(mark)},
        )
        context = tuple(ContextFeature(**feature) for feature in words["layout"]["context"])
        hidden = tuple(HiddenField(**field) for field in words["layout"]["hidden"])
        task = Task(
            scenario=words["scenario"],
            catalogue=catalogue,
            item_feature_names=tuple(words["item_feature_names"]),
            statistics=ItemStatistics(*(arrays[f"statistics.{name}"] for name in _COUNTS)),
            signals=tuple(Signal(**signal) for signal in words["signals"]),
            layout=ObservationLayout(**words["layout"] | {"context": context, "hidden": hidden}),
            actions=ActionMeaning(**words["actions"]),
            horizon=words["horizon"],
            sessions=words.get("sessions", 1),  # files of before there were several
            always_available=words["always_available"],
            **{name: arrays[name] for name in _ARRAYS},
        )
        _check_shapes(task)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"The task in {path} is damaged ({error!r}): save it again.") from error
    return task


def _check_shapes(task: Task) -> None:
    items, layout = len(task.catalogue), task.layout
    wanted = {
        "vectors": (items, layout.dimension),
        "item_features": (items, len(task.item_feature_names)),
        "weights": (len(task.signals),),
        "opening": (items + 1, len(layout.context)),
    }
    for name, shape in wanted.items():
        if getattr(task, name).shape != shape:
            raise ValueError(f"{name} has shape {getattr(task, name).shape}, not {shape}")
        if not np.isfinite(getattr(task, name)).all():
            raise ValueError(f"{name} has numbers that are not finite")
    for name in _COUNTS:
        counts = getattr(task.statistics, name)
        if counts.shape != (items,):
            raise ValueError(f"statistics.{name} has shape {counts.shape}, not {(items,)}")
    whole_number("slate_size", task.actions.slate_size, 1, items)
    whole_number("horizon", task.horizon, 1)
    whole_number("sessions", task.sessions, 1)
    whole_number("length", layout.length, 1, MEMORY)
    if layout.num_items != items or task.actions.num_items != items:
        raise ValueError(
            f"layout and actions are of {layout.num_items} and {task.actions.num_items} items, not {items}"
        )
