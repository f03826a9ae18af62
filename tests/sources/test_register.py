"""The register: every hand-kept figure is cited and catalogued; a bad row is seen and stops nothing."""

import csv
import io
import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import AREA_COLUMNS, ROW_COLUMNS, KnownFromBasis, Resource
from sources import register
from sources.areas import known_areas
from sources.parsed import ParseError
from sources.publishers import all_series, publishers
from sources.register import RegisterError, append_row, resource_of
from sources.register_row import COLUMNS
from sources.strategy import load_strategy

ROOT = Path(__file__).resolve().parents[2]
CATALOG = publishers()["register"]
REGISTER = ROOT / "sources" / "register"

# True figure: 福井新聞, visitors to the Kanazawa area in 2017 as counted by Ishikawa Prefecture.
VISITORS_2017 = {
    "series_id": "ishikawa.visitors",
    "area_code": "17901",
    "period": "2017",
    "value": "1022.1",
    "unit": "万人",
    "obs_status": "A",
    "evidence": "secondary",
    "publisher": "福井新聞",
    "title": "石川県の2017年のまとめを引用した記事",
    "url": "http://www.fukuishimbun.co.jp/articles/-/327642",
    "accessed_on": "2026-11-23",
}


def resource(stem="example"):
    return Resource(f"register/{stem}", "register", "", stem, (), date.min, KnownFromBasis.FETCH)


def parse(*rows, body=None):
    if body is None:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
        body = text.getvalue().encode()
    return register.parse(body, resource(), CATALOG)


def one(**changes):
    return parse(VISITORS_2017 | changes).rows.iloc[0]


@cache
def whole_register():
    files = sorted(REGISTER.glob("*.csv"))
    return pd.concat(
        [register.parse(path.read_bytes(), resource_of(path), CATALOG).rows.assign(file=path.stem) for path in files]
    )


