"""A table of any size for walks and measurements: synthetic items, true figures repeated. Never figures of a KPI."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import overload

from tests.publishers.estat_figures import CITY, PREFECTURE
from tests.publishers.estat_table import Axis, Cell, Code, Table

TABLE = "9999999999"  # no such table exists
FIGURES = (*CITY, *PREFECTURE)
YEARS = range(1980, 2024)
_AREAS = Path(__file__).parents[2] / "sources" / "catalog" / "areas.csv"
# As often as in the municipal table of the total population a figure is not to be had: 279 of 17,188.
_CELLS_PER_SYMBOL = 61


class Repeated(Sequence[Cell]):
    """So many cells, made when they are asked for: item by item, area by area, year by year."""

    def __init__(self, axes: Sequence[Axis], length: int) -> None:
        self._codes = [[code.code for code in axis.codes] for axis in axes]
        self._texts = [text for _, _, figures in FIGURES for text in figures.values()]
        self._length = length

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> Cell: ...
    @overload
    def __getitem__(self, at: slice) -> list[Cell]: ...
    def __getitem__(self, at: int | slice) -> Cell | list[Cell]:
        """One cell, or a page of them."""
        if isinstance(at, slice):
            return [self[position] for position in range(*at.indices(self._length))]
        tab, items, areas, years = self._codes
        rest, year = divmod(range(self._length)[at], len(years))
        item, area = divmod(rest, len(areas))
        text = self._texts[at % len(self._texts)] if at % _CELLS_PER_SYMBOL else "***"
        return Cell((tab[0], items[item], areas[area], years[year]), text)

    def __iter__(self) -> Iterator[Cell]:
        return (self[position] for position in range(self._length))


def load(cells: int) -> Table:
    """A table with so many cells over all municipalities and 44 years, in the form of the municipal tables."""
    with _AREAS.open(encoding="utf-8", newline="") as file:
        areas = [row for row in csv.DictReader(file) if row["level"] == "municipality"]
    names = [f"S{number:04d}" for number in range(-(-cells // (len(areas) * len(YEARS))))]
    axes = (
        Axis("tab", "観測値", (Code("00001", "観測値"),)),
        Axis("cat01", "合成負荷", tuple(Code(name, f"{name}_合成", unit="人") for name in names)),
        Axis("area", "地域", tuple(Code(row["area_code"], row["name_ja"], "2") for row in areas)),
        Axis("time", "調査年", tuple(Code(f"{year}100000", f"{year}年度") for year in YEARS)),
    )
    return Table(
        TABLE,
        ("99999999", "合成負荷"),
        ("99999", "合成"),
        "合成負荷（実在しない統計表）",
        {"@no": "1", "$": "測定のための値の繰り返し"},
        axes,
        Repeated(axes, cells),
        "2026-11-25",
        "2026-11-25",
        (("***", "調査又は集計していないもの"), ("-", "データが得られないもの")),
        collect_areas=("市区町村",),
    )
