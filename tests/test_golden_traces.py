"""A published id behaves as it did: the traces in golden_traces.json, which `python -m tools.golden_traces` writes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from recgym import ENV_IDS
from tools.golden_traces import TRACES, trace_of

GOLDEN = json.loads(TRACES.read_text(encoding="utf-8"))


def test_every_id_has_a_trace() -> None:
    assert tuple(GOLDEN) == ENV_IDS


@pytest.mark.parametrize("env_id", ENV_IDS)
def test_behaves_as_it_did(env_id: str) -> None:
    now, then = trace_of(env_id), GOLDEN[env_id]
    assert now["shown"] == then["shown"]
    assert now["endings"] == then["endings"]
    assert np.allclose(now["rewards"], then["rewards"], rtol=0.0, atol=1e-4)
    assert np.allclose(now["observations"], then["observations"], rtol=0.0, atol=1e-2)
    assert np.ptp(then["rewards"]) > 0.0
