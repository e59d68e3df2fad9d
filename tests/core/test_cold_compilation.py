"""No scenario's compiled code is taken for another's: Numba lets a record pass for one whose fields it begins with."""

from __future__ import annotations

from importlib import import_module
from itertools import permutations

import pytest
from numba import from_dtype
from numba.core.typing import Context

from recgym import SCENARIOS
from recgym.core.parameters import as_record
from recgym.sessions.kernels import compile_kernels

SCENARIO_LIST = [
    getattr(import_module(module), f"Rec{name}Env").scenario for name, (module, _) in SCENARIOS.items()
]


@pytest.mark.parametrize(
    "layouts",
    [[s.user_dtype for s in SCENARIO_LIST], [as_record(s.parameters()).dtype for s in SCENARIO_LIST]],
    ids=["users", "parameters"],
)
def test_records_do_not_pass_for_one_another(layouts: list) -> None:
    """Were it so, the first compilation would warn, and which code runs would depend on what was compiled before."""
    assert len(set(layouts)) > 4
    for one, other in permutations(set(layouts), 2):
        assert from_dtype(one).can_convert_to(Context(), from_dtype(other)) is None


def test_scenarios_of_equal_records_have_symbols_of_their_own() -> None:
    """Symbols of machine code hold a function's qualified name and its types: with equal ones, what is loaded first would run for both."""
    for kernel in ("step", "advance", "engagement"):
        names = {getattr(compile_kernels(s), kernel).py_func.__qualname__ for s in SCENARIO_LIST}
        assert len(names) == len(SCENARIO_LIST), names
