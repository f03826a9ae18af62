"""One row of the register: what it must say to count as a figure, and what it then means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from clock import TOKYO
from records import KnownFromBasis, Period, PeriodKind
from sources.japanese import convert, parse_number, parse_period
from sources.publishers import Series

COLUMNS = (
    *("series_id", "area_code", "period", "value", "value_low", "value_high", "unit", "obs_status", "evidence"),
    *("publisher", "title", "url", "published_on", "accessed_on", "note"),
)
_EVIDENCE = ("primary", "secondary")


def tidy(raw: Mapping[Any, Any], series: Mapping[str, Series]) -> dict[str, Any]:
    """One register row as a row of ``records.ROW_COLUMNS`` (without its place in the file), in the series' unit.

    Raises:
        ValueError: why the row is refused, and what to do.
    """
    if None in raw or None in raw.values():  # what csv.DictReader makes of them
        raise ValueError("the line has more or fewer cells than the header; put text with commas in quotes")
    cell = _cells(raw)
    found = series.get(cell["series_id"])
    if found is None:
        raise ValueError(f"series {cell['series_id']!r} is not catalogued; add it to sources/catalog/register.toml")
    if not re.fullmatch(r"\d{5}", cell["area_code"], re.ASCII):
        raise ValueError(f"area_code {cell['area_code']!r} is not a code of five digits; correct it")
    if not cell["publisher"] or not (cell["title"] or cell["url"]):
        raise ValueError("the figure has no citation; give the publisher and a title or an address")
    if cell["evidence"] not in _EVIDENCE:
        raise ValueError(f"evidence {cell['evidence']!r} is not known; write {' or '.join(_EVIDENCE)}")
    numbers = {name: _number(name, cell, found.unit) for name in ("value", "value_low", "value_high")}
    if all(number is None for number in numbers.values()):
        raise ValueError("there is neither a value nor a bound; a figure that is not known belongs into docs/gaps.md")
    period = parse_period(cell["period"])
    known_from, basis = _known_from(cell, period)
    return numbers | {
        **{name: cell[name] for name in ("series_id", "area_code", "evidence", "note")},
        "period_kind": period.kind.value,
        "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(),
        "unit": found.unit,
        "raw_text": cell["value"] or f"{cell['value_low']}～{cell['value_high']}",
        "raw_unit": cell["unit"],
        "obs_status": cell["obs_status"] or "A",
        "citation": _citation(cell),
        "known_from": known_from.isoformat(),
        "known_from_basis": basis.value,
        "first_seen": _first_seen(cell),
    }


def refused(raw: Mapping[Any, Any], reason: str) -> dict[str, Any]:
    """The same row without figure, period and status, so that a gate keeps it out and people can read why."""
    cell = _cells(raw)
    return {
        **{name: cell[name] for name in ("series_id", "area_code", "unit", "evidence")},
        **dict.fromkeys(("value", "value_low", "value_high", "period_start", "period_end", "known_from", "first_seen")),
        **dict.fromkeys(("period_kind", "obs_status", "known_from_basis"), ""),
        "raw_text": cell["value"],
        "raw_unit": cell["unit"],
        "note": f"refused: {reason}",
        "citation": _citation(cell),
    }


def _cells(raw: Mapping[Any, Any]) -> dict[str, str]:
    return {name: " ".join((raw.get(name) or "").split()) for name in COLUMNS}


def _citation(cell: Mapping[str, str]) -> str:
    return ", ".join(cell[name] for name in ("publisher", "title", "url") if cell[name])


def _number(name: str, cell: Mapping[str, str], unit: str) -> float | None:
    if not cell[name]:
        return None
    value = parse_number(cell[name]).value
    if value is None:
        raise ValueError(f"{name} {cell[name]!r} is not a number; write it in digits and say 約 in the note")
    return convert(value, cell["unit"], unit)


def _known_from(cell: Mapping[str, str], period: Period) -> tuple[date, KnownFromBasis]:
    """The day of publication; of an edition only its year or month is known, but not before the period was over."""
    if not cell["published_on"]:
        if not cell["accessed_on"]:
            raise ValueError("there is neither published_on nor accessed_on; give one of them")
        return parse_period(cell["accessed_on"], PeriodKind.DATE).start, KnownFromBasis.FETCH
    published = parse_period(cell["published_on"])
    if published.kind is PeriodKind.DATE:
        return published.start, KnownFromBasis.DATE
    return max(published.start, period.end + timedelta(days=1)), KnownFromBasis.EDITION


def _first_seen(cell: Mapping[str, str]) -> datetime | None:
    """The beginning of the day on which the figure was looked up, in UTC."""
    if not cell["accessed_on"]:
        return None
    day = parse_period(cell["accessed_on"], PeriodKind.DATE).start
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)
