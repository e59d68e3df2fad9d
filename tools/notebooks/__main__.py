"""Makes the notebooks of the folder ``notebooks`` from their sources and runs them: `python -m tools.notebooks [NAME ...]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tools.notebooks.building import NOTEBOOKS, build, problems, run, write


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code: 1 if a notebook failed or warned, in which case it is not written."""
    parser = argparse.ArgumentParser(prog="python -m tools.notebooks", description=__doc__)
    parser.add_argument("name", nargs="*", default=list(NOTEBOOKS), choices=[*NOTEBOOKS, []], help="default: all")
    failed = False
    for name in parser.parse_args(arguments).name:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            notebook = run(build(name), Path(folder))
        found = problems(notebook)
        failed |= bool(found)
        print(f"{name}: {time.monotonic() - started:.0f} s", *found or [write(name, notebook)], sep="\n  ")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
