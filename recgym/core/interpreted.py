"""Kernels as plain Python: a scenario's functions run on records and arrays that notice what is done to them."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from typing import Any

from numba.core.dispatcher import Dispatcher


def plain(function: Any) -> Any:
    """Returns the Python function behind a compiled one; another one as it is."""
    return function.py_func if isinstance(function, Dispatcher) else function


def interpreted(function: Any, memo: dict[int, Any] | None = None) -> Callable[..., Any]:
    """Returns a kernel as plain Python, and with it all kernels that it reaches through its globals and closure.

    Args:
        function: A compiled function, or a plain one.
        memo: What was rebuilt before, by identity.
    """
    memo = {} if memo is None else memo
    function = plain(function)
    if id(function) in memo:
        return memo[id(function)]  # type: ignore[no-any-return]
    names: dict[str, Any] = dict(function.__globals__)
    rebuilt = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    memo[id(function)] = rebuilt
    for name in _names_in(function.__code__):
        if name in names:
            names[name] = _as_interpreted(names[name], memo)
    if function.__closure__:
        cells = tuple(
            types.CellType(_as_interpreted(cell.cell_contents, memo)) for cell in function.__closure__
        )
        rebuilt = types.FunctionType(
            function.__code__, names, function.__name__, function.__defaults__, cells
        )
        memo[id(function)] = rebuilt
    return rebuilt


def _as_interpreted(value: Any, memo: dict[int, Any]) -> Any:
    if isinstance(value, Dispatcher):
        return interpreted(value, memo)
    if isinstance(value, types.ModuleType) and any(
        isinstance(held, Dispatcher) for held in vars(value).values()
    ):
        return _InterpretedModule(value, memo)
    return value


class _InterpretedModule:
    """A module whose kernels are plain Python."""

    def __init__(self, module: types.ModuleType, memo: dict[int, Any]) -> None:
        self._module, self._memo = module, memo

    def __getattr__(self, name: str) -> Any:
        return _as_interpreted(getattr(self._module, name), self._memo)


def _names_in(code: types.CodeType) -> Iterable[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names_in(constant)
