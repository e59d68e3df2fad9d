"""Trainings that are killed, stopped, and go on; the best model beside the last."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playing import REPOSITORY
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import agents
import train.__main__
from agents.saving import mend
from recgym.core.seeds import Purpose
from recgym.evaluation import play_validation
from recgym.evaluation.rollouts import session_seeds
from train.checkpoints import Checkpoints, RunIsTraining, TrainingStopped, alone_in
from train.runs import Run, make_envs, plan_run, read_run, resume
from train.runs import train as train_run

HERE = Path(__file__).parent
EVERY = 400
FADING = "watched_agents:FadingAgent"
SMALL_PPO: dict[str, Any] = {"n_steps": 8, "batch_size": 64, "n_epochs": 1, "hidden": [8]}
SMALL_DQN: dict[str, Any] = {"learning_starts": 32, "buffer_size": 500, "batch_size": 8, "hidden": [8]}


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: Any) -> None:
    monkeypatch.setattr("train.runs.THREADS", 1)  # so small networks wait for one another on two


def fading(steps: int = 400, **rest: Any) -> Run:
    return Run(
        "RecBandit-v0", FADING, steps, 0, 8, {"num_users": 60}, {"turn": 200}, checkpoint_every=100, **rest
    )


class Process:
    """`python -m train` with an agent that counts."""

    def __init__(self, folder: Path) -> None:
        self.count = folder / "count"
        self.run = folder / "runs" / "RecBandit-v0__CountingAgent__0"
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "train", "--env", "RecBandit-v0", "--agent", "watched_agents:CountingAgent", "--steps", "100000000",
                "--num-envs", "4", "--checkpoint-every", str(EVERY), "--validation-users", "0", "--users", "0", "--no-progress",
                "--logdir", str(folder / "runs"), "--env-kwargs", "num_users=60", "--agent-kwargs", f"file={self.count}", "rest=0.001",
            ],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (REPOSITORY, HERE)))},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def learned(self) -> int:
        return int(self.count.read_text() or 0) if self.count.exists() else 0

    def end(self, number: int) -> tuple[str, str]:
        """Ends it with a signal after three checkpoints and a bit."""
        while self.learned() < 3 * EVERY + 100:
            assert self.process.poll() is None, self.process.stderr.read()  # type: ignore[union-attr]
            time.sleep(0.01)
        self.process.send_signal(number)
        return self.process.communicate(timeout=600)


def test_a_killed_training_loses_one_interval_at_most_and_goes_on(tmp_path: Path) -> None:
    import watched_agents  # noqa: F401 - its module is one that we trust

    child = Process(tmp_path)
    child.end(signal.SIGKILL)
    learned = child.learned()
    kept: Any = agents.load_saved(child.run)
    assert kept.learned == kept.steps_trained
    assert kept.steps_trained >= 3 * EVERY
    assert 0 <= learned - kept.steps_trained <= EVERY + 4
    steps = kept.steps_trained + 2 * EVERY
    _, agent, folder = resume(child.run, steps=steps, progress=False)
    assert (folder, agent.steps_trained, agent.trainings) == (child.run, steps, 2)
    assert agent.learned == steps  # type: ignore[attr-defined]
    assert read_run(folder).steps == steps
    assert [path.name for path in child.run.parent.iterdir()] == [child.run.name]
    seen = [event.step for event in scalars(folder, "rec/reward_per_session")]
    assert seen == sorted(set(seen))  # what was lost is taken back
    assert seen[-1] <= steps


def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path: Path) -> None:
    child = Process(tmp_path)
    printed, told = child.end(signal.SIGINT)
    assert child.process.returncode == 130
    assert "Once more: at once" in told
    learned = child.learned()
    assert f"Stopped after {learned:,} of 100,000,000 steps." in printed
    command = re.search(r"python -m (train --resume .*)", printed)
    assert command is not None
    done = subprocess.run(
        [sys.executable, "-m", *command[1].split(), "--steps", str(learned + 40), "--users", "0", "--import", "watched_agents"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (REPOSITORY, HERE)))}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"Saved in {child.run}" in done.stdout
    assert child.learned() == learned + 40


@pytest.mark.parametrize(
    ("agent", "options", "key"),
    [
        ("linucb", {}, "target"),
        ("ppo", SMALL_PPO, "network.value_net.weight"),
        ("dqn", SMALL_DQN, "network.q_net.q_net.scores.item_bias.weight"),
    ],
)
def test_looking_on_changes_nothing(agent: str, options: dict[str, Any], key: str, tmp_path: Path) -> None:
    states = []
    for every, users in ((200, 10), (10**6, 0)):
        run = Run("RecBandit-v0", agent, 256, 0, 8, {"num_users": 60}, options, every, users)
        trained, _ = train_run(run, tmp_path, progress=False)
        states.append(trained.state_dict()[key])
    assert np.array_equal(*states)


def test_the_best_model_is_kept_beside_the_last(tmp_path: Path) -> None:
    _, folder = train_run(fading(), tmp_path, progress=False)
    best, last = (agents.load_saved(folder / name) for name in ("best", "agent"))
    assert last.steps_trained == 400
    assert best.steps_trained in (
        104,
        200,
    )  # the last that showed what is popular, or one that showed the same
    envs = make_envs(read_run(folder), 1, "train")
    good, bad = (play_validation(envs, agent, num_sessions=50).returns.mean() for agent in (best, last))
    assert good > 1.3 * bad
    _, agent, _ = resume(folder, steps=600, progress=False)
    assert agent.steps_trained == 600
    assert agents.load_saved(folder / "best").steps_trained == best.steps_trained  # it is still the best


def test_without_validation_users_no_best_is_kept(tmp_path: Path) -> None:
    _, folder = train_run(fading(validation_users=0), tmp_path, progress=False)
    assert not (folder / "best").exists()
    assert not (folder / "validation").exists()


def test_validation_users_are_nobody_elses() -> None:
    envs: Any = make_envs(fading(), 1, "train")
    setup = envs.unwrapped.setup
    seeds = [set(session_seeds(setup, 500, 0, purpose=purpose).tolist()) for purpose in Purpose]
    assert len(set.union(*seeds)) == 500 * len(Purpose)
    people = {name: setup.with_split(name).world.liked for name in ("train", "test", "validation")}
    for one, other in (("train", "validation"), ("test", "validation")):
        assert not np.array_equal(people[one], people[other])
    log = play_validation("RecBandit-v0", lambda observations, masks: masks.argmax(axis=1), num_sessions=5)
    assert log.seeds is not None
    assert set(log.seeds.tolist()) <= set(session_seeds(setup, 5, 0, purpose=Purpose.VALIDATION).tolist())
    with pytest.raises(ValueError, match="Valid names: test, train"):
        make_envs(fading(), 1, "validation")


def test_two_trainings_in_one_folder_do_not_mix(tmp_path: Path) -> None:
    _, folder = train_run(fading(), tmp_path, progress=False)
    _, other = train_run(fading(), tmp_path, progress=False)
    assert other != folder
    before = (folder / "run.json").read_text()
    with alone_in(folder), pytest.raises(RunIsTraining, match="two trainings in one folder would mix"):
        resume(folder, steps=800, progress=False)
    assert (folder / "run.json").read_text() == before
    resume(folder, steps=800, progress=False)  # the lock was let go


def test_what_fails_before_the_first_checkpoint_leaves_nothing_and_later_what_was_kept(
    tmp_path: Path,
) -> None:
    early = replace(fading(), agent_kwargs={"turn": 200, "fails_at": 50})
    with pytest.raises(ArithmeticError):
        train_run(early, tmp_path, progress=False)
    assert not list(tmp_path.iterdir())
    late = replace(fading(), agent_kwargs={"turn": 200, "fails_at": 250})
    with pytest.raises(ArithmeticError):
        train_run(late, tmp_path, progress=False)
    (folder,) = tmp_path.iterdir()
    assert agents.load_saved(folder).steps_trained == 208  # whole steps of 8 users after 104
    with pytest.raises(ArithmeticError):  # nobody deletes what was there before
        resume(folder, progress=False)
    assert agents.load_saved(folder).steps_trained == 208


def test_a_checkpoint_that_cannot_be_written_does_not_end_the_training(
    tmp_path: Path, monkeypatch: Any
) -> None:
    full = [True]
    save = agents.Agent.save

    def saving(agent: agents.Agent, folder: Any) -> None:
        if full.pop() if full else False:
            raise OSError(28, f"No space left on device: the agent could not be saved at {folder}.")
        save(agent, folder)

    monkeypatch.setattr(agents.Agent, "save", saving)
    with pytest.warns(UserWarning, match=r"No space left.*Training goes on"):
        agent, folder = train_run(fading(), tmp_path, progress=False)
    assert agent.steps_trained == agents.load_saved(folder).steps_trained == 400


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ppo_stops_between_two_rollouts_and_goes_on(number: int, tmp_path: Path, monkeypatch: Any) -> None:
    options = {**SMALL_PPO, "learning_rate": 0.001, "learning_rate_end": 0.0}
    run = Run("RecBandit-v0", "ppo", 384, 0, 8, {"num_users": 60}, options, 10**6, 0)
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    look, looks = Checkpoints.__call__, [0]

    def looking(checkpoints: Checkpoints, agent: agents.Agent) -> None:
        looks[0] += 1
        if looks[0] == 20:  # in the third rollout of 8 steps of 8 users
            signal.raise_signal(number)
        look(checkpoints, agent)

    monkeypatch.setattr(Checkpoints, "__call__", looking)
    with pytest.raises(TrainingStopped) as stopped:
        train_run(run, tmp_path, progress=False)
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers
    folder = stopped.value.folder
    saved = agents.load_saved(folder)
    assert saved.steps_trained == 128  # of two rollouts it has learned
    assert gradient_steps(saved) == {2.0}
    _, agent, _ = resume(folder, progress=False)
    assert agent.steps_trained == agent.model.num_timesteps == 384  # type: ignore[attr-defined]
    assert gradient_steps(agent) == {6.0}  # four more
    rates = {event.step: event.value for event in scalars(folder, "train/learning_rate")}
    assert set(rates) == {
        128,
        256,
        320,
        384,
    }  # Stable-Baselines3 writes what it learned from one rollout after the next
    assert rates == pytest.approx({step: 0.001 * (1 - (step - 64) / 384) for step in rates})


def gradient_steps(agent: agents.Agent) -> set[float]:
    """Steps that the optimizer has taken, for each of its parameters."""
    state = agent.state_dict()
    return {
        float(value) for key, value in state.items() if key.startswith("optimizer.") and key.endswith(".step")
    }


def scalars(folder: Path, tag: str) -> list[Any]:
    """What TensorBoard would show under a tag."""
    events = EventAccumulator(str(folder))
    events.Reload()
    found: list[Any] = events.Scalars(tag)
    return found


def test_dqn_goes_on_exploring_as_it_did_and_fills_its_buffer_first(tmp_path: Path) -> None:
    envs = make_envs(fading(), 8, "train")
    options = {**SMALL_DQN, "exploration_fraction": 1.0, "exploration_final_eps": 0.0}
    agent: Any = agents.load("dqn", envs, **options)

    def stop(watched: Any) -> None:
        if watched.steps_trained >= 240:
            raise TrainingStopped(tmp_path, watched.steps_trained, 480)

    with pytest.raises(TrainingStopped):
        agent.fit(envs, 480, watch=stop)
    assert agent.exploration_rate == pytest.approx(0.5, abs=0.04)
    agent.save(tmp_path / "agent")
    again: Any = agents.load_saved(tmp_path / "agent")
    assert again.exploration_rate == agent.exploration_rate
    updates: list[tuple[int, int, float]] = []

    def note(watched: Any) -> None:
        model = watched.model
        updates.append((model.replay_buffer.size() * 8, model._n_updates, model.exploration_rate))

    again.fit(envs, 480, resume=True, watch=note)
    assert again.steps_trained == 480
    assert all(
        count == 0 for filled, count, _ in updates if filled < 32
    )  # learning_starts of the present policy
    assert updates[-1][1] > 0
    rates = [rate for _, _, rate in updates]
    assert rates[0] == pytest.approx(0.5, abs=0.05)
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 0.05


def test_a_training_goes_on_in_the_same_process(tmp_path: Path) -> None:
    envs = make_envs(fading(), 8, "train")
    for name, options in (("linucb", {}), ("ppo", SMALL_PPO)):
        agent = agents.load(name, envs, **options)

        def stop(watched: Any) -> None:
            if watched.steps_trained >= 64:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            agent.fit(envs, 256, watch=stop)
        met = set(envs.unwrapped.np_random_seed)  # type: ignore[attr-defined]
        assert agent.steps_trained == 64
        agent.fit(envs, 256, resume=True)
        assert (agent.steps_trained, agent.trainings) == (256, 2)
        assert not met & set(envs.unwrapped.np_random_seed)  # type: ignore[attr-defined]
        with pytest.raises(ValueError, match=r"has taken 256 steps, and steps=256 .* pass more steps"):
            agent.fit(envs, 256, resume=True)
        agent.fit(envs, 64)
        assert agent.steps_trained == 64  # another training


def test_what_a_killed_process_left_behind_is_put_right(tmp_path: Path) -> None:
    task = make_envs(fading(), 1, "train").unwrapped.task  # type: ignore[attr-defined]
    agents.load("random", task, seed=7).save(tmp_path / "agent")
    shutil.copytree(tmp_path / "agent", tmp_path / "agent.unfinished-12")
    (tmp_path / "agent.notes").write_text("mine")
    (tmp_path / "agent").rename(tmp_path / "agent.old-12")  # killed just before the new one took its place
    mend(tmp_path / "agent")
    assert agents.load_saved(tmp_path / "agent").seed == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agent", "agent.notes"]


def test_a_run_without_a_checkpoint_begins_again(tmp_path: Path) -> None:
    _, folder = train_run(fading(validation_users=0), tmp_path, progress=False)
    shutil.rmtree(folder / "agent")
    _, agent, _ = resume(folder, progress=False)
    assert (agent.steps_trained, agent.trainings) == (400, 1)


def test_old_fashioned_agents_are_trained_without_checkpoints(tmp_path: Path) -> None:
    run = Run("RecBandit-v0", "watched_agents:OldFashionedAgent", 80, 0, 8, {"num_users": 60}, {"turn": 9})
    agent, folder = train_run(run, tmp_path, progress=False)
    assert agents.load_saved(folder).steps_trained == agent.steps_trained == 80
    assert not (folder / "best").exists()
    with pytest.raises(ValueError, match=r"OldFashionedAgent\.fit does not take resume and watch"):
        resume(folder, steps=90)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--resume", "RUN"], "is over: 400 of 400 steps were taken. To train for longer"),
        (["--resume", "RUN", "--steps", "200"], "is over: 400 of 200 steps"),
        (["--resume", "RUN", "--steps", "0"], "steps=0"),
        (["--resume", "RUN", "--env", "RecEcommerce-v0"], "--env cannot be changed in the middle"),
        (["--resume", "RUN", "--agent-kwargs", "turn=3"], "--agent-kwargs cannot be changed"),
        (["--resume", "RUN", "--wandb"], "--wandb cannot be changed"),
        (["--resume", "nowhere"], "No run in nowhere"),
        (["--checkpoint-every", "0"], "checkpoint_every=0"),
        (["--validation-users", "-1"], "validation_users=-1"),
        (["--import", "nowhere"], "--import nowhere: there is no module 'nowhere'"),
    ],
)
def test_wrong_options_are_explained_and_nothing_is_written(
    arguments: list[str], words: str, tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    _, folder = train_run(fading(validation_users=0), tmp_path, progress=False)
    content = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    with pytest.raises(SystemExit) as stopped:
        train.__main__.main([argument.replace("RUN", str(folder)) for argument in arguments])
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err
    assert {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()} == content
    assert list(tmp_path.iterdir()) == [folder]


def test_files_do_not_choose_what_is_imported(tmp_path: Path, monkeypatch: Any) -> None:
    _, folder = train_run(fading(validation_users=0), tmp_path, progress=False)
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'touched')!r}, 'w')")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, change in (("env_id", "evil:RecBandit-v0"), ("agent", "evil:Agent")):
        about = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps(about | {name: change}))
        with pytest.raises(ModuleNotFoundError, match=r"import it first \(import evil\).*--import evil"):
            read_run(folder)
        (folder / "run.json").write_text(json.dumps(about))
    assert not (tmp_path / "touched").exists()
    for damage in ({"steps": "many"}, {"agent_kwargs": [1]}, {"env_id": 3}):
        (folder / "run.json").write_text(json.dumps(about | damage))
        with pytest.raises(ValueError, match=r"run\.json.* is damaged"):
            read_run(folder)
    (folder / "run.json").write_text("[" * 100_000)
    with pytest.raises(ValueError, match="nested too deeply"):
        read_run(folder)


def test_plans_know_checkpoints() -> None:
    run = plan_run("RecBandit-v0", "linucb", steps=95, checkpoint_every=None)
    assert (run.interval, run.validation_users) == (10, 200)
    assert plan_run("RecBandit-v0", "linucb", checkpoint_every=7).interval == 7
