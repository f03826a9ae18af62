"""The folder of files for others: whole or untouched, equal bytes for equal figures, and no night fails for it."""

import csv
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows import export
from flows.export import export_folder, write_export
from settings import SettingsError
from tests.flows.command import kpi

# What names the run that published it, or what that run changed. All else depends on the figures alone.
OF_THE_RUN = {
    *("kpi.xlsx", "scorecard.json", "datapackage.json", ".made-of"),
    *("csv/mart.run_diff.csv", "parquet/mart.run_diff.parquet"),
}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def times(folder):
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def text(folder, table):
    return (folder / "csv" / f"{table}.csv").read_text(encoding="utf-8-sig")


@pytest.fixture
def files(town):
    """The folder as the good night left it."""
    return export_folder(town.data)


# --- the night


def test_a_night_writes_the_files(files):
    assert {"kpi.xlsx", "scorecard.json", "scorecard.schema.json", "datapackage.json"} <= set(contents(files))


def test_an_unchanged_night_touches_no_file(town, files):
    before = times(files)
    assert town.night().outcome == "unchanged"
    assert times(files) == before


def test_a_night_with_a_new_figure_exports_it_and_leaves_the_files_that_say_the_same(town, files):
    before = times(files)
    figure = "kanazawa.students_leaving,17201,2019年度,1,,,人,A,secondary,hypothetical,hypothetical,,2020-05-01,,\n"
    with (town.register / "students.csv").open("a", encoding="utf-8") as register:
        register.write(figure)
    assert town.night().outcome == "ok"
    assert "kanazawa.students_leaving,17201,FY,2019-04-01,2020-03-31,FY2019,1.0," in text(files, "core.observation")
    untouched = {path for path, seen in times(files).items() if before.get(path) == seen}
    assert files / "csv" / "core.area.csv" in untouched
    assert files / "csv" / "core.observation.csv" not in untouched
    assert files / "kpi.xlsx" not in untouched


def test_a_file_that_somebody_deleted_is_back_after_an_unchanged_night(town, files):
    before = contents(files)
    (files / "kpi.xlsx").unlink()
    assert town.night().outcome == "unchanged"
    assert contents(files) == before


def test_files_that_cannot_be_written_are_said_and_the_night_counts_as_it_was(town, files):
    shutil.rmtree(files)
    files.write_text("in the way", encoding="utf-8")
    record = town.night()
    assert (record.outcome, record.exit_code) == ("unchanged", 0)
    assert "the files for others could not be written" in record.message


# --- the same figures, the same bytes


def test_two_exports_of_one_warehouse_have_the_same_bytes(town, tmp_path):
    for name in ("one", "other"):
        write_export(town.current, tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


def test_after_a_rebuild_all_files_are_equal_but_those_that_name_the_run(town, files):
    before, hash_before = contents(files), town.night(offline=True).content_hash
    shutil.rmtree(town.data / "parts")
    assert town.night(anew=True, offline=True).content_hash == hash_before
    after = contents(files)
    assert set(after) == set(before)
    assert {name for name in before if before[name] != after[name]} <= OF_THE_RUN
    assert before["scorecard.json"] != after["scorecard.json"]


# --- nothing half-written


def tampered(files):
    """An export of which every file says something else, and so will be replaced."""
    for path in files.rglob("*.*"):
        if path.is_file() and path.name not in ("datapackage.json", ".made-of"):
            path.write_bytes(b"of the night before")
    return contents(files)


@pytest.mark.parametrize("moved", [0, 1, 7, 20])
@pytest.mark.parametrize("how", [OSError("No space left on device"), KeyboardInterrupt()])
def test_an_export_that_breaks_off_while_files_move_leaves_the_old_one_whole(town, files, monkeypatch, moved, how):
    whole, replace, done = tampered(files), Path.replace, []

    def break_off(path, target):
        if ".before" not in path.parts:
            if len(done) == moved:
                raise how
            done.append(path)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", break_off)
    with pytest.raises(type(how)):
        write_export(town.current, files, anew=True)
    assert len(done) == moved
    assert contents(files) == whole
    monkeypatch.undo()
    write_export(town.current, files, anew=True)
    assert contents(files)["csv/core.kpi.csv"] != b"of the night before"


def test_an_export_that_breaks_off_while_it_writes_has_touched_nothing(town, files, monkeypatch):
    whole = tampered(files)

    def fail(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(export.scorecard, "as_json", fail)
    with pytest.raises(OSError, match="No space left"):
        write_export(town.current, files, anew=True)
    assert contents(files) == whole


def test_a_process_that_is_killed_while_it_writes_has_touched_nothing_and_its_rest_is_cleared_away(town, files):
    whole = tampered(files)
    writing = (
        "import sys, time; from pathlib import Path; from flows import export;"
        "export.scorecard.as_json = lambda *_: time.sleep(60);"
        "export.write_export(Path(sys.argv[1]), Path(sys.argv[2]), anew=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", writing, str(town.current), str(files)])
    until = time.monotonic() + 60
    while not list(files.glob(".writing-*/kpi.xlsx")):
        assert time.monotonic() < until, "it never began to write"
        time.sleep(0.05)
    process.kill()
    process.wait()
    left = f".writing-{process.pid}"
    assert {name: body for name, body in contents(files).items() if not name.startswith(left)} == whole
    write_export(town.current, files, anew=True)
    assert not (files / left).exists()


def test_a_reader_keeps_the_file_that_it_opened(town, files):
    path = files / "csv" / "core.kpi.csv"
    path.write_bytes(b"of the night before\n" * 1000)
    with path.open("rb") as reader:
        assert reader.read(20) == b"of the night before\n"
        write_export(town.current, files, anew=True)
        assert len(reader.read()) == 20 * 999
    assert path.read_bytes().startswith("\ufeffstrategy_id".encode())


def test_the_link_may_flip_while_files_are_written(town, tmp_path, monkeypatch):
    before, tables = town.current.resolve(), export.export_tables

    def flip(warehouse, *folders):
        (town.current.parent / "kpi-newer.duckdb").write_bytes(b"whoever reads this file fails")
        (tmp_path / "link").symlink_to("kpi-newer.duckdb")
        (tmp_path / "link").replace(town.current)
        return tables(warehouse, *folders)

    monkeypatch.setattr(export, "export_tables", flip)
    write_export(town.current, tmp_path / "files")
    assert before.name in (tmp_path / "files" / "scorecard.json").read_text(encoding="utf-8")


# --- other people's folders


def test_files_of_others_stay(town, tmp_path):
    mine = tmp_path / "mine"
    (mine / "csv").mkdir(parents=True)
    for name in ("notes.txt", "csv/own.csv", "~$kpi.xlsx"):
        (mine / name).write_text("mine", encoding="utf-8")
    write_export(town.current, mine)
    write_export(town.current, mine, anew=True)
    assert {contents(mine)[name] for name in ("notes.txt", "csv/own.csv", "~$kpi.xlsx")} == {b"mine"}


@pytest.mark.parametrize("package", ['{"name": "x", "resources": [{"path": "notes.txt"}]}', "[]", "no JSON"])
def test_a_data_package_of_somebody_else_is_not_overwritten(town, tmp_path, package):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "datapackage.json").write_text(package, encoding="utf-8")
    (mine / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="is not of an export; choose another folder with --to"):
        write_export(town.current, mine)
    assert contents(mine) == {"datapackage.json": package.encode(), "notes.txt": b"mine"}


