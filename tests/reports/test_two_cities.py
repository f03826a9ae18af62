"""Two strategies in one warehouse: each city has its own, and a figure that is too old is so wherever it is shown."""

import json
from datetime import date

import pytest
from openpyxl import load_workbook

from flows.export import write_export
from reports.kpi_tables import progress_table
from reports.words import STATUS, TARGET_IS_AHEAD
from tests.reports.test_terminal import printed
from warehouse.read import ask, summary


@pytest.fixture(scope="module")
def of_two(two_cities):
    return two_cities / "data"


@pytest.fixture(scope="module")
def current(of_two):
    return of_two / "warehouse" / "kpi.duckdb"


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

    def test_nor_on_its_page(self, of_two):
        page = (of_two / "report" / "en" / "kpi" / "example_guests.html").read_text(encoding="utf-8")
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


CITIES = {"kanazawa-2015": ("金沢市", "Kanazawa City"), "example-2030": ("例示市", "Example City")}


class TestTargetAhead:
    """A target period that is not over is not judged, and what the newest figure lacks is said of the newest figure."""

    @pytest.mark.parametrize(("lang", "folder"), [(0, "."), (1, "en")], ids=["ja", "en"])
    @pytest.mark.parametrize("kpi", ["example_births", "example_guests"])
    def test_its_page_says_that_it_is_not_over(self, of_two, lang, folder, kpi):
        page = (of_two / "report" / folder / "kpi" / f"{kpi}.html").read_text(encoding="utf-8")
        _, tile = page.split(f"<dt>{('目標時点の判定', 'Judged at the target')[lang]}</dt>")
        tile = tile.partition("</div>")[0]
        assert TARGET_IS_AHEAD[lang] in tile
        assert STATUS["NA_STALE"][lang] not in tile
        assert STATUS["NA_NO_DATA"][lang] not in tile

    def test_the_reason_stands_with_the_newest_figure(self, of_two):
        page = (of_two / "report" / "en" / "kpi" / "example_guests.html").read_text(encoding="utf-8")
        tile = page.partition("<dt>Newest figure judged</dt>")[2].partition("</div>")[0]
        assert "the newest figure, 2019, is more than two years old" in tile

    def test_so_say_the_overview_the_terminal_and_the_workbook(self, of_two, current, exported):
        front = (of_two / "report" / "index.html").read_text(encoding="utf-8")
        assert front.count(f"</span>{TARGET_IS_AHEAD[0]}") == 2
        assert printed(progress_table(summary(current), "en")).count("the target period is not") == 2
        sheet = load_workbook(exported / "kpi.xlsx")["summary"]
        rows = {str(row[0]).partition("\n")[0]: row[3] for row in sheet.iter_rows(values_only=True)}
        assert rows["出生数"] == rows["宿泊客数"] == "\n".join(TARGET_IS_AHEAD)
        assert rows["合計特殊出生率"] == "\n".join(STATUS["FINAL_PENDING"])

    def test_before_its_end_it_was_not_over_and_behind_it_it_is(self, current):
        def ahead(day):
            return {row["kpi_id"]: row["target_is_ahead"] for row in summary(current, day)}["visitors"]

        assert [ahead(date(2019, 12, 31)), ahead(date(2020, 1, 1))] == [True, False]


def test_an_english_footer_joins_its_documents_as_english_does(of_two):
    page = (of_two / "report" / "en" / "index.html").read_text(encoding="utf-8").partition("<footer>")[2]
    assert "<span>hypothetical example</span>, <span>Kanazawa City" in page


class TestOneOfEach:
    """Every strategy has its own heading and its own count, and a KPI says whose it is."""

    def test_the_terminal_has_a_table_a_strategy_with_its_city_and_its_count(self, two_cities, current):
        said = (two_cities / "said").read_text(encoding="utf-8")
        example, kanazawa = said.index("例示市 例示市総合戦略："), said.index("金沢市 金沢版総合戦略：")
        assert "（全2件）" in said[example:kanazawa]
        assert "（全5件）" in said[kanazawa:]
        assert example < said.index("宿泊客数") < kanazawa < said.index("合計特殊出生率")
        english = printed(progress_table(summary(current), "en"))
        assert "Example City, Example City Strategy: ？ not known, or cannot be judged 2 (of 2)" in english
        assert "Kanazawa City, Kanazawa Comprehensive Strategy: ◎ met or kept 1" in english

    def test_the_overview_has_a_heading_and_a_count_a_strategy(self, of_two):
        page = (of_two / "report" / "en" / "index.html").read_text(encoding="utf-8")
        _, example, kanazawa = page.split("<h2>")[:3]
        assert example.startswith("Example City Strategy (Example City, ")
        assert kanazawa.startswith("Kanazawa Comprehensive Strategy (Kanazawa City, ")
        for part, count, kpis in ((example, 2, {"Births", "Guests"}), (kanazawa, 5, {"Total fertility rate"})):
            assert f'<li class="of">of {count}</li>' in part
            assert {name for name in ("Births", "Guests", "Total fertility rate") if f">{name}</a>" in part} == kpis

    @pytest.mark.parametrize(("lang", "folder"), [(0, "."), (1, "en")], ids=["ja", "en"])
    @pytest.mark.parametrize(("kpi", "strategy"), [("tfr", "kanazawa-2015"), ("example_births", "example-2030")])
    def test_a_kpi_page_names_the_city_and_leads_to_its_own_goal(self, of_two, lang, folder, kpi, strategy):
        page = (of_two / "report" / folder / "kpi" / f"{kpi}.html").read_text(encoding="utf-8")
        crumb = page.partition('<p class="crumb">')[2].partition("</p>")[0]
        assert crumb.startswith(CITIES[strategy][lang])
        assert f'href="../goals.html#{strategy}/1"' in crumb
        goals = (of_two / "report" / folder / "goals.html").read_text(encoding="utf-8")
        assert goals.count(f'id="{strategy}/1"') == 1


def test_with_one_strategy_there_is_one_table_and_no_heading_for_it(report, warehouse):
    assert "KPI進捗 / KPI progress" in printed(progress_table(summary(warehouse), "ja"))
    front = (report / "index.html").read_text(encoding="utf-8").partition("<main")[2]
    assert front.index('class="cards"') < front.index("<h2>")
    assert front.count('class="cards"') == 1
