"""What a night changed: figures that are new, restated, vanished or late, and grades with the cause of each change.

Changed figures are hypothetical.
"""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows import build as building
from flows import derive as deriving
from settings import PROJECT_ROOT
from tests.flows.published import B_2025, CITY_202606
from tests.flows.town import edit
from transforms.status import Status
from warehouse import read
from warehouse.as_published import run_diff
from warehouse.connect import WarehouseError
from warehouse.pages import page_rows
from warehouse.publish import current

B_2024 = "/files/SSDSE-B-2024.csv"


@pytest.fixture
def free(town, tmp_path):
    """A town whose strategies may change, too."""
    town.strategies = shutil.copytree(PROJECT_ROOT / "strategies", tmp_path / "strategies")
    return town


def figures(town, where="true"):
    query = (
        "SELECT change, figures, area_code, period, old_value, new_value, is_alarm FROM mart.run_diff"
        f" WHERE what = 'figure' AND {where} ORDER BY ALL"
    )
    return [tuple(row.values()) for row in town.ask(query)]


def grades(town):
    query = "SELECT kpi_id, period, old_status, new_status, causes FROM mart.run_diff WHERE what = 'grade' ORDER BY ALL"
    return [tuple(row.values()) for row in town.ask(query)]


def restate_2015(town, figure="8000"):
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2015,)10064", rf"\g<1>{figure}")


def test_the_first_night_counts_its_figures_for_each_source_and_changes_no_grade(town):
    new, listed = town.ask("SELECT sum(figures) AS n, count(series_id) AS k FROM mart.run_diff")[0].values()
    assert new == town.ask("SELECT count(*) AS n FROM core.observation WHERE known_to IS NULL")[0]["n"]
    of_kpis = "SELECT count(*) AS n FROM core.observation JOIN (SELECT DISTINCT series_id, area_code FROM core.kpi)"
    assert listed == town.ask(f"{of_kpis} USING (series_id, area_code) WHERE known_to IS NULL")[0]["n"]
    assert {row[0] for row in figures(town)} == {"new"}
    assert grades(town) == []


def test_a_figure_counts_for_the_source_that_brought_it_and_not_for_the_publisher_of_its_series(town):
    others = "SELECT count(*) AS n FROM core.observation JOIN core.series USING (series_id) WHERE {} <> {}"
    assert town.ask(others.format("publisher_id", "split_part(resource_id, '/', 1)"))[0]["n"] > 0
    counted = town.ask("SELECT publisher_id, sum(figures) AS n FROM mart.run_diff GROUP BY ALL ORDER BY ALL")
    brought = (
        "SELECT s.publisher_id, count(*) AS n FROM core.observation o JOIN core.snapshot s"
        " USING (resource_id, snapshot_id) WHERE o.known_to IS NULL GROUP BY ALL ORDER BY ALL"
    )
    assert [tuple(row.values()) for row in counted] == [tuple(row.values()) for row in town.ask(brought)]


def test_a_figure_that_the_register_lost_was_the_registers(town):
    (file,) = (path for path in town.register.glob("*.csv") if "jta.guest_nights," in path.read_text(encoding="utf-8"))
    edit(file, r"^jta.guest_nights,.*\n", "")
    town.night()
    rows = town.ask("SELECT DISTINCT change, publisher_id FROM mart.run_diff WHERE what = 'figure'")
    assert {tuple(row.values()) for row in rows} == {("vanished", "register"), ("late", "register")}


def test_a_restated_figure_stands_with_both_values_and_its_change(town):
    town.replica.files[CITY_202606] = town.replica.files[CITY_202606].replace(b"538749", b"538751")
    record = town.night()
    assert figures(town) == [("restated", 1, "17201", "2026-06", 538749, 538751, False)]
    (row,) = town.ask("SELECT change_share FROM mart.run_diff")
    assert row["change_share"] == pytest.approx(2 / 538749)
    assert record.message.endswith("figures: 1 restated")
    assert town.ask("SELECT message FROM ops.run ORDER BY run_id DESC LIMIT 1")[0]["message"] == record.message


