"""Corrections as a file: what an entry must say, and how an error names file, entry and remedy. Figures are made up."""

import json
import tomllib
from datetime import date

import pytest

from settings import PROJECT_ROOT
from sources.corrections import STATUSES, CorrectionError, load_corrections
from sources.publishers import all_series

ENTRY = {
    "id": "visitors-2015",
    "series": "ishikawa.visitors",
    "area": "17901",
    "period": "2015",
    "action": "override",
    "expect": 1006.4,
    "value": 1004.6,
    "unit": "万人",
    "reason_ja": "数字の並びの誤り",
    "reason_en": "digits were exchanged",
    "erratum": {"publisher": "例", "title": "正誤表", "published_on": date(2020, 6, 1)},
}
FLAG = {name: value for name, value in ENTRY.items() if name != "value"} | {"action": "flag", "status": "E"}
DROP = {name: value for name, value in FLAG.items() if name != "status"} | {"action": "drop"}


def toml(value):
    """One value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml(inner)}" for name, inner in value.items()) + " }"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def written(path, *entries):
    blocks = ["[[corrections]]\n" + "".join(f"{name} = {toml(value)}\n" for name, value in e.items()) for e in entries]
    path.write_text("\n".join(blocks), encoding="utf-8")
    return path


def load(folder, *entries):
    return load_corrections(written(folder / "corrections.toml", *entries), all_series(), {"17901", "17201"})


def refusal(folder, *entries):
    with pytest.raises(CorrectionError) as refused:
        load(folder, *entries)
    message = str(refused.value)
    assert message.startswith("corrections.toml: ")
    assert "\n" not in message
    return message


def without(entry, *names):
    return {name: value for name, value in entry.items() if name not in names}


def test_an_override_stands_in_the_unit_of_its_series_and_counts_from_the_day_of_its_erratum(tmp_path):
    (row,) = load(tmp_path, ENTRY)
    assert (row["expected_value"], row["value"], row["obs_status"]) == (10_064_000, 10_046_000, None)
    assert (row["period_kind"], row["period_start"], row["period"]) == ("CY", date(2015, 1, 1), "2015")
    assert (row["known_from"], row["known_from_basis"]) == (date(2020, 6, 1), "date")


def test_a_flag_keeps_the_figure_and_a_drop_leaves_none(tmp_path):
    flag, drop = load(tmp_path, FLAG | {"resource": "register/visitors"}, DROP | {"id": "other", "period": "2016"})
    assert (flag["value"], flag["obs_status"], flag["resource_id"]) == (None, "E", "register/visitors")
    assert (drop["value"], drop["obs_status"], drop["resource_id"]) == (None, "M", None)


def test_a_printed_symbol_can_be_expected(tmp_path):
    (row,) = load(tmp_path, ENTRY | {"expect": "***"})
    assert (row["expected_value"], row["expected_text"]) == (None, "***")


def test_without_a_day_of_publication_the_day_counts_on_which_we_saw_it(tmp_path):
    (row,) = load(tmp_path, ENTRY | {"erratum": {"publisher": "例", "title": "例", "seen_on": date(2026, 11, 23)}})
    assert (row["known_from"], row["known_from_basis"]) == (date(2026, 11, 23), "fetch")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (ENTRY | {"series": "ishikawa.visitor"}, "series ishikawa.visitor is not catalogued; correct it"),
        (ENTRY | {"area": "99999"}, "area 99999 is not known; correct it"),
        (ENTRY | {"period": "soon"}, "'soon' is not a period; write it like"),
        (ENTRY | {"unit": "人泊"}, "人泊"),
        (ENTRY | {"value": -1}, "is outside 0.0 to"),
        (ENTRY | {"colour": "red"}, "colour: is not a known key; correct or remove it"),
        (ENTRY | {"action": "delete"}, "action"),
        (without(ENTRY, "expect"), "expect: is missing; add it"),
        (without(ENTRY, "value"), "override needs value and unit; add them"),
        (without(ENTRY, "unit"), "override needs value and unit; add them"),
        (without(ENTRY, "erratum"), "erratum: is missing; add it"),
        (ENTRY | {"erratum": {"publisher": "例", "title": "例"}}, "erratum: has no day; give published_on, or seen_on"),
        (ENTRY | {"erratum": {"publisher": "", "title": "例", "seen_on": date(2020, 1, 1)}}, "publisher"),
        (ENTRY | {"reason_ja": ""}, "reason_ja"),
        (without(FLAG, "status"), "flag needs a status, and drop has none; correct status"),
        (FLAG | {"status": "?"}, "status '?' is not in SDMX CL_OBS_STATUS"),
        (FLAG | {"value": 3}, "flag has a value; remove it, or write override"),
        (DROP | {"status": "M"}, "flag needs a status, and drop has none; correct status"),
        (DROP | {"value": 3}, "drop has a value; remove it"),
    ],
)
def test_an_entry_that_cannot_be_meant_is_named_with_what_to_do(tmp_path, entry, said):
    message = refusal(tmp_path, entry)
    assert said in message
    assert "visitors-2015" in message


def test_two_entries_about_one_figure_contradict_each_other(tmp_path):
    assert "is given twice; keep one" in refusal(tmp_path, ENTRY, FLAG | {"id": "again", "period": "平成27年"})
    in_one_file = FLAG | {"id": "again", "resource": "register/visitors"}
    assert "corrections again: ishikawa.visitors 17901 2015 or its id is given twice" in refusal(
        tmp_path, ENTRY, in_one_file
    )
    assert "is given twice" in refusal(tmp_path, ENTRY, DROP | {"period": "2016"})


def test_two_files_of_one_figure_may_both_be_wrong(tmp_path):
    files = [FLAG | {"id": f"file-{name}", "resource": name} for name in ("a", "b")]
    assert [row["resource_id"] for row in load(tmp_path, *files)] == ["a", "b"]


def test_a_file_that_is_no_toml_or_not_there_is_named(tmp_path):
    path = tmp_path / "corrections.toml"
    for prepare in (lambda: path.write_text("[[corrections", encoding="utf-8"), path.unlink):
        prepare()
        with pytest.raises(CorrectionError, match=r"^corrections\.toml: cannot be read as TOML: .*; correct the file$"):
            load_corrections(path, all_series(), ())


def test_a_file_with_nothing_but_comments_corrects_nothing(tmp_path):
    assert load(tmp_path) == []


def test_the_statuses_are_those_of_the_rules_on_rows():
    rules = tomllib.loads((PROJECT_ROOT / "expectations" / "rules" / "rows.toml").read_text(encoding="utf-8"))["rule"]
    (listed,) = (rule["arguments"]["value_set"] for rule in rules if rule["id"] == "status_listed")
    assert set(listed) == STATUSES
