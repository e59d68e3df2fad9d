"""Files of somebody who means harm: they are refused in words, and cost neither time nor memory nor anything outside the cache."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recgym.catalogue import CatalogueError, file_content, frames, load_catalogue, table
from recgym.catalogue.read import FileOptions, read_items
from recgym.catalogue.stored import load_stored, save_catalogue


def test_cells_made_to_be_slow_are_refused_in_words() -> None:
    """A regular expression that goes wrong on one of these takes hours."""
    spaces = " " * 200_000
    for field in ("price", "duration", "published", "popularity", "half_life"):
        for cell in (
            f"1{spaces}x",
            f"1{spaces}-{spaces}",
            "1," * 100_000,
            "1:" * 100_000,
            "[" * 100_000,
            "['" + "[" * 50_000,
        ):
            with pytest.raises(CatalogueError, match=field) as told:
                read_items([{"title": "a", field: cell}, {"title": "b", field: "1 x"}])
            assert len(str(told.value)) < 1_000


def test_a_different_name_in_every_row_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_CELLS", 100_000)
    with pytest.raises(CatalogueError, match="differently named values"):
        read_items([{"title": "a", f"x{number}": 1} for number in range(1_000)])
    nested = [{"title": f"a{number}", "ratings": {f"user{number}": 1}} for number in range(50)]
    assert len(read_items(nested).titles) == 50


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":' * 100_000, b"[" * 100_000, b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n" + b'{"title": "x"}\n', b"{'a': " + b"(" * 50_000 + b"}\n{}\n",
        b'{"title": "a", "b": ' + b"1" * 10_000 + b'}\n{"title": "b", "b": 1}\n',
    ],
)  # fmt: skip
def test_bombs_of_json_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "items.jsonl").write_bytes(content)
    with pytest.raises(CatalogueError) as told:
        read_items(tmp_path / "items.jsonl")
    assert len(str(told.value)) < 1_500


def test_names_in_archives_lead_nowhere(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "items.zip", "w") as archive:
        archive.writestr("../../outside.csv", "title\nOak\nElm\n")
    assert read_items(tmp_path / "items.zip").titles == ["Oak", "Elm"]
    assert not (tmp_path.parent.parent / "outside.csv").exists()


def test_lines_of_python_are_read_and_never_run(tmp_path: Path) -> None:
    line = f"{{'title': __import__('pathlib').Path({str(tmp_path / 'touched')!r}).touch()}}"
    (tmp_path / "items.json").write_text(f"{line}\n{line}\n")
    with pytest.raises(CatalogueError):
        read_items(tmp_path / "items.json")
    assert not (tmp_path / "touched").exists()


def test_a_stored_catalogue_with_objects_in_it_is_not_opened(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "touched",))

    with (tmp_path / "catalogue.npz").open("wb") as file:
        np.savez(file, words=np.array([Harm()], dtype=object))
    with (tmp_path / "catalogue.npz").open("rb") as file, pytest.raises(ValueError, match="Python objects"):
        load_stored(file)
    assert not (tmp_path / "touched").exists()
    catalogue = load_catalogue([{"title": "a"}, {"title": "b"}], encoder="hashing", cache_dir=tmp_path)
    with (tmp_path / "good.npz").open("w+b") as file:
        save_catalogue(file, catalogue)
        file.seek(0)
        again = load_stored(file)
    assert again is not None
    assert again.fingerprint == catalogue.fingerprint


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_content, "LARGEST_BYTES", 1 << 16)
    packed = gzip.compress(json.dumps([{"title": "a" * 100_000}]).encode())
    (tmp_path / "items.json.gz").write_bytes(packed)
    with pytest.raises(CatalogueError, match="holds more than"):
        read_items(tmp_path / "items.json.gz", FileOptions(on_bad_rows="skip"))


def test_a_parquet_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow
    from pyarrow import parquet

    path = tmp_path / "items.parquet"
    parquet.write_table(
        pyarrow.table({"title": [f"{number:05d}" + "x" * 2_000 for number in range(2_000)]}), path
    )
    assert path.stat().st_size < 1 << 20 < 2_000 * 2_000
    monkeypatch.setattr(frames, "LARGEST_BYTES", 1 << 20)
    monkeypatch.setattr(parquet.ParquetFile, "read", lambda self: pytest.fail("it was unpacked"))
    with pytest.raises(CatalogueError, match=r"holds 2,000 rows of 1 columns, 4,0.* bytes; cut it"):
        load_catalogue(path)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("price", 1e39, r"1e\+39 is not allowed; price must be an amount such as .*, below 3\.4e\+38, or empty"),
        ("price", -1.0, r"-1.0 is not allowed; price must be an amount such as .*, at least 0, or empty"),
        ("half_life", 0.0, r"0.0 is not allowed; half_life must be .* or a number, above 0, or empty"),
        ("half_life", 1e-60, r"1e-60 is not allowed; half_life must be .* or a number, above 0, or empty"),
        ("duration", 1e300, r".* is not allowed; duration must be .*, below 3\.4e\+38, or empty"),
        ("popularity", 1e39, r".* is not allowed; popularity must be a number, below 3\.4e\+38, or empty"),
    ],
)  # fmt: skip
def test_numbers_that_a_column_does_not_hold_are_told(name: str, value: float, words: str) -> None:
    with pytest.raises(CatalogueError, match=f"row 1, column '{name}': {words}"):
        load_catalogue({"title": ["Oak", "Elm", "Ash"], name: [1.0, value, 3.0]})
