"""100,000 tidy rows, as one page of an e-Stat answer gives them: gate, part and load, beside reading the page's JSON.

The work is measured in a process of its own (``python -m benchmarks.page_rows``), after the imports, in CPU time.
"""

from __future__ import annotations

import gc
import json
import random
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks.measurement import Measurement
from benchmarks.process import PYTHON, ROUNDS

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
ROWS = 100_000
AIM_RATIO = 5  # of gate, part and load together
_YEARS = range(1980, 2021, 5)
_ROOT = Path(__file__).resolve().parents[1]


def measure() -> Measurement:
    """Medians, in turns with ``orjson.loads``."""
    command = [PYTHON, "-m", "benchmarks.page_rows"]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True)
    told = json.loads(done.stdout.splitlines()[-1])
    ours, floor = told["gate"] + told["part"] + told["load"], told["loads"]
    return Measurement(
        f"A page of {ROWS:,} figures: check, keep, load",
        {
            "the gate": f"{told['gate']:.2f} s",
            "the part (Parquet and its fingerprints)": f"{told['part']:.2f} s",
            "load into a new warehouse file": f"{told['load']:.2f} s",
            "the gate again, beside what was known before": f"{told['again']:.2f} s",
            "`orjson.loads` of such a page": f"{floor:.3f} s",
            "ratio of gate, part and load": f"{ours / floor:.1f}",
        },
        f"ratio at most {AIM_RATIO}",
        ours / floor <= AIM_RATIO,
        "CPU time within one process. The rows are made up: codes of the catalog, invented values. About a third of "
        "the gate is Great Expectations itself, however few rows there are.",
    )


def _rows() -> list[tuple[str, str, str, int, str]]:
    """Series, unit, area, year and printed value of every row."""
    from flows.checking import known_areas
    from sources.publishers import publishers

    areas = [code for code in known_areas() if not code.endswith("000")]
    chance = random.Random(20261125)
    series = publishers()["ssdse"].series
    named = [(s.id, s.unit, area, year) for s in series for area in areas for year in _YEARS][:ROWS]
    return [(*name, str(chance.randrange(100_000))) for name in named]


def _frame(rows: list[tuple[str, str, str, int, str]]) -> pd.DataFrame:
    from sources.parsed import tidy_rows

    series, units, areas, years, printed = zip(*rows, strict=True)
    frame = tidy_rows(
        {
            "series_id": series,
            "area_code": areas,
            "period_kind": "CY",
            "period_start": [f"{year}-01-01" for year in years],
            "period_end": [f"{year}-12-31" for year in years],
            "value": [float(text) for text in printed],
            "unit": units,
            "raw_text": printed,
            "raw_unit": units,
            "note": [f"{year}年度" for year in years],
            "known_from": date(2026, 1, 1),
            "known_from_basis": "date",
            "source_line": range(1, len(rows) + 1),
            "source_column": series,
        }
    )
    return frame.assign(resource_id="page", snapshot_id="0" * 64)


def _page(rows: list[tuple[str, str, str, int, str]]) -> bytes:
    cells = [
        {"@tab": "00001", "@cat01": series, "@area": area, "@time": f"{year}100000", "@unit": unit, "$": printed}
        for series, unit, area, year, printed in rows
    ]
    return json.dumps({"VALUE": cells}, ensure_ascii=False).encode()


def _work() -> dict[str, float]:
    """Medians of alternating rounds, in seconds of CPU time."""
    import orjson

    from expectations.gate import Candidate, SeriesLimits, check_part, warm
    from flows.checking import known_areas
    from flows.cli import NEW_OBJECTS_PER_COLLECTION
    from warehouse.build import PartUse, building
    from warehouse.parts import PartStore

    gc.set_threshold(NEW_OBJECTS_PER_COLLECTION)
    warm()
    rows = _rows()
    frame, page = _frame(rows), _page(rows)
    known: dict[str, Any] = {
        "series": {series: SeriesLimits(unit, 0.0) for series, unit, *_ in rows},
        "areas": known_areas(),
    }
    times: dict[str, list[float]] = {name: [] for name in ("loads", "gate", "part", "load", "again")}
    for _ in range(ROUNDS):
        with TemporaryDirectory() as folder:
            store = PartStore(Path(folder) / "parts")
            _timed(times["loads"], lambda: orjson.loads(page))
            gate = _timed(times["gate"], lambda: check_part(Candidate("page", frame), **known))
            if gate.stopped or len(gate.accepted) != len(rows):
                raise SystemExit(f"the gate did not let the page pass: {gate.results}")
            keep = {"rows": gate.accepted, "quarantine": gate.quarantine, "results": gate.results, "shape": {}}
            part = _timed(times["part"], lambda: store.save("page", **keep))  # noqa: B023
            use = PartUse(part.rows_path.as_posix(), "1", "live", datetime(2026, 11, 25, tzinfo=UTC))
            with building(Path(folder) / "kpi.duckdb") as builder:
                _timed(times["load"], lambda: builder.load_figures([use]))  # noqa: B023
            before = store.known_before([part], frame)
            _timed(times["again"], lambda: check_part(Candidate("page", frame, before), **known))  # noqa: B023
    return {name: median(taken) for name, taken in times.items()}


def _timed(taken: list[float], action: Callable[[], T]) -> T:
    began = time.process_time()
    result = action()
    taken.append(time.process_time() - began)
    return result


if __name__ == "__main__":
    print(json.dumps(_work()))
