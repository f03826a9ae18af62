"""The pages on which readers of e-Stat's answers are measured, and that a reader which does not run is told."""

import csv
import io
import json

import pytest

from benchmarks import estat_race
from benchmarks.estat_pages import CSV_CALL, Load, serving
from benchmarks.estat_peers import AbsentError
from benchmarks.estat_race import race, reading
from benchmarks.process import PYTHON


@pytest.fixture(scope="module")
def load():
    return Load(100_700)


def cells_of_json(body):
    values = json.loads(body)["GET_STATS_DATA"]["STATISTICAL_DATA"]["DATA_INF"]["VALUE"]
    return [(v["@cat01"], v["@area"], v["@time"], v["@unit"], v["$"]) for v in values]


def cells_of_csv(body):
    lines = list(csv.reader(io.StringIO(body.decode())))
    header, *rows = lines[lines.index(["VALUE"]) + 1 :]
    columns = [header.index(name) for name in ("cat01_code", "area_code", "time_code", "unit", "value")]
    return [tuple(row[at] for at in columns) for row in rows]


def test_the_csv_form_of_an_answer_has_the_same_cells(load):
    start = 100_001
    assert cells_of_csv(load.page(start, path=CSV_CALL)) == cells_of_json(load.page(start))


def test_an_answer_is_made_once(load):
    assert load.page(100_001, "N") is load.page(100_001, "N")
    assert "CLASS_INF" not in json.loads(load.page(100_001, "N"))["GET_STATS_DATA"]["STATISTICAL_DATA"]


@pytest.mark.parametrize(
    ("walked", "names"),
    [(False, ["floor", "frame", "duckdb", "ours", "stored"]), (True, ["floor", "frame", "ours", "stored"])],
    ids=["from files", "over HTTP"],
)
def test_readers_take_turns_and_find_every_cell(load, tmp_path, walked, names):
    load.write(tmp_path)
    with serving(load) as address:
        found = race(names, address if walked else str(tmp_path), 1, warm_up=False)
    assert found.absent == {}
    assert {name: lap.rows for name, lap in found.laps.items()} == dict.fromkeys(names, 100_700)
    assert found.ratio("ours") > 0


def test_a_client_that_does_not_run_is_told_with_its_reason_and_the_others_go_on(load, tmp_path, monkeypatch):
    load.write(tmp_path)
    monkeypatch.setattr(estat_race, "python_of", lambda name: PYTHON)  # an environment without any other client
    found = race(["floor", "estats-client"], str(tmp_path), 1)
    assert list(found.laps) == ["floor"]
    assert found.told({"estats-client": "it"})["it"].startswith("not measured: does not run: ModuleNotFoundError")
    assert found.faster("floor", ["estats-client"])[0] == "none"


def test_a_client_that_cannot_be_installed_is_told(tmp_path, monkeypatch):
    def not_there(name):
        raise AbsentError("cannot be installed: no such package")

    monkeypatch.setattr(estat_race, "python_of", not_there)
    with pytest.raises(AbsentError), reading("pandas-estat", str(tmp_path)):
        pass
    assert race(["pandas-estat"], str(tmp_path), 1).absent == {"pandas-estat": "cannot be installed: no such package"}
