"""How the monthly visitor counts become rows, which files are asked for, and files that must be refused."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from records import KnownFromBasis
from sources import digital_tourism
from sources.parsed import ParseError
from sources.publishers import publishers

FIXTURES = Path(__file__).parent / "fixtures"
REAL = Path(__file__).parents[2].parent / "shared" / "real"
CATALOG = publishers()["digital_tourism"]
TODAY = date(2026, 11, 23)
PAGE = "https://www.nihon-kankou.or.jp/home/jigyou/research/d-toukei/"
MIRROR = "https://raw.githubusercontent.com/code4fukui/japan-kanko-stat/main/data/"


def listed(page=None, today=TODAY):
    asked = []
    resources = digital_tourism.resources(CATALOG, today, lambda url: (asked.append(url), page)[1])
    assert asked == [PAGE]
    return {resource.id.removeprefix("digital_tourism/"): resource for resource in resources}


def parse(name, body=None):
    body = (FIXTURES / f"{name.replace('-', '')}.csv").read_bytes() if body is None else body
    return digital_tourism.parse(body, listed()[name], CATALOG)


def changed(old, new):
    text = (FIXTURES / "city202401.csv").read_bytes().decode("utf-8-sig")
    assert old in text
    return text.replace(old, new).encode("utf-8-sig")


class TestRows:
    def test_a_month_of_a_municipality_is_one_row(self):
        row = parse("city-202606").rows.iloc[0]
        assert (row["series_id"], row["area_code"], row["period_kind"]) == (
            "digital_tourism.visitors",
            "17201",
            "month",
        )
        assert (row["period_start"], row["period_end"]) == (pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-30"))
        assert (row["value"], row["unit"], row["raw_text"], row["source_line"]) == (538_749, "人", "538749", 2)

    def test_the_publishers_own_layout_in_cp932_with_one_more_column_reads_the_same(self):
        assert parse("city-202606").header[2] == "年月"

    def test_codes_get_back_their_leading_zero(self):
        assert parse("city-202401").areas.to_numpy().tolist() == [
            ["01101", "札幌市中央区", "municipality"],
            ["17201", "金沢市", "municipality"],
        ]

    def test_a_prefecture_is_its_two_digits_and_three_zeros_and_another_series(self):
        parsed = parse("pref-202606")
        assert parsed.rows[["series_id", "area_code", "value"]].to_numpy().tolist() == [
            ["digital_tourism.visitors_prefecture", "17000", 1_419_534]
        ]
        assert parsed.areas["level"].tolist() == ["prefecture"]

    def test_the_first_month_of_the_formal_edition_is_marked_as_a_break(self):
        rows = parse("city-2024").rows
        assert rows["obs_status"].tolist() == ["B", "A", "A"]
        assert rows["note"].tolist() == ["正式版"] * 3

    def test_a_file_from_before_the_formal_edition_is_of_the_trial_edition(self):
        kanazawa = parse("city-202401").rows.iloc[1]
        assert (kanazawa["value"], kanazawa["obs_status"], kanazawa["note"]) == (164_458, "A", "お試し版")

    def test_a_restatement_is_another_edition_that_became_known_later(self):
        first, later = parse("city-202401").rows.iloc[1], parse("city-2024").rows.iloc[0]
        assert (first["period_start"], first["area_code"]) == (later["period_start"], later["area_code"])
        assert (first["value"], later["value"]) == (164_458, 288_767)
        assert first["known_from"] < later["known_from"]

    def test_a_count_that_looks_like_an_area_code_is_only_a_count(self):
        parsed = parse("city-202401", changed("338592", "17201"))
        assert parsed.rows[["area_code", "value"]].to_numpy().tolist() == [["01101", 17_201], ["17201", 164_458]]

    def test_lines_of_another_kind_of_data_are_left_out(self):
        assert len(parse("city-202401", changed("観光来訪者数,1,", "延べ人数,1,")).rows) == 1

    @pytest.mark.parametrize("symbol", ["-", "***", "X", ""])
    def test_a_symbol_has_neither_value_nor_status(self, symbol):
        row = parse("city-202401", changed("164458", symbol)).rows.iloc[1]
        assert pd.isna(row["value"])
        assert (row["obs_status"], row["raw_text"]) == ("", symbol)

    def test_one_key_with_two_values_comes_out_twice_for_the_gate_to_decide(self):
        parsed = parse(
            "city-202401",
            changed("1,北海道,1101,札幌市中央区,338592", "17,石川県,17201,金沢市,１６５，０００".replace("，", "")),
        )
        assert parsed.rows["value"].tolist() == [165_000, 164_458]

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            (b"<html><title>Not found</title></html>", "web page"),
            (b"\xef\xbb\xbf\x8b\xe0", "not utf-8"),
            (changed("人数", "人泊"), "column 人数: the column is gone"),
            (changed("17201,金沢市,164458\n", "17201,金"), "line 3: 8 cells where the first line has 9"),
            (changed(",17201,", ",金沢,"), "line 3, column 地域コード: '金沢' is no area code"),
            (
                changed("2024,1,市区町村,観光来訪者数,17,", f"{'9' * 30},1,市区町村,観光来訪者数,17,"),
                "are no year and month",
            ),
            (
                changed("2024,1,市区町村,観光来訪者数,17,", "2024,13,市区町村,観光来訪者数,17,"),
                "'2024' and '13' are no year and month",
            ),
            ((FIXTURES / "pref202606.csv").read_bytes(), "no line of kind 市区町村 and 観光来訪者数"),
        ],
    )
    def test_a_file_that_is_not_as_described_is_refused_with_place_and_remedy(self, body, message):
        with pytest.raises(ParseError) as refused:
            parse("city-202401", body)
        assert message in str(refused.value)
        assert refused.value.remedy


class TestResources:
    def test_without_the_page_every_file_is_asked_of_the_mirror_by_name(self):
        resources = listed(page=None)
        assert resources["city-2024"].urls == (f"{MIRROR}city2024.csv",)
        assert resources["pref-202610"].urls == (f"{MIRROR}pref202610.csv",)

    def test_years_go_to_last_year_and_months_to_last_month(self):
        municipal = [r.edition for r in listed().values() if r.dataset == "city"]
        assert municipal[:5] == ["2021", "2022", "2023", "2024", "2025"]
        assert (municipal[5], municipal[-1], len(municipal)) == ("202401", "202610", 5 + 34)

    def test_in_january_the_last_month_is_december(self):
        assert list(listed(today=date(2025, 1, 3)))[-1] == "pref-202412"

    @pytest.mark.parametrize(
        ("href", "address"),
        [
            ('href="https://files.example/city/city2025.csv"', "https://files.example/city/city2025.csv"),
            ("HREF = '/data/city2025.csv?a=1&amp;b=2'", "https://www.nihon-kankou.or.jp/data/city2025.csv?a=1&b=2"),
            ('href="city2025.csv"', PAGE + "city2025.csv"),
        ],
    )
    def test_a_link_on_the_official_page_goes_before_the_mirror(self, href, address):
        linked = listed(page=f"<p><a {href}>2025</a></p>")["city-2025"]
        assert linked.urls == (address,)
        assert linked.expected

    @pytest.mark.parametrize(
        "page",
        [
            "",
            "<html>maintenance</html>",
            'href="http://[broken/city2025.csv"',
            'href="city20255.csv" href="mycity2025.csv"',
        ],
    )
    def test_a_page_without_links_leads_to_the_mirror(self, page):
        assert listed(page=page)["city-2025"].urls == (f"{MIRROR}city2025.csv",)

    def test_only_linked_files_and_settled_years_must_be_there(self):
        expected = [name for name, resource in listed().items() if resource.expected]
        assert expected == [f"{dataset}-{year}" for dataset in ("city", "pref") for year in range(2021, 2025)]

    @pytest.mark.parametrize(
        ("name", "day", "basis"),
        [
            ("city-202401", date(2024, 2, 1), KnownFromBasis.EDITION),
            ("city-202412", date(2025, 1, 1), KnownFromBasis.EDITION),
            ("city-2024", date(2025, 3, 1), KnownFromBasis.EDITION),
            ("city-2021", date(2023, 10, 12), KnownFromBasis.DATE),
        ],
    )
    def test_a_file_is_known_from_its_catalogued_day_or_after_the_time_it_counts(self, name, day, basis):
        resource = listed()[name]
        assert (resource.known_from, resource.known_from_basis) == (day, basis)

    def test_a_file_that_was_issued_again_is_the_later_edition_only_at_the_publisher(self):
        assert listed()["city-2025"].known_from == date(2026, 3, 1)
        assert listed('<a href="/city/city2025.csv">')["city-2025"].known_from == date(2026, 4, 14)


@pytest.mark.skipif(not REAL.is_dir(), reason="no folder ../shared/real with published files next to the checkout")
class TestPublishedFiles:
    @pytest.mark.parametrize(
        ("name", "lines", "total"),
        [
            ("city-2021", 22_408, 1_807_115),
            ("city-2024", 22_413, 6_006_482),
            ("pref-2021", 564, 7_098_070),
            ("pref-2024", 564, 12_504_246),
        ],
    )
    def test_every_line_of_a_year_is_a_row_and_the_year_sums_up(self, name, lines, total):
        parsed = parse(name, (REAL / f"dtoukei_{name.replace('-', '')}.csv").read_bytes())
        own = parsed.rows[parsed.rows["area_code"] == ("17201" if name.startswith("city") else "17000")]
        assert len(parsed.rows) == lines
        assert parsed.rows["value"].notna().all()
        assert not parsed.rows.duplicated(["area_code", "period_start"]).any()
        assert own["value"].sum() == total