def raw_register():
    for path in sorted(REGISTER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from ((f"{path.name}:{row['series_id']} {row['period']}", row) for row in csv.DictReader(file))


# ------------------------------------------------------------------ the register as it stands


def test_no_row_of_the_register_is_refused():
    rows = whole_register()
    assert rows.loc[rows["note"].str.startswith("refused"), ["file", "source_line", "note"]].to_numpy().tolist() == []


def test_every_row_names_its_publisher_and_a_title_or_an_address():
    assert [where for where, row in raw_register() if not row["publisher"] or not (row["title"] or row["url"])] == []


def test_every_row_says_when_it_was_read_and_is_primary_or_secondary():
    assert [where for where, row in raw_register() if not re.fullmatch(r"\d{4}-\d\d-\d\d", row["accessed_on"])] == []
    assert {row["evidence"] for _, row in raw_register()} == {"primary", "secondary"}


def test_every_series_is_catalogued_in_its_unit_and_within_its_limits():
    series = all_series()
    for row in whole_register().itertuples():
        entry = series[row.series_id]
        assert row.unit == entry.unit
        for value in (row.value, row.value_low):
            assert pd.isna(value) or entry.minimum <= value <= entry.maximum, (row.file, row.source_line)


def test_every_series_of_the_register_has_a_figure():
    assert {series.id for series in CATALOG.series} <= set(whole_register()["series_id"])


def codes(name):
    with (ROOT / "sources/catalog" / name).open(encoding="utf-8", newline="") as file:
        return {row["area_code"]: row["level"] for row in csv.DictReader(file)}


def test_every_area_is_a_region_of_our_own_or_has_an_official_code():
    own, official = codes("areas_own.csv"), codes("areas.csv")
    assert set(own.values()) == {"region"}
    assert not set(own) & set(official)
    assert set(whole_register()["area_code"]) <= set(own) | set(official)


def test_no_figure_is_given_twice_for_the_same_day():
    key = ["series_id", "area_code", "period_kind", "period_start", "period_end", "known_from"]
    rows = whole_register()
    assert rows.loc[rows.duplicated(key, keep=False), [*key, "value"]].to_numpy().tolist() == []


def test_an_approximate_figure_is_marked_estimated_and_a_preliminary_one_preliminary():
    rows = whole_register()
    assert set(rows.loc[rows["note"].str.contains("約と印刷|約1,950"), "obs_status"]) == {"E"}
    assert set(rows.loc[rows["series_id"].str.endswith("_preliminary"), "obs_status"]) == {"P"}


def test_a_lower_bound_has_no_value():
    bound = whole_register().query("series_id == 'press.visitors_lower_bound'").iloc[0]
    assert pd.isna(bound["value"])
    assert bound["value_low"] == pytest.approx(10_000_000)


def test_publishers_that_disagree_on_foreign_guests_of_2024_are_four_series():
    rows = whole_register()
    rows = rows[(rows["area_code"] == "17000") & (rows["period_start"].dt.year == 2024)]
    foreign = rows[rows["series_id"].str.contains("foreign|G7102")]
    assert dict(zip(foreign["series_id"], foreign["value"], strict=True)) == pytest.approx(
        {
            "ishikawa.foreign_guests": 1_105_619,
            "jta.foreign_guest_nights": 2_199_860,
            "jta.foreign_guest_nights_preliminary": 2_270_000,
            "ssdse_e.G7102": 1_781_960,
        }
    )


def test_pooled_fertility_never_stands_among_the_single_years():
    rows = whole_register()
    assert set(rows.loc[rows["series_id"] == "mhlw.tfr_bayes", "period_kind"]) == {"window"}
    assert set(rows.loc[rows["series_id"] == "kanazawa.tfr", "period_kind"]) == {"CY"}
    assert sorted(rows.loc[rows["series_id"] == "kanazawa.tfr", "value"]) == pytest.approx([1.23, 1.35, 1.36, 1.43])


def test_the_visitors_that_grade_the_kpi_are_those_of_the_prefecture():
    rows = whole_register().query("series_id == 'ishikawa.visitors' and area_code == '17901'")
    values = {row.period_start.year: row.value for row in rows.itertuples()}
    assert values == pytest.approx({2010: 8_150_000, 2014: 8_440_000, 2015: 10_064_000, 2017: 10_221_000})


def test_a_city_figure_restated_in_the_next_edition_is_known_later():
    rows = whole_register().query("series_id == 'kanazawa.major_facility_visits'")
    restated = rows[rows["period_start"].dt.year == 2018].sort_values("known_from")
    assert restated["value"].tolist() == pytest.approx([9_086_281, 9_048_836])
    assert restated["known_from"].is_unique


def test_the_vision_is_in_place_by_2016_04_22_at_the_latest():
    row = whole_register().query("series_id == 'ishikawa_chuo.vision_in_place'").iloc[0]
    assert (row["period_kind"], str(row["period_start"].date()), row["unit"]) == ("date", "2016-04-22", "state")
    assert row["value"] == pytest.approx(1)


def test_targets_of_the_strategy_are_no_observations():
    rows = whole_register()
    for kpi in load_strategy(ROOT / "strategies" / "kanazawa-2015.toml", all_series(), known_areas()).kpis:
        at = rows[(rows["series_id"] == kpi.series) & (rows["area_code"] == kpi.area)]
        assert len(at) > 0
        assert 2019 not in set(at["period_start"].dt.year)


def test_the_catalogs_know_every_series_that_the_strategies_name():
    for path in sorted((ROOT / "strategies").glob("*.toml")):
        assert load_strategy(path, all_series(), known_areas()).kpis


def test_the_printed_baselines_of_the_strategy_are_the_figures_of_their_series():
    rows = whole_register()
    for kpi in load_strategy(ROOT / "strategies" / "kanazawa-2015.toml", all_series(), known_areas()).kpis:
        if kpi.baseline.value is None or kpi.baseline.is_none:
            continue
        at = rows[(rows["series_id"] == kpi.series) & (rows["area_code"] == kpi.area)]
        cited = at[at["citation"] == "金沢市, 金沢版総合戦略の概要"]
        assert cited["value"].tolist() == pytest.approx([kpi.baseline.value])


# ------------------------------------------------------------------ reading a file


def test_a_row_comes_out_in_the_catalogued_unit_with_its_printed_form_and_citation():
    row = one()
    assert row["value"] == pytest.approx(10_221_000)
    assert (row["unit"], row["raw_text"], row["raw_unit"]) == ("人", "1022.1", "万人")
    assert row["citation"] == (
        "福井新聞, 石川県の2017年のまとめを引用した記事, http://www.fukuishimbun.co.jp/articles/-/327642"
    )
    assert (row["source_line"], row["source_column"]) == (2, "value")


@pytest.mark.parametrize(
    ("value", "unit"), [("844", "万人"), ("8,440", "千人"), ("8.44", "百万人"), ("８４４", "万人")]
)
def test_844_man_is_8440_thousand_is_8_44_million_persons(value, unit):
    assert one(value=value, unit=unit)["value"] == pytest.approx(8_440_000, rel=1e-12)


def test_the_frame_has_the_columns_and_types_that_every_room_relies_on():
    parsed = parse(VISITORS_2017, VISITORS_2017 | {"publisher": ""})
    assert tuple(parsed.rows.columns) == ROW_COLUMNS
    assert tuple(parsed.areas.columns) == AREA_COLUMNS
    assert parsed.header == COLUMNS
    assert str(parsed.rows["value"].dtype) == "float64"
    assert str(parsed.rows["known_from"].dtype).startswith("datetime64")


def test_a_register_without_rows_is_an_empty_frame():
    assert tuple(parse().rows.columns) == ROW_COLUMNS
    assert parse().rows.empty


@pytest.mark.parametrize("period", ["H29", "平成29年", "2017", "２０１７"])
def test_one_year_may_be_written_in_any_japanese_way(period):
    assert str(one(period=period)["period_start"].date()) == "2017-01-01"


@pytest.mark.parametrize(
    ("period", "published", "known_from", "basis"),
    [
        ("2017", "2018-06-01", "2018-06-01", "date"),
        ("2017", "2019", "2019-01-01", "edition"),
        ("2017", "2017", "2018-01-01", "edition"),  # an edition of the same year cannot know the year
        ("2017", "2019-03", "2019-03-01", "edition"),
        ("平成29年度", "2018", "2018-04-01", "edition"),
        ("2017", "", "2026-11-23", "fetch"),
    ],
)
def test_a_figure_is_known_from_its_day_of_publication_or_its_edition_or_the_day_we_read_it(
    period, published, known_from, basis
):
    row = one(period=period, published_on=published)
    assert (str(row["known_from"].date()), row["known_from_basis"]) == (known_from, basis)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"publisher": ""}, "no citation"),
        ({"title": "", "url": ""}, "no citation"),
        ({"evidence": "hearsay"}, "evidence 'hearsay'"),
        ({"evidence": ""}, "evidence ''"),
        ({"unit": "俵"}, "unit '俵' is not known"),
        ({"unit": "百万円"}, "cannot become '人'"),
        ({"unit": ""}, "cannot become '人'"),
        ({"period": "去年"}, "'去年' is not a period"),
        ({"period": ""}, "is not a period"),
        ({"value": "約1022"}, "is not a number"),
        ({"value": "***"}, "is not a number"),
        ({"value": ""}, "neither a value nor a bound"),
        ({"series_id": "ishikawa.moons"}, "not catalogued"),
        ({"area_code": "金沢"}, "not a code of five digits"),
        ({"area_code": "１７２０１"}, "not a code of five digits"),
        ({"accessed_on": ""}, "neither published_on nor accessed_on"),
        ({"published_on": "soon"}, "'soon' is not a period"),
    ],
)
def test_a_bad_row_comes_out_refused_with_its_reason_and_stops_no_other(change, reason):
    rows = parse(VISITORS_2017 | change, VISITORS_2017).rows
    bad, good = rows.iloc[0], rows.iloc[1]
    assert bad["note"].startswith("refused: ")
    assert reason in bad["note"]
    assert "\n" not in bad["note"]
    assert pd.isna(bad["value"])
    assert bad["obs_status"] == ""
    assert good["value"] == pytest.approx(10_221_000)


