"""The Statistics Dashboard on loopback: answers of getData and getIndicatorInfo from a table of true figures.

No recorded answer is public; envelope and fields follow the publisher's documentation and what its users read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.publishers.replica import Answer, Replica

PREFIX = "/api/1.0/Json/"
NO_DATA = "正常に終了しましたが、該当データはありませんでした。"
_REGIONS = {"00000": ("全国", "2"), "17000": ("石川県", "3"), "17201": ("金沢市", "4"), "13000": ("東京都", "3")}
_UNITS = {"人": "090", "世帯": "091", "件": "092"}
_NAMES = {
    "0201010000000010000": ("総人口（総数）", "人"),
    "0202010000000010010": ("世帯数", "世帯"),
    "0203010000000010000": ("出生数", "人"),
    "0203020000000010000": ("死亡数", "人"),
    "0203070000000010010": ("婚姻件数", "件"),
}
_STATISTICS = {"0201": ("00200521", "国勢調査"), "0202": ("00200521", "国勢調査"), "0203": ("00450011", "人口動態調査")}


@dataclass(frozen=True)
class Figure:
    """One figure: indicator, region, time code, printed value, and ``1`` when it is provisional."""

    indicator: str
    region: str
    time: str
    text: str
    provisional: str = "0"


# True figures, from SSDSE-A-2026, SSDSE-B-2025 and SSDSE-E-2023 (National Statistics Center): census of 2020 and vital
# statistics; the census figure of the nation: 国勢調査 時系列. Tokyo's is provisional, as a user of the API saw it.
FIGURES = (
    Figure("0201010000000010000", "00000", "2020CY00", "126146099"),
    Figure("0201010000000010000", "17000", "2020CY00", "1132526"),
    Figure("0201010000000010000", "17201", "2015CY00", "465699"),
    Figure("0201010000000010000", "17201", "2020CY00", "463254"),
    Figure("0201010000000010000", "13000", "2025CY00", "14246219", "1"),
    Figure("0202010000000010010", "17201", "2015CY00", "199572"),
    Figure("0202010000000010010", "17201", "2020CY00", "207520"),
    Figure("0203010000000010000", "00000", "2020CY00", "840835"),
    Figure("0203010000000010000", "17000", "2020CY00", "7712"),
    Figure("0203010000000010000", "17000", "2021CY00", "7258"),
    Figure("0203010000000010000", "17000", "2022CY00", "7075"),
    Figure("0203010000000010000", "17201", "2020CY00", "3400"),
    Figure("0203010000000010000", "17201", "2022CY00", "3022"),
    Figure("0203010000000010000", "17201", "2023CY00", "2829"),
    Figure("0203020000000010000", "00000", "2020CY00", "1372755"),
    Figure("0203020000000010000", "17000", "2022CY00", "14316"),
    Figure("0203020000000010000", "17201", "2023CY00", "5196"),
    Figure("0203070000000010010", "00000", "2020CY00", "525507"),
    Figure("0203070000000010010", "17000", "2022CY00", "4214"),
    Figure("0203070000000010010", "17201", "2023CY00", "1751"),
)


@dataclass
class Dashboard:
    """The API with its figures; both may be changed while it serves.

    Attributes:
        figures: what getData chooses from.
        date: the moment in every answer: bytes differ by night although figures do not.
        says: statuses for the next answers, one each, as (status, message); after them all is well.
    """

    figures: list[Figure] = field(default_factory=lambda: list(FIGURES))
    date: str = "Tue Nov 24 03:15:00 JST 2026"
    says: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, answer: Answer) -> None:
        """Answer one request."""
        path, _, query = answer.path.partition("?")
        asked = {name.lower(): values[-1] for name, values in parse_qs(query).items()}
        call = path.removeprefix(PREFIX)
        content = self.data(asked) if call == "getData" else indicators(asked) if call == "getIndicatorInfo" else None
        if content is None:
            answer.send(404, b"<html>not here</html>", {"Content-Type": "text/html"})
        else:
            answer.send(200, json.dumps(content, ensure_ascii=False).encode(), {"Content-Type": "application/json"})

    def data(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The answer of getData. Names of parameters are in lower case."""
        if self.says:
            return self._envelope(*self.says.pop(0))
        codes, regions = asked.get("indicatorcode", "").split(","), asked.get("regioncode", "").split(",")
        if codes == [""]:
            return self._envelope("101", "必須パラメータが設定されていません。")
        if len(codes) > 5 or len(regions) > 50:
            return self._envelope("105", "パラメータの個数が上限を超えています。")
        found = [
            figure
            for figure in self.figures
            if figure.indicator in codes
            and (regions == [""] or figure.region in regions)
            and asked.get("regionalrank", _REGIONS[figure.region][1]) == _REGIONS[figure.region][1]
            and asked.get("cycle", "3") == "3"
        ]
        return self._envelope("0", "正常に終了しました。", found) if found else self._envelope("1", NO_DATA)

    def _envelope(self, status: str, message: str, found: Iterable[Figure] = ()) -> dict[str, Any]:
        result = {"status": status, "errorMsg": message, "date": self.date}
        figures = list(found)
        return {"GET_STATS": {"RESULT": result} | ({"STATISTICAL_DATA": statistical_data(figures)} if figures else {})}


