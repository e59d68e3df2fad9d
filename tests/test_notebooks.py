"""The notebooks: they run, without an error or a warning, and what is shipped is what their sources say."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playing import run_python

from tools.notebooks import NOTEBOOKS, build, pictures, problems, read

RUN = """
import sys
from pathlib import Path
import nbformat
from tools.notebooks import run
nbformat.write(run(nbformat.read(sys.argv[1], 4), Path(sys.argv[2])), sys.argv[1])
"""


def run_apart(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Runs a notebook from a process of its own: sockets of kernels do not live with what other tests do to file descriptors."""
    file, empty = folder / "notebook.ipynb", folder / "empty"
    empty.mkdir()
    nbformat.write(notebook, file)
    run_python(RUN, str(file), str(empty))
    return nbformat.read(file, 4)


def test_there_are_notebooks() -> None:
    assert {"1_first_session", "2_ten_product_example", "5_reading_a_certificate"} <= set(NOTEBOOKS)


@pytest.mark.long
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name: str, tmp_path: Path) -> None:
    notebook = run_apart(build(name), tmp_path)
    assert problems(notebook) == []
    assert len(pictures(notebook)) == len(pictures(read(name)))
    assert not list((tmp_path / "empty").iterdir())  # nothing is left in the reader's folder


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_is_shipped_was_made_from_the_source_and_run(name: str) -> None:
    shipped, source = read(name), build(name)
    made = "it differs from its source: run python -m tools.notebooks"
    assert [(cell.cell_type, cell.source) for cell in shipped.cells] == [
        (cell.cell_type, cell.source) for cell in source.cells
    ], made
    assert problems(shipped) == []
    assert len(pictures(shipped)) >= 3
    assert shipped.cells[0].source.startswith("# ")


def test_what_is_wrong_with_a_notebook_is_told(tmp_path: Path) -> None:
    notebook = build(NOTEBOOKS[0])
    assert problems(notebook)[0] == "code cell 1 was not run in its turn"
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"][:1]
    notebook.cells[0].source = "import warnings; warnings.warn('look here')"
    assert "look here" in problems(run_apart(notebook, tmp_path))[0]