def test_a_line_with_an_unquoted_comma_is_refused_not_shifted():
    header = ",".join(COLUMNS)
    line = "ishikawa.visitors,17901,2017,10,221,,,千人,A,secondary,福井新聞,記事,,,2026-11-23,"
    row = parse(body=f"{header}\n{line}\n".encode()).rows.iloc[0]
    assert "more or fewer cells" in row["note"]


def test_a_broken_off_line_is_refused():
    row = parse(body=(",".join(COLUMNS) + "\nishikawa.visitors,17901,20").encode()).rows.iloc[0]
    assert "more or fewer cells" in row["note"]


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30), max_size=4))
def test_whatever_a_row_holds_one_row_comes_out(changes):
    rows = parse(VISITORS_2017 | changes).rows
    assert len(rows) == 1
    refused = rows.iloc[0]["note"].startswith("refused: ") and rows.iloc[0]["obs_status"] == ""
    assert refused == pd.isna(rows.iloc[0]["period_start"])


def test_a_file_without_a_column_is_broken_and_the_message_names_it():
    with pytest.raises(ParseError, match=r"register/example: column evidence is missing"):
        parse(body=",".join(c for c in COLUMNS if c != "evidence").encode())


@pytest.mark.parametrize("body", [b"\x81\x00\xff\xfe\x9f", b"<html>maintenance</html>", b""])
def test_bytes_that_are_no_register_are_broken(body):
    with pytest.raises(ParseError, match="register/example"):
        parse(body=body)


