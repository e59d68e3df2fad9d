"""Tables of items as they are found: delimited text of any dialect, JSON, Parquet, compressed or not, and frames in memory.

What comes out is raw: columns by name, cells as the file has them, and where each row is. `recgym.catalogue.read` makes items of it.
"""

from __future__ import annotations

import ast
import bz2
import csv
import difflib
import gzip
import hashlib
import io
import itertools
import json
import lzma
import sys
import threading
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recgym.catalogue.catalogue import CatalogueError
from recgym.catalogue.columns import FORMS, FileForm, field_of_name
from recgym.catalogue.values import Fault, quoted

SEPARATORS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe", "::": "double colon"}
"""What may stand between the values of a row, and what it is called."""
ENDINGS = (
    ".csv", ".tsv", ".txt", ".dat", ".item", ".json", ".jsonl", ".ndjson", ".parquet",
)  # fmt: skip
"""Usual endings of files of items; each may be followed by .gz, .zip, .bz2 or .xz. A file is known by its content, not by these."""
LARGEST_BYTES = 1 << 30
"""Size of what a compressed file may hold: more is taken for a bomb."""
_MOST_CELLS = 200_000_000
_SAMPLE_CHARACTERS = 200_000
_SAMPLE_BYTES = 1 << 20
_MOST_READ_AGAIN = 5_000_000
"""Lines that are read a second time because a quotation mark was not closed; of more such marks the lines between are lost."""
_FIELD_LIMIT = threading.Lock()
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an old Excel file", b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture", b"SQLite format 3": "an SQLite database", b"\x89HDF": "an HDF5 file", b"\x93NUMPY": "a NumPy array",
}  # fmt: skip
_LATIN = ("cp125", "latin", "iso8859", "mac_", "hp_roman", "cp437", "cp85", "cp86")


@dataclass
class Table:
    """A table of items as it was found.

    Attributes:
        source: Name of the file, or what kind of object it is.
        columns: Cells by the name of the column, each of length R; None or "" where there is no value.
        places: Where each row is ("line 7", "row 3").
        form: What the file is ("CSV", "JSON lines", ...).
        separator: Between values, for delimited text.
        text_encoding: Of its text; "" for what has none.
        header: Whether the names of the columns are the file's own.
        known_form: The well-known data set that it is from, if it is.
        bad_rows: Rows that are no rows of the table.
        flattened: Columns that held mappings in some rows, and the columns that these became.
        path: Where the file is; ``None`` for an object.
        sha256: Hash of the file's bytes; "" for an object.
    """

    source: str
    columns: dict[str, list[Any]]
    places: list[str]
    form: str
    separator: str = ""
    text_encoding: str = ""
    header: bool = True
    known_form: FileForm | None = None
    bad_rows: list[Fault] = field(default_factory=list)
    flattened: dict[str, list[str]] = field(default_factory=dict)
    path: Path | None = None
    sha256: str = ""

    def __len__(self) -> int:
        """Returns how many rows there are."""
        return len(self.places)


def table_of(
    source: Any,
    *,
    separator: str | None = None,
    text_encoding: str | None = None,
    header: bool | None = None,
) -> Table:
    """Reads a file, or takes a frame or a list of mappings, as it is.

    Args:
        source: A path; a DataFrame of pandas or Polars, an Arrow table, a list of mappings, or a mapping of lists.
        separator: Between the values of delimited text; found by looking if ``None``.
        text_encoding: Of the text; found by looking if ``None``.
        header: Whether the first row of delimited text holds the names of the columns; found by looking if ``None``.

    Raises:
        FileNotFoundError: if there is no such file.
        CatalogueError: if it cannot be read as a table.
    """
    if isinstance(source, str | Path):
        return _read_file(Path(source), separator, text_encoding, header)
    return _read_object(source)


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


def _read_file(path: Path, separator: str | None, text_encoding: str | None, header: bool | None) -> Table:
    content = read_content(path)
    sha256 = hashlib.sha256(content).hexdigest()
    name, content = _decompressed(path.name, content)
    if not content.strip():
        raise CatalogueError(f"Catalogue file {path} is empty; it needs a header and a row for each item.")
    table = _table_of_content(name, content, separator, text_encoding, header)
    table.source, table.path, table.sha256 = path.name, path.absolute(), sha256
    return table


