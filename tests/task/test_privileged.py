"""Privileged observations: what is hidden of users, beside what is seen; for those that ask for it, and for nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import agents
import recgym
from recgym import ENV_IDS
from recgym.evaluation import play, play_validation
from recgym.task import PRIVILEGED
from recgym.task.layout import VECTORS
from recgym.task.task import Task
from train.runs import plan_run

PUBLIC = {"state": "flat", "state_ids": "ids"}
"""The form that each of them extends."""
SMALL = {"batch_size": 512, "hidden": 32, "embedding_size": 16, "bag_size": 32, "rollout_length": 16}


def envs(form: str, env_id: str = "RecVideo-v0", rows: int = 6, **arguments: Any) -> Any:
    """A vector environment to train in."""
    return gym.make_vec(
        env_id,
        rows,
        autoreset_mode=AutoresetMode.DISABLED,
        observation=form,
        **{"num_users": 60, **arguments},
    )


def test_every_privileged_form_extends_a_public_one() -> None:
    assert set(PUBLIC) == set(PRIVILEGED)


@pytest.mark.parametrize("form", PRIVILEGED)
@pytest.mark.parametrize("env_id", ENV_IDS)
def test_what_is_seen_stays_and_what_is_hidden_is_that_of_the_record(env_id: str, form: str) -> None:
    arguments = {"num_users": 60, "drift": 0.05}
    all_seen = gym.make(env_id, observation=form, **arguments).unwrapped
    public = gym.make(env_id, observation=PUBLIC[form], **arguments).unwrapped
    layout = all_seen.setup.layout
    names = [field.name for field in layout.hidden]
    own = [name for name in all_seen.setup.world.scenario.hidden_fields if name not in ("key", "person")]
    assert names == [name for name in own if name != "first_taste"]
    assert {"taste", "sensitivity", "slow"} <= set(names)
    mine, plain = all_seen.reset(seed=4)[0], public.reset(seed=4)[0]
    for step in range(12):
        assert mine in all_seen.observation_space
        for name in names:
            shown, true = layout.read(mine, name), all_seen.sessions.users[0][name]
            assert shown.shape == true.shape
            assert np.allclose(shown, true, rtol=1e-6, atol=1e-6), name
        assert layout.read(mine, "hidden").shape == (layout.hidden_width,)
        if form == "state":
            assert np.array_equal(mine[: layout.flat_width], plain)
            assert len(mine) == layout.width
            for name in (*VECTORS, "click_rate", "context"):
                assert np.array_equal(layout.read(mine, name), public.setup.layout.read(plain, name))
        else:
            assert set(mine) == {*plain, "hidden"}
            assert all(np.array_equal(mine[name], plain[name]) for name in plain)
        slate = (step + np.arange(all_seen.setup.slate_size)) % all_seen.task.num_items
        action = slate if len(slate) > 1 else int(slate[0])
        (mine, *outcome, _), (plain, *expected, _) = all_seen.step(action), public.step(action)
        assert outcome == expected
        if outcome[1] or outcome[2]:
            mine, plain = all_seen.reset()[0], public.reset()[0]


def test_public_forms_hold_nothing_hidden() -> None:
    for form in ("flat", "sequence", "ids", "items"):
        layout = gym.make("RecVideo-v0", observation=form, num_users=60).unwrapped.task.layout
        assert (layout.privileged, layout.hidden, layout.hidden_width) == (False, (), 0)
        layout.check_public("Anybody", "never mind")


@pytest.mark.parametrize("form", PRIVILEGED)
def test_nobody_knows_what_is_hidden_of_real_people(form: str) -> None:
    task = envs(form).unwrapped.task
    with pytest.raises(ValueError, match=rf"observation='{form}'.*taste.*observation='{PUBLIC[form]}'"):
        task.observe([1, 2])


def test_agents_refuse_it_unless_it_is_asked_for() -> None:
    env = envs("state")
    with pytest.raises(ValueError, match=r"ppo agent reads observation='state'.*taste.*privileged=True"):
        agents.load("ppo", env)
    with pytest.raises(ValueError, match=r"tells the linucb agent nothing.*policy_iteration.*reads_hidden"):
        agents.load("linucb", env, privileged=True)
    with pytest.raises(ValueError, match=r"policy_iteration remembers.*state_ids"):
        agents.load("policy_iteration", env, privileged=True)


@pytest.mark.parametrize(
    ("name", "form", "options"),
    [
        ("ppo", "state", {"n_steps": 8, "batch_size": 16, "n_epochs": 1, "hidden": [8]}),
        (
            "ppo",
            "state_ids",
            {"n_steps": 8, "batch_size": 16, "n_epochs": 1, "hidden": [8], "encoder": "gru"},
        ),
        ("policy_iteration", "state_ids", {**SMALL, "rollout_length": 4}),
        ("topk_reinforce", "state", {"batch_size": 16, "hidden": [8], "embedding_size": 4}),
    ],
)
def test_agents_that_ask_for_it_learn_are_saved_and_are_measured(
    name: str, form: str, options: dict[str, Any], tmp_path: Path
) -> None:
    env = envs(form, horizon=6)
    agent = agents.load(name, env, privileged=True, **options)
    agent.fit(env, 96)
    agent.save(tmp_path / "agent")
    again = agents.load_saved(tmp_path / "agent")
    assert again.task.layout == agent.task.layout
    observations, infos = env.reset(seed=0)
    assert np.array_equal(
        agent.act(observations, infos["action_mask"]), again.act(observations, infos["action_mask"])
    )
    public = envs("flat", horizon=6)
    with pytest.raises(ValueError, match=r"taste.*privileged=True"):
        play(public, agent, num_sessions=4)
    with pytest.raises(ValueError, match=r"taste.*privileged=True"):
        play_validation(public, agent, num_sessions=4)
    with pytest.raises(ValueError, match=r"taste.*privileged=True") as raised:
        recgym.evaluate(public, {"mine": agent}, users=4)
    assert raised.value.__notes__ == ["It was policy 'mine'."]
    result = recgym.evaluate(public, {"mine": agent}, users=4, privileged=True)
    assert list(result.logs) == ["random", "mine"]
    assert play(public, agent, num_sessions=4, privileged=True).num_sessions == 4


def test_policies_refuse_it_unless_it_is_asked_for() -> None:
    first = {"first": lambda observations, masks: masks.argmax(axis=1)}
    with pytest.raises(
        ValueError, match=r"A policy reads observation='state'.*observation='flat'.*privileged=True"
    ):
        recgym.evaluate("RecVideo-v0", first, users=4, observation="state", num_users=60)
    assert (
        recgym.evaluate("RecVideo-v0", first, users=4, observation="state", num_users=60, privileged=True)
        .logs["first"]
        .num_sessions
        == 4
    )


def test_tasks_remember_what_they_show(tmp_path: Path) -> None:
    task = envs("state", "RecCrossDomain-v0").unwrapped.task
    task.save(tmp_path)
    assert Task.load(tmp_path).layout == task.layout


def test_runs_refuse_it_unless_it_is_asked_for() -> None:
    with pytest.raises(ValueError, match=r"observation='state'.*--privileged"):
        plan_run("RecVideo-v0", "ppo", env_kwargs={"observation": "state"})
    with pytest.raises(ValueError, match=r"observation='state'.*--privileged"):
        plan_run("RecVideo-v0", "policy_iteration", agent_kwargs={"observation": "state"})
    run = plan_run("RecVideo-v0", "ppo", agent_kwargs={"observation": "state"}, privileged=True)
    assert run.env_kwargs == {"observation": "state"}
    assert "observation" not in run.agent_kwargs
    assert run.privileged
    run = plan_run("RecVideo-v0", "policy_iteration", agent_kwargs={"observation": "state"}, privileged=True)
    assert run.env_kwargs["observation"] == "state_ids"
    assert plan_run("RecVideo-v0", "policy_iteration", privileged=True).env_kwargs["observation"] == "ids"


def test_knowing_the_taste_is_worth_something() -> None:
    """Newcomers in short sessions: who cannot see their taste has to guess it."""
    arguments = {
        "num_users": 2_000,
        "num_items": 40,
        "history": 0,
        "affinity_effect": 8.0,
        "appeal_effect": 0.0,
        "horizon": 8,
        "sequence_length": 8,
    }
    trained = {}
    for form in ("ids", "state_ids"):
        env = envs(form, "RecControl-v0", 512, **arguments)
        trained[form] = agents.load("supervised", env, privileged=form in PRIVILEGED, **SMALL)
        trained[form].fit(env, 512 * 16 * 8)
    result = recgym.evaluate(
        envs("ids", "RecControl-v0", 1, **arguments), trained, users=300, privileged=True
    )
    assert result.differences("state_ids")["ids"].low > 1.0
    assert result.differences("ids")["random"].low > 1.0
