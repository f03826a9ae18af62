"""How e-Stat's API is asked: one question of the catalog as calls of at most 100 codes an axis, page after page.

A page names the place of the next one; the request for it must repeat every condition, or the rest is of the whole
table. A table that is published anew between two pages would give half of each, so such a walk begins again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from http import HTTPStatus
from itertools import product, zip_longest
from typing import BinaryIO
from urllib.parse import parse_qsl, urlencode, urlsplit

from clock import tokyo_day
from records import KnownFromBasis, Resource
from sources import json_sequence
from sources.answers import as_list
from sources.api_adapters import Ask
from sources.estat_answer import content_of
from sources.estat_wire import Position, counted, decoded
from sources.fetch_errors import FetchError, NoDataError, UndecodableError
from sources.http import Head, Reply
from sources.parsed import ParseError
from sources.snapshots import Fetch

MOST_CODES = 100  # of one axis in one call
WALKS = 3  # how often a walk is begun before it is left for another night
BACK_DAYS = 14  # how late a table may appear after the day that its UPDATED_DATE names
MEDIA_TYPE = "application/json"
log = logging.getLogger(__name__)
_MOMENT = re.compile(rb'"DATE"\s*:\s*"[^"]*"')


class _MovedError(Exception):
    """The pages do not belong together."""


def walk(url: str, ask: Ask, file: BinaryIO) -> Head:
    """Write all pages of one question into a file: the answer itself when it is one page, else a JSON text sequence.

    They go there one at a time, as there may be more of them than should be held at once.

    Raises:
        NoDataError: when no call has any data.
        UndecodableError: when a page makes no sense.
        FetchError: when a page cannot be had, or the pages do not fit together after ``WALKS`` walks.
    """
    for _ in range(WALKS):
        try:
            return _walk(url, ask, file)
        except _MovedError as error:
            reason = str(error)
    raise FetchError(f"{reason}, {WALKS} times; wait a night", url)


def _walk(url: str, ask: Ask, file: BinaryIO) -> Head:
    file.seek(0)
    file.truncate()  # what an earlier walk has left
    pages, updates = 0, set[str]()
    empty: NoDataError | None = None
    for call in calls(url):
        try:
            for page, updated in _pages(call, ask):
                json_sequence.append(file, page.body)
                pages += 1
                updates |= {updated} - {""}  # asked for without metadata, a page may have no day: it contradicts none
                if len(updates) > 1:
                    both = " and ".join(sorted(updates))
                    raise _MovedError(f"the table was published anew while it was read ({both})")
        except NoDataError as error:
            if "startPosition" in error.url:
                raise _MovedError("the rest of the table is gone while it is read") from error
            empty = error
    if not pages:
        raise empty or NoDataError("there is nothing to ask for; correct the dataset in the catalog", url)
    if pages == 1:
        json_sequence.unwrap(file)
    media_type = MEDIA_TYPE if pages == 1 else json_sequence.MEDIA_TYPE
    return Head(status=HTTPStatus.OK, url=url, media_type=media_type, known_from=_day(*updates))


def _pages(call: str, ask: Ask) -> Iterator[tuple[Reply, str]]:
    """The pages of one call, each with the table's UPDATED_DATE."""
    received, start, totals = 0, 1, set[int]()
    while True:
        # The axes are the same on every page, and longer than the figures.
        address = call if start == 1 else f"{call}&startPosition={start}&metaGetFlg=N"
        page = ask(address)
        try:
            found = decoded(page.body, "")
            cells = counted(found.data.values, "")
        except ParseError as error:
            reason = f"{error.problem}; compare the kept page with the API's specification"
            raise UndecodableError(reason, page.url, page.status, page.body) from error
        yield page, found.table.updated
        received += cells
        position = found.position or Position(total=received)
        totals.add(position.total)
        if len(totals) > 1:
            raise _MovedError(f"TOTAL_NUMBER is {' and '.join(map(str, sorted(totals)))} on pages of one call")
        if position.first not in (None, start):
            raise _MovedError(f"the page at {start} says that it begins at {position.first}")
        if position.next_key is None or received > position.total:
            break
        if position.next_key <= start or not cells:  # else there is no end to it
            reason = f"the page at {start} names {position.next_key} as its next one; wait a night"
            raise UndecodableError(reason, page.url, page.status, page.body)
        start = position.next_key
    if received != position.total:
        raise _MovedError(f"{received} cells came where TOTAL_NUMBER says {position.total}")