def _table_of_content(
    name: str, content: bytes, separator: str | None, text_encoding: str | None, header: bool | None
) -> Table:
    if content.startswith(b"PAR1"):
        return _parquet(name, content)
    foreign = next((what for magic, what in _FOREIGN.items() if content.startswith(magic)), None)
    if foreign is not None:
        raise CatalogueError(f"Catalogue file {name} is {foreign}; save the items as CSV, JSON or Parquet.")
    if name.lower().endswith(".parquet"):
        raise CatalogueError(
            f"Catalogue file {name} is not readable as Parquet: its content is something else."
        )
    known = next((form for form in FORMS if form.names_file(name)), None)
    text, used = _decoded(name, content, text_encoding or (known.text_encoding if known else None))
    start = text.lstrip()[:1]
    if start == "<":
        raise CatalogueError(
            f"Catalogue file {name} is XML or HTML ({quoted(text.lstrip()[:40])}); save the items as CSV, JSON or Parquet."
        )
    ending = Path(name).suffix.lower()
    if separator is None and (start == "{" or (start == "[" and ending not in (".csv", ".tsv"))):
        table = _json(name, text)
    elif ending in (".json", ".jsonl", ".ndjson"):
        line = text.lstrip().partition("\n")[0]
        raise CatalogueError(
            f"{name}, line 1: not JSON ({quoted(line)}); each line must be one JSON object, or the file one array of objects."
        )
    else:
        table = _delimited(name, text, separator, header, known)
    table.text_encoding = used
    return table


def _decompressed(name: str, content: bytes) -> tuple[str, bytes]:
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


def _decoded(name: str, content: bytes, text_encoding: str | None) -> tuple[str, str]:
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


def _delimited(
    name: str, text: str, separator: str | None, header: bool | None, known: FileForm | None
) -> Table:
    if separator is not None and separator not in SEPARATORS and len(separator) != 1:
        raise CatalogueError(
            f"separator={separator!r} must be one character, or '::'; leave it out to have it found."
        )
    if separator is None and known is not None and known.separator:
        separator = known.separator
    if separator is None:
        separator = _found_separator(text, Path(name).suffix.lower())
    rows, bad = _rows(text, separator, quotes=not (known and known.without_quotes))
    if bad and separator in ("\t", "|", "::"):
        plain, plain_bad = _rows(text, separator, quotes=False)
        if len(plain_bad) < len(bad):
            rows, bad = plain, plain_bad
    if not rows:
        raise CatalogueError(f"Catalogue file {name} is empty; it needs a header and a row for each item.")
    if header is None:
        header = False if known is not None and known.header else _has_header([row for _, row in rows[:200]])
    if header:
        names = [cell.strip() for cell in rows[0][1]]
        width = len(names)
        rows = rows[1:]
    else:
        width = Counter(len(row) for _, row in rows).most_common(1)[0][0]
        names = list(known.header[:width]) if known is not None and known.header else []
        names += [f"column {number}" for number in range(len(names) + 1, width + 1)]
    good = []
    for line, row in rows:
        while len(row) > width and not row[-1].strip():
            row.pop()  # separators at the end of a line
        if len(row) != width:
            listed = ", ".join(names[:12]) + (", ..." if width > 12 else "")
            problem = f"{len(row)} values, but the {'header' if header else 'table'} has {width} columns ({listed}). Is a {SEPARATORS.get(separator, 'separator')} not in quotes?"
            bad.append(Fault(line, f"line {line}", "", problem))
        else:
            good.append((line, row))
    columns = dict(
        zip(_distinct(names), map(list, zip(*(row for _, row in good), strict=True)), strict=False)
    )
    if not good:
        columns = {column: [] for column in _distinct(names)}
    table = Table(
        name,
        columns,
        [f"line {line}" for line, _ in good],
        _form_of(separator),
        separator,
        header=header,
        bad_rows=bad,
    )
    table.known_form = known or next((form for form in FORMS if form.has_columns(list(columns))), None)
    return table


def _form_of(separator: str) -> str:
    return {",": "CSV", "\t": "TSV"}.get(separator, "delimited text")


