"""Cells as people write them: money, durations, dates, counts, lists, missing values; each by its size, and refused where it is none."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recgym.catalogue import CatalogueError
from recgym.catalogue.cells import Column
from recgym.catalogue.read import FileOptions, read_items
from recgym.catalogue.times import HOURS_IN_A_YEAR
from recgym.catalogue.words import read_words

HOUR_OF_2024 = 473_352.0
"""Hours from 1970 to 2024: 19,723 days."""


def read_column(name: str, cells: list[Any]) -> Any:
    return read_items([{"title": f"Item {n}", name: cell} for n, cell in enumerate(cells)])


def numbers(field: str, cells: list[Any], name: str | None = None) -> list[float]:
    return [round(float(value), 6) for value in read_column(name or field, cells).numbers[field]]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["$12.99", "$3"], [12.99, 3]), (["1.139,00TL", "85,50 TL"], [1139, 85.5]), (["€ 1 234,50", "€ 7,00"], [1234.5, 7]), (["12,99", "3,5"], [12.99, 3.5]),
        (["£1,234.50", "£1,234"], [1234.5, 1234]), (["1.139 €", "2,50 €"], [1139, 2.5]), (["$10.99 - $25.00", "$7"], [10.99, 7]), (["Free", "9.99 USD"], [0, 9.99]),
        (["1.139", "2.5"], [1.139, 2.5]), ([12, 3.5], [12, 3.5]), (["$31.50", "1.139,00 TL"], [31.5, 1139]), (["₹1,099", "₹199"], [1099, 199]),
        (["$1.5k", "$25K"], [1500, 25_000]), (["3.5 million", "2"], [3.5e6, 2]), (["£1.2bn", "£3m"], [1.2e9, 3e6]), (["$1-2k", "$3"], [1000, 3]),
        (["99¢", "99p", "50 cents"], [0.99, 0.99, 0.5]), (["$0.999", "$5"], [0.999, 5]), (["$0.125", "$0.250"], [0.125, 0.25]), (["12 kr", "3 PLN"], [12, 3]),
    ],
)  # fmt: skip
def test_money(cells: list[Any], values: list[float]) -> None:
    assert numbers("price", cells) == values


@pytest.mark.parametrize(
    "cell", ["cheap", "3 for $10", "-5", "$-3", "($3)", True, "inf", "1e999", ["3", "4"]]
)
def test_what_is_no_price_is_a_fault(cell: Any) -> None:
    with pytest.raises(CatalogueError, match=r"row 1, column 'price'"):
        read_column("price", [1.0, cell])


def test_an_amount_that_may_be_either_is_a_fault_only_where_the_column_contradicts_itself() -> None:
    with pytest.raises(CatalogueError, match=r"row 2.*thousands or of decimals"):
        read_column("price", ["$1.50", "1,50 €", "1.139 €"])


def test_currencies_are_told() -> None:
    reading = read_column("price", ["$1.50", "2,50 €"]).reading
    assert "not converted" in next(field.note for field in reading.fields if field.field == "price")


@pytest.mark.parametrize(
    ("name", "cells", "minutes"),
    [
        ("duration", ["90 min", "2 h 5 min"], [90, 125]), ("duration", ["1:30:00", "3:45"], [90, 3.75]), ("duration", ["PT1H30M", "PT45S"], [90, 0.75]),
        ("duration_ms", [210_000, 90_000], [3.5, 1.5]), ("length_seconds", ["120", "30"], [2, 0.5]), ("duration", ["1h30m", "45s"], [90, 0.75]),
        ("runtime", [142, 90], [142, 90]), ("duration", [timedelta(minutes=3), time(1, 30)], [3, 90]), ("running time (min)", [7, 8], [7, 8]),
    ],
)  # fmt: skip
def test_durations(name: str, cells: list[Any], minutes: list[float]) -> None:
    items = read_items(
        [{"title": f"Item {n}", name: cell} for n, cell in enumerate(cells)],
        _columns(duration=name),
    )
    assert [round(float(value), 6) for value in items.numbers["duration"]] == minutes


def _columns(**columns: Any) -> Any:
    from recgym.catalogue.read import FileOptions

    return FileOptions(columns=columns)


def test_seasons_are_no_time_and_units_may_not_be_mixed_with_none() -> None:
    items = read_column("duration", ["90 min", "2 Seasons"])
    np.testing.assert_array_equal(items.numbers["duration"], [90, np.nan])
    assert "'2 Seasons', not times" in next(
        field.note for field in items.reading.fields if field.field == "duration"
    )
    with pytest.raises(CatalogueError, match=r"row 2.*has no unit"):
        read_column("duration", ["90 min", "80 min", "70"])
    with pytest.raises(CatalogueError, match="row 1"):
        read_column("duration", [3, "a while"])
    assert numbers("half_life", ["90 min", "2 h"]) == [1.5, 2]


@pytest.mark.parametrize(
    ("cells", "hours"),
    [
        (["2024-01-01T08:00:00Z", "2024-01-01T09:30:00+01:00"], [8, 8.5]), (["2024-01-02", "2024-01-03"], [24, 48]),
        (["January 2, 2024", "3 Jan 2024 06:00"], [24, 54]), (["13/01/2024", "02/01/2024"], [288, 24]), (["01/13/2024 3:00:00 PM", "01/02/2024 12:00:00 AM"], [303, 24]),
        ([1_704_067_200, 1_704_070_800], [0, 1]), (["1704067200000", "1704067230000"], [0, round(30 / 3600, 6)]), ([1_704_067_200_000_000, 1_704_070_800_000_000], [0, 1]),
        ([1_704_067_200_000_000_000, 1_704_070_800_000_000_000], [0, 1]), ([datetime(2024, 1, 1, 5), date(2024, 1, 2)], [5, 24]),
        ([datetime(2024, 1, 1, 5, tzinfo=UTC), np.datetime64("2024-01-01T06:00")], [5, 6]),
    ],
)  # fmt: skip
def test_dates_are_hours_since_1970(cells: list[Any], hours: list[float]) -> None:
    found = read_column("published", cells).numbers["published"] - HOUR_OF_2024
    np.testing.assert_allclose(found, hours, atol=1e-5)


def test_times_keep_their_precision_up_to_the_catalogue() -> None:
    from recgym.catalogue import load_catalogue

    moments = [1_700_000_000_000 + 30_000 * n for n in range(30)]
    rows = [{"title": f"Item {n}", "published": moment} for n, moment in enumerate(moments)]
    catalogue = load_catalogue(rows, encoder="hashing")
    assert catalogue.published is not None
    np.testing.assert_allclose(np.diff(catalogue.published) * 3600, 30, atol=1e-6)


def test_years_and_hours_and_what_is_neither() -> None:
    years = read_items([{"title": "A", "year": 1994}, {"title": "B", "year": "1995"}]).numbers["published"]
    np.testing.assert_allclose(np.diff(years), HOURS_IN_A_YEAR)
    assert numbers("published", [0.25, 336]) == [0.25, 336]
    ancient = read_items(
        [
            {"title": "A", "original_publication_year": -750.0},
            {"title": "B", "original_publication_year": 1997.0},
        ]
    )
    assert ancient.numbers["published"][0] < ancient.numbers["published"][1]
    for cells, words in (
        (["2024-01-01", "soon"], "'soon' is not a date"),
        ([1_704_067_200, 1_704_067_200_000], "not of the unit"),
        (["2024-01-01", "9999-01-01"], "in the year 9999"),
        (["2024-01-01", True], "not a date"),
    ):
        with pytest.raises(CatalogueError, match=words):
            read_column("published", cells)
    with pytest.raises(CatalogueError, match="early 1970"):
        read_column("timestamp", [1_704_067, 1_704_068])
    with pytest.raises(CatalogueError, match="day first and dates with the month first"):
        read_column("published", ["13/01/2024", "01/13/2024"])


def test_a_date_that_may_be_either_is_told() -> None:
    reading = read_column("published", ["03/04/2024", "05/06/2024"]).reading
    assert "the month was taken" in next(field.note for field in reading.fields if field.field == "published")


def test_parquet_timestamps_of_any_resolution(tmp_path: Any) -> None:
    import pyarrow
    from pyarrow import parquet

    moments = [datetime(2024, 1, 1, 1), None, datetime(2024, 1, 1, 2, 30)]
    for unit in ("s", "ms", "us", "ns"):
        for zone in (None, "UTC"):
            column = pyarrow.array(moments, pyarrow.timestamp(unit, zone))
            parquet.write_table(
                pyarrow.table({"title": ["A", "B", "C"], "published": column}), tmp_path / "items.parquet"
            )
            found = read_items(tmp_path / "items.parquet").numbers["published"] - HOUR_OF_2024
            np.testing.assert_allclose(found, [1, np.nan, 2.5])


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1,234", 1234), ("12K", 12_000), ("4.1M", 4_100_000), ("300+", 300), (17, 17), ("1.5", 1.5)],
)
def test_counts(cell: Any, value: float) -> None:
    assert numbers("popularity", [cell, "2K"])[0] == value


@pytest.mark.parametrize(
    "cell", ["", "NA", "n/a", "NaN", "null", "None", r"\N", "-", None, float("nan"), np.datetime64("NaT")]
)
@pytest.mark.parametrize(
    ("field", "known"),
    [
        ("price", "$3"),
        ("duration", "90 min"),
        ("published", "2024-01-01"),
        ("popularity", "2K"),
        ("half_life", 3),
    ],
)
def test_missing_values_are_not_known(field: str, known: Any, cell: Any) -> None:
    if isinstance(cell, np.datetime64) and field != "published":
        return
    values = read_column(field, [known, cell]).numbers[field]
    assert np.isfinite(values[0])
    assert np.isnan(values[1])


def test_lists_are_joined_and_nothing_has_brackets() -> None:
    rows = [
        {"title": "Strings", "text": ["A set of four.", "Medium gauge."], "category": ["Music", "Strings"]},
        {"title": "Rosin", "text": "['Dark rosin.', 'For cellos']", "category": "[{'id': 3, 'name': 'Music'}, {'id': 4, 'name': 'Care'}]"},
        {"title": "[Remastered] Bow", "text": np.array(["Wood", "hair"]), "category": []},
    ]  # fmt: skip
    items = read_items(rows)
    assert items.texts == ["A set of four. Medium gauge.", "Dark rosin. For cellos", "Wood, hair"]
    assert items.categories == ["Music, Strings", "Music, Care", ""]
    assert items.titles[2] == "[Remastered] Bow"
    assert not any(mark in text for text in items.encoded[:2] for mark in "[]{}'")


def test_mappings_become_columns_or_are_refused_by_name() -> None:
    rows = [
        {"name": {"en": "Oak", "de": "Eiche"}, "text": "A tree"},
        {"name": {"en": "Elm", "de": "Ulme"}, "text": "A tree, too"},
    ]
    assert read_items(rows, _columns(title="name.en")).titles == ["Oak", "Elm"]
    mixed = [{"title": "Oak"}, {"title": {"en": "Elm", "de": "Ulme"}}]
    with pytest.raises(CatalogueError, match=r"'title' is a mapping in some rows, with title.en, title.de"):
        read_items(mixed)
    assert read_items(mixed, _columns(title=["title", "title.en"])).titles == ["Oak", "Elm"]
    with pytest.raises(CatalogueError, match="row 0, column 'text': a mapping with x"):
        read_items([{"title": "Oak", "text": [{"x": 1}]}, {"title": "Elm", "text": "b"}])


def test_half_characters_and_controls_go() -> None:
    items = read_items(
        [{"title": "Sale \ud83d", "text": "a\x00b\nc"}, {"title": "\ud83d\ude00 smile", "text": "d"}]
    )
    assert items.titles == ["Sale", "😀 smile"]
    assert items.texts[0] == "a b c"
    assert "half a character was left out of 1 cell" in items.reading.fields[0].note


def test_ids_of_frames_are_whole_and_faults_of_ids_are_told() -> None:
    import pandas

    frame = pandas.DataFrame({"id": [3.0, 4.0], "title": ["A", "B"]})
    assert read_items(frame).ids == ["3", "4"]
    with pytest.raises(CatalogueError, match=r"row 2, column 'id': id '1' is also at row 0"):
        read_items([{"id": 1, "title": "A"}, {"id": 2, "title": "B"}, {"id": 1, "title": "C"}])
    with pytest.raises(CatalogueError, match=r"row 1, column 'id': no id, though other rows have one"):
        read_items([{"id": 1, "title": "A"}, {"id": None, "title": "B"}, {"id": 2, "title": "C"}])
    assert read_items([{"id": 1, "title": "A"}, {"id": None, "title": "B"}], _columns(id=None)).ids == [
        "0",
        "1",
    ]


def test_dates_without_separators_are_dates() -> None:
    day = 24.0
    hours = numbers("published", [20240301, 20240302, 20231231])
    assert hours == [474_792.0, 474_792.0 + day, 474_792.0 - 61 * day]
    assert numbers("published", ["20240301", "20240302"]) == hours[:2]
    assert numbers("published", [20240301, 20249999]) == [20240301.0, 20249999.0]  # the second is none


def test_one_time_of_another_unit_does_not_spoil_the_others() -> None:
    rows = [{"title": f"Item {n}", "published": cell} for n, cell in enumerate([1, 2, 3, 1_700_000_000])]
    assert read_items(rows, FileOptions(on_bad_rows="skip")).numbers["published"].tolist() == [1.0, 2.0, 3.0]


@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.text(" []'\"\u00a0\x07\ud800anone-?\\N", max_size=12),
            st.text("word ", min_size=8, max_size=20),
        ),
        max_size=20,
    ),
    st.booleans(),
)
def test_what_is_seen_at_a_glance_is_what_a_closer_look_finds(cells: list[str], title: bool) -> None:
    column = Column("words", cells, [f"row {row}" for row in range(len(cells))], [])
    at_a_glance = read_words(column, title=title)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recgym.catalogue.words._is_plain", lambda cell: False)
        assert read_words(column, title=title) == at_a_glance


@pytest.mark.parametrize("unit", ["s", "ms", "us", "D"])
def test_dates_that_nanoseconds_do_not_hold_are_told(unit: str) -> None:
    late = np.array(["2024-01-01", "9999-12-31"], f"datetime64[{unit}]")
    with pytest.raises(CatalogueError, match=r"9999-12-31.* is in the year 10000; allowed are -4000 to 2100"):
        read_column("published", list(late))
    assert numbers("published", [late[0]] * 2) == [HOUR_OF_2024] * 2


def test_what_begins_with_the_year_goes_on_with_the_month() -> None:
    """Whatever stands above it; a date that begins with its day says so of others that do not begin with the year."""
    sixth_of_may = HOUR_OF_2024 + 24 * (31 + 29 + 31 + 30 + 5)
    for cells in (
        ["31/12/2023", "2024/05/06", "2024.05.06", "06/05/2024"],
        ["2024/05/06", "2024.05.06", "31/12/2023"],
    ):
        found = dict(zip(cells, numbers("published", cells), strict=True))
        assert all(found[cell] == sixth_of_may for cell in cells if "2024" in cell)


def test_zones_are_heeded_or_told() -> None:
    cells = ["2024-01-01 10:00 PST", "Mon, 01 Jan 2024 10:00:00 EST", "2024-01-01 10:00 GMT"]
    assert numbers("published", cells) == [HOUR_OF_2024 + hour for hour in (18, 15, 10)]
    with pytest.raises(CatalogueError, match=r"'2024-01-01 10:00 XYZT' is not a date"):
        read_column("published", ["2024-01-01", "2024-01-01 10:00 XYZT"])


def test_times_that_are_no_times_are_told() -> None:
    for cells in ([99999999999999999999999] * 3, [1e30] * 3, [5e8, 2e10, 2e10]):
        with pytest.raises(CatalogueError, match=r"is in the year|not of the unit"):
            read_column("published", cells)
    assert numbers("published", ["2024-01-01", "1704067200"]) == [HOUR_OF_2024] * 2
    with pytest.raises(CatalogueError, match="price"):
        read_column("price", [Decimal("3"), Decimal("sNaN")])


def test_an_empty_column_of_ids_is_none() -> None:
    items = read_items([{"id": None, "title": "Oak"}, {"id": "", "title": "Elm"}])
    assert items.ids == ["0", "1"]


@pytest.mark.parametrize("text", ['{"title": "a", "price": ', '{"a": ', '{"a": 1}}'])
def test_json_that_breaks_off_is_no_table(tmp_path: Path, text: str) -> None:
    (tmp_path / "one.json").write_text(text)
    with pytest.raises(CatalogueError, match=r"one\.json, line 1: .*JSON"):
        read_items(tmp_path / "one.json")
