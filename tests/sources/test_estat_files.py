"""How e-Stat's workbooks become rows: municipal fertility rates, the accommodation survey, the resident register."""

import csv
import math
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from records import KnownFromBasis
from sources import accommodation, resident_register, tfr_municipal
from sources.parsed import ParseError
from sources.publishers import publishers
from tests.publishers import estat_files as files

SHARED = Path(__file__).parents[2].parent / "shared"
TODAY = date(2026, 11, 24)
real = pytest.mark.skipif(not SHARED.exists(), reason="the publishers' files are not beside this checkout")


def listed(adapter):
    name = adapter.__name__.rpartition(".")[2]
    found = adapter.resources(publishers()[name], TODAY, lambda _: None)
    return {resource.id.removeprefix(f"{name}/"): resource for resource in found}


def parse(adapter, resource, body):
    return adapter.parse(body, listed(adapter)[resource], publishers()[adapter.__name__.rpartition(".")[2]])


def figures(parsed, *columns):
    return [tuple(row) for row in parsed.rows[list(columns)].itertuples(index=False)]


class TestWhichFiles:
    @pytest.mark.parametrize(
        ("adapter", "files_there", "asked_every_night"),
        [
            (tfr_municipal, 3, ["bayes-2018-2022"]),
            (accommodation, 96, ["annual-2025", "municipal-2026-03", "municipal-2026-04", "municipal-2026-05"]),
            (resident_register, 22, ["total-2026", "women-2025"]),
        ],
    )
    def test_all_but_the_newest_editions_are_settled(self, adapter, files_there, asked_every_night):
        resources = listed(adapter)
        assert len(resources) == files_there
        assert [name for name, resource in resources.items() if not resource.settled] == asked_every_night
        assert all(resource.workbook for resource in resources.values())

    def test_a_file_is_asked_for_by_its_statinfid_and_then_in_the_viewing_version(self):
        urls = listed(tfr_municipal)["bayes-2018-2022"].urls
        assert urls == tuple(
            f"https://www.e-stat.go.jp/stat-search/file-download?statInfId=000040174881&fileKind={kind}"
            for kind in "04"
        )

    def test_a_month_that_e_stat_does_not_have_comes_from_where_the_catalog_says(self):
        assert listed(accommodation)["municipal-2026-01"].urls == (
            "https://www.mlit.go.jp/kankocho/content/002010412.xlsx",
        )

    def test_figures_count_from_the_day_of_publication_or_else_from_the_latest_possible_one(self):
        new, old = (listed(tfr_municipal)[f"bayes-{years}"] for years in ("2018-2022", "2008-2012"))
        assert (new.known_from, new.known_from_basis) == (date(2024, 4, 19), KnownFromBasis.DATE)
        assert (old.known_from, old.known_from_basis) == (date(2015, 8, 1), KnownFromBasis.EDITION)

    def test_every_file_has_a_day(self):
        for adapter in (tfr_municipal, accommodation, resident_register):
            assert all(date(2014, 1, 1) < resource.known_from < TODAY for resource in listed(adapter).values())


