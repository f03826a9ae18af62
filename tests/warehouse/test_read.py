"""Questions to a published file: what was known when, from a grade down to the bytes, and nothing is ever written."""

from datetime import UTC, date, datetime
from hashlib import sha256

import pytest

from warehouse import read
from warehouse.build import building
from warehouse.connect import WarehouseError

# A hypothetical strategy: the target is moved in 2021, the figure of 2019 is known in 2020 and restated twice.
KPIS = [
    {"strategy_id": "s", "kpi_id": "b", "goal_id": "g", "number": 2, "name_ja": "二", "is_proxy": False},
    {"strategy_id": "s", "kpi_id": "a", "goal_id": "g", "number": 1, "name_ja": "一", "is_proxy": False}
    | {"series_id": "digital_tourism.visitors", "area_code": "17201"},
    {
        "strategy_id": "s",
        "kpi_id": "a~x",
        "goal_id": "g",
        "number": 1,
        "name_ja": "代",
        "is_proxy": True,
        "proxy_of": "a",
    },
]
TARGETS = [
    {"kpi_id": "a", "version": 1, "valid_from": date(2015, 4, 1), "target_value": 10.0, "target_period": "2019"},
    {"kpi_id": "a", "version": 2, "valid_from": date(2021, 4, 1), "target_value": 20.0, "target_period": "2024"},
]


def step(kpi_id, year, vintage, value, status, **more):
    return {
        "kpi_id": kpi_id,
        "period": str(year),
        "period_kind": "CY",
        "period_start": date(year, 1, 1),
        "period_end": date(year, 12, 31),
        "vintage": date.fromisoformat(vintage),
        "value": value,
        "status": status,
        "reason": "",
        "target_period": "2019",
        "target_version": 1,
        "verdict_kind": "none",
    } | more


