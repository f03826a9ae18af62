"""A walk over ten pages of e-Stat's API from a server on loopback, through every reader that can walk."""

from __future__ import annotations

from benchmarks.estat_page import AIM_RATIO as OF_COLUMNS
from benchmarks.estat_page import TITLES as OF_A_PAGE
from benchmarks.estat_pages import Load, serving
from benchmarks.estat_peers import PEERS
from benchmarks.estat_race import race
from benchmarks.estat_stored import AIM_RATIO as ALL_THE_WAY
from benchmarks.measurement import Measurement

CELLS = 1_000_000
TITLES = {name: title for name, title in OF_A_PAGE.items() if name != "duckdb"} | {
    "floor": "requests and `orjson.loads`",
    "ours": "`sources.estat.walk`, then typed columns page by page",
    "stored": "the same, checked by the gate, in a part and in DuckDB",
}


def measure() -> Measurement:
    """One turn of each: a walk is long enough."""
    load = Load(CELLS)
    load.make()
    with serving(load) as address:
        found = race(TITLES, address, 1, warm_up=False, cells=CELLS)
    peer, faster = found.faster("ours", PEERS)
    return Measurement(
        f"e-Stat: a walk of {CELLS:,} cells over HTTP",
        found.told(TITLES) | {"fastest other client": f"{peer}, {faster:.2f} × as long"},
        f"typed columns at most {OF_COLUMNS} ×, all the way at most {ALL_THE_WAY:.0f} × `orjson.loads`",
        found.ratio("ours") <= OF_COLUMNS and found.ratio("stored") <= ALL_THE_WAY,
        "The server made its answers beforehand. Our walk looks at every answer before the next request: its status, "
        "its count of cells, its day of update; and it keeps all pages as they came. `estats-client` and "
        "`pandas-estat` leave the walk to their callers: here a loop that asks for the next cell.",
    )
