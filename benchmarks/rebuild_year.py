"""A year of nights, built anew: what 365 nights of asking leave behind, then ``kpi rebuild`` on it.

The year is made in a process of its own (``python -m benchmarks.rebuild_year FOLDER``). Its files are those of visitor
counts, in their layout and size, with made-up figures: six closed years by municipality and by prefecture, and on the
8th of each month the file of the month before, whose second issue restates figures a month later. They are put into
the store of snapshots as a fetch would put them; all other nights log that nothing changed.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measurement import Measurement
from benchmarks.process import KPI, PYTHON, cost
from records import KnownFromBasis, Period
from sources.publishers import publishers
from sources.snapshots import Fetch, Outcome, SnapshotStore

NIGHTS = 365
AIM_SECONDS = 60
OUT_ON = 8  # day of the month on which files come out
CLOSED_YEARS = 6
RESTATED = 0.02  # share of the figures that a second issue restates
_ROOT = Path(__file__).resolve().parents[1]
_PUBLISHER = "digital_tourism"


@dataclass(frozen=True)
class File:
    """One file as it comes out."""

    dataset: str  # city or pref
    edition: str  # 2024 or 202401
    known_from: date
    basis: KnownFromBasis
    body: bytes


def measure() -> Measurement:
    """Time of one rebuild from snapshots alone, and whether its content is that of the last night."""
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        year = cost([PYTHON, "-m", "benchmarks.rebuild_year", str(data)], PYTHONPATH=str(_ROOT))
        before = newest_run(data)
        rebuilt = cost([KPI, "rebuild", "--data-dir", str(data)])
        after = newest_run(data)
        told = json.loads((data / "year.json").read_text(encoding="utf-8"))
    equal = before["run_id"] != after["run_id"] and before["content_hash"] == after["content_hash"]
    return Measurement(
        f"A year anew: what {NIGHTS} nights keep, then `kpi rebuild`",
        {
            "`kpi rebuild`, whole process": f"{rebuilt.seconds:.1f} s",
            "peak memory": f"{rebuilt.peak_mb:.0f} MB",
            "content, beside that of the last night": "equal" if equal else "DIFFERENT",
            "files parsed and checked anew": f"{told['files']:,}, {told['figures']:,} figures",
            "lines in the log of fetches": f"{told['fetches']:,}",
            "a night with news in that year, median": f"{told['night']:.2f} s of {told['nights']} nights",
            "the whole year": f"{year.seconds:.0f} s",
        },
        f"at most {AIM_SECONDS} s, equal content",
        equal and rebuilt.seconds <= AIM_SECONDS,
        "The nights are made fast: in one process, each with news run inline with the clock of its own day on files "
        "written into the store as a fetch would, without HTTP; nights without news, which publish nothing, only log.",
    )


def newest_run(data: Path) -> dict[str, str]:
    """The record of the newest run."""
    record: dict[str, str] = json.loads(max((data / "runs").glob("*.json")).read_text(encoding="utf-8"))
    return record


def files_of_a_year(last: date) -> Iterator[tuple[date, list[File]]]:
    """For each night that ends with ``last`` the files that come out."""
    chance = random.Random(20261125)
    months: dict[str, tuple[File, File]] = {}
    for night in range(NIGHTS):
        day = last - timedelta(days=NIGHTS - 1 - night)
        found = list(_closed_years(day.year, chance)) if night == 0 else []
        if day.day == OUT_ON:
            month = day.replace(day=1) - timedelta(days=1)
            for dataset in ("city", "pref"):
                first, second = _issues(dataset, month, day, chance)
                found += [first, *([months[dataset][1]] if dataset in months else [])]
                months[dataset] = first, second
        yield day, found


def _closed_years(this_year: int, chance: random.Random) -> Iterator[File]:
    for year in range(this_year - CLOSED_YEARS, this_year):
        for dataset in ("city", "pref"):
            periods = [Period.month(year, month) for month in range(1, 13)]
            body = _body(dataset, periods, _counts(dataset, 12, chance))
            yield File(dataset, str(year), date(year + 1, 3, 1), KnownFromBasis.EDITION, body)


def _issues(dataset: str, month: date, out: date, chance: random.Random) -> tuple[File, File]:
    """A month's file as it first comes out, and as it comes out again a month later."""
    period, counts = Period.month(month.year, month.month), _counts(dataset, 1, chance)
    again = [round(count * 1.01) + 1 if chance.random() < RESTATED else count for count in counts]
    edition = f"{month:%Y%m}"
    second_out = (out.replace(day=1) + timedelta(days=31)).replace(day=OUT_ON)
    return (
        File(dataset, edition, out.replace(day=1), KnownFromBasis.EDITION, _body(dataset, [period], counts)),
        File(dataset, edition, second_out, KnownFromBasis.FETCH, _body(dataset, [period], again)),
    )


