"""The contract of every scenario as checks that can be imported: for scenarios of one's own, and for those of recgym.

In a script, ``check_scenario("package:RecMine-v0")`` runs all of them. With pytest, one test each::

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_contract(check):
        check("package:RecMine-v0")

A check takes the id of single items, and raises an `AssertionError` that says what does not hold.
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from recgym.core.parameters import Parameters
from recgym.core.registry import class_of
from recgym.core.scenario import Scenario
from recgym.core.scenario_probe import fields_read
from recgym.sessions.setup import setup_of
from recgym.task.actions import NOTHING
from recgym.task.choosing import random_items
from recgym.task.layout import FORMS

SMALL = {"num_users": 200, "horizon": 12}
"""Small populations and short sessions, for checks that make many environments."""
LIVELY = {
    "num_users": 200, "slate_size": 2, "drift": 0.03, "history": 6, "fatigue": 1.5, "trend": 0.5, "trend_ramp": 1.0
}  # fmt: skip
"""Slates, so that positions matter; drift, fashions that are always changing and fatigue, so that what shapes them matters; a history that ten items can fill."""
RETURNING = {"sessions": 3, "horizon": 20}
"""And sessions, so that what brings users back matters; with them, the horizon that fits into 60 steps."""
ERRORS = 4.0
"""Standard errors by which a mean may be off."""
LEAK = 0.02
"""Held-out R^2 with which a hidden number may be told from an observation, by chance."""


def check_scenario(env_id: str) -> None:
    """Runs every check of `CHECKS`.

    Raises:
        AssertionError: if one does not hold; it is named in a note.
    """
    for check in CHECKS:
        try:
            check(env_id)
        except Exception as error:
            error.add_note(f"It was recgym.testing.{check.__name__}({env_id!r}).")
            raise


# what the checks do


def passes_gymnasiums_checker(env_id: str) -> None:
    """As registered, in every form of observation, with warnings as errors, rendering included."""
    for form in FORMS:
        env = gym.make(env_id, observation=form).unwrapped
        env.action_space.seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            check_env(env, skip_render_check=form != FORMS[0])


def rows_equal_singles(env_id: str) -> None:
    """Row i of the vector environment is the single environment with seed + i, bit by bit, in every form and every mode of autoreset."""
    for form in FORMS:
        for mode in AutoresetMode:
            rows_equal_singles_in(env_id, form, mode)


def rows_equal_singles_in(
    env_id: str, form: str, mode: AutoresetMode, *, rows: int = 3, steps: int = 40, **arguments: Any
) -> None:
    """`rows_equal_singles` in one form and mode."""
    arguments = SMALL | {"observation": form} | arguments
    native = gym.make_vec(env_id, rows, autoreset_mode=mode, **arguments)
    singles = SyncVectorEnv(
        [lambda: gym.make(env_id, disable_env_checker=True, **arguments)] * rows, autoreset_mode=mode
    )
    native.action_space.seed(0)
    _expect_same(native.reset(seed=11), singles.reset(seed=11), f"{form}, {mode.name}: resets")
    for step in range(steps):
        actions = native.action_space.sample()
        ours: Any = native.step(actions)
        theirs: Any = singles.step(actions)
        over = ours[2] | ours[3]
        _expect_same(ours, theirs, f"{form}, {mode.name}: step {step}")
        if mode == AutoresetMode.DISABLED and over.any():
            (ours, our_infos), (theirs, their_infos) = (
                env.reset(options={"reset_mask": over.copy()}) for env in (native, singles)
            )
            # Gymnasium's copy forgets the masks of the rows that go on.
            for infos in (our_infos, their_infos):
                infos.update({name: values[over] for name, values in dict(infos).items()})
            _expect_same(
                (ours, our_infos), (theirs, their_infos), f"{form}, {mode.name}: the reset after step {step}"
            )


def observations_are_in_their_space(env_id: str) -> None:
    """In every form, for warm and cold users, with drifting tastes and slates."""
    for form in FORMS:
        for arguments in ({}, {"history": 0}, {"drift": 0.5}, {"slate_size": 3}):
            env = gym.make(env_id, disable_env_checker=True, observation=form, num_users=100, **arguments)
            for outcome in _play(env, 40):
                if not env.observation_space.contains(outcome[0]):
                    raise AssertionError(
                        f"{form}, {arguments}: {outcome[0]} is not in the observation space."
                    )


def every_action_is_legal(env_id: str) -> None:
    """Any member of the action space is taken; what is shown is available and not twice in the slate, and is as asked for where that can be."""
    for slate_size in (1, 4):
        env = gym.make(env_id, disable_env_checker=True, slate_size=slate_size, num_users=100)
        env.action_space.seed(3)
        _, info = env.reset(seed=3)
        for _ in range(80):
            action = env.action_space.sample()
            wanted, before = np.atleast_1d(action), info["action_mask"]
            _, _, terminated, truncated, info = env.step(action)
            shown = info["shown"][info["shown"] != NOTHING]
            _expect(bool(before[shown].all()), f"{shown} were shown, but not all of them were available")
            _expect(len(set(shown.tolist())) == len(shown), f"{shown} were shown, with one of them twice")
            changed = int((info["shown"] != wanted).sum())
            _expect(info["repaired"] == changed, f"repaired={info['repaired']}, but {changed} differ")
            first = [item for place, item in enumerate(wanted) if before[item] and item not in wanted[:place]]
            _expect(set(first) <= set(shown.tolist()), f"{first} could be shown, but {shown} were")
            if terminated or truncated:
                _, info = env.reset()


def rewards_are_weighted_signals(env_id: str) -> None:
    """The reward is the sum of weight times signal, for the default weights and others."""
    names = [signal.name for signal in _scenario_of(env_id).all_signals]
    for weights in (None, {}, {name: (-1.5) ** place for place, name in enumerate(names)}):
        env = gym.make(env_id, disable_env_checker=True, reward_weights=weights, num_users=100)
        used = _scenario_of(env_id).reward_weights if weights is None else weights
        for outcome in _play(env, 60):
            if len(outcome) == 5:
                expected = sum(used.get(name, 0.0) * outcome[4][name] for name in names)
                if not abs(outcome[1] - expected) <= 1e-9 * max(1.0, abs(expected)):
                    raise AssertionError(
                        f"reward {outcome[1]} is not {expected}, the weighted sum of {outcome[4]}."
                    )


def signals_happen_and_are_as_declared(env_id: str) -> None:
    """Every signal takes more than one value, and values of its unit."""
    env = gym.make_vec(env_id, 256, num_users=500)
    env.action_space.seed(0)
    env.reset(seed=0)
    infos = [env.step(env.action_space.sample())[4] for _ in range(30)]
    for signal in _scenario_of(env_id).all_signals:
        name = signal.name
        values = np.concatenate([info[name] for info in infos])
        _expect(np.ptp(values) > 0.0, f"signal {name!r} was {values[0]} all the time")
        if signal.is_event:
            _expect(set(values.tolist()) <= {0.0, 1.0}, f"signal {name!r} is declared 0 or 1, but is not")
        elif signal.is_share:
            _expect(0.0 <= values.min() <= values.max() <= 1.0, f"signal {name!r} leaves 0 to 1")


def snapshots_bring_the_same_future_back(env_id: str) -> None:
    """Single and vector: restore goes back to a snapshot, more than once, whatever happened in between."""
    for env in _pair(env_id):
        _drive(env, 5, reset_seed=6)
        saved = env.unwrapped.snapshot()
        first = _drive(env, 40)
        for _ in range(2):
            env.unwrapped.restore(saved)
            _expect_same(_drive(env, 40), first, "after restore: steps")


def pickles_have_the_same_future(env_id: str) -> None:
    """Single and vector, in the middle of a session."""
    for env in _pair(env_id):
        _drive(env, 5, reset_seed=6)
        again = pickle.loads(pickle.dumps(env))
        _expect_same(_drive(again, 40), _drive(env, 40), "after pickling: steps")


def parameters_matter(env_id: str) -> None:
    """Every parameter changes something that can be observed."""
    for name in parameter_names(env_id):
        parameter_matters(env_id, name)


def parameter_names(env_id: str) -> tuple[str, ...]:
    """Returns the names of a scenario's parameters."""
    return tuple(declared.name for declared in fields(_scenario_of(env_id).parameters))


