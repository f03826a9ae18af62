"""Corrections of published figures, as data: what an erratum says, and which figure it must find to be applied.

The publisher's bytes and the figure as printed stay. ``expect`` guards against the day on which the publisher corrects
the figure itself: then the entry would corrupt what is right again, and the night stops and names it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from records import KnownFromBasis
from sources.japanese import convert, parse_period
from sources.publishers import Series
from sources.strict import Strict, first_problem

STATUSES = frozenset("ABDEFGHIJKLMNOPQSUVW")  # SDMX CL_OBS_STATUS 2.2, as the rules on rows have it
_DROPPED = "M"
Row = dict[str, Any]


class CorrectionError(ValueError):
    """Corrections that cannot be used; the message names file, entry, problem and remedy in one line."""


class Erratum(Strict):
    """Who says that the figure is wrong, and since when that is known: as published, else as seen by us."""

    publisher: str = Field(min_length=1)
    title: str = Field(min_length=1)
    url: str = ""
    published_on: date | None = None
    seen_on: date | None = None

    @model_validator(mode="after")
    def _has_a_day(self) -> Self:
        if self.known_from == date.max:
            raise ValueError("has no day; give published_on, or seen_on when the day of publication is not known")
        return self

    @property
    def known_from(self) -> date:
        """The day from which the correction counts."""
        return self.published_on or self.seen_on or date.max


class Correction(Strict):
    """One corrected figure. ``expect`` and ``value`` stand in ``unit``, or in the series' own without it.

    ``expect`` is the published figure that the entry corrects: a number, or a symbol as printed. ``resource`` narrows
    it to one file and edition. ``drop`` leaves the period without a figure, ``override`` puts ``value`` in its place,
    ``flag`` keeps the figure and gives it another ``status``.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    series: str
    area: str
    period: str
    resource: str = ""
    action: Literal["drop", "override", "flag"]
    expect: float | str
    value: float | None = None
    unit: str = ""
    status: str = ""
    reason_ja: str = Field(min_length=1)
    reason_en: str = Field(min_length=1)
    erratum: Erratum

    @model_validator(mode="after")
    def _says_what_its_action_needs(self) -> Self:
        parse_period(self.period)
        if self.action == "override" and (self.value is None or not self.unit):
            raise ValueError("override needs value and unit; add them")
        if self.action != "override" and self.value is not None:
            raise ValueError(f"{self.action} has a value; remove it, or write override")
        if (self.action == "flag") > bool(self.status) or (self.action == "drop" and self.status):
            raise ValueError("flag needs a status, and drop has none; correct status")
        if self.status and self.status not in STATUSES:
            raise ValueError(f"status {self.status!r} is not in SDMX CL_OBS_STATUS; use one of it, e.g. E, D, U")
        return self

    @property
    def about(self) -> tuple[str, str, str]:
        """Series, area and period: the figure that is corrected."""
        return self.series, self.area, parse_period(self.period).label

    def row(self, series: Series) -> Row:
        """The correction as a row of ``core.correction``, in the unit of its series.

        Raises:
            ValueError: when its unit is no unit of the series, or the value lies outside the series' limits.
        """
        period, unit = parse_period(self.period), self.unit or series.unit
        value = None if self.value is None else convert(self.value, unit, series.unit)
        low, high = series.minimum, series.maximum
        if value is not None and not ((low is None or value >= low) and (high is None or value <= high)):
            raise ValueError(f"the value {value:g} {series.unit} is outside {low} to {high}; correct value or unit")
        is_number = not isinstance(self.expect, str)
        return {
            "correction_id": self.id,
            "series_id": self.series,
            "area_code": self.area,
            "period_kind": period.kind.value,
            "period_start": period.start,
            "period_end": period.end,
            "period": period.label,
            "resource_id": self.resource or None,
            "action": self.action,
            "expected_value": convert(float(self.expect), unit, series.unit) if is_number else None,
            "expected_text": None if is_number else self.expect,
            "value": value,
            "obs_status": _DROPPED if self.action == "drop" else self.status or None,
            "reason_ja": self.reason_ja,
            "reason_en": self.reason_en,
            "publisher": self.erratum.publisher,
            "title": self.erratum.title,
            "url": self.erratum.url,
            "known_from": self.erratum.known_from,
            "known_from_basis": (KnownFromBasis.DATE if self.erratum.published_on else KnownFromBasis.FETCH).value,
        }


class _File(Strict):
    corrections: tuple[Correction, ...] = ()


def load_corrections(path: Path, series: Mapping[str, Series], areas: Collection[str]) -> list[Row]:
    """Read and check a file of corrections: rows of ``core.correction``.

    Args:
        path: the TOML file.
        series: all catalogued series by id.
        areas: codes of all known areas.

    Raises:
        CorrectionError: with file, entry, what is wrong and what to do, in one line.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        # JSON, because strict JSON still knows that a word may be an action and a text a day.
        entries = _File.model_validate_json(json.dumps(raw, default=str)).corrections
        _check_unique(entries)
        return [_row(entry, series, areas) for entry in entries]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorrectionError(f"{path.name}: cannot be read as TOML: {error}; correct the file") from error
    except ValidationError as error:
        raise CorrectionError(f"{path.name}: {first_problem(error, raw)}") from error
    except ValueError as error:
        raise CorrectionError(f"{path.name}: {error}") from error


def _row(entry: Correction, series: Mapping[str, Series], areas: Collection[str]) -> Row:
    if entry.series not in series:
        raise ValueError(f"corrections {entry.id}: series {entry.series} is not catalogued; correct it")
    if entry.area not in areas:
        raise ValueError(f"corrections {entry.id}: area {entry.area} is not known; correct it")
    try:
        return entry.row(series[entry.series])
    except ValueError as error:
        raise ValueError(f"corrections {entry.id}: {error}") from error


def _check_unique(entries: Collection[Correction]) -> None:
    seen: dict[tuple[str, str, str], list[Correction]] = {}
    ids: set[str] = set()
    for entry in entries:
        others = seen.setdefault(entry.about, [])
        # An entry without a resource is about every file, and so about that of any other entry, too.
        if entry.id in ids or any("" in {o.resource, entry.resource} or o.resource == entry.resource for o in others):
            raise ValueError(f"corrections {entry.id}: {' '.join(entry.about)} or its id is given twice; keep one")
        others.append(entry)
        ids.add(entry.id)
