"""The schema is a contract: names that other people's scripts rely on, each explained in Japanese and English."""

import re

import pytest

from settings import PROJECT_ROOT as ROOT
from warehouse import schema
from warehouse.build import building
from warehouse.connect import published, scratch
from warehouse.past_schema import TRACKED, past_table

JAPANESE_THEN_ENGLISH = re.compile(r"^[^|]*[^|\x00-\x7f][^|]* \| [\x20-\x7e]+$")

# What the contract promises, by table. A table may have more columns; it never loses one of these.
PROMISED = {
    "core.area": "area_code",
    "core.publisher": "publisher_id name_ja name_en licence licence_ja credit_ja credit_en",
    "core.series": "series_id",
    "core.snapshot": "snapshot_id url fetched_at media_type size_bytes licence adapter_version publisher_id note",
    "core.observation": (
        "series_id area_code period_kind period_start period_end value value_low value_high raw_text raw_unit unit"
        " obs_status symbol_meaning note evidence acquisition snapshot_id known_from known_to known_from_basis"
        " first_seen citation"
    ),
    "core.facility": "area_code name latitude longitude snapshot_id resource_id",
    "core.strategy": "strategy_id",
    "core.goal": "goal_id",
    "core.kpi": "kpi_id goal_id direction unit decimals is_proxy",
    "core.kpi_target": (
        "kpi_id version valid_from kind baseline_value baseline_period baseline_is_none target_value target_low"
        " target_high target_strict target_period"
    ),
    "core.kpi_path": "kpi_id version period value",
    "core.correction": (
        "correction_id series_id area_code period resource_id action expected_value expected_text value obs_status"
        " reason_ja reason_en publisher title url known_from"
    ),
    "core.measure": "measure_id",
    "core.initiative": "measure_id",
    "mart.kpi_progress": (
        "kpi_id direction unit baseline_value baseline_period target_value target_low target_high target_period"
        " target_version period_kind period_start period_end value obs_status is_final se vintage"
        " elapsed expected_value gap_to_expected achievement_rate pace_ratio simple_ratio remaining_gap"
        " required_annual_change observed_annual_change yoy_change cagr_obs cagr_req cagr_ratio target_met"
        " first_met_period projected_value projected_low80 projected_high80 projection_method projection_n p_se p_low95"
        " p_high95 min_detectable_change change_detectable data_lag status jp_grade verdict_kind confidence flags"
        " status_prev_vintage status_changed_by_revision method_version reason"
    ),
    "mart.kpi_trace": "kpi_id period_start vintage step status condition numbers held",
    "mart.kpi_yardstick": "kpi_id period vintage method_key metric status own_status agrees reason",
    "mart.kpi_latest": "kpi_id latest_flags",
    "mart.kpi_verdict": "kpi_id verdict_status verdict_value decided_on",
    "mart.scorecard": "goal_id status kpis",
    "mart.series_latest": "series_id area_code value",
    "mart.series_expected": "series_id newest_period known_from next_period next_period_end expected_by",
    "ops.run": "run_id outcome exit_code",
    "ops.run_source": "run_id publisher_id state reason",
    "ops.check_result": "rule subject success",
    "ops.quarantine": "rule reason raw",
    "ops.fetch": "resource_id fetched_at outcome status url",
    "mart.run_diff": (
        "since_run run_id what change publisher_id figures kpi_id series_id area_code period old_value new_value"
        " change_share old_status new_status old_grade new_grade causes is_alarm"
    ),
    "past.run": "run_id",
}
PROMISED_VIEWS = {
    "mart.figure": (
        "series_id indicator name_ja name_en area_code area_ja area_level period_kind period period_start period_end"
        " value value_low value_high unit obs_status evidence acquisition known_from known_from_basis publisher_ja"
        " publisher_en citation url resource_id source_line source_column raw_text raw_unit snapshot_id file_note"
        " licence credit_ja credit_en"
    ),
    "mart.estimate_error": (
        "series_id area_code period_kind period estimate se published_series_id published difference share"
        " standard_errors"
    ),
    "mart.source_freshness": (
        "series_id publisher_id cadence newest_period known_from next_period expected_by state days_overdue"
    ),
}
PROMISED |= {past_table(table): f"from_run to_run {PROMISED[table]}" for table in TRACKED}
PROMISED["past.observation"] = PROMISED["past.observation"].replace(" acquisition ", " ")


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    """A new file that was closed and is read again, read-only."""
    path = tmp_path_factory.mktemp("schema") / "new.duckdb"
    with building(path):
        pass
    with published(path) as connection:
        yield connection


