"""One session at a time: the Gymnasium environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.error import ResetNeeded

from recgym.core.arguments import unknown_name
from recgym.core.parameters import MEMORY
from recgym.core.printing import printable
from recgym.core.registry import RENDERERS, available_render_modes, load_entry
from recgym.sessions.face import Face
from recgym.sessions.kernels import Feedback
from recgym.sessions.sessions import Sessions
from recgym.task.actions import NOTHING
from recgym.task.session_record import SessionRecord

_FIRST_ROW = np.zeros(1, np.int64)
_NO_SIGNAL, _NO_PLACE, _NO_REPAIRS = np.float64(0.0), np.int64(NOTHING), np.int64(0)
_CARRIED = ("_spec", "action_space", "observation_space", "_np_random", "_np_random_seed", "reward_space")
"""What Gymnasium and users set on an environment after it was made; spaces have generators of their own."""


class RecEnv(Face, gym.Env[Any, Any]):
    """A session with one user: a population of one. Each scenario's class documents its own MDP.

    Args:
        render_mode: ``None``, ``"ansi"`` or, with matplotlib, ``"rgb_array"``.
        **arguments: Those of `recgym.sessions.setup.Options`, and the scenario's own numbers.

    Attributes:
        sessions: Hidden: the running session, in row 0.
        record: What an onlooker saw of the session, where there is a render mode.

    Raises:
        TypeError: for an unknown argument or a value of the wrong type.
        ValueError: for a value out of range, or a catalogue that does not fit.
        FileNotFoundError: for a catalogue file that is not there.
    """

    metadata: dict[str, Any] = {"render_modes": available_render_modes(), "render_fps": 2}  # noqa: RUF012

    def __init__(self, *, render_mode: str | None = None, **arguments: Any) -> None:
        """See the class."""
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise ValueError(unknown_name("render_mode", render_mode, self.metadata["render_modes"]))
        self._arguments = {"render_mode": render_mode, **arguments}
        self.setup = self._take(arguments)
        self.observation_space = self.setup.observation_space
        self.action_space = self.setup.action_space
        self.render_mode = render_mode
        self.sessions = Sessions(self.setup, 1)
        self._actions = np.zeros((1, self.setup.slate_size), np.int64)
        self._names = self.setup.signal_names
        self._count = self.setup.world.num_items if self.setup.slate_size == 1 else -1
        self._running = False
        # Written again at every step, and read through views: making arrays and looking into them costs more than a user's step.
        self._feedback = self.sessions.room(observe=self.setup.layout.form == "flat")
        self._signals, self._shown = self._feedback.signals[:, 0], self._feedback.shown[0]
        self._flat = self._feedback.observations.reshape(-1)
        self._every_mask = self.setup.world.arrays.masks[0] if self.setup.world.always_available else None
        self._spec: Any = None
        self.record: SessionRecord | None = None
        self._draw: Callable[[SessionRecord], Any] | None = None
        if render_mode is not None:
            self.record = SessionRecord(self.task)

    @property
    def spec(self) -> Any:
        """What `gym.make` made the environment from; ``None`` if it was made by its class."""
        return self._spec

    @spec.setter
    def spec(self, spec: Any) -> None:
        self._check_limit(spec)
        self._spec = self._lasting_spec(spec)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins a session with a user of the population.

        Args:
            seed: Seeds the stream of users and of their noise; ``None`` goes on with the next user.
            options: Not used.

        Returns:
            The observation, and an info with the keys of `step`'s: signals are 0, nothing was shown.
        """
        super().reset(seed=seed)
        sessions = self.sessions
        if sessions.generators[0] is not self.np_random:
            sessions.seed(0, self.np_random)
        sessions.begin(_FIRST_ROW)
        self._running = True
        if self.record is not None:
            items, _, _ = sessions.recent(MEMORY)
            self.record.begin(tuple(int(item) - 1 for item in items[0] if item > 0))
        info: dict[str, Any] = dict.fromkeys(self._names, _NO_SIGNAL)
        info["shown"] = np.full(self.setup.slate_size, NOTHING, np.int64)
        info["attended"], info["repaired"] = _NO_PLACE, _NO_REPAIRS
        info["action_mask"] = self._mask()
        return self._observe(), info

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Shows an item, or a slate of items, to the user.

        Args:
            action: Index of an item, or an array of ``slate_size`` of them, the top position first.

        Returns:
            Observation, reward, whether the user left (for good, where users come back), whether the horizon was reached, and an info: each signal by its name (the reward is their
            weighted sum), ``shown`` (K,) what the user saw (-1: nothing), ``attended`` the place that the user attended to (-1: none), ``repaired``
            in how many places something else was shown than asked for, and ``action_mask`` (I,) int8.

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
            actions = self.setup.actions.check([action], 1)
        feedback = self.sessions.step(actions, into=self._feedback)
        terminated, truncated = feedback.terminated.item(), feedback.truncated.item()
        self._running = not (terminated or truncated)
        info: dict[str, Any] = dict(zip(self._names, self._signals, strict=True))
        info["shown"] = self._shown.copy()
        info["attended"], info["repaired"] = feedback.attended[0], feedback.repaired[0]
        info["action_mask"] = self._mask()
        reward = feedback.rewards.item()
        if self.record is not None:
            self._note(feedback, info, reward)
        observation = self._flat.copy() if self._flat.size else self._observe()
        return observation, reward, terminated, truncated, info

    def action_masks(self) -> np.ndarray:
        """Returns which actions are allowed now, bool: (I,) for one item, (slate_size * I,) for a slate, as MaskablePPO wants it."""
        return np.tile(self._mask() == 1, self.setup.slate_size)

    def snapshot(self) -> Mapping[str, Any]:
        """Returns a copy of everything that decides what happens next, for `restore`."""
        record = None if self.record is None else self.record.snapshot()
        return {
            "sessions": self.sessions.snapshot(),
            "running": self._running,
            "record": record,
            "seed": self._np_random_seed,
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Goes back to a snapshot of this environment, or of one with equal arguments. `recgym.restore` brings Gymnasium's wrappers back, too.

        Raises:
            ValueError: if it is of another environment.
        """
        if "running" not in snapshot:
            raise ValueError("The snapshot is none of a single environment.")
        self.sessions.restore(snapshot["sessions"])
        self._running, self._np_random_seed = snapshot["running"], snapshot["seed"]
        generator = self.sessions.generators[0]
        if generator is not None:
            self._np_random = generator
        if self.record is not None and snapshot["record"] is not None:
            self.record.restore(snapshot["record"])

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle or a deep copy holds: how to make the environment again, and where it stands."""
        carried = {name: self.__dict__[name] for name in _CARRIED if name in self.__dict__}
        return {"arguments": self._lasting(self._arguments), "carried": carried, "snapshot": self.snapshot()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Makes the environment again; its world and compiled code come from the caches of this process."""
        type(self).__init__(self, **state["arguments"])
        self.__dict__.update(state["carried"])
        self.restore(state["snapshot"])

    def render(self) -> Any:
        """Returns the session so far: a text for ``"ansi"``, a picture (H, W, 3) uint8 for ``"rgb_array"``."""
        if self.record is None:
            modes = " or ".join(f'render_mode="{mode}"' for mode in self.metadata["render_modes"])
            gym.logger.warn(f"render() needs a render mode: pass {modes} to gym.make.")
            return None
        if self._draw is None:
            self._draw = load_entry(RENDERERS[str(self.render_mode)].entry)()
        drawn = self._draw(self.record)
        return printable(drawn) if isinstance(drawn, str) else drawn

    def _note(self, feedback: Feedback, info: Mapping[str, Any], reward: float) -> None:
        assert self.record is not None
        user = self.sessions.users[0]
        self.record.add(
            shown=tuple(feedback.shown[0].tolist()),
            attended=int(feedback.attended[0]),
            signals={name: float(info[name]) for name in self._names},
            reward=reward,
            click_rate=float(user["click_rate"]),
            like_rate=float(user["like_rate"]),
            terminated=bool(feedback.terminated[0]),
            truncated=bool(feedback.truncated[0]),
        )

    def _observe(self) -> Any:
        batch = self.sessions.observe()
        return {name: value[0] for name, value in batch.items()} if isinstance(batch, dict) else batch[0]

    def _mask(self) -> np.ndarray:
        return self.sessions.masks_of(0).copy() if self._every_mask is None else self._every_mask.copy()
