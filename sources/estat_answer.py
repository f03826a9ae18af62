"""How an answer of e-Stat's API says that it went well or not: the STATUS in its body, whatever the HTTP status.

The table is that of the API's specification 3.0. Bodies that are no answer at all come while the service is maintained
or when the firewall before it is displeased; both pass.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sources.answers import Said, without_mark
from sources.parsed import ParseError

DONE, NO_DATA, WRONG_KEY, NO_SUCH_TABLE = 0, 1, 100, 300
ASK_ANEW = "run `kpi sources check` and "
_BUSY = (*range(200, 300), 303, 401, *range(500, 600))
_EMPTY = (NO_DATA, 2, 302)


class Result(msgspec.Struct, gc=False):
    """RESULT of any answer."""

    status: int = msgspec.field(name="STATUS")
    message: Any = msgspec.field(name="ERROR_MSG", default="")


class _Outer(msgspec.Struct, gc=False):
    result: Result = msgspec.field(name="RESULT")


_OUTER = msgspec.json.Decoder(dict[str, _Outer], strict=False)
_ANYTHING = msgspec.json.Decoder()


def result_of(body: bytes) -> Result | None:
    """RESULT of an answer of any call; None when the body is no answer."""
    try:
        (outer,) = _OUTER.decode(without_mark(body)).values()
    except (ValueError, RecursionError):  # no JSON, another form, or not exactly one root
        return None
    return outer.result


def judge(body: bytes) -> tuple[Said, str]:
    """How a call went, and the API's words when it did not go well."""
    result = result_of(body)
    if result is None:
        page = "a web page" if body.lstrip()[:1] == b"<" else "something else"
        return Said.BUSY, f"{page} came in place of an answer of the API; is it under maintenance?"
    words = f"the API answers with status {result.status}: {text_of(result.message)}"
    if result.status == DONE:
        return Said.DATA, ""
    if result.status in _EMPTY:
        return Said.NOTHING, f"{words}; wait a night, or run `kpi sources check`"
    if result.status in _BUSY:
        return Said.BUSY, words
    if result.status == WRONG_KEY:
        return Said.CLOSED, f"{words}; check KPI_ESTAT_APP_ID"
    return Said.ERROR, f"{words}; {ASK_ANEW}correct the dataset in sources/catalog/estat.toml"


def content_of(body: bytes, root: str, where: str) -> dict[str, Any]:
    """Everything below the root of a small answer, such as a list of tables.

    Args:
        body: what came.
        root: the name that everything stands under, which differs by call.
        where: the call, for messages.

    Raises:
        ParseError: when this is no such answer.
    """
    try:
        content = _ANYTHING.decode(without_mark(body))[root]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ParseError(where, f"no answer of the API: {root} cannot be read", "is it under maintenance?") from error
    if not isinstance(content, dict):
        raise ParseError(where, f"no answer of the API: {root} is no object", "compare the layout")
    return content


def text_of(found: Any) -> str:  # noqa: ANN401 - a text, or an object that holds one
    """The text of a TITLE, which is a text or has a number beside it."""
    return str(found.get("$", "")) if isinstance(found, dict) else str(found or "")
