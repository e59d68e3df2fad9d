"""Files from strangers: NumPy archives and JSON, read so that they neither run anything nor cost more than they hold."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

_VERSIONS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_MOST_ENTRIES = 100_000
"""More arrays than any file of ours has."""


def read_arrays(file: IO[bytes]) -> dict[str, np.ndarray]:
    """Reads what ``numpy.savez`` wrote.

    What a header promises is compared with what is there before any memory is taken, so an archive takes no more of it than it is long. Arrays of Python
    objects, which are pickles, compressed entries and names that lead elsewhere are refused.

    Raises:
        ValueError: if it is something else, or damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return {
                entry.filename.removesuffix(".npy"): _read_entry(archive, entry)
                for entry in _checked_entries(archive, file)
            }
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise ValueError(f"it is no archive of arrays: {error}") from error


def read_json(content: Path | bytes) -> Any:
    """Reads JSON.

    Args:
        content: The JSON, or the path of a file of it.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is no JSON, is nested deeper than any file of ours, or holds numbers of thousands of digits.
    """
    try:
        return json.loads(content.read_bytes() if isinstance(content, Path) else content)
    except (RecursionError, MemoryError) as error:
        raise ValueError("it is nested too deeply, or too large") from error


def _checked_entries(archive: zipfile.ZipFile, file: IO[bytes]) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise ValueError(f"it holds {len(entries):,} entries, more than any file of ours")
    names = set()
    for entry in entries:
        name = entry.filename
        if not name.endswith(".npy") or "/" in name or "\\" in name or name in names:
            raise ValueError(f"entry {name[:80]!r} is not the name of an array")
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise ValueError(f"entry {name[:80]!r} is compressed, and could grow without end")
        names.add(name)
    file.seek(0, 2)
    if sum(entry.file_size for entry in entries) > file.tell():
        raise ValueError("its entries promise more than it holds")
    return entries


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(entry) as content:
        version = npy.read_magic(content)  # type: ignore[no-untyped-call]
        if version not in _VERSIONS:
            raise ValueError(f"array {entry.filename[:80]!r} is of an unknown format {version}")
        shape, fortran_order, kind = _VERSIONS[version](content)  # type: ignore[no-untyped-call]
        if kind.hasobject:
            raise ValueError(
                f"array {entry.filename[:80]!r} holds Python objects, which are code when they are read"
            )
        count = 1
        for length in shape:  # whole numbers of Python, which do not overflow
            count *= length
        promised, there = count * kind.itemsize, entry.file_size - content.tell()
        if promised != there or min(shape, default=0) < 0 or not kind.itemsize:
            raise ValueError(
                f"array {entry.filename[:80]!r} promises a shape of {str(shape)[:80]}, {promised:,} bytes, and has {there:,}"
            )
        numbers = np.frombuffer(bytearray(content.read()), kind, count) if promised else np.zeros(count, kind)
    return numbers.reshape(shape, order="F" if fortran_order else "C")
