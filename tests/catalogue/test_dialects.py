"""Files in the forms in which people have them: separators, headers, encodings, JSON, Parquet, compression, frames in memory."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recgym.catalogue import CatalogueError, file_content, load_catalogue
from recgym.catalogue.read import FileOptions, Items, read_items

ROWS = [
    {"id": "b-1", "title": "Oak bench", "text": "A bench, for two", "category": "Garden", "price": 120.5},
    {"id": "b-2", "title": "Elm stool", "text": "A stool; low", "category": "Kitchen", "price": 40.0},
    {"id": "b-3", "title": "Ash shelf", "text": "A shelf | wide", "category": "Office", "price": 75.25},
]
COLUMNS = list(ROWS[0])


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def delimited(separator: str, *, header: bool = True) -> str:
    def cell(value: Any) -> str:
        text = str(value)
        return f'"{text}"' if separator in text else text

    lines = [separator.join(COLUMNS)] if header else []
    return "\n".join([*lines, *(separator.join(cell(row[name]) for name in COLUMNS) for row in ROWS)]) + "\n"


def assert_is_the_table(items: Items) -> None:
    assert items.ids == [row["id"] for row in ROWS]
    assert items.titles == [row["title"] for row in ROWS]
    assert items.texts == [row["text"] for row in ROWS]
    assert items.categories == [row["category"] for row in ROWS]
    np.testing.assert_array_equal(items.numbers["price"], [120.5, 40.0, 75.25])


@pytest.mark.parametrize("name", ["items.csv", "items.txt", "items.dat", "items"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separators_are_found_whatever_the_name(tmp_path: Path, separator: str, name: str) -> None:
    items = read_items(written(tmp_path, name, delimited(separator)))
    assert_is_the_table(items)
    assert items.reading.separator == separator


def test_decimal_commas_and_lists_in_cells_are_no_separators(tmp_path: Path) -> None:
    decimal = "Product Name;list price\n" + "".join(f"Bench {n};{n},50 €\n" for n in range(9))
    np.testing.assert_array_equal(
        read_items(written(tmp_path, "items.csv", decimal)).numbers["price"], np.arange(9) + 0.5
    )
    lists = "name,genres\n" + "".join(f"Film {n},Drama|War\n" for n in range(9))
    assert read_items(written(tmp_path, "films.csv", lists)).categories[0] == "Drama, War"


def test_a_separator_can_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, "items.csv", "title^price\nOak, Ash and Elm; a guide^3\nBenches^4\n")
    assert read_items(path, FileOptions(separator="^")).titles == ["Oak, Ash and Elm; a guide", "Benches"]
    with pytest.raises(CatalogueError, match="one character"):
        read_items(path, FileOptions(separator="^^^"))


def test_without_a_header_columns_are_numbered(tmp_path: Path) -> None:
    path = written(tmp_path, "items.tsv", delimited("\t", header=False))
    with pytest.raises(CatalogueError, match="No header was found") as told:
        read_items(path)
    assert "columns={'title': 2, 'text': 3}" in str(told.value)
    columns = {"id": 1, "title": 2, "text": 3, "category": 4, "price": 5}
    assert_is_the_table(read_items(path, FileOptions(columns=columns)))


def test_a_header_can_be_insisted_on_or_denied(tmp_path: Path) -> None:
    path = written(tmp_path, "items.csv", "Show\nQuiet harbour\nLoud harbour\n")
    assert read_items(path, FileOptions(columns={"title": 1}, header=True)).titles == [
        "Quiet harbour",
        "Loud harbour",
    ]
    assert len(read_items(path, FileOptions(columns={"title": 1}, header=False)).titles) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("array.json", json.dumps(ROWS)),
        ("pretty.json", json.dumps(ROWS, indent=2)),
        ("under_a_key.json", json.dumps({"version": 3, "products": ROWS})),
        ("columns.json", json.dumps({name: [row[name] for row in ROWS] for name in COLUMNS})),
        (
            "frame.json",
            json.dumps({name: {str(n): row[name] for n, row in enumerate(ROWS)} for name in COLUMNS}),
        ),
        ("lines.jsonl", "\n".join(map(json.dumps, ROWS))),
        ("lines.ndjson", "\n\n".join(map(json.dumps, ROWS)) + "\n\n"),
        ("lines.json", "\n".join(map(json.dumps, ROWS)) + "\n"),
        ("python.json", "\n".join(map(repr, ROWS)) + "\n"),
    ],
)
def test_json_in_its_forms(tmp_path: Path, name: str, content: str) -> None:
    assert_is_the_table(read_items(written(tmp_path, name, content)))


@pytest.mark.parametrize(
    ("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_compressed_files_are_read_as_they_are(tmp_path: Path, ending: str, pack: Any) -> None:
    assert_is_the_table(read_items(written(tmp_path, f"items.csv{ending}", pack(delimited(",").encode()))))
    assert_is_the_table(
        read_items(written(tmp_path, f"items.jsonl{ending}", pack("\n".join(map(json.dumps, ROWS)).encode())))
    )


def test_a_zip_of_one_file_is_read_and_one_of_two_is_refused_by_their_names(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("inner/items.csv", delimited(";"))
    assert_is_the_table(read_items(tmp_path / "one.zip"))
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", delimited(";"))
        archive.writestr("b.csv", delimited(";"))
    with pytest.raises(CatalogueError, match=r"2 files \(a.csv, b.csv\)"):
        read_items(tmp_path / "two.zip")


def test_what_a_compressed_file_may_hold_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_content, "LARGEST_BYTES", 1 << 20)
    bomb = written(tmp_path, "items.csv.gz", gzip.compress(b"title\n" + b"a" * (1 << 22)))
    with pytest.raises(CatalogueError, match="holds more than"):
        read_items(bomb)
    with pytest.raises(CatalogueError, match="damaged"):
        read_items(written(tmp_path, "cut.csv.gz", gzip.compress(delimited(",").encode())[:-9]))


def test_frames_and_lists_say_the_same_as_files(tmp_path: Path) -> None:
    import pandas
    import polars
    import pyarrow
    from pyarrow import parquet

    columns = {name: [row[name] for row in ROWS] for name in COLUMNS}
    parquet.write_table(pyarrow.table(columns), tmp_path / "items.parquet")
    for source in (
        ROWS, tuple(ROWS), iter(ROWS), columns, pandas.DataFrame(ROWS, index=[7, 8, 9]), polars.DataFrame(columns),
        polars.DataFrame(columns).lazy(), pyarrow.table(columns), tmp_path / "items.parquet",
    ):  # fmt: skip
        assert_is_the_table(read_items(source))
    loaded = load_catalogue(ROWS, encoder="hashing", cache_dir=tmp_path, name="furniture")
    assert (loaded.name, loaded.titles[0]) == ("furniture", "Oak bench")


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("utf-8", "Café crème à emporter"), ("utf-8-sig", "Café crème à emporter"), ("utf-16", "Café crème à emporter"),
        ("cp1252", "Café crème à emporter, “déjà vu”"), ("cp1251", "Красный чайник для кухни"), ("shift_jis", "東京の夜景は綺麗です"),
    ],
)  # fmt: skip
def test_encodings_are_found(tmp_path: Path, encoding: str, title: str) -> None:
    path = written(tmp_path, "items.csv", f'title,price\n"{title}",3\n"{title} 2",4\n'.encode(encoding))
    found = read_items(path)
    assert found.titles == [title, f"{title} 2"]
    lines = "\n".join(json.dumps({"title": f"{title} {n}"}, ensure_ascii=False) for n in range(3))
    assert read_items(written(tmp_path, "items.jsonl", lines.encode(encoding))).titles[0] == f"{title} 0"


def test_an_encoding_can_be_said_and_is_checked(tmp_path: Path) -> None:
    path = written(tmp_path, "items.csv", "title\nŁódź\nKraków\n".encode("cp1250"))
    assert read_items(path, FileOptions(text_encoding="cp1250")).titles == ["Łódź", "Kraków"]
    with pytest.raises(CatalogueError, match=r"not in utf-8: byte 0x.. in line 2"):
        read_items(path, FileOptions(text_encoding="utf-8"))
    with pytest.raises(CatalogueError, match="not known to Python"):
        read_items(path, FileOptions(text_encoding="utf-9"))


def test_blank_lines_long_cells_and_quotes(tmp_path: Path) -> None:
    long = "word " * 40_000
    path = written(
        tmp_path, "items.csv", f'title,text\n\nOak,"{long}"\n,\nElm,"says ""hello"",\nthen leaves"\n\n\n'
    )
    items = read_items(path)
    assert items.titles == ["Oak", "Elm"]
    assert len(items.texts[0]) == len(long) - 1
    assert items.texts[1] == 'says "hello", then leaves'
    plain = written(tmp_path, "items.tsv", 'title\ttext\n"Oak" and Elm\t5" wide\n"Unclosed\tA tale\n')
    assert read_items(plain).titles == ['"Oak" and Elm', '"Unclosed']


def test_bad_rows_are_told_or_left_out(tmp_path: Path) -> None:
    lines = [f"Bench {n},{n}" for n in range(30)]
    lines[4] = "Bench, with a comma,4"
    lines[20] = "Bench 20"
    path = written(tmp_path, "items.csv", "title,price\n" + "\n".join(lines) + "\n")
    with pytest.raises(CatalogueError, match="2 faults") as told:
        read_items(path)
    assert "line 6: 3 values" in str(told.value)
    assert "line 22: 1 values" in str(told.value)
    items = read_items(path, FileOptions(on_bad_rows="skip"))
    assert len(items.titles) == 28
    assert items.reading.skipped == 2
    assert items.reading.skipped_examples[0].startswith("line 6")
    with pytest.raises(CatalogueError, match="Did you mean 'skip'"):
        FileOptions(on_bad_rows="skp")


def test_only_the_first_ten_faults_are_listed_and_values_are_cut(tmp_path: Path) -> None:
    path = written(
        tmp_path, "items.csv", "title,price\n" + "".join(f"Bench {n},{'cheap' * 100}\n" for n in range(25))
    )
    with pytest.raises(CatalogueError, match="25 faults") as told:
        read_items(path)
    assert str(told.value).count("line ") == 10
    assert "and 15 more" in str(told.value)
    assert max(map(len, str(told.value).splitlines())) < 260
    with pytest.raises(CatalogueError) as told:
        read_items([{"title": {"deep": "x" * 1_000_000}, "number": n} for n in range(3)])
    assert len(str(told.value)) < 1_000


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("items.xlsx", b"PK\x03\x04" + b"0" * 40, "damaged|Excel"), ("items.pdf", b"%PDF-1.7 x", "PDF"), ("items.sqlite", b"SQLite format 3\x00", "SQLite"),
        ("items.html", b"<html></html>", "XML or HTML"), ("items.parquet", b"title\nOak\nElm\n", "Parquet"), ("items.json", b"title\nOak\n", "not JSON"),
        ("items.json", b'{"a": 1, "b": {"c": 2}}', "1 item|title"), ("items.json", b"[" * 200_000, "nested too deeply|not JSON"), ("items.csv", b"  \n \n", "is empty"),
    ],
)  # fmt: skip
def test_other_files_are_named_for_what_they_are(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(CatalogueError, match=words):
        read_items(written(tmp_path, name, content))


def test_an_excel_file_is_told_by_its_content(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "items.csv", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(CatalogueError, match="Excel"):
        read_items(tmp_path / "items.csv")


def test_paths_that_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "furniture.csv", delimited(","))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(CatalogueError, match="is empty"):
        load_catalogue("")
    with pytest.raises(CatalogueError, match=r"is a folder.*furniture\.csv"):
        load_catalogue(tmp_path)
    with pytest.raises(CatalogueError, match="is an address"):
        load_catalogue("https://example.org/items.csv")
    with pytest.raises(FileNotFoundError, match=r"Near in that folder: furniture\.csv"):
        load_catalogue("furnitur.csv")
    with pytest.raises(CatalogueError, match="is a int"):
        load_catalogue(3)
    from_home = load_catalogue("~/furniture.csv", encoder="hashing", cache_dir=tmp_path / "cache")
    assert from_home.titles[0] == "Oak bench"
    assert from_home.reading is not None
    assert from_home.reading.path == str(tmp_path / "furniture.csv")


@pytest.mark.parametrize("later", ["Film 900,900", '"Film 900",900'])
def test_a_quotation_mark_that_is_not_closed_costs_its_own_line(tmp_path: Path, later: str) -> None:
    rows = [f"Film {number},{number}" for number in range(1_000)]
    rows[10], rows[900] = '"Film 10,10', later
    file = tmp_path / "quote.csv"
    file.write_text("title,price\n" + "\n".join(rows) + "\n")
    catalogue = load_catalogue(file, encoder="hashing", on_bad_rows="skip")
    assert len(catalogue) == 999
    assert catalogue.reading.skipped == 1
    assert "line 12" in catalogue.reading.skipped_examples[0]
    assert "Film 900" in catalogue.titles
