"""The one decorator for compiled code, with a disk cache that notices every source change.

Numba's own cache looks only at the file of the function that is cached: edit a function that it calls, and the old
machine code runs on. Here the name of the cache file holds a digest of everything that the function can reach, as it is in
memory: a file that is edited while a process runs cannot lend its digest to the code that was imported before.
"""

from __future__ import annotations

import contextlib
import enum
import hashlib
import inspect
import os
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import caching, config
from numba.core.dispatcher import Dispatcher
from numba.core.extending import _Intrinsic
from numba.misc.appdirs import user_cache_dir

__all__ = ["bind", "kernel", "quiet", "source_digest"]


_CACHE_FORMAT = b"symbols hold the digest"
"""What is cached otherwise than before gets other names by another word here."""

_array_types: dict[tuple[Any, ...], Any] = {}


def kernel(function: Callable[..., Any] | None = None, *, reassociate: bool = False) -> Any:
    """Compiles a function with Numba, in nopython mode, and caches the machine code on disk.

    Under ``NUMBA_DISABLE_JIT=1`` the function is returned as it is.

    Args:
        function: The function to compile. It may close over other kernels.
        reassociate: Lets the compiler reorder sums, so that reductions use vector instructions. Every caller runs
            the same machine code, so rows still agree bitwise with one another.

    Returns:
        The compiled function, or a decorator when ``function`` is not given.
    """
    if function is None:
        return lambda inner: kernel(inner, reassociate=reassociate)
    fastmath: Any = {"reassoc", "nsz", "contract"} if reassociate else {"contract", "nsz"}
    compiled: Any = numba.njit(function, nogil=True, error_model="numpy", fastmath=fastmath, _nrt=False)
    if isinstance(compiled, Dispatcher):
        compiled._cache = _KernelCache(compiled)  # type: ignore[attr-defined]
    return compiled


