"""What a scenario's functions do, tried on a few users and items.

Nothing is compiled. The functions run as plain Python, in records that notice who reads and writes what, and in arrays that notice every index. What compiled
code would do silently, such as writing behind the end of an array, ends in an error that says what to do.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from recgym.core.arguments import shortened, unknown_name
from recgym.core.interpreted import interpreted
from recgym.core.parameters import MEMORY, as_record, choose_parameters
from recgym.core.scenario import ITEM, LATENT, TOPICS, WARM, blank_item

if TYPE_CHECKING:
    from recgym.core.scenario import Scenario

FORMS: Mapping[str, str] = {
    "begin": "(user, centroids, parameters)",
    "affinity": "(user, item, parameters)",
    "utility": "(user, item, parameters)",
    "outcome_probabilities": "(user, item, parameters, probability)",
    "transition": "(user, item, outcome, signals, parameters)",
    "emit": "(user, item, outcome, parameters, signals)",
    "expect": "(user, item, outcome, parameters, signals)",
    "observe": "(user, item, parameters, context)",
    "available": "(user, item, parameters)",
    "hours": "(item, outcome, parameters)",
    "encountered": "(user, item, parameters)",
    "burden": "(user, item, parameters)",
    "rest": "(user, hours, parameters)",
}
"""The functions of a scenario, and what they take."""
STAYING_LOG_ODDS, LEAVING_LOG_ODDS = -10.0, 4.0
"""Log-odds of leaving that ``staying`` must not exceed, and that ``leaving`` must reach."""

_PLANNED = ("affinity", "utility", "outcome_probabilities", "expect", "transition")
_MOVABLE = {"taste", "first_taste", "sensitivity", "slow"}
"""Common fields that a scenario may move; the others are the core's own."""
_HIDDEN_OF_ITEMS = {"latent", "topics", "quality", "appeal"}
_USERS = 2
_PROBE_HOURS = 30.0
_TOLERANCE = 1e-6


def fields_read(scenario: Scenario, *functions: str) -> set[str]:
    """Returns the names of the fields of the user's record that some of a scenario's functions read.

    Args:
        scenario: The scenario.
        *functions: Keys of `FORMS`.
    """
    probe = Probe(scenario)
    with np.errstate(all="ignore"):
        probe.check()
    return set().union(*(probe.reads[name] for name in functions))


