"""Whole numbers that several threads count on and read, without a lock."""

from __future__ import annotations

import threading
from typing import Any

from numba.core import cgutils, config, types
from numba.extending import intrinsic

CACHE_LINE_NUMBERS = 8
"""Int64 numbers of one cache line: counters that are this far apart are not taken from one another by writing."""
_lock = threading.Lock()


def _locked_fetch_add(numbers: Any, index: int, value: int) -> int:
    """What `fetch_add` does, interpreted: there a lock is needed."""
    with _lock:
        before = int(numbers[index])
        numbers[index] = before + value
    return before


def _element(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    view = context.make_array(kind)(context, builder, array)
    return cgutils.get_item_pointer(context, builder, kind, view, [index], wraparound=False)


@intrinsic  # type: ignore[untyped-decorator]
def _compiled_fetch_add(typing_context: Any, numbers: Any, index: Any, value: Any) -> Any:
    """Adds in one instruction that no other thread can interrupt."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _element(context, builder, signature.args[0], arguments[0], arguments[1])
        return builder.atomic_rmw("add", pointer, arguments[2], "seq_cst")

    return types.int64(numbers, types.intp, types.int64), generate


fetch_add: Any = _locked_fetch_add if config.DISABLE_JIT else _compiled_fetch_add
"""fetch_add(numbers, index, value): adds to an element of an int64 array and returns what it was before; what this thread wrote until then is seen by
a thread that reads the sum in the same way."""
