"""Step: the report's pages beside the warehouse. A report that fails is said, and never fails the night."""

from __future__ import annotations

import logging
from pathlib import Path

from flows.night import Night
from flows.printed import printed_rows
from reports.site import write_report
from warehouse.publish import CURRENT

FOLDER = "report"
_log = logging.getLogger(__name__)


def report_folder(data_dir: Path) -> Path:
    """Where the pages are."""
    return data_dir / FOLDER


def write_pages(night: Night, *, anew: bool = False) -> None:
    """Write the pages of what is published now; ``anew`` also when they are there already.

    Raises:
        WarehouseError: when nothing is published.
        OSError: when a page cannot be written.
    """
    printed = printed_rows(night.snapshots, night.register_dir)
    write_report(night.warehouse / CURRENT, report_folder(night.data_dir), printed, anew=anew)


def show_report(night: Night) -> str:
    """Write the pages at the end of a night; gives what went wrong, empty when nothing did."""
    try:
        write_pages(night)
    except Exception as error:  # noqa: BLE001 - figures are published: whatever breaks a page must not undo that
        _log.warning("the report could not be written", exc_info=error)
        return f"the report could not be written ({' '.join(str(error).split()) or type(error).__name__})"
    return ""