def mount(replica: Replica) -> None:
    """The API as on a good night."""
    replica.mount(PREFIX, Dashboard())


def statistical_data(figures: list[Figure]) -> dict[str, Any]:
    """Everything below STATISTICAL_DATA. Of unit and cycle the name stands in ``$``, of the others in ``@name``."""
    statistics = {_STATISTICS[figure.indicator[:4]] for figure in figures}
    indicators = sorted({figure.indicator for figure in figures})
    units = sorted({_NAMES[figure.indicator][1] for figure in figures})
    regions = sorted({figure.region for figure in figures})
    return {
        "RESULT_INF": {"TOTAL_NUMBER": str(len(figures))},
        "TABLE_INF": {"STAT_NAME": [{"@code": code, "$": name} for code, name in sorted(statistics)]},
        "CLASS_INF": {
            "CLASS_OBJ": [
                _class("indicator", "系列", [{"@code": code, "@name": _NAMES[code][0]} for code in indicators]),
                _class("unit", "単位", [{"@code": _UNITS[unit], "$": unit} for unit in units]),
                _class("regionCode", "地域", [{"@code": code, "@name": _REGIONS[code][0]} for code in regions]),
                _class("cycle", "周期", [{"@code": "3", "$": "年"}]),
                _class("isProvisional", "速報", [{"@code": "0", "$": "確報"}, {"@code": "1", "$": "速報"}]),
            ]
        },
        "DATA_INF": {"DATA_OBJ": [{"VALUE": _value(figure)} for figure in figures]},
    }


def _class(class_id: str, name: str, entries: list[dict[str, str]]) -> dict[str, Any]:
    return {"@id": class_id, "@name": name, "CLASS": entries}


def _value(figure: Figure) -> dict[str, str]:
    return {
        "@indicator": figure.indicator,
        "@unit": _UNITS[_NAMES[figure.indicator][1]],
        "@stat": _STATISTICS[figure.indicator[:4]][0],
        "@regionCode": figure.region,
        "@time": figure.time,
        "@cycle": "3",
        "@regionRank": _REGIONS[figure.region][1],
        "@isSeasonal": "1",
        "@isProvisional": figure.provisional,
        "$": figure.text,
    }


def indicators(asked: Mapping[str, str]) -> dict[str, Any]:
    """The answer of getIndicatorInfo: every indicator whose name has the word."""
    word = asked.get("searchindicatorword", "")
    found = [_indicator(code, name, unit) for code, (name, unit) in _NAMES.items() if word in name]
    result = {"status": "0" if found else "1", "errorMsg": "正常に終了しました。" if found else NO_DATA}
    inf = {"METADATA_INF": {"CLASS_INF": {"CLASS_OBJ": found}}} if found else {}
    return {"GET_META_INDICATOR_INF": {"RESULT": result} | inf}


def _indicator(code: str, name: str, unit: str) -> dict[str, Any]:
    kinds = []
    for rank, level in (("2", "全国（日本）"), ("3", "都道府県"), ("4", "市区町村")):
        times = sorted(f.time for f in FIGURES if f.indicator == code and _REGIONS[f.region][1] == rank)
        kinds += [
            {
                "@name": name,
                "@fromDate": time,
                "@toDate": times[-1],
                "cycle": {"@code": "3", "@name": "年"},
                "RegionalRank": {"@code": rank, "@name": level},
                "IsSeasonal": {"@code": "1", "@name": "原数値"},
                "@statName": _STATISTICS[code[:4]][1],
                "@unit": unit,
            }
            for time in times[:1]
        ]
    return {"@code": code, "@name": name, "CLASS": kinds}
