"""Figures as checked rows, small warehouse files made of them, and processes that die at a chosen moment.

The two histories are true: births in Kanazawa as SSDSE-A repeats them, and visitors in January 2024 as the digital
tourism statistics restated them. All other values in these tests are hypothetical.
"""

import signal
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from records import Period
from sources.tidy import tidy_rows
from warehouse.build import PartUse, building
from warehouse.content import content_hash, row_counts
from warehouse.parts import Part, PartStore
from warehouse.publish import Manifest, aside, publish

ROOT = Path(__file__).resolve().parents[2]
JANUARY_2024 = Period.month(2024, 1)


def dates(period: Period) -> dict[str, Any]:
    """The three columns of a row that say which period it is about."""
    return {
        "period_kind": period.kind.value,
        "period_start": pd.Timestamp(period.start),
        "period_end": pd.Timestamp(period.end),
    }


def births(edition: int, value: float = 3400, **changed: Any) -> dict[str, Any]:
    """Births in Kanazawa in 2020 (SSDSE-A, column A4101): 3,400 in the editions of 2022 and of 2023."""
    return {
        "series_id": "ssdse_a.A4101",
        "area_code": "17201",
        **dates(Period.cy(2020)),
        "value": value,
        "unit": "人",
        "raw_text": str(value),
        "known_from": pd.Timestamp(edition, 1, 1),
        "known_from_basis": "edition",
        "resource_id": f"ssdse/A-{edition}",
        "source_line": 771,
    } | changed


def visitors(value: float, known_from: str, **changed: Any) -> dict[str, Any]:
    """Visitors to Kanazawa in January 2024: 164,458 in the trial edition, 288,767 in the final one of March 2025."""
    return {
        "series_id": "digital_tourism.visitors",
        "area_code": "17201",
        **dates(JANUARY_2024),
        "value": value,
        "unit": "人",
        "raw_text": str(value),
        "known_from": pd.Timestamp(known_from),
        "known_from_basis": "edition",
        "source_line": 3,
    } | changed


TRIAL = visitors(164_458, "2024-02-01")
FINAL = visitors(288_767, "2025-03-01", obs_status="B")
EDITIONS = {"trial": TRIAL, "final": FINAL}


def frame(*lines: dict[str, Any]) -> pd.DataFrame:
    """Rows as a gate lets them pass."""
    names = list(dict.fromkeys(name for line in lines for name in line))
    defaults = {"obs_status": "A", "evidence": "primary", "resource_id": "test/1"}
    return tidy_rows({name: [line.get(name, defaults.get(name)) for line in lines] for name in names} if lines else {})


def saved(store: PartStore, key: str, *lines: dict[str, Any], **more: Any) -> Part:
    """A part that holds these rows and has nothing in quarantine."""
    nothing = pd.DataFrame({"rule": pd.Series(dtype="str")})
    return store.save(key, **({"rows": frame(*lines), "quarantine": nothing, "results": (), "shape": {}} | more))


def uses(folder: Path, *editions: list[dict[str, Any]]) -> list[PartUse]:
    """One part an edition, in the order in which they are given."""
    parts = [saved(PartStore(folder / "parts"), f"{n:02d}", *lines) for n, lines in enumerate(editions)]
    return [PartUse(part.rows_path.as_posix(), part.id, "live") for part in parts]


@cache
def _whole_file(*editions: str) -> tuple[bytes, Manifest]:
    """A file with the editions of January 2024 that are named, and its manifest; made once, as making it takes time."""
    with TemporaryDirectory() as folder:
        path = aside(Path(folder), "made")
        with building(path) as builder:
            builder.load_figures(uses(Path(folder), *([EDITIONS[name]] for name in editions)))
            builder.insert("ops.run", [{"run_id": "made", "outcome": "ok"}])
            counts, content = row_counts(builder.connection), content_hash(builder.connection)
        return path.read_bytes(), Manifest("", "", "inputs", content, "2025-03-02", "", counts)


def build(folder: Path, run_id: str, *editions: str) -> tuple[Path, Manifest]:
    """A file built aside that holds these editions (``trial``, ``final``), with the manifest that describes it."""
    body, manifest = _whole_file(*editions)
    path = aside(folder, run_id)
    path.write_bytes(body)
    return path, replace(manifest, run_id=run_id, file=f"kpi-{run_id}.duckdb")


def publish_new(folder: Path, run_id: str, *editions: str) -> Path:
    """Build and publish."""
    path, manifest = build(folder, run_id, *editions)
    return publish(path, manifest, manifest.counts)


def process(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Another Python process of this project that speaks through its pipes."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


_DYING = """
import os, signal, sys
def die(event, arguments):
    if event == EVENT and str(arguments[1]).endswith(TARGET):
        os.kill(os.getpid(), signal.SIGKILL)
def arm():
    sys.addaudithook(die)
"""


def killed_at(event: str, target: str, script: str, *arguments: object) -> None:
    """Run a script that is killed (SIGKILL) just before it renames or links something to a name that ends so.

    Args:
        event: the audit event, ``os.rename`` or ``os.symlink``.
        target: how the new name ends.
        script: calls ``arm()`` when the danger begins.
        arguments: the script's own, from ``sys.argv[1]`` on.
    """
    with process(f"EVENT = {event!r}; TARGET = {target!r}\n{_DYING}\n{script}", *arguments) as dying:
        dying.communicate(timeout=60)
    assert dying.returncode == -signal.SIGKILL