def parameter_matters(env_id: str, name: str) -> None:
    """One parameter changes something that can be observed: halfway to the lower or to the upper end of its range."""
    (declared,) = [one for one in fields(_scenario_of(env_id).parameters) if one.name == name]
    lively = _lively(env_id)
    value = lively.get(name, _value_of(env_id, declared))
    kind: Any = type(declared.default)
    base = _base_trace(env_id)
    for end in (declared.metadata["low"], declared.metadata["high"]):
        if end == value:
            continue
        moved = trace(env_id, **{name: kind((value + end) / 2)})
        if any(differ(one, other) for one, other in zip(base, moved, strict=True)):  # most do soon
            return
    _expect(False, f"nothing that can be observed depends on {name}: the user's functions do not read it")


def trace(
    env_id: str, *, rows: int = 24, steps: int = 70, popular: int = 6, **arguments: Any
) -> Iterator[Any]:
    """Yields what comes back when the same few items are shown again and again, and at last what the platform counted beforehand.

    Args:
        env_id: The id.
        rows: Sessions.
        steps: Steps.
        popular: Items among which all slates are drawn.
        **arguments: Of the environment, in place of `LIVELY`.
    """
    env: Any = gym.make_vec(env_id, rows, **_lively(env_id) | arguments)
    slate, generator = env.unwrapped.setup.slate_size, np.random.default_rng(0)
    outcome = env.reset(seed=5)
    for _ in range(steps):
        masks = outcome[-1]["action_mask"]
        yield _as_plain(outcome)
        order = np.argsort(masks == 0, axis=1, kind="stable")[:, :popular]
        places = random_items(np.ones(order.shape), slate, generator).reshape(rows, slate)
        actions = np.take_along_axis(order, places, axis=1)
        outcome = env.step(actions if slate > 1 else actions[:, 0])
    yield _as_plain(outcome)
    statistics = env.unwrapped.task.statistics
    yield [statistics.impressions, statistics.clicks, statistics.likes]


