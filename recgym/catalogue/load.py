"""Loads catalogues: the shipped ones by name, one's own from a file or a table, and those of an environment made before.

What was made of a file is kept, so that it is read once; and an environment made of it refers to that, not to whatever the path holds later.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import sys
import time
import warnings
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from os import PathLike
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.cache import Cache
from recgym.catalogue.catalogue import Catalogue, CatalogueError
from recgym.catalogue.embed import embed_by_name, encoder_identity, read_vectors
from recgym.catalogue.file_content import ENDINGS, read_content
from recgym.catalogue.read import READER_VERSION, FileOptions, Items, read_items
from recgym.catalogue.reading import Reading
from recgym.catalogue.stored import load_stored, save_catalogue
from recgym.core.arguments import shortened, unknown_name

DATA = Path(__file__).parent / "data"
SHIPPED = ("films", "tracks", "products", "stories")
"""Names of the shipped catalogues; ``"all"`` is their union."""
_LEFT_OUT: dict[str, tuple[str, ...]] = {"films": ("published",)}
"""Fields that shipped catalogues leave out: the year of a film is no moment on a scenario's clock."""
_LOG = logging.getLogger("recgym.catalogue")
_REFERENCE_KEYS = frozenset(("name", "fingerprint", "path", "sha256"))
_KEPT_IN_MEMORY = 8
_SETTLED_NANOSECONDS = 2_000_000_000
"""Age at which a file's time of change tells apart all of its versions."""


def load_catalogue(
    source: Any,
    *,
    name: str | None = None,
    encoder: Any = None,
    cache_dir: str | PathLike[str] | None = None,
    progress: bool | None = None,
    encoder_workers: int | None = None,
    columns: Mapping[str, Any] | None = None,
    separator: str | None = None,
    text_encoding: str | None = None,
    header: bool | None = None,
    on_bad_rows: str = "error",
) -> Catalogue:
    """Returns a catalogue.

    Args:
        source: A name of `SHIPPED` or ``"all"``; the path of a file (delimited text, JSON, JSON lines, Parquet; compressed or not); a DataFrame of
            pandas or Polars, an Arrow table, a list of mappings; a `Catalogue`, which is returned as it is; or what `reference_to` returned.
        name: What to call it; the file's name without its ending if ``None``.
        encoder: For a file or table: what turns its texts into vectors (see `recgym.catalogue.embed.embed_texts`).
        cache_dir: For a file or table: where what was made of it is kept.
        progress: Whether to show progress; only on a terminal if ``None``.
        encoder_workers: Processes that encode.
        columns: Which columns are which field: ``{"title": "prod_name", "text": ["detail_desc", "colour"], "price": None}``. A number counts from 1.
        separator: Between values; found by looking if ``None``.
        text_encoding: Of the text; found by looking if ``None``.
        header: Whether the first row names the columns; found by looking if ``None``.
        on_bad_rows: "error" refuses rows that cannot be used, "skip" leaves them out and says how many.

    Raises:
        FileNotFoundError: if there is no such file.
        CatalogueError: if the name, the file, the table or the encoder cannot be used.
    """
    options = FileOptions(columns, separator, text_encoding, header, on_bad_rows)
    if isinstance(source, Catalogue):
        if options != FileOptions():
            raise CatalogueError(
                f"{source.name!r} is a Catalogue already; how to read a file can be said for files only."
            )
        return source
    if isinstance(source, str) and source in (*SHIPPED, "all"):
        if encoder is not None or options != FileOptions():
            raise CatalogueError(
                f"Catalogue {source!r} is shipped with its vectors; encoder= and how to read a file are for files."
            )
        return _union() if source == "all" else _shipped(source)
    reader = _Reader(options, encoder, Cache(cache_dir), progress, encoder_workers)
    if isinstance(source, Mapping) and set(source) == _REFERENCE_KEYS:
        return _referred(source, reader)
    if isinstance(source, str | PathLike):
        path = _path_of(source)
        return reader.file(path, name or _name_of(path))
    if (separator, text_encoding, header) != (None, None, None):
        raise CatalogueError(
            f"separator=, text_encoding= and header= are for files; this is a {type(source).__name__}."
        )
    items = read_items(source, options)
    catalogue, _ = reader.made_of(items, name or "items")
    _tell(catalogue)
    return catalogue


