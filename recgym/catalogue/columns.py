"""Which column of a table is which field of an item: names that are understood, well-known data sets, and what a user says."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from recgym.catalogue.catalogue import CatalogueError
from recgym.catalogue.cells import Column as _Column
from recgym.catalogue.cells import normalised, quoted
from recgym.catalogue.words import joined_texts, read_words

FIELDS = (
    "id",
    "title",
    "text",
    "category",
    "group",
    "price",
    "duration",
    "published",
    "half_life",
    "popularity",
)
"""What an item may have. A title or a text is needed."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": (
        "item_id", "item", "product_id", "movie_id", "film_id", "article_id", "news_id", "track_id", "song_id", "video_id", "book_id", "show_id", "app_id",
        "appid", "game_id", "business_id", "recipe_id", "anime_id", "post_id", "doc_id", "asin", "parent_asin", "isbn", "isbn13", "isbn10", "isbn_13",
        "isbn_10", "sku", "gtin", "ean", "upc", "uniq_id", "unique_id", "imdb_id", "tconst", "uri", "track_uri", "uuid", "guid", "itemid", "productid",
        "movieid", "articleid", "code", "product_code", "key",
    ),
    "title": (
        "name", "product_name", "prod_name", "product_title", "item_name", "item_title", "track_name", "track_title", "song_name", "song_title", "song",
        "movie_title", "movie_name", "film_title", "film", "book_title", "book_name", "original_title", "primary_title", "article_title", "news_title",
        "headline", "heading", "app_name", "game_name", "game_title", "show_name", "show_title", "video_title", "recipe_name", "business_name", "titel",
        "titre", "titulo", "titolo", "product", "bezeichnung", "nombre", "nome", "nom", "movie", "item_title",
    ),
    "text": (
        "description", "desc", "detail_desc", "item_description", "product_description", "long_description", "short_description", "details", "abstract",
        "summary", "overview", "plot", "synopsis", "body", "content", "about", "about_product", "about_the_game", "lead", "teaser", "article_body",
        "full_text", "beschreibung", "descripcion", "descricao", "descrizione",
    ),
    "category": (
        "categories", "category_name", "genre", "genres", "department", "department_name", "section", "section_name", "product_type", "product_type_name",
        "product_group", "product_group_name", "product_category", "main_category", "item_category", "listed_in", "topic", "topics", "track_genre",
        "playlist_genre", "class", "kategorie", "categoria", "categorie",
    ),
    "group": (
        "artist", "artists", "artist_name", "track_artist", "brand", "brand_name", "director", "directors", "creator", "author", "authors", "show", "story",
        "series", "publisher", "developer", "developers", "channel", "channel_title", "store", "manufacturer", "band",
    ),
    "price": (
        "prices", "cost", "list_price", "selling_price", "sale_price", "unit_price", "retail_price", "final_price", "current_price", "price_usd", "price_eur",
        "usd", "preis", "prix", "precio", "preco", "prezzo", "fiyat",
    ),
    "duration": (
        "runtime", "run_time", "length", "running_time", "playtime", "play_time", "duration_ms", "duration_sec", "duration_seconds", "duration_s",
        "duration_min", "duration_minutes", "runtime_minutes", "runtime_min", "length_seconds", "length_minutes", "milliseconds", "track_duration", "dauer",
        "duracion",
    ),
    "published": (
        "published_at", "publish_date", "publish_time", "published_date", "publication_date", "pub_date", "date", "datetime", "release_date", "release_year",
        "released", "year", "publication_year", "original_publication_year", "timestamp", "created_at", "date_added", "date_published", "uploaded_at",
        "upload_date", "published_ms", "published_time", "time", "datum", "fecha",
    ),
    "half_life": ("half_life_hours", "halflife"),
    "popularity": (
        "rating_number", "ratings_count", "rating_count", "num_ratings", "number_of_ratings", "review_count", "reviews_count", "num_reviews",
        "number_of_reviews", "votes", "vote_count", "num_votes", "views", "view_count", "plays", "play_count", "streams", "listeners", "downloads", "sales",
        "purchases", "clicks", "positive_ratings",
    ),
}  # fmt: skip
"""Other names of each field, as `recgym.catalogue.cells.normalised` writes them."""
_FLAGS = (
    "unknown", "action", "adventure", "animation", "childrens", "comedy", "crime", "documentary", "drama", "fantasy", "film_noir", "horror", "musical",
    "mystery", "romance", "sci_fi", "thriller", "war", "western",
)  # fmt: skip