def _areas(dataset: str) -> list[tuple[str, str]]:
    level = "municipality" if dataset == "city" else "prefecture"
    with (_ROOT / "sources" / "catalog" / "areas.csv").open(encoding="utf-8") as file:
        areas = [line.rstrip().split(",") for line in file if line.rstrip().endswith(level)]
    return [(code if dataset == "city" else code[:2], name) for code, name, _ in areas]


def _counts(dataset: str, months: int, chance: random.Random) -> list[int]:
    return [chance.randrange(1_000, 2_000_000) for _ in range(months * len(_areas(dataset)))]


def _body(dataset: str, periods: Sequence[Period], counts: Sequence[int]) -> bytes:
    """A file in the publisher's layout, months in order."""
    division = {"city": "市区町村", "pref": "都道府県"}[dataset]
    lines = ["年,月,地域区分,データ区分,地域コード,地域名称,人数"]
    places = [(period, *area) for period in periods for area in _areas(dataset)]
    lines += [
        f"{period.start.year},{period.start.month},{division},観光来訪者数,{int(code)},{name},{count}"
        for (period, code, name), count in zip(places, counts, strict=True)
    ]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _live(data: Path) -> None:
    """Live through the year, and tell in ``year.json`` how it was."""
    import gc

    from clock import utc_now
    from expectations.gate import warm
    from flows.cli import NEW_OBJECTS_PER_COLLECTION
    from flows.night import Night
    from flows.run import InlineRunner, run_night
    from settings import load
    from warehouse.publish import CURRENT
    from warehouse.read import ask

    gc.set_threshold(NEW_OBJECTS_PER_COLLECTION)
    warm()
    now, settings, store, taken = utc_now(), load(data), SnapshotStore(data / "snapshots"), []
    known: dict[str, Fetch] = {}
    for day, files in files_of_a_year(now.date()):
        moment = now - (now.date() - day)
        news = {f"{_PUBLISHER}/{file.dataset}-{file.edition}": _fetched(store, file, moment) for file in files}
        for resource, fetch in known.items():
            if resource not in news:
                _log_unchanged(store, fetch, moment)
        known |= news
        if not news:
            continue
        began = time.perf_counter()
        record = run_night(Night.begin(settings, moment, offline=True, strategy=None), InlineRunner())
        taken.append(time.perf_counter() - began)
        if not record.published:
            raise SystemExit(f"{day}: {record.message}")
    run_night(Night.begin(settings, now, offline=True, strategy=None), InlineRunner())
    counts = ask(data / "warehouse" / CURRENT, "SELECT count(*) AS figures FROM core.observation")
    contents = {fetch.snapshot_id for fetch in store.fetches()}
    told = {"files": len(contents), "fetches": len(store.fetches()), "nights": len(taken), "night": median(taken)}
    (data / "year.json").write_text(json.dumps(told | counts[0]), encoding="utf-8")


def _fetched(store: SnapshotStore, file: File, moment: datetime) -> Fetch:
    """Keep a file as a fetch of that moment would have."""
    publisher = publishers()[_PUBLISHER]
    fetch = Fetch(
        resource=f"{publisher.id}/{file.dataset}-{file.edition}",
        publisher=publisher.id,
        dataset=file.dataset,
        edition=file.edition,
        url=f"https://data.example.jp/{file.dataset}{file.edition}.csv",
        fetched_at=moment.astimezone(UTC),
        status=200,
        outcome=Outcome.NEW,
        snapshot_id=store.keep(file.body),
        size=len(file.body),
        media_type="text/csv",
        etag=None,
        last_modified=None,
        licence=publisher.licence,
        adapter_version="1",
        reason="",
        known_from=file.known_from,
        known_from_basis=file.basis,
    )
    store.record(fetch)
    return fetch


def _log_unchanged(store: SnapshotStore, fetch: Fetch, moment: datetime) -> None:
    store.record(replace(fetch, fetched_at=moment.astimezone(UTC), status=304, outcome=Outcome.UNCHANGED))


if __name__ == "__main__":
    _live(Path(sys.argv[1]))
