"""What holds for every test: where shared functions are found, and how many threads torch may use."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("recgym", derandomize=True, deadline=None)  # the same examples on every run
settings.load_profile("recgym")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """One thread for torch, once some test has imported it: more are slower on small networks, and less repeatable."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() != 1:
        torch.set_num_threads(1)
