"""Writes the network of a run as one ONNX file, with the items inside: `python -m train.export RUN --out policy.onnx`.

The file needs neither torch nor recgym: onnxruntime, or anything else that reads ONNX, runs it. Before it is written, it is checked to decide as the agent does.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import agents
from recgym.evaluation import printable
from train.arguments import add_import_argument, check_out, import_modules, stop
from train.checkpoints import BEST_FOLDER


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train.export", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )  # fmt: skip
    parser.add_argument("run", type=Path, help="folder of a run, or of a saved agent")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the file, such as policy.onnx"
    )
    parser.add_argument(
        "--best", action="store_true", help="the model that did best on validation users, in place of the last one"
    )  # fmt: skip
    add_import_argument(parser)
    args = parser.parse_args(arguments)
    check_out(parser, args.out)
    try:
        import_modules(args.modules)
        agent = agents.load_saved(args.run / BEST_FOLDER if args.best else args.run)
        _export(agent, args.out)
    except (ValueError, TypeError, OSError, ImportError, RuntimeError) as error:
        stop(parser, error)
    task = agent.task
    print(
        printable(
            f"Wrote {args.out}: {agent.name} for {task.num_items} items of {task.scenario}, checked against the agent.\n"
            f"Inputs are the observation and mask (N, {task.num_items}); outputs are scores (N, {task.num_items}) and chosen, positions in item_ids of the metadata."
        )
    )
    return 0


def _export(agent: agents.Agent, out: Path) -> None:
    try:
        from agents.sb3.export import export_onnx
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"Exporting needs {error.name}, which is not installed: pip install 'recgym[train,export]'.", name=error.name
        ) from error  # fmt: skip
    export_onnx(agent, out)


if __name__ == "__main__":
    sys.exit(main())
