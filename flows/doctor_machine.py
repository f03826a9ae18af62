"""What ``kpi doctor`` asks of the machine: Python, packages, time zone, folders, disk, and who holds the lock."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib import metadata
from pathlib import Path

from clock import TOKYO, utc_now
from flows.export import export_folder
from flows.finding import Finding
from flows.night import Night
from flows.report import report_folder
from settings import PROJECT_ROOT
from warehouse.lock import holder
from warehouse.publish import CURRENT

_PACKAGE = "kanazawa-kpi"
_NIGHT = 200 * 10**6  # bytes: Prefect's database and log, new snapshots and parts
_JAPAN = timedelta(hours=9)


def python() -> Iterator[Finding]:
    """The interpreter is one that the package is made for."""
    from packaging.specifiers import SpecifierSet

    wanted, version = metadata.metadata(_PACKAGE)["Requires-Python"], sys.version.split()[0]
    fits = version in SpecifierSet(wanted, prereleases=True)
    yield Finding("python.ok" if fits else "python.other", {"version": version, "wanted": wanted})


def packages(lock: Path = PROJECT_ROOT / "requirements.txt") -> Iterator[Finding]:
    """Every package is installed in the version that the lock names."""
    from packaging.requirements import Requirement

    if not lock.is_file():
        yield Finding("packages.no_lock")
        return
    lines = (line.removesuffix("\\") for line in lock.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    locked = [package for package in map(Requirement, lines) if not package.marker or package.marker.evaluate()]
    missing, other = [], []
    for package in locked:
        try:
            version = metadata.version(package.name)
        except metadata.PackageNotFoundError:
            missing.append(package.name)
            continue
        if version not in package.specifier:
            other.append(f"{package.name} {version} ({package.specifier})")
    if missing:
        yield Finding("packages.missing", {"names": ", ".join(missing)})
    if other:
        yield Finding("packages.other", {"names": ", ".join(other)})
    if not (missing or other):
        yield Finding("packages.ok", {"count": len(locked)})


def timezone() -> Iterator[Finding]:
    """Japan is nine hours ahead of UTC, as it has been since 1952."""
    now = utc_now().astimezone(TOKYO)
    if now.utcoffset() == _JAPAN:
        yield Finding("timezone.ok", {"now": f"{now:%Y-%m-%d %H:%M}"})
    else:
        yield Finding("timezone.wrong", {"offset": now.utcoffset()})


def folders(night: Night) -> Iterator[Finding]:
    """Every folder of a night can be written, or can be made; those of the report and the export too."""
    found = [
        Finding("folders.blocked", {"folder": folder, "problem": problem})
        for folder in (night.data_dir, night.snapshots, night.parts, night.warehouse, night.runs)
        if (problem := _blocked(_nearest(folder)))
    ]
    for shown in (report_folder(night.data_dir), export_folder(night.data_dir)):
        if os.path.lexists(shown):  # else it is the data folder that counts
            inside = [folder for folder in shown.rglob("*") if folder.is_dir()]
            blocked = ({"folder": folder, "problem": _blocked(folder)} for folder in (shown, *inside))
            found += [Finding("folders.outdated", about) for about in blocked if about["problem"]][:1]
    well = Finding("folders.ok" if night.data_dir.exists() else "folders.new", {"folder": night.data_dir})
    yield from found or [well]


def _blocked(place: Path) -> str:
    """Why nothing can be written into a place; empty when it can."""
    if not place.is_dir():
        return f"{place} is no folder"
    return "" if os.access(place, os.W_OK | os.X_OK) else "permission denied"


def disk(night: Night) -> Iterator[Finding]:
    """There is room for a night, and for building everything anew."""
    published = night.warehouse / CURRENT
    size = sum(path.lstat().st_size for path in night.data_dir.rglob("*"))
    needed = _NIGHT + 2 * (published.stat().st_size if published.exists() else 0)
    yield room(shutil.disk_usage(_nearest(night.data_dir)).free, size, needed)


def room(free: int, size: int, needed: int) -> Finding:
    """Whether so many free bytes are enough for a data folder of this size, of which a night needs so many."""
    code = "full" if free < needed else "low" if free < needed + size else "ok"
    values = {"free": free, "size": size, "needed": needed}
    return Finding(f"disk.{code}", {name: f"{number / 10**6:,.0f} MB" for name, number in values.items()})


def lock(night: Night) -> Iterator[Finding]:
    """Whether a run is under way, and whose."""
    owner = holder(night.data_dir)
    yield Finding("lock.held", {"owner": owner}) if owner else Finding("lock.free")


def _nearest(path: Path) -> Path:
    """The path itself, or what there is above it."""
    path = path.absolute()
    return next(place for place in (path, *path.parents) if os.path.lexists(place))
