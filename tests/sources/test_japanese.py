"""How Japanese figures are read: bytes, numbers, symbols, periods, units."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import Period, PeriodKind
from sources.japanese import (
    UNITS,
    Number,
    convert,
    decode,
    fold,
    is_none_counted,
    parse_number,
    parse_period,
    symbol_status,
    unit_factor,
    windows_in,
)

# Legends as the tables themselves print them.
CENSUS = {"***": "当該数値がないもの", "-": "当該数値がないもの"}
SSDS = {"***": "調査又は集計していないもの", "-": "データが得られないもの", "X": "数値が秘匿されているもの"}
WAGES = {"-": "計数のない場合"}
VITAL = WAGES | {
    "…": "計数不明又は計数を表章することが不適当な場合",
    "・": "統計項目のあり得ない場合",
}
FULL_WIDTH = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")


class TestDecode:
    def test_utf8_with_a_byte_order_mark_loses_the_mark(self):
        assert decode("金沢市".encode("utf-8-sig")) == "金沢市"

    def test_utf8_without_a_mark_is_tried_before_cp932(self):
        assert decode("金沢市".encode()) == "金沢市"

    def test_cp932_is_read_with_its_own_characters(self):
        assert decode("金沢市①～㈱".encode("cp932")) == "金沢市①～㈱"

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
    def test_utf16_is_read_only_when_it_says_so(self, encoding):
        body = "金沢市".encode(encoding)
        assert decode(body if encoding == "utf-16" else b"\xff\xfe" + body) == "金沢市"

    @pytest.mark.parametrize(
        "body",
        [
            b"\xef\xbb\xbf\x8b\xe0\x91\xf2",  # a UTF-8 mark in front of CP932
            "金沢".encode("euc-jp") + b"\xff",
            b"\x8b",  # half a CP932 character
            b"\x80abc",
        ],
    )
    def test_bytes_that_are_no_text_are_an_error_and_never_a_guess(self, body):
        with pytest.raises(ValueError, match="check whether the file is text"):
            decode(body)

    @given(st.text(alphabet="金沢市石川県人口①△０１２３abc,\n"))
    def test_every_japanese_text_survives_both_encodings(self, text):
        assert decode(text.encode("utf-8-sig")) == text
        assert decode(text.encode("cp932")) == text or decode(text.encode()) == text


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("3931", 3931),
            ("１，２３４", 1234),
            (" 1,234.5 ", 1234.5),
            ("△12", -12),
            ("▲ 3.5", -3.5),
            ("−4", -4),
            ("－4", -4),
            ("‐4", -4),
            ("+7", 7),
            ("844万", 8_440_000),
            ("1,006.4万", 10_064_000),
            ("412万5,395", 4_125_395),
            ("1億2,345万", 123_450_000),
            ("0", 0),
        ],
    )
    def test_the_printed_forms_of_a_number(self, text, value):
        assert parse_number(text) == Number(float(value))

    @pytest.mark.parametrize(
        ("text", "value", "note"),
        [
            ("1,234*1", 1234, "*1"),
            ("1,234注)", 1234, "注)"),
            ("1,234（注1）", 1234, "(注1)"),
            ("※ 12", 12, "※"),
            ("12①", 12, "①"),
            ("①12", 12, "①"),
            ("１２²", 12, "²"),
            ("1,234 1)", 1234, "1)"),
        ],
    )
    def test_a_footnote_mark_is_split_off_and_never_becomes_a_digit(self, text, value, note):
        assert parse_number(text) == Number(float(value), note=note)

    @pytest.mark.parametrize(
        ("text", "symbol"),
        [
            ("-", "-"),
            ("－", "-"),
            ("―", "-"),
            ("***", "***"),
            ("X", "X"),
            ("ｘ", "X"),
            ("…", "…"),
            ("...", "…"),
            ("", ""),
        ],
    )
    def test_a_symbol_is_no_number_and_has_one_spelling(self, text, symbol):
        assert parse_number(text) == Number(None, symbol=symbol)

    @pytest.mark.parametrize(
        "text",
        [
            "①",
            "約300",
            "1,23",
            "1 234",
            "1e5",
            "nan",
            "inf",
            "12億3億",
            "5万1億",
            "1.5万300",
            "844万人",
            "(12)",
            "*1",
            "٣",
        ],
    )
    def test_what_is_not_clearly_one_number_has_no_value(self, text):
        number = parse_number(text)
        assert number.value is None
        assert number.symbol

    @given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
    def test_every_number_survives_full_width_digits_and_thousands_separators(self, number):
        printed = f"{number:,}".replace("-", "△").translate(FULL_WIDTH)
        assert parse_number(printed) == parse_number(str(number)) == Number(float(number))

    @given(st.integers(0, 10**12))
    def test_grouping_by_ten_thousands_says_the_same(self, number):
        high, rest = divmod(number, 10**8)
        middle, low = divmod(rest, 10**4)
        printed = (f"{high}億" if high else "") + (f"{middle}万" if middle else "") + (str(low) if low else "")
        assert parse_number(printed or "0") == Number(float(number))

    @given(st.text(max_size=12))
    def test_any_text_gives_a_value_or_a_symbol_but_never_both_and_never_an_error(self, text):
        number = parse_number(text)
        assert number.value is None or not number.symbol


class TestSymbols:
    @pytest.mark.parametrize(
        ("legend", "symbol", "status"),
        [
            (SSDS, "***", "L"),
            (SSDS, "-", "O"),
            (SSDS, "X", "Q"),
            (CENSUS, "***", "M"),
            (CENSUS, "-", "M"),
            (WAGES, "-", "M"),
            (VITAL, "…", "O"),
            (VITAL, "・", "M"),
            ({"…": "計数不明の場合"}, "…", "O"),
            ({"…": "未集計"}, "…", "O"),
            ({"-": "計数のない場合又は計数不明の場合"}, "-", "O"),
            ({"・": "統計項目のありえない場合"}, "・", "M"),
            ({"X": "調査対象の秘密を保護するため、統計数値を公表しない"}, "X", "Q"),
            ({"***": "やむを得ない事情により公表しないもの"}, "***", "O"),
        ],
    )
    def test_a_symbol_means_what_its_own_table_says(self, legend, symbol, status):
        assert symbol_status(symbol, legend) == (status, legend[symbol])

    def test_the_legend_may_spell_the_symbol_in_full_width(self):
        assert symbol_status(parse_number("-").symbol, {"－": "データが得られないもの"})[0] == "O"

    @pytest.mark.parametrize(("symbol", "legend"), [("X", {}), ("***", {"X": "秘匿"}), ("", {"X": "秘匿"})])
    def test_a_symbol_that_nobody_explained_has_no_status(self, symbol, legend):
        assert symbol_status(symbol, legend) == ("", "")

    @pytest.mark.parametrize("meaning", ["計数のない場合", "計数のないもの", "計数の無い場合を示す。", "計数のない"])
    @pytest.mark.parametrize("unit", ["人", "人泊", "件", "組", "校"])
    def test_where_a_table_has_none_of_what_it_counts_the_count_is_zero(self, meaning, unit):
        assert is_none_counted(meaning, unit)

    @pytest.mark.parametrize("unit", ["", "%", "円", "千円", "ha", "state", "no unit of ours"])
    def test_where_there_are_none_a_rate_or_an_amount_is_no_zero(self, unit):
        assert not is_none_counted("計数のない場合", unit)

    @pytest.mark.parametrize(
        "meaning",
        ["", "データが得られないもの", "当該数値がないもの", "計数不明の場合", "計数のない場合又は計数不明の場合"],
    )
    def test_what_is_not_known_is_never_zero(self, meaning):
        assert not is_none_counted(meaning, "人")

    def test_words_that_nobody_classified_keep_their_text_but_get_no_status(self):
        assert symbol_status("※", {"※": "参考値"}) == ("", "参考値")


class TestWindowsInTitles:
    @pytest.mark.parametrize(
        ("title", "windows"),
        [
            ("第２表　合計特殊出生率（平成30年～令和４年）", [(2018, 2022)]),
            ("平成 25 ～ 29 年 人口動態統計特殊報告", [(2013, 2017)]),
            ("2018～2022、前回は2013～2017", [(2018, 2022), (2013, 2017)]),
            ("母の年齢（15～19歳）別、平成30年", []),
            ("平成30年度-1月", []),
            ("平成30年-1月、令和4年～平成30年", []),
        ],
    )
    def test_the_spans_of_years_within_a_title_are_found_in_order(self, title, windows):
        assert windows_in(title) == [Period.window(*years) for years in windows]

    @given(st.text(max_size=30))
    def test_any_text_has_some_or_none(self, text):
        assert all(window.kind is PeriodKind.WINDOW for window in windows_in(text))

    @given(st.integers(1900, 2100), st.integers(0, 50))
    def test_a_title_that_is_a_window_holds_the_one_that_it_is(self, first, more):
        window = Period.window(first, first + more)
        assert windows_in(f"表（{window.label}）") == [window] == [parse_period(window.label)]


class TestPeriods:
    @pytest.mark.parametrize(
        ("text", "period"),
        [
            ("2019", Period.cy(2019)),
            ("2019年", Period.cy(2019)),
            ("令和元年", Period.cy(2019)),
            ("H31", Period.cy(2019)),
            ("㍻ 27", Period.cy(2015)),
            ("2019年度", Period.fy(2019)),
            ("FY2019", Period.fy(2019)),
            ("平成27年度", Period.fy(2015)),
            ("平成元年度", Period.fy(1989)),
            ("2024-01", Period.month(2024, 1)),
            ("２０２４年１月", Period.month(2024, 1)),
            ("2024年12月分", Period.month(2024, 12)),
            ("2018-2022", Period.window(2018, 2022)),
            ("平成30年～令和4年", Period.window(2018, 2022)),
            ("平成25〜29年", Period.window(2013, 2017)),
            ("平成27年度～令和元年度", Period.window(2015, 2019, fiscal=True)),
            ("平成27～29年度", Period.window(2015, 2017, fiscal=True)),
            ("2015年度から2017年度", Period.window(2015, 2017, fiscal=True)),
            ("FY2015-2017", Period.window(2015, 2017, fiscal=True)),
            ("FY2015-FY2017", Period.window(2015, 2017, fiscal=True)),
            ("R8.10.31", Period.day(date(2026, 10, 31))),
            ("H30.4.1", Period.day(date(2018, 4, 1))),
            ("2027/5/31", Period.day(date(2027, 5, 31))),
            ("令和8年10月31日", Period.day(date(2026, 10, 31))),
        ],
    )
    def test_the_printed_forms_of_a_period(self, text, period):
        assert parse_period(text) == period

    @pytest.mark.parametrize("text", ["2019", "2019年", "令和元年", "H31"])
    def test_a_bare_year_becomes_the_kind_that_is_asked_for(self, text):
        assert parse_period(text, PeriodKind.FY) == Period.fy(2019)
        assert parse_period(text, PeriodKind.CY) == Period.cy(2019)

    @pytest.mark.parametrize(
        ("text", "kind"), [("2019年度", PeriodKind.CY), ("2024年1月", PeriodKind.FY), ("2019", PeriodKind.MONTH)]
    )
    def test_a_text_that_says_another_kind_is_refused(self, text, kind):
        with pytest.raises(ValueError, match="was asked for"):
            parse_period(text, kind)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "27",
            "R0",
            "2024-13",
            "2024年2月30日",
            "2022-2018",
            "令和元年度～平成27年度",
            "2024年1",
            "約2019年",
            "20240",
        ],
    )
    def test_what_is_no_period_is_a_sentence_that_quotes_it(self, text):
        with pytest.raises(ValueError, match=r"period|year|calendar"):
            parse_period(text)

    @given(st.integers(1, 60), st.sampled_from([("令和", "R", 2018), ("平成", "H", 1988), ("昭和", "S", 1925)]))
    def test_long_and_short_era_names_count_from_the_same_first_year(self, number, era):
        long, short, before_first = era
        printed = "元" if number == 1 else str(number)
        assert (
            parse_period(f"{long}{printed}年") == parse_period(f"{short}{number}") == Period.cy(before_first + number)
        )

    @given(
        st.one_of(
            st.integers(1868, 2199).map(Period.cy),
            st.integers(1868, 2199).map(Period.fy),
            st.builds(Period.month, st.integers(1868, 2199), st.integers(1, 12)),
            st.builds(
                lambda first, years, fiscal: Period.window(first, first + years, fiscal=fiscal),
                st.integers(1868, 2150),
                st.integers(1, 49),
                st.booleans(),
            ),
            st.dates(date(1868, 1, 1), date(2199, 12, 31)).map(Period.day),
        )
    )
    def test_every_label_that_we_print_is_read_back(self, period):
        assert parse_period(period.label) == period


class TestUnits:
    @pytest.mark.parametrize(
        ("value", "printed", "wanted", "result"),
        [
            (1006.4, "万人", "人", 10_064_000),
            (25018, "千人", "人", 25_018_000),
            (58528, "百万円", "億円", 585.28),
            (1.46, "‐", "", 1.46),
            (48.4, "％", "%", 48.4),
            (12, "ｈａ", "m2", 120_000),
        ],
    )
    def test_a_figure_keeps_its_worth_in_another_unit(self, value, printed, wanted, result):
        assert convert(value, printed, wanted) == pytest.approx(result, rel=1e-15)

    @pytest.mark.parametrize(("printed", "wanted"), [("人", "人泊"), ("件", "人"), ("%", "")])
    def test_units_of_different_kinds_never_convert(self, printed, wanted):
        with pytest.raises(ValueError, match="cannot become"):
            convert(1, printed, wanted)

    def test_an_unknown_unit_is_named_together_with_the_table_to_extend(self):
        with pytest.raises(ValueError, match=r"'斤'.*UNITS"):
            convert(1, "斤", "人")

    @given(
        st.decimals(0, 10**9, places=3, allow_nan=False), st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS))
    )
    def test_there_and_back_is_the_same_figure(self, number, one, other):
        if UNITS[one][0] == UNITS[other][0]:
            there = Decimal(str(number)) * unit_factor(one, other)
            assert there * unit_factor(other, one) == pytest.approx(number, rel=Decimal("1e-20"))


def test_folding_keeps_circled_and_raised_digits_and_joins_everything_else():
    assert fold("　ｔｏｔａｌ　１５～６４歳①²") == "total 15~64歳①²"
