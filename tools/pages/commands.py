"""The commands and the scripts of other libraries, from their own ``--help`` and docstrings."""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from tools.pages.markdown import ROOT, fenced, indented, section, table

PACKAGES = ("recgym", "train", "tools")
CLIENT = "train.with_"
WIDTH = "100"
"""Columns of a help text."""


def command_modules() -> list[str]:
    """Returns what can be run by ``python -m``: modules of the packages that read arguments when they are the main one."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if '\nif __name__ == "__main__":' in text and "\ndef main(arguments" in text:
                found.append(_module(path))
    return found


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")


def path_of(module: str) -> Path:
    """Returns the file of a module that can be run."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__main__.py" if path.is_dir() else path.with_suffix(".py")


def docstring_of(module: str) -> str:
    """Returns the docstring of a module without importing it: some need libraries that are not installed."""
    return ast.get_docstring(ast.parse(path_of(module).read_text(encoding="utf-8"))) or ""


def help_of(module: str, *arguments: str) -> str | None:
    """Returns what ``python -m module --help`` prints, or ``None`` if a library that it needs is not installed.

    Args:
        module: Whose main function is called, in this process.
        *arguments: Before ``--help``, such as the name of a subcommand.
    """
    name = module if path_of(module).name != "__main__.py" else f"{module}.__main__"
    printed = io.StringIO()
    shown = {"COLUMNS": WIDTH, "NO_COLOR": "1", "PYTHON_COLORS": "0"}
    with (
        patch.dict(os.environ, shown),
        patch.object(sys, "argv", [f"python -m {module}"]),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        try:
            main = importlib.import_module(name).main
        except ModuleNotFoundError:
            return None
        with contextlib.suppress(SystemExit):
            main([*arguments, "--help"])
    return printed.getvalue()


def commands_page() -> str:
    """Makes the page of all commands but the scripts of other libraries."""
    modules = [module for module in command_modules() if not module.startswith(CLIENT)]
    rows = [
        (f"[`python -m {module}`](#{_anchor(module)})", _summary(docstring_of(module))) for module in modules
    ]
    parts = "\n\n".join(_command(module) for module in modules)
    return f"""# Commands

Each prints its arguments with `--help`, which is what stands below, and explains what is wrong with the ones it does not take. Those of `tools` are for a clone of the repository.

{table(("command", "what it does"), rows)}

In a clone, `make` has the most common ones:

{table(("target", "what it does"), list(make_targets()))}

{parts}
"""


def make_targets() -> Iterator[tuple[str, str]]:
    """Reads the targets of the Makefile and what is said of them."""
    for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines():
        head, marked, words = line.partition("##")
        if marked and ":" in head and not line.startswith(("\t", "#")):
            yield f"`make {head.partition(':')[0]}`", words.strip()


def _command(module: str) -> str:
    subcommands = ("describe",) if module == "recgym.catalogue" else ()
    texts = [help_of(module), *(help_of(module, name) for name in subcommands)]
    shown = "\n\n".join(fenced(text) for text in texts if text is not None)
    return f"## python -m {module} {{ #{_anchor(module)} }}\n\n{shown}"


def _anchor(module: str) -> str:
    return module.replace(".", "-").replace("_", "-")


def _summary(docstring: str) -> str:
    return docstring.partition("\n")[0].partition(": `python -m")[0].rstrip(".") + "."


def clients_page() -> str:
    """Makes the page of other libraries: what the README says of them, and each script's own page."""
    parts = []
    for module in (module for module in command_modules() if module.startswith(CLIENT)):
        name = module.removeprefix(CLIENT)
        printed = help_of(module)
        arguments = (
            "Its arguments are printed by `--help` in an environment that has the library."
            if printed is None
            else f'??? note "Arguments"\n\n{indented(fenced(_arguments(printed)))}'
        )
        parts.append(f"## with_{name} {{ #{name} }}\n\n{docstring_of(module)}\n\n{arguments}")
    scripts = "\n\n".join(parts)
    return f"# Other libraries\n\n{section('README.md', 'Other libraries')}\n\n{scripts}\n"


def _arguments(printed: str) -> str:
    """Returns a help text without the docstring, which stands above it."""
    usage, _, rest = printed.partition("\n\n")
    return f"{usage}\n\noptions:{rest.partition('options:')[2]}"