def bind(compiled: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
    """Returns the machine code of a kernel for arguments of one set of types, without Numba's dispatch.

    Working out the types of named tuples of record arrays takes Numba ten times as long as one user's step. Nothing is checked in what is
    returned: it must be called with arguments of exactly these types, memory layouts included.

    Args:
        compiled: What `kernel` made. Under ``NUMBA_DISABLE_JIT=1`` that is a Python function, which is returned with overflow warnings silenced.
        *arguments: Arguments as they will be, or others of their types.
    """
    if not isinstance(compiled, Dispatcher):  # interpreted: hashes wrap around by design
        return np.errstate(over="ignore")(compiled)
    types = tuple(map(_type_of, arguments))
    compiled.compile(types)
    bound: Callable[..., Any] = compiled.get_overload(types)
    return bound


def _type_of(value: Any) -> Any:
    """Returns what `numba.typeof` does, which takes a millisecond for an array of records, every time."""
    if isinstance(value, np.ndarray):
        flags = value.flags
        kind = (
            value.dtype,
            value.ndim,
            flags.c_contiguous,
            flags.f_contiguous,
            flags.writeable,
            flags.aligned,
        )
        if kind not in _array_types:
            _array_types[kind] = numba.typeof(value)
        return _array_types[kind]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return numba.types.NamedTuple([_type_of(part) for part in value], type(value))
    return numba.typeof(value)


def quiet() -> contextlib.AbstractContextManager[Any]:
    """Silences NumPy's overflow warnings where kernels run as plain Python: hashes wrap around by design."""
    return np.errstate(over="ignore") if config.DISABLE_JIT else contextlib.nullcontext()


def source_digest(function: Callable[..., Any]) -> str:
    """Digests the bytecode, compiler options and constants that a function reaches through its globals and closure.

    Args:
        function: A Python function, or a compiled one.

    Returns:
        A hexadecimal SHA-256 digest. It changes when the code of any reachable function or any reachable constant does.
    """
    digest = hashlib.sha256(_CACHE_FORMAT)
    for part in sorted(set(_reachable(function, set()))):
        digest.update(part)
    return digest.hexdigest()


def _reachable(function: Any, visited: set[int]) -> Iterator[bytes]:
    """Yields the bytecode of ``function``, its options and constants, and the same for every function that it names."""
    if isinstance(function, Dispatcher):
        options = {key: sorted(v) if isinstance(v, set) else v for key, v in function.targetoptions.items()}
        yield f"{function.py_func.__code__.co_qualname} {sorted(options.items())!r}".encode()
        function = function.py_func
    if id(function) in visited:
        return
    visited.add(id(function))
    yield f"{function.__code__.co_qualname} {function.__defaults__!r} {_code_content(function.__code__)!r}".encode()
    names = _all_names(function.__code__)
    held = {name: function.__globals__[name] for name in names if name in function.__globals__}
    for name, value in [*inspect.getclosurevars(function).nonlocals.items(), *held.items()]:
        yield from _content(name, value, names, visited)


def _content(name: str, value: Any, names: Iterable[str], visited: set[int]) -> Iterator[bytes]:
    """Yields what a value that a function names is made of; of a module, what the function may read of it: attributes that it names."""
    if isinstance(value, Dispatcher | types.FunctionType):
        yield from _reachable(value, visited)
    elif isinstance(value, _Intrinsic):
        yield from _reachable(value._defn, visited)
    elif isinstance(value, types.ModuleType):
        if value.__name__.split(".")[0] not in {"numba", "numpy", "math"}:
            others = [other for other in names if other != name]  # a module may name itself
            for other in others:
                if hasattr(value, other):
                    yield from _content(other, getattr(value, other), others, visited)
    elif isinstance(value, enum.EnumMeta):
        members = {key: kind.value for key, kind in dict[str, Any](value.__members__).items()}
        yield f"{name}: {members!r}".encode()
    elif isinstance(value, type):
        yield f"{name}: {value.__module__}.{value.__qualname__} {getattr(value, '_fields', ())!r}".encode()
    elif isinstance(value, np.ndarray):
        yield f"{name}: {value.dtype!r} {value.shape} ".encode() + value.tobytes()
    elif isinstance(value, tuple | list):
        for place, part in enumerate(value):
            yield from _content(f"{name}[{place}]", part, names, visited)
    elif value is None or isinstance(
        value, bool | int | float | complex | str | bytes | np.dtype | np.generic
    ):
        yield f"{name}={value!r}".encode()


def _code_content(code: types.CodeType) -> tuple[Any, ...]:
    """What a code object does, without the place where it stands in its file."""
    constants = tuple(
        _code_content(c)
        if isinstance(c, types.CodeType)
        else repr(sorted(map(repr, c)) if isinstance(c, frozenset) else c)
        for c in code.co_consts
    )
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return code.co_code, constants, names, code.co_argcount, code.co_flags


def _all_names(code: types.CodeType) -> list[str]:
    nested = [
        n for constant in code.co_consts if isinstance(constant, types.CodeType) for n in _all_names(constant)
    ]
    return [*code.co_names, *nested]


def _cache_folder() -> Path:
    """Numba's folder if the user set one, else beside the package, else the user's cache folder."""
    if config.CACHE_DIR:
        return Path(config.CACHE_DIR) / "recgym"
    beside = Path(__file__).resolve().parent / "__pycache__"
    try:
        beside.mkdir(exist_ok=True)
        if os.access(beside, os.W_OK):
            return beside
    except OSError:
        pass
    return Path(user_cache_dir("recgym")) / "kernels"


class _KernelLocator(caching._CacheLocator):  # type: ignore[misc]
    def __init__(self, function: types.FunctionType, digest: str) -> None:
        self._py_file = inspect.getfile(function)
        self._digest = digest

    def get_cache_path(self) -> str:
        return str(_cache_folder())

    def get_source_stamp(self) -> str:
        return self._digest

    def get_disambiguator(self) -> str:
        return hashlib.sha256(self._py_file.encode()).hexdigest()[:8]


class _KernelCache(caching.FunctionCache):  # type: ignore[misc]
    """Numba's function cache, stamped with the digest, opened at first use so that imports stay fast."""

    def __init__(self, compiled: Dispatcher) -> None:
        self._compiled = compiled
        self._py_func: Any = compiled.py_func
        self._enabled = True
        self._opened = False

    def _open(self) -> None:
        if self._opened:
            return
        self._opened = True
        digest = source_digest(self._compiled)
        # Numba's symbols hold the qualified name, the types and a counter of the process. Were they equal for two closures that were
        # compiled in two processes, a third one that loads both would run the first for both: the linker takes weak symbols as they come.
        # Closures of equal digests, such as those of two scenarios that differ in numbers only, are one and share a file.
        self._py_func.__qualname__ = f"{digest[:16]}.{self._py_func.__code__.co_qualname}"
        locator = _KernelLocator(self._py_func, digest)
        self._impl = _KernelCacheImplementation(locator, self._py_func)
        self._cache_path = locator.get_cache_path()
        python = f"py{sys.version_info[0]}{sys.version_info[1]}"
        self._cache_file = caching.IndexDataCacheFile(
            cache_path=self._cache_path,
            filename_base=f"{self._py_func.__name__}-{digest[:16]}.{python}",
            source_stamp=locator.get_source_stamp(),
        )

    @property
    def cache_path(self) -> str:
        self._open()
        return self._cache_path

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        self._open()
        return super().load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        self._open()
        try:
            super().save_overload(sig, data)
        except OSError:  # a full or read-only disk: the kernel works, and is compiled again next time
            self.disable()

    def _index_key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        # The digest in the file's name covers bytecode and closure; pickled closures are not stable across processes.
        return sig, codegen.magic_tuple()


class _KernelCacheImplementation(caching.CompileResultCacheImpl):  # type: ignore[misc]
    def __init__(self, locator: _KernelLocator, function: types.FunctionType) -> None:
        self._locator = locator
        self._lineno = function.__code__.co_firstlineno
