"""Parameters: typed, bounded, and refused by name."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module

import numpy as np
import pytest

from recgym import SCENARIOS
from recgym.core.parameters import MEMORY, Parameters, as_record, choose_parameters
from recgym.sessions.env import RecEnv

SCENARIO_LIST = [
    getattr(import_module(module), f"Rec{name}Env").scenario for name, (module, _) in SCENARIOS.items()
]
PARAMETERS = [(scenario, declared) for scenario in SCENARIO_LIST for declared in fields(scenario.parameters)]


@pytest.mark.parametrize(
    ("scenario", "declared"), PARAMETERS, ids=[f"{s.name}.{d.name}" for s, d in PARAMETERS]
)
def test_every_parameter_has_a_default_a_range_a_unit_and_a_meaning(scenario, declared) -> None:
    facts = declared.metadata
    assert facts["low"] <= declared.default <= facts["high"]
    assert facts["low"] < facts["high"]
    assert facts["unit"]
    assert len(facts["description"]) > 10
    for value in (facts["low"], facts["high"], np.float64(facts["low"])):
        chosen = choose_parameters(scenario.parameters, {declared.name: value})
        assert getattr(chosen, declared.name) == value
        assert type(getattr(chosen, declared.name)) is type(declared.default)
    for value in (facts["low"] - 1, facts["high"] + 1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=rf"{declared.name}=.*{facts['low']:g} to "):
            choose_parameters(scenario.parameters, {declared.name: value})
    for value in ("much", None, True, [1.0]):
        with pytest.raises(TypeError, match=rf"{declared.name}=.*is not a number.*{facts['low']:g} to "):
            choose_parameters(scenario.parameters, {declared.name: value})


def test_whole_numbers_stay_whole() -> None:
    assert choose_parameters(Parameters, {"horizon": 30.0}).horizon == 30
    with pytest.raises(ValueError, match=r"horizon=30\.5 must be a whole number"):
        choose_parameters(Parameters, {"horizon": 30.5})


def test_unknown_names_are_told_the_nearest_one() -> None:
    with pytest.raises(TypeError, match=r"'horizn'.*Did you mean 'horizon'"):
        choose_parameters(Parameters, {"horizn": 30})
    with pytest.raises(TypeError, match=r"'zzz'\. Valid names: .*horizon"):
        choose_parameters(Parameters, {"zzz": 30})


def test_records_hold_the_numbers() -> None:
    chosen = choose_parameters(Parameters, {"horizon": 30, "drift": 0.25})
    record = as_record(chosen)
    assert record.shape == (1,)
    assert not record.flags.writeable
    assert {name: record[name][0].item() for name in record.dtype.names} == {
        f.name: getattr(chosen, f.name) for f in fields(chosen)
    }


def test_memory_is_a_power_of_two() -> None:
    assert MEMORY & (MEMORY - 1) == 0


@pytest.mark.parametrize("scenario", SCENARIO_LIST, ids=lambda scenario: scenario.name)
def test_pages_hold_every_parameter_signal_and_feature(scenario) -> None:
    """The class docstring is the documentation page; its tables are those of the scenario."""
    page = next(cls.__doc__ for cls in RecEnv.__subclasses__() if cls.scenario is scenario)
    for heading in (
        "Description", "Action Space", "Observation Space", "User Model", "Rewards", "Starting State", "Episode End",
        "Arguments", "Version History", "References",
    ):  # fmt: skip
        assert f"## {heading}\n" in page, heading
    for declared in fields(scenario.parameters):
        assert f"| {declared.name} " in page, declared.name
        assert f"{declared.default:g}" in page
    for named in (*scenario.all_signals, *scenario.all_context):
        assert f"| {named.name} " in page, named.name
    assert "table]" not in page
    assert f"4 D + {len(scenario.all_context)} columns" in page
    assert set(scenario.reward_weights) <= {signal.name for signal in scenario.all_signals}