def test_a_change_beyond_the_limit_of_the_series_is_an_alarm(town):
    restate_2015(town)  # -20.5 %, and the catalog's limit is 20 %
    record = town.night()
    assert figures(town) == [("restated", 1, "17901", "2015", 10_064_000, 8_000_000, True)]
    assert "ALARM (see `kpi diff`): ishikawa.visitors 17901 2015 10,064,000 → 8,000,000" in record.message
    assert record.alarms == ("ishikawa.visitors 17901 2015 10,064,000 → 8,000,000",)


def test_the_limit_is_that_of_the_series_and_a_change_within_it_is_no_alarm(town):
    restate_2015(town, "8100")  # -19.5 %
    assert town.night().alarms == ()
    assert figures(town) == [("restated", 1, "17901", "2015", 10_064_000, 8_100_000, False)]


def test_a_figure_that_is_withheld_from_now_on_is_an_alarm(town):
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2017,)10221,,", r"\g<1>,10000,")
    record = town.night()
    assert figures(town) == [("restated", 1, "17901", "2017", 10_221_000, None, True)]
    assert record.alarms == ("ishikawa.visitors 17901 2017 10,221,000 → none",)


def test_a_series_that_lost_history_alone_has_shrunk_and_that_is_an_alarm(town):
    row = "ishikawa.visitors,17901,2017,{},,,千人,A,secondary,例,架空の資料,,{},2026-11-20,\n"
    with (town.register / "visitors.csv").open("a", encoding="utf-8") as file:
        file.write(row.format(9000, "2018-04-01") + row.format(10221, "2027-01-01"))
    town.night()
    edit(town.register / "visitors.csv", r"^ishikawa.visitors,17901,2017,9000.*\n", "")
    record = town.night()
    shrunk = "SELECT series_id, old_value - new_value AS fewer, is_alarm FROM mart.run_diff WHERE what = 'series'"
    assert [tuple(row.values())[::2] for row in town.ask(shrunk)] == [("ishikawa.visitors", True)]
    assert any("series ishikawa.visitors has" in alarm for alarm in record.alarms)


def test_figures_that_come_with_others_that_go_do_not_hide_them(town):
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,)2017,", r"\g<1>2018,")
    record = town.night()
    assert {(row[0], row[-1]) for row in figures(town)} == {("new", False), ("vanished", True)}
    assert record.alarms == ("ishikawa.visitors 17901 2017 10,221,000 → none",)


def test_a_figure_that_vanished_is_an_alarm_and_the_grade_that_went_with_it_says_so(town):
    edit(town.register / "visitors.csv", r"^ishikawa.visitors,17901,2017.*\n", "")
    town.night()
    assert figures(town) == [("vanished", 1, "17901", "2017", 10_221_000, None, True)]
    assert ("visitors", "2017", "ACHIEVED_EARLY", "NA_NO_DATA", ["vanished_figure"]) in grades(town)


def test_an_older_edition_that_arrives_late_is_counted_as_late_and_restates_nothing(town):
    newer = town.replica.files[B_2025].decode("cp932")
    town.replica.files[B_2024] = newer.replace("SSDSE-B-2025", "SSDSE-B-2024").replace(",1.37", ",1.36").encode("cp932")
    record = town.night()
    assert {row[0] for row in figures(town)} == {"late"}
    assert "late" in record.message
    assert grades(town) == []


def test_a_restated_figure_changes_a_grade_and_is_named_as_its_cause(town):
    restate_2015(town)
    record = town.night()
    assert grades(town) == [("visitors", "2015", "ACHIEVED_EARLY", "MOVING_AWAY", ["restated_figure"])]
    assert record.grades == ("visitors 2015 ACHIEVED_EARLY (A) → MOVING_AWAY (D), restated figure",)


def test_a_new_figure_is_named_as_the_cause_of_a_new_grade(town):
    with (town.register / "visitors.csv").open("a", encoding="utf-8") as file:
        file.write("ishikawa.visitors,17901,2019,9000,,,千人,A,primary,例,架空の資料,,2026-11-01,2026-11-20,\n")
    town.night()
    ((kpi, period, before, now, causes),) = grades(town)
    assert (kpi, period, before, causes) == ("visitors", "2019", "FINAL_PENDING", ["new_figure"])
    assert now.startswith("FINAL_")


def test_a_changed_target_is_named_as_the_cause(free):
    edit(
        free.strategies / "kanazawa-2015.toml",
        r'^value = 10000000\nprinted = "1,000',
        'value = 12000000\nprinted = "1,200',
    )
    free.night()
    assert {(kpi, *causes) for kpi, *_, causes in grades(free)} == {("visitors", "changed_target")}


