"""The tables of a scenario's documentation page, made from the scenario itself."""

from __future__ import annotations

from dataclasses import fields

from recgym.core.presets import PRESETS, told
from recgym.core.scenario import RATE_USERS, RATE_WORLDS, Scenario
from recgym.sessions.setup import Options, hidden_fields
from recgym.task.layout import VECTORS

OBSERVATION, OTHER_FORMS, REWARD, RATES, ARGUMENTS = (
    "[observation table]",
    "[other observations]",
    "[reward table]",
    "[rates]",
    "[arguments table]",
)
"""Marks in a class docstring that the tables and texts replace."""
_OTHER_FORMS = """With `observation="sequence"` a `Dict` about the last L = `sequence_length` items, oldest first: `history` (L, D), their vectors; `feedback` (L,):
0 ignored, 1 clicked, 2 clicked and liked; `age` (L,): how many steps ago each was shown, 1 in the last step, -1 before the session, 0 where there
is none; `present` (L,): which entries exist; `context`: the scalars of the table. With `observation="ids"` the same, but `history` (L,) holds item
numbers plus 1, 0 where there is none: look their vectors up in `task.vectors`. With `observation="items"` a `MultiDiscrete` of these numbers alone.

For studies of what knowing users would be worth, and for nothing that is to be deployed, `observation="state"` shows what is hidden, too: a `Box` of the columns of the
flat form, then {fields}; `observation="state_ids"` is the `Dict` of "ids" with these as `hidden`. Agents, evaluations and commands refuse both
unless they are asked for (`privileged=True`, `--privileged`)."""

_RATES = """What users do with single items and the default numbers: {users} held-out users in each of the worlds {worlds}, once with the popular policy, and
once with the planner, which knows what is hidden. The tests keep both plausible. A user meets one item at a time and looks at it, so that
more of them are clicked than in logs of pages that show many; a band for which there is no published figure is called an assumption.

{table}"""


def fill_page(page: str, scenario: Scenario) -> str:
    """Returns a class docstring with its tables filled in."""
    page = page.replace(OBSERVATION, _indented(observation_table(scenario)))
    page = page.replace(OTHER_FORMS, _indented(_OTHER_FORMS.replace("{fields}", hidden_columns(scenario))))
    page = page.replace(REWARD, _indented(reward_table(scenario)))
    page = page.replace(RATES, _indented(rates_text(scenario)))
    arguments = f"{arguments_table(scenario)}\n\nPresets, which are named sets of these arguments:\n\n{presets_table()}"
    return page.replace(ARGUMENTS, _indented(arguments))


def observation_table(scenario: Scenario) -> str:
    """The flat observation, part by part; D is ``embedding_dim``."""
    bounds = ["0", "D", *(f"{place}D" for place in range(2, len(VECTORS) + 1))]
    rows: list[tuple[str, ...]] = [
        (f"{bounds[place]} to {bounds[place + 1]}-1", name, "-1", "1", meaning)
        for place, (name, meaning) in enumerate(VECTORS.items())
    ]
    for number, feature in enumerate(scenario.all_context):
        rows.append(
            (
                f"{bounds[-1]}+{number}",
                feature.name,
                f"{feature.low:g}",
                f"{feature.high:g}",
                feature.description,
            )
        )
    return _table(("Columns", "Name", "Min", "Max", "Meaning"), rows)


def hidden_columns(scenario: Scenario) -> str:
    """The fields of privileged observations in their order, with the columns of those that have several."""
    fields = hidden_fields(scenario)
    return ", ".join(
        f"`{field.name}`" if field.size == 1 else f"`{field.name}` ({field.size})" for field in fields
    )


def reward_table(scenario: Scenario) -> str:
    """The signals and their default weights."""
    rows: list[tuple[str, ...]] = [
        (signal.name, f"{scenario.reward_weights.get(signal.name, 0.0):g}", signal.unit, signal.description)
        for signal in scenario.all_signals
    ]
    return _table(("Signal", "Weight", "Unit", "Meaning"), rows)


def rates_text(scenario: Scenario) -> str:
    """How the rates were measured, and what they are, beside the bands in which they are plausible and where these are from."""
    rows: list[tuple[str, ...]] = [
        (rate.name, f"{rate.popular:g}", f"{rate.planner:g}", f"{rate.low:g} to {rate.high:g}", rate.source)
        for rate in scenario.rates
    ]
    return _RATES.format(
        users=RATE_USERS,
        worlds=" and ".join(map(str, RATE_WORLDS)),
        table=_table(("Rate", "Popular", "Planner", "Plausible", "Source of the band"), rows),
    )


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
    rows += [
        (option.name, repr(option.default).replace("'", '"'), "", "", option.metadata["description"])
        for option in fields(Options)
    ]
    return _table(("Argument", "Default", "Range", "Unit", "Meaning"), rows)


def presets_table() -> str:
    """The presets: their arguments, and what they do."""
    return _table(
        ("Preset", "Arguments", "Meaning"),
        [(f'`preset="{name}"`', f"`{told(preset)}`", preset.description) for name, preset in PRESETS.items()],
    )


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
