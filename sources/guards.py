"""What a new file must not do if it is to count: pose as data, be cut, shrink, lose areas or columns, change units.

Pure rules on bytes and on a small summary of the parsed content. Each rule answers with a ``CheckResult``; a failed
one with action ``stop`` keeps the last good file in use.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

import msgspec

from records import CheckResult, Period, PeriodKind, Resource
from sources import json_sequence
from sources.answers import without_mark
from sources.japanese import decode
from sources.publishers import Guard
from sources.workbook import trouble

if TYPE_CHECKING:
    from sources.parsed import Parsed


class _Answer(msgspec.Struct):
    """What many APIs say of how it went."""

    error: Any = None
    success: Any = None


_ANY_JSON = msgspec.json.Decoder(msgspec.Raw)  # looks at every byte and makes nothing of them: answers may be large
_ANSWER = msgspec.json.Decoder(_Answer)
_LOOK = "look at the kept file"
_PAGE = "a web page or XML came in place of the data; open the address in a browser, maintenance or a new address?"


@dataclass(frozen=True, slots=True)
class Shape:
    """What two readings of a resource are compared by.

    Attributes:
        rows: number of figures.
        header: the file's own column names.
        areas: area codes that carry figures.
        periods: periods that carry figures.
        units: (series id, unit as printed). The converted unit is the catalog's and never changes by itself.
    """

    rows: int
    header: tuple[str, ...]
    areas: frozenset[str]
    periods: frozenset[Period]
    units: frozenset[tuple[str, str]]


def shape_of(parsed: Parsed) -> Shape:
    """Summary of one parsed resource."""
    rows = parsed.rows
    if parsed.table == "core.facility":
        return Shape(len(rows), parsed.header, frozenset(rows["area_code"].unique()), frozenset(), frozenset())
    periods = rows[["period_start", "period_end", "period_kind"]].drop_duplicates().dropna()  # refused rows have none
    units = rows[["series_id", "raw_unit"]].drop_duplicates()
    return Shape(
        rows=len(rows),
        header=parsed.header,
        areas=frozenset(rows["area_code"].unique()),
        periods=frozenset(
            Period(start.date(), end.date(), PeriodKind(kind)) for start, end, kind in periods.itertuples(index=False)
        ),
        units=frozenset(units.itertuples(index=False, name=None)),
    )


def check_bytes(file: BinaryIO, resource: Resource, guard: Guard, last_size: int | None) -> list[CheckResult]:
    """Rules on the bytes, before they may become the current file. The first rule that fails is the last one asked.

    Args:
        file: what the publisher sent.
        resource: what was asked for.
        guard: the publisher's limits.
        last_size: bytes of the last good file of the same resource, None when there is none.
    """
    results = []
    for rule, problem in _byte_problems(file, resource, guard, last_size):
        results.append(_result(rule, resource, problem))
        if problem:
            break
    return results


def check_shape(
    now: Shape, before: Shape | None, resource: Resource, guard: Guard, *, same_edition: bool, same_adapter: bool
) -> list[CheckResult]:
    """Rules on the parsed content, compared with what was good before.

    Args:
        now: the new content.
        before: the last good content of the same resource or, with ``same_edition`` False, of the edition before;
            None when nothing is known yet.
        resource: what was parsed.
        guard: the publisher's limits.
        same_edition: another edition may rightly have other rows, periods and columns; only areas and units compare.
        same_adapter: whether one adapter version fetched both. A raised version says that an engineer has
            looked at the new layout; columns and units then start afresh.
    """
    if before is None:
        return []
    results = [_result("areas_still_there", resource, _vanished_areas(now, before, guard))]
    if same_adapter:
        results.append(_result("units_unchanged", resource, _changed_units(now, before)))
    if same_edition:
        results.append(_result("rows_not_shrunk", resource, _shrunk(now.rows, before.rows, "rows", guard)))
        results.append(_result("periods_still_there", resource, _vanished_periods(now, before, guard)))
    if same_edition and same_adapter:
        results.append(_result("columns_still_there", resource, _lost_columns(now, before)))
        results.append(_result("no_new_columns", resource, _new_columns(now, before), action="warn"))
    return results


def refusal(results: Iterable[CheckResult]) -> str:
    """Why these results refuse which file, in one line; empty when they do not."""
    return "; ".join(_refused(result) for result in results if result.action == "stop" and not result.success)


def _refused(result: CheckResult) -> str:
    """What a check says, in English where it says it in Japanese and English, behind the file that it is about."""
    halves = result.message.split(" / ")
    said = result.message if len(halves) % 2 else " / ".join(halves[len(halves) // 2 :])
    return said if said.startswith(result.subject) else f"{result.subject}: {said}"


def _byte_problems(
    file: BinaryIO, resource: Resource, guard: Guard, last_size: int | None
) -> Iterator[tuple[str, str]]:
    """Rule and problem, the problem empty when there is none; a rule may rely on those before it."""
    if json_sequence.is_sequence(file) and not resource.workbook:
        yield "complete", next(filter(None, map(_cut_json, json_sequence.texts_of(file))), "")
    else:
        file.seek(0)
        yield from _body_problems(file.read(), resource)
    size = file.seek(0, os.SEEK_END)
    yield "not_shrunk", "" if last_size is None else _shrunk(size, last_size, "bytes", guard)


def _body_problems(body: bytes, resource: Resource) -> Iterator[tuple[str, str]]:
    yield "not_empty", "" if body.strip() else "the file is empty; the publisher may be working on it, wait a night"
    yield from _workbook_problems(body) if resource.workbook else _text_problems(body, resource)


def _workbook_problems(body: bytes) -> Iterator[tuple[str, str]]:
    yield "data_not_page", _PAGE if body.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<") else ""
    problem = trouble(body)
    yield "complete", f"{problem}; {_LOOK}" if problem else ""


def _text_problems(body: bytes, resource: Resource) -> Iterator[tuple[str, str]]:
    try:
        text = decode(body)
        problem = f"holds NUL characters, so it is no text; {_LOOK}" if "\0" in text else ""
    except ValueError as error:
        text, problem = "", str(error)
    yield "decodable", problem
    yield "data_not_page", _posing(text, resource)
    yield "complete", _cut(text)
    yield "no_api_error", _api_error(text)


def _is_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "["))


def _posing(text: str, resource: Resource) -> str:
    if text.lstrip().startswith("<"):
        return _PAGE
    if _is_json(text) and any(urlsplit(url).path.endswith(".csv") for url in resource.urls):
        return f"JSON came in place of a CSV file, probably an error message; {_LOOK}"
    return ""


def _cut(text: str) -> str:
    return _cut_json(text) if _is_json(text) else _cut_csv(text)


def _cut_json(text: str | bytes) -> str:
    try:
        _ANY_JSON.decode(without_mark(text) if isinstance(text, bytes) else text)
    except (ValueError, RecursionError):
        return f"the JSON breaks off or is not valid; {_LOOK}"
    return ""


def _cut_csv(text: str) -> str:
    """Whether the end is missing. Every publisher of ours ends a file with a line end; a figure cut short has none."""
    if text.count('"') % 2:
        return f"cut inside a quoted cell; {_LOOK}"
    return "" if text.endswith("\n") else f"cut in its last line, which has no line end; {_LOOK}"


def _api_error(text: str) -> str:
    answer = _ANSWER.decode(text) if text.lstrip().startswith("{") else _Answer()
    if answer.error or answer.success is False:
        return f"the API answered with an error instead of data: {' '.join(text.split())[:200]}"
    return ""


def _shrunk(now: int, before: int, what: str, guard: Guard) -> str:
    if now >= before * (1 - guard.max_shrink):
        return ""
    return (
        f"shrunk from {before} to {now} {what}, more than guard.max_shrink = {guard.max_shrink:.0%}; "
        f"{_LOOK} and raise the limit in the catalog if it is right"
    )


def _vanished_areas(now: Shape, before: Shape, guard: Guard) -> str:
    return _vanished(before.areas - now.areas, "areas", guard.max_vanished_areas)


def _vanished_periods(now: Shape, before: Shape, guard: Guard) -> str:
    gone = sorted(before.periods - now.periods)
    return _vanished([period.label for period in gone], "periods", guard.max_vanished_periods)


def _vanished(gone: Iterable[str], what: str, limit: int) -> str:
    names = sorted(gone)
    if len(names) <= limit:
        return ""
    return (
        f"{len(names)} known {what} vanished ({_few(names)}), more than guard.max_vanished_{what} = {limit}; "
        f"{_LOOK} and raise the limit in the catalog if it is right"
    )


def _changed_units(now: Shape, before: Shape) -> str:
    def units(shape: Shape, series_id: str) -> str:
        return _few(unit for series, unit in shape.units if series == series_id)

    in_both = {series for series, _ in before.units} & {series for series, _ in now.units}
    changed = in_both & {series for series, _ in before.units ^ now.units}
    if not changed:
        return ""
    what = _few(f"{series} from {units(before, series)} to {units(now, series)}" for series in changed)
    return f"unit changed: {what}; {_LOOK}, correct catalog and adapter, and raise the adapter's VERSION"


def _lost_columns(now: Shape, before: Shape) -> str:
    gone = [name for name in before.header if name not in now.header]
    return f"columns gone: {_few(gone)}; {_LOOK}, correct the adapter and raise its VERSION" if gone else ""


def _new_columns(now: Shape, before: Shape) -> str:
    added = [name for name in now.header if name not in before.header]
    return f"new columns: {_few(added)}; nothing reads them yet" if added else ""


def _few(names: Iterable[str], limit: int = 5) -> str:
    """The first few names, and how many more there are."""
    first = sorted(names)
    more = f" and {len(first) - limit} more" if len(first) > limit else ""
    return ", ".join(name or "(none)" for name in first[:limit]) + more


def _result(rule: str, resource: Resource, problem: str, action: str = "stop") -> CheckResult:
    message = f"{resource.id}: {problem}" if problem else ""
    return CheckResult("guards", rule, resource.id, action, not problem, 1, int(bool(problem)), message)
