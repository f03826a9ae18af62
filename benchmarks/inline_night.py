"""A first night without Prefect, beside a script that only imports the three heavy libraries."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measurement import Measurement
from benchmarks.process import KPI, PYTHON, Cost, cost, side_by_side

AIM_RATIO = 1.5
IMPORTS = "import pandas, great_expectations, duckdb"


def measure() -> Measurement:
    """Time of the whole process on an empty data folder."""
    ours, floor = side_by_side(_night, lambda: cost([PYTHON, "-c", IMPORTS]))
    ratio = ours.seconds / floor.seconds
    return Measurement(
        "A first night, offline, without Prefect",
        {
            "`kpi run --offline --inline`, empty data folder": f"{ours.seconds:.2f} s",
            f"`python -c '{IMPORTS}'`": f"{floor.seconds:.2f} s",
            "ratio": f"{ratio:.2f}",
        },
        f"ratio at most {AIM_RATIO}",
        ratio <= AIM_RATIO,
        "The imports are most of a night. The command lets Python look for garbage more rarely than it does by itself "
        "(`flows/cli.py`); the bare script does not, which is why the night can come so near to it.",
    )


def _night() -> Cost:
    with TemporaryDirectory() as folder:
        return cost([KPI, "run", "--offline", "--inline", "--data-dir", str(Path(folder) / "data")])