def _rows(text: str, separator: str, *, quotes: bool) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Returns the rows of delimited text, each with its line, blank ones left out; and those that are not readable."""
    if separator == "::":
        split = [(number, line.split("::")) for number, line in enumerate(text.splitlines(), start=1)]
        return [(number, row) for number, row in split if any(cell.strip() for cell in row)], []
    rows, bad = [], []
    quoting: Any = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    before, read_again = 0, 0  # lines before those that the reader reads, and lines that were read twice
    with _long_fields():
        reader = csv.reader(_lines(text), delimiter=separator, quoting=quoting, strict=quotes)
        while True:
            begin = before + reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                bad.append(
                    Fault(
                        begin,
                        f"line {begin}",
                        "",
                        f"not readable: {error}. Is a quotation mark not doubled, or not closed?",
                    )
                )
                end = before + reader.line_num
                read_again += end - begin
                if read_again > _MOST_READ_AGAIN:
                    lost = f"not readable: the quotation that line {begin} begins does not end before"
                    bad += [Fault(line, f"line {line}", "", lost) for line in range(begin + 1, end + 1)]
                elif end > begin:  # a quotation mark that was not closed has swallowed good lines
                    before = begin
                    rest = itertools.islice(_lines(text), before, None)
                    reader = csv.reader(rest, delimiter=separator, quoting=quoting, strict=quotes)
                continue
            if any(cell.strip() for cell in row):
                rows.append((before + reader.line_num, row))
    return rows, bad


def _lines(text: str) -> Iterator[str]:
    """Yields the lines of a text with their ends, which may be those of any system."""
    end = "\n" if "\n" in text else "\r"
    start = 0
    while start < len(text):
        stop = text.find(end, start) + 1 or len(text)
        yield text[start:stop]
        start = stop


@contextmanager
def _long_fields() -> Iterator[None]:
    """Lets cells of any length through; the limit is the module's own, so one reader at a time."""
    with _FIELD_LIMIT:
        before = csv.field_size_limit(sys.maxsize)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _found_separator(text: str, ending: str) -> str:
    """Returns the separator that cuts the first lines into the most even rows."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    usual = {".tsv": "\t"}.get(ending, ",")
    best, best_score = usual, (False, 0, 0.0, 0, False)
    for separator in SEPARATORS:
        rows = [row for _, row in _rows(sample, separator, quotes=separator in ",;")[0][:500]]
        widths = Counter(map(len, rows))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1:
            known = sum(field_of_name(name) is not None for name in rows[0])
            even = round(count / len(rows), 1)
            # The first row counts most: decimal commas and lists within cells are in all rows but a header.
            score = (len(rows[0]) == width, known, even, width, separator == usual)
            best, best_score = max((best, best_score), (separator, score), key=lambda pair: pair[1])
    return best


def _has_header(rows: list[list[str]]) -> bool:
    """Says whether the first row names columns: it holds names that are known, or is unlike all that is below it."""
    first = [cell.strip() for cell in rows[0]]
    if not all(first) and sum(map(bool, first)) < len(first) - 1:
        return False
    fields = [field_of_name(cell) for cell in first]
    if {"id", "title", "text"} & set(fields) or len([found for found in fields if found]) >= 2:
        return not any(_is_number(cell) for cell in first if cell)
    if len(rows) == 1 or any(_is_number(cell) or len(cell) > 40 for cell in first):
        return False
    below = list(zip(*(row for row in rows[1:] if len(row) == len(first)), strict=True))
    numeric = [
        bool(column) and sum(_is_number(cell) for cell in column) > 0.8 * len(column) for column in below
    ]
    return any(numeric) or bool(len(first) == 1 and field_of_name(first[0]))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _distinct(names: Sequence[str]) -> list[str]:
    """Returns names of columns; equal ones get their numbers."""
    counts = Counter(names)
    return [
        name if name and counts[name] == 1 else f"{name} (column {number})".strip()
        for number, name in enumerate(names, start=1)
    ]


def _json(name: str, text: str) -> Table:
    lines = [line for line in text.splitlines() if line.strip()]
    if text.lstrip().startswith("{") and len(lines) > 1 and _parsed_line(lines[0])[0] is not None:
        return _json_lines(name, text)
    try:
        document = json.loads(text)
    except RecursionError:
        raise CatalogueError(
            f"Catalogue file {name} is nested too deeply; it must be an array of objects, one for each item."
        ) from None
    except ValueError as error:
        if text.lstrip().startswith("{"):
            return _json_lines(name, text)
        raise CatalogueError(
            f"{name}, line {getattr(error, 'lineno', 1)}: not JSON ({_why_not(error)}); the file must be an array of objects, or an object on each line."
        ) from error
    rows, form = _rows_of_document(name, document)
    return _table_of_mappings(name, rows, [f"item {number}" for number in range(1, len(rows) + 1)], form)


def _rows_of_document(name: str, document: Any) -> tuple[list[Any], str]:
    if isinstance(document, list):
        return document, "JSON array"
    lists = {key: value for key, value in document.items() if isinstance(value, list)}
    if len(lists) == len(document) > 1 and len(set(map(len, lists.values()))) == 1:
        return [
            dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)
        ], "JSON columns"
    tables = {
        key: value for key, value in lists.items() if value and all(isinstance(row, dict) for row in value)
    }
    if len(tables) == 1:
        ((key, rows),) = tables.items()
        return rows, f"JSON array under {key!r}"
    if not lists and document and all(isinstance(value, dict) for value in document.values()):
        columns = list(document.values())
        if (
            all(list(column) == list(columns[0]) for column in columns)
            and field_of_name(next(iter(document))) is not None
        ):
            return [
                dict(zip(document, row, strict=True))
                for row in zip(*(column.values() for column in columns), strict=True)
            ], "JSON columns"
    if any(not isinstance(value, list | dict) for value in document.values()):
        return [document], "JSON lines"
    raise CatalogueError(
        f"Catalogue file {name} is one JSON object with {', '.join(list(document)[:8])}; it must be an array of objects, an object with one such array, or "
        "an object on each line."
    )


def _json_lines(name: str, text: str) -> Table:
    rows, places, bad = [], [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        row, problem = _parsed_line(line)
        if row is None:
            bad.append(Fault(number, f"line {number}", "", problem))
        else:
            rows.append(row)
            places.append(f"line {number}")
    table = _table_of_mappings(name, rows, places, "JSON lines")
    table.bad_rows += bad
    return table


def _parsed_line(line: str) -> tuple[dict[str, Any] | None, str]:
    """Returns the object on a line, or what is wrong with it. Lines of Python literals, in which some data sets come, are read too."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # ValueError also of a number of thousands of digits
        try:
            row = (
                ast.literal_eval(line.strip())
                if line.lstrip().startswith("{") and len(line) < 1_000_000
                else None
            )
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            row = None
        if not isinstance(row, dict):
            return (
                None,
                f"not JSON ({_why_not(error)}: {quoted(line.strip())}); each line must be one JSON object.",
            )
    if not isinstance(row, dict):
        return None, f"a {type(row).__name__}; each line must be one JSON object."
    return row, ""


