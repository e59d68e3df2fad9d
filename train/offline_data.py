"""Offline data: sessions of a policy with their observations and masks, and how Minari and d3rlpy take them.

`collect` plays sessions on the native vector environment through its public face. `to_minari` and `from_minari` write and read Minari's format;
`to_d3rlpy` makes a dataset for d3rlpy. The masks of what was available go along in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode

from recgym.core.arguments import shortened, unknown_name, whole_number
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.rollouts import ActsOnBatches, Policy
from recgym.task.actions import NOTHING
from recgym.task.task import Task

if TYPE_CHECKING:
    from d3rlpy.dataset import MDPDataset
    from minari import MinariDataset

ACTIONS = ("asked", "shown")
MASKS = ("drop", "append")
_SHOWN, _ATTENDED, _REPAIRED, _MASK = "shown", "attended", "repaired", "action_mask"
VectorWrapper = Callable[[gym.vector.VectorEnv[Any, Any, Any]], gym.vector.VectorEnv[Any, Any, Any]]


@dataclass(frozen=True, eq=False)
class Episode:
    """One session of T steps.

    Attributes:
        observations: (T + 1, ...) as the environment gives them, or a dict of such arrays; the last one is of the session's end.
        actions: (T,) items or (T, K) slates that were asked for.
        shown: (T, K) what the user saw, -1 for an empty place.
        attended: (T,) place that the user attended to, -1 for none.
        repaired: (T,) in how many places something else was shown than asked for.
        rewards: (T,) float64.
        signals: Name -> (T,) float64.
        masks: (T + 1, I) int8, which items were available.
        terminated: Whether the user left at the last step.
        truncated: Whether the last step reached the horizon.
        seed: ``reset(seed=seed)`` of the single environment begins the same session.
    """

    observations: Any
    actions: np.ndarray
    shown: np.ndarray
    attended: np.ndarray
    repaired: np.ndarray
    rewards: np.ndarray
    signals: Mapping[str, np.ndarray]
    masks: np.ndarray
    terminated: bool
    truncated: bool
    seed: int

    def __len__(self) -> int:
        """Steps, T."""
        return len(self.rewards)


@dataclass(frozen=True, eq=False)
class OfflineData:
    """Sessions of one policy.

    Attributes:
        env_id: Registered id of the environment.
        env_kwargs: Its arguments.
        task: What may be known of it.
        observation_space: Of one session, as it was played.
        action_space: Of one session, as it was played.
        episodes: The sessions.
    """

    env_id: str
    env_kwargs: Mapping[str, Any]
    task: Task
    observation_space: gym.Space[Any]
    action_space: gym.Space[Any]
    episodes: Sequence[Episode]

    @property
    def num_steps(self) -> int:
        """Steps of all sessions together."""
        return sum(len(episode) for episode in self.episodes)

    @property
    def returns(self) -> np.ndarray:
        """(N,) sum of each session's rewards."""
        return np.array([episode.rewards.sum() for episode in self.episodes])


