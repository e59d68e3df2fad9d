"""Examples in docstrings run, and print what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

import agents
import recgym


def modules_of(package: ModuleType) -> list[str]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [package.__name__, *(module.name for module in found if not module.name.endswith("__main__"))]


def examples_of(name: str) -> list[doctest.DocTest]:
    module = importlib.import_module(name)
    return [test for test in doctest.DocTestFinder(exclude_empty=True).find(module) if test.examples]


MODULES = [name for package in (recgym, agents) for name in modules_of(package)]


def test_examples_are_found() -> None:
    assert sum(len(examples_of(name)) for name in MODULES) >= 8


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    for test in examples_of(name):
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test)
        assert result.failed == 0, test.name
