"""What TensorBoard and Weights & Biases show of a run, read back from their files."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf import text_format
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

import agents
from recgym.evaluation import METRICS, play_validation, session_metrics
from train.run_log import LEARNED_TAG, PICTURE_TAG, TEXT_TAG
from train.runs import Run, make_envs, plan_run, resume, train

RUN = Run(
    "RecMusic-v0", "ppo", 256, 0, 8, {"num_users": 60, "num_items": 40}, {"n_steps": 8, "batch_size": 64, "n_epochs": 1, "hidden": [8]},
    checkpoint_every=100, validation_users=10,
)  # fmt: skip


def events_of(folder: Path) -> EventAccumulator:
    events = EventAccumulator(str(folder), size_guidance={"images": 0, "scalars": 0})
    events.Reload()
    return events


@pytest.fixture(scope="module")
def trained(tmp_path_factory: Any) -> tuple[agents.Agent, Path]:
    return train(RUN, tmp_path_factory.mktemp("runs"), progress=False)


def test_curves_of_validation_users_are_beside_those_of_training(trained: tuple[agents.Agent, Path]) -> None:
    agent, folder = trained
    training, validation = events_of(folder), events_of(folder / "validation")
    tags = {f"rec/{name}" for name, metric in METRICS.items() if not metric.of_returns}
    recorded = {
        f"rec/{name}" for name, metric in METRICS.items() if not (metric.of_histories or metric.of_returns)
    }  # training keeps no histories
    assert recorded <= set(training.Tags()["scalars"])
    assert tags == set(validation.Tags()["scalars"])
    curve = validation.Scalars("rec/reward_per_session")
    assert [event.step for event in curve] == [128, 256]  # whole rollouts after every 100 steps, and the end
    log = play_validation(make_envs(RUN, 1, "train"), agent, num_sessions=10)
    for name, value in session_metrics(log).items():  # the number is that of the agent that was saved
        assert validation.Scalars(f"rec/{name}")[-1].value == pytest.approx(value, rel=1e-6)


def test_hyperparameters_are_beside_the_last_metrics(trained: tuple[agents.Agent, Path]) -> None:
    _, folder = trained
    events = events_of(folder)
    validation = events_of(folder / "validation")
    measured = [name for name, metric in METRICS.items() if not metric.of_returns]
    for name in measured:
        (last,) = events.Scalars(f"validation/{name}")
        assert last.value == validation.Scalars(f"rec/{name}")[-1].value
    content = events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    told = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info.hparams
    assert told["agent"].string_value == "ppo"
    assert told["n_steps"].number_value == 8
    assert told["hidden"].string_value == "[8]"
    assert told["seed"].number_value == 0
    assert set(told) == {"env_id", "agent", "steps", "seed", "num_envs", *RUN.agent_kwargs}
    experiment = events.SummaryMetadata("_hparams_/experiment").plugin_data.content
    metrics = plugin_data_pb2.HParamsPluginData.FromString(experiment).experiment.metric_infos
    assert {metric.name.tag for metric in metrics} == {f"validation/{name}" for name in measured}


def test_items_are_in_the_projector_with_titles_and_categories(trained: tuple[agents.Agent, Path]) -> None:
    agent, folder = trained
    config = text_format.Parse((folder / "projector_config.pbtxt").read_text(), ProjectorConfig())
    shown = {entry.tensor_name.partition(":")[0]: entry for entry in config.embeddings}
    assert set(shown) == {TEXT_TAG, LEARNED_TAG}
    for tag, vectors in ((TEXT_TAG, agent.task.vectors), (LEARNED_TAG, agent.item_embeddings())):
        assert vectors is not None
        read = np.loadtxt(folder / shown[tag].tensor_path, delimiter="\t")
        assert read == pytest.approx(vectors, abs=1e-5)
        head, *rows = (folder / shown[tag].metadata_path).read_text().splitlines()
        assert head == "title\tcategory"
        catalogue = agent.task.catalogue
        assert len(rows) == 40
        assert rows[7].split("\t") == [
            " ".join(catalogue.titles[7].split()),
            " ".join(str(catalogue.categories[7]).split()),
        ]


def test_sessions_are_pictured(trained: tuple[agents.Agent, Path]) -> None:
    from recgym.render.picture import HEIGHT, WIDTH

    events = events_of(trained[1] / "validation")
    for user in range(3):
        pictures = events.Images(f"{PICTURE_TAG}/{user}")
        assert [picture.step for picture in pictures] == [128, 256]
        for picture in pictures:
            assert (picture.width, picture.height) == (WIDTH, HEIGHT)
            assert picture.encoded_image_string.startswith(b"\x89PNG")


def test_a_training_that_goes_on_writes_on(trained: tuple[agents.Agent, Path], tmp_path: Path) -> None:
    _, folder = train(replace(RUN, agent="linucb", agent_kwargs={}), tmp_path, progress=False)
    _, agent, _ = resume(folder, steps=400, progress=False)
    curve = events_of(folder / "validation").Scalars("rec/reward_per_session")
    assert [event.step for event in curve] == [104, 208, 256, 360, 400]
    steps = [event.step for event in events_of(folder).Scalars("rec/coverage")]
    assert steps == sorted(set(steps))
    assert steps[0] <= 256 < steps[-1] <= agent.steps_trained


def test_agents_that_learn_nothing_are_not_measured(tmp_path: Path) -> None:
    _, folder = train(replace(RUN, agent="popular", agent_kwargs={}), tmp_path, progress=False)
    assert {path.name for path in folder.iterdir() if "tfevents" not in path.name} == {
        "agent",
        "run.json",
        "training.lock",
    }


def test_weights_and_biases_work_offline(tmp_path: Path, monkeypatch: Any) -> None:
    import wandb

    monkeypatch.setenv("WANDB_MODE", "offline")
    run = replace(RUN, agent="linucb", agent_kwargs={"alpha": 0.5}, wandb=True)
    _, folder = train(run, tmp_path, progress=False)
    wandb.teardown()  # its service writes what is left
    (file,) = folder.glob("wandb/offline-run-*/run-*.wandb")
    content = file.read_bytes()
    for word in (
        b"validation/reward_per_session",
        b"validation/coverage",
        b"RecMusic-v0__linucb__0",
        b"alpha",
    ):
        assert word in content


def test_without_wandb_its_option_says_what_to_install(tmp_path: Path, monkeypatch: Any) -> None:
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "wandb" else found(name, *rest)
    )
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'recgym\[wandb\]', or leave --wandb out"):
        plan_run("RecMusic-v0", "linucb", wandb=True)
    assert plan_run("RecMusic-v0", "linucb").wandb is False


def test_weights_and_biases_that_do_not_start_leave_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    import wandb

    def refuse(**arguments: Any) -> Any:
        raise wandb.Error("no API key")

    monkeypatch.setattr("wandb.init", refuse)
    with pytest.raises(ValueError, match=r"did not start \(no API key\).*WANDB_MODE=offline"):
        train(replace(RUN, agent="linucb", agent_kwargs={}, wandb=True), tmp_path, progress=False)
    assert not list(tmp_path.iterdir())
    assert "wandb" in sys.modules
