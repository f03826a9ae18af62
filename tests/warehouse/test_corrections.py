"""Corrections among vintages: whatever the editions, a figure counts as corrected from the correction's day on."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records import CORRECTED, Period
from tests.warehouse.figures import births, uses
from tests.warehouse.test_vintages import ALL_DAYS, bundle_of, days, editions_of_any_kind, figures_on, forgotten
from warehouse import schema
from warehouse.connect import scratch

CORRECTION = {
    "correction_id": "c",
    "series_id": "ssdse_a.A4101",
    "area_code": "17201",
    "period_kind": "CY",
    "period_start": date(2020, 1, 1),
    "period_end": date(2020, 12, 31),
    "period": "2020",
    "action": "override",
    "expected_value": 3400.0,
    "value": 3434.0,
    "known_from": date(2022, 6, 1),
    "known_from_basis": "date",
    "reason_ja": "誤植",
}
FIGURE = ("17201", Period.cy(2020))


@pytest.fixture(scope="module")
def empty():
    with scratch() as connection:
        schema.create(connection)
        yield connection


@pytest.fixture
def corrected(empty, tmp_path):
    """The vintages of these editions under one correction, and what the guard sees of it."""
    with forgotten(empty) as builder:

        def load(correction, *editions):
            builder.insert("core.correction", [CORRECTION | correction])
            used = uses(tmp_path, *editions)
            builder.load_figures(used)
            columns = "value, obs_status, known_from, known_to, correction_id"
            found = empty.execute(f"SELECT {columns} FROM core.observation ORDER BY known_from").fetchall()
            (seen,) = builder.corrections(used)
            return found, {name: seen[name] for name in ("is_there", "is_expected", "in_use", "published_value")}

        yield load


def test_between_two_editions_a_correction_opens_a_vintage_of_its_own(corrected):
    found, seen = corrected({}, [births(2022)], [births(2023)])
    assert found == [
        (3400, "A", date(2022, 1, 1), date(2022, 6, 1), None),
        (3434, "A", date(2022, 6, 1), None, "c"),  # the edition of 2023 repeats the wrong figure
    ]
    assert seen == {"is_there": True, "is_expected": True, "in_use": True, "published_value": 3400}


def test_an_edition_that_is_right_again_counts_and_the_guard_sees_it(corrected):
    found, seen = corrected({}, [births(2022)], [births(2023, 3434)])
    assert [(row[0], row[-1]) for row in found] == [(3400, None), (3434, "c"), (3434, None)]
    assert (seen["is_expected"], seen["published_value"]) == (False, 3434)


def test_a_correction_of_one_edition_leaves_the_others_alone(corrected):
    of_2022 = {"resource_id": "ssdse/A-2022", "expected_value": 3400.0}
    found, seen = corrected(of_2022, [births(2022)], [births(2023, 3401)])
    assert [(row[0], row[-1]) for row in found] == [(3400, None), (3434, "c"), (3401, None)]
    assert (seen["is_expected"], seen["published_value"]) == (True, 3400)


def test_a_correction_of_an_edition_that_no_longer_counted_changes_nothing(corrected):
    late = {"resource_id": "ssdse/A-2022", "known_from": date(2023, 1, 1)}
    found, _ = corrected(late, [births(2022)], [births(2023, 3401)])
    assert [(row[0], row[-1]) for row in found] == [(3400, None), (3401, None)]


def test_a_symbol_is_corrected_by_its_text(corrected):
    symbol = {"expected_value": None, "expected_text": "***"}
    found, seen = corrected(symbol, [births(2022, float("nan"), raw_text="***", obs_status="M")])
    assert [row[0] for row in found] == [None, 3434]
    assert seen["is_expected"]


def test_a_drop_leaves_no_value_and_a_flag_only_another_status(corrected):
    found, _ = corrected({"action": "drop", "value": None, "obs_status": "M"}, [births(2022)])
    assert found[-1][:2] == (None, "M")


def test_the_progress_maths_is_told_which_figure_is_corrected(empty, tmp_path):
    with forgotten(empty) as builder:
        builder.insert("core.correction", [CORRECTION])
        builder.load_figures(uses(tmp_path, [births(2022)]))
        printed, right = builder.observations("ssdse_a.A4101", "17201")
    assert (printed.flags, right.flags) == (frozenset(), frozenset({CORRECTED}))


@pytest.mark.parametrize(("area", "in_use"), [("17201", True), ("17206", False)])
def test_the_guard_tells_a_missing_period_from_a_source_that_brought_nothing(corrected, area, in_use):
    other = {"area_code": area, "period_start": date(1999, 1, 1), "period_end": date(1999, 12, 31)}
    found, seen = corrected(other, [births(2022)])
    assert len(found) == 1
    assert seen == {"is_there": False, "is_expected": False, "in_use": in_use, "published_value": None}


actions = st.sampled_from([("override", 9.0, None), ("override", 9.0, "E"), ("flag", None, "U"), ("drop", None, "M")])


@settings(max_examples=40)
@given(
    editions=editions_of_any_kind,
    known_from=days,
    action=actions,
    expected=st.sampled_from([0.0, 1.0]),
    resource=st.sampled_from([None, "0", "1"]),
)
def test_on_any_day_the_macro_tells_what_counted_then(
    editions, known_from, action, expected, resource, empty, tmp_path_factory
):
    kind, value, status = action
    correction = CORRECTION | {"action": kind, "value": value, "obs_status": status, "resource_id": resource}
    with forgotten(empty) as builder:
        builder.insert("core.correction", [correction | {"known_from": known_from, "expected_value": expected}])
        builder.load_figures(bundle_of(tmp_path_factory.getbasetemp() / "any", editions))
        told = {day: figures_on(empty, day) for day in ALL_DAYS}
    for day in ALL_DAYS:
        model = {}
        for key, (place, figure) in newest(editions, day).items():
            meant = key == FIGURE and resource in (None, str(place)) and figure[0] == expected and known_from <= day
            right = (figure[0] if kind == "flag" else value, status or figure[1], figure[2])
            model[key] = right if meant else figure
        assert told[day] == model


def newest(editions, day):
    """Of each figure what was published last by a day: on one day the later edition's."""
    known = {}
    for place, edition in enumerate(editions):
        for (key, known_from), figure in edition.items():
            if known_from <= day:
                known.setdefault(key, []).append((known_from, place, figure))
    return {key: max(figures, key=lambda known: known[:2])[1:] for key, figures in known.items()}
