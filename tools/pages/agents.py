"""The agents: a table of all, and a page for each family from the classes' docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import agents
from tools.pages.markdown import (
    ROOT,
    arguments_of,
    fenced,
    first_sentence,
    indented,
    section,
    table,
    without_sections,
)
from tools.pages.observations import costs_of_observing

FAMILIES = {
    "baselines": ("Baselines", "They learn nothing. Whatever learns has to beat them."),
    "bandits": (
        "Bandits",
        "They learn from the reward of each step while they recommend, and do not look ahead. What each loses while it learns is measured by `python -m train.regret`; see the notebook "
        "on [bandits and reinforcement learning](../notebooks/3_bandits_and_reinforcement_learning.md).",
    ),
    "tabular": (
        "Tables",
        "A value for every state and item, for problems that are small enough to list, as [`RecBandit-v0`](../scenarios/RecBandit-v0.md) is. The notebook on the "
        "[ten-product example](../notebooks/2_ten_product_example.md) does their arithmetic by hand.",
    ),
    "sb3": ("Stable-Baselines3", "Deep reinforcement learning on the native vector environment."),
    "deep": ("Deep agents", "Networks that learn what items earn and what follows on them."),
}
"""Folders of ``agents``: the title of their page and what it begins with. A folder that is not here has its own name for a title."""


def family_of(name: str) -> str:
    """Returns the folder in which an agent is, or the module."""
    return agents.AGENTS[name].split(".")[1].partition(":")[0]


def agent_pages() -> Iterator[tuple[str, str]]:
    """Makes the overview and a page for each family."""
    families: dict[str, list[str]] = {}
    for name in agents.AGENTS:
        families.setdefault(family_of(name), []).append(name)
    yield "agents/index.md", _overview(families)
    for family, names in families.items():
        yield f"agents/{family}.md", _page(family, names)


def title_of(family: str) -> str:
    """Returns the title of a family's page."""
    return FAMILIES[family][0] if family in FAMILIES else family.replace("_", " ").capitalize()


def _overview(families: dict[str, list[str]]) -> str:
    parts = []
    for family, names in families.items():
        rows = [
            (f"[`{name}`]({family}.md#{name})", first_sentence(agents.agent_class(name))) for name in names
        ]
        parts.append(f"## {title_of(family)}\n\n{table(('name', 'what it does'), rows)}")
    tables = "\n\n".join(parts)
    one_of_your_own = section("CONTRIBUTING.md", "An agent").partition("```python")[0]
    return f"""# Agents

An agent is given a [task](../reference/task.md), which is all that may be known of an environment, and decides for many users at once. It is loaded by its name, trains, is saved, and
works from its folder alone:

```python
import gymnasium as gym
from gymnasium.vector import AutoresetMode

import agents

envs = gym.make_vec("recgym:RecNews-v0", 64, autoreset_mode=AutoresetMode.DISABLED)
agent = agents.load("linucb", envs, seed=0)
agent.fit(envs, 20_000)
agent.save("my_agent")
agent = agents.load_saved("my_agent")
```

From a terminal, `python -m train --env RecNews-v0 --agent linucb` does the same with the hyperparameters of `train/hyperparams`, and
`python -m train.compare` compares agents with one another and with oracles; see [commands](../commands.md).

{tables}

## One of your own

{one_of_your_own.strip()} [How to write one](../extend.md#an-agent).
"""


def _page(family: str, names: list[str]) -> str:
    parts = []
    for name in names:
        found = agents.agent_class(name)
        place = f"`{found.__module__}.{found.__qualname__}`"
        parts.append(
            f"## {name} {{ #{name} }}\n\n{without_sections(found)}\n\n{_options(found)}\n\nClass {place}."
        )
        settings = ROOT / "train" / "hyperparams" / f"{name}.yml"
        if settings.is_file():
            parts.append(
                f'??? note "What `python -m train --agent {name}` uses"\n\n'
                + indented(fenced(settings.read_text(encoding="utf-8"), "yaml"))
            )
    words = [FAMILIES[family][1]] if family in FAMILIES else []
    shared = _shared_base([agents.agent_class(name) for name in names])
    if shared is not None:
        words.append(f"## What they share\n\n{without_sections(shared)}")
    if family == "sb3":
        words += filter(None, [costs_of_observing()])
    return "\n\n".join([f"# {title_of(family)}", *words, *parts]) + "\n"


def _shared_base(family: list[type[agents.Agent]]) -> type[agents.Agent] | None:
    """Returns the class that all agents of a family are based on, if it is more than `Agent`."""
    for base in family[0].__mro__:
        if all(issubclass(member, base) and member is not base for member in family):
            return base if issubclass(base, agents.Agent) and base is not agents.Agent else None
    return None


def _options(agent: type[agents.Agent]) -> str:
    """Returns the table of an agent's options: those of its `prepare`, and those that it hands on to the classes that it is based on."""
    bases = [base for base in agent.__mro__ if base is not agents.Agent and issubclass(base, agents.Agent)]
    told: dict[str, str] = {}
    defaults: dict[str, object] = {}
    for base in bases:
        told = arguments_of(base) | told
        parameters = inspect.signature(base.prepare).parameters.values()
        defaults = {
            option.name: option.default for option in parameters if option.default is not option.empty
        } | defaults
        handed_on = any(option.kind is option.VAR_KEYWORD for option in parameters)
        if "prepare" in vars(base) and not handed_on:
            break  # what classes further up take is not handed to them
    rows = [(f"`{name}`", f"`{defaults[name]!r}`", told.get(name, "")) for name in defaults]
    rows += [(f"`{name}`", "", words) for name, words in told.items() if name not in defaults]
    if not rows:
        return "It has no options."
    columns = 3 if any(row[2] for row in rows) else 2
    return table(("option", "default", "meaning")[:columns], [row[:columns] for row in rows])
