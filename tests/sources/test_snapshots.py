"""The snapshot store: bytes that never change, a history that survives crashes, and what counts as good."""

import fcntl
import multiprocessing
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import KnownFromBasis
from sources.snapshots import Fetch, Outcome, SnapshotError, SnapshotStore

FETCH = Fetch(
    resource="ssdse/A-2026",
    publisher="ssdse",
    dataset="A",
    edition="2026",
    url="https://example.jp/A-2026.csv",
    fetched_at=datetime(2026, 11, 22, 18, 15, tzinfo=UTC),
    status=200,
    outcome=Outcome.NEW,
    snapshot_id=None,
    size=0,
    media_type="text/csv",
    etag='"1"',
    last_modified=None,
    licence="CC BY 4.0",
    adapter_version="1",
    reason="",
    known_from=date(2026, 7, 1),
    known_from_basis=KnownFromBasis.DATE,
)


@pytest.fixture
def store(tmp_path):
    return SnapshotStore(tmp_path / "snapshots")


def attempt(store, outcome=Outcome.NEW, body=None, **changes):
    """One recorded fetch, a day after the one before."""
    snapshot_id = None if body is None else store.keep(body)
    when = FETCH.fetched_at + timedelta(days=len(store.fetches()))
    fetch = replace(FETCH, outcome=outcome, snapshot_id=snapshot_id, fetched_at=when, **changes)
    store.record(fetch)
    return fetch


def files(store):
    """What lies among the bytes."""
    return [path for path in (store.root / "bytes").rglob("*") if path.is_file()]


# --- bytes


@given(body=st.binary(max_size=200))
def test_what_was_kept_is_read_back_under_its_sha256(body, tmp_path_factory):
    store = SnapshotStore(tmp_path_factory.mktemp("store"))
    snapshot_id = store.keep(body)
    assert snapshot_id == sha256(body).hexdigest()
    assert store.read(snapshot_id) == body


def test_bytes_lie_under_the_first_two_digits_of_their_id(store):
    snapshot_id = store.keep(b"a")
    assert store.path(snapshot_id) == store.root / "bytes" / snapshot_id[:2] / snapshot_id[2:]
    assert store.holds(snapshot_id)


def test_keeping_the_same_bytes_again_writes_nothing(store):
    snapshot_id = store.keep(b"a")
    before = store.path(snapshot_id).stat().st_mtime_ns
    assert store.keep(b"a") == snapshot_id
    assert store.path(snapshot_id).stat().st_mtime_ns == before


def test_damaged_bytes_are_an_error_that_names_file_and_remedy(store):
    snapshot_id = store.keep(b"463254")
    store.path(snapshot_id).write_bytes(b"463255")
    with pytest.raises(SnapshotError, match="damaged") as caught:
        store.read(snapshot_id)
    assert str(store.path(snapshot_id)) in str(caught.value)
    assert "kpi run" in str(caught.value)


def test_missing_bytes_are_an_error_that_names_the_remedy(store):
    with pytest.raises(SnapshotError, match="missing; restore it from a backup"):
        store.read("0" * 64)


def test_damaged_bytes_are_healed_when_the_publisher_sends_them_again(store):
    snapshot_id = store.keep(b"463254")
    store.path(snapshot_id).write_bytes(b"")
    store.keep(b"463254")
    assert store.read(snapshot_id) == b"463254"


def test_a_write_that_fails_leaves_nothing_behind(store, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.keep(b"a")
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


# --- history


def test_a_record_survives_the_way_to_disk_and_back(store):
    fetch = attempt(store, body=b"a", reason="石川県", status=None)
    assert SnapshotStore(store.root).fetches() == [fetch]
    assert store.fetches() == [fetch]


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        replace(FETCH, fetched_at=datetime(2026, 11, 22))  # noqa: DTZ001 - the bad input


def test_a_resource_never_asked_for_has_no_past(store):
    attempt(store, body=b"a")
    assert store.last_good("ssdse/B-2026") is None
    assert store.last_attempt("ssdse/B-2026") is None
    assert store.last_answer("ssdse/B-2026") is None


def test_an_empty_store_has_no_fetches_and_makes_no_files(store):
    assert store.fetches() == []
    assert not store.root.exists()


def test_the_last_good_fetch_has_the_freshest_marks_and_the_last_answer_was_asked_for(store):
    attempt(store, body=b"a")
    again = attempt(store, Outcome.UNCHANGED, body=b"a", etag='"4"')
    listed = attempt(store, Outcome.UNCHANGED, body=b"a", status=None)
    failed = attempt(store, Outcome.FAILED)
    attempt(store, body=b"b", resource="ssdse/B-2026")
    for one in (store, SnapshotStore(store.root)):
        assert one.last_good(FETCH.resource) == listed
        assert one.last_answer(FETCH.resource) == again
        assert one.last_attempt(FETCH.resource) == failed


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_OUT, Outcome.REFUSED])
def test_a_bad_night_leaves_the_last_good_content_in_place(store, outcome):
    good = attempt(store, body=b"a")
    bad = attempt(store, outcome, body=b"<html>" if outcome is Outcome.REFUSED else None)
    assert store.last_good(FETCH.resource) == good
    assert bad.snapshot_id is None or store.read(bad.snapshot_id) == b"<html>"


