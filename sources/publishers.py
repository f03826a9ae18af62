"""The catalog: what we know about each publisher, read from ``sources/catalog/*.toml`` and checked on load."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from records import Cadence

CATALOG_DIR = Path(__file__).parent / "catalog"

Id = Annotated[str, Field(pattern=r"^[a-zA-Z][a-zA-Z0-9_.]*$")]


class CatalogError(ValueError):
    """A catalog file that cannot be used; the message names file, entry and remedy."""


class CatalogEntry(BaseModel):
    """An entry of the catalog: no unknown keys, no changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Awaited(CatalogEntry):
    """How often figures come, and how many days after the end of their period they are there, a margin included.

    What a series does not say is taken from its dataset, and else from its publisher.
    """

    cadence: Cadence | None = None
    expected_lag_days: int | None = Field(default=None, ge=0)


class Series(_Awaited):
    """One publisher's measurement of one thing. ``unit`` is the unit that rows carry after conversion."""

    id: Id
    name_ja: str
    name_en: str
    unit: str
    indicator: Id
    decimals: int = 0
    minimum: float | None = None
    maximum: float | None = None
    dataset: str = ""
    column: str = ""  # the publisher's own code of the column or item
    raw_unit: str = ""  # the unit that the publisher prints, when another than `unit`
    max_change: float | None = None  # largest plausible change of one figure between two vintages, as a share
    note_ja: str = ""
    note_en: str = ""


class Dataset(_Awaited):
    """One family of files of a publisher. ``options`` belong to the adapter, which checks them."""

    id: str
    name_ja: str
    name_en: str
    paths: tuple[str, ...] = ()  # tried in order, with {edition}
    first_edition: int | None = None
    edition_dates: dict[str, str] = Field(default_factory=dict)  # edition -> ISO day on which it was published
    min_rows: int = 1
    options: dict[str, Any] = Field(default_factory=dict)


class Guard(CatalogEntry):
    """Limits beyond which a new file is refused. Shares are of the last good file."""

    max_shrink: float = 0.2  # fewer bytes or rows than this share less
    max_vanished_areas: int = 0
    max_vanished_periods: int = 0
    max_change: float = (
        0.2  # of one figure between two vintages, unless its series says otherwise; beyond it: a warning
    )
    max_bytes: int = 64 * 2**20


class Publisher(_Awaited):
    """One publisher: who it is, under which licence, where its files are and which series they carry."""

    id: Id
    name_ja: str
    name_en: str
    adapter: Id
    base_url: str = ""
    mirror_url: str = ""
    homepage: str = ""
    key_parameter: str = ""  # under which the key stands in the query of every request; empty: it wants none
    key_setting: str = ""  # the setting that holds the key
    licence: str
    licence_ja: str = ""  # the same in Japanese; empty: shown as it is
    credit_ja: str
    credit_en: str
    deadline_seconds: float = 300
    min_interval_seconds: float = 0.2
    guard: Guard = Guard()
    datasets: tuple[Dataset, ...] = ()
    series: tuple[Series, ...]

    @model_validator(mode="after")
    def _no_double_ids(self) -> Publisher:
        ids = [s.id for s in self.series]
        doubles = sorted({i for i in ids if ids.count(i) > 1})
        if doubles:
            raise ValueError(f"series id given twice: {', '.join(doubles)}")
        known = {d.id for d in self.datasets}
        for series in self.series:
            if series.dataset and series.dataset not in known:
                raise ValueError(f"series {series.id} names dataset {series.dataset!r}, which is not listed")
        for series in self.series:
            cadence, lag = self.awaited(series)
            if cadence is not Cadence.NONE and lag is None:
                raise ValueError(f"series {series.id} comes every {cadence} and has no expected_lag_days; add it")
        return self

    def awaited(self, series: Series) -> tuple[Cadence, int | None]:
        """How often a series gets a figure, and how many days after the end of its period at the latest."""
        asked: list[_Awaited] = [series, *(d for d in self.datasets if d.id == series.dataset), self]
        cadence = next((a.cadence for a in asked if a.cadence is not None), Cadence.NONE)
        lag = next((a.expected_lag_days for a in asked if a.expected_lag_days is not None), None)
        return cadence, None if cadence is Cadence.NONE else lag

    def dataset(self, dataset_id: str) -> Dataset:
        """The dataset with this id.

        Raises:
            CatalogError: there is none.
        """
        found = next((dataset for dataset in self.datasets if dataset.id == dataset_id), None)
        if found is None:
            raise CatalogError(f"{self.id}.toml: there is no dataset {dataset_id!r}; add it, or correct the id")
        return found

    def series_of(self, dataset_id: str) -> tuple[Series, ...]:
        """The series that one dataset's files carry."""
        return tuple(s for s in self.series if s.dataset == dataset_id)


def read_publisher(path: Path) -> Publisher:
    """Read and check one catalog file.

    Raises:
        CatalogError: with file, entry and what to do.
    """
    try:
        return Publisher.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{path.name}: not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise CatalogError(f"{path.name}: {where}: {first['msg']}; correct this entry") from error


@cache
def publishers() -> dict[str, Publisher]:
    """All publishers by id, in the order of their file names."""
    found = {p.id: p for p in (read_publisher(path) for path in sorted(CATALOG_DIR.glob("*.toml")))}
    owners: dict[str, str] = {}
    for publisher in found.values():
        for series in publisher.series:
            if series.id in owners:
                raise CatalogError(f"series {series.id} is in {owners[series.id]} and in {publisher.id}; keep one")
            owners[series.id] = publisher.id
    return found


def source_ids() -> list[str]:
    """Ids of all publishers that bring something themselves: files, or rows of the register. Estimates do not."""
    return [publisher.id for publisher in publishers().values() if publisher.adapter != "estimate"]


def estimates() -> list[str]:
    """Ids of the series that are estimates of our own and have no publisher."""
    return [series.id for one in publishers().values() if one.adapter == "estimate" for series in one.series]


def all_series() -> dict[str, Series]:
    """Every catalogued series by id."""
    return {series.id: series for publisher in publishers().values() for series in publisher.series}
