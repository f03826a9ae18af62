"""What a person asks e-Stat's API: whether the catalog's tables are still as the catalog says, and what else there is.

Ids of tables change when a survey gets a new base, and codes with a new edition; neither is announced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from sources.addresses import Key, rebase
from sources.answers import Said, as_list
from sources.estat import API
from sources.estat_answer import ASK_ANEW, NO_SUCH_TABLE, content_of, judge, text_of
from sources.fetch_errors import FetchError
from sources.http import Http
from sources.japanese import fold, unit_factor
from sources.parsed import ParseError
from sources.publishers import Dataset, Publisher, Series

_SHOWN = 100  # finds of a search
_T = TypeVar("_T")


@dataclass(frozen=True)
class TableCheck:
    """What one getMetaInfo says of a table of the catalog.

    ``state`` is ok, changed, withdrawn or unanswered, and ``problem`` says what to look at; ``updated_on`` is ISO.
    """

    dataset_id: str
    table_id: str
    state: str
    title: str = ""
    updated_on: str = ""
    problem: str = ""


class EstatApi:
    """The calls of a person, at most one a second."""

    def __init__(self, publisher: Publisher, key: Key, base_url: str | None = None) -> None:
        self.publisher = publisher
        self._base = base_url or publisher.base_url
        self._http = Http(
            min_interval=publisher.min_interval_seconds,
            deadline=publisher.deadline_seconds,
            max_bytes=publisher.guard.max_bytes,
            judge=judge,
            key=key,
        )

    def check(self) -> Iterator[TableCheck]:
        """Every table of the catalog, one after the other."""
        with self._http:
            for dataset in self.publisher.datasets:
                yield self._checked(dataset)

    def search(self, word: str) -> list[dict[str, str]]:
        """Tables and files of which a word is in the name: kind, id, statistics, title, day, address of a file.

        Raises:
            FetchError, ParseError: when the API does not answer.
        """
        with self._http:
            return [find for finds in (self._tables, self._files) for find in _in_form(finds, word)]

    def _checked(self, dataset: Dataset) -> TableCheck:
        table = dataset.options["table"]
        query = {"lang": "J", "statsDataId": table, "explanationGetFlg": "N"}
        try:
            content = self._call("getMetaInfo", "GET_META_INFO", query)
            if not content:
                return TableCheck(
                    dataset.id, table, "unanswered", problem="the API has no data about it; ask again later"
                )
            return _in_form(lambda _: [_compared(self.publisher, dataset, content["METADATA_INF"])], "")[0]
        except FetchError as error:
            state = "withdrawn" if f"status {NO_SUCH_TABLE}:" in error.reason else "unanswered"
            return TableCheck(dataset.id, table, state, problem=error.reason.replace(ASK_ANEW, ""))
        except ParseError as error:
            return TableCheck(dataset.id, table, "unanswered", problem=str(error))

    def _tables(self, word: str) -> Iterator[dict[str, str]]:
        content = self._call("getStatsList", "GET_STATS_LIST", {"lang": "J", "searchWord": word, "limit": str(_SHOWN)})
        found = as_list(content.get("DATALIST_INF", {}).get("TABLE_INF"))
        for table in {table["@id"]: table for table in found}.values():  # one stands there for each kind of its areas
            yield {
                "kind": "table",
                "id": table["@id"],
                "statistics": text_of(table.get("STAT_NAME")),
                "title": text_of(table.get("TITLE")),
                "updated_on": str(table.get("UPDATED_DATE", "")),
                "url": "",
            }

    def _files(self, word: str) -> Iterator[dict[str, str]]:
        query = {"lang": "J", "searchWord": word, "dataType": "XLS,CSV", "limit": str(_SHOWN)}
        content = self._call("getDataCatalog", "GET_DATA_CATALOG", query)
        for entry in as_list(content.get("DATA_CATALOG_LIST_INF", {}).get("DATA_CATALOG_INF")):
            statistics = text_of(entry["DATASET"].get("STAT_NAME"))
            for file in as_list(entry["RESOURCES"].get("RESOURCE")):
                yield {
                    "kind": str(file.get("FORMAT", "file")).lower(),
                    "id": str(file.get("@id", "")),
                    "statistics": statistics,
                    "title": str(file["TITLE"].get("NAME", "")),
                    "updated_on": str(file.get("LAST_MODIFIED_DATE", "")),
                    "url": str(file.get("URL", "")),
                }

    def _call(self, name: str, root: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Everything below the root of an answer; nothing when there is no data."""
        url = rebase(f"{self.publisher.base_url}{API}{name}?{urlencode(query, safe=',')}", self._base)
        reply = self._http.get(url)
        said, words = reply.said
        if said is Said.ERROR:
            raise FetchError(words, url, reply.status)
        return {} if said is Said.NOTHING else content_of(reply.body, root, name)


