"""The certificate's parts: exactness, direction, controls, and the numbers that the README shows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import recgym
from recgym import certify as command
from recgym.core.seeds import Purpose
from recgym.evaluation.comparison import random_policy
from recgym.evaluation.intervals import mean_interval
from recgym.evaluation.rollouts import begin_sessions, chooser_of, evaluated_setup, rollout, session_seeds
from recgym.oracles import history_estimates
from recgym.oracles.certificate import certify
from recgym.oracles.kernels import Aim, compile_oracles, highest, interpolate
from recgym.oracles.knowledge import EVERYTHING, KNOWLEDGE
from recgym.oracles.policies import (
    DynamicProgrammingPlanner,
    IndexPlanner,
    RolloutPlanner,
    _room_for,
    expected_rewards,
    myopic_oracle,
    solve,
)
from recgym.oracles.reference import REFERENCES, create_reference, popular_policy, tuned_planner
from recgym.oracles.requirements import requirements
from recgym.sessions.sessions import Sessions
from recgym.sessions.setup import Setup, setup_of
from recgym.testing import planner_is_between_myopic_and_bound

PLANNED = [
    "RecEcommerce-v0",
    "RecVideo-v0",
    "RecMusic-v0",
    "RecNews-v0",
    "RecCrossDomain-v0",
    "RecVideoRetention-v0",
    "RecEcommerceRetention-v0",
]
USERS = 160


def setup(env_id: str, **arguments: object) -> Setup:
    return setup_of(env_id, split="test", **arguments)


def begun(of: Setup, users: int = USERS) -> Sessions:
    return begin_sessions(of, session_seeds(of, users, 0))


def returns(of: Setup, oracle: object, users: int = USERS) -> np.ndarray:
    return rollout(of, oracle, users, 0).returns


@pytest.mark.parametrize("env_id", recgym.ENV_IDS)
def test_planners_are_between_the_myopic_oracle_and_their_bound(env_id: str) -> None:
    planner_is_between_myopic_and_bound(env_id)


@pytest.mark.parametrize("env_id", PLANNED)
def test_planning_pays_and_the_myopic_oracle_is_no_straw_man(env_id: str) -> None:
    certificate = certify(env_id, users=USERS, rollout_users=0)
    assert certificate.gain.mean > 0.1
    assert certificate.gain.low > 0.0
    assert 0.4 <= certificate.norm <= 0.9


@pytest.mark.parametrize("env_id", PLANNED)
def test_popular_items_are_better_than_random_ones(env_id: str) -> None:
    of = evaluated_setup(env_id, "test")
    popular, random = chooser_of(popular_policy(of.task, 0)), chooser_of(random_policy(of.slate_size, 0))
    assert mean_interval(returns(of, popular, 2_000) - returns(of, random, 2_000)).low > 0.0


def test_nothing_is_gained_where_nothing_is_slow() -> None:
    certificate = certify("RecControl-v0", users=USERS, rollout_users=0, num_users=2_000)
    assert abs(certificate.gain.mean) < 0.01


@pytest.mark.parametrize(
    ("env_id", "switch"),
    [
        ("RecVideo-v0", {"leave_goodwill": 0.0}),
        ("RecNews-v0", {"leave_trust": 0.0}),
        ("RecMusic-v0", {"leave_redundancy": 0.0, "satiation_effect": 0.0}),
    ],
)
def test_the_gain_vanishes_with_the_mechanism(env_id: str, switch: dict[str, float]) -> None:
    certificate = certify(env_id, users=USERS, rollout_users=0, num_users=2_000, **switch)
    assert abs(certificate.gain.mean) < 0.03


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecEcommerce-v0", "RecCrossDomain-v0"])
def test_without_fatigue_the_values_are_the_planners_returns(env_id: str) -> None:
    """Exact dynamic programming: its own forecast holds in simulation, up to noise and the grid."""
    played = setup(env_id, fatigue=0.0, num_items=60, num_users=1_000)
    planner = DynamicProgrammingPlanner()
    forecast = planner.bound(begun(played, 600))
    simulated = returns(played, planner, 600)
    noise = 3.0 * (simulated - forecast).std() / np.sqrt(len(simulated))
    assert simulated.mean() == pytest.approx(forecast.mean(), abs=noise + 0.02 * forecast.mean())


def test_the_bound_is_above_every_policy() -> None:
    played = setup("RecVideo-v0", num_users=1_000)
    planner = DynamicProgrammingPlanner()
    bound = planner.bound(begun(played)).mean()
    assert bound > max(
        returns(played, oracle).mean()
        for oracle in (planner, myopic_oracle(), chooser_of(random_policy(1, 0)))
    )


def test_the_planner_beats_rollouts_of_the_index_at_a_price_of_zero_in_music() -> None:
    """One step of policy improvement on the myopic oracle gains; on the tuned index there is less left to gain."""
    played = setup("RecMusic-v0", num_users=1_000, num_items=40, horizon=30)
    users = 60
    myopic = returns(played, IndexPlanner(0.0), users)
    improved = returns(played, RolloutPlanner(0.0, rollouts=16), users)
    tuned = returns(played, IndexPlanner(2.0), users)
    assert (improved - myopic).mean() > 0
    assert (tuned - myopic).mean() > 0


def test_interpolation_is_linear_between_grid_points_and_flat_outside() -> None:
    values = np.array([0.0, 1.0, 4.0])
    assert [interpolate(values, place) for place in (-1.0, 0.0, 0.25, 0.5, 0.75, 1.0, 2.0)] == [
        0.0,
        0.0,
        0.5,
        1.0,
        2.5,
        4.0,
        4.0,
    ]


def test_no_state_within_reach_is_worth_more_than_the_highest() -> None:
    """What lets the solver leave items out: a bound on every interpolated value, and no looser than the grid makes it."""
    generator = np.random.default_rng(0)
    for _ in range(200):
        values = generator.normal(size=9)
        low, high = np.sort(generator.uniform(-0.2, 1.2, 2))
        most = highest(values, low, high)
        places = np.linspace(low, high, 50)
        assert most >= max(interpolate(values, place) for place in places) - 1e-12
        first, last = np.floor(np.clip([low, high], 0.0, 1.0) * 8).astype(int)
        assert most == values[first : min(last + 1, 8) + 1].max()


def test_sessions_that_are_over_are_left_out() -> None:
    sessions = begun(setup("RecVideo-v0", num_users=50), 3)
    rewards = expected_rewards(sessions)
    sessions.over[1] = True
    np.testing.assert_array_equal(expected_rewards(sessions)[[0, 2]], rewards[[0, 2]])
    assert not expected_rewards(sessions)[1].any()


@pytest.mark.parametrize("env_id", ["RecCrossDomain-v0", "RecNews-v0"])
def test_looking_ahead_leaves_no_trace_in_the_sessions(env_id: str) -> None:
    sessions = begun(setup(env_id, num_users=50), 8)
    before = sessions.users.copy()
    planner = DynamicProgrammingPlanner()
    planner(sessions)
    planner.bound(sessions)
    myopic_oracle()(sessions)
    assert sessions.users.tobytes() == before.tobytes()


def test_looking_ahead_moves_a_copy_of_the_whole_record() -> None:
    """After scoring, the record that is looked at is still the user's own, in every field."""
    sessions = begun(setup("RecEcommerce-v0", num_users=50), 1)
    world, room = sessions.world, _room_for(sessions, 1, 1)
    scores = np.empty((1, world.num_items))
    aim = Aim(sessions.weights, 0.0, sessions.limit)
    compile_oracles(world.scenario).score(
        sessions.users, sessions.over, world.arrays, aim, room, np.zeros((1, 0, 0)), scores
    )
    assert room.users[0].tobytes() == sessions.users[0].tobytes()
    assert room.users[1]["slow"] != room.users[0]["slow"]


