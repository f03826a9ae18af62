"""The publishers' full files, where a folder beside the checkout holds them. They are not part of the project."""

from __future__ import annotations

from pathlib import Path

from tests.publishers.everyone import files_in

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "real"
ABSENT = "not measured: the publishers' full files are not on this machine"


def by_path() -> dict[str, bytes]:
    """Bodies by the path under which their publishers serve them; empty when the folder is not there."""
    return files_in(FOLDER)
