"""Offline data: sessions of a policy with their observations and masks, and how Minari and d3rlpy take them.

`collect` plays sessions on the native vector environment through its public face. `to_minari` and `from_minari` write and read Minari's format;
`to_d3rlpy` makes a dataset for d3rlpy. The masks of what was available go along in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode

from recgym.core.arguments import shortened, unknown_name, whole_number
from recgym.core.seeds import Purpose, seed_for
from recgym.evaluation.rollouts import ActsOnBatches, Policy
from recgym.task.actions import NOTHING
from recgym.task.task import Task
from train.runs import OF_ROWS

if TYPE_CHECKING:
    from d3rlpy.dataset import MDPDataset
    from minari import MinariDataset

VectorWrapper = Callable[[Any], gym.vector.VectorEnv[Any, Any, Any]]
"""Puts a wrapper around a vector environment."""
_ACTIONS = ("asked", "shown")
_MASK = "action_mask"


@dataclass(frozen=True, eq=False)
class Episode:
    """One session of T steps.

    Attributes:
        observations: (T + 1, ...) as the environment gives them, or a dict of such arrays; the last one is of the session's end.
        actions: (T,) items or (T, K) slates that were asked for.
        rewards: (T,) float64.
        terminated: Whether the user left at the last step.
        truncated: Whether the last step reached the horizon.
        infos: What the environment tells beside, from the reset on, each (T + 1, ...): ``action_mask`` (T + 1, I) what is available at an
            observation; ``shown`` (T + 1, K), ``attended``, ``repaired`` and each signal by its name, what happened in the step before it.
        seed: ``reset(seed=seed)`` of the environment begins the same session; ``None`` if it is not known.
    """

    observations: Any
    actions: np.ndarray
    rewards: np.ndarray
    terminated: bool
    truncated: bool
    infos: Mapping[str, np.ndarray]
    seed: int | None

    def __len__(self) -> int:
        """Steps, T."""
        return len(self.rewards)

    @property
    def masks(self) -> np.ndarray:
        """(T + 1, I) int8, which items are available at each observation."""
        return self.infos[_MASK]

    @property
    def shown(self) -> np.ndarray:
        """(T, K) int64 what the user saw at each step, -1 for an empty place."""
        return self.infos["shown"][1:]


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
            ``begin(rows)`` is called with the rows in which a session begins.
        num_sessions: Sessions to play, each with a user of its own.
        seed: Of the users and their noise. Neither training nor evaluation meets them with the same luck.
        num_envs: Rows that are played at a time. Which sessions are played does not depend on it; what a policy draws may.
        wrapper: Is put around the vector environment, for instance to place slates item by item.
        **arguments: Of the environment.

    Raises:
        TypeError, ValueError: for an argument or an action that is not allowed.
    """
    num_sessions = whole_number("num_sessions", num_sessions, 1)
    size = min(whole_number("num_envs", num_envs, 1), num_sessions)
    first = seed_for(Purpose.COLLECTION, whole_number("seed", seed, 0), arguments.get("world_seed", 0))
    act: Any = policy.act if isinstance(policy, ActsOnBatches) else policy
    if not callable(act):
        raise TypeError(
            f"{shortened(policy)} is no policy. Pass a function (observations, masks) -> actions, or an agent with act(observations, masks)."
        )
    begin = getattr(policy, "begin", lambda rows: None)
    native: Any = gym.make_vec(
        env_id,
        num_envs=size,
        vectorization_mode="vector_entry_point",
        autoreset_mode=AutoresetMode.DISABLED,
        **arguments,
    )
    task: Task = native.unwrapped.task
    envs: Any = native if wrapper is None else wrapper(native)
    names = (*task.signal_names, "shown", "attended", "repaired", _MASK)
    steps: list[tuple[Any, ...]] = []  # of all rows: before it, actions, rewards, after it
    numbers, starts = (
        np.arange(size),
        np.zeros(size, np.int64),
    )  # which session a row plays, and since which step
    episodes: dict[int, Episode] = {}
    following = size
    observations, infos = envs.reset(seed=(first + numbers).tolist())
    begin(np.arange(size))
    while len(episodes) < num_sessions:
        before = observations, {name: infos[name] for name in names}
        actions = np.asarray(act(observations, infos[_MASK]))
        observations, rewards, terminated, truncated, infos = envs.step(actions)
        steps.append((before, actions, rewards, (observations, {name: infos[name] for name in names})))
        over = terminated | truncated
        if not over.any():
            continue
        seeds: list[int | None] = [None] * size
        for row in np.flatnonzero(over).tolist():
            number = int(numbers[row])
            if number < num_sessions:  # a row that finds no session left plays on, and is not kept
                ended = bool(terminated[row]), bool(truncated[row])
                episodes[number] = _cut(steps[starts[row] :], row, *ended, seed=first + number)
            numbers[row], starts[row], seeds[row] = following, len(steps), first + following
            following += 1
        observations, infos = envs.reset(seed=seeds, options={"reset_mask": over})
        begin(np.flatnonzero(over))
    spaces = envs.single_observation_space, envs.single_action_space
    envs.close()
    return OfflineData(env_id, dict(arguments), task, *spaces, [episodes[n] for n in range(num_sessions)])


