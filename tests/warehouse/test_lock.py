"""One writer per data folder: a second one is told at once who holds it, and a dead owner is in nobody's way."""

import errno
import fcntl
import logging
import os
import signal
from threading import Timer

import pytest

from tests.warehouse.figures import process
from warehouse.lock import LockedError, writer_lock

HOLDER = """
import sys
from pathlib import Path
from warehouse.lock import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""
NO_OWNER = [b"", b"\xff\xfe", b"{", b"null", b"[]", b"{}", b'"owner"', b'{"pid": 1}', b"\x00" * 9]


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the folder until it is told to go on."""
    with process(HOLDER, tmp_path) as other:
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


def test_a_second_process_is_refused_at_once_and_told_pid_and_start(tmp_path, holder):
    with pytest.raises(LockedError) as caught, writer_lock(tmp_path):
        pytest.fail("two writers in one folder")
    assert holder.poll() is None
    message = str(caught.value)
    assert f"another run holds {tmp_path} (pid {holder.pid}, started 20" in message
    assert message.endswith("; wait for it or stop it")
    assert "\n" not in message


def test_somebody_who_only_looks_at_who_holds_the_folder_stops_no_run(tmp_path):
    (tmp_path / "writer.lock").touch()
    with (tmp_path / "writer.lock").open() as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        Timer(0.03, lambda: fcntl.flock(look, fcntl.LOCK_UN)).start()
        with writer_lock(tmp_path):
            assert f'"pid": {os.getpid()}' in (tmp_path / "writer.lock").read_text(encoding="utf-8")


def test_a_file_system_without_locks_is_not_taken_for_another_run(tmp_path, monkeypatch):
    def no_locks(descriptor, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with (
        pytest.raises(
            LockedError, match=r"cannot be locked \(No locks available\); keep the data folder on a local disk"
        ),
        writer_lock(tmp_path),
    ):
        pytest.fail("nobody holds it")


def test_being_refused_takes_nothing_from_the_owner(tmp_path, holder):
    for _ in range(2):
        with pytest.raises(LockedError, match=f"pid {holder.pid}"), writer_lock(tmp_path):
            pytest.fail("two writers in one folder")


def test_when_the_owner_has_ended_the_next_one_gets_the_folder_without_a_word(tmp_path, holder, caplog):
    holder.communicate("\n", timeout=60)
    with writer_lock(tmp_path):
        pass
    assert caplog.messages == []


def test_an_owner_that_was_killed_is_taken_over_with_a_warning_that_names_it(tmp_path, holder, caplog):
    holder.send_signal(signal.SIGKILL)
    holder.wait(timeout=60)
    with writer_lock(tmp_path):
        pass
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert f"pid {holder.pid}, started 20" in record.getMessage()


def test_a_run_that_failed_has_let_go_in_good_order(tmp_path, caplog):
    with pytest.raises(ZeroDivisionError), writer_lock(tmp_path):
        raise ZeroDivisionError
    with writer_lock(tmp_path):
        pass
    assert caplog.messages == []


def test_two_writers_in_one_process_are_two_writers(tmp_path):
    with writer_lock(tmp_path):
        with pytest.raises(LockedError), writer_lock(tmp_path):
            pytest.fail("two writers in one folder")
        with pytest.raises(LockedError), writer_lock(tmp_path):
            pytest.fail("being refused let go of the first one's lock")


def test_every_folder_has_a_lock_of_its_own(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with writer_lock(tmp_path / "one"), writer_lock(tmp_path / "two"):
        assert {path.parent.name for path in tmp_path.rglob("writer.lock")} == {"one", "two"}


@pytest.mark.parametrize("content", NO_OWNER)
def test_a_free_lock_file_of_any_content_is_taken(tmp_path, caplog, content):
    (tmp_path / "writer.lock").write_bytes(content)
    with writer_lock(tmp_path):
        pass
    assert caplog.messages == []
    assert (tmp_path / "writer.lock").read_bytes() == b""


@pytest.mark.parametrize("content", NO_OWNER)
def test_a_held_lock_file_that_cannot_be_read_still_refuses(tmp_path, content):
    (tmp_path / "writer.lock").write_bytes(content)
    with (tmp_path / "writer.lock").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(LockedError, match="owner unknown"), writer_lock(tmp_path):
            pytest.fail("two writers in one folder")
