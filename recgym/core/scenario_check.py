"""A scenario checks itself when it is made: what is declared, and then what its functions do, in `recgym.core.scenario_probe`."""

from __future__ import annotations

import inspect
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numba.core import config
from numba.core.dispatcher import Dispatcher

from recgym.core.arguments import shortened, unknown_name
from recgym.core.interpreted import plain
from recgym.core.parameters import Parameters, choose_parameters
from recgym.core.scenario import (
    AVAILABILITY,
    CERTIFICATES,
    COUNTS,
    PLANNERS,
    USER_FIELDS,
    ContextFeature,
    Rate,
    Signal,
    always_available,
    click_is_the_outcome,
    no_burden,
    no_extra_context,
    no_extra_signals,
    no_rest,
)
from recgym.core.scenario_probe import FORMS, Complaint, Probe

if TYPE_CHECKING:
    from recgym.core.scenario import Scenario

RESERVED_SIGNALS = ("action_mask", "shown", "attended", "repaired", "final_obs", "final_info", "episode")
"""Keys of infos that are no signals: Gymnasium's, its wrappers' and ours."""
RESERVED_CONTEXT = (
    "liked", "recent", "ignored", "current", "context", "history", "feedback", "age", "present", "hidden"
)  # fmt: skip
"""Parts of observations that are no features of the context."""


def check_scenario(scenario: Scenario) -> None:
    """Checks a scenario; it is called whenever one is made.

    Raises:
        TypeError: for something that is not a kernel, a parameter class, a signal or a feature.
        ValueError: for names that do not exist or clash, for values that are not allowed, and for functions that do not do what is declared.
    """
    _Declarations(scenario).check()
    with np.errstate(all="ignore"):  # hashes wrap around by design
        Probe(scenario).check()


class _Declarations(Complaint):
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
            taken = list(inspect.signature(plain(function)).parameters)
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
