"""What a scenario tells the core: names, parameters, and a few compiled functions about one user and one item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from recgym.core.kernel import kernel
from recgym.core.parameters import MEMORY, Parameters, ReturnParameters, sessions_of

LATENT = 16
"""Dimensions of the hidden space in which users and items meet."""
TOPICS = 12
"""Topics that an item belongs to, softly."""
LIKED_RATE = np.float32(0.15)
"""Weight of the newest item in the recency-weighted vectors: of what was liked lately, and of what was ignored."""
WARM = -1
"""Moment of an item of the warm history."""

ITEM = np.dtype(
    (
        np.record,
        [
            ("index", "i4"),  # the action that shows this item
            ("domain", "i4"),  # which catalogue it comes from
            ("group", "i4"),  # whose it is (artist, brand, director, story): equal numbers for the same one
            ("latent", "f4", (LATENT,)),  # unit vector; what the text tells, and what it does not
            ("topics", "f4", (TOPICS,)),  # sums to 1
            ("quality", "f4"),  # lasting value, standard normal
            ("appeal", "f4"),  # what catches the eye, standard normal
            ("log_popularity", "f4"),  # log of the share of exposure
            ("log_price", "f4"),  # log of price over the catalogue's median
            ("log_duration", "f4"),  # log of duration over the catalogue's median
            ("release", "f4"),  # hours since the clock's start
            ("half_life", "f4"),  # hours in which interest halves
            ("is_new", "i4"),  # 1 if the platform has never shown it, else 0
        ],
    )
)
"""An item as the hidden world knows it. A blank one, whose index, domain and group are -1 and whose numbers are 0, stands for an empty screen."""

USER_FIELDS: list[tuple[Any, ...]] = [
    ("key", "u8"),  # of the session's noise
    ("person", "i4"),  # row in the population
    (
        "arrival",
        "i8",
    ),  # episodes of the same stream that began before this one: the time on the clock of fashions, which all may read
    ("t", "i4"),  # steps since the session began
    ("hour", "f8"),  # on the user's clock
    ("seen", "i4"),  # items remembered, ever; history included
    ("history", "i4"),  # how many of them came before the session
    ("picked", "i4"),  # items clicked, ever; history included
    ("recent", "i4", (MEMORY,)),  # ring of the last items; position seen % MEMORY comes next
    ("response", "i1", (MEMORY,)),  # 0 ignored, 1 clicked, 2 clicked and liked
    ("moment", "i4", (MEMORY,)),  # step at which each was shown, or WARM
    ("taste", "f4", (LATENT,)),  # unit vector
    ("first_taste", "f4", (LATENT,)),  # where drift returns to
    ("sensitivity", "f8"),  # multiplies what drives this user away
    ("slow", "f8"),  # the scenario's slow state, in [0, 1]
    ("first_slow", "f8"),  # where gaps between sessions return it to
    ("session", "i4"),  # sessions of the episode that are over
    ("earlier_steps", "i4"),  # steps that they had
    ("gap", "f8"),  # hours between the last one and this one
    ("click_rate", "f8"),  # observable: moving average
    ("like_rate", "f8"),  # observable: moving average
    ("redundancy", "f8"),  # observable: cosine of the last item to what was shown before it
]
"""The record of a user, which a scenario's own fields precede."""


_HIDDEN_FIELDS = ("key", "person", "taste", "first_taste", "sensitivity", "slow", "first_slow")


def blank_item() -> np.ndarray:
    """Returns a (1,) record of the item that stands for an empty screen."""
    blank = np.zeros(1, ITEM)
    for name in ("index", "domain", "group"):
        blank[name] = -1
    return blank


class ContextFeature(NamedTuple):
    """A scalar of the observation, beside the embeddings."""

    name: str
    low: float
    high: float
    description: str


EVENT, SHARE = "0 or 1", "0 to 1"
"""Units of signals that tell whether something happened, and how much of it did."""


class Signal(NamedTuple):
    """A named part of the feedback."""

    name: str
    unit: str
    description: str

    @property
    def is_event(self) -> bool:
        """Whether it tells that something happened, or did not."""
        return self.unit == EVENT

    @property
    def is_share(self) -> bool:
        """Whether its values lie between 0 and 1: events are shares, of which there is nothing between."""
        return self.unit in (EVENT, SHARE)


class Rate(NamedTuple):
    """How often users do something, what it is measured to be, and between which bounds it is plausible.

    The rate is that of single items with the default numbers: so many `event` for each `per`, counted over all sessions. What is counted is a signal, of which the
    values are summed, or one of `COUNTS`.

    Attributes:
        name: In the words of the scenario, such as ``"carts per click"``.
        event: What is counted.
        per: What it is divided by.
        low: Least plausible value.
        high: Greatest plausible value.
        popular: What it is with the popular policy, over `RATE_USERS` held-out users in each of `RATE_WORLDS`.
        planner: What it is with the planner, measured as with the popular policy.
        source: Where the bounds are from (author, year), or that they are an assumption.
        least: Above 0, steps are counted in which the signal `event` is at least this, in place of its sum.
    """

    name: str
    event: str
    per: str
    low: float
    high: float
    popular: float
    planner: float
    source: str
    least: float = 0.0


