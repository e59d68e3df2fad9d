"""Agents on disk: they act from their folder alone, are whole or not there, and hold nothing that runs."""

from __future__ import annotations

import json
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from agent_making import SMALL, batch_of_one, make, make_for, trained
from playing import run_python

import agents
from recgym.task import Task

NAMES = [*agents.AGENTS, "outside_agent:ThompsonAgent"]


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_agent_decides_as_before(name: str, tmp_path: Path) -> None:
    env = make_for(name, "RecNews-v0")
    agent = trained(name, env)
    agent.save(tmp_path / "agent")
    again = agents.load_saved(tmp_path / "agent")
    assert (again.name, again.seed, again.options, again.trainings) == (name, 0, SMALL.get(name, {}), 1)
    observations, infos = env.reset(seed=9)
    drawn_by_torch = ("ppo", "maskable_ppo", "recurrent_ppo", "a2c")
    for explore in (False,) if name in drawn_by_torch else (False, True):
        agent.generator, again.generator = np.random.default_rng(1), np.random.default_rng(1)
        mine, its = (each.act(observations, infos["action_mask"], explore=explore) for each in (agent, again))
        assert np.array_equal(mine, its)
    agents.load_saved(tmp_path / "agent", make_for(name, "RecNews-v0", num_envs=1, split="test"))


@pytest.mark.parametrize(
    "name", ["linucb", "q_learning", "ppo", "policy_iteration", "outside_agent:ThompsonAgent"]
)
def test_an_agent_acts_from_its_folder_alone(name: str, tmp_path: Path) -> None:
    env = make_for(name, "RecMusic-v0")
    agent = trained(name, env)
    agent.save(tmp_path / "agent")
    task = agent.task
    (expected,) = agent.act(batch_of_one(task.observe([task.titles[3], 8], [2, 0])))
    printed = run_python(
        """
import importlib, sys
import agents
from agent_making import batch_of_one
for module in sys.argv[2:]:
    importlib.import_module(module)
agent = agents.load_saved(sys.argv[1])
observation = agent.task.observe([agent.task.titles[3], 8], [2, 0])
print(*agent.act(batch_of_one(observation)))
print(*(name for name in sys.modules if name.startswith("recgym.envs.")))
""",
        str(tmp_path / "agent"),
        *([name.partition(":")[0]] if ":" in name else []),
        PYTHONPATH=os.pathsep.join(map(str, (Path(__file__).parent, Path(__file__).parent.parent))),
    )
    item, *loaded = printed.splitlines()
    assert int(item) == expected
    assert loaded == [""]  # no environment


@pytest.mark.parametrize("name", ["random", "linucb", "q_learning", "ppo", "dqn", "policy_iteration"])
def test_nothing_that_is_saved_runs_when_it_is_read(name: str, tmp_path: Path) -> None:
    trained(name, make_for(name)).save(tmp_path / "agent")
    files = {path.name for path in (tmp_path / "agent").iterdir()}
    assert files == {"agent.json", "task.json", "task.npz"} | (set() if name == "random" else {"state.npz"})
    for path in (tmp_path / "agent").glob("*.npz"):
        with zipfile.ZipFile(path) as archive:
            assert all(entry.endswith(".npy") for entry in archive.namelist())
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[key].dtype != np.object_ for key in arrays.files)


def test_an_agent_is_replaced_whole(tmp_path: Path) -> None:
    env = make()
    folder = tmp_path / "deep" / "agent"
    for seed in (0, 1):
        agents.load("linucb", env, seed=seed).save(folder)
        assert agents.load_saved(folder).seed == seed
    agents.load("random", env, seed=2).save(folder)
    assert not (folder / "state.npz").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["agent"]


def test_an_agent_that_is_saved_anew_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env, folder = make(), tmp_path / "agent"
    first, second = (trained("popular", env, seed) for seed in (1, 2))
    first.save(folder)
    load, saved = Task.load, []

    def load_late(path: Path) -> Task:
        if not saved:
            saved.append(second.save(folder))
        return load(path)

    monkeypatch.setattr(Task, "load", staticmethod(load_late))
    read = agents.load_saved(folder)
    assert read.seed == 2  # agent.json was read before, and said 1
    for name, learned in second.state_dict().items():
        np.testing.assert_array_equal(read.state_dict()[name], learned)


def test_the_moment_between_two_agents_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, old = tmp_path / "run" / "agent", tmp_path / "run" / "agent.old-1"
    agents.load("random", make()).save(folder)
    folder.rename(old)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            old.rename(folder)

    monkeypatch.setattr(time, "sleep", pause)
    assert agents.load_saved(tmp_path / "run").name == "random"
    assert len(pauses) == 3
    folder.rename(old)  # who saved was killed: it does not come
    with pytest.raises(
        FileNotFoundError, match=r"agent\.json is not there.*killed.* is in agent\.old-1; rename that"
    ):
        agents.load_saved(tmp_path / "run")
    assert len(pauses) < 200
    with pytest.raises(FileNotFoundError, match="No saved agent"):
        agents.load_saved("x**y")


def test_a_folder_with_other_things_is_not_replaced(tmp_path: Path) -> None:
    agent = agents.load("random", make())
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(FileExistsError, match=r"thesis\.tex.*a folder of its own"):
        agent.save(tmp_path)
    with pytest.raises(FileExistsError, match=r"thesis\.tex"):
        agent.save(tmp_path / "thesis.tex")
    assert (tmp_path / "thesis.tex").read_text() == "precious"


