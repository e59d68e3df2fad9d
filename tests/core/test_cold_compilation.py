"""No scenario's compiled code is taken for another's: Numba lets a record pass for one whose fields it begins with."""

from __future__ import annotations

from importlib import import_module
from itertools import permutations
from pathlib import Path

import pytest
from numba import from_dtype
from numba.core.typing import Context
from playing import run_python

from recgym import SCENARIOS
from recgym.core.parameters import as_record

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


CLOSURES = """
import math, sys
import numpy as np
from recgym.core.kernel import bind, kernel

def compiled(factor):
    @kernel
    def total(values, rate):  # long, and called often: the compiler must not write it out where it is called
        result = 0.0
        for value in values:
            part = math.exp(-value * rate) * factor
            for step in range(3):
                part += 0.0 * (math.sin(part + step) + math.log(1.0 + part * part))
                while part > 1e10:
                    part = part / 2 + math.cos(part)
                if part > 1e9:
                    part = math.sqrt(part) + math.tanh(part)
                elif part < -1e9:
                    part = math.atan2(part, rate) + math.pow(part, rate)
            result += part + 0.0 * math.floor(result) + 0.0 * math.erf(result)
        return result

    @kernel
    def four(values):
        rate = values[0]
        return total(values, rate) + total(values, 2 * rate) + total(values, 3 * rate) + total(values, 4 * rate)

    return four

zeros = np.zeros(5)
kernels = [compiled(float(word)) for word in sys.argv[1:]]
print([bind(four, zeros)(zeros) for four in kernels], sum(sum(four.stats.cache_hits.values()) for four in kernels))
"""


def test_closures_compiled_in_two_processes_are_told_apart_in_a_third(tmp_path: Path) -> None:
    """Numba numbers the functions of a process: the first of each process would have the same symbol, and the linker would take either."""

    def printed(*factors: str) -> str:
        return run_python(CLOSURES, *factors, NUMBA_CACHE_DIR=str(tmp_path), PYTHONHASHSEED="0").strip()

    assert printed("2") == "[40.0] 0"
    assert printed("3") == "[60.0] 0"
    assert printed("2", "3") == "[40.0, 60.0] 2"
    assert printed("3", "2") == "[60.0, 40.0] 2"
    assert (
        printed("4", "4") == "[80.0, 80.0] 1"
    )  # equal closures are one: the second finds what the first left
