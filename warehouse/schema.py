"""Creates the schema from ``schema/*.sql``, where the comment behind a line is the comment in the database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_SCHEMA_DIR = Path(__file__).parent / "schema"
_TABLE = re.compile(r"^CREATE TABLE (?P<table>[\w.]+) \( -- (?P<comment>.+)$")
_COLUMN = re.compile(r"^    (?P<column>\w+) +[A-Z][\w\[\]]*,? *-- (?P<comment>.+)$")


def schema_sql() -> str:
    """The whole schema, in the order of its files."""
    return "\n".join((_SCHEMA_DIR / f"{name}.sql").read_text(encoding="utf-8") for name in ("core", "ops", "mart"))


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every schema, table and macro, with their comments."""
    sql = schema_sql()
    # One transaction: each on its own would wait for the disk, two hundred times.
    connection.execute("BEGIN")
    connection.execute(sql)
    connection.execute("\n".join(_comments(sql)))
    connection.execute(
        "COMMENT ON MACRO TABLE mart.observation_as_of IS"
        " 'その時点で公になっていた観測値 | The observations that were public at that moment'"
    )
    connection.execute("COMMIT")


def _comments(sql: str) -> list[str]:
    statements: list[str] = []
    table = ""
    for line in sql.splitlines():
        if found := _TABLE.match(line):
            table = found["table"]
            statements.append(f"COMMENT ON TABLE {table} IS {_quoted(found['comment'])};")
        elif found := _COLUMN.match(line):
            statements.append(f"COMMENT ON COLUMN {table}.{found['column']} IS {_quoted(found['comment'])};")
    return statements


def _quoted(text: str) -> str:
    return "'" + text.strip().replace("'", "''") + "'"
