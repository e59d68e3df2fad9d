"""The notebooks as pages, with the outputs that are in their files."""

from __future__ import annotations

import ast
import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert

from tools.pages.markdown import ROOT, fenced, table

FOLDER = ROOT / "notebooks"
_MATH = re.compile(r"\$\$(.+?)\$\$|(?<![\\\w$])\$([^\s$](?:[^$\n]*[^\s$])?)\$(?![\w$])", re.DOTALL)
_CODE = re.compile(r"(`[^`\n]+`)")
_TERMINAL = re.compile(r"\x1b\[[0-9;]*m")


def notebook_paths() -> list[Path]:
    """Returns the notebooks in the order in which they are read."""
    return sorted(FOLDER.glob("*.ipynb"))


def notebook_pages() -> Iterator[tuple[str, str | bytes]]:
    """Makes the overview, a page for each notebook, the pictures in them, and the notebooks themselves to be downloaded."""
    rows = []
    for path in notebook_paths():
        notebook = json.loads(path.read_text(encoding="utf-8"))
        title = _source(notebook["cells"][0]).partition("\n")[0]
        rows.append((f"[{title.removeprefix('# ')}]({path.stem}.md)", _summary(path)))
        yield from _pages(path, notebook)
    yield (
        "notebooks/index.md",
        f"""# Notebooks

Each was run from its first cell to its last with the code of this version; what it printed and drew is below its cells.

{table(("notebook", "what is in it"), rows)}

To run one yourself, download it from its page, or clone the repository, and open it with Jupyter in an environment that has `recgym[all]`.
""",
    )


def _pages(path: Path, notebook: dict[str, Any]) -> Iterator[tuple[str, str | bytes]]:
    parts, pictures = [], 0
    for cell in notebook["cells"]:
        source = _source(cell)
        if cell["cell_type"] == "markdown":
            parts.append(with_mathml(source))
            continue
        parts.append(fenced(source, "python"))
        for output in cell["outputs"]:
            data = output.get("data", {})
            if "image/png" in data:
                pictures += 1
                name = f"{path.stem}_{pictures}.png"
                yield f"notebooks/pictures/{name}", base64.b64decode("".join(data["image/png"]))
                parts.append(f"![What the cell above draws](pictures/{name}){{ .plot }}")
            else:
                text = "".join(output.get("text", data.get("text/plain", "")))
                if text.strip():
                    parts.append(
                        f'<div class="printed" markdown>\n\n{fenced(_TERMINAL.sub("", text))}\n\n</div>'
                    )
    parts.insert(1, f"[Download this notebook]({path.name}){{ .md-button }}")
    yield f"notebooks/{path.name}", path.read_bytes()
    yield f"notebooks/{path.stem}.md", "\n\n".join(parts) + "\n"


def with_mathml(text: str) -> str:
    """Returns Markdown whose formulas between dollars are MathML, which browsers show by themselves; code stays as it is."""
    parts = _CODE.split(text)
    return "".join(part if part.startswith("`") else _MATH.sub(_formula, part) for part in parts)


def _formula(found: re.Match[str]) -> str:
    if found[1] is not None:
        return f'<div class="formula">{convert(" ".join(found[1].split()), display="block")}</div>'
    return convert(found[2])


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _summary(path: Path) -> str:
    """Returns what the source of a notebook says of it, or nothing if it has none."""
    source = FOLDER / "sources" / f"{path.stem}.py"
    words = (
        (ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "") if source.is_file() else ""
    )
    words = words.partition("\n")[0].removeprefix("Notebook: ")
    return words[:1].upper() + words[1:]
