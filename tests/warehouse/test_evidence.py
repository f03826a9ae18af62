"""What a published file knows of why a KPI stands where it stands, down to the bytes of the vintage that counted."""

from datetime import date

import pytest

from records import Period
from tests.warehouse.figures import FINAL, JANUARY_2024, TRIAL, uses
from warehouse.build import building
from warehouse.evidence import Evidence, evidence, yardsticks

KPI = {"strategy_id": "s", "kpi_id": "a", "number": 1, "series_id": "digital_tourism.visitors", "area_code": "17201"}
BYTES = {"snapshot_id": "f" * 64, "resource_id": "digital_tourism/city-2024"}
MONTH = {"period_kind": "month", "period_start": JANUARY_2024.start, "period_end": JANUARY_2024.end}
TRIAL_DAY, FINAL_DAY = date(2024, 2, 1), date(2025, 3, 1)


def row(vintage, value, status):
    about = {"kpi_id": "a", "period": "2024-01", **MONTH, "vintage": vintage}
    return about | {"value": value, "status": status, "direction": "increase", "target_period": "2024-12"}


def rule(vintage, place, condition, *, held):
    about = {"kpi_id": "a", **MONTH, "vintage": vintage, "step": place, "status": "ON_TRACK"}
    return about | {"condition": condition, "numbers": "{}", "held": held}


def answer(vintage, word):
    about = {"kpi_id": "a", "period": "2024-01", **MONTH, "vintage": vintage, "method_key": "nagano"}
    return about | {"status": word, "own_status": "ON_TRACK", "reason": ""}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """January 2024 as the digital tourism statistics told it in 2024 and restated it in 2025."""
    folder = tmp_path_factory.mktemp("evidence")
    path = folder / "kpi.duckdb"
    with building(path) as builder:
        builder.insert("core.kpi", [KPI, {"kpi_id": "b", "strategy_id": "s", "number": 2}])
        targets = [(1, date(2015, 4, 1)), (2, date(2025, 4, 1))]
        builder.insert("core.kpi_target", [{"kpi_id": "a", "version": n, "valid_from": day} for n, day in targets])
        builder.insert("core.snapshot", [BYTES | {"url": "https://example.jp/city2024.csv"}])
        progress = [row(TRIAL_DAY, 164_458.0, "ON_TRACK"), row(FINAL_DAY, 288_767.0, "ACHIEVED_EARLY")]
        builder.insert("mart.kpi_progress", progress)
        steps = [rule(FINAL_DAY, 2, "held", held=True), rule(FINAL_DAY, 1, "tried", held=False)]
        builder.insert("mart.kpi_trace", [*steps, rule(TRIAL_DAY, 1, "of the trial", held=True)])
        builder.insert("mart.kpi_yardstick", [answer(TRIAL_DAY, "C"), answer(FINAL_DAY, "A")])
        builder.load_figures(uses(folder, [TRIAL], [FINAL | BYTES | {"source_line": 808}]))
    return path


def test_a_row_leads_down_to_the_bytes_of_the_vintage_that_it_rests_on(path):
    found = evidence(path, "a")
    (newest,) = found.rows
    (figure,) = found.figures_behind(newest)
    assert (newest["value"], figure["raw_text"], figure["source_line"]) == (288_767, "288767", 808)
    assert (figure["role"], figure["snapshot_id"]) == ("actual", "f" * 64)
    assert figure["url"] == "https://example.jp/city2024.csv"


def test_the_rules_of_a_row_are_those_of_its_vintage_in_order(path):
    found = evidence(path, "a")
    assert [step["condition"] for step in found.trace(found.rows[0])] == ["tried", "held"]


def test_as_of_a_day_neither_rows_nor_rules_nor_figures_nor_targets_of_later_are_known(path):
    found = evidence(path, "a", as_of=date(2024, 6, 1))
    (then,) = found.rows
    assert (then["value"], then["status"]) == (164_458, "ON_TRACK")
    assert [step["condition"] for step in found.trace(then)] == ["of the trial"]
    assert [figure["raw_text"] for figure in found.figures_behind(then)] == ["164458"]
    assert [target["version"] for target in found.targets] == [1]
    assert [target["version"] for target in evidence(path, "a").targets] == [1, 2]


def test_another_period_and_a_kpi_without_rows_have_nothing(path):
    assert evidence(path, "a", "1999").rows == []
    nothing = evidence(path, "b")
    assert (nothing.rows, nothing.steps, nothing.figures) == ([], [], [])


def test_yardsticks_are_those_of_the_newest_vintage_known_on_the_day(path):
    assert [row["status"] for row in yardsticks(path, "a")] == ["A"]
    assert [row["status"] for row in yardsticks(path, as_of=date(2024, 6, 1))] == ["C"]
    assert yardsticks(path, "b") == []


def count(first, last, value):
    """A count of one or several fiscal years; hypothetical."""
    period = Period.fy(first) if first == last else Period.window(first, last, fiscal=True)
    about = {"period": period.label, "period_start": period.start, "period_end": period.end, "value": value}
    return about | {"period_kind": period.kind.value, "known_from": date(2018, 4, 1), "known_to": None}


@pytest.mark.parametrize(
    ("counts", "behind"),
    [
        ([count(2015, 2015, 4), count(2016, 2016, 6), count(2017, 2017, 12)], ["FY2017", "FY2015", "FY2016"]),
        ([count(2015, 2015, 4), count(2017, 2017, 6), count(2015, 2017, 22)], ["FY2015-2017"]),
        ([count(2015, 2016, 10), count(2017, 2017, 12)], ["FY2017", "FY2015-2016"]),
        ([count(2015, 2015, 4), count(2016, 2017, 18), count(2012, 2017, 40)], ["FY2015", "FY2016-2017"]),
        ([count(2015, 2015, 4), count(2016, 2016, 6), count(2017, 2017, 12), count(2015, 2017, 23)],
         ["FY2017", "FY2015", "FY2016"]),
    ],
)  # fmt: skip
def test_behind_a_running_total_are_the_counts_that_it_adds_up_and_no_others(counts, behind):
    total = {"direction": "cumulative", "period": "FY2017", "period_kind": "FY", "period_end": Period.fy(2017).end}
    total |= {"vintage": date(2018, 4, 1), "baseline_period": "FY2014"}
    found = Evidence([], [], counts, [], []).figures_behind(total)
    assert [figure["period"] for figure in found] == behind