def _why_not(error: Exception) -> str:
    return (
        "nested too deeply"
        if isinstance(error, RecursionError)
        else quoted(getattr(error, "msg", str(error)))
    )


def _parquet(name: str, content: bytes) -> Table:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise CatalogueError(
            f'Reading {name} needs pyarrow: pip install "recgym[text]", or save the items as CSV.'
        ) from error
    try:
        file = parquet.ParquetFile(io.BytesIO(content))
        about = file.metadata
        sizes = [about.row_group(number).total_byte_size for number in range(about.num_row_groups)]
        if (
            max(sum(sizes), about.num_rows) > LARGEST_BYTES
            or about.num_rows * about.num_columns > _MOST_CELLS
        ):
            raise CatalogueError(
                f"Catalogue file {name} holds {about.num_rows:,} rows of {about.num_columns:,} columns, {sum(sizes):,} bytes; cut it to the items that are needed."
            )
        found = file.read()
    except (pyarrow.ArrowException, OSError) as error:
        raise CatalogueError(f"Catalogue file {name} is not readable as Parquet: {error}.") from error
    return _arrow(name, found, "Parquet")


def _arrow(name: str, table: Any, form: str) -> Table:
    names = [str(column) for column in table.column_names]
    return _table_of_columns(
        name, names, [_arrow_cells(table.column(number)) for number in range(len(names))], form
    )


def _arrow_cells(column: Any) -> list[Any]:
    """Returns the cells of an Arrow column; times keep their nanoseconds."""
    import pyarrow

    if pyarrow.types.is_timestamp(column.type):
        return list(column.cast(pyarrow.timestamp(column.type.unit)).to_numpy(zero_copy_only=False))
    return list(column.to_pylist())