SHOWN, IGNORED, SESSION = COUNTS = ("item shown", "item ignored", "session")
"""What rates count beside signals: steps, steps without a click, and sessions."""
RATE_USERS, RATE_WORLDS = 300, (0, 1)
"""Held-out users, and seeds of the worlds, with whom rates are measured."""
BASE_CONTEXT = (
    ContextFeature("time_left", 0.0, 1.0, "share of the horizon that remains"),
    ContextFeature("click_rate", 0.0, 1.0, "moving average of clicks in this session"),
    ContextFeature("like_rate", 0.0, 1.0, "moving average of likes in this session"),
    ContextFeature("redundancy", -1.0, 1.0, "cosine of the current item to what was shown before it"),
)
BASE_SIGNALS = (
    Signal("click", EVENT, "the user engaged with a shown item"),
    Signal("like", EVENT, "an engaged user said that it was good"),
    Signal("diversity", SHARE, "distance of the item from what was shown before it: 1 - max(0, cosine)"),
)
RETURN_CONTEXT = (
    ContextFeature("sessions_over", 0.0, 1.0, "share of the episode's sessions that are over"),
    ContextFeature(
        "last_gap",
        0.0,
        1.0,
        "log(1 + hours since the session before) over that of a year, clipped; 0 in the first session",
    ),
)
"""Context features of episodes of several sessions, behind the scenario's own."""
RETURN_SIGNALS = (
    Signal("returned", EVENT, "the user, whose session ended with this step, came back for another one"),
    Signal("gap", "hours", "how long the user who came back was away"),
)
"""Signals of episodes of several sessions, behind the scenario's own."""


@kernel
def no_extra_signals(user, item, outcome, parameters, signals):
    """For scenarios whose feedback is clicks and likes."""


@kernel
def no_extra_context(user, item, parameters, context):
    """For scenarios whose context is the base context."""


@kernel
def always_available(user, item, parameters):
    """For scenarios whose items neither appear nor expire."""
    return True


@kernel
def click_is_the_outcome(user, item, parameters, probability):
    """For scenarios in which nothing but the click can happen: outcome 1 has probability 1."""
    probability[1] = 1.0


@kernel
def always_encountered(user, item, parameters):
    """For scenarios in which any item may be part of the warm history."""
    return True


@kernel
def no_burden(user, item, parameters):
    """For scenarios without satiation: showing an item costs nothing later."""
    return 0.0


@kernel
def no_rest(user, hours, parameters):
    """For scenarios without state of their own that moves while a user is away."""


AVAILABILITY = ("always", "clock", "user")
"""What decides whether an item can be shown: nothing, the hour on the user's clock, or the user's whole state."""
PLANNERS = ("dynamic programming", "index")
"""How a scenario is planned: exactly over time and the slow state, or by an index with a shadow price on the burden."""
CERTIFICATES = ("planning", "control", "none")
"""What is required of a scenario's certificate: that planning matters, that it does not, or nothing."""


