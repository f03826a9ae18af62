"""Building: rows of every kind go into the tables that are named for them, and unknown things are errors."""

import json
from datetime import UTC, date, datetime

import duckdb
import pandas as pd
import pytest

from records import Direction
from tests.warehouse.figures import FINAL, TRIAL, births, saved, uses
from warehouse import schema
from warehouse.build import Builder
from warehouse.connect import scratch
from warehouse.parts import PartStore


@pytest.fixture
def builder():
    with scratch() as connection:
        schema.create(connection)
        yield Builder(connection)


def table(builder, query):
    return builder.connection.execute(query).fetchall()


# --- rows


def test_what_a_row_does_not_name_is_null(builder):
    builder.insert("core.area", [{"area_code": "17201"}, {"area_code": "17000", "name_ja": "石川県"}])
    assert table(builder, "FROM core.area") == [("17201", None, None), ("17000", "石川県", None)]


def test_a_column_that_the_table_does_not_have_is_an_error(builder):
    with pytest.raises(duckdb.Error, match="prefecture"):
        builder.insert("core.area", [{"area_code": "17201", "prefecture": "石川県"}])


def test_codes_become_text_and_tuples_become_lists(builder):
    row = {"direction": Direction.MAINTAIN_MIN, "flags": ("PROXY", "REVISED"), "vintage": date(2025, 3, 1)}
    builder.insert("mart.kpi_progress", [row, {"flags": ()}])
    assert table(builder, "SELECT direction, flags, vintage FROM mart.kpi_progress") == [
        ("maintain_min", ["PROXY", "REVISED"], date(2025, 3, 1)),
        (None, [], None),
    ]


def test_large_counts_stay_exact_beside_rows_that_have_none(builder):
    builder.insert("core.snapshot", [{"size_bytes": 2**40 + 1}, {"size_bytes": None}])
    assert table(builder, "SELECT size_bytes FROM core.snapshot") == [(2**40 + 1,), (None,)]


def test_no_rows_are_no_error(builder):
    builder.insert("core.area", [])
    assert table(builder, "FROM core.area") == []


# --- files


def test_areas_of_all_lists_are_loaded_with_their_leading_zeros(builder, tmp_path):
    lists = tmp_path / "areas.csv", tmp_path / "own.csv"
    lists[0].write_text("area_code,name_ja,level\n01000,北海道,prefecture\n", encoding="utf-8")
    lists[1].write_text("area_code,name_ja,level\nownregion,広域,region\n", encoding="utf-8")
    builder.load_areas(lists)
    assert table(builder, "SELECT area_code, level FROM core.area ORDER BY 1") == [
        ("01000", "prefecture"),
        ("ownregion", "region"),
    ]


def test_quarantined_rows_of_all_parts_are_kept_with_rule_and_reason(builder, tmp_path):
    refused = pd.DataFrame(
        {
            "rule": ["area_known"],
            "reason": ["地域コード「99999」"],
            "raw": ['{"area_code": "99999"}'],
            "source_line": [7],
        }
    )
    other = pd.DataFrame({"rule": ["unit"], "reason": ["単位"], "raw": ["{}"]})
    parts = [saved(PartStore(tmp_path), key, quarantine=rows) for key, rows in (("a", refused), ("b", other))]
    builder.load_quarantine([part.quarantine_path.as_posix() for part in parts])
    assert table(builder, "SELECT rule, reason, raw, source_line FROM ops.quarantine ORDER BY rule") == [
        ("area_known", "地域コード「99999」", '{"area_code": "99999"}', 7),
        ("unit", "単位", "{}", None),
    ]


def test_nothing_in_quarantine_is_no_error(builder):
    builder.load_quarantine([])
    assert table(builder, "FROM ops.quarantine") == []


def test_the_log_of_fetches_is_loaded_and_a_half_written_last_line_is_left_out(builder, tmp_path):
    fetch = {
        "resource": "ssdse/A-2026",
        "publisher": "ssdse",
        "fetched_at": "2026-11-22T18:15:00+00:00",
        "outcome": "new",
        "status": 200,
        "url": "https://example.jp/A-2026.csv",
        "size": 10,
        "snapshot_id": None,
        "of_a_later_version": True,
    }
    log = tmp_path / "fetches.jsonl"
    log.write_text(json.dumps(fetch) + "\n" + json.dumps(fetch)[:40], encoding="utf-8")
    builder.load_fetches(log)
    ((resource, moment, size, snapshot),) = table(
        builder, "SELECT resource_id, fetched_at, size_bytes, snapshot_id FROM ops.fetch"
    )
    assert (resource, size, snapshot) == ("ssdse/A-2026", 10, None)
    assert moment.astimezone(UTC) == datetime(2026, 11, 22, 18, 15, tzinfo=UTC)


def test_before_the_first_fetch_there_is_no_log_and_no_error(builder, tmp_path):
    builder.load_fetches(tmp_path / "fetches.jsonl")
    assert table(builder, "FROM ops.fetch") == []


# --- marts that only count


def test_the_newest_figure_of_a_series_is_that_of_the_newest_period_in_its_current_vintage(builder, tmp_path):
    builder.insert("core.area", [{"area_code": "17201", "name_ja": "金沢市"}])
    builder.load_figures(uses(tmp_path, [TRIAL, births(2022)], [FINAL]))
    builder.fill_sql_marts()
    assert table(builder, "SELECT period, value, area_ja FROM mart.series_latest ORDER BY period") == [
        ("2020", 3400, "金沢市"),
        ("2024-01", 288_767, "金沢市"),
    ]


def test_the_scorecard_counts_each_kpi_once_by_its_verdict_or_else_by_where_it_stands(builder):
    builder.insert("core.goal", [{"goal_id": "g", "name_ja": "基本目標", "name_en": "Goal"}])
    builder.insert(
        "mart.kpi_latest",
        [
            {"kpi_id": "a", "goal_id": "g", "verdict_status": "FINAL_PENDING", "latest_status": "ON_TRACK"},
            {"kpi_id": "b", "goal_id": "g", "verdict_status": "FINAL_PENDING", "latest_status": "NA_NO_DATA"},
            {"kpi_id": "c", "goal_id": "g", "verdict_status": None, "latest_status": "NA_NO_DATA"},
        ],
    )
    builder.fill_sql_marts()
    assert table(builder, "SELECT goal_id, status, kpis FROM mart.scorecard ORDER BY status") == [
        ("g", "FINAL_PENDING", 2),
        ("g", "NA_NO_DATA", 1),
    ]
