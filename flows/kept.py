"""What earlier nights left in the data folder: whether a new one may go on from it, and what is missing of it."""

from __future__ import annotations

from flows.night import Night
from settings import SettingsError


class ClockError(SettingsError):
    """The clock of this machine is behind the newest run on record; the message says what to do."""


def newest_run(night: Night) -> str:
    """Id of the newest run that left a record or rows, the night itself aside; empty when there is none."""
    records = {path.stem for path in night.runs.glob("[0-9]*.json")}
    return max((records | {path.name for path in night.rows.glob("[0-9]*")}) - {night.run_id}, default="")


def check_clock(night: Night) -> None:
    """Runs are told apart and put in order by the clock: one that is older than those before would turn history round.

    Raises:
        ClockError: when a run on record is later than this one.
    """
    newest = newest_run(night)
    if newest > night.run_id:
        raise ClockError(
            f"the clock of this machine is behind run {newest}, the newest on record; set the clock, or, if that run "
            f"had a wrong one, move {newest}.json and rows/{newest} out of {night.runs} and kpi-{newest}.* out of "
            f"{night.warehouse}, then run `kpi rebuild`"
        )