@dataclass(frozen=True)
class FileForm:
    """A well-known form of files of items.

    Attributes:
        name: Of the data set.
        files: Patterns of file names by which it is known; for those with columns of their own, these are needed, too.
        needs: Columns by which it is known (normalised names).
        columns: Fields and the columns that they are read from.
        header: Names of the columns, for files without any.
        separator: Between values.
        text_encoding: Of its text.
        without_quotes: Whether quotation marks are text.
        flags: Columns of 0 and 1 whose names make the category.
    """

    name: str
    files: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    columns: Mapping[str, str | tuple[str, ...] | None] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    separator: str = ""
    text_encoding: str = ""
    without_quotes: bool = False
    flags: tuple[str, ...] = ()

    def names_file(self, name: str) -> bool:
        """Says whether a file without names of columns is known by its own name."""
        return bool(self.header) and any(fnmatch.fnmatch(name.lower(), pattern) for pattern in self.files)

    def has_columns(self, columns: Sequence[str]) -> bool:
        """Says whether a table has the columns by which this form is known."""
        return bool(self.needs) and set(self.needs) <= {normalised(column) for column in columns}


FORMS = (
    FileForm(
        "MovieLens 100K", ("u.item",), separator="|", text_encoding="latin-1", without_quotes=True, flags=_FLAGS,
        header=("movie_id", "title", "release_date", "video_release_date", "imdb_url", *_FLAGS),
        columns={"id": "movie_id", "title": "title", "text": None, "group": None, "published": "release_date"},
    ),
    FileForm(
        "MovieLens 1M", ("movies.dat",), separator="::", text_encoding="latin-1", without_quotes=True, header=("movie_id", "title", "genres"),
        columns={"id": "movie_id", "title": "title", "category": "genres"},
    ),
    FileForm("MovieLens", needs=("movie_id", "title", "genres"), columns={"id": "movie_id", "title": "title", "category": "genres"}),
    FileForm(
        "MIND", ("news.tsv",), separator="\t", text_encoding="utf-8", without_quotes=True,
        header=("news_id", "category", "subcategory", "title", "abstract", "url", "title_entities", "abstract_entities"),
        columns={"id": "news_id", "title": "title", "text": "abstract", "category": "category", "group": None},
    ),
    FileForm(
        "Goodbooks", needs=("book_id", "authors", "original_publication_year", "title", "ratings_count"),
        columns={"id": "book_id", "title": "title", "group": "authors", "published": "original_publication_year", "popularity": "ratings_count"},
    ),
    FileForm(
        "Amazon Reviews 2023 metadata", needs=("parent_asin", "title", "main_category"),
        columns={"id": "parent_asin", "title": "title", "text": ("features", "description"), "category": "main_category", "group": "store", "price": "price", "popularity": "rating_number"},
    ),
    FileForm(
        "Amazon metadata", needs=("asin", "title", "description"),
        columns={"id": "asin", "title": "title", "text": ("feature", "description"), "category": "category", "group": "brand", "price": "price"},
    ),
    FileForm(
        "H&M articles", needs=("article_id", "prod_name", "detail_desc", "product_group_name"),
        columns={"id": "article_id", "title": "prod_name", "text": ("product_type_name", "colour_group_name", "detail_desc"), "category": "product_group_name", "group": None},
    ),
    FileForm(
        "Steam", needs=("app_name", "genres", "developer"),
        columns={"id": "id", "title": ("app_name",), "text": ("tags", "specs"), "category": "genres", "group": "developer", "price": "price", "published": "release_date"},
    ),
    FileForm(
        "Steam store", needs=("appid", "name", "genres", "developer"),
        columns={"id": "appid", "title": "name", "text": ("steamspy_tags",), "category": "genres", "group": "developer", "price": "price", "published": "release_date", "popularity": "positive_ratings"},
    ),
    FileForm(
        "Netflix titles", needs=("show_id", "title", "listed_in", "description"),
        columns={"id": "show_id", "title": "title", "text": "description", "category": "listed_in", "group": "director", "duration": "duration", "published": "date_added"},
    ),
    FileForm(
        "Spotify tracks", needs=("track_id", "track_name", "artists", "duration_ms"),
        columns={"id": "track_id", "title": "track_name", "text": ("album_name",), "category": "track_genre", "group": "artists", "duration": "duration_ms", "popularity": "popularity"},
    ),
    FileForm(
        "Spotify tracks", needs=("id", "name", "artists", "duration_ms"),
        columns={"id": "id", "title": "name", "group": "artists", "duration": "duration_ms", "published": "release_date", "popularity": "popularity"},
    ),
    FileForm(
        "Yelp businesses", needs=("business_id", "name", "categories", "review_count"),
        columns={"id": "business_id", "title": "name", "text": ("categories", "city"), "category": "categories", "popularity": "review_count"},
    ),
)  # fmt: skip
"""Files that are understood by their form; the first that fits counts."""


