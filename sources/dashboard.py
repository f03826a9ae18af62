"""Adapter of the Statistics Dashboard API (統計ダッシュボード): yearly and monthly figures without a key, as JSON.

One dataset of the catalog is one call of getData. It fixes cycle, regional rank and seasonal adjustment, else the same
figure comes back once for each of them. The period is never limited in the request: where its form does not fit the
cycle, the API sends a web page instead of an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from records import KnownFromBasis, Resource
from sources.answers import Said
from sources.cells import read_figures
from sources.dashboard_answer import DATA_ROOT, LOOK, Cell, cells, judge, period, read_answer
from sources.japanese import convert
from sources.parsed import Parsed, ParseError
from sources.publishers import CatalogError, Dataset, Publisher, Series
from sources.tidy import tidy_areas, tidy_rows

__all__ = ["VERSION", "judge", "parse", "resources"]

VERSION = "1"
MOST_INDICATORS, MOST_REGIONS = 5, 50  # in one call
_RANK = {"nation": "2", "prefecture": "3", "municipality": "4"}
_CYCLE = {"month": "1", "CY": "3", "FY": "4"}  # 2 would be quarters, for which there is no kind of period here
_PROVISIONAL = {"0": "A", "1": "P"}


def resources(
    publisher: Publisher,
    today: date,
    read_page: Callable[[str], str | None],  # noqa: ARG001 - every adapter is called alike
) -> list[Resource]:
    """One call a dataset. The API names no day of publication: what is new counts from the day on which we see it.

    Raises:
        CatalogError: for a dataset that is more than one call, or asks for what the API does not have.
    """
    return [
        Resource(
            id=f"{publisher.id}/{dataset.id}",
            publisher=publisher.id,
            dataset=dataset.id,
            edition="",
            urls=tuple(f"{publisher.base_url}{path}?{_query(publisher, dataset)}" for path in dataset.paths),
            known_from=today,
            known_from_basis=KnownFromBasis.FETCH,
        )
        for dataset in publisher.datasets
    ]


def _query(publisher: Publisher, dataset: Dataset) -> str:
    indicators, regions = list(_series(publisher, dataset)), dataset.options["regions"]
    if len(indicators) > MOST_INDICATORS or len(regions) > MOST_REGIONS:
        limits = f"at most {MOST_INDICATORS} series and {MOST_REGIONS} regions"
        raise CatalogError(f"{publisher.id}: dataset {dataset.id} is one call with {limits}; split it")
    return urlencode(
        {"Lang": "JP", "MetaGetFlg": "Y", "IndicatorCode": ",".join(indicators), "RegionCode": ",".join(regions)}
        | {name: code for _, name, code in _fixed(publisher, dataset)},
        safe=",",
    )


def _fixed(publisher: Publisher, dataset: Dataset) -> list[tuple[str, str, str]]:
    """What a dataset fixes: name in an answer, name in a request, code."""
    level, cycle = dataset.options["level"], dataset.options["cycle"]
    if level not in _RANK or cycle not in _CYCLE:
        known = f"level is one of {', '.join(_RANK)}, cycle one of {', '.join(_CYCLE)}"
        raise CatalogError(f"{publisher.id}: dataset {dataset.id}: {known}; correct this entry")
    return [
        ("@cycle", "Cycle", _CYCLE[cycle]),
        ("@regionRank", "RegionalRank", _RANK[level]),
        ("@isSeasonal", "IsSeasonalAdjustment", "2" if dataset.options.get("seasonally_adjusted") else "1"),
    ]


def _series(publisher: Publisher, dataset: Dataset) -> dict[str, Series]:
    """The series that a dataset asks for, by the API's code."""
    by_id = {series.id: series for series in publisher.series}
    return {by_id[name].column: by_id[name] for name in dataset.options["series"]}


def parse(body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
    """Tidy rows of one answer, none when the API has no data; ``source_line`` is the place of a figure in DATA_OBJ.

    A figure in a unit that does not convert keeps the printed unit, so that a gate stops it and not the whole answer.

    Raises:
        ParseError: with the API's words, or with place, field and remedy when a figure cannot be understood.
    """
    answer = read_answer(body, DATA_ROOT, resource.id)
    said, words = judge(body)
    if said is Said.NOTHING:
        return Parsed(tidy_rows(), tidy_areas(), ())
    if said is not Said.DATA:
        raise ParseError(resource.id, words, "wait a night, or correct the dataset in the catalog")
    dataset = publisher.dataset(resource.dataset)
    fixed = {field: code for field, _, code in _fixed(publisher, dataset)}
    everything, series = cells(answer, resource.id), _series(publisher, dataset)
    found = [cell for cell in everything if all(cell.codes[field] == code for field, code in fixed.items())]
    figures = read_figures([cell.codes["$"] for cell in found], dataset.options.get("symbols", {}))
    read = (dict(zip(figures, texts, strict=True)) for texts in zip(*figures.values(), strict=True))
    rows = [_row(cell, figure, series, resource) for cell, figure in zip(found, read, strict=True)]
    areas = {
        "area_code": [cell.codes["@regionCode"] for cell in found],
        "name_ja": [cell.region for cell in found],
        "level": dataset.options["level"],
    }
    header = tuple(dict.fromkeys(field for cell in found for field in cell.codes))
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    return Parsed(tidy_rows(columns), tidy_areas(areas), header)


def _row(cell: Cell, figure: Mapping[str, Any], wanted: Mapping[str, Series], resource: Resource) -> dict[str, Any]:
    codes = cell.codes
    for field, known in (("@indicator", wanted), ("@isProvisional", _PROVISIONAL)):
        if codes[field] not in known:
            raise ParseError(resource.id, f"code {codes[field]!r} is not known", LOOK, line=cell.place, column=field)
    try:
        counted = period(codes["@time"])
    except ValueError as error:
        raise ParseError(resource.id, str(error), LOOK, line=cell.place, column="@time") from error
    series = wanted[codes["@indicator"]]
    try:
        value, unit = convert(figure["value"], cell.unit, series.unit), series.unit
    except ValueError:
        value, unit = figure["value"], cell.unit
    return {
        "series_id": series.id,
        "area_code": codes["@regionCode"],
        "period_kind": counted.kind.value,
        "period_start": counted.start.isoformat(),
        "period_end": counted.end.isoformat(),
        "value": value,
        "unit": unit,
        "raw_text": figure["raw_text"],
        "raw_unit": cell.unit,
        "obs_status": _PROVISIONAL[codes["@isProvisional"]] if figure["obs_status"] == "A" else figure["obs_status"],
        "symbol_meaning": figure["symbol_meaning"],
        "note": " ".join(filter(None, (cell.statistics, cell.annotation, figure["note"]))),
        "known_from": resource.known_from,
        "known_from_basis": str(resource.known_from_basis),
        "source_line": cell.place,
        "source_column": f"VALUE of {series.column}",
    }