def test_values_follow_the_clock() -> None:
    """In news the last steps are worth more to a reader who meets fresh stories at the end; without a clock they are worth the same to all."""
    sessions = begun(setup("RecNews-v0", num_users=200), 40)
    hours = sessions.users["hour"].copy()
    last = solve(sessions)[:, -2, 0]
    sessions.users["hour"] = hours[0]
    at_one_time = solve(sessions)[:, -2, 0]
    assert not np.allclose(last, at_one_time)
    assert last[0] == at_one_time[0]


def test_planning_exactly_is_refused_where_it_would_be_wrong() -> None:
    with pytest.raises(ValueError, match="planned by an index"):
        solve(begun(setup("RecMusic-v0", num_users=50), 2))
    slates = begun(setup("RecVideoSlate-v0", num_users=50), 2)
    with pytest.raises(ValueError, match="no bound for slates"):
        DynamicProgrammingPlanner().bound(slates)
    with pytest.raises(ValueError, match="Rollouts compare single items"):
        RolloutPlanner(0.0)(slates)


def test_the_planner_knows_its_price() -> None:
    planner = tuned_planner(setup("RecMusic-v0", num_users=500))
    assert isinstance(planner, IndexPlanner)
    assert planner.price > 0.0
    assert planner.description == f"index, price {planner.price:g}"