def test_a_kpi_that_was_removed_or_added_is_told_as_that_and_as_nothing_else(free):
    edit(free.strategies / "kanazawa-2015.toml", r'^id = "visitors"', 'id = "visits"')
    record = free.night()
    assert {(kpi, *causes) for kpi, *_, causes in grades(free)} == {
        ("visitors", "removed_kpi"),
        ("visits", "added_kpi"),
    }
    assert "visitors 2015 ACHIEVED_EARLY (A) → –, KPI removed" in record.grades
    names = {row["about_en"] for row in page_rows(free.current)["changes"]}
    assert names == {"Visitors to the Kanazawa area"}


def test_a_changed_method_is_named_as_the_cause(town, monkeypatch):
    derive = deriving.progress_rows

    def stricter(kpi, observations, as_of):
        derived = derive(kpi, observations, as_of)
        return [replace(r, status=Status.NEAR, method_version="linear-2") if r.period == "2015" else r for r in derived]

    monkeypatch.setattr(building, "_code_fingerprint", lambda: "another method")
    monkeypatch.setattr(deriving, "progress_rows", stricter)
    town.night()
    assert ("visitors", "2015", "ACHIEVED_EARLY", "NEAR", ["changed_method"]) in grades(town)


def test_a_grade_that_only_the_calendar_changed_says_so(new_town):
    for day in (31, 32):
        moment = datetime(2019, 12, 31, 3, tzinfo=UTC) + timedelta(days=day - 31)
        new_town.night(offline=True, started_at=moment, run_id=f"{moment:%Y%m%dT%H%M%S}000Z")
    assert {(period, now, *causes) for _, period, _, now, causes in grades(new_town)} == {
        ("2019", "FINAL_PENDING", "calendar")
    }


# ---------------------------------------------------------------- between any two runs


def test_between_two_runs_the_change_back_and_forth_is_no_change(town):
    first = current(town.data / "warehouse").run_id
    restate_2015(town)
    middle = town.night().run_id
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2015,)8000", r"\g<1>10064")
    last = town.night().run_id

    def changed(since, run):
        return [row["what"] for row in run_diff(town.current, since, run)]

    assert changed(first, middle) == changed(middle, last) == changed(None, None) == ["grade", "figure"]
    assert changed(middle, first) == changed(first, middle)
    assert changed(first, last) == changed(last, last) == []


# ---------------------------------------------------------------- interruptions and damage


def broken(*_):
    raise OSError("the disk is gone")


def test_a_run_that_did_not_publish_leaves_no_difference_behind(town, monkeypatch):
    first = current(town.data / "warehouse").run_id
    restate_2015(town)
    with monkeypatch.context() as patch:
        patch.setattr(building, "publish", broken)
        with pytest.raises(OSError, match="disk"):
            town.night()
    record = town.night()
    assert {row["since_run"] for row in town.ask("FROM mart.run_diff")} == {first}
    assert sorted(path.name for path in (town.data / "runs" / "rows").iterdir()) == [first, record.run_id]


def test_a_run_that_died_right_after_the_flip_is_on_record(town, monkeypatch):
    restate_2015(town)
    with monkeypatch.context() as patch:
        patch.setattr(building, "keep", broken)
        with pytest.raises(OSError, match="disk"):
            town.night()
    died = current(town.data / "warehouse").run_id
    assert town.night().outcome == "unchanged"
    assert (town.data / "runs" / "rows" / died).is_dir()


def test_damaged_rows_of_the_past_stop_the_build_and_say_what_to_do_and_then_history_begins_anew(town):
    first = current(town.data / "warehouse").run_id
    rows_dir = town.data / "runs" / "rows"
    (rows_dir / first / "core.observation.parquet").write_bytes(b"half a file")
    restate_2015(town)
    with pytest.raises(WarehouseError, match=r"restore the folder from its backup, or remove it"):
        town.night()
    assert current(town.data / "warehouse").run_id == first
    shutil.rmtree(rows_dir)
    second = town.night().run_id
    assert read.summary(town.current, run=second) == read.summary(town.current)
    with pytest.raises(WarehouseError, match=f"{first} published is not on record; history begins with run {second}"):
        read.summary(town.current, run=first)