@cache
def _fields_by_name() -> dict[str, str]:
    return {name: key for key, names in SYNONYMS.items() for name in names} | {key: key for key in FIELDS}


def field_of_name(name: str) -> str | None:
    """Returns the field that a column's name means, or ``None``.

    >>> field_of_name("movieId"), field_of_name("Product Name"), field_of_name("style")
    ('id', 'title', None)
    """
    return _fields_by_name().get(normalised(name))


@dataclass(frozen=True)
class Mapped:
    """Which columns are read for which field.

    Attributes:
        columns: The columns of each field that the table has, in the order in which they are joined.
        unused: Columns that are not read.
        doubts: What a user should look at: columns that look like a field and are not one.
        flags: Columns of 0 and 1 whose names make the category.
    """

    columns: dict[str, list[str]]
    unused: list[str]
    doubts: list[str]
    flags: list[str]


def map_columns(table: Any, said: Mapping[str, Any] | None) -> Mapped:
    """Finds the columns of the fields.

    Args:
        table: A `recgym.catalogue.table.Table`.
        said: By field: a column, a list of columns to be joined, or ``None`` to leave the field out. A column is named as in the file (case and
            spaces do not matter) or numbered from 1.

    Raises:
        CatalogueError: if a field or a column does not exist, several columns could be one field, or there are neither titles nor texts.
    """
    said = _checked(said)
    columns: dict[str, list[str]] = {}
    for key, wanted in said.items():
        if wanted is not None:
            several = wanted if isinstance(wanted, list | tuple) else [wanted]
            columns[key] = [_found(table, key, column) for column in several]
    flags: list[str] = []
    if table.known_form is not None:
        by_name = {normalised(column): column for column in table.columns}
        for key, wanted in table.known_form.columns.items():
            if key in said or wanted is None:
                continue
            several = (wanted,) if isinstance(wanted, str) else wanted
            present = [by_name[name] for name in several if name in by_name]
            if present:
                columns[key] = present
        flags = (
            []
            if "category" in said
            else [by_name[name] for name in table.known_form.flags if name in by_name]
        )
        left_out = set(said) | set(table.known_form.columns)
    else:
        left_out = set(said)
    taken = {column for several in columns.values() for column in several}
    for key in FIELDS:
        if key in columns or key in left_out:
            continue
        candidates = [column for column in table.columns if column not in taken and _means(column, key)]
        if candidates:
            columns[key] = [candidates[0] if len(candidates) == 1 else _chosen(table, key, candidates)]
            taken.add(columns[key][0])
    for key, several in columns.items():
        for column in several:
            inner = table.flattened.get(column)
            if inner and column not in said.get(key, ()):
                raise CatalogueError(
                    f"{table.source}: column {column!r} is a mapping in some rows, with {', '.join(inner[:6])}. Name what is meant, such as columns="
                    f'{{"{key}": {[column, inner[0]]!r}}}, which takes both.'
                )
    if "title" not in columns and "text" not in columns:
        raise CatalogueError(_no_words(table, said))
    taken = {column for several in columns.values() for column in several} | set(flags)
    unused = [column for column in table.columns if column not in taken]
    return Mapped(columns, unused, _doubts(table, unused, columns, left_out), flags)


