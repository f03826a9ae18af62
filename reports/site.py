"""Puts the report's pages into their folder so that a reader never meets a half-written page."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reports.explanation import Printed

FRONT = "index.html"
_STAMP = ".made-of"  # what the pages in the folder were made of


def front_page(folder: Path, lang: str) -> Path:
    """The front page in one language."""
    return folder / "en" / FRONT if lang == "en" else folder / FRONT


def write_report(
    warehouse: Path, folder: Path, printed: Callable[[Mapping[str, Any]], Printed], *, anew: bool = False
) -> Path:
    """Write all pages of the published file, unless they are there already; gives the Japanese front page.

    Each page is written aside and moved over the one before; front pages come last, so that no link leads nowhere.
    A page that is equal stays untouched. Call it under the writer's lock: it clears away what a killed writer left.

    Args:
        warehouse: the published file, or the link to it.
        folder: where the pages are; made when it is not there.
        printed: finds the row of a file that a figure was read from.
        anew: write even when the folder holds the pages of this file by this code.

    Raises:
        WarehouseError: there is no warehouse, or it cannot be shown.
        OSError: the folder cannot be written.
    """
    made_of = f"{warehouse.resolve().name} {_code_fingerprint()}\n"
    stamp = folder / _STAMP
    front = front_page(folder, "ja")
    if not anew and front.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == made_of:
        return front
    from reports.pages import render  # the templates' library is only loaded when there is something to write

    pages = render(warehouse, printed)
    stamp.unlink(missing_ok=True)  # whoever breaks off here leaves no folder that calls itself complete
    for left_over in folder.rglob(".*.html.*"):
        left_over.unlink()
    for name, text in pages.items():
        _place(folder / name, text)
    for kept in (folder / "kpi", folder / "en" / "kpi"):
        for page in kept.glob("*.html"):
            if page.relative_to(folder).as_posix() not in pages:
                page.unlink()  # a KPI that no strategy has any more
    _place(stamp, made_of)
    return front


def _place(path: Path, text: str) -> None:
    """Write a file aside and move it into its place, unless it says the same already."""
    content = text.encode()
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(content)
    aside.replace(path)


def _code_fingerprint() -> str:
    digest = hashlib.sha256()
    room = Path(__file__).parent
    for path in sorted([*room.rglob("*.py"), *room.glob("templates/*.*")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
