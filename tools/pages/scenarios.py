"""A page for each scenario, from its class docstring; the overview; the gallery."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import gymnasium as gym

import recgym
from recgym.catalogue import SHIPPED
from recgym.core.presets import PRESETS, told
from recgym.core.registry import class_of
from recgym.oracles.knowledge import EVERYTHING
from recgym.task import Task
from tools import gallery
from tools.pages.certificates import gain_of
from tools.pages.markdown import docstring_page, first_sentence, table

SINGLE_IDS = tuple(f"Rec{name}-v0" for name in recgym.SCENARIOS)


@functools.cache
def task_of(env_id: str) -> Task:
    """Returns the task of an id."""
    task: Task = gym.make(env_id, disable_env_checker=True).unwrapped.task  # type: ignore[attr-defined]
    return task


def figure(env_id: str, folder: str, caption: str) -> str:
    """Returns an animation as HTML; who asked for less motion sees its end.

    Args:
        env_id: One of `tools.gallery.ENV_IDS`.
        folder: Where the gallery is, seen from the page's address.
        caption: Markdown beneath it.
    """
    return (
        f'<figure class="session" markdown>\n<a href="{folder}/{env_id}.png"><picture>'
        f'<source media="(prefers-reduced-motion: reduce)" srcset="{folder}/{env_id}.png">'
        f'<img src="{folder}/{env_id}.webp" alt="A session of {env_id}, step by step" width="960" height="600" loading="lazy"></picture></a>\n'
        f"<figcaption markdown>{caption}</figcaption>\n</figure>"
    )


def scenario_pages() -> Iterator[tuple[str, str]]:
    """Makes the overview and a page for each scenario."""
    yield "scenarios/index.md", _overview()
    for env_id in SINGLE_IDS:
        yield f"scenarios/{env_id}.md", _page(env_id)


def _overview() -> str:
    rows = []
    for env_id in SINGLE_IDS:
        task = task_of(env_id)
        weights = ", ".join(
            f"{weight:g} {name}"
            for name, weight in zip(task.signal_names, task.weights, strict=True)
            if weight
        )
        rows.append(
            (
                f"[`{env_id}`]({env_id}.md)",
                first_sentence(class_of(env_id)).rstrip("."),
                _items_of(task),
                weights,
                gain_of(env_id, "planning"),
                gain_of(env_id, "history"),
                gain_of(env_id, EVERYTHING),
            )
        )
    slates = ", ".join(f"`{env_id}`" for env_id in recgym.ENV_IDS if env_id not in SINGLE_IDS)
    return f"""# Scenarios

Each is a Gymnasium environment, `gym.make("recgym:RecNews-v0")`, and a native vector environment, `gym.make_vec`. The page of an id is also its
class docstring: `help(env.unwrapped)`. What planning and the user's history are worth is measured, and [explained here](../certificates.md).

{table(("id", "what it is", "items in play", "reward", "planning", "history", "planning, everything known"), rows)}

Gains are means over worlds. Planning: a planner over a myopic policy that knows as much, once of the history and the session, once everything. History: that planner over one to whom everybody is the average user.

## Slates

Each id is also registered for slates of five, in which a user attends to one item or to none: {slates}.
Any other size is an argument: `gym.make("recgym:RecNews-v0", slate_size=3)`.
"""


def _items_of(task: Task) -> str:
    """Tells how many items are in play, and of which catalogue."""
    name = task.catalogue.name
    catalogue = (
        f"[{name}](../catalogues/{name}.md)"
        if name in SHIPPED
        else "[all catalogues](../catalogues/index.md)"
    )
    return f"{task.num_items} of {catalogue}"


def _page(env_id: str) -> str:
    scenario_class = class_of(env_id)
    slate_id = env_id.replace("-v0", "Slate-v0")
    page = docstring_page(scenario_class).partition("\n")[2].strip()
    task = task_of(env_id)
    caption = "The planner, which knows the user's hidden state, with somebody it has not met. [What the picture shows](../gallery.md#how-to-read-them)."
    differing = recgym.SLATE_ARGUMENTS.get(task.scenario, {})
    also = "".join(f", with `{name}={value:g}`" for name, value in differing.items())
    rows = [
        ("ids", f"`{env_id}`, and `{slate_id}` for slates of five{also}"),
        ("items", _items_of(task)),
        ("horizon", f"{task.horizon} steps"),
        ("actions", f"`{gym.make(env_id, disable_env_checker=True).action_space}`"),
        ("observations", f"`{task.observation}`, unless another form is asked for"),
        ("signals", ", ".join(f"`{name}`" for name in task.signal_names)),
        (
            "gain of planning",
            f"{gain_of(env_id, 'planning')} by history and session, {gain_of(env_id, EVERYTHING)} with everything known; [how it was measured](../certificates.md)",
        ),
        ("gain from the history", gain_of(env_id, "history")),
    ]
    return f"""# {env_id}

{first_sentence(scenario_class)}

{figure(env_id, "../gallery", caption)}

{table(("fact", "value"), rows)}

```python
import gymnasium as gym

env = gym.make("recgym:{env_id}")
observation, info = env.reset(seed=0)
```

{page}
"""


def presets_table() -> str:
    """Returns the table of presets."""
    rows = [
        (f'`preset="{name}"`', f"`{told(preset)}`", preset.description) for name, preset in PRESETS.items()
    ]
    return table(("preset", "arguments", "what changes"), rows)


def gallery_page() -> str:
    """Makes the page of all animations."""
    parts = []
    for env_id in gallery.ENV_IDS:
        leads_to = env_id.replace("Slate", "")
        words = first_sentence(class_of(env_id))
        slate = " Slates of five." if "Slate" in env_id else ""
        parts.append(figure(env_id, "gallery", f"**[`{env_id}`](scenarios/{leads_to}.md)** {words}{slate}"))
    kinds = "\n\n".join(parts)
    return f"""---
hide: [toc]
---

# Gallery

A session of every scenario, drawn by recgym's own renderer. Click on one for its last picture in full size.

<div class="gallery" markdown>

{kinds}

</div>

## How to read them

* **On top** is who came: titles of what this person picked before, the return of the session, and how it ended.
* **The chart** has the sum of the rewards in blue, on the left axis, and moving averages of clicks and likes, on the right one.
* **The coloured row** has the kind of every item that was shown, a colour for each category; of a slate, one field per place. Below it, a dot for each signal that was given, larger for more.
* **The list** has all items in the order in which they were shown. Bold ones were clicked.

Users are simulated, and the planner that shows the items knows their hidden state: it is what the [certificates](certificates.md) compare with. Nobody chose the sessions by hand: each
is that of the first held-out user who stays for {gallery.STEPS.start} to {gallery.STEPS.stop - 1} steps.

## Draw your own

```console
python -m recgym.render --env RecVideo-v0 --policy popular --seed 3 --out session.png
python -m tools.gallery              # these pictures, anew; of a clone of the repository
```

In code, `gym.make(..., render_mode="rgb_array")` draws, `render_mode="ansi"` writes, and both work with Gymnasium's recorders of videos.
"""
