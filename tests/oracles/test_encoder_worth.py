"""Embeddings matter: what the history is worth with the Transformer's vectors, with words, with another item's vector, and with noise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import recgym
from recgym import compare_encoders as command
from recgym.catalogue.embed import HashingEncoder
from recgym.oracles import history_estimates
from recgym.oracles.encoder_worth import CONTROLS, WordEncoder, measure_encoders

ROOT = Path(recgym.__file__).parent.parent


@pytest.mark.long
def test_with_another_items_vector_the_history_is_worth_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shuffled vectors lose at least half of what the history is worth, paired; an encoder of one's own is another row."""
    monkeypatch.setattr(history_estimates, "_EPOCHS", 4)
    shipped, shuffled, own = measure_encoders(
        "RecVideo-v0", ["shuffled", HashingEncoder()], users=150, num_users=3_000
    )
    assert (shipped.encoder, shuffled.encoder) == ("shipped", "shuffled")
    assert "HashingEncoder" in own.encoder
    assert shipped.gain.low > 0
    assert shuffled.share.high < 0.5
    assert shipped.share.mean == pytest.approx(1.0)
    assert shipped.planner.mean - shipped.average.mean == pytest.approx(shipped.gain.mean)
    assert own.gain.mean < shipped.gain.mean


def test_words_are_counted_without_their_meaning() -> None:
    vectors = WordEncoder(64).encode(["a red shoe", "shoe red a", "", "a blue boat"])
    np.testing.assert_array_equal(vectors[0], vectors[1])
    assert vectors.shape == (4, 64)
    assert not np.array_equal(vectors[0], vectors[3])
    assert vectors.any(axis=1).all()


def test_committed_numbers_say_that_embeddings_matter() -> None:
    rows = json.loads((ROOT / "docs" / "encoders.json").read_text())
    for env_id in {row["env_id"] for row in rows}:
        of_id = {row["encoder"]: row for row in rows if row["env_id"] == env_id}
        assert set(of_id) == set(CONTROLS)
        assert of_id["shipped"]["gain"]["low"] > 0
        assert of_id["shuffled"]["share"]["mean"] < 0.5
        assert of_id["random"]["share"]["mean"] < 0.5
        assert of_id["words"]["share"]["mean"] < 1.0


def test_other_ids_in_the_file_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def row(env_id: str, gain: float) -> dict[str, object]:
        interval = {"mean": gain, "low": gain, "high": gain}
        return {"env_id": env_id, "encoder": "shipped", "average": interval, "planner": interval, "gain": interval, "share": interval}  # fmt: skip

    monkeypatch.setattr(command, "_measure", lambda job: [row(job[0], 2.0)])
    out = tmp_path / "encoders.json"
    out.write_text(json.dumps([row("RecVideo-v0", 1.0), row("RecMusic-v0", 1.0)]))
    assert command.main(["--env", "RecVideo-v0", "--processes", "1", "--out", str(out)]) == 0
    kept = {kept["env_id"]: kept["gain"]["mean"] for kept in json.loads(out.read_text())}
    assert kept == {"RecMusic-v0": 1.0, "RecVideo-v0": 2.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--env", "RecVideos-v0"], "RecVideo-v0"),
        (["--users", "1"], "at least 2"),
        (["--markdown", "nowhere.json"], "nowhere.json"),
        (["--out", "nowhere/encoders.json"], "folder"),
        (["--out", str(ROOT / "docs" / "change.json")], "does not hold comparisons of encoders"),
        (["--markdown", str(ROOT / "README.md")], "not JSON"),
        (
            ["--encoders", "nowhere", "--env", "RecVideo-v0", "--processes", "1"],
            "Encoder 'nowhere' could not be loaded",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert words in capsys.readouterr().err
