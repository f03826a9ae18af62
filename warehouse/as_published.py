"""Our own clock: the warehouse as an earlier run published it, and what changed between two runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.connect import WarehouseError, published, published_beside
from warehouse.content import tables
from warehouse.past_schema import TRACKED
from warehouse.rows import Rows, answer

if TYPE_CHECKING:
    import duckdb

RUN_DIFF = Path(__file__).with_name("run_diff.sql").read_text(encoding="utf-8")
MOST_LISTED = 1000  # figures that a run diff lists one by one, for each kind of change


@contextmanager
def as_published(path: Path, run: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file with its tables as ``run`` published them, so that every query can be put to them unchanged.

    A run that published nothing left what the run before it had published. Tables whose past is not remembered (areas,
    goals, counts) are those of today.

    Raises:
        WarehouseError: when there is no file, or history begins after that run.
    """
    with published_beside(path) as connection:
        published_by = _published_by(_on_record(connection), run)
        for schema in ("core", "mart", "ops", "past"):
            connection.execute(f"CREATE SCHEMA memory.{schema}")
        for table in tables(connection):
            if table in TRACKED:
                then = f"mart.{table.partition('.')[2]}_of_run(?)"
                connection.execute(f"CREATE TABLE memory.{table} AS FROM {then}", [published_by])
            else:
                connection.execute(f"CREATE VIEW memory.{table} AS FROM kpi.{table}")
        connection.execute("USE memory")
        yield connection


def run_diff(path: Path, since: str | None, run: str | None) -> Rows:
    """What changed from ``since`` (the run before when None) to ``run`` (the newest when None), as ``mart.run_diff``.

    Raises:
        WarehouseError: when there is no file, or history begins after one of the runs.
    """
    with published(path) as connection:
        on_record = _on_record(connection)
        newest = run or on_record[-1]
        before = since or max((known for known in on_record if known < newest), default="")
        first, last = sorted(_published_by(on_record, wanted) if wanted else "" for wanted in (before, newest))
        return answer(connection.execute(RUN_DIFF, {"since": first, "run": last, "most": MOST_LISTED}))


def _on_record(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The runs whose rows are on record, oldest first."""
    return [run for (run,) in connection.execute("SELECT run_id FROM past.run ORDER BY run_id").fetchall()]


def _published_by(on_record: list[str], run: str) -> str:
    """The run that published what was there after ``run``; an error when that was before history begins."""
    if run < on_record[0]:
        raise WarehouseError(f"what run {run} published is not on record; history begins with run {on_record[0]}")
    return max(known for known in on_record if known <= run)