def _path_of(source: str | PathLike[str]) -> Path:
    """Returns the path that a source means.

    Raises:
        CatalogueError: if it is empty, an address on the network, or a name that is not known.
    """
    text = os.fspath(source)
    if not isinstance(text, str) or not text.strip():
        raise CatalogueError(
            f"catalogue={text!r} is empty; give a name ({', '.join(SHIPPED)}, all) or the path of a file."
        )
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", text):
        raise CatalogueError(
            f"catalogue={shortened(text)} is an address; nothing is downloaded. Save the file, and give its path."
        )
    path = Path(text).expanduser()
    if isinstance(source, str) and not path.suffix and path.name == text and not path.exists():
        raise CatalogueError(
            unknown_name("catalogue", source, (*SHIPPED, "all"))
            + f" Or give the path of a file: {', '.join(ENDINGS)}."
        )
    return path.absolute()


def _name_of(path: Path) -> str:
    return path.name.split(".")[0] or path.name


@dataclass(frozen=True)
class _Version:
    """A file as it was when it was read."""

    modified: int
    size: int
    inode: int
    settled: bool  # whether a later version must have another time

    @staticmethod
    def of(path: Path) -> _Version:
        about = path.stat()
        return _Version(
            about.st_mtime_ns,
            about.st_size,
            about.st_ino,
            time.time_ns() - about.st_mtime_ns > _SETTLED_NANOSECONDS,
        )


_in_memory: OrderedDict[str, tuple[_Version, Catalogue]] = OrderedDict()
"""What was made of files by this process, by path and options."""
_held: OrderedDict[str, Catalogue] = OrderedDict()
"""Catalogues that this process used, by fingerprint."""


class _Reader:
    """Makes catalogues of files and tables in one way, and keeps them."""

    def __init__(
        self, options: FileOptions, encoder: Any, cache: Cache, progress: bool | None, workers: int | None
    ) -> None:
        self.options = options
        self.encoder = encoder
        self.cache = cache
        self.progress = sys.stderr.isatty() if progress is None else progress
        self.workers = workers
        wanted = {option.name: getattr(options, option.name) for option in fields(options)}
        self.words = json.dumps([READER_VERSION, wanted], default=list)

    def file(self, path: Path, name: str) -> Catalogue:
        """Returns what was made of a file, in this process or an earlier one; makes it where that is not there."""
        named = self.encoder is None or isinstance(self.encoder, str)
        place = f"{path}\n{name}\n{self.words}\n{self.encoder}\n{self.cache.folder}" if named else ""
        before = _in_memory.get(place)
        if before is not None and path.is_file() and before[0].settled and _Version.of(path) == before[0]:
            return before[1]
        content = read_content(path)
        version = _Version.of(path)
        sha256 = hashlib.sha256(content).hexdigest()
        del content
        if before is not None and before[1].reading is not None and before[1].reading.sha256 == sha256:
            catalogue = before[1]
        else:
            catalogue = self._file_of_content(path, name, sha256)
            assert catalogue.reading is not None
            _tell(catalogue)
        if place:
            _in_memory[place] = version, catalogue
            while len(_in_memory) > _KEPT_IN_MEMORY:
                _in_memory.popitem(last=False)
        return catalogue

    def _file_of_content(self, path: Path, name: str, sha256: str) -> Catalogue:
        key = hashlib.sha256(
            f"{sha256}\n{name}\n{path.name}\n{self.words}\n{encoder_identity(self.encoder)}".encode()
        ).hexdigest()
        record = f"reading-{key[:40]}.json"
        found = self.cache.read(record, json.load)
        if found is not None:
            stored = read_stored(self.cache, found["fingerprint"])
            if stored is not None:
                return replace(stored, reading=replace(Reading.from_json(found["reading"]), path=str(path)))
        items = read_items(path, self.options)
        if items.reading.sha256 != sha256:
            raise CatalogueError(f"{path} changed while it was read; read it again when it is complete.")
        catalogue, vectors_name = self.made_of(items, name)
        if store(self.cache, catalogue, vectors_name):
            words = {"fingerprint": catalogue.fingerprint, "reading": items.reading.as_json()}
            self.cache.write(record, lambda file: file.write(json.dumps(words).encode()))
        return catalogue

    def made_of(self, items: Items, name: str) -> tuple[Catalogue, str]:
        """Encodes items; returns the catalogue, and the name of its vectors in the cache."""
        vectors, vectors_name = embed_by_name(
            items.encoded, self.encoder, self.cache, progress=self.progress, workers=self.workers
        )
        return _catalogue(name, items, vectors), vectors_name


def _tell(catalogue: Catalogue) -> None:
    """Says what was understood of a file: loudly if something of it is not used."""
    reading = catalogue.reading
    assert reading is not None
    _LOG.log(logging.WARNING if reading.unused or reading.skipped else logging.INFO, "%s", reading.line())
    for doubt in reading.doubts:
        warnings.warn(f"{reading.source}: {doubt}.", stacklevel=4)