def _checked(said: Mapping[str, Any] | None) -> dict[str, Any]:
    if said is None:
        return {}
    if not isinstance(said, Mapping):
        raise CatalogueError(
            f'columns={quoted(said)} must map fields to columns, such as {{"title": "prod_name"}}. Fields: {", ".join(FIELDS)}.'
        )
    for key, wanted in said.items():
        if key not in FIELDS:
            near = next(iter(difflib.get_close_matches(str(key), FIELDS, 1)), field_of_name(str(key)))
            hint = f" Did you mean {near!r}?" if near else ""
            raise CatalogueError(
                f"columns= names a field {quoted(key)} that items do not have.{hint} Fields: {', '.join(FIELDS)}."
            )
        several = wanted if isinstance(wanted, list | tuple) else [wanted]
        if not several or not all(
            isinstance(column, str | int) and not isinstance(column, bool)
            for column in several
            if wanted is not None
        ):
            raise CatalogueError(
                f"columns[{key!r}]={quoted(wanted)} must be the name of a column, its number from 1, a list of these, or None."
            )
        if len(several) > 1 and key not in ("title", "text", "category", "group"):
            raise CatalogueError(
                f"columns[{key!r}]={quoted(wanted)} has {len(several)} columns; {key} is read from one."
            )
    return dict(said)