def _read_object(source: Any) -> Table:
    kinds = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(source).__mro__}
    if "pandas.DataFrame" in kinds:
        names = [str(column) for column in source.columns]
        cells = [_pandas_cells(source.iloc[:, number]) for number in range(len(names))]
        return _table_of_columns("DataFrame", names, cells, "pandas DataFrame")
    if "polars.LazyFrame" in kinds:
        source = source.collect()
    if kinds & {"polars.DataFrame", "polars.LazyFrame"}:
        return _table_of_columns(
            "DataFrame", list(source.columns), [column.to_list() for column in source], "Polars DataFrame"
        )
    if "pyarrow.Table" in kinds:
        return _arrow("Table", source, "Arrow table")
    if isinstance(source, Mapping):
        if not source or not all(
            isinstance(cells, list | tuple) or hasattr(cells, "tolist") for cells in source.values()
        ):
            raise CatalogueError(
                f"catalogue={quoted(source)} must map names of columns to lists of equal length."
            )
        lists = [list(cells) for cells in source.values()]
        if len(set(map(len, lists))) > 1:
            raise CatalogueError(
                f"Columns have different lengths: {', '.join(f'{name} {len(cells)}' for name, cells in zip(source, lists, strict=True))}."
            )
        return _table_of_columns("mapping", [str(name) for name in source], lists, "mapping of lists")
    if isinstance(source, Iterable) and not isinstance(source, bytes | str):
        rows = list(source)
        if rows and not any(isinstance(row, Mapping) for row in rows):
            raise CatalogueError(
                f"catalogue={quoted(source)} is a {type(source).__name__} whose first row, {quoted(rows[0])}, is a {type(rows[0]).__name__}; rows are mappings of "
                'columns to cells, such as {"title": "A lamp", "price": 12.99}.'
            )
        return _table_of_mappings(
            "list", rows, [f"row {number}" for number in range(len(rows))], "list of mappings"
        )
    raise CatalogueError(
        f"catalogue={quoted(source)} is a {type(source).__name__}; pass a name of a shipped catalogue, the path of a file, a DataFrame of pandas or Polars, an "
        "Arrow table, a list of mappings, or a Catalogue."
    )


def _pandas_cells(series: Any) -> list[Any]:
    if str(series.dtype).startswith("datetime64"):
        plain = (
            series.dt.tz_convert("UTC").dt.tz_localize(None)
            if getattr(series.dt, "tz", None) is not None
            else series
        )
        return list(plain.to_numpy())
    return list(series.astype(object).tolist())


def _table_of_columns(name: str, names: list[str], cells: list[list[Any]], form: str) -> Table:
    count = len(cells[0]) if cells else 0
    if any(isinstance(cell, dict) for column in cells for cell in column):
        distinct = _distinct(names)
        rows = [dict(zip(distinct, row, strict=True)) for row in zip(*cells, strict=True)]
        return _table_of_mappings(name, rows, [f"row {number}" for number in range(count)], form)
    columns = dict(zip(_distinct(names), cells, strict=True))
    table = Table(name, columns, [f"row {number}" for number in range(count)], form)
    table.known_form = next((found for found in FORMS if found.has_columns(names)), None)
    return table


def _table_of_mappings(name: str, rows: list[Any], places: list[str], form: str) -> Table:
    """Makes columns of objects; a mapping within one becomes columns of its own, named "outer.inner"."""
    bad, good, good_places = [], [], []
    for number, (row, place) in enumerate(zip(rows, places, strict=True)):
        if isinstance(row, Mapping):
            good.append(row)
            good_places.append(place)
        else:
            bad.append(
                Fault(
                    number,
                    place,
                    "",
                    f"a {type(row).__name__} ({quoted(row)}); each row must be an object with named values.",
                )
            )
    columns: dict[str, list[Any]] = {}
    flattened: dict[str, list[str]] = {}
    for number, row in enumerate(good):
        for key, cell in _flat(row, flattened):
            if key not in columns:
                if len(columns) * len(good) > _MOST_CELLS:
                    raise CatalogueError(
                        f"{name} has more than {len(columns):,} differently named values in {len(good):,} rows; rows must have the same names. Is something a name "
                        "that is a value?"
                    )
                columns[key] = [None] * len(good)
            columns[key][number] = cell
    table = Table(name, columns, good_places, form, bad_rows=bad, flattened=flattened)
    table.known_form = next((found for found in FORMS if found.has_columns(list(columns))), None)
    return table


def _flat(row: Mapping[Any, Any], flattened: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    """Yields the values of an object; those of a mapping in it with both names."""
    for key, cell in row.items():
        if not isinstance(cell, Mapping):
            yield str(key), cell
            continue
        inner = flattened.setdefault(str(key), [])
        for name, value in cell.items():
            joint = f"{key}.{name}"
            if joint not in inner and len(inner) < 1_000:
                inner.append(joint)
            if joint in inner:
                yield joint, dict(value) if isinstance(value, Mapping) else value
