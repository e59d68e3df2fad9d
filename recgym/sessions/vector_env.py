"""Many sessions at once: the native vector environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, ClassVar, Literal

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from recgym.catalogue import Catalogue
from recgym.core.arguments import unknown_name
from recgym.core.scenario import Scenario
from recgym.sessions.interface import Interface, create_interface
from recgym.sessions.sessions import Feedback, Sessions

_CARRIED = (
    "spec", "closed", "action_space", "observation_space", "single_action_space", "single_observation_space", "_seeds",
)  # fmt: skip
"""What Gymnasium and users set on an environment after it was made; spaces have generators of their own."""
_MODES = tuple(mode.value for mode in AutoresetMode)


class RecVectorEnv(VectorEnv[Any, Any, np.ndarray]):
    """N sessions, each with its own user. Row i equals the single environment seeded with ``seed + i``, bitwise.

    Args:
        num_envs: N, at least 1.
        autoreset_mode: When a finished row begins anew: ``NEXT_STEP`` (the following step resets it), ``SAME_STEP`` (at once; the last
            observation and info are in ``info["final_obs"]`` and ``info["final_info"]``) or ``DISABLED`` (by
            ``reset(options={"reset_mask": rows})``).
        max_episode_steps: Truncates earlier than the horizon, as Gymnasium's time limit does.
        catalogue: As for `recgym.sessions.env.RecEnv`, and so are the arguments that follow.
    """

    scenario: ClassVar[Scenario]

    def __init__(
        self,
        num_envs: int = 1,
        *,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
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
        if isinstance(num_envs, bool) or not isinstance(num_envs, int | np.integer) or num_envs < 1:
            raise ValueError(
                f"num_envs={num_envs!r} must be a whole number of at least 1: how many users are served at once."
            )
        if max_episode_steps is not None and (
            isinstance(max_episode_steps, bool)
            or not isinstance(max_episode_steps, int | np.integer)
            or max_episode_steps < 1
        ):
            raise ValueError(
                f"max_episode_steps={max_episode_steps!r} must be a whole number of at least 1, or None."
            )
        if autoreset_mode not in list(AutoresetMode) and autoreset_mode not in _MODES:
            raise ValueError(unknown_name("autoreset_mode", str(autoreset_mode), _MODES))
        if render_mode is not None:
            raise ValueError(
                f"render_mode={render_mode!r}: the vector environment does not render; make a single one."
            )
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata: dict[str, Any] = {"render_modes": [], "autoreset_mode": self.autoreset_mode}
        arguments: dict[str, Any] = {
            "catalogue": catalogue, "encoder": encoder, "cache_dir": cache_dir, "num_items": num_items,
            "embedding_dim": embedding_dim, "world": world, "split": split, "slate_size": slate_size,
            "observation": observation, "sequence_length": sequence_length, "reward_weights": reward_weights,
        }  # fmt: skip
        self._arguments = arguments | parameters | {
            "num_envs": num_envs, "autoreset_mode": self.autoreset_mode, "max_episode_steps": max_episode_steps,
        }  # fmt: skip
        self.interface: Interface = create_interface(self.scenario, **arguments, parameters=parameters)
        horizon = self.interface.setting.parameters.horizon
        self.num_envs = int(num_envs)
        self.single_observation_space = self.interface.observation_space
        self.single_action_space = self.interface.action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self.sessions = Sessions(
            self.interface.setting,
            self.num_envs,
            slate_size,
            self.interface.weights,
            horizon if max_episode_steps is None else min(horizon, max_episode_steps),
        )
        self._time_limit = max_episode_steps
        self._names = self.interface.signal_names
        self._over = np.ones(self.num_envs, np.bool_)
        self._all_rows = np.ones(self.num_envs, np.bool_)
        self._all_rows.flags.writeable = False
        self._begun = False
        self._seeds: list[int | None] = [None] * self.num_envs

    @property
    def catalogue(self) -> Catalogue:
        """The items in play, in the order of the actions."""
        return self.interface.setting.world.catalogue

    @property
    def item_features(self) -> np.ndarray:
        """What is public of each item, (I, F) float32."""
        return self.interface.item_features()[0]

    @property
    def item_feature_names(self) -> tuple[str, ...]:
        """Names of the F columns of `item_features`."""
        return self.interface.item_features()[1]

    @property  # type: ignore[misc]
    def np_random(self) -> tuple[np.random.Generator | None, ...]:  # type: ignore[override]
        """The rows' generators."""
        return tuple(self.sessions.generators)

    @property
    def np_random_seed(self) -> tuple[int | None, ...]:  # type: ignore[override]
        """The rows' seeds."""
        return tuple(self._seeds)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins sessions.

        Args:
            seed: Row i gets ``seed + i``, or ``seed[i]``; ``None`` goes on with each row's next user.
            options: ``reset_mask``, (N,) bool: the rows to reset; the others stay as they are.

        Returns:
            Observations of all rows, and infos of the rows that were reset.
        """
        mask = np.ones(self.num_envs, np.bool_)
        if options is not None and "reset_mask" in options:
            mask = _checked_mask(options["reset_mask"], self.num_envs)
        seeds = self._row_seeds(seed)
        rows = np.flatnonzero(mask)
        unseeded = [row for row in rows if seeds[row] is not None or self.sessions.generators[row] is None]
        seeded = [
            (row, *seeding.np_random(seeds[row])) for row in unseeded
        ]  # a bad seed is found before any row is touched
        for row, generator, used in seeded:
            self.sessions.seed(int(row), generator)
            self._seeds[row] = used
        self.sessions.begin(rows)
        self._over[rows] = False
        self._begun = self._begun or bool(mask.all())
        return self.interface.observe(self.sessions), self._mask_info(mask)

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Shows an item, or a slate, to each user.

        Args:
            actions: (N,) or (N, slate_size) integers.

        Returns:
            Observations, rewards (N,), terminated (N,), truncated (N,), infos. Signals are arrays in ``infos["signals"]``, with
            Gymnasium's ``_name`` masks.

        Raises:
            ResetNeeded: before `reset`; with autoreset disabled, when a row's session has ended.
            TypeError, ValueError: for an action that is not allowed; no row has moved.
        """
        if not self._begun:
            raise ResetNeeded("There are no running sessions: call reset() before step().")
        resetting = self._over
        if self.autoreset_mode == AutoresetMode.DISABLED and resetting.any():
            raise ResetNeeded(
                f"{int(resetting.sum())} sessions have ended (row {int(np.argmax(resetting))} first): call "
                'reset(options={"reset_mask": terminated | truncated}) before step().'
            )
        checked = self.interface.check_actions(actions, self.num_envs)
        any_resetting = bool(resetting.any())
        self.interface.check_available(checked, self.sessions, resetting if any_resetting else None)
        if any_resetting:
            self.sessions.begin(np.flatnonzero(resetting))
        room = self.sessions.room_for_feedback(observations=self.interface.observation == "flat")
        feedback = self.sessions.step(checked, resetting, into=room)
        if (
            self._time_limit is not None
        ):  # as Gymnasium's wrapper, which does not ask whether the user has left, too
            np.logical_or(
                feedback.truncated,
                ~resetting & (self.sessions.users["t"] >= self._time_limit),
                out=feedback.truncated,
            )
        observations = self._observations(feedback)
        over = feedback.terminated | feedback.truncated
        if self.autoreset_mode == AutoresetMode.SAME_STEP and over.any():
            infos = self._final_info(feedback, observations, over)
            self.sessions.begin(np.flatnonzero(over))
            observations = self.interface.observe(self.sessions)
            infos.update(self._signal_info(feedback, ~over))
        else:
            infos = self._signal_info(feedback, ~resetting)
            self._over = over
        infos.update(self._mask_info(None))
        return observations, feedback.rewards, feedback.terminated, feedback.truncated, infos

    def action_masks(self) -> np.ndarray:
        """Returns which actions are allowed now, bool: (N, I), or (N, slate_size * I) for slates."""
        return np.tile(self.sessions.masks() == 1, (1, self.interface.slate_size))

    def snapshot(self) -> Mapping[str, Any]:
        """Returns a copy of everything that decides what happens next, for `restore`."""
        return {"sessions": self.sessions.snapshot(), "over": self._over.copy(), "begun": self._begun}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Goes back to a snapshot of this environment, or of one with equal arguments."""
        self.sessions.restore(snapshot["sessions"])
        self._over = snapshot["over"].copy()
        self._begun = snapshot["begun"]

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle or a deep copy holds: how to make the environment again, and where it stands."""
        carried = {name: self.__dict__[name] for name in _CARRIED if name in self.__dict__}
        return {"arguments": self._arguments, "carried": carried, "snapshot": self.snapshot()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Makes the environment again; its world and compiled code come from the caches of this process."""
        type(self).__init__(self, **state["arguments"])
        self.__dict__.update(state["carried"])
        self.restore(state["snapshot"])

    def _row_seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return [int(seed) + row for row in range(self.num_envs)]
        if len(seed) != self.num_envs:
            raise ValueError(
                f"seed has {len(seed)} entries; with num_envs={self.num_envs} it must have one a row."
            )
        return list(seed)

    def _observations(self, feedback: Feedback) -> Any:
        return feedback.observations if len(feedback.observations) else self.interface.observe(self.sessions)

    def _signal_info(self, feedback: Feedback, rows: np.ndarray) -> dict[str, Any]:
        """The signals of some rows; zeros elsewhere."""
        if not rows.any():
            return {}
        signals = (
            feedback.signals if self.autoreset_mode != AutoresetMode.SAME_STEP else feedback.signals * rows
        )
        columns: dict[str, np.ndarray] = {}
        for name, column in zip(self._names, signals, strict=True):
            columns[name] = column
            columns[f"_{name}"] = rows
        return {"signals": columns, "_signals": rows}

    def _final_info(self, feedback: Feedback, observations: Any, over: np.ndarray) -> dict[str, Any]:
        last = np.full(self.num_envs, None, dtype=object)
        for row in np.flatnonzero(over):
            last[row] = (
                {k: v[row] for k, v in observations.items()}
                if isinstance(observations, dict)
                else observations[row]
            )
        final = self._signal_info(feedback, over) | self._mask_info(over)
        return {"final_obs": last, "_final_obs": over, "final_info": final, "_final_info": over}

    def _mask_info(self, rows: np.ndarray | None) -> dict[str, Any]:
        """The action masks of some rows, of all when ``rows`` is ``None``."""
        masks = self.sessions.masks()
        if rows is None or rows.all():
            return {"action_mask": masks, "_action_mask": self._all_rows}
        return {"action_mask": masks * rows[:, None].astype(np.int8), "_action_mask": rows}


def _checked_mask(mask: Any, size: int) -> np.ndarray:
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (size,):
        described = (
            f"{mask.dtype} array of shape {mask.shape}"
            if isinstance(mask, np.ndarray)
            else f"{type(mask).__name__}"
        )
        raise ValueError(f"options['reset_mask'] must be a bool array of shape ({size},), got a {described}.")
    if not mask.any():
        raise ValueError("options['reset_mask'] must be True for at least one row, got none.")
    return mask.copy()
