"""What each run published, kept as differences beside the run's record: Parquet files that outlive every warehouse.

The folder of the first run holds all of its rows; that of a later run holds the rows that came and those that went. A
run's difference is written aside before the flip and gets its name after it, so that a run that published nothing
leaves nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.connect import WarehouseError, first_line
from warehouse.past_schema import TRACKED, is_remembered, past_table, same_row

if TYPE_CHECKING:
    import duckdb

_LIVES = """
    INSERT INTO {past} BY NAME
    SELECT CASE WHEN gone THEN $first ELSE run_id END AS from_run,
           CASE WHEN gone THEN run_id ELSE lead(run_id) OVER life END AS to_run, {columns}
    FROM log
    WINDOW life AS (PARTITION BY {columns} ORDER BY run_id)
    QUALIFY NOT gone OR lag(run_id) OVER life IS NULL
"""


def settle(rows_dir: Path, published: str | None) -> None:
    """Finish what an interrupted run left aside: kept if that run did publish, else removed.

    Only call under the writer's lock. ``published`` is the run that made the current warehouse file.
    """
    for left in rows_dir.glob(".*"):
        if left.name == f".{published}":
            left.rename(rows_dir / left.name[1:])
        else:
            shutil.rmtree(left)


def keep(rows_dir: Path, run_id: str) -> None:
    """Give the difference that ``remember`` wrote aside its name. Call right after the flip."""
    (rows_dir / f".{run_id}").rename(rows_dir / run_id)


def remember(connection: duckdb.DuckDBPyConnection, rows_dir: Path, run_id: str) -> str:
    """Fill ``past`` in the new file, and write aside what this run changes; gives the run before, or nothing.

    Raises:
        WarehouseError: when what was kept of earlier runs cannot be read.
    """
    import duckdb

    runs = sorted(path.name for path in rows_dir.glob("[!.]*"))
    aside = rows_dir / f".{run_id}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for table in TRACKED:
        try:
            _Table(connection, table).remember(rows_dir, runs, run_id)
        except duckdb.Error as error:
            raise WarehouseError(
                f"{rows_dir}: what earlier runs published ({table}) cannot be read: {first_line(error)}; "
                "restore the folder from its backup, or remove it: then history begins anew"
            ) from error
    connection.executemany("INSERT INTO past.run VALUES (?)", [[run] for run in [*runs, run_id]])
    return runs[-1] if runs else ""


class _Table:
    """One table of the file in the making, and what is known of its past."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        self.connection = connection
        self.table = table
        self.past = past_table(table)
        found = connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE database_name = current_database()"
            " AND schema_name || '.' || table_name = ? ORDER BY column_index",
            [table],
        ).fetchall()
        self.columns = [name for (name,) in found if is_remembered(table, name)]
        self.listed = ", ".join(self.columns)

    def remember(self, rows_dir: Path, runs: Sequence[str], run_id: str) -> None:
        aside = rows_dir / f".{run_id}" / f"{self.table}.parquet"
        if not runs:
            self._write(f"SELECT '{run_id}' AS run_id, false AS gone, {self.listed} FROM {self.table}", aside)  # noqa: S608
            return
        kept = [path for run in runs if (path := rows_dir / run / aside.name).is_file()]
        first = [path for path in kept if path.parent.name == runs[0]]
        self._read("log", "NULL::VARCHAR AS run_id, false AS gone, ", [path for path in kept if path not in first])
        self._lives(runs[0])
        self._read("before", "", first)
        self.connection.execute(
            f"DELETE FROM before USING {self.past} p WHERE p.from_run = ? AND {same_row(self.columns, 'before', 'p')}",  # noqa: S608
            [runs[0]],
        )
        self.connection.execute(
            f"INSERT INTO before SELECT {self.listed} FROM {self.past} WHERE to_run IS NULL"  # noqa: S608
        )
        same = same_row(self.columns, "a", "b")
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE difference AS"  # noqa: S608
            f" SELECT $run AS run_id, false AS gone, {self.listed} FROM {self.table} a ANTI JOIN before b ON {same}"
            f" UNION ALL SELECT $run, true, {self.listed} FROM before a ANTI JOIN {self.table} b ON {same}",
            {"run": run_id},
        )
        (changed,) = self.connection.execute("SELECT count(*) FROM difference").fetchone() or (0,)
        if changed:
            self._write("FROM difference", aside)
            self.connection.execute("INSERT INTO log FROM difference")
            self._lives(runs[0])

    def _read(self, name: str, more: str, paths: Sequence[Path]) -> None:
        """A temporary table with this table's columns, filled from Parquet; a column that was not kept then is NULL."""
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {more}{self.listed} FROM {self.table} LIMIT 0"  # noqa: S608
        )
        if not paths:
            return
        files = {"paths": [path.as_posix() for path in paths]}
        found = self.connection.execute("SELECT DISTINCT name FROM parquet_schema($paths)", files).fetchall()
        wanted = [*(("run_id", "gone") if more else ()), *self.columns]
        there = ", ".join(column for column in wanted if (column,) in found)
        self.connection.execute(
            f"INSERT INTO {name} BY NAME SELECT {there} FROM read_parquet($paths, union_by_name = true)",  # noqa: S608
            files,
        )

    def _lives(self, first: str) -> None:
        """From which run to which each row of the log was published; one that only went was there from the first."""
        self.connection.execute(f"DELETE FROM {self.past}")  # noqa: S608
        self.connection.execute(_LIVES.format(past=self.past, columns=self.listed), {"first": first})

    def _write(self, query: str, path: Path) -> None:
        self.connection.execute(f"COPY ({query}) TO ? (FORMAT parquet, COMPRESSION zstd)", [path.as_posix()])
        with path.open("rb") as file:
            os.fsync(file.fileno())
