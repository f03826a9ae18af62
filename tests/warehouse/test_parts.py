"""Parts: a cache of checked rows. Only whole ones are found, and equal figures have an equal id."""

import shutil

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records import CheckResult
from tests.warehouse.figures import FINAL, TRIAL, births, frame, killed_at, saved
from warehouse.build import building
from warehouse.connect import published, scratch
from warehouse.parts import PartStore, part_id
from warehouse.read import ask

SAVER = """
from pathlib import Path
from tests.warehouse.figures import TRIAL, saved
from warehouse.parts import PartStore
arm()
saved(PartStore(Path(sys.argv[1])), "key", TRIAL)
"""


@pytest.fixture
def store(tmp_path):
    return PartStore(tmp_path / "parts")


# --- found whole or not at all


def test_what_was_saved_is_found_as_it_was(store):
    result = CheckResult(
        "rows", "known", "ssdse/A-2022", "quarantine", success=False, checked=2, failed=1, message="地域"
    )
    quarantine = pd.DataFrame({"rule": ["known"], "raw": ['{"値": 1}']})
    part = saved(store, "key", TRIAL, FINAL, results=[result], quarantine=quarantine, shape={"header": ["年", "月"]})
    assert store.find("key") == part
    assert (part.rows, part.quarantined, part.refused) == (2, 1, "")
    assert part.results == (result,)
    assert part.shape == {"header": ["年", "月"]}


def test_a_refused_part_is_found_with_its_reason(store):
    saved(store, "key", refused="line 3: no such month")
    assert store.find("key").refused == "line 3: no such month"
    assert store.find("key").rows == 0


def test_what_was_never_made_is_not_found(store):
    assert store.find("key") is None


def test_a_part_whose_maker_was_killed_is_not_found_and_is_cleaned_away(store):
    killed_at("os.rename", "/key", SAVER, store.root)
    (left_over,) = store.root.iterdir()
    assert (left_over / "part.json").is_file()
    assert store.find("key") is None
    store.prune(["key"])
    assert list(store.root.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "{}", '{"results": []}', '{"results": [{"rule": 1}]}', "\x00"])
def test_a_part_with_a_damaged_description_is_made_again(store, text):
    part = saved(store, "key", TRIAL)
    (part.directory / "part.json").write_text(text)
    assert store.find("key") is None
    assert saved(store, "key", TRIAL) == part


def test_saving_a_part_again_replaces_it(store):
    saved(store, "key", TRIAL, FINAL)
    assert saved(store, "key", FINAL).rows == 1
    assert values(store.known_before([store.find("key")], frame())) == [288_767]


# --- what the next file is compared with


def values(rows):
    return sorted(rows["value"])


def test_rows_come_back_exactly_as_they_were_given(store):
    hidden = TRIAL | {"value": float("nan"), "raw_text": "***", "obs_status": "M"}
    seen = births(2023) | {"first_seen": pd.Timestamp("2023-01-02T03:04:05Z")}
    with scratch() as connection:
        path = saved(store, "key", hidden, seen).rows_path.as_posix()
        found = connection.execute("FROM read_parquet(?)", [path]).df()
    given = frame(hidden, seen)
    assert found["value"].dtype == "float64"
    pd.testing.assert_frame_equal(found.sort_values("series_id", ignore_index=True).astype(given.dtypes), given)


def test_before_a_new_file_everything_of_the_newest_part_is_known(store):
    newest = saved(store, "new", FINAL, births(2023))
    assert values(store.known_before([newest], frame())) == [3400, 288_767]


def test_of_older_parts_only_figures_that_the_new_file_gives_anew_are_known(store):
    parts = [saved(store, "old", TRIAL, births(2022, 3399)), saved(store, "new", births(2023, area_code="17000"))]
    assert values(store.known_before(parts, frame(FINAL))) == [3400, 164_458]


def test_a_figure_is_known_once_as_it_stood_last(store):
    parts = [saved(store, "old", TRIAL), saved(store, "new", FINAL)]
    assert values(store.known_before(parts, frame(FINAL))) == [288_767]
    assert values(store.known_before(parts[::-1], frame(FINAL))) == [288_767]


