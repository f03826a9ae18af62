"""Adapter of e-Stat's API 3.0 (政府統計の総合窓口): tables of official statistics by id, as JSON; it wants a free key.

One dataset of the catalog is one question to one table: ``options.table``, the codes that are known beforehand
(``options.codes``: tab, cat01 to cat15, area), and the axis whose codes are the series (``options.items``). Where a
code is not known, the names do: ``options.items`` may be a part of an axis' name, then a series' ``column`` is the name
of an item, and ``options.only`` chooses one name of further axes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlencode

from records import KnownFromBasis, Resource
from sources import json_sequence
from sources.api_adapters import Ask
from sources.areas import level
from sources.estat_answer import judge
from sources.estat_page import AXES, Meta, typed_columns
from sources.estat_rows import Chosen, columns_of
from sources.estat_walk import says_the_same, walk
from sources.estat_walk import untouched as untouched_tables
from sources.estat_wire import as_sent
from sources.parsed import Parsed
from sources.publishers import Dataset, Publisher
from sources.snapshots import Fetch
from sources.tidy import stacked, tidy_areas, tidy_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["VERSION", "as_printed", "judge", "parse", "parse_pages", "resources", "says_the_same", "untouched", "walk"]

VERSION = "2"

API = "/rest/3.0/app/json/"
# Symbols stay as they are printed: replaced, a secret figure would become a zero.
_AS_PRINTED = {"replaceSpChars": "0", "annotationGetFlg": "Y", "explanationGetFlg": "N", "cntGetFlg": "N"}


def resources(
    publisher: Publisher,
    today: date,
    read_page: Callable[[str], str | None],  # noqa: ARG001 - every adapter is called alike
) -> list[Resource]:
    """One a dataset. The day on which it became public is that of its answer, UPDATED_DATE."""
    return [
        Resource(
            id=f"{publisher.id}/{dataset.id}",
            publisher=publisher.id,
            dataset=dataset.id,
            edition="",
            urls=(question(publisher, dataset),),
            known_from=today,
            known_from_basis=KnownFromBasis.FETCH,
            title=f"table {dataset.options['table']}",
        )
        for dataset in publisher.datasets
    ]


def question(publisher: Publisher, dataset: Dataset) -> str:
    """The address of everything that a dataset wants of its table, without the key."""
    items, wanted = dataset.options["items"], dict(dataset.options["codes"])
    if items in AXES:
        wanted[items] = [series.column for series in publisher.series_of(dataset.id)]
    codes = {f"cd{axis[0].upper()}{axis[1:]}": ",".join(wanted[axis]) for axis in AXES if axis in wanted}
    query = {"lang": "J", "statsDataId": dataset.options["table"], **codes, **_AS_PRINTED}
    return f"{publisher.base_url}{API}getStatsData?{urlencode(query, safe=',')}"


def untouched(publisher: Publisher, held: Mapping[Resource, Fetch], today: date, ask: Ask) -> Collection[str]:
    """Ids of the resources whose tables were not updated since we read them."""
    tables = {resource.id: publisher.dataset(resource.dataset).options["table"] for resource in held}
    return untouched_tables(f"{publisher.base_url}{API}getStatsList", held, tables, today, ask)


def parse(body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
    """Tidy rows of one walk; see :func:`parse_pages`."""
    return parse_pages(BytesIO(body), resource, publisher)


def parse_pages(file: BinaryIO, resource: Resource, publisher: Publisher) -> Parsed:
    """Tidy rows of one walk, page by page; ``source_line`` is the place of a cell in all VALUE together, from 1.

    A cell that cannot be understood becomes a row that a gate refuses, so that it does not cost the others.

    Raises:
        ParseError: when an answer is none of getStatsData, or lacks an axis that the catalog names.
    """
    chosen = Chosen.of(publisher, publisher.dataset(resource.dataset), resource)
    pages, areas, items = list[dict[str, Any]](), dict[str, str](), set[str]()
    place, meta = 0, Meta()
    for text in json_sequence.texts_of(file):
        page = typed_columns(text, resource.id, meta)
        meta = page.meta
        columns = columns_of(page, chosen, first_place=place + 1)
        pages.append(columns)
        areas |= {code: known.name for code, known in meta.axes.get("area", {}).items()}
        items |= set(columns["source_column"].unique())
        place += len(page)
        del page, text  # one page at a time: a walk may have many
    known = {"known_from": resource.known_from, "known_from_basis": str(resource.known_from_basis)}
    rows = tidy_rows(stacked(pages) | known)
    return Parsed(rows, _areas(rows, areas), (*meta.axes, *sorted(items)))


def as_printed(body: bytes, place: int) -> str:
    """The VALUE object at this place of a walk, as it was sent; empty when there is none."""
    for text in json_sequence.texts_of(BytesIO(body)):
        values = as_sent(text)
        if 0 < place <= len(values):
            return values[place - 1].decode()
        place -= len(values)
    return ""


def _areas(rows: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    codes = sorted(rows["area_code"].unique())
    return tidy_areas(
        {
            "area_code": codes,
            # Some tables put the prefecture before a municipality's name.
            "name_ja": [(names.get(code, "").split() or [""])[-1] for code in codes],
            # ``@level`` of one and the same city is 2 in one table and 4 in another.
            "level": [level(code) for code in codes],
        }
    )
