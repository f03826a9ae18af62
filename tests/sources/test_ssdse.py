"""How SSDSE editions become rows: layouts, years, codes, and files that must be refused."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from records import KnownFromBasis
from sources import ssdse
from sources.parsed import ParseError
from sources.publishers import publishers

FIXTURES = Path(__file__).parent / "fixtures"
REAL = Path(__file__).parents[2].parent / "shared" / "real"
CATALOG = publishers()["ssdse"]
RESOURCES = {resource.id: resource for resource in ssdse.resources(CATALOG, date(2026, 11, 23), lambda _: None)}


def only(*columns):
    """The catalog as if it listed no more than the few columns of a small file."""
    return CATALOG.model_copy(update={"series": tuple(s for s in CATALOG.series if s.column in columns)})


def parse(name, publisher, body=None):
    body = (FIXTURES / f"SSDSE-{name}.csv").read_bytes() if body is None else body
    return ssdse.parse(body, RESOURCES[f"ssdse/{name}"], publisher)


def figures(parsed, area):
    """Label of the period -> value, for each series of one area."""
    rows = parsed.rows[parsed.rows["area_code"] == area]
    return {
        (r.series_id, r.period_kind, r.period_start.date().isoformat(), r.period_end.date().isoformat()): r.value
        for r in rows.itertuples()
    }


def test_each_column_of_a_municipal_edition_has_its_own_year():
    assert figures(parse("A-2018", only("A1101", "A4101")), "17201") == {
        ("ssdse_a.A1101", "CY", "2015-01-01", "2015-12-31"): 465_699,
        ("ssdse_a.A4101", "CY", "2016-01-01", "2016-12-31"): 3_931,
    }


def test_a_changed_header_case_first_cell_and_line_end_make_no_difference():
    parsed = parse("A-2026", only("A1101", "A4101"))
    assert figures(parsed, "17201")["ssdse_a.A4101", "CY", "2023-01-01", "2023-12-31"] == 2_829
    assert parsed.header == ("SSDSE-A-2026", "Prefecture", "Municipality", "A1101", "A4101")


def test_the_prefecture_edition_has_one_year_per_line_and_graduates_count_by_fiscal_year():
    assert figures(parse("B-2025", only("A4103", "E6502", "G7101")), "17000") == {
        ("ssdse_b.A4103", "CY", "2022-01-01", "2022-12-31"): 1.38,
        ("ssdse_b.A4103", "CY", "2019-01-01", "2019-12-31"): 1.46,
        ("ssdse_b.E6502", "FY", "2022-04-01", "2023-03-31"): 6_222,
        ("ssdse_b.E6502", "FY", "2019-04-01", "2020-03-31"): 5_739,
        ("ssdse_b.G7101", "CY", "2022-01-01", "2022-12-31"): 6_082_860,
        ("ssdse_b.G7101", "CY", "2019-01-01", "2019-12-31"): 7_631_900,
    }


def test_the_nation_is_an_area_of_its_own_level():
    parsed = parse("E-2023", only("A1101", "A4103"))
    assert figures(parsed, "00000")["ssdse_e.A4103", "CY", "2019-01-01", "2019-12-31"] == 1.36
    assert parsed.areas.to_numpy().tolist() == [["00000", "全国", "nation"], ["17000", "石川県", "prefecture"]]


def test_a_row_says_where_it_stands_in_the_file_and_since_when_it_is_known():
    row = parse("A-2018", only("A4101")).rows.iloc[0]
    assert (row["source_line"], row["source_column"], row["raw_text"], row["unit"]) == (4, "A4101", "3931", "人")
    assert (row["known_from"], row["known_from_basis"]) == (pd.Timestamp("2018-01-01"), "edition")
    assert (row["obs_status"], row["note"]) == ("A", "表記 2016年度")


def changed(old, new, name="A-2026"):
    text = (FIXTURES / f"SSDSE-{name}.csv").read_bytes().decode("cp932")
    assert old in text
    return text.replace(old, new).encode("cp932")


@pytest.mark.parametrize(
    ("printed", "value"), [("２８２９", 2829), ("△12", -12), ('"2,829"', 2829), ("2829*1", 2829), ("2829①", 2829)]
)
def test_a_figure_in_another_printed_form_is_read_and_kept_as_printed(printed, value):
    row = parse("A-2026", only("A4101"), changed(",2829", "," + printed)).rows.iloc[0]
    assert (row["value"], row["raw_text"], row["obs_status"]) == (value, printed.strip('"'), "A")


@pytest.mark.parametrize("symbol", ["-", "***", "X", "…", "", "調査中"])
def test_a_symbol_without_a_legend_has_neither_value_nor_status(symbol):
    row = parse("A-2026", only("A4101"), changed(",2829", "," + symbol)).rows.iloc[0]
    assert pd.isna(row["value"])
    assert (row["obs_status"], row["symbol_meaning"], row["raw_text"]) == ("", "", symbol)


def test_a_symbol_with_a_legend_in_the_catalog_gets_its_status_and_the_legends_words():
    dataset = CATALOG.dataset("A")
    told = dataset.model_copy(update={"options": {**dataset.options, "symbols": {"X": "数値が秘匿されているもの"}}})
    publisher = only("A4101").model_copy(update={"datasets": (told,)})
    row = parse("A-2026", publisher, changed(",2829", ",Ｘ")).rows.iloc[0]
    assert (row["obs_status"], row["symbol_meaning"]) == ("Q", "数値が秘匿されているもの")


def test_one_key_with_two_values_comes_out_twice_for_the_gate_to_decide():
    body = changed("R17205,石川県,珠洲市,12929,29", "R17201,石川県,金沢市,463254,2830")
    parsed = parse("A-2026", only("A4101"), body)
    assert parsed.rows["value"].tolist() == [2829, 2830]
    assert parsed.areas["area_code"].tolist() == ["17201"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the file is empty"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\x80\xff", "neither UTF-8 nor CP932"),
        (changed("", "").decode("cp932").encode("euc-jp"), "neither UTF-8 nor CP932"),
        (changed("地域コード", "コード"), "no header row with 地域コード"),
        (changed("R17201,石川県,金沢市,463254,2829\r\nR17205,石川県,珠洲市,12929,29\r\n", ""), "no line below it"),
        (changed(",12929,29\r\n", ",129"), "line 5: 4 cells where the first line has 5"),
        (changed("A4101", "A9999"), "column A4101: the catalogued column is gone"),
        (changed("都道府県,市区町村", "県,市町村"), "line 3: neither 市区町村 nor 都道府県"),
        (changed("R17205", "R172O5"), "line 5, column 地域コード: 'R172O5' is no area code"),
        (changed(",2023", ",直近"), "line 2, column A4101: '直近' is not a period"),
    ],
)
def test_a_file_that_is_not_as_described_is_refused_with_place_and_remedy(body, message):
    with pytest.raises(ParseError) as refused:
        parse("A-2026", only("A1101", "A4101"), body)
    assert message in str(refused.value)
    assert str(refused.value).startswith("ssdse/A-2026")
    assert refused.value.remedy
    assert "\n" not in str(refused.value)


def test_a_column_that_the_catalog_calls_optional_may_be_missing():
    assert len(parse("B-2025", only("A4103", "A410101")).rows) == 2


def test_editions_reach_from_the_first_one_to_next_year_and_only_the_newest_known_one_must_be_there():
    municipal = [r for r in RESOURCES.values() if r.dataset == "A"]
    assert [r.edition for r in municipal] == [str(year) for year in range(2018, 2028)]
    assert [r.edition for r in municipal if r.expected] == ["2026"]


def test_both_addresses_of_an_edition_are_built_from_the_catalog():
    assert RESOURCES["ssdse/A-2026"].urls == (
        "https://www.nstac.go.jp/files/SSDSE-A-2026.csv",
        "https://www.nstac.go.jp/sys/files/SSDSE-A-2026.csv",
    )


def test_an_edition_with_a_catalogued_day_is_known_from_that_day():
    # Hypothetical day: the catalog has none yet.
    dataset = CATALOG.dataset("A").model_copy(update={"edition_dates": {"2026": "2026-05-20"}})
    publisher = CATALOG.model_copy(update={"datasets": (dataset,)})
    dated = next(r for r in ssdse.resources(publisher, date(2026, 11, 23), lambda _: None) if r.edition == "2026")
    assert (dated.known_from, dated.known_from_basis) == (date(2026, 5, 20), KnownFromBasis.DATE)


@pytest.mark.skipif(not REAL.is_dir(), reason="no folder ../shared/real with published files next to the checkout")
class TestPublishedFiles:
    @pytest.mark.parametrize(
        ("name", "rows"),
        [(f"A-{edition}", 22 * 1741) for edition in (2018, 2020, 2022, 2023, 2025, 2026)]
        + [("B-2025", 25 * 47 * 12), ("E-2023", 14 * 48)],
    )
    def test_every_figure_of_every_catalogued_column_is_a_number_within_its_limits(self, name, rows):
        parsed = parse(name, CATALOG, (REAL / f"SSDSE-{name}.csv").read_bytes())
        limits = {s.id: (s.minimum, s.maximum) for s in CATALOG.series}
        assert len(parsed.rows) == rows
        assert (parsed.rows["obs_status"] == "A").all()
        assert not parsed.rows.duplicated(["series_id", "area_code", "period_start"]).any()
        for series_id, values in parsed.rows.groupby("series_id")["value"]:
            assert limits[series_id][0] <= values.min() <= values.max() <= limits[series_id][1]

    @pytest.mark.parametrize(
        ("edition", "year", "births"), [(2018, 2016, 3931), (2020, 2018, 3723), (2022, 2020, 3400), (2026, 2023, 2829)]
    )
    def test_births_of_kanazawa(self, edition, year, births):
        parsed = parse(f"A-{edition}", CATALOG, (REAL / f"SSDSE-A-{edition}.csv").read_bytes())
        assert figures(parsed, "17201")["ssdse_a.A4101", "CY", f"{year}-01-01", f"{year}-12-31"] == births