def collect(
    env_id: str,
    policy: Policy | ActsOnBatches,
    num_sessions: int,
    seed: int = 0,
    *,
    num_envs: int = 64,
    wrapper: VectorWrapper | None = None,
    **arguments: Any,
) -> OfflineData:
    """Plays sessions with a policy and keeps everything that comes back.

    Args:
        env_id: A registered id.
        policy: A function ``(observations, masks) -> actions`` of a batch of sessions, masks being (N, I) int8; or an agent. An agent's
            ``begin(rows)`` is called for rows in which a session begins.
        num_sessions: Sessions to play, each with a user of its own.
        seed: Of the users and their noise. No training and no evaluation meets them with the same luck.
        num_envs: Rows that are played at a time. Which sessions are played does not depend on it; what a policy draws may.
        wrapper: For instance ``recgym.wrappers.VectorSlateItemByItem``: is put around the vector environment.
        **arguments: Of the environment.

    Raises:
        TypeError, ValueError: for an argument or an action that is not allowed.
    """
    num_sessions = whole_number("num_sessions", num_sessions, 1)
    size = min(whole_number("num_envs", num_envs, 1), num_sessions)
    native = gym.make_vec(
        env_id,
        num_envs=size,
        vectorization_mode="vector_entry_point",
        autoreset_mode=AutoresetMode.DISABLED,
        **arguments,
    )
    envs = native if wrapper is None else wrapper(native)
    task: Task = native.unwrapped.task  # type: ignore[attr-defined]
    if isinstance(policy, ActsOnBatches):
        act: Policy = policy.act
        begin = getattr(policy, "begin", None)
    elif callable(policy):
        act, begin = policy, None
    else:
        raise TypeError(
            f"{shortened(policy)} is no policy. Pass a function (observations, masks) -> actions, or an agent with act(observations, masks)."
        )
    first = seed_for(Purpose.COLLECTION, whole_number("seed", seed, 0), arguments.get("world_seed", 0))
    rows = [_Row(task.signal_names) for _ in range(size)]
    numbers = list(range(size))  # which session each row plays; rows that find none left play on, unseen
    episodes: list[Episode | None] = [None] * num_sessions
    missing, following = num_sessions, size
    observations, infos = envs.reset(seed=[first + number for number in numbers])
    for row in range(size):
        rows[row].begin(_row_of(observations, row), infos[_MASK][row])
    if begin is not None:
        begin(np.arange(size))
    while missing:
        actions = np.asarray(act(observations, infos[_MASK]))
        observations, rewards, terminated, truncated, infos = envs.step(actions)
        over = terminated | truncated
        for row in range(size):
            if numbers[row] >= num_sessions:
                continue
            rows[row].add(
                _row_of(observations, row), actions[row], rewards[row], infos, row
            )
            if over[row]:
                ended = bool(terminated[row]), bool(truncated[row])
                episodes[numbers[row]] = rows[row].episode(*ended, seed=first + numbers[row])
                missing -= 1
        if over.any() and missing:
            seeds: list[int | None] = [None] * size
            for row in np.flatnonzero(over).tolist():
                numbers[row] = following
                seeds[row] = first + following
                following += 1
            observations, infos = envs.reset(seed=seeds, options={"reset_mask": over})
            for row in np.flatnonzero(over).tolist():
                rows[row].begin(_row_of(observations, row), infos[_MASK][row])
            if begin is not None:
                begin(np.flatnonzero(over))
    spaces = envs.single_observation_space, envs.single_action_space
    envs.close()
    finished = [episode for episode in episodes if episode is not None]
    return OfflineData(env_id, dict(arguments), task, *spaces, finished)


def to_minari(
    data: OfflineData,
    dataset_id: str,
    *,
    algorithm_name: str | None = None,
    author: str | None = None,
    description: str | None = None,
) -> MinariDataset:
    """Writes a dataset where Minari keeps them (``MINARI_DATASETS_PATH``), so that ``minari.load_dataset(dataset_id)`` finds it.

    Each episode's infos are those of the environment, from the reset on: ``action_mask`` (T + 1, I), ``shown``, ``attended``, ``repaired``, and
    each signal, in the layout of Minari's own ``DataCollector(record_infos=True)``. ``recover_environment()`` makes the environment again.

    Args:
        data: Sessions.
        dataset_id: For instance ``"recgym/news/mixed-v0"``.
        algorithm_name: Of the policy.
        author: Of the data.
        description: Of the data.

    Raises:
        ValueError: if there is a dataset of that id already, or the sessions were played through a wrapper: the environment that Minari
            recovers would not fit them.
    """
    import minari
    from minari.data_collector import EpisodeBuffer

    spec = _single_spec(data)
    env = gym.make(spec)
    if env.action_space != data.action_space or env.observation_space != data.observation_space:
        raise ValueError(
            f"These sessions of {data.env_id} were played through a wrapper: actions {data.action_space}. Minari recovers the environment from "
            "its id, whose spaces are others; collect without the wrapper."
        )
    if dataset_id in minari.list_local_datasets():
        raise ValueError(
            f"Minari has a dataset {dataset_id!r} already. Take another id, or delete it with minari.delete_dataset."
        )
    buffers = []
    for number, episode in enumerate(data.episodes):
        length = len(episode)
        over = np.arange(length) == length - 1
        buffers.append(
            EpisodeBuffer(
                id=number,
                seed=episode.seed,
                observations=episode.observations,
                actions=episode.actions,
                rewards=episode.rewards,
                terminations=over & episode.terminated,
                truncations=over & episode.truncated,
                infos=_infos_from_reset_on(episode),
            )
        )
    return minari.create_dataset_from_buffers(
        dataset_id,
        buffers,
        env=env,
        algorithm_name=algorithm_name,
        author=author,
        description=description,
        requirements=["recgym"],
    )


