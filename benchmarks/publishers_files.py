"""The publishers' full files, where a folder beside the checkout holds them. They are not part of the project."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "real"
ABSENT = "not measured: the publishers' full files are not on this machine"
_TOURISM, _MIRROR = "dtoukei_", "/code4fukui/japan-kanko-stat/main/data/"


def by_path() -> dict[str, bytes]:
    """Bodies by the path under which their publishers serve them; empty when the folder is not there."""
    ssdse = {f"/files/{path.name}": path.read_bytes() for path in sorted(FOLDER.glob("SSDSE-*.csv"))}
    tourism = {
        _MIRROR + path.name.removeprefix(_TOURISM): path.read_bytes()
        for path in sorted(FOLDER.glob(f"{_TOURISM}*.csv"))
    }
    return ssdse | tourism
