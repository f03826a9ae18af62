"""The form of getStatsData's answers, and of what explains them, as e-Stat's API writes it down in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeVar

import msgspec

from sources.answers import without_mark
from sources.parsed import ParseError

_One = TypeVar("_One")
_NO_CELLS = b"[]"
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
    codes: list[Code] | Code | str | None = msgspec.field(name="CLASS", default_factory=list)


class Symbol(msgspec.Struct, gc=False):
    """NOTE: what a symbol means in this table."""

    char: str = msgspec.field(name="@char")
    meaning: str = msgspec.field(name="$", default="")


class Remark(msgspec.Struct, gc=False):
    """ANNOTATION: a remark to which cells point by its mark."""

    mark: str = msgspec.field(name="@annotation")
    text: str = msgspec.field(name="$", default="")


class Data(msgspec.Struct, gc=False):
    """DATA_INF. The cells are left as they came: who walks over pages counts them, who reads them knows their axes."""

    symbols: list[Symbol] | Symbol | str | None = msgspec.field(name="NOTE", default_factory=list)
    remarks: list[Remark] | Remark | str | None = msgspec.field(name="ANNOTATION", default_factory=list)
    values: msgspec.Raw = msgspec.field(name="VALUE", default=msgspec.Raw(_NO_CELLS))


class Axes(msgspec.Struct, gc=False):
    """CLASS_INF; it is left out on request."""

    axes: list[Axis] | Axis | str | None = msgspec.field(name="CLASS_OBJ", default_factory=list)


class Position(msgspec.Struct, gc=False):
    """RESULT_INF: how many cells there are in all, the place of the first one here, and of the next page, if any."""

    total: int = msgspec.field(name="TOTAL_NUMBER")
    first: int | None = msgspec.field(name="FROM_NUMBER", default=None)
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

    statistics: Statistics = msgspec.field(name="STATISTICAL_DATA")


class _Answer(msgspec.Struct, gc=False):
    content: Content = msgspec.field(name="GET_STATS_DATA")


class _Uncounted(msgspec.Struct, gc=False):
    """A cell of which nothing is read."""


_ANSWER = msgspec.json.Decoder(_Answer, strict=False)
_AS_SENT = msgspec.json.Decoder(list[msgspec.Raw])
_COUNTED = msgspec.json.Decoder(list[_Uncounted])
_ANY_CELLS = msgspec.json.Decoder(list[Value])
_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)


def decoded(body: bytes, where: str) -> Statistics:
    """A page as it came, with types; its cells are still text.

    Raises:
        ParseError: when it is no answer of getStatsData.
    """
    try:
        found = _ANSWER.decode(without_mark(body)).content.statistics
    except (ValueError, RecursionError) as error:
        raise _no_answer(where, error) from error
    if found.position is None and bytes(found.data.values) == _NO_CELLS:
        raise _no_answer(where, ValueError("neither cells nor RESULT_INF"))
    return found


def listed(found: list[_One] | _One | str | None) -> list[_One]:
    """Several entries are a list, one stands for itself, and null or an empty text for none."""
    if isinstance(found, list):
        return found
    return [] if found is None or isinstance(found, str) else [found]


def cells(values: msgspec.Raw, promised: Mapping[str, Iterable[str]], where: str) -> list[Value]:
    """The cells of a page.

    Args:
        values: VALUE.
        promised: axes with their codes, by the metadata. Nearly every cell keeps to them, and is read twice as fast.
        where: resource id, for messages.

    Returns:
        Each has what a :class:`Value` has, but of the axes perhaps only those that are promised.

    Raises:
        ParseError: when they are no cells.
    """
    try:
        return _promised_cells(tuple((axis, *codes) for axis, codes in promised.items())).decode(_list(values))
    except msgspec.ValidationError:
        pass
    except ValueError as error:
        raise _no_answer(where, error) from error
    try:
        return _ANY_CELLS.decode(_list(values))
    except msgspec.ValidationError:
        sent = _read(_AS_SENT, values, where)
    try:
        return [_odd_cell(bytes(cell)) for cell in sent]
    except msgspec.ValidationError as error:
        raise _no_answer(where, error) from error


def _odd_cell(sent: bytes) -> Value:
    """A cell of which something is no text: null says nothing, anything else is what was sent; its readers judge it."""
    parts = {name: bytes(part) for name, part in _PARTS.decode(sent).items()}
    texts = {name: _TEXT.decode(part) if part[:1] == b'"' else part.decode() for name, part in parts.items()}
    fields = {field.encode_name: field.name for field in msgspec.structs.fields(Value)}
    return Value(**{fields[name]: text for name, text in texts.items() if name in fields and text != "null"})


def counted(values: msgspec.Raw, where: str) -> int:
    """How many cells there are.

    Raises:
        ParseError: when they are no cells.
    """
    return len(_read(_COUNTED, values, where))


def as_sent(body: bytes) -> list[bytes]:
    """The VALUE objects of a page, byte for byte.

    Raises:
        ParseError: when it is no answer of getStatsData.
    """
    return [bytes(value) for value in _read(_AS_SENT, decoded(body, "getStatsData").data.values, "getStatsData")]


@lru_cache(maxsize=1)  # the pages of a walk have the same axes
def _promised_cells(axes: tuple[tuple[str, ...], ...]) -> msgspec.json.Decoder[list[Any]]:
    """Reads cells with these axes, each with its codes behind it, and no others.

    A text that must be one of a few is not made anew for every cell; a code of another kind is an error.
    """
    fields: list[Any] = [
        (field.name, field.type, msgspec.field(name=field.encode_name, default=field.default))
        for field in msgspec.structs.fields(Value)
        if field.name in ("text", "unit", "annotation")
    ]
    for axis, *codes in axes:
        kind = Literal.__getitem__(tuple(codes)) if codes else str
        fields.append((axis, kind, msgspec.field(name=f"@{axis}", default="")))
    cell = msgspec.defstruct("Cell", fields, gc=False, forbid_unknown_fields=True)
    return msgspec.json.Decoder(list[cell])  # type: ignore[valid-type]


def _read(decoder: msgspec.json.Decoder[list[_One]], values: msgspec.Raw, where: str) -> list[_One]:
    try:
        return decoder.decode(_list(values))
    except ValueError as error:
        raise _no_answer(where, error) from error


def _list(values: msgspec.Raw) -> memoryview | bytes:
    text = memoryview(values)
    return text if bytes(text[:1]) == b"[" else b"[" + text + b"]"


def _no_answer(where: str, error: Exception) -> ParseError:
    return ParseError(where, f"no answer of getStatsData: {error}", LOOK)