class TestMunicipalFertility:
    def test_a_rate_is_an_estimate_of_five_years_pooled(self):
        parsed = parse(tfr_municipal, "bayes-2018-2022", files.tfr_municipal())
        row = parsed.rows.iloc[0]
        assert (row["series_id"], row["area_code"], row["value"], row["raw_text"]) == (
            "mhlw.tfr_bayes",
            "17201",
            1.36,
            "1.36",
        )
        assert (row["period_kind"], row["period_start"], row["period_end"]) == (
            "window",
            pd.Timestamp("2018-01-01"),
            pd.Timestamp("2022-12-31"),
        )
        assert (row["obs_status"], row["note"]) == ("E", "5年間をまとめた推定値")
        assert (row["source_line"], row["source_column"]) == (5, "第2表!B")

    def test_names_are_freed_of_codes_and_blanks_and_health_centres_are_left_out(self):
        parsed = parse(tfr_municipal, "bayes-2018-2022", files.tfr_municipal())
        assert parsed.areas["area_code"].tolist() == ["17201", "17202", "17203", "17212", "17365"]
        assert parsed.areas["name_ja"].tolist()[0] == "金沢市"

    def test_a_symbol_nobody_has_explained_has_neither_value_nor_status(self):
        row = parse(tfr_municipal, "bayes-2018-2022", files.tfr_municipal({"17201金沢市": "…"})).rows.iloc[0]
        assert math.isnan(row["value"])
        assert (row["obs_status"], row["raw_text"]) == ("", "…")

    def test_a_table_without_codes_is_refused_with_its_sheet(self):
        with pytest.raises(ParseError, match="sheet 第2表, cell A1: no line starts with an area's code and name"):
            parse(tfr_municipal, "bayes-2018-2022", files.tfr_municipal({"金沢市": 1.36}))

    @pytest.mark.parametrize(
        "years", ["（平成30年～令和４年）", "　2018～2022", "（平成30年〜令和4年、前回は平成25年～29年）"]
    )
    def test_a_title_may_name_the_years_of_the_edition(self, years):
        assert len(parse(tfr_municipal, "bayes-2018-2022", files.tfr_municipal(years=years)).rows) == 5

    @pytest.mark.parametrize(
        "years", ["（平成25年～29年）", "　平成25年〜平成29年", "（2013～2017）", "　Ｈ２５－Ｈ２９"]
    )
    def test_a_workbook_of_other_years_is_refused_with_its_cell(self, years):
        with pytest.raises(
            ParseError,
            match="sheet 第2表, cell A1: the title is of 2013-2017, and the edition 2018-2022 was asked for",
        ):
            parse(tfr_municipal, "bayes-2018-2022", files.tfr_municipal(years=years))

    def test_a_moved_header_is_refused_with_its_cell(self):
        body = files.workbook(
            {"第2表": [["", "出生数", "合計特殊出生率（前回）"], ["17201金沢市", 1, 2], ["合計特殊出生率", ""]]}
        )
        parsed = parse(tfr_municipal, "bayes-2018-2022", body)  # the words decide, not the place
        assert parsed.rows["source_column"].tolist() == ["第2表!C"]
        body = files.workbook({"第2表": [["", "出生数"], ["17201金沢市", 1]]})
        with pytest.raises(
            ParseError, match="bayes-2018-2022, sheet 第2表, cell A2: one column named '合計特殊出生率'"
        ):
            parse(tfr_municipal, "bayes-2018-2022", body)