def to_minari(data: OfflineData, dataset_id: str, **metadata: Any) -> MinariDataset:
    """Writes a dataset where Minari keeps them (``MINARI_DATASETS_PATH``), so that ``minari.load_dataset(dataset_id)`` finds it.

    It has the layout of Minari's own ``DataCollector(record_infos=True)``: the infos of each episode go from the reset on, ``action_mask``
    (T + 1, I) among them. ``recover_environment()`` makes the environment again, ``recover_environment(eval_env=True)`` the one of held-out users.

    Args:
        data: Sessions.
        dataset_id: For instance ``"recgym/news/mixed-v0"``.
        **metadata: As ``minari.create_dataset_from_buffers`` takes it: ``algorithm_name``, ``author``, ``author_email``, ``code_permalink``,
            ``description``; Minari warns of those that are missing.

    Raises:
        ValueError: if the id is no name with a version, there is a dataset of that id already, or the sessions were played through a wrapper: the environment that Minari
            recovers would not fit them.
    """
    import minari
    from minari.data_collector import EpisodeBuffer
    from minari.dataset.minari_dataset import parse_dataset_id

    try:
        version = parse_dataset_id(dataset_id)[2]
    except (TypeError, ValueError):
        version = None
    if version is None:
        raise ValueError(
            f"dataset_id={dataset_id!r} is no name with a version, as Minari wants it, such as 'recgym/sessions-v0'."
        )
    kwargs = {name: value for name, value in data.env_kwargs.items() if name not in OF_ROWS}
    env = gym.make(data.env_id, **kwargs)
    if env.action_space != data.action_space or env.observation_space != data.observation_space:
        raise ValueError(
            f"These sessions of {data.env_id} were played through a wrapper: actions {data.action_space}. Minari recovers the environment from "
            f"its id, whose actions are {env.action_space}; collect without the wrapper."
        )
    if dataset_id in minari.list_local_datasets():
        raise ValueError(
            f"Minari has a dataset {dataset_id!r} already. Take another id, or delete it with minari.delete_dataset({dataset_id!r})."
        )
    buffers = [
        EpisodeBuffer(
            id=number,
            seed=episode.seed,
            observations=episode.observations,
            actions=episode.actions,
            rewards=list(episode.rewards),
            terminations=list(_at_end(episode, episode.terminated)),
            truncations=list(_at_end(episode, episode.truncated)),
            infos=dict(episode.infos),
        )
        for number, episode in enumerate(data.episodes)
    ]
    held_out = gym.make(data.env_id, **{**kwargs, "split": "test"})
    given = {"eval_env": held_out, "requirements": ["recgym"], **metadata}
    written = minari.create_dataset_from_buffers(dataset_id, buffers, env=env, **given)
    env.close()
    held_out.close()
    return written


def from_minari(dataset: MinariDataset) -> OfflineData:
    """Reads what `to_minari` wrote, or Minari's ``DataCollector(record_infos=True)`` around one of recgym's environments.

    Args:
        dataset: As ``minari.load_dataset`` returns it.

    Raises:
        ValueError: if it holds no masks.
    """
    env = dataset.recover_environment()
    task: Task = env.unwrapped.task
    metadata = dataset.storage.get_episode_metadata(dataset.episode_indices)
    episodes = []
    for stored, facts in zip(dataset.iterate_episodes(), metadata, strict=True):
        if _MASK not in (stored.infos or {}):
            raise ValueError(
                f"Episode {stored.id} of this dataset has no infos[{_MASK!r}]. Collect it with train.offline_data.collect, or with "
                "minari.DataCollector(env, record_infos=True)."
            )
        ended = bool(stored.terminations[-1]), bool(stored.truncations[-1])
        episodes.append(
            Episode(
                stored.observations,
                stored.actions,
                stored.rewards,
                *ended,
                infos=stored.infos,
                seed=facts.get("seed"),
            )
        )
    spaces = dataset.observation_space, dataset.action_space
    return OfflineData(env.spec.id, dict(env.spec.kwargs), task, *spaces, episodes)


