"""How often e-Stat's many files are asked for, over real HTTP: the newest every night, the settled ones in turn."""

from collections import Counter
from datetime import timedelta

import pytest

from clock import tokyo_day, utc_now
from sources import http, tfr_municipal
from sources.fetching import fetch_publisher
from sources.publishers import publishers
from sources.snapshots import Outcome, SnapshotStore
from tests.publishers import Replica
from tests.publishers import misbehaviour as bad
from tests.publishers.estat_files import RATES, TFR, path
from tests.publishers.estat_files import tfr_municipal as rates

SETTLED = {"2008-2012": "000023620470", "2013-2017": "000031976396"}
CATALOG = publishers()["tfr_municipal"].model_copy(update={"min_interval_seconds": 0})
TONIGHT = tokyo_day(utc_now())  # fetches are dated by the clock


@pytest.fixture(autouse=True)
def no_waits_and_no_proxy(monkeypatch):
    monkeypatch.setattr(http, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def replica():
    # The older editions' figures are not at hand: parts of the newest one stand in for them, under their addresses.
    parts = {file: dict(list(RATES.items())[at:]) for at, file in enumerate((TFR, *SETTLED.values()))}
    with Replica({path(file): rates(part) for file, part in parts.items()}) as server:
        yield server


@pytest.fixture
def store(tmp_path):
    return SnapshotStore(tmp_path)


def night(store, replica, later=0):
    """Outcomes by edition of a visit so many nights from now."""
    fetches = fetch_publisher(
        CATALOG, tfr_municipal, store, today=TONIGHT + timedelta(days=later), base_url=replica.url
    )
    return {fetch.edition: fetch.outcome for fetch in fetches}


def test_the_first_night_asks_for_all_and_the_next_one_only_for_the_newest(store, replica):
    assert set(night(store, replica).values()) == {Outcome.NEW}
    assert night(store, replica) == {"2018-2022": Outcome.UNCHANGED}
    assert [request.target for request in replica.requests[3:]] == [path(TFR)]


def test_in_four_weeks_every_settled_file_has_its_night_and_not_all_the_same(store, replica):
    night(store, replica)
    asked = Counter(edition for later in range(1, 28) for edition in night(store, replica, later))
    assert asked["2018-2022"] == 27
    assert all(asked[edition] <= 1 for edition in SETTLED)
    assert set(night(store, replica, later=28)) == {"2018-2022", *SETTLED}


def test_a_settled_file_that_failed_is_asked_for_again_the_next_night(store, replica):
    missing = replica.files.pop(path(SETTLED["2013-2017"]))
    assert night(store, replica)["2013-2017"] is Outcome.FAILED
    replica.files[path(SETTLED["2013-2017"])] = missing
    assert night(store, replica) == {"2013-2017": Outcome.NEW, "2018-2022": Outcome.UNCHANGED}


def test_a_web_page_in_place_of_the_workbook_is_refused_and_asked_for_again(store, replica):
    replica.misbehave("/stat-search/file-download", bad.maintenance_page)
    assert night(store, replica)["2008-2012"] is Outcome.REFUSED
    assert night(store, replica)["2008-2012"] is Outcome.NEW


def test_a_settled_file_whose_bytes_are_lost_is_asked_for_again(store, replica):
    night(store, replica)
    for kept in (store.root / "bytes").rglob("*"):
        if kept.is_file():
            kept.unlink()
    assert set(night(store, replica)) == {"2018-2022", *SETTLED}


def test_the_viewing_version_is_the_second_try(store, replica):
    replica.files[path(TFR, file_kind=4)] = replica.files.pop(path(TFR))
    assert night(store, replica)["2018-2022"] is Outcome.NEW
