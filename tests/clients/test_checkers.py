"""The checkers of Gymnasium, Stable-Baselines3 and TorchRL pass on every id as it is registered, in each form of observation, with no warning."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from recgym import ENV_IDS
from recgym.task import FORMS
from recgym.wrappers import MaskInObservation, ProtoItem, SlateItemByItem
from recgym.wrappers.vector import SlateItemByItem as VectorSlateItemByItem

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # at import, of one another
    from stable_baselines3.common.env_checker import check_env as check_env_for_stable_baselines
    from torchrl.envs import ActionMask, GymEnv, GymWrapper, TransformedEnv
    from torchrl.envs.utils import check_env_specs

MATRIX = "Your observation history has an unconventional shape"
"""What Stable-Baselines3 says of a matrix that is no picture: its policies flatten it."""


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("env_id", ENV_IDS)
def test_the_checkers_pass(env_id: str, form: str) -> None:
    check_env(gym.make(env_id, observation=form).unwrapped, skip_render_check=True)
    if form == "sequence":
        warnings.filterwarnings("ignore", message=MATRIX)
    check_env_for_stable_baselines(gym.make(env_id, observation=form))
    check_env_specs(GymEnv(f"recgym:{env_id}", observation=form))


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_torchrl_makes_an_id_as_it_is(env_id: str) -> None:
    env = GymEnv(f"recgym:{env_id}", categorical_action_encoding=True).auto_register_info_dict()
    check_env_specs(env)
    assert {"action_mask", "shown", "attended", "repaired", "click"} <= set(env.observation_spec.keys())


@pytest.mark.parametrize("mode", [AutoresetMode.SAME_STEP, AutoresetMode.DISABLED])
@pytest.mark.parametrize("env_id", ["RecEcommerce-v0", "RecNews-v0", "RecNewsSlate-v0"])
def test_torchrl_masks_actions_of_the_native_vector_environment(env_id: str, mode: AutoresetMode) -> None:
    envs: Any = gym.make_vec(f"recgym:{env_id}", 4, autoreset_mode=mode)
    env: Any = GymWrapper(
        VectorSlateItemByItem(envs) if "Slate" in env_id else envs, categorical_action_encoding=True
    )
    if mode == AutoresetMode.DISABLED:  # the other mode registers infos by itself
        env = env.auto_register_info_dict()
    env = TransformedEnv(env, ActionMask(), auto_unwrap=True)
    check_env_specs(env)
    played = env.rollout(150, break_when_any_done=False)
    assert played["next", "done"].any()
    # With SAME_STEP, TorchRL keeps the mask of a session that ended in the checker for the first step, also with Gymnasium's SyncVectorEnv.
    assert not played["next", "repaired"][:, 1:].any()


@pytest.mark.parametrize("form", FORMS)
def test_wrapped_environments_pass(form: str) -> None:
    for make in (
        lambda: SlateItemByItem(gym.make("RecNewsSlate-v0", observation=form)),
        lambda: MaskInObservation(gym.make("RecNews-v0", observation=form)),
        lambda: MaskInObservation(SlateItemByItem(gym.make("RecBanditSlate-v0", observation=form))),
        lambda: ProtoItem(gym.make("RecNews-v0", observation=form)),
    ):
        warnings.filterwarnings("ignore", message=".*is different from the unwrapped version")
        check_env(make(), skip_render_check=True)
        check_env_specs(GymWrapper(make()))


def test_skrl_knows_the_native_vector_environment() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from skrl.envs.wrappers.torch import wrap_env

        for env_id in ENV_IDS:
            env = wrap_env(gym.make_vec(env_id, 3, autoreset_mode=AutoresetMode.SAME_STEP), verbose=False)
            observations, _ = env.reset()
            assert observations.shape[0] == 3
