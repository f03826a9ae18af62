"""The schedule: every night at 03:15 in Japan, in this process."""

from __future__ import annotations

from pathlib import Path

from prefect.schedules import Cron

from clock import TOKYO
from flows.nightly import nightly

CRON = "15 3 * * *"


def serve_nightly(data_dir: Path) -> None:
    """Serve the flow until stopped. Stopping does not pause the schedule, so a restart goes on by itself."""
    nightly.serve(
        name="nightly",
        schedules=[Cron(CRON, timezone=TOKYO.key)],
        parameters={"data_dir": str(data_dir)},
        pause_on_shutdown=False,
        print_starting_message=False,
        limit=1,
    )
