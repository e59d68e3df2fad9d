"""Shipped catalogues, one's own files, the cache, and what is said when something is wrong."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from recgym.catalogue import SHIPPED, Catalogue, CatalogueError, embed, load_catalogue
from recgym.catalogue.embed import HashingEncoder, embed_texts, load_encoder
from recgym.catalogue.load import DATA
from recgym.catalogue.read import read_items

HEADER = "title,text,price\n"
GOOD = HEADER + "Lamp,A lamp for desks,10\nChair,A chair with arms,20\nDesk,\n".replace(
    "Desk,\n", "Desk,A desk of oak,30\n"
)


class CountingEncoder:
    """Counts how often it is asked, to see the cache at work."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def encode(self, sentences: list[str]) -> np.ndarray:
        self.asked.append(len(sentences))
        return HashingEncoder().encode(sentences)


def write(folder: Path, content: str, name: str = "items.csv") -> Path:
    path = folder / name
    path.write_text(content)
    return path


@pytest.fixture(scope="module")
def transformer() -> object:
    return load_encoder()


@pytest.mark.parametrize("name", SHIPPED)
def test_stored_vectors_are_those_of_the_transformer(name: str, transformer: object) -> None:
    table = read_items(DATA / name / "items.csv")
    rows = np.linspace(0, len(table.ids) - 1, 12).astype(int)
    again = transformer.encode([table.encoded[row] for row in rows], normalize_embeddings=True)
    stored = np.load(DATA / name / "vectors.npy")[rows].astype(np.float32)
    assert stored.shape[1] == 384
    np.testing.assert_allclose(again, stored, atol=2e-3)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_catalogues_are_large_varied_and_ordered_by_meaning(name: str) -> None:
    catalogue = load_catalogue(name)
    assert len(catalogue) >= {"tracks": 3_290}.get(name, 5_000)
    sample = np.random.default_rng(0).choice(len(catalogue), 1_500, replace=False)
    vectors, categories = catalogue.public_vectors(None)[sample], catalogue.categories[sample]
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, np.nan)
    assert abs(np.nanmean(cosines)) < 0.1
    assert np.mean(np.nanmax(cosines, axis=1) > 0.97) < 0.05
    nearest = np.nanargmax(cosines, axis=1)
    shares = np.unique(categories, return_counts=True)[1] / len(categories)
    chance = float((shares**2).sum())
    assert np.mean(categories[nearest] == categories) > min(0.9, 2 * chance)
    assert (DATA / name / "SOURCE.md").is_file()
    assert (DATA / name / "LICENSE").is_file()


def test_the_union_keeps_domains_apart_in_one_space() -> None:
    union = load_catalogue("all")
    assert union.domain_names == SHIPPED
    assert len(union) == sum(len(load_catalogue(name)) for name in SHIPPED)
    assert union.embeddings.shape[1] == 384