def test_of_two_parts_of_one_day_the_newer_one_counts(store):
    parts = [saved(store, "old", births(2022, 3399)), saved(store, "new", births(2022))]
    assert values(store.known_before(parts, frame(births(2023)))) == [3400]


# --- pruning


def test_pruning_keeps_what_something_rests_on(store):
    for key in ("a", "b", "c"):
        saved(store, key, TRIAL)
    store.prune(["a", "c", "never made"])
    assert sorted(path.name for path in store.root.iterdir()) == ["a", "c"]
    assert store.find("a")


def test_pruning_nothing_is_no_error(store):
    store.prune(["a"])
    assert not store.root.exists()


# --- the key


def test_a_key_changes_with_everything_that_the_part_rests_on():
    assert part_id("bytes", "adapter 1") == part_id("bytes", "adapter 1")
    assert len({part_id("bytes", "adapter 1"), part_id("bytes", "adapter 2"), part_id("adapter 1", "bytes")}) == 3


# --- the content


def content(store, *lines):
    return saved(store, "key", *lines).content_id


@pytest.mark.parametrize(
    "changed",
    [
        {"source_line": 5},
        {"source_column": "出生数"},
        {"snapshot_id": "0" * 64},
        {"raw_text": "3,400"},
        {"raw_unit": "人"},
        {"resource_id": "ssdse/A-2022b"},
        {"first_seen": pd.Timestamp("2022-01-02", tz="UTC")},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_equal_figures_from_other_bytes_or_lines_are_equal_content(store, changed):
    assert content(store, births(2022, **changed)) == content(store, births(2022))


@pytest.mark.parametrize(
    "changed",
    [
        {"value": 3401},
        {"value": float("nan")},
        {"value_low": 3399},
        {"value_high": 3401},
        {"unit": "千人"},
        {"obs_status": "P"},
        {"evidence": "secondary"},
        {"known_from": pd.Timestamp("2022-01-02")},
        {"area_code": "17000"},
        {"period_kind": "FY"},
        {"period_end": pd.Timestamp("2020-12-30")},
        {"symbol_meaning": "不詳"},
        {"note": "暫定"},
        {"citation": "p. 2"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_row_that_says_anything_else_is_other_content(store, changed):
    assert content(store, births(2022) | changed) != content(store, births(2022))


def test_equal_figures_that_became_known_on_another_day_are_equal_figures_but_other_content(store):
    first, second = saved(store, "first", births(2022)), saved(store, "second", births(2023))
    assert first.figures_id == second.figures_id
    assert first.content_id != second.content_id


def test_another_value_is_another_figure(store):
    assert saved(store, "first", TRIAL).figures_id != saved(store, "second", FINAL).figures_id


def test_a_figure_more_or_twice_is_other_content(store):
    ids = {content(store), content(store, TRIAL), content(store, TRIAL, TRIAL), content(store, TRIAL, FINAL)}
    assert len(ids) == 4


def test_figures_that_changed_places_are_other_figures(store):
    one, other = births(2022) | {"value": 1.0}, births(2023) | {"value": 2.0}
    assert content(store, one, other) != content(store, one | {"value": 2.0}, other | {"value": 1.0})


@settings(max_examples=15)
@given(lines=st.permutations([TRIAL, FINAL, births(2022), births(2023)]))
def test_the_order_of_the_lines_is_no_content(lines, tmp_path_factory):
    store = PartStore(tmp_path_factory.getbasetemp() / "order")
    assert content(store, *lines) == content(store, TRIAL, FINAL, births(2022), births(2023))


# --- where the folder is


@pytest.mark.parametrize("name", ["o'brien", "統計 データ", 'a "b"', "50%"])
def test_a_folder_may_have_any_name_that_people_give(tmp_path, name):
    part = saved(PartStore(tmp_path / name), "key", TRIAL)
    path = tmp_path / name / "new.duckdb"
    with building(path) as builder:
        builder.load_quarantine([part.quarantine_path.as_posix()])
    assert ask(path, "SELECT count(*) AS rows FROM ops.quarantine") == [{"rows": 0}]
    with published(path) as connection:
        assert connection.execute("SELECT count(*) FROM core.observation").fetchone() == (0,)
    shutil.rmtree(tmp_path / name)
