"""The register: figures that no machine-readable source carries, one CSV row each, with a citation. Reviewed like code.

A bad row neither vanishes nor stops the others: it comes out with the note ``refused: <reason>``, and the gate puts
it into quarantine.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from records import KnownFromBasis, Resource
from sources.japanese import decode
from sources.parsed import Parsed, ParseError
from sources.publishers import Publisher, all_series
from sources.register_row import COLUMNS, refused, tidy
from sources.tidy import tidy_areas, tidy_rows

VERSION = "1"
_HEADER = ",".join(COLUMNS) + "\n"
_KEY = ("series_id", "area_code", "period_kind", "period_start", "period_end", "known_from")


class RegisterError(ValueError):
    """A row that the register does not take; the message says in one line why and what to do."""


def resource_of(path: Path) -> Resource:
    """One file of the register as a resource; it has no address, as nothing is fetched."""
    return Resource(f"register/{path.stem}", "register", "", path.stem, (), date.min, KnownFromBasis.FETCH)


def parse(body: bytes, resource: Resource, publisher: Publisher) -> Parsed:  # noqa: ARG001 - rows name their series
    """Tidy rows of one register file, values in the catalogued unit.

    Raises:
        ParseError: when the file as a whole cannot be read. A single bad row comes out as ``refused: ...`` instead.
    """
    try:
        reader = csv.DictReader(StringIO(decode(body), newline=""))
        header = tuple(reader.fieldnames or ())
        lines = [(reader.line_num, raw) for raw in reader]
    except (ValueError, csv.Error) as error:
        raise ParseError(resource.id, str(error), "save the file as UTF-8 CSV") from error
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise ParseError(resource.id, f"column {', '.join(missing)} is missing", f"the columns are {','.join(COLUMNS)}")
    series = all_series()
    rows = []
    for line, raw in lines:
        try:
            row = tidy(raw, series)
        except ValueError as error:
            row = refused(raw, str(error))
        rows.append(row | {"source_line": line, "source_column": "value"})
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    return Parsed(tidy_rows(columns), tidy_areas(), header)


def append_row(path: Path, row: Mapping[str, str]) -> None:
    """Add one figure to a register file. Readers see the old file or the new one, never half a line.

    Args:
        path: the CSV file; a new one gets its header.
        row: text by column name (``COLUMNS``); columns left out are empty.

    Raises:
        RegisterError: for a row that :func:`parse` would refuse, or that the file already has for the same day.
    """
    unknown = sorted(set(row) - set(COLUMNS))
    if unknown:
        raise RegisterError(f"{path.name}: column {', '.join(unknown)} does not exist; use {', '.join(COLUMNS)}")
    before = decode(path.read_bytes()) if path.exists() else _HEADER
    if before.splitlines()[:1] != _HEADER.splitlines():
        raise RegisterError(f"{path.name}: the first line is not the register's; it must be {_HEADER.strip()}")
    series = all_series()
    try:
        key = _key(tidy(row, series))
    except ValueError as error:
        raise RegisterError(f"{path.name}: {error}") from error
    for old in csv.DictReader(StringIO(before, newline="")):
        try:
            contradicted = _key(tidy(old, series)) == key
        except ValueError:
            continue  # a row that is refused anyway cannot be contradicted
        if contradicted:
            raise RegisterError(
                f"{path.name}: {row['series_id']} {row['area_code']} {row['period']} already has a row known from the "
                "same day; correct that row, or give the day on which this figure was published"
            )
    text = StringIO(newline="")
    csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n").writerow(row)
    _replace(path, before.rstrip("\r\n") + "\n" + text.getvalue())


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
