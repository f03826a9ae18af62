"""One municipal SSDSE file through parsing, gate and loading, beside ``pandas.read_csv`` alone on the same file.

The work is measured in a process of its own (``python -m benchmarks.ssdse_rows FILE``), after the imports.
"""

from __future__ import annotations

import csv
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

from benchmarks.measurement import Measurement
from benchmarks.process import PYTHON, ROUNDS
from benchmarks.publishers_files import FOLDER

T = TypeVar("T")
AREAS, COLUMNS = 1741, 125
_REAL = FOLDER / "SSDSE-A-2026.csv"
_ROOT = Path(__file__).resolve().parents[1]


def measure() -> Measurement:
    """Rows per second, in turns with ``read_csv``."""
    with TemporaryDirectory() as folder:
        real = _REAL.is_file()
        path = _REAL if real else synthetic(Path(folder) / "SSDSE-A-2026.csv")
        done = subprocess.run(
            [PYTHON, "-m", "benchmarks.ssdse_rows", str(path)], cwd=_ROOT, check=True, capture_output=True
        )
        told = json.loads(done.stdout.splitlines()[-1])
    ours, floor, rows = told["ours"], told["read_csv"], told["rows"]
    return Measurement(
        "SSDSE-A: parse, check, load",
        {
            "file": "the publisher's edition 2026" if real else f"synthetic, random values, {AREAS:,} areas",
            "tidy rows (areas × catalogued columns)": f"{rows:,}",
            "parse and check": f"{told['check']:.2f} s",
            "load into a new warehouse file": f"{told['load']:.2f} s",
            "rows per second, all of it": f"{rows / ours:,.0f}",
            "`pandas.read_csv` of the same file": f"{floor:.3f} s, which is {rows / floor:,.0f} such rows per second",
            "ratio": f"{ours / floor:.0f}",
        },
        "",
        None,
        "`read_csv` gives a wide frame of unchecked cells; the other side gives one typed, explained, checked row a "
        "figure, on disk twice (part and warehouse). This price is paid once a new file, never on an unchanged night.",
    )


def synthetic(path: Path) -> Path:
    """A file in the documented layout, as large as an edition: true codes, invented values, three header rows."""
    from sources.publishers import publishers

    ssdse = publishers()["ssdse"]
    codes = [series.column for series in ssdse.series_of("A")]
    codes += [f"X{number:04d}" for number in range(COLUMNS - 3 - len(codes))]
    with (_ROOT / "sources" / "catalog" / "areas.csv").open(encoding="utf-8", newline="") as file:
        areas = [row for row in csv.DictReader(file) if row["level"] == "municipality"][:AREAS]
    chance = random.Random(20261123)
    with path.open("w", encoding="cp932", newline="", errors="replace") as file:
        write = csv.writer(file).writerow
        write(["SSDSE-A-2026", "Prefecture", "Municipality", *codes])
        write(["", "", "年度", *(["2020"] * len(codes))])
        write(["地域コード", "都道府県", "市区町村", *(f"項目{code}" for code in codes)])
        for area in areas:
            values = [chance.randrange(100_000) for _ in codes]
            write([f"R{area['area_code']}", "合成", area["name_ja"], *values])
    return path


def _work(path: Path) -> dict[str, float]:
    """Medians of alternating rounds, in seconds."""
    import pandas as pd

    from expectations.gate import warm
    from flows.checking import Before, Checker
    from flows.cli import NEW_OBJECTS_PER_COLLECTION
    from records import KnownFromBasis, Resource
    from sources.publishers import publishers
    from sources.snapshots import SnapshotStore
    from warehouse.build import PartUse, building

    gc.set_threshold(NEW_OBJECTS_PER_COLLECTION)
    warm()
    known = KnownFromBasis.EDITION
    resource = Resource("ssdse/A-2026", "ssdse", "A", "2026", (), date(2026, 1, 1), known)
    body = path.read_bytes()
    times: dict[str, list[float]] = {"check": [], "load": [], "ours": [], "read_csv": []}
    rows = 0
    for number in range(ROUNDS):
        with TemporaryDirectory() as folder:
            store, checker = (
                SnapshotStore(Path(folder) / "snapshots"),
                Checker(publishers()["ssdse"], Path(folder) / "parts"),
            )
            snapshot_id = store.keep(body)
            check, part = _timed(lambda: checker.check_file(store, resource, snapshot_id, Before()))  # noqa: B023
            if part.refused:
                raise SystemExit(f"{path.name} was refused: {part.refused}")
            use = PartUse(part.rows_path.as_posix(), "1", "live", datetime(2026, 11, 23, number, tzinfo=UTC))
            with building(Path(folder) / "kpi.duckdb") as builder:
                load, _ = _timed(lambda: builder.load_figures([use]))  # noqa: B023
        floor, _ = _timed(lambda: pd.read_csv(path, encoding="cp932", header=2))
        for name, seconds in {"check": check, "load": load, "ours": check + load, "read_csv": floor}.items():
            times[name].append(seconds)
        rows = part.rows
    return {name: median(taken) for name, taken in times.items()} | {"rows": rows}


def _timed(action: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = action()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    print(json.dumps(_work(Path(sys.argv[1]))))
