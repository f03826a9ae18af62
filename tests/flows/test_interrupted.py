"""Runs that meet another run, an interrupt, a kill or a folder that cannot be written, and the run after them."""

import json
import signal
import time

import pytest

from flows.run_record import past_runs
from tests.flows.command import kpi, start
from tests.publishers import Replica
from tests.publishers.everyone import settings_for
from tests.publishers.misbehaviour import silent
from warehouse.publish import CURRENT

SSDSE_OF_2018 = "/files/SSDSE-A-2018.csv"  # the first file that a run asks for


@pytest.fixture
def hanging():
    """A publisher that takes the question and says nothing."""
    with Replica({SSDSE_OF_2018: b"never sent"}) as replica:
        replica.misbehave(SSDSE_OF_2018, *[silent(60)] * 4)
        yield replica


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def running(data, hanging, *how):
    """A run that is under way and will be for a while."""
    process = start("run", *how, data=data, **settings_for(hanging.url))
    give_up = time.monotonic() + 60
    while not hanging.requests and process.poll() is None and time.monotonic() < give_up:
        time.sleep(0.05)
    assert hanging.requests, process.communicate()
    return process


def test_a_second_run_stops_at_once_with_exit_4_and_names_the_holder(data, hanging):
    first = running(data, hanging, "--inline")
    try:
        second = kpi("run", "--offline", "--inline", data=data)
    finally:
        first.kill()
        first.communicate()
    assert second.returncode == 4
    assert second.stdout == ""
    assert second.stderr.count("\n") == 1
    assert f"pid {first.pid}, started " in second.stderr


def interrupt(process):
    """Press Ctrl-C; the run must not wait for the publisher."""
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err == "interrupted; nothing half-written was published\n"


def test_an_interrupted_run_ends_soon_with_130_and_the_next_run_is_fine(data, hanging):
    interrupt(running(data, hanging, "--inline"))
    assert not (data / "warehouse" / CURRENT).exists()
    after = kpi("run", "--offline", "--inline", data=data)
    assert after.returncode == 0, after.stderr
    assert [run.outcome for run in past_runs(data / "runs")] == ["failed", "degraded"]


@pytest.mark.flow
def test_an_interrupted_run_under_prefect_ends_soon_with_130_and_says_so_in_its_record(data, hanging):
    interrupt(running(data, hanging))
    (run,) = past_runs(data / "runs")
    assert (run.outcome, run.message) == ("failed", "interrupted")


def test_the_run_after_a_killed_one_takes_over_and_says_how_that_one_ended(data, hanging):
    process = running(data, hanging, "--inline")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert list((data / "snapshots" / "bytes").glob("unfinished-*"))  # what the publisher had not ended
    (data / "warehouse" / ".building-20261101T000000000Z.duckdb").write_bytes(b"half a file")
    after = kpi("run", "--offline", "--inline", data=data)
    assert after.returncode == 0, after.stderr
    assert [run.outcome for run in past_runs(data / "runs")] == ["failed", "degraded"]
    assert [path.name for path in (data / "warehouse").glob(".*")] == []
    assert [path for path in (data / "snapshots" / "bytes").rglob("*") if path.is_file()] == []


def test_the_state_of_a_run_is_told_as_it_is_while_it_runs_and_after_it_was_killed(data, hanging):
    process = running(data, hanging, "--inline")
    told = [json.loads(kpi("status", "--format", "json", data=data).stdout)[0]]
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    (record,) = (data / "runs").glob("*.json")
    before = record.read_bytes()
    told += json.loads(kpi("status", "--format", "json", data=data).stdout)
    assert [(run["outcome"], run["exit_code"]) for run in told] == [("running", None), ("failed", 1)]
    assert told[1]["message"].startswith("killed before it could end")
    assert record.read_bytes() == before


def test_a_data_folder_that_cannot_be_written_is_exit_2_in_one_line(tmp_path):
    data = tmp_path / "data"
    data.write_text("a file where the folder should be", encoding="utf-8")
    ended = kpi("run", "--offline", "--inline", data=data)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert f"the data folder {data} cannot be written" in ended.stderr
    assert "KPI_DATA_DIR" in ended.stderr
