"""Questions to a published warehouse. Every answer is a list of rows, each a dict by column name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from warehouse.as_published import as_published
from warehouse.connect import WarehouseError, first_line, published
from warehouse.freshness import ON_DAY
from warehouse.rows import Rows, answer

_SUMMARY = Path(__file__).with_name("summary.sql").read_text(encoding="utf-8")


class EmptyQueryError(WarehouseError):
    """A query of blanks and comments; the message says what to write."""


def ask(path: Path, query: str, parameters: list[Any] | dict[str, Any] | None = None, run: str | None = None) -> Rows:
    """Run one read-only query against the published file, or against what an earlier ``run`` published.

    Raises:
        EmptyQueryError: when the query asks for nothing.
        WarehouseError: when there is no file, DuckDB refuses the query, or what the run published is not on record.
    """
    return ask_all(path, {"": query}, parameters, run)[""]


def ask_all(
    path: Path, queries: Mapping[str, str], parameters: list[Any] | dict[str, Any] | None = None, run: str | None = None
) -> dict[str, Rows]:
    """The answers to several queries by name, in one opening of the file; named parameters go where they are used.

    Raises:
        WarehouseError: as for :func:`ask`.
    """
    import duckdb

    with as_published(path, run) if run else published(path) as connection:
        connection.execute("SET enable_external_access = false")  # read-only is more than this one file
        found: dict[str, Rows] = {}
        try:
            for name, query in queries.items():
                told: list[Any] | dict[str, Any] = parameters or []
                if isinstance(told, dict) and len(queries) > 1:
                    told = {key: value for key, value in told.items() if f"${key}" in query}
                if not connection.extract_statements(query):
                    raise EmptyQueryError(
                        "the query was refused: it is empty; write one, e.g. SELECT * FROM mart.kpi_latest"
                    )
                connection.execute(query, told)
                found[name] = answer(connection)
        except duckdb.IOException:  # of a damaged file, which whoever opened it has the words for
            raise
        except duckdb.Error as error:
            raise WarehouseError(f"the query was refused: {first_line(error)}") from error
        return found


def summary(path: Path, as_of: date | None = None, run: str | None = None) -> Rows:
    """One row a KPI, in the order of the strategy, as it was known on ``as_of`` (the newest knowledge when None)."""
    return ask(path, _SUMMARY, {"as_of": as_of}, run)


def progress(
    path: Path, kpi: str | None = None, year: int | None = None, as_of: date | None = None, run: str | None = None
) -> Rows:
    """Progress as it was known on ``as_of`` (None: on the newest day): one row a KPI and period, proxies last."""
    return ask(
        path,
        "SELECT k.name_ja, k.name_en, k.is_proxy, k.decimals, p.*"
        " FROM mart.kpi_progress p JOIN core.kpi k USING (kpi_id)"
        " WHERE ($kpi IS NULL OR k.kpi_id = $kpi OR k.proxy_of = $kpi)"
        " AND ($year IS NULL OR year(p.period_start) = $year)"
        " AND ($as_of IS NULL OR p.vintage <= $as_of)"
        " QUALIFY row_number() OVER (PARTITION BY p.kpi_id, p.period_start, p.period_end ORDER BY p.vintage DESC) = 1"
        " ORDER BY k.is_proxy, k.strategy_id, k.number, p.kpi_id, p.period_start",
        {"kpi": kpi, "year": year, "as_of": as_of},
        run,
    )


def kpi_ids(path: Path) -> list[str]:
    """Ids of the KPIs themselves, without proxies."""
    rows = ask(path, "SELECT kpi_id FROM core.kpi WHERE NOT is_proxy ORDER BY strategy_id, number")
    return [row["kpi_id"] for row in rows]


def sources(path: Path) -> Rows:
    """The newest state of every source and how many series and figures it carries."""
    return ask(
        path,
        "SELECT r.publisher_id, r.state, r.resources, r.rows, r.quarantined, r.age_days, r.reason, count(s.series_id)"
        " AS series, any_value(s.publisher_ja) AS publisher_ja, any_value(s.publisher_en) AS publisher_en,"
        " any_value(s.licence) AS licence"
        " FROM ops.run_source r LEFT JOIN core.series s USING (publisher_id)"
        " WHERE r.run_id = (SELECT max(run_id) FROM ops.run_source) GROUP BY ALL ORDER BY r.publisher_id",
    )


def freshness(path: Path, day: date) -> Rows:
    """One row a series: its newest period, the next one, by when that is expected, and how that stands on a day."""
    return ask(path, ON_DAY, {"day": day})


def quarantine(path: Path) -> Rows:
    """Rows in quarantine with their reasons."""
    return ask(path, "SELECT * FROM ops.quarantine ORDER BY resource_id, source_line, rule")


def failed_checks(path: Path) -> Rows:
    """Checks that did not pass."""
    return ask(path, "SELECT * FROM ops.check_result WHERE NOT success ORDER BY action, subject, rule")