def test_prices_are_not_tuned_on_those_who_are_measured() -> None:
    played = setup("RecMusic-v0", num_users=500)
    tuning = session_seeds(played, 50, 0, purpose=Purpose.TUNING)
    assert not set(tuning.tolist()) & set(session_seeds(played, 50, 0).tolist())


def test_certificates_of_two_worlds_have_users_and_luck_of_their_own() -> None:
    seeds = [session_seeds(setup("RecVideo-v0", world_seed=world, num_users=50), 50, 0) for world in (0, 1)]
    assert not set(seeds[0].tolist()) & set(seeds[1].tolist())


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("env_id", ["RecNews-v0", "RecNewsSlate-v0"])
def test_references_choose_what_can_be_shown(env_id: str, name: str) -> None:
    decide = create_reference(name, env_id, num_users=100, num_items=400)
    sessions = Sessions(setup_of(env_id, num_users=100, num_items=400), 6, invalid_actions="error")
    for row, generator in enumerate(np.random.default_rng(0).spawn(6)):
        sessions.seed(row, generator)
    sessions.begin(np.arange(6))
    for _ in range(5):
        sessions.step(sessions.setup.actions.check(decide(sessions), 6))  # would raise


def test_an_unknown_reference_is_told() -> None:
    with pytest.raises(ValueError, match="Did you mean 'planner'"):
        create_reference("planer", "RecVideo-v0")


def interval(mean: float, half: float) -> dict[str, float]:
    return {"mean": mean, "low": mean - half, "high": mean + half}


GOOD = {
    "env_id": "RecVideo-v0",
    "kind": "planning",
    "slate_size": 1,
    "world_seed": 0,
    "users": 1_000,
    "returns": {"random": interval(5.0, 0.2), "planner": interval(17.0, 0.4)},
    "gain": interval(0.3, 0.05),
    "norm": 0.6,
    "popular_gain": interval(1.0, 0.5),
    "bound": 18.0,
    "square": {"everything": {"myopic": interval(13.0, 0.4), "planner": interval(17.0, 0.4)}},
    "gains": {
        "planning": interval(0.3, 0.05),
        "history": interval(0.5, 0.05),
        "warm": interval(0.3, 0.05),
    },
    "norms": {"honest planner": 0.85, "flat planner": 0.75, "loop": 0.2},
}
"""What a certificate that holds looks like."""


@pytest.mark.parametrize(
    ("changed", "lacking"),
    [
        ({}, 0),
        ({"gain": interval(0.05, 0.06)}, 2),
        ({"gain": interval(0.8, 0.05)}, 1),
        ({"norm": 0.95}, 1),
        ({"popular_gain": interval(0.1, 0.2)}, 1),
        ({"bound": 16.9}, 1),
        ({"gains": GOOD["gains"] | {"planning": interval(0.19, 0.02)}}, 1),  # type: ignore[operator]
        ({"gains": GOOD["gains"] | {"planning": interval(0.3, 0.25)}}, 1),  # type: ignore[operator]
        ({"gains": GOOD["gains"] | {"history": interval(0.1, 0.02)}}, 2),  # type: ignore[operator]
        ({"gains": GOOD["gains"] | {"warm": interval(0.1, 0.08)}}, 2),  # type: ignore[operator]
        ({"norms": GOOD["norms"] | {"honest planner": 0.7}}, 1),  # type: ignore[operator]
        ({"norms": GOOD["norms"] | {"flat planner": 0.69}}, 1),  # type: ignore[operator]
        ({"norms": GOOD["norms"] | {"loop": 0.36}}, 1),  # type: ignore[operator]
        ({"gains": {}, "norms": {}}, 0),
        ({"kind": "none", "norm": 7.0}, 0),
        ({"kind": "control"}, 1),
        ({"kind": "control", "square": {}, "gains": {"history": interval(0.2, 0.02)}}, 1),
        ({"kind": "control", "square": {}, "gains": {"history": interval(0.2, 0.02)}, "slate_size": 5}, 0),
        ({"kind": "control", "square": {}, "gains": {"history": interval(0.1, 0.12)}, "slate_size": 5}, 2),
        ({"slate_size": 5, "norm": 0.99}, 0),
        ({"slate_size": 5, "gains": {"planning": interval(0.09, 0.1), "history": interval(0.14, 0.1)}}, 3),
    ],
)
def test_requirements_are_judged(changed: dict[str, object], lacking: int) -> None:
    assert len(command.problems(GOOD | changed)) == lacking


def test_problems_tell_what_is_required() -> None:
    (problem,) = command.problems(GOOD | {"norms": {"loop": 0.5}})
    assert problem == "RecVideo-v0, world 0: the score of the loop is 0.50; required is at most 0.35."


