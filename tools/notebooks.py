"""Makes the notebooks of the folder ``notebooks`` from their sources, and runs them: `python -m tools.notebooks [NAME ...]`.

A source is a Python file of the same name in ``notebooks/sources``: cells begin with a line ``# %%``, words with ``# %% [markdown]``.
"""

from __future__ import annotations

import argparse
import ast
import base64
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
NOTEBOOKS = tuple(sorted(path.stem for path in (FOLDER / "sources").glob("*.py")))
"""Names of notebooks, in the order in which they are read."""
CELL_SECONDS = 600
"""After so long a cell is taken to hang."""
_CELL, _WORDS = "# %%", "# %% [markdown]"
_NOTICE = "Gym has been unmaintained"
"""How the old `gym` greets when it is imported: d3rlpy brings it, and Stable-Baselines3 imports it where it is."""


def build(name: str) -> NotebookNode:
    """Returns a notebook without outputs.

    Args:
        name: One of `NOTEBOOKS`.

    Raises:
        ValueError: if the source has no docstring or no cells, or a cell of words has a line that is no comment.
    """
    path = FOLDER / "sources" / f"{name}.py"
    text = path.read_text(encoding="utf-8")
    parts = text.split(f"\n{_CELL}")[1:]
    if ast.get_docstring(ast.parse(text)) is None or not parts:
        raise ValueError(f"{path} has no docstring, or no cells: they begin with lines {_CELL!r}.")
    cells = []
    for number, part in enumerate(parts):
        head, _, body = part.partition("\n")
        lines = body.strip("\n").splitlines()
        if _CELL + head == _WORDS:
            wrong = [line for line in lines if not line.startswith("#")]
            if wrong:
                raise ValueError(f"{path}: a cell of words has a line that is no comment: {wrong[0]!r}.")
            cell = new_markdown_cell("\n".join(line[1:].removeprefix(" ") for line in lines))
        else:
            cell = new_code_cell("\n".join(lines))
        cell["id"] = f"cell-{number}"  # the same every time
        cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Runs a notebook in a folder, with this repository's packages and one thread, and returns it with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell fails.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=CELL_SECONDS, kernel_name="python3", resources=where)
    client.execute(env=environment)
    for cell in _code_of(notebook):
        cell["metadata"].pop("execution", None)  # times of the day
        cell["outputs"] = [
            output for output in cell.outputs if not output.get("text", "").startswith(_NOTICE)
        ]
    return notebook


def problems(notebook: NotebookNode) -> list[str]:
    """Returns what is wrong with a notebook that was run, in words: cells that were not run in their turn, errors, warnings."""
    found = []
    for number, cell in enumerate(_code_of(notebook), start=1):
        if cell.execution_count != number:
            found.append(f"code cell {number} was not run in its turn")
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                found.append(f"code cell {number}: {output.get('text', output.get('evalue'))}")
    return found


def pictures(notebook: NotebookNode) -> list[bytes]:
    """Returns the PNGs of a notebook."""
    outputs = [output for cell in _code_of(notebook) for output in cell.outputs]
    found = [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    return [base64.b64decode(picture) for picture in found]


def read(name: str) -> NotebookNode:
    """Reads a notebook as it is shipped."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def write(name: str, notebook: NotebookNode) -> Path:
    """Writes a notebook, checked against the format, and returns where."""
    nbformat.validate(notebook)
    path = FOLDER / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code: 1 if something is wrong with a notebook, which is not written then."""
    parser = argparse.ArgumentParser(prog="python -m tools.notebooks", description=__doc__)
    parser.add_argument(
        "name", nargs="*", metavar="NAME", help=f"any of {', '.join(NOTEBOOKS)} (default: all)"
    )
    names = parser.parse_args(arguments).name or NOTEBOOKS
    unknown = [name for name in names if name not in NOTEBOOKS]
    if unknown:
        parser.error(f"no notebook {unknown[0]!r}; there are {', '.join(NOTEBOOKS)}.")
    failed = False
    for name in names:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            notebook = run(build(name), Path(folder))
        found = problems(notebook)
        failed |= bool(found)
        print(
            f"{name}: {time.monotonic() - started:.0f} s",
            *(found or [str(write(name, notebook))]),
            sep="\n  ",
        )
    return int(failed)


def _code_of(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


if __name__ == "__main__":
    sys.exit(main())
