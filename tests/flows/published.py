"""Publishers' files in their documented formats, printed from the recorded figures: true figures, few areas."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from sources.recorded import read_text_csv, recorded_file

E_2023 = "/files/SSDSE-E-2023.csv"
B_2025 = "/files/SSDSE-B-2025.csv"
CITY_202606 = "/code4fukui/japan-kanko-stat/main/data/city202606.csv"
PREF_202606 = "/code4fukui/japan-kanko-stat/main/data/pref202606.csv"

_NAMES = {"00000": "全国", "17000": "石川県", "17201": "金沢市"}


def files() -> dict[str, bytes]:
    """What the publishers serve on a good night, by path."""
    return {
        E_2023: _one_year_a_column("ssdse/E-2023"),
        B_2025: _one_year_a_line("ssdse/B-2025"),
        CITY_202606: _visitors("digital_tourism/city-202606", "市区町村", ("17", "石川県"), "17201"),
        PREF_202606: _visitors("digital_tourism/pref-202606", "都道府県", (), "17"),
    }


def _figures(resource: str) -> list[dict[str, str]]:
    lines = read_text_csv(recorded_file(resource.partition("/")[0]))
    return lines[lines["resource"] == resource].to_dict("records")


def _one_year_a_column(resource: str) -> bytes:
    """SSDSE-E: codes, the data year of each column, names; then a line an area."""
    figures = _figures(resource)
    years = {figure["source_column"]: figure["period_start"][:4] for figure in figures}
    printed = {(figure["area_code"], figure["source_column"]): figure["raw_text"] for figure in figures}
    lines = [["SSDSE-E-2023", "Prefecture", *years], ["", "年度", *years.values()], ["地域コード", "都道府県", *years]]
    lines += [
        [f"R{area}", _NAMES[area], *(printed[area, column] for column in years)]
        for area in sorted({area for area, _ in printed})
    ]
    return _csv(lines).encode("cp932")


def _one_year_a_line(resource: str) -> bytes:
    """SSDSE-B: codes, names; then a line a year, the newest first."""
    figures = _figures(resource)
    columns = list(dict.fromkeys(figure["source_column"] for figure in figures))
    printed = {(figure["period_start"][:4], figure["source_column"]): figure["raw_text"] for figure in figures}
    years = sorted({year for year, _ in printed}, reverse=True)
    lines = [["SSDSE-B-2025", "Code", "Prefecture", *columns], ["年度", "地域コード", "都道府県", *columns]]
    lines += [[year, "R17000", _NAMES["17000"], *(printed[year, column] for column in columns)] for year in years]
    return _csv(lines).encode("cp932")


def _visitors(resource: str, division: str, prefecture: Sequence[str], code: str) -> bytes:
    """Digital tourism statistics: a line a month and area, UTF-8 with byte order mark."""
    above = ["都道府県コード", "都道府県名"] if prefecture else []
    lines = [["年", "月", "地域区分", "データ区分", *above, "地域コード", "地域名称", "人数"]]
    for figure in _figures(resource):
        year, month, _ = figure["period_start"].split("-")
        area = [code, _NAMES[figure["area_code"]]]
        lines.append([year, str(int(month)), division, "観光来訪者数", *prefecture, *area, figure["raw_text"]])
    return _csv(lines).encode("utf-8-sig")


def _csv(lines: Iterable[Sequence[str]]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()
