"""A night on which nothing is new: how long it takes, and that it neither checks nor builds anything."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measurement import Measurement
from benchmarks.process import KPI, PYTHON, cost, side_by_side

IMPORTS = "import pandas, duckdb"


def measure() -> Measurement:
    """Time of the second night of a data folder; what stood in the folder must stand there untouched."""
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        night = [KPI, "run", "--offline", "--inline", "--data-dir", str(data)]
        cost(night)
        before = products(data)
        ours, floor = side_by_side(lambda: cost(night), lambda: cost([PYTHON, "-c", IMPORTS]))
        untouched = products(data) == before
        said = last_message(data)
    return Measurement(
        "An unchanged night, offline, without Prefect",
        {
            "`kpi run --offline --inline`, second night": f"{ours.seconds:.2f} s",
            f"`python -c '{IMPORTS}'`": f"{floor.seconds:.2f} s",
            "peak memory": f"{ours.peak_mb:.0f} MB",
            "checked parts and warehouse files": "untouched" if untouched else "CHANGED",
            "the run's own record": f"“{said}”",
        },
        "no parsing, no build",
        untouched and said.startswith("nothing new"),
        "Great Expectations is not even imported. What remains beside the imports is to read the recorded figures, "
        "because they say which files they stand for, and to show the table of KPIs.",
    )


def products(data: Path) -> dict[str, int]:
    """Everything that parsing, checking and building leave behind, with the moment of its last change."""
    return {
        path.as_posix(): path.lstat().st_mtime_ns
        for folder in ("parts", "warehouse")
        for path in (data / folder).rglob("*")
    }


def last_message(data: Path) -> str:
    """What the newest run says of itself, without the list of sources."""
    newest = max((data / "runs").glob("*.json"))
    return str(json.loads(newest.read_text(encoding="utf-8"))["message"]).split(";")[0]
