"""One session at a time: the Gymnasium environment."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import gymnasium as gym
import numpy as np
from gymnasium.error import ResetNeeded

from recgym.catalogue import Catalogue
from recgym.core.scenario import Scenario
from recgym.sessions.interface import Interface, create_interface
from recgym.sessions.pages import fill_page
from recgym.sessions.sessions import Sessions

if TYPE_CHECKING:
    from recgym.render.recorder import SessionRecorder

_FIRST_ROW = np.zeros(1, np.int64)
_CARRIED = ("spec", "action_space", "observation_space", "_np_random", "_np_random_seed")
"""What Gymnasium and users set on an environment after it was made; spaces have generators of their own."""


class RecEnv(gym.Env[Any, Any]):
    """A session with one user: a population of one. Each scenario's class documents its own MDP.

    Args:
        catalogue: Name of a shipped catalogue, path of a CSV, JSONL or Parquet file, or a `Catalogue`; the scenario's own if ``None``.
        encoder: For a file: a sentence-transformers name, path or object; the shipped all-MiniLM-L6-v2 if ``None``.
        cache_dir: Where a file's embeddings are kept.
        num_items: Items in play, chosen by the world's seed; ``None`` for the whole catalogue; 200 (or all, if fewer) by default.
        embedding_dim: Columns of the public item vectors, whitened; ``None`` for all, as encoded; 64 (or what the catalogue allows).
        world: Seed of the world: hidden item latents, the choice of items, the population.
        split: ``"train"`` or ``"test"``: which population the users come from.
        slate_size: Items shown at a time.
        observation: ``"flat"``, ``"sequence"`` or ``"items"``.
        sequence_length: Items in a sequence or items observation, 1 to 32.
        reward_weights: Weight of each signal in the reward, in place of the scenario's; signals not named weigh 0.
        render_mode: ``None``, ``"ansi"`` or ``"rgb_array"``.
        **parameters: The scenario's numbers, by name.

    Raises:
        TypeError: for an unknown parameter or a value of the wrong type.
        ValueError: for a value out of range, or a catalogue that does not fit.
        FileNotFoundError: for a catalogue file that is not there.
    """

    scenario: ClassVar[Scenario]
    metadata: dict[str, Any] = {"render_modes": ["ansi", "rgb_array"], "render_fps": 2}  # noqa: RUF012

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Fills the tables of the scenario's page in."""
        super().__init_subclass__(**keywords)
        if cls.__doc__ and "scenario" in cls.__dict__:
            cls.__doc__ = fill_page(cls.__doc__, cls.scenario)

    def __init__(
        self,
        *,
        catalogue: str | PathLike[str] | Catalogue | None = None,
        encoder: Any = None,
        cache_dir: str | PathLike[str] | None = None,
        num_items: int | Literal["auto"] | None = "auto",
        embedding_dim: int | Literal["auto"] | None = "auto",
        world: int = 0,
        split: str = "train",
        slate_size: int = 1,
        observation: str = "flat",
        sequence_length: int = 20,
        reward_weights: Mapping[str, float] | None = None,
        render_mode: str | None = None,
        **parameters: float,
    ) -> None:
        """See the class."""
        check_render_mode(render_mode, self.metadata["render_modes"])
        arguments: dict[str, Any] = {
            "catalogue": catalogue, "encoder": encoder, "cache_dir": cache_dir, "num_items": num_items,
            "embedding_dim": embedding_dim, "world": world, "split": split, "slate_size": slate_size,
            "observation": observation, "sequence_length": sequence_length, "reward_weights": reward_weights,
        }  # fmt: skip
        self._arguments = arguments | {"render_mode": render_mode} | parameters
        self.interface: Interface = create_interface(self.scenario, **arguments, parameters=parameters)
        self.observation_space = self.interface.observation_space
        self.action_space = self.interface.action_space
        self.render_mode = render_mode
        self.sessions = Sessions(
            self.interface.setting,
            1,
            slate_size,
            self.interface.weights,
            self.interface.setting.parameters.horizon,
        )
        self._actions = np.zeros((1, slate_size), np.int64)
        self._names = self.interface.signal_names
        self._count = self.interface.setting.num_items if slate_size == 1 else -1
        self._flat = observation == "flat"
        self._running = False
        self._every_mask = self.interface.setting.masks[0]
        self.recorder: SessionRecorder | None = None
        if render_mode is not None:
            from recgym.render.recorder import SessionRecorder

            self.recorder = SessionRecorder(self.interface)

    @property
    def catalogue(self) -> Catalogue:
        """The items in play, in the order of the actions: titles, texts, categories, public vectors."""
        return self.interface.setting.world.catalogue

    @property
    def item_features(self) -> np.ndarray:
        """What is public of each item, (I, F) float32: its vector and the platform's statistics."""
        return self.interface.item_features()[0]

    @property
    def item_feature_names(self) -> tuple[str, ...]:
        """Names of the F columns of `item_features`."""
        return self.interface.item_features()[1]

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins a session with a user of the population.

        Args:
            seed: Seeds the stream of users and of their noise; ``None`` goes on with the next user.
            options: Not used.

        Returns:
            The observation, and an info with the ``action_mask``.
        """
        super().reset(seed=seed)
        if self.sessions.generators[0] is not self.np_random:
            self.sessions.seed(0, self.np_random)
        self.sessions.begin(_FIRST_ROW)
        self._running = True
        if self.recorder is not None:
            self.recorder.begin(self.sessions)
        return self._observe(), {"action_mask": self._mask()}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Shows an item, or a slate of items, to the user.

        Args:
            action: Index of an item, or an array of ``slate_size`` different ones, the top position first.

        Returns:
            Observation, reward, whether the user left, whether the horizon was reached, and an info with ``signals`` (name to
            float; the reward is their weighted sum) and ``action_mask`` (I,) int8.

        Raises:
            ResetNeeded: before `reset`, or after the session ended.
            TypeError, ValueError: for an action that is not allowed; the session is as it was.
        """
        if not self._running:
            raise ResetNeeded(
                "There is no running session: call reset() before step(), and again when a session has ended."
            )
        if (type(action) is int or type(action) is np.int64) and 0 <= action < self._count:
            self._actions[0, 0] = action
            actions = self._actions
        else:
            actions = self.interface.check_actions([action], 1)
        self.interface.check_available(actions, self.sessions)
        feedback = self.sessions.step(actions, into=self.sessions.room_for_feedback(observations=self._flat))
        terminated, truncated = bool(feedback.terminated[0]), bool(feedback.truncated[0])
        self._running = not (terminated or truncated)
        signals = dict(zip(self._names, feedback.signals[:, 0].tolist(), strict=True))
        reward = float(feedback.rewards[0])
        if self.recorder is not None:
            self.recorder.record(actions[0], signals, reward, terminated, truncated)
        observation = feedback.observations[0] if self._flat else self._observe()
        return observation, reward, terminated, truncated, {"signals": signals, "action_mask": self._mask()}

    def action_masks(self) -> np.ndarray:
        """Returns which actions are allowed now, bool: (I,) for one item, (slate_size * I,) for a slate, as MaskablePPO wants it."""
        return np.tile(self._mask() == 1, self.interface.slate_size)

    def snapshot(self) -> Mapping[str, Any]:
        """Returns a copy of everything that decides what happens next, for `restore`."""
        record = None if self.recorder is None else self.recorder.snapshot()
        return {"sessions": self.sessions.snapshot(), "running": self._running, "record": record}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Goes back to a snapshot of this environment, or of one with equal arguments."""
        self.sessions.restore(snapshot["sessions"])
        self._running = snapshot["running"]
        generator = self.sessions.generators[0]
        if generator is not None:
            self._np_random = generator
        if self.recorder is not None and snapshot["record"] is not None:
            self.recorder.restore(self.sessions, snapshot["record"])

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle or a deep copy holds: how to make the environment again, and where it stands."""
        carried = {name: self.__dict__[name] for name in _CARRIED if name in self.__dict__}
        return {"arguments": self._arguments, "carried": carried, "snapshot": self.snapshot()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Makes the environment again; its world and compiled code come from the caches of this process."""
        type(self).__init__(self, **state["arguments"])
        self.__dict__.update(state["carried"])
        self.restore(state["snapshot"])

    def render(self) -> Any:
        """Returns the session so far: a text for ``"ansi"``, a picture (H, W, 3) uint8 for ``"rgb_array"``."""
        if self.recorder is None:
            gym.logger.warn(
                'render() needs a render mode: pass render_mode="ansi" or render_mode="rgb_array" to gym.make.'
            )
            return None
        return self.recorder.text() if self.render_mode == "ansi" else self.recorder.picture()

    def _observe(self) -> Any:
        batch = self.interface.observe(self.sessions)
        return {name: value[0] for name, value in batch.items()} if isinstance(batch, dict) else batch[0]

    def _mask(self) -> np.ndarray:
        return (
            self._every_mask.copy() if self.interface.setting.always_available else self.sessions.masks()[0]
        )


def check_render_mode(render_mode: str | None, allowed: list[str]) -> None:
    """Raises ValueError for a render mode that does not exist."""
    if render_mode is not None and render_mode not in allowed:
        raise ValueError(
            f"render_mode={render_mode!r} does not exist; allowed: None, {', '.join(map(repr, allowed))}."
        )
