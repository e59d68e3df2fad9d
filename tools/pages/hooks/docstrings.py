"""What mkdocstrings is told about this project's docstrings."""

from __future__ import annotations

from typing import Any

from griffe import Class, Extension, Function, Object

from tools.pages.markdown import stressed_labels

ELSEWHERE = ("See the class", "See `")
"""How docstrings begin that lead to another one."""


class ProjectDocstrings(Extension):
    """Prints labels of paragraphs in bold, and leaves docstrings out that only lead to another."""

    def on_function(self, *, func: Function, **_: Any) -> None:
        """Empties docstrings such as "See the class."."""
        if func.docstring is not None and func.docstring.value.startswith(ELSEWHERE[0]):
            func.docstring = None

    def on_class(self, *, cls: Class, **_: Any) -> None:
        """Stresses labels."""
        self._stress(cls)

    def _stress(self, documented: Object) -> None:
        if documented.docstring is not None:
            documented.docstring.value = stressed_labels(documented.docstring.value)
