"""An info dict whose costly entry is made when it is read."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from typing import Any


class DeferredInfo(dict[str, Any]):
    """A dict in which some values are made at their first reading: a mask of 1,000 users by 10,000 items costs more than the step.

    Whatever reads a value, and whatever copies the dict, makes it; then it is as any dict. What a value is made from does not change later, so
    it does not matter when it is read.
    """

    def __init__(self, *values: Any, **named: Any) -> None:
        """Takes what any dict takes."""
        super().__init__(*values, **named)
        self._deferred: dict[str, Callable[[], Any]] = {}

    @classmethod
    def deferring(cls, values: Mapping[str, Any], deferred: Mapping[str, Callable[[], Any]]) -> DeferredInfo:
        """Makes a dict of values, and of functions that make others when they are read."""
        info = cls(values)
        for name in deferred:
            info[name] = None  # holds the place
        info._deferred.update(deferred)
        return info

    def __getitem__(self, name: str) -> Any:
        """Returns a value, made now if need be."""
        if name in self._deferred:
            super().__setitem__(name, self._deferred.pop(name)())
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: Any) -> None:
        """Sets a value."""
        self._deferred.pop(name, None)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        """Removes a value."""
        self._deferred.pop(name, None)
        super().__delitem__(name)

    def __iter__(self) -> Iterator[str]:
        """Iterates over the names. That it is defined here makes ``dict(info)`` and ``{**info}`` read values by name."""
        return super().__iter__()

    def _made(self) -> DeferredInfo:
        for name in list(self._deferred):
            self[name]
        return self

    def get(self, name: str, default: Any = None) -> Any:
        """Returns a value, or the default."""
        return self[name] if name in self else default  # noqa: SIM401 - dict's own get would not make the value

    def pop(self, name: str, *default: Any) -> Any:
        """Removes and returns a value."""
        if name in self._deferred:
            self[name]
        return super().pop(name, *default)

    def popitem(self) -> tuple[str, Any]:
        """Removes and returns the last name and its value."""
        name = next(reversed(self))
        return name, self.pop(name)

    def setdefault(self, name: str, default: Any = None) -> Any:
        """Returns a value, which is the default if there was none."""
        if name not in self:
            self[name] = default
        return self[name]

    def update(self, *values: Any, **named: Any) -> None:
        """Sets values, as any dict's does."""
        for name, value in dict(*values, **named).items():
            self[name] = value

    def __ior__(self, other: Any) -> DeferredInfo:  # type: ignore[override,misc]
        """Sets values."""
        self.update(other)
        return self

    def clear(self) -> None:
        """Removes everything."""
        self._deferred.clear()
        super().clear()

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        """Names and values."""
        return dict.items(self._made())

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        """Values."""
        return dict.values(self._made())

    def copy(self) -> dict[str, Any]:
        """Returns a plain dict."""
        return dict(dict.items(self._made()))

    def __or__(self, other: Any) -> dict[str, Any]:  # type: ignore[override]
        """Returns a plain dict of both."""
        return self.copy() | other

    def __ror__(self, other: Any) -> dict[str, Any]:  # type: ignore[override]
        """Returns a plain dict of both."""
        return other | self.copy()  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        """Compares as plain dicts."""
        return self.copy() == other

    def __repr__(self) -> str:
        """Shows every value."""
        return repr(self.copy())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies as a plain dict."""
        return dict, (self.copy(),)

    __hash__ = None  # type: ignore[assignment]
