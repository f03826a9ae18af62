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
    with TemporaryDirectory() as folder:
        load = Load(MOST_CELLS)
        load.write(Path(folder))
        found = race(TITLES, folder, ROUNDS)
        empty = race(["empty"], folder, ROUNDS)
    stored = found.laps["stored"]
    return Measurement(
        "e-Stat: one page checked and in a warehouse file",
        found.told(TITLES)
        | {
            "rows per second": f"{stored.rows / stored.wall:,.0f}",
            "of it a file with its schema and nothing in it": f"{empty.laps['empty'].wall:.2f} s, once a night",
        },
        f"at most {AIM_RATIO:.0f} × `orjson.loads`",
        found.ratio("stored") <= AIM_RATIO,
        "Every cell of the page is wanted, which no table of the catalog asks for: a night chooses some thousand. "
        "To make the file with its schema is part of the time.",
    )
