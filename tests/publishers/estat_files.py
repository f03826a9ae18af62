"""e-Stat's workbooks, small and in their documented layouts, with true figures, and the paths that serve them.

Figures: Bayes estimates of 2018-2022 (municipalities of Ishikawa), Kanazawa's second preliminary guest nights of May
2025, Ishikawa's final guest nights of 2025 (the year's line is the sum of the twelve months), and the resident register
of 1 January 2018 with births and deaths of 2017. The residents by age are hypothetical: no true figure is at hand.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

TFR, LODGING, RESIDENTS, WOMEN = "000040174881", "000040300537", "000031736913", "000031736918"

RATES = {
    "17201金沢市": 1.36,
    "17202七尾市": 1.39,
    "17203小松市": 1.62,
    "17212野々市市": 1.62,
    "17365内灘町": 1.24,
}
MONTHS_2025 = (
    594_970,
    607_670,
    791_140,
    802_540,
    855_380,
    660_750,
    758_640,
    961_380,
    734_640,
    928_970,
    986_260,
    833_980,
)
JUKI_GROUPS = {7: "住民票記載数", 13: "住民票消除数", 19: "増減数(Ａ)-(Ｂ)"}
JUKI_ITEMS = (
    *(
        "男",
        "女",
        "人",
        "",
        "転入者数（国内）",
        "転入者数（国外）",
        "転入者数（計）",
        "出生者数",
        "その他（計）",
        "計（Ａ）",
    ),
    *("転出者数（国内）", "転出者数（国外）", "転出者数（計）", "死亡者数", "その他（計）", "計（Ｂ）"),
)
# Code, prefecture, municipality, then the figures under JUKI_ITEMS.
RESIDENTS_2018 = (
    (
        *("", "合計", ""),
        *(62_298_889, 65_408_370, 127_707_259, 58_007_536, 5_310_968, 589_213, 5_900_181, 964_690, 84_301),
        *(6_949_172, 5_323_642, 305_526, 5_629_168, 1_347_710, 172_121, 7_148_999),
    ),
    (
        *("010006", "北海道", ""),
        *(2_522_526, 2_817_013, 5_339_539, 2_772_845, 247_097, 14_455, 261_552, 34_340, 2_238),
        *(298_130, 253_563, 9_509, 263_072, 62_718, 3_608, 329_398),
    ),
    (
        *("172014", "石川県", "金沢市"),
        *(219_561, 234_855, 454_416, 205_355, 15_158, 2_067, 17_225, 3_867, 221),
        *(21_313, 15_500, 853, 16_353, 4_571, 470, 21_394),
    ),
    (
        *("473804", "沖縄県", "八重山郡"),
        *(3_150, 2_829, 5_979, 3_359, 826, 26, 852, 67, 3),
        *(922, 829, 19, 848, 56, 12, 916),
    ),
)

# Further municipalities of the same edition.
MORE_OF_2018 = (
    (
        *("172022", "石川県", "七尾市"),
        *(25_518, 28_409, 53_927, 22_233, 1_161, 285, 1_446, 302, 21),
        *(1_769, 1_432, 77, 1_509, 828, 66, 2_403),
    ),
    (
        *("172031", "石川県", "小松市"),
        *(53_114, 55_469, 108_583, 42_731, 3_176, 734, 3_910, 900, 12),
        *(4_822, 3_414, 334, 3_748, 1_125, 21, 4_894),
    ),
    (
        *("172049", "石川県", "輪島市"),
        *(13_156, 14_601, 27_757, 12_793, 707, 38, 745, 133, 7),
        *(885, 811, 26, 837, 540, 24, 1_401),
    ),
)


def path(stat_inf_id: str, file_kind: int = 0) -> str:
    """Path and query under which e-Stat serves a file."""
    return f"/stat-search/file-download?statInfId={stat_inf_id}&fileKind={file_kind}"


def files() -> dict[str, bytes]:
    """What e-Stat serves on a good night, by path and query."""
    return {
        path(TFR): tfr_municipal(),
        path(LODGING): second_preliminary(),
        path(RESIDENTS): resident_register(),
        path(WOMEN): residents_by_age(),
    }


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], merged: Sequence[str] = ()) -> bytes:
    """An xlsx with these rows on these sheets; ``merged`` ranges are merged on each of them."""
    book = Workbook()
    for name in book.sheetnames:
        del book[name]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in merged:
            sheet.merge_cells(cells)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def tfr_municipal(rates: Mapping[str, object] = RATES, years: str = "") -> bytes:
    """Second table of the statistics: code and name in one cell with a blank behind, then the rate."""
    title = f"第２表　合計特殊出生率，母の年齢（５歳階級）・都道府県・保健所・市区町村別{years}"
    rows: list[list[object]] = [[title], []]
    rows += [["", "合計特殊\n出生率", "母の年齢別出生率（女性人口千対）"], ["", "", "15～19歳"]]
    rows += [[f"{area}　", rate] for area, rate in rates.items()]
    rows += [["1706能登北部保健所　", None], ["注）ベイズ推定値である。"]]
    return workbook({"第2表": rows})


def second_preliminary(month: int = 5, dated: str = "") -> bytes:
    """Reference tables 6 and 12 of a month, with full-width numbers in the titles as printed."""

    def table(number: str, item: str, unit: str, figure: float) -> list[list[object]]:
        title = f"参考第{number}表　施設所在地(主な市区町村)、客室数別{item}{dated}"
        return [
            [title],
            [],
            [None, None, None, None, None, f"（単位：{unit}）"],
            ["施設所在地\n（主な市区町村）", f"{item} 1)、2)"],
            [None, None, "1～9室", "10～19室", "20室以上"],
            [],
            ["石川県　金沢市", figure],
            ["1) 回答のあった施設の実数。"],
        ]

    return workbook(
        {
            f"参考第６表({month}月)": table("６", "延べ宿泊者数", "人泊", 336_340),
            f"参考第１２表({month}月)": table("１２", "客室稼働率", "％", 76.2),
        },
        merged=["B4:E4"],
    )


def annual_final(year: str = "令和7年", months: Sequence[int] = MONTHS_2025) -> bytes:
    """Second table of the final figures, the year and each month; without the nation, whose figures are not at hand."""

    def table(label: str, total: int, foreign: int | None) -> list[list[object]]:
        return [
            [f"第２表　施設所在地（47区分及び運輸局等）、従業者数別延べ宿泊者数（{label}）"],
            [],
            [None, None, None, None, "（単位：人泊）"],
            ["施設所在地（47区分及び運輸局等）", "延べ宿泊者数", None, "うち外国人延べ宿泊者数", None],
            [None, None, "0～9人", None, "0～9人"],
            [],
            ["　17石川県", total, None, foreign],
            ["　北陸信越運輸局"],
        ]

    sheets = {"第2表(年計)": table(f"{year}年計", sum(months), 2_142_820)}
    sheets |= {f"第2表({at}月)": table(f"{year}{at}月", total, None) for at, total in enumerate(months, start=1)}
    return workbook(sheets, merged=["B4:C4", "D4:E4"])


def resident_register(lines: Sequence[Sequence[object]] = RESIDENTS_2018, year: int = 30) -> bytes:
    """Table 03 of a year of Heisei: title, years, groups, items, then the lines."""
    day, before = f"平成{year}年1月1日", f"平成{year - 1}年（1月1日から同年12月31日まで）"
    title = f"{day}住民基本台帳人口・世帯数、{before}人口動態（市区町村別）（総計）"
    years: list[object] = ["団体コード", "都道府県名", "市区町村名", f"平成{year}年", *[None] * 3, f"平成{year - 1}年"]
    groups: list[object] = [None] * 3 + ["人　口", None, None, "世帯数"] + [JUKI_GROUPS.get(at) for at in range(7, 20)]
    items: list[object] = ["団体コード", None, None, *JUKI_ITEMS]
    return workbook({"総計": [[title], years, groups, items, *lines]}, merged=["D3:F3", "H3:M3", "N3:S3"])


def residents_by_age(year: str = "平成30年", people: str = "日本人住民") -> bytes:
    """Table 08: one header row, three lines an area. Men: 1,000 times the first age of the group; women: 500 more."""
    ages = [f"{first}歳～{first + 4}歳" for first in range(0, 100, 5)]
    header = ["団体コード", "都道府県名", "市区町村名", "性別", "総数", *ages, "100歳以上"]
    rows: list[list[object]] = [[f"{year}1月1日住民基本台帳年齢階級別人口（市区町村別）（{people}）"], header]
    men = [1_000 * first for first in range(0, 105, 5)]
    women = [figure + 500 for figure in men]
    for area in (("", "合計", ""), ("170003", "石川県", "-"), ("172014", "石川県", "金沢市")):
        by_sex = {"計": [m + w for m, w in zip(men, women, strict=True)], "男": men, "女": women}
        rows += [[*area, sex, sum(figures), *figures] for sex, figures in by_sex.items()]
    return workbook({"日本人": rows})
