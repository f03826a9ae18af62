"""e-Stat's tables of this project, cut to few areas and items: true figures, typed in with their sources.

Where a figure of the table itself is not at hand, it is the same publisher's figure of another form: SSDSE is made from
the tables 00000101xx and 00000202xx, and the fertility rates of all of them are those of the vital statistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.publishers.estat_table import Axis, Cell, Code, Table

SSDS = ("00200502", "社会・人口統計体系")
VITAL = ("00450011", "人口動態調査")
_SOUMU, _KOUROU = ("00200", "総務省"), ("00450", "厚生労働省")
_POPULATION = (("02", "人口・世帯"), ("03", "人口動態"))
_LEGEND = (
    ("***", "調査又は集計していないもの"),
    ("-", "データが得られないもの"),
    ("X", "数値が秘匿されているもの"),
)
_OBSERVED = Axis("tab", "観測値", (Code("00001", "観測値"),))
_NATION, _ISHIKAWA = Code("00000", "全国"), Code("17000", "石川県", "2")
_KANAZAWA = Code("17201", "石川県 金沢市", "2", parent="17000")
_SAPPORO_CHUO = Code("01101", "北海道 札幌市 中央区", "3", parent="01100")

# An item, an area and figures from a first year on, or years with their figures.
Line = tuple[str, str, Mapping[int, str]]


def _from(year: int, figures: str) -> dict[int, str]:
    return {year + after: text for after, text in enumerate(figures.split())}


# SSDSE-A-2018 to -2026 (births, deaths, marriages of Kanazawa, population of 2015 and 2020). Before: the table itself,
# published 2025-06-20: population of Kanazawa 1980 to 2010, and of Sapporo's Chūō ward in 2020 (Japanese residents:
# the same table, published 2024-06-21).
CITY: tuple[Line, ...] = (
    ("A1101", "17201", {1980: "417684", 1985: "430481", 1990: "442868", 1995: "453975", 2000: "456438"}),
    ("A1101", "17201", {2005: "454607", 2010: "462361", 2015: "465699", 2020: "463254"}),
    ("A2101", "01101", {2020: "248680"}),
    ("A4101", "17201", {2016: "3931", 2018: "3723", 2020: "3400", 2021: "3053", 2022: "3022", 2023: "2829"}),
    ("A4200", "17201", {2016: "4388", 2018: "4468", 2020: "4492", 2021: "4802", 2022: "5206", 2023: "5196"}),
    ("A9101", "17201", {2016: "2455", 2018: "2316", 2020: "2012", 2021: "1951", 2022: "1965", 2023: "1751"}),
)
# SSDSE-B-2025, Ishikawa 2011 to 2022; the nation: SSDSE-E-2023.
_BIRTHS = _from(2011, "9555 9544 9449 8961 9072 8928 8696 8359 7808 7712 7258 7075")
_RATES = _from(2011, "1.43 1.47 1.49 1.45 1.54 1.53 1.54 1.54 1.46 1.47 1.38 1.38")
PREFECTURE: tuple[Line, ...] = (
    ("A4101", "17000", _BIRTHS),
    ("A4101", "00000", {2020: "840835"}),
    ("A410101", "17000", _from(2011, "4931 4846 4869 4580 4587 4646 4432 4325 4000 3973 3700 3608")),
    ("A410102", "17000", _from(2011, "4624 4698 4580 4381 4485 4282 4264 4034 3808 3739 3558 3467")),
    ("A4103", "17000", _RATES),
    ("A4103", "00000", {2019: "1.36"}),
    ("A4200", "17000", _from(2011, "11962 12223 12223 12190 12280 12422 12727 12723 12900 12721 13214 14316")),
)
# SSDSE-B-2025, Ishikawa.
EDUCATION: tuple[Line, ...] = (
    ("E4601", "17000", _from(2011, "10118 10529 10093 10314 10203 10550 10357 10439 10418 9872 9995 9376")),
    ("E6501", "17000", _from(2011, "863 788 768 755 792 746 803 789 641 700 686 606")),
    ("E6502", "17000", _from(2011, "5389 5396 5554 5515 5351 5827 5543 5705 5739 5838 6240 6222")),
    ("E650210", "17000", _from(2011, "909 878 871 896 884 906 853 878 890 921 948 965")),
)
# SSDSE-B-2025, Ishikawa; the nation: SSDSE-E-2023.
TOURISM: tuple[Line, ...] = (
    ("G7101", "17000", _from(2011, "6314210 6381790 6571350 6544330 7542450 7594220 7350320 7844840 7631900 4555390")),
    ("G7101", "17000", {2021: "4149660", 2022: "6082860"}),
    ("G7101", "00000", {2021: "258876780"}),
    ("G7102", "17000", _from(2011, "117450 180190 303990 315070 433530 584910 711100 846920 926770 157940 12150")),
    ("G7102", "17000", {2022: "80750"}),
    ("G7102", "00000", {2021: "3438420"}),
)
_NAMES = {
    "A1101": ("総人口", "人"),
    "A2101": ("住民基本台帳人口（日本人）", "人"),
    "A4101": ("出生数", "人"),
    "A410101": ("出生数（男）", "人"),
    "A410102": ("出生数（女）", "人"),
    "A4103": ("合計特殊出生率", "‐"),
    "A4200": ("死亡数", "人"),
    "A9101": ("婚姻件数", "組"),
    "E4601": ("高等学校卒業者数", "人"),
    "E6501": ("短期大学卒業者数", "人"),
    "E6502": ("大学卒業者数", "人"),
    "E650210": ("大学卒業者のうち進学者数", "人"),
    "G7101": ("延べ宿泊者数", "人泊"),
    "G7102": ("外国人延べ宿泊者数", "人泊"),
}


def tables() -> dict[str, Table]:
    """The six tables by id."""
    cells = {"00000": _NATION, "17000": _ISHIKAWA, "17201": _KANAZAWA, "01101": _SAPPORO_CHUO}
    level = "都道府県データ 基礎データ"
    found = (
        _ssds("0000010101", "Ａ　人口・世帯", level, PREFECTURE, cells, "2026-02-20"),
        _ssds("0000010105", "Ｅ　教育", level, EDUCATION, cells, "2026-02-17"),
        _ssds("0000010107", "Ｇ　文化・スポーツ", level, TOURISM, cells, "2026-02-20"),
        _ssds(
            *("0000020201", "Ａ　人口・世帯", "市区町村データ 基礎データ（廃置分合処理済）", CITY, cells, "2025-06-20"),
            area="市区町村",
            explanation="データは、2024年3月31日時点の市区町村で整備しています。",
        ),
        _fertility_rates(),
        _births_by_age(),
    )
    return {table.id: table for table in found}


def _years(lines: Iterable[Line]) -> list[int]:
    return sorted({year for _, _, figures in lines for year in figures})


def _ssds(
    table_id: str,
    title: str,
    family: str,
    lines: tuple[Line, ...],
    areas: Mapping[str, Code],
    updated: str,
    *,
    area: str = "全国",
    explanation: str = "",
) -> Table:
    """A table of the system of social and demographic statistics: every year is called 年度, codes stand in names."""
    items = sorted({item for item, _, _ in lines})
    years = [*_years(lines), _years(lines)[-1] + 1]  # the newest year is announced before it has a figure
    return Table(
        table_id,
        SSDS,
        _SOUMU,
        family,
        {"@no": table_id, "$": title},
        (
            _OBSERVED,
            Axis("cat01", title, tuple(Code(i, f"{i}_{_NAMES[i][0]}", unit=_NAMES[i][1]) for i in items)),
            Axis("area", "地域", tuple(areas[code] for code in sorted({area for _, area, _ in lines}))),
            Axis("time", "調査年", tuple(Code(f"{year}100000", f"{year}年度") for year in years)),
        ),
        tuple(
            Cell(("00001", item, where, f"{year}100000"), text)
            for item, where, figures in lines
            for year, text in figures.items()
        ),
        updated,
        updated,
        _LEGEND,
        collect_areas=(area,),
        description={"TABULATION_CATEGORY_EXPLANATION": family, "TABULATION_SUB_CATEGORY_EXPLANATION1": explanation},
    )


def _fertility_rates() -> Table:
    """0003411598. Its tab code, unit and years are known from users; its legend and dates are examples."""
    years = sorted(_RATES)
    return Table(
        "0003411598",
        VITAL,
        _KOUROU,
        "人口動態統計 確定数 出生",
        "都道府県別にみた年次別合計特殊出生率",
        (
            Axis("tab", "表章項目", (Code("10060", "合計特殊出生率", "", unit=""),)),
            Axis("area", "都道府県", (_NATION, _ISHIKAWA)),
            Axis("time", "時間軸(年次)", tuple(Code(f"{year}000000", f"{year}年") for year in years)),
        ),
        (
            *(Cell(("10060", "17000", f"{year}000000"), rate) for year, rate in _RATES.items()),
            Cell(("10060", "00000", "2019000000"), "1.36"),
        ),
        "2025-09-16",
        "2025-09-16",
        (("-", "計数のない場合"), ("…", "計数不明の場合")),
        collect_areas=("全国", "都道府県"),
        cycle="年次",
        category=_POPULATION,
    )


def _births_by_age() -> Table:
    """0003412062, totals of all ages only. No answer of it is public: the codes of sex and age are examples."""
    total, male, female = "00100", "00110", "00120"
    lines = [(total, "17000", _BIRTHS), (male, "17000", PREFECTURE[2][2]), (female, "17000", PREFECTURE[3][2])]
    lines.append((total, "17201", next(figures for item, _, figures in CITY if item == "A4101")))
    return Table(
        "0003412062",
        VITAL,
        _KOUROU,
        "人口動態統計 確定数 保管統計表 都道府県編 出生",
        {"@no": "2", "$": "出生数，都道府県・市区町村・性・母の年齢（５歳階級）別"},
        (
            Axis("tab", "表章項目", (Code("10040", "出生数", "", unit="人"),)),
            Axis("cat01", "性別", (Code(total, "総数"), Code(male, "男", "2"), Code(female, "女", "2"))),
            Axis("cat02", "母の年齢（５歳階級）", (Code(total, "総数"),)),
            Axis("area", "都道府県・市区町村", (_ISHIKAWA, Code("17201", "金沢市", "4", parent="17000"))),
            Axis("time", "時間軸(年次)", tuple(Code(f"{y}000000", f"{y}年") for y in _years((lines[0], lines[3])))),
        ),
        tuple(
            Cell(("10040", sex, total, area, f"{year}000000"), text)
            for sex, area, figures in lines
            for year, text in figures.items()
        ),
        "2025-09-16",
        "2025-09-16",
        (("-", "計数のない場合"),),
        collect_areas=("都道府県", "市区町村"),
        survey_date="202301-202312",
        cycle="年次",
        category=_POPULATION,
    )