def differ(one: Any, other: Any) -> bool:
    """Tells whether two traces differ in a bit."""
    return not data_equivalence(one, other, exact=True)


def nobody_sees_hidden_state(env_id: str) -> None:
    """The first observations tell nothing hidden, to a ridge regression on held-out users.

    Of users without a history that holds for every hidden field; with one, for all but the fields by which people choose what they browse.
    """
    scenario = _scenario_of(env_id)
    browsed_by = fields_read(scenario, "affinity", "encountered")
    if "taste" in browsed_by:
        browsed_by.add("first_taste")
    cases: tuple[tuple[dict[str, Any], set[str]], ...] = (({"history": 0}, set()), ({}, browsed_by))
    for arguments, known in cases:
        env: Any = gym.make_vec(env_id, 3_000, observation="flat", **arguments)
        observations = env.reset(seed=0)[0].astype(float)
        users = env.unwrapped.sessions.users
        for name in scenario.hidden_fields:
            told = told_share(observations, users[name].reshape(len(users), -1).astype(float))
            _expect(
                name in known or told < LEAK,
                f"the first observations tell {told:.0%} of user.{name}, which is no observable field",
            )


def told_share(observations: np.ndarray, hidden: np.ndarray) -> float:
    """Returns how much of hidden numbers (N, H) a ridge regression on observations (N, W) tells of users that it has not seen: R^2, over all columns."""
    half = len(observations) // 2
    spread = observations[:half].std(axis=0)
    kept = (observations - observations[:half].mean(axis=0))[:, spread > 1e-9]
    features = np.column_stack([np.ones(len(observations)), kept])
    train, test = features[:half], features[half:]
    gram = train.T @ train + 10.0 * np.eye(features.shape[1])
    fitted = test @ np.linalg.solve(gram, train.T @ hidden[:half])
    total = ((hidden[half:] - hidden[:half].mean(axis=0)) ** 2).sum()
    return 1.0 - float(((hidden[half:] - fitted) ** 2).sum() / total) if total > 0.0 else 0.0


