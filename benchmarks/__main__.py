"""``python -m benchmarks``: measures everything, prints it and writes ``docs/benchmarks.md``. Takes some minutes.

``python -m benchmarks estat_page estat_walk`` measures these alone and writes nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    as_of,
    estat_memory,
    estat_page,
    estat_stored,
    estat_walk,
    inline_night,
    memory,
    prefect_night,
    rebuild_year,
    ssdse_rows,
    start_up,
    unchanged_night,
)
from benchmarks.measurement import Measurement
from benchmarks.process import ROUNDS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
_MODULES = (
    *(start_up, inline_night, prefect_night, unchanged_night, memory, ssdse_rows, as_of, rebuild_year),
    *(estat_page, estat_stored, estat_walk, estat_memory),
)
_MEASURES = {module.__name__.rpartition(".")[2]: module for module in _MODULES}
_LIBRARIES = ("duckdb", "great-expectations", "msgspec", "orjson", "pandas", "prefect")
_INTRODUCTION = f"""\
# Benchmarks

Written by `make bench`; do not edit. Every time stands beside a floor: the least that the same libraries can cost.
Both are measured in turns, as whole processes from outside unless said otherwise, and the times are medians of {ROUNDS}
rounds. A busy minute of the machine slows both sides, so compare ratios, not seconds.
"""


def main() -> None:
    """Measure one after the other, telling each as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"one of {', '.join(_MEASURES)}")
    only = parser.parse_args().only
    if unknown := set(only) - set(_MEASURES):
        parser.error(f"not known: {', '.join(sorted(unknown))}; choose from {', '.join(_MEASURES)}")
    quiet = os.getloadavg()[0]
    found = []
    for name in only or _MEASURES:
        measurement = _MEASURES[name].measure()
        print("\n".join(_section(measurement)), flush=True)
        found.append(measurement)
    if only:
        return
    PAGE.write_text("\n".join(_page(found, quiet)) + "\n", encoding="utf-8")
    print(f"written to {PAGE}")


def _page(found: Sequence[Measurement], quiet: float) -> Iterator[str]:
    yield _INTRODUCTION
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield (
        f"Measured on {date.today().isoformat()}: {os.cpu_count()} cores, {memory_gib:.0f} GiB, {platform.system()}, "  # noqa: DTZ011
        f"Python {platform.python_version()}, {libraries}; load before the first measurement {quiet:.1f}.\n"
    )
    yield "| what | aim |\n|-|-|"
    yield from (f"| {m.question} | {m.verdict} |" for m in found)
    yield ""
    for measurement in found:
        yield from _section(measurement)


def _section(measurement: Measurement) -> Iterator[str]:
    yield f"## {measurement.question}\n"
    yield "| what | figure |\n|-|-|"
    yield from (f"| {what} | {figure} |" for what, figure in measurement.figures.items())
    yield f"\nAim: {measurement.verdict}.\n"
    if measurement.note:
        yield f"{measurement.note}\n"


if __name__ == "__main__":
    main()
