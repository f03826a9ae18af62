"""Step: the report's pages beside the warehouse. A report that fails is said, and never fails the night."""

from __future__ import annotations

import logging
from pathlib import Path

from flows.night import Night
from reports.site import write_report
from warehouse.publish import CURRENT

FOLDER = "report"
_log = logging.getLogger(__name__)


def report_folder(data_dir: Path) -> Path:
    """Where the pages are."""
    return data_dir / FOLDER


def show_report(night: Night) -> str:
    """Write the pages of what is published now; gives what went wrong, empty when nothing did."""
    try:
        write_report(night.warehouse / CURRENT, report_folder(night.data_dir))
    except Exception as error:  # noqa: BLE001 - figures are published: whatever breaks a page must not undo that
        _log.warning("the report could not be written", exc_info=error)
        return f"the report could not be written ({' '.join(str(error).split()) or type(error).__name__})"
    return ""
