"""Targets from the strategy file to the marts: versions, breaks, relative targets and published interim targets.

Every figure is hypothetical: three KPIs of a town that does not exist, on series that the catalog knows.
"""

from datetime import date

import pytest

from clock import utc_now
from flows.night import Night
from flows.run import InlineRunner, run_night
from flows.verify import verify_published
from settings import load
from sources.register_row import COLUMNS
from warehouse.publish import CURRENT
from warehouse.read import ask, summary

HEAD = """
id = "town"
name_ja = "町"
name_en = "Town"
municipality_ja = "町"
municipality_en = "Town"
area = "17201"
source_ja = "架空"
source_en = "hypothetical"
first_period = "平成27年度"
last_period = "平成31年度"
printed_goal_order = [1]
goals = [{ number = 1, name_ja = "目標", name_en = "Goal" }]
"""
KPI = """
[[kpis]]
id = "{id}"
goal = 1
name_ja = "{id}"
name_en = "{id}"
direction = "increase"
unit = "人"
noise = "exact"
series = "{series}"
area = "17201"
period_kind = "FY"
"""
# Counted anew in FY2016: the old way ends in a break, and version 2 starts behind it, with a target of its own.
BROKEN = """
baseline = { period = "H26", printed = "100人", value = 100 }
[[kpis.targets]]
version = 1
period = "H31"
printed = "200人"
value = 200
[[kpis.targets]]
version = 2
period = "H31"
printed = "330人"
value = 330
valid_from = 2018-04-01
baseline = { period = "H28", printed = "300人", value = 300 }
"""
RELATIVE = """
baseline = { period = "H26", printed = "100人", value = 100 }
targets = [{ version = 1, period = "H31", printed = "120人", value = 120, kind = "relative_to_baseline" }]
"""
WITH_PATH = """
baseline = { period = "H26", printed = "100人", value = 100 }
[[kpis.targets]]
version = 1
period = "H31"
printed = "200人"
value = 200
path = [{ period = "H28", value = 110 }, { period = "H29", value = 150 }]
"""
SERIES = {
    "broken": ("kanazawa.students_leaving", BROKEN),
    "relative": ("ishikawa_labour.offers", RELATIVE),
    "stepwise": ("ishikawa_labour.offers_in_prefecture", WITH_PATH),
}
# series of, fiscal year, value, day of publication, SDMX status
FIGURES = [
    ("broken", 2014, 100, "2015-05-01", "A"),
    ("broken", 2015, 120, "2016-05-01", "A"),
    ("broken", 2016, 300, "2017-05-01", "B"),
    ("broken", 2017, 312, "2018-06-01", "A"),
    ("relative", 2014, 100, "2015-05-01", "A"),
    ("relative", 2016, 110, "2017-05-01", "A"),
    ("relative", 2014, 90, "2018-05-01", "A"),  # the baseline is restated: 120 becomes 108
    ("stepwise", 2014, 100, "2015-05-01", "A"),
    ("stepwise", 2016, 110, "2017-05-01", "A"),
]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The settings of a data folder in which one night ran."""
    folder = tmp_path_factory.mktemp("town")
    for name in ("register", "strategies"):
        (folder / name).mkdir()
    kpis = [KPI.format(id=name, series=series) + targets for name, (series, targets) in SERIES.items()]
    (folder / "strategies" / "town.toml").write_text(HEAD + "".join(kpis), encoding="utf-8")
    cells = (
        {"publisher": "hypothetical", "title": "hypothetical", "unit": "人", "evidence": "primary"}
        | {
            "series_id": SERIES[name][0],
            "area_code": "17201",
            "period": f"{year}年度",
            "value": str(value),
            "published_on": day,
            "obs_status": status,
        }
        for name, year, value, day, status in FIGURES
    )
    lines = [",".join(COLUMNS), *(",".join(cell.get(column, "") for column in COLUMNS) for cell in cells)]
    (folder / "register" / "town.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = load(folder / "data").model_copy(
        update={"strategies_dir": folder / "strategies", "register_dir": folder / "register"}
    )
    run_night(Night.begin(settings, utc_now(), offline=True, strategy=None), InlineRunner())
    return settings


@pytest.fixture
def rows(town):
    """Rows of the published warehouse, as tuples."""

    def query(text):
        return [tuple(row.values()) for row in ask(town.data_dir / "warehouse" / CURRENT, text)]

    return query


def history(rows, kpi, period, *columns):
    """These columns of every vintage of one period, oldest first."""
    return rows(
        f"SELECT vintage, {', '.join(columns)} FROM mart.kpi_progress WHERE kpi_id = '{kpi}' AND period = '{period}'"
        " AND value IS NOT NULL ORDER BY vintage"
    )


def test_a_break_suspends_the_grade_until_a_target_version_starts_behind_it(rows):
    assert history(rows, "broken", "FY2016", "target_version", "status")[0] == (date(2017, 5, 1), 1, "NA_BREAK")
    version_2 = history(rows, "broken", "FY2017", "target_version", "baseline_value", "target_value", "status")
    assert version_2 == [(date(2018, 6, 1), 2, 300, 330, "ON_TRACK")]


def test_a_figure_before_the_break_keeps_its_grade_of_the_old_version_in_the_history(rows):
    found = history(rows, "broken", "FY2015", "target_version", "status")
    assert found == [(date(2016, 5, 1), 1, "ON_TRACK"), (date(2018, 4, 1), 2, "NA_TOO_EARLY")]


def test_old_targets_stay_visible_and_the_newest_in_force_is_the_one_of_the_summary(rows, town):
    assert rows(
        "SELECT version, baseline_value, target_value, target_printed FROM core.kpi_target"
        " WHERE kpi_id = 'broken' ORDER BY version"
    ) == [(1, 100, 200, "200人"), (2, 300, 330, "330人")]
    path = town.data_dir / "warehouse" / CURRENT
    now, then = (next(r for r in summary(path, day) if r["kpi_id"] == "broken") for day in (None, date(2018, 3, 31)))
    assert (now["target_value"], then["target_value"]) == (330, 200)
    assert rows("SELECT target_version, target_value FROM mart.kpi_latest WHERE kpi_id = 'broken'") == [(2, 330)]


def test_a_relative_target_moves_with_its_restated_baseline_and_both_grades_are_there(rows):
    found = history(rows, "relative", "FY2016", "baseline_value", "round(target_value, 6)", "status", "flags")
    assert found == [
        (date(2017, 5, 1), 100, 120, "ON_TRACK", []),
        (date(2018, 5, 1), 90, 108, "ACHIEVED_EARLY", ["OVERSHOOT", "REBASED"]),
    ]
    assert rows("SELECT target_value FROM core.kpi_target WHERE kpi_id = 'relative'") == [(120,)]  # as printed


def test_published_interim_targets_replace_the_straight_line_up_to_the_mart(rows):
    assert rows("SELECT period, value FROM core.kpi_path WHERE kpi_id = 'stepwise' ORDER BY period") == [
        ("FY2016", 110),
        ("FY2017", 150),
    ]
    (found,) = history(rows, "stepwise", "FY2016", "expected_value", "pace_ratio", "status")
    assert found == (date(2017, 5, 1), 110, pytest.approx(1), "ON_TRACK")  # on the straight line it were 140
    assert rows(
        "SELECT metric, status FROM mart.kpi_yardstick WHERE kpi_id = 'stepwise' AND method_key = 'nagano'"
        " AND period = 'FY2016'"
    ) == [(110, "A")]


def test_all_of_it_is_verified(town):
    assert verify_published(town).failures == []
