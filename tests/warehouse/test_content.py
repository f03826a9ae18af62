"""What a file holds, in numbers: one hash that every cell moves and no order does, and values that are no numbers."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse import schema
from warehouse.build import Builder
from warehouse.connect import scratch
from warehouse.content import content_hash, not_finite, row_counts, tables


@pytest.fixture(scope="module")
def connection():
    with scratch() as connection:
        schema.create(connection)
        yield connection


@contextmanager
def forgotten(connection):
    """What is inserted in the block is forgotten behind it."""
    connection.execute("BEGIN")
    try:
        yield Builder(connection)
    finally:
        connection.execute("ROLLBACK")


@pytest.fixture
def builder(connection):
    with forgotten(connection) as builder:
        yield builder


def hash_of(connection, *rows, table="core.observation"):
    """The hash of a warehouse that holds only these rows."""
    with forgotten(connection) as builder:
        for row in rows:
            builder.insert(table, [row])
        return content_hash(connection)


# --- the hash

# Births in Kanazawa in 2020, SSDSE-A-2022.
BIRTHS = {
    "series_id": "ssdse_a.A4101",
    "area_code": "17201",
    "period_start": date(2020, 1, 1),
    "value": 3400.0,
    "note": "",
    "source_line": 771,
    "known_to": None,
    "first_seen": datetime(2022, 1, 2, tzinfo=UTC),
}
values = st.none() | st.floats(allow_nan=False, allow_infinity=False)
observations = st.fixed_dictionaries({"value": values, "note": st.none() | st.sampled_from(["", "NULL", "注, 'x'"])})


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("series_id", "ssdse_a.A4200"),
        ("area_code", "17000"),
        ("period_start", date(2020, 1, 2)),
        ("value", 3400.0000000000005),
        ("value", None),
        ("value", -3400.0),
        ("note", None),
        ("note", " "),
        ("source_line", 772),
        ("known_to", date(2023, 1, 1)),
        ("first_seen", datetime(2022, 1, 2, 0, 0, 0, 1, tzinfo=UTC)),
    ],
)
def test_one_changed_cell_is_another_hash(connection, column, other):
    assert hash_of(connection, BIRTHS | {column: other}) != hash_of(connection, BIRTHS)


def test_no_text_and_the_word_null_are_told_apart(connection):
    assert len({hash_of(connection, BIRTHS | {"note": note}) for note in (None, "NULL", "", "'NULL'")}) == 4


def test_the_same_cell_in_another_column_or_table_is_another_hash(connection):
    hashes = {
        hash_of(connection, {"name_ja": "x"}, table="core.area"),
        hash_of(connection, {"level": "x"}, table="core.area"),
        hash_of(connection, {"name_ja": "x"}, table="core.goal"),
    }
    assert len(hashes) == 3


def test_a_row_twice_is_not_the_same_as_once(connection):
    assert len({hash_of(connection), hash_of(connection, BIRTHS), hash_of(connection, BIRTHS, BIRTHS)}) == 3


@settings(max_examples=25)
@given(rows=st.lists(observations, max_size=4), random=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(connection, rows, random):
    mixed = random.sample(rows, len(rows))
    assert hash_of(connection, *mixed) == hash_of(connection, *rows)


@settings(max_examples=25)
@given(one=observations, other=observations)
def test_only_equal_rows_have_equal_hashes(connection, one, other):
    assert (hash_of(connection, one) == hash_of(connection, other)) == (
        repr(sorted(one.items())) == repr(sorted(other.items()))
    )


def test_how_the_night_went_is_no_content(connection):
    assert hash_of(connection, {"run_id": "1"}, table="ops.run") == hash_of(connection)


def test_where_the_reader_lives_does_not_change_the_hash(connection, builder):
    builder.insert("core.observation", [BIRTHS])
    here = content_hash(connection)
    with scratch() as elsewhere:
        schema.create(elsewhere)
        Builder(elsewhere).insert("core.observation", [BIRTHS])
        assert content_hash(elsewhere) == here


# --- values that are no numbers


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_nan_and_infinity_are_counted(builder, value):
    builder.connection.execute("INSERT INTO core.observation BY NAME SELECT ?::DOUBLE AS value", [value])
    assert not_finite(builder.connection)["core.observation"] == 1


def test_not_known_and_zero_are_no_trouble(builder):
    builder.insert("core.observation", [{"value": None}, {"value": 0.0}, {"value": -1e300}])
    assert not_finite(builder.connection)["core.observation"] == 0


def test_every_column_and_every_row_is_looked_at(builder):
    builder.insert("core.observation", [{"value": 1.0}])
    builder.connection.execute(
        "INSERT INTO core.observation BY NAME SELECT 1 AS value, 'inf'::DOUBLE value_low, 'nan'::DOUBLE value_high"
    )
    assert not_finite(builder.connection)["core.observation"] == 2


def test_a_table_without_numbers_has_none_that_are_not_finite(builder):
    assert not_finite(builder.connection)["core.goal"] == 0


# --- counts


def test_every_table_is_counted_also_the_empty_ones(builder):
    builder.insert("core.observation", [BIRTHS, BIRTHS])
    counts = row_counts(builder.connection)
    assert list(counts) == tables(builder.connection) == sorted(counts)
    assert {table: rows for table, rows in counts.items() if rows} == {"core.observation": 2}
    assert {name.split(".")[0] for name in counts} == {"core", "mart", "ops", "past"}
