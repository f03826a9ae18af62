"""Publishing is a flip: readers keep what they have, and nothing that is damaged or half done ever becomes current."""

import json
import shutil
from dataclasses import asdict, replace

import pytest

from tests.warehouse.figures import build, killed_at, process, publish_new
from warehouse.connect import WarehouseError, published
from warehouse.publish import CURRENT, KEEP, aside, clear_left_overs, current, publish
from warehouse.read import ask

VALUES = "SELECT value FROM core.observation ORDER BY known_from"
READER = """
import sys
from pathlib import Path
from warehouse.connect import published
path = Path(sys.argv[1])
def values(connection):
    return connection.execute("SELECT value FROM core.observation ORDER BY known_from").fetchall()
with published(path) as connection:
    print(values(connection), flush=True)
    input()
    print(values(connection), flush=True)
with published(path) as connection:
    print(values(connection), flush=True)
"""
WRITER = """
import sys
import duckdb
with duckdb.connect(sys.argv[1]):
    print("open", flush=True)
    input()
"""
PUBLISHER = """
import json
from pathlib import Path
from warehouse.publish import Manifest, publish
manifest = Manifest(**json.loads(sys.argv[2]))
arm()
publish(Path(sys.argv[1]), manifest, manifest.counts)
"""


def values(folder):
    return [row["value"] for row in ask(folder / CURRENT, VALUES)]


# --- the flip


def test_a_published_file_is_current_and_its_manifest_describes_it(tmp_path):
    path, manifest = build(tmp_path, "1", "trial")
    assert publish(path, manifest, manifest.counts) == tmp_path / "kpi-1.duckdb"
    assert (tmp_path / CURRENT).readlink().name == "kpi-1.duckdb"
    assert current(tmp_path) == manifest
    assert not path.exists()


def test_a_reader_of_this_process_keeps_the_old_file_while_a_new_one_sees_the_new(tmp_path):
    publish_new(tmp_path, "1", "trial")
    with published(tmp_path / CURRENT) as reader:
        publish_new(tmp_path, "2", "trial", "final")
        assert values(tmp_path) == [164_458, 288_767]
        assert reader.execute(VALUES).fetchall() == [(164_458,)]


def test_a_reader_of_another_process_keeps_the_old_file_until_it_connects_anew(tmp_path):
    publish_new(tmp_path, "1", "trial")
    with process(READER, tmp_path / CURRENT) as reader:
        assert reader.stdout.readline() == "[(164458.0,)]\n"
        publish_new(tmp_path, "2", "trial", "final")
        assert reader.communicate("\n", timeout=60)[0] == "[(164458.0,)]\n[(164458.0,), (288767.0,)]\n"


def test_a_reader_keeps_its_file_even_when_it_is_no_longer_among_those_that_are_kept(tmp_path):
    publish_new(tmp_path, "00", "trial")
    with published(tmp_path / CURRENT) as reader:
        for night in range(1, KEEP + 1):
            publish_new(tmp_path, f"{night:02d}", "final")
        assert not (tmp_path / "kpi-00.duckdb").exists()
        assert reader.execute(VALUES).fetchall() == [(164_458,)]


def test_a_published_file_has_no_write_permission_so_that_no_reader_locks_out_the_others(tmp_path):
    path = publish_new(tmp_path, "1", "trial")
    assert path.stat().st_mode & 0o777 == 0o444
    publish_new(tmp_path, "2", "final")
    assert values(tmp_path) == [288_767]


def test_a_file_that_somebody_holds_open_for_writing_is_an_error_that_says_so(tmp_path):
    path = publish_new(tmp_path, "1", "trial")
    path.chmod(0o644)
    with process(WRITER, path) as writer:
        assert writer.stdout.readline() == "open\n"
        with pytest.raises(WarehouseError, match="it is open for writing in another program: close it there"):
            values(tmp_path)
        writer.communicate("\n", timeout=60)
    assert values(tmp_path) == [164_458]


def test_the_last_seven_files_are_kept_with_their_manifests(tmp_path):
    for night in range(KEEP + 2):
        publish_new(tmp_path, f"{night:02d}")
    kept = [f"kpi-{night:02d}" for night in range(2, KEEP + 2)]
    assert KEEP == 7
    assert sorted(path.name for path in tmp_path.glob("kpi-*")) == sorted(
        f"{name}.{kind}" for name in kept for kind in ("duckdb", "json")
    )


def test_the_newest_file_is_kept_even_if_the_clock_went_back(tmp_path):
    for night in range(1, KEEP + 1):
        publish_new(tmp_path, f"{night:02d}")
    publish_new(tmp_path, "00", "trial")
    assert current(tmp_path).run_id == "00"
    assert values(tmp_path) == [164_458]
    assert len(list(tmp_path.glob("kpi-*.duckdb"))) == KEEP


# --- what an interrupted run leaves