def test_the_history_is_read_from_disk_once(store, monkeypatch):
    attempt(store, body=b"a")
    fresh = SnapshotStore(store.root)
    reads = []
    original = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: reads.append(path) or original(path))
    for _ in range(3):
        fresh.last_good(FETCH.resource)
        fresh.record(FETCH)
    assert reads == [store.root / "fetches.jsonl"]


# --- crashes


def test_a_run_killed_between_keep_and_record_left_only_bytes(store):
    attempt(store, body=b"a")
    store.keep(b"b")
    after = SnapshotStore(store.root)
    assert after.last_good(FETCH.resource).snapshot_id == sha256(b"a").hexdigest()
    assert attempt(after, body=b"b") == after.last_good(FETCH.resource)


def test_a_file_left_unfinished_by_a_crash_is_never_data(store):
    store.keep(b"a")
    (store.root / "bytes" / "unfinished-1").write_bytes(b"hal")
    snapshot_id = store.keep(b"half")
    assert store.read(snapshot_id) == b"half"
    assert not store.holds("unfinished-1")


def test_what_a_crash_left_unfinished_is_removed_and_nothing_else(store):
    snapshot_id = store.keep(b"a")
    with store.draft() as crashed:
        crashed.write(b"hal")
        crashed.flush()
        store.discard_drafts()
        assert files(store) == [store.path(snapshot_id)]


# --- drafts


def test_a_draft_becomes_a_snapshot_when_it_is_kept(store):
    with store.draft() as draft:
        draft.write(b"first page, ")
        draft.write(b"second page")
        snapshot_id = store.keep_draft(draft)
    assert store.read(snapshot_id) == b"first page, second page"
    assert files(store) == [store.path(snapshot_id)]


def test_a_kept_draft_can_still_be_read(store):
    with store.draft() as draft:
        draft.write(b"a page")
        store.keep_draft(draft)
        draft.seek(0)
        assert draft.read() == b"a page"


def test_a_draft_that_breaks_off_leaves_nothing(store):
    def interrupted():
        with store.draft() as draft:
            draft.write(b"hal")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert files(store) == []


def test_a_snapshot_that_is_there_already_is_not_written_again_from_a_draft(store):
    snapshot_id = store.keep(b"a")
    before = store.path(snapshot_id).stat().st_mtime_ns
    with store.draft() as draft:
        draft.write(b"a")
        assert store.keep_draft(draft) == snapshot_id
    assert store.path(snapshot_id).stat().st_mtime_ns == before


@pytest.mark.parametrize("cut", [1, 40, 10_000])
def test_a_last_line_cut_by_a_crash_is_ignored_and_repaired_by_the_next_record(store, cut):
    whole = attempt(store, body=b"a")
    attempt(store, body=b"b", reason="x" * 20_000)
    log = store.root / "fetches.jsonl"
    log.write_bytes(log.read_bytes()[:-cut])
    after = SnapshotStore(store.root)
    assert after.fetches() == [whole]
    later = attempt(after, body=b"c")
    assert SnapshotStore(store.root).fetches() == [whole, later]


def test_a_history_that_is_only_half_a_line_is_empty(store):
    attempt(store, body=b"a")
    log = store.root / "fetches.jsonl"
    log.write_bytes(log.read_bytes()[:20])
    after = SnapshotStore(store.root)
    assert after.fetches() == []
    attempt(after, body=b"b")
    assert len(SnapshotStore(store.root).fetches()) == 1


@pytest.mark.parametrize("line", [b"", b"not json", b'{"resource": "a"}', b"\xff\xfe"])
def test_any_other_bad_line_is_an_error_that_names_file_and_line(store, line):
    attempt(store, body=b"a")
    log = store.root / "fetches.jsonl"
    good = log.read_bytes()
    log.write_bytes(good + line + b"\n" + good)
    with pytest.raises(SnapshotError, match=r"fetches\.jsonl, line 2: not a fetch record"):
        SnapshotStore(store.root).fetches()


# --- several writers


def write_many(root, name):
    store = SnapshotStore(root)
    for number in range(40):
        store.record(replace(FETCH, resource=f"{name}/{number}", snapshot_id=store.keep(b"%d" % number)))


def test_two_processes_that_write_at_once_lose_and_mix_nothing(store):
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_many, args=(store.root, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    fetches = store.fetches()
    assert sorted(f.resource for f in fetches) == sorted(f"{name}/{n}" for name in "ab" for n in range(40))
    assert all(store.read(f.snapshot_id) for f in fetches)


def test_a_writer_waits_until_another_process_has_finished_its_line(store):
    attempt(store, body=b"a")
    writer = threading.Thread(target=store.record, args=(FETCH,))
    with (store.root / "fetches.jsonl").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        writer.start()
        writer.join(timeout=0.2)
        assert len(SnapshotStore(store.root).fetches()) == 1
    writer.join()
    assert len(SnapshotStore(store.root).fetches()) == 2


def test_threads_share_one_store(store):
    threads = [
        threading.Thread(target=lambda name=name: [store.record(replace(FETCH, resource=name)) for _ in range(25)])
        for name in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.fetches()) == 100
    assert sorted(f.resource for f in SnapshotStore(store.root).fetches()) == sorted("abcd" * 25)
