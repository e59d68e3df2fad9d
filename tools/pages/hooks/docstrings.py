"""What mkdocstrings is told about this project's docstrings."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

from tools.pages.markdown import stressed_labels

ELSEWHERE = "See the class"
"""How docstrings begin that lead to the one of their class, which stands above them."""


class ProjectDocstrings(Extension):
    """Makes sections and labels of docstrings ones that are known, and leaves docstrings out that only lead to another."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Changes the docstring of a module, class, function or attribute."""
        if obj.docstring is None:
            return
        if obj.docstring.value.startswith(ELSEWHERE):
            obj.docstring = None
            return
        # Google's style has "Example:" for code that is told about, and "Examples:" for code that is shown.
        text = re.sub(r"^Example:$", "Examples:", obj.docstring.value, flags=re.MULTILINE)
        text = re.sub(r"::$", ":", text, flags=re.MULTILINE)
        obj.docstring.value = stressed_labels(text)