class TestAccommodation:
    def second_preliminary(self, body=None, edition="2025-05"):
        """The month's file with the two tables for which true figures are at hand."""
        catalog = publishers()["accommodation"]
        (annual, dataset) = catalog.datasets
        tables = [table for table in dataset.options["tables"] if "第8表" not in table["sheet"]]
        dataset = dataset.model_copy(update={"options": dataset.options | {"tables": tables}})
        catalog = catalog.model_copy(update={"datasets": (annual, dataset)})
        body = files.second_preliminary() if body is None else body
        return accommodation.parse(body, listed(accommodation)[f"municipal-{edition}"], catalog)

    def test_guest_nights_of_responding_facilities_are_provisional_and_found_by_name(self):
        assert figures(self.second_preliminary(), "series_id", "area_code", "value", "unit", "obs_status") == [
            ("jta.guest_nights_responding", "17201", 336_340, "人泊", "P"),
            ("jta.room_occupancy_responding", "17201", 76.2, "%", "P"),
        ]

    def test_the_period_is_the_month_and_the_place_is_sheet_and_column(self):
        row = self.second_preliminary().rows.iloc[0]
        assert (row["period_kind"], row["period_start"]) == ("month", pd.Timestamp("2025-05-01"))
        assert (row["source_line"], row["source_column"]) == (7, "参考第６表(5月)!B")
        assert (row["known_from"], row["known_from_basis"]) == (pd.Timestamp("2025-07-31"), "date")

    @real
    def test_the_figures_are_those_that_others_read_from_the_same_file(self):
        with (SHARED / "wire/kanazawa/kanazawa_guest_nights_second_preliminary_derived.csv").open() as file:
            (known,) = [row for row in csv.DictReader(file) if row["ym"] == "2025-05"]
        assert [str(value) for value in self.second_preliminary().rows["value"].tolist()] == [
            f"{float(known['guest_nights'])}",
            known["room_occupancy_pct"],
        ]

    def test_a_workbook_of_another_month_is_refused_because_its_sheets_are_named_otherwise(self):
        with pytest.raises(ParseError, match=r"municipal-2025-05, sheet 参考第6表\(5月\): there is no such sheet"):
            self.second_preliminary(files.second_preliminary(month=6))

    @pytest.mark.parametrize(
        "dated",
        [
            "（令和７年５月）",
            "　２０２５年５月分",
            "　令和7年5月（前年同月は令和6年5月）",
            "（令和8年2月27日公表）",
            "（2026年2月27日公表）",
        ],
    )
    def test_a_title_may_name_the_year_of_the_edition(self, dated):
        assert len(self.second_preliminary(files.second_preliminary(dated=dated)).rows) == 2

    @pytest.mark.parametrize(
        ("dated", "named"), [("（令和６年５月）", "令和6年"), ("　2024年5月", "2024"), ("（平成31年5月）", "平成31年")]
    )
    def test_the_same_month_of_another_year_is_refused_with_its_cell(self, dated, named):
        with pytest.raises(
            ParseError,
            match=rf"^accommodation/municipal-2025-05, sheet 参考第６表\(5月\), cell A1: this file is of {named}, and "
            "the edition 2025-05 was asked for; correct the file of 2025-05 in the catalog$",
        ):
            self.second_preliminary(files.second_preliminary(dated=dated))

    def other_sheet(self, words, name="第1表(5月)"):
        """The month's file, with one more sheet that has these words in its third row."""
        lodging = accommodation.open_workbook(files.second_preliminary(), "x")
        sheets = {own: lodging.sheet(own).cells for own in lodging.names}
        return files.workbook(sheets | {name: [["第１表"], [], ["", words]], "図表": []})

    def test_where_the_tables_themselves_name_no_year_the_other_sheets_tell(self):
        assert len(self.second_preliminary(self.other_sheet("令和７年５月")).rows) == 2
        for words, named in (("令和６年５月", "令和6年"), ("2024000505", "2024")):
            with pytest.raises(ParseError, match=rf"sheet 第1表\(5月\), cell B3: this file is of {named}, and"):
                self.second_preliminary(self.other_sheet(words))

    def test_a_year_of_final_figures_is_not_taken_for_another_by_its_titles(self):
        assert len(parse(accommodation, "annual-2025", files.annual_final()).rows) == 26
        with pytest.raises(
            ParseError, match=r"annual-2024, sheet 第2表\(年計\), cell A1: this file is of 令和7年, and"
        ):
            parse(accommodation, "annual-2024", files.annual_final())

    def test_a_missing_table_is_refused(self):
        with pytest.raises(ParseError, match=r"sheet 参考第8表\(5月\): there is no such sheet"):
            parse(accommodation, "municipal-2025-05", files.second_preliminary())

    def test_a_municipality_without_a_code_comes_out_under_its_name(self):
        rows = [
            ["施設所在地", "延べ宿泊者数", ""],
            ["石川県架空郡架空町", 1, ""],
            ["注）石川県の値は含まない。", "", ""],
        ]
        sheets = {f"参考第{table}表(5月)": rows for table in (6, 12)}
        rows[0][2] = "客室稼働率"
        found = self.second_preliminary(files.workbook(sheets))
        assert set(found.rows["area_code"]) == {"石川県架空郡架空町"}

    def test_a_year_has_the_years_figures_and_the_months_as_other_series(self):
        parsed = parse(accommodation, "annual-2025", files.annual_final())
        rows = parsed.rows[parsed.rows["raw_text"] != ""]
        assert set(rows["area_code"]) == {"17000"}
        year = rows[rows["period_kind"] == "CY"]
        assert figures_of(year) == [("jta.guest_nights", 9_516_320), ("jta.foreign_guest_nights", 2_142_820)]
        months = rows[rows["series_id"] == "jta.guest_nights_monthly"]
        assert tuple(months["value"]) == files.MONTHS_2025
        assert set(rows["obs_status"]) == {"A"}

    @real
    def test_the_year_is_the_one_that_others_read_from_the_same_file(self):
        with (SHARED / "wire/kanazawa/ishikawa_accommodation_2025_derived.csv").open() as file:
            (known,) = csv.DictReader(file)
        assert sum(files.MONTHS_2025) == float(known["total_guests"])

    def test_an_empty_cell_is_no_figure_and_no_zero(self):
        rows = parse(accommodation, "annual-2025", files.annual_final()).rows
        empty = rows[rows["series_id"] == "jta.foreign_guest_nights_monthly"]
        assert len(empty) == 12
        assert empty["value"].isna().all()
        assert set(empty["obs_status"]) == {""}

    def test_a_dash_where_the_catalog_has_the_words_of_a_note_is_a_count_of_zero_but_no_rate_of_zero(self):
        catalog = publishers()["accommodation"]
        explained = {"symbols": {"-": "計数のない場合"}, "tables": catalog.datasets[1].options["tables"][::2]}
        dataset = catalog.datasets[1].model_copy(update={"options": catalog.datasets[1].options | explained})
        catalog = catalog.model_copy(update={"datasets": (catalog.datasets[0], dataset)})
        sheets = {
            f"参考第{number}表(5月)": [["施設所在地", item], ["石川県　金沢市", "-"]]
            for number, item in ((6, "延べ宿泊者数"), (12, "客室稼働率"))
        }
        nights, occupancy = accommodation.parse(
            files.workbook(sheets), listed(accommodation)["municipal-2025-05"], catalog
        ).rows.itertuples()
        assert (nights.value, nights.obs_status, nights.raw_text) == (0, "P", "-")
        assert (math.isnan(occupancy.value), occupancy.obs_status) == (True, "M")

    def nation(self, label):
        rows = [
            ["施設所在地", "延べ宿泊者数", "うち外国人延べ宿泊者数"],
            [label, 1, 2],
            ["17石川県", 3, 4],
            ["北海道", 5, 6],
        ]
        rows += [["北海道", 7, 8], ["九州運輸局", 9, 10]]
        sheets = {"第2表(年計)": rows} | {f"第2表({at}月)": [rows[0], *rows[2:]] for at in range(1, 13)}
        return parse(accommodation, "annual-2025", files.workbook(sheets)).rows

    @pytest.mark.parametrize("label", ["全国", "令和7年 1～12月  計", "令和７年計"])
    def test_the_nation_is_known_by_its_name_or_by_the_period_and_repeated_areas_count_once(self, label):
        rows = self.nation(label)
        assert rows[rows["series_id"] == "jta.guest_nights"][["area_code", "value"]].to_numpy().tolist() == [
            ["00000", 1],
            ["17000", 3],
            ["01000", 5],
        ]

    def test_a_sheet_of_another_year_is_refused_with_its_cell(self):
        with pytest.raises(
            ParseError, match=r"sheet 第2表\(年計\), cell A2: this sheet is of 令和6年1~12月計, and 2025"
        ):
            self.nation("令和6年 1～12月 計")

    @pytest.mark.parametrize("label", ["令和7年13月", "令和0年", "令和100年1～12月計", "平成元年0月"])
    def test_a_line_of_the_nation_whose_period_is_none_is_refused_with_its_cell(self, label):
        with pytest.raises(ParseError, match=r"annual-2025, sheet 第2表\(年計\), cell A2: .*; open the file"):
            self.nation(label)


