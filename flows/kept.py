"""What earlier nights left in the data folder: whether a new one may go on from it, and what is missing of it."""

from __future__ import annotations

from flows.night import Night
from settings import SettingsError
from warehouse.publish import current


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


def check_log(night: Night) -> None:
    """Without its log, what was kept would be fetched again and what was published dated anew.

    A first run that was killed may have kept bytes and no line about them yet: then there is nothing to date anew.

    Raises:
        SnapshotError: when a line cannot be read, or all are gone although something was published.
    """
    night.store.fetches()
    if current(night.warehouse) or any(night.rows.glob("[0-9]*")):
        night.store.check_log()


def lost_run(night: Night) -> str:
    """Id of the run behind the published file, if the rows that it published are gone; empty when all is there.

    A run that died right after the flip has them aside, see ``warehouse.past.settle``.
    """
    published = current(night.warehouse)
    if published is None or any((night.rows / f"{dot}{published.run_id}").is_dir() for dot in ("", ".")):
        return ""
    return published.run_id


def lost_history(night: Night) -> str:
    """What a run that builds has to say of rows that are gone; empty when they are there."""
    if not (lost := lost_run(night)):
        return ""
    before = max((path.name for path in night.rows.glob("[0-9]*")), default="")
    goes_on = f"changes are counted from run {before}" if before else "history begins anew"
    return f"what run {lost} published is gone: {goes_on}; restore {night.rows} from a backup"
