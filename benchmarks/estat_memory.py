"""Whether memory grows with the pages of a walk: one, five and ten pages, each reading in a process of its own."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.estat_page import TITLES as OF_A_PAGE
from benchmarks.estat_pages import Load, serving
from benchmarks.estat_peers import PEERS, AbsentError
from benchmarks.estat_race import reading
from benchmarks.measurement import Measurement
from tests.publishers.estat import MOST_CELLS

PAGES = (1, 5, 10)
AIM_GROWTH = 1.25
READ = {"floor": OF_A_PAGE["floor"], "ours": "typed columns, one page after the other"}
READ |= {name: OF_A_PAGE[name] for name in PEERS}
WALKED = {"ours": "walk over HTTP, then typed columns", "stored": "walk over HTTP, gate, part, DuckDB: every cell kept"}


def measure() -> Measurement:
    """Highest memory of the process, its imports included."""
    peaks: dict[str, list[str]] = {title: [] for title in (*READ.values(), *WALKED.values())}
    ours: list[float] = []
    for pages in PAGES:
        load = Load(pages * MOST_CELLS)
        with TemporaryDirectory() as folder, serving(load) as address:
            load.write(Path(folder))
            for name, title in READ.items():
                peaks[title].append(_peak(name, folder))
            ours.append(float(peaks[READ["ours"]][-1].removesuffix(" MB")))
            for name, title in WALKED.items():
                peaks[title].append(_peak(name, address))
    growth = ours[-1] / ours[0]
    return Measurement(
        f"e-Stat: memory of {', '.join(map(str, PAGES))} pages of {MOST_CELLS:,} cells",
        {title: ", ".join(found) for title, found in peaks.items()},
        f"to read {PAGES[-1]} pages takes at most {AIM_GROWTH} × the memory of one",
        growth <= AIM_GROWTH,
        "Pages are read from files, so only one is in memory; a walk keeps the bytes of all pages, as they become one "
        "snapshot. What is made of a page is let go before the next one, by every reader but the last.",
    )


def _peak(name: str, place: str) -> str:
    try:
        with reading(name, place) as laps:
            return f"{next(laps).peak_mb:.0f} MB"
    except AbsentError as error:
        return f"not measured: {error}"
