"""A scenario checks itself when it is made: what is declared against what its functions do.

Nothing is compiled. The functions run as plain Python on a few probe users and items, in records that notice who reads and writes what, and in arrays
that notice every index. What compiled code would do silently, such as writing behind the end of an array, ends in an error that says what to do.
"""

from __future__ import annotations

import inspect
import itertools
import math
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numba.core import config
from numba.core.dispatcher import Dispatcher

from recgym.core.arguments import shortened, unknown_name
from recgym.core.parameters import MEMORY, Parameters, as_record, choose_parameters
from recgym.core.scenario import (
    AVAILABILITY,
    CERTIFICATES,
    COUNTS,
    ITEM,
    LATENT,
    PLANNERS,
    TOPICS,
    USER_FIELDS,
    WARM,
    ContextFeature,
    Rate,
    Signal,
    always_available,
    blank_item,
    click_is_the_outcome,
    no_burden,
    no_extra_context,
    no_extra_signals,
    no_rest,
)

if TYPE_CHECKING:
    from recgym.core.scenario import Scenario

RESERVED_SIGNALS = ("action_mask", "shown", "attended", "repaired", "final_obs", "final_info", "episode")
"""Keys of infos that are no signals: Gymnasium's, its wrappers' and ours."""
RESERVED_CONTEXT = (
    "liked", "recent", "ignored", "current", "context", "history", "feedback", "age", "present", "hidden"
)  # fmt: skip
"""Parts of observations that are no features of the context."""
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


def check_scenario(scenario: Scenario) -> None:
    """Checks a scenario; it is called whenever one is made.

    Raises:
        TypeError: for something that is not a kernel, a parameter class, a signal or a feature.
        ValueError: for names that do not exist or clash, for values that are not allowed, and for functions that do not do what is declared.
    """
    _Declarations(scenario).check()
    with np.errstate(all="ignore"):  # hashes wrap around by design
        _Probe(scenario).check()


def fields_read(scenario: Scenario, *functions: str) -> set[str]:
    """Returns the names of the fields of the user's record that some of a scenario's functions read.

    Args:
        scenario: The scenario.
        *functions: Keys of `FORMS`.
    """
    probe = _Probe(scenario)
    with np.errstate(all="ignore"):
        probe.check()
    return set().union(*(probe.reads[name] for name in functions))


