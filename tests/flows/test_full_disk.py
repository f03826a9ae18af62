"""A night whose disk is full: what failed, where and what to do is said, and its record does not hide it."""

from dataclasses import replace

import pytest

from flows import run as running
from flows.doctor_kept import last_run
from flows.run_record import past_runs
from tests.flows.command import kpi


@pytest.mark.parametrize("small_disk", [60, 500, 5000], indirect=True, ids=["parts", "file", "end of the file"])
def test_a_night_without_room_names_place_and_remedy_and_its_record_says_so(small_disk):
    data = small_disk / "data"
    ended = kpi("run", "--offline", "--inline", data=data)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1), ended.stderr
    assert str(data) in ended.stderr
    assert ended.stderr.endswith("No space left on device; make room on that disk, see `kpi doctor`\n")
    (record,) = past_runs(data / "runs")
    assert record.outcome == "failed"
    assert "No space left on device" in record.message
    assert [path.name for path in data.rglob("*") if path.name.startswith(".building") or path.suffix == ".tmp"] == []


def fill(folder):
    """Write until nothing more fits, not even a record."""
    with (folder / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1024))


@pytest.fixture
def full(new_town, small_disk, monkeypatch):
    """A town on a small disk that becomes full as soon as the night fetches."""
    town = replace(new_town, data=small_disk / "data")
    monkeypatch.setattr(running, "_gather", lambda *_, **__: fill(small_disk))
    return town


@pytest.mark.parametrize("small_disk", [500], indirect=True)
def test_a_record_that_cannot_be_saved_does_not_hide_what_broke_first(full, small_disk):
    with pytest.raises(OSError, match="No space left on device") as broke:
        full.night(offline=True)
    assert (broke.value.filename, broke.value.__context__) == (str(full.data), None)
    (killed,) = last_run(full.begin())
    assert killed.code == "last_run.killed"
    assert "or its disk was full" in killed.row("en")["found"]
    (small_disk / "filler").unlink()
    with pytest.raises(OSError, match="No space left on device"):
        full.night(offline=True)
    assert past_runs(full.data / "runs")[0].message == "killed before it could end, or its disk was full"


@pytest.mark.parametrize("small_disk", [500], indirect=True)
def test_a_night_that_finds_the_disk_full_names_the_data_folder(full, small_disk):
    full.begin().make_folders()
    with pytest.raises(OSError, match="No space left"):
        fill(small_disk)
    ended = kpi("run", "--offline", "--inline", data=full.data)
    assert ended.returncode == 1
    said = "No space left on device; make room on that disk, see `kpi doctor`"
    assert ended.stderr == f"kpi: {full.data}: {said}\n"