def test_whitened_vectors_have_unit_rows_and_even_spread() -> None:
    vectors = load_catalogue("tracks").public_vectors(16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    spread = vectors.std(axis=0)
    assert spread.max() / spread.min() < 2.0


def test_a_file_is_encoded_once(tmp_path: Path) -> None:
    path, encoder = write(tmp_path, GOOD), CountingEncoder()
    first = load_catalogue(path, encoder=encoder, cache_dir=tmp_path / "cache")
    count = len(encoder.asked)
    second = load_catalogue(path, encoder=encoder, cache_dir=tmp_path / "cache")
    assert encoder.asked[count:] == [2]  # the probe that names the encoder, and nothing more
    assert first.titles == ("Lamp", "Chair", "Desk")
    np.testing.assert_array_equal(first.price, [10, 20, 30])
    np.testing.assert_array_equal(first.embeddings, second.embeddings)
    kept = sorted(file.suffix for file in (tmp_path / "cache").iterdir() if file.is_file())
    assert kept == [".json", ".npy", ".npz"]  # what was read, its vectors, its columns


def test_a_damaged_cache_is_noticed_and_made_again(tmp_path: Path) -> None:
    texts = ["one", "two"]
    good = embed_texts(texts, "hashing", cache_dir=tmp_path)
    file = next(tmp_path.glob("*.npy"))
    file.write_bytes(file.read_bytes()[:-7] + b"damaged")
    with pytest.warns(UserWarning, match="damaged"):
        np.testing.assert_array_equal(embed_texts(texts, "hashing", cache_dir=tmp_path), good)
    np.testing.assert_array_equal(embed_texts(texts, "hashing", cache_dir=tmp_path), good)


def test_an_encoder_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(CountingEncoder):
        def encode(self, sentences: list[str]) -> np.ndarray:
            return super().encode(sentences) * (np.nan if len(sentences) > 2 else 1.0)

    with pytest.raises(CatalogueError, match="finite"):
        embed_texts(["one", "two", "three"], Broken(), cache_dir=tmp_path)
    assert not any(path.is_file() and path.stat().st_size for path in tmp_path.rglob("*"))


def test_global_random_states_are_left_alone(tmp_path: Path) -> None:
    class Noisy(CountingEncoder):
        def encode(self, sentences: list[str]) -> np.ndarray:
            random.random()
            np.random.random()  # noqa: NPY002
            return super().encode(sentences)

    before = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    embed_texts(["one", "two", "three"], Noisy(), cache_dir=tmp_path)
    assert random.getstate() == before[0]
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("", "items.csv", "is empty"),
        (HEADER, "items.csv", "no items"),
        ("tittle,price\nLamp,3\nChair,4\n", "items.csv", "Is it 'tittle'"),
        (HEADER + "Lamp,A lamp,10\nChair,A chair\n", "items.csv", "line 3"),
        (HEADER + "Lamp,A lamp,cheap\nChair,A chair,4\n", "items.csv", "'cheap'"),
        (HEADER + "Lamp,A lamp,-1\nChair,A chair,4\n", "items.csv", "'-1'"),
        (HEADER + ",,1\nChair,A chair,4\n", "items.csv", "line 2"),
        (HEADER + "Lamp,A lamp,1\n", "items.csv", "1 item"),
        ('{"text": "a"}\nnot json\n', "items.jsonl", "line 2"),
        ('{"text": "a"}\n[1]\n', "items.jsonl", "line 2"),
        ("id,text\na,one\na,two\n", "items.csv", "'a'"),
        ("<items><item>one</item></items>", "items.xml", "XML"),
        ("no parquet", "items.parquet", "Parquet"),
    ],
)
def test_files_that_cannot_be_used_are_explained(tmp_path: Path, content: str, name: str, words: str) -> None:
    with pytest.raises(CatalogueError, match=words.replace(".", r"\.")):
        load_catalogue(write(tmp_path, content, name), encoder="hashing", cache_dir=tmp_path / "cache")


def test_other_wrong_sources_are_explained(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load_catalogue(tmp_path / "nowhere.csv")
    with pytest.raises(CatalogueError, match="films"):
        load_catalogue("film")
    with pytest.raises(CatalogueError, match="encode"):
        load_catalogue(write(tmp_path, GOOD), encoder=3, cache_dir=tmp_path)
    with pytest.raises(CatalogueError, match="no-such-model"):
        load_catalogue(write(tmp_path, GOOD), encoder="no-such-model", cache_dir=tmp_path)


def test_weights_of_another_hash_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "MODEL_SHA256", "0" * 64)
    with pytest.raises(CatalogueError, match="sha256"):
        embed.bundled_model()


def test_jsonl_and_parquet_say_the_same_as_csv(tmp_path: Path) -> None:
    from pyarrow import Table, parquet

    rows = [
        {"title": "Lamp", "text": "A lamp", "price": 1.0},
        {"title": "Chair", "text": "A chair", "price": 2.0},
    ]
    lines = "".join(
        f'{{"title": "{row["title"]}", "text": "{row["text"]}", "price": {row["price"]}}}\n' for row in rows
    )
    parquet.write_table(Table.from_pylist(rows), tmp_path / "items.parquet")
    paths = [
        write(tmp_path, lines, "items.jsonl"),
        tmp_path / "items.parquet",
        write(tmp_path, HEADER + "Lamp,A lamp,1\nChair,A chair,2\n"),
    ]
    loaded = [load_catalogue(path, encoder="hashing", cache_dir=tmp_path / "cache") for path in paths]
    assert len({catalogue.fingerprint for catalogue in loaded}) == 1


def test_the_hashing_encoder_says_that_it_is_no_transformer() -> None:
    assert "not a Transformer" in repr(HashingEncoder())
    assert isinstance(load_catalogue("films"), Catalogue)
