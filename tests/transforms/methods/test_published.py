"""What the institutions published, recomputed by their own methods: number to the digit, word to the letter."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.methods.builders import NONE, case, yearly
from transforms.methods import METHODS, Assessment, Case

CASES = Path(__file__).resolve().parents[3].parent / "shared/cases/progress_cases.csv"

# Statistics Canada, Canadian Indicator Framework and Global Indicator Framework, indicator_calculation_components.yml
# (repositories cif-data-donnees-cic and sdg-data-donnees-odd, read 2026-11-23).
STATCAN_TARGET = [
    (case("decrease", (2015, 14.5), (2030, 7.25), (2023, 10.4)), 0.9010899546976208, "moderate_progress"),
    (case("decrease", (2015, 14.5), (2030, 7.25), (2023, 10.2)), 0.9525901792032172, "substantial_progress"),
    (case("increase", (2015, 0.37), (2030, 60), (2024, 14.63)), 1.249622415033452, "substantial_progress"),
    (case("increase", (2015, 10.1), (2030, 30), (2023, 13.7)), 0.5160064971944834, "limited_progress"),
    (case("increase", (2016, 66), (2030, 71), (2021, 64)), -1.1731882600976888, "deterioration"),
    (case("decrease", (2015, 8.1), (2025, 8), (2023, 7.3)), 10.402574542255982, "target_achieved"),
    (case("increase", (2015, 92), (2030, 100), (2019, 92)), 0.0, "limited_progress"),
    (case("increase", (2015, 100), (2030, 100), (2022, 100)), None, "target_achieved"),
    (case("decrease", (2017, 5.5), (2030, 3), (2017, 5.5)), None, "not_available"),
    (case("decrease", (2015, 81124), (2030, 0.001), (2023, 0)), 1.4224293446258616, "target_achieved"),
]
STATCAN_NO_TARGET = [
    (case("increase", (2016, 66.6), NONE, (2023, 71.4), limit=100), 0.009991483690946268, "moderate_progress"),
    (case("increase", (2015, 90.0), NONE, (2021, 93.2), limit=100), 0.005839995229728112, "substantial_progress"),
    (case("increase", (2016, 99.47), NONE, (2022, 99.57), limit=100), 0.00016748456325199612, "moderate_progress"),
    (case("increase", (2021, 79.0), NONE, (2022, 79.0), limit=100), 0.0, "limited_progress"),
    (case("decrease", (2015, 178.8), NONE, (2024, 171.9)), 0.004363225612730504, "limited_progress"),
    (case("decrease", (2015, 2049.0), NONE, (2022, 2062.0)), -0.000903910615186243, "deterioration"),
    (case("increase", (2022, 18.41), NONE, (2022, 18.41), limit=100), None, "not_available"),
]
# EUSTAT, repository EUSTAT-PRE/data, indicator_calculation_components.yml, revision 0f34aa00.
EUSTAT_TARGET = [
    (case("decrease", (2016, 16.4), (2030, 8.2), (2024, 17.8)), -0.21306857311214195, "significant_deterioration"),
    (case("decrease", (2016, 20.6), (2030, 20.5), (2024, 20.6)), 0.0, "moderate_deterioration"),
    (case("increase", (2015, 99.6), (2030, 99.9), (2023, 99.8)), 1.2506577815013848, "significant_progress"),
    (case("increase", (2015, 99.9), (2030, 99.9), (2023, 99.9)), None, "significant_progress"),
    (case("decrease", (2015, 0.09), (2030, 0.5), (2024, 0.18)), -0.6610459297009269, "significant_progress"),
    (case("decrease", (2015, -6.21), (2030, -45), (2023, -21.98)), 1.2126558572582298, "significant_progress"),
    (case("decrease", (2016, 105.2), (2030, 105), (2023, 101.1)), 41.664992888862066, "significant_progress"),
    (case("decrease", (2016, 1.0), (2030, 1.03), (2022, 1.07)), -5.365444016185594, "significant_deterioration"),
    (case("decrease", (2015, 66.3), (2030, 60), (2024, 62.8)), 0.9055989694939527, "moderate_progress"),
    (case("decrease", (2015, 5.3), (2030, 70), (2024, 0.0)), 5.326507991358079, "significant_progress"),
]
EUSTAT_NO_TARGET = [
    (case("increase", (2015, 82.7), NONE, (2025, 82.4)), -0.0003633504836403345, "no_progress"),
    (case("increase", (2015, 69.9), NONE, (2023, 70.3)), 0.0007135231337143111, "no_progress"),
    (case("increase", (2017, 94.7), NONE, (2024, 88.0)), -0.010427705639413865, "significant_deterioration"),
    (case("increase", (2017, 88.3), NONE, (2024, 94.9)), 0.010350860192782863, "significant_progress"),
    (case("decrease", (2013, 35.6), NONE, (2023, 36.1)), -0.0013956958261958086, "moderate_deterioration"),
    (case("increase", (2016, 98.77), NONE, (2023, 99.03), limit=100), 0.0003756304762048135, "moderate_progress"),
    (case("increase", (2015, 96.0), NONE, (2025, 99.1), limit=100), 0.003183180580377254, "significant_progress"),
    (case("increase", (2015, 100.0), NONE, (2024, 100.0), limit=100), 0.0, "significant_progress"),
    (case("increase", (2015, 81.8), NONE, (2024, 81.8), limit=100), 0.0, "no_progress"),
    (case("decrease", (2015, 0.02), NONE, (2024, 0.0), limit=0), 1.0, "significant_progress"),
]
# Destatis, repository open-sdg-data-starter, revision 0a01ea29; indicator numbers beside the cases. Only the symbol is
# published.
DESTATIS = [
    # 11.1.a, 2014 and 2021
    (case("decrease", target=(2030, 30), observations=yearly(2009, 94, 87, 81, 74, 73, 69)), ..., "SUN"),
    (case("decrease", target=(2030, 30), observations=yearly(2016, 62, 58, 56, 52, 53, 53)), ..., "CLOUD"),
    # 12.4, 2019
    (
        case("decrease", target=(2030, 10), observations=yearly(2014, 15.587, 15.082, 14.766, 14.338, 14.021, 13.949)),
        ...,
        "LIGHT_CLOUD",
    ),
    # 11.3.a, 2015
    (
        case("decrease", target=(2030, 13), observations=yearly(2010, 14.5, 16.1, 16.6, 16.4, 15.9, 15.6)),
        ...,
        "THUNDER",
    ),
    # 8.1, 2013: four points are enough
    (case("increase", target=(2030, 136.8), observations=yearly(2010, 100, 98, 101, 101)), ..., "CLOUD"),
    # 4.1.a, 2015: met before the target year
    (case("decrease", target=(2020, 10), observations=yearly(2010, 11.9, 11.6, 10.4, 9.8, 9.5, 9.8)), ..., "SUN"),
    # 8.2.c, 2022: at most 60 every year
    (
        case("maintain_max", NONE, (None, 60), NONE, "maintain", yearly(2017, 64, 60.8, 58.7, 68, 67.9, 64.4)),
        ...,
        "THUNDER",
    ),
    # 16.3.b, 2018 and 2022: only a direction
    (case("increase", kind="direction_only", observations=yearly(2013, 16, 30, 30, 31, 32, 31)), ..., "LIGHT_CLOUD"),
    (case("increase", kind="direction_only", observations=yearly(2017, 32, 31, 34, 36, 36, 30)), ..., "THUNDER"),
]
# SDSN and IEEP, 2019 Europe Sustainable Development Report, database. Only the arrow is published.
SDSN = [
    (case("increase", (2014, 15.4), (2030, 40), (2017, 18.9), required_rate_horizon_years=15), ..., "moderate"),
    (case("decrease", (2014, 15.5), (2030, 14), (2017, 15.4), required_rate_horizon_years=15), ..., "stagnating"),
    (case("decrease", (2013, 11.7), (2030, 10), (2016, 10.9), required_rate_horizon_years=15), ..., "up"),
    (case("decrease", (2013, 5.4), (2030, 20), (2016, 5.6), required_rate_horizon_years=15), ..., "up"),
    (case("increase", (2014, 89.3), (2030, 85), (2017, 83.9), required_rate_horizon_years=15), ..., "down"),
]
# 長野県 政策評価 of FY2017, 2018-09-20.
NAGANO = [
    (case("increase", (2014, -3703), (2019, -2000), (2017, -2530), milestone=-2700), -2700, "A"),
    (case("increase", (2012, 8012), (2017, 8220), (2015, 7612), milestone=8137), 8137, "C"),
    (case("increase", (2014, 1.54), (2019, 1.68), (2017, 1.56)), 1.624, "C"),
    (case("increase", (2013, 79.83), (2019, None), (2017, None), "missing_current"), None, "-"),
    (
        case(
            "increase",
            (2012, 7153),
            (2017, 7338.699),
            (2015, 7612),
            "target_rebased",
            original_baseline=8012,
            original_milestone=8137,
        ),
        (7612 - 7153) / 71.53,
        "A",
    ),
]
# 厚生労働省 健康日本21（第二次）最終評価: the method's worked example, daily steps of men, dialysis patients.
HEALTH_JAPAN_21 = [
    (case("increase", (None, 25), (None, 80), (None, 28), "rule_example"), 12.0, "C"),
    (case("increase", (2010, 7841), (2022, 9000), (2019, 7864)), 23 / 78.41, "C"),
    (case("decrease", (2011, 16801), (2022, 15000), (2019, 16019)), -782 / 168.01, "C"),
]
# 大崎町（鹿児島県）総合戦略 FY2015, column 達成率.
SIMPLE_RATIO = [
    (case("increase", target=(2019, 80), current=(2015, 75)), 93.8, ""),
    (case("cumulative", target=(2019, 5), current=(2015, 1)), 20.0, ""),
    (case("cumulative", target=(2019, 50), current=(2015, 0)), 0.0, ""),
]
PUBLISHED: dict[str, list[tuple[Case, Any, str]]] = {
    "statcan_target": STATCAN_TARGET,
    "statcan_no_target": STATCAN_NO_TARGET,
    "eustat_target": EUSTAT_TARGET,
    "eustat_no_target": EUSTAT_NO_TARGET,
    "destatis": DESTATIS,
    "sdsn": SDSN,
    "nagano": NAGANO,
    "health_japan_21": HEALTH_JAPAN_21,
    "simple_ratio": SIMPLE_RATIO,
}


@pytest.mark.parametrize(
    ("key", "given", "metric", "status"),
    [(key, *row) for key, rows in PUBLISHED.items() for row in rows],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_published_case_comes_out_as_published(key: str, given: Case, metric: Any, status: str) -> None:
    found = METHODS[key](given)
    assert found.status == status
    if metric is None:
        assert found.metric is None
    elif metric is not ...:
        assert found.metric == pytest.approx(metric, abs=1e-9)


def test_every_method_has_published_cases() -> None:
    assert PUBLISHED.keys() == METHODS.keys()


@pytest.mark.skipif(not CASES.exists(), reason="the collection of published cases is not beside this checkout")
def test_every_row_of_the_sibling_collection_replays() -> None:
    with CASES.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["method_key"]]
    assert {row["method_key"] for row in rows} == METHODS.keys()
    assert [row["case_id"] for row in rows if not row["reproduced_here"].startswith("yes")] == []
    assert [problem for row in rows if (problem := _problem(row))] == []


def _problem(row: dict[str, str]) -> str:
    found = METHODS[row["method_key"]](_case(row))
    expected = Assessment(_number(row["expected_value"]), row["expected_status"])
    metric_differs = expected.metric is not None and (
        found.metric is None or abs(found.metric - expected.metric) > float(row["expected_value_tol"])
    )
    return (
        f"{row['case_id']}: {found}, published {expected}" if metric_differs or found.status != expected.status else ""
    )


def _case(row: dict[str, str]) -> Case:
    names = ("baseline_year", "baseline_value", "target_year", "target_value", "current_year", "current_value")
    return Case(
        row["direction"],
        row["kind"],
        *(_number(row[name]) for name in names),
        observations=[(year, value) for year, value in json.loads(row["observations_json"] or "[]")],
        options=json.loads(row["other_inputs_json"] or "{}"),
    )


def _number(text: str) -> float | None:
    return float(text) if text else None
