"""The analysts' notebook runs through on a published warehouse and shows what the warehouse says."""

import importlib.util
import os
import subprocess
import sys

import pytest

from settings import PROJECT_ROOT
from tests.flows.command import environment
from warehouse.read import ask

NOTEBOOK = PROJECT_ROOT / "notebooks" / "analysis.py"


@pytest.fixture(scope="module")
def shown(data):
    """What the cells define, by name, after they ran."""
    spec = importlib.util.spec_from_file_location("analysis", NOTEBOOK)
    notebook = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", environment(data))
        spec.loader.exec_module(notebook)
        _, defined = notebook.app.run()
    return defined


def run(data):
    command = [sys.executable, NOTEBOOK]
    return subprocess.run(command, env=environment(data), capture_output=True, text=True, check=False)


def points(chart):
    """The rows that the layers of a chart draw."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_the_scorecard_is_that_of_the_warehouse(shown, warehouse):
    rows = ask(warehouse, "SELECT name_ja, verdict_status FROM mart.kpi_latest JOIN core.kpi USING (kpi_id, name_ja)")
    found = shown["scorecard"]
    assert dict(zip(found["name_ja"], found["verdict_status"], strict=True)) == {
        row["name_ja"]: row["verdict_status"] for row in rows
    }
    assert found["verdict_status"].tolist().count("ACHIEVED") == 1
    assert "SECONDARY_SOURCE" in found.set_index("name_ja")["flags"]["金沢地域への観光入込客数"]


def test_the_course_goes_from_baseline_to_target_and_its_dots_are_known_figures(shown):
    drawn = points(shown["course"])
    path = [(row["period"], row["value"]) for row in drawn if "point" in row]
    dots = {row["period"]: (row["value"], row["evidence"]) for row in drawn if "evidence" in row}
    assert path == [("2014", 8_440_000), ("2019", 10_000_000)]
    assert dots == {
        "2010": (8_150_000, "secondary"),
        "2014": (8_440_000, "primary"),
        "2015": (10_064_000, "secondary"),
        "2017": (10_221_000, "secondary"),
    }


def test_a_year_without_a_figure_is_neither_drawn_nor_joined(shown):
    assert not {"2016", "2018", "2019"} & {row["period"] for row in points(shown["course"]) if "evidence" in row}
    *_, dots = shown["course"].to_dict()["layer"]
    assert dots["mark"]["type"] == "point"


def test_the_restated_month_is_shown_with_both_figures_and_the_line_is_cut_there(shown, warehouse):
    (restated,) = shown["restated"].to_dict("records")
    assert (restated["period"], restated["before"], restated["after"]) == ("2024-01", 164_458, 288_767)
    assert restated["obs_status"] == "B"
    assert restated["change"] == pytest.approx(0.7559, abs=1e-4)
    line, cross = shown["restatement"].to_dict()["layer"]
    datasets = shown["restatement"].to_dict()["datasets"]
    in_force, replaced = (datasets[layer["data"]["name"]] for layer in (line, cross))
    assert [row["value"] for row in replaced] == [164_458]
    of_month = {row["period"]: row for row in in_force}
    (months,) = ask(warehouse, "SELECT count(*) AS n FROM mart.figure WHERE series_id = 'digital_tourism.visitors'")
    assert len(of_month) == len(in_force) == months["n"]
    assert of_month["2024-01"]["value"] == 288_767
    assert of_month["2023-12"]["stretch"] != of_month["2024-01"]["stretch"] == of_month["2024-02"]["stretch"]


def test_every_text_is_in_japanese_with_english_below(shown):
    assert shown["run"]["outcome"].tolist() == ["degraded"]
    texts = [text.split('"""')[0] for text in NOTEBOOK.read_text(encoding="utf-8").split('"""\n    ##')[1:]]
    assert len(texts) == 2
    for text in texts:
        japanese, english = text.index("。"), text.index("**")
        assert japanese < english


def test_it_runs_as_a_plain_program_and_leaves_the_warehouse_as_it_was(data, warehouse):
    before = (warehouse.read_bytes(), sorted(path.name for path in warehouse.parent.iterdir()))
    ended = run(data)
    assert ended.returncode == 0, ended.stderr
    assert (warehouse.read_bytes(), sorted(path.name for path in warehouse.parent.iterdir())) == before


def test_without_a_warehouse_it_fails_and_makes_none(tmp_path):
    ended = run(tmp_path)
    assert ended.returncode != 0
    assert "kpi.duckdb" in ended.stderr
    assert not (tmp_path / "warehouse").exists()
