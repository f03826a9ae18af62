"""Two strategies in one warehouse: each city has its own, and a figure that is too old is so wherever it is shown."""

import json

import pytest
from openpyxl import load_workbook

from flows.export import write_export
from reports.words import STATUS
from warehouse.read import ask, summary


@pytest.fixture(scope="module")
def data(two_cities):
    return two_cities / "data"


@pytest.fixture(scope="module")
def current(data):
    return data / "warehouse" / "kpi.duckdb"


@pytest.fixture(scope="module")
def exported(current, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    write_export(current, folder)
    return folder


class TestTooOld:
    """The guests of 2019, the newest known: the row of 2019 is graded, the latest figure is too old for a grade."""

    STANDING = ("NA_STALE", "−")

    def test_the_row_of_its_own_period_keeps_status_and_grade(self, current):
        of_2019 = "FROM mart.kpi_progress WHERE kpi_id = 'example_guests' AND period = '2019'"
        (row,) = ask(current, f"SELECT status, jp_grade {of_2019}")
        assert tuple(row.values()) == ("MOVING_AWAY", "D")

    def test_the_latest_figure_has_neither_in_the_mart_and_in_the_summary(self, current):
        (mart,) = ask(
            current, "SELECT latest_status, latest_jp_grade FROM mart.kpi_latest WHERE kpi_id = 'example_guests'"
        )
        shown = next(row for row in summary(current) if row["kpi_id"] == "example_guests")
        assert tuple(mart.values()) == (shown["latest_status"], shown["latest_jp_grade"]) == self.STANDING

    def test_nor_on_its_page(self, data):
        page = (data / "report" / "en" / "kpi" / "example_guests.html").read_text(encoding="utf-8")
        tile = page.partition("<dt>Newest figure judged</dt>")[2].partition("</div>")[0]
        assert STATUS["NA_STALE"][1] in tile
        assert "Grade −" in tile

    def test_nor_in_the_scorecard(self, exported):
        card = json.loads((exported / "scorecard.json").read_text(encoding="utf-8"))
        kpis = {kpi["id"]: kpi for city in card["strategies"] for goal in city["goals"] for kpi in goal["kpis"]}
        latest = kpis["example_guests"]["latest"]
        assert (latest["status"]["code"], latest["jp_grade"]) == self.STANDING

    def test_nor_in_the_workbook(self, exported):
        sheet = load_workbook(exported / "kpi.xlsx")["summary"]
        (row,) = (row for row in sheet.iter_rows(values_only=True) if row[0] == "宿泊客数\nGuests")
        assert row[8:10] == ("\n".join(STATUS["NA_STALE"]), "−")
