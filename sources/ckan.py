"""Adapter of an open-data portal on CKAN: lists of facilities as CSV, each row a place with its area and coordinates.

A resource of the portal may have no address of its own, or one that answers 500; its copy in the portal's datastore
(``/datastore/dump/<id>``) then has the same rows, with a byte order mark and a running number ``_id`` in front. Older
files are UTF-16. Days stand in one column as ``2027/5/31``, ``R8.10.31`` and ``H30.4.1``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from clock import tokyo_day
from records import KnownFromBasis, PeriodKind, Resource
from sources.areas import check_digit
from sources.cells import read_table
from sources.japanese import fold, parse_number, parse_period
from sources.parsed import Parsed, ParseError
from sources.publishers import Dataset, Publisher
from sources.tidy import tidy_areas, tidy_facilities

VERSION = "1"

_LOOK = "open the address package_show of the portal and compare its layout"
_MOST_UNREAD = 0.2  # share of rows with a cell that cannot be read; more means another layout
_JAPAN = {"latitude": (20.0, 46.0), "longitude": (122.0, 154.0)}
_DAYS = ("valid_from", "valid_to")


def resources(publisher: Publisher, today: date, read_page: Callable[[str], str | None]) -> list[Resource]:
    """One file a dataset: the resource that the catalog pins, at the address that the portal gives tonight.

    When the portal gives no entry of its own, the pinned resource is asked for in the datastore all the same.

    Raises:
        ParseError: when it gives one in another form than CKAN's.
    """
    return [_resource(publisher, dataset, today, read_page) for dataset in publisher.datasets]


def _resource(publisher: Publisher, dataset: Dataset, today: date, read_page: Callable[[str], str | None]) -> Resource:
    pinned = dataset.options["resource"]
    page = read_page(f"{publisher.base_url}/api/3/action/package_show?id={quote(dataset.options['package'])}")
    package, where = _result(page or ""), f"{publisher.id}/{dataset.id}, package_show"
    entry = _entry(package, pinned, where)
    changed = entry.get("last_modified") or package.get("metadata_modified") if entry else None
    return Resource(
        id=f"{publisher.id}/{dataset.id}",
        publisher=publisher.id,
        dataset=dataset.id,
        edition="",
        urls=tuple(filter(None, (entry.get("url"), f"{publisher.base_url}/datastore/dump/{pinned}?bom=true"))),
        known_from=day_of_change(changed, where) if changed else today,
        known_from_basis=KnownFromBasis.DATE if changed else KnownFromBasis.FETCH,
    )


def _result(page: str) -> Mapping[str, Any]:
    """What CKAN answers with; nothing when it reports an error or this is no answer of it."""
    try:
        answer = json.loads(page)
        return dict(answer["result"]) if answer["success"] else {}
    except (ValueError, KeyError, TypeError):
        return {}


def _entry(package: Mapping[str, Any], pinned: str, where: str) -> Mapping[str, Any]:
    """What the portal says of the pinned resource, nothing when it does not list it."""
    entries = package.get("resources") or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ParseError(where, "resources is no list of objects", _LOOK)
    entry: Mapping[str, Any] = next((entry for entry in entries if entry.get("id") == pinned), {})
    if not isinstance(entry.get("url") or "", str):
        raise ParseError(where, f"the url of resource {pinned} is no text", _LOOK)
    return entry


def day_of_change(moment: str, where: str) -> date:
    """CKAN's moments are UTC and as a rule do not say so."""
    try:
        said = datetime.fromisoformat(moment)
        return tokyo_day(said if said.tzinfo else said.replace(tzinfo=UTC))
    except (ValueError, TypeError, OverflowError) as error:
        raise ParseError(where, f"{moment!r} is no moment like 2024-07-16T12:00:00", _LOOK) from error


def parse(body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
    """The facilities of one file. A cell that cannot be read is empty, and the row's note says what stood there.

    Raises:
        ParseError: with line, column and remedy when a column is gone, a row has no name or no municipality, or when
            so many cells cannot be read that the layout must be another one.
    """
    (_, header), *lines = read_table(body, resource.id)
    names = [fold(name) for name in header]
    columns: Mapping[str, str] = publisher.dataset(resource.dataset).options["columns"]
    if gone := [name for name in columns.values() if name not in names]:
        raise ParseError(resource.id, "the column is gone", "compare the layout", line=1, column=", ".join(gone))
    at = {key: names.index(name) for key, name in columns.items()}
    rows = []
    for line, cells in lines:
        row = _row({key: cells[place].strip() for key, place in at.items()}, columns, line, resource)
        rows.append(row | {"source_line": line, "known_from": resource.known_from})
    unread = [row["note"] for row in rows if row["note"]]
    if len(unread) > _MOST_UNREAD * len(rows):
        problem = f"{len(unread)} of {len(rows)} rows have cells that cannot be read ({unread[0]})"
        raise ParseError(resource.id, problem, "compare the layout")
    areas = {"area_code": [row["area_code"] for row in rows], "level": "municipality"}
    table = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    facilities = tidy_facilities(table | {"publisher_id": publisher.id, "dataset": resource.dataset})
    return Parsed(facilities, tidy_areas(areas), tuple(header), table="core.facility")


def _row(texts: Mapping[str, str], columns: Mapping[str, str], line: int, resource: Resource) -> dict[str, Any]:
    if not texts["name"]:
        raise ParseError(resource.id, "no name", "look at the file", line=line, column=columns["name"])
    row: dict[str, Any] = {**texts, "area_code": _area(fold(texts["area_code"]), columns["area_code"], line, resource)}
    unread = []
    for key in (*_JAPAN, *_DAYS):
        text = texts.get(key, "")
        row[key] = None
        if text:
            row[key] = _coordinate(text, *_JAPAN[key]) if key in _JAPAN else _day(text)
            unread += [f"{columns[key]} {text!r}"] if row[key] is None else []
    return row | {"note": f"not read: {', '.join(unread)}" if unread else ""}


def _coordinate(text: str, lowest: float, highest: float) -> float | None:
    """Decimal degrees inside Japan's outermost islands, else None."""
    value = parse_number(text).value
    return value if value is not None and math.isfinite(value) and lowest <= value <= highest else None


def _day(text: str) -> date | None:
    try:
        return parse_period(text, PeriodKind.DATE).start
    except ValueError:
        return None


def _area(text: str, column: str, line: int, resource: Resource) -> str:
    """Five digits of a municipality's code, which may be printed with its check digit behind."""
    if text.isdecimal() and text.isascii() and len(text) in (5, 6) and text[5:] in ("", check_digit(text[:5])):
        return text[:5]
    raise ParseError(resource.id, f"{text!r} is no municipality's code", "look at the file", line=line, column=column)
