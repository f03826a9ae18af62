"""Compile published files into the recorded figures and the list of areas that the project carries.

    python -m sources.compile_recorded --areas 17201,17000,00000 SSDSE-A-2026.csv city2024.csv=copies/tourism.csv

A file is known by the publisher's own name; ``NAME=FILE`` says of a copy under another name which file it is, and
``--trimmed NAME=FILE`` that the copy holds only some lines of it. The same files give the same output: sorted, and
written anew for each publisher of whom a file is given. ``sources/catalog/areas.csv`` lists every area of all files.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pandas as pd

from records import Resource
from sources import digital_tourism, ssdse
from sources.areas import AREAS_FILE
from sources.parsed import Parsed, ParseError
from sources.publishers import Publisher, publishers
from sources.recorded import PROVENANCE_COLUMNS, RECORDED_COLUMNS, RECORDED_DIR, recorded_file
from sources.tidy import tidy_areas

ADAPTERS: dict[str, ModuleType] = {"digital_tourism": digital_tourism, "ssdse": ssdse}
_KEY = ["resource", "series_id", "area_code", "period_start", "source_line"]


@dataclass(frozen=True)
class PublishedFile:
    """A file on disk and the published resource that it is."""

    path: Path
    resource: Resource
    publisher: Publisher
    trimmed: bool

    def parse(self) -> Parsed:
        """Its tidy rows, read by the publisher's adapter."""
        parsed: Parsed = ADAPTERS[self.publisher.id].parse(self.path.read_bytes(), self.resource, self.publisher)
        return parsed


def known_files(today: date) -> dict[str, tuple[Resource, Publisher]]:
    """Every published file name that the catalogs lead to, e.g. ``SSDSE-A-2026.csv``."""
    found = {}
    for publisher in (publishers()[name] for name in ADAPTERS):
        for resource in ADAPTERS[publisher.id].resources(publisher, today, lambda _: None):
            found[urlsplit(resource.urls[0]).path.rsplit("/", 1)[-1]] = (resource, publisher)
    return found


def identify(argument: str, known: dict[str, tuple[Resource, Publisher]], *, trimmed: bool) -> PublishedFile:
    """The published file that ``FILE`` or ``NAME=FILE`` means.

    Raises:
        SystemExit: when no publisher has a file of that name.
    """
    name, _, path = argument.rpartition("=")
    name = name or Path(path).name
    if name not in known:
        raise SystemExit(f"{argument}: no publisher has a file {name}; give it as PUBLISHED_NAME=FILE")
    return PublishedFile(Path(path), *known[name], trimmed)


def compile_rows(file: PublishedFile, parsed: Parsed, areas: set[str], compiled_on: date) -> pd.DataFrame:
    """The rows of the areas of interest with their provenance in front; dates as ISO days."""
    rows = parsed.rows[parsed.rows["area_code"].isin(areas)].copy()
    for name in ("period_start", "period_end", "known_from"):
        rows[name] = rows[name].dt.strftime("%Y-%m-%d")
    provenance = {
        "resource": file.resource.id,
        "publisher": file.publisher.id,
        "dataset": file.resource.dataset,
        "edition": file.resource.edition,
        "url": file.resource.urls[0],
        "sha256": hashlib.sha256(file.path.read_bytes()).hexdigest(),
        "compiled_on": compiled_on.isoformat(),
        "copy_note": "trimmed copy: sha256 and source_line are of the copy" if file.trimmed else "",
    }
    return rows.assign(**provenance)[[*PROVENANCE_COLUMNS, *RECORDED_COLUMNS]]


def merge_areas(parsed: Iterable[Parsed]) -> pd.DataFrame:
    """Every area once; of two names the later file's wins, so give the files in the order of their editions."""
    every = pd.concat([one.areas for one in parsed])
    return tidy_areas(every.drop_duplicates("area_code", keep="last"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sources.compile_recorded", description=__doc__)
    parser.add_argument("files", nargs="*", metavar="FILE", help="FILE or NAME=FILE")
    parser.add_argument("--trimmed", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--areas", required=True, help="codes of the areas to record, with commas")
    parser.add_argument("--compiled-on", type=date.fromisoformat, default=datetime.now(UTC).date())
    given = parser.parse_args(arguments)
    known = known_files(given.compiled_on)
    files = [identify(name, known, trimmed=False) for name in given.files]
    files += [identify(name, known, trimmed=True) for name in given.trimmed]
    files.sort(key=lambda file: (file.resource.known_from, file.resource.id))
    try:
        parsed = [file.parse() for file in files]
    except ParseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    wanted = set(given.areas.split(","))
    RECORDED_DIR.mkdir(exist_ok=True)
    for name in sorted({file.publisher.id for file in files}):
        parts = [
            compile_rows(file, content, wanted, given.compiled_on)
            for file, content in zip(files, parsed, strict=True)
            if file.publisher.id == name
        ]
        pd.concat(parts).sort_values(_KEY).to_csv(recorded_file(name), index=False, lineterminator="\n")
    merge_areas(parsed).to_csv(AREAS_FILE, index=False, lineterminator="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
