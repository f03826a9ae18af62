"""How fast ``kpi --help`` answers, beside a Python that does nothing."""

from __future__ import annotations

from benchmarks.measurement import Measurement
from benchmarks.process import KPI, PYTHON, cost, side_by_side

AIM_SECONDS = 0.5


def measure() -> Measurement:
    """Time to the first answer."""
    ours, floor = side_by_side(lambda: cost([KPI, "--help"]), lambda: cost([PYTHON, "-c", "pass"]))
    return Measurement(
        "`kpi --help`",
        {"`kpi --help`": f"{ours.seconds:.2f} s", "an empty Python": f"{floor.seconds:.2f} s"},
        f"at most {AIM_SECONDS} s",
        ours.seconds <= AIM_SECONDS,
    )
