"""A scenario checks itself when it is made: every mistake is told in words, by the name of what is wrong, and nothing is compiled."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from playing import run_python

from recgym.core.kernel import kernel
from recgym.core.parameters import Parameters, parameter
from recgym.core.scenario import ContextFeature, Scenario, Signal
from recgym.envs.news import NEWS
from recgym.envs.video import VIDEO
from recgym.users import goodwill
from recgym.users.taste import taste_affinity


@dataclass(frozen=True)
class SmallParameters(Parameters):
    """Numbers of the scenario that is broken below."""

    leave_base: float = parameter(-3.0, -20.0, 10.0, "log-odds", "leaving")


@kernel
def begin(user, centroids, parameters):
    """Sets the slow state and a field of the scenario's own."""
    user.slow = 0.5
    user.mood = 1.0


@kernel
def utility(user, item, parameters):
    """Log-odds of a click."""
    return taste_affinity(user, item, parameters) + user.slow


@kernel
def transition(user, item, outcome, signals, parameters):
    """Moves the slow state by way of a module's kernel."""
    user.slow = goodwill.approach(user.slow, 1.0, 0.1)
    return parameters.leave_base


@kernel
def emit(user, item, outcome, parameters, signals):
    """Tells whether there was a click, twice."""
    signals[0] = signals[1] = 1.0 if outcome > 0 else 0.0


@kernel
def observe(user, item, parameters, context):
    """Shows the price."""
    context[0] = max(-1.0, min(1.0, item.log_price / 5.0))


SMALL = Scenario(
    name="Small",
    catalogue="films",
    parameters=SmallParameters,
    user_fields=(("mood", "f8"),),
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    transition=transition,
    emit=emit,
    expect=emit,
    observe=observe,
    signals=(Signal("first", "0 or 1", "a click"), Signal("second", "0 or 1", "a click")),
    context=(ContextFeature("price", -1.0, 1.0, "log price"),),
    reward_weights={"first": 1.0},
    staying={"leave_base": -20.0},
    leaving={"leave_base": 10.0},
)


# kernels that are wrong


@kernel
def always(user, item, parameters):
    """Everything is available, at all hours."""
    return user.hour >= 0.0


@kernel
def by_taste(user, item, parameters):
    """Availability by something else than the clock."""
    return user.slow >= 0.0


@kernel
def one_hour(item, outcome, parameters):
    """Every step takes an hour."""
    return 1.0


@kernel
def backwards(item, outcome, parameters):
    """Time runs backwards when nothing is there."""
    return -1.0 if item.index < 0 else 1.0


@kernel
def half(user, item, parameters, probability):
    """Probabilities that do not sum to 1."""
    for outcome in range(1, probability.shape[0]):
        probability[outcome] = 0.3


@kernel
def three_outcomes(user, item, parameters, probability):
    """Writes outcome 2."""
    probability[1] = 0.5
    probability[2] = 0.5


@kernel
def first_only(user, item, outcome, parameters, signals):
    """Forgets the second signal."""
    signals[0] = 1.0


@kernel
def no_number(user, item, parameters):
    """Divides by nothing."""
    return math.inf * item.quality


@kernel
def moves_mood(user, item, outcome, signals, parameters):
    """Moves a second hidden state."""
    user.mood = 0.5 * user.mood
    return parameters.leave_base


@kernel
def moves_time(user, item, outcome, signals, parameters):
    """Moves what is the core's own."""
    user.t = 0
    return parameters.leave_base


@kernel
def by_signals(user, item, outcome, signals, parameters):
    """Is driven by what was drawn."""
    user.slow = 0.5 * user.slow + 0.1 * signals[1]
    return parameters.leave_base


@kernel
def beyond_one(user, item, outcome, signals, parameters):
    """Lets the slow state leave its range."""
    user.slow = user.slow + 0.7
    return parameters.leave_base


@kernel
def nothing_when_blank(user, item, outcome, signals, parameters):
    """Fails on an empty screen."""
    return parameters.leave_base if item.index >= 0 else math.nan


@kernel
def never_leaves(user, item, outcome, signals, parameters):
    """Does not read the parameters."""
    return -3.0


