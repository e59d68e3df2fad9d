"""Each library's script trains and measures on the shop, the news, slates and the bandit."""

from __future__ import annotations

import importlib
import re

import pytest

IDS = ("RecEcommerce-v0", "RecNews-v0", "RecEcommerceSlate-v0", "RecBandit-v0")
SCRIPTS = {
    "stable_baselines3": (["--algorithm", "ppo"], ["--algorithm", "a2c"], ["--algorithm", "dqn"]),
    "maskable_ppo": ([],),
    "cleanrl": ([],),
    "tianshou": (["--algorithm", "dqn"], ["--algorithm", "ppo"]),
    "torchrl": ([],),
    "skrl": ([],),
}
"""Library -> what its script is told beside the id."""

pytestmark = pytest.mark.filterwarnings("default")  # the libraries warn of one another


def run(library: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    script = importlib.import_module(f"train.with_{library}")
    small = ["--steps", "600", "--num-envs", "4", "--users", "20"]
    assert script.main([*small, *arguments]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"\d+ steps a second", printed)
    return printed


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("library", SCRIPTS)
def test_a_script_trains_and_measures(library: str, env_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in SCRIPTS[library]:
        printed = run(library, capsys, "--env", env_id, *arguments)
        rewards = {
            row: float(value) for row, value in re.findall(r"^(random|trained) +(-?[\d.]+)", printed, re.M)
        }
        assert set(rewards) == {"random", "trained"}


@pytest.mark.parametrize("observation", ["sequence", "ids"])
def test_multi_input_policies_take_dicts(observation: str, capsys: pytest.CaptureFixture[str]) -> None:
    run("stable_baselines3", capsys, "--env", "RecNews-v0", "--observation", observation)


@pytest.mark.parametrize("env_id", IDS)
def test_the_fast_adapter_steps_all_users_in_one_call(
    env_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("stable_baselines3", capsys, "--env", env_id, "--fast")


def test_wrong_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    script = importlib.import_module("train.with_cleanrl")
    for wrong, word in ((["--steps", "0"], "--steps 0 must be at least 1"), (["--users", "1"], "at least 2")):
        with pytest.raises(SystemExit):
            script.main(wrong)
        assert word in capsys.readouterr().err