def staying_keeps_and_leaving_drives_away(env_id: str) -> None:
    """With ``staying`` all sessions reach the horizon; with ``leaving`` they end at once."""
    scenario = _scenario_of(env_id)
    single: dict[str, Any] = {"sessions": 1} if scenario.users_return else {}
    for arguments, steps in ((scenario.staying, SMALL["horizon"]), (scenario.leaving, 1)):
        every: dict[str, Any] = SMALL | single | dict(arguments)
        env = gym.make_vec(env_id, 64, autoreset_mode=AutoresetMode.DISABLED, **every)
        env.action_space.seed(0)
        env.reset(seed=0)
        for _ in range(steps):
            _, _, terminated, truncated, _ = env.step(env.action_space.sample())
            if steps > 1:
                _expect(not terminated.any(), f"{terminated.sum()} of 64 users left with staying={arguments}")
        if steps > 1:
            _expect(bool(truncated.all()), f"not all sessions reached the horizon with staying={arguments}")
        else:
            _expect(terminated.mean() > 0.9, f"{terminated.sum()} of 64 left with leaving={arguments}")


def signals_have_the_expected_means(env_id: str, draws: int = 2_000) -> None:
    """What ``emit`` draws has the means that ``expect`` gives, outcome by outcome."""
    setup = setup_of(env_id, num_users=50)
    scenario, world, own = setup.world.scenario, setup.world, len(setup.world.scenario.signals)
    parameters, generator = world.arrays.parameters[0], np.random.default_rng(1)
    for outcome in range(scenario.outcomes):
        for index in (0, 3):
            user, item = world.people[index].copy(), world.items[index]
            expected, drawn = np.zeros(own), np.zeros((draws, own))
            scenario.expect(user, item, outcome, parameters, expected)
            for row in drawn:
                user.key = generator.integers(0, 2**64 - 1, dtype=np.uint64)
                scenario.emit(user, item, outcome, parameters, row)
            error = ERRORS * drawn.std(axis=0, ddof=1) / np.sqrt(draws) + 1e-9
            off = np.abs(drawn.mean(axis=0) - expected) > error
            for signal, wrong, mean, told in zip(
                scenario.signals, off, drawn.mean(axis=0), expected, strict=True
            ):
                _expect(
                    not wrong,
                    f"emit draws {signal.name!r} with mean {mean:.4g} in outcome {outcome}; expect says {told:.4g}",
                )


def planner_is_between_myopic_and_bound(env_id: str, users: int = 150) -> None:
    """The planner earns no less than the myopic oracle and, where it has a bound, no more than that, up to noise; users and luck are paired."""
    from recgym.evaluation.rollouts import begin_sessions, rollout, session_seeds
    from recgym.oracles.policies import DynamicProgrammingPlanner, myopic_oracle
    from recgym.oracles.reference import tuned_planner

    setup = setup_of(env_id, num_users=2_000, split="test")
    planner = tuned_planner(setup)
    returns = rollout(setup, planner, users, 0, invalid_actions="repair").returns
    myopic = rollout(setup, myopic_oracle(), users, 0, invalid_actions="repair").returns
    _expect_at_least(returns - myopic, "the planner's gain over the myopic oracle")
    if isinstance(planner, DynamicProgrammingPlanner) and setup.slate_size == 1:
        bound = planner.bound(begin_sessions(setup, session_seeds(setup, users, 0)))
        _expect_at_least(bound - returns, "the planner's bound less its return")
        _expect_at_least(bound - myopic, "the planner's bound less the myopic oracle's return")


