"""Vintages: which figure was public when. A repeat is no news, a restatement closes what stood before it."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records import Observation, Period
from tests.warehouse.figures import FINAL, JANUARY_2024, TRIAL, births, dates, saved, uses, visitors
from warehouse import schema
from warehouse.build import Builder, PartUse
from warehouse.connect import scratch
from warehouse.parts import PartStore

HISTORY = ("value", "obs_status", "evidence", "known_from", "known_to")


@pytest.fixture(scope="module")
def empty():
    with scratch() as connection:
        schema.create(connection)
        yield connection


@contextmanager
def forgotten(connection):
    """A builder whose work is forgotten behind the block, so that one schema serves all tests."""
    connection.execute("BEGIN")
    try:
        yield Builder(connection)
    finally:
        connection.execute("ROLLBACK")


@pytest.fixture
def builder(empty):
    with forgotten(empty) as builder:
        yield builder


@pytest.fixture
def history(builder, tmp_path):
    """The vintages of these editions, given in the order in which they became known, cut to the asked columns."""

    def load(*editions, columns=HISTORY):
        builder.load_figures(uses(tmp_path, *editions))
        query = f"SELECT {', '.join(columns)} FROM core.observation ORDER BY period, known_from"
        return builder.connection.execute(query).fetchall()

    return load


# --- one figure over time


def test_a_figure_that_is_repeated_unchanged_is_no_new_row(history):
    assert history([births(2022)], [births(2023)], columns=("value", "known_from", "known_to", "resource_id")) == [
        (3400, date(2022, 1, 1), None, "ssdse/A-2022")
    ]


def test_a_restated_figure_closes_the_one_before_it_and_opens_a_new_row(history):
    assert history([TRIAL], [FINAL]) == [
        (164_458, "A", "primary", date(2024, 2, 1), date(2025, 3, 1)),
        (288_767, "B", "primary", date(2025, 3, 1), None),
    ]


def test_a_provisional_figure_that_becomes_final_unchanged_is_a_new_vintage(history):
    found = history([births(2022, obs_status="P")], [births(2023)], columns=("value", "obs_status", "known_to"))
    assert found == [(3400, "P", date(2023, 1, 1)), (3400, "A", None)]


def test_a_figure_that_the_publisher_itself_confirms_is_a_new_vintage(history):
    found = history([births(2022, evidence="secondary")], [births(2023)], columns=("evidence", "known_to"))
    assert found == [("secondary", date(2023, 1, 1)), ("primary", None)]


@pytest.mark.parametrize("changed", [{"unit": "千人"}, {"value_low": 3399.5}, {"value_high": 3400.5}])
def test_another_unit_or_bound_is_a_new_vintage(history, changed):
    assert len(history([births(2022)], [births(2023, **changed)])) == 2


@pytest.mark.parametrize("changed", [{"note": "再掲"}, {"raw_text": "3,400"}, {"source_line": 5}, {"citation": "p. 2"}])
def test_another_note_spelling_or_place_in_the_file_is_no_new_vintage(history, changed):
    assert len(history([births(2022)], [births(2023, **changed)])) == 1


def test_a_figure_that_returns_to_what_it_was_is_a_third_vintage(history):
    editions = [births(2022)], [births(2023, 3401)], [births(2024)]
    assert [value for (value,) in history(*editions, columns=("value",))] == [3400, 3401, 3400]


# --- no figure


def test_a_symbol_is_null_and_never_nan_or_zero(history):
    hidden = births(2022, float("nan"), raw_text="***", obs_status="M", symbol_meaning="不詳")
    assert history([hidden], columns=("value", "value IS NULL", "value_low", "raw_text", "symbol_meaning")) == [
        (None, True, None, "***", "不詳")
    ]


def test_a_symbol_that_is_repeated_is_no_new_row(history):
    assert len(history(*([births(year, float("nan"), obs_status="M")] for year in (2022, 2023)))) == 1


def test_a_number_after_a_symbol_is_a_new_vintage_and_so_is_a_symbol_after_a_number(history):
    editions = [births(2022, float("nan"))], [births(2023)], [births(2024, float("nan"))]
    assert [value for (value,) in history(*editions, columns=("value",))] == [None, 3400, None]


def test_zero_is_a_figure_and_not_the_same_as_none(history):
    assert [value for (value,) in history([births(2022, 0)], [births(2023, float("nan"))], columns=("value",))] == [
        0,
        None,
    ]


# --- the order of editions


def test_of_two_editions_known_on_one_day_the_later_one_counts(history):
    assert history([visitors(164_458, "2025-03-01")], [FINAL], columns=("value", "known_to")) == [(288_767, None)]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_lines_of_one_file_the_later_one_counts_in_whatever_order_they_are_kept(history, turned):
    lines = [births(2022, 3399, source_line=7), births(2022, source_line=8)]
    assert history(lines[::-1] if turned else lines, columns=("value",)) == [(3400,)]


def test_an_older_edition_that_arrives_late_does_not_overrule_a_newer_one(history):
    assert history([FINAL], [TRIAL]) == [
        (164_458, "A", "primary", date(2024, 2, 1), date(2025, 3, 1)),
        (288_767, "B", "primary", date(2025, 3, 1), None),
    ]


def test_what_an_edition_no_longer_carries_still_stands(history):
    other = visitors(1, "2025-03-01", area_code="17202")
    assert (164_458, None) in history([TRIAL], [other], columns=("value", "known_to"))


# --- what makes two figures the same one


@pytest.mark.parametrize(
    "other",
    [{"series_id": "ssdse_a.A4200"}, {"area_code": "17000"}, dates(Period.cy(2021)), dates(Period.window(2020, 2020))],
    ids=["series", "area", "period", "kind of period"],
)
def test_figures_of_another_series_area_or_period_do_not_close_each_other(history, other):
    assert [known_to for (known_to,) in history([births(2022)], [births(2023, **other)], columns=("known_to",))] == [
        None,
        None,
    ]


@pytest.mark.parametrize(
    "period",
    [
        Period.cy(2019),
        Period.fy(2019),
        Period.month(2024, 1),
        Period.window(2018, 2022),
        Period.window(2015, 2017, fiscal=True),
        Period.day(date(2016, 4, 22)),
    ],
    ids=lambda period: period.label,
)
def test_a_period_has_the_same_short_name_everywhere(history, period):
    assert history([births(2022, **dates(period))], columns=("period",)) == [(period.label,)]


# --- parts and how they are used


def test_of_a_bundle_only_the_wanted_resource_is_used(builder, tmp_path):
    part = saved(PartStore(tmp_path), "bundle", births(2022), births(2023, 3401))
    builder.load_figures([PartUse(part.rows_path.as_posix(), "1", "recorded", None, "ssdse/A-2022")])
    found = builder.connection.execute("SELECT value, acquisition FROM core.observation").fetchall()
    assert found == [(3400, "recorded")]


def test_first_seen_is_the_rows_own_moment_or_else_when_its_file_was_fetched(builder, tmp_path):
    own, fetched = datetime(2024, 2, 2, tzinfo=UTC), datetime(2025, 3, 2, 18, 15, tzinfo=UTC)
    part = saved(PartStore(tmp_path), "k", TRIAL | {"first_seen": pd.Timestamp(own)}, FINAL | {"first_seen": pd.NaT})
    builder.load_figures([PartUse(part.rows_path.as_posix(), "1", "live", fetched)])
    found = builder.connection.execute("SELECT first_seen FROM core.observation ORDER BY known_from").fetchall()
    assert [moment.astimezone(UTC) for (moment,) in found] == [own, fetched]


def test_without_any_part_there_is_no_observation(history):
    assert history() == []


def test_the_progress_maths_reads_every_vintage_of_one_series_and_area(builder, tmp_path):
    builder.load_figures(uses(tmp_path, [TRIAL, births(2022)], [FINAL]))
    found = builder.observations("digital_tourism.visitors", "17201")
    assert [(o.value, o.known_from) for o in found] == [(164_458, date(2024, 2, 1)), (288_767, date(2025, 3, 1))]
    assert isinstance(found[0], Observation)
    assert (found[0].period, found[0].unit, found[0].value_low) == (JANUARY_2024, "人", None)


# --- any editions at all

DAY_ONE = date(2024, 1, 1)
ALL_DAYS = [DAY_ONE + timedelta(days=n) for n in range(-1, 6)]
days = st.sampled_from(ALL_DAYS[1:-1])
periods = st.sampled_from([Period.cy(2020), Period.cy(2021), Period.window(2020, 2020)])
keys = st.tuples(st.sampled_from(["17201", "17202"]), periods)
said = st.tuples(st.sampled_from([None, 0.0, 1.0]), st.sampled_from("AP"), st.sampled_from(["primary", "secondary"]))
editions_of_any_kind = st.lists(st.dictionaries(st.tuples(keys, days), said, max_size=6), max_size=5)


def bundle_of(folder, editions):
    """All editions in one part, one resource each: no figure of an edition is told apart by its place in the part."""
    lines = []
    for place, edition in enumerate(editions):
        for ((area, period), known_from), (value, status, evidence) in edition.items():
            line = births(2022, float("nan") if value is None else value, area_code=area, **dates(period))
            line |= {"obs_status": status, "evidence": evidence, "known_from": pd.Timestamp(known_from)}
            lines.append(line | {"resource_id": str(place)})
    path = saved(PartStore(folder), "bundle", *lines).rows_path.as_posix()
    return [PartUse(path, str(place), "live", None, str(place)) for place in range(len(editions))]


def model(editions, day):
    """What was public on a day: of all that was known by then the newest, on one day the later edition."""
    known = {}
    for place, edition in enumerate(editions):
        for (key, known_from), figure in edition.items():
            if known_from <= day:
                known.setdefault(key, []).append((known_from, place, figure))
    return {key: max(figures, key=lambda known: known[:2])[2] for key, figures in known.items()}


@settings(max_examples=40)
@given(editions=editions_of_any_kind)
def test_on_any_day_the_macro_tells_what_was_public_then(editions, empty, tmp_path_factory):
    with forgotten(empty) as builder:
        builder.load_figures(bundle_of(tmp_path_factory.getbasetemp() / "any", editions))
        told = {day: figures_on(empty, day) for day in ALL_DAYS}
        keys = "series_id, area_code, period_kind, period_start, period_end, known_from"
        counted = f"SELECT count(*), count(DISTINCT ({keys})) FROM core.observation"
        rows, distinct = empty.execute(counted).fetchone()
    assert told == {day: model(editions, day) for day in ALL_DAYS}
    assert rows == distinct


def figures_on(connection, day):
    found = connection.execute(
        "SELECT area_code, period_kind, period_start, period_end, value, obs_status, evidence"
        " FROM mart.observation_as_of($day)",
        {"day": day},
    ).fetchall()
    told = {(area, Period(start, end, kind)): tuple(figure) for area, kind, start, end, *figure in found}
    assert len(told) == len(found)
    return told
