"""What the commands have in common: arguments of training, of measuring, and of tables."""

from __future__ import annotations

import argparse
import sys
import sysconfig
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import agents
import recgym
from recgym.core.presets import PRESETS, told
from recgym.core.registry import import_named, load_entry
from recgym.evaluation import METRICS, Metric, find_metrics, printable, register_metric
from recgym.evaluation.metrics import COMPARED

EVALUATION_USERS = 1_000
PRESETS_HELP = "Presets, as in preset=drift: " + "; ".join(
    f"{name}: {preset.description} ({told(preset)})" for name, preset in PRESETS.items()
)
"""What the help texts say of named sets of the environment's arguments."""
_OURS = [Path(str(package.__file__)).resolve().parent for package in (recgym, agents)] + [
    Path(__file__).resolve().parent
]
_STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"]).resolve()
"""Where code lies whose errors need no traceback."""
INTERRUPTED = 130
"""Exit code of a command that was stopped by Ctrl-C, as shells expect it."""


def add_training_arguments(parser: argparse.ArgumentParser, *, logdir: bool = True) -> None:
    """Adds what the commands that train have in common; without ``--logdir`` where nothing is kept of the runs."""
    parser.add_argument(
        "--env",
        default="RecEcommerce-v0",
        metavar="ID",
        help="id of the environment, package:ID for one that a package registers (default: RecEcommerce-v0)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="S", help="of the agents and their users (default: 0)"
    )
    if logdir:
        parser.add_argument(
            "--logdir", type=Path, default=Path("runs"), metavar="D", help="folder of runs (default: runs)"
        )
    parser.add_argument(
        "--env-kwargs",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        help=f"arguments of the environment. {PRESETS_HELP}",
    )
    parser.add_argument("--no-progress", action="store_true", help="no progress bars")


def add_measuring_arguments(
    parser: argparse.ArgumentParser, users: str = "held-out users (default: 1000)"
) -> None:
    """Adds what the commands that measure have in common."""
    parser.add_argument("--users", type=int, default=EVALUATION_USERS, metavar="N", help=users)
    parser.add_argument(
        "--columns",
        nargs="+",
        metavar="METRIC",
        help=f"columns of the table: {', '.join([*METRICS, *COMPARED])}, or package.module:metric for one of your own",
    )


def add_import_argument(parser: argparse.ArgumentParser) -> None:
    """Adds what the commands that read runs have in common."""
    parser.add_argument(
        "--import",
        dest="modules",
        nargs="+",
        default=[],
        metavar="MODULE",
        help="modules that define the agents or ids of these runs; only those that you name are imported",
    )


def add_privileged_argument(parser: argparse.ArgumentParser) -> None:
    """Adds the leave to read what is hidden."""
    parser.add_argument(
        "--privileged",
        action="store_true",
        help="let agents read what is hidden of users (observation=state): what that knowledge is worth, no recommender that could be deployed",
    )


def import_modules(names: Iterable[str]) -> None:
    """Imports the modules that somebody named.

    Raises:
        ModuleNotFoundError: if one is not found.
    """
    for name in names:
        import_named(name, f"--import {name}")


def stop(parser: argparse.ArgumentParser, error: Exception, what: str = "") -> NoReturn:
    """Ends a command by an error: its words are enough if it is ours; code of somebody else's is shown where it failed.

    Args:
        parser: Of the command.
        error: What was raised.
        what: What failed, before the error's words.
    """
    if isinstance(error, MemoryError):
        parser.error(
            f"{what}there is not enough memory ({error}). A smaller buffer_size, batch_size or num_envs takes less."
        )
    if not _is_ours(error):
        traceback.print_exception(error)
    parser.error(printable(f"{what}{error}", sys.stderr))


def _is_ours(error: Exception) -> bool:
    """Tells whether an error was raised in these packages, or by what the standard library did for them."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith("<"):  # what imports, and has no file
            continue
        file = Path(frame.filename).resolve()
        if any(file.is_relative_to(folder) for folder in _OURS):
            return True
        if "site-packages" in file.parts or not file.is_relative_to(_STANDARD_LIBRARY):
            return False
    return True


def check_out(parser: argparse.ArgumentParser, out: Path | None) -> None:
    """Refuses a file that cannot be written before anything is measured."""
    if out is not None and not out.resolve().parent.is_dir():
        parser.error(f"--out {out}: its folder does not exist.")
    if out is not None and out.is_dir():
        parser.error(f"--out {out} is a folder; name a file.")


def read_columns(names: Iterable[str] | None) -> tuple[str, ...] | None:
    """Returns the names of metrics for a table; ``None`` for the usual ones.

    Args:
        names: Keys of `recgym.evaluation.METRICS`, ``"normalised_score"``, ``"regret"``, or ``"package.module:metric"`` for a `Metric` that is defined anywhere else,
            which is registered.

    Raises:
        ValueError: if there is no such metric.
        TypeError: if what is named is not a metric.
        ModuleNotFoundError: if its module is not found.
    """
    if names is None:
        return None
    columns = []
    for name in names:
        if ":" in name:
            found = load_entry(name)
            if not isinstance(found, Metric):
                raise TypeError(f"{name!r} is not a recgym.evaluation.Metric.")
            name = register_metric(found).name
        elif name not in COMPARED:
            find_metrics((name,))
        columns.append(name)
    return tuple(columns)