def _in_form(read: Callable[[str], Iterable[_T]], word: str) -> list[_T]:
    """What is read in an answer, or a ParseError when the answer has another form than the API's specification."""
    try:
        return list(read(word))
    except (KeyError, TypeError, AttributeError) as error:
        said = f"the answer has another form than the specification says ({type(error).__name__}: {error})"
        raise ParseError("e-Stat", said, "look at it in a browser, and report it") from error


def _compared(publisher: Publisher, dataset: Dataset, meta: Mapping[str, Any]) -> TableCheck:
    """The table's metadata beside the catalog."""
    options, about = dataset.options, meta["TABLE_INF"]
    axes = {axis["@id"]: axis for axis in as_list(meta["CLASS_INF"]["CLASS_OBJ"])}
    wanted = {axis: set(codes) for axis, codes in options["codes"].items()}
    wanted |= {axis: {name} for axis, name in options.get("only", {}).items()}
    wanted[options["items"]] = {series.column for series in publisher.series_of(dataset.id)}
    problems = list(filter(None, (_gone(axes, axis, names) for axis, names in wanted.items())))
    problems += _units(axes, options["items"], publisher.series_of(dataset.id))
    title = text_of(about.get("TITLE"))
    if fold(options["title"]) not in fold(title):
        problems.insert(0, f"the title is another one (catalog: {options['title']})")
    state = "changed" if problems else "ok"
    updated = str(about.get("UPDATED_DATE", ""))
    return TableCheck(dataset.id, options["table"], state, title, updated, "; ".join(problems))


def _gone(axes: Mapping[str, Any], axis: str, wanted: set[str]) -> str:
    """Which codes, or names of codes, a table does not have; empty when it has them all."""
    codes = _codes(axes, axis)
    if codes is None:
        there = ", ".join(f"{key} {found.get('@name', '')}" for key, found in axes.items())
        return f"no axis {axis} (there: {there})"
    gone = sorted(name for name in wanted if fold(name) not in codes)
    return f"{axis} has no {', '.join(gone)}" if gone else ""


def _units(axes: Mapping[str, Any], axis: str, wanted: Iterable[Series]) -> Iterator[str]:
    """Which items are counted in a unit that is none of their series."""
    codes = _codes(axes, axis) or {}
    for series in wanted:
        unit = codes.get(fold(series.column), {}).get("@unit")
        try:
            unit_factor(unit or series.unit, series.unit)
        except ValueError:
            yield f"{series.column} is counted in {unit} (catalog: {series.unit})"


def _codes(axes: Mapping[str, Any], axis: str) -> dict[str, Any] | None:
    """The codes of an axis by code, or by name where the axis is given by a part of its name; None without such one."""
    by_id = axes.get(axis)
    named = [found for found in axes.values() if axis in found.get("@name", "")]
    if by_id is None and len(named) != 1:
        return None
    return {fold(code["@code" if by_id else "@name"]): code for code in as_list((by_id or named[0])["CLASS"])}
