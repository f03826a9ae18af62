"""What the Statistics Dashboard API (統計ダッシュボード) says: its envelope, its status codes, its lists of names.

Status codes are lower-case texts in the body, whatever the HTTP status: 0 done, 1 no data, 1xx the request is wrong,
2xx the server is. https://dashboard.e-stat.go.jp/static/api
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from records import Period
from sources.answers import Said, as_list
from sources.japanese import decode
from sources.parsed import ParseError

DATA_ROOT = "GET_STATS"
LOOK = "compare the layout of the kept file"
_TIME = re.compile(r"(?P<year>\d{4})(?P<within>CY|FY|0[1-9]|1[0-2])00", re.ASCII)
_WHAT = ("@indicator", "@unit", "@stat", "@regionCode", "@time", "$")
_FIELDS = (*_WHAT, "@cycle", "@regionRank", "@isSeasonal", "@isProvisional")


@dataclass(frozen=True)
class Answer:
    """One answer: ``status`` and ``message`` as the API gives them, and ``content``, what stands beside them."""

    status: str
    message: str
    content: Mapping[str, Any]


def read_answer(body: bytes, root: str, where: str) -> Answer:
    """The envelope of one answer.

    Args:
        body: what came.
        root: the name that everything stands under, which differs by call.
        where: resource id, for messages.

    Raises:
        ParseError: when this is no answer of that call, such as the web page of a maintenance.
    """
    try:
        found = json.loads(decode(body))
        content = found[root]
        result = content["RESULT"]
        return Answer(str(result["status"]), str(result.get("errorMsg", "")), content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = f"no answer of the Statistics Dashboard: {root}.RESULT.status cannot be read"
        raise ParseError(where, problem, "look at the kept file; maintenance, or another format?") from error


def judge(body: bytes) -> tuple[Said, str]:
    """How a call of getData went, and the API's words when it did not go well.

    What is no answer of the API at all counts as data here: guards and parser have better words for it.
    """
    try:
        answer = read_answer(body, DATA_ROOT, "")
    except ParseError:
        return Said.DATA, ""
    words = f"the API answers with status {answer.status}: {answer.message}"
    match answer.status:
        case "0":
            return Said.DATA, ""
        case "1":
            return Said.NOTHING, f"{words}; wait a night, or correct the dataset in the catalog"
        case "200" | "299":
            return Said.BUSY, words
        case _:
            return Said.ERROR, f"{words}; correct the dataset in the catalog"


@dataclass(frozen=True)
class Cell:
    """One figure of an answer with its codes explained.

    Attributes:
        place: 1-based place of its object in DATA_OBJ.
        codes: its own fields as sent, ``@indicator``, ``@cycle`` and so on, and ``$``, the figure.
        unit: name of the unit, of which the figure itself has only a code; also ``region`` and ``statistics``.
        annotation: what the API remarks on this figure.
    """

    place: int
    codes: Mapping[str, str]
    unit: str
    region: str
    statistics: str
    annotation: str


def cells(answer: Answer, where: str) -> list[Cell]:
    """Every figure of an answer of getData.

    Raises:
        ParseError: when figures are missing, or when one lacks a field or its unit is not explained.
    """
    try:
        return _cells(answer, where)
    except (KeyError, TypeError, AttributeError) as error:
        raise ParseError(where, f"{error} is not where it should be", LOOK) from error


def _cells(answer: Answer, where: str) -> list[Cell]:
    content = answer.content["STATISTICAL_DATA"]
    units, regions = _legend(content, "unit", where), _legend(content, "regionCode", where)
    statistics = _names(content["TABLE_INF"]["STAT_NAME"], "STAT_NAME", where)
    found = []
    for place, entry in enumerate(as_list(content["DATA_INF"]["DATA_OBJ"]), start=1):
        for codes in as_list(entry["VALUE"]):
            if gone := [field for field in _FIELDS if not isinstance(codes.get(field), str)]:
                raise ParseError(where, "the field is gone, or no text", LOOK, line=place, column=", ".join(gone))
            if codes["@unit"] not in units:
                raise ParseError(where, f"unit {codes['@unit']!r} is not explained", LOOK, line=place, column="@unit")
            names = units[codes["@unit"]], regions.get(codes["@regionCode"], ""), statistics.get(codes["@stat"], "")
            found.append(Cell(place, codes, *names, _annotation(entry.get("CELL_ANNOTATIONS"))))
    total = str(content["RESULT_INF"]["TOTAL_NUMBER"])
    if total != str(len(found)):
        raise ParseError(where, f"{len(found)} figures where TOTAL_NUMBER says {total}", "fetch it again")
    return found


def period(code: str) -> Period:
    """What a time code means: ``2024CY00``, ``2024FY00`` or, for January, ``20240100``.

    Raises:
        ValueError: for any other code, quarters (``20242Q00``) included.
    """
    match = _TIME.fullmatch(code)
    if match is None:
        quarter = "; quarters have no kind of period here" if "Q" in code else ""
        raise ValueError(f"{code!r} is no year or month{quarter}")
    year, within = int(match["year"]), match["within"]
    if within == "CY":
        return Period.cy(year)
    return Period.fy(year) if within == "FY" else Period.month(year, int(within))


def _annotation(found: Any) -> str:  # noqa: ANN401 - a text, or a list of them, in objects of one key or not
    texts = []
    for note in as_list(found):
        if isinstance(note, str):
            texts.append(note)
        else:
            texts += [note["$"]] if "$" in note else [_annotation(note.get("CELL_ANNOTATION"))]
    return "; ".join(filter(None, texts))


def _legend(content: Mapping[str, Any], class_id: str, where: str) -> dict[str, str]:
    """The legend of one kind of code: code -> name."""
    classes = [found for found in as_list(content["CLASS_INF"]["CLASS_OBJ"]) if found["@id"] == class_id]
    return _names([entry for found in classes for entry in as_list(found["CLASS"])], class_id, where)


def _names(found: Any, what: str, where: str) -> dict[str, str]:  # noqa: ANN401 - one entry, or a list of them
    """Code -> name, which stands in ``$`` or in ``@name``."""
    names = {entry["@code"]: entry.get("$") or entry.get("@name", "") for entry in as_list(found)}
    for code, name in names.items():
        if not isinstance(name, str):
            raise ParseError(where, f"the name of {code!r} is no text: {name!r}"[:200], LOOK, column=what)
    return names
