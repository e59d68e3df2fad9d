"""What simulated users do stays plausible: each rate is in its band and what its page says, and leaves the band when the users are made to click anything."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import recgym
from recgym.core.registry import load_entry
from recgym.core.scenario import COUNTS, RATE_USERS, RATE_WORLDS, Rate, Scenario
from recgym.core.scenario_check import check_scenario
from recgym.envs.cross_domain import CROSS_DOMAIN
from recgym.envs.ecommerce import ECOMMERCE
from recgym.envs.music import MUSIC
from recgym.envs.news import NEWS
from recgym.envs.video import VIDEO, RecVideoEnv
from recgym.envs.video_retention import RecVideoRetentionEnv
from recgym.evaluation.rates import measured_rates
from recgym.evaluation.rollouts import Oracle, chooser_of, evaluated_setup, rollout
from recgym.evaluation.session_log import SessionLog
from recgym.oracles.reference import popular_policy, tuned_planner

SCENARIOS = {scenario.name: scenario for scenario in (ECOMMERCE, VIDEO, MUSIC, NEWS, CROSS_DOMAIN)}
LEVELS = {
    "Ecommerce": "click_base",
    "Video": "watch_base",
    "Music": "listen_base",
    "News": "read_base",
    "CrossDomain": "click_base",
}
"""The parameters that make clicks likelier, whatever is shown."""
TOLERANCE = 0.1
"""How far what a page says may be off, relative: parameters may move a little before it must be written anew."""


def log_of(name: str, policy: str, world_seed: int, **parameters: float) -> SessionLog:
    setup = evaluated_setup(f"Rec{name}-v0", "test", world_seed=world_seed, **parameters)
    popular = policy == "popular"
    choose = chooser_of(popular_policy(setup.task, world_seed)) if popular else planner_of(name)
    return rollout(setup, choose, RATE_USERS, 0)


@cache
def planner_of(name: str) -> Oracle:
    """Tuned in the first of the worlds."""
    return tuned_planner(evaluated_setup(f"Rec{name}-v0", "test", world_seed=RATE_WORLDS[0]))


@cache
def rates_of(name: str, policy: str) -> list[dict[str, float]]:
    """The rates in each world, and in all of them together."""
    logs = [log_of(name, policy, world_seed) for world_seed in RATE_WORLDS]
    return [measured_rates(SCENARIOS[name], chosen) for chosen in (*([log] for log in logs), logs)]


def outside(scenario: Scenario, measured: dict[str, float]) -> list[str]:
    return [rate.name for rate in scenario.rates if not rate.low <= measured[rate.name] <= rate.high]


@pytest.mark.parametrize("policy", ["popular", "planner"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_rates_are_plausible_in_each_world(name: str, policy: str) -> None:
    for measured in rates_of(name, policy):
        assert outside(SCENARIOS[name], measured) == [], measured


@pytest.mark.parametrize("policy", ["popular", "planner"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_page_says_what_is_measured(name: str, policy: str) -> None:
    said = {rate.name: getattr(rate, policy) for rate in SCENARIOS[name].rates}
    measured = rates_of(name, policy)[-1]
    assert said == pytest.approx(measured, rel=TOLERANCE), f"write {policy}= as in {measured}"


@pytest.mark.parametrize("name", SCENARIOS)
def test_users_who_click_anything_are_not_plausible(name: str) -> None:
    """The band is narrow enough to notice: log-odds of a click that are higher by 5."""
    usual = getattr(SCENARIOS[name].parameters(), LEVELS[name])
    log = log_of(name, "popular", RATE_WORLDS[0], **{LEVELS[name]: usual + 5.0})
    first = SCENARIOS[name].rates[0].name
    assert first in outside(SCENARIOS[name], measured_rates(SCENARIOS[name], [log]))


@pytest.mark.parametrize("name", recgym.SCENARIOS)
def test_pages_show_the_rates_that_are_declared(name: str) -> None:
    page = load_entry(f"{recgym.SCENARIOS[name][0]}:Rec{name}Env").__doc__ or ""
    assert ("## Rates" in page) == (name in SCENARIOS)
    assert "[rates]" not in page
    for rate in SCENARIOS[name].rates if name in SCENARIOS else ():
        (row,) = (line for line in page.splitlines() if line.strip().startswith(f"| {rate.name} "))
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        band = f"{rate.low:g} to {rate.high:g}"
        assert cells == [rate.name, f"{rate.popular:g}", f"{rate.planner:g}", band, rate.source]


def test_rates_are_counted_right() -> None:
    """Two sessions by hand: three films and two, clicks on two and one, of which one was watched to the end."""
    setup = RecVideoEnv(num_items=20, num_users=50).setup
    running = np.array([[True, True, True], [True, True, False]])
    clicks = np.array([[1.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    watched = np.array([[0.5, 0.0, 0.95], [0.25, 0.0, 0.0]])
    nothing = np.zeros((2, 3))
    log = SessionLog(
        setup.task, nothing, running, *np.zeros((2, 2, 3, 1), np.int64), np.zeros((2, 3), np.int64),
        {"click": clicks, "completion": watched},
    )  # fmt: skip
    counted = {
        ("click", "item shown"): 3 / 5,
        ("item ignored", "item shown"): 2 / 5,
        ("item shown", "session"): 5 / 2,
        ("completion", "click"): 1.7 / 3,
    }
    for (event, per), expected in counted.items():
        scenario = replace(VIDEO, rates=(rate_of(event=event, per=per),))
        assert measured_rates(scenario, [log])["some"] == pytest.approx(expected)
        assert measured_rates(scenario, [log, log])["some"] == pytest.approx(expected)
    ends = replace(VIDEO, rates=(rate_of(event="completion", least=0.9),))
    assert measured_rates(ends, [log])["some"] == pytest.approx(1 / 3)


def test_sessions_of_users_who_come_back_are_counted_each() -> None:
    setup = RecVideoRetentionEnv(num_items=20, num_users=200).setup
    log = rollout(setup, chooser_of(popular_policy(setup.task, 0)), 50, 0)
    sessions = 50 + log.signals["returned"].sum()
    assert sessions > 60
    lengths = replace(VIDEO, rates=(rate_of(event="item shown", per="session", high=100.0),))
    assert measured_rates(lengths, [log])["some"] == pytest.approx(log.lengths.sum() / sessions)


def test_wrong_logs_are_refused() -> None:
    setup = RecVideoEnv(num_items=20, num_users=50, slate_size=2).setup
    slates = rollout(setup, lambda sessions: np.tile([0, 1], (sessions.size, 1)), 2, 0)
    with pytest.raises(ValueError, match="slate_size=1, not 2"):
        measured_rates(VIDEO, [slates])
    with pytest.raises(ValueError, match="none was given"):
        measured_rates(VIDEO, [])


def rate_of(**changes: object) -> Rate:
    usual = Rate("some", "click", "click", 0.0, 10.0, 1.0, 1.0, "assumption")
    return usual._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "names of their own"),
        ({"event": "clik"}, "clik.*click"),
        ({"per": "sessions"}, "sessions.*session"),
        ({"low": float("nan")}, "nan.*finite"),
        ({"low": -1.0}, "-1.*at least 0"),
        ({"low": 10.0}, "below its high"),
        ({"popular": 11.0}, "11 with popular.*0 to 10"),
        ({"planner": 11.0}, "11 with planner.*0 to 10"),
        ({"event": COUNTS[0], "least": 0.5}, "which is for signals"),
        ({"source": " "}, "assumption"),
    ],
)
def test_wrong_rates_are_told(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(VIDEO, rates=(rate_of(**changes),))


def test_rates_must_be_rates_and_have_names_of_their_own() -> None:
    with pytest.raises(TypeError, match="must be a Rate"):
        replace(VIDEO, rates=("click",))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'some' is not one"):
        replace(VIDEO, rates=(rate_of(), rate_of()))
    check_scenario(replace(VIDEO, rates=(rate_of(),)))
    check_scenario(replace(VIDEO, rates=()))