class Complaint:
    """Words errors."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def refuse(self, problem: str, kind: type[Exception] = ValueError) -> NoReturn:
        """Raises an error that names the scenario."""
        raise kind(f"Scenario {self.scenario.name!r}: {problem}")


class _Watched:
    """A record that notes which fields are read and written."""

    def __init__(self, record: Any) -> None:
        self.__dict__.update(record=record, names=set(record.dtype.names), read=set(), written=set())

    def __getattr__(self, name: str) -> Any:
        if name not in self.names:
            raise AttributeError(unknown_name("field", name, self.names))
        self.read.add(name)
        return self.record[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.names:
            raise AttributeError(unknown_name("field", name, self.names))
        self.written.add(name)
        self.record[name] = value


class _OutOfBounds(IndexError):
    """An index behind the end of an array."""

    def __init__(self, index: int) -> None:
        self.index = index


class _Cells(np.ndarray):
    """An array of numbers that notes which cells are read and written, and refuses others."""

    read: set[int]
    written: set[int]

    @classmethod
    def of(cls, size: int) -> _Cells:
        cells = np.zeros(size).view(cls)
        cells.read, cells.written = set(), set()
        return cells

    def _touched(self, key: Any) -> Iterable[int]:
        if isinstance(key, slice):
            return range(len(self))[key]
        index = int(key)
        if not 0 <= index < len(self):
            raise _OutOfBounds(index)
        return (index,)

    def __getitem__(self, key: Any) -> Any:
        touched = self._touched(key)
        self.read.update(touched)
        if isinstance(key, slice):  # whoever is handed a part may write it
            self.written.update(touched)
            return self.view(np.ndarray)[key]
        return super().__getitem__(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.written.update(self._touched(key))
        super().__setitem__(key, value)


class Probe(Complaint):
    """What the functions do to a few users and items."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        memo: dict[int, Any] = {}
        self.run = {
            name: interpreted(function, memo)
            for name in FORMS
            if (function := getattr(scenario, name)) is not None
        }
        self.parameters = as_record(scenario.parameters())[0]
        self.items = _probe_items(max(scenario.domains, 1))
        self.blank = blank_item()[0]
        self.reads: dict[str, set[str]] = {name: set() for name in FORMS}
        self.moves: dict[str, set[str]] = {name: set() for name in FORMS}
        self.signals_matter = False
        record = scenario.user_dtype
        self.fields = list(record.names or ())
        self.array_fields = [name for name in self.fields if record[name].shape]

    def check(self) -> None:
        """Runs the functions, and refuses what does not fit what is declared."""
        users = [self._person(number) for number in range(_USERS)]
        emitted: set[int] = set()
        expected: set[int] = set()
        observed: set[int] = set()
        for user, item in itertools.product(users, self.items):
            self._look(user, item, observed)
            for outcome in range(self.scenario.outcomes):
                self._call(
                    "expect", user, item, outcome, self.parameters, cells := self._own_signals("expect")
                )
                expected |= cells.written
                self._finite("expect", cells)
                self._live(user, item, outcome, emitted)
        for user in users:
            self._live(user, self.blank, 0, emitted)
            self._call("rest", user, _PROBE_HOURS, self.parameters)
            for name in self.fields:
                self._finite(f"rest, for user.{name},", user[name])
        own = self.scenario.signals
        self._all_written("emit", "signal", own, emitted)
        self._all_written("expect", "signal", own, expected)
        self._all_written("observe", "context feature", self.scenario.context, observed)
        self._roles()
        self._keeps_and_drives_away(users)
        if self.scenario.planner == "dynamic programming":
            self._can_be_planned_exactly()

    # one function at a time

    def _call(self, name: str, user: Any, *arguments: Any) -> Any:
        """Runs a function on a user's record, which is moved, and notes what it reads and moves."""
        watched = _Watched(user)
        before = {field: user[field].copy() for field in self.array_fields}
        try:
            value = self.run[name](watched, *arguments)
        except _OutOfBounds as error:
            self._refuse_index(name, error.index)
        except Exception as error:
            self.refuse(
                f"{name}{FORMS[name]} fails on a probe user: {type(error).__name__}: {error}",
                type(error) if isinstance(error, TypeError | ValueError) else ValueError,
            )
        moved = {
            field for field, was in before.items() if not np.array_equal(was, user[field], equal_nan=True)
        }
        self.reads[name] |= watched.read
        self.moves[name] |= watched.written | moved
        return value

    def _refuse_index(self, name: str, index: int) -> NoReturn:
        scenario = self.scenario
        array, size, remedy = {
            "outcome_probabilities": ("probability", scenario.outcomes, f"outcomes={index + 1}"),
            "observe": ("context", len(scenario.context), "a ContextFeature for each column in context="),
        }.get(name, ("signals", len(scenario.signals), "a Signal for each number in signals="))
        self.refuse(
            f"{name} uses {array}[{index}], but {size} of them are declared"
            + (f" (0 to {size - 1})" if size else "")
            + f"; compiled code would write into other memory. Declare {remedy}."
        )

    def _own_signals(self, name: str) -> _Cells:
        return _Cells.of(len(self.scenario.signals))

    def _finite(self, name: str, value: Any) -> None:
        if not np.isfinite(np.asarray(value, float)).all():
            self.refuse(f"{name} gives {shortened(value)} for a probe user; it must be finite.")

    def _number(self, name: str, user: Any, *arguments: Any) -> float:
        value = self._call(name, user, *arguments)
        if value is None:
            self.refuse(f"{name}{FORMS[name]} returns nothing; it must return a number.")
        self._finite(name, value)
        return float(value)

    # what is run

    def _person(self, number: int) -> Any:
        """A user as the core and ``begin`` make them, with a memory of a few items."""
        scenario, generator = self.scenario, np.random.default_rng(number)
        user = np.zeros(1, scenario.user_dtype)[0]
        user.key = generator.integers(0, 2**63)
        user.person = number
        user.sensitivity = (0.7, 1.4)[number % 2]
        for name in ("taste", "first_taste"):
            user[name] = _unit(generator.standard_normal(LATENT))
        self._call(
            "begin",
            user,
            _unit(generator.standard_normal((TOPICS, LATENT))).astype(np.float32),
            self.parameters,
        )
        for name in self.fields:
            self._finite(f"begin, for user.{name},", user[name])
        self._check_start(user)
        user.seen, user.history, user.t = 3, 2, 1
        user.recent[:3], user.response[:3], user.moment[:3] = (0, 1, 0), (0, 1, 2), (WARM, WARM, 0)
        user.slow = (user.slow, 1.0)[number % 2]
        return user

    def _check_start(self, user: Any) -> None:
        scenario = self.scenario
        if scenario.planner == "dynamic programming" and not 0.0 <= user.slow <= 1.0:
            self.refuse(f"begin sets user.slow to {user.slow:g}; it must be in [0, 1].")
        if not scenario.hours_per_step:
            return
        if not scenario.first_hour <= user.hour <= scenario.last_hour:
            self.refuse(
                f"begin sets user.hour to {user.hour:g}; it must be from first_hour={scenario.first_hour:g} to last_hour={scenario.last_hour:g}."
            )
        ticks = (user.hour - scenario.first_hour) / scenario.hours_per_step
        if scenario.has_clock_table and abs(ticks - round(ticks)) > _TOLERANCE:
            self.refuse(
                f"begin sets user.hour to {user.hour:g}, which is no whole number of steps of {scenario.hours_per_step:g} hours after "
                f"first_hour={scenario.first_hour:g}."
            )

    def _look(self, user: Any, item: Any, observed: set[int]) -> None:
        """Runs what only looks."""
        scenario, parameters = self.scenario, self.parameters
        for name in ("affinity", "utility", "burden"):
            self._number(name, user, item, parameters)
        for name in ("available", "encountered"):
            if self._call(name, user, item, parameters) not in (True, False):
                self.refuse(f"{name}{FORMS[name]} must return True or False.")
        probability = _Cells.of(scenario.outcomes)
        self._call("outcome_probabilities", user, item, parameters, probability)
        values = np.asarray(probability)[1:]
        missing = sorted(set(range(1, scenario.outcomes)) - probability.written)
        if missing:
            self.refuse(
                f"outcome_probabilities does not write probability[{missing[0]}], though outcomes={scenario.outcomes}."
            )
        if not (values >= -_TOLERANCE).all() or not abs(values.sum() - 1.0) < _TOLERANCE:
            self.refuse(
                f"outcome_probabilities gives {values.tolist()} for outcomes 1 to {scenario.outcomes - 1}; they must be probabilities that sum to 1, "
                "given that the user engages."
            )
        context, watched = _Cells.of(len(scenario.context)), _Watched(item)
        self._call("observe", user, watched, parameters, context)
        observed |= context.written
        if seen := watched.read & _HIDDEN_OF_ITEMS:
            self.refuse(
                f"observe reads item.{min(seen)}, which is hidden; observations may show what is public of an item only."
            )
        for feature, value in zip(scenario.context, np.asarray(context), strict=True):
            if not feature.low - _TOLERANCE <= value <= feature.high + _TOLERANCE:
                self.refuse(
                    f"observe writes {value:g} for {feature.name!r}, which is declared from {feature.low:g} to {feature.high:g}."
                )

    def _live(self, user: Any, item: Any, outcome: int, emitted: set[int]) -> None:
        """Runs what moves, in the order of a step, on the record itself: the probes that follow meet a user in another state."""
        signals = self._own_signals("emit")
        self._call("emit", user, item, outcome, self.parameters, signals)
        emitted |= signals.written
        self._finite("emit", signals)
        signals.read.clear()
        self._number("transition", user, item, outcome, signals, self.parameters)
        self.signals_matter |= bool(signals.read)
        for name in self.fields:
            self._finite(f"a step, for user.{name},", user[name])
        if (
            self.scenario.planner == "dynamic programming"
            and not -_TOLERANCE <= user.slow <= 1.0 + _TOLERANCE
        ):
            self.refuse(f"transition moves user.slow to {user.slow:g}; the slow state must stay in [0, 1].")
        if "hours" in self.run:
            try:
                hours = float(self.run["hours"](item, outcome, self.parameters))
            except Exception as error:
                self.refuse(f"hours{FORMS['hours']} fails on a probe item: {type(error).__name__}: {error}")
            if not 0.0 <= hours < math.inf:
                self.refuse(
                    f"hours gives {hours!r} for outcome {outcome}; a step must take a finite time of at least 0 hours."
                )

    # what is concluded

    def _all_written(self, name: str, kind: str, declared: Sequence[Any], written: set[int]) -> None:
        for place, one in enumerate(declared):
            if place not in written:
                self.refuse(
                    f"the {kind} {one.name!r} is declared, but {name} never writes its place, number {place}."
                )

    def _roles(self) -> None:
        """Who may read and move what."""
        scenario = self.scenario
        for name in FORMS:
            if name not in ("begin", "emit", "transition", "rest") and self.moves[name]:
                self.refuse(
                    f"{name} moves user.{min(self.moves[name])}; it may only look. Move the user's state in transition."
                )
            if name not in ("begin", "emit") and "key" in self.reads[name]:
                self.refuse(
                    f"{name} reads user.key: noise is drawn in begin and emit only. Draw a signal in emit; transition gets the signals."
                )
        for name, also in (("begin", {"hour"}), ("emit", set()), ("transition", set())):
            own = {field[0] for field in scenario.user_fields}
            if wrong := self.moves[name] - own - _MOVABLE - also:
                self.refuse(
                    f"{name} moves user.{min(wrong)}, which is the core's own. Declare a field of your own in user_fields."
                )
        if wrong := self.moves["rest"] - {field[0] for field in scenario.user_fields}:
            self.refuse(
                f"rest moves user.{min(wrong)}, which the core moves over a gap; it may move the fields of user_fields only."
            )
        if wrong := self.moves["emit"] - set(scenario.observable):
            self.refuse(
                f"emit moves user.{min(wrong)}, which is hidden, where no planner sees it. Move it in transition, which gets the signals that emit drew; "
                "or, if users of the platform may see it, name it in observable."
            )
        if wrong := self.reads["observe"] & set(scenario.hidden_fields):
            self.refuse(
                f"observe reads user.{min(wrong)}, which is hidden. If it may be seen, name it in observable."
            )
        if scenario.availability == "clock" and (wrong := self.reads["available"] - {"hour"}):
            self.refuse(
                f'available reads user.{min(wrong)}, but availability="clock" knows user.hour only: say availability="user".'
            )

    def _keeps_and_drives_away(self, users: list[Any]) -> None:
        """Runs transition under ``staying`` and ``leaving``."""
        scenario = self.scenario
        for which, limit in (("staying", STAYING_LOG_ODDS), ("leaving", LEAVING_LOG_ODDS)):
            chosen = getattr(scenario, which)
            parameters = as_record(choose_parameters(scenario.parameters, chosen))[0]
            for user, item, outcome in itertools.product(users, (*self.items, self.blank), (0, 1)):
                if outcome and item is self.blank:
                    continue
                moved = user.copy()
                level = self._number(
                    "transition", moved, item, outcome, self._own_signals("emit"), parameters
                )
                if level > limit if which == "staying" else level < limit:
                    self.refuse(
                        f"with {which}={dict(chosen)!r} the log-odds of leaving are {level:.3g} for a probe user; they must be "
                        + (
                            f"at most {limit:g}, so that nobody leaves."
                            if which == "staying"
                            else f"at least {limit:g}, so that everybody leaves."
                        )
                    )

    def _can_be_planned_exactly(self) -> None:
        """Dynamic programming follows time and the slow state, and nothing else."""
        scenario = self.scenario
        remedy = 'Say planner="index" and give a burden.'
        if wrong := self.moves["transition"] - {"slow"}:
            self.refuse(
                f"transition moves user.{min(wrong)}, but dynamic programming follows user.slow alone. {remedy}"
            )
        if self.signals_matter:
            self.refuse(f"transition reads signals, but dynamic programming knows their means only. {remedy}")
        if scenario.hours is not None:
            self.refuse(f"the clock runs by what is consumed, but dynamic programming counts steps. {remedy}")
        for name in _PLANNED:
            if wrong := self.reads[name] & self.moves["emit"]:
                self.refuse(
                    f"{name} reads user.{min(wrong)}, which emit moves, but dynamic programming follows user.slow alone. {remedy}"
                )
            if "t" in self.reads[name] and not scenario.hours_per_step:
                self.refuse(
                    f"{name} reads user.t; let a clock run (hours_per_step) and read user.hour, which dynamic programming follows."
                )


def _probe_items(domains: int) -> list[Any]:
    """A few items, of every domain, unlike one another."""
    count, generator = max(2, domains), np.random.default_rng(1)
    items = np.zeros(count, ITEM)
    items["index"] = items["group"] = np.arange(count)
    items["domain"] = np.arange(count) % domains
    items["latent"] = _unit(generator.standard_normal((count, LATENT)))
    items["topics"] = generator.dirichlet(np.ones(TOPICS), count)
    for name in ("quality", "appeal", "log_price", "log_duration"):
        items[name] = generator.standard_normal(count)
    items["log_popularity"], items["half_life"] = -math.log(count), 8.0
    items["release"] = 24.0 * np.arange(count)
    return list(items)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


assert MEMORY >= 3  # the probes' memory
