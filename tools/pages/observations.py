"""What the flat observation costs the agents of Stable-Baselines3, and what is left when they read the history by item: from comparisons that were measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from recgym.evaluation import Interval
from recgym.evaluation.comparison import cell
from recgym.evaluation.intervals import mean_interval
from tools.pages.markdown import ROOT, fenced, table

FOLDER = ROOT / "docs" / "comparisons" / "observations"
"""Where the comparisons are, a file for each id."""
HISTORY = "[encoder=history]"
"""What is behind the name of an agent that reads the history by item."""
LEARNERS, PLANNING = ("ppo", "dqn"), "policy_iteration"
_COMPARED = " ".join(f"{name} '{name}{HISTORY}'" for name in LEARNERS)
COMMAND = f"python -m train.compare --env ID --agents {_COMPARED} {PLANNING} --out docs/comparisons/observations/ID.json"
"""Makes a file of the folder."""


def costs_of_observing(folder: Path = FOLDER) -> str:
    """Returns a section on what the observation and the noise of the advantage cost; nothing where nothing was measured.

    Args:
        folder: Holds files that `COMMAND` wrote.
    """
    comparisons = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not comparisons:
        return ""
    head = ["id"]
    for name in LEARNERS:
        head += [f"`{name}`", f"`{name}{HISTORY}`", "what reading items is worth"]
    head += [f"`{PLANNING}`", f"what is left between it and `{LEARNERS[0]}{HISTORY}`"]
    rows = []
    for comparison in comparisons:
        cells = [f"`{comparison['env_id']}`"]
        for name in LEARNERS:
            reading = f"{name}{HISTORY}"
            cells += [_reward(comparison, name), _reward(comparison, reading), _over(comparison, reading, name)]  # fmt: skip
        cells += [_reward(comparison, PLANNING), _over(comparison, PLANNING, f"{LEARNERS[0]}{HISTORY}")]
        rows.append(cells)
    users = " and ".join(sorted({f"{comparison['users']:,}" for comparison in comparisons}))
    return f"""## What the observation costs, and what the noise costs

The flat observation sums up a session: means of what was liked and ignored, and the last items. Who was shown which item, and when, is lost in it. With `encoder="history"` the same algorithm, with the same
hyperparameters and steps, reads the history item by item: if it gains, that is what the observation costs. It does not gain: in these steps both learn less from items by number than from their sums, so it is not the
observation that holds them back. `{PLANNING}` reads the very same history, and earns far more. It differs in how it learns: its targets are expectations of what follows an outcome, where an advantage, and a target of
Q-learning, hold the luck of a single session: of a click, of a purchase, of leaving. What is left between the two is what that noise costs, and what differs in their networks and numbers of steps.

{table(head, rows)}

Reward per session on {users} held-out users; differences are paired by user, with 95 % intervals. Steps and options of each agent are in the files. Made by

{fenced(COMMAND, "console")}"""


def _reward(comparison: dict[str, Any], name: str) -> str:
    return cell(Interval(**comparison["results"][name]["reward_per_session"])).replace(
        " ", "\N{NO-BREAK SPACE}"
    )


def _over(comparison: dict[str, Any], name: str, other: str) -> str:
    """Returns how far a policy is above another, paired by user."""
    mine, its = (np.array(comparison["returns"][row].split(), np.float64) for row in (name, other))
    over = mean_interval(mine - its)
    return f"{over.mean:+.2f} [{over.low:+.2f}, {over.high:+.2f}]"
