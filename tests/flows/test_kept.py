"""What earlier nights left is looked at before a new one goes on from it: their clock, rows and log of fetches."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from clock import utc_now
from flows.doctor_kept import fetch_log, history, last_run
from flows.kept import ClockError
from flows.night import run_id_at
from flows.run_record import past_runs
from sources.snapshots import SnapshotError
from tests.flows.town import edit
from warehouse.as_published import run_diff
from warehouse.publish import current


def figure_of_2015(town, figure):
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2015,)\d+", rf"\g<1>{figure}")  # hypothetical


def published_run(town):
    return current(town.data / "warehouse").run_id


# ---------------------------------------------------------------- the clock


@pytest.fixture
def ahead(town):
    """A town whose last night was under a clock sixty days ahead, and the id of that run."""
    figure_of_2015(town, 9000)
    moment = utc_now() + timedelta(days=60)
    town.night(started_at=moment, run_id=run_id_at(moment))
    return town, run_id_at(moment)


def test_a_night_behind_the_clock_of_an_earlier_one_is_refused_and_history_stays(ahead):
    town, wrong = ahead
    figure_of_2015(town, 8000)
    asked = list(town.replica.requests)
    with pytest.raises(ClockError, match=f"the clock of this machine is behind run {wrong}, .*; set the clock, or"):
        town.night()
    assert published_run(town) == wrong
    refused, last = past_runs(town.data / "runs")[-2:]
    assert (refused.outcome, refused.exit_code, last.run_id) == ("failed", 1, wrong)
    assert refused.message.startswith("the clock of this machine is behind")
    assert town.replica.requests == asked


def test_what_the_refusal_says_puts_history_in_order_again(ahead, tmp_path):
    town, wrong = ahead
    with pytest.raises(ClockError) as refused:
        town.night()
    move = r"move (\S+) and (\S+) out of (\S+) and (\S+) out of (\S+), then run `kpi rebuild`"
    record, rows, runs, files, warehouse = re.search(move, str(refused.value)).groups()
    (away := tmp_path / "away").mkdir()
    for folder, name in ((runs, record), (runs, rows), (warehouse, files)):
        for path in Path(folder).glob(name):
            shutil.move(path, away)
    assert wrong not in {path.name for path in town.data.rglob("*")}
    rebuilt = town.night(offline=True, anew=True)
    assert "figures: 1 restated" in rebuilt.message
    (changed,) = [row for row in run_diff(town.current, None, None) if row["what"] == "figure"]
    assert (changed["old_value"], changed["new_value"]) == (10_064_000, 9_000_000)


def test_a_run_ahead_of_the_clock_fails_the_look_at_the_machine(ahead):
    town, wrong = ahead
    (finding,) = last_run(town.begin())
    assert (finding.code, finding.values) == ("last_run.ahead", {"run": wrong})
    assert f"kpi-{wrong}.*" in finding.row("en")["todo"]


# ---------------------------------------------------------------- the rows that were published


def test_a_night_after_the_rows_of_earlier_ones_were_lost_says_that_history_begins_anew(town):
    lost = published_run(town)
    shutil.rmtree(town.data / "runs" / "rows")
    (finding,) = history(town.begin())
    assert (finding.code, finding.values["run"]) == ("history.lost", lost)
    figure_of_2015(town, 8000)
    message = town.night(offline=True).message
    said = (
        f"what run {lost} published is gone: history begins anew; restore {town.data / 'runs' / 'rows'} from a backup"
    )
    assert f"; {said}; figures: " in message
    assert [finding.code for finding in history(town.begin())] == ["history.ok"]


def test_a_night_after_the_newest_rows_were_lost_says_from_where_changes_are_counted(town):
    first = published_run(town)
    figure_of_2015(town, 9000)
    lost = town.night(offline=True).run_id
    shutil.rmtree(town.data / "runs" / "rows" / lost)
    figure_of_2015(town, 8000)
    record = town.night(offline=True)
    assert f"what run {lost} published is gone: changes are counted from run {first}; restore" in record.message
    assert record.alarms == ("ishikawa.visitors 17901 2015 10,064,000 → 8,000,000",)


def test_without_a_published_file_no_history_is_missed(town):
    shutil.rmtree(town.data / "runs" / "rows")
    shutil.rmtree(town.data / "warehouse")
    assert [finding.code for finding in history(town.begin())] == ["history.ok"]
    assert "is gone" not in town.night(offline=True).message


# ---------------------------------------------------------------- the log of fetches


@pytest.fixture
def log(town):
    return town.data / "snapshots" / "fetches.jsonl"


def test_a_first_run_that_was_killed_before_its_first_line_stops_no_other(new_town):
    night = new_town.begin()
    night.make_folders()
    night.store.keep(b"what the first publisher sent")
    assert [finding.code for finding in fetch_log(night)] == ["fetch_log.ok"]
    assert new_town.night(offline=True).exit_code == 0


@pytest.mark.parametrize("lose", [lambda log: log.unlink(), lambda log: log.write_bytes(b"")], ids=["gone", "empty"])
@pytest.mark.parametrize("offline", [False, True], ids=["fetching", "offline"])
def test_no_night_dates_figures_anew_because_the_log_of_fetches_was_lost(town, log, lose, offline):
    lose(log)
    before, asked = town.published, list(town.replica.requests)
    with pytest.raises(SnapshotError, match=r"this log is gone, .*; restore the file from a backup, or, to begin anew"):
        town.night(offline=offline)
    assert (town.published, town.replica.requests) == (before, asked)
    (finding,) = fetch_log(town.begin())
    assert finding.code == "fetch_log.bad"


def test_to_begin_anew_the_bytes_go_too(town, log):
    log.unlink()
    shutil.rmtree(log.with_name("bytes"))
    assert [finding.code for finding in fetch_log(town.begin())] == ["fetch_log.ok"]
    assert town.night().exit_code == 0


def test_a_line_of_the_log_that_would_fail_a_night_fails_the_look_at_the_machine(town, log):
    (finding,) = fetch_log(town.begin())
    assert (finding.code, finding.values["count"]) == ("fetch_log.ok", f"{len(town.begin().store.fetches()):,}")
    log.write_bytes(b"{}\n" + log.read_bytes())
    (finding,) = fetch_log(town.begin())
    assert finding.code == "fetch_log.bad"
    assert "fetches.jsonl, line 1: not a fetch record" in finding.row("en")["found"]
