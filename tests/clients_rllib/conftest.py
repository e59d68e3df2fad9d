"""Ray for the tests with RLlib: small, in folders of their own that are removed afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import ray.tune.trainable.trainable as trainable

from train.with_rllib import running_ray


@pytest.fixture(scope="session")
def ray_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Ray is running; the value is the number of env runners that there is room for."""
    folder = tempfile.mkdtemp(prefix="ray-")  # paths of sockets must be short
    results = trainable.DEFAULT_STORAGE_PATH
    trainable.DEFAULT_STORAGE_PATH = str(tmp_path_factory.mktemp("results"))
    try:
        with running_ray(_temp_dir=folder, log_to_driver=False) as room:
            yield room
    finally:
        trainable.DEFAULT_STORAGE_PATH = results
        shutil.rmtree(folder, ignore_errors=True)
    assert not Path(folder).exists()
