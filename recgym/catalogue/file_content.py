"""The bytes of a file of items: found, unpacked within limits, and made text in whatever encoding they are."""

from __future__ import annotations

import bz2
import difflib
import gzip
import io
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Any

from recgym.catalogue.catalogue import CatalogueError

ENDINGS = (
    ".csv", ".tsv", ".txt", ".dat", ".item", ".json", ".jsonl", ".ndjson", ".parquet",
)  # fmt: skip
"""Usual endings of files of items; each may be followed by .gz, .zip, .bz2 or .xz. A file is known by its content, not by these."""
LARGEST_BYTES = 1 << 30
"""Size of what a compressed file may hold: more is taken for a bomb."""
_SAMPLE_BYTES = 1 << 20
_LATIN = ("cp125", "latin", "iso8859", "mac_", "hp_roman", "cp437", "cp85", "cp86")


def read_content(path: Path) -> bytes:
    """Returns the bytes of a file.

    Raises:
        FileNotFoundError: if there is no such file; the message names those that are near.
        CatalogueError: if it is a folder, or may not be read.
    """
    if path.is_dir():
        inside = sorted(file.name for file in path.iterdir() if set(file.suffixes) & set(ENDINGS))[:8]
        raise CatalogueError(
            f"{path} is a folder; give one file of items. "
            + (f"In it: {', '.join(inside)}." if inside else "No file in it looks like one.")
        )
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(_no_such_file(path)) from None
    except OSError as error:
        raise CatalogueError(f"Catalogue file {path} cannot be read: {error.strerror or error}.") from error


def _no_such_file(path: Path) -> str:
    absolute = path.absolute()
    try:
        near = difflib.get_close_matches(path.name, [file.name for file in absolute.parent.iterdir()], 3)
    except OSError:
        near = []
    hint = f" Near in that folder: {', '.join(near)}." if near else ""
    return f"There is no catalogue file {path} (looked for {absolute}).{hint} Give the path of a file: {', '.join(ENDINGS)}, or one of these compressed."


def decompressed(name: str, content: bytes) -> tuple[str, bytes]:
    """Returns what a compressed file holds and what it is called; other files as they are."""
    try:
        if content.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
                return _without(name, ".gz"), _bounded(name, file)
        if content.startswith(b"BZh"):
            with bz2.BZ2File(io.BytesIO(content)) as file:
                return _without(name, ".bz2"), _bounded(name, file)
        if content.startswith(b"\xfd7zXZ\x00"):
            with lzma.LZMAFile(io.BytesIO(content)) as file:
                return _without(name, ".xz"), _bounded(name, file)
        if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _unzipped(name, content)
    except (
        OSError,
        EOFError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise CatalogueError(
            f"Catalogue file {name} is compressed and damaged ({error}); get it again."
        ) from error
    return name, content


def _unzipped(name: str, content: bytes) -> tuple[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        every = archive.namelist()
        if "xl/workbook.xml" in every:
            raise CatalogueError(f"Catalogue file {name} is an Excel file; save its sheet as CSV.")
        files = [entry for entry in every if not entry.endswith("/") and not entry.startswith("__MACOSX/")]
        if len(files) != 1:
            listed = ", ".join(files[:8]) + (", ..." if len(files) > 8 else "")
            raise CatalogueError(
                f"Catalogue file {name} holds {len(files)} files ({listed}); unpack it and give the one of the items."
            )
        with archive.open(files[0]) as file:
            return Path(files[0]).name, _bounded(name, file)


def _bounded(name: str, file: Any) -> bytes:
    content: bytes = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise CatalogueError(
            f"Catalogue file {name} holds more than {LARGEST_BYTES >> 30} GiB; cut it to the items that are needed."
        )
    return content


def _without(name: str, ending: str) -> str:
    return name[: -len(ending)] if name.lower().endswith(ending) else name


def decoded(name: str, content: bytes, text_encoding: str | None) -> tuple[str, str]:
    """Returns the text of a file and the name of its encoding."""
    if text_encoding is not None:
        try:
            text = content.decode(text_encoding)
        except LookupError as error:
            raise CatalogueError(
                f"text_encoding={text_encoding!r} is not known to Python; usual ones are utf-8, utf-16, cp1252, latin-1, shift_jis, gb18030."
            ) from error
        except UnicodeDecodeError as error:
            raise CatalogueError(
                f"Catalogue file {name} is not in {text_encoding}: {_at(content, error)}. Leave text_encoding= out to have it found."
            ) from error
        return text.removeprefix("\ufeff"), text_encoding
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise CatalogueError(
                    f"Catalogue file {name} begins as {encoding} and is not in it: {_at(content, error)}."
                ) from error
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        problem = _at(content, error)
        found = _guessed_encoding(content, error.start)
    if found is None:
        raise CatalogueError(
            f"Catalogue file {name} is not text in UTF-8 ({problem}), and no other encoding fits; pass text_encoding=."
        )
    return content.decode(found), f"{found} (guessed)"


def _at(content: bytes, error: UnicodeDecodeError) -> str:
    return f"byte 0x{content[error.start]:02x} in line {content.count(bytes([10]), 0, error.start) + 1}"


def _guessed_encoding(content: bytes, bad: int) -> str | None:
    try:
        from charset_normalizer import from_bytes
    except ImportError as error:
        raise CatalogueError(
            'The file is not in UTF-8; charset-normalizer finds its encoding: pip install "recgym[text]", or pass text_encoding=.'
        ) from error
    start = max(0, content.rfind(b"\n", 0, max(0, bad - _SAMPLE_BYTES // 2)) + 1)
    sample = content[start : start + _SAMPLE_BYTES]
    matches = from_bytes(sample)
    best = matches.best()
    if best is None:
        return None
    candidates = [best.encoding]
    if best.encoding.startswith(
        _LATIN
    ):  # short Western texts fit all of them; cp1252 is by far the most common
        western = next(
            (match for match in matches if "cp1252" in (match.encoding, *match.could_be_from_charset)), None
        )
        if (
            western is not None
            and western.chaos <= best.chaos + 0.2
            and western.coherence >= best.coherence - 0.05
        ):
            candidates.insert(0, "cp1252")
    for encoding in candidates:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None
