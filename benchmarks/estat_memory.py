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
WALKED = {
    "ours": "walk over HTTP, then typed columns",
    "one area": "walk over HTTP, gate, part, DuckDB: the cells of one area kept",
    "stored": "walk over HTTP, gate, part, DuckDB: every cell kept",
}
FLAT = (READ["ours"], WALKED["ours"], WALKED["one area"])


def measure() -> Measurement:
    """Highest memory of the process, its imports included."""
    peaks: dict[str, list[str]] = {title: [] for title in (*READ.values(), *WALKED.values())}
    for pages in PAGES:
        load = Load(pages * MOST_CELLS)
        with TemporaryDirectory() as folder, serving(load) as address:
            load.write(Path(folder))
            for name, title in READ.items():
                peaks[title].append(_peak(name, folder))
            for name, title in WALKED.items():
                peaks[title].append(_peak(name, address))
    growth = max(_mb(peaks[title][-1]) / _mb(peaks[title][0]) for title in FLAT)
    return Measurement(
        f"e-Stat: memory of {', '.join(map(str, PAGES))} pages of {MOST_CELLS:,} cells",
        {title: ", ".join(found) for title, found in peaks.items()},
        f"to walk over {PAGES[-1]} pages and to read them takes at most {AIM_GROWTH} × the memory of one",
        growth <= AIM_GROWTH,
        "A walk writes page after page into one file, which is read so again; only one page is in memory. What is made "
        "of a page is let go before the next one. The last line grows with the figures that are kept, not with the "
        "pages: a part is checked as a whole, because its rows may contradict each other.",
    )


def _mb(said: str) -> float:
    return float(said.removesuffix(" MB"))


def _peak(name: str, place: str) -> str:
    try:
        with reading(name, place) as laps:
            return f"{next(laps).peak_mb:.0f} MB"
    except AbsentError as error:
        return f"not measured: {error}"
