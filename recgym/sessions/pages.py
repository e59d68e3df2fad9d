"""The tables of a scenario's documentation page, made from the scenario itself."""

from __future__ import annotations

from dataclasses import fields

from recgym.core.scenario import Scenario

OBSERVATION, REWARD, ARGUMENTS = "[observation table]", "[reward table]", "[arguments table]"
"""Marks in a class docstring that the tables replace."""


def fill_page(page: str, scenario: Scenario) -> str:
    """Returns a class docstring with its tables filled in."""
    page = page.replace(OBSERVATION, _indented(observation_table(scenario)))
    page = page.replace(REWARD, _indented(reward_table(scenario)))
    return page.replace(ARGUMENTS, _indented(arguments_table(scenario)))


def observation_table(scenario: Scenario) -> str:
    """The flat observation, part by part; D is ``embedding_dim``."""
    rows: list[tuple[str, ...]] = [
        (
            "0 to D-1",
            "liked",
            "-1",
            "1",
            "recency-weighted mean vector of what was clicked, the warm history included",
        ),
        ("D to 2D-1", "ignored", "-1", "1", "recency-weighted mean vector of what was shown and ignored"),
        ("2D to 3D-1", "current", "-1", "1", "vector of the current item; zeros if there is none"),
    ]
    for number, feature in enumerate(scenario.all_context):
        rows.append(
            (f"3D+{number}", feature.name, f"{feature.low:g}", f"{feature.high:g}", feature.description)
        )
    return _table(("Columns", "Name", "Min", "Max", "Meaning"), rows)


def reward_table(scenario: Scenario) -> str:
    """The signals and their default weights."""
    rows: list[tuple[str, ...]] = [
        (signal.name, f"{scenario.reward_weights.get(signal.name, 0.0):g}", signal.unit, signal.description)
        for signal in scenario.all_signals
    ]
    return _table(("Signal", "Weight", "Unit", "Meaning"), rows)


def arguments_table(scenario: Scenario) -> str:
    """The scenario's numbers: defaults, ranges and units."""
    rows: list[tuple[str, ...]] = [
        (
            field.name,
            f"{field.default:g}",
            f"{field.metadata['low']:g} to {field.metadata['high']:g}",
            field.metadata["unit"],
            field.metadata["description"],
        )
        for field in fields(scenario.parameters)
    ]
    return _table(("Argument", "Default", "Range", "Unit", "Meaning"), rows)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in [head, *rows]
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _indented(table: str) -> str:
    return table.replace("\n", "\n    ")
