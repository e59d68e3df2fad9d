"""The page about a file, and the command that prints it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from recgym.catalogue import load_catalogue
from recgym.catalogue.__main__ import main

FILE = (
    "Product Name;Beschreibung;Department;list price;release date;colour\n"
    "Oak bench;Eine Bank aus Eiche für zwei, sehr schön;Garten;120,50 €;2024-03-01;braun\n"
    "Elm stool;Ein Hocker aus Ulme, niedrig und leicht zu tragen;Küche;40,00 €;2024-04-01;rot\n"
    "Elm stool.;Ein Hocker aus Ulme, niedrig und leicht zu tragen;Küche;45,00 €;2024-05-01;blau\n"
    "Ash shelf;Ein Regal; zu viel;Büro;75,25 €;2024-04-02;weiß\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "moebel.csv"
    path.write_bytes(FILE.encode("cp1252"))
    return path


def described(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, str, str]:
    code = main(["describe", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_the_page_says_all_that_was_understood(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, page, _ = described(capsys, file)
    assert code == 0
    for words in (
        "moebel.csv: 3 items", "semicolon between values", "cp1252 (guessed)", "Product Name  'Oak bench', 'Elm stool'", "list price", "'120,50 €', '40,00 €'",
        "currency €", "dates, read as hours since 1970", "Columns not used: colour", "Rows left out: 1", "line 5: 7 values", "40 to 120.5", "2024-03-01 00:00 to 2024-05-01 00:00",
        "perhaps German", "near-duplicates", "'Elm stool' and 'Elm stool.'", "In play, unless it is said otherwise: 3 of 3 items",
    ):  # fmt: skip
        assert words in page
    assert max(map(len, page.splitlines())) <= 125


def test_a_catalogue_describes_itself(file: Path, tmp_path: Path) -> None:
    catalogue = load_catalogue(file, encoder="hashing", cache_dir=tmp_path, on_bad_rows="skip")
    assert "Columns not used: colour" in catalogue.describe()
    assert "title from 'Product Name'" in repr(catalogue)
    films = load_catalogue("films").describe()
    assert "5,000 items" in films
    assert "Columns that were understood" not in films


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("A bench for the garden and the house", "English"), ("Un banc pour le jardin et la maison", "perhaps French"), ("Скамейка для сада и дома", "perhaps in Cyrillic script"),
        ("東京の夜景は綺麗です", "script"), ("Harbour", "too little to tell"), ("123", "no letters"),
    ],
)  # fmt: skip
def test_hints_at_languages(text: str, hint: str, tmp_path: Path) -> None:
    catalogue = load_catalogue(
        [{"title": text}, {"title": f"{text} 2"}], encoder="hashing", cache_dir=tmp_path
    )
    (line,) = [line for line in catalogue.describe().splitlines() if line.strip().startswith("language")]
    assert hint in line


def test_columns_can_be_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, page, _ = described(
        capsys, file, "--columns", "title=Product Name", "text=Beschreibung,colour", "price=", "published=5"
    )
    assert code == 0
    assert "Beschreibung + colour" in page
    assert "currency" not in page
    assert described(capsys, file, "--columns", "title")[0] == 2
    code, _, error = described(capsys, file, "--on-bad-rows", "error")
    assert code == 2
    assert "line 5: 7 values" in error


def test_check_plays_a_session(
    file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECGYM_CACHE", str(tmp_path / "cache"))
    code, page, _ = described(capsys, file, "--check", "--encoder", "hashing", "--env", "RecVideo-v0")
    assert code == 0
    assert "RecVideo-v0: one session with random items took" in page


def test_a_file_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, page, error = described(capsys, tmp_path / "none.csv")
    assert (code, page) == (2, "")
    assert error.startswith("error: There is no catalogue file")


@pytest.mark.parametrize(
    "script",
    [
        "from recgym.catalogue.__main__ import main; main(['describe', {file!r}])",
        "import recgym; print(recgym.evaluate('RecBandit-v0', {{'a': lambda o, m: m.argmax(1)}}, users=4))",
        "import gymnasium as gym, recgym; e = gym.make('RecVideo-v0', render_mode='ansi'); e.reset(seed=0); e.step(0); print(e.render())",
    ],
)  # fmt: skip
def test_ascii_terminals_get_every_line(file: Path, script: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", script.format(file=str(file))],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode("ascii").strip()
