"""e-Stat's API 3.0 on loopback: getStatsData, getMetaInfo, getStatsList and getDataCatalog from a store of tables.

Envelopes, statuses and habits follow recorded answers and the publisher's specification: one entry is an object and
several are a list, numbers are sometimes text, names have codes in them, and HTTP codes are those of the statuses.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

import orjson

from tests.publishers.estat_asked import (
    Asked,
    StatusError,
    among,
    chosen_codes,
    echo,
    fail,
    flag,
    has_words,
    is_in_span,
    number,
)
from tests.publishers.estat_catalog import Dataset, datasets
from tests.publishers.estat_figures import tables
from tests.publishers.estat_table import Cell, Table, one_or_list
from tests.publishers.replica import Answer, Replica

PREFIX = "/rest/3.0/app/json/"
APP_ID = "made-up-app-id"
MOST_CELLS = 100_000
_JST = timezone(timedelta(hours=9))
_ROOTS = {
    "getStatsData": "GET_STATS_DATA",
    "getMetaInfo": "GET_META_INFO",
    "getStatsList": "GET_STATS_LIST",
    "getDataCatalog": "GET_DATA_CATALOG",
}
# STATUS -> HTTP code and message. The words of 0, 1, 100 and 300 are the publisher's; of the others only the meaning.
STATUSES = {
    0: (200, "正常に終了しました。"),
    1: (200, "正常に終了しましたが、該当データはありませんでした。"),
    2: (200, "正常に終了しましたが、一部に該当データがありませんでした。"),
    100: (403, "認証に失敗しました。アプリケーションIDを確認して下さい。"),
    101: (400, "必須パラメータが不足しています。"),
    102: (400, "パラメータの値が正しくありません。"),
    103: (400, "パラメータの値が長すぎます。"),
    104: (400, "パラメータに使用できない文字が含まれています。"),
    105: (400, "パラメータに指定できるコードは100個までです。"),
    **dict.fromkeys((200, 201, 202, 203), (500, "データベースへのアクセスに失敗しました。")),
    299: (500, "システム内部でエラーが発生しました。"),
    300: (400, "{asked}のデータは存在しません。IDを確認して下さい。"),
    301: (200, "データを参照する権限がありません。"),
    302: (200, "データセットの件数が0件です。"),
    303: (500, "データセットを登録できませんでした。"),
    400: (200, "データ件数が上限を超えています。"),
    401: (500, "一括取得の一部に失敗しました。"),
}
_REPLACEMENTS: dict[str, Callable[[str], str]] = {"1": lambda _: "0", "2": lambda _: "", "3": lambda _: "NA"}


@dataclass
class Estat:
    """The API with its tables; everything may be changed while it serves.

    Attributes:
        tables: by id.
        files: the datasets of getDataCatalog.
        app_id: the only one that is known.
        says: statuses for the next answers, one each, whatever is asked; after them all is well.
        shuffled: whether VALUE comes in no order.
    """

    tables: dict[str, Table] = field(default_factory=tables)
    files: list[Dataset] = field(default_factory=datasets)
    app_id: str = APP_ID
    says: list[int] = field(default_factory=list)
    shuffled: bool = False
    _due: list[tuple[int, Table]] = field(default_factory=list)
    _pages: int = 0

    def __call__(self, answer: Answer) -> None:
        """Answer one request."""
        path, _, query = answer.path.partition("?")
        call = path.removeprefix(PREFIX)
        if call not in _ROOTS:
            answer.send(404, b"<html>404</html>", {"Content-Type": "text/html"})
            return
        asked = dict(parse_qsl(query))
        status, problem, content = 0, "", dict[str, Any]()
        try:
            content = self._content(call, asked)
            status = 0 if content.pop("found") else 1
        except StatusError as error:
            status, problem = error.status, error.asked
        code, message = STATUSES[status]
        said = {"STATUS": status, "ERROR_MSG": message.format(asked=problem), "DATE": _now()}
        body = orjson.dumps({_ROOTS[call]: {"RESULT": said, "PARAMETER": echo(call, asked)} | content})
        answer.send(code, body, {"Content-Type": "application/json;charset=UTF-8"})

    def release(self, table: Table, after: int = 0) -> None:
        """Publish a table in place of the one with its id, once so many further pages of data were answered."""
        self._due.append((self._pages + after, table))

    def _content(self, call: str, asked: Asked) -> dict[str, Any]:
        """Everything beside RESULT and PARAMETER, and whether anything was ``found``."""
        if asked.get("appId") != self.app_id:
            raise StatusError(100)
        if self.says and (status := self.says.pop(0)):
            raise StatusError(status)
        for _, table in [(at, table) for at, table in self._due if at <= self._pages]:
            self.tables[table.id] = table
        self._due = [(at, table) for at, table in self._due if at > self._pages]
        if call == "getStatsData":
            return self._data(asked)
        if call == "getMetaInfo":
            table = self._table(asked)
            return {"found": True, "METADATA_INF": {"TABLE_INF": table.table_inf(), "CLASS_INF": table.class_inf({})}}
        return self._list(asked) if call == "getStatsList" else self._catalog(asked)

    def _table(self, asked: Asked) -> Table:
        table_id = asked.get("statsDataId") or fail(101)
        return self.tables.get(table_id) or fail(300, f"statsDataId=[{table_id}]")

    def _data(self, asked: Asked) -> dict[str, Any]:
        table = self._table(asked)
        chosen = chosen_codes(table, asked)
        cells = table.chosen_cells(chosen)
        if not cells:
            return {"found": False, "STATISTICAL_DATA": {"RESULT_INF": {"TOTAL_NUMBER": 0}}}
        with_meta, counted = flag(asked, "metaGetFlg", default=True), flag(asked, "cntGetFlg", default=False)
        meta = {"CLASS_INF": table.class_inf(chosen)} if with_meta else {}
        if counted:
            return {"found": True, "STATISTICAL_DATA": {"RESULT_INF": {"TOTAL_NUMBER": len(cells)}} | meta}
        self._pages += 1
        if self.shuffled:
            cells = random.Random(len(cells)).sample(cells, len(cells))
        first, page = _page(cells, asked, MOST_CELLS)
        inf = {
            "RESULT_INF": _result_inf(first, len(page), len(cells), TOTAL_NUMBER=len(cells)),
            "TABLE_INF": table.table_inf(explained=flag(asked, "explanationGetFlg", default=True)),
        }
        return {"found": True, "STATISTICAL_DATA": inf | meta | {"DATA_INF": _data_inf(table, page, asked)}}

    def _list(self, asked: Asked) -> dict[str, Any]:
        explained = flag(asked, "explanationGetFlg", default=True)
        areas = {"1": "全国", "2": "都道府県", "3": "市区町村"}
        wanted = among(areas, asked, "collectArea")
        found = [
            table.table_inf(area, explained=explained)
            for table in self.tables.values()
            if table.statistics[0].startswith(asked.get("statsCode", ""))
            and has_words(asked, table.statistics_name, str(table.title))
            and is_in_span(table.updated, asked.get("updatedDate", ""))
            for area in table.collect_areas
            if wanted in ("", area)
        ]
        return _listed("DATALIST_INF", "TABLE_INF", found, asked, MOST_CELLS)

    def _catalog(self, asked: Asked) -> dict[str, Any]:
        kinds = asked["dataType"].split(",") if "dataType" in asked else []
        found = [
            entry
            for dataset in self.files
            if dataset.statistics[0].startswith(asked.get("statsCode", ""))
            and has_words(asked, dataset.name)
            and is_in_span(dataset.released, asked.get("updatedDate", ""))
            and (entry := dataset.entry(kinds))
        ]
        return _listed("DATA_CATALOG_LIST_INF", "DATA_CATALOG_INF", found, asked, 100)


def mount(replica: Replica) -> None:
    """The API as on a good night."""
    replica.mount(PREFIX, Estat())


def _now() -> str:
    """The moment in every answer, by which bytes differ although figures do not."""
    return datetime.now(_JST).isoformat(timespec="milliseconds")


def _page(found: Sequence[Any], asked: Asked, most: int) -> tuple[int, Sequence[Any]]:
    """Position of the first entry, counted from 1, and the entries; nobody gets more than ``most`` at once."""
    first = number(asked, "startPosition", 1)
    return first, found[first - 1 : first - 1 + min(number(asked, "limit", most), most)]


def _result_inf(first: int, length: int, total: int, **more: int) -> dict[str, int]:
    last = first + length - 1
    return more | {"FROM_NUMBER": first, "TO_NUMBER": last} | ({"NEXT_KEY": last + 1} if last < total else {})


def _data_inf(table: Table, page: Sequence[Cell], asked: Asked) -> dict[str, Any]:
    symbols = {char for char, _ in table.notes}
    replaced = among({"0": "0", "1": "1", "2": "2", "3": "3"}, asked, "replaceSpChars")
    replace = _REPLACEMENTS.get(replaced)
    printed = (lambda text: replace(text) if text in symbols else text) if replace else str
    annotated = flag(asked, "annotationGetFlg", default=True)
    notes = [{"@char": char, "$": meaning} for char, meaning in table.notes]
    remarks = [{"@annotation": mark, "$": remark} for mark, remark in table.annotations] if annotated else []
    lists = {"NOTE": notes, "ANNOTATION": remarks, "VALUE": table.values(page, printed, annotated=annotated)}
    return {name: one_or_list(entries) for name, entries in lists.items() if entries}


def _listed(outer: str, inner: str, found: Sequence[Any], asked: Asked, most: int) -> dict[str, Any]:
    first, page = _page(found, asked, most)
    if not page:
        return {"found": False, outer: {"NUMBER": len(found), "RESULT_INF": ""}}
    inf = {"NUMBER": len(found), "RESULT_INF": _result_inf(first, len(page), len(found)), inner: one_or_list(page)}
    return {"found": True, outer: inf}
