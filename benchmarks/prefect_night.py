"""A first night under Prefect with its private API, beside a bare Prefect flow that starts a server too."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measurement import Measurement
from benchmarks.process import KPI, PYTHON, Cost, cost, side_by_side

AIM_RATIO = 1.25
BARE_FLOW = str(Path(__file__).with_name("bare_prefect_flow.py"))


def measure() -> Measurement:
    """Time of the whole process, server included, on empty folders."""
    ours, floor = side_by_side(_night, _bare_flow)
    ratio = ours.seconds / floor.seconds
    return Measurement(
        "A first night, offline, under Prefect",
        {
            "`kpi run --offline`, empty data folder, private Prefect API": f"{ours.seconds:.1f} s",
            "five empty Prefect tasks on a temporary server, and the imports": f"{floor.seconds:.1f} s",
            "ratio": f"{ratio:.2f}",
        },
        f"ratio at most {AIM_RATIO}",
        ratio <= AIM_RATIO,
        "On an empty folder both wait for Prefect to create its database. The night starts its server before its own "
        "imports, so that they run at the same time; Prefect's own temporary server starts after them.",
    )


def _night() -> Cost:
    with TemporaryDirectory() as folder:
        return cost([KPI, "run", "--offline", "--data-dir", str(Path(folder) / "data")])


def _bare_flow() -> Cost:
    with TemporaryDirectory() as folder:
        return cost(
            [PYTHON, BARE_FLOW],
            PREFECT_HOME=folder,
            PREFECT_SERVER_ANALYTICS_ENABLED="false",
            DO_NOT_TRACK="1",
            PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="120",
        )
