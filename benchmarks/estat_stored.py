"""One page of e-Stat's API all the way: typed rows, gate, part, warehouse file; beside plain objects."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.estat_pages import Load
from benchmarks.estat_race import race
from benchmarks.measurement import Measurement
from tests.publishers.estat import MOST_CELLS

AIM_RATIO = 5.0
ROUNDS = 3
TITLES = {"floor": "`orjson.loads` alone", "stored": "typed rows, checked by the gate, in a part and in DuckDB"}


def measure() -> Measurement:
    """As a night does it after a page was fetched."""
    with TemporaryDirectory() as folder, TemporaryDirectory() as small:
        Load(MOST_CELLS).write(Path(folder))
        Load(1).write(Path(small))
        found = race(TITLES, folder, ROUNDS)
        empty = race(["empty"], folder, ROUNDS).laps["empty"]
        one_cell = race(["stored"], small, ROUNDS).laps["stored"]
    stored, floor = found.laps["stored"], found.laps["floor"]
    return Measurement(
        "e-Stat: one page checked and in a warehouse file",
        found.told(TITLES)
        | {
            "rows per second": f"{stored.rows / stored.wall:,.0f}",
            "of it a warehouse file with its schema and nothing in it": f"{empty.wall:.2f} s, once a night",
            "the same way for a page of one cell": f"{one_cell.wall:.2f} s, {one_cell.wall / floor.wall:.2f} ×",
        },
        f"at most {AIM_RATIO:.0f} × `orjson.loads`",
        found.ratio("stored") <= AIM_RATIO,
        "Every cell of the page is wanted, which no table of the catalog asks for: a night chooses some thousand. "
        "To make the file with its schema is part of the time; Great Expectations takes most of the rest of what a "
        "page of one cell takes.",
    )
