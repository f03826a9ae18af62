"""Reads e-Stat's answers in one way, again and again: ``python -P estat_readers.py READER OBJECTS PLACE``, on its own.

This file runs in the environments of other clients too, so it imports nothing of the project but in the readers of the
project itself. PLACE is a folder with pages (``1.json``, ``1.csv``, …) or the address of an API. For every line on its
standard input it reads everything there once and answers with one line of JSON: seconds of wall clock and of processor
time, rows, and the highest memory of the process so far. OBJECTS is after how many new objects Python looks for
garbage, the same for all readers.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from types import SimpleNamespace
from typing import Any

READY = "ready"
APP_ID, TABLE = "made-up-app-id", "9999999999"
QUESTION = {"appId": APP_ID, "statsDataId": TABLE}


class Reader(ABC):
    """One way to read; ``rows`` says how many there are in what it made. Those that can walk have ``walk``."""

    form = "json"

    @abstractmethod
    def pages(self, paths: list[Path]) -> Iterator[Any]:
        """What it makes of these answers, one after the other or of all at once."""

    def rows(self, made: Any) -> int:
        return len(made)


class PageReader(Reader):
    """One that takes the bytes of an answer."""

    @abstractmethod
    def page(self, body: bytes) -> Any:
        """What it makes of them."""

    def pages(self, paths: list[Path]) -> Iterator[Any]:
        yield from (self.page(path.read_bytes()) for path in paths)

    def walk(self, address: str) -> Iterator[Any]:
        """The plain way, for those that have none of their own."""
        import requests

        with requests.Session() as session:
            start = 1
            while start:
                asked = {"startPosition": str(start)} | ({"metaGetFlg": "N"} if start > 1 else {})
                body = session.get(f"{address}/json/getStatsData", params=QUESTION | asked).content
                following = re.search(rb'"NEXT_KEY":(\d+)', body[:4000])
                start = int(following[1]) if following else 0
                yield self.page(body)


class Floor(PageReader):
    """Objects, and nothing more."""

    def __init__(self) -> None:
        import orjson

        self.loads = orjson.loads

    def page(self, body: bytes) -> Any:
        return self.loads(body)["GET_STATS_DATA"]["STATISTICAL_DATA"]["DATA_INF"]["VALUE"]


class Frame(Floor):
    """What most scripts do: objects, then a frame of text."""

    def __init__(self) -> None:
        import pandas as pd

        super().__init__()
        self.frame = pd.DataFrame

    def page(self, body: bytes) -> Any:
        return self.frame(super().page(body))


class InDuckDB(Reader):
    """DuckDB's own reader of JSON: a table of text."""

    def __init__(self) -> None:
        import duckdb

        self.connection = duckdb.connect()

    def pages(self, paths: list[Path]) -> Iterator[Any]:
        query = (
            "CREATE OR REPLACE TABLE page AS SELECT unnest(GET_STATS_DATA.STATISTICAL_DATA.DATA_INF.VALUE,"
            " recursive := true) FROM read_json(?, maximum_object_size = 100_000_000)"
        )
        for path in paths:
            yield self.connection.execute(query, [str(path)]).fetchone()

    def rows(self, made: Any) -> int:
        return int(made[0])


class Ours(PageReader):
    """Typed columns: figure, text, meaning of a symbol, unit, period."""

    def __init__(self) -> None:
        from sources.estat_page import typed_columns

        self.columns = typed_columns

    def page(self, body: bytes) -> Any:
        return self.columns(body, "page")

    def walk(self, address: str) -> Iterator[Any]:
        from benchmarks.estat_night import walk_into
        from sources import json_sequence

        meta = None
        with TemporaryFile() as file:
            walk_into(file, address, QUESTION)
            for text in json_sequence.texts_of(file):
                page = self.columns(text, "walk", meta)
                meta = page.meta
                yield page
                del page, text


class Stored(Reader):
    """As a night does it: typed rows through the gate into a part, and from there into a warehouse file."""

    def __init__(self, *areas: str) -> None:
        from benchmarks.estat_night import Chain

        self.chain = Chain(*areas)

    def pages(self, paths: list[Path]) -> Iterator[Any]:
        for path in paths:
            with path.open("rb") as file:
                yield self.chain.store(file)

    def walk(self, address: str) -> Iterator[Any]:
        from benchmarks.estat_night import walk_into

        with TemporaryFile() as file:
            walk_into(file, address, QUESTION)
            yield self.chain.store(file)

    def rows(self, made: Any) -> int:
        return int(made)


