"""Tables of items that have columns already: Parquet, and frames, Arrow tables and lists in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from recgym.catalogue.catalogue import CatalogueError
from recgym.catalogue.cells import quoted
from recgym.catalogue.file_content import LARGEST_BYTES
from recgym.catalogue.table import MOST_CELLS, Table, table_of_columns, table_of_mappings


def read_parquet(name: str, content: bytes) -> Table:
    """Reads Parquet, unless it would unpack to more than items need.

    Raises:
        CatalogueError: if it is damaged or too large, or pyarrow is not installed.
    """
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
        if max(sum(sizes), about.num_rows) > LARGEST_BYTES or about.num_rows * about.num_columns > MOST_CELLS:
            raise CatalogueError(
                f"Catalogue file {name} holds {about.num_rows:,} rows of {about.num_columns:,} columns, {sum(sizes):,} bytes; cut it to the items that are needed."
            )
        found = file.read()
    except (pyarrow.ArrowException, OSError) as error:
        raise CatalogueError(f"Catalogue file {name} is not readable as Parquet: {error}.") from error
    return _arrow(name, found, "Parquet")


def _arrow(name: str, table: Any, form: str) -> Table:
    names = [str(column) for column in table.column_names]
    return table_of_columns(
        name, names, [_arrow_cells(table.column(number)) for number in range(len(names))], form
    )


def _arrow_cells(column: Any) -> list[Any]:
    """Returns the cells of an Arrow column; times keep their nanoseconds."""
    import pyarrow

    if pyarrow.types.is_timestamp(column.type):
        return list(column.cast(pyarrow.timestamp(column.type.unit)).to_numpy(zero_copy_only=False))
    return list(column.to_pylist())


def read_object(source: Any) -> Table:
    """Takes a frame, an Arrow table, a list of mappings, or a mapping of lists.

    Raises:
        CatalogueError: if it is something else.
    """
    kinds = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(source).__mro__}
    if "pandas.DataFrame" in kinds:
        names = [str(column) for column in source.columns]
        cells = [_pandas_cells(source.iloc[:, number]) for number in range(len(names))]
        return table_of_columns("DataFrame", names, cells, "pandas DataFrame")
    if "polars.LazyFrame" in kinds:
        source = source.collect()
    if kinds & {"polars.DataFrame", "polars.LazyFrame"}:
        return table_of_columns(
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
        return table_of_columns("mapping", [str(name) for name in source], lists, "mapping of lists")
    if isinstance(source, Iterable) and not isinstance(source, bytes | str):
        rows = list(source)
        if rows and not any(isinstance(row, Mapping) for row in rows):
            raise CatalogueError(
                f"catalogue={quoted(source)} is a {type(source).__name__} whose first row, {quoted(rows[0])}, is a {type(rows[0]).__name__}; rows are mappings of "
                'columns to cells, such as {"title": "A lamp", "price": 12.99}.'
            )
        return table_of_mappings(
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