def from_minari(dataset: MinariDataset) -> OfflineData:
    """Reads what `to_minari` wrote, or Minari's ``DataCollector(record_infos=True)`` around one of recgym's environments.

    Args:
        dataset: As ``minari.load_dataset`` returns it.

    Raises:
        ValueError: if it holds no masks.
    """
    env = dataset.recover_environment()
    task: Task = env.unwrapped.task
    names = task.signal_names
    episodes = []
    for stored in dataset.iterate_episodes():
        infos = stored.infos
        if not infos or _MASK not in infos:
            raise ValueError(
                f"Episode {stored.id} of this dataset has no infos[{_MASK!r}]. Collect it with train.offline_data, or with "
                "minari.DataCollector(env, record_infos=True)."
            )
        episodes.append(
            Episode(
                observations=stored.observations,
                actions=np.asarray(stored.actions),
                shown=infos[_SHOWN][1:],
                attended=infos[_ATTENDED][1:],
                repaired=infos[_REPAIRED][1:],
                rewards=np.asarray(stored.rewards),
                signals={name: infos[name][1:] for name in names},
                masks=infos[_MASK],
                terminated=bool(stored.terminations[-1]),
                truncated=bool(stored.truncations[-1]),
                seed=int(dataset.storage.get_episode_metadata([stored.id]).__next__().get("seed") or 0),
            )
        )
    spec = env.spec
    return OfflineData(
        spec.id, dict(spec.kwargs), task, dataset.observation_space, dataset.action_space, episodes
    )


def to_d3rlpy(
    data: OfflineData,
    *,
    actions: Literal["asked", "shown"] = "asked",
    masks: Literal["drop", "append"] = "drop",
) -> MDPDataset:
    """Makes a dataset for d3rlpy's discrete algorithms.

    d3rlpy knows transitions within an episode: observation t, action t, reward t, observation t + 1. The last step of a session that reached the
    horizon has no following one in its format, and is not learned from; where the user left, the last step is terminal.

    Args:
        data: Sessions with one item per action.
        actions: ``"asked"`` for the items that the policy asked for, ``"shown"`` for those that took their places.
        masks: ``"append"`` puts the I columns of the mask behind those of the observation, ``"drop"`` leaves them out: d3rlpy has no place for
            masks of its own. `d3rlpy_observations` does the same to the observations on which a trained algorithm shall decide.

    Raises:
        ValueError: for slates, for which d3rlpy has no algorithm, or an unknown word.
    """
    from d3rlpy.constants import ActionSpace
    from d3rlpy.dataset import MDPDataset

    if actions not in ACTIONS:
        raise ValueError(unknown_name("value of actions", actions, ACTIONS))
    if not isinstance(data.action_space, gym.spaces.Discrete):
        raise ValueError(
            f"d3rlpy learns one choice at a time; these actions are {data.action_space}. Collect with wrapper=recgym.wrappers.SlateItemByItem's "
            "vector form, which places a slate item by item."
        )
    if actions == "shown" and data.task.slate_size != 1:
        raise ValueError(
            'actions="shown" is for single items: what was shown of a slate is not one choice.'
        )
    chosen = [
        episode.actions if actions == "asked" else _shown_or_asked(episode) for episode in data.episodes
    ]
    terminals = [_at_end(episode, episode.terminated) for episode in data.episodes]
    timeouts = [_at_end(episode, not episode.terminated) for episode in data.episodes]
    observations = [
        d3rlpy_observations(_until(episode.observations, -1), episode.masks[:-1], masks=masks)
        for episode in data.episodes
    ]
    return MDPDataset(
        observations=np.concatenate(observations),
        actions=np.concatenate(chosen).astype(np.int64),
        rewards=np.concatenate([episode.rewards for episode in data.episodes]).astype(np.float32),
        terminals=np.concatenate(terminals),
        timeouts=np.concatenate(timeouts),
        action_space=ActionSpace.DISCRETE,
        action_size=int(data.action_space.n),
    )


def d3rlpy_observations(
    observations: Any, masks: np.ndarray, *, masks_are: None = None, **keywords: Any
) -> np.ndarray:
    """Placeholder."""
    raise NotImplementedError
