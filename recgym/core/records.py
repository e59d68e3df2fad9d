"""Copies of records, byte by byte.

Numba's own assignment of a record is one load and one store of all its bytes, which the compiler writes out a byte at a time: a kilobyte takes it seconds.
"""

from __future__ import annotations

from typing import Any

from numba.core import cgutils, config, types
from numba.extending import intrinsic


def _assign(target: Any, place: int, source: Any, row: int) -> None:
    """What `copy_record` does, interpreted."""
    target[place] = source[row]


@intrinsic  # type: ignore[untyped-decorator]
def _compiled_copy(typing_context: Any, target: Any, place: Any, source: Any, row: Any) -> Any:
    """Copies the bytes of one row to one row of the other array."""
    if target.dtype != source.dtype:
        return None  # no such function: Numba says of which types

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args

        def row_of(array: int, index: int) -> Any:
            view = context.make_array(kinds[array])(context, builder, arguments[array])
            return cgutils.get_item_pointer(
                context, builder, kinds[array], view, [arguments[index]], wraparound=False
            )

        size = context.get_constant(types.intp, kinds[0].dtype.size)
        cgutils.raw_memcpy(builder, row_of(0, 1), row_of(2, 3), size, 1)
        return context.get_dummy_value()

    return types.void(target, types.intp, source, types.intp), generate


copy_record: Any = _assign if config.DISABLE_JIT else _compiled_copy
"""copy_record(target, place, source, row): ``target[place] = source[row]`` of two arrays of the same records."""
