"""The contract of an agent: it is given a task, it decides for many users at once, it may learn, and it can be saved."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import Any, ClassVar, NamedTuple

import numpy as np

from recgym.core.arguments import shortened, unknown_name, whole_number
from recgym.core.seeds import Purpose, seed_for
from recgym.task import Task
from recgym.task.layout import LONGEST_SEQUENCE

BY_ITEM_NUMBERS: Mapping[str, Any] = {"observation": "ids", "sequence_length": LONGEST_SEQUENCE}
"""Arguments of an environment whose histories are as long as they may be, told by item numbers: `Agent.observes` of agents with embeddings of their own."""


class Transitions(NamedTuple):
    """A step of N sessions."""

    observations: Any  # batch of N, as the environment gives them
    actions: np.ndarray  # (N,) or (N, slate_size), what the agent asked for
    rewards: np.ndarray  # (N,)
    terminated: np.ndarray  # (N,) bool: the user left
    truncated: np.ndarray  # (N,) bool: the horizon
    next_observations: Any  # batch of N; of rows that ended, the last of their session
    masks: np.ndarray  # (N, I) bool, what could be shown
    next_masks: np.ndarray  # (N, I) bool, what can be shown next
    shown: np.ndarray  # (N, slate_size) int64, what the users saw, -1 for an empty place: learn from these, not from what was asked for
    signals: Mapping[str, np.ndarray]  # name -> (N,), for each signal of the task
    log_probabilities: np.ndarray | None = None  # (N,) of the actions, for agents that ask for them
    attended: np.ndarray | None = (
        None  # (N,) int64, the place that the users attended to: the clicked item's, else the first that is not empty, else -1
    )


class Recommendation(NamedTuple):
    """An item that is recommended."""

    item: int  # its number, the action that shows it
    id: str
    title: str
    score: float  # of the agent's own kind: higher is better, and comparable within one list


class Agent(ABC):
    """Decides what to show to each of N users. It holds a task and what it learned, and nothing else of an environment.

    A subclass takes its options in `prepare` and chooses in `act`; `scores`, `learn`, `begin`, `probabilities`, `state_dict` and `load_state_dict` are there for
    those that need them. Nothing has to be registered: ``agents.load("my_package.my_module:MyAgent", env)``.

    Args:
        name: Under which it was loaded.
        task: What may be known of the environment.
        seed: Of its draws and of the users that it is trained on, at least 0.
        **options: Of the agent; plain values, so that they can be saved.

    Attributes:
        name: As given.
        task: As given.
        seed: As given.
        options: As given.
        generator: For its own draws.
        trainings: How often `fit` was called; each call meets users of its own.
        steps_trained: Steps of the last training that it has learned from, over all rows; 0 before the first. A training that was cut short goes on from
            there.
        defaults: ``steps`` and ``num_envs`` of a training, and options that differ from their defaults, for an agent without a file in
            ``train/hyperparams``.
        wants_log_probabilities: Whether `fit` is to tell the log-probabilities of the actions; the agent must have `probabilities`.
        observes: Arguments of the environment that give it the observations which it reads, ``observation`` and ``sequence_length``; empty if it
            reads any. The commands make its environment with them.
        reads_hidden: Whether it has a use for what is hidden of users, where observations show it (``observation="state"``): a study of what that
            knowledge is worth. `agents.load` wants ``privileged=True`` with them.
        scores_by_memory: Whether `scores` may depend on what `begin` clears, so that `recommend` calls it. Agents that remember in order to learn, and for
            nothing else, say ``False``: who asks during a training does not disturb it.
    """

    defaults: ClassVar[Mapping[str, Any]] = {}
    wants_log_probabilities: ClassVar[bool] = False
    observes: ClassVar[Mapping[str, Any]] = {}
    reads_hidden: ClassVar[bool] = False
    scores_by_memory: ClassVar[bool] = True

    def __init__(self, name: str, task: Task, *, seed: int = 0, **options: Any) -> None:
        """See the class."""
        if not isinstance(task, Task):
            raise TypeError(
                f"task is a {type(task).__name__}; pass env.unwrapped.task, or make the agent by agents.load(name, env)."
            )
        signature = inspect.signature(self.prepare).parameters
        known = [
            key for key, parameter in signature.items() if parameter.kind != inspect.Parameter.VAR_KEYWORD
        ]
        for option in options:
            if option not in known and len(known) == len(signature):
                raise ValueError(unknown_name(f"option of agent {name!r}", option, known))
        self.name = name
        self.task = task
        self.seed = whole_number("seed", seed, 0)
        self.options = options
        self.generator = np.random.default_rng(seed_for(Purpose.POLICY, self.seed))
        self.trainings = 0
        self.steps_trained = 0
        self.prepare(**options)

    @classmethod
    def observing(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns ``observes`` for an agent with these options; override it where they decide what is read."""
        return cls.observes

    def prepare(self) -> None:  # noqa: B027 - not every agent has options
        """Takes the agent's options, checks them and sets it up."""

    @abstractmethod
    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """Chooses what to show.

        Args:
            observations: A batch of N, as the environment gives them.
            masks: (N, I), which items are available; all of them if ``None``.
            explore: Whether to try things out, as in training.

        Returns:
            Items (N,) int64, or slates (N, slate_size).
        """

    def learn(self, transitions: Transitions) -> None:  # noqa: B027 - not every agent learns
        """Learns from a step of N sessions. An agent that has nothing to learn, or learns in `fit` alone, lets it pass."""

    def begin(self, rows: np.ndarray) -> None:  # noqa: B027 - not every agent remembers
        """Is told that rows (M,) of the batch begin a new session, before the first `act` on it: for agents that remember more than they observe."""

    def probabilities(
        self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False
    ) -> np.ndarray:
        """Returns the probabilities (N, I) with which `act` shows each item; the arguments are those of `act`.

        Of a slate, those of its first place: the items of the others are drawn without replacement, in proportion to them.

        Raises:
            NotImplementedError: if the agent cannot tell.
        """
        raise NotImplementedError(f"The {self.name} agent does not tell its probabilities.")

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """Returns how good each item seems (N, I), higher being better, or (1, I) if that is the same for all users; `recommend` ranks by them.

        Args:
            observations: A batch of N, as the environment gives them.
            available: (N, I) bool; scores of items that are not available are not looked at.
            explore: Whether to try things out, as in training.

        Raises:
            NotImplementedError: if the agent has none.
        """
        raise NotImplementedError(
            f"The {self.name} agent does not score items: implement scores(observations, available, explore)."
        )

    def _ranking(self, observations: Any, available: np.ndarray) -> np.ndarray:
        """Returns scores without exploration, for agents whose `scores` hold a draw to override."""
        return self.scores(observations, available, False)

    def _ranking_for_newcomers(self, observations: Any, available: np.ndarray) -> np.ndarray:
        """Returns scores for people who were not there before; sessions that run go on as they were."""
        if self.scores_by_memory:
            self.begin(np.arange(len(available)))
        return self._ranking(observations, available)

    def recommend(
        self,
        history: Sequence[int | str] = (),
        feedback: Sequence[float] | None = None,
        k: int = 10,
        *,
        context: Mapping[str, float] | None = None,
        repeat: bool = False,
    ) -> list[Recommendation]:
        """Recommends items to somebody, without an environment.

        Args:
            history: What they browsed, oldest first: ids, titles or item numbers; empty for a newcomer.
            feedback: What they thought of each: 0 ignored, 1 clicked, 2 clicked and liked; all were clicked if ``None``.
            k: How many items, at least 1; fewer come back if there are no more.
            context: Features of the context that are known, by name.
            repeat: Whether items of the history may come again.

        Returns:
            Items with their titles and scores, the best first.

        Raises:
            ValueError: for an item that does not exist (the nearest titles are told), feedback of another length or value, or ``k`` out of range.
            NotImplementedError: if the agent does not score items.

        >>> import agents, gymnasium as gym
        >>> agent = agents.load("nearest", gym.make("recgym:RecVideo-v0"))
        >>> [first, second] = agent.recommend(history=[3, 14], k=2)
        >>> first.score >= second.score
        True
        """
        count = whole_number("k", k, 1)
        observation = self.task.observe(history, feedback, context)
        batch = (
            {name: part[None] for name, part in observation.items()}
            if isinstance(observation, dict)
            else observation[None]
        )
        open_to = np.ones((1, self.task.num_items), np.bool_)
        if not repeat:
            open_to[0, [self.task.item_number(item) for item in history]] = False
        scores = np.broadcast_to(self._ranking_for_newcomers(batch, open_to), open_to.shape)[0]
        order = np.argsort(-np.where(open_to[0], scores, -np.inf), kind="stable")
        chosen = order[: min(count, int(open_to.sum()))]
        catalogue = self.task.catalogue
        return [
            Recommendation(int(item), catalogue.ids[item], catalogue.titles[item], float(scores[item]))
            for item in chosen
        ]

    def policy(self) -> Callable[..., np.ndarray]:
        """Returns the agent, without exploration, as a plain function ``(observations, masks) -> actions``."""
        return lambda observations, masks=None: self.act(observations, masks)

    def fit(
        self,
        env: Any,
        steps: int,
        *,
        logdir: str | PathLike[str] | None = None,
        progress: bool = False,
        resume: bool = False,
        watch: Watch | None = None,
    ) -> None:
        """Trains in an environment. Called again, it learns on, with users that were not met before.

        An agent with a loop of its own sets ``steps_trained`` in it, and calls ``watch``; if it does not take these two arguments, it is trained without
        checkpoints.

        Args:
            env: What ``gym.make_vec`` returned, with ``autoreset_mode=AutoresetMode.DISABLED``; wrappers that leave observations and actions as they
                are may be around it, and are heeded.
            steps: Steps to take, at least one, counted over all rows and rounded up to whole vector steps.
            logdir: Where TensorBoard finds the metrics of the sessions that ended; nowhere if ``None``.
            progress: Whether to show a progress bar.
            resume: Whether to go on with the last training where it was cut short, after ``steps_trained`` of the ``steps``: schedules and the counter
                of steps go on from there. Sessions that were running then are not played on; the users are new.
            watch: Called with the agent after each step at which it can be saved; what it raises ends the training, and comes out of `fit`.

        Raises:
            TypeError: if it is not such an environment, or a wrapper changes what is observed or what an action is.
            ValueError: if it resets by itself, is of another task, ``steps`` is out of range, or there is nothing left to go on with.
        """
        from agents.training import train_agent

        with self.around_training(env, steps, resume):
            train_agent(self, env, steps, logdir=logdir, progress=progress, resume=resume, watch=watch)

    @contextmanager
    def around_training(self, env: Any, steps: int, resume: bool) -> Iterator[None]:
        """Is entered before `fit` trains, and left when it is over, however it ends: for agents that hold something for as long as that.

        Args:
            env: As `fit` was given it, not checked yet.
            steps: As given.
            resume: As given.
        """
        yield

    def save(self, folder: str | PathLike[str]) -> None:
        """Writes the agent and its task into a folder of their own; `agents.load_saved` reads it, without an environment.

        The folder is made if it is not there. An agent that was saved in it before is replaced once the new one is written, and not touched if that
        fails.

        Raises:
            FileExistsError: if the folder holds anything else.
            OSError: if it cannot be written, for instance because the disk is full.
            ValueError: if an option is no plain value, or the agent's class cannot be found by its name.
        """
        from agents.saving import save_agent

        save_agent(self, folder)

    def state_dict(self) -> dict[str, np.ndarray]:
        """Returns what was learned, as arrays by name; `save` writes them."""
        return {}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:  # noqa: B027
        """Takes what `state_dict` returned."""

    def item_embeddings(self) -> np.ndarray | None:
        """Returns where an agent that learns vectors of the items has put them, (I, H); ``None`` for one that does not. TensorBoard shows them."""
        return None

    def available(self, size: int, masks: np.ndarray | None) -> np.ndarray:
        """Returns the masks of a batch as (N, I) bool, read only.

        Args:
            size: N.
            masks: (N, I), or ``None`` for all items.

        Raises:
            ValueError: if they have another shape.
        """
        shape = (size, self.task.num_items)
        if masks is None:
            return np.broadcast_to(np.True_, shape)
        given = np.asarray(masks)
        if given.shape != shape:
            raise ValueError(f"masks have shape {given.shape}; they must be {shape}: users, items.")
        return given == 1

    def __repr__(self) -> str:
        """Returns the name, the seed, the options and the task."""
        options = "".join(f", {name}={shortened(value)}" for name, value in self.options.items())
        return f"<{type(self).__name__} {self.name!r}, seed={self.seed}{options}, {self.task!r}>"


Watch = Callable[[Agent], None]
"""Looks on while an agent is trained: may save it, measure a copy of it, and end the training by raising."""


def task_of(env_or_task: Any) -> Task:
    """Returns a task, or that of an environment, single or vector, wrapped or not.

    Raises:
        TypeError: if it is neither.
    """
    if isinstance(env_or_task, Task):
        return env_or_task
    native = getattr(env_or_task, "unwrapped", env_or_task)
    task = getattr(native, "task", None)
    if not isinstance(task, Task):
        raise TypeError(
            f"env is a {type(native).__name__}, which has no task; agents are made for recgym's environments, such as "
            "gym.make('recgym:RecEcommerce-v0'), or for a recgym.task.Task."
        )
    return task