@dataclass(frozen=True, eq=False)
class Scenario:
    """One recommendation scenario: the hidden dynamics of one user as compiled functions, and the words for them.

    Outcome 0 is 'ignored'; outcomes 1 to ``outcomes - 1`` are kinds of engagement. Functions take the user's record, an
    item's record and the parameters' record; those that only look never write. What is said here is checked when a scenario is made
    (`recgym.core.scenario_check`).

    Attributes:
        name: As in the environment's id, for instance ``"Ecommerce"``.
        catalogue: Name of the shipped catalogue that is used by default.
        parameters: The parameter class.
        user_fields: Record fields beside the common ones.
        observable: Names of own fields that observations may show, such as a moving average of what was clicked; the others are hidden.
        begin: ``(user, centroids, parameters)``: draws a person's own traits and sets the slow state, and the hour where a clock runs.
        affinity: ``(user, item, parameters) -> cosine`` of the user's interests and the item, about -1 to 1.
        interests: Names of the float32 fields, vectors, in which affinity is linear.
        utility: ``(user, item, parameters) -> log-odds`` of engaging with the item when it is shown alone.
        outcome_probabilities: ``(user, item, parameters, probability)``: fills P(outcome | engaged).
        transition: ``(user, item, outcome, signals, parameters) -> log-odds of leaving``; moves the hidden state, without noise. ``signals`` are the
            scenario's own, as drawn. The item is the blank one when nothing was shown.
        emit: ``(user, item, outcome, parameters, signals)``: draws the scenario's own signals.
        expect: the same arguments; the conditional means of what ``emit`` draws.
        observe: ``(user, item, parameters, context)``: the scenario's own context features, observable things only.
        available: ``(user, item, parameters) -> bool``; reads ``user.hour`` where the clock decides.
        availability: One of `AVAILABILITY`.
        hours: ``(item, outcome, parameters) -> hours`` that a step takes, where what is consumed takes the time; else ``hours_per_step`` does.
        encountered: ``(user, item, parameters) -> bool``: whether the warm history may hold the item.
        burden: ``(user, item, parameters) -> float``: what showing the item costs later; for index planners.
        rest: ``(user, hours, parameters)``: moves the scenario's own fields over the hours between two sessions; the core moves the rest. For scenarios whose
            parameters are `recgym.core.parameters.ReturnParameters`.
        signals: The scenario's own signals, after the base ones.
        context: The scenario's own context features, after the base ones.
        rates: What users do, and how often they plausibly do so.
        reward_weights: Default weight of each signal in the reward; unnamed ones weigh 0.
        outcomes: Number of outcomes.
        planner: One of `PLANNERS`.
        certificate: One of `CERTIFICATES`.
        domains: How many domains the catalogue must have; 0 for any number.
        hours_per_step: How fast the user's clock runs; 0 when time of day plays no part.
        first_hour: The earliest hour at which a session begins.
        last_hour: The latest hour that a session can reach.
        staying: Parameters with which nobody leaves.
        leaving: Parameters with which everybody leaves at once.
    """

    name: str
    catalogue: str
    parameters: type[Parameters]
    begin: Callable[..., Any]
    affinity: Callable[..., Any]
    utility: Callable[..., Any]
    transition: Callable[..., Any]
    reward_weights: Mapping[str, float]
    staying: Mapping[str, float]
    leaving: Mapping[str, float]
    user_fields: tuple[tuple[Any, ...], ...] = ()
    observable: tuple[str, ...] = ()
    interests: tuple[str, ...] = ("taste",)
    outcome_probabilities: Callable[..., Any] = click_is_the_outcome
    emit: Callable[..., Any] = no_extra_signals
    expect: Callable[..., Any] = no_extra_signals
    observe: Callable[..., Any] = no_extra_context
    available: Callable[..., Any] = always_available
    availability: str = "always"
    hours: Callable[..., Any] | None = None
    encountered: Callable[..., Any] = always_encountered
    burden: Callable[..., Any] = no_burden
    rest: Callable[..., Any] = no_rest
    signals: tuple[Signal, ...] = ()
    context: tuple[ContextFeature, ...] = ()
    rates: tuple[Rate, ...] = ()
    outcomes: int = 2
    planner: str = "dynamic programming"
    certificate: str = "planning"
    domains: int = 0
    hours_per_step: float = 0.0
    first_hour: float = 0.0
    last_hour: float = 0.0

    def __post_init__(self) -> None:
        """Checks what is declared, and that the functions do it; see `recgym.core.scenario_check.check_scenario`."""
        from recgym.core.scenario_check import check_scenario

        check_scenario(self)

    @property
    def has_clock_table(self) -> bool:
        """Whether availability depends on the hour alone and hours pass evenly, so that it can be tabulated."""
        return self.availability == "clock" and self.hours is None

    @property
    def hidden_fields(self) -> tuple[str, ...]:
        """Names of the record's fields that no observation may show."""
        own = [field[0] for field in self.user_fields if field[0] not in self.observable]
        return (*_HIDDEN_FIELDS, *own)

    @property
    def user_dtype(self) -> np.dtype[Any]:
        """The record of one user.

        The scenario's own fields come first: Numba takes a record that begins with all the fields of another for a subtype of it,
        would run the other's code for it, and warns that this is experimental.
        """
        return np.dtype((np.record, [*self.user_fields, *USER_FIELDS]), align=True)

    @property
    def users_return(self) -> bool:
        """Whether users may come back after they have left: whether the scenario has numbers for it."""
        return issubclass(self.parameters, ReturnParameters)

    def signals_of(self, sessions: int) -> tuple[Signal, ...]:
        """Returns base signals, the scenario's own and, where episodes span several sessions, those of returning."""
        return BASE_SIGNALS + self.signals + (RETURN_SIGNALS if sessions > 1 else ())

    def context_of(self, sessions: int) -> tuple[ContextFeature, ...]:
        """Returns base context features, the scenario's own and, where episodes span several sessions, those of returning."""
        return BASE_CONTEXT + self.context + (RETURN_CONTEXT if sessions > 1 else ())

    @property
    def all_signals(self) -> tuple[Signal, ...]:
        """The signals with the scenario's default numbers."""
        return self.signals_of(sessions_of(self.parameters()))

    @property
    def all_context(self) -> tuple[ContextFeature, ...]:
        """The context features with the scenario's default numbers."""
        return self.context_of(sessions_of(self.parameters()))