def to_d3rlpy(
    data: OfflineData, *, actions: Literal["asked", "shown"] = "asked", mask_columns: bool = False
) -> MDPDataset:
    """Makes a dataset for d3rlpy's algorithms for discrete actions.

    In d3rlpy's format a step leads to the following observation of its episode. The last step of a session that reached the horizon has none,
    and is not learned from; where the user left, the last step is terminal.

    Args:
        data: Sessions with one choice per action.
        actions: ``"asked"`` for the items that the policy asked for; ``"shown"`` for those that took the places of items that were not
            available.
        mask_columns: Whether the mask of what is available stands behind the observation, as I more columns: d3rlpy has no place for masks of
            its own. What is trained so decides on observations from `d3rlpy_observations`.

    Raises:
        ValueError: for slates, for which d3rlpy has no algorithm, or an unknown word.
    """
    from d3rlpy.constants import ActionSpace
    from d3rlpy.dataset import MDPDataset

    if actions not in _ACTIONS:
        raise ValueError(unknown_name("value of actions", actions, _ACTIONS))
    if not isinstance(data.action_space, gym.spaces.Discrete):
        raise ValueError(
            f"d3rlpy's algorithms make one choice at a time; these actions are {data.action_space}. Collect with a wrapper that places a slate "
            "item by item."
        )
    if actions == "shown" and data.task.slate_size > 1:
        raise ValueError('actions="shown" is for single items: what was shown of a slate is not one choice.')
    observations, chosen = [], []
    for episode in data.episodes:
        seen = episode.observations
        started = {name: part[:-1] for name, part in seen.items()} if isinstance(seen, dict) else seen[:-1]
        observations.append(d3rlpy_observations(started, episode.masks[:-1], mask_columns=mask_columns))
        shown = episode.shown[:, 0]
        asked = actions == "asked"
        chosen.append(episode.actions if asked else np.where(shown == NOTHING, episode.actions, shown))
    return MDPDataset(
        observations=np.concatenate(observations),
        actions=np.concatenate(chosen),
        rewards=np.concatenate([episode.rewards for episode in data.episodes]).astype(np.float32),
        terminals=np.concatenate([_at_end(episode, episode.terminated) for episode in data.episodes]),
        timeouts=np.concatenate([_at_end(episode, not episode.terminated) for episode in data.episodes]),
        action_space=ActionSpace.DISCRETE,
        action_size=int(data.action_space.n),
    )


def d3rlpy_observations(observations: Any, masks: np.ndarray, *, mask_columns: bool = False) -> np.ndarray:
    """Returns a batch of observations as d3rlpy's algorithms take them: (N, columns) float32.

    Args:
        observations: A batch as the environment gives it; the parts of a dict stand side by side.
        masks: (N, I) of what is available.
        mask_columns: Whether the masks stand behind.
    """
    parts = list(observations.values()) if isinstance(observations, dict) else [observations]
    if mask_columns:
        parts.append(masks)
    columns = [np.asarray(part, np.float32).reshape(len(masks), -1) for part in parts]
    return columns[0] if len(columns) == 1 else np.concatenate(columns, axis=1)


def _cut(
    steps: Sequence[tuple[Any, ...]], row: int, terminated: bool, truncated: bool, *, seed: int
) -> Episode:
    """Takes a row's session out of the steps of all rows."""
    seen = [steps[0][0]] + [after for _, _, _, after in steps]
    first = seen[0][0]
    observations: Any
    if isinstance(first, dict):
        observations = {name: np.stack([part[0][name][row] for part in seen]) for name in first}
    else:
        observations = np.stack([part[0][row] for part in seen])
    return Episode(
        observations,
        actions=np.stack([actions[row] for _, actions, _, _ in steps]),
        rewards=np.array([rewards[row] for _, _, rewards, _ in steps]),
        terminated=terminated,
        truncated=truncated,
        infos={name: np.stack([part[1][name][row] for part in seen]) for name in seen[0][1]},
        seed=seed,
    )


def _at_end(episode: Episode, flag: bool) -> np.ndarray:
    """Returns (T,) bool: a flag at the last step."""
    return (np.arange(len(episode)) == len(episode) - 1) & flag
