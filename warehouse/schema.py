"""Creates the schema from ``schema/*.sql``, where the comment behind a line is the comment in the database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.past_schema import macro_comments, past_sql

if TYPE_CHECKING:
    import duckdb

_SCHEMA_DIR = Path(__file__).parent / "schema"
_TABLE = re.compile(r"^CREATE (?P<kind>TABLE|VIEW) (?P<table>[\w.]+) \( -- (?P<comment>.+)$")
_COLUMN = re.compile(r"^    (?P<column>\w+)(?: +[A-Z][\w\[\]]*)?,? *-- (?P<comment>.+)$")


_MACROS = {
    "mart.observation_as_of": "その時点で公になっていた観測値 | The observations that were public at that moment",
    "mart.source_freshness_on": "その日の時点のデータの新しさ | Freshness of the figures as of that day",
    "mart.kpi_progress_as_of": "その時点で公になっていたことによる進捗 | Progress by what was public at that moment",
}


def schema_sql() -> str:
    """The whole schema, in the order of its files; the past last, as it is made from the others."""
    files = (_SCHEMA_DIR / f"{name}.sql" for name in ("core", "ops", "mart", "views", "past"))
    sql = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return sql + past_sql(sql)


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every schema, table, view and macro, with their comments."""
    sql = schema_sql()
    macros = (
        f"COMMENT ON MACRO TABLE {name} IS {_quoted(comment)};"
        for name, comment in (_MACROS | macro_comments()).items()
    )
    # One transaction: by itself every comment would be written to the disk alone. There is nothing to optimize in
    # them, and to look for it in each of 700 is a third of the time.
    connection.execute("PRAGMA disable_optimizer")
    connection.execute("\n".join(["BEGIN;", sql, *_comments(sql), *macros, "COMMIT;"]))
    connection.execute("PRAGMA enable_optimizer")


def _comments(sql: str) -> list[str]:
    statements: list[str] = []
    table = ""
    for line in sql.splitlines():
        if found := _TABLE.match(line):
            table = found["table"]
            statements.append(f"COMMENT ON {found['kind']} {table} IS {_quoted(found['comment'])};")
        elif found := _COLUMN.match(line):
            statements.append(f"COMMENT ON COLUMN {table}.{found['column']} IS {_quoted(found['comment'])};")
    return statements


def _quoted(text: str) -> str:
    return "'" + text.strip().replace("'", "''") + "'"
