"""An info whose mask is made when it is read is, in every other way, a dict."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from recgym.sessions.deferred_info import DeferredInfo


def deferred() -> tuple[DeferredInfo, list[int]]:
    """Returns an info, and a list that tells how often its mask was made."""
    made: list[int] = []

    def mask() -> str:
        made.append(1)
        return "mask"

    return DeferredInfo.deferring({"click": 1.0}, {"mask": mask}), made


PLAIN = {"click": 1.0, "mask": "mask"}
READS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "item": lambda info: info["mask"],
    "get": lambda info: info.get("mask"),
    "pop": lambda info: info.pop("mask"),
    "pop with a default": lambda info: info.pop("mask", 3),
    "popitem": lambda info: info.popitem(),
    "setdefault": lambda info: info.setdefault("mask", "other"),
    "items": lambda info: list(info.items()),
    "values": lambda info: list(info.values()),
    "copy": lambda info: info.copy(),
    "dict": dict,
    "unpacked": lambda info: {**info},
    "or": lambda info: info | {"more": 1},
    "ror": lambda info: {"more": 1} | info,
    "update of another": lambda info: (other := {}, other.update(info), other)[2],
    "equal": lambda info: info == PLAIN,
    "repr": repr,
    "pickle": lambda info: pickle.loads(pickle.dumps(info)),
    "deepcopy": copy.deepcopy,
    "made anew, as Gymnasium's conversions do": lambda info: type(info)(**dict(info.items())),
}
WRITES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "item": lambda info: info.__setitem__("mask", "mine"),
    "del": lambda info: info.__delitem__("mask"),
    "update": lambda info: info.update(mask="mine"),
    "update by a dict": lambda info: info.update({"mask": "mine", "new": 2}),
    "ior": lambda info: info.__ior__({"mask": "mine"}),
    "setdefault": lambda info: info.setdefault("new", 2),
    "clear": lambda info: info.clear(),
    "pop": lambda info: info.pop("mask"),
    "popitem": lambda info: info.popitem(),
}


@pytest.mark.parametrize("name", READS)
def test_reading_is_that_of_a_dict(name: str) -> None:
    info, made = deferred()
    assert READS[name](info) == READS[name](dict(PLAIN))
    assert made == [1]


@pytest.mark.parametrize("name", WRITES)
def test_writing_is_that_of_a_dict(name: str) -> None:
    info, plain = deferred()[0], dict(PLAIN)
    WRITES[name](info)
    WRITES[name](plain)
    assert dict(info) == plain


def test_names_alone_make_nothing() -> None:
    info, made = deferred()
    assert list(info) == ["click", "mask"]
    assert "mask" in info
    assert len(info) == 2
    info["mask"] = "mine"
    assert info["mask"] == "mine"
    assert made == []
