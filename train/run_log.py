"""What TensorBoard, and Weights & Biases if one likes, show of a run beside the curves of training.

Curves of validation users are in the folder ``validation`` under the same tags as those of training, so that both are in one plot; there are also pictures of
sessions of a few users as the agent learns. In the run's own folder, at the end: hyperparameters with the last metrics of validation users, and the items in the
projector, with titles and categories.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from agents.agent import Agent
from agents.training import summary_writer
from recgym.core.registry import available_render_modes
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.collector import TAG

VALIDATION_FOLDER = "validation"
PICTURE_TAG, TEXT_TAG, LEARNED_TAG = "session", "items_by_text", "items_as_learned"
PICTURES = 3
"""Users whose sessions are pictured."""
_PLAIN = (bool, int, float, str)
"""What a hyperparameter may be; anything else is written as text."""


class RunLog:
    """Writes what is measured while a run is trained.

    Args:
        folder: Of the run.
        env_id: Of its environment.
        env_kwargs: Arguments of its environment.
        wandb_run: What `start_wandb` returned.
    """

    def __init__(
        self, folder: Path, env_id: str, env_kwargs: Mapping[str, Any], wandb_run: Any = None
    ) -> None:
        """See the class."""
        self._folder, self._env_id, self._env_kwargs = folder, env_id, env_kwargs
        self._wandb = wandb_run
        self._writer: Any = None
        self._start = 0

    def begin(self, start: int) -> None:
        """Says at which step the training begins; what was written of later ones is taken back."""
        self._start = max(0, start - 1)  # the model of that step is measured again

    def measured(self, agent: Agent, metrics: Mapping[str, float]) -> None:
        """Writes what an agent did with validation users, and pictures of sessions."""
        steps = agent.steps_trained
        if self._writer is None:
            self._writer = summary_writer(self._folder / VALIDATION_FOLDER, self._start)
        if self._wandb is not None:
            named = {f"{VALIDATION_FOLDER}/{name}": value for name, value in metrics.items()}
            self._wandb.log({"steps": steps} | named)
        if self._writer is None:
            return
        for name, value in metrics.items():
            self._writer.add_scalar(f"{TAG}{name}", value, steps)
        if "rgb_array" in available_render_modes():
            for user in range(PICTURES):
                picture = self._picture(agent, user)
                self._writer.add_image(f"{PICTURE_TAG}/{user}", picture, steps, dataformats="HWC")
        self._writer.flush()

    def finished(self, agent: Agent, options: Mapping[str, Any], metrics: Mapping[str, float]) -> None:
        """Writes hyperparameters with the last metrics, and where the items are."""
        writer = summary_writer(self._folder)
        if writer is None:
            return
        from torch.utils.tensorboard.summary import hparams

        plain = {name: value if isinstance(value, _PLAIN) else str(value) for name, value in options.items()}
        tags = {f"{VALIDATION_FOLDER}/{name}": value for name, value in metrics.items()}
        for summary in hparams(plain, tags):  # type: ignore[no-untyped-call]
            writer.file_writer.add_summary(summary)
        for tag, value in tags.items():
            writer.add_scalar(tag, value, agent.steps_trained)
        catalogue = agent.task.catalogue
        rows = [
            [_cell(title), _cell(category)]
            for title, category in zip(catalogue.titles, catalogue.categories, strict=True)
        ]
        for tag, vectors in ((TEXT_TAG, agent.task.vectors), (LEARNED_TAG, agent.item_embeddings())):
            if vectors is not None:
                writer.add_embedding(
                    vectors,
                    metadata=rows,
                    metadata_header=["title", "category"],
                    tag=tag,
                    global_step=agent.steps_trained,
                )
        writer.close()

    def close(self) -> None:
        """Closes the files."""
        if self._writer is not None:
            self._writer.close()
        if self._wandb is not None:
            self._wandb.finish()

    def _picture(self, agent: Agent, user: int) -> Any:
        """Returns the picture (H, W, 3) uint8 of a session: the same user with the same luck each time."""
        env: Any = gym.make(
            self._env_id,
            render_mode="rgb_array",
            disable_env_checker=True,
            **{"invalid_actions": "repair", **self._env_kwargs},
        ).unwrapped
        observation, info = env.reset(seed=seed_for(Purpose.VALIDATION, user))
        over = False
        agent.begin(np.zeros(1, np.int64))
        while not over:
            batch = (
                {name: part[None] for name, part in observation.items()}
                if isinstance(observation, dict)
                else observation[None]
            )
            (action,) = agent.act(batch, info["action_mask"][None])
            observation, _, terminated, truncated, info = env.step(action)
            over = terminated or truncated
        return env.render()


def start_wandb(folder: Path, name: str, config: Mapping[str, Any]) -> Any:
    """Starts a run of Weights & Biases in a run's folder; where it goes is told by its own variables: WANDB_MODE=offline, WANDB_PROJECT and so on.

    Raises:
        ModuleNotFoundError: if wandb is not installed.
        ValueError: if it does not start.
    """
    check_wandb()
    import wandb

    settings = wandb.Settings(silent=True, console="off")
    project = os.environ.get("WANDB_PROJECT", "recgym")
    try:
        run = wandb.init(project=project, name=name, dir=str(folder), config=dict(config), settings=settings)
    except wandb.Error as error:
        raise ValueError(
            f"--wandb: Weights & Biases did not start ({error}). Log in by the command wandb login, or set WANDB_MODE=offline: it then writes into the run's "
            "folder, and wandb sync sends it later."
        ) from error
    run.define_metric("*", step_metric="steps")
    return run


def check_wandb() -> None:
    """Checks that Weights & Biases is installed.

    Raises:
        ModuleNotFoundError: if not.
    """
    import importlib.util

    if importlib.util.find_spec("wandb") is None:
        raise ModuleNotFoundError(
            "--wandb needs wandb, which is not installed: pip install 'recgym[wandb]', or leave --wandb out; TensorBoard's files are written in any case.",
            name="wandb",
        )


def _cell(text: Any) -> str:
    """Returns a text for a cell of a table whose columns are parted by tabs."""
    return " ".join(str(text).split())
