"""The catalogue: everything public about the items, in one frozen record of columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recgym.catalogue.reading import Reading

NUMERIC_COLUMNS = {
    "price": "at least 0",
    "duration": "at least 0",
    "published": "finite",
    "half_life": "above 0",
    "popularity": "at least 0",
}
"""Numeric columns that a catalogue may have, each an attribute of `Catalogue`, and the values allowed in them."""

COLUMN_TYPES: dict[str, type[np.floating[Any]]] = {"published": np.float64}
"""Types of the numeric columns that are not float32: hours since 1970 need more digits than that."""
_ROUNDING_NOISE = 1e-5
"""Principal components with a smaller share of the first one's spread carry no information."""
_BLOCK_ROWS = 32_768


class CatalogueError(ValueError):
    """A catalogue that cannot be made: the message names what was seen, what is allowed and what to do."""


@dataclass(frozen=True, eq=False, repr=False)
class Catalogue:
    """Items, and what anyone may know of them. Arrays are read-only.

    Attributes:
        name: What the catalogue is called in tables and messages.
        ids: (I,) unique names of the items; I is at least 2.
        titles: (I,) short names to show.
        texts: (I,) what the vectors were made from, with the titles.
        categories: (I,) array of str, "" where not known.
        embeddings: (I, E) float32 text vectors, unit rows.
        price: (I,) float32 >= 0, or None when the catalogue has no prices. As in the other numeric columns, NaN
            marks an item whose value is not known, and the unit is the catalogue's own.
        duration: (I,) float32 >= 0, or None. Minutes for the shipped films and for files that tell a unit, seconds for the shipped tracks.
        published: (I,) float64 publication times in hours (of files with dates: hours since 1970), or None.
        half_life: (I,) float32 > 0 hours in which interest halves, or None.
        popularity: (I,) float32 >= 0, how much an item was noticed beforehand, in any unit, or None.
        domains: (I,) int64 rows of `domain_names`; leave it out for a single domain.
        domain_names: Names of the domains; leave it out for a single domain with the catalogue's own name.
        groups: (I,) array of str, who or what an item belongs to (artist, brand, director, story), "" where not known; leave it out if
            nothing is known.
        reading: What was understood of the table that it was read from; ``None`` for one that was not read.

    Raises:
        CatalogueError: if a column has another length or a value out of its range, ids repeat, a row of
            ``embeddings`` is not a unit vector, or there are fewer than two items.
    """

    name: str
    ids: Sequence[str]
    titles: Sequence[str]
    texts: Sequence[str]
    categories: NDArray[np.str_]
    embeddings: NDArray[np.float32]
    price: NDArray[np.float32] | None = None
    duration: NDArray[np.float32] | None = None
    published: NDArray[np.float64] | None = None
    half_life: NDArray[np.float32] | None = None
    popularity: NDArray[np.float32] | None = None
    domains: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    domain_names: tuple[str, ...] = ()
    groups: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, np.str_))
    reading: Reading | None = None

    def __post_init__(self) -> None:
        """Gives the columns their types, checks them and makes the arrays read-only."""
        columns: dict[str, Any] = {
            column: tuple(getattr(self, column)) for column in ("ids", "titles", "texts")
        }
        columns["categories"] = _read_only(self.categories, np.str_)
        unknown = len(self.groups) == 0
        columns["groups"] = _read_only(np.full(len(self.ids), "") if unknown else self.groups, np.str_)
        columns["embeddings"] = _read_only(self.embeddings, np.float32)
        for column in NUMERIC_COLUMNS:
            if getattr(self, column) is not None:
                columns[column] = _read_only(getattr(self, column), COLUMN_TYPES.get(column, np.float32))
        single = not self.domain_names
        columns["domains"] = _read_only(np.zeros(len(self.ids)) if single else self.domains, np.int64)
        columns["domain_names"] = (self.name,) if single else tuple(self.domain_names)
        for column, values in columns.items():
            object.__setattr__(self, column, values)
        self._check_rows()
        self._check_values()

    def _check_rows(self) -> None:
        count = len(self.ids)
        if count < 2:
            raise CatalogueError(
                f"Catalogue {self.name!r} has {count} item{'s' if count != 1 else ''}; at least 2 are needed to choose between."
            )
        if len(set(self.ids)) < count:
            first: dict[str, int] = {}
            row, item = next(
                (row, item) for row, item in enumerate(self.ids) if first.setdefault(item, row) != row
            )
            raise CatalogueError(
                f"Id {item!r} is at rows {first[item]} and {row} of catalogue {self.name!r}; ids must be unique."
            )
        for column in ("titles", "texts", "categories", "groups", "domains", *self.numeric_columns):
            values = getattr(self, column)
            shape = values.shape if isinstance(values, np.ndarray) else (len(values),)
            if shape != (count,):
                raise CatalogueError(
                    f"Column {column!r} of catalogue {self.name!r} has shape {shape}; ({count},) is needed, one value "
                    "for each id."
                )
        if self.embeddings.ndim != 2 or len(self.embeddings) != count or self.embeddings.shape[1] < 1:
            raise CatalogueError(
                f"The embeddings of catalogue {self.name!r} have shape {self.embeddings.shape}; ({count}, E) is needed, "
                "one row for each id."
            )

    def _check_values(self) -> None:
        lengths = np.sqrt(np.einsum("ie,ie->i", self.embeddings, self.embeddings))  # (I,)
        wrong = np.flatnonzero(~(np.abs(lengths - 1.0) < 1e-3))  # written so that a NaN is wrong too
        if len(wrong):
            raise CatalogueError(
                f"Row {wrong[0]} of the embeddings of catalogue {self.name!r} has length {lengths[wrong[0]]:.4g}; rows "
                "must be unit vectors. Divide each row by its length."
            )
        for column in self.numeric_columns:
            values = getattr(self, column)
            wrong = np.flatnonzero(~(is_allowed(column, values) | np.isnan(values)))
            if len(wrong):
                raise CatalogueError(
                    f"Column {column!r} of catalogue {self.name!r} has {values[wrong[0]]:g} at row {wrong[0]}; numbers "
                    f"must be {NUMERIC_COLUMNS[column]}, or NaN where not known."
                )
        if self.domains.min() < 0 or self.domains.max() >= len(self.domain_names):
            raise CatalogueError(
                f"Domains of catalogue {self.name!r} go from {self.domains.min()} to {self.domains.max()}; 0 to "
                f"{len(self.domain_names) - 1} are allowed, rows of domain_names={self.domain_names}."
            )

    def __len__(self) -> int:
        """Returns how many items there are."""
        return len(self.ids)

    def __repr__(self) -> str:
        """Returns name, sizes and the columns that are there."""
        columns = ", ".join(self.numeric_columns) or "no numeric columns"
        domains = f", {len(self.domain_names)} domains" if len(self.domain_names) > 1 else ""
        return (
            f"<Catalogue {self.name!r}: {len(self)} items{domains}, {len(np.unique(self.categories))} categories, "
            f"{self.embeddings.shape[1]}-d vectors; {columns}{'' if self.reading is None else '; read from ' + self.reading.line()}>"
        )

    def describe(self) -> str:
        """Returns a page: what was understood of the file that it is from, what was not used, ranges, languages, near-duplicates."""
        from recgym.catalogue.describe import described

        return described(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles the columns alone, so that a copy is checked and read-only again."""
        return Catalogue, tuple(getattr(self, column.name) for column in fields(self))

    @property
    def numeric_columns(self) -> tuple[str, ...]:
        """Names of the numeric columns that this catalogue has."""
        return tuple(column for column in NUMERIC_COLUMNS if getattr(self, column) is not None)

    @cached_property
    def fingerprint(self) -> str:
        """Sha256 of every column, as hex digits: equal for equal catalogues, whatever their names."""
        digest = hashlib.sha256()
        for column in ("ids", "titles", "texts", "categories", "groups", "domain_names"):
            words = [str(value) for value in getattr(self, column)]
            digest.update(
                f"{column} {list(map(len, words))}".encode() + "".join(words).encode("utf-8", "surrogatepass")
            )
        for column in ("embeddings", "domains", *self.numeric_columns):
            values = np.ascontiguousarray(getattr(self, column))
            digest.update(
                f"{column} {values.shape}".encode()
                + values.astype(values.dtype.newbyteorder("<"), copy=False).data
            )
        return digest.hexdigest()

    @cached_property
    def _centred(self) -> NDArray[np.float32]:
        return self.embeddings - self.embeddings.mean(axis=0, dtype=np.float64).astype(np.float32)  # (I, E)

    @cached_property
    def _principal_components(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(E, E) unit directions in columns and their (E,) standard deviations over the items, widest first."""
        products = np.zeros((self.embeddings.shape[1], self.embeddings.shape[1]))
        for start in range(
            0, len(self), _BLOCK_ROWS
        ):  # a float64 copy of all rows would be twice the embeddings
            block = self._centred[start : start + _BLOCK_ROWS].astype(np.float64)
            products += block.T @ block
        variances, directions = np.linalg.eigh(products / len(self))
        directions = directions[:, ::-1]
        largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=0)[None], axis=0)  # (1, E)
        # An eigenvector's sign is arbitrary: the largest entry is made positive, so that machines agree.
        return directions * np.sign(largest), np.sqrt(np.maximum(variances[::-1], 0.0))

    def public_vectors(self, embedding_dim: int | None = None) -> NDArray[np.float32]:
        """Returns the item vectors that agents may see.

        Texts from one template resemble each other, so the catalogue's mean is taken out in either case.

        Args:
            embedding_dim: D, how many principal components, each scaled to unit variance before rows are normalised
                (whitening); ``None`` for all E columns, centred and not whitened. Components beyond the rank of the
                embeddings are 0.

        Returns:
            (I, D) float32, unit rows; a row is 0 if the item is exactly the mean.

        Raises:
            CatalogueError: if ``embedding_dim`` is not a whole number from 1 to min(E, I - 1).
        """
        if embedding_dim is None:
            return _unit_rows(self._centred)
        largest = min(self.embeddings.shape[1], len(self) - 1)
        whole = isinstance(embedding_dim, int | np.integer) and not isinstance(embedding_dim, bool)
        if not whole or not 1 <= embedding_dim <= largest:
            raise CatalogueError(
                f"embedding_dim={embedding_dim!r} must be a whole number from 1 to {largest} for catalogue {self.name!r} "
                f"({len(self)} items with {self.embeddings.shape[1]}-d vectors), or None for all columns."
            )
        directions, spreads = self._principal_components
        informative = spreads[:embedding_dim] > _ROUNDING_NOISE * max(spreads[0], _ROUNDING_NOISE)
        scales = np.where(informative, 1.0 / np.where(informative, spreads[:embedding_dim], 1.0), 0.0)  # (D,)
        return _unit_rows(self._centred @ (directions[:, :embedding_dim] * scales).astype(np.float32))

    def subset(self, indices: ArrayLike) -> Catalogue:
        """Returns a catalogue of some of the items, in the order asked for.

        Args:
            indices: (J,) rows, each at most once, or an (I,) boolean mask; J is at least 2.

        Raises:
            CatalogueError: if a row is not there or asked for twice, or fewer than two are asked for.
        """
        rows = np.asarray(indices)
        if rows.dtype == np.bool_ and rows.shape == (len(self),):
            rows = np.flatnonzero(rows)
        if rows.ndim != 1 or not (np.issubdtype(rows.dtype, np.integer) or rows.size == 0):
            raise CatalogueError(
                f"indices of shape {rows.shape} and type {rows.dtype} must be a list of rows, or a mask of length {len(self)}."
            )
        outside = rows[(rows < 0) | (rows >= len(self))]
        if len(outside):
            raise CatalogueError(
                f"Row {outside[0]} is not in catalogue {self.name!r}; 0 to {len(self) - 1} are."
            )
        rows = rows.astype(np.int64)
        columns: dict[str, Any] = {
            column: tuple(getattr(self, column)[row] for row in rows) for column in ("ids", "titles", "texts")
        }
        for column in ("categories", "groups", "embeddings", "domains", *self.numeric_columns):
            columns[column] = getattr(self, column)[rows]
        return Catalogue(self.name, **columns, domain_names=self.domain_names)

    @staticmethod
    def union(catalogues: Iterable[Catalogue], name: str = "all") -> Catalogue:
        """Returns one catalogue of all the items; each catalogue becomes a domain.

        Ids get their domain's name in front ("films:tt1074638"). A numeric column that some catalogues lack is NaN for their
        items. Values are not converted: the unit of a price or duration is that of the item's domain.

        Args:
            catalogues: Two or more, with vectors of one encoder and different names.
            name: Name of the union.

        Raises:
            CatalogueError: if there are fewer than two, two have the same domain, or vectors differ in length.
        """
        parts = list(catalogues)
        if len(parts) < 2:
            raise CatalogueError(f"A union needs at least 2 catalogues, not {len(parts)}.")
        names = [domain for part in parts for domain in part.domain_names]
        repeated = sorted({domain for domain in names if names.count(domain) > 1})
        if repeated:
            raise CatalogueError(
                f"Domain {repeated[0]!r} is in two of the catalogues; give them different names, or use one of them only."
            )
        sizes = {part.name: part.embeddings.shape[1] for part in parts}
        if len(set(sizes.values())) > 1:
            raise CatalogueError(
                f"Vectors have different lengths ({sizes}); encode all the catalogues with one encoder."
            )
        columns: dict[str, Any] = {
            "ids": tuple(
                item if len(part.domain_names) > 1 else f"{part.domain_names[0]}:{item}"
                for part in parts
                for item in part.ids
            ),
            "titles": tuple(title for part in parts for title in part.titles),
            "texts": tuple(text for part in parts for text in part.texts),
            "domains": np.concatenate(
                [
                    part.domains + sum(len(before.domain_names) for before in parts[:i])
                    for i, part in enumerate(parts)
                ]
            ),
        }
        for column in ("categories", "groups", "embeddings"):
            columns[column] = np.concatenate([getattr(part, column) for part in parts])
        for column in NUMERIC_COLUMNS:
            values = [getattr(part, column) for part in parts]
            if any(value is not None for value in values):
                unknown = [
                    np.full(len(part), np.nan) if value is None else value
                    for part, value in zip(parts, values, strict=True)
                ]
                columns[column] = np.concatenate(unknown)
        return Catalogue(name, **columns, domain_names=tuple(names))


def is_allowed(column: str, values: ArrayLike) -> NDArray[np.bool_]:
    """Returns which values a numeric column may have: those of `NUMERIC_COLUMNS`, in the column's type, never NaN or infinite."""
    with np.errstate(over="ignore"):  # what is too large for the type becomes infinite
        numbers = np.asarray(values).astype(COLUMN_TYPES.get(column, np.float32))
    finite = np.isfinite(numbers)
    if NUMERIC_COLUMNS[column] == "finite":
        return finite
    return finite & ((numbers > 0) if NUMERIC_COLUMNS[column] == "above 0" else (numbers >= 0))


def _read_only(values: ArrayLike, dtype: type[np.generic]) -> NDArray[Any]:
    """Returns a read-only view, or a converted copy: the caller's own array stays writable."""
    array = np.asarray(values, dtype=dtype).view()
    array.flags.writeable = False
    return array


def _unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.sqrt(np.einsum("ie,ie->i", vectors, vectors))[:, None]  # (I, 1)
    return (vectors / np.where(lengths > 1e-6, lengths, np.float32(1.0))).astype(np.float32, copy=False)
