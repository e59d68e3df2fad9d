"""Which column is which field: synonyms, what a user says, ambiguity, well-known data sets."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from recgym.catalogue import CatalogueError, load_catalogue
from recgym.catalogue.cells import normalised
from recgym.catalogue.columns import FIELDS, FORMS, SYNONYMS, field_of_name
from recgym.catalogue.read import FileOptions, Items, read_items


def rows_of(**columns: list[Any]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def read_said(rows: Any, **columns: Any) -> Items:
    return read_items(rows, FileOptions(columns=columns))


def test_a_name_means_one_field() -> None:
    names = [name for several in SYNONYMS.values() for name in set(several)] + list(FIELDS)
    assert len(names) == len(set(names))
    assert all(normalised(name) == name for name in names)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Product Name", "title"), ("prod_name", "title"), (" track_name ", "title"), ("movieId", "id"), ("article_id", "id"), ("ASIN", "id"), ("isbn13", "id"), ("Genres", "category"),
        ("department", "category"), ("detail_desc", "text"), ("Release Date", "published"), ("artistName", "group"), ("duration-ms", "duration"), ("ReviewCount", "popularity"),
        ("release_year:token", "published"), ("style", None), ("", None),
    ],
)  # fmt: skip
def test_names_are_understood_whatever_their_case_and_spaces(name: str, field: str | None) -> None:
    assert field_of_name(name) == field


def test_the_fields_own_name_wins_and_what_is_not_used_is_told() -> None:
    rows = rows_of(
        title=["Oak", "Elm"], name=["x", "y"], Description=["A tree", "Another"], colour=["brown", "red"]
    )
    items = read_items(rows)
    assert items.titles == ["Oak", "Elm"]
    assert items.texts == ["A tree", "Another"]
    assert items.reading.unused == ("name", "colour")
    assert "not used: name, colour" in items.reading.line()


def test_ambiguity_is_an_error_that_names_candidates_by_content() -> None:
    rows = rows_of(
        headline=["Short", "Brief"],
        name=["A much longer name than that", "Another long name of it"],
        body=["a", "b"],
    )
    with pytest.raises(CatalogueError, match="2 columns may be the title, the longest first: 'name'") as told:
        read_items(rows)
    assert "'A much longer name than that'" in str(told.value)
    assert read_said(rows, title="headline").titles == ["Short", "Brief"]
    assert read_said(rows, title=["headline", "name"]).titles[0] == "Short. A much longer name than that"
    prices = rows_of(title=["A", "B"], list_price=[1, 2], sale_price=[3, 4])
    with pytest.raises(CatalogueError, match="None} leaves them out"):
        read_items(prices)
    assert read_said(prices, price=None).numbers == {}
    np.testing.assert_array_equal(read_said(prices, price="sale_price").numbers["price"], [3, 4])


def test_of_several_ids_the_one_that_is_unique_is_taken_and_of_several_columns_the_one_with_content() -> None:
    rows = rows_of(
        asin=["a", "b"], parent_asin=["p", "p"], title=["A", "B"], genre=["", ""], department=["x", "y"]
    )
    items = read_items(rows)
    assert items.ids == ["a", "b"]
    assert items.categories == ["x", "y"]


def test_columns_of_one_name_are_told_apart_by_number(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("title,title,text,Price,price\nOak,O-1,A tree,3,4\nElm,E-1,Another,5,6\n")
    with pytest.raises(CatalogueError, match=r"2 columns may be the title.*column 1.*columns={'title': 1}"):
        read_said(path, price=4)
    items = read_said(path, title=1, price=5)
    assert items.titles == ["Oak", "Elm"]
    np.testing.assert_array_equal(items.numbers["price"], [4, 6])
    with pytest.raises(CatalogueError, match=r"by its number: \[1, 2\]"):
        read_said(path, title="title")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"titel": "name"}, "Did you mean 'title'"), ({"genre": "name"}, "Did you mean 'category'"), ({"title": "nam"}, "Did you mean 'name'"), ({"title": 9}, "columns 1 to 2"),
        ({"title": 0}, "columns 1 to 2"), ({"title": []}, "must be the name of a column"), ({"title": True}, "must be the name"), ({"price": ["name", "style"]}, "read from one"),
        ("name", "must map fields"),
    ],
)  # fmt: skip
def test_what_is_said_of_columns_is_checked(columns: Any, words: str) -> None:
    with pytest.raises(CatalogueError, match=words):
        read_items(rows_of(name=["Oak", "Elm"], style=["x", "y"]), FileOptions(columns=columns))


def test_without_words_the_columns_that_have_some_are_named() -> None:
    rows = rows_of(
        code=[1, 2], style=["plain", "fancy"], content_de=["Eine lange Beschreibung", "Noch eine davon"]
    )
    with pytest.raises(CatalogueError, match="no column 'text' or 'title'") as told:
        read_items(rows)
    message = str(told.value)
    assert message.index("'content_de' (column 3)") < message.index("'style' (column 2)")
    assert read_items(rows_of(style=["x", "y"], content=["Long text", "Text"])).texts == ["Long text", "Text"]


def test_near_misses_are_doubts_that_are_told(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("title,catagory,colour\nOak,Wood,brown\nElm,Wood,red\n")
    with pytest.warns(UserWarning, match="column 'catagory' is not used; is it the category"):
        load_catalogue(tmp_path / "items.csv", encoder="hashing", cache_dir=tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said = load_catalogue(
            tmp_path / "items.csv", encoder="hashing", cache_dir=tmp_path, columns={"category": "catagory"}
        )
    assert said.categories.tolist() == ["Wood", "Wood"]


def test_booleans_are_no_prices() -> None:
    with pytest.raises(CatalogueError, match="column 'price': True"):
        read_items(rows_of(title=["A", "B"], price=[True, False]))


MOVIELENS_FLAGS = "|".join("1" if number in (3, 5) else "0" for number in range(19))
KNOWN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "MovieLens 100K": (
        "u.item",
        "".join(f"{n}|Film {n} (1995)|0{n}-Jan-1995||http://x/{n}|{MOVIELENS_FLAGS}\n" for n in (1, 2)),
        {"id": "1", "title": "Film 1 (1995)", "category": "Animation, Comedy", "published": 219_144.0},
    ),
    "MovieLens 1M": ("movies.dat", "1::Film: a Life (1995)::Animation|Comedy\n2::Other (1996)::Drama\n", {"id": "1", "title": "Film: a Life (1995)", "category": "Animation, Comedy"}),
    "MovieLens": ("movies.csv", 'movieId,title,genres\n1,"Film, The (1995)",Adventure|Drama\n2,Other,(no genres listed)\n', {"id": "1", "title": "Film, The (1995)", "category": "Adventure, Drama"}),
    "MIND": (
        "news.tsv",
        'N1\tsports\tgolf\t"Birdie", they said\tIt rained.\thttps://x\t[{"Label": "Golf"}]\t[]\nN2\tnews\tlocal\tBridge opens\t\thttps://y\t[]\t[]\n',
        {"id": "N1", "title": '"Birdie", they said', "text": "It rained.", "category": "sports"},
    ),
    "Goodbooks": (
        "books.csv",
        "book_id,goodreads_book_id,best_book_id,isbn,isbn13,authors,original_publication_year,original_title,title,average_rating,ratings_count\n"
        "1,11,11,439,9.78E+12,Ann Doe,2008.0,Hills,Hills (Valley #1),4.3,4780653\n2,12,12,440,9.78E+12,Bo Roe,-750.0,,Rivers,4.4,4602479\n",
        {"id": "1", "title": "Hills (Valley #1)", "group": "Ann Doe", "popularity": 4_780_653.0},
    ),
    "Amazon Reviews 2023 metadata": (
        "meta_All_Beauty.jsonl",
        "".join(
            json.dumps({"main_category": "All Beauty", "title": f"Brush {n}", "average_rating": 4.8, "rating_number": 10 + n, "features": ["Soft bristles", "Wooden"], "description": ["A brush."], "price": "from 12.99" if n else None, "images": [], "store": "Acme", "categories": [], "details": {"Size": "3"}, "parent_asin": f"B0{n}"}) + "\n"
            for n in range(2)
        ),
        {"id": "B00", "title": "Brush 0", "text": "Soft bristles, Wooden. A brush.", "category": "All Beauty", "group": "Acme", "popularity": 10.0},
    ),
    "Amazon metadata": (
        "meta_Books.json.gz",
        "".join(json.dumps({"asin": f"00{n}", "title": f"Book {n}", "feature": [], "description": ["About it."], "price": "$4.50", "brand": "Ann", "category": ["Books", "Crime"]}) + "\n" for n in range(2)),
        {"id": "000", "title": "Book 0", "text": "About it.", "category": "Books, Crime", "group": "Ann", "price": 4.5},
    ),
    "H&M articles": (
        "articles.csv",
        "article_id,product_code,prod_name,product_type_name,product_group_name,colour_group_name,department_name,index_name,section_name,garment_group_name,detail_desc\n"
        '0108775015,0108775,Strap top,Vest top,Garment Upper body,Black,Jersey,Ladieswear,Womens,Jersey,"Top, narrow straps."\n'
        "0108775044,0108775,Strap top (1),Vest top,Garment Upper body,White,Jersey,Ladieswear,Womens,Jersey,Top too.\n",
        {"id": "0108775015", "title": "Strap top", "text": "Vest top. Black. Top, narrow straps.", "category": "Garment Upper body"},
    ),
    "Steam": (
        "steam_games.json",
        "{u'publisher': u'Acme', u'genres': [u'Action', u'Indie'], u'app_name': u'Lost\\'s Keep', u'title': u'Lost Keep', u'release_date': u'2018-01-04', u'tags': [u'Strategy'], u'specs': [], u'price': u'Free To Play', u'id': u'761', u'developer': u'Acme'}\n"
        "{u'genres': [u'Indie'], u'app_name': u'Far', u'release_date': u'2018-01-05', u'tags': [], u'price': 4.99, u'id': u'762', u'developer': u'Bolt'}\n",
        {"id": "761", "title": "Lost's Keep", "text": "Strategy", "category": "Action, Indie", "group": "Acme", "price": 0.0},
    ),
    "Steam store": (
        "steam.csv",
        "appid,name,release_date,english,developer,publisher,platforms,genres,steamspy_tags,positive_ratings,price\n"
        "10,Counter,2000-11-01,1,Valve,Valve,windows,Action;FPS,Action;FPS,124534,7.19\n20,Classic,1999-04-01,1,Valve,Valve,linux,Action,Action,3318,3.99\n",
        {"id": "10", "title": "Counter", "group": "Valve", "popularity": 124_534.0, "price": 7.19},
    ),
    "Netflix titles": (
        "netflix_titles.csv",
        "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,listed_in,description\n"
        's1,Movie,Harbour,Ann Doe,,Chile,"September 25, 2021",2020,PG-13,90 min,"Dramas, International",A sailor waits.\n'
        's2,TV Show,Hills,,Bo Roe,Peru,"September 24, 2021",2021,TV-MA,2 Seasons,Crime,A town talks.\n',
        {"id": "s1", "title": "Harbour", "text": "A sailor waits.", "category": "Dramas, International", "group": "Ann Doe", "duration": 90.0},
    ),
    "Spotify tracks": (
        "dataset.csv",
        ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,track_genre\n0,5SuO,Ann;Bo,Songs,Harbour,73,210000,False,acoustic\n1,4qPN,Cy,Tales,Hills,55,180000,False,acoustic\n",
        {"id": "5SuO", "title": "Harbour", "text": "Songs", "category": "acoustic", "group": "Ann;Bo", "duration": 3.5, "popularity": 73.0},
    ),
    "Yelp businesses": (
        "yelp_academic_dataset_business.json",
        "".join(json.dumps({"business_id": f"b{n}", "name": f"Cafe {n}", "city": "Reno", "stars": 4.5, "review_count": 7, "attributes": {"WiFi": "free"}, "categories": "Cafes, Tea", "hours": None}) + "\n" for n in range(2)),
        {"id": "b0", "title": "Cafe 0", "category": "Cafes, Tea", "popularity": 7.0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_well_known_files_load_by_name(tmp_path: Path, name: str) -> None:
    import gzip

    file, content, first = KNOWN[name]
    raw = content.encode("latin-1" if name == "MovieLens 100K" else "utf-8")
    (tmp_path / file).write_bytes(gzip.compress(raw) if file.endswith(".gz") else raw)
    items = read_items(tmp_path / file)
    assert items.reading.known_form == name
    words = {
        "id": items.ids,
        "title": items.titles,
        "text": items.texts,
        "category": items.categories,
        "group": items.groups,
    }
    for key, value in first.items():
        found = items.numbers[key] if key in items.numbers else words[key]
        assert found[0] == (pytest.approx(value) if isinstance(value, float) else value)
    assert not any(mark in text for text in items.encoded for mark in "[]{}")


def test_every_known_form_has_such_a_test() -> None:
    assert {form.name for form in FORMS} == set(KNOWN)


def test_recbole_items_are_read_by_their_typed_header(tmp_path: Path) -> None:
    (tmp_path / "ml-100k.item").write_text(
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n1\tToy Tale\t1995\tAnimation Comedy\n2\tOther\t1996\tDrama\n"
    )
    items = read_items(tmp_path / "ml-100k.item")
    assert (items.ids, items.titles, items.categories) == (
        ["1", "2"],
        ["Toy Tale", "Other"],
        ["Animation Comedy", "Drama"],
    )
    assert items.numbers["published"][1] - items.numbers["published"][0] == pytest.approx(24 * 365.2425)


def test_an_older_spotify_file_is_known_too(tmp_path: Path) -> None:
    (tmp_path / "tracks.csv").write_text(
        "id,name,popularity,duration_ms,explicit,artists,id_artists,release_date\n35iw,Harbour,6,126903,0,['Ann'],['45t'],1922-02-22\n021h,Hills,0,98200,0,\"['Bo', 'Cy']\",['14j'],1922-06-01\n"
    )
    items = read_items(tmp_path / "tracks.csv")
    assert items.reading.known_form == "Spotify tracks"
    assert items.groups == ["Ann", "Bo, Cy"]
    assert items.numbers["published"][0] < 0 < items.numbers["duration"][0]


@pytest.mark.parametrize("rows", [["a lamp", "a table"], [("a lamp", 3)], np.array(["a lamp", "a table"])])
def test_rows_that_are_no_mappings_are_named(rows: Any) -> None:
    with pytest.raises(
        CatalogueError, match=r"whose first row, .*a lamp.*; rows are mappings of columns to cells"
    ):
        read_items(rows)


def test_what_is_made_of_a_data_frame_is_one() -> None:
    class Frame(pandas.DataFrame):
        """A class of somebody else's, such as GeoPandas'."""

    assert read_items(Frame({"title": ["A lamp", "A table"]})).titles == ["A lamp", "A table"]
