"""What was public on a day, asked of many vintages: the macro beside a bare count of the same table."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.measurement import Measurement
from benchmarks.process import ROUNDS
from warehouse.build import building
from warehouse.connect import published

if TYPE_CHECKING:
    import duckdb

OBSERVATIONS, VINTAGES = 10_000, 50
AIM_MS = 50
_VINTAGES = """
    INSERT INTO core.observation BY NAME
    SELECT 's' || i % 100 AS series_id, lpad((i // 100)::VARCHAR, 5, '0') AS area_code, 'CY' AS period_kind,
        DATE '2019-01-01' AS period_start, DATE '2019-12-31' AS period_end, '2019' AS period, i + v / 100 AS value,
        'A' AS obs_status, 'primary' AS evidence, 'live' AS acquisition, 'snapshot ' || v AS snapshot_id,
        DATE '2020-01-01' + 30 * v::INTEGER AS known_from,
        CASE WHEN v < $last THEN DATE '2020-01-01' + 30 * (v + 1)::INTEGER END AS known_to
    FROM range($observations) figure(i), range($last + 1) vintage(v)
    ORDER BY series_id, area_code, known_from
"""
_ASKED = "SELECT series_id, area_code, period, value FROM mart.observation_as_of(DATE '2022-06-01')"


def measure() -> Measurement:
    """Time of one query in one connection, with its answer fetched; made-up figures."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "many.duckdb"
        with building(path) as builder:
            builder.connection.execute(_VINTAGES, {"observations": OBSERVATIONS, "last": VINTAGES - 1})
        with published(path) as connection:
            rows = connection.execute(f"SELECT count(*) FROM ({_ASKED})").fetchone() or (0,)
            as_of = _milliseconds(connection, _ASKED)
            floor = _milliseconds(
                connection, "SELECT series_id, area_code, period, value FROM core.observation LIMIT 10000"
            )
    return Measurement(
        f"What was public on a day: {OBSERVATIONS:,} observations × {VINTAGES} vintages",
        {
            "`mart.observation_as_of`, answer fetched": f"{as_of:.0f} ms, {rows[0]:,} rows",
            "as many rows without any condition": f"{floor:.0f} ms",
        },
        f"at most {AIM_MS} ms",
        as_of <= AIM_MS and rows[0] == OBSERVATIONS,
        "Within one connection, after a first query that opened the file; times are the program's own.",
    )


def _milliseconds(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        connection.execute(query).fetchall()
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
