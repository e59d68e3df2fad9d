"""Makes notebooks from Python sources: cells are parted by lines ``# %%``, words by ``# %% [markdown]``; and runs them."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).resolve().parent
FOLDER = ROOT / "notebooks"
NOTEBOOKS: Mapping[str, str] = {
    "2_ten_product_example": "ten_product_example.py",
    "3_bandits_and_reinforcement_learning": "bandits_and_reinforcement_learning.py",
    "4_your_own_catalogue": "your_own_catalogue.py",
    "6_new_agent_and_scenario": "new_agent_and_scenario.py",
}
"""Names of notebooks, in the order in which they are read, and their sources."""
SECONDS = 120
"""What a cell may take."""
_NOTICE = "Gym has been unmaintained"
_CELL, _WORDS = "# %%", "# %% [markdown]"


def build(name: str) -> NotebookNode:
    """Returns a notebook without outputs.

    Args:
        name: A key of `NOTEBOOKS`.

    Raises:
        ValueError: if the source has no cells, or a cell of words has a line that is no comment.
    """
    path = SOURCES / NOTEBOOKS[name]
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    if docstring is None or _CELL not in text:
        raise ValueError(f"{path} has no docstring, or no cells: part them by lines {_CELL!r}.")
    cells = []
    for part in text.split(f"\n{_CELL}")[1:]:
        head, _, body = part.partition("\n")
        if _CELL + head == _WORDS:
            lines = body.strip("\n").splitlines()
            if not all(line.startswith("#") for line in lines):
                raise ValueError(f"{path}: a cell of words has a line that is no comment: {body.strip()[:60]!r}.")
            cells.append(new_markdown_cell("\n".join(line[1:].removeprefix(" ") for line in lines)))
        else:
            cells.append(new_code_cell(body.strip("\n")))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same every time
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Runs a notebook in a folder, with this repository's packages and one thread, and returns it with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell fails.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    client.execute(env=environment)
    for cell in notebook.cells:
        cell["metadata"].pop("execution", None)  # times of the day
        if cell.cell_type == "code":
            cell["outputs"] = [output for output in cell.outputs if not _is_notice(output)]
    return notebook


def _is_notice(output: NotebookNode) -> bool:
    """Whether an output is what the old `gym` prints when it is imported. d3rlpy brings it, and Stable-Baselines3 imports it where it is."""
    return output.output_type == "stream" and output.name == "stderr" and output.text.startswith(_NOTICE)


def problems(notebook: NotebookNode) -> list[str]:
    """Returns what is wrong with a notebook that was run: cells without a number, errors, and warnings."""
    found = []
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        if cell.execution_count != number + 1:
            found.append(f"code cell {number + 1} was not run in its turn")
        for output in cell.outputs:
            if output.output_type == "error" or (output.output_type == "stream" and output.name == "stderr"):
                found.append(f"code cell {number + 1}: {output.get('text', output.get('evalue'))}")
    return found


def read(name: str) -> NotebookNode:
    """Reads a notebook as it is shipped."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def write(name: str, notebook: NotebookNode) -> Path:
    """Writes a notebook, checked against the format, and returns where."""
    nbformat.validate(notebook)
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def pictures(notebook: NotebookNode) -> list[Any]:
    """Returns the PNGs of a notebook, encoded as in the file."""
    return [
        output.data["image/png"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
