"""What holds for every test: where shared functions are found, and how many threads a process may use."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# Tests run side by side: BLAS and torch, here and in what tests start, would wait for each other on the same cores. Read when NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("recgym", derandomize=True, deadline=None)  # the same examples on every run
settings.load_profile("recgym")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests first that take longest; the others stay in their order."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