def test_a_workbook_of_somebody_else_is_not_overwritten(town, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "kpi.xlsx").write_bytes(b"mine")
    with pytest.raises(SettingsError, match=r"kpi\.xlsx is not of an export"):
        write_export(town.current, mine)
    assert contents(mine) == {"kpi.xlsx": b"mine"}


def test_what_a_process_of_the_same_number_left_is_cleared_away(town, files):
    left = files / f".writing-{os.getpid()}"
    left.mkdir()
    (left / "kpi.xlsx").write_bytes(b"half")
    write_export(town.current, files, anew=True)
    assert not left.exists()


def test_a_table_that_the_warehouse_has_no_more_leaves_the_folder(town, files):
    listed = files / "datapackage.json"
    more = '"resources": [{"path": "csv/mart.old.csv"}, {"path": "../outside.csv"},'
    listed.write_text(listed.read_text(encoding="utf-8").replace('"resources": [', more), encoding="utf-8")
    for name in ("csv/mart.old.csv", "csv/own.csv", "../outside.csv"):
        (files / name).write_text("x", encoding="utf-8")
    write_export(town.current, files, anew=True)
    assert not (files / "csv" / "mart.old.csv").exists()
    assert (files / "csv" / "own.csv").exists()
    assert (files.parent / "outside.csv").exists()


# --- the command


def test_the_command_writes_anew_and_says_where_the_files_are(offline):
    data, _ = offline
    (data / "export" / "kpi.xlsx").write_bytes(b"")
    ended = kpi("export", data=data)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"{data / 'export' / 'kpi.xlsx'}" in ended.stdout
    assert (data / "export" / "kpi.xlsx").stat().st_size > 10_000


def test_the_command_writes_into_another_folder_even_while_a_run_holds_the_data(offline, tmp_path):
    from warehouse.lock import writer_lock

    data, _ = offline
    with writer_lock(data):
        assert kpi("export", data=data).returncode == 4
        ended = kpi("export", "--to", str(tmp_path / "a" / "b"), data=data)
    assert ended.returncode == 0, ended.stderr
    with (tmp_path / "a" / "b" / "csv" / "core.kpi.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 11


def test_without_a_warehouse_the_command_says_what_to_do_and_leaves_no_folder(tmp_path):
    (tmp_path / "data").mkdir()
    ended = kpi("export", "--to", str(tmp_path / "files"), data=tmp_path / "data")
    assert ended.returncode == 1
    assert ended.stderr.startswith("kpi: there is no warehouse at")
    assert "run `kpi run` first" in ended.stderr
    assert not (tmp_path / "files").exists()


def test_a_folder_that_cannot_be_made_is_named(offline, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    ended = kpi("export", "--to", str(tmp_path / "file"), data=offline[0])
    assert ended.returncode == 1
    assert str(tmp_path / "file") in ended.stderr
    assert ended.stderr.count("\n") == 1
