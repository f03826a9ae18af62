"""What is asked of e-Stat's API: its parameters, read, checked and echoed as the publisher does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from tests.publishers.estat_table import Table

MOST_CODES = 100
Asked = Mapping[str, str]
# Names under which the parameters come back, in their order.
_ECHOED = {
    "lang": "LANG",
    "statsDataId": "STATS_DATA_ID",
    "surveyYears": "SURVEY_YEARS",
    "updatedDate": "UPDATED_DATE",
    "statsCode": "STATS_CODE",
    "searchWord": "SEARCH_WORD",
    "dataType": "DATA_TYPE",
    "collectArea": "COLLECT_AREA",
    "explanationGetFlg": "EXPLANATION_GET_FLG",
}


class StatusError(Exception):
    """The request ends with this STATUS; ``asked`` is the parameter that the message quotes."""

    def __init__(self, status: int, asked: str = "") -> None:
        self.status = status
        self.asked = asked
        super().__init__(status)


def fail(status: int, asked: str = "") -> NoReturn:
    """End the request with this STATUS."""
    raise StatusError(status, asked)


def flag(asked: Asked, name: str, *, default: bool) -> bool:
    """A parameter that is Y or N."""
    return {"Y": True, "N": False, "": default}[among({"Y": "Y", "N": "N"}, asked, name)]


def among(known: Mapping[str, str], asked: Asked, name: str) -> str:
    """What the value of a parameter stands for; empty when it is not given."""
    return known.get(asked[name]) or fail(102) if name in asked else ""


def number(asked: Asked, name: str, default: int) -> int:
    """A parameter that counts from 1."""
    text = asked.get(name, str(default))
    return int(text) if text.isdecimal() and int(text) else fail(102)


def chosen_codes(table: Table, asked: Asked) -> dict[str, set[str]]:
    """By axis that has a condition: the codes that meet all of its conditions."""
    found = {}
    for axis in table.axes:
        name = axis.id[0].upper() + axis.id[1:]
        listed, level = asked.get(f"cd{name}"), asked.get(f"lv{name}")
        low, high = asked.get(f"cd{name}From", "min"), asked.get(f"cd{name}To", "max")
        codes = listed.split(",") if listed else [code.code for code in axis.codes]
        if listed and len(codes) > MOST_CODES:
            raise StatusError(105)
        if listed or level or (low, high) != ("min", "max"):
            found[axis.id] = {
                code.code
                for code in axis.codes
                if code.code in codes
                and (low == "min" or code.code >= low)
                and (high == "max" or code.code <= high)
                and _is_level(code.level, level)
            }
    return found


def _is_level(level: str, wanted: str | None) -> bool:
    """Whether a level is ``2``, in ``2-3``, up to ``-3`` or from ``3-`` on."""
    if not wanted:
        return True
    low, dash, high = wanted.partition("-")
    if not (low + high).isdecimal():
        raise StatusError(102)
    return level.isdecimal() and int(low or 0) <= int(level) <= int(high or (99 if dash else low))


def has_words(asked: Asked, *texts: str) -> bool:
    """Whether all words are in the texts together; they are divided by blanks or AND."""
    return all(word in " ".join(texts) for word in asked.get("searchWord", "").replace(" AND ", " ").split())


def is_in_span(day: str, span: str) -> bool:
    """Whether an ISO day is in ``yyyy``, ``yyyymm``, ``yyyymmdd`` or from one to another of them."""
    low, _, high = span.partition("-")
    digits = day.replace("-", "")
    return digits[: len(low)] >= low and digits[: len(high or low)] <= (high or low)


def echo(call: str, asked: Asked) -> dict[str, Any]:
    """PARAMETER: conditions apart, positions as numbers, everything else as text."""
    said: dict[str, Any] = {"LANG": "J"} | {name: asked[given] for given, name in _ECHOED.items() if given in asked}
    conditions = {}
    for name, value in asked.items():
        if name[:2] in ("cd", "lv"):
            axis = name[2:].removesuffix("From").removesuffix("To").upper()
            end = "From" if name.endswith("From") else "To" if name.endswith("To") else "Select"
            shown = f"LEVEL_{axis}_COND" if name.startswith("lv") else f"CODE_{axis}_{end.upper()}"
            conditions[shown] = value
    if conditions:
        said["NARROWING_COND"] = conditions
    said["DATA_FORMAT"] = "J"
    if call == "getStatsData":
        said["START_POSITION"] = 1
        said["METAGET_FLG"] = asked.get("metaGetFlg", "Y")
    numbers = {"startPosition": "START_POSITION", "limit": "LIMIT"}
    return said | {shown: int(asked[name]) for name, shown in numbers.items() if asked.get(name, "").isdecimal()}
