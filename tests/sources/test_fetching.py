"""One visit to a publisher, over real HTTP: what is kept, what is recorded, and that its trouble stays its own."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from clock import TOKYO
from records import KnownFromBasis, Resource
from sources import http
from sources.fetching import fetch_publisher
from sources.parsed import ParseError
from sources.publishers import Guard, Publisher, Series
from sources.snapshots import Outcome, SnapshotStore
from tests.publishers import Replica
from tests.publishers import misbehaviour as bad

TODAY = date(2026, 11, 23)
# Population of Kanazawa, census 2020 (e-Stat, A1101); the second line only stands for a later change of the file.
FIRST = "地域コード,A1101\nR17201,463254\n".encode()
LATER = FIRST + b"R17202,50300\n"


@pytest.fixture(autouse=True)
def short_waits_and_no_proxy(monkeypatch):
    monkeypatch.setattr(http, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def replica():
    with Replica({"/A-2026.csv": FIRST}) as server:
        yield server


@pytest.fixture
def store(tmp_path):
    return SnapshotStore(tmp_path)


def publisher(**changes):
    usual = {
        "id": "ssdse",
        "name_ja": "統計センター",
        "name_en": "National Statistics Center",
        "adapter": "ssdse",
        "base_url": "https://publisher.invalid",
        "licence": "CC BY 4.0",
        "credit_ja": "出典",
        "credit_en": "Source",
        "deadline_seconds": 10,
        "min_interval_seconds": 0,
        "guard": Guard(max_shrink=0.2),
        "series": (Series(id="a", name_ja="a", name_en="a", unit="人", indicator="a"),),
    }
    return Publisher(**{**usual, **changes})


def resource(*paths, edition="2026", expected=True, base="https://publisher.invalid"):
    return Resource(
        id=f"ssdse/A-{edition}",
        publisher="ssdse",
        dataset="A",
        edition=edition,
        urls=tuple(base + path for path in paths or ("/A-2026.csv",)),
        known_from=date(2026, 7, 1),
        known_from_basis=KnownFromBasis.DATE,
        expected=expected,
    )


def visit(store, replica, *resources, base_url=None, **changes):
    """One visit with an adapter that offers these resources."""
    offers = SimpleNamespace(VERSION="7", resources=lambda *_: resources or (resource(),))
    base = base_url or replica.url
    return fetch_publisher(publisher(**changes), offers, store, today=TODAY, base_url=base)


def one(store, replica, *resources, **changes):
    (fetch,) = visit(store, replica, *resources, **changes)
    return fetch


# --- content


def test_the_first_content_is_kept_and_recorded_with_all_that_explains_it(store, replica):
    before = datetime.now(UTC)
    fetch = one(store, replica)
    assert (fetch.outcome, fetch.status, fetch.size) == (Outcome.NEW, 200, len(FIRST))
    assert store.read(fetch.snapshot_id) == FIRST
    assert (fetch.publisher, fetch.dataset, fetch.edition, fetch.licence) == ("ssdse", "A", "2026", "CC BY 4.0")
    assert (fetch.url, fetch.media_type, fetch.adapter_version) == (f"{replica.url}/A-2026.csv", "text/csv", "7")
    assert before <= fetch.fetched_at <= datetime.now(UTC)
    assert fetch.etag
    assert (fetch.known_from, fetch.known_from_basis) == (date(2026, 7, 1), KnownFromBasis.DATE)
    assert store.fetches() == [fetch]


def test_a_file_that_did_not_change_is_answered_by_304_and_stays_what_it_was(store, replica):
    first = one(store, replica)
    second = one(store, replica)
    assert (second.status, second.outcome) == (304, Outcome.UNCHANGED)
    assert (second.snapshot_id, second.size, second.etag) == (first.snapshot_id, first.size, first.etag)
    assert (second.known_from, second.known_from_basis) == (first.known_from, first.known_from_basis)
    assert store.fetches() == [first, second]


def test_equal_bytes_without_marks_are_unchanged_too(store, replica):
    first = one(store, replica)
    replica.misbehave("/A-2026.csv", lambda answer, body: answer.send(200, body))
    second = one(store, replica)
    assert (second.status, second.outcome, second.snapshot_id) == (200, Outcome.UNCHANGED, first.snapshot_id)
    assert second.etag == first.etag


def test_content_that_changes_in_place_is_known_from_the_day_of_the_fetch_in_japan(store, replica):
    one(store, replica)
    replica.files["/A-2026.csv"] = LATER
    fetch = one(store, replica)
    assert fetch.outcome is Outcome.NEW
    assert fetch.known_from == fetch.fetched_at.astimezone(TOKYO).date()
    assert fetch.known_from_basis is KnownFromBasis.FETCH
    assert [f.outcome for f in store.fetches()] == [Outcome.NEW, Outcome.NEW]


def test_changed_content_is_never_known_before_the_content_that_it_replaces(store, replica):
    store.record(replace(one(store, replica), known_from=date(2999, 1, 1)))  # as by a clock that was set back since
    replica.files["/A-2026.csv"] = LATER
    assert one(store, replica).known_from == date(2999, 1, 1)


def test_an_edition_that_is_out_before_the_day_of_its_name_is_known_since_we_saw_it(store, replica):
    dated_ahead = replace(resource(), known_from=date(2999, 1, 1), known_from_basis=KnownFromBasis.EDITION)
    fetch = one(store, replica, dated_ahead)
    assert fetch.known_from == fetch.fetched_at.astimezone(TOKYO).date()
    assert fetch.known_from_basis is KnownFromBasis.FETCH


def test_marks_are_shown_only_to_the_address_that_gave_them(store, replica):
    one(store, replica)
    replica.files["/2026/A.csv"] = FIRST
    moved = one(store, replica, resource("/2026/A.csv", "/A-2026.csv"))
    assert "If-None-Match" not in replica.requests[-1].headers
    assert (moved.outcome, moved.status) == (Outcome.UNCHANGED, 200)


def test_bytes_that_were_lost_from_the_store_are_asked_for_whole(store, replica):
    first = one(store, replica)
    store.path(first.snapshot_id).unlink()
    again = one(store, replica)
    assert (again.status, again.outcome) == (200, Outcome.UNCHANGED)
    assert store.read(first.snapshot_id) == FIRST


def test_the_next_address_is_tried_when_the_first_has_no_such_file(store, replica):
    fetch = one(store, replica, resource("/2026/A.csv", "/A-2026.csv"))
    assert (fetch.outcome, fetch.url) == (Outcome.NEW, f"{replica.url}/A-2026.csv")


def test_a_mirror_stands_in_for_a_host_that_does_not_answer(store, replica):
    mirrored = replace(resource(), urls=("http://nonexistent.invalid/A.csv", f"{replica.url}/A-2026.csv"))
    offers = SimpleNamespace(VERSION="7", resources=lambda *_: [mirrored])
    (fetch,) = fetch_publisher(publisher(), offers, store, today=TODAY)
    assert fetch.outcome is Outcome.NEW


# --- nothing came


def test_an_edition_that_is_not_out_yet_is_no_failure(store, replica):
    fetch = one(store, replica, resource("/A-2027.csv", "/a-2027.csv", edition="2027", expected=False))
    assert (fetch.outcome, fetch.status, fetch.reason) == (Outcome.NOT_OUT, 404, "")
    assert len(replica.requests) == 2


def test_a_file_that_must_be_there_and_is_not_is_a_failure_that_says_what_to_do(store, replica):
    fetch = one(store, replica, resource("/A-2020.csv"))
    assert (fetch.outcome, fetch.status) == (Outcome.FAILED, 404)
    assert "has it moved? correct the catalog" in fetch.reason


def test_an_address_that_is_none_is_a_failure_of_its_resource_alone(store, replica):
    outcomes = [f.outcome for f in visit(store, replica, resource("/x", base="http://[::1"), resource())]
    assert outcomes == [Outcome.FAILED, Outcome.NEW]


def test_a_server_error_is_not_mistaken_for_not_out_yet(store, replica):
    replica.misbehave("/A-2026.csv", *[bad.status(500)] * 4)
    fetch = one(store, replica, resource("/A-2026.csv", "/A.csv", expected=False))
    assert (fetch.outcome, fetch.status) == (Outcome.FAILED, 500)
    assert "answers 500, 4 times" in fetch.reason


def test_trouble_with_one_file_is_told_with_its_name_its_title_and_a_remedy(store, replica):
    replica.misbehave("/A-2026.csv", *[bad.status(500)] * 4)
    replica.files["/B.csv"] = LATER
    replica.misbehave("/B.csv", bad.status(418))
    table = replace(resource("/B.csv", edition="2025"), title="table 0000010101")
    host = replica.url.removeprefix("http://")
    assert [fetch.reason for fetch in visit(store, replica, resource(), table)] == [
        f"ssdse/A-2026: {host}: the publisher answers 500, 4 times; wait a night",
        f"ssdse/A-2025 (table 0000010101): {host}: the publisher answers 418; ops.fetch has the request",
    ]


def test_a_refused_key_is_told_without_the_key(store, replica):
    replica.files["/api"] = b""
    replica.misbehave("/api", bad.status(403))
    fetch = one(store, replica, resource("/api?appId=TOPSECRET"))
    assert (fetch.outcome, fetch.status) == (Outcome.FAILED, 403)
    assert "is the access key right?" in fetch.reason
    assert "TOPSECRET" not in (store.root / "fetches.jsonl").read_text()


def test_a_304_that_nobody_asked_for_is_a_failure(store, replica):
    replica.misbehave("/A-2026.csv", bad.status(304))
    assert one(store, replica).outcome is Outcome.FAILED


def test_a_bad_night_leaves_the_last_good_content(store, replica):
    good = one(store, replica)
    replica.misbehave("/A-2026.csv", *[bad.truncated] * 4)
    replica.files["/A-2026.csv"] = LATER
    assert one(store, replica).outcome is Outcome.FAILED
    assert store.last_good("ssdse/A-2026") == good


def test_one_broken_file_does_not_stop_the_others(store, replica):
    replica.files["/B.csv"] = LATER
    replica.misbehave("/A-2026.csv", *[bad.hang_up] * 4)
    outcomes = [f.outcome for f in visit(store, replica, resource(), resource("/B.csv", edition="2025"))]
    assert outcomes == [Outcome.FAILED, Outcome.NEW]


def test_a_host_that_cannot_be_reached_fails_every_resource_within_a_moment(store, replica):
    editions = [resource(edition=str(year)) for year in range(2010, 2027)]
    before = datetime.now(UTC)
    fetches = visit(store, replica, *editions, base_url="http://nonexistent.invalid")
    assert (datetime.now(UTC) - before).total_seconds() < 2
    assert [f.outcome for f in fetches] == [Outcome.FAILED] * 17
    assert {f.reason for f in fetches} == {
        "nonexistent.invalid: the host name does not resolve; is this machine online?"
    }
    assert len(store.fetches()) == 17


def test_after_the_deadline_the_rest_fails_without_being_asked(store, replica):
    replica.misbehave("/A-2026.csv", bad.drip(0.05))
    fetches = visit(store, replica, resource(), resource(edition="2025"), deadline_seconds=0.3)
    assert [f.outcome for f in fetches] == [Outcome.FAILED] * 2
    assert fetches[0].reason.startswith("ssdse/A-2026: ")
    host = replica.url.removeprefix("http://")
    assert fetches[1].reason == (
        f"{host}: the time for this publisher is used up; wait a night, or raise deadline_seconds in the catalog"
    )
    assert len(replica.requests) == 1


# --- guards


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        (bad.maintenance_page, "a web page"),
        (bad.too_short_content_length, "cut in its last line"),
        (lambda answer, body: answer.send(200, b""), "empty"),
    ],
)
def test_a_body_that_is_no_data_is_refused_kept_for_study_and_does_not_count(store, replica, mood, words):
    good = one(store, replica)
    replica.misbehave("/A-2026.csv", mood)
    refused = one(store, replica)
    assert refused.outcome is Outcome.REFUSED
    assert words in refused.reason
    assert store.holds(refused.snapshot_id)
    assert store.last_good("ssdse/A-2026") == good


# --- listing pages


def listing(replica, store, path, base_url=None):
    """What an adapter gets from read_page for this address."""
    seen = []

    def resources(publisher, today, read_page):
        seen.append(read_page("https://publisher.invalid" + path))
        return []

    offers = SimpleNamespace(VERSION="7", resources=resources)
    fetch_publisher(publisher(), offers, store, today=TODAY, base_url=base_url or replica.url)
    return seen[0]


def test_a_listing_page_reaches_the_adapter_as_text(store, replica):
    replica.files["/list.html"] = "<a href='A.csv'>金沢</a>".encode("cp932")
    assert listing(replica, store, "/list.html") == "<a href='A.csv'>金沢</a>"


def test_a_listing_page_that_cannot_be_had_is_none_and_a_warning(store, replica, caplog):
    assert listing(replica, store, "/gone.html") is None
    assert listing(replica, store, "/list.html", base_url="http://nonexistent.invalid") is None
    assert "ssdse: listing page not read" in caplog.text


def test_a_listing_that_the_adapter_cannot_read_is_a_failure_of_the_publisher(store, replica):
    def resources(*_):
        raise ParseError("list.html", "no link to a CSV", "look at the page")

    offers = SimpleNamespace(VERSION="7", resources=resources)
    (fetch,) = fetch_publisher(publisher(), offers, store, today=TODAY, base_url=replica.url)
    assert (fetch.resource, fetch.outcome) == ("ssdse/listing", Outcome.FAILED)
    assert "no link to a CSV" in fetch.reason


def test_a_listing_on_which_the_adapter_breaks_is_a_failure_of_the_publisher_and_trouble_of_ours(store, replica):
    def resources(*_):
        return list(None)

    offers = SimpleNamespace(VERSION="7", resources=resources)
    (fetch,) = fetch_publisher(publisher(), offers, store, today=TODAY, base_url=replica.url)
    assert (fetch.resource, fetch.outcome) == ("ssdse/listing", Outcome.FAILED)
    assert fetch.reason == (
        "ssdse/listing: the reader of ssdse broke on this file (TypeError: 'NoneType' object is not iterable);"
        " report it, the last good figures stay"
    )


@pytest.mark.parametrize("body", [b"[" * 10**5, b'{"a":' * 10**5], ids=["lists", "objects"])
def test_json_that_nests_without_end_is_refused_and_kept(store, replica, body):
    replica.files["/A-2026.json"] = body
    fetch = one(store, replica, resource("/A-2026.json"))
    assert (fetch.outcome, store.read(fetch.snapshot_id)) == (Outcome.REFUSED, body)


def test_bytes_on_which_a_guard_breaks_are_refused_and_kept(store, replica, monkeypatch):
    def breaks(*_):
        raise IndexError("list index out of range")

    monkeypatch.setattr("sources.visit.check_bytes", breaks)
    fetch = one(store, replica)
    assert (fetch.outcome, store.read(fetch.snapshot_id)) == (Outcome.REFUSED, FIRST)
    assert "broke on this file (IndexError: list index out of range); report it" in fetch.reason


# --- ours


def test_our_own_disk_trouble_is_raised(store, replica, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        visit(store, replica)