class _Complaint:
    """Words errors."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def refuse(self, problem: str, kind: type[Exception] = ValueError) -> NoReturn:
        raise kind(f"Scenario {self.scenario.name!r}: {problem}")


class _Declarations(_Complaint):
    """What can be checked without running anything."""

    def check(self) -> None:
        self._words()
        self._functions()
        self._parameters()
        self._fields()
        self._signals_and_context()
        self._rates()
        self._pairs()
        self._clock()

    def _words(self) -> None:
        scenario = self.scenario
        for name, allowed in (
            ("planner", PLANNERS), ("certificate", CERTIFICATES), ("availability", AVAILABILITY)
        ):  # fmt: skip
            if getattr(scenario, name) not in allowed:
                self.refuse(unknown_name(f"value of {name}", getattr(scenario, name), allowed))
        for name, low in (("outcomes", 2), ("domains", 0)):
            value = getattr(scenario, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < low:
                self.refuse(f"{name}={value!r} must be a whole number of at least {low}.")

    def _functions(self) -> None:
        for name, form in FORMS.items():
            function = getattr(self.scenario, name)
            if name == "hours" and function is None:
                continue
            if not isinstance(function, types.FunctionType if config.DISABLE_JIT else Dispatcher):
                self.refuse(
                    f"{name}={shortened(function)} is not a kernel. Write it as a function {name}{form} and decorate it with "
                    "@recgym.core.kernel.kernel.",
                    TypeError,
                )
            taken = list(inspect.signature(_plain(function)).parameters)
            if len(taken) != form.count(",") + 1:
                self.refuse(f"{name} takes ({', '.join(taken)}); it must take {form}.", TypeError)

    def _parameters(self) -> None:
        cls = self.scenario.parameters
        if not (isinstance(cls, type) and issubclass(cls, Parameters) and is_dataclass(cls)):
            self.refuse(f"parameters={shortened(cls)} must be a subclass of Parameters.", TypeError)
        for declared in fields(cls):
            if (
                not {"low", "high", "unit", "description"} <= set(declared.metadata)
                or declared.default is MISSING
            ):
                self.refuse(
                    f"{cls.__name__}.{declared.name} must be declared by parameter(default, low, high, unit, description), in a class "
                    "that is decorated with @dataclass(frozen=True)."
                )
            if hasattr(np.record, declared.name):
                self.refuse(
                    f"{cls.__name__}.{declared.name} is a word of NumPy's records; take another name."
                )
        self._chosen({declared.name: declared.default for declared in fields(cls)}, "the defaults")
        for name in ("staying", "leaving"):
            self._chosen(getattr(self.scenario, name), f"{name}=")

    def _chosen(self, values: Mapping[str, Any], which: str) -> None:
        try:
            choose_parameters(self.scenario.parameters, values)
        except (TypeError, ValueError) as error:
            self.refuse(f"{which} {error}", type(error))

    def _fields(self) -> None:
        scenario, common = self.scenario, [field[0] for field in USER_FIELDS]
        names = [field[0] for field in scenario.user_fields]
        for place, field in enumerate(scenario.user_fields):
            name = field[0]
            if name in common:
                self.refuse(
                    f"user_fields declares {name!r}, which every user's record has already; take another name."
                )
            if name in names[:place]:
                self.refuse(f"user_fields declares {name!r} twice.")
            if not str(name).isidentifier() or hasattr(np.record, name):
                self.refuse(
                    f"user_fields declares {name!r}, which cannot be read as user.{name}; take another name."
                )
            try:
                kind = np.dtype([field])[name].base.kind
            except (TypeError, ValueError) as error:
                self.refuse(f"user_fields {field!r} is no field of a record: {error}.", TypeError)
            if kind not in "iufb":
                self.refuse(f"user_fields {field!r} must hold numbers, such as 'f8' or 'i4'.", TypeError)
        for name in scenario.observable:
            if name not in names:
                self.refuse(unknown_name("field in observable", name, names))

    def _signals_and_context(self) -> None:
        scenario = self.scenario
        for kind, declared, cls, reserved in (
            ("signal", scenario.signals_of(2), Signal, RESERVED_SIGNALS),
            ("context feature", scenario.context_of(2), ContextFeature, RESERVED_CONTEXT),
        ):
            names: list[str] = []
            for one in declared:
                if not isinstance(one, cls):
                    self.refuse(f"{shortened(one)} must be a {cls.__name__}.", TypeError)
                if not one.name.isidentifier() or one.name.startswith("_"):
                    self.refuse(f"the {kind} {one.name!r} must be named by a word, such as 'completion'.")
                if one.name in reserved:
                    self.refuse(
                        f"the {kind} {one.name!r} has a reserved name ({', '.join(reserved)}); take another."
                    )
                if one.name in names:
                    self.refuse(f"two {kind}s are named {one.name!r}; take another name.")
                names.append(one.name)
        unseen = {field[0] for field in scenario.user_fields if field[0] not in scenario.observable}
        for name in sorted(unseen & {*RESERVED_CONTEXT, *(feature.name for feature in scenario.all_context)}):
            self.refuse(
                f"the hidden field {name!r} of user_fields has the name of a part of observations, and privileged observations show both: take another name, or, if "
                "observations may show the field, name it in observable."
            )
        for feature in scenario.all_context:
            if not -math.inf < feature.low < feature.high < math.inf:
                self.refuse(f"the context feature {feature.name!r} must have a finite low below its high.")
        names = [signal.name for signal in scenario.all_signals]
        for name, weight in scenario.reward_weights.items():
            if name not in names:
                self.refuse(unknown_name("signal in reward_weights", name, names))
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not math.isfinite(weight):
                self.refuse(f"reward_weights[{name!r}]={weight!r} must be a finite number.")

    def _rates(self) -> None:
        signals = [signal.name for signal in self.scenario.signals_of(2)]
        names: list[str] = []
        for rate in self.scenario.rates:
            if not isinstance(rate, Rate):
                self.refuse(f"{shortened(rate)} in rates must be a Rate.", TypeError)
            if not rate.name or rate.name in names:
                self.refuse(
                    f"rates need names of their own, and {rate.name!r} is not one; take another name."
                )
            names.append(rate.name)
            what = f"the rate {rate.name!r}"
            for counted in (rate.event, rate.per):
                if counted not in (*signals, *COUNTS):
                    self.refuse(unknown_name(f"signal or count in {what}", counted, (*signals, *COUNTS)))
            numbers = (rate.low, rate.high, rate.popular, rate.planner, rate.least)
            for number in numbers:
                if (
                    isinstance(number, bool)
                    or not isinstance(number, int | float)
                    or not 0 <= number < math.inf
                ):
                    self.refuse(f"{what} has {number!r} where it needs a finite number of at least 0.")
            if not rate.low < rate.high:
                self.refuse(f"{what} must have its low={rate.low:g} below its high={rate.high:g}.")
            for policy, value in (("popular", rate.popular), ("planner", rate.planner)):
                if not rate.low <= value <= rate.high:
                    self.refuse(
                        f"{what} is {value:g} with {policy}, which is not from {rate.low:g} to {rate.high:g}: change the parameters, or the band, with a source."
                    )
            if rate.least and rate.event not in signals:
                self.refuse(f"{what} has least={rate.least:g}, which is for signals; {rate.event!r} is none.")
            if not rate.source.strip():
                self.refuse(f'{what} needs a source (author, year); say "assumption" if there is none.')

    def _pairs(self) -> None:
        scenario = self.scenario
        own = ", ".join(signal.name for signal in scenario.signals)
        if scenario.signals and scenario.emit is no_extra_signals:
            self.refuse(f"signals are declared ({own}), but no emit that draws them.")
        if scenario.signals and scenario.expect is no_extra_signals:
            self.refuse(
                f"signals are drawn by emit ({own}), but no expect gives their means: planners would count them as 0."
            )
        if scenario.expect is not no_extra_signals and scenario.emit is no_extra_signals:
            self.refuse(
                "expect is given without emit: give the function that draws what expect is the mean of."
            )
        if scenario.context and scenario.observe is no_extra_context:
            self.refuse("context features are declared, but no observe that writes them.")
        if scenario.outcomes > 2 and scenario.outcome_probabilities is click_is_the_outcome:
            self.refuse(f"outcomes={scenario.outcomes}, but no outcome_probabilities tells them apart.")
        if scenario.planner == "index" and scenario.burden is no_burden:
            self.refuse(
                'planner="index" needs a burden: what showing an item costs later, which the planner puts a price on.'
            )

    def _clock(self) -> None:
        scenario = self.scenario
        for name in ("hours_per_step", "first_hour", "last_hour"):
            value = getattr(scenario, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value < math.inf:
                self.refuse(f"{name}={value!r} must be a finite number of hours of at least 0.")
        if scenario.availability == "always" and scenario.available is not always_available:
            self.refuse('available is given, but availability="always" never asks it: say "clock" or "user".')
        if scenario.availability != "always" and scenario.available is always_available:
            self.refuse(
                f'availability="{scenario.availability}" needs a function available{FORMS["available"]}.'
            )
        if scenario.hours is not None and scenario.hours_per_step:
            self.refuse("hours is given and hours_per_step, too; only one of them can make the clock run.")
        if scenario.availability == "clock" and scenario.hours is None and not scenario.hours_per_step:
            self.refuse(
                'availability="clock" needs a clock that runs: hours_per_step above 0, or a function hours.'
            )
        if scenario.users_return and scenario.hours_per_step:
            self.refuse(
                f"{scenario.parameters.__name__} has the numbers of users who come back (ReturnParameters), but gaps of any length would pass the end of the clock, "
                f"last_hour={scenario.last_hour:g}. Derive it from Parameters, or let no clock run (hours_per_step=0)."
            )
        if not scenario.users_return and scenario.rest is not no_rest:
            self.refuse(
                f"rest is given, but users never come back: derive {scenario.parameters.__name__} from ReturnParameters."
            )
        if scenario.last_hour < scenario.first_hour:
            self.refuse(f"last_hour={scenario.last_hour:g} is before first_hour={scenario.first_hour:g}.")
        if scenario.hours_per_step and scenario.last_hour <= scenario.first_hour:
            self.refuse(
                "the clock runs: first_hour and last_hour must say between which hours sessions take place."
            )


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


class _Probe(_Complaint):
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


def _plain(function: Any) -> Any:
    return function.py_func if isinstance(function, Dispatcher) else function


def interpreted(function: Any, memo: dict[int, Any] | None = None) -> Callable[..., Any]:
    """Returns a kernel as plain Python, and with it all kernels that it reaches through its globals and closure.

    Args:
        function: A compiled function, or a plain one.
        memo: What was rebuilt before, by identity.
    """
    memo = {} if memo is None else memo
    function = _plain(function)
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
