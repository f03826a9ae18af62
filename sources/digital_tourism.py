"""Adapter of 観光来訪者数, the monthly visitor counts of the digital tourism statistics open data (CSV files).

The publisher's page links the files of the day: one a closed year, one a month of the current year. A mirror keeps the
others. It never fetches a file twice, so that its copies are the editions as first published: a linked file is not
replaced by the mirror's copy when the publisher has a bad night, or figures of an older edition would look new.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urljoin

from records import KnownFromBasis, Period, Resource
from sources.cells import read_figures, read_table
from sources.japanese import fold, parse_period
from sources.parsed import Parsed, ParseError
from sources.publishers import Dataset, Publisher
from sources.tidy import tidy_areas, tidy_rows

VERSION = "1"

_LINK = re.compile(
    r"""href\s*=\s*["']([^"'\[\]]*?\b((?:city|pref)(?:\d{4}|\d{6}))\.csv(?:\?[^"']*)?)["']""", re.IGNORECASE
)
_KEYS = ("year", "month", "division", "what", "area", "name", "count")
_NAMES = dict(zip(_KEYS, ("年", "月", "地域区分", "データ区分", "地域コード", "地域名称", "人数"), strict=True))
_WHAT = "観光来訪者数"


def resources(publisher: Publisher, today: date, read_page: Callable[[str], str | None]) -> list[Resource]:
    """Yearly files to last year and monthly files to last month, from the official page where it links them.

    A file that is neither linked nor mirrored is no failure, because a yearly file replaces the monthly ones; only
    linked files and the yearly files that are two years old must be there.
    """
    page_url = publisher.base_url + publisher.datasets[0].options["page"]
    links = {
        name.lower(): urljoin(page_url, html.unescape(url)) for url, name in _LINK.findall(read_page(page_url) or "")
    }
    return [
        _resource(publisher, dataset, edition, links.get(f"{dataset.id}{edition}"), today)
        for dataset in publisher.datasets
        for edition in _editions(dataset, today)
    ]


def _editions(dataset: Dataset, today: date) -> Iterator[str]:
    yield from (str(year) for year in range(dataset.first_edition or today.year, today.year))
    first = parse_period(dataset.options["first_month"]).start
    for month in range(first.year * 12 + first.month - 1, today.year * 12 + today.month - 1):
        yield f"{month // 12}{month % 12 + 1:02d}"


def _resource(publisher: Publisher, dataset: Dataset, edition: str, link: str | None, today: date) -> Resource:
    day = (dataset.options["reissued"] if link else {}).get(edition) or dataset.edition_dates.get(edition)
    year, month = int(edition[:4]), int(edition[4:] or 0)
    # A month's file comes out in the month after it, a year's file in the first months of the next year.
    edition_day = Period.month(year + month // 12, month % 12 + 1).start if month else date(year + 1, 3, 1)
    return Resource(
        id=f"{publisher.id}/{dataset.id}-{edition}",
        publisher=publisher.id,
        dataset=dataset.id,
        edition=edition,
        urls=(link,) if link else tuple(publisher.mirror_url + path.format(edition=edition) for path in dataset.paths),
        known_from=date.fromisoformat(day) if day else edition_day,
        known_from_basis=KnownFromBasis.DATE if day else KnownFromBasis.EDITION,
        expected=link is not None or (not month and year < today.year - 1),
    )


def parse(body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
    """Tidy rows of one file as published.

    Raises:
        ParseError: with line, column and remedy when a column is gone or a code or month cannot be read.
    """
    lines = read_table(body, resource.id)
    header = [fold(name) for name in lines[0][1]]
    gone = [name for name in _NAMES.values() if name not in header]
    if gone:
        remedy = "check that the address still serves the visitor counts, then compare the layout"
        raise ParseError(resource.id, "the column is gone", remedy, line=1, column=", ".join(gone))
    at = {key: header.index(name) for key, name in _NAMES.items()}
    dataset, (series,) = publisher.dataset(resource.dataset), publisher.series_of(resource.dataset)
    wanted = [dataset.options["division"], _WHAT]
    data = [
        (line, cells) for line, cells in lines[1:] if [fold(cells[at[key]]) for key in ("division", "what")] == wanted
    ]
    if not data:
        raise ParseError(resource.id, f"no line of kind {' and '.join(wanted)}", "check that this is the right file")
    areas = [_area(cells[at["area"]], line, resource, dataset) for line, cells in data]
    months = [_month(cells[at["year"]], cells[at["month"]], line, resource) for line, cells in data]
    figures = read_figures([cells[at["count"]] for _, cells in data], dataset.options.get("symbols", {}))
    _mark_editions(figures, months, resource, dataset)
    rows = {
        "series_id": series.id,
        "area_code": areas,
        "period_kind": "month",
        "period_start": [month.start.isoformat() for month in months],
        "period_end": [month.end.isoformat() for month in months],
        "unit": series.unit,
        "raw_unit": series.raw_unit,
        "known_from": resource.known_from,
        "known_from_basis": str(resource.known_from_basis),
        "source_line": [line for line, _ in data],
        "source_column": _NAMES["count"],
    }
    found = {
        "area_code": areas,
        "name_ja": [fold(cells[at["name"]]) for _, cells in data],
        "level": dataset.options["level"],
    }
    return Parsed(rows=tidy_rows(rows | figures), areas=tidy_areas(found), header=tuple(lines[0][1]))


def _mark_editions(figures: dict[str, Any], months: list[Period], resource: Resource, dataset: Dataset) -> None:
    """Name the edition in the note and mark the first month of the formal one as a break in the series.

    Files that came out before the formal edition was announced are of the trial edition, whatever month they hold.
    """
    first = parse_period(dataset.options["formal_from"])
    early = resource.known_from < date.fromisoformat(dataset.options["formal_announced"])
    for at, month in enumerate(months):
        trial = early or month < first
        figures["note"][at] = f"{'お試し版' if trial else '正式版'} {figures['note'][at]}".strip()
        if month == first and not trial and figures["obs_status"][at] == "A":
            figures["obs_status"][at] = "B"


def _area(text: str, line: int, resource: Resource, dataset: Dataset) -> str:
    """Five digits: the file drops leading zeros, and prefectures (1 to 47) lack the last three digits."""
    digits = fold(text)
    width = int(dataset.options["code_digits"])
    if not re.fullmatch(rf"[0-9]{{1,{width}}}", digits):
        problem = f"{text!r} is no area code of at most {width} digits"
        raise ParseError(resource.id, problem, "compare the file's layout", line=line, column=_NAMES["area"])
    return digits.zfill(width).ljust(5, "0")


def _month(year: str, month: str, line: int, resource: Resource) -> Period:
    try:
        return Period.month(int(year), int(month))
    except (ValueError, OverflowError) as error:
        problem = f"{year!r} and {month!r} are no year and month"
        raise ParseError(resource.id, problem, "compare the file's layout", line=line, column="年, 月") from error
