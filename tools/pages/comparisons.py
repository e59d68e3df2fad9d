"""Tables of agents that were compared, from the files in docs/comparisons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import recgym
from tools.pages.markdown import ROOT, fenced
from train.compare import markdown_table

FOLDER = ROOT / "docs" / "comparisons"
"""What `train.compare` wrote: a file for each id, and folders of comparisons that answer other questions."""

_COLUMNS = 5
"""Ids beside one another in a table: so many fit on a page."""


class Question(NamedTuple):
    """A folder of comparisons, and what they are for."""

    folder: str
    title: str
    words: str
    arguments: str  # of `train.compare`, behind the id


QUESTIONS = (
    Question(
        "values",
        "Value learners",
        "Stable-Baselines3's DQN and QR-DQN.",
        "--agents popular nearest qr_dqn dqn",
    ),
    Question(
        "deep",
        "Actor-critics",
        "A million steps each, a quarter of what PPO has above.",
        "--agents popular nearest a2c ppo --steps 1000000",
    ),
    Question(
        "masks_and_memory",
        "PPO with masks, and with a memory",
        "Three hundred thousand steps, since a memory takes several times as long, and rollouts of 16 steps for both. In the shop the reward is the click, since purchases are too rare for so few: "
        "`--env-kwargs 'reward_weights={click: 1.0}'`.",
        "--agents popular nearest recurrent_ppo 'maskable_ppo[n_steps=16]' --steps 300000",
    ),
    Question(
        "deployed",
        "What people deploy",
        "Neighbours of sessions, and a recurrent network trained on clicks, beside the planning agent and its network without the future. Session-kNN has 100,000 steps and GRU4Rec 500,000, "
        "those of `train/hyperparams`.",
        "--agents session_knn gru4rec supervised policy_iteration",
    ),
    Question(
        "slates",
        "Slates of five",
        "A million steps each, a fraction of what agents have for single items. PPO ranks by the model of Plackett and Luce. Those that are made for slates alone are measured in the five scenarios.",
        "--agents popular topk_reinforce slateq ppo policy_iteration --steps 1000000",
    ),
    Question(
        "phases",
        "What phases of exploration are worth to the planning agent",
        "Without phases in which a user is shown more of one kind of item, with phases for every user of training, and as it is, with phases for half of them. In music they are worth something, the more of them the more; in the shop they make no difference.",
        "--agents 'policy_iteration[phase_rate=0]' 'policy_iteration[phase_share=1]' policy_iteration",
    ),
    Question(
        "privileged",
        "What knowing the user is worth to an agent",
        "The same agent on what anybody may see, and on a privileged view that shows what is hidden of the user beside it.",
        "--agents 'policy_iteration[observation=state]' policy_iteration --privileged",
    ),
)
"""Comparisons in folders of their own, which the page shows once they were made."""


def comparison_table(folder: Path = FOLDER) -> str:
    """Returns tables of what a folder holds, an id a column, as many beside one another as a page is wide.

    Raises:
        LookupError: if there is nothing.
    """
    paths = {path.stem: path for path in folder.glob("*.json")}
    ordered = [paths[env_id] for env_id in recgym.ENV_IDS if env_id in paths]
    if not ordered:
        raise LookupError(f"{folder} holds no comparison; make one by train.compare --out.")
    found = [json.loads(path.read_text(encoding="utf-8")) for path in ordered]
    parts = (found[first : first + _COLUMNS] for first in range(0, len(found), _COLUMNS))
    return "\n\n".join(map(markdown_table, parts))


def further_comparisons(folder: Path = FOLDER) -> str:
    """Returns a section for each of `QUESTIONS` that was measured."""
    parts = []
    for question in QUESTIONS:
        if any((folder / question.folder).glob("*.json")):
            command = f"python -m train.compare --env ID {question.arguments} --out docs/comparisons/{question.folder}/ID.json"
            table = comparison_table(folder / question.folder)
            parts.append(
                f"## {question.title}\n\n{question.words}\n\n{table}\n\n{fenced(command, 'console')}"
            )
    return "\n\n".join(parts)
