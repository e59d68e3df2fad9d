"""Many sessions at once: the native vector environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from recgym.core.arguments import unknown_name, whole_number
from recgym.sessions.deferred_info import DeferredInfo
from recgym.sessions.face import Face
from recgym.sessions.kernels import Feedback
from recgym.sessions.sessions import Sessions
from recgym.task.actions import NOTHING

_CARRIED = (
    "_spec", "closed", "action_space", "observation_space", "single_action_space", "single_observation_space", "_seeds",
    "reward_space",
)  # fmt: skip
"""What Gymnasium and users set on an environment after it was made; spaces have generators of their own."""
_MODES = tuple(mode.value for mode in AutoresetMode)


class RecVectorEnv(Face, VectorEnv[Any, Any, np.ndarray]):
    """N sessions, each with its own user. Row i equals the single environment seeded with ``seed + i``, bitwise.

    A scenario's class names `VectorEnv` as a second base: some libraries look for it there.

    Args:
        num_envs: N, at least 1.
        autoreset_mode: When a finished row begins anew: ``NEXT_STEP`` (the following step resets it), ``SAME_STEP`` (at once; the last
            observation and info are in ``info["final_obs"]`` and ``info["final_info"]``) or ``DISABLED`` (by
            ``reset(options={"reset_mask": rows})``).
        max_episode_steps: Truncates as Gymnasium's time limit does, which does not ask whether the user has left, too.
        num_threads: Threads among which the rows are divided. The numbers do not depend on it.
        render_mode: ``None``: many sessions at once are not drawn.
        **arguments: Those of `recgym.sessions.setup.Options`, and the scenario's own numbers.

    Attributes:
        sessions: Hidden: the running sessions.
    """

    def __init__(
        self,
        num_envs: int = 1,
        *,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        num_threads: int = 1,
        render_mode: str | None = None,
        **arguments: Any,
    ) -> None:
        """See the class."""
        self.num_envs = whole_number("num_envs", num_envs, 1)
        if max_episode_steps is not None:
            max_episode_steps = whole_number("max_episode_steps", max_episode_steps, 1)
        if autoreset_mode not in list(AutoresetMode) and autoreset_mode not in _MODES:
            raise ValueError(unknown_name("autoreset_mode", str(autoreset_mode), _MODES))
        if render_mode is not None:
            raise ValueError(
                f"render_mode={render_mode!r}: the vector environment does not render; make a single one."
            )
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata: dict[str, Any] = {"render_modes": [], "autoreset_mode": self.autoreset_mode}
        self._arguments = {
            "num_envs": num_envs, "autoreset_mode": self.autoreset_mode, "max_episode_steps": max_episode_steps,
            "num_threads": num_threads, **arguments,
        }  # fmt: skip
        self.setup = self._take(arguments)
        self.single_observation_space = self.setup.observation_space
        self.single_action_space = self.setup.action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self.sessions = Sessions(
            self.setup, self.num_envs, time_limit=max_episode_steps, num_threads=num_threads
        )
        self.time_limit = max_episode_steps
        self._names = self.setup.signal_names
        self._over = np.ones(self.num_envs, np.bool_)
        self._all_rows = np.ones(self.num_envs, np.bool_)
        self._all_rows.flags.writeable = False
        self._begun_rows, self._begun = np.zeros(self.num_envs, np.bool_), False
        self._seeds: list[int | None] = [None] * self.num_envs
        self._spec: Any = None

    @property
    def spec(self) -> Any:
        """What `gym.make_vec` made the environment from; ``None`` if it was made by its class."""
        return self._spec

    @spec.setter
    def spec(self, spec: Any) -> None:
        cut = self.time_limit is not None and self.time_limit < self.setup.horizon
        if (
            spec is not None and cut and self._arguments.keys() & {"horizon", "sessions"}
        ):  # an earlier limit of one's own is no contradiction
            self._check_limit(spec)
        self._spec = self._lasting_spec(spec)

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
            Observations of all rows, and infos with the keys of `step`'s: signals are 0, nothing was shown. Every row has its current mask.
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
        self._begun_rows |= mask
        self._begun = bool(self._begun_rows.all())
        return self.sessions.observe(), self._info(None, mask)

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Shows an item, or a slate, to each user.

        Args:
            actions: (N,) or (N, slate_size) integers.

        Returns:
            Observations, rewards (N,), terminated (N,), truncated (N,), infos: the keys of the single environment's, an array of N rows each, with
            Gymnasium's ``_name`` masks beside them. The action mask is made when it is read.

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
        checked = self.setup.actions.check(actions, self.num_envs)
        sessions, flat = self.sessions, self.setup.layout.form == "flat"
        feedback = sessions.step(checked, resetting, begins=True, observe=flat)
        observations = feedback.observations if flat else sessions.observe()
        over = feedback.terminated | feedback.truncated
        if self.autoreset_mode == AutoresetMode.SAME_STEP and over.any():
            infos = self._final_info(feedback, observations, over)
            sessions.begin(np.flatnonzero(over))
            observations = sessions.observe()
            infos = self._info(
                feedback, ~over, infos
            ).copy()  # TorchRL looks for final observations in plain dicts
        else:
            infos = self._info(feedback, ~resetting)
            self._over = over
        return observations, feedback.rewards, feedback.terminated, feedback.truncated, infos

    def action_masks(self) -> np.ndarray:
        """Returns which actions are allowed now, bool: (N, I), or (N, slate_size * I) for slates."""
        return np.tile(self.sessions.masks() == 1, (1, self.setup.slate_size))

    def snapshot(self) -> Mapping[str, Any]:
        """Returns a copy of everything that decides what happens next, for `restore`."""
        return {
            "sessions": self.sessions.snapshot(),
            "over": self._over.copy(),
            "begun": self._begun_rows.copy(),
            "seeds": list(self._seeds),
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Goes back to a snapshot of this environment, or of one with equal arguments. `recgym.restore` brings Gymnasium's wrappers back, too.

        Raises:
            ValueError: if it is of another environment.
        """
        if "over" not in snapshot:
            raise ValueError("The snapshot is none of a vector environment.")
        self.sessions.restore(snapshot["sessions"])
        self._over = snapshot["over"].copy()
        self._begun_rows, self._seeds = snapshot["begun"].copy(), list(snapshot["seeds"])
        self._begun = bool(self._begun_rows.all())

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle or a deep copy holds: how to make the environment again, and where it stands."""
        carried = {name: self.__dict__[name] for name in _CARRIED if name in self.__dict__}
        return {"arguments": self._lasting(self._arguments), "carried": carried, "snapshot": self.snapshot()}

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

    def _info(
        self, feedback: Feedback | None, rows: np.ndarray, more: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """What happened in some rows; the others have begun anew, or stand still. Every row has its current mask."""
        infos = dict(more or {})
        present = rows if feedback is None else self._all_rows
        for name, column in self._columns(feedback, rows).items():
            infos[name] = column
            infos[f"_{name}"] = present
        infos["_action_mask"] = self._all_rows
        world = self.setup.world
        if world.availability_is_of_users:
            infos["action_mask"] = self.sessions.masks()
            return infos
        hours = self.sessions.hours
        if not world.always_available:
            hours = (
                hours.copy()
            )  # the clock goes on; where no mask depends on it, only how many rows there are counts
        return DeferredInfo.deferring(infos, {"action_mask": partial(world.masks_at, hours)})

    def _columns(
        self, feedback: Feedback | None, rows: np.ndarray, nothing: int = NOTHING
    ) -> dict[str, np.ndarray]:
        """The feedback of some rows by name; elsewhere signals are 0 and ``nothing`` was shown (0 in rows that a reset leaves alone)."""
        size = self.num_envs
        if feedback is None:
            columns = dict(zip(self._names, np.zeros((len(self._names), size)), strict=True))
            return columns | {
                "shown": np.where(rows[:, None], np.full((size, self.setup.slate_size), nothing), 0),
                "attended": np.where(rows, nothing, 0),
                "repaired": np.zeros(size, np.int64),
            }
        signals, shown, attended, repaired = (
            feedback.signals,
            feedback.shown,
            feedback.attended,
            feedback.repaired,
        )
        if self.autoreset_mode == AutoresetMode.SAME_STEP and not rows.all():
            signals, repaired = signals * rows, repaired * rows
            shown, attended = np.where(rows[:, None], shown, nothing), np.where(rows, attended, nothing)
        return dict(zip(self._names, signals, strict=True)) | {
            "shown": shown, "attended": attended, "repaired": repaired
        }  # fmt: skip

    def _final_info(self, feedback: Feedback, observations: Any, over: np.ndarray) -> dict[str, Any]:
        """The last observations and infos of the rows that ended; zeros elsewhere, as Gymnasium fills them."""
        last = np.full(self.num_envs, None, dtype=object)
        for row in np.flatnonzero(over):
            last[row] = (
                {k: v[row] for k, v in observations.items()}
                if isinstance(observations, dict)
                else observations[row]
            )
        final: dict[str, Any] = self._columns(feedback, over, nothing=0)
        final["action_mask"] = self.sessions.masks() * over[:, None].astype(np.int8)
        final |= {f"_{name}": over for name in list(final)}
        return {"final_obs": last, "_final_obs": over, "final_info": final, "_final_info": over}

    def close_extras(self, **kwargs: Any) -> None:
        """Ends the threads."""
        self.sessions.close()


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
