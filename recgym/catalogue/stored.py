"""A catalogue as plain words and arrays, and back: what files of catalogues are made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.catalogue import NUMERIC_COLUMNS, Catalogue
from recgym.catalogue.reading import Reading
from recgym.core.stored_files import read_arrays, read_json

_WORDS = ("ids", "titles", "texts", "categories", "groups")


def words_of(catalogue: Catalogue) -> dict[str, Any]:
    """Returns what of a catalogue is words, for JSON."""
    return {
        "name": catalogue.name,
        "domain_names": list(catalogue.domain_names),
        "reading": None if catalogue.reading is None else catalogue.reading.as_json(),
        **{name: [str(value) for value in getattr(catalogue, name)] for name in _WORDS},
    }


def arrays_of(catalogue: Catalogue) -> dict[str, NDArray[Any]]:
    """Returns what of a catalogue is numbers, for a NumPy archive."""
    return {name: getattr(catalogue, name) for name in ("embeddings", "domains", *catalogue.numeric_columns)}


def catalogue_of(words: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Catalogue:
    """Returns the catalogue that `words_of` and `arrays_of` took apart.

    Raises:
        KeyError, TypeError, ValueError: if something is missing or does not fit.
    """
    numbers = {name: arrays[name] for name in NUMERIC_COLUMNS if name in arrays}
    reading = words.get("reading")
    return Catalogue(
        words["name"],
        words["ids"],
        words["titles"],
        words["texts"],
        np.array(words["categories"]),
        arrays["embeddings"],
        domains=arrays["domains"],
        domain_names=tuple(words["domain_names"]),
        groups=np.array(words["groups"]),
        reading=None if reading is None else Reading.from_json(reading),
        **numbers,
    )


def save_catalogue(file: IO[bytes], catalogue: Catalogue, *, vectors_name: str = "") -> None:
    """Writes a catalogue as one NumPy archive.

    Args:
        file: Where.
        catalogue: The catalogue.
        vectors_name: Name under which its vectors are kept elsewhere; the archive is without them then.
    """
    words = json.dumps({**words_of(catalogue), "vectors": vectors_name}).encode()
    arrays: dict[str, Any] = {
        name: array
        for name, array in arrays_of(catalogue).items()
        if not (vectors_name and name == "embeddings")
    }
    np.savez(file, words=np.frombuffer(words, np.uint8), **arrays)


def load_stored(
    file: IO[bytes], vectors_of: Callable[[str, int], NDArray[np.float32] | None] | None = None
) -> Catalogue | None:
    """Reads what `save_catalogue` wrote; nothing in it is run.

    Args:
        file: Where it is.
        vectors_of: Finds vectors by their name and number, for an archive without them.

    Returns:
        The catalogue, or ``None`` if its vectors are kept elsewhere and not there any more.

    Raises:
        KeyError, TypeError, ValueError: if it is something else, or damaged.
    """
    arrays = read_arrays(file)
    words = read_json(arrays.pop("words").tobytes())
    if words["vectors"]:
        vectors = None if vectors_of is None else vectors_of(words["vectors"], len(words["ids"]))
        if vectors is None:
            return None
        arrays["embeddings"] = vectors
    return catalogue_of(words, arrays)