@kernel
def emits_mood(user, item, outcome, parameters, signals):
    """Moves hidden state where no planner sees it."""
    emit(user, item, outcome, parameters, signals)
    user.mood = 0.5


@kernel
def moody(user, item, parameters):
    """Reads what emit moves."""
    return user.mood


@kernel
def noisy(user, item, parameters):
    """Draws."""
    return 0.0 if user.key > 5 else 1.0


@kernel
def writing(user, item, parameters):
    """Moves what it may only look at."""
    user.slow = 0.1
    return 0.0


@kernel
def misspelt(user, item, parameters):
    """Reads a field that is not there."""
    return user.mod


@kernel
def shows_mood(user, item, parameters, context):
    """Shows hidden state."""
    context[0] = user.mood


@kernel
def shows_quality(user, item, parameters, context):
    """Shows what is hidden of the item."""
    context[0] = 0.1 * item.quality


@kernel
def shows_too_much(user, item, parameters, context):
    """Leaves the declared range."""
    context[0] = 7.0


@kernel
def late(user, centroids, parameters):
    """Begins after the last hour."""
    user.hour = 1_000.0


@kernel
def between(user, centroids, parameters):
    """Begins between two steps of the clock."""
    user.hour = 10.3


@kernel
def too_few(user, item):
    """Takes too little."""
    return 0.0


def plain(user, item, parameters):
    """Was not decorated."""
    return 0.0


