"""What our own estimates are made of: recipes in ``catalog/estimate.toml`` that name their input series by age group.

An estimate has no file and no publisher. It is made of figures in the warehouse, and only where all of them are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from pydantic import ValidationError

from sources.publishers import CatalogEntry, CatalogError, Id, Series, publishers

VERSION = "1"  # raised when the same inputs give other figures
PUBLISHER = "estimate"


class Method(StrEnum):
    """How a total fertility rate is estimated; see ``transforms.fertility``."""

    DIRECT = "direct"
    INDIRECT = "indirect"


class Band(CatalogEntry):
    """One age group: the series whose figures are added up for it. A series without a figure leaves the group empty."""

    age: str
    births: tuple[Id, ...] = ()  # direct: by age of the mother
    women: tuple[Id, ...]
    reference_births: tuple[Id, ...] = ()  # indirect: of the prefecture, for a prefecture of the nation
    reference_women: tuple[Id, ...] = ()


class Ingredients(CatalogEntry):
    """The ``options`` of one estimate."""

    method: Method
    births: Id | None = None  # indirect: all births
    bands: tuple[Band, ...]


class Recipe(CatalogEntry):
    """One estimated series and what it is made of."""

    series: Series
    made_of: Ingredients

    def is_for(self, area: str) -> bool:
        """Whether the estimate makes sense for an area: the nation has no wider population to take rates from."""
        return self.made_of.method is Method.DIRECT or reference(area) != area

    def inputs(self, area: str) -> Iterator[tuple[str, str]]:
        """(series, area) of every figure that an estimate of this area needs."""
        if self.made_of.births:
            yield self.made_of.births, area
        for band in self.made_of.bands:
            yield from ((series, area) for series in (*band.births, *band.women))
            yield from ((series, reference(area)) for series in (*band.reference_births, *band.reference_women))


def reference(area: str) -> str:
    """The area whose rates stand in: a municipality's prefecture, a prefecture's nation."""
    return "00000" if area.endswith("000") else f"{area[:2]}000"


def recipes() -> list[Recipe]:
    """All estimates of the catalog.

    Raises:
        CatalogError: with the entry that cannot be used.
    """
    publisher = publishers()[PUBLISHER]
    found = []
    for series in publisher.series:
        try:
            made_of = Ingredients.model_validate(publisher.dataset(series.dataset).options)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join([series.dataset, *(str(part) for part in first["loc"])])
            raise CatalogError(f"{PUBLISHER}.toml: {where}: {first['msg']}; correct this entry") from error
        found.append(Recipe(series=series, made_of=made_of))
    return found
