"""Loads catalogues: the shipped ones by name, one's own from a file."""

from __future__ import annotations

import sys
from functools import cache, lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from recgym.catalogue.catalogue import Catalogue, CatalogueError
from recgym.catalogue.embed import embed_texts
from recgym.catalogue.read import READERS, Table, read_items
from recgym.core.arguments import unknown_name

DATA = Path(__file__).parent / "data"
SHIPPED = ("films", "tracks", "products", "stories")
"""Names of the shipped catalogues; ``"all"`` is their union."""


def load_catalogue(
    source: str | PathLike[str] | Catalogue,
    *,
    encoder: Any = None,
    cache_dir: str | PathLike[str] | None = None,
    progress: bool | None = None,
) -> Catalogue:
    """Returns a catalogue.

    Args:
        source: A name of `SHIPPED`, ``"all"``, the path of a CSV, JSONL or Parquet file (see `recgym.catalogue.read.read_items`), or a
            `Catalogue`, which is returned as it is.
        encoder: For a file: what turns its texts into vectors (see `recgym.catalogue.embed.embed_texts`).
        cache_dir: For a file: where its vectors are kept.
        progress: Whether to show progress; only on a terminal if ``None``.

    Raises:
        FileNotFoundError: if there is no such file.
        CatalogueError: if the name, the file or the encoder cannot be used.
    """
    if isinstance(source, Catalogue):
        return source
    if not isinstance(source, str | PathLike):
        raise CatalogueError(
            f"catalogue={source!r} must be a name ({', '.join(SHIPPED)}, all), a path, or a Catalogue."
        )
    if isinstance(source, str) and source in (*SHIPPED, "all"):
        if encoder is not None:
            raise CatalogueError(f"Catalogue {source!r} is shipped with its vectors; encoder= is for files.")
        return _union() if source == "all" else _shipped(source)
    path = Path(source)
    if isinstance(source, str) and not path.suffix and not path.exists():
        raise CatalogueError(
            unknown_name("catalogue", source, (*SHIPPED, "all"))
            + f" Or give a path ending in {', '.join(READERS)}."
        )
    table = read_items(path)
    vectors = embed_texts(
        table.encoded,
        encoder,
        cache_dir=cache_dir,
        progress=sys.stderr.isatty() if progress is None else progress,
    )
    return _catalogue(path.stem, table, vectors)


@cache
def _shipped(name: str) -> Catalogue:
    table = read_items(DATA / name / "items.csv")
    vectors = np.load(DATA / name / "vectors.npy", allow_pickle=False).astype(np.float32)
    return _catalogue(name, table, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@lru_cache(maxsize=1)
def _union() -> Catalogue:
    return Catalogue.union([_shipped(name) for name in SHIPPED])


def _catalogue(name: str, table: Table, vectors: np.ndarray) -> Catalogue:
    numbers: dict[str, Any] = dict(table.numbers)
    return Catalogue(
        name,
        table.ids,
        table.titles,
        table.texts,
        np.array(table.categories),
        vectors,
        groups=np.array(table.groups),
        **numbers,
    )