CLOCK: dict[str, Any] = {
    "available": always, "availability": "clock", "hours_per_step": 1.0, "first_hour": 0.0, "last_hour": 100.0
}  # fmt: skip
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "a signal is forgotten": ({"signals": SMALL.signals[:1]}, r"expect uses signals\[1\], but 1 of them .*Declare a Signal"),
    "a feature is forgotten": ({"context": ()}, r"observe uses context\[0\], but 0 of them .*Declare a ContextFeature"),
    "a signal is never written": ({"emit": first_only}, "'second' is declared, but emit never writes its place, number 1"),
    "a mean is never written": ({"expect": first_only}, "'second' is declared, but expect never writes"),
    "expect is forgotten": ({"expect": Scenario.expect}, "no expect gives their means"),
    "emit is forgotten": ({"emit": Scenario.emit}, "no emit that draws them"),
    "expect without emit": ({"emit": Scenario.emit, "signals": (), "reward_weights": {}}, "expect is given without emit"),
    "observe is forgotten": ({"observe": Scenario.observe}, "no observe that writes them"),
    "outcomes are too few": ({"outcome_probabilities": three_outcomes}, r"probability\[2\], but 2 of them .*outcomes=3"),
    "outcomes are one": ({"outcomes": 1}, "outcomes=1 must be a whole number of at least 2"),
    "outcomes are not told apart": ({"outcomes": 3}, "no outcome_probabilities tells them apart"),
    "an outcome is not written": ({"outcomes": 4, "outcome_probabilities": three_outcomes}, r"does not write probability\[3\]"),
    "probabilities do not sum to 1": ({"outcomes": 3, "outcome_probabilities": half}, r"\[0.3, 0.3\].*sum to 1"),
    "planner word": ({"planner": "dp"}, "Unknown value of planner 'dp'.*dynamic programming, index"),
    "certificate word": ({"certificate": "plan"}, "Did you mean 'planning'"),
    "availability word": ({"availability": "clocks"}, "Did you mean 'clock'"),
    "availability is never asked": ({"available": always}, 'availability="always" never asks it'),
    "availability is missing": ({"availability": "user"}, "needs a function available"),
    "a clock without steps": (CLOCK | {"hours_per_step": 0.0}, "hours_per_step above 0, or a function hours"),
    "a clock with two speeds": (CLOCK | {"hours": one_hour}, "only one of them"),
    "a clock without hours": (CLOCK | {"last_hour": 0.0}, "between which hours sessions take place"),
    "a clock that reads the user": (CLOCK | {"available": by_taste}, r'reads user.slow, but availability="clock"'),
    "a late start": (CLOCK | {"begin": late}, "sets user.hour to 1000.*last_hour=100"),
    "a start between steps": (CLOCK | {"begin": between}, "10.3, which is no whole number of steps"),
    "time runs backwards": ({"hours": backwards, "planner": "index", "burden": utility}, "hours gives -1.0"),
    "last before first": (CLOCK | {"first_hour": 200.0}, "last_hour=100 is before first_hour=200"),
    "an index without burden": ({"planner": "index"}, "needs a burden"),
    "a weight of nothing": ({"reward_weights": {"frist": 1.0}}, "Did you mean 'first'"),
    "a weight that is no number": ({"reward_weights": {"first": math.nan}}, "must be a finite number"),
    "staying does not keep": ({"staying": {"leave_base": -5.0}}, "log-odds of leaving are -5 .*nobody leaves"),
    "leaving does not drive away": ({"leaving": {"leave_base": 1.0}}, "log-odds of leaving are 1 .*everybody leaves"),
    "leaving does not depend on it": ({"transition": never_leaves}, "log-odds of leaving are -3"),
    "observable names nothing": ({"observable": ("modo",)}, "Did you mean 'mood'"),
    "a field of the core's": ({"user_fields": (("mood", "f8"), ("seen", "i4"))}, "'seen', which every user's record has"),
    "a field twice": ({"user_fields": (("mood", "f8"), ("mood", "f8"))}, "'mood' twice"),
    "a field that NumPy takes": ({"user_fields": (("mood", "f8"), ("size", "f8"))}, "cannot be read as user.size"),
    "a reserved signal": ({"signals": (*SMALL.signals, Signal("shown", "", ""))}, "'shown' has a reserved name"),
    "a signal twice": ({"signals": (*SMALL.signals, Signal("click", "", ""))}, "two signals are named 'click'"),
    "a signal that is no word": ({"signals": (*SMALL.signals, Signal("a b", "", ""))}, "'a b' must be named by a word"),
    "a hidden field like a part": ({"user_fields": (("current", "f8"),)}, "'current' of user_fields has the name of a part of observations"),
    "a reserved feature": ({"context": (ContextFeature("liked", 0.0, 1.0, ""),)}, "'liked' has a reserved name"),
    "a feature twice": ({"context": (ContextFeature("click_rate", 0.0, 1.0, ""),)}, "two context features"),
    "a feature without a range": ({"context": (ContextFeature("price", 1.0, 1.0, ""),)}, "finite low below its high"),
    "a feature out of its range": ({"observe": shows_too_much}, "writes 7 for 'price', which is declared from -1 to 1"),
    "observe shows hidden state": ({"observe": shows_mood}, "observe reads user.mood, which is hidden"),
    "observe shows hidden sides": ({"observe": shows_quality}, "observe reads item.quality, which is hidden"),
    "no finite utility": ({"utility": no_number}, "utility gives .*inf.*must be finite"),
    "a field that is not there": ({"utility": misspelt}, "Unknown field 'mod'. Did you mean 'mood'"),
    "utility draws": ({"utility": noisy}, "utility reads user.key"),
    "utility moves": ({"utility": writing}, "utility moves user.slow; it may only look"),
    "an empty screen": ({"transition": nothing_when_blank}, "transition gives nan"),
    "transition moves the core's": ({"transition": moves_time}, "moves user.t, which is the core's own"),
    "emit moves hidden state": ({"emit": emits_mood}, "emit moves user.mood, which is hidden.*transition"),
    "planned: a second state": ({"transition": moves_mood}, r'transition moves user.mood, .*planner="index"'),
    "planned: by signals": ({"transition": by_signals}, r'transition reads signals, .*planner="index"'),
    "planned: out of range": ({"transition": beyond_one}, r"must stay in \[0, 1\]"),
    "planned: by consumption": ({"hours": one_hour}, r'clock runs by what is consumed, .*planner="index"'),
    "planned: what emit moves": (
        {"emit": emits_mood, "observable": ("mood",), "utility": moody}, r'utility reads user.mood, which emit moves, .*planner="index"'
    ),
}  # fmt: skip
TYPES: dict[str, tuple[dict[str, Any], str]] = {
    "too few parameters": ({"utility": too_few}, r"utility takes \(user, item\); it must take \(user, item, parameters\)"),
    "no kernel": ({"burden": plain}, "burden=.* is not a kernel.*decorate it with @recgym.core.kernel.kernel"),
    "no function": ({"begin": 3}, "begin=3 is not a kernel"),
    "no parameter class": ({"parameters": dict}, "must be a subclass of Parameters"),
    "staying names nothing": ({"staying": {"leave_bas": -20.0}}, "staying= .*Did you mean 'leave_base'"),
    "a field of text": ({"user_fields": (("mood", "U8"),)}, "must hold numbers"),
    "a field of nonsense": ({"user_fields": (("mood", "f9"),)}, "is no field of a record"),
    "no signal": ({"signals": ("first", "second")}, "'first' must be a Signal"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_mistake_is_told_in_words(case: str) -> None:
    changes, words = BROKEN[case]
    with pytest.raises(ValueError, match=f"(?s)Scenario 'Small': .*{words}"):
        replace(SMALL, **changes)


@pytest.mark.parametrize("case", TYPES)
def test_a_wrong_type_is_told_in_words(case: str) -> None:
    changes, words = TYPES[case]
    with pytest.raises(TypeError, match=f"(?s)Scenario 'Small': .*{words}"):
        replace(SMALL, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        CLOCK,
        {"available": by_taste, "availability": "user"},
        {"planner": "index", "burden": utility, "transition": moves_mood},
        {"planner": "index", "burden": utility, "transition": by_signals, "hours": one_hour},
        {"emit": emits_mood, "observable": ("mood",)},
        {"outcomes": 3, "outcome_probabilities": three_outcomes},
    ],
    ids=lambda changes: ", ".join(changes) or "nothing",
)
def test_what_is_right_is_taken(changes: dict[str, Any]) -> None:
    assert replace(SMALL, **changes).name == "Small"


def test_defaults_out_of_their_range_are_refused() -> None:
    @dataclass(frozen=True)
    class Wrong(SmallParameters):
        leave_base: float = parameter(-30.0, -20.0, 10.0, "log-odds", "leaving")

    with pytest.raises(ValueError, match=r"the defaults leave_base=-30.0 is out of range"):
        replace(SMALL, parameters=Wrong)


def test_the_mistakes_of_shipped_scenarios_are_seen_too() -> None:
    with pytest.raises(ValueError, match=r"expect uses signals\[0\], but 0 of them"):
        replace(VIDEO, signals=(), rates=(), reward_weights={}, observable=("completion_rate",))
    with pytest.raises(ValueError, match="no whole number of steps"):
        replace(NEWS, hours_per_step=0.4)


def test_nothing_is_compiled() -> None:
    compiled = run_python(
        "from recgym.envs.cross_domain import CROSS_DOMAIN as scenario\n"
        "from dataclasses import fields\n"
        "functions = [getattr(scenario, field.name) for field in fields(scenario)]\n"
        "print(sum(len(function.signatures) for function in functions if hasattr(function, 'signatures')))"
    )
    assert int(compiled) == 0


def test_scenarios_are_checked_as_interpreted_code_too() -> None:
    """Without Numba's compiler, kernels are the functions themselves."""
    words = run_python(
        "from dataclasses import replace\n"
        "from recgym.envs.video import VIDEO\n"
        "try:\n    replace(VIDEO, context=VIDEO.context[:1])\nexcept ValueError as error:\n    print(error)",
        NUMBA_DISABLE_JIT="1",
    )
    assert "observe uses context[1]" in words


def test_a_check_leaves_no_trace_in_the_kernels() -> None:
    """The functions that ran as plain Python are copies: compiled ones still call compiled ones."""
    function: Callable[..., Any] = VIDEO.utility
    assert function.py_func.__globals__["fatigue"] is not function.py_func  # type: ignore[attr-defined]
    assert hasattr(function.py_func.__globals__["fatigue"], "signatures")  # type: ignore[attr-defined]
    assert np.isfinite(len(function.signatures))  # type: ignore[attr-defined]
