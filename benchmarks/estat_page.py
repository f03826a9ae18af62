"""One page of e-Stat's API through every reader: typed columns beside plain objects and beside other clients."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.estat_pages import Load
from benchmarks.estat_peers import PEERS, READ_JSON
from benchmarks.estat_race import race
from benchmarks.measurement import Measurement
from benchmarks.process import ROUNDS
from tests.publishers.estat import MOST_CELLS

AIM_RATIO, AIM_FASTER = 2.2, 3.0
TITLES = {
    "floor": "`orjson.loads` alone: objects, a text each",
    "ours": "`sources.estat_page.typed_columns`: figure, text, meaning of a symbol, unit, period, codes",
    "frame": "`orjson` and `pandas.DataFrame`: a frame of text",
    "duckdb": "DuckDB's `read_json` and `unnest`: a table of text, several cores",
    **{name: f"`{name}`" for name in PEERS},
}
YIELDS = (
    "`estat-api-dlt-helper` gives an Arrow table with numbers and the metadata of each code beside every figure, but "
    "a symbol is only no number, and periods stay codes. `estats-client` gives checked objects whose figures are text. "
    "`pandas-estat` reads the CSV form, which has names beside codes and no legend, into a frame of text; its figures "
    "here are for that form of the same cells. It gets `numpy<2`, without which the pandas that it asks for does not "
    "start. All look for garbage as rarely as `kpi` does. Times are each program's own, without its imports; to let go "
    "of what was made is not counted. Memory is the highest of each process."
)


def measure() -> Measurement:
    """In turns, each reader in a process of its own."""
    with TemporaryDirectory() as folder:
        load = Load(MOST_CELLS)
        load.write(Path(folder))
        size = Path(folder, "1.json").stat().st_size
        found = race(TITLES, folder, ROUNDS)
    near = found.ratio("ours") <= AIM_RATIO
    peer, faster = found.faster("ours", PEERS)
    alike, apart = found.faster("ours", READ_JSON)
    far = faster >= AIM_FASTER
    return Measurement(
        "e-Stat: one page as typed columns",
        {"page": f"{MOST_CELLS:,} cells, {size / 2**20:.1f} MiB, synthetic load"}
        | found.told(TITLES)
        | {
            "typed columns": f"{found.ratio('ours'):.2f} × `orjson.loads`: {'' if near else 'NOT '}reached",
            "fastest other client": f"{peer}, {faster:.2f} × as long: {'' if far else 'NOT '}reached",
            "a third of what that one takes": f"{found.ratio('ours') * faster / AIM_FASTER:.2f} × `orjson.loads`",
            "fastest of those that read the same JSON": f"{alike}, {apart:.2f} × as long",
        },
        f"at most {AIM_RATIO} × `orjson.loads`, and the fastest other client takes at least {AIM_FASTER:.0f} × as long",
        near and far,
        YIELDS,
    )
