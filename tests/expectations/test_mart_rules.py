"""Mart rules: what keeps a warehouse from being published."""

import pandas as pd
import pytest

from expectations.gate import Published, check_marts
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
        "resources": pd.DataFrame({"resource_id": ["one/A", "two/B"], "rows": [400, 600]}),
    } | changed
    return {{"latest": "mart.kpi_latest", "progress": "mart.kpi_progress"}.get(name, name): good[name] for name in good}


def broken(tables, before=None, kpi_ids=("a", "b")):
    published = None if before is None else Published("kpi-7.duckdb", before)
    results = check_marts(tables, kpi_ids=kpi_ids, statuses=STATUSES, before=published)
    assert all(result.suite == "marts" and result.action == "stop" for result in results)
    return {result.rule: result for result in results if not result.success}


def test_good_marts_pass_every_rule_with_or_without_a_published_file():
    assert broken(frames()) == {}
    assert broken(frames(), {"one/A": 400, "two/B": 600}) == {}


def test_the_marts_are_judged_by_every_rule_of_the_file():
    results = check_marts(frames(), kpi_ids=("a", "b"), statuses=STATUSES, before=None)
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
    found = broken(frames(), {"one/A": before})
    assert ("observations_kept" not in found) is passes
    if not passes:
        message = found["observations_kept"].message
        assert f"observations fell from {before:,} in kpi-7.duckdb to 1,000 (5 % at most)" in message


def test_a_file_of_the_register_may_lose_figures_but_not_vanish_however_few_they_were():
    resources = pd.DataFrame({"resource_id": ["one/A", "register/visitors"], "rows": [990, 10]})
    assert broken(frames(resources=resources), {"one/A": 990, "register/visitors": 20}) == {}
    found = broken(frames(resources=resources), {"one/A": 990, "one/B": 4, "register/fertility": 3})
    assert list(found) == ["register_files_kept"]
    assert (
        "no observation is left of these files of the register: fertility; restore"
        in found["register_files_kept"].message
    )


def test_a_loss_names_each_source_with_its_files_the_largest_first_and_what_to_do():
    before = {"one/A": 400, "two/B": 1600, "two/C": 30, "three/D-2025": 5} | {f"four/{at}": at for at in range(1, 8)}
    found = broken(frames(), before)["observations_kept"].message
    assert (
        "; lost by source: two −1,030 (B −1,000, C −30), four −28 (7 −7, 6 −6, 5 −5, 4 −4, 3 −3, 2 more files), "
        in found
    )
    assert (
        "three −5 (D-2025 −5); restore these files or mend the source, then `kpi run`; if they are meant to go" in found
    )


def test_figures_that_only_went_to_another_file_of_their_source_are_no_loss_of_that_source():
    found = broken(frames(), {"one/old": 400, "two/B": 700})["observations_kept"].message
    assert "; lost by source: two −100 (B −100); " in found


@pytest.mark.parametrize("before", [{}, {"one/A": 0}])
def test_a_published_file_without_observations_limits_nothing(before):
    assert broken(frames(), before) == {}


def test_without_any_kpi_or_status_nothing_passes_by_accident():
    results = check_marts(frames(), kpi_ids=(), statuses=(), before=None)
    failed = {result.rule for result in results if not result.success}
    assert {"kpi_in_strategy", "latest_status_listed", "progress_status_listed"} <= failed