def calls(url: str) -> list[str]:
    """The question as calls that the API accepts: lists of more than ``MOST_CODES`` codes are split."""
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    base = url.partition("?")[0]
    choices = []
    for name, value in query:
        codes = value.split(",") if name.startswith("cd") else [value]
        some = [codes[at : at + MOST_CODES] for at in range(0, len(codes), MOST_CODES)]
        choices.append([(name, ",".join(part)) for part in some])
    return [f"{base}?{urlencode(chosen, safe=',')}" for chosen in product(*choices)]


def untouched(
    list_url: str, held: Mapping[Resource, Fetch], tables: Mapping[str, str], today: date, ask: Ask
) -> set[str]:
    """Ids of the resources whose tables were not updated since we read them, by one call of getStatsList for all.

    The call is bounded by days alone, as no code names all tables of a catalog and nothing else does: whatever was
    updated since the day on which we last looked, and some days before.

    Args:
        list_url: address of getStatsList.
        held: resources that we hold and need not walk tonight whatever the list says, with the last fetch of each.
        tables: resource id -> id of its table.
        today: until when.
        ask: asks one address.
    """
    if not held:
        return set()
    since = tokyo_day(min(fetch.fetched_at for fetch in held.values())) - timedelta(days=BACK_DAYS)
    query = {"lang": "J", "updatedDate": f"{since:%Y%m%d}-{today:%Y%m%d}", "explanationGetFlg": "N"}
    try:
        updates = _updates(f"{list_url}?{urlencode(query)}", set(tables.values()), ask)
    except (FetchError, ParseError) as error:
        log.warning("e-Stat's list of updated tables was not read, so each table is: %s", error)
        return set()
    return {r.id for r, fetch in held.items() if _not_after(updates.get(tables[r.id]), fetch)}


def _updates(url: str, ours: Collection[str], ask: Ask) -> dict[str, date]:
    """Table id -> UPDATED_DATE of our tables; one stands there once for each kind of its areas."""
    try:
        answer = content_of(ask(url).body, "GET_STATS_LIST", "getStatsList")
    except NoDataError:
        return {}
    try:
        more = answer["DATALIST_INF"]["RESULT_INF"].get("NEXT_KEY")
        # What stands there of other tables is no trouble of ours.
        listed = [table for table in as_list(answer["DATALIST_INF"]["TABLE_INF"]) if table.get("@id") in ours]
        updates = {table["@id"]: date.fromisoformat(table["UPDATED_DATE"]) for table in listed}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ParseError("getStatsList", f"{error} is not where it should be", "compare the layout") from error
    if more:
        raise ParseError("getStatsList", "the list has more than one page", "ask for fewer days")
    return updates


def _not_after(updated: date | None, fetch: Fetch) -> bool:
    """Whether an update is the one that we hold. A change that we saw without one counts from that day on."""
    if updated is None or updated < fetch.known_from:
        return True
    return updated == fetch.known_from and fetch.known_from_basis is KnownFromBasis.DATE


def says_the_same(one: BinaryIO, other: BinaryIO) -> bool:
    """Whether two walks differ in nothing but the moments in which their pages were answered."""
    pages = ((_MOMENT.sub(b"", page, count=1) for page in json_sequence.texts_of(file)) for file in (one, other))
    return all(page == its_other for page, its_other in zip_longest(*pages))


def _day(text: str = "") -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