def test_what_was_not_published_is_never_read(tmp_path):
    build(tmp_path, "1", "trial")
    assert current(tmp_path) is None
    with pytest.raises(WarehouseError, match=r"there is no warehouse at .*; run `kpi run` first"):
        values(tmp_path)


def test_left_overs_are_removed_and_published_files_are_not(tmp_path):
    publish_new(tmp_path, "1", "trial")
    build(tmp_path, "2", "final")
    aside(tmp_path, "2").with_suffix(".duckdb.wal").write_bytes(b"half")
    clear_left_overs(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kpi-1.duckdb", "kpi-1.json", CURRENT]
    assert values(tmp_path) == [164_458]


@pytest.mark.parametrize(
    ("event", "target"),
    [("os.rename", "/kpi-2.duckdb"), ("os.symlink", ".link"), ("os.rename", "/kpi.duckdb")],
    ids=["before the file has its name", "before there is a link", "before the flip"],
)
def test_a_run_that_is_killed_while_it_publishes_leaves_the_old_file_current(tmp_path, event, target):
    publish_new(tmp_path, "1", "trial")
    path, manifest = build(tmp_path, "2", "trial", "final")
    killed_at(event, target, PUBLISHER, path, json.dumps(asdict(manifest)))
    assert current(tmp_path).run_id == "1"
    assert values(tmp_path) == [164_458]
    clear_left_overs(tmp_path)
    assert not list(tmp_path.glob(".building*"))
    publish_new(tmp_path, "2", "trial", "final")
    assert values(tmp_path) == [164_458, 288_767]


# --- damage between build and publish


def damaged_blocks(path):
    """Write the file again and again, each time with one byte of another block turned round."""
    whole = path.read_bytes()
    for block in range(3 * 4096, len(whole), 2**18):  # behind three headers, blocks of 256 KiB
        broken = bytearray(whole)
        broken[block + 100] ^= 0xFF
        path.write_bytes(broken)
        yield block


def test_a_file_with_one_wrong_byte_is_not_published_wherever_the_byte_is(tmp_path):
    publish_new(tmp_path, "1", "trial")
    path, manifest = build(tmp_path, "2", "trial", "final")
    tried = []
    for block in damaged_blocks(path):
        tried.append(block)
        with pytest.raises(WarehouseError, match=r"; (check the disk, then )?run `kpi rebuild`$"):
            publish(path, manifest, manifest.counts)
    assert len(tried) >= 3
    assert current(tmp_path).run_id == "1"
    assert values(tmp_path) == [164_458]


@pytest.mark.parametrize("length", [0, 100, 5000, 12288, 300_000])
def test_a_file_that_broke_off_is_not_published(tmp_path, length):
    publish_new(tmp_path, "1", "trial")
    path, manifest = build(tmp_path, "2", "trial", "final")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(WarehouseError):
        publish(path, manifest, manifest.counts)
    assert values(tmp_path) == [164_458]


def test_a_sound_file_that_holds_other_figures_than_were_built_is_not_published(tmp_path):
    other, _ = build(tmp_path, "other", "final")
    path, manifest = build(tmp_path, "2", "trial")
    shutil.copy(other, path)
    with pytest.raises(WarehouseError, match="does not read back as written; check the disk"):
        publish(path, manifest, manifest.counts)
    assert current(tmp_path) is None


def test_a_sound_file_with_fewer_rows_than_were_counted_is_not_published(tmp_path):
    path, manifest = build(tmp_path, "1", "trial")
    with pytest.raises(WarehouseError, match="does not read back as written"):
        publish(path, manifest, manifest.counts | {"ops.run": 2})


def test_a_file_that_vanished_is_an_error_for_people(tmp_path):
    path, manifest = build(tmp_path, "1")
    path.unlink()
    with pytest.raises(WarehouseError, match="there is no warehouse at"):
        publish(path, manifest, manifest.counts)


# --- the manifest of the current file


def test_before_the_first_night_nothing_is_current(tmp_path):
    assert current(tmp_path) is None
    assert current(tmp_path / "missing") is None


def test_a_published_file_that_is_gone_is_not_current(tmp_path):
    publish_new(tmp_path, "1").unlink()
    assert current(tmp_path) is None


@pytest.mark.parametrize(
    "text", [None, "", "{", "null", "[]", "{}", '{"run_id": "1"}', '{"of_another_version": 1}', "\x00"]
)
def test_a_file_whose_manifest_is_missing_damaged_or_of_another_version_is_built_anew(tmp_path, text):
    manifest = publish_new(tmp_path, "1").with_suffix(".json")
    manifest.unlink()
    if text is not None:
        manifest.write_text(text)
    assert current(tmp_path) is None


def test_a_manifest_survives_the_way_through_its_file(tmp_path):
    path, manifest = build(tmp_path, "1", "trial")
    manifest = replace(manifest, inputs="指紋", valid_until="2026-12-01")
    publish(path, manifest, manifest.counts)
    assert current(tmp_path) == manifest
    assert manifest.counts["core.observation"] == 1
