"""Tables of the published file as Parquet and CSV: every column in the schema's order, rows in one fixed order.

Parquet keeps types and texts as they are. CSV is for spreadsheets: it begins with a byte order mark, without which
Excel does not read Japanese, and a text that a spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.connect import published
from warehouse.content import tables
from warehouse.rows import answer

if TYPE_CHECKING:
    import duckdb

OBSERVATION, SERIES = "core.observation", "core.series"
_CORE = ("core.area", "core.kpi", "core.kpi_target", OBSERVATION, SERIES)
_IN_FORCE = {OBSERVATION: " WHERE known_to IS NULL"}  # earlier vintages are in the warehouse
_COMMENT = {OBSERVATION: "観測値（現行の版） | Observations, the vintages in force"}
# A workbook is for people: of the large tables it has what concerns the strategies.
_IN_WORKBOOK = {
    OBSERVATION: " WHERE known_to IS NULL AND (series_id, area_code) IN (SELECT (series_id, area_code) FROM core.kpi)",
    "mart.series_latest": (
        " WHERE area_code IN (SELECT area_code FROM core.kpi UNION SELECT area_code FROM core.strategy)"
    ),
}
_BOM = "\ufeff"
# What makes a spreadsheet read a text as a formula; also in the wide forms of Japanese keyboards, and behind blanks.
FORMULA = r"^[\t\r\n]|^\s*[=+\-@＝＋－＠]"


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, DuckDB's type, and its comment in both languages."""

    name: str
    type: str
    ja: str
    en: str


@dataclass(frozen=True)
class Exported:
    """A table that was written: name, comment in both languages, columns in order, number of rows."""

    name: str
    ja: str
    en: str
    columns: tuple[Column, ...]
    rows: int


def export_tables(warehouse: Path, csv: Path, parquet: Path) -> list[Exported]:
    """Write every mart and five core tables as ``<table>.csv`` and ``<table>.parquet`` into two folders.

    The same rows give the same bytes.

    Raises:
        WarehouseError: there is no warehouse, it cannot be read, or a file cannot be written.
    """
    with published(warehouse) as connection:
        connection.execute("SET threads = 1")  # several would cut a file's row groups as they happen to meet
        connection.execute("SET temp_directory = ?", [parquet.as_posix()])
        found = tables(connection, ("core", "mart"))
        exported = _described(connection, [name for name in found if name.startswith("mart.") or name in _CORE])
        for table in exported:
            _copy(connection, table.name, "*", parquet / f"{table.name}.parquet", "parquet, COMPRESSION zstd")
            _copy(connection, table.name, _for_spreadsheets(table.columns), csv / f"{table.name}.csv", "csv")
    return exported


def workbook_rows(warehouse: Path, exported: Sequence[Exported]) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, in the order of the files: marts, series, and the observations that KPIs and proxies rest on.

    Of ``mart.series_latest``, the areas of strategies, KPIs and proxies.

    Raises:
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    wanted = {table.name for table in exported if table.name.startswith("mart.")} | {OBSERVATION, SERIES}
    with published(warehouse) as connection:
        return {
            table: answer(connection.execute(f"SELECT * FROM {table}{_IN_WORKBOOK.get(table, '')} ORDER BY ALL"))  # noqa: S608
            for table in sorted(wanted)
        }


def credits_of(warehouse: Path) -> list[dict[str, Any]]:
    """Publishers of the figures in force: names, licence, credit line, home page, in the order of their ids.

    Raises:
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    with published(warehouse) as connection:
        return answer(
            connection.execute(
                "SELECT DISTINCT s.publisher_id, s.publisher_ja, s.publisher_en, s.licence,"
                " coalesce(p.licence_ja, s.licence) AS licence_ja, s.credit_ja, s.credit_en,"
                " coalesce(p.homepage, '') AS homepage"
                " FROM core.series s LEFT JOIN core.publisher p USING (publisher_id)"
                " WHERE series_id IN (SELECT series_id FROM core.observation WHERE known_to IS NULL) ORDER BY ALL"
            )
        )


def _described(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[Exported]:
    comments = dict(
        connection.execute("SELECT schema_name || '.' || table_name, comment FROM duckdb_tables()").fetchall()
    )
    columns: dict[str, list[Column]] = {}
    for table, name, kind, comment in connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns()"
        " ORDER BY column_index"
    ).fetchall():
        columns.setdefault(table, []).append(Column(name, kind, *_both(comment)))
    each = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}{_IN_FORCE.get(name, '')}" for name in names)  # noqa: S608
    counts = dict(connection.execute(each).fetchall())
    return [
        Exported(name, *_both(_COMMENT.get(name, comments[name])), tuple(columns[name]), counts[name]) for name in names
    ]


def _both(comment: str | None) -> tuple[str, str]:
    ja, _, en = (comment or "").partition(" | ")
    return ja, en or ja


def _for_spreadsheets(columns: Sequence[Column]) -> str:
    """The columns as CSV holds them: lists joined by blanks, moments in ISO 8601, no text that starts a formula."""
    return ", ".join(
        f'{_cell(column)} AS "{"" if position else _BOM}{column.name}"' for position, column in enumerate(columns)
    )


def _cell(column: Column) -> str:
    name = column.name
    match column.type:
        case "VARCHAR":
            return _guarded(name)
        case "VARCHAR[]":
            return _guarded(f"array_to_string({name}, ' ')")
        case "TIMESTAMP WITH TIME ZONE":
            return f"strftime({name}, '%Y-%m-%dT%H:%M:%SZ')"
        case _:
            return name


def _guarded(text: str) -> str:
    return f"CASE WHEN regexp_matches({text}, '{FORMULA}') THEN chr(39) || {text} ELSE {text} END"


def _copy(connection: duckdb.DuckDBPyConnection, table: str, columns: str, path: Path, form: str) -> None:
    rows = f"SELECT * FROM {table}{_IN_FORCE.get(table, '')} ORDER BY ALL"  # noqa: S608
    to = path.as_posix().replace("'", "''")  # COPY takes no parameters
    connection.execute(f"COPY (SELECT {columns} FROM ({rows})) TO '{to}' (FORMAT {form})")  # noqa: S608
