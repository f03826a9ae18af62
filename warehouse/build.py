"""Builds one new warehouse file aside: figures, plan, marts and the night's own records, in that order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from records import CORRECTED, Observation, Period, PeriodKind
from warehouse import freshness, past, schema
from warehouse.as_published import MOST_LISTED, RUN_DIFF
from warehouse.connect import new_file
from warehouse.rows import answer

if TYPE_CHECKING:
    import duckdb

Row = Mapping[str, Any]
_VINTAGES = Path(__file__).with_name("vintages.sql")
_CORRECTIONS = Path(__file__).with_name("corrections.sql")
_NEWEST_FACILITIES = """
    INSERT INTO core.facility BY NAME
    SELECT f.* EXCLUDE (filename) FROM read_parquet($paths, filename = true) f JOIN used_part p ON p.path = f.filename
    QUALIFY rank() OVER (PARTITION BY f.resource_id ORDER BY p.part_order DESC) = 1
"""

# What an estimate of our own may be made of.
_INPUTS = (
    "FROM core.observation WHERE series_id IN (SELECT unnest($series)) AND period_kind IN ('CY', 'date')"
    " AND acquisition <> 'derived'"
)

# The marts that are plain SQL over the others.
IN_SQL = {
    "mart.scorecard": (
        "SELECT g.goal_id, g.name_ja, g.name_en, coalesce(l.verdict_status, l.latest_status) AS status,"
        " count(*)::INTEGER AS kpis FROM mart.kpi_latest l JOIN core.goal g USING (goal_id) GROUP BY ALL"
    ),
    "mart.series_latest": (
        "SELECT o.series_id, o.area_code, s.name_ja, a.name_ja AS area_ja, o.period, o.period_end, o.value,"
        " o.unit, o.obs_status, o.evidence, o.acquisition, o.known_from, o.snapshot_id"
        " FROM core.observation o LEFT JOIN core.series s USING (series_id) LEFT JOIN core.area a USING (area_code)"
        " WHERE o.known_to IS NULL QUALIFY row_number() OVER"
        " (PARTITION BY o.series_id, o.area_code ORDER BY o.period_end DESC, o.period_start DESC) = 1"
    ),
}


@dataclass(frozen=True, slots=True)
class PartUse:
    """One part as a build uses it: all of its rows, or only those of one resource.

    ``order`` is the part's place in the order in which editions became known, ``table`` where its rows belong.
    """

    path: str
    order: str
    acquisition: str
    fetched_at: datetime | None = None
    resource_id: str | None = None
    table: str = "core.observation"


class Builder:
    """A new warehouse in the making. Each method fills the tables that its name says."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def load_figures(self, parts: Sequence[PartUse]) -> None:
        """Fill ``core.observation`` from the accepted parts, and ``core.facility`` from the newest of each list.

        The corrections must be there before, as figures are corrected on the way.
        """
        self.connection.execute(
            "CREATE TEMP TABLE used_part (path VARCHAR, part_order VARCHAR, acquisition VARCHAR,"
            " fetched_at TIMESTAMPTZ, resource_id VARCHAR)"
        )
        self.insert(
            "used_part",
            [
                {
                    "path": part.path,
                    "part_order": part.order,
                    "acquisition": part.acquisition,
                    "fetched_at": part.fetched_at,
                    "resource_id": part.resource_id,
                }
                for part in parts
            ],
        )
        if paths := sorted({part.path for part in parts if part.table == "core.facility"}):
            self.connection.execute(_NEWEST_FACILITIES, {"paths": paths})
        if paths := sorted({part.path for part in parts if part.table == "core.observation"}):
            self.connection.execute(_VINTAGES.read_text(encoding="utf-8"), {"paths": paths})

    def corrections(self, parts: Sequence[PartUse]) -> Sequence[Row]:
        """Every row of ``core.correction`` with the newest figure that these parts, already loaded, publish for it.

        Besides the correction: ``is_there``, ``is_expected``, ``in_use`` and the figure with its file.
        """
        paths = sorted({part.path for part in parts if part.table == "core.observation"})
        corrected = self.connection.execute("SELECT count(*) FROM core.correction").fetchone()
        if not paths or corrected == (0,):
            return []
        return answer(self.connection.execute(_CORRECTIONS.read_text(encoding="utf-8"), {"paths": paths}))

    def load_quarantine(self, paths: Sequence[str]) -> None:
        """Fill ``ops.quarantine`` from the parts' quarantined rows."""
        if paths:
            self.connection.execute(
                "INSERT INTO ops.quarantine BY NAME SELECT * FROM read_parquet($paths, union_by_name = true)",
                {"paths": list(paths)},
            )

    def load_fetches(self, path: Path) -> None:
        """Fill ``ops.fetch`` from the log of fetches; a line that broke off, which reads as nulls, is left out."""
        if not path.is_file():
            return
        self.connection.execute(
            "INSERT INTO ops.fetch BY NAME SELECT resource AS resource_id, publisher AS publisher_id, fetched_at,"
            " outcome, status, url, snapshot_id, size AS size_bytes, reason"
            " FROM read_json($path, format = 'newline_delimited', ignore_errors = true, columns ="
            " {resource: 'VARCHAR', publisher: 'VARCHAR', fetched_at: 'TIMESTAMPTZ', outcome: 'VARCHAR',"
            " status: 'INTEGER', url: 'VARCHAR', snapshot_id: 'VARCHAR', size: 'BIGINT', reason: 'VARCHAR'})"
            " WHERE resource IS NOT NULL",
            {"path": path.as_posix()},
        )

    def load_areas(self, csv_files: Sequence[Path]) -> None:
        """Fill ``core.area`` from the catalog's lists of areas."""
        self.connection.execute(
            "INSERT INTO core.area BY NAME SELECT area_code, name_ja, level"
            " FROM read_csv($paths, header = true, all_varchar = true, union_by_name = true)",
            {"paths": [path.as_posix() for path in csv_files]},
        )

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Append rows to a table; names missing in a row are NULL, names unknown to the table are an error."""
        if not rows:
            return
        import pandas as pd

        self.connection.register(
            "new_rows", pd.DataFrame.from_records([{name: _plain(cell) for name, cell in row.items()} for row in rows])
        )
        self.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM new_rows")  # noqa: S608
        self.connection.unregister("new_rows")

    def observations(self, series_id: str, area_code: str) -> list[Observation]:
        """All vintages of one series in one area, oldest period first."""
        found = self.connection.execute(
            "SELECT period_kind, period_start, period_end, value, unit, obs_status, known_from, value_low, value_high,"
            " evidence, acquisition, se, note, snapshot_id, correction_id FROM core.observation"
            " WHERE series_id = ? AND area_code = ?"
            " ORDER BY period_start, period_end, known_from",
            [series_id, area_code],
        ).fetchall()
        return [
            Observation(
                period=Period(start, end, PeriodKind(kind)),
                value=value,
                unit=unit,
                obs_status=status,
                known_from=known_from,
                value_low=low,
                value_high=high,
                evidence=evidence,
                acquisition=acquisition,
                se=se,
                note=note,
                snapshot_id=snapshot_id,
                flags=frozenset({CORRECTED} if correction else ()),
            )
            for (kind, start, end, value, unit, status, known_from, *more, correction) in found
            for low, high, evidence, acquisition, se, note, snapshot_id in [more]
        ]

    def places(self, series_ids: Sequence[str]) -> set[tuple[str, str]]:
        """(series, area) of those of these series that have figures of years or days that are no estimates."""
        found = self.connection.execute(f"SELECT DISTINCT series_id, area_code {_INPUTS}", {"series": list(series_ids)})
        return set(found.fetchall())

    def vintages(self, series_ids: Sequence[str], areas: Sequence[str]) -> Sequence[Row]:
        """All vintages of these series in these areas, for years and days, oldest first; none that is an estimate."""
        found = self.connection.execute(
            f"SELECT * {_INPUTS} AND area_code IN (SELECT unnest($areas)) ORDER BY series_id, area_code, period_start,"
            " known_from",
            {"series": list(series_ids), "areas": list(areas)},
        )
        return answer(found)

    def fill_sql_marts(self) -> None:
        """Fill the marts that are plain SQL over the others: scorecard and newest figures."""
        for table, query in IN_SQL.items():
            self.connection.execute(f"INSERT INTO {table} BY NAME {query}")

    def newest(self) -> dict[str, tuple[Period, date]]:
        """Newest period of each series that has figures, and the day on which its first figure was public."""
        return freshness.newest(self.connection)

    def freshness(self, day: date) -> list[dict[str, Any]]:
        """Rows of ``mart.source_freshness`` as of a day."""
        return freshness.on_day(self.connection, day)

    def remember(self, rows_dir: Path, run_id: str) -> list[dict[str, Any]]:
        """Fill ``past`` and ``mart.run_diff``, once all other tables are filled; gives the run diff.

        ``rows_dir`` holds what earlier runs published; this run's difference is written aside there.

        Raises:
            WarehouseError: when what was kept of earlier runs cannot be read.
        """
        since = past.remember(self.connection, rows_dir, run_id)
        self.connection.execute(
            f"INSERT INTO mart.run_diff BY NAME {RUN_DIFF}", {"since": since, "run": run_id, "most": MOST_LISTED}
        )
        return answer(self.connection.execute("FROM mart.run_diff"))


@contextmanager
def building(path: Path) -> Iterator[Builder]:
    """A new file at ``path`` with the schema in place; checkpointed and closed when the block ends well."""
    path.unlink(missing_ok=True)
    with new_file(path) as connection:
        schema.create(connection)
        yield Builder(connection)


def _plain(cell: object) -> object:
    """A cell that DuckDB reads through pandas: codes as text, tuples as lists."""
    match cell:
        case Enum():
            return cell.value
        case tuple():
            return list(cell)
        case _:
            return cell