def figures_of(rows):
    return [tuple(row) for row in rows[["series_id", "value"]].itertuples(index=False)]


class TestResidentRegister:
    def test_residents_are_of_the_day_and_births_and_deaths_of_the_year_before(self):
        parsed = parse(resident_register, "total-2018", files.resident_register())
        city = parsed.rows[parsed.rows["area_code"] == "17201"]
        assert figures_of(city) == [("juki.births", 3_867), ("juki.deaths", 4_571), ("juki.population", 454_416)]
        assert city["period_kind"].tolist() == ["CY", "CY", "date"]
        assert city["period_start"].dt.date.tolist() == [date(2017, 1, 1), date(2017, 1, 1), date(2018, 1, 1)]

    def test_nation_and_prefectures_are_areas_and_counties_are_not(self):
        parsed = parse(resident_register, "total-2018", files.resident_register())
        assert parsed.areas.to_numpy().tolist() == [
            ["00000", "合計", "nation"],
            ["01000", "北海道", "prefecture"],
            ["17201", "金沢市", "municipality"],
        ]

    def test_a_wrong_check_digit_refuses_its_line_and_no_other(self):
        wrong = [("172015", *line[1:]) if line[0] == "172014" else line for line in files.RESIDENTS_2018]
        rows = parse(resident_register, "total-2018", files.resident_register(wrong)).rows
        notes = dict(zip(rows["area_code"], rows["note"], strict=True))
        assert notes["17201"] == "refused: the check digit of 172015 should be 4; look the code up, line 7"
        assert (notes["00000"], notes["01000"]) == ("", "")

    def test_a_code_that_excel_took_for_a_number_gets_its_leading_zero_back(self):
        numbers = [(int(line[0]) if line[0] else "", *line[1:]) for line in files.RESIDENTS_2018]
        parsed = parse(resident_register, "total-2018", files.resident_register(numbers))
        assert "01000" in set(parsed.rows["area_code"])

    def test_the_newer_layout_with_hyphens_and_more_header_rows_reads_alike(self):
        title = (
            "令和6年1月1日住民基本台帳人口・世帯数、令和5年（1月1日から同年12月31日まで）人口動態（市区町村別）（総計）"
        )
        head = [[title], ["", "", "", "令和6年", "", "", "", "令和5年"], ["", "", "", "2024年", "", "", "", "2023年"]]
        head += [["", "", "", "人口", "", "", "世帯数", "住民票記載数", "住民票消除数"]]
        head += [["", "", "", "男", "女", "計", "", "出生者数", "死亡者数"], ["団体コード", "都道府県名", "市区町村名"]]
        # Residents 2024-01-01 and births 2023 as published; the other cells are of no use here.
        lines = [["172014", "石川県", "金沢市", "", "", 444_996, "", 2_858, ""]]
        parsed = parse(resident_register, "total-2024", files.workbook({"総計": head + lines}))
        found = dict(figures_of(parsed.rows))
        assert (found["juki.population"], found["juki.births"]) == (444_996, 2_858)

    @pytest.mark.parametrize(
        ("edition", "old", "new", "words"),
        [
            ("total-2019", "", "", r"cell A1: the title is of 平成30年, and the edition 2019"),
            ("total-2018", "住民基本台帳人口", "人口", r"cell A1: the title names no 1 January"),
            ("total-2018", "平成30年", "平成0年", r"cell A1: .*an era starts with 1"),
            ("total-2018", "平成29年", "平成290年", r"cell A1: '平成290年' is not a period"),
            ("total-2018", "出生者数", "出生数", r"cell A5: one column named '出生者数\$' .* no column"),
            ("total-2018", "死亡者数", "出生者数", r"cell K5: one column named '出生者数\$' .* K, Q"),
            ("total-2018", "人　口", "住民", r"the header has 0 groups 人口"),
        ],
    )
    def test_another_header_is_refused_with_sheet_and_cell(self, edition, old, new, words):
        body = files.resident_register()
        rows = resident_register.open_workbook(body, "x").sheet("総計").cells
        changed = files.workbook({"総計": [[cell.replace(old, new) if old else cell for cell in row] for row in rows]})
        with pytest.raises(ParseError, match=f"{edition}, sheet 総計.*{words}"):
            parse(resident_register, edition, changed)

    @real
    @pytest.mark.parametrize(("year", "births", "residents"), [(2016, 3_998, 454_356), (2018, 3_867, 454_416)])
    def test_whole_editions_that_someone_saved_as_csv_read_as_workbooks(self, year, births, residents):
        with (SHARED / f"real/juki_municipal_{year}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [
                [re.sub(r"^(-?[\d,]+)$", lambda m: m[1].replace(",", ""), cell) for cell in row]
                for row in csv.reader(file)
            ]
        parsed = parse(resident_register, f"total-{year}", files.workbook({"総計": rows}))
        found = dict(figures_of(parsed.rows[parsed.rows["area_code"] == "17201"]))
        assert (found["juki.births"], found["juki.population"]) == (births, residents)
        assert not parsed.rows["note"].str.startswith("refused").any()
        assert len(parsed.rows) > 3 * 1900


