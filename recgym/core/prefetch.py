"""A hint to the processor: this row is wanted soon."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, config, types
from numba.extending import intrinsic

CACHE_LINE = 64
"""Bytes that a processor fetches at a time."""


def _no_hint(array: Any, row: Any) -> None:
    """Does nothing: interpreted code has nothing to gain."""


@intrinsic
def _compiled_hint(typing_context: Any, array: Any, row: Any) -> Any:
    """Prefetches the cache lines of one row of a C-contiguous array; reads nothing, so any row number is safe."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        word = context.get_value_type(types.intp)
        stride = builder.extract_value(view.strides, 0)
        start = builder.add(builder.ptrtoint(view.data, word), builder.mul(stride, arguments[1]))
        byte = ir.IntType(8).as_pointer()
        flag = ir.IntType(32)
        hint = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag]), "llvm.prefetch.p0"
        )
        with cgutils.for_range_slice(builder, word(0), stride, word(CACHE_LINE), word) as (offset, _):
            line = builder.inttoptr(builder.add(start, offset), byte)
            builder.call(hint, [line, flag(0), flag(3), flag(1)])  # to read; keep; data
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


prefetch: Any = _no_hint if config.DISABLE_JIT else _compiled_hint
"""prefetch(array, row): begins to load ``array[row]``, so that it is near when it is read. The outcome is the same without."""
