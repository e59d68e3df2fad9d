"""A page about a catalogue: what was understood of its file, and what is in it."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np

from recgym.catalogue.catalogue import Catalogue
from recgym.catalogue.cells import quoted
from recgym.catalogue.delimited import SEPARATORS
from recgym.catalogue.hashing import hash_texts
from recgym.catalogue.reading import Reading

WIDTH = 120
NEARLY_THE_SAME = 0.95
"""Cosine of spelling from which on two texts are near-duplicates."""
_SMALL_WORDS = {
    "English": "the and of with for is to in a",
    "German": "der die und das mit für ist ein eine aus zu",
    "French": "le la les et des une pour avec dans du",
    "Spanish": "el los las una con para del y que de",
    "Portuguese": "os uma com para não do da e em",
    "Italian": "il gli una con per della che e di",
    "Dutch": "het een van met voor en de",
    "Swedish": "och en ett med för som på av",
    "Polish": "i w na z do się jest",
    "Turkish": "ve bir için ile bu da",
}
_MOST_COMPARED = 5_000
_SAMPLE_CHARACTERS = 20_000
_COMPARED_COLUMNS = 1_024


def described(catalogue: Catalogue) -> str:
    """Returns a page about a catalogue."""
    lines: list[str] = []
    if catalogue.reading is not None:
        lines += _of_reading(catalogue.reading)
    else:
        lines.append(f"{catalogue.name}: {len(catalogue):,} items")
    lines += ["", "Items", *_table(_of_items(catalogue))]
    return "\n".join(lines)


def _of_reading(reading: Reading) -> list[str]:
    form = reading.form + (
        f", {SEPARATORS.get(reading.separator, repr(reading.separator))} between values"
        if reading.separator
        else ""
    )
    form += f", {reading.text_encoding}" if reading.text_encoding else ""
    form += "" if reading.header else ", no header"
    form += f", known as {reading.known_form}" if reading.known_form else ""
    lines = [f"{reading.source}: {reading.rows:,} items", f"  {form}", "", "Columns that were understood"]
    rows = [(field.field, " + ".join(field.columns), ", ".join(field.examples)) for field in reading.fields]
    lines += _table([("field", "read from", "for instance"), *rows])
    notes = [f"{field.field}: {field.note}" for field in reading.fields if field.note]
    lines += ["", *(f"  {note}" for note in notes)] if notes else []
    lines += ["", f"Columns not used: {', '.join(reading.unused) or 'none'}"]
    lines += [f"  {doubt}" for doubt in reading.doubts]
    lines.append(f"Rows left out: {reading.skipped:,}" if reading.skipped else "Rows left out: none")
    lines += [f"  {example}" for example in reading.skipped_examples]
    return [
        part
        for line in lines
        for part in (textwrap.wrap(line, WIDTH, subsequent_indent="    ", drop_whitespace=False) or [""])
    ]


def _of_items(catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    lengths = np.array([len(text) for text in catalogue.texts])
    yield "texts", f"{np.median(lengths):.0f} characters in the middle, {lengths.min()} to {lengths.max():,}"
    for name in ("categories", "groups"):
        counts = Counter(word for word in getattr(catalogue, name).tolist() if word)
        known = sum(counts.values())
        if known:
            most = ", ".join(f"{quoted(word, 30)} {count:,}" for word, count in counts.most_common(3))
            yield (
                name,
                f"{len(counts):,} ({most}{', ...' if len(counts) > 3 else ''}); not known for {len(catalogue) - known:,} items",
            )
    for name in catalogue.numeric_columns:
        values = getattr(catalogue, name)
        known_values = values[np.isfinite(values)]
        low, middle, high = (float(value) for value in np.quantile(known_values, (0.0, 0.5, 1.0)))
        shown = _date if name == "published" and middle > 24 * 365 * 5 else lambda value: f"{value:,.6g}"
        yield (
            name,
            f"{shown(low)} to {shown(high)}, {shown(middle)} in the middle; not known for {len(values) - len(known_values):,} items",
        )
    yield "language", _language(catalogue)
    yield "near-duplicates", _near_duplicates(catalogue)
    yield "vectors", f"{catalogue.embeddings.shape[1]} columns"


def _date(hours: float) -> str:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M")
    except OverflowError:
        return f"the year {1970 + hours / (24 * 365.2425):.0f}"


def _language(catalogue: Catalogue) -> str:
    """Returns a hint at the language of a sample: by its script, or by the small words that no text does without."""
    step = max(1, len(catalogue) // 500)
    sample = " ".join(catalogue.texts[::step])[:_SAMPLE_CHARACTERS].casefold()
    scripts = Counter(
        unicodedata.name(character, "?").split()[0] for character in sample if character.isalpha()
    )
    if not scripts:
        return "no letters"
    ((script, _),) = scripts.most_common(1)
    words = Counter(re.findall(r"\w+", sample))
    counts = {
        language: sum(words[word] for word in small.split()) for language, small in _SMALL_WORDS.items()
    }
    found = max(counts, key=lambda language: counts[language])
    if script != "LATIN":
        found = f"in {script.title()} script"
    elif counts[found] < 0.03 * words.total():
        return "too little to tell"
    elif found == "English":
        return "English"
    return f"perhaps {found}; the shipped Transformer knows English best: encoder= takes a multilingual one"


def _near_duplicates(catalogue: Catalogue) -> str:
    """Compares the spelling of texts, of a sample where there are many."""
    rows = np.unique(np.linspace(0, len(catalogue) - 1, min(len(catalogue), _MOST_COMPARED)).astype(int))
    spelt = [re.sub(r"\W+", " ", f"{catalogue.titles[row]} {catalogue.texts[row]}") for row in rows]
    vectors = hash_texts(spelt, _COMPARED_COLUMNS)
    nearest = np.zeros(len(rows))
    partner = np.zeros(len(rows), int)
    for start in range(0, len(rows), 500):
        cosines = vectors[start : start + 500] @ vectors.T
        cosines[np.arange(len(cosines)), start + np.arange(len(cosines))] = -1.0
        nearest[start : start + 500], partner[start : start + 500] = (
            cosines.max(axis=1),
            cosines.argmax(axis=1),
        )
    same = nearest > NEARLY_THE_SAME
    of = f"of {len(rows):,} that were compared" if len(rows) < len(catalogue) else f"of {len(rows):,}"
    if not same.any():
        return f"none {of}"
    first = int(np.argmax(nearest))
    pair = f"{quoted(catalogue.titles[rows[first]], 40)} and {quoted(catalogue.titles[rows[partner[first]]], 40)}"
    return f"{int(same.sum()):,} {of}, such as {pair}"


def _table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Returns rows as aligned columns; the last one is wrapped."""
    every = list(rows)
    widths = [min(max(len(row[column]) for row in every), 36) for column in range(len(every[0]) - 1)]
    indent = 2 + sum(widths) + 2 * len(widths)
    lines = []
    for row in every:
        start = "  " + "".join(f"{cell:<{width}}  " for cell, width in zip(row[:-1], widths, strict=True))
        wrapped = textwrap.wrap(row[-1], max(WIDTH - indent, 30)) or [""]
        lines.append((start + wrapped[0]).rstrip())
        lines += [" " * indent + more for more in wrapped[1:]]
    return lines