CHECKS: tuple[Callable[[str], None], ...] = (
    passes_gymnasiums_checker,
    rows_equal_singles,
    observations_are_in_their_space,
    every_action_is_legal,
    rewards_are_weighted_signals,
    signals_happen_and_are_as_declared,
    snapshots_bring_the_same_future_back,
    pickles_have_the_same_future,
    parameters_matter,
    nobody_sees_hidden_state,
    staying_keeps_and_leaving_drives_away,
    signals_have_the_expected_means,
    planner_is_between_myopic_and_bound,
)
"""Every check, in the order of `check_scenario`."""


# how they do it


def _expect(holds: bool | np.bool_, words: str) -> None:
    if not holds:
        raise AssertionError(f"{words}.")


def _expect_same(ours: Any, theirs: Any, what: str) -> None:
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if not data_equivalence(_as_plain(one), _as_plain(other), exact=True):  # long words, made if needed
            raise AssertionError(f"{what} differ in part {place}:\n{one}\n{other}.")


def _as_plain(value: Any) -> Any:
    """Returns what came back with infos as plain dicts, every value of which has been made."""
    if isinstance(value, dict):
        return {name: _as_plain(held) for name, held in dict(value).items()}
    return [_as_plain(held) for held in value] if isinstance(value, list | tuple) else value


def _expect_at_least(differences: np.ndarray, what: str) -> None:
    mean, error = differences.mean(), differences.std(ddof=1) / np.sqrt(len(differences))
    _expect(
        mean >= -3.0 * error - 1e-9, f"{what} is {mean:.3g} on average, with a standard error of {error:.2g}"
    )


def _scenario_of(env_id: str) -> Scenario:
    scenario: Scenario = class_of(env_id).scenario
    return scenario


def _value_of(env_id: str, declared: Any) -> Any:
    """The value of a parameter that an id is registered with, else its default."""
    parameters: Parameters = setup_of(env_id).world.parameters
    return getattr(parameters, declared.name)


def _play(env: gym.Env[Any, Any], steps: int, seed: int = 4) -> Iterator[tuple[Any, ...]]:
    """Plays sampled actions, resets included, and yields all that comes back."""
    env.action_space.seed(seed)
    yield env.reset(seed=seed)
    for _ in range(steps):
        outcome = env.step(env.action_space.sample())
        yield outcome
        if outcome[2] or outcome[3]:
            yield env.reset()


def _pair(env_id: str) -> tuple[Any, Any]:
    """A single and a vector environment, with drifting tastes."""
    arguments: dict[str, Any] = SMALL | {"drift": 0.05}
    return gym.make(env_id, disable_env_checker=True, **arguments), gym.make_vec(env_id, 3, **arguments)


def _drive(env: Any, steps: int, reset_seed: int | None = None) -> list[Any]:
    """Steps a single or a vector environment by actions that depend on the number of steps alone; returns what comes back."""
    if reset_seed is not None:
        env.reset(seed=reset_seed)
    env.action_space.seed(steps)
    seen: list[Any] = []
    for _ in range(steps):
        outcome = env.step(env.action_space.sample())
        seen.append(outcome)
        if isinstance(env, gym.Env) and (outcome[2] or outcome[3]):
            seen.append(env.reset())
    return seen


@cache
def _base_trace(env_id: str) -> list[Any]:
    return list(trace(env_id))


def _lively(env_id: str) -> dict[str, Any]:
    known = ("slate_size", *parameter_names(env_id))
    lively = LIVELY | (RETURNING if "sessions" in known else {})
    return {name: value for name, value in lively.items() if name in known}
