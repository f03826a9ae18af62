"""Answers of e-Stat's API with synthetic load: as files of pages, and from a server on loopback."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

from tests.publishers import Replica, estat_load
from tests.publishers.estat import APP_ID, MOST_CELLS, PREFIX, Estat
from tests.publishers.estat_table import Table
from tests.publishers.replica import Answer, Draft

APP = PREFIX.removesuffix("/json/")
CSV_CALL = f"{APP}/getSimpleStatsData"


class Load:
    """The API with one table of so many cells. Every answer is made once, so that a walk measures its reader."""

    def __init__(self, cells: int) -> None:
        self.table = estat_load.load(cells)
        self._estat = Estat(tables={self.table.id: self.table})
        self._made: dict[tuple[str, int, str], bytes] = {}

    def __call__(self, answer: Answer) -> None:
        """Answer one request; of all conditions, only where it begins and whether it wants metadata counts."""
        path, _, query = answer.path.partition("?")
        asked = parse_qs(query)
        start = int(asked.get("startPosition", ["1"])[0])
        answer.send(200, self.page(start, asked.get("metaGetFlg", ["Y"])[0], path), {"Content-Type": "text/plain"})

    def page(self, start: int, meta: str = "Y", path: str = f"{PREFIX}getStatsData") -> bytes:
        """The answer that begins with this cell."""
        key = path, start, meta
        if key not in self._made:
            self._made[key] = csv_form(self.table, start) if path == CSV_CALL else self._json(start, meta)
        return self._made[key]

    def _json(self, start: int, meta: str) -> bytes:
        query = f"appId={APP_ID}&statsDataId={self.table.id}&startPosition={start}&metaGetFlg={meta}"
        draft = Draft(f"{PREFIX}getStatsData?{query}", {})
        self._estat(draft)
        return draft.body

    def make(self) -> None:
        """Make every page beforehand in every form that a reader may ask for."""
        for start in range(1, len(self.table.cells) + 1, MOST_CELLS):
            for meta in "YN":
                self.page(start, meta)
            self.page(start, path=CSV_CALL)

    def write(self, folder: Path) -> None:
        """Every page as the files ``1.json`` and ``1.csv`` and so on; all with metadata, as some readers want them."""
        for number, start in enumerate(range(1, len(self.table.cells) + 1, MOST_CELLS), start=1):
            (folder / f"{number}.json").write_bytes(self.page(start))
            (folder / f"{number}.csv").write_bytes(self.page(start, path=CSV_CALL))


@contextmanager
def serving(load: Load) -> Iterator[str]:
    """A server with such a table; gives the address of its API."""
    with Replica() as replica:
        replica.mount(APP, load)
        yield replica.url + APP


def csv_form(table: Table, start: int) -> bytes:
    """What getSimpleStatsData answers: the head in lines of key and value, then codes and names in every line."""
    page = table.cells[start - 1 : start - 1 + MOST_CELLS]
    last = start - 1 + len(page)
    out = io.StringIO()
    write = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
    write(["RESULT"])
    write(["STATUS", "0"])
    write(["RESULT_INF"])
    write(["TOTAL_NUMBER", len(table.cells)])
    write(["FROM_NUMBER", start])
    write(["TO_NUMBER", last])
    if last < len(table.cells):
        write(["NEXT_KEY", last + 1])
    write(["TABLE_INF", table.id])
    write(["UPDATED_DATE", table.updated])
    write(["VALUE"])
    write([*(name for axis in table.axes for name in (f"{axis.id}_code", axis.name)), "unit", "value", "annotation"])
    known = [{code.code: code for code in axis.codes} for axis in table.axes]
    for codes, text, mark in page:
        found = [axis[code] for axis, code in zip(known, codes, strict=True)]
        unit = next((code.unit for code in found if code.unit), "")
        write([*(word for code in found for word in (code.code, code.name)), unit, text, mark])
    return out.getvalue().encode()
