"""The checks of `recgym.testing` see what is wrong: scenarios that hold together, each with one fault that shows only when it is played."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import VectorEnv

import recgym
from recgym import testing
from recgym.core.kernel import kernel
from recgym.core.parameters import parameter
from recgym.core.registry import REGISTERED
from recgym.core.scenario import ContextFeature, Scenario
from recgym.envs.video import VIDEO, VideoParameters
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv

ENV_ID = "RecFaulty-v0"


@contextmanager
def registered(scenario: Scenario) -> Iterator[None]:
    """Registers a scenario's environments for a while."""
    module: Any = sys.modules[__name__]
    module.RecFaultyEnv = type("RecFaultyEnv", (RecEnv,), {"scenario": scenario, "__doc__": "Faulty."})
    bases = (RecVectorEnv, VectorEnv)
    module.RecFaultyVectorEnv = type(
        "RecFaultyVectorEnv", bases, {"scenario": scenario, "__doc__": "Faulty."}
    )
    before = recgym.registered_ids()
    recgym.register(ENV_ID, f"{__name__}:RecFaultyEnv")
    try:
        yield
    finally:
        del gym.registry[ENV_ID]
        REGISTERED[:] = before


@kernel
def hinting_begin(user, centroids, parameters):
    """What is called a completion rate tells the sensitivity."""
    VIDEO_BEGIN(user, centroids, parameters)
    user.completion_rate = min(1.0, 0.4 * user.sensitivity)


@kernel
def hinting_observe(user, item, parameters, context):
    """Shows what may be seen, it says."""
    context[0] = user.completion_rate
    context[1] = 0.0


@kernel
def eager_emit(user, item, outcome, parameters, signals):
    """Draws more than `expect` expects."""
    signals[0] = 1.0 if outcome > 0 else 0.0


@kernel
def silent_emit(user, item, outcome, parameters, signals):
    """Never draws anything."""
    signals[0] = 0.0


@kernel
def sudden_transition(user, item, outcome, signals, parameters):
    """Leaves for certain after a while, whatever the parameters say: the check of a scenario does not look so far ahead."""
    level = VIDEO_TRANSITION(user, item, outcome, signals, parameters)
    return 50.0 if user.seen - user.history > 6 else level


VIDEO_BEGIN, VIDEO_TRANSITION = VIDEO.begin, VIDEO.transition


@dataclass(frozen=True)
class IdleParameters(VideoParameters):
    """One parameter too many."""

    idle: float = parameter(0.5, 0.0, 1.0, "share", "nothing")


FAULTS: dict[str, tuple[dict[str, Any], Callable[[str], None], str]] = {
    "a hint": (
        {"begin": hinting_begin}, testing.nobody_sees_hidden_state, "of user.sensitivity, which is no observable field"
    ),
    "a mean that is not": (
        {"emit": eager_emit, "observable": ("completion_rate",)}, testing.signals_have_the_expected_means,
        r"emit draws 'completion' with mean 1 in outcome 1; expect says 0\.",
    ),
    "a signal that never comes": (
        {"emit": silent_emit}, testing.signals_happen_and_are_as_declared, "'completion' was 0.0 all the time"
    ),
    "a number that nobody reads": ({"parameters": IdleParameters}, testing.parameters_matter, "depends on idle"),
    "staying that ends": (
        {"transition": sudden_transition}, testing.staying_keeps_and_leaving_drives_away, "64 users left with staying="
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen_and_named(fault: str) -> None:
    changes, check, words = FAULTS[fault]
    with registered(replace(VIDEO, **changes)), pytest.raises(AssertionError, match=words):
        check(ENV_ID)


def test_a_feature_that_leaves_its_range_is_seen() -> None:
    tight = (VIDEO.context[0], ContextFeature("duration", -1.0, 0.02, "cut too tightly for most films"))

    @kernel
    def observe(user, item, parameters, context):
        """Keeps to the range for a while."""
        context[0] = user.completion_rate
        context[1] = 0.01 * user.t

    faulty = replace(VIDEO, context=tight, observe=observe)
    with registered(faulty), pytest.raises(AssertionError, match="is not in the observation space"):
        testing.observations_are_in_their_space(ENV_ID)


def test_all_checks_run_and_the_one_that_failed_is_named() -> None:
    with registered(replace(VIDEO, emit=silent_emit)), pytest.raises(AssertionError) as caught:
        testing.check_scenario(ENV_ID)
    assert caught.value.__notes__ == [
        "It was recgym.testing.signals_happen_and_are_as_declared('RecFaulty-v0')."
    ]


def test_what_is_told_of_nothing_is_nothing() -> None:
    generator = np.random.default_rng(0)
    seen, hidden = generator.standard_normal((2_000, 5)), generator.standard_normal((2_000, 1))
    assert testing.told_share(seen, hidden) < 0.01
    assert testing.told_share(np.column_stack([seen, hidden]), hidden) > 0.95