def test_the_tables_are_the_promised_ones(connection):
    found = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
    assert {name for (name,) in found} == set(PROMISED)


def test_the_views_are_the_promised_ones(connection):
    query = "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal"
    assert {name for (name,) in connection.execute(query).fetchall()} == set(PROMISED_VIEWS)


@pytest.mark.parametrize("table", [*PROMISED, *PROMISED_VIEWS])
def test_a_table_has_the_promised_columns(connection, table):
    found = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE schema_name || '.' || table_name = ?", [table]
    ).fetchall()
    assert set((PROMISED | PROMISED_VIEWS)[table].split()) <= {name for (name,) in found}


@pytest.mark.parametrize(
    "things",
    [
        "SELECT schema_name || '.' || table_name, comment FROM duckdb_tables()",
        "SELECT schema_name || '.' || view_name, comment FROM duckdb_views() WHERE NOT internal",
        "SELECT table_name || '.' || column_name, comment FROM duckdb_columns() WHERE NOT internal",
        "SELECT schema_name || '.' || function_name, comment FROM duckdb_functions() WHERE NOT internal",
    ],
    ids=["tables", "views", "columns", "macros"],
)
def test_everything_is_explained_in_japanese_and_then_in_english(connection, things):
    found = connection.execute(things).fetchall()
    assert found
    assert [name for name, comment in found if not JAPANESE_THEN_ENGLISH.match(comment or "")] == []


def test_nothing_of_any_schema_is_left_out_of_these_tests(connection):
    """Columns of tables and of views, those of the past too."""
    explained = "SELECT DISTINCT schema_name FROM duckdb_columns() WHERE NOT internal ORDER BY 1"
    assert connection.execute(explained).fetchall() == [("core",), ("mart",), ("ops",), ("past",)]
    view = "SELECT count(*) FROM duckdb_columns() WHERE table_name = 'figure' AND comment IS NOT NULL"
    assert connection.execute(view).fetchone() == (len(connection.execute("FROM mart.figure").description),)


def test_numbers_are_doubles_and_moments_know_their_zone(connection):
    query = "SELECT DISTINCT data_type FROM duckdb_columns() WHERE NOT internal"
    types = {name for (name,) in connection.execute(query).fetchall()}
    assert types == {
        "VARCHAR",
        "VARCHAR[]",
        "DOUBLE",
        "INTEGER",
        "BIGINT",
        "BOOLEAN",
        "DATE",
        "TIMESTAMP WITH TIME ZONE",
    }


def test_a_new_file_has_a_format_that_duckdb_1_5_and_2_0_can_read(connection):
    (tag,) = connection.execute(
        "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = current_database()"
    ).fetchone()
    assert tag == "v1.5.0+"


def test_an_interrupted_build_leaves_no_half_file_in_the_way_of_the_next_one(tmp_path):
    path = tmp_path / "new.duckdb"
    path.write_bytes(b"half a file")
    with building(path) as builder:
        builder.insert("core.area", [{"area_code": "17201", "name_ja": "金沢市"}])
    with published(path) as connection:
        assert connection.execute("SELECT area_code FROM core.area").fetchall() == [("17201",)]


def comment_of(connection, table, column):
    query = "SELECT comment FROM duckdb_columns() WHERE schema_name || '.' || table_name = ? AND column_name = ?"
    return connection.execute(query, [table, column]).fetchone()[0]


def test_what_is_said_of_codes_of_our_own_is_true_of_them(connection):
    own = ROOT / "sources" / "catalog" / "areas_own.csv"
    _, *rows = own.read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if not re.match(r"\d{5},", row)] == []
    said = comment_of(connection, "core.area", "area_code")
    assert "codes of regions of our own have five digits too" in said
    assert own.relative_to(ROOT).as_posix() in said


@pytest.mark.parametrize("column", ["latest_status", "latest_jp_grade"])
def test_the_standing_of_a_kpi_is_said_to_know_how_old_its_figure_is(connection, column):
    assert comment_of(connection, "mart.kpi_latest", column).count("NA_STALE") == 2


def test_a_comment_may_hold_an_apostrophe():
    with scratch() as connection:
        schema.create(connection)
        (comment,) = connection.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'series'").fetchone()
    assert comment == "系列：一つの公表元による一つの測定 | Series: one publisher's measurement of one thing"