@cache
def _shipped(name: str) -> Catalogue:
    columns = dict.fromkeys(_LEFT_OUT.get(name, ()))
    items = read_items(DATA / name / "items.csv", FileOptions(columns, ",", "utf-8", True))
    vectors = np.load(DATA / name / "vectors.npy", allow_pickle=False).astype(np.float32)
    return replace(
        _catalogue(name, items, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)), reading=None
    )


@lru_cache(maxsize=1)
def _union() -> Catalogue:
    return Catalogue.union([_shipped(name) for name in SHIPPED])


def _catalogue(name: str, items: Items, vectors: NDArray[np.float32]) -> Catalogue:
    numbers: dict[str, Any] = dict(items.numbers)
    return Catalogue(
        name, items.ids, items.titles, items.texts, np.array(items.categories), vectors,
        groups=np.array(items.groups), reading=items.reading, **numbers,
    )  # fmt: skip


def reference_to(catalogue: Catalogue, cache_dir: str | PathLike[str] | None = None) -> dict[str, str]:
    """Returns a reference to a catalogue, as plain values: its name and fingerprint, and the absolute path and hash of its file.

    `load_catalogue` finds the same catalogue by it, and nothing else: in this process, or in the cache, where it is put now; a file that is gone
    does not matter, one that changed is an error.

    Args:
        catalogue: The catalogue.
        cache_dir: Where it is kept.
    """
    hold(catalogue)
    cache = Cache(cache_dir)
    if not cache.has(_stored_name(catalogue.fingerprint)):
        store(cache, catalogue)
    reading = catalogue.reading
    return {
        "name": catalogue.name,
        "fingerprint": catalogue.fingerprint,
        "path": "" if reading is None else reading.path,
        "sha256": "" if reading is None else reading.sha256,
    }


def hold(catalogue: Catalogue) -> None:
    """Lets references to a catalogue find it in this process."""
    _held[catalogue.fingerprint] = catalogue
    _held.move_to_end(catalogue.fingerprint)
    while len(_held) > _KEPT_IN_MEMORY:
        _held.popitem(last=False)


def _referred(reference: Mapping[str, str], reader: _Reader) -> Catalogue:
    """Returns the catalogue that a reference means.

    Raises:
        CatalogueError: if it cannot be had any more, or its file is another one now.
    """
    fingerprint = reference["fingerprint"]
    if fingerprint in _held:
        return _held[fingerprint]
    path = Path(reference["path"]) if reference["path"] else None
    there = path is not None and path.is_file()
    again = (
        f"make the environment again with catalogue={str(path)!r}"
        if path
        else "make the environment again with the catalogue itself"
    )
    if path is not None and there and hashlib.sha256(read_content(path)).hexdigest() != reference["sha256"]:
        raise CatalogueError(
            f"The file {path} has changed since the environment was made: the same actions would show other items. Put the file back, or, to use it as it is now, "
            f"{again}."
        )
    stored = read_stored(reader.cache, fingerprint)
    if stored is None and path is not None and there:
        stored = reader.file(path, reference["name"])
        if stored.fingerprint != fingerprint:
            raise CatalogueError(
                f"The file {path} was read or encoded in another way when the environment was made, and what was made of it is not in the cache any more. Pass the "
                f"same encoder= and columns=, or {again}."
            )
    if stored is None:
        raise CatalogueError(
            f"The catalogue {reference['name']!r} cannot be had any more: it is not in the cache{f', and its file {path} is gone' if path else ''}. Pass the cache_dir= of "
            f"the machine where the environment was made, or {again}."
        )
    hold(stored)
    return stored


def _stored_name(fingerprint: str) -> str:
    return f"catalogue-{fingerprint[:40]}.npz"


def store(cache: Cache, catalogue: Catalogue, vectors_name: str = "") -> bool:
    """Keeps a catalogue, and says whether it is kept.

    Args:
        cache: Where.
        catalogue: The catalogue.
        vectors_name: Name under which its vectors are kept already.
    """
    beside = vectors_name if vectors_name and cache.has(vectors_name) else ""
    return cache.write(
        _stored_name(catalogue.fingerprint), lambda file: save_catalogue(file, catalogue, vectors_name=beside)
    )


def read_stored(cache: Cache, fingerprint: str) -> Catalogue | None:
    """Returns a catalogue that was kept, or ``None``."""

    def load(file: IO[bytes]) -> Catalogue | None:
        return load_stored(file, lambda name, count: read_vectors(cache, name, count))

    return cache.read(_stored_name(fingerprint), load)
