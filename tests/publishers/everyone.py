"""Every publisher that has an API, on one replica. A further publisher is one more module with ``mount(replica)``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sources.publishers import publishers
from tests.publishers import ckan, dashboard, estat
from tests.publishers.replica import Replica

_MOUNTS = (ckan.mount, dashboard.mount, estat.mount)
_MIRROR = "/code4fukui/japan-kanko-stat/main/data/"
_FOLDERS = {"ssdse": "/files/SSDSE-", "digital_tourism": _MIRROR}


def mount_all(replica: Replica) -> None:
    """Let every API be as on a good night, whatever it was before."""
    replica.handlers.clear()
    for mount in _MOUNTS:
        mount(replica)


def files_in(folder: Path) -> dict[str, bytes]:
    """Publishers' own files in a folder, by the path under which they serve them. A copy may be called ``dtoukei_``."""
    ssdse = {f"/files/{path.name}": path for path in sorted(folder.glob("SSDSE-*.csv"))}
    tourism = {
        _MIRROR + path.name.removeprefix("dtoukei_"): path
        for pattern in ("city*.csv", "pref*.csv", "dtoukei_city*.csv", "dtoukei_pref*.csv")
        for path in sorted(folder.glob(pattern))
    }
    return {where: path.read_bytes() for where, path in (ssdse | tourism).items()}


def owners(paths: Iterable[str]) -> set[str]:
    """The publishers of plain files at these paths."""
    return {name for name, start in _FOLDERS.items() if any(path.startswith(start) for path in paths)}


def settings_for(url: str) -> dict[str, str]:
    """The settings that send every question to one address instead of to the publishers, with the key known there."""
    addresses = {f"KPI_BASE_URL__{p.id.upper()}": url for p in publishers().values() if p.base_url}
    return addresses | {"KPI_ESTAT_APP_ID": estat.APP_ID}