def test_fewer_users_are_allowed_for() -> None:
    """With a quarter of the users an interval is twice as wide: its lower end is told as it would be with all of them."""
    wide = GOOD | {"users": 250, "gains": {"planning": interval(0.3, 0.3)}}
    lows = [
        r.value for r in requirements(wide, users=1_000) if r.what.startswith("the lower end of what honest")
    ]
    assert lows == [pytest.approx(0.15)]


def test_ids_are_not_judged_by_their_names() -> None:
    kinds = {
        f"Rec{name}-v0": setup(f"Rec{name}-v0", num_users=1).world.scenario.certificate
        for name in recgym.SCENARIOS
    }
    assert set(PLANNED) <= {env_id for env_id, kind in kinds.items() if kind == "planning"}
    assert set(kinds.values()) == {"planning", "control", "none"}


@pytest.mark.long
def test_the_square_tells_what_planning_and_the_history_are_worth(monkeypatch: pytest.MonkeyPatch) -> None:
    """All rows of the square in one small certificate, its gains being those of its returns; networks are trained for less long."""
    monkeypatch.setattr(history_estimates, "_EPOCHS", 4)
    certificate = certify("RecVideo-v0", users=120, knowledge=tuple(KNOWLEDGE), num_users=4_000)
    square = certificate.square
    assert set(square) == set(KNOWLEDGE)
    for knowledge in KNOWLEDGE:
        assert square[knowledge]["myopic"].mean < square[knowledge]["planner"].mean
    earned = {knowledge: ends["planner"].mean for knowledge, ends in square.items()}
    assert earned["average"] < earned["session"] < earned["honest"] < earned["everything"]
    assert earned["average"] < earned["features"] < earned["honest"]
    assert earned["session"] < earned["flat"]
    for gain, better, worse in (
        ("planning", square["honest"]["planner"], square["honest"]["myopic"]),
        ("history", square["honest"]["planner"], square["average"]["planner"]),
        ("warm", square["honest"]["planner"], square["session"]["planner"]),
    ):
        assert certificate.gains[gain].mean == pytest.approx(better.mean / worse.mean - 1.0)
    assert certificate.norms["loop"] < 0.5
    assert command.format_row(certificate.as_dict()).count("%") == 4


def test_unknown_rows_of_the_square_are_told() -> None:
    with pytest.raises(ValueError, match="honest"):
        certify("RecVideo-v0", users=10, knowledge=("onest",))


def test_other_certificates_in_the_file_stay() -> None:
    held = [{"env_id": "A", "world_seed": 0, "users": 1}, {"env_id": "B", "world_seed": 0, "users": 1}]
    merged = command.merge(
        held, [{"env_id": "A", "world_seed": 0, "users": 2}, {"env_id": "A", "world_seed": 1}]
    )
    assert merged == [{"env_id": "A", "world_seed": 0, "users": 2}, held[1], {"env_id": "A", "world_seed": 1}]


def test_worlds_that_presets_move_have_certificates_of_their_own() -> None:
    """They stand beside that of the world at rest, have a row of their own in the table, and nothing is required of them."""
    certificate = certify("RecBandit-v0", users=20).as_dict()
    moved = certify("RecBandit-v0", users=20, preset="drift").as_dict() | {"preset": "drift"}
    assert moved["returns"] != certificate["returns"]
    assert command.merge([certificate], [moved]) == [certificate, moved]
    lines = command.markdown_table([certificate, moved]).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| `RecBandit-v0`", "| `RecBandit-v0`, drift"]
    failing = certificate | {
        "kind": "control",
        "square": {"average": {"planner": {"mean": 2.0}, "myopic": {"mean": 1.0}}},
    }
    assert command.problems(failing) != []
    assert command.problems(failing | {"preset": "drift"}) == []


def test_committed_certificates_hold_and_are_what_the_readme_shows() -> None:
    results = json.loads((Path(recgym.__file__).parent / "certificates.json").read_text())
    measured = {(result["env_id"], result["world_seed"]) for result in results}
    assert {(env_id, world) for env_id in recgym.ENV_IDS for world in range(6)} <= measured
    assert {env_id for env_id, _ in measured} <= set(recgym.ENV_IDS)
    for result in results:
        whole = result["world_seed"] == 0 or (result["kind"] == "planning" and result["slate_size"] == 1)
        rows = set(KNOWLEDGE) if whole else {"average", "honest", EVERYTHING}
        assert rows <= set(result["square"]), (result["env_id"], result["world_seed"])
    assert all(result["users"] >= 1_000 for result in results)
    assert [problem for result in results for problem in command.problems(result)] == []
    readme = (Path(recgym.__file__).parent.parent / "README.md").read_text()
    assert command.markdown_table(results) in readme