class Empty(Stored):
    """What a night does once, whatever comes: a warehouse file with its schema and nothing in it."""

    def pages(self, paths: list[Path]) -> Iterator[Any]:  # noqa: ARG002 - it reads none
        yield self.chain.empty()


class DltHelper(PageReader):
    """estat-api-dlt-helper: an Arrow table with codes, numbers and metadata as structures."""

    def __init__(self) -> None:
        from estat_api_dlt_helper import parse_response

        self.parse = parse_response

    def page(self, body: bytes) -> Any:
        return self.parse(json.loads(body.decode()))

    def walk(self, address: str) -> Iterator[Any]:
        from estat_api_dlt_helper import EstatApiClient

        for answer in EstatApiClient(APP_ID, f"{address}/json/").get_stats_data_generator(TABLE):
            yield self.parse(answer)


class EstatsClient(PageReader):
    """estats-client: checked objects of text."""

    def __init__(self) -> None:
        from estats_client import GetStatsDataResponse

        self.answer = GetStatsDataResponse

    def page(self, body: bytes) -> Any:
        return self.answer(**json.loads(body.decode("utf-8")))

    def rows(self, made: Any) -> int:
        return len(made.get_stats_data.statistical_data.data_inf.value)

    def walk(self, address: str) -> Iterator[Any]:
        from estats_client import EstatsAPIClient, StatsDataParam

        with EstatsAPIClient(APP_ID) as client:
            client.BASE_URL = f"{address}/json"
            start: int | None = 1
            while start:
                answer = client.get_stats_data(StatsDataParam(statsDataId=TABLE, startPosition=start))
                start = answer.get_stats_data.statistical_data.result_inf.next_key
                yield answer
                del answer  # nobody shall be charged with two pages


class PandasEstat(PageReader):
    """pandas-estat: a frame of text, from the CSV form of the same answer."""

    form = "csv"

    def __init__(self) -> None:
        from pandas_estat.statsdata import StatsDataReader

        self.reader = StatsDataReader(TABLE, appid=APP_ID)
        self.cells = int(os.environ.get("CELLS", "0"))

    def page(self, body: bytes) -> Any:
        self.reader.get = lambda: SimpleNamespace(text=body.decode())
        return self.reader.read()

    def walk(self, address: str) -> Iterator[Any]:
        from pandas_estat.statsdata import StatsDataReader

        class Reader(StatsDataReader):
            url = f"{address}/getSimpleStatsData"

        start = 1
        while start <= self.cells:  # it does not tell its caller whether there is more
            page = Reader(TABLE, start_position=start, appid=APP_ID).read()
            start += len(page)
            yield page
            del page


READERS: dict[str, Callable[[], Any]] = {
    "floor": Floor,
    "frame": Frame,
    "duckdb": InDuckDB,
    "ours": Ours,
    "stored": Stored,
    "one area": lambda: Stored("17201"),  # the same, with a catalog that wants the cells of one area
    "empty": Empty,
    "estat-api-dlt-helper": DltHelper,
    "estats-client": EstatsClient,
    "pandas-estat": PandasEstat,
}


def read(reader: Any, place: str) -> Iterator[Any]:
    """Everything in a place."""
    if place.startswith("http"):
        yield from reader.walk(place)
        return
    paths = sorted(Path(place).glob(f"*.{reader.form}"), key=lambda path: int(path.stem))
    yield from reader.pages(paths)


def timed(reader: Reader, place: str) -> dict[str, float]:
    """Reads everything in a place once. To let go of what was made is not counted."""
    rows, wall, processor = 0, 0.0, 0.0
    pages = read(reader, place)
    while True:
        started, used = time.perf_counter(), time.process_time()
        made = next(pages, None)
        wall, processor = wall + time.perf_counter() - started, processor + time.process_time() - used
        if made is None:
            return {"wall": wall, "processor": processor, "rows": rows, "peak_mb": peak_mb()}
        rows += reader.rows(made)
        del made


def peak_mb() -> float:
    """The most memory that this process had so far, shared pages counted in full."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(name: str, objects: str, place: str) -> None:
    """Say that all is imported, then answer every line."""
    reader = READERS[name]()
    if place.startswith("http"):
        import requests  # noqa: F401 - what every walk needs
    gc.set_threshold(int(objects))
    print(READY, flush=True)
    for _ in sys.stdin:
        gc.collect()
        print(json.dumps(timed(reader, place)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
