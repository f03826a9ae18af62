"""The form of getStatsData's answers, and of what explains them, as e-Stat's API writes it down in JSON."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from sources.parsed import ParseError

_One = TypeVar("_One")
LOOK = "compare the layout of the kept answer"


class Value(msgspec.Struct, gc=False, rename=lambda name: f"@{name}"):
    """VALUE: one cell. Which axes a table has, and whether a cell names its unit, differs by table."""

    text: str = msgspec.field(name="$", default="")
    tab: str = ""
    cat01: str = ""
    cat02: str = ""
    cat03: str = ""
    cat04: str = ""
    cat05: str = ""
    cat06: str = ""
    cat07: str = ""
    cat08: str = ""
    cat09: str = ""
    cat10: str = ""
    cat11: str = ""
    cat12: str = ""
    cat13: str = ""
    cat14: str = ""
    cat15: str = ""
    area: str = ""
    time: str = ""
    unit: str | None = None
    annotation: str = ""


class Code(msgspec.Struct, gc=False, rename=lambda name: f"@{name}"):
    """CLASS: one code of an axis. The name may repeat the code; the level means something else in each table."""

    code: str
    name: str = ""
    unit: str | None = None


class Axis(msgspec.Struct, gc=False):
    """CLASS_OBJ: one axis with its codes."""

    id: str = msgspec.field(name="@id")
    name: str = msgspec.field(name="@name", default="")
    codes: list[Code] | Code = msgspec.field(name="CLASS", default_factory=list)


class Symbol(msgspec.Struct, gc=False):
    """NOTE: what a symbol means in this table."""

    char: str = msgspec.field(name="@char")
    meaning: str = msgspec.field(name="$", default="")


class Remark(msgspec.Struct, gc=False):
    """ANNOTATION: a remark to which cells point by its mark."""

    mark: str = msgspec.field(name="@annotation")
    text: str = msgspec.field(name="$", default="")


class Data(msgspec.Struct, gc=False):
    """DATA_INF."""

    symbols: list[Symbol] | Symbol = msgspec.field(name="NOTE", default_factory=list)
    remarks: list[Remark] | Remark = msgspec.field(name="ANNOTATION", default_factory=list)
    values: list[Value] | Value = msgspec.field(name="VALUE", default_factory=list)


class Axes(msgspec.Struct, gc=False):
    """CLASS_INF; it is left out on request."""

    axes: list[Axis] | Axis = msgspec.field(name="CLASS_OBJ", default_factory=list)


class Position(msgspec.Struct, gc=False):
    """RESULT_INF: how many cells there are in all, and where the next page begins, if there is one."""

    total: int = msgspec.field(name="TOTAL_NUMBER")
    next_key: int | None = msgspec.field(name="NEXT_KEY", default=None)


class Table(msgspec.Struct, gc=False):
    """TABLE_INF: the day on which the table was last updated, ISO."""

    updated: str = msgspec.field(name="UPDATED_DATE", default="")


class Statistics(msgspec.Struct, gc=False):
    """STATISTICAL_DATA; without cells much of it is missing."""

    position: Position | None = msgspec.field(name="RESULT_INF", default=None)
    table: Table = msgspec.field(name="TABLE_INF", default_factory=Table)
    classes: Axes = msgspec.field(name="CLASS_INF", default_factory=Axes)
    data: Data = msgspec.field(name="DATA_INF", default_factory=Data)


class Content(msgspec.Struct, gc=False):
    """Everything below the root."""

    statistics: Statistics = msgspec.field(name="STATISTICAL_DATA", default_factory=Statistics)


class _Answer(msgspec.Struct, gc=False):
    content: Content = msgspec.field(name="GET_STATS_DATA")


_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


class _RawData(msgspec.Struct, gc=False):
    values: msgspec.Raw = msgspec.field(name="VALUE", default=msgspec.Raw(b"[]"))


class _RawStatistics(msgspec.Struct, gc=False):
    data: _RawData = msgspec.field(name="DATA_INF", default_factory=_RawData)


class _RawContent(msgspec.Struct, gc=False):
    statistics: _RawStatistics = msgspec.field(name="STATISTICAL_DATA", default_factory=_RawStatistics)


class _RawAnswer(msgspec.Struct, gc=False):
    content: _RawContent = msgspec.field(name="GET_STATS_DATA")


_RAW_ANSWER = msgspec.json.Decoder(_RawAnswer)
_RAW_VALUES = msgspec.json.Decoder(list[msgspec.Raw])


def decoded(body: bytes, where: str) -> Statistics:
    """A page as it came, with types.

    Raises:
        ParseError: when it is no answer of getStatsData.
    """
    try:
        return _ANSWER.decode(body).content.statistics
    except ValueError as error:
        raise ParseError(where, f"no answer of getStatsData: {error}", LOOK) from error


def listed(found: list[_One] | _One) -> list[_One]:
    """Several entries are a list, one stands for itself."""
    return found if isinstance(found, list) else [found]


def as_sent(body: bytes) -> list[bytes]:
    """The VALUE objects of a page, byte for byte.

    Raises:
        ParseError: when it is no answer of getStatsData.
    """
    try:
        values = bytes(_RAW_ANSWER.decode(body).content.statistics.data.values)
        return [bytes(value) for value in _RAW_VALUES.decode(values)] if values.startswith(b"[") else [values]
    except ValueError as error:
        raise ParseError("getStatsData", f"no answer of getStatsData: {error}", LOOK) from error
