"""Films: the most reviewed ones of a CC0 snapshot of Wikidata that the package bokeh-sampledata carries."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import zipfile
from pathlib import Path

SOURCE = "bokeh-sampledata==2026.1"
_QUERY = """
select o.imdbID, o.Title, o.Year, o.Runtime, o.Genre, o.Director, o."Cast", o.Language, o.Country, t.Meter, t.Reviews
from omdb o join tomatoes t on o.ID = t.ID
where o.imdbID is not null and o.Title is not null and o.Genre is not null and o.Genre != '' and t.Reviews is not null
order by t.Reviews desc, o.imdbID
"""
_OPENINGS = (
    "A {year} {genre} film directed by {director}.",
    "Directed by {director} in {year}, a {genre} film.",
    "{director}'s {genre} picture of {year}.",
    "From {year}: a {genre} film, directed by {director}.",
)
_CASTS = ("With {cast}.", "Starring {cast}.", "In the cast are {cast}.", "Featuring {cast}.")
_ORIGINS = (
    "In {language}, from {country}.",
    "Made in {country}; spoken in {language}.",
    "A production of {country}, in {language}.",
)


def films(wheel: Path, count: int = 5_000) -> list[dict[str, str]]:
    """Returns the most reviewed films.

    Args:
        wheel: The wheel of `SOURCE`.
        count: How many.

    Returns:
        Rows with id, title, text, category (the first genre), genres, year, duration (minutes), director, cast, language, country, meter
        (percent of favourable reviews) and popularity (number of reviews).
    """
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        database = Path(archive.extract("bokeh_sampledata/_data/movies.db", folder))
        connection = sqlite3.connect(database)
        try:
            found = connection.execute(_QUERY).fetchall()
        finally:
            connection.close()
    rows: list[dict[str, str]] = []
    seen: set[str] = set()
    for identifier, title, year, runtime, genre, director, cast, language, country, meter, reviews in found:
        if identifier in seen or not title.strip() or not director:
            continue
        seen.add(identifier)
        genres = _names(genre)
        row = {
            "id": identifier,
            "title": title.strip(),
            "text": "",
            "category": genres[0],
            "genres": "|".join(genres),
            "year": str(year),
            "duration": f"{runtime:g}" if runtime and runtime > 0 else "",
            "director": ", ".join(_names(director)[:2]),
            "cast": ", ".join(_names(cast)[:3]),
            "language": ", ".join(_names(language)[:2]),
            "country": ", ".join(_names(country)[:2]),
            "meter": f"{meter:g}" if meter is not None else "",
            "popularity": f"{reviews:g}",
        }
        row["text"] = _describe(row, genres)
        rows.append(row)
        if len(rows) == count:
            break
    return rows


def _describe(row: dict[str, str], genres: list[str]) -> str:
    """Puts the facts into sentences; the same film always gets the same ones."""
    choose = random.Random(row["id"]).choice
    kinds = " and ".join(genre.lower() for genre in genres[:2])
    opening = choose(_OPENINGS).format(year=row["year"], genre=kinds, director=_listed(row["director"]))
    for vowel in "aeiou":
        opening = opening.replace(f" a {vowel}", f" an {vowel}")
    parts = [opening]
    if row["cast"]:
        parts.append(choose(_CASTS).format(cast=_listed(row["cast"])))
    if row["language"] and row["country"]:
        parts.append(
            choose(_ORIGINS).format(language=_listed(row["language"]), country=_listed(row["country"]))
        )
    return " ".join(parts)


def _listed(names: str) -> str:
    parts = names.split(", ")
    return names if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _names(value: str | None) -> list[str]:
    return list(
        dict.fromkeys(
            part.strip()
            for part in (value or "").split(",")
            if part.strip() and not part.strip().startswith("http")
        )
    )