@pytest.mark.parametrize(("limit", "file"), [(10_000, "task.npz"), (500_000, "state.npz")])
def test_a_full_disk_leaves_the_old_agent_and_says_what_to_do(limit: int, file: str, tmp_path: Path) -> None:
    printed = run_python(
        """
import resource, signal, sys
import gymnasium as gym, agents, numpy as np
from pathlib import Path
env = gym.make("recgym:RecVideo-v0", num_users=60, num_items=70)
old, new = (agents.load("linucb", env, seed=seed) for seed in (1, 2))
folder = Path(sys.argv[1]) / "agent"
old.save(folder)
new.state_dict = lambda: {"large": np.zeros(100_000)}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    new.save(folder)
except OSError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(agents.load_saved(folder).seed, *(path.name for path in Path(sys.argv[1]).iterdir()))
del new.state_dict
new.save(folder.with_name("elsewhere"))
print(agents.load_saved(folder.with_name("elsewhere")).seed)
""",
        str(tmp_path),
        str(limit),
    )
    error, old, elsewhere = printed.splitlines()
    assert f"could not be saved at {tmp_path / 'agent' / file}. It is still in memory" in error
    assert "agent.save('/another/folder')" in error
    assert old == "1 agent"
    assert elsewhere == "2"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"could not be saved at .*file/agent"):
        agents.load("random", make()).save(tmp_path / "file" / "agent")


def test_saved_agents_meet_their_kind_of_environment_only(tmp_path: Path) -> None:
    agents.load("linucb", make()).save(tmp_path / "agent")
    for arguments, words in (
        ({"env_id": "RecMusic-v0"}, "scenario='Video'; this one has scenario='Music'"),
        ({"num_items": 50}, "num_items=200; this one has num_items=50"),
        ({"embedding_dim": 32}, "embedding_dim=64"),
        ({"slate_size": 2}, "slate_size=1"),
        ({"observation": "ids"}, "observation='flat'"),
        ({"world_seed": 3}, "catalogue="),
    ):
        with pytest.raises(ValueError, match=f"{words}.*Make the environment with the arguments"):
            agents.load_saved(tmp_path / "agent", make(**arguments))
    agents.load_saved(tmp_path / "agent", make(split="test", horizon=30))


def test_missing_and_damaged_agents_are_explained(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        agents.load_saved(tmp_path / "nothing")
    folder = tmp_path / "agent"
    agents.load("linucb", make()).save(folder)
    words = json.loads((folder / "agent.json").read_text())
    for damaged in ({"agent": "linucb"}, words | {"format": 99}):
        (folder / "agent.json").write_text(json.dumps(damaged))
        with pytest.raises(ValueError, match="damaged"):
            agents.load_saved(folder)


@pytest.mark.parametrize("name", ["linucb", "q_learning", "ppo", "dqn", "policy_iteration"])
def test_damaged_state_is_told(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    trained(name, make_for(name)).save(folder)
    state = folder / "state.npz"
    with np.load(state) as archive:
        arrays = dict(archive)
    known = {"linucb": "target", "q_learning": "values"}
    key = known.get(name) or next(key for key in arrays if key.endswith("bias"))
    for broken in (
        {**arrays, key: arrays[key][:-1]},
        {other: arrays[other] for other in arrays if other != key},
    ):
        np.savez(state, **broken)
        with pytest.raises(ValueError, match="cannot be read"):
            agents.load_saved(folder)
    state.write_bytes(state.read_bytes()[:100])
    with pytest.raises(ValueError, match="cannot be read"):
        agents.load_saved(folder)
    state.unlink()
    with pytest.raises(ValueError, match="cannot be read"):
        agents.load_saved(folder)


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        ("topk_reinforce", "hidden", [1_000_000, 1_000_000]),
        ("topk_reinforce", "hidden", [20_000, 20_000]),
        ("slateq", "hidden", [1_000_000]),
        ("gru4rec", "size", 1_000_000),
        ("policy_iteration", "hidden", 1_000_000),
        ("two_tower", "hidden", [1_000_000]),
    ],
)
def test_a_file_does_not_fill_the_memory(name: str, option: str, value: Any, tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    trained(name, make_for(name)).save(folder)
    words = json.loads((folder / "agent.json").read_text())
    words["options"][option] = value
    (folder / "agent.json").write_text(json.dumps(words))
    with pytest.raises(ValueError, match=r"does not describe an agent.*parameters is not made"):
        agents.load_saved(folder)


def test_what_cannot_be_saved_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="nothing to save"):
        agents.load("ppo", make()).save(tmp_path / "agent")

    class Local(agents.agent_class("random")):  # type: ignore[misc]
        """Cannot be found by its name."""

    with pytest.raises(ValueError, match="top of a module"):
        Local("local", make().unwrapped.task).save(tmp_path / "agent")
    agent = trained("outside_agent:ThompsonAgent", make())
    agent.options = {"spread": object()}
    with pytest.raises(ValueError, match="options are numbers"):
        agent.save(tmp_path / "agent")
    assert not list(tmp_path.iterdir())


def test_an_agent_made_by_its_class_is_saved_under_its_place(tmp_path: Path) -> None:
    from outside_agent import ThompsonAgent

    agent: Any = ThompsonAgent("mine", make().unwrapped.task, spread=np.float64(0.25))
    agent.save(tmp_path / "agent")
    again: Any = agents.load_saved(tmp_path / "agent")
    assert (again.name, again.spread) == ("outside_agent:ThompsonAgent", 0.25)


def test_the_working_directory_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    agent = agents.load("popular", make("RecBandit-v0"))
    with pytest.raises(ValueError, match="working directory"):
        agent.save(".")
    assert list(tmp_path.iterdir()) == []
    agent.save("agent")
