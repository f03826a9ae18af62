"""Mart rules: what keeps a warehouse from being published."""

import pandas as pd
import pytest

from expectations.gate import check_marts
from expectations.suites import RULES_DIR, read_rules

STATUSES = ("ON_TRACK", "FINAL_PENDING")


def frames(**changed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Marts that break no rule, with tables replaced; ``latest``, ``progress`` and ``counts``."""
    good = {
        "latest": pd.DataFrame(
            {
                "kpi_id": ["a", "b"],
                "latest_status": ["ON_TRACK", "ON_TRACK"],
                "verdict_status": [None, "FINAL_PENDING"],
                "latest_value": [None, 1.0],
                "proxies": [[], ["c"]],
            }
        ),
        "progress": pd.DataFrame({"kpi_id": ["a", "a", "b"], "status": ["ON_TRACK"] * 3, "flags": [[], ["BREAK"], []]}),
        "counts": pd.DataFrame(
            {
                "table_name": ["core.observation", "mart.kpi_latest", "mart.kpi_progress"],
                "rows": [1000, 2, 3],
                "not_finite": [0, 0, 0],
            }
        ),
    } | changed
    return {"mart.kpi_latest": good["latest"], "mart.kpi_progress": good["progress"], "counts": good["counts"]}


def broken(tables, previous_counts=None, kpi_ids=("a", "b")):
    results = check_marts(tables, kpi_ids=kpi_ids, statuses=STATUSES, previous_counts=previous_counts)
    assert all(result.suite == "marts" and result.action == "stop" for result in results)
    return {result.rule: result for result in results if not result.success}


def test_good_marts_pass_every_rule_with_or_without_a_published_file():
    assert broken(frames()) == {}
    assert broken(frames(), {"core.observation": 1000, "mart.kpi_latest": 2}) == {}


def test_the_marts_are_judged_by_every_rule_of_the_file():
    results = check_marts(frames(), kpi_ids=("a", "b"), statuses=STATUSES, previous_counts=None)
    assert sorted(result.rule for result in results) == sorted(rule.id for rule in read_rules(RULES_DIR / "marts.toml"))


def test_a_kpi_without_a_latest_row_is_named():
    assert "c" in broken(frames(), kpi_ids=("a", "b", "c"))["every_kpi_has_a_row"].message


def test_a_kpi_with_two_latest_rows_is_named():
    good = frames()["mart.kpi_latest"]
    found = broken(frames(latest=pd.concat([good, good.tail(1)], ignore_index=True)))
    assert list(found) == ["one_row_per_kpi"]
    assert "KPI b has more than one latest row" in found["one_row_per_kpi"].message


def test_a_kpi_that_is_in_no_strategy_is_named():
    assert "KPI b is in no strategy" in broken(frames(), kpi_ids=("a",))["kpi_in_strategy"].message


def test_an_empty_mart_does_not_pass():
    assert "every_kpi_has_a_row" in broken(frames(latest=frames()["mart.kpi_latest"].head(0)))


@pytest.mark.parametrize(
    ("table", "column", "value", "rule"),
    [
        ("latest", "latest_status", "FINE", "latest_status_listed"),
        ("latest", "latest_status", None, "latest_status_given"),
        ("latest", "verdict_status", "FINE", "verdict_status_listed"),
        ("progress", "status", "FINE", "progress_status_listed"),
        ("progress", "status", None, "progress_status_given"),
    ],
)
def test_a_status_that_is_missing_or_not_in_the_list_is_found(table, column, value, rule):
    bad = frames()[f"mart.kpi_{table}"]
    bad.loc[0, column] = value
    found = broken(frames(**{table: bad}))
    assert list(found) == [rule]
    assert "KPI a" in found[rule].message


def test_a_cell_that_is_not_finite_stops_whichever_table_it_is_in():
    counts = frames()["counts"].assign(not_finite=[0, 0, 2])
    assert "mart.kpi_progress has 2 cells" in broken(frames(counts=counts))["every_number_finite"].message


def test_a_table_that_was_not_built_is_named():
    counts = frames()["counts"].iloc[1:]
    assert "core.observation" in broken(frames(counts=counts))["tables_counted"].message


@pytest.mark.parametrize(("before", "passes"), [(900, True), (1000, True), (1052, True), (1053, False), (9000, False)])
def test_observations_may_shrink_by_five_percent_and_no_more(before, passes):
    found = broken(frames(), {"core.observation": before})
    assert ("observations_kept" not in found) is passes
    if not passes:
        assert f"from {before:,} to 1000 rows" in found["observations_kept"].message


def test_a_published_file_without_observations_limits_nothing():
    assert broken(frames(), {"core.observation": 0}) == {}


def test_without_any_kpi_or_status_nothing_passes_by_accident():
    results = check_marts(frames(), kpi_ids=(), statuses=(), previous_counts=None)
    failed = {result.rule for result in results if not result.success}
    assert {"kpi_in_strategy", "latest_status_listed", "progress_status_listed"} <= failed
