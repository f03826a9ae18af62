"""Everything that the report pages show, read in one opening of the published file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.connect import WarehouseError, published

if TYPE_CHECKING:
    import duckdb

Rows = list[dict[str, Any]]

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
        " s.name_en AS series_en, s.publisher_ja, s.publisher_en, s.licence, s.credit_ja, s.credit_en,"
        " s.note_ja AS series_note_ja, s.note_en AS series_note_en"
        " FROM core.kpi k LEFT JOIN core.series s USING (series_id) LEFT JOIN core.area a USING (area_code)"
        " ORDER BY k.strategy_id, k.number, k.is_proxy, k.kpi_id"
    ),
    "progress": "SELECT * FROM mart.kpi_progress ORDER BY kpi_id, period_start, period_end, vintage",
    # Which files the figures of a KPI came from; of a hand-kept figure, the document that the row cites.
    "origins": (
        "SELECT DISTINCT k.kpi_id, o.resource_id, o.citation, o.evidence, s.url, s.licence"
        " FROM core.kpi k JOIN core.observation o USING (series_id, area_code)"
        " LEFT JOIN core.snapshot s ON s.snapshot_id = o.snapshot_id AND s.resource_id = o.resource_id"
        " WHERE o.known_to IS NULL ORDER BY ALL"
    ),
    "runs": f"SELECT * FROM ops.run ORDER BY run_id DESC LIMIT {RUNS_SHOWN}",  # noqa: S608
    "run_sources": (
        "SELECT r.*, p.publisher_ja, p.publisher_en, p.licence, p.credit_ja, p.credit_en"
        " FROM ops.run_source r LEFT JOIN (SELECT publisher_id, min(publisher_ja) AS publisher_ja,"
        " min(publisher_en) AS publisher_en, min(licence) AS licence, min(credit_ja) AS credit_ja,"
        " min(credit_en) AS credit_en FROM core.series GROUP BY publisher_id) p USING (publisher_id)"
        " WHERE r.run_id = (SELECT max(run_id) FROM ops.run) ORDER BY r.publisher_id"
    ),
    "checks": (
        "SELECT suite, rule, action, count(*) AS subjects, sum(checked)::BIGINT AS checked,"
        " sum(failed)::BIGINT AS failed, bool_and(success) AS success"
        " FROM ops.check_result GROUP BY suite, rule, action ORDER BY success, suite, rule"
    ),
    "failed_checks": "SELECT * FROM ops.check_result WHERE NOT success ORDER BY action, subject, rule",
    # As of the day in Japan on which the run began, so that equal files give equal pages.
    "freshness": (
        "FROM mart.source_freshness_on((SELECT make_timestamp(epoch_us(max(started_at)) + 32400000000) FROM ops.run))"
    ),
    "quarantine": (
        f"SELECT *, count(*) OVER () AS total FROM ops.quarantine ORDER BY ALL LIMIT {QUARANTINE_SHOWN}"  # noqa: S608
    ),
}


@dataclass(frozen=True)
class Plain:
    """A table shown as it is: the Japanese and English heading of each column, and its rows."""

    headings: dict[str, tuple[str, str]]
    rows: Rows


def page_rows(path: Path, plain: tuple[str, ...] = ()) -> tuple[dict[str, Rows], dict[str, Plain]]:
    """All rows that the pages need, by name, and those tables of ``plain`` that the file has.

    Raises:
        WarehouseError: when there is no file, or it is not one of ours.
    """
    import duckdb

    with published(path) as connection:
        connection.execute("SET enable_external_access = false")
        connection.execute("SET threads = 1")  # small tables: threads that wait for each other take twice as long
        try:
            rows = {name: _rows(connection, query) for name, query in _QUERIES.items()}
            return rows, {name: table for name in plain if (table := _plain(connection, name)) is not None}
        except duckdb.Error as error:
            raise WarehouseError(
                f"{path} cannot be shown as a report ({str(error).splitlines()[0]}); run `kpi rebuild`"
            ) from error


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Rows:
    connection.execute(query)
    names = [column[0] for column in connection.description or ()]
    return [dict(zip(names, row, strict=True)) for row in connection.fetchall()]


def _plain(connection: duckdb.DuckDBPyConnection, table: str) -> Plain | None:
    """A table with the headings that its own column comments give, or None when the file has no such table."""
    columns = connection.execute(
        "SELECT column_name, coalesce(comment, column_name) FROM duckdb_columns()"
        " WHERE schema_name || '.' || table_name = ? AND NOT internal ORDER BY column_index",
        [table],
    ).fetchall()
    if not columns:
        return None
    # Only the first clause of a comment is short enough to head a column.
    pairs = {name: [part.strip() for part in comment.split("|", 1)] for name, comment in columns}
    headings = {name: (_short(parts[0], "。（"), _short(parts[-1], ";(.")) for name, parts in pairs.items()}
    return Plain(headings, _rows(connection, f"SELECT * FROM {table} ORDER BY ALL"))  # noqa: S608


def _short(comment: str, ends: str) -> str:
    for end in ends:
        comment = comment.partition(end)[0]
    return comment.strip()
