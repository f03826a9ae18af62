"""Everything that the report pages show, read in one opening of the published file."""

from __future__ import annotations

from pathlib import Path

from warehouse.connect import WarehouseError, first_line, published
from warehouse.evidence import YARDSTICKS
from warehouse.rows import Rows, answer

QUARANTINE_SHOWN = 200
RUNS_SHOWN = 14

_QUERIES = {
    "summary": Path(__file__).with_name("summary.sql").read_text(encoding="utf-8").replace("$as_of", "NULL::DATE"),
    "strategies": "SELECT * FROM core.strategy ORDER BY strategy_id",
    "goals": "SELECT * FROM core.goal ORDER BY strategy_id, number",
    "measures": "SELECT * FROM core.measure ORDER BY strategy_id, goal_id, number",
    "initiatives": "SELECT * FROM core.initiative ORDER BY strategy_id, measure_id, number",
    "targets": "SELECT * FROM core.kpi_target ORDER BY kpi_id, version",
    "kpis": (
        "SELECT k.*, coalesce(a.name_ja, k.area_code) AS area_ja, s.publisher_id, s.name_ja AS series_ja,"
        " s.name_en AS series_en, s.publisher_ja, s.publisher_en, s.licence, p.licence_ja, s.credit_ja,"
        " s.credit_en, s.note_ja AS series_note_ja, s.note_en AS series_note_en"
        " FROM core.kpi k LEFT JOIN core.series s USING (series_id) LEFT JOIN core.area a USING (area_code)"
        " LEFT JOIN core.publisher p USING (publisher_id) ORDER BY k.strategy_id, k.number, k.is_proxy, k.kpi_id"
    ),
    "progress": "SELECT * FROM mart.kpi_progress ORDER BY kpi_id, period_start, period_end, vintage",
    # Which files the figures of a KPI came from; of a hand-kept figure, the document that the row cites.
    "origins": (
        "SELECT DISTINCT k.kpi_id, o.resource_id, o.citation, o.evidence, s.url, s.licence"
        " FROM core.kpi k JOIN core.observation o USING (series_id, area_code)"
        " LEFT JOIN core.snapshot s ON s.snapshot_id = o.snapshot_id AND s.resource_id = o.resource_id"
        " WHERE o.known_to IS NULL ORDER BY ALL"
    ),
    "yardsticks": YARDSTICKS.replace("$kpi", "NULL").replace("$as_of", "NULL::DATE"),
    "runs": f"SELECT * FROM ops.run ORDER BY run_id DESC LIMIT {RUNS_SHOWN}",  # noqa: S608
    "run_sources": (
        "SELECT r.*, p.name_ja AS publisher_ja, p.name_en AS publisher_en, p.licence, p.licence_ja, p.credit_ja,"
        " p.credit_en"
        " FROM ops.run_source r LEFT JOIN core.publisher p USING (publisher_id)"
        " WHERE r.run_id = (SELECT max(run_id) FROM ops.run) ORDER BY r.publisher_id"
    ),
    "run_states": "SELECT run_id, state, count(*) AS sources FROM ops.run_source GROUP BY ALL ORDER BY ALL",
    "changes": (
        "SELECT d.*, coalesce(k.name_ja, g.name_ja, s.name_ja || '（' || coalesce(a.name_ja, d.area_code) || '）',"
        " p.name_ja) AS about_ja,"
        " coalesce(k.name_en, g.name_en, s.name_en || ' (' || d.area_code || ')', p.name_en) AS about_en,"
        " p.name_ja AS publisher_ja, p.name_en AS publisher_en"
        " FROM mart.run_diff d LEFT JOIN core.kpi k USING (kpi_id) LEFT JOIN core.series s ON s.series_id = d.series_id"
        " LEFT JOIN mart.kpi_of_run((SELECT any_value(since_run) FROM mart.run_diff)) g ON g.kpi_id = d.kpi_id"
        " LEFT JOIN core.area a ON a.area_code = d.area_code"
        " LEFT JOIN core.publisher p ON p.publisher_id = d.publisher_id"
        " ORDER BY d.what DESC, d.is_alarm DESC, d.change, d.publisher_id, d.series_id NULLS LAST, d.area_code,"
        " d.kpi_id, d.period"
    ),
    "checks": (
        "SELECT suite, rule, action, count(*) AS subjects, sum(checked)::BIGINT AS checked,"
        " sum(failed)::BIGINT AS failed, bool_and(success) AS success"
        " FROM ops.check_result GROUP BY suite, rule, action ORDER BY success, suite, rule"
    ),
    "failed_checks": (
        "SELECT c.*, p.name_ja AS publisher_ja, p.name_en AS publisher_en FROM ops.check_result c"
        " LEFT JOIN core.publisher p ON p.publisher_id = c.subject WHERE NOT success ORDER BY action, subject, rule"
    ),
    # As of the day in Japan on which the run began, so that equal files give equal pages.
    "freshness": (
        "FROM mart.source_freshness_on((SELECT make_timestamp(epoch_us(max(started_at)) + 32400000000) FROM ops.run))"
    ),
    "quarantine": (
        f"SELECT *, count(*) OVER () AS total FROM ops.quarantine ORDER BY ALL LIMIT {QUARANTINE_SHOWN}"  # noqa: S608
    ),
}


def page_rows(path: Path) -> dict[str, Rows]:
    """All rows that the pages need, by name.

    Raises:
        WarehouseError: when there is no file, or it is not one of ours.
    """
    import duckdb

    with published(path) as connection:
        connection.execute("SET enable_external_access = false")
        connection.execute("SET threads = 1")  # small tables: threads that wait for each other take twice as long
        try:
            return {name: answer(connection.execute(query)) for name, query in _QUERIES.items()}
        except duckdb.Error as error:
            raise WarehouseError(
                f"{path} cannot be shown as a report ({first_line(error)}); run `kpi rebuild`"
            ) from error
