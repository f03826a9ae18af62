"""Whatever comes later, the newest warehouse still answers for every earlier run, row for row what it published.

The sequence of nights has restatements, an edition older than one already known, a night without a publisher, figures,
targets and a correction of the steward's, and a figure that vanishes. Changed figures are hypothetical.
"""

import shutil
from datetime import UTC, datetime

import pytest

from settings import PROJECT_ROOT
from tests.flows.conftest import moved
from tests.flows.published import B_2025, CITY_202606, files
from tests.flows.test_corrections import AFTERWARDS
from tests.flows.town import NOBODY, Town, edit
from tests.sources.test_corrections import ENTRY, written
from warehouse import read
from warehouse.as_published import run_diff
from warehouse.evidence import evidence
from warehouse.past_schema import TRACKED
from warehouse.publish import CURRENT, current

B_2024 = "/files/SSDSE-B-2024.csv"


def restate_a_month(town):
    town.replica.files[CITY_202606] = town.replica.files[CITY_202606].replace(b"538749", b"538751")


def an_older_edition_comes_late(town):
    newer = town.replica.files[B_2025].decode("cp932")
    town.replica.files[B_2024] = newer.replace("SSDSE-B-2025", "SSDSE-B-2024").replace(",1.37", ",1.36").encode("cp932")


def lose_the_connection(town):
    town.base_url["ssdse"] = NOBODY


def find_it_again(town):
    town.base_url.clear()


def restate_the_visitors_of_2015(town):
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2015,)10064", r"\g<1>8000")


def raise_a_target(town):
    edit(
        town.strategies / "kanazawa-2015.toml",
        r'^value = 10000000\nprinted = "1,000',
        'value = 12000000\nprinted = "1,200',
    )


def correct_the_visitors_of_2015(town):
    written(town.corrections, ENTRY | {"expect": 800.0, "value": 804.6} | AFTERWARDS)


def remove_the_visitors_of_2017(town):
    edit(town.register / "visitors.csv", r"^ishikawa.visitors,17901,2017.*\n", "")


EVENTS = [
    restate_a_month,
    lose_the_connection,
    find_it_again,
    an_older_edition_comes_late,
    restate_the_visitors_of_2015,
    raise_a_target,
    correct_the_visitors_of_2015,
    remove_the_visitors_of_2017,
]


@pytest.fixture(scope="module")
def history(after_a_good_night, tmp_path_factory):
    """A place after all these nights, with a copy of the file that each of them published, by run."""
    folder = tmp_path_factory.mktemp("history")
    town = moved(after_a_good_night, folder)
    town.replica.files = files()
    town.strategies = shutil.copytree(PROJECT_ROOT / "strategies", folder / "strategies")
    town.corrections = shutil.copy(town.corrections, folder / "corrections.toml")
    first = current(town.data / "warehouse").run_id
    copies = {first: shutil.copy(town.current.resolve(), folder / f"{first}.duckdb")}
    for event in EVENTS:
        event(town)
        record = town.night()
        assert record.published, f"{event} published nothing: {record.message}"
        copies[record.run_id] = shutil.copy(town.current.resolve(), folder / f"{record.run_id}.duckdb")
    return town, copies


def rows(path, query, parameters=None, run=None):
    return [tuple(row.values()) for row in read.ask(path, query, parameters, run)]


@pytest.mark.parametrize("table", TRACKED)
def test_every_table_of_every_run_is_what_that_run_published(history, table):
    town, copies = history
    of_run = f"FROM mart.{table.partition('.')[2]}_of_run($run) ORDER BY ALL"
    for run, copy in copies.items():
        published = rows(copy, f"FROM {table} ORDER BY ALL")
        assert published or table == "core.kpi_path"  # this strategy has no interim targets
        assert rows(town.current, of_run, {"run": run}) == published
        assert rows(town.current, f"FROM {table} ORDER BY ALL", run=run) == published


@pytest.mark.parametrize("table", TRACKED)
def test_of_a_run_that_never_published_a_macro_knows_nothing(history, table):
    town, copies = history
    first, last = min(copies), max(copies)
    for never in ("", "x", "0", f"{first}~later", f"{last}~later", f"{first[:-1]}~"):
        assert rows(town.current, f"FROM mart.{table.partition('.')[2]}_of_run($run)", {"run": never}) == []


def test_the_nights_did_differ(history):
    _, copies = history
    for table in ("core.observation", "mart.kpi_progress", "core.kpi_target"):
        assert len({str(rows(copy, f"FROM {table} ORDER BY ALL")) for copy in copies.values()}) > 1


def test_progress_and_explanations_of_a_run_are_those_that_it_gave(history):
    town, copies = history
    for run, copy in copies.items():
        assert read.summary(town.current, run=run) == read.summary(copy)
        for kpi in ("visitors", "tfr~ssdse_b.A4103@17000"):
            assert read.progress(town.current, kpi, run=run) == read.progress(copy, kpi)
            assert evidence(town.current, kpi, run=run) == evidence(copy, kpi)


def test_both_clocks_together_ask_what_a_run_knew_of_a_day(history):
    town, copies = history
    day = datetime(2019, 10, 1, tzinfo=UTC).date()
    for run, copy in copies.items():
        assert read.summary(town.current, day, run) == read.summary(copy, day)
        assert evidence(town.current, "visitors", None, day, run) == evidence(copy, "visitors", None, day)


def test_progress_as_of_a_day_in_sql_is_that_of_the_command(history):
    town, _ = history
    for day in ("2016-01-01", "2019-10-01", "2024-06-20"):
        asked = rows(
            town.current,
            f"SELECT kpi_id, period, vintage, status FROM mart.kpi_progress_as_of(DATE '{day}') ORDER BY ALL",
        )
        told = read.progress(town.current, as_of=datetime.fromisoformat(day).date())
        assert asked == sorted((row["kpi_id"], row["period"], row["vintage"], row["status"]) for row in told)
        assert all(row["target_period"] is None or row["vintage"].isoformat() <= day for row in told)


def test_a_run_that_published_nothing_left_what_was_there(history):
    town, copies = history
    last = list(copies)[-1]
    assert read.summary(town.current, run=f"{last}~later") == read.summary(copies[last])


def test_what_a_run_changed_is_asked_of_the_newest_file_as_it_stood_in_its_own(history):
    town, copies = history
    before = ""
    for run, copy in copies.items():
        stored = read.ask(copy, "FROM mart.run_diff ORDER BY ALL")
        assert {(row["since_run"], row["run_id"]) for row in stored} <= {(before, run)}
        asked = run_diff(town.current, None, run)
        assert sorted(map(str, asked)) == sorted(map(str, stored))
        before = run


def test_rebuilt_from_what_was_kept_the_warehouse_answers_for_every_run_as_before(history, tmp_path):
    town, copies = history
    data = shutil.copytree(town.data, tmp_path / "data", symlinks=True)
    again = Town(data, town.replica, town.register, town.strategies, town.corrections)
    content = again.night(offline=True).content_hash
    shutil.rmtree(data / "warehouse")
    shutil.rmtree(data / "parts")
    record = again.night(anew=True, offline=True)
    assert record.content_hash == content
    assert again.ask("FROM mart.run_diff") == []
    for run, copy in copies.items():
        for table in ("core.observation", "mart.kpi_progress"):
            assert rows(data / "warehouse" / CURRENT, f"FROM {table} ORDER BY ALL", run=run) == rows(
                copy, f"FROM {table} ORDER BY ALL"
            )
