"""What a warehouse file holds, in numbers: rows per table, values that are no numbers, one hash over all content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


OBSERVATIONS = "SELECT resource_id, count(*) AS rows FROM core.observation GROUP BY ALL"  # of each publisher's file
_ALL = ("core", "mart", "ops", "past")
_ABOUT_THE_RUN = ("mart.run_diff",)  # what changed against another run is no content: a rebuild changes nothing


def tables(connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...] = _ALL) -> list[str]:
    """Names of all tables in these schemas, sorted."""
    found = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
        " WHERE database_name = current_database() AND schema_name IN (SELECT unnest(?)) ORDER BY 1",
        [list(schemas)],
    ).fetchall()
    return [name for (name,) in found]


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows per table."""
    each = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables(connection))  # noqa: S608
    return dict(connection.execute(f"{each} ORDER BY 1").fetchall())


def not_finite(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many NaN or infinite numbers each table holds. NULL, which says "not known", is neither."""
    columns = connection.execute(
        "SELECT schema_name || '.' || table_name, list(column_name) FROM duckdb_columns()"
        " WHERE database_name = current_database() AND data_type IN ('DOUBLE', 'FLOAT') GROUP BY ALL"
    ).fetchall()
    counted = dict.fromkeys(tables(connection), 0)  # the columns are those of views, too
    each = " UNION ALL ".join(_not_finite_in(table, names) for table, names in columns if table in counted)
    return counted | dict(connection.execute(each).fetchall())


def _not_finite_in(table: str, columns: Sequence[str]) -> str:
    cells = " + ".join(f"count(*) FILTER (isnan({name}) OR isinf({name}))" for name in columns)
    return f"SELECT '{table}', {cells} FROM {table}"  # noqa: S608


def gate_frames(connection: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """What the rules for marts look at, as ``expectations.gate.check_marts`` takes it."""
    import pandas as pd

    marts = ("mart.kpi_progress", "mart.kpi_latest")
    frames = {name: connection.execute(f"FROM {name}").df() for name in marts}
    frames["resources"] = connection.execute(OBSERVATIONS).df()
    counts, odd = row_counts(connection), not_finite(connection)
    frames["counts"] = pd.DataFrame(
        [{"table_name": table, "rows": rows, "not_finite": odd[table]} for table, rows in counts.items()]
    )
    return frames


def content_hash(connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...] = ("core", "mart")) -> str:
    """One hash over every row of every table in these schemas, whatever the order of the rows.

    What a file says about the run alone is left out. Each row counts by the MD5 of its text, the table by their sum,
    and all tables by one SHA-256.
    """
    digest = hashlib.sha256()
    for table in tables(connection, schemas):
        if table in _ABOUT_THE_RUN:
            continue
        found = connection.execute(
            f"SELECT count(*), coalesce(sum(md5_number_lower(t::VARCHAR)), 0) FROM {table} t"  # noqa: S608
        ).fetchone()
        digest.update(f"{table} {found}\n".encode())
    return digest.hexdigest()