def _found(table: Any, key: str, wanted: str | int) -> str:
    """Returns the column that a user named or numbered."""
    names = list(table.columns)
    if isinstance(wanted, int):
        if not 1 <= wanted <= len(names):
            raise CatalogueError(f"columns[{key!r}]={wanted}: {table.source} has columns 1 to {len(names)}.")
        return names[wanted - 1]
    if wanted in table.columns:
        return wanted
    if wanted in table.flattened:
        raise CatalogueError(
            f"columns[{key!r}]={wanted!r} is a mapping in {table.source}; name one of {', '.join(table.flattened[wanted][:8])}."
        )
    plain = [name for name in names if normalised(name) == normalised(wanted)]
    if len(plain) == 1:
        return plain[0]
    repeated = [name for name in names if name.startswith(f"{wanted} (column ")]
    if repeated:
        numbers = [names.index(name) + 1 for name in repeated]
        raise CatalogueError(
            f"columns[{key!r}]={wanted!r}: {table.source} has several columns of that name; pass one by its number: {numbers}."
        )
    near = difflib.get_close_matches(wanted, names, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise CatalogueError(
        f"columns[{key!r}]={wanted!r}: {table.source} has no such column.{hint} It has {', '.join(names[:30])}."
    )


def _means(column: str, key: str) -> bool:
    return field_of_name(column.partition(" (column ")[0]) == key


def _chosen(table: Any, key: str, candidates: list[str]) -> str:
    """Chooses between columns of one meaning where name or content decides; otherwise that is for the user to say."""
    own = [column for column in candidates if normalised(column) == key]
    if len(own) == 1:
        return own[0]
    if key == "id":
        unique = [column for column in candidates if _is_unique(table.columns[column])]
        if len(unique) == 1:
            return unique[0]
    filled = [column for column in candidates if any(_has_content(cell) for cell in table.columns[column])]
    if len(filled) == 1:
        return filled[0]
    ordered = sorted(candidates, key=lambda column: -_mean_length(table.columns[column]))
    shown = "; ".join(
        f"{column!r} (column {list(table.columns).index(column) + 1}): {_examples(table.columns[column])}"
        for column in ordered[:6]
    )
    joined = (
        f" A list is joined: {{{key!r}: {[_as_said(table, column) for column in ordered[:2]]!r}}}."
        if key in ("title", "text", "category")
        else ""
    )
    leave = "" if key in ("title", "text") else f" {{{key!r}: None}} leaves them out."
    raise CatalogueError(
        f"{table.source}: {len(candidates)} columns may be the {key}, the longest first: {shown}. Say which: columns={{{key!r}: {_as_said(table, ordered[0])!r}}}."
        f"{joined}{leave}"
    )


def _as_said(table: Any, column: str) -> str | int:
    """Returns how a user names a column: by its number where the file has no name for it, or several of that name."""
    return column if table.header and " (column " not in column else list(table.columns).index(column) + 1


def _is_unique(cells: Sequence[Any]) -> bool:
    words = [str(cell) for cell in cells]
    return all(_has_content(cell) for cell in cells) and len(set(words)) == len(words)


def _has_content(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _mean_length(cells: Sequence[Any]) -> float:
    sample = [len(str(cell)) for cell in cells[:2_000] if _has_content(cell)]
    return sum(sample) / max(len(sample), 1)


def _examples(cells: Sequence[Any], count: int = 2) -> str:
    found: list[str] = []
    for cell in cells[:2_000]:
        shown = quoted(cell, 40)
        if _has_content(cell) and shown not in found:
            found.append(shown)
        if len(found) == count:
            break
    return ", ".join(found) or "empty"


def _no_words(table: Any, said: Mapping[str, Any]) -> str:
    """Words the error for a table without titles and texts, with the columns that may be them by what is in them."""
    names = list(table.columns)
    wordy = [column for column in names if _letters(table.columns[column]) > 0.5]
    ordered = sorted(wordy, key=lambda column: -_mean_length(table.columns[column]))[:4]
    shown = "; ".join(
        f"{column!r} (column {names.index(column) + 1}): {_examples(table.columns[column])}"
        for column in ordered
    )
    by_name = [
        match
        for key in ("title", "text")
        for match in difflib.get_close_matches(key, [normalised(name) for name in names], 1)
    ]
    near = next((name for name in names if by_name and normalised(name) == by_name[0]), None)
    hint = f" Is it {near!r}?" if near else ""
    likely = [near] if near else sorted(ordered[:2], key=names.index)
    said_so = {
        key: _as_said(table, column) for key, column in zip(("title", "text"), likely, strict=False)
    } or {"title": "..."}
    left = [key for key in ("title", "text") if key in said]
    without = "" if table.header else " No header was found; if the first row is one, pass header=True."
    return (
        f"Catalogue file {table.source} has no column 'text' or 'title'{' but those that columns= leaves out' if left else ''}; its columns are "
        f"{', '.join(names[:30]) or 'none'}{', ...' if len(names) > 30 else ''}.{hint}{without} Columns with words, the longest first: {shown or 'none'}. Say which is the title, the text "
        f"or both: columns={said_so!r}."
    )


def _letters(cells: Sequence[Any]) -> float:
    """Share of letters in the words of a column, of what is in it at all."""
    text = "".join(str(cell) for cell in cells[:200] if _has_content(cell))
    return sum(character.isalpha() for character in text) / max(len(text), 1)


def _doubts(table: Any, unused: list[str], columns: Mapping[str, Any], left_out: set[str]) -> list[str]:
    """Returns what to look at: unused columns whose names are nearly those of a field that the table lacks."""
    if table.known_form is not None:
        return []
    lacking = [key for key in FIELDS if key not in columns and key not in left_out]
    doubts = []
    for column in unused:
        plain = normalised(column)
        for key in lacking:
            if difflib.get_close_matches(
                plain, [key, *(name for name in SYNONYMS[key] if len(name) > 4)], 1, 0.83
            ):
                doubts.append(
                    f"column {column!r} is not used; is it the {key}? Then pass columns={{{key!r}: {column!r}}}"
                )
                break
    return doubts


def joined_words(
    table: Any, columns: Sequence[str], faults: list[Any], notes: list[str], *, title: bool = False
) -> list[str]:
    """Returns the words of one or more columns, joined row by row."""
    parts = []
    for name in columns:
        column = _Column(name, table.columns[name], table.places, faults)
        parts.append(read_words(column, title=title))
        notes.extend(f"{name}: {note}" for note in column.notes)
    if len(parts) == 1:
        return parts[0]
    return [joined_texts(row, ". ") for row in zip(*parts, strict=True)]