class TestWomenByAge:
    """Residents by age are hypothetical: no true figure is at hand."""

    def test_one_figure_an_age_group_of_the_women_only_on_1_january(self):
        parsed = parse(resident_register, "women-2018", files.residents_by_age())
        city = parsed.rows[parsed.rows["area_code"] == "17201"]
        ages = range(15, 50, 5)
        assert dict(zip(city["series_id"], city["value"], strict=True)) == {
            f"juki.women_{first}_{first + 4}": 1_000 * first + 500 for first in ages
        }
        assert set(city["period_start"].astype(str)) == {"2018-01-01"}
        assert set(city["period_kind"]) == {"date"}

    def test_nation_prefecture_and_city_are_told_apart(self):
        parsed = parse(resident_register, "women-2018", files.residents_by_age())
        assert list(parsed.areas["area_code"]) == ["00000", "17000", "17201"]
        assert list(parsed.areas["level"]) == ["nation", "prefecture", "municipality"]

    @pytest.mark.parametrize(
        ("year", "people", "reason"),
        [
            ("平成30年", "総計", "other people"),
            ("平成29年", "日本人住民", "the title is of 平成29年, and the edition 2018 was asked for"),
        ],
    )
    def test_a_file_of_other_people_or_of_another_year_is_refused(self, year, people, reason):
        with pytest.raises(ParseError, match=reason):
            parse(resident_register, "women-2018", files.residents_by_age(year, people))

    def test_a_lost_age_group_is_named_with_its_sheet(self):
        body = files.residents_by_age()
        rows = [list(row) for row in resident_register.open_workbook(body, "x").sheet("日本人").cells]
        rows[1][8] = "15～19"
        with pytest.raises(ParseError, match=r"sheet 日本人.*'15歳~19歳\$'.*no column"):
            parse(resident_register, "women-2018", files.workbook({"日本人": rows}))