# ------------------------------------------------------------------ adding a row


def test_a_recorded_figure_is_read_back(tmp_path):
    path = tmp_path / "visitors.csv"
    append_row(path, VISITORS_2017)
    append_row(path, VISITORS_2017 | {"period": "2016", "value": "1000", "note": "仮の例, hypothetical"})
    rows = parse(body=path.read_bytes()).rows
    assert rows["value"].tolist() == pytest.approx([10_221_000, 10_000_000])
    assert rows["note"].tolist() == ["", "仮の例, hypothetical"]


def test_what_stood_in_the_file_stays_as_it_was(tmp_path):
    path = tmp_path / "visitors.csv"
    before = (REGISTER / "visitors.csv").read_bytes()
    path.write_bytes(before)
    append_row(path, VISITORS_2017 | {"period": "2016"})
    assert path.read_bytes().startswith(before)
    assert path.read_bytes().count(b"\n") == before.count(b"\n") + 1
    assert [p.name for p in tmp_path.iterdir()] == ["visitors.csv"]


def test_a_file_without_a_last_line_end_gets_one(tmp_path):
    path = tmp_path / "visitors.csv"
    append_row(path, VISITORS_2017)
    path.write_bytes(path.read_bytes().rstrip())
    append_row(path, VISITORS_2017 | {"period": "2016"})
    assert len(parse(body=path.read_bytes()).rows) == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"publisher": ""}, "no citation"),
        ({"period": "someday"}, "is not a period"),
        ({"unit": "俵"}, "unit '俵'"),
        ({"evidence": "sure"}, "evidence 'sure'"),
        ({"series_id": "ishikawa.moons"}, "not catalogued"),
        ({"colour": "red"}, "column colour does not exist"),
    ],
)
def test_a_row_that_would_be_refused_is_not_written(tmp_path, change, reason):
    path = tmp_path / "visitors.csv"
    append_row(path, VISITORS_2017)
    before = path.read_bytes()
    with pytest.raises(RegisterError, match=f"^visitors.csv: .*{re.escape(reason)}"):
        append_row(path, VISITORS_2017 | {"period": "2016"} | change)
    assert path.read_bytes() == before


def test_a_second_figure_for_the_same_day_is_not_written_because_both_would_be_quarantined(tmp_path):
    path = tmp_path / "visitors.csv"
    append_row(path, VISITORS_2017)
    with pytest.raises(RegisterError, match="already has a row known from the same day"):
        append_row(path, VISITORS_2017 | {"value": "1023"})
    append_row(path, VISITORS_2017 | {"value": "1023", "published_on": "2026-11-24"})


def test_a_file_that_is_not_a_register_is_not_written(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="the first line is not the register's"):
        append_row(path, VISITORS_2017)


# ------------------------------------------------------------------ the catalog


def test_every_series_says_its_limits_and_both_names():
    text = (ROOT / "sources/catalog/register.toml").read_text(encoding="utf-8")
    for series in tomllib.loads(text)["series"]:
        assert series["minimum"] < series["maximum"]
        assert series["name_ja"]
        assert series["name_en"]
