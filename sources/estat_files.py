"""What adapters of e-Stat's workbooks share: which files there are, by statInfId, and cells turned into tidy rows.

A file's address needs no key. The catalog lists the files of a dataset as ``options.files`` (edition -> statInfId, or
a whole address for a file that is elsewhere) and their days of publication as ``edition_dates``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from records import KnownFromBasis, Period, Resource
from sources.cells import read_figures
from sources.japanese import is_none_counted
from sources.parsed import Parsed
from sources.publishers import Dataset, Publisher, Series
from sources.tidy import tidy_areas, tidy_rows
from sources.workbook import Sheet


@dataclass(frozen=True)
class Cell:
    """One figure where it stands. ``refused`` says why the row belongs into quarantine, empty when it does not."""

    series: Series
    area: str
    period: Period
    sheet: Sheet
    row: int
    column: int
    refused: str = ""


def resources(
    publisher: Publisher,
    today: date,  # noqa: ARG001 - every adapter is called alike
    read_page: Callable[[str], str | None],  # noqa: ARG001
) -> list[Resource]:
    """Every file that the catalog lists. All but the newest ``options.watched`` editions (1) are settled."""
    return [
        _resource(publisher, dataset, edition, settled=edition not in _newest(dataset))
        for dataset in publisher.datasets
        for edition in dataset.options["files"]
    ]


def _newest(dataset: Dataset) -> list[str]:
    return sorted(dataset.options["files"])[-dataset.options.get("watched", 1) :]


def _resource(publisher: Publisher, dataset: Dataset, edition: str, *, settled: bool) -> Resource:
    file = dataset.options["files"][edition]
    elsewhere = file.startswith("https://")
    day = dataset.edition_dates.get(edition)
    return Resource(
        id=f"{publisher.id}/{dataset.id}-{edition}",
        publisher=publisher.id,
        dataset=dataset.id,
        edition=edition,
        urls=(file,) if elsewhere else tuple(publisher.base_url + path.format(file=file) for path in dataset.paths),
        # Without a day of publication the figures count from the latest day on which they can have come out.
        known_from=date.fromisoformat(day or dataset.options["out_by"][edition]),
        known_from_basis=KnownFromBasis.DATE if day else KnownFromBasis.EDITION,
        settled=settled,
        workbook=True,
    )


def parsed(
    cells: Sequence[Cell],
    resource: Resource,
    legend: Mapping[str, str],
    *,
    areas: Mapping[str, Any],
    header: Sequence[str],
    status: str = "A",
    note: str = "",
) -> Parsed:
    """Tidy rows of figures in a workbook.

    Args:
        cells: the figures.
        resource: the file.
        legend: symbol -> meaning in the words of the table's own note.
        areas: columns of ``records.AREA_COLUMNS``.
        header: the header words that were relied on, by which a guard notices a new layout.
        status: SDMX observation status of every figure that has a value.
        note: what is to be said of every figure, beside its own footnote marks.
    """
    figures = read_figures([cell.sheet.cells[cell.row][cell.column] for cell in cells], legend)
    for at, cell in enumerate(cells):
        if is_none_counted(figures["symbol_meaning"][at], cell.series.unit):
            figures["value"][at], figures["obs_status"][at] = 0, "A"
        said = " ".join(part for part in (note, figures["note"][at]) if part)
        figures["note"][at] = f"refused: {cell.refused}" if cell.refused else said
    figures["obs_status"][figures["obs_status"] == "A"] = status
    rows = {
        "series_id": [cell.series.id for cell in cells],
        "area_code": [cell.area for cell in cells],
        "period_kind": [cell.period.kind.value for cell in cells],
        "period_start": [cell.period.start.isoformat() for cell in cells],
        "period_end": [cell.period.end.isoformat() for cell in cells],
        "unit": [cell.series.unit for cell in cells],
        "raw_unit": [cell.series.raw_unit for cell in cells],
        "known_from": resource.known_from,
        "known_from_basis": str(resource.known_from_basis),
        "source_line": [cell.row + 1 for cell in cells],
        "source_column": [cell.sheet.place(cell.column) for cell in cells],
    }
    return Parsed(tidy_rows(rows | figures), tidy_areas(areas), tuple(header))
