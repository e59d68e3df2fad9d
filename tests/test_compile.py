"""Machine code that is compiled ahead of its first use."""

from __future__ import annotations

import subprocess
import sys

import pytest
from playing import run_python

from recgym import ENV_IDS
from recgym.compile import main, one_of_each_scenario

USE = """
import gymnasium as gym
from numba.core import event

class Compiled(event.Listener):
    names = []
    def on_start(self, event):
        self.names.append(event.data["dispatcher"].py_func.__qualname__)
    def on_end(self, event):
        pass

event.register("numba:compile", Compiled())
import recgym
from recgym.evaluation.rollouts import evaluated_setup, rollout
from recgym.oracles.certificate import certify
from recgym.oracles.history_estimates import HistoryEstimator
from recgym.oracles.honest import HonestPolicy

for arguments in ({}, {"slate_size": 3, "observation": "sequence"}):
    env = gym.make("RecControl-v0", **arguments)
    env.reset(seed=0)
    env.step(env.action_space.sample())
    envs = gym.make_vec("RecControl-v0", 4, num_threads=2, **arguments)
    envs.reset(seed=0)
    envs.step(envs.action_space.sample())
slates = {"slate_size": 3, "num_users": 40}
certify("RecControl-v0", users=3, **slates)
setup = evaluated_setup("RecControl-v0", "test", **slates)
for price in (0.0, 1.0):
    rollout(setup, HonestPolicy(HistoryEstimator(setup, "flat", training_sessions=100), price=price), 2, 0)
print(Compiled.names)
"""


@pytest.mark.long
def test_nothing_is_left_to_compile() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "recgym.compile", "--env", "RecControl-v0", "RecControlSlate-v0"],
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = done.stdout.splitlines()  # slates run the same code
    assert line.startswith("RecControl-v0: ")
    assert run_python(USE).strip() == "[]"


def test_each_scenario_is_compiled_once() -> None:
    ids = one_of_each_scenario(list(ENV_IDS))
    assert {env_id.replace("Slate", "") for env_id in ENV_IDS} == set(ids)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--env", "RecVideos-v0"], "RecVideo-v0"), (["--processes", "0"], "at least 1, got 0")],
)
def test_wrong_arguments_are_told(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert words in capsys.readouterr().err
