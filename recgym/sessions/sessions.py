"""N running sessions: their records, their observations, and one step for all of them."""

from __future__ import annotations

import copy
import hashlib
import threading
import time
import weakref
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from recgym.core.arguments import unknown_name, whole_number
from recgym.core.atomic import CACHE_LINE_NUMBERS
from recgym.core.kernel import bind
from recgym.core.parameters import MEMORY
from recgym.sessions.kernels import (
    Feedback,
    Origins,
    Rules,
    Scratch,
    SessionArrays,
    all_counted,
    compile_kernels,
    recall,
)
from recgym.task.actions import INVALID_ACTIONS, NOTHING
from recgym.task.layout import VECTORS

if TYPE_CHECKING:
    from recgym.sessions.setup import Setup

_STATE = ("users", "embeddings", "_streams", "_begun")
"""The arrays that, with the generators, decide what happens next."""
_NEVER = 2**62
"""A step that no session reaches."""
_LOOKS = 10_000
"""How often a thread looks whether the others have finished before it lets go of its core: the others need some ten microseconds, waking up ten more."""
_APART = 32
"""Numbers (256 bytes) between the scratches of two threads: two cache lines, since processors fetch them in pairs."""


class Sessions:
    """The state of N sessions, each of its own user, independent of one another.

    Args:
        setup: What they are sessions of.
        size: N.
        limit: Steps after which a session ends, unless the user leaves; the horizon if ``None``.
        time_limit: Steps after which an episode is truncated in any case; none if ``None``.
        invalid_actions: A key of `recgym.task.actions.INVALID_ACTIONS`; as the setup says if ``None``.
        num_threads: Threads among which the rows of a step are divided. The numbers do not depend on it.

    Attributes:
        setup: As given.
        world: The setup's world.
        size: N.
        limit: As given.
        users: (N,) records: the hidden state.
        hours: (N,) float64, the hour on each user's clock: a view of the records.
        embeddings: (N, 3 D) float32: the public state: vectors of what was liked, of what was liked lately, and of what was ignored.
        over: (N,) bool, the rows that whoever plays them is done with: oracles need not choose for these.
        generators: One generator a row, seeded as Gymnasium does. Its first 64 bits start the row's stream of session keys.
    """

    def __init__(
        self,
        setup: Setup,
        size: int,
        *,
        limit: int | None = None,
        time_limit: int | None = None,
        invalid_actions: str | None = None,
        num_threads: int = 1,
    ) -> None:
        """See the class; none of the sessions has begun."""
        world, rule = setup.world, setup.actions.invalid if invalid_actions is None else invalid_actions
        if rule not in INVALID_ACTIONS:
            raise ValueError(unknown_name("value of invalid_actions", rule, INVALID_ACTIONS))
        self.setup = setup
        self.world = world
        self.size = size
        self.limit = setup.layout.horizon if limit is None else limit
        self.num_threads = whole_number("num_threads", num_threads, 1, 1024)
        self.kernels = compile_kernels(world.scenario)
        self._num_signals, self._width, self._slate_size = (
            len(setup.weights),
            setup.layout.flat_width,
            setup.slate_size,
        )
        self.users = np.zeros(size, world.people.dtype)
        self.embeddings = np.zeros((size, (len(VECTORS) - 1) * setup.layout.dimension), np.float32)
        self.over = np.zeros(size, np.bool_)
        self.generators: list[np.random.Generator | None] = [None] * size
        self.hours = self.users["hour"]  # a view: looking a field up by name costs more than reading it
        self._arrays = SessionArrays(self.users, self.embeddings)
        self._rules = Rules(
            setup.weights, self.limit, _NEVER if time_limit is None else time_limit, INVALID_ACTIONS[rule]
        )
        self._scratches = _scratches(
            self.num_threads, setup.slate_size, world.scenario.outcomes, self._num_signals
        )
        restricted = not (world.always_available and setup.slate_size == 1)
        self._refuses = restricted and rule == "error"
        self._streams = np.zeros(size, np.uint64)
        self._begun = np.zeros(size, np.int64)
        self._origins = Origins(self._streams, self._begun, world.people, world.liked)
        self._salt = _salt(world.scenario.name)
        self._nobody = np.zeros(size, np.bool_)
        self._jobs: list[SimpleQueue[Any]] = []
        self._actions = np.zeros((size, setup.slate_size), np.int64)
        self._bind()

    def _bind(self) -> None:
        """Takes the machine code for what these sessions hold: their arrays have the same types at every call."""
        kernels, world, arrays, scratch = self.kernels, self.world, self._arrays, self._scratches[0]
        rows, feedback = np.zeros(0, np.int64), self.room(observe=False)
        self._begin = bind(kernels.begin, arrays, self._origins, rows)
        self._show = bind(kernels.show, arrays, world.arrays, feedback.observations)
        self._refuse = bind(kernels.first_refused, self.users, world.arrays, self._actions, self._nobody)
        self._fixed = (arrays, world.arrays, self._origins, self._rules)
        self._step = bind(
            kernels.step, *self._fixed, scratch, self._actions, self._nobody, False, feedback, 0, 0
        )

    @property
    def slate_size(self) -> int:
        """Items per action, K."""
        return self.setup.slate_size

    @property
    def weights(self) -> np.ndarray:
        """(S,) float64 weight of each signal in the reward."""
        return self.setup.weights

    def seed(self, row: int, generator: np.random.Generator) -> None:
        """Gives a row its generator; the row's stream of users starts anew."""
        self.generators[row] = generator
        drawn = generator.integers(0, 2**64 - 1, dtype=np.uint64, endpoint=True)
        self._streams[row] = drawn ^ self._salt
        self._begun[row] = 0

    def begin(self, rows: np.ndarray) -> None:
        """Begins the next session in each of the rows, shape (M,) int64, all of them seeded."""
        self._begin(self._arrays, self._origins, np.ascontiguousarray(rows, np.int64))

    def step(
        self,
        actions: np.ndarray,
        idle: np.ndarray | None = None,
        *,
        begins: bool = False,
        observe: bool = False,
        into: Feedback | None = None,
    ) -> Feedback:
        """Steps the sessions.

        Args:
            actions: (N, K) int64, C-contiguous, as `recgym.task.actions.ActionMeaning.check` returns them; other numbers read other memory.
            idle: (N,) bool, rows to leave alone; none if ``None``.
            begins: Whether idle rows begin their next session.
            observe: Whether to write flat observations.
            into: Feedback of an earlier step whose arrays may be written again, for callers that keep none of them.

        Raises:
            ValueError: if actions are no such array, or a slate cannot be shown as it is and ``invalid_actions`` is ``"error"``; no row has moved.
        """
        idle = self._nobody if idle is None else np.ascontiguousarray(idle, np.bool_)
        if (
            actions.dtype != np.int64
            or not actions.flags.c_contiguous
            or actions.shape != self._actions.shape
        ):
            raise ValueError(
                f"actions are a {actions.dtype} array of shape {actions.shape}; the machine code reads a C-contiguous int64 array of shape "
                f"{self._actions.shape}. Pass what ActionMeaning.check returns."
            )
        if self._refuses:
            self.refuse(actions, idle)
        feedback = self.room(observe=observe) if into is None else into
        if self.num_threads == 1:
            self._step(*self._fixed, self._scratches[0], actions, idle, begins, feedback, 0, self.size)
        else:
            self._step_in_threads(actions, idle, begins, feedback)
        return feedback

    def _step_in_threads(
        self, actions: np.ndarray, idle: np.ndarray, begins: bool, feedback: Feedback
    ) -> None:
        """Lets the threads step the rows together: this one begins while the others are still waking, and does without those that do not wake."""
        progress = np.zeros((self.num_threads + 1) * CACHE_LINE_NUMBERS, np.int64)
        job = (actions, idle, begins, feedback, progress)
        if not self._jobs:
            self._start_threads(job)
        for jobs in self._jobs:
            jobs.put(job)
        self._step_pieces(*self._fixed, self._scratches[0], *job, 0)
        while not self._all_counted(progress, self.size, _LOOKS):
            time.sleep(0)

    def _start_threads(self, job: tuple[Any, ...]) -> None:
        """Starts the threads beside this one; they end when the sessions do."""
        self._step_pieces = bind(self.kernels.step_pieces, *self._fixed, self._scratches[0], *job, 0)
        self._all_counted = bind(all_counted, job[-1], self.size, _LOOKS)
        self._jobs = [SimpleQueue() for _ in self._scratches[1:]]
        for number, (jobs, scratch) in enumerate(zip(self._jobs, self._scratches[1:], strict=True), start=1):
            threading.Thread(
                target=_serve,
                args=(jobs, self._step_pieces, (*self._fixed, scratch), number),
                name=f"recgym-{number}",
                daemon=True,
            ).start()
        weakref.finalize(self, _end, self._jobs)

    def room(self, *, observe: bool) -> Feedback:
        """Returns empty feedback arrays, with room for flat observations if they are to be written."""
        size = self.size
        return Feedback(
            np.empty(size),
            np.empty(size, np.bool_),
            np.empty(size, np.bool_),
            np.empty((self._num_signals, size)),
            np.empty((size if observe else 0, self._width), np.float32),
            np.empty((size, self._slate_size), np.int64),
            np.empty(size, np.int64),
            np.empty(size, np.int64),
        )

    def refuse(self, actions: np.ndarray, idle: np.ndarray) -> None:
        """Refuses actions (N, K) that cannot be shown as they are, in rows that are not idle, if ``invalid_actions`` is ``"error"``.

        Raises:
            ValueError: if there is one.
        """
        row = self._refuse(self.users, self.world.arrays, actions, idle) if self._refuses else NOTHING
        if row != NOTHING:
            raise self.setup.actions.refusal(actions[row], row, self.masks_of(row))

    def close(self) -> None:
        """Ends the threads."""
        _end(self._jobs)

    def masks(self) -> np.ndarray:
        """Returns the (N, I) int8 masks of available items; a read-only view where all items always are."""
        return self.world.masks(self.users)

    def masks_of(self, row: int) -> np.ndarray:
        """Returns the (I,) int8 mask of one row; read-only, where it comes from a table."""
        world = self.world
        if not world.scenario.has_clock_table:
            return world.masks(self.users[row : row + 1])[0]
        mask: np.ndarray = world.arrays.masks[world.tick(float(self.hours[row]))]
        return mask

    def recent(self, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns the last items of each session, oldest first; what does not exist is 0, at the front.

        Args:
            length: L, 1 to MEMORY.

        Returns:
            Item numbers plus 1 (N, L) int32; feedback (N, L) float32: 0 ignored, 1 clicked, 2 clicked and liked; age (N, L) float32: steps since
            it was shown, -1 for the warm history.
        """
        whole_number("length", length, 1, MEMORY)
        items = np.empty((self.size, length), np.int32)
        responses, ages = np.empty((2, self.size, length), np.float32)
        recall(self.users, length, items, responses, ages)
        return items, responses, ages

    def observe(self) -> Any:
        """Returns the observations of all sessions, batched, in the form of the layout; nothing in them is written later."""
        layout = self.setup.layout
        if layout.form == "flat":
            return self.flat_observations()
        if layout.form == "state":
            return np.concatenate([self.flat_observations(), self.hidden()], axis=1)
        items, responses, ages = self.recent(layout.length)
        if layout.form == "items":
            return items.astype(np.int64)
        history = items if layout.by_number else self.setup.padded_vectors[items]
        context = self.flat_observations()[:, layout.slices["context"]]
        present = (items > 0).astype(np.int8)
        hidden = {"hidden": self.hidden()} if layout.hidden else {}
        return hidden | {
            "history": history,
            "feedback": responses,
            "age": ages,
            "present": present,
            "context": context.copy(),
        }

    def hidden(self) -> np.ndarray:
        """Returns (N, H) float32 what the layout shows of what is hidden of users, field by field, clipped to the fields' ranges."""
        layout = self.setup.layout
        shown = np.empty((self.size, layout.hidden_width), np.float32)
        for field in layout.hidden:
            columns = self.users[field.name].reshape(self.size, field.size)
            shown[:, layout.hidden_slices[field.name]] = np.clip(columns, field.low, field.high)
        return shown

    def flat_observations(self) -> np.ndarray:
        """Returns the (N, W) float32 flat observations, whatever the form: liked, recent, ignored and current item's vectors, then the context."""
        observations = np.empty((self.size, self._width), np.float32)
        self._show(self._arrays, self.world.arrays, observations)
        return observations

    def snapshot(self) -> Mapping[str, Any]:
        """Returns a copy of everything that decides what happens next."""
        state = {name: getattr(self, name).copy() for name in _STATE}
        return state | {"generators": copy.deepcopy(self.generators), "of": self._identity()}

    def _identity(self) -> dict[str, Any]:
        """What has to be equal for records of other sessions to mean the same here."""
        world = self.world
        return {
            "scenario": world.scenario.name,
            "rows": self.size,
            "items": world.catalogue.fingerprint,
            "world_seed": world.world_seed,
            "columns": world.vectors.shape[1],
            "population": zlib.crc32(world.people[:4].tobytes()),  # of another split, it is of others
            **asdict(world.parameters),
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Goes back to a snapshot, which stays good for another time.

        Raises:
            ValueError: if it is of other sessions: another scenario, world, catalogue, or number of rows.
        """
        mine, other = self._identity(), snapshot.get("of", {})
        differing = [
            f"{name} {other.get(name)!r} in place of {mine[name]!r}"
            for name in mine
            if other.get(name) != mine[name]
        ]
        if differing:
            raise ValueError(
                f"The snapshot is of other sessions, with {', '.join(differing)}; go back to it in an environment that was made in the same way."
            )
        for name in _STATE:
            getattr(self, name)[...] = snapshot[name]
        self.generators = copy.deepcopy(snapshot["generators"])


def _serve(
    jobs: SimpleQueue[Any], step_pieces: Callable[..., Any], fixed: tuple[Any, ...], thread: int
) -> None:
    """Takes part in one step after another until there is a job that is none. Holds arrays only, so that the sessions can be forgotten."""
    while (job := jobs.get()) is not None:
        step_pieces(*fixed, *job, thread)
        del job  # its arrays are as large as all observations


def _end(queues: list[SimpleQueue[Any]]) -> None:
    """Ends the threads that serve these queues, and empties the list."""
    for jobs in queues:
        jobs.put(None)
    queues.clear()


def _scratches(num_threads: int, slate_size: int, outcomes: int, num_signals: int) -> list[Scratch]:
    """Returns each thread's scratch, so far apart that no two threads write to one cache line: each write would take it from the other."""
    ends = np.cumsum([slate_size, outcomes, num_signals])
    block = np.zeros((num_threads, ends[-1] + _APART))
    return [Scratch(*np.split(own[: ends[-1]], ends[:-1])) for own in block]


def _salt(name: str) -> np.uint64:
    """Sets the noise of scenarios apart: equal seeds shall not mean equal luck in all of them."""
    return np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little"))
