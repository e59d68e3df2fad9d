"""What was understood of a table of items: kept with the catalogue that was made of it, and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class FieldRead:
    """A field that was read.

    Attributes:
        field: Of the item ("title").
        columns: Of the table, in the order in which they were joined.
        examples: Two of its values, as the table has them.
        note: Units that were understood, and what else is to be known; "" for nothing.
    """

    field: str
    columns: tuple[str, ...]
    examples: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Reading:
    """What was understood of a table.

    Attributes:
        source: Name of the file, or the kind of the object.
        path: Absolute; "" for an object.
        sha256: Hash of the file's bytes; "" for an object.
        form: "CSV", "JSON lines" and so on.
        separator: Between values, for delimited text.
        text_encoding: Of its text.
        header: Whether the columns' names are the file's own.
        known_form: The well-known data set that it is from, or "".
        rows: Items that were read.
        fields: What was read, from which columns.
        unused: Columns that were not read.
        doubts: What should be looked at.
        skipped: Rows left out because they cannot be used.
        skipped_examples: The first of them, and why.
    """

    source: str
    path: str
    sha256: str
    form: str
    separator: str
    text_encoding: str
    header: bool
    known_form: str
    rows: int
    fields: tuple[FieldRead, ...]
    unused: tuple[str, ...]
    doubts: tuple[str, ...]
    skipped: int
    skipped_examples: tuple[str, ...]

    def line(self) -> str:
        """Returns a summary in one line."""
        fields = ", ".join(
            f"{field.field} from {' and '.join(map(repr, field.columns))}" for field in self.fields
        )
        unused = (
            f"; not used: {', '.join(self.unused[:12])}{', ...' if len(self.unused) > 12 else ''}"
            if self.unused
            else ""
        )
        skipped = f"; {self.skipped:,} row{'' if self.skipped == 1 else 's'} left out" if self.skipped else ""
        return f"{self.source}: {self.rows:,} items; {fields}{unused}{skipped}. More: python -m recgym.catalogue describe FILE"

    def as_json(self) -> dict[str, Any]:
        """Returns plain values."""
        return asdict(self)

    @staticmethod
    def from_json(words: Mapping[str, Any]) -> Reading:
        """Returns what `as_json` was made of."""
        fields = tuple(
            FieldRead(told["field"], tuple(told["columns"]), tuple(told["examples"]), told["note"])
            for told in words["fields"]
        )
        lists = {name: tuple(words[name]) for name in ("unused", "doubts", "skipped_examples")}
        return Reading(**{**words, "fields": fields, **lists})