PROGRESS = [
    step("a", 2014, "2015-06-01", 5.0, "NA_TOO_EARLY"),
    step("a", 2018, "2019-06-01", 8.0, "ON_TRACK"),
    step("a", 2019, "2020-01-01", None, "FINAL_PENDING", reason="NO_VALUE"),
    step("a", 2019, "2020-03-01", 7.0, "FINAL_PARTIAL", verdict_kind="final_provisional"),
    step("a", 2019, "2020-04-01", 8.0, "FINAL_MOSTLY", verdict_kind="final_provisional"),
    step("a", 2019, "2020-06-01", 11.0, "FINAL_ACHIEVED", verdict_kind="final"),
    step("a", 2019, "2020-09-01", 9.5, "FINAL_MOSTLY", verdict_kind="final"),
    step("a", 2019, "2022-06-01", 9.0, "BEHIND", target_period="2024", target_version=2, jp_grade="C"),
    step("a~x", 2018, "2019-07-01", 1.0, "NO_CHANGE"),
    step("b", 2018, "2019-06-01", None, "NA_NO_DATA", reason="NO_VALUE"),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("read")
    path = folder / "kpi.duckdb"
    with building(path) as builder:
        builder.insert("core.kpi", KPIS)
        builder.insert("core.kpi_target", TARGETS)
        builder.insert("mart.kpi_progress", PROGRESS)
        too_old = {"latest_period": "2019", "latest_status": "NA_STALE", "latest_jp_grade": "−"}
        builder.insert("mart.kpi_latest", [{"kpi_id": "a"} | too_old, {"kpi_id": "b", "verdict_status": "NA_BREAK"}])
    return path


def rows(found, *names):
    return [tuple(row[name] for name in names) for row in found]


# --- the summary


def test_the_summary_has_one_row_a_kpi_in_the_order_of_the_strategy_and_no_proxy(path):
    assert rows(read.summary(path), "kpi_id", "name_ja") == [("a", "一"), ("b", "二")]


def test_today_the_newest_target_and_the_newest_figure_count(path):
    (a, _) = read.summary(path)
    assert (a["target_value"], a["target_period"]) == (20, "2024")
    assert (a["latest_period"], a["latest_value"], a["verdict_status"]) == ("2019", 9, None)


def test_today_status_and_grade_are_those_of_the_mart_which_knows_how_old_the_figure_is(path):
    assert rows(read.summary(path), "latest_status", "latest_jp_grade")[0] == ("NA_STALE", "−")


def test_today_a_target_period_that_is_over_has_the_verdict_of_the_mart_and_one_ahead_has_none(path):
    shown = rows(read.summary(path), "verdict_status", "target_is_ahead")
    assert shown == [(None, True), ("NA_BREAK", False)]


def test_of_a_day_status_and_grade_are_those_of_the_periods_own_row(path):
    assert rows(read.summary(path, date(2022, 6, 1)), "latest_status", "latest_jp_grade")[0] == ("BEHIND", "C")


@pytest.mark.parametrize(
    ("day", "latest", "verdict", "target"),
    [
        (date(2015, 5, 31), (None, None), None, 10),
        (date(2015, 6, 1), (None, None), None, 10),  # the baseline itself says nothing about progress
        (date(2019, 5, 31), (None, None), None, 10),
        (date(2019, 6, 1), ("2018", 8), None, 10),
        (date(2020, 1, 1), ("2018", 8), "FINAL_PENDING", 10),
        (date(2020, 3, 1), ("2019", 7), "FINAL_PARTIAL", 10),
        (date(2020, 4, 1), ("2019", 8), "FINAL_MOSTLY", 10),  # of provisional figures the newest counts
        (date(2020, 6, 1), ("2019", 11), "FINAL_ACHIEVED", 10),
        (date(2020, 9, 1), ("2019", 9.5), "FINAL_ACHIEVED", 10),  # a final verdict is frozen
        (date(2021, 4, 1), ("2019", 9.5), None, 20),  # under the new version nothing is due yet
        (date(2022, 6, 1), ("2019", 9), None, 20),
    ],
    ids=str,
)
def test_the_summary_of_a_day_tells_what_was_known_and_wanted_on_that_day(path, day, latest, verdict, target):
    (a, b) = read.summary(path, day)
    assert (a["latest_period"], a["latest_value"]) == latest
    assert a["verdict_status"] == verdict
    assert a["target_value"] == target
    assert (b["kpi_id"], b["latest_value"]) == ("b", None)


def test_before_the_first_target_there_is_a_row_without_one(path):
    (a, _) = read.summary(path, date(2015, 3, 31))
    assert (a["kpi_id"], a["target_value"]) == ("a", None)


# --- progress


def test_progress_has_one_row_a_period_in_its_newest_vintage_proxies_last(path):
    found = read.progress(path)
    assert rows(found, "kpi_id", "period", "value") == [
        ("a", "2014", 5),
        ("a", "2018", 8),
        ("a", "2019", 9),
        ("b", "2018", None),
        ("a~x", "2018", 1),
    ]


def test_progress_of_a_day_knows_no_later_vintage(path):
    found = read.progress(path, "a", as_of=date(2020, 5, 31))
    assert rows(found, "period", "status") == [
        ("2014", "NA_TOO_EARLY"),
        ("2018", "ON_TRACK"),
        ("2019", "FINAL_MOSTLY"),
        ("2018", "NO_CHANGE"),
    ]


def test_progress_of_one_kpi_brings_its_proxies_and_of_a_proxy_only_itself(path):
    assert {row["kpi_id"] for row in read.progress(path, "a")} == {"a", "a~x"}
    assert {row["kpi_id"] for row in read.progress(path, "a~x")} == {"a~x"}
    assert read.progress(path, "nobody") == []


def test_progress_of_one_year_has_only_periods_that_begin_in_it(path):
    assert rows(read.progress(path, year=2018), "kpi_id") == [("a",), ("b",), ("a~x",)]
    assert read.progress(path, year=1900) == []


def test_the_ids_are_those_of_the_kpis_in_order(path):
    assert read.kpi_ids(path) == ["a", "b"]


# --- from a grade to the bytes, and how the nights went


def test_the_sources_are_those_of_the_newest_run(tmp_path):
    path = tmp_path / "kpi.duckdb"
    with building(path) as builder:
        states = [("20261122", "ssdse", "live"), ("20261123", "ssdse", "stale"), ("20261123", "register", "register")]
        names = ("run_id", "publisher_id", "state")
        builder.insert("ops.run_source", [dict(zip(names, state, strict=True)) for state in states])
        series = [{"series_id": f"ssdse_a.{n}", "publisher_id": "ssdse", "licence": "CC BY 4.0"} for n in range(3)]
        builder.insert("core.series", series)
    found = read.sources(path)
    assert rows(found, "publisher_id", "state", "series", "licence") == [
        ("register", "register", 0, None),
        ("ssdse", "stale", 3, "CC BY 4.0"),
    ]


def test_only_checks_that_did_not_pass_are_failed_checks(tmp_path):
    path = tmp_path / "kpi.duckdb"
    with building(path) as builder:
        builder.insert("ops.check_result", [{"rule": "a", "success": True}, {"rule": "b", "success": False}])
        builder.insert("ops.quarantine", [{"rule": "b", "source_line": 2}, {"rule": "b", "source_line": 1}])
    assert rows(read.failed_checks(path), "rule") == [("b",)]
    assert rows(read.quarantine(path), "source_line") == [(1,), (2,)]


# --- free questions


def test_an_answer_is_a_list_of_rows_by_column_name(path):
    assert read.ask(path, "SELECT 1 AS one, 'x' AS text") == [{"one": 1, "text": "x"}]
    assert read.ask(path, "SELECT ? + 1 AS next", [1]) == [{"next": 2}]


def test_moments_are_told_in_utc(path):
    (row,) = read.ask(path, "SELECT TIMESTAMPTZ '2026-11-23 03:15:00+09:00' AS moment")
    assert row["moment"].astimezone(UTC) == datetime(2026, 11, 22, 18, 15, tzinfo=UTC)
    assert read.ask(path, "SELECT current_setting('TimeZone') AS zone") == [{"zone": "UTC"}]


@pytest.mark.parametrize(
    "query", ["", " ", "-- nothing", "SELEC 1", "SELECT nothing", "FROM core.nothing", "SELECT $x"]
)
def test_a_query_that_is_refused_is_an_error_of_one_line(path, query):
    with pytest.raises(WarehouseError, match=r"^the query was refused: ") as caught:
        read.ask(path, query)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO core.kpi (kpi_id) VALUES ('c')",
        "UPDATE core.kpi SET kpi_id = 'c'",
        "DELETE FROM core.kpi",
        "DROP TABLE core.kpi",
        "CREATE TABLE core.more (x INTEGER)",
        "COMMENT ON TABLE core.kpi IS 'x'",
        "SELECT 1; DELETE FROM core.kpi",
        "SET access_mode = 'read_write'",
        "COPY core.kpi TO '{path}'",
        "COPY core.kpi TO '{path}.csv'",
        "EXPORT DATABASE '{path}.folder'",
        "ATTACH '{path}' AS again (READ_WRITE)",
        "ATTACH '{path}.new' AS other (READ_WRITE)",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_a_query_writes_nothing_neither_in_this_file_nor_in_another(path, query):
    before = {file: sha256(file.read_bytes()).digest() for file in path.parent.iterdir()}
    with pytest.raises(WarehouseError, match=r"^the query was refused: "):
        read.ask(path, query.format(path=path))
    assert {file: sha256(file.read_bytes()).digest() for file in path.parent.iterdir()} == before


# --- no file to ask


def test_without_a_warehouse_the_error_says_what_to_run(tmp_path):
    with pytest.raises(WarehouseError, match=r"^there is no warehouse at .*kpi.duckdb; run `kpi run` first$"):
        read.kpi_ids(tmp_path / "kpi.duckdb")


def test_a_link_that_leads_nowhere_is_a_missing_warehouse(tmp_path):
    (tmp_path / "kpi.duckdb").symlink_to("kpi-1.duckdb")
    with pytest.raises(WarehouseError, match="run `kpi run` first"):
        read.kpi_ids(tmp_path / "kpi.duckdb")


@pytest.mark.parametrize("body", [b"no database", b"<html>" * 5000], ids=["short", "long"])
def test_a_file_that_is_no_warehouse_is_an_error_that_says_what_to_run(tmp_path, body):
    path = tmp_path / "kpi.duckdb"
    path.write_bytes(body)
    with pytest.raises(WarehouseError, match=r"cannot be read .*; run `kpi rebuild`$") as caught:
        read.kpi_ids(path)
    assert len(str(caught.value).splitlines()) == 1
    assert path.read_bytes() == body


def test_a_damaged_block_is_told_as_damage_and_not_as_a_query_that_was_refused(path, tmp_path):
    damaged, whole = tmp_path / "kpi.duckdb", bytearray(path.read_bytes())
    for block in range(3 * 4096, len(whole), 2**18):
        whole[block + 100] ^= 0xFF
    damaged.write_bytes(whole)
    with pytest.raises(WarehouseError, match=r"cannot be read .*; run `kpi rebuild`$"):
        read.ask(damaged, "SELECT count(DISTINCT value) FROM core.observation")


def test_a_folder_in_place_of_the_file_is_an_error_for_people(tmp_path):
    with pytest.raises(WarehouseError, match="cannot be read"):
        read.kpi_ids(tmp_path)
